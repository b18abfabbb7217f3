"""Goals: setting, ending, what people believe of them, and the history of all that.

A goal may stand in northstar.toml or be set by a command; the newest change wins, wherever it was
made. Nothing is overwritten without a line in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, pairwise
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from northstar.app.ports import Alert
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.forecast import Forecast
from northstar.domain.goals import NOTE_LIMIT, Goal, objection
from northstar.domain.status import Settled

FILE = "northstar.toml"
"""The name under which changes of the file stand in the history."""

MOST = 50
"""Goals that are open at a time."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure somebody is, 0 to 10, that the goal is met; at an aware moment."""

    value: int
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GoalState:
    """What `track` has made of a goal: its status, forecast and newest value, at a moment (aware).

    `last` is the last day that all of the goal's sources have read completely. `forecast_from` is
    the day from which there is a forecast, where it is too early. `issued_on` is the day of the
    newest forecast that was kept for good, and `held` of `tried` those that can be told by now.
    `milestones` are (day, value), `trend` some values by week, oldest first. `former` is what the
    goal was before, newest first, each with the last day on which it was that. `version` is the
    one of the goal that all this is of. `read` says that the sources had been read to the end.
    """

    version: int
    made_at: datetime
    day: date
    settled: Settled
    value: float | None
    n: int
    baseline: float
    even_pace: float
    last: date
    forecast: Forecast | None = None
    forecast_from: date | None = None
    issued_on: date | None = None
    held: int = 0
    tried: int = 0
    milestones: tuple[tuple[date, float], ...] = ()
    trend: tuple[tuple[date, float], ...] = ()
    former: tuple[tuple[date, Goal], ...] = ()
    read: bool = True


@dataclass(frozen=True, slots=True)
class KeptGoal:
    """A goal as it is kept: what `file` last said of it, when it ended, and what people believe.

    `version` grows with each change; 0 is not stored yet.
    """

    goal: Goal
    version: int = 0
    file: Goal | None = None
    ended: date | None = None
    confidence: Confidence | None = None
    state: GoalState | None = None

    @property
    def current(self) -> GoalState | None:
        """What `track` has made of it, where that is of this very version."""
        return self.state if self.state and self.state.version == self.version else None


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a goal's history: at an aware moment, by whom, and what it is from then on."""

    at: datetime
    by: str
    what: Literal["set", "ended", "confidence"]
    goal: Goal
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A forecast as it was shown on a day: (day, low, high) of the 80 % interval, week by week.

    `subject` is what the goal then counted (`Goal.subject`).
    """

    day: date
    baseline: float
    probability: float | None
    bands: tuple[tuple[date, float, float], ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A point on the way to a goal, and the day on which it was first reached.

    `subject` is what the goal then counted (`Goal.subject`), and `target` what it was set to;
    `days` is how many it had taken (both None of those kept earlier). Of one that was told: the
    `people` behind the newest reviews with how often, the `tickets` whose customers went on to the
    store's page, and the ids of the newest `reviews`.
    """

    goal: str
    subject: str
    value: float
    day: date
    noticed_at: datetime
    target: float | None = None
    days: int | None = None
    people: tuple[tuple[str, int], ...] = ()
    tickets: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()


class GoalStore(Protocol):
    """Goals, their history, their states, and the numbers that are posted for them."""

    def goals(self) -> list[KeptGoal]:
        """Return every goal with its newest state, by name; ended ones too."""

    def goal(self, name: str) -> KeptGoal | None:
        """Return a goal without its state, read consistently."""

    def save_goal(self, kept: KeptGoal, change: Change) -> None:
        """Store the next version of a goal with its line of history. Raises Conflict."""

    def changes(self, name: str) -> list[Change]:
        """Return the history of a goal, newest first."""

    def save_state(self, name: str, state: GoalState) -> None:
        """Store what was made of a goal, unless a later version of it has a state already."""

    def issue(self, name: str, issued: Issued) -> None:
        """Keep a day's forecast; the first one of a day stays."""

    def issued(self, name: str, since: date) -> list[Issued]:
        """Return the kept forecasts since a day, oldest first."""

    def milestones(self) -> list[Milestone]:
        """Return every milestone that was ever reached, by goal and value."""

    def add_milestone(self, milestone: Milestone, alert: Alert | None = None) -> bool:
        """Keep a milestone, with what is told of it in the same transaction.

        False, and nothing changes, where it is known, or somebody else is keeping it just now.
        """

    def posted(self, number: str) -> dict[date, float]:
        """Return the values that were posted under a name, by day."""

    def post(self, number: str, day: date, value: float) -> None:
        """Keep the value of a day, over what was posted for it before."""


def set_goal(
    goal: Goal, store: GoalStore, *, value: float | None, by: str, now: datetime
) -> KeptGoal:
    """Store a goal under its name, over what it was; an ended one is open again.

    `value` is what the metric is now, where that is known.

    Raises Invalid: it cannot be meant, its new target is reached already, or there are too many.
    Raises Conflict.
    """
    _check(goal)
    kept = store.goal(goal.name)
    same = kept and (kept.goal.target, kept.goal.subject) == (goal.target, goal.subject)
    if not same and value is not None and not goal.holds and goal.target <= value:
        raise Invalid(f"The goal's target is reached already: it is {value:g} now.", "target")
    if kept is None and sum(one.ended is None for one in store.goals()) >= MOST:
        raise Invalid(f"There are {MOST} goals already; end one first.", "name")
    changed = replace(kept or KeptGoal(goal), goal=goal, ended=None)
    if kept != changed:
        _save(changed, Change(now, by, "set", goal), store)
    return changed


def end_goal(name: str, store: GoalStore, *, by: str, now: datetime, today: date) -> KeptGoal:
    """End a goal; it stays in the list of those before. Raises NotFound, Conflict."""
    kept = _known(name, store)
    if kept.ended is None:
        kept = replace(kept, ended=today)
        _save(kept, Change(now, by, "ended", kept.goal), store)
    return kept


def believe(
    name: str, value: int, note: str, store: GoalStore, *, by: str, now: datetime
) -> KeptGoal:
    """Keep how sure somebody is of a goal, 0 to 10. Raises Invalid, NotFound, Conflict."""
    if not 0 <= value <= 10:
        raise Invalid("The confidence is a whole number from 0 to 10.", "confidence")
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"The note has more than {NOTE_LIMIT} characters; shorten it.", "note")
    kept = _known(name, store)
    told = Confidence(value, note.strip(), by, now)
    kept = replace(kept, confidence=told)
    _save(kept, Change(now, by, "confidence", kept.goal, told), store)
    return kept


def adopted(kept: Iterable[KeptGoal], told: Sequence[Goal], today: date) -> Iterator[KeptGoal]:
    """Yield the goals as they are once the file's changes are in: those that stand in it first.

    What the file says of a goal counts when it says something new. One that is no longer in the
    file, and was put there, is ended.
    """
    by_name = {one.goal.name: one for one in kept}
    for goal in told:
        before = by_name.pop(goal.name, KeptGoal(goal))
        said = before.version and before.file == goal
        yield before if said else replace(before, goal=goal, file=goal, ended=None)
    for one in by_name.values():
        gone = one.file is not None
        yield replace(one, file=None, ended=one.ended or today) if gone else one


def adopt(store: GoalStore, told: Sequence[Goal], *, now: datetime, today: date) -> list[KeptGoal]:
    """Store the changes that the file makes; return all goals, those of the file first."""
    before = store.goals()
    known = {one.goal.name: one for one in before}
    for one in adopted(before, told, today):
        if one != known.get(one.goal.name):
            over = one.ended is not None
            _save(one, Change(now, FILE, "ended" if over else "set", one.goal), store)
    return list(adopted(store.goals(), told, today))


def former(changes: Sequence[Change], zone: ZoneInfo, most: int = 5) -> Iterator[tuple[date, Goal]]:
    """Yield what a goal was before where its line was another one, newest first.

    Each comes with the last day on which it was that; `changes` are the newest first.
    """
    told = [one for one in changes if one.what == "set"]
    moved = (
        (newer.at.astimezone(zone).date(), older.goal)
        for newer, older in pairwise(told)
        if _line(newer.goal) != _line(older.goal)
    )
    yield from islice(moved, most)


def _line(goal: Goal) -> tuple[object, ...]:
    return (goal.target, goal.start, goal.deadline, goal.baseline)


def open_goals(kept: Iterable[KeptGoal]) -> list[KeptGoal]:
    """Return the goals that are not ended, in their order."""
    return [one for one in kept if one.ended is None]


def record(
    issued: Iterable[Issued], values: Mapping[date, float], baseline: float, ahead: int = 28
) -> tuple[int, int]:
    """Return how many of the kept forecasts for so many days ahead held, and how many can be told.

    One a week counts, so that they do not all say the same; those from another baseline do not.
    """
    held = tried = 0
    counted_on: date | None = None
    for one in issued:
        if counted_on is not None and (one.day - counted_on).days < 7:
            continue
        band = next((band for band in one.bands if (band[0] - one.day).days == ahead), None)
        if band is None or band[0] not in values or one.baseline != baseline:
            continue
        counted_on = one.day
        tried += 1
        held += band[1] <= values[band[0]] <= band[2]
    return held, tried


def _check(goal: Goal) -> None:
    fault = objection(goal)
    if fault:
        field, reason = fault
        raise Invalid(f"The goal's {field} {reason}.", field)


def _known(name: str, store: GoalStore) -> KeptGoal:
    kept = store.goal(name)
    if kept is None:
        raise NotFound(f"There is no goal named {name!r}; northstar goal list shows them all.")
    return kept


def _save(kept: KeptGoal, change: Change, store: GoalStore) -> None:
    store.save_goal(replace(kept, version=kept.version + 1, state=None), change)
