"""The page of the coverage: when customers write, how soon they are answered, and where not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlencode

from northstar.app.show_coverage import (
    BUSY,
    FEW,
    PERIODS,
    POOR,
    CoverageView,
    Gap,
    Half,
    Shown,
    is_busy_gap,
)
from northstar.domain.coverage import BOUNDS, Cell
from northstar.domain.goals import Progress
from northstar.domain.rates import Rate
from northstar.web import heatmap, numbers
from northstar.web.frame import draw
from northstar.web.tables import Cell as CsvCell
from northstar.web.tables import csv_file

MOST_GAPS = 6
"""So many slots are listed, those with most late tickets."""

COLUMNS = (
    "weekday",
    "hour",
    "tickets",
    "known_replies",
    "in_time",
    "share",
    "low",
    "high",
    "csat",
    "csat_n",
)

SLOT_COLUMNS = (
    *("weekday", "from", "until", "arrivals_per_week"),
    *("share", "low", "high", "n", "late_per_week"),
)

_NAMES: Mapping[Shown, str] = {
    "in-time": "In time",
    "arrivals": "Arrivals",
    "csat": "Satisfaction",
}


def page(view: CoverageView) -> str:
    """Return the page of the coverage."""
    return draw(
        "coverage.html",
        "leadership.css",
        here="coverage",
        view=view,
        within=duration(view.within),
        periods=[
            (f"{days} days", _address(days, view.shown), days == view.days) for days in PERIODS
        ],
        kinds=[
            (name, _address(view.days, kind), kind == view.shown) for kind, name in _NAMES.items()
        ],
        file=_file(view, "csv"),
        tiles=list(_tiles(view)),
        goal=_goal(view.goal) if view.goal else None,
        slots=_file(view, "slots") if view.slots else None,
        gaps=[_gap(gap, view.weeks) for gap in view.gaps[:MOST_GAPS]],
        more_gaps=max(len(view.gaps) - MOST_GAPS, 0),
        few=FEW,
        tellable=any(cell.in_time(view.within).n >= FEW for cell in view.cells),
        charts=list(_charts(view)),
        heading=_heading(view),
        rows=[_row(cell, view.within) for cell in view.cells if cell.tickets],
        annotations=[(numbers.long_day(one.day), one.text) for one in view.annotations],
    )


def hours_csv(view: CoverageView) -> Iterator[str]:
    """Yield all 168 hours of the week as a file, line by line; shares are 0..1, empty is unknown.

    `share` is `in_time` of `known_replies`, with its Wilson 95 % interval `low` to `high`.
    """
    return csv_file(COLUMNS, (_cells(cell, view.within) for cell in view.cells))


def slots_csv(view: CoverageView) -> Iterator[str]:
    """Yield the slots that want somebody as a file, those with most late tickets first.

    `share` is of the `n` tickets with a known reply, with its Wilson 95 % interval.
    """
    return csv_file(SLOT_COLUMNS, (_slot(gap, view.weeks) for gap in view.slots))


def duration(minutes: int) -> str:
    """Return one of the steps in which replies are counted: "30 min", "1 hour", "24 hours"."""
    if minutes < 60:
        return f"{minutes} min"
    return "1 hour" if minutes == 60 else f"{minutes // 60} hours"


def _file(view: CoverageView, form: str) -> str:
    return f"/coverage?{urlencode({'days': view.days, 'format': form})}"


def _address(days: int, shown: Shown) -> str:
    return f"/coverage?{urlencode({'days': days, 'show': shown})}"


def _tiles(view: CoverageView) -> Iterator[dict[str, str]]:
    """Yield the numbers above the map: a figure, what it is, and of how many."""
    if view.in_time.n:
        yield _rate_tile("Hours covered", view.covered, "hour", _covered(view))
        label = f"Answered within {duration(view.within)}"
        yield _rate_tile(label, view.in_time, "ticket", _known(view))
    if view.half:
        yield _half_tile(view.half)
    if view.in_time.n:
        yield _missing_tile(view)
        return
    silent = len(view.cells) - view.busy
    yield {
        "label": "Hours without a ticket",
        "value": f"{numbers.count(silent)} of {len(view.cells)}",
        "of": f"in these {view.days} days",
        "n": f"n = {numbers.many(view.tickets, 'ticket')}",
    }


def _rate_tile(label: str, rate: Rate, unit: str, of: str) -> dict[str, str]:
    return {
        "label": label,
        "value": numbers.percent(rate.share or 0),
        "of": of,
        "n": f"{numbers.interval(rate)}, n = {numbers.many(rate.n, unit)}",
    }


def _missing_tile(view: CoverageView) -> dict[str, str]:
    silent, hours = len(view.cells) - view.busy, len(view.cells)
    return {
        "label": "Hours missing to 24/7",
        "value": numbers.count(view.missing),
        "of": f"not covered, of {numbers.many(view.covered.n, 'hour')} that can be told",
        "n": f"in {numbers.count(silent)} of {hours} hours nobody wrote",
    }


def _covered(view: CoverageView) -> str:
    """Return of which hours that is a share, and in how many nothing is known."""
    told = f"{numbers.count(view.covered.hits)} of {numbers.many(view.covered.n, 'hour')}"
    unknown = view.busy - view.covered.n
    if not unknown:
        return f"{told} in which anybody wrote"
    wrote = numbers.count(view.busy)
    return f"{told} with a known reply; in {wrote} somebody wrote"


def _known(view: CoverageView) -> str:
    known, tickets = numbers.count(view.in_time.n), numbers.count(view.tickets)
    if known == tickets:
        return "of all tickets"
    return f"of {known} tickets with a known reply, out of {tickets}"


def _half_tile(half: Half) -> dict[str, str]:
    steps = ", ".join(str(bound) for bound in BOUNDS if bound < 60)
    hours = ", ".join(str(bound // 60) for bound in BOUNDS if bound >= 60)
    longest = duration(BOUNDS[-1])
    return {
        "label": "Half were answered within" if half.minutes else "Half waited longer than",
        "value": duration(half.minutes) if half.minutes else longest,
        "of": f"counted in steps of {steps} min, {hours} hours",
        "n": f"n = {numbers.many(half.n, 'ticket')}",
    }


def _goal(progress: Progress) -> dict[str, str]:
    """Return how the goal on these hours stands, beside its even pace."""
    goal, now = progress.goal, progress.value
    pace = f"even pace {numbers.amount(progress.even_pace, goal.unit)}"
    value = "nothing is known yet"
    if now is not None:
        of = f"n = {numbers.many(progress.n, 'hour')}"
        value = f"{numbers.amount(now, goal.unit)} in the newest 28 days ({of})"
    return {
        "name": goal.name,
        "href": f"/?{urlencode({'goal': goal.name})}",
        "words": f"{value}, {pace}",
        "target": f"{numbers.amount(goal.target, goal.unit)} by {numbers.long_day(goal.deadline)}",
    }


def _gap(gap: Gap, weeks: float) -> dict[str, str]:
    came, late = (_a_week(one, weeks) for one in (gap.tickets, gap.late))
    return {
        "slot": f"{heatmap.DAYS[gap.weekday]} {gap.since:02}–{gap.until:02}",
        "share": f"{numbers.percent(gap.in_time.share or 0)} in time",
        "interval": numbers.interval(gap.in_time),
        "tickets": numbers.many(gap.in_time.n, "ticket"),
        "late": f"{numbers.count(gap.late)} late",
        "week": f"{came} a week, {late} late",
    }


def _a_week(tickets: int, weeks: float) -> str:
    return numbers.weekly(tickets / weeks).partition(" ")[0]


def _slot(gap: Gap, weeks: float) -> tuple[CsvCell, ...]:
    return (
        heatmap.DAYS[gap.weekday],
        f"{gap.since:02}:00",
        f"{gap.until:02}:00",
        round(gap.tickets / weeks, 2),
        *_figures(gap.in_time),
        gap.in_time.n,
        round(gap.late / weeks, 2),
    )


def _heading(view: CoverageView) -> str:
    if view.shown == "arrivals":
        return "Tickets by weekday and hour"
    if view.shown == "csat":
        return "Satisfaction (CSAT) by weekday and hour"
    return f"Answered within {duration(view.within)}, by weekday and hour"


def _charts(view: CoverageView) -> Iterator[str]:
    if not view.tickets:
        return
    marks, legend = _DRAWN[view.shown](view)
    for size in (heatmap.WIDE, heatmap.NARROW):
        yield heatmap.heatmap(
            marks,
            legend,
            size,
            heatmap.PAGE,
            title=f"{_heading(view)}, last {view.days} days",
            description=_description(view),
        )


def _description(view: CoverageView) -> str:
    """Return in words what the drawing says at a glance."""
    told = f"{numbers.count(view.tickets)} tickets in {view.busy} of {len(view.cells)} hours."
    if view.in_time.n:
        share = numbers.percent(view.in_time.share or 0)
        told += f" {share} were answered within {duration(view.within)}."
    if view.gaps:
        gap = _gap(view.gaps[0], view.weeks)
        told += f" The largest gap is {gap['slot']}: {gap['share']}, {gap['late']}."
    return f"{told} The table has every hour."


def _in_time(view: CoverageView) -> tuple[list[heatmap.Mark], heatmap.Legend]:
    def mark(cell: Cell) -> heatmap.Mark:
        rate = cell.in_time(view.within)
        words = _words(rate, "answered in time", "no known reply")
        return _mark(cell, _step(rate), words, dot=is_busy_gap(cell, view.within))

    marks = [mark(cell) for cell in view.cells]
    dots = any(one.dot for one in marks)
    return marks, heatmap.Legend(
        steps=f"0–100% answered within {duration(view.within)}",
        outline=f"fewer than {FEW}",
        dot=f"busy gap: {BUSY}+ tickets, under {numbers.percent(POOR)}" if dots else "",
    )


def _satisfied(view: CoverageView) -> tuple[list[heatmap.Mark], heatmap.Legend]:
    def mark(cell: Cell) -> heatmap.Mark:
        rate = cell.csat()
        return _mark(cell, _step(rate), _words(rate, "satisfied", "no rating"))

    legend = heatmap.Legend("0–100% rated 4 or 5 of 5", f"fewer than {FEW} ratings")
    return [mark(cell) for cell in view.cells], legend


def _arrived(view: CoverageView) -> tuple[list[heatmap.Mark], heatmap.Legend]:
    most = max(cell.tickets for cell in view.cells)

    def mark(cell: Cell) -> heatmap.Mark:
        step = -(-5 * cell.tickets // most) or None
        return _mark(cell, step, numbers.many(cell.tickets, "ticket"))

    legend = heatmap.Legend(f"1 to {numbers.count(most)} tickets", "none")
    return [mark(cell) for cell in view.cells], legend


_DRAWN: Mapping[Shown, Callable[[CoverageView], tuple[list[heatmap.Mark], heatmap.Legend]]] = {
    "in-time": _in_time,
    "arrivals": _arrived,
    "csat": _satisfied,
}


def _mark(cell: Cell, step: int | None, words: str, *, dot: bool = False) -> heatmap.Mark:
    told = f"{_hour(cell)}: {words}" if cell.tickets else ""
    return heatmap.Mark(cell.weekday, cell.hour, step, dot, told)


def _step(rate: Rate) -> int | None:
    """One step for each fifth; none where there are too few to tell."""
    return None if rate.n < FEW else min(5 * rate.hits // rate.n + 1, 5)


def _words(rate: Rate, what: str, nothing: str) -> str:
    if rate.n >= FEW:
        return f"{numbers.percent(rate.share or 0)} of {numbers.count(rate.n)} {what}"
    return f"{rate.hits} of {rate.n} {what}" if rate.n else nothing


def _hour(cell: Cell) -> str:
    return f"{heatmap.DAYS[cell.weekday]} {cell.hour:02}–{cell.hour + 1:02}"


def _row(cell: Cell, within: int) -> list[str]:
    """Return an hour as cells of the table; a rate of too few is told as a number only."""
    in_time, csat = cell.in_time(within), cell.csat()
    return [
        _hour(cell),
        numbers.count(cell.tickets),
        _of(in_time),
        *_share(in_time),
        _of(csat),
        *_share(csat),
    ]


def _of(rate: Rate) -> str:
    return f"{numbers.count(rate.hits)} of {numbers.count(rate.n)}" if rate.n else "–"


def _share(rate: Rate) -> tuple[str, str]:
    if rate.n < FEW:
        return "–", "–"
    return numbers.percent(rate.share or 0), numbers.interval(rate)


def _cells(cell: Cell, within: int) -> tuple[CsvCell, ...]:
    in_time, csat = cell.in_time(within), cell.csat()
    return (
        heatmap.DAYS[cell.weekday],
        cell.hour,
        cell.tickets,
        in_time.n,
        in_time.hits,
        *_figures(in_time),
        None if csat.share is None else round(csat.share, 4),
        csat.n,
    )


def _figures(rate: Rate) -> tuple[float | None, float | None, float | None]:
    if rate.share is None:
        return None, None, None
    return round(rate.share, 4), round(rate.low, 4), round(rate.high, 4)
