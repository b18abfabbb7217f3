"""Milestones: points on the way to a goal, each kept when it is reached, and told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from northstar.app.credits import Credits, credits  # noqa: A004
from northstar.app.goals import Change, GoalStore, KeptGoal, Milestone
from northstar.app.in_words import amount, many
from northstar.app.ports import Alert, FeedbackStore
from northstar.app.texts import DEFAULT, day
from northstar.domain.feedback import Feedback
from northstar.domain.goals import OF_REVIEWS, Goal, Progress

NEWS = timedelta(days=21)
"""A milestone that was reached longer ago is kept, and nobody is told of it: an import brought it.

Reviews that go and come back can bring one that is some weeks old.
"""

NEWEST = 100
"""So many of the newest feedback are looked at for those behind a milestone."""

MOST_REVIEWS = 5
"""So many reviews are named with a milestone, the newest."""

PARTS = {1: "A quarter", 2: "Half", 3: "Three quarters", 4: "All"}
"""How many quarters of the target a milestone is, in words."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What is kept of a goal: its milestones as (day, value), and those that are new."""

    told: tuple[tuple[date, float], ...] = ()
    new: tuple[Milestone, ...] = ()


NOTHING = Reached()


def marks(goal: Goal) -> tuple[float, ...]:
    """Return a quarter, a half, three quarters and all of a target; what is to be held has none."""
    if goal.holds:
        return ()
    if goal.adds_up:
        return tuple(goal.target * part // 4 for part in PARTS)
    return tuple(goal.target * part / 4 for part in PARTS)


def days_taken(goal: Goal, day: date) -> int:
    """Return how many days a goal has taken at the end of a day; that of its start is one."""
    return (day - goal.start).days + 1


def part(goal: Goal, value: float) -> str | None:
    """Return which part of a target a milestone is: "Half"; None where it is no quarter of it."""
    return dict(zip(marks(goal), PARTS.values(), strict=False)).get(value)


def reached(standing: Progress, known: Sequence[Milestone], now: datetime) -> Reached:
    """Return the milestones of a goal as its days tell them now; `known` are those that are kept.

    One that is kept stays, whatever goes; its day is that of the newest count, where it is still
    reached by that.
    """
    goal, made = standing.goal, {one.value: one.day for one in known}
    since = [(day, value) for day, value in standing.series if day >= goal.start]
    new = []
    for value in marks(goal):
        first = next((day for day, total in since if total >= value), None)
        if first is None:
            continue
        if value not in made and standing.baseline < value:
            taken = days_taken(goal, first)
            new.append(Milestone(goal.name, goal.subject, value, first, now, goal.target, taken))
        made[value] = first
    told = ((day, value) for value, day in made.items())
    shown = (one for one in told if standing.baseline < one[1] <= goal.target)
    return Reached(() if goal.holds else tuple(sorted(shown)), tuple(new))


def keep(
    new: Sequence[Milestone], goal: Goal, goals: GoalStore, feedback: FeedbackStore, *, today: date
) -> None:
    """Keep new milestones of a goal, and tell of the last one that is news, with it."""
    news = [one for one in new if today - one.day <= NEWS]
    told = max(news, key=lambda one: one.value, default=None)
    keep_quietly((one for one in new if one is not told), goals)
    if told:
        full = _with_people(told, goal, feedback, today)
        goals.add_milestone(full, _alert(full, goal))


def keep_quietly(new: Iterable[Milestone], goals: GoalStore) -> None:
    """Keep milestones that are no news."""
    for one in new:
        goals.add_milestone(one)


def is_tracked_anew(kept: KeptGoal, changes: Iterable[Change], begun: datetime | None) -> bool:
    """Whether a goal was never tracked as what it counts now; `changes` are the newest first.

    Nor was it before all of its sources had been read to the end: `begun` is when the newest of
    them was first read (aware), and what a source had before that is no news.
    """
    state = kept.state
    if state is None or not state.read or (begun is not None and state.made_at < begun):
        return True
    began = None
    for change in changes:
        if change.goal.subject != kept.goal.subject:
            break
        began = change.at
    return began is not None and state.made_at < began


def _with_people(told: Milestone, goal: Goal, feedback: FeedbackStore, today: date) -> Milestone:
    """The milestone with whoever is behind the newest reviews; only reviews have anybody."""
    if goal.metric not in OF_REVIEWS:
        return told
    newest = feedback.newest(today, NEWEST)
    reviews = list(_reviews_of(goal, newest))
    behind: Credits = credits(reviews, [one for one in newest if one.kind == "answer"])
    ids = tuple(one.id for one in reviews[:MOST_REVIEWS])
    return replace(told, people=behind.people, tickets=behind.tickets, reviews=ids)


def _reviews_of(goal: Goal, newest: Iterable[Feedback]) -> Iterator[Feedback]:
    """Yield the public reviews that a goal counts."""
    for one in newest:
        if one.kind != "review" or not one.public:
            continue
        of_app = goal.app is None or one.id.startswith(f"{goal.app}:")
        of_source = goal.source in {None, one.source}
        if of_app and of_source and (goal.metric != "five_star_reviews" or one.rating == 5):
            yield one


def _alert(told: Milestone, goal: Goal) -> Alert:
    days = many(days_taken(goal, told.day), "day")
    target, when = amount(goal.target, goal.unit), day(told.day, DEFAULT)
    return Alert(
        kind="milestone",
        at=told.noticed_at,
        subject=goal.name,
        detail=f"{part(goal, told.value)} of {target} was reached on {when}, after {days}.",
        n=int(told.value) if goal.adds_up else None,
        path="/milestones",
        data={
            "goal": goal.name,
            "value": told.value,
            "target": goal.target,
            "metric": goal.metric,
            "day": told.day.isoformat(),
            "days": told.days,
            "people": [list(one) for one in told.people],
            "tickets": list(told.tickets),
            "reviews": list(told.reviews),
        },
    )
