"""The page of the north star: the formula with its numbers, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from northstar.app.north_star import OPEN_DAYS, PERIODS, NorthStarView, Part, Tickets
from northstar.domain.rates import Rate, difference
from northstar.web import charts, numbers, svg
from northstar.web.frame import draw
from northstar.web.hero import brief
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    *("of", "name", "tickets", "confirmed", "wrote_again", "unhappy", "no_answer"),
    *("north_star", "low", "high", "may_fall"),
)

_KINDS = (
    ("confirmed", "positive", "Confirmed solved"),
    ("silent", "undetermined", "No answer"),
    ("unhappy", "neutral", "Said no, or rated 1–3"),
    ("repeated", "negative", "Wrote again"),
)
"""What becomes of a ticket: its name, the colour that its mark borrows, and its words."""

_FILLS = (svg.PAGE["star-5"], None, svg.PAGE["star-3"], svg.PAGE["star-1"])


def page(view: NorthStarView) -> str:
    """Return the page of the north star."""
    return draw(
        "north_star.html",
        "leadership.css",
        here="goals",
        view=view,
        periods=[(f"{n} days", _address(days=n), n == view.days) for n in PERIODS],
        file=_address(days=view.days, format="csv"),
        figure=_hundred(view.now.rate),
        confirmed=numbers.count(view.now.confirmed),
        tickets=numbers.count(view.now.n),
        interval=_between(view.now.rate),
        few=view.now.n < numbers.FEW,
        change=_change(view),
        kinds=[_kind(view.now, *kind) for kind in _KINDS],
        tiles=list(_tiles(view)),
        charts=list(_charts(view)),
        rows=[_week(*week, view) for week in reversed(view.weeks)],
        settled=numbers.long_day(view.settled),
        open_days=OPEN_DAYS - 1,
        parts=[_part(one) for one in view.parts],
        parts_days=_days(view.parts_since, view.parts_until),
        goals=[brief(one, view.today) for one in view.goals],
        posted=[
            (one.name, numbers.amount(one.value, "number"), numbers.long_day(one.day))
            for one in view.posted
        ],
    )


def weeks_csv(view: NorthStarView) -> Iterator[str]:
    """Yield a row for the period, each week by its last day, each channel and each team.

    Of channels and teams only tickets and repeat contacts are known. Rates are 0..1, empty is
    unknown.
    """
    last = view.today.isoformat()
    rows = [
        _cells("period", f"{view.days} days to {last}", view.now, may_fall=True),
        *(
            _cells("week", day.isoformat(), told, may_fall=day > view.settled)
            for day, told in view.weeks
        ),
        *(
            (one.dimension, one.name, one.repeated.n, None, one.repeated.hits, *[None] * 6)
            for one in view.parts
        ),
    ]
    return csv_file(COLUMNS, rows)


def _cells(of: str, name: str, told: Tickets, *, may_fall: bool) -> tuple[Cell, ...]:
    rate = told.rate
    known = rate.share is not None
    return (
        *(of, name, told.n, told.confirmed, told.repeated, told.unhappy, told.silent),
        *(rate.share, rate.low if known else None, rate.high if known else None),
        "yes" if may_fall else "no",
    )


def _address(**query: object) -> str:
    return f"/north-star?{urlencode(query)}"


def _hundred(rate: Rate) -> str | None:
    """Return a share as so many of a hundred; None of nothing."""
    return None if rate.share is None else numbers.percent(rate.share).removesuffix("%")


def _between(rate: Rate) -> str:
    return numbers.interval(rate).removesuffix("%")


def _change(view: NorthStarView) -> str | None:
    """Return how it has moved, up or down only where that is certain.

    Compared are days that are over: who was helped since may still answer, or write again.
    """
    found = difference(view.closed.rate, view.before.rate)
    if found is None or min(view.closed.n, view.before.n) < numbers.FEW:
        return None
    points, before = round(100 * found.points), _hundred(view.before.rate)
    until = f"In the {view.days} days to {numbers.long_day(view.settled)}"
    if found.verdict == "same" or not points:
        return f"{until} about the same as in the {view.days} days before ({before})."
    word = "up" if points > 0 else "down"
    return f"{until} {word} by {abs(points)} on the {view.days} days before ({before})."


def _kind(now: Tickets, name: str, mark: str, words: str) -> dict[str, object]:
    n: int = getattr(now, name)
    return {
        "mark": mark,
        "words": words,
        "share": numbers.percent(n / now.n) if now.n else "–",
        "n": numbers.count(n),
    }


def _tiles(view: NorthStarView) -> Iterator[dict[str, object]]:
    """Yield the two sides of solving at first contact, and how much the north star leaves open."""
    yield _tile(
        "First contact, as customers say",
        view.said,
        "said that an answer solved their problem",
        "answer",
    )
    yield _tile(
        "First contact, as contacts show",
        view.closed.once,
        f"wrote no second time within 7 days, solved until {numbers.long_day(view.settled)}",
        "ticket",
    )
    yield _tile("Coverage of asking", view.covered, "of the solved tickets were answered", "ticket")
    worst, best = _hundred(view.now.rate), _hundred(view.now.at_best)
    yield {
        "label": "North star at worst and at best",
        "value": worst and f"{worst}–{best}",
        "of": "per 100: from none to all of those without an answer were helped",
        "interval": None,
        "n": numbers.many(view.now.silent, "ticket"),
        "few": False,
    }


def _tile(label: str, rate: Rate, of: str, unit: str) -> dict[str, object]:
    return {
        "label": label,
        "value": None if rate.share is None else numbers.percent(rate.share),
        "of": of,
        "n": numbers.many(rate.n, unit),
        "interval": numbers.interval(rate),
        "few": rate.n < numbers.FEW,
    }


def _charts(view: NorthStarView) -> Iterator[str]:
    if not any(told.n for _, told in view.weeks):
        return
    weeks = [(day, [getattr(told, name) for name, *_ in _KINDS]) for day, told in view.weeks]
    for size in (charts.SHARES_WIDE, charts.SHARES_NARROW):
        yield charts.shares(
            weeks,
            _FILLS,
            size,
            svg.PAGE,
            few=numbers.FEW,
            title=f"What became of the tickets by week of solution, last {len(weeks)} weeks",
            description=_description(view.weeks),
        )


def _description(weeks: Sequence[tuple[date, Tickets]]) -> str:
    told = [(day, one) for day, one in weeks if one.n]
    (first, then), (last, now) = told[0], told[-1]
    return (
        f"Confirmed were {_hundred(then.rate)} of 100 tickets in the week to "
        f"{numbers.long_day(first)} and {_hundred(now.rate)} of 100 in the week to "
        f"{numbers.long_day(last)}. The table has every week."
    )


def _week(day: date, told: Tickets, view: NorthStarView) -> list[str]:
    """Return the cells of a week, in the order of the table's head."""
    known = told.rate.share is not None
    falls = ", may still fall" if day > view.settled else ""
    return [
        f"{numbers.long_day(day)}{falls}",
        _hundred(told.rate) or "–",
        _between(told.rate) if known else "–",
        *(numbers.count(n) for n in (told.n, told.confirmed, told.repeated, told.unhappy)),
        numbers.count(told.silent),
    ]


def _part(one: Part) -> dict[str, object]:
    share = one.repeated.share
    return {
        "dimension": one.dimension.capitalize(),
        "name": one.name,
        "n": numbers.count(one.repeated.n),
        "repeated": numbers.count(one.repeated.hits),
        "share": "–" if share is None else numbers.percent(share),
        "interval": numbers.interval(one.repeated),
        "few": one.repeated.n < numbers.FEW,
    }


def _days(since: date | None, until: date | None) -> str | None:
    if since is None or until is None:
        return None
    return f"{numbers.long_day(since)} to {numbers.long_day(until)}"
