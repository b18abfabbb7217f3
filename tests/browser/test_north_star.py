"""The pages of the north star and of the gaps in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_north_star import pages

Violations = Callable[[Page], list[str]]

OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.mark.parametrize("name", ["north-star", "gaps"])
def test_everyone_can_use_it(watched: Page, violations: Violations, name: str) -> None:
    """In light and dark, on desk and phone, axe finds nothing, and nothing is cut off.

    Neither before the first ticket; whatever somebody wrote stays a text.
    """
    for sample in (name, f"{name}_empty"):
        watched.set_content(pages()[sample])
        watched.evaluate(OPENED)
        for width, scheme in LOOKS:
            look_at(watched, width, scheme)
            assert watched.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(watched) == [], f"{sample}, {width} px, {scheme}"
        assert watched.locator("script").count() == 0
