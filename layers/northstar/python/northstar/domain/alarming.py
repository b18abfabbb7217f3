"""What is worth telling about numbers, once an episode and not by chance.

Each rule looks at complete days or weeks only. How often the rules err in quiet years is measured
in tests/property/test_alarming.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile
from statistics import fmean, variance
from typing import NamedTuple

from northstar.domain.counts import Total, at_most
from northstar.domain.rates import Rate, difference, wilson
from northstar.domain.status import Status

LATE = timedelta(days=3)
"""What could have been seen longer ago than this is the past, and nobody is told of it."""

WEEKS_BEFORE = 8
LEAST_ANSWERS = 30
"""With fewer answers a week says too little: the pages grey such a rate."""

LEAST_TEXTS = 20
TIMES = 2
CHANCE = 3e-4
"""Many topics are looked at every day, so a rise that comes oftener by chance is no news."""

LOOKED_BACK = 14
"""How many weeks, or days, back the beginning of a fall or a rise is looked for."""

_WEEK = 7
_BEFORE = 28
_MINDS: tuple[Status, ...] = ("on track", "close", "off track")
_SURE: tuple[Status, ...] = ("reached", "ended", "stale")


class Fall(NamedTuple):
    """Two weeks whose rates both lie surely below that of the eight weeks before them.

    For so many weeks `ago` it has been so at the end of each week.
    """

    before: Rate
    first: Rate
    second: Rate
    ago: int


class Rise(NamedTuple):
    """Texts in a week, and what a week had before; at the end of each day since it has been so."""

    texts: int
    usual: float
    since: date


class Sign(NamedTuple):
    """Something that is so `since` a day, and could be seen from a day on."""

    since: date
    visible: date


@dataclass(frozen=True, slots=True)
class Episode:
    """A sign from its beginning to its end: since when, when it was seen first, and was so last.

    `news` says that it was seen in time to tell somebody.
    """

    since: date
    seen: date
    held: date
    news: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What status a goal is known to have, since the day on which that was noticed.

    `line` is what the goal was then. `before` is the status before, where the change is news.
    """

    line: str
    status: Status
    since: date
    before: Status | None = None


def fall(weeks: Sequence[Rate]) -> Fall | None:
    """Return how the newest two of these complete weeks (oldest first) have fallen, if they have.

    A week lies surely below where the 95 % interval of the difference leaves out 0.
    """
    newest = _fall(weeks)
    if newest is None:
        return None
    earlier = (_fall(weeks[: len(weeks) - back]) for back in range(1, LOOKED_BACK + 1))
    return newest._replace(ago=len(list(takewhile(bool, earlier))))


def rise(texts: Mapping[date, int], last: date) -> Rise | None:
    """Return how the week up to the complete day `last` has risen over the four before, if it has.

    It has at least twice as many texts, at least `LEAST_TEXTS`, and so many come by chance less
    often than `CHANCE`: of a negative binomial week, as uneven as the days of the four weeks were,
    and as unsure as their mean is. A topic without a text before these five weeks is new, or what
    is read is: then there is nothing to compare with.
    """
    days = [last - timedelta(back) for back in range(LOOKED_BACK)]
    held = list(takewhile(lambda day: _risen(texts, day), days))
    if not held or last - _first(texts) < timedelta(_WEEK + _BEFORE):
        return None
    week, before = _windows(texts, last)
    return Rise(sum(week), fmean(before) * _WEEK, held[-1])


def follow(
    before: Mapping[str, Episode], found: Mapping[str, Sign], today: date, quiet: timedelta
) -> dict[str, Episode]:
    """Return the episodes by name after a look at what is found today.

    One that has not been found for longer than `quiet` is over; until then it goes on, whatever
    the sign says of its beginning.
    """
    going_on = {name: one for name, one in before.items() if today - one.held <= quiet}
    after = dict(going_on)
    for name, sign in found.items():
        known = going_on.get(name)
        begun = Episode(sign.since, today, today, today - sign.visible <= LATE)
        after[name] = replace(known, held=today) if known else begun
    return after


def stands(before: Standing | None, line: str, found: Status, today: date) -> Standing:
    """Return how a goal stands after a look at the status that is shown.

    It changes once a day at most. What a goal shows first is no news, nor that a forecast begins or
    pauses.
    """
    if before is None or before.line != line:
        return Standing(line, found, today)
    if found == before.status or today <= before.since:
        return before
    if before.status in _MINDS and found not in (*_MINDS, *_SURE):
        return before
    told = found in _SURE or (found in _MINDS and before.status in (*_MINDS, *_SURE))
    return Standing(line, found, today, before.status if told else None)


def _fall(weeks: Sequence[Rate]) -> Fall | None:
    if len(weeks) < WEEKS_BEFORE + 2:
        return None
    *before, first, second = weeks[-WEEKS_BEFORE - 2 :]
    usual = wilson(sum(one.hits for one in before), sum(one.n for one in before))
    if min(usual.n, first.n, second.n) < LEAST_ANSWERS:
        return None
    apart = (difference(rate, usual) for rate in (first, second))
    if not all(found and found.verdict == "worse" for found in apart):
        return None
    return Fall(usual, first, second, 0)


def _first(texts: Mapping[date, int]) -> date:
    return min(day for day, many in texts.items() if many)


def _windows(texts: Mapping[date, int], last: date) -> tuple[list[int], list[int]]:
    """The texts of each day of the week up to a day, and of the four weeks before."""
    days = [texts.get(last - timedelta(back), 0) for back in range(_WEEK + _BEFORE)]
    return days[:_WEEK], days[_WEEK:]


def _risen(texts: Mapping[date, int], last: date) -> bool:
    week, before = _windows(texts, last)
    came, usual = sum(week), fmean(before) * _WEEK
    if came < max(LEAST_TEXTS, TIMES * usual):
        return False
    uneven = max(1.0, variance(before) / fmean(before)) if usual else 1.0
    spread = uneven * usual * (1 + _WEEK / _BEFORE)
    return 1 - at_most(came - 1, Total(usual, spread)) < CHANCE
