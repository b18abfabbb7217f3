"""The page "From survey to review": who went on to the store after an answer."""

from __future__ import annotations

from collections.abc import Iterator

from northstar.app.show_invitation import Gone, InvitationView
from northstar.domain.rates import Rate
from northstar.web import numbers
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file

COLUMNS = ("days", "answer", "answered", "went", "share", "low", "high")
HEADINGS = ("Answer", "Answered", "Went on", "Share", "95% interval")

_WORDS = {"yes": "Solved: yes", "no": "Solved: no", "1": "Rated 1 of 5"} | {
    str(n): f"Rated {n} of 5" for n in range(2, 6)
}


def page(view: InvitationView) -> str:
    """Return the page."""
    return draw(
        "invitation.html",
        "leadership.css",
        here="reviews",
        view=view,
        headings=HEADINGS,
        periods=[(one, list(_rows(one))) for one in view.periods],
        any_answer=any(one.all.n for one in view.periods),
        any_apart=any(one.apart for one in view.periods),
    )


def periods_csv(view: InvitationView) -> Iterator[str]:
    """Yield a row for each period and answer; shares are 0..1, empty is unknown."""
    return csv_file(
        COLUMNS,
        (
            (one.days, answer, *_cells(rate))
            for one in view.periods
            for answer, rate in (("all", one.all), *one.by_answer.items())
        ),
    )


def _cells(rate: Rate) -> tuple[Cell, ...]:
    if rate.share is None:
        return (rate.n, rate.hits, None, None, None)
    return (rate.n, rate.hits, *(round(one, 4) for one in (rate.share, rate.low, rate.high)))


def _rows(one: Gone) -> Iterator[list[str]]:
    yield ["All", *_row(one.all)]
    for answer, rate in one.by_answer.items():
        if rate.n:
            yield [_WORDS[answer], *_row(rate)]


def _row(rate: Rate) -> list[str]:
    share = "–" if rate.share is None else numbers.percent(rate.share)
    few = ", few answers" if 0 < rate.n < numbers.FEW else ""
    interval = "–" if rate.share is None else numbers.interval(rate)
    return [numbers.count(rate.n), numbers.count(rate.hits), share, f"{interval}{few}"]
