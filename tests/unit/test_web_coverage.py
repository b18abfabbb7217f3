"""The page of the coverage in words, as a drawing, as a table and as a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Annotation
from northstar.app.show_coverage import CoverageView
from northstar.web import coverage, heatmap
from northstar.web.heatmap import NARROW, PAGE, WIDE, Legend, Mark
from tests.browser.samples_coverage import TODAY, Kept, coverage_of, coverage_pages

MONDAY = TODAY  # 14 Sep 2026


def view(measures: Mapping[str, int], **how: Any) -> CoverageView:
    """Return the view of one Monday."""
    return coverage_of(Kept({MONDAY: dict(measures)}), **how)


def text(told: CoverageView) -> str:
    """Return the words of the page, each once apart."""
    body = LexborHTMLParser(coverage.page(told)).body
    assert body
    return " ".join(body.text(separator=" ").split())


def marks(told: CoverageView) -> dict[str, str]:
    """Return the look of the cell of each hour of which something is said, by its words."""
    drawing = LexborHTMLParser(coverage.page(told)).css_first("svg.heat-wide")
    assert drawing
    dots = {(dot.attributes["cx"], dot.attributes["cy"]) for dot in drawing.css("circle")}
    found = {}
    for cell in drawing.css("g > use"):
        x, y = (float(cell.attributes[side] or 0) - 1.5 for side in ("x", "y"))
        title, group = cell.css_first("title"), cell.parent
        assert group
        dot = " dot" if (f"{x + 15:.0f}", f"{y + 13:.0f}") in dots else ""
        if title:
            found[title.text()] = f"{group.attributes['fill']}{dot}"
    return found


def hour(hits: int, n: int, at: str = "09") -> dict[str, int]:
    """Return an hour of n tickets, all with a known reply, `hits` of them in time."""
    return {f"{at}_tickets": n, f"{at}_reply_30": hits, f"{at}_reply_120": n - hits}


class TestDrawing:
    """The map of the week."""

    @pytest.mark.parametrize(
        ("hits", "n", "look"),
        [
            (0, 10, "var(--c-heat-1)"),
            (1, 5, "var(--c-heat-2)"),
            (59, 100, "var(--c-heat-3)"),
            (79, 100, "var(--c-heat-4)"),
            (80, 100, "var(--c-heat-5)"),
            (5, 5, "var(--c-heat-5)"),
            (4, 4, "var(--c-card)"),
        ],
    )
    def test_a_share_has_one_of_five_steps(self, hits: int, n: int, look: str) -> None:
        """A fifth each; the darkest is a covered hour, and too few have none."""
        (found,) = (
            look
            for words, look in marks(view(hour(hits, n))).items()
            if "09–10" in words and words.startswith("Mon")
        )
        assert found.removesuffix(" dot") == look

    def test_a_busy_gap_has_a_dot(self) -> None:
        """Only a gap of many tickets, and the legend explains dots only where there are any."""
        busy, calm = view(hour(2, 20)), view(hour(2, 19))
        assert [look for look in marks(busy).values() if "dot" in look] == ["var(--c-heat-1) dot"]
        assert "busy gap: 20+ tickets, under 50%" in text(busy)
        assert not [look for look in marks(calm).values() if "dot" in look]
        assert "busy gap" not in text(calm)

    def test_each_hour_with_a_ticket_is_told_in_words(self) -> None:
        """Of few a number and no rate; of those without a known reply that nothing is known."""
        told = view(hour(27, 31) | hour(2, 3, at="23") | {"12_tickets": 4})
        assert marks(told) == {
            "Mon 09–10: 87% of 31 answered in time": "var(--c-heat-5)",
            "Mon 23–24: 2 of 3 answered in time": "var(--c-card)",
            "Mon 12–13: no known reply": "var(--c-card)",
        }

    def test_both_drawings_have_every_hour(self) -> None:
        """The one for a phone, where nobody points at anything, is without the words."""
        tree = LexborHTMLParser(coverage.page(view(hour(27, 31))))
        for name in ("wide", "narrow"):
            assert len(tree.css(f"svg.heat-{name} g > use")) == 168
            (covered,) = tree.css(f"svg.heat-{name} g[fill='var(--c-heat-5)'] > use")
            assert covered
        assert len(tree.css("svg.heat-narrow title")) == 1

    def test_arrivals_are_steps_up_to_the_busiest_hour(self) -> None:
        """An hour with a single ticket is not empty; an outline means none."""
        told = view({"08_tickets": 1, "09_tickets": 42, "10_tickets": 9}, shown="arrivals")
        words = marks(told)
        assert words["Mon 08–09: 1 ticket"] == "var(--c-heat-1)"
        assert words["Mon 10–11: 9 tickets"] == "var(--c-heat-2)"
        assert words["Mon 09–10: 42 tickets"] == "var(--c-heat-5)"
        assert len(words) == 3
        assert "1 to 42 tickets" in text(told)

    def test_satisfaction_is_of_those_who_rated(self) -> None:
        """A rate of five ratings, and no rate of four."""
        rated = {
            "09_tickets": 9,
            "09_csat_4": 3,
            "09_csat_1": 2,
            "10_tickets": 4,
            "10_csat_5": 4,
            "11_tickets": 1,
        }
        words = marks(view(rated, shown="csat"))
        assert words["Mon 09–10: 60% of 5 satisfied"] == "var(--c-heat-4)"
        assert words["Mon 10–11: 4 of 4 satisfied"] == "var(--c-card)"
        assert words["Mon 11–12: no rating"] == "var(--c-card)"

    @pytest.mark.parametrize("size", [WIDE, NARROW])
    def test_all_of_it_lies_inside(self, size: heatmap.Size) -> None:
        """Cells do not overlap, and neither they nor the legend leave the drawing."""
        week = [Mark(day, hour, 1, True, "x") for day in range(7) for hour in range(24)]
        legend = Legend("0–100% answered within 24 hours", "fewer than 5 ratings", "busy gap: 20+")
        drawn = heatmap.heatmap(week, legend, size, PAGE, title="T & T", description="<d>")
        svg = ET.fromstring(drawn)  # noqa: S314  our own drawing
        assert [one.text for one in svg[:2]] == ["T & T", "<d>"]
        shape = svg.find("defs/rect")
        assert shape is not None
        height, corners = float(svg.attrib["height"]), set()
        for box in (*svg.iter("use"), *svg.findall("rect")):
            x, y = (float(box.attrib[name]) for name in ("x", "y"))
            sides = box if box.tag == "rect" else shape
            wide, tall = (float(sides.attrib[name]) for name in ("width", "height"))
            assert x >= 0
            assert x + wide <= size.width
            assert y + tall <= height
            corners.add((x, y))
        assert len(corners) == 168 + 5 + 1
        cells = [(float(one.attrib["x"]), float(one.attrib["y"])) for one in svg.iter("use")]
        steps = [sorted({corner[axis] for corner in cells}) for axis in (0, 1)]
        for values, side in zip(steps, ("width", "height"), strict=True):
            assert all(b - a > float(shape.attrib[side]) for a, b in pairwise(values))
        for label in svg.iter("text"):
            assert float(label.attrib["y"]) < height
            assert float(label.attrib["font-size"]) >= 12


class TestWords:
    """What is said beside it."""

    def test_the_largest_gaps_are_listed(self) -> None:
        """With the share, its tickets, how many were late, and the interval."""
        said = text(view(hour(10, 40) | hour(2, 10, at="10") | hour(4, 9, at="20")))
        assert "Mon 09–11 24% in time · 50 tickets · 38 late 95% interval 14–37%" in said
        assert "14–37%; 12 a week, 9.5 late" in said
        assert said.index("Mon 09–11") < said.index("Mon 20–21 44% in time · 9 tickets · 5 late")

    def test_further_gaps_are_only_counted(self) -> None:
        """No table has them as slots."""
        seven = [hour(n, 9, at=f"{8 + 2 * n:02}") for n in range(7)]
        assert "1 more, with fewer late tickets. A" in text(
            view({name: count for one in seven for name, count in one.items()})
        )

    def test_it_says_when_an_hour_counts_as_covered(self) -> None:
        """Of how many, however few, and over which days; not where nothing is known."""
        assert (
            "An hour of the week counts as covered where at least four of five of its tickets with "
            "a known reply were answered within 1 hour, however few there were, in the 28 days to "
            "14 Sep 2026." in text(view(hour(9, 10)))
        )
        assert "counts as covered" not in text(view({"09_tickets": 9}))

    def test_no_gap_is_said_to_be_none(self) -> None:
        """Where every hour is covered."""
        assert "None: in every hour with enough tickets to tell" in text(view(hour(9, 10)))

    def test_the_number_of_hours_says_of_which(self) -> None:
        """Hours in which anybody wrote or, where replies are not all known, both numbers."""
        assert "100% 1 of 1 hour in which anybody wrote 21–100%, n = 1 hour" in text(
            view(hour(9, 10))
        )
        said = text(view(hour(9, 10) | {"10_tickets": 4}))
        assert "1 of 1 hour with a known reply; in 2 somebody wrote" in said
        assert "of 10 tickets with a known reply, out of 14" in said
        assert "24/7 0 not covered, of 1 hour that can be told in 166 of 168 hours nobody" in said
        unknown = text(view({"09_tickets": 9, "10_tickets": 5}))
        assert "166 of 168 in these 28 days n = 14 tickets" in unknown

    def test_half_is_a_step_and_says_so(self) -> None:
        """Not a median to the minute; of slow replies that they are slower than the longest."""
        assert "Half were answered within 30 min counted in steps of" in text(view(hour(9, 10)))
        slow = {"09_tickets": 9, "09_reply_slow": 9}
        assert "Half waited longer than 24 hours" in text(view(slow))

    def test_a_helpdesk_that_tells_no_replies_is_named_as_the_reason(self) -> None:
        """And no share of answers in time is shown."""
        said = text(view({"09_tickets": 9}))
        assert "Your helpdesk does not tell when it first replied" in said
        assert "Hours covered" not in said
        assert "Largest gaps" not in said

    def test_a_goal_is_shown_with_its_pace_and_a_link(self) -> None:
        """Its name is from outside."""
        html = coverage.page(coverage_pages()["coverage"])
        assert '<a href="/?goal=Answered+round+the+clock">' in html
        assert "even pace" in html

    def test_nobody_has_written_yet(self) -> None:
        """There is no map, and no rate of nothing."""
        said = text(view({}))
        assert "No ticket yet in these 28 days." in said
        assert "%" not in said

    def test_links_keep_what_was_chosen(self) -> None:
        """The period when the map is switched, the map when the period is."""
        html = coverage.page(view(hour(9, 10), days=91, shown="csat"))
        assert 'href="/coverage?days=28&amp;show=csat"' in html
        assert 'href="/coverage?days=91&amp;show=arrivals"' in html
        assert 'href="/coverage?days=91&amp;format=csv"' in html


class TestNumbers:
    """The table and the file."""

    def test_the_table_has_every_hour_in_which_anybody_wrote(self) -> None:
        """With a number and no rate of few."""
        told = hour(27, 31) | hour(2, 3, at="23") | {"09_csat_5": 6, "09_csat_2": 4}
        tree = LexborHTMLParser(coverage.page(view(told)))
        rows = [[cell.text() for cell in row.css("th, td")] for row in tree.css("tbody tr")]
        assert rows == [
            ["Mon 09–10", "31", "27 of 31", "87%", "71–95%", "6 of 10", "60%", "31–83%"],
            ["Mon 23–24", "3", "2 of 3", "–", "–", "–", "–", "–"],
        ]

    def test_the_file_has_all_hours(self) -> None:
        """Shares as numbers, and empty where nothing is known."""
        told = view(hour(27, 31) | {"09_csat_5": 1, "10_tickets": 2})
        lines = "".join(coverage.hours_csv(told)).removeprefix("\ufeff").splitlines()
        rows = list(csv.DictReader(lines))
        assert len(rows) == 168
        assert rows[9] == {
            "weekday": "Mon",
            "hour": "9",
            "tickets": "31",
            "known_replies": "31",
            "in_time": "27",
            "share": "0.871",
            "low": "0.7115",
            "high": "0.9487",
            "csat": "1.0",
            "csat_n": "1",
        }
        assert list(rows[10].values()) == ["Mon", "10", "2", "0", "0", "", "", "", "", "0"]

    def test_the_slots_that_want_somebody_are_a_file(self) -> None:
        """By the week and by need; also those of too few tickets to be listed on the page."""
        told = view(hour(10, 40) | hour(2, 10, at="10") | hour(0, 2, at="23"), days=91)
        lines = "".join(coverage.slots_csv(told)).removeprefix("\ufeff").splitlines()
        assert lines == [
            "weekday,from,until,arrivals_per_week,share,low,high,n,late_per_week",
            "Mon,09:00,11:00,3.85,0.24,0.143,0.3741,50,2.92",
            "Mon,23:00,24:00,0.15,0.0,0.0,0.6576,2,0.15",
        ]
        html = coverage.page(told)
        assert 'href="/coverage?days=91&amp;format=slots"' in html
        assert "format=slots" not in coverage.page(view(hour(9, 10)))

    def test_what_happened_is_text(self) -> None:
        """Whatever an operator writes."""
        told = replace(view(hour(9, 10)), annotations=(Annotation(TODAY, "<b>Two</b> hires"),))
        assert "14 Sep 2026: <bdi>&lt;b&gt;Two&lt;/b&gt; hires</bdi>" in coverage.page(told)
