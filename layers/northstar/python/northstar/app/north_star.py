"""The north star: of the solved tickets, how many truly were, and all that is known around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from northstar.app.configuration import Configuration
from northstar.app.goals import GoalStore, KeptGoal, adopted, open_goals
from northstar.app.numbers import NUMBER
from northstar.app.ports import ProgressStore
from northstar.app.show import Daily, is_demo
from northstar.domain import metrics, repeats
from northstar.domain.aggregates import Measures, total, window
from northstar.domain.rates import Rate, wilson
from northstar.domain.tickets import Channel
from northstar.domain.times import iso

PERIODS = (28, 91, 365)
WEEKS = 26
OPEN_DAYS = repeats.WITHIN.days + 1
"""On the days of solution before so many, no further repeat contact can begin."""

SNAPSHOT = "repeats"
"""The name under which the repeat contacts by channel and team are kept."""

_PARTS_DAYS = 91
_MOST_TEAMS = 30
_MOST_NUMBERS = 6
_COUNTED = ("tickets", "repeated")


@dataclass(frozen=True, slots=True)
class Tickets:
    """What became of solved tickets: each is confirmed, repeated, unhappy or silent.

    Confirmed by its customer, who did not write again; repeated, whatever was answered; answered
    otherwise; or not answered.
    """

    confirmed: int = 0
    repeated: int = 0
    unhappy: int = 0
    silent: int = 0

    @property
    def n(self) -> int:
        """How many tickets there are."""
        return self.confirmed + self.repeated + self.unhappy + self.silent

    @property
    def rate(self) -> Rate:
        """The north star; it is what is certain, if nobody who is silent was helped."""
        return wilson(self.confirmed, self.n)

    @property
    def at_best(self) -> Rate:
        """The north star if everybody who is silent was helped."""
        return wilson(self.confirmed + self.silent, self.n)

    @property
    def once(self) -> Rate:
        """The share of tickets after which their customer did not write again."""
        return wilson(self.n - self.repeated, self.n)


@dataclass(frozen=True, slots=True)
class Part:
    """The tickets of one channel or one team, and those after which somebody wrote again."""

    dimension: str
    name: str
    repeated: Rate


@dataclass(frozen=True, slots=True)
class Posted:
    """The newest value of a number that somebody else counts."""

    name: str
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class NorthStarView:
    """What the page of the north star shows.

    `now` are the last `days` days, `closed` as many until `settled`, after which a repeat contact
    can still begin, and `before` those before them; `weeks` are by their last day, oldest first.
    `said` is the share of *yes* in the last days, `covered` is
    answered of solved tickets. `parts` are of the days `parts_since` to `parts_until`; empty before
    `track` has made them. `goals` are those on this number and on posted ones.
    """

    business: str
    time_zone: str
    today: date
    days: int
    now: Tickets
    closed: Tickets
    before: Tickets
    weeks: tuple[tuple[date, Tickets], ...]
    said: Rate
    covered: Rate
    settled: date
    parts: tuple[Part, ...]
    parts_since: date | None
    parts_until: date | None
    goals: tuple[KeptGoal, ...]
    posted: tuple[Posted, ...]
    without_suspects: bool
    anonymous: bool
    demo: bool


def north_star_view(
    configuration: Configuration,
    *,
    totals: ProgressStore,
    goals: GoalStore,
    now: datetime,
    days: int,
) -> NorthStarView:
    """Return what the page shows at `now` (aware) of the last `days` days, one of `PERIODS`.

    Costs one read of all days, one of the parts, one of the goals, and one for each of at most six
    posted numbers.
    """
    today = now.astimezone(configuration.business.zone).date()
    leave_out = configuration.answering.leave_out_suspects
    daily = totals.board([metrics.ALL], today).days[metrics.ALL]
    daily = metrics.without_suspects(daily) if leave_out else daily
    settled = today - timedelta(OPEN_DAYS)
    ends = (today - timedelta(weeks=back) for back in reversed(range(WEEKS)))
    measures = total(window(daily, today, days))
    parts = totals.snapshot(SNAPSHOT) or {"parts": [], "since": None, "until": None}
    return NorthStarView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        days=days,
        now=tickets(measures),
        closed=_tickets(daily, settled, days),
        before=_tickets(daily, settled - timedelta(days), days),
        weeks=tuple((end, _tickets(daily, end, 7)) for end in ends),
        said=metrics.SHARES["solved_rate"].rate(measures),
        covered=wilson(min(measures["tickets_answered"], measures["tickets"]), measures["tickets"]),
        settled=settled,
        parts=tuple(
            Part(dimension, name, wilson(repeated, n))
            for dimension, name, n, repeated in parts["parts"]
        ),
        parts_since=_day(parts["since"]),
        parts_until=_day(parts["until"]),
        goals=tuple(_goals(configuration, goals, today)),
        posted=tuple(_posted(totals, goals)),
        without_suspects=leave_out,
        anonymous=configuration.answering.anonymous,
        demo=is_demo(configuration),
    )


def tickets(measures: Measures) -> Tickets:
    """Return what became of the tickets of these measures.

    Anonymous answers belong to no ticket, so that of a few days more may be confirmed than were
    solved; the surplus is left out.
    """
    n = measures.get("tickets", 0)
    repeated = measures.get("repeated", 0)
    rest = n - repeated
    answered = measures.get("tickets_answered", 0) - measures.get("repeated_answered", 0)
    confirmed = min(measures.get("confirmed", 0), rest)
    unhappy = min(max(answered - confirmed, 0), rest - confirmed)
    return Tickets(confirmed, repeated, unhappy, rest - confirmed - unhappy)


def keep_parts(progress: ProgressStore, *, now: datetime, zone: ZoneInfo) -> None:
    """Keep the repeat contacts by channel and team, with the days they are of. `now` is aware.

    Costs one query for each channel and each of at most thirty teams.
    """
    until = now.astimezone(zone).date() - timedelta(OPEN_DAYS)
    since = until - timedelta(_PARTS_DAYS - 1)
    scopes = [("channel", one) for one in get_args(Channel)]
    scopes += [("team", one) for one in progress.values("team")[:_MOST_TEAMS]]
    parts = []
    for scope in scopes:
        added = total(progress.daily(*scope, since, until).values())
        if added["tickets"]:
            parts.append([*scope, *(added[name] for name in _COUNTED)])
    days = {"since": since.isoformat(), "until": until.isoformat()}
    progress.save_snapshot(SNAPSHOT, {"at": iso(now), "parts": parts, **days})


def _tickets(daily: Daily, last: date, days: int) -> Tickets:
    return tickets(total(window(daily, last, days)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _goals(configuration: Configuration, goals: GoalStore, today: date) -> Iterator[KeptGoal]:
    for kept in open_goals(adopted(goals.goals(), configuration.goals, today)):
        if kept.goal.metric in {"north_star", "custom"}:
            yield kept


def _posted(totals: ProgressStore, goals: GoalStore) -> Iterator[Posted]:
    """Yield the newest value of each number that is posted, at most six of them by name."""
    for name in totals.values(NUMBER)[:_MOST_NUMBERS]:
        found: Mapping[date, float] = goals.posted(name)
        if found:
            yield Posted(name, max(found), found[max(found)])
