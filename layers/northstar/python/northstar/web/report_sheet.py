"""Words the weekly sheet of the templates for the report to the team."""

from __future__ import annotations

from collections.abc import Iterator

from northstar.app.report import Line, Section
from northstar.app.templates import address
from northstar.app.weekly_sheet import USES_DAYS, Item, Mended, WeeklySheet
from northstar.domain.rates import Rate
from northstar.web import numbers
from northstar.web.report_lines import said

_MOST_QUOTES = 2
_ORDER = (
    "First the one that left most problems unsolved for certain: its uses of the last "
    f"{USES_DAYS} days, times the least share that it did not solve (95%)."
)


def sections(sheet: WeeklySheet) -> Iterator[Section]:
    """Yield the templates to improve first, then what became of those of the week before."""
    first = tuple(line for item in sheet.items for line in _to_improve(item))
    yield Section("Templates to improve first", first, _ORDER)
    yield Section("What became of last week's templates", tuple(map(_became, sheet.before)))


def _to_improve(item: Item) -> Iterator[Line]:
    low, likely, high = item.unsolved
    text = f"{_rate(item.solved)} solved; of {numbers.many(item.uses, 'use')} about "
    text += f"{numbers.count(likely)} ({numbers.count(low)} to {numbers.count(high)}) were not."
    yield Line(text, said=_name(item), path=address(item.template, item.version))
    yield from (Line(feedback=one.id) for one in item.quotes[:_MOST_QUOTES])


def _became(item: Item) -> Line:
    path = address(item.template, item.version)
    if item.mended is None:
        return Line("nothing was changed in the last four weeks.", said=_name(item), path=path)
    changed = f"{_name(item)}, {said(item.mended.words)}"
    return Line(_effect(item.mended), said=changed, path=path)


def _effect(made: Mended) -> str:
    since = f"since {numbers.long_day(made.day)}"
    rates = f"{_rate(made.after)} solved {since}, {_rate(made.before)} before"
    found = made.difference
    if found is None:
        return f"too few answers yet; {rates}."
    words = {"better": "better", "worse": "worse", "same": "about the same"}[found.verdict]
    return f"{words}; {rates}."


def _name(item: Item) -> str:
    """Title, version and owner: all of it is somebody else's words."""
    version = "" if item.version == "-" else f" {item.version}"
    owner = f" ({item.owner})" if item.owner else ""
    return said(f"{item.title or item.template}{version}{owner}")


def _rate(rate: Rate) -> str:
    if not rate.n:
        return "no answer"
    n = numbers.count(rate.n)
    return f"{numbers.percent(rate.share or 0)} ({numbers.interval(rate)}, n = {n})"
