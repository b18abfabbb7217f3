"""The pages of sources, topics and sentiment as files: their numbers, one row each."""

from __future__ import annotations

from collections.abc import Iterator

from northstar.app.views import LabelCounts, SentimentView, SourcesView, TopicsView
from northstar.web.tables import Cell, csv_file

_LABELS = ("texts", "positive", "neutral", "negative", "undetermined")
SOURCES_COLUMNS = (
    *("source", "app", "standing", "last_good_run", "store_count", "store_average"),
    *("collected", "counted", "waiting"),
)
TOPICS_COLUMNS = ("topic", *_LABELS, *(f"{name}_before" for name in _LABELS))
SENTIMENT_COLUMNS = ("of", "name", *_LABELS)


def sources_csv(view: SourcesView) -> Iterator[str]:
    """Yield a row for each source, those in trouble first; moments are ISO 8601, empty unknown."""
    return csv_file(
        SOURCES_COLUMNS,
        (
            (
                one.source,
                one.app,
                one.standing,
                one.good_at.isoformat() if one.good_at else None,
                one.store.count if one.store else None,
                one.store.average if one.store else None,
                one.store.collected if one.store else one.counted,
                one.counted,
                one.waiting,
            )
            for one in view.sources
        ),
    )


def topics_csv(view: TopicsView) -> Iterator[str]:
    """Yield a row for each topic: its texts by label in the period, and in the one before."""
    rows = ((one.name, *_counts(one.now), *_counts(one.before)) for one in view.topics)
    return csv_file(TOPICS_COLUMNS, rows)


def sentiment_csv(view: SentimentView) -> Iterator[str]:
    """Yield a row for each week (by its last day) and each language of the last 365 days."""
    weeks = (("week", day.isoformat(), *_counts(told)) for day, told in view.weeks)
    languages = (("language", one.language, *_counts(one.counts)) for one in view.languages)
    return csv_file(SENTIMENT_COLUMNS, (*weeks, *languages))


def _counts(told: LabelCounts) -> tuple[Cell, ...]:
    return tuple(getattr(told, name) for name in _LABELS)
