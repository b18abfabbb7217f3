"""The charts: drawn to scale, well-formed, and with labels that never cover one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from math import sin
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain.forecast import Forecast
from northstar.domain.goals import Goal, Progress, progress, standing
from northstar.web import axes, charts, goal_chart
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.svg import PAGE, Size
from tests.browser.samples import (
    CSAT,
    EARLIER,
    ON_THE_WAY,
    POSTED,
    PROGRESSES,
    REAL,
    STARS,
    fan_of,
    milestones_of,
    share_of,
)

LAST = ON_THE_WAY.today - timedelta(1)
SVG = "{http://www.w3.org/2000/svg}"
ASPECTS = {"rising": (2.0, 0.3), "falling": (-1.0, 0.1), "flat": (0.0, 0.0), "wide": (1.0, 4.0)}
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)


def parsed(svg: str) -> ET.Element:
    """Return the drawing as a tree; fails when it is not well-formed XML."""
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314


def drawn(shown: Progress, size: Size = WIDE) -> ET.Element:
    """Return the chart of a goal with a milestone at each quarter."""
    quarters = [shown.goal.target * n // 4 for n in range(1, 5)]
    return parsed(goal_chart.draw(shown, milestones_of(shown, *quarters), size, PAGE))


def foretold(shown: Progress, aspect: str) -> Forecast:
    """Return an invented forecast: so much of the target more, and so wide, at the deadline."""
    more, width = (part * shown.goal.target for part in ASPECTS[aspect])
    left = (shown.goal.deadline - shown.today).days + 1
    return fan_of(shown, more * 7 / left, width)


def open_goal(shown: Progress) -> bool:
    """Whether a goal has begun and is not over, so that it may have a forecast."""
    return shown.goal.start <= shown.today <= shown.goal.deadline


def with_fan(shown: Progress, told: Forecast, size: Size = WIDE) -> ET.Element:
    """Return the chart of a goal with a forecast, milestones, and what it was before."""
    quarters = [shown.goal.target * n // 4 for n in range(1, 5)]
    before = replace(shown.goal, target=shown.goal.target * 3 / 4, baseline=None)
    svg = goal_chart.draw(
        shown,
        milestones_of(shown, *quarters),
        size,
        PAGE,
        forecast=told,
        since=shown.today - timedelta(1),
        former=((shown.goal.start, before),),
    )
    return parsed(svg)


def texts(tree: ET.Element) -> list[str]:
    """Return what is written in a drawing."""
    return [text.text or "" for text in tree.iter(f"{SVG}text")]


def box(text: ET.Element) -> tuple[float, float, float, float]:
    """Return what a text covers with the letters of a common sans serif (0.6 em on average)."""
    size, x, y = (float(text.get(name, 0)) for name in ("font-size", "x", "y"))
    width = len(text.text or "") * size * (0.66 if text.get("font-weight") else 0.58)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return left, y - 0.75 * size, left + width, y + 0.2 * size


def overlap(one: ET.Element, other: ET.Element) -> bool:
    """Return whether two texts cover each other."""
    a, b = box(one), box(other)
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def collisions(tree: ET.Element) -> list[tuple[str | None, str | None]]:
    """Return the pairs of texts that cover each other."""
    pairs = combinations(tree.iter(f"{SVG}text"), 2)
    return [(one.text, other.text) for one, other in pairs if overlap(one, other)]


@SIZES
@pytest.mark.parametrize("name", PROGRESSES)
def test_labels_never_cover_each_other(name: str, size: Size) -> None:
    """Near, far, reached, flat, one day or ten years: every text can be read, and lies inside."""
    readable(drawn(PROGRESSES[name], size), size)


@SIZES
@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("name", [name for name, one in PROGRESSES.items() if open_goal(one)])
def test_labels_of_a_fan_never_cover_others(name: str, aspect: str, size: Size) -> None:
    """Above, below or beside the goal, wide or without any width: middle and range can be read."""
    told = foretold(PROGRESSES[name], aspect)
    tree = with_fan(PROGRESSES[name], told, size)
    readable(tree, size)
    written = texts(tree)
    assert [text for text in written if text.startswith("≈ ")]
    assert [text for text in written if text.startswith("80%: ")]
    assert f"Goal {PROGRESSES[name].goal.target:,}" in written


@SIZES
@pytest.mark.parametrize(
    ("shown", "low", "high"),
    [
        *((CSAT, 89.1, 93.4), (CSAT, 92.0, 92.0), (CSAT, 20.0, 99.9), (CSAT, 40.0, 41.0)),
        *((STARS, 4.49, 4.56), (STARS, 4.7, 4.9), (STARS, 1.0, 5.0)),
    ],
)
def test_labels_of_an_interval_never_cover_others(
    shown: Progress, low: float, high: float, size: Size
) -> None:
    """The same holds for a rate, whose axis begins anywhere and says where."""
    told = share_of(shown.goal, low, high)
    tree = parsed(goal_chart.draw(shown, (), size, PAGE, forecast=told, since=shown.today))
    readable(tree, size)
    assert [text for text in texts(tree) if text.startswith("axis from ")]


def readable(tree: ET.Element, size: Size) -> None:
    """Fail where a text covers another one or leaves the drawing."""
    assert collisions(tree) == []
    for text in tree.iter(f"{SVG}text"):
        left, top, right, bottom = box(text)
        assert left >= -1, text.text
        assert top >= 0, text.text
        assert right <= size.width + 1, text.text
        assert bottom <= size.height, text.text


@st.composite
def any_progress(draw: st.DrawFn) -> Progress:
    """Any goal on any day, with any growth."""
    start = date(2024, 1, 1) + timedelta(draw(st.integers(0, 800)))
    aim = Goal(
        "Reviews",
        "net_public_reviews",
        draw(st.integers(1, 2_000_000)),
        start,
        start + timedelta(draw(st.integers(0, 1500))),
        draw(st.none() | st.integers(0, 1_000_000)),
    )
    daily = draw(st.dictionaries(st.integers(0, 1600), st.integers(-500, 5000), max_size=12))
    changes = {start + timedelta(n): change for n, change in daily.items()}
    return progress(aim, changes, start + timedelta(draw(st.integers(-40, 1600))))


@given(any_progress(), st.sampled_from([WIDE, NARROW]))
def test_any_goal_can_be_drawn(shown: Progress, size: Size) -> None:
    """Whatever the numbers are, the drawing is well-formed, in bounds and without collisions."""
    in_bounds(drawn(shown, size), size)


@given(any_progress(), st.sampled_from([WIDE, NARROW]), st.integers(-900, 9000), st.floats(0, 1e7))
def test_any_fan_can_be_drawn(shown: Progress, size: Size, a_week: int, width: float) -> None:
    """Whatever is foretold, the fan lies in the drawing too."""
    if open_goal(shown):
        in_bounds(with_fan(shown, fan_of(shown, a_week, width), size), size)


def in_bounds(tree: ET.Element, size: Size) -> None:
    """Fail where labels collide or a line leaves the drawing."""
    assert collisions(tree) == []
    for path in tree.iter(f"{SVG}path"):
        if "H" in path.get("d", ""):
            continue
        numbers = path.get("d", "").replace("M", " ").replace("L", " ").replace("Z", "").split()
        assert all(-1 <= float(x) <= size.width + 1 for x in numbers[::2])
        assert all(-1 <= float(y) <= size.height + 1 for y in numbers[1::2])


@SIZES
@pytest.mark.parametrize("name", PROGRESSES)
def test_the_important_labels_are_always_there(name: str, size: Size) -> None:
    """The goal and the even pace are named; the value and today too, once the goal has begun."""
    shown = PROGRESSES[name]
    written = texts(drawn(shown, size))
    assert f"Goal {shown.goal.target:,}" in written
    assert "Even pace" in written
    begun = shown.today >= shown.goal.start
    assert ("Today" in written) is begun
    if begun:
        assert f"{shown.value:,}".replace("-", "−") in written


def path_of(tree: ET.Element, stroke: str) -> list[tuple[float, float]]:
    """Return the points of the last line with this colour."""
    line = [p for p in tree.iter(f"{SVG}path") if p.get("stroke") == PAGE[stroke]][-1]
    pairs = line.get("d", "").removeprefix("M").split("L")
    return [(float(x), float(y)) for x, y in (pair.split() for pair in pairs)]


def test_lines_are_drawn_to_scale() -> None:
    """The target's height is to the value's height as target to value, and days are even."""
    tree = drawn(ON_THE_WAY)
    floor = WIDE.height - WIDE.bottom
    counted, pace = path_of(tree, "accent"), path_of(tree, "pace")
    last, end = counted[-1], pace[-1]
    assert {y for _, y in path_of(tree, "ink")} == {end[1]}
    assert (floor - last[1]) / (floor - end[1]) == pytest.approx(8164 / 10_000, abs=0.002)
    assert (floor - pace[0][1]) / (floor - end[1]) == pytest.approx(2210 / 10_000, abs=0.002)
    share = (ON_THE_WAY.today - date(2025, 12, 31)) / (date(2026, 12, 28) - date(2025, 12, 31))
    assert (last[0] - pace[0][0]) / (end[0] - pace[0][0]) == pytest.approx(share, abs=0.002)


def test_a_fan_is_drawn_to_scale() -> None:
    """It begins at the last known value and ends at the deadline, between the interval's ends."""
    tree = with_fan(ON_THE_WAY, REAL)
    wide, near = (
        next(p.get("d", "") for p in tree.iter(f"{SVG}path") if p.get("fill") == PAGE[name])
        for name in ("fan-80", "fan-50")
    )
    scale = path_of(tree, "pace")
    (_, low), (right, high) = scale[0], scale[-1]

    def value(y: float) -> float:
        return 2210 + (low - y) / (low - high) * (10_000 - 2210)

    for outline, edges in ((wide, REAL.p80), (near, REAL.p50)):
        assert edges
        points = [pair.split() for pair in outline.strip("MZ").split("L")]
        ends = sorted(value(float(y)) for x, y in points if float(x) == pytest.approx(right))
        assert ends == pytest.approx(edges, abs=30)
        assert value(float(points[0][1])) == pytest.approx(dict(ON_THE_WAY.series)[LAST], abs=30)


def test_a_former_goal_is_a_faint_line_with_its_day() -> None:
    """Dotted, to its own target and deadline, and named with the day until which it held."""
    former = ((date(2026, 4, 20), EARLIER),)
    tree = parsed(goal_chart.draw(ON_THE_WAY, (), WIDE, PAGE, former=former))
    (line,) = (p for p in tree.iter(f"{SVG}path") if p.get("stroke-dasharray") == "2 4")
    assert line.get("stroke") == PAGE["muted"]
    assert "8,000 until 20 Apr" in texts(tree)


def test_a_number_that_is_posted_begins_at_zero() -> None:
    """Only rates have an axis that begins elsewhere."""
    written = texts(parsed(goal_chart.draw(POSTED, (), WIDE, PAGE)))
    assert "0" in written
    assert "41.5" in written
    assert not [text for text in written if text.startswith("axis from")]


def test_the_even_pace_is_dashed_so_that_colour_is_not_the_only_sign() -> None:
    """Only the even pace has long dashes."""
    dashed = [p for p in drawn(ON_THE_WAY).iter(f"{SVG}path") if p.get("stroke-dasharray") == "6 5"]
    assert [p.get("stroke") for p in dashed] == [PAGE["pace"]]


@SIZES
@pytest.mark.parametrize("told", [None, (73, 88)])
@pytest.mark.parametrize(("wave", "days"), [(40, 100), (40, 250), (40, 340), (8, 340)])
def test_what_is_said_of_a_rate_is_not_crossed_by_it(
    wave: float, days: int, told: tuple[float, float] | None, size: Size
) -> None:
    """However wildly it goes up and down, "Goal" and "axis from" stand in a free place."""
    start = date(2025, 12, 31)
    series = tuple((start + timedelta(n), 60 + wave * sin(n * n)) for n in range(days))
    aim = Goal("G", "csat", 85, date(2026, 1, 1), date(2026, 12, 28))
    shown = standing(aim, series, series[-1][0], value=series[-1][1], n=50)
    fan = share_of(aim, *told) if told else None
    tree = parsed(goal_chart.draw(shown, (), size, PAGE, forecast=fan))
    readable(tree, size)
    line = counted_of(tree)
    for text in tree.iter(f"{SVG}text"):
        if (text.text or "").startswith(("Goal", "axis from")):
            left, top, right, bottom = box(text)
            inside = [(x, y) for x, y in line if left < x < right and top < y < bottom]
            assert inside == [], text.text


def counted_of(tree: ET.Element) -> list[tuple[float, float]]:
    """Return points along the line of what was counted, which is the only thick one."""
    (line,) = (p for p in tree.iter(f"{SVG}path") if p.get("stroke-width") == "2.5")
    pairs = line.get("d", "").removeprefix("M").split("L")
    ends = [(float(x), float(y)) for x, y in (pair.split() for pair in pairs)]
    parts = [n / 40 for n in range(40)]
    return [
        (x0 + (x1 - x0) * at, y0 + (y1 - y0) * at)
        for (x0, y0), (x1, y1) in pairwise(ends)
        for at in parts
    ]


@pytest.mark.parametrize("shown", [CSAT, STARS])
def test_what_is_to_be_held_has_no_even_pace(shown: Progress) -> None:
    """No line, no label, no words; what was the goal before is level, and faint."""
    before = replace(shown.goal, target=shown.goal.target * 0.97)
    told = share_of(shown.goal, shown.goal.target * 0.99, shown.goal.target)
    former = ((shown.today - timedelta(20), before),)
    tree = parsed(goal_chart.draw(shown, (), WIDE, PAGE, forecast=told, former=former))
    looks = {p.get("stroke-dasharray"): p.get("d", "") for p in tree.iter(f"{SVG}path")}
    assert "6 5" not in looks
    begin, end = (pair.split() for pair in looks["2 4"].removeprefix("M").split("L"))
    assert begin[1] == end[1]
    assert "pace" not in "".join(tree.itertext())


@SIZES
def test_a_chart_says_in_words_what_it_shows(size: Size) -> None:
    """Someone who hears the page gets title and description, tied to the picture by unique ids."""
    tree = drawn(ON_THE_WAY, size)
    title, desc = tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == title.get("id") == f"goal-{size.name}-title"
    assert tree.get("aria-describedby") == desc.get("id")
    assert title.text == "Public reviews: 8,164 of 10,000"
    assert "From 2,210 on 31 Dec 2025 to 8,164 on 14 Sep 2026" in (desc.text or "")


def test_colours_are_presentation_attributes_of_the_palette() -> None:
    """No style attribute, which the policy refuses, and no colour outside the palette."""
    svg = goal_chart.draw(ON_THE_WAY, (), WIDE, PAGE)
    assert "style" not in svg
    used = {node.get(name) for node in parsed(svg).iter() for name in ("fill", "stroke")}
    assert used - {None, "none"} <= set(PAGE.values())


def test_another_palette_paints_the_same_chart() -> None:
    """Plain colours, as a mail needs them, go into the same drawing."""
    plain: Mapping[str, str] = dict.fromkeys(PAGE, "#123456")
    svg = goal_chart.draw(ON_THE_WAY, (), WIDE, plain)
    assert "var(" not in svg
    assert "#123456" in svg


def test_a_name_from_outside_stays_text() -> None:
    """Markup in a goal's name is escaped."""
    named = Goal("<b>&\"'", "net_public_reviews", 10, date(2026, 1, 1), date(2026, 2, 1))
    tree = parsed(goal_chart.draw(progress(named, {}, date(2026, 1, 5)), (), WIDE, PAGE))
    assert tree.findtext(f"{SVG}title") == "<b>&\"': 0 of 10"


def test_milestones_carry_their_day() -> None:
    """A milestone is a ring with its value and day, also where its label had no room."""
    shown = PROGRESSES["far_over"]
    marks = drawn(shown).findall(f"{SVG}circle/{SVG}title")
    assert [mark.text for mark in marks][-1] == "1,000 on 18 Feb 2026"
    assert len(marks) == 4


def test_three_years_of_days_stay_small() -> None:
    """Many days are thinned; the last one is always drawn."""
    svg = goal_chart.draw(PROGRESSES["three_years"], (), WIDE, PAGE)
    assert len(svg) < 12_000
    assert "216,191" in texts(parsed(svg))


@pytest.mark.parametrize(
    ("value", "top", "text"),
    [
        (0, 12_000, "0"),
        (4000, 12_000, "4k"),
        (2500, 15_000, "2.5k"),
        (1200, 1200, "1,200"),
        (-50, 150, "−50"),
        (-2000, 10_000, "−2k"),
        (1_200_000, 1_200_000, "1.2M"),
    ],
)
def test_axis_numbers_are_short(value: float, top: float, text: str) -> None:
    """Thousands become k on an axis that reaches 2,000; millions M."""
    assert axes.axis_number(value, top) == text


@given(st.floats(0.01, 1e9), st.integers(2, 12))
def test_steps_are_round_and_few(span: float, most: int) -> None:
    """A step is 1, 2 or 5 with zeros, never too many, and not larger than needed."""
    step = axes.nice_step(span, most)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert span <= step * most
    assert step == 1 or span > step / 2.5 * most


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 20_000), st.integers(3, 10))
def test_days_on_the_axis_are_few_and_in_order(first: date, span: int, most: int) -> None:
    """Days of an axis lie inside it, in order, and there is room for them."""
    last = first + timedelta(span)
    ticks = axes.day_ticks(first, last, most)
    days = [day for day, _ in ticks]
    assert 0 < len(ticks) <= most + 1
    assert days == sorted(days)
    assert all(first <= day <= last for day in days)


def test_months_are_named_and_years_where_there_are_several() -> None:
    """Within a year "Mar" is enough; over years the year is told."""
    assert "Mar" in dict(axes.day_ticks(date(2025, 12, 31), date(2026, 12, 28), 9)).values()
    ticks = axes.day_ticks(date(2026, 1, 1), date(2028, 12, 31), 9)
    assert [text for _, text in ticks][:2] == ["Jan 2026", "Jul 2026"]


def test_a_spark_has_gaps_where_there_is_no_data() -> None:
    """Weeks without data break the line; a lone week is a dot; the last one is marked."""
    tree = parsed(charts.spark((0.5, 0.6, None, 0.7, None, 0.8, 0.9), "s", "t", PAGE))
    assert len(tree.findall(f"{SVG}path")) == 2
    assert len(tree.findall(f"{SVG}circle")) == 2


def test_a_spark_does_not_magnify_noise() -> None:
    """A change of one point is drawn as a tenth of the height, not as all of it."""
    tree = parsed(charts.spark((0.50, 0.51), "s", "t", PAGE))
    (x0, y0), (x1, y1) = path_of(tree, "accent")
    assert x1 > x0
    assert y0 - y1 == pytest.approx(2.4, abs=0.11)


def test_nothing_is_drawn_of_nothing() -> None:
    """Without any week there is no spark."""
    assert charts.spark((None, None), "s", "t", PAGE) == ""


def test_the_progress_bar_is_as_full_as_the_goal() -> None:
    """The fill is the share; the marker stands at the even pace, and only where there is one."""
    tree = parsed(charts.progress_bar(0.82, 0.77, "82%", PAGE))
    assert [rect.get("width") for rect in tree.iter(f"{SVG}rect")] == ["100%", "82.00%"]
    assert {line.get("x1") for line in tree.iter(f"{SVG}line")} == {"77.00%"}
    assert not list(parsed(charts.progress_bar(0, None, "0%", PAGE)).iter(f"{SVG}line"))


def test_the_star_bar_is_split_by_counts() -> None:
    """Five stars come first; shares add up to the whole; none is left out or drawn empty."""
    tree = parsed(charts.star_bar({5: 6, 4: 0, 3: 3, 1: 1}, "t", PAGE))
    rects = list(tree.iter(f"{SVG}rect"))
    assert [rect.get("width") for rect in rects] == ["60.00%", "30.00%", "10.00%"]
    assert [rect.get("x") for rect in rects] == ["0.00%", "60.00%", "90.00%"]
    assert rects[0].get("fill") == PAGE["star-5"]


@pytest.mark.parametrize(("mean", "width"), [(0.0, 3.2), (4.5, 116.0), (5.0, 133.2)])
def test_stars_are_filled_up_to_the_mean(mean: float, width: float) -> None:
    """Half a star is half a star wide."""
    inner = parsed(charts.star_row(mean, "s", "t", PAGE)).find(f"{SVG}svg")
    assert inner is not None
    assert float(inner.get("width", 0)) == pytest.approx(width)
