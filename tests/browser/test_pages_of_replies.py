"""Replies, milestones and the marked chart in a real browser: usable by everybody, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_replies import pages_of_replies

NUMBERS_OUTSIDE = """() => [...document.querySelectorAll('svg[class^=goal]')]
    .filter(svg => svg.checkVisibility())
    .flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
        const [own, all] = [text.getBoundingClientRect(), svg.getBoundingClientRect()]
        return own.right > all.right + 1 || own.left < all.left - 1 || own.bottom > all.bottom + 1
    }).map(text => text.textContent))"""


@pytest.mark.parametrize("name", ["replies", "replies_empty", "milestones", "goal_noted"])
def test_everyone_can_use_it(
    watched: Page, violations: Callable[[Page], list[str]], name: str
) -> None:
    """In light and dark, on desk and phone, axe finds nothing, and nothing is cut off."""
    watched.set_content(pages_of_replies()[name])
    for width, scheme in LOOKS:
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"
        assert watched.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.evaluate(NUMBERS_OUTSIDE) == []


def test_a_draft_can_be_copied_and_not_changed(watched: Page) -> None:
    """By keyboard alone: the field takes the focus, gives its text, and takes no letter."""
    watched.set_content(pages_of_replies()["replies"])
    draft = watched.get_by_label("Draft for a reply").first
    draft.focus()
    watched.keyboard.press("Control+a")
    watched.keyboard.type("x")
    assert draft.input_value().startswith("Hello ")
    selected = draft.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert selected == draft.input_value()
