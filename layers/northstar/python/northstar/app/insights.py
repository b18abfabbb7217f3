"""Insights: which phrases and passages of many texts are worth showing, each with its proof.

No text is kept. A quote says where it stands in which feedback, so that an edit or an erasure takes
the words away here too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Literal, NamedTuple, TypeVar
from zlib import crc32
from zoneinfo import ZoneInfo

from northstar.domain.aggregates import Record
from northstar.domain.feedback import Feedback, feedback
from northstar.domain.keyness import Phrase, Said, keyness
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.sentiment import Label
from northstar.domain.summary import Passage, passages, summary
from northstar.domain.times import business_day
from northstar.domain.words import terms

Kind = Literal["emerging", "complaints", "version"]
About = Callable[[str, str], tuple[str, ...]]
"""Tells the topics of a text, given with its language."""

PERIODS = (7, 30, 90)
"""The periods, in days, that phrases and summaries are made of."""

MOST_TEXTS = 20_000
"""Of each period so many texts are read, the newest; the rest is only counted."""

LEAST_TEXTS = 20
"""A group of fewer texts is not compared: what it says is chance."""

MOST_PHRASES = 10
MOST_COMPARISONS = 60
COMPLAINTS = 3
PRAISE = 2

_EVERY = ""
_UNHAPPY = 2
_UNKNOWN = "und"
_NUMBER = re.compile("[0-9]{1,9}")
_MOST_NUMBERS = 6
_Version = tuple[int, ...]
Key = TypeVar("Key", bound=Hashable)


class Told(NamedTuple):
    """What a customer said, and what is understood of it.

    `day` is the business day, ISO 8601. `app` is the source and the app as in the aggregates, and
    `app_version` what of it was reviewed; None for what is no review.
    """

    id: str
    text: str
    day: str
    language: str
    label: Label
    topics: tuple[str, ...]
    app: str | None = None
    app_version: str | None = None


class Quote(NamedTuple):
    """A passage by its place: `length` characters of a feedback's text from `start` on.

    `check` is the CRC-32 of the passage in UTF-8.
    """

    feedback: str
    start: int
    length: int
    check: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase that one group of texts has more than the other, by `z` standard deviations.

    It is in `texts` of the group's texts and in `other_texts` of the other's.
    """

    term: str
    z: float
    texts: int
    other_texts: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a group of texts in one language says more than another, the clearest first.

    *Emerging*: this period against the one before. *Complaints*: negative texts against positive
    ones. *Version*: of one app the newest version that enough texts are about against those before
    it, over both periods.
    """

    kind: Kind
    language: str
    texts: int
    other_texts: int
    phrases: tuple[Finding, ...]
    app: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What tells best what is said of a topic in one language or (""), by turns, in all of them."""

    topic: str
    language: str
    complaints: tuple[Quote, ...]
    praise: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Insights:
    """What is worth showing of the `days` days up to a business day.

    `texts` were read of this period and the one before; `left_out` are those beyond the limit.
    """

    day: date
    days: int
    texts: int
    left_out: int
    comparisons: tuple[Comparison, ...]
    summaries: tuple[Summary, ...]


def told(record: Record, zone: ZoneInfo) -> Told | None:
    """Return what a record tells, or None: no text, not read yet, not public, or no customer's.

    Kind words of somebody who was not helped, or who gave one or two stars, are no praise.
    """
    said, verdict, text = _heard(record), record.verdict, record.document.text
    if said is None or verdict is None or not text:
        return None
    review = record if isinstance(record, ReviewRecord) else None
    return Told(
        id=record.id,
        text=text,
        day=business_day(said.occurred_at, zone),
        language=verdict.language,
        label="neutral" if verdict.label == "positive" and _is_unhappy(said) else verdict.label,
        topics=verdict.about,
        app=f"{review.review.source}:{review.app}" if review else None,
        app_version=review.review.version if review else None,
    )


def words_of(quote: Quote, record: Record) -> str | None:
    """Return the words of a quote as they stand in its record, or None when they are gone."""
    return passage_of(quote, record) if _heard(record) else None


def passage_of(quote: Quote, record: Record) -> str | None:
    """Return the same, whoever said it: also what an agent noted."""
    passage = record.document.text[quote.start : quote.start + quote.length]
    return passage if _check(passage) == quote.check else None


def insights(said: Sequence[Told], today: date, days: int, about: About) -> Insights:
    """Return what is worth showing of the last `days` days (today is the last of them).

    `about` tells what a passage is about. The same texts give the same in whatever order they come.
    """
    newest = sorted(said, key=lambda one: (one.day, one.id), reverse=True)
    now = _period(newest, today, days)
    before = _period(newest, today - timedelta(days), days)
    read, read_before = now[:MOST_TEXTS], before[:MOST_TEXTS]
    compared = sorted(_comparisons(read, read_before), key=_most_texts)
    return Insights(
        day=today,
        days=days,
        texts=len(read) + len(read_before),
        left_out=len(now) + len(before) - len(read) - len(read_before),
        comparisons=tuple(compared[:MOST_COMPARISONS]),
        summaries=tuple(_summaries(read, about)),
    )


def _is_unhappy(said: Feedback) -> bool:
    return said.solved is False or (said.rating is not None and said.rating <= _UNHAPPY)


def _heard(record: Record) -> Feedback | None:
    """Return the feedback where a customer said it, and all who could read it still can."""
    said = feedback(record)
    agents = isinstance(record, Remark) and record.said.author == "agent"
    return said if said and said.public and not agents else None


def _period(newest: Sequence[Told], last: date, days: int) -> list[Told]:
    first = (last - timedelta(days - 1)).isoformat()
    return [one for one in newest if first <= one.day <= last.isoformat()]


def _most_texts(one: Comparison) -> tuple[object, ...]:
    return (-one.texts, one.kind, one.language, one.app or "")


def _comparisons(now: Sequence[Told], before: Sequence[Told]) -> Iterator[Comparison]:
    """Yield the comparisons that have found something."""
    earlier = _by(before, lambda one: one.language)
    for language, said in _by(now, lambda one: one.language).items():
        by_label = _by(said, lambda one: one.label)
        yield from _compared("emerging", language, said, earlier.get(language, []))
        yield from _compared(
            "complaints", language, by_label.get("negative", []), by_label.get("positive", [])
        )
    of_apps = _by([*now, *before], lambda one: (one.app, one.language))
    for (app, language), said in of_apps.items():
        if app:
            yield from _versions(app, language, said)


def _by(said: Iterable[Told], key: Callable[[Told], Key]) -> dict[Key, list[Told]]:
    """Return the texts of known languages in groups, each as they came."""
    groups: defaultdict[Key, list[Told]] = defaultdict(list)
    for one in said:
        if one.language != _UNKNOWN:
            groups[key(one)].append(one)
    return groups


def _versions(app: str, language: str, said: Sequence[Told]) -> Iterator[Comparison]:
    """Yield the comparison of the newest version with enough texts to those before it."""
    numbered = [(_number(one.app_version), one) for one in said if _number(one.app_version)]
    counts = Counter(number for number, _ in numbered)
    newest = max((one for one, texts in counts.items() if texts >= LEAST_TEXTS), default=())
    group = [one for number, one in numbered if number == newest]
    other = [one for number, one in numbered if number < newest]
    if group:
        version = group[0].app_version
        yield from _compared("version", language, group, other, app=app, version=version)


def _number(version: str | None) -> _Version:
    """Return the numbers in the name of a version, so that 5.10 comes after 5.9."""
    return tuple(map(int, _NUMBER.findall(version or "")[:_MOST_NUMBERS]))


def _compared(
    kind: Kind,
    language: str,
    group: Sequence[Told],
    other: Sequence[Told],
    **more: str | None,
) -> Iterator[Comparison]:
    """Yield one comparison, or nothing where there are too few texts or no phrase with a quote."""
    if min(len(group), len(other)) < LEAST_TEXTS:
        return
    texts = {one.id: one.text for one in group}
    phrases = keyness(
        (Said(one.id, one.text) for one in group),
        (Said(one.id, one.text) for one in other),
        MOST_PHRASES,
    )
    findings = tuple(one for phrase in phrases if (one := _finding(phrase, texts)).quotes)
    if findings:
        yield Comparison(kind, language, len(group), len(other), findings, **more)


def _finding(phrase: Phrase, texts: Mapping[str, str]) -> Finding:
    """Return a phrase with the passages that hold it."""
    quotes = []
    for name in phrase.quotes:
        parts = passages(name, texts[name])
        holding = next((part for part in parts if phrase.term in terms(part.text)), None)
        if holding:
            quotes.append(_quote(holding, texts))
    return Finding(phrase.term, round(phrase.z, 2), phrase.texts, phrase.other_texts, tuple(quotes))


def _summaries(said: Sequence[Told], about: About) -> Iterator[Summary]:
    """Yield a summary of each topic: over all languages, and in each of them."""
    found: defaultdict[str, defaultdict[str, list[tuple[Label, Passage]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in said:
        if one.topics and one.label in {"negative", "positive"}:
            for topic, passage in _telling(one, about):
                found[topic][one.language].append((one.label, passage))
    texts = {one.id: one.text for one in said}
    for topic, by_language in sorted(found.items()):
        most_first = sorted(by_language, key=lambda one: (-len(by_language[one]), one))
        each = [_summary(topic, one, by_language[one], texts) for one in most_first]
        complaints = _by_turns([one.complaints for one in each], COMPLAINTS)
        praise = _by_turns([one.praise for one in each], PRAISE)
        yield Summary(topic, _EVERY, complaints, praise)
        yield from each


def _summary(
    topic: str,
    language: str,
    said: Iterable[tuple[Label, Passage]],
    texts: Mapping[str, str],
) -> Summary:
    by_label: defaultdict[Label, list[Passage]] = defaultdict(list)
    for label, passage in said:
        by_label[label].append(passage)
    return Summary(
        topic,
        language,
        quotes_of(summary(by_label["negative"], COMPLAINTS), texts),
        quotes_of(summary(by_label["positive"], PRAISE), texts),
    )


def _by_turns(quotes: Iterable[Sequence[Quote]], most: int) -> tuple[Quote, ...]:
    """Return the first quote of each language, then the second of each, and so on."""
    turns = zip_longest(*quotes)
    return tuple(quote for turn in turns for quote in turn if quote)[:most]


def _telling(one: Told, about: About) -> Iterator[tuple[str, Passage]]:
    """Yield the passages of a text with each of its topics that they are about by themselves."""
    for passage in passages(one.id, one.text):
        for topic in about(passage.text, one.language):
            if topic in one.topics:
                yield topic, passage


def quotes_of(told: Iterable[Passage], texts: Mapping[str, str]) -> tuple[Quote, ...]:
    """Return where these passages stand; `texts` are those of their feedback, by id."""
    return tuple(_quote(passage, texts) for passage in told)


def _quote(passage: Passage, texts: Mapping[str, str]) -> Quote:
    start = texts[passage.feedback].index(passage.text)
    return Quote(passage.feedback, start, len(passage.text), _check(passage.text))


def _check(passage: str) -> int:
    return crc32(passage.encode("utf-8", "replace"))
