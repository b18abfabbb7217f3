"""The page of the sentiment: what texts say, and in words how far that can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from northstar.app.views import Engine, LabelCounts, LanguageNumbers, SentimentView
from northstar.domain.feedback import Feedback
from northstar.domain.learning import Figures
from northstar.domain.rates import Rate
from northstar.domain.sentiment import Label
from northstar.domain.verdicts import Aspect
from northstar.web import charts, entries, languages, numbers, svg
from northstar.web.frame import draw

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive", "undetermined")

_FILLS = (*(svg.PAGE[f"star-{n}"] for n in (1, 3, 5)), None)
_ENGINES: dict[Engine, str] = {
    "own": "its own model",
    "multilingual": "the multilingual model",
    "vader": "VADER",
    "vader and own": "VADER and its own model",
    "vader and multilingual": "VADER and the multilingual model",
    "comprehend": "Amazon Comprehend",
    "nobody": "nobody yet",
}
_ASPECTS: dict[Aspect, str] = {
    "label": "Sentiment",
    "language": "Language",
    "topics": "Topics",
}


def page(view: SentimentView) -> str:
    """Return the page of the sentiment."""
    return draw(
        "sentiment.html",
        "leadership.css",
        here="sentiment",
        view=view,
        n=_texts(view.now.texts),
        few=view.now.texts < numbers.FEW,
        shares=[_share(label, view.now) for label in LABELS] if view.now.texts else [],
        change=_change(view),
        charts=list(_charts(view)),
        weeks=[_week(*week) for week in reversed(view.weeks)],
        languages=[_language(one) for one in view.languages],
        others=numbers.count(view.others) if view.others else None,
        proofs=list(_proofs(view)),
        mistakes=[(_ASPECTS[name], _wrong(rate)) for name, rate in view.wrong.items()],
        silence=_silence(view),
        waiting=_waiting(view),
        doubtful=[_doubtful(item, view.time_zone) for item in view.doubtful],
    )


def _share(label: Label, counts: LabelCounts) -> dict[str, str]:
    """Return one entry of the legend, with the share of the last 30 days."""
    return {"label": label, "share": _percent(counts, label), "interval": _interval(counts, label)}


def _change(view: SentimentView) -> str | None:
    """Return how the share of negative texts has changed, where there are enough to tell."""
    if min(view.now.texts, view.before.texts) < numbers.FEW:
        return None
    change = numbers.change(view.now.rate("negative"), view.before.rate("negative"))
    return f"Negative: {change[0].lower()}{change[1:]}."


def _charts(view: SentimentView) -> Iterator[str]:
    if not any(counts.texts for _, counts in view.weeks):
        return
    weeks = [(last, [getattr(counts, one) for one in LABELS]) for last, counts in view.weeks]
    title = f"Sentiment of the texts by week, last {len(weeks)} weeks"
    for size in (charts.SHARES_WIDE, charts.SHARES_NARROW):
        yield charts.shares(
            weeks,
            _FILLS,
            size,
            svg.PAGE,
            few=numbers.FEW,
            title=title,
            description=_description(view),
        )


def _description(view: SentimentView) -> str:
    """Return the chart in words: its ends, and how many texts there are in all."""
    spoken = [(last, counts) for last, counts in view.weeks if counts.texts]
    (first, then), (last, now) = spoken[0], spoken[-1]
    return (
        f"Negative were {_percent(then, 'negative')} of {_texts(then.texts)} in the week to "
        f"{numbers.long_day(first)} and {_percent(now, 'negative')} of {_texts(now.texts)} in the "
        f"week to {numbers.long_day(last)}. The table has every week."
    )


def _week(last: date, counts: LabelCounts) -> list[str]:
    """Return the cells of a week, in the order of the table's head."""
    shares = [_percent(counts, label) for label in LABELS]
    return [numbers.long_day(last), numbers.count(counts.texts), *shares]


def _language(one: LanguageNumbers) -> dict[str, object]:
    return {
        "name": _name(one.language),
        "texts": numbers.count(one.counts.texts),
        "share": numbers.percent(one.share.share or 0),
        "undetermined": _percent(one.counts, "undetermined"),
        "interval": _interval(one.counts, "undetermined"),
        "engine": _ENGINES[one.engine],
        "wrong": _wrong(one.wrong),
    }


def _proofs(view: SentimentView) -> Iterator[tuple[str, ...]]:
    """Yield for each engine of each language how good it proved, as cells of a table."""
    for one in view.languages:
        model = "multilingual model" if "multilingual" in one.engine else "own model"
        for engine, figures in ((model, one.own), ("VADER", one.vader)):
            if figures:
                yield (_name(one.language), engine, *_cells(figures))


def _cells(figures: Figures) -> tuple[str, str, str, str]:
    off = figures.calibration_error
    return (
        numbers.percent(figures.auc),
        numbers.percent(figures.balanced_recall),
        "–" if off is None else f"{100 * off:.0f} pts",
        numbers.count(figures.texts),
    )


def _name(language: str) -> str:
    name = languages.name(language)
    return name[0].upper() + name[1:]


def _wrong(rate: Rate) -> str:
    """Return what people found wrong of what they looked at: "4 of 31: 13% (5–29%)"."""
    if rate.share is None:
        return "not checked"
    hits, n = numbers.count(rate.hits), numbers.count(rate.n)
    return f"{hits} of {n}: {numbers.percent(rate.share)} ({numbers.interval(rate)})"


def _silence(view: SentimentView) -> str | None:
    """Return of how many texts people told what no engine could; None where there are none."""
    told = [
        f"the {what} of {_texts(n)}"
        for what, n in (("sentiment", view.abstained), ("language", view.unknown))
        if n
    ]
    return " and ".join(told) or None


def _waiting(view: SentimentView) -> str:
    """Return how many texts wait for somebody to look at them, and how many of them are listed."""
    if not view.doubtful:
        return "No text of the last 365 days contradicts its stars and waits for somebody to look."
    waiting = max(view.waiting, len(view.doubtful))
    told = f"{_texts(waiting)} whose stars and words say the opposite of each other"
    return told if waiting == len(view.doubtful) else f"The newest {len(view.doubtful)} of {told}"


def _doubtful(item: Feedback, time_zone: str) -> dict[str, object]:
    verdict = item.verdict
    shown = entries.entry(item, time_zone)
    return shown | {
        "contradiction": entries.contradiction(item),
        "sure": entries.sureness(verdict.score) if verdict else None,
    }


def _percent(counts: LabelCounts, label: Label) -> str:
    """Return the share of a label; a dash where there is no text."""
    share = counts.rate(label).share
    return "–" if share is None else numbers.percent(share)


def _interval(counts: LabelCounts, label: Label) -> str:
    return numbers.interval(counts.rate(label))


def _texts(n: int) -> str:
    return f"{numbers.count(n)} {'text' if n == 1 else 'texts'}"
