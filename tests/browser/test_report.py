"""The weekly report in a real browser: its page, and its mail with and without pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from northstar.delivery.outside import inert
from northstar.web import report, report_mail
from tests.browser.conftest import LOOKS, look_at
from tests.browser.samples_report import BARE, report_view

Violations = Callable[[Page], list[str]]

WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("name", ["leadership", "team", "bare", "stop", "stopped"])
def test_everyone_can_use_it(watched: Page, violations: Violations, name: str) -> None:
    """In light and dark, on desk and phone, axe finds nothing, and nothing scrolls sideways."""
    watched.set_content(
        {
            "leadership": lambda: report.page(report_view("leadership")),
            "team": lambda: report.page(report_view("team")),
            "bare": lambda: report.page(report_view("team", BARE)),
            "stop": lambda: report.stop_page("Example", "/r/1", stopped=False),
            "stopped": lambda: report.stop_page("Example", "/r/1", stopped=True),
        }[name]()
    )
    for width, scheme in LOOKS:
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"
        assert watched.evaluate(WIDTH) <= width


def test_the_mail_can_be_read_everywhere(page: Page) -> None:
    """On a phone as on a desk, in light and dark, without its picture: the text has contrast."""
    view = report_view("leadership")
    html = report_mail.html(view, "https://a.example", "https://a.example/r/1", None, inert)
    page.set_content(html)
    for width, scheme in LOOKS:
        look_at(page, width, scheme)
        assert page.evaluate(WIDTH) <= width
        assert page.evaluate(CONTRASTS) >= 4.5, f"{width} px, {scheme}"


CONTRASTS = """() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number)
    const light = colour => numbers(colour).slice(0, 3).map(part => part / 255)
        .map(part => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0)
    const ground = one => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor
            if (numbers(colour)[3] !== 0) return colour
        }
        return 'rgb(255, 255, 255)'
    }
    const texts = [...document.querySelectorAll('body *')].filter(one => one.checkVisibility()
        && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    return Math.min(...texts.map(one => {
        const pair = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a)
        return (pair[0] + .05) / (pair[1] + .05)
    }))
}"""
