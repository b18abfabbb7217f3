"""Show the coverage: in which hours of the week customers write, and where they wait too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from northstar.app.configuration import Annotation, Configuration
from northstar.app.goals import GoalStore, adopted, open_goals
from northstar.app.ports import ProgressStore
from northstar.app.show import is_demo
from northstar.app.standings import stand
from northstar.domain import metrics
from northstar.domain.coverage import BOUNDS, IN_TIME, Cell, cells, covered
from northstar.domain.goals import Progress
from northstar.domain.rates import Rate, wilson

Shown = Literal["in-time", "arrivals", "csat"]

PERIODS = (28, 91)
"""Days that the page can be about: whole weeks, so that each hour of the week is in them alike."""

FEW = 5
"""Of fewer tickets or ratings an hour shows no rate, and a slot is not listed as a gap."""

BUSY = 20
POOR = 0.5
"""An hour with that many tickets, less than half of them answered in time, is a busy gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours of one weekday in a row that are not covered: `since` 9 `until` 13 are four hours.

    `tickets` were opened in them; `in_time` is of those whose first reply is known.
    """

    weekday: int
    since: int
    until: int
    in_time: Rate
    tickets: int

    @property
    def late(self) -> int:
        """How many tickets were not answered in time."""
        return self.in_time.n - self.in_time.hits


class Half(NamedTuple):
    """Within how many minutes at least half of n tickets were answered; None: in more than a day.

    Replies are counted in steps (`coverage.BOUNDS`), so it is the first step that half are within.
    """

    minutes: int | None
    n: int


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The hours of the week, added up over the last `days` days.

    A first reply `within` so many minutes is in time. `covered` are the hours that are, of those
    in which a reply is known; `in_time` the tickets, likewise. `half` is None, and `slots` are
    none, where no reply is known. `goal` is the first open goal on these hours. `annotations` are
    what happened in these days.
    """

    business: str
    time_zone: str
    today: date
    days: int
    within: int
    shown: Shown
    cells: tuple[Cell, ...]
    covered: Rate
    in_time: Rate
    half: Half | None
    slots: tuple[Gap, ...]
    goal: Progress | None
    annotations: tuple[Annotation, ...]
    demo: bool

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The slots with enough tickets to tell, those with most late ones first."""
        return tuple(slot for slot in self.slots if slot.in_time.n >= FEW)

    @property
    def missing(self) -> int:
        """How many hours of those in which anybody wrote are not covered, as far as is known."""
        return self.covered.n - self.covered.hits

    @property
    def weeks(self) -> float:
        """Over how many weeks all is added up."""
        return self.days / 7

    @property
    def tickets(self) -> int:
        """How many tickets were opened in all hours together."""
        return sum(cell.tickets for cell in self.cells)

    @property
    def busy(self) -> int:
        """In how many hours anybody wrote."""
        return sum(cell.tickets > 0 for cell in self.cells)


def coverage_view(
    configuration: Configuration,
    *,
    totals: ProgressStore,
    goals: GoalStore,
    now: datetime,
    days: int = PERIODS[0],
    shown: Shown = "in-time",
) -> CoverageView:
    """Return what the page of the coverage shows at `now` (aware); `days` is one of `PERIODS`.

    Where no first reply is known, arrivals are shown in the place of what was in time.
    """
    today = now.astimezone(configuration.business.zone).date()
    told = totals.board([metrics.HOURS], today).days[metrics.HOURS]
    week = cells(told, today, days)
    if configuration.answering.leave_out_suspects:
        week = tuple(map(_without_suspects, week))
    within = configuration.covering.answer_within_minutes
    in_time = overall(week, within)
    return CoverageView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        days=days,
        within=within,
        shown="arrivals" if shown == "in-time" and not in_time.n else shown,
        cells=week,
        covered=covered(week, within),
        in_time=in_time,
        half=half(week),
        slots=needed_slots(week, within),
        goal=_goal(configuration, goals, told, today),
        annotations=tuple(
            one for one in configuration.annotations if today - timedelta(days) < one.day <= today
        ),
        demo=is_demo(configuration),
    )


def overall(week: Iterable[Cell], within: int) -> Rate:
    """Return the tickets answered within so many minutes, of all whose first reply is known."""
    rates = [cell.in_time(within) for cell in week]
    return wilson(sum(rate.hits for rate in rates), sum(rate.n for rate in rates))


def half(week: Sequence[Cell]) -> Half | None:
    """Return within how long half were answered; None where no first reply is known."""
    n = overall(week, BOUNDS[-1]).n
    steps = (bound for bound in BOUNDS if 2 * overall(week, bound).hits >= n)
    return Half(next(steps, None), n) if n else None


def needed_slots(week: Iterable[Cell], within: int) -> tuple[Gap, ...]:
    """Return the hours that are not covered as slots, those with most late tickets first.

    Hours of one weekday that follow each other are one slot.
    """
    return tuple(
        sorted(_slots(week, within), key=lambda slot: (-slot.late, slot.weekday, slot.since))
    )


def is_busy_gap(cell: Cell, within: int) -> bool:
    """Whether many write in this hour, and less than half of them are answered in time."""
    rate = cell.in_time(within)
    return rate.n >= BUSY and rate.hits < POOR * rate.n


def _slots(week: Iterable[Cell], within: int) -> Iterator[Gap]:
    """Yield the hours that are not covered, joined where they follow each other on one weekday."""
    slot: Gap | None = None
    for cell in sorted(week, key=lambda cell: (cell.weekday, cell.hour)):
        rate = cell.in_time(within)
        if rate.share is None or rate.share >= IN_TIME:
            continue
        if slot and (slot.weekday, slot.until) == (cell.weekday, cell.hour):
            joined = wilson(slot.in_time.hits + rate.hits, slot.in_time.n + rate.n)
            tickets = slot.tickets + cell.tickets
            slot = replace(slot, until=cell.hour + 1, in_time=joined, tickets=tickets)
            continue
        if slot:
            yield slot
        slot = Gap(cell.weekday, cell.hour, cell.hour + 1, rate, cell.tickets)
    if slot:
        yield slot


def _without_suspects(cell: Cell) -> Cell:
    """The same hour without the answers that look machine-made."""
    (measures,) = metrics.without_suspects({date.min: cell.measures}).values()
    return replace(cell, measures=measures)


def _goal(
    configuration: Configuration, goals: GoalStore, told: metrics.Daily, today: date
) -> Progress | None:
    """How the first open goal on these hours stands."""
    kept = open_goals(adopted(goals.goals(), configuration.goals, today))
    wanted = next((one.goal for one in kept if one.goal.metric == "hour_coverage"), None)
    return stand(wanted, told, configuration, goals, today) if wanted else None
