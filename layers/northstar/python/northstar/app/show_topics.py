"""Show the topics: what texts are about, counted, with the customers' own words as proof.

The numbers are those of the aggregates. Phrases and quotes were found in a night; their words are
read from the stored feedback as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import get_args

from northstar.app.configuration import Configuration
from northstar.app.insights import Comparison, Insights, Kind, Quote, Summary, words_of
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show import Daily, is_demo, label_counts
from northstar.app.themes import with_own
from northstar.app.views import (
    LabelCounts,
    PhraseGroup,
    PhraseNumbers,
    Quoted,
    TopicNumbers,
    TopicsView,
)
from northstar.domain.aggregates import Record, of_edition, total, window
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.verdicts import Edition

GROUPS = 6
"""So many comparisons of each kind are shown, those with most texts."""

PHRASES = 6
"""So many phrases of each comparison are shown."""

_WEEKS = 12
_UNKNOWN = "und"

_Records = Mapping[str, Record]


def topics_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    totals: ProgressStore,
    now: datetime,
    days: int = 30,
    language: str | None = None,
) -> TopicsView:
    """Return what the page of the topics shows at `now` (aware) of the last `days` days.

    `days` is one of `insights.PERIODS`. `language` (primary BCP 47 subtag) chooses quotes and
    phrases; one that has none is ignored. Costs one query for each topic there is, and reads at
    most the feedback of the quotes that are shown.
    """
    today = now.astimezone(configuration.business.zone).date()
    editions, found = totals.editions(), totals.insights(days)
    languages = _languages(found)
    chosen = language if language in languages else None
    summaries = _summaries(found, chosen)
    compared = list(_compared(found, chosen))
    records = feedback.by_ids({quote.feedback for quote in _quotes(summaries.values(), compared)})
    since = today - timedelta(max(2 * days, 7 * _WEEKS) - 1)

    def numbers(topic: str) -> TopicNumbers:
        daily, summary = totals.daily("topic", topic, since, today), summaries.get(topic)
        return TopicNumbers(
            name=topic,
            now=_counts(daily, today, days, editions.shown),
            before=_counts(daily, today - timedelta(days), days, editions.shown),
            weeks=tuple(
                _counts(daily, today - timedelta(weeks=n), 7, editions.shown).texts
                for n in reversed(range(_WEEKS))
            ),
            complaints=_quoted(summary.complaints, records) if summary else (),
            praise=_quoted(summary.praise, records) if summary else (),
        )

    topics = [numbers(theme.name) for theme in with_own(configuration.topics)]
    said = [topic for topic in topics if topic.now.texts]
    groups = [_group(one, records) for one in compared]
    return TopicsView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        days=days,
        language=chosen,
        languages=languages,
        topics=tuple(sorted(said, key=lambda one: (-one.now.negative, -one.now.texts, one.name))),
        groups=tuple(group for group in groups if group.phrases),
        found_on=found.day if found else None,
        left_out=found.left_out if found else 0,
        rereading=editions.wanted != editions.shown,
        demo=is_demo(configuration),
    )


def _languages(found: Insights | None) -> tuple[str, ...]:
    """The languages in which there are quotes or phrases."""
    if found is None:
        return ()
    summarised = {one.language for one in found.summaries}
    compared = {one.language for one in found.comparisons}
    return tuple(sorted((summarised | compared) - {"", _UNKNOWN}))


def _summaries(found: Insights | None, language: str | None) -> dict[str, Summary]:
    """The summaries by topic, in that language or over all of them."""
    every = found.summaries if found else ()
    return {one.topic: one for one in every if one.language == (language or "")}


def _compared(found: Insights | None, language: str | None) -> Iterator[Comparison]:
    """Yield the comparisons to show, kind by kind, those with most texts first."""
    every = found.comparisons if found else ()
    wanted = [one for one in every if language in {None, one.language}]
    for kind in get_args(Kind):
        yield from [one for one in wanted if one.kind == kind][:GROUPS]


def _quotes(summaries: Iterable[Summary], compared: Iterable[Comparison]) -> Iterator[Quote]:
    for summary in summaries:
        yield from (*summary.complaints, *summary.praise)
    for one in compared:
        for phrase in one.phrases[:PHRASES]:
            yield from phrase.quotes


def _counts(daily: Daily, last: date, days: int, edition: Edition) -> LabelCounts:
    """Count the labels of a topic on the days up to this one, so many of them."""
    return label_counts(of_edition(total(window(daily, last, days)), edition))


def _group(one: Comparison, records: _Records) -> PhraseGroup:
    """Return a comparison with the phrases that can be proved."""
    phrases = (
        PhraseNumbers(
            phrase.term, phrase.texts, phrase.other_texts, _quoted(phrase.quotes, records)
        )
        for phrase in one.phrases[:PHRASES]
    )
    return PhraseGroup(
        kind=one.kind,
        language=one.language,
        texts=one.texts,
        other_texts=one.other_texts,
        phrases=tuple(phrase for phrase in phrases if phrase.quotes),
        app=one.app,
        version=one.version,
    )


def _quoted(quotes: Iterable[Quote], records: _Records) -> tuple[Quoted, ...]:
    """Return the quotes whose words still stand in their feedback."""
    found = []
    for quote in quotes:
        record = records.get(quote.feedback)
        words, item = (words_of(quote, record), feedback_of(record)) if record else (None, None)
        if words and item:
            found.append(Quoted(words, item))
    return tuple(found)
