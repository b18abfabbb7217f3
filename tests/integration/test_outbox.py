"""The outbox: an alert is written with its cause, told at least once, and lost at no step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import botocore.client
import pytest

from northstar.app.alerts import Outcome
from northstar.app.configuration import ChannelTarget, Configuration, OnCall, Rule
from northstar.app.count import count
from northstar.app.notices import Link, Notice, Partly
from northstar.app.notify import AT_ONCE, GIVE_UP, LEASE, Means, Pending, Waiting, notify
from northstar.app.ports import Alert
from northstar.delivery.alert_mail import AlertMail
from northstar.domain.aggregates import Record
from northstar.domain.errors import Conflict, Invalid, Unavailable
from northstar.domain.reviews import Review, ReviewRecord, first_sight, gone, seen_again
from northstar.runtime import bootstrap
from northstar.store import keys
from northstar.store.outbox import DynamoAlerts
from northstar.store.progress import DynamoProgressStore
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TEAM = ChannelTarget("team", "mail", to=("team@example.com",))


class Killed(BaseException):
    """The process is gone."""


class Receiver:
    """A channel that notes what it takes, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.taken: list[Notice] = []
        self.failures: list[Exception] = []
        self.left: tuple[str, ...] = ()
        self.taken_by: list[tuple[str, tuple[str, ...]]] = []

    def deliver(self, notice: Notice) -> None:
        """Take a notice, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(notice)
        self.taken_by.append((notice.title, self.left))


class World:
    """An outbox on a table in memory, and receivers by name."""

    def __init__(self, alerts: DynamoAlerts, progress: DynamoProgressStore) -> None:
        self.alerts, self.progress, self.now = alerts, progress, NOW
        self.configuration = Configuration(channels=(TEAM,))
        self.receivers: dict[str, Receiver] = {"team": Receiver()}
        self.in_time: Callable[[], bool] = lambda: True
        self.unwordable: set[str] = set()

    def raise_(self, kind: str = "bad_answer", subject: str = "a", **more: Any) -> Alert:
        """Put an alert into the outbox."""
        alert = Alert(kind, more.pop("at", self.now), subject, "It is so.", **more)
        self.progress.add_alert(alert)
        return alert

    def run(self) -> Any:
        """Work off the outbox now."""
        return notify(
            Means(
                configuration=self.configuration,
                outbox=self.alerts,
                channel=self.channel,
                notice=lambda alert: self.worded([alert]),
                summary=self.worded,
                now=self.now,
                in_time=self.in_time,
                jitter=lambda: 1.0,
            )
        )

    def channel(self, name: str, left: Sequence[str]) -> Receiver:
        """Return a receiver."""
        if name not in self.receivers:
            raise Invalid("not set up", "channel")
        self.receivers[name].left = tuple(left)
        return self.receivers[name]

    def worded(self, alerts: Sequence[Alert]) -> Notice:
        """Return a notice that lists the subjects, unless one cannot be worded."""
        if self.unwordable & {one.subject for one in alerts}:
            raise ZeroDivisionError("secret")
        return worded(alerts)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def waiting(self) -> int:
        """How many alerts are in the outbox."""
        return len(self.alerts.pending(100))


def worded(alerts: Sequence[Alert]) -> Notice:
    """Return a notice that lists the subjects."""
    names = ",".join(one.subject for one in alerts)
    return Notice(alerts[0].id, alerts[0].kind, alerts[0].at, names, (Link("", "/"),), "Acme")


@pytest.fixture
def world(progress_store: DynamoProgressStore) -> World:
    """A new world."""
    return World(bootstrap.alert_store(), progress_store)


@contextmanager
def killed_after(calls: int) -> Iterator[list[str]]:
    """Let the process die once so many calls to AWS have landed."""
    made: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def calling(self: Any, operation: str, arguments: Any) -> Any:
        answer = original(self, operation, arguments)
        made.append(operation)
        if len(made) == calls:
            raise Killed
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", calling)
        yield made


def test_an_alert_is_told_once_and_leaves_the_outbox(world: World) -> None:
    """The same fact raised again is the same alert; what was told is kept with it."""
    alert = world.raise_()
    world.raise_()
    world.run()
    world.run()
    assert [one.title for one in world.receivers["team"].taken] == ["a"]
    assert world.waiting() == 0
    [kept] = world.alerts.newest(10)
    assert (kept.alert, kept.told) == (alert, {"team": NOW})


def test_nothing_is_lost_when_the_process_dies_between_any_two_steps(world: World) -> None:
    """Wherever it dies, the next runs tell the alert, under the same id, twice at most."""
    world.configuration = Configuration(
        channels=(TEAM, ChannelTarget("phone", "slack")),
        alerts=(Rule(("bad_answer",), ("team", "on-call")),),
        on_call=OnCall(rota=("phone",)),
    )
    world.receivers["phone"] = Receiver()
    for calls in range(1, 40):
        world.receivers["team"].taken.clear()
        world.receivers["phone"].taken.clear()
        alert = world.raise_(subject=f"after {calls}")
        with killed_after(calls) as made:
            try:
                world.run()
            except Killed:
                pass
            else:
                assert len(made) < calls
                break
        world.run()  # the lease of the dead still holds, or nothing was claimed
        world.later(seconds=LEASE.total_seconds() + 1)
        world.run()
        assert world.waiting() == 0
        for receiver in world.receivers.values():
            assert 1 <= len(receiver.taken) <= 2
            assert {one.id for one in receiver.taken} == {alert.id}
        told = world.alerts.kept(alert.id)
        assert told is not None
        assert set(told.told) == {"team", "phone"}
    else:
        pytest.fail("it never got through")
    assert calls > 8  # each of these steps was tried
    load = world.alerts.load(["2026-11"])["2026-11"]
    assert load == {"phone": calls}  # counted with the telling, so as often as it was told for good


def test_two_runs_at_once_do_not_tell_it_twice(world: World) -> None:
    """Whoever claims it first has it; the other goes on without."""
    world.raise_()
    [pending] = world.alerts.pending(10)
    assert isinstance(pending, Pending)
    world.alerts.claim(pending, world.now + LEASE)
    world.run()
    assert not world.receivers["team"].taken
    with pytest.raises(Conflict):
        world.alerts.claim(pending, world.now + LEASE)
    world.later(seconds=LEASE.total_seconds() + 1)
    world.run()
    assert len(world.receivers["team"].taken) == 1


def test_a_channel_that_fails_is_tried_ever_later_and_the_others_do_not_wait(world: World) -> None:
    """Pauses double up to six hours; another channel has got its message at once."""
    world.configuration = Configuration(channels=(TEAM, ChannelTarget("hook", "webhook")))
    world.receivers["hook"] = Receiver()
    world.receivers["team"].failures = [Unavailable("down")] * 4
    world.raise_()
    tries = []
    for minute in range(60):
        if world.run().failed:
            tries.append(minute)
        world.later(minutes=1)
    assert tries == [0, 1, 2, 4]  # pauses of 30 s, 1, 2 and 4 minutes
    assert len(world.receivers["hook"].taken) == len(world.receivers["team"].taken) == 1


def test_after_days_it_is_given_up_and_said_so(world: World) -> None:
    """Nobody waits for ever; the alert keeps the last reason."""
    world.receivers["team"].failures = [Unavailable("down")] * 100
    world.raise_()
    given_up = 0
    while world.waiting():
        given_up += world.run().given_up
        world.later(hours=6)
        assert world.now - NOW < GIVE_UP + timedelta(days=1)
    [kept] = world.alerts.newest(1)
    assert (given_up, kept.told, kept.given_up) == (1, {}, {"team": "down"})
    assert world.now - NOW > GIVE_UP


def test_what_can_never_be_taken_is_given_up_at_once(world: World) -> None:
    """A refusal for good needs no second try; a channel that is not set up may be one day."""
    world.receivers["team"].failures = [Invalid("refused")]
    world.raise_()
    assert world.run().given_up == 1
    del world.receivers["team"]
    world.raise_(subject="b")
    assert world.run().given_up == 0
    world.receivers["team"] = Receiver()
    world.later(hours=1)
    world.run()
    assert [one.title for one in world.receivers["team"].taken] == ["b"]


def test_a_flood_comes_as_one_message(world: World) -> None:
    """Up to five alerts come one by one; more come together, and a machine gets each."""
    world.configuration = Configuration(channels=(TEAM, ChannelTarget("hook", "webhook")))
    world.receivers["hook"] = Receiver()
    for n in range(AT_ONCE + 1):
        world.raise_(subject=f"{n}")
    world.run()
    assert len(world.receivers["team"].taken) == 1
    assert len(world.receivers["hook"].taken) == AT_ONCE + 1
    assert world.waiting() == 0


def test_after_an_outage_people_are_told_of_an_episode_once(world: World) -> None:
    """What piled up about one thing comes as its newest, and counts as told with it."""
    world.configuration = Configuration(
        channels=(TEAM,), alerts=(Rule(("source_stale",), ("team",), quiet_hours=0),)
    )
    world.receivers["team"].failures = [Unavailable("down")]
    for hours in (0, 1, 2):
        world.raise_("source_stale", "shopify app", at=NOW + timedelta(hours=hours))
    world.run()
    world.later(hours=3)
    world.run()
    assert [one.at for one in world.receivers["team"].taken] == [NOW + timedelta(hours=2)]
    assert world.waiting() == 0
    assert all(set(one.told) == {"team"} for one in world.alerts.newest(9))


def test_in_quiet_time_nobody_is_told_again(world: World) -> None:
    """Of the same kind and subject; of another subject, and when it is over, somebody is."""
    for hours, subject in ((0, "a"), (1, "a"), (2, "b"), (25, "a")):
        world.now = NOW + timedelta(hours=hours)
        world.raise_("goal_status", subject)
        world.run()
    assert [one.title for one in world.receivers["team"].taken] == ["a", "b", "a"]
    assert world.waiting() == 0


def test_a_channel_gets_so_many_messages_an_hour(world: World) -> None:
    """What is over the budget waits for the next hour, and none is lost."""
    world.configuration = Configuration(channels=(replace(TEAM, most_an_hour=2),))
    for n in range(4):
        world.raise_(subject=f"{n}")
        world.run()
    assert len(world.receivers["team"].taken) == 2
    world.later(hours=1)
    world.run()
    assert [one.title for one in world.receivers["team"].taken][2:] == ["3", "2"]


def test_when_time_is_over_the_rest_is_left_to_the_next_run(world: World) -> None:
    """Nothing waits for a lease that nobody needs any more."""
    world.raise_()
    world.in_time = lambda: False
    world.run()
    world.in_time = lambda: True
    world.run()
    assert len(world.receivers["team"].taken) == 1


def test_a_kind_goes_where_its_first_rule_says(world: World) -> None:
    """Without one it goes everywhere; one without channels silences it."""
    world.configuration = Configuration(
        channels=(TEAM, ChannelTarget("hook", "webhook")),
        alerts=(Rule(("milestone",), ("hook",)), Rule(("quarantined", "milestone"))),
    )
    world.receivers["hook"] = Receiver()
    for kind in ("milestone", "quarantined", "csat_down"):
        world.raise_(kind, kind)
    world.run()
    assert sorted(one.title for one in world.receivers["hook"].taken) == ["csat_down", "milestone"]
    assert [one.title for one in world.receivers["team"].taken] == ["csat_down"]
    assert world.waiting() == 0


def test_an_alert_that_nobody_can_word_stops_no_other(world: World) -> None:
    """Neither by itself nor among many; it is tried again, and the reason repeats no text."""
    world.unwordable = {"a"}
    for subject in "ab":
        world.raise_(subject=subject)
    failed = world.run().failed
    assert [one.title for one in world.receivers["team"].taken] == ["b"]
    assert "ZeroDivisionError" in str(failed)
    assert "secret" not in str(failed)
    for subject in "cdefgh":
        world.raise_(subject=subject)
    world.later(minutes=1)
    world.run()
    assert sorted(one.title for one in world.receivers["team"].taken[1:]) == list("cdefgh")
    world.unwordable = set()
    world.later(hours=1)
    world.run()
    assert world.receivers["team"].taken[-1].title == "a"
    assert world.waiting() == 0


def test_a_channel_that_breaks_stops_no_other(world: World) -> None:
    """Whatever it raises is a try that failed, and repeats no text."""
    world.configuration = Configuration(channels=(TEAM, ChannelTarget("hook", "webhook")))
    world.receivers["hook"] = Receiver()
    world.receivers["team"].failures = [KeyError("https://secret.example")]
    world.raise_()
    assert "secret" not in str(world.run().failed)
    world.later(hours=1)
    world.run()
    assert [len(one.taken) for one in world.receivers.values()] == [1, 1]


def test_a_row_that_cannot_be_read_stops_no_other(world: World) -> None:
    """Neither an alert nor what is kept about its telling; both stay, and are told of as failed."""
    for subject in "abc":
        world.raise_(subject=subject)
    table = world.alerts._table
    broken = sorted(one.id for one in world.progress.alerts())[:2]
    table.put(keys.alert(broken[0]) | {"kind": "bad_answer", "version": 1})
    table.put(keys.outbox(broken[1]) | {"version": 1, "waiting": {"team": {}}})
    assert [channel for channel, _ in world.run().failed] == ["outbox", "outbox"]
    assert len(world.receivers["team"].taken) == 1
    assert len(world.alerts.newest(9)) == len(world.alerts.open_alerts(9)) == 2
    assert world.waiting() == 2
    table.put(keys.outbox(broken[1]) | {"version": 1})
    world.run()
    assert len(world.receivers["team"].taken) == 2


def test_many_alerts_for_a_dead_channel_do_not_keep_new_ones_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is new comes first; a channel that fails is tried once in a run, and all of it waits."""
    monkeypatch.setattr("northstar.app.notify.MOST", 3)
    hook = ChannelTarget("hook", "webhook")
    world.configuration = Configuration(
        channels=(TEAM, hook), alerts=(Rule(("milestone",), ("hook",)),)
    )
    world.receivers["hook"] = Receiver()
    world.receivers["hook"].failures = [Unavailable("down")] * 100
    for n in range(5):
        world.raise_("milestone", f"{n}")
    world.later(minutes=1)
    assert len(world.run().failed) == 1
    for n in range(9):
        world.raise_(subject=f"{n}")
        world.later(seconds=31)
        world.run()
    assert len(world.receivers["team"].taken) == 9
    assert {one.reason for alert in pending(world) for one in alert.values()} == {"down"}
    world.receivers["hook"].failures.clear()
    for _ in range(5):
        world.later(hours=1)
        world.run()
    assert len(world.receivers["hook"].taken) == 5 + 9


def pending(world: World) -> list[dict[str, Waiting]]:
    """Return what waits, by channel."""
    found = world.alerts.pending(100)
    return [dict(one.waiting or {}) for one in found if isinstance(one, Pending)]


def test_who_has_got_it_does_not_get_it_again_because_another_has_not(world: World) -> None:
    """Of the addresses of a channel, only those that are left are tried again."""
    receiver = world.receivers["team"]
    receiver.failures = [Partly("throttled", ("b@example.com",)), Unavailable("down")]
    world.raise_(subject="old")
    world.run()
    world.later(hours=1)
    world.run()
    for n in range(AT_ONCE + 1):
        world.raise_(subject=f"{n}")
    world.later(hours=1)
    world.run()
    (first, everybody), last = receiver.taken_by
    assert (sorted(first.split(",")), everybody) == ([f"{n}" for n in range(AT_ONCE + 1)], ())
    assert last == ("old", ("b@example.com",))
    assert world.waiting() == 0


def test_a_channel_can_be_for_those_who_are_left(pipeline: Pipeline) -> None:
    """Of its addresses; one that was taken out of northstar.toml meanwhile is not told."""
    told = '[[channels]]\nname = "team"\nkind = "mail"\nto = ["a@example.com", "b@example.com"]\n'
    pipeline.configure(told)
    for left, to in ((["b@example.com", "c@example.com"], "b"), ([], "ab")):
        made = bootstrap.channel("team", left)
        assert isinstance(made, AlertMail)
        assert [address[0] for address in made.recipients] == list(to)


def test_an_outcome_at_the_same_moment_does_not_have_it_told_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are kept, and the message goes out once."""
    alert = world.raise_()
    original = world.alerts._without_once
    said = [Outcome("fixed", "Called back.", "Ann", NOW)]

    def interrupted(*arguments: Any) -> Any:
        get = world.alerts._table.get

        def read_then_overtaken(key: Any) -> Any:
            item = get(key)
            if said:
                world.alerts.close(alert.id, said.pop())
            return item

        with monkeypatch.context() as patch:
            patch.setattr(world.alerts._table, "get", read_then_overtaken)
            return original(*arguments)

    monkeypatch.setattr(world.alerts, "_without_once", interrupted)
    for _ in range(2):
        world.run()
        world.later(hours=1)
    kept = world.alerts.kept(alert.id)
    assert kept is not None
    assert (len(world.receivers["team"].taken), set(kept.told)) == (1, {"team"})
    assert kept.outcome is not None


def test_a_clock_that_was_wrong_holds_nothing_for_long(world: World) -> None:
    """A lease or a pause that is longer than any can be counts for nothing."""
    world.raise_()
    (found,) = world.alerts.pending(9)
    assert isinstance(found, Pending)
    world.alerts.claim(found, world.now + timedelta(days=300))
    world.receivers["team"].failures = [Unavailable("down")]
    right, world.now = world.now, world.now + timedelta(days=300)
    world.run()
    world.now = right
    world.run()
    assert len(world.receivers["team"].taken) == 1


def test_without_quiet_time_an_older_one_that_comes_late_is_told(world: World) -> None:
    """Nothing is kept back by a rule that asks for no quiet."""
    world.configuration = Configuration(
        channels=(TEAM,), alerts=(Rule(("goal_status",), ("team",), quiet_hours=0),)
    )
    for hours in (2, 1):
        world.raise_("goal_status", at=NOW + timedelta(hours=hours))
        world.run()
    assert len(world.receivers["team"].taken) == 2


def test_a_channel_that_is_no_longer_configured_is_given_up(world: World) -> None:
    """An alert does not wait for a channel that nobody can name any more."""
    world.receivers["team"].failures = [Unavailable("down")]
    world.raise_()
    world.run()
    world.configuration = Configuration()
    world.later(hours=1)
    world.run()
    assert world.waiting() == 0
    [kept] = world.alerts.newest(1)
    assert list(kept.given_up) == ["team"]


def test_a_bad_one_stays_open_until_an_outcome_is_recorded(world: World) -> None:
    """Told is not seen to; other kinds need nobody."""
    first = world.raise_()
    world.raise_("milestone", "goal")
    world.run()
    assert [one.alert for one in world.alerts.open_alerts(9)] == [first]
    said = Outcome("fixed", "Called back.", "Ann", NOW)
    world.alerts.close(first.id, said)
    assert world.alerts.open_alerts(9) == []
    kept = world.alerts.kept(first.id)
    assert kept is not None
    assert (kept.outcome, kept.open, set(kept.told)) == (said, False, {"team"})


def bad(record: Record) -> Alert | None:
    """Return the alert of a review with one star."""
    assert isinstance(record, ReviewRecord)
    low = record.public and record.review.rating == 1
    return Alert("bad_review", record.seen_at, record.id, "1 of 5.") if low else None


def counted(world: World, *records: Record) -> list[str]:
    """Count records twice; return the subjects of all alerts there are."""
    for _ in range(2):
        assert not count(records, store=world.progress, zone=ZONE, alarm=bad)
    return [one.subject for one in world.progress.alerts()]


def test_a_review_is_bad_news_once_in_its_life(world: World) -> None:
    """Counted again, edited, removed and restored: it is told when it becomes bad, and never again;
    a good one that turns bad is told then."""
    low = Review("shopify", "1", rating=1, created="2026-11-22")
    good = first_sight(replace(low, id="2", rating=5), "app", NOW)
    one = first_sight(low, "app", NOW)
    assert counted(world, one, good) == ["shopify:app:1"]
    removed = gone(one, NOW + timedelta(hours=1))
    assert counted(world, removed) == ["shopify:app:1"]
    restored = seen_again(removed, low, NOW + timedelta(hours=2))
    assert counted(world, restored) == ["shopify:app:1"]
    worse = seen_again(good, replace(good.review, rating=1), NOW + timedelta(hours=3))
    assert counted(world, worse) == ["shopify:app:1", "shopify:app:2"]


def test_a_review_that_is_only_restored_is_no_news(world: World) -> None:
    """Also where nobody was told of it when it came."""
    low = Review("shopify", "1", rating=1, created="2026-11-22")
    one = first_sight(low, "app", NOW)
    removed = gone(one, NOW + timedelta(hours=1))
    for record in (one, removed):
        assert not count([record], store=world.progress, zone=ZONE)
    restored = seen_again(removed, low, NOW + timedelta(hours=2))
    assert counted(world, restored) == []
    again = replace(restored, version=restored.version + 1)
    assert counted(world, again) == []


def test_the_alert_and_the_count_are_written_together_or_not_at_all(world: World) -> None:
    """Wherever counting dies, the next try makes one alert, and never two."""
    for calls in range(1, 9):
        low = Review("shopify", f"{calls}", rating=1, created="2026-11-22")
        record = first_sight(low, "app", NOW)
        with killed_after(calls), suppress(Killed):
            count([record], store=world.progress, zone=ZONE, alarm=bad)
        told = [one for one in world.progress.alerts() if one.subject == record.id]
        assert len(told) == (record.id in world.progress.counted([record.id]))
        assert counted(world, record).count(record.id) == 1
        assert len(list(world.progress._table.query(keys.OUTBOX))) == calls
