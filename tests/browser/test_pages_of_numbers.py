"""The pages of numbers in a real browser: usable by everybody, and readable on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_coverage import pages_of_numbers

WIDTHS = (
    (1280, "wide", "narrow"),
    (1210, "wide", "narrow"),
    (780, "wide", "narrow"),
    (700, "narrow", "wide"),
    (390, "narrow", "wide"),
)

Violations = Callable[[Page], list[str]]

OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SMALLEST_TEXT = """Math.min(...[...document.querySelectorAll('svg text')]
    .filter(text => text.checkVisibility())
    .map(text => parseFloat(text.getAttribute('font-size')) * text.getScreenCTM().a))"""
OUTSIDE = """() => [...document.querySelectorAll('svg[class^=heat]')]
    .filter(svg => svg.checkVisibility())
    .flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
        const [own, all] = [text.getBoundingClientRect(), svg.getBoundingClientRect()]
        return own.right > all.right + 1 || own.left < all.left - 1 || own.bottom > all.bottom + 1
    }).map(text => text.textContent))"""


@pytest.mark.parametrize("name", ["coverage", "templates"])
def test_everyone_can_use_it(watched: Page, violations: Violations, name: str) -> None:
    """In light and dark, on desk and phone, axe finds nothing, with every table open."""
    watched.set_content(pages_of_numbers()[name])
    watched.evaluate(OPENED)
    for width, scheme in LOOKS:
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"


def test_the_map_fits_the_screen(watched: Page) -> None:
    """Hours across on a desk and down on a phone, its text readable and never outside."""
    for name in ("coverage", "coverage_csat"):
        watched.set_content(pages_of_numbers()[name])
        watched.evaluate(OPENED)
        for width, shown, hidden in WIDTHS:
            watched.set_viewport_size({"width": width, "height": 800})
            expect(watched.locator(f"svg.heat-{shown}")).to_be_visible()
            expect(watched.locator(f"svg.heat-{hidden}")).to_be_hidden()
            assert watched.evaluate(SMALLEST_TEXT) >= 11.5
            assert watched.evaluate(OUTSIDE) == []
            assert watched.evaluate("document.documentElement.scrollWidth") <= width


def test_all_hours_are_on_paper(watched: Page) -> None:
    """The table of every hour does not end where it would scroll on a screen."""
    watched.set_content(pages_of_numbers()["coverage"])
    watched.emulate_media(media="print")
    table = watched.locator(".map .scroll")
    assert table.evaluate("one => one.scrollHeight - one.clientHeight") == 0


def test_the_gaps_come_first_on_a_phone(watched: Page) -> None:
    """They tell the story; on a desk they stand beside the map."""
    watched.set_content(pages_of_numbers()["coverage"])

    def boxes() -> list[FloatRect]:
        found = [watched.locator(one).bounding_box() for one in (".gaps", ".map")]
        return [box for box in found if box]

    watched.set_viewport_size({"width": 390, "height": 800})
    gaps, drawn = boxes()
    assert gaps["y"] + gaps["height"] <= drawn["y"]
    watched.set_viewport_size({"width": 1280, "height": 800})
    gaps, drawn = boxes()
    assert gaps["x"] >= drawn["x"] + drawn["width"]
    assert gaps["y"] < drawn["y"] + drawn["height"]
