"""What happened on a day: a numbered line on the chart of a goal, and its words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Annotation
from northstar.app.views import GoalStanding
from northstar.web import goal_chart, hero, pages, svg
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.picture import PICTURE
from tests.browser.samples import CSAT, FULL, ON_THE_WAY, fan_of, standing_of

HOSTILE = "<script>alert(1)</script>"
NOTED = (
    Annotation(date(2026, 4, 2), "Easter sale"),
    Annotation(date(2026, 4, 6), HOSTILE),
    Annotation(date(2026, 4, 6), "Ben joins"),
    Annotation(date(2026, 11, 1), "Release"),
)


def noted(annotations: Sequence[Annotation] = NOTED) -> GoalStanding:
    """Return a goal on its way, with what happened."""
    told = standing_of(ON_THE_WAY, "on track", fan_of(ON_THE_WAY, 170, 1360))
    return replace(told, annotations=tuple(annotations))


def boxes(drawing: str) -> list[tuple[float, float, float, float, str]]:
    """Return about where the short texts of a drawing stand."""
    found = []
    for label in ET.fromstring(drawing).iter():  # noqa: S314  our own
        if label.tag.endswith("text"):
            size, text = float(label.attrib["font-size"]), label.text or ""
            wide = 0.6 * size * len(text)
            shift = {"middle": wide / 2, "end": wide}.get(label.attrib.get("text-anchor", ""), 0)
            left, y = float(label.attrib["x"]) - shift, float(label.attrib["y"])
            found.append((left, y - 0.7 * size, left + wide, y, text))
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)
def test_every_day_has_its_number_and_no_text_covers_another(size: svg.Size) -> None:
    """Also where days are neighbours, or the same, and on a phone."""
    many = [Annotation(date(2026, 4, 1) + timedelta(2 * n), f"{n}") for n in range(9)]
    drawn = boxes(hero.chart(noted(many), size, svg.PAGE))
    assert {str(n) for n in range(1, 10)} <= {text for *_, text in drawn}
    for one, other in combinations(drawn, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    assert all(left >= 0 and right <= size.width for left, _, right, _, _ in drawn)


def test_the_list_and_the_description_say_what_the_numbers_mean() -> None:
    """In the order of the numbers; whatever an operator writes is text."""
    html = pages.goal(replace(FULL, standing=noted()))
    tree = LexborHTMLParser(html)
    assert [item.text() for item in tree.css(".noted li")] == [
        "2 Apr 2026: Easter sale",
        f"6 Apr 2026: {HOSTILE}",
        "6 Apr 2026: Ben joins",
        "1 Nov 2026: Release",
    ]
    assert HOSTILE not in html
    told = tree.css_first("svg.goal-wide desc")
    assert told
    assert f"Marked on it: 2 Apr 2026, Easter sale; 6 Apr 2026, {HOSTILE}; " in told.text()


def test_the_table_says_what_happened_until_each_of_its_days() -> None:
    """Once each; without anything there is no such column, as there is no list."""
    with_notes = LexborHTMLParser(pages.goal(replace(FULL, standing=noted())))
    rows = {row.css("th")[0].text(): row.text() for row in with_notes.css(".chart tbody tr")}
    assert "Easter sale" in rows["30 Apr 2026"]
    assert "Ben joins" in rows["30 Apr 2026"]
    assert sum("Easter sale" in text for text in rows.values()) == 1
    assert "What happened until then" in with_notes.html  # type: ignore[operator]
    without = pages.goal(replace(FULL, standing=noted(())))
    assert "What happened" not in without
    assert 'class="noted' not in without


def test_a_picture_by_itself_says_what_its_numbers_mean() -> None:
    """Below the days, and inside; on the page the list does."""
    alone = hero.chart(noted(), WIDE, PICTURE, alone=True)
    assert "3 · 6 Apr 2026: Ben joins" in alone
    assert "Ben joins</text>" not in hero.chart(noted(), WIDE, PICTURE)
    height = float(ET.fromstring(alone).attrib["height"])  # noqa: S314  our own
    assert height > WIDE.height
    assert all(bottom <= height for *_, bottom, _ in boxes(alone))


def test_a_rate_is_marked_as_a_count_is() -> None:
    """Its axis begins anywhere, and the line is seen all the same."""
    day = CSAT.goal.start + timedelta(3)
    drawn = goal_chart.draw(CSAT, (), WIDE, svg.PAGE, annotations=[(day, "Hire")])
    assert "Marked on it" in drawn
    assert "1" in {text for *_, text in boxes(drawn)}
