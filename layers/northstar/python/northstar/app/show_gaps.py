"""Show the knowledge gaps: what was heard in the newest night, with the words as they stand now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from northstar.app.configuration import Configuration
from northstar.app.gaps import DAYS, NO_TOPIC, QUOTES, SNAPSHOT
from northstar.app.insights import Quote, passage_of
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show import is_demo
from northstar.domain.aggregates import Record
from northstar.domain.feedback import Feedback, feedback
from northstar.domain.rates import Difference, Rate, difference, wilson
from northstar.domain.surveys import Ask

SHOWN = 12
"""So many topics of each list are shown with their quotes; the file has all of them."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said, as it stands now, and the feedback that it is a part of, if any."""

    words: str
    item: Feedback | None
    language: str | None


@dataclass(frozen=True, slots=True)
class GapNumbers:
    """What is missing in one topic, or in what is about none (`NO_TOPIC`).

    `unhappy` is the share of answers that say no or rate 1 to 3, `against` how it differs from all
    other answers, `solved` the share of *yes*. `without` is the share of tickets that no template
    answered. So many unhappy answers were `avoidable`: more than at the share of the others.
    `asked` texts ask how something is done; `noted` are notes of agents.
    """

    name: str
    unhappy: Rate
    against: Difference | None
    solved: Rate
    without: Rate
    avoidable: float
    asked: int
    noted: int
    complaints: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()
    questions: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class GapsView:
    """The gaps of the `days` until `day`; None before the first night.

    `gaps` stand in the order of what was avoidable, `asked` by how many ask how something is done.
    """

    business: str
    time_zone: str
    days: int
    day: date | None
    gaps: tuple[GapNumbers, ...]
    asked: tuple[GapNumbers, ...]
    demo: bool


def gaps_view(
    configuration: Configuration, *, feedback: FeedbackStore, totals: ProgressStore
) -> GapsView:
    """Return what the page shows; costs one read, and the feedback of the quotes that it shows."""
    found = totals.snapshot(SNAPSHOT) or {"day": None, "all": {}, "topics": {}}
    told: Mapping[str, Mapping[str, Any]] = found["topics"]
    every = Counter[str](found["all"])
    numbers = [_numbers(name, Counter(one["counts"]), every) for name, one in told.items()]
    gaps = sorted((one for one in numbers if one.name != NO_TOPIC), key=_most_avoidable)
    asked = sorted((one for one in numbers if one.asked), key=lambda one: (-one.asked, one.name))
    shown = {one.name for one in (*gaps[:SHOWN], *asked[:SHOWN])}
    records = feedback.by_ids({one for name in shown for one in _ids(told[name])})

    def proved(one: GapNumbers) -> GapNumbers:
        return _proved(one, told[one.name], records) if one.name in shown else one

    return GapsView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        days=DAYS,
        day=date.fromisoformat(found["day"]) if found["day"] else None,
        gaps=tuple(map(proved, gaps)),
        asked=tuple(map(proved, asked)),
        demo=is_demo(configuration),
    )


def _most_avoidable(one: GapNumbers) -> tuple[float, int, str]:
    return (-one.avoidable, -one.without.hits, one.name)


def _numbers(name: str, counts: Counter[str], every: Counter[str]) -> GapNumbers:
    unhappy = wilson(counts["unhappy"], counts["answers"])
    others = wilson(every["unhappy"] - unhappy.hits, every["answers"] - unhappy.n)
    usual = unhappy.n * (others.share or 0.0)
    return GapNumbers(
        name=name,
        unhappy=unhappy,
        against=difference(unhappy, others),
        solved=wilson(counts["yes"], counts["yes"] + counts["no"]),
        without=wilson(counts["without"], counts["tickets"]),
        avoidable=max(0.0, unhappy.hits - usual),
        asked=counts["how"],
        noted=counts["notes"],
    )


def _ids(told: Mapping[str, Any]) -> Iterator[str]:
    yield from told["subjects"]
    for quotes in told["quotes"].values():
        yield from (feedback_id for feedback_id, *_ in quotes)


def _proved(one: GapNumbers, told: Mapping[str, Any], records: Mapping[str, Record]) -> GapNumbers:
    """Return the same with words, as far as they still stand where they stood that night."""

    def said(kind: str) -> tuple[Words, ...]:
        return tuple(_said(told["quotes"].get(kind, ()), records))

    questions = (*said("how"), *_subjects(told["subjects"], records))
    return replace(
        one, complaints=said("complaints"), notes=said("notes"), questions=questions[:QUOTES]
    )


def _said(quotes: Iterable[Sequence[Any]], records: Mapping[str, Record]) -> Iterator[Words]:
    for quote in (Quote(*one) for one in quotes):
        record = records.get(quote.feedback)
        words = passage_of(quote, record) if record else None
        item = feedback(record) if record else None
        if words and item:
            yield Words(words, item, item.language)


def _subjects(ids: Iterable[str], records: Mapping[str, Record]) -> Iterator[Words]:
    """Yield the subjects of tickets; one that nobody answered about is no feedback."""
    for one in ids:
        record = records.get(one)
        if isinstance(record, Ask) and record.ticket.subject:
            yield Words(record.ticket.subject, feedback(record), record.ticket.language)
