"""The pages of one template and of the week in a real browser: usable by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_templates import pages_of_templates

Violations = Callable[[Page], list[str]]

OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.mark.parametrize("name", ["template_refused", "week"])
def test_everyone_can_use_it(watched: Page, violations: Violations, name: str) -> None:
    """In light and dark, on desk and phone, axe finds nothing, and nothing scrolls sideways."""
    watched.set_content(pages_of_templates()[name])
    watched.evaluate(OPENED)
    for width, scheme in LOOKS:
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"
        assert watched.evaluate("document.documentElement.scrollWidth") <= width


def test_the_state_of_a_template_fits_on_a_phone(watched: Page) -> None:
    """Chips and all."""
    watched.set_viewport_size({"width": 390, "height": 800})
    for name in ("template_automated", "template_bare", "templates_ladder"):
        watched.set_content(pages_of_templates()[name])
        watched.evaluate(OPENED)
        assert watched.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_week_is_on_paper(watched: Page) -> None:
    """All of it, on at most three sheets."""
    watched.set_content(pages_of_templates()["week"])
    assert watched.pdf(format="A4").count(b"/Type /Page\n") <= 3
