"""The weekly sheet: which templates to improve first, in customers' words, and what helped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from northstar.app.templates import address
from northstar.app.weekly_sheet import LEAST, QUOTES, Item, Mended, WeeklySheet
from northstar.web import numbers
from northstar.web.entries import entry
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file
from northstar.web.template_card import change, words_of

COLUMNS = (
    *("week", "part", "place", "template", "version", "title", "owner", "uses"),
    *("solved_yes", "solved_n", "solved_rate", "solved_low", "solved_high"),
    *("unsolved", "unsolved_low", "unsolved_high"),
    *("changed_on", "changed_by", "changed"),
    *("before_rate", "before_n", "after_rate", "after_n", "effect"),
    *(f"quote_{n}" for n in range(1, QUOTES + 1)),
)


@dataclass(frozen=True, slots=True)
class WeekView:
    """The sheet with what every page has."""

    business: str
    time_zone: str
    sheet: WeeklySheet
    demo: bool


def page(view: WeekView) -> str:
    """Return the page of one week's sheet."""
    sheet, zone = view.sheet, view.time_zone
    return draw(
        "week.html",
        "leadership.css",
        here="templates",
        view=view,
        made=numbers.moment(sheet.made_at, zone),
        items=[_item(one, zone) for one in sheet.items],
        before=[_item(one, zone) for one in sheet.before],
        earlier=_address(sheet.week - timedelta(weeks=1)) if sheet.earlier else None,
        file=f"{_address(sheet.week)}&format=csv",
        least=LEAST,
    )


def week_csv(sheet: WeeklySheet) -> Iterator[str]:
    """Yield the sheet as a file; rates are 0..1, empty is unknown."""
    parts = (("first", sheet.items), ("last week", sheet.before))
    return csv_file(
        COLUMNS,
        (
            _cells(sheet.week, part, place, one)
            for part, items in parts
            for place, one in enumerate(items, 1)
        ),
    )


def _address(week: date) -> str:
    return f"/templates/week?week={week.isoformat()}"


def _item(one: Item, zone: str) -> dict[str, object]:
    low, likely, high = one.unsolved
    return {
        "name": one.title or one.template,
        "id": one.template,
        "version": one.version if one.version != "-" else None,
        "page": address(one.template, one.version),
        "owner": one.owner,
        "unsolved": numbers.count(likely),
        "range": f"{numbers.count(low)} to {numbers.count(high)}",
        "uses": numbers.many(one.uses, "use"),
        "solved": words_of(one.solved),
        "made": change(one.mended) if one.mended else None,
        "quotes": [entry(said, zone) for said in one.quotes],
    }


def _cells(week: date, part: str, place: int, one: Item) -> tuple[Cell, ...]:
    low, likely, high = one.unsolved
    solved, made = one.solved, one.mended
    quotes = [said.text for said in one.quotes]
    return (
        *(week.isoformat(), part, place, one.template, one.version, one.title, one.owner, one.uses),
        *(solved.hits, solved.n, _figure(solved.share)),
        *(_figure(end if solved.n else None) for end in (solved.low, solved.high)),
        *(likely, low, high),
        *((made.day.isoformat(), made.by, made.words) if made else (None,) * 3),
        *(_effect(made) if made else (None,) * 5),
        *(quotes[n] if n < len(quotes) else None for n in range(QUOTES)),
    )


def _effect(made: Mended) -> tuple[Cell, ...]:
    found = made.difference
    rates = (_figure(made.before.share), made.before.n, _figure(made.after.share), made.after.n)
    return (*rates, found.verdict if found else None)


def _figure(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
