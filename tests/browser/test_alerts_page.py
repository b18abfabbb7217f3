"""The page of the alerts in a real browser: usable by everybody, and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_alerts import alert_pages

OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.mark.parametrize("name", ["alerts_refused", "alerts_empty"])
def test_everyone_can_use_it(
    watched: Page, violations: Callable[[Page], list[str]], name: str
) -> None:
    """In light and dark, on desk and phone, axe finds nothing, and nothing scrolls sideways."""
    watched.set_content(alert_pages()[name])
    watched.evaluate(OPENED)
    for width, scheme in LOOKS:
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"
        assert watched.evaluate("document.documentElement.scrollWidth") <= width


def test_an_outcome_is_chosen_with_the_keyboard(watched: Page) -> None:
    """The form opens, is filled and wants a choice, without a script and without a mouse."""
    watched.set_content(alert_pages()["alerts"])
    card = watched.locator(".inbox > li").first
    card.locator("summary").press("Enter")
    expect(card.locator("select")).to_be_visible()
    watched.keyboard.press("Tab")
    expect(card.locator("select")).to_be_focused()
    assert not card.locator("form").evaluate("form => form.checkValidity()")
    watched.keyboard.type("The customer")
    assert card.locator("form").evaluate("form => form.checkValidity()")
    expect(card.locator("select")).to_have_value("answered")
