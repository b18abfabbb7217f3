"""Knowledge gaps: on which topics customers are not helped, heard from all records in one night.

What customers ask how to do is heard too, and what agents note. No text is kept: a quote says where
it stands in which feedback, as insights do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from northstar.app.insights import About, quotes_of
from northstar.domain.aggregates import Record
from northstar.domain.newest import Newest
from northstar.domain.questions_asked import asks_how
from northstar.domain.remarks import Remark
from northstar.domain.summary import Passage, passages, summary
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.times import business_day

SNAPSHOT = "gaps"
"""The name under which the gaps of the newest night are kept."""

DAYS = 91
QUOTES = 3
NO_TOPIC = ""
"""In place of a topic: what is about none that we know."""

Said = Literal["complaints", "how", "notes"]

_MOST_PASSAGES = 300
"""Of one topic and kind so many passages are compared, the newest."""

_UNKNOWN = "und"


@dataclass(frozen=True, slots=True)
class _Topic:
    """What is heard of one topic: numbers, passages to choose quotes from, and asks by subject."""

    counts: Counter[str] = field(default_factory=Counter)
    said: Mapping[Said, Newest[tuple[Passage, str]]] = field(
        default_factory=lambda: defaultdict(lambda: Newest(_MOST_PASSAGES))
    )
    subjects: Newest[str] = field(default_factory=lambda: Newest(QUOTES))


class Gathering:
    """Hears records one after the other, in any order, and tells what is missing in which topic."""

    def __init__(self, today: date, zone: ZoneInfo, about: About) -> None:
        """`about` tells the topics of a text; heard is what is of the `DAYS` until today."""
        self._today, self._zone, self._about = today, zone, about
        self._all: Counter[str] = Counter()
        self._topics: defaultdict[str, _Topic] = defaultdict(_Topic)

    def add(self, record: Record) -> None:
        """Hear a record. Reviews and answers that look machine-made tell nothing here."""
        match record:
            case Ask():
                self._add_ask(record)
            case AnonymousAnswer():
                self._add_anonymous(record)
            case Remark():
                self._add_remark(record)

    def found(self) -> dict[str, Any]:
        """Return what was heard, as a JSON object.

        `day` is the last day, `all` are the numbers of all records together. `topics` have each its
        `counts`, its `quotes` by kind (feedback, start, length, check), and as `subjects` the asks
        of tickets whose subjects ask how something is done.
        """
        return {
            "day": self._today.isoformat(),
            "all": dict(sorted(self._all.items())),
            "topics": {name: _found(topic) for name, topic in sorted(self._topics.items())},
        }

    def _add_ask(self, ask: Ask) -> None:
        ticket = ask.ticket
        day = business_day(ticket.solved_at, self._zone)
        if ask.state == "cancelled" or not self._is_heard(day):
            return
        response = None if ask.suspect else ask.response
        subject, language = ticket.subject or "", ticket.language or _UNKNOWN
        asked = self._about(subject, language)
        topics = {*asked, *_topics(ask)}
        how = asks_how(subject, language)
        told = {"tickets": True, "without": ticket.template is None, "how": how}
        self._count(topics, [*(name for name, holds in told.items() if holds), *_outcome(response)])
        if how:
            for name in topics or {NO_TOPIC}:
                self._topics[name].subjects.add(day, ask.id, ask.id)
        if response:
            self._listen(ask, day, topics, response, whole=asked)

    def _add_anonymous(self, answer: AnonymousAnswer) -> None:
        if not answer.suspect and self._is_heard(answer.day):
            self._count(_topics(answer), _outcome(answer.response))
            self._listen(answer, answer.day, _topics(answer), answer.response)

    def _add_remark(self, remark: Remark) -> None:
        day = business_day(remark.said.said_at, self._zone)
        if not self._is_heard(day):
            return
        if remark.said.author != "agent":
            self._listen(remark, day, _topics(remark), None)
        elif remark.document.text:
            self._count(_topics(remark), ["notes"])
            self._quote("notes", remark, day, _topics(remark))

    def _is_heard(self, day: str) -> bool:
        first = self._today - timedelta(DAYS - 1)
        return first.isoformat() <= day <= self._today.isoformat()

    def _count(self, topics: Collection[str], counts: Iterable[str]) -> None:
        told = [*counts]
        self._all.update(told)
        for name in topics or [NO_TOPIC]:
            self._topics[name].counts.update(told)

    def _listen(
        self,
        record: Record,
        day: str,
        topics: Collection[str],
        response: Response | None,
        *,
        whole: Collection[str] = (),
    ) -> None:
        """Keep what a customer's text says; of the topics in `whole` all of it."""
        if "unhappy" in _outcome(response):
            self._quote("complaints", record, day, topics, whole)
        if asks_how(record.document.text, _language(record)):
            self._count(topics, ["how"])
            self._quote("how", record, day, topics or [NO_TOPIC], topics or [NO_TOPIC])

    def _quote(
        self,
        kind: Said,
        record: Record,
        day: str,
        topics: Collection[str],
        whole: Collection[str] = (),
    ) -> None:
        """Keep the passages of a text for the topics that they are about, or for `whole` ones."""
        text, language = record.document.text, _language(record)
        for number, passage in enumerate(passages(record.id, text)):
            if kind == "how" and not asks_how(passage.text, language):
                continue
            about = {*self._about(passage.text, language), *whole}
            for name in about.intersection(topics):
                self._topics[name].said[kind].add(day, f"{record.id} {number}", (passage, text))


def _topics(record: Record) -> tuple[str, ...]:
    return record.verdict.about if record.verdict else ()


def _language(record: Record) -> str:
    if record.verdict:
        return record.verdict.language
    return record.document.declared_language or _UNKNOWN


def _outcome(response: Response | None) -> tuple[str, ...]:
    """What an answer counts as; unhappy is who says no, or rates 1 to 3."""
    if response is None:
        return ()
    if response.solved is not None:
        return ("answers", "yes") if response.solved else ("answers", "no", "unhappy")
    return ("answers",) if (response.csat or 0) >= 4 else ("answers", "unhappy")


def _found(topic: _Topic) -> dict[str, Any]:
    quotes = {}
    for kind, newest in sorted(topic.said.items()):
        kept = newest.all()
        texts = {passage.feedback: text for passage, text in kept}
        quotes[kind] = quotes_of(summary((passage for passage, _ in kept), QUOTES), texts)
    return {
        "counts": dict(sorted(topic.counts.items())),
        "quotes": quotes,
        "subjects": topic.subjects.all(),
    }
