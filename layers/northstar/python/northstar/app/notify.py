"""Notify: bring the alerts of the outbox to whom the rules name, however often a try fails.

An alert stays in the outbox until each of its channels has taken it, or has refused for days. It is
claimed before anything is sent, and what a channel has taken is stored before the next one: so a
crash between two steps repeats one message at most, under the same id, and loses none.
"""

from __future__ import annotations

import random
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from northstar.app.alerts import ON_CALL
from northstar.app.configuration import ChannelTarget, Configuration, Rule
from northstar.app.notices import Channel, Notice, Partly
from northstar.app.ports import Alert
from northstar.domain.errors import Broken, Conflict, Invalid, NorthstarError
from northstar.domain.on_call import whose

LEASE = timedelta(minutes=3)
"""How long whoever has claimed alerts has them to himself: longer than a run may take."""

GIVE_UP = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
AT_ONCE = 5
"""So many alerts go to a channel one by one; of more it gets one message that lists them."""

MOST = 200
_REASON = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one channel has still to be told: since when, how often it was tried, and when next.

    Times are aware. `reason` is why the newest try failed. `left` are the only ones of the channel
    who do not have it yet; without any, nobody has.
    """

    since: datetime
    due_at: datetime
    tries: int = 0
    reason: str = ""
    left: tuple[str, ...] = ()

    def due(self, now: datetime) -> bool:
        """Whether it is time for the next try."""
        return not _holds(self.due_at, now, LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Pending:
    """An alert in the outbox. `waiting` is by channel; None before the rules were asked.

    Until `leased_until` (aware) it belongs to whoever has claimed it.
    """

    alert: Alert
    version: int
    waiting: Mapping[str, Waiting] | None = None
    leased_until: datetime | None = None


def is_due(
    waiting: Mapping[str, Waiting] | None, leased_until: datetime | None, now: datetime
) -> bool:
    """Whether there is something to do about an alert of which this is known."""
    if leased_until and _holds(leased_until, now, LEASE):
        return False
    return not waiting or any(one.due(now) for one in waiting.values())


def turn(waiting: Mapping[str, Waiting] | None) -> int:
    """Return whose turn it is among many: new alerts first, then what was tried the least."""
    return min((one.tries for one in (waiting or {}).values()), default=-1)


class Outbox(Protocol):
    """The alerts that somebody has still to be told of.

    Every change returns what is stored then, and raises Conflict when somebody else was faster.
    """

    def pending(self, limit: int, now: datetime | None = None) -> Sequence[Pending | Broken]:
        """Return the alerts that wait, in order of their `turn`, read consistently.

        With `now` (aware), those that are due then. One that cannot be read is told as Broken.
        """

    def claim(self, pending: Pending, until: datetime) -> Pending:
        """Keep an alert to oneself until then (aware)."""

    def route(self, pending: Pending, waiting: Mapping[str, Waiting]) -> Pending:
        """Store whom an alert goes to."""

    def postpone(self, pending: Pending, channel: str, waiting: Waiting) -> Pending:
        """Store when a channel is tried again."""

    def told(self, pending: Pending, channel: str, at: datetime, *, on_call: bool) -> Pending:
        """Store that a channel has taken it at `at`; `on_call` counts it as load of the channel."""

    def give_up(self, pending: Pending, channel: str, reason: str) -> Pending:
        """Store that a channel will not be tried any more, and why."""

    def release(self, pending: Pending) -> None:
        """Give a claimed alert back; one that no channel waits for leaves the outbox."""

    def begins_quiet(self, alert: Alert, quiet: timedelta) -> bool:
        """Whether nobody was told of this kind and subject so long before; then remember this."""

    def spend(self, channel: str, hour: datetime, most: int) -> bool:
        """Take one of so many messages that a channel may get in an hour; False: none is left."""


@dataclass(slots=True)
class Notified:
    """What a run came to: messages `sent`, tries that failed with why, deliveries `given_up`."""

    sent: int = 0
    failed: list[tuple[str, NorthstarError]] = field(default_factory=list)
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with, at `now` (aware).

    `channel` makes a channel by its name, for some of its recipients or for all (()), and raises
    Invalid when it is not set up; `notice` words one alert, `summary` several of them. What is not
    `in_time` is left to the next run.
    """

    configuration: Configuration
    outbox: Outbox
    channel: Callable[[str, Sequence[str]], Channel]
    notice: Callable[[Alert], Notice]
    summary: Callable[[Sequence[Alert]], Notice]
    now: datetime
    in_time: Callable[[], bool]
    jitter: Callable[[], float] = random.random


def notify(means: Means) -> Notified:
    """Work off what is due in the outbox; the channel with the fewest messages comes first."""
    result = Notified()
    claimed = {one.alert.id: one for one in _claimed(means, result)}
    due = _by_channel(claimed.values(), means.now)
    for channel in sorted(due, key=lambda name: len(_messages(name, due[name], means))):
        told = [claimed[one.alert.id] for one in due[channel]]
        for after in _serve(channel, _messages(channel, told, means), means, result):
            claimed[after.alert.id] = after
    for one in claimed.values():
        with suppress(Conflict):
            means.outbox.release(one)
    return result


def rule_for(kind: str, configuration: Configuration) -> Rule:
    """Return the rule of a kind: the first that names it; without one, every channel is told."""
    named = (rule for rule in configuration.alerts if kind in rule.kinds)
    everyone = tuple(one.name for one in configuration.channels)
    return next(named, Rule((kind,), everyone))


def recipients(rule: Rule, configuration: Configuration, now: datetime) -> tuple[str, ...]:
    """Return the channels of a rule, with whoever is on call at `now` in the place of "on-call"."""
    zone = configuration.business.zone
    names = (
        name
        for to in rule.to
        for name in (whose(configuration.on_call, now, zone) if to == ON_CALL else (to,))
    )
    return tuple(dict.fromkeys(names))


def pause(tries: int, jitter: float) -> timedelta:
    """Return how long to wait after so many failed tries: ever longer, half of it by chance."""
    longest = min(FIRST_PAUSE * 2.0 ** min(tries, 20), LONGEST_PAUSE)
    return longest * ((1 + jitter) / 2)


def _holds(until: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether it is not over yet; what lasts longer than it may was set by a clock gone wrong."""
    return now < until <= now + longest


def _claimed(means: Means, result: Notified) -> Iterator[Pending]:
    for one in means.outbox.pending(MOST, means.now):
        mine = one if isinstance(one, Broken) else _mine(one, means)
        if isinstance(mine, Pending):
            yield mine
        elif mine:
            result.failed.append(("outbox", mine))


def _mine(one: Pending, means: Means) -> Pending | NorthstarError | None:
    """The alert as it is claimed; None where somebody else has it, or why it stays as it is."""
    try:
        return _routed(means.outbox.claim(one, means.now + LEASE), means)
    except Conflict:
        return None
    except Exception as error:
        ours = _ours(error)
        if ours.retryable:
            raise
        return ours


def _routed(one: Pending, means: Means) -> Pending:
    """Ask the rules whom an alert goes to, once."""
    if one.waiting is not None:
        return one
    rule = rule_for(one.alert.kind, means.configuration)
    channels: Sequence[str] = ()
    if rule.to and means.outbox.begins_quiet(one.alert, timedelta(hours=rule.quiet_hours)):
        channels = recipients(rule, means.configuration, means.now)
    return means.outbox.route(one, dict.fromkeys(channels, Waiting(means.now, means.now)))


def _by_channel(claimed: Iterable[Pending], now: datetime) -> dict[str, list[Pending]]:
    due: dict[str, list[Pending]] = defaultdict(list)
    for one in claimed:
        for channel, waiting in (one.waiting or {}).items():
            if waiting.due(now):
                due[channel].append(one)
    return due


def _messages(channel: str, told: Sequence[Pending], means: Means) -> list[list[Pending]]:
    """What goes into one message each, the least tried first: one alert, or all where many wait.

    A machine gets each by itself. Of several about the same, people are told the newest, and the
    others count as told with it. What only some of a channel wait for is a message of its own.
    """
    target = _target(channel, means)
    if target is None or target.kind == "webhook":
        groups = [[one] for one in told]
    else:
        for_whom: dict[tuple[str, ...], list[Pending]] = defaultdict(list)
        for one in sorted(told, key=lambda one: one.alert.at, reverse=True):
            for_whom[_wait(one, channel).left].append(one)
        groups = [group for those in for_whom.values() for group in _together(those)]
    return sorted(groups, key=lambda group: min(_wait(one, channel).tries for one in group))


def _together(told: Sequence[Pending]) -> list[list[Pending]]:
    about: dict[tuple[str, str], list[Pending]] = defaultdict(list)
    for one in told:
        about[one.alert.kind, one.alert.subject].append(one)
    groups = list(about.values())
    return groups if len(groups) <= AT_ONCE else [[one for group in groups for one in group]]


def _wait(one: Pending, channel: str) -> Waiting:
    return (one.waiting or {})[channel]


def _serve(
    channel: str, groups: Sequence[list[Pending]], means: Means, result: Notified
) -> Iterator[Pending]:
    """Tell one channel what it waits for; yield the alerts as they are stored then.

    After a try that failed, the others are not tried, and wait as it does. Where several cannot be
    worded as one message, each is told by itself.
    """
    target, down = _target(channel, means), None
    queue = list(groups)
    for group in queue:
        if not means.in_time():
            return
        if target is None:
            stored = _given_up(channel, group, "It is no longer configured.", means, result)
        elif down:
            stored = _again_later(channel, group, down, means)
        elif wait := _over_budget(target, means):
            stored = _postponed(channel, group, wait, means)
        elif isinstance(notice := _worded(group, means), Notice):
            stored, down = _tell(channel, group, notice, means, result)
        elif len(group) > 1 and not notice.retryable:
            queue += [[one] for one in group]
            continue
        else:
            stored = _failed(channel, group, notice, means, result)
            down = notice if notice.retryable else None
        yield from stored


def _target(channel: str, means: Means) -> ChannelTarget | None:
    return next((one for one in means.configuration.channels if one.name == channel), None)


def _over_budget(target: ChannelTarget, means: Means) -> timedelta | None:
    """How long a channel gets nothing more; None while its hour has room. A machine takes all."""
    if target.kind == "webhook":
        return None
    hour = means.now.replace(minute=0, second=0, microsecond=0)
    if means.outbox.spend(target.name, hour, target.most_an_hour):
        return None
    return hour + timedelta(hours=1) - means.now


def _worded(group: Sequence[Pending], means: Means) -> Notice | NorthstarError:
    """The message, or why there is none: an alert that nobody can word stops no other."""
    alerts = [one.alert for one in group]
    same = len({(one.kind, one.subject) for one in alerts}) == 1
    try:
        return means.notice(alerts[0]) if same else means.summary(alerts)
    except Exception as error:  # noqa: BLE001  whatever it is, the others are told
        return _ours(error)


def _tell(
    channel: str, group: Sequence[Pending], notice: Notice, means: Means, result: Notified
) -> tuple[list[Pending], NorthstarError | None]:
    """Hand one message over; return what is stored then, and why the channel takes none, if so."""
    try:
        receiver = means.channel(channel, _wait(group[0], channel).left)
    except NorthstarError as error:  # for an operator to put right
        return _failed(channel, group, error, means, result), error
    try:
        receiver.deliver(notice)
    except Invalid as error:
        return _given_up(channel, group, str(error), means, result), None
    except Exception as error:  # noqa: BLE001  whatever it is, the other channels are told
        ours = _ours(error)
        return _failed(channel, group, ours, means, result), ours
    result.sent += 1
    on_call = channel in means.configuration.on_call.rota
    told = partial(means.outbox.told, channel=channel, at=means.now, on_call=on_call)
    return _each(group, told), None


def _ours(error: Exception) -> NorthstarError:
    """An error of ours for any; of another only its place, as its text may hold a secret."""
    if isinstance(error, NorthstarError):
        return error
    place = traceback.extract_tb(error.__traceback__)[-1]
    return Broken(f"{type(error).__name__} in {place.name}, line {place.lineno}.")


def _failed(
    channel: str,
    group: Sequence[Pending],
    error: NorthstarError,
    means: Means,
    result: Notified,
) -> list[Pending]:
    """Try again, ever later; after days, give up and say so."""
    result.failed.append((channel, error))
    over = [one for one in group if means.now - _wait(one, channel).since >= GIVE_UP]
    again = [one for one in group if one not in over]
    return [
        *_given_up(channel, over, str(error), means, result),
        *_again_later(channel, again, error, means),
    ]


def _again_later(
    channel: str, group: Sequence[Pending], error: NorthstarError, means: Means
) -> list[Pending]:
    def after(one: Pending) -> Pending:
        before = _wait(one, channel)
        later = means.now + pause(before.tries, means.jitter())
        left = error.left if isinstance(error, Partly) else before.left
        reason = str(error)[:_REASON]
        waiting = Waiting(before.since, later, before.tries + 1, reason, left)
        return means.outbox.postpone(one, channel, waiting)

    return _each(group, after)


def _postponed(
    channel: str, group: Sequence[Pending], wait: timedelta, means: Means
) -> list[Pending]:
    def after(one: Pending) -> Pending:
        waiting = replace(_wait(one, channel), due_at=means.now + wait)
        return means.outbox.postpone(one, channel, waiting)

    return _each(group, after)


def _given_up(
    channel: str, group: Sequence[Pending], reason: str, means: Means, result: Notified
) -> list[Pending]:
    result.given_up += len(group)
    return _each(group, lambda one: means.outbox.give_up(one, channel, reason[:_REASON]))


def _each(group: Iterable[Pending], change: Callable[[Pending], Pending]) -> list[Pending]:
    """Store a change of each; what somebody else has meanwhile, as our time was over, is theirs."""
    stored = []
    for one in group:
        with suppress(Conflict):
            stored.append(change(one))
    return stored
