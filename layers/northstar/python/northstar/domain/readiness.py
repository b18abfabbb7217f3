"""Readiness: whether a template solves enough, for certain, to be sent without a person.

A version of a template is used by hand until customers say often enough that it solved their
problem; then it is ready, and a person may automate it. It is demoted when that is surely over.
Silence never counts as solved: only answers do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal

from northstar.domain import repeats
from northstar.domain.aggregates import Measures, total
from northstar.domain.rates import Z_95, Difference, Rate, difference

State = Literal["by hand", "ready", "automated", "demoted"]
Doubt = Literal["review", "falling"]
"""Why an article wants a look: its review is due, or its template's solved rate falls."""

WINDOW = 91
"""Days of answers and tickets that a verdict is about."""

OPEN = repeats.WITHIN.days + 1
"""So many of the newest days, with today, hold tickets whose customer may still come back: they
count on neither side."""

ENOUGH_TICKETS = 30
"""Of fewer tickets repeat contacts are not compared."""

MOST_ANSWERS = 1000
"""More further answers than these are not counted out."""

RECENT = 28
BEFORE = 91
"""A falling rate is that of the newest 28 days against the 91 before them."""

QUIET = timedelta(days=1)
"""So long nothing is told of a version that was old when it was first seen."""

IN_USE = 7
"""Days within which a version was used, or nobody needs to be told of it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict on one version rests on.

    `solved` is of the answers to question 1, `repeated` of the tickets that are old enough, and
    `by_hand` the same of tickets that no template answered.
    """

    solved: Rate
    repeated: Rate
    by_hand: Rate


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence says against a gate (a share 0..1).

    `answers` are the further ones that are needed at the present rate: 0 when the lower end of the
    interval has passed the gate, None when the rate itself is not above it. `tickets` and `by_hand`
    are needed to compare repeat contacts; `more` is how many more of them the template has, None
    until there are enough. `below` says that the upper end of the solved rate is under the gate.
    """

    evidence: Evidence
    gate: float
    answers: int | None
    below: bool
    tickets: int
    by_hand: int
    more: Difference | None

    @property
    def worse(self) -> bool:
        """Whether more customers come back than by hand, for certain."""
        return self.more is not None and self.more.low > 0

    @property
    def rises(self) -> bool:
        """Whether it may be automated."""
        return self.answers == 0 and self.more is not None and not self.worse

    @property
    def falls(self) -> bool:
        """Whether it surely may not."""
        return self.below or self.worse


def judge(evidence: Evidence, gate: float) -> Judgement:
    """Return what the evidence says; the gate is a share, such as 0.8."""
    short = ENOUGH_TICKETS - evidence.repeated.n, ENOUGH_TICKETS - evidence.by_hand.n
    tickets, by_hand = (max(0, missing) for missing in short)
    enough = not tickets and not by_hand
    return Judgement(
        evidence=evidence,
        gate=gate,
        answers=further_answers(evidence.solved, gate),
        below=evidence.solved.high < gate,
        tickets=tickets,
        by_hand=by_hand,
        more=difference(evidence.repeated, evidence.by_hand) if enough else None,
    )


def further_answers(solved: Rate, gate: float) -> int | None:
    """Return how many more answers, at the present rate, lift the lower end over the gate.

    The ends of the Wilson interval are where (p − g)² = z²·g(1 − g)/n, so the lower one is the gate
    g at n = z²·g(1 − g)/(p − g)². Without any answer p is taken as 1, the fewest there can be; None
    where p is not above the gate.
    """
    if solved.n and solved.low >= gate:
        return 0
    share = 1.0 if solved.share is None else solved.share
    if share <= gate:
        return None
    needed = ceil(Z_95**2 * gate * (1 - gate) / (share - gate) ** 2)
    return max(1, needed - solved.n)


def step(state: State, found: Judgement) -> State:
    """Return the next state of a version; only a person makes it automated.

    What falls must be sure, and so must what rises: between both a state stays. A demoted one rises
    again only when its repeat contacts are not above those by hand at all, so that it does not
    change with every ticket. What is ready without any answer left is by hand again.
    """
    if state in ("ready", "automated") and found.falls:
        return "demoted"
    if state == "ready" and not found.evidence.solved.n:
        return "by hand"
    if state == "by hand" and found.rises:
        return "ready"
    if state == "demoted" and found.rises and found.more and found.more.points <= 0:
        return "ready"
    return state


def quiet_until(seen_at: datetime, first: date, today: date) -> datetime:
    """Return until when nothing is told of a version that is first seen at a moment (aware).

    One whose `first` day is older than a week was brought by an import or by the first start.
    """
    return seen_at + QUIET if (today - first).days >= IN_USE else seen_at


def is_used(last: date, today: date) -> bool:
    """Whether a version that was used or answered on its `last` day is still in use."""
    return (today - last).days < IN_USE


def falling(recent: Rate, before: Rate, least: int) -> bool:
    """Whether a rate is surely lower than before; both must be of at least so many answers."""
    found = difference(recent, before) if min(recent.n, before.n) >= least else None
    return found is not None and found.verdict == "worse"


def doubt(
    verified: date, today: date, *, review_days: int, falls: bool, doubted: Doubt | None
) -> Doubt | None:
    """Return why an article wants a look, or None; once it does, only verifying it ends that.

    A falling rate says nothing about an article that was verified within the days that it is of.
    """
    if doubted:
        return doubted
    age = (today - verified).days
    if age >= review_days:
        return "review"
    return "falling" if falls and age >= RECENT else None


def span(daily: Mapping[date, Measures], first: date, last: date) -> Measures:
    """Return what the days from the first to the last add up to, both included."""
    return total(told for day, told in daily.items() if first <= day <= last)


def settled_days(today: date) -> tuple[date, date]:
    """Return the first and the last day whose tickets count for repeat contacts."""
    return today - timedelta(WINDOW - 1), today - timedelta(OPEN)
