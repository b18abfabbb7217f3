"""Show milestones: every one that was ever reached, who was behind it, and when the next may come.

All of it is read as it was kept: the goals with their states, and the milestones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil

from northstar.app import milestones
from northstar.app.configuration import Configuration
from northstar.app.goals import GoalState, GoalStore, KeptGoal, Milestone, open_goals
from northstar.app.show import is_demo
from northstar.app.standings import all_goals
from northstar.domain.forecast import Band
from northstar.domain.goals import Goal
from northstar.domain.status import Status

_FORETOLD: tuple[Status, ...] = ("on track", "close", "off track")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A milestone that is not reached yet, and the 80 % range of the days it may come on.

    `range` is None without a forecast; a day in it is None where it lies beyond the forecast.
    """

    value: float
    range: tuple[date | None, date | None] | None


@dataclass(frozen=True, slots=True)
class GoalMilestones:
    """The milestones of one goal: reached (newest first), ahead (next first), and former ones.

    The `former` are of what the goal counted before it was changed, newest first.
    """

    kept: KeptGoal
    reached: tuple[Milestone, ...]
    ahead: tuple[Ahead, ...]
    former: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class MilestonesView:
    """The milestones of all goals: those of the open ones first, then of the ended ones.

    `newest` is the one that was reached last, with its goal. `ticket_url` has {ticket} in the place
    of a ticket's id.
    """

    business: str
    time_zone: str
    today: date
    goals: tuple[GoalMilestones, ...]
    newest: tuple[KeptGoal, Milestone] | None
    ticket_url: str | None
    demo: bool


def milestones_view(
    configuration: Configuration, *, goals: GoalStore, now: datetime
) -> MilestonesView:
    """Return what the page of the milestones shows at `now` (aware)."""
    today = now.astimezone(configuration.business.zone).date()
    every = all_goals(configuration, goals, today)
    over = sorted((one for one in every if one.ended), key=_ended_on, reverse=True)
    known = goals.milestones()
    told = [_of_goal(one, known) for one in [*open_goals(every), *over]]
    return MilestonesView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        goals=tuple(one for one in told if one.reached or one.ahead or one.former),
        newest=_newest(told),
        ticket_url=configuration.alerting.ticket_url,
        demo=is_demo(configuration),
    )


def _ended_on(kept: KeptGoal) -> date:
    return kept.ended or date.min


def _newest(told: Iterable[GoalMilestones]) -> tuple[KeptGoal, Milestone] | None:
    """The milestone that was reached last, by what its goal counts now."""
    found = [(one.kept, milestone) for one in told for milestone in one.reached[:1]]
    return max(found, key=lambda one: (one[1].day, one[1].noticed_at), default=None)


def _of_goal(kept: KeptGoal, known: Sequence[Milestone]) -> GoalMilestones:
    goal, state = kept.goal, kept.current
    own = [one for one in known if one.goal == goal.name]
    reached = [_as_counted(one, goal, state) for one in own if one.subject == goal.subject]
    former = [one for one in own if one.subject != goal.subject]
    return GoalMilestones(
        kept=kept,
        reached=tuple(_newest_first(reached)),
        ahead=() if kept.ended else tuple(_ahead(goal, state, {one.value for one in reached})),
        former=tuple(_newest_first(former)),
    )


def _newest_first(told: Iterable[Milestone]) -> list[Milestone]:
    return sorted(told, key=lambda one: (one.day, one.value), reverse=True)


def _as_counted(one: Milestone, goal: Goal, state: GoalState | None) -> Milestone:
    """The milestone with its day by the newest count, and with what older ones do not tell."""
    day = {value: day for day, value in (state.milestones if state else ())}.get(one.value, one.day)
    target = goal.target if one.target is None else one.target
    return replace(one, day=day, days=milestones.days_taken(goal, day), target=target)


def _ahead(goal: Goal, state: GoalState | None, reached: set[float]) -> Iterator[Ahead]:
    for value in milestones.marks(goal):
        below = state is not None and value <= state.baseline
        if value not in reached and not below:
            yield Ahead(value, _range(value, goal, state))


def _range(
    value: float, goal: Goal, state: GoalState | None
) -> tuple[date | None, date | None] | None:
    """The 80 % range of the days on which a value may be reached, where there is a forecast."""
    told = state.forecast if state and state.settled.shown in _FORETOLD else None
    if state is None or told is None or told.p80 is None:
        return None
    if value == goal.target and told.eta80:
        return told.eta80[0], told.eta80[-1]
    if not told.bands:
        return None
    start = Band(state.last, *(round(told.value),) * 5)
    line = [start, *told.bands]
    highest = [(band.day, float(band.p90)) for band in line]
    lowest = [(band.day, float(band.p10)) for band in line]
    return _crossed(highest, value), _crossed(lowest, value)


def _crossed(line: Sequence[tuple[date, float]], value: float) -> date | None:
    """The first day on which a line is at a value or above it; between two points it is straight.

    None where it is not.
    """
    for (since, low), (until, high) in pairwise(line):
        if high >= value > low:
            share = (value - low) / (high - low)
            return since + timedelta(ceil((until - since).days * share))
    return None
