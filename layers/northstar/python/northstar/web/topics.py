"""The page of the topics: what texts are about, what is new in them, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from northstar.app.insights import PERIODS, Kind
from northstar.app.views import PhraseGroup, PhraseNumbers, Quoted, TopicNumbers, TopicsView
from northstar.web import charts, languages, numbers, svg
from northstar.web.entries import entry
from northstar.web.frame import draw

_HEADINGS: dict[Kind, tuple[str, str]] = {
    "emerging": ("Said more than before", "This period against the one before."),
    "complaints": ("What complaints say", "Negative texts of this period against positive ones."),
    "version": ("Since the newest version", "Both periods, against the versions before."),
}


def page(view: TopicsView) -> str:
    """Return the page of the topics."""
    return draw(
        "topics.html",
        "leadership.css",
        here="topics",
        view=view,
        first=view.today - timedelta(view.days - 1),
        periods=PERIODS,
        languages=[(tag, languages.name(tag)) for tag in view.languages],
        language=view.language and languages.name(view.language),
        topics=[_topic(one, view, place) for place, one in enumerate(view.topics)],
        sections=list(_sections(view)),
    )


def _topic(one: TopicNumbers, view: TopicsView, place: int) -> dict[str, object]:
    """Return what one topic shows; `place` tells its drawing from the others."""
    negative = one.now.rate("negative")
    return {
        "name": one.name[:1].upper() + one.name[1:],
        "texts": _many(one.now.texts, "text"),
        "before": f"{numbers.count(one.before.texts)} in the {view.days} days before",
        "negative": numbers.percent(negative.share or 0),
        "interval": numbers.interval(negative),
        "n": numbers.count(negative.n),
        "few": negative.n < numbers.FEW,
        "undetermined": one.now.undetermined,
        "chart": _weeks(one, place),
        "complaints": _quotes(one.complaints, view),
        "praise": _quotes(one.praise, view),
    }


def _weeks(one: TopicNumbers, place: int) -> str:
    """Return the texts of the last weeks as bars, told in words beside."""
    most, least = numbers.count(max(one.weeks)), numbers.count(min(one.weeks))
    title = f"{one.name}, last {len(one.weeks)} weeks: between {least} and {most} texts a week"
    return charts.week_bars(one.weeks, f"weeks-{place}", title, svg.PAGE)


def _sections(view: TopicsView) -> Iterator[dict[str, object]]:
    """Yield each kind of comparison that has found something."""
    for kind, (heading, about) in _HEADINGS.items():
        groups = [one for one in view.groups if one.kind == kind]
        if groups:
            yield {
                "heading": heading,
                "about": about,
                "groups": [_group(one, view) for one in groups],
            }


def _group(one: PhraseGroup, view: TopicsView) -> dict[str, object]:
    source, _, app = (one.app or "").partition(":")
    return {
        "source": source,
        "app": app,
        "version": one.version,
        "language": languages.name(one.language),
        "lang": one.language,
        "phrases": [
            {
                "term": phrase.term,
                "counts": _counts(phrase, one, view),
                "quotes": _quotes(phrase.quotes, view),
            }
            for phrase in one.phrases
        ],
    }


def _counts(phrase: PhraseNumbers, group: PhraseGroup, view: TopicsView) -> str:
    """Return in how many texts a phrase is: "in 31 of 410 texts, 2 of 380 in the …"."""
    ours = f"in {numbers.count(phrase.texts)} of {numbers.count(group.texts)}"
    theirs = f"{numbers.count(phrase.other_texts)} of {numbers.count(group.other_texts)}"
    if group.kind == "emerging":
        return f"{ours} texts; {theirs} in the {view.days} days before"
    if group.kind == "complaints":
        return f"{ours} negative texts; {theirs} positive ones"
    return f"{ours} texts; {theirs} on versions before"


def _quotes(quoted: Sequence[Quoted], view: TopicsView) -> list[dict[str, object]]:
    """Return the passages, each with what a list shows of its feedback and the way there."""
    return [entry(one.item, view.time_zone) | {"words": one.words} for one in quoted]


def _many(n: int, unit: str) -> str:
    return f"{numbers.count(n)} {unit if n == 1 else unit + 's'}"
