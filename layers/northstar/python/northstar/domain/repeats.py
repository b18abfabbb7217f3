"""Repeat contacts: somebody who was helped, and had to ask about the same again within a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace
from datetime import datetime, timedelta

from northstar.domain.surveys import Ask
from northstar.domain.times import iso, parse

WITHIN = timedelta(days=7)
"""So long after a solution another ticket of the person is a repeat contact."""

About = Callable[[Ask], Set[str]]
"""Tells the topics of the ticket of an ask; none where they are not known."""


def opened_at(ask: Ask) -> datetime:
    """Return when the ticket was opened, to the millisecond as it is stored.

    Where nobody told that, it is when the ticket was solved.
    """
    return parse(iso(ask.ticket.opened_at or ask.ticket.solved_at))


def near(ask: Ask, others: Iterable[Ask]) -> list[Ask]:
    """Return those of a person's other asks that repeat this one, or that it repeats, by time.

    `others` are of other tickets: the same one again is a reopening.
    """
    return [one for one in others if _follows(one, ask) or _follows(ask, one)]


def marked(ask: Ask, others: Iterable[Ask], about: About) -> Iterator[Ask]:
    """Yield the next version of each of these asks whose `repeated_at` changes.

    It is the earliest opening of another ticket of the person about the same, after the solution
    and at most `WITHIN` after it; so the order in which tickets become known makes no difference.
    What becomes of the later ticket makes none either: somebody had to write again. Topics that are
    not known, of either ticket, count as the same.
    """
    told = [one for one in near(ask, others) if _same(about(ask), about(one))]
    yield from _earlier(ask, (opened_at(one) for one in told if _follows(one, ask)))
    for one in told:
        if _follows(ask, one):
            yield from _earlier(one, [opened_at(ask)])


def _follows(later: Ask, ask: Ask) -> bool:
    solved = ask.ticket.solved_at
    return solved < opened_at(later) <= solved + WITHIN


def _same(one: Set[str], other: Set[str]) -> bool:
    return not one or not other or not one.isdisjoint(other)


def _earlier(ask: Ask, openings: Iterable[datetime]) -> Iterator[Ask]:
    """Yield the ask with the first of the openings, where it is earlier than what it has."""
    first = min(openings, default=None)
    if first and (ask.repeated_at is None or first < ask.repeated_at):
        yield replace(ask, repeated_at=first, version=ask.version + 1)
