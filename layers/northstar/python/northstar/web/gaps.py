"""The page of the knowledge gaps: where customers are not helped, and what they ask how to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from northstar.app.show_gaps import SHOWN, GapNumbers, GapsView, Words
from northstar.domain.rates import Rate
from northstar.web import numbers
from northstar.web.entries import entry
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    *("topic", "answers", "unhappy", "unhappy_share", "unhappy_low", "unhappy_high"),
    *("avoidable", "solved_yes", "solved_n", "tickets", "without_template", "ask_how", "notes"),
)

_NO_TOPIC = "Of no known topic"


def page(view: GapsView) -> str:
    """Return the page of the gaps."""
    return draw(
        "gaps.html",
        "leadership.css",
        here="topics",
        view=view,
        first=view.day - timedelta(view.days - 1) if view.day else None,
        gaps=[_gap(one, view) for one in view.gaps[:SHOWN]],
        more_gaps=len(view.gaps[SHOWN:]),
        asked=[_asked(one, view) for one in view.asked[:SHOWN]],
        more_asked=len(view.asked[SHOWN:]),
    )


def gaps_csv(view: GapsView) -> Iterator[str]:
    """Yield a row for each topic, the most avoidable first; shares are 0..1, empty is unknown."""
    others = [one for one in view.asked if one.name == ""]
    return csv_file(COLUMNS, (_cells(one) for one in (*view.gaps, *others)))


def _cells(one: GapNumbers) -> tuple[Cell, ...]:
    unhappy = one.unhappy
    known = unhappy.share is not None
    return (
        *(one.name, unhappy.n, unhappy.hits, unhappy.share),
        *((unhappy.low, unhappy.high) if known else (None, None)),
        *(round(one.avoidable, 1), one.solved.hits, one.solved.n, one.without.n),
        *(one.without.hits, one.asked, one.noted),
    )


def _gap(one: GapNumbers, view: GapsView) -> dict[str, object]:
    """Return what one topic shows."""
    return {
        "name": _name(one),
        "unhappy": _rate(one.unhappy),
        "worse": one.against is not None and one.against.verdict == "better",
        "avoidable": round(one.avoidable),
        "facts": [
            ("Solved, of yes and no", _shown(one.solved)),
            ("Tickets without a template", _shown(one.without)),
        ],
        "complaints": _quotes(one.complaints, view),
        "notes": _quotes(one.notes, view),
    }


def _asked(one: GapNumbers, view: GapsView) -> dict[str, object]:
    return {
        "name": _name(one),
        "count": numbers.many(one.asked, "text"),
        "questions": _quotes(one.questions, view),
    }


def _name(one: GapNumbers) -> str:
    return one.name[:1].upper() + one.name[1:] if one.name else _NO_TOPIC


def _rate(rate: Rate) -> dict[str, object] | None:
    if rate.share is None:
        return None
    return {
        "share": numbers.percent(rate.share),
        "interval": numbers.interval(rate),
        "n": numbers.count(rate.n),
        "few": rate.n < numbers.FEW,
    }


def _shown(rate: Rate) -> str:
    if rate.share is None:
        return "none yet"
    return f"{numbers.percent(rate.share)} ({numbers.interval(rate)}), n = {numbers.count(rate.n)}"


def _quotes(said: Sequence[Words], view: GapsView) -> list[dict[str, object]]:
    """Return words, each with its feedback and the way there, where it is one."""
    return [
        {"words": one.words, "entry": entry(one.item, view.time_zone) if one.item else None}
        for one in said
    ]
