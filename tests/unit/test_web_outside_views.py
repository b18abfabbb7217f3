"""Text from outside stays text on the pages of what is acted on, wherever a view holds it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from northstar.app.configuration import Annotation
from northstar.web import coverage, gaps, milestones, north_star, weekly_sheet
from tests.browser import samples_coverage, samples_north_star, samples_replies, samples_templates
from tests.unit.test_web_outside_text import HOSTILE, elements

OURS = {"time_zone", "id", "day", "occurred_at", "written", "kind", "url", "language"}
"""Fields that no text from outside gets into, or none but an address or a tag."""

WEEK = samples_templates.sheet()
MILESTONES = replace(samples_replies._milestones(), ticket_url=None)
COVERAGE = replace(
    samples_coverage.coverage_pages()["coverage"], annotations=(Annotation(date(2026, 1, 5), "a"),)
)
Draw = Callable[[str], str]
PAGES: dict[str, Draw] = {
    "gaps": lambda text: gaps.page(swapped(samples_north_star.gaps_view(), text)),
    "north star": lambda text: north_star.page(swapped(samples_north_star.north_star_view(), text)),
    "milestones": lambda text: milestones.page(swapped(MILESTONES, text)),
    "week": lambda text: weekly_sheet.page(samples_templates.week_view(swapped(WEEK, text))),
    "coverage": lambda text: coverage.page(swapped(COVERAGE, text)),
}


def swapped(value: Any, text: str) -> Any:
    """Return a view with a text in the place of every one that may come from outside."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        parts = [swapped(one, text) for one in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    hints = get_type_hints(type(value))
    return replace(
        value,
        **{
            one.name: swapped(told, text)
            for one in fields(value)
            if one.init and one.name not in OURS
            if not isinstance(told := getattr(value, one.name), str)
            or hints[one.name] in (str, str | None)
        },
    )


@pytest.mark.parametrize("name", PAGES)
def test_naughty_strings_change_no_element(name: str, shared_data: Path) -> None:
    """The page has the elements of one with a harmless text, with the same links."""
    draw = PAGES[name]
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    harmless = elements(draw("harmless"))
    assert "&lt;script&gt;" in draw(HOSTILE[0])
    for first in range(0, len(naughty), 30):
        assert elements(draw(" ".join(naughty[first : first + 30]))) == harmless
    for text in HOSTILE[:-1]:
        assert elements(draw(text)) == harmless
