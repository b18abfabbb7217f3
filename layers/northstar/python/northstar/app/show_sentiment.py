"""Show the sentiment: the trend, how far to trust it in each language, and what to look at.

All figures are of the edition that is shown, so no line mixes two engines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from northstar.app.configuration import Configuration
from northstar.app.learn import MULTILINGUAL
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show import Daily, is_demo, label_counts
from northstar.app.views import Engine, LabelCounts, LanguageNumbers, SentimentView
from northstar.domain.aggregates import of_edition, total, window
from northstar.domain.learning import Card, Figures, proven
from northstar.domain.rates import Rate, wilson
from northstar.domain.verdicts import Aspect, Edition

WEEKS = 26
DOUBTFUL = 20
"""How many of the doubtful texts are listed."""

_YEAR = 365
_MONTH = 30
_ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
_UNKNOWN = "und"
_Model = Literal["own", "multilingual"]
_WITH_VADER: Mapping[_Model | None, Engine] = {
    "own": "vader and own",
    "multilingual": "vader and multilingual",
    None: "vader",
}


def sentiment_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    totals: ProgressStore,
    cards: Iterable[Card],
    languages: Iterable[str],
    paid: Collection[str],
    now: datetime,
) -> SentimentView:
    """Return what the page of the sentiment shows at `now` (aware).

    `cards` are those of the models that serve. Of these and of `languages` (primary BCP 47 subtags)
    each that has texts is shown, for one query each. `paid` are the languages that Comprehend
    scores where no model does.
    """
    today = now.astimezone(configuration.business.zone).date()
    since = today - timedelta(_YEAR - 1)
    editions = totals.editions()
    shown = editions.shown
    all_days = totals.daily("all", "all", since, today)
    every = total(all_days.values())
    learns = configuration.understanding.engine == "auto"
    serving = {card.language: card for card in cards} if learns else {}
    texts = label_counts(every, shown).texts

    def numbers(language: str) -> LanguageNumbers:
        days = totals.daily("language", language, since, today)
        told = of_edition(total(days.values()), shown)
        counts = label_counts(told)
        model = _model(language, serving)
        own, vader = _figures(language, model, serving)
        return LanguageNumbers(
            language=language,
            counts=counts,
            share=wilson(counts.texts, max(texts, counts.texts)),
            engine=_engine(language, model, paid),
            own=own,
            vader=vader,
            wrong=_wrong(told, "label"),
        )

    candidates = sorted({*languages, *serving, _UNKNOWN} - {MULTILINGUAL})
    spoken = [one for one in map(numbers, candidates) if one.counts.texts]
    return SentimentView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        weeks=tuple(_weeks(all_days, today, shown)),
        now=label_counts(total(window(all_days, today, _MONTH)), shown),
        before=label_counts(total(window(all_days, today - timedelta(_MONTH), _MONTH)), shown),
        languages=tuple(sorted(spoken, key=lambda one: -one.counts.texts)),
        others=max(0, texts - sum(one.counts.texts for one in spoken)),
        wrong={aspect: _wrong(every, aspect) for aspect in _ASPECTS},
        abstained=every["abstained"],
        unknown=every["unknown"],
        waiting=every["doubtful"],
        doubtful=feedback.doubtful(DOUBTFUL),
        rereading=editions.wanted != shown,
        demo=is_demo(configuration),
    )


def _wrong(total: Mapping[str, int], aspect: Aspect) -> Rate:
    return wilson(total.get(f"wrong_{aspect}", 0), total.get(f"checked_{aspect}", 0))


def _weeks(days: Daily, today: date, edition: Edition) -> Iterator[tuple[date, LabelCounts]]:
    for n in reversed(range(WEEKS)):
        last = today - timedelta(weeks=n)
        yield last, label_counts(total(window(days, last, 7)), edition)


def _model(language: str, serving: Mapping[str, Card]) -> _Model | None:
    """Which model scores a language, by the rule of the engines."""
    if language in serving:
        return "own"
    several = serving[MULTILINGUAL].languages if MULTILINGUAL in serving else {}
    known = language in several and proven(language, several[language])
    return "multilingual" if known else None


def _figures(
    language: str, model: _Model | None, serving: Mapping[str, Card]
) -> tuple[Figures | None, Figures | None]:
    """How good a model and VADER proved on texts of a language."""
    if model == "own":
        return serving[language].own, serving[language].vader
    return (serving[MULTILINGUAL].languages[language] if model else None), None


def _engine(language: str, model: _Model | None, paid: Collection[str]) -> Engine:
    if language == "en":
        return _WITH_VADER[model]
    if model:
        return model
    return "comprehend" if language in paid else "nobody"
