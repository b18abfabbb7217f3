"""Charts as PNG: nothing that a chart writes is lost, and a mail never fails for its picture."""

from __future__ import annotations

import base64
import re
import struct
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local import http as gateway
from northstar.runtime.http import Response
from northstar.web import charts, goal_chart, numbers, picture
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.picture import PICTURE, render_png
from northstar.web.svg import PAGE, Size
from tests.browser.samples import ON_THE_WAY, PROGRESSES, milestones_of

STYLE = Path(charts.__file__).with_name("static") / "leadership.css"
TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")
CATALOGUE = (
    *numbers.MONTHS,
    *("0123456789", "8,032", "1.2M", "10k", "4.6", "91%", "n = 1,284", "n 300"),
    *(
        "−12",
        "+344",
        "≈ 10,800",
        "10,300–11,400",
        "80%: 5.40–5.65k",
        "1,000 until 28 Jun",
        "8,000 · 6 Jul",
        "<0.1%",
    ),
    *("Goal", "Today", "Even pace", "Forecast", "80% range", "50% range", "axis from 4.0"),
    *("Public reviews", "Five-star reviews", "Average rating", "Satisfaction (CSAT)"),
    *("Solved rate", "Response rate", "Hour coverage", "North star"),
)
"""What charts write: figures, days, labels and the names of metrics."""


def drawn_goal(name: str = "", size: Size = WIDE) -> str:
    """Return the chart of a sample goal in the colours of pictures."""
    shown = PROGRESSES[name] if name else ON_THE_WAY
    return goal_chart.draw(shown, milestones_of(shown, 2500, 5000, 7500), size, PICTURE)


def letters(text: str, *, weight: int = 400, title: str = "A drawing") -> str:
    """Return a drawing of one text."""
    return (
        f'<svg viewBox="0 0 300 30" width="300" height="30"><title>{title}</title>'
        f'<text x="5" y="22" font-size="18" font-weight="{weight}" fill="#000">{text}</text></svg>'
    )


def drawn(svg: str, scale: float = 1.0) -> bytes:
    """Return the picture; fails without one."""
    png = render_png(svg, scale=scale)
    assert png is not None
    return png


def dimensions(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG (W3C, Portable Network Graphics, 11.2.2 IHDR)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@cache
def covered(path: str) -> frozenset[int]:
    """Return the characters that a font has glyphs for (OpenType, cmap, format 12)."""
    font = Path(path).read_bytes()
    cmap = next(at for tag, _, at, _ in records(font, ">4sIII", 4, 6) if tag == b"cmap")
    offsets = (cmap + offset for _, _, offset in records(font, ">HHI", cmap + 2, 0))
    whole = next(at for at in offsets if struct.unpack_from(">H", font, at) == (12,))
    groups = records(font, ">III", whole + 12, 0, count=">I")
    return frozenset(code for first, last, _ in groups for code in range(first, last + 1))


def records(
    font: bytes, form: str, at: int, skipped: int, count: str = ">H"
) -> list[tuple[Any, ...]]:
    """Return the records that follow their number and so many more bytes."""
    (number,) = struct.unpack_from(count, font, at)
    start = at + struct.calcsize(count) + skipped
    return [
        struct.unpack_from(form, font, start + n * struct.calcsize(form)) for n in range(number)
    ]


def test_every_text_of_a_chart_has_its_glyphs() -> None:
    """Figures, days, labels and names of metrics are in the font, in both weights."""
    written = "".join(
        [*CATALOGUE, *(text for name in PROGRESSES for text in TEXT.findall(drawn_goal(name)))]
    )
    assert len(written) > 500
    for path in picture.font_files():
        assert {c for c in written if ord(c) not in covered(path)} == set()


def test_the_reader_of_glyphs_knows_what_is_missing() -> None:
    """A font of Latin letters has none for Chinese, Arabic and emoji, and an A."""
    for path in picture.font_files():
        assert ord("A") in covered(path)
        assert not {ord(c) for c in "漢字م😀"} & covered(path)


def test_every_text_of_the_chart_is_in_the_picture() -> None:
    """Without any one of its texts the picture is another one."""
    svg = drawn_goal()
    whole = drawn(svg, 0.5)
    texts = list(TEXT.finditer(svg))
    assert {"Today", "Even pace"} <= {text[1] for text in texts}
    for text in texts:
        assert drawn(svg.replace(text[0], "", 1), 0.5) != whole, text[1]


def test_bold_is_drawn_bold() -> None:
    """The goal's own label has the weight 700, from a font of its own."""
    assert drawn(letters("Goal 10,000", weight=700)) != drawn(letters("Goal 10,000"))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)
def test_a_picture_has_two_pixels_for_each_px_and_suits_a_mail(size: Size) -> None:
    """At the usual scale it is sharp on dense screens, small, and made in well under a second."""
    started = time.process_time()
    png = render_png(drawn_goal(size=size))
    assert time.process_time() - started < 1.5
    assert png is not None
    assert dimensions(png) == (2 * size.width, 2 * size.height)
    assert 10_000 < len(png) < 120_000


def test_the_ground_is_white() -> None:
    """An empty drawing is not transparent: its pixels are those of a white rectangle."""
    frame = '<svg width="20" height="20">{}</svg>'
    white = drawn(frame.format('<rect width="20" height="20" fill="#fff"/>'))
    assert drawn(frame.format("")) == white
    assert drawn(frame.format('<rect width="20" height="20" fill="#eee"/>')) != white


@pytest.mark.parametrize(
    "draw",
    [
        drawn_goal,
        lambda: charts.spark([0.2, None, 0.4, 0.5], "spark", "A title", PICTURE),
        lambda: charts.week_bars([3, 0, 5], "bars", "A title", PICTURE),
        lambda: charts.star_row(4.3, "stars", "A title", PICTURE),
        lambda: charts.run_bars([("ok", 9), ("broken", 0)], 8, "runs", "A title", PICTURE),
        lambda: charts.shares(
            [(date(2026, 6, 7) + timedelta(weeks=n), (n, 2 * n, 3)) for n in range(12)],
            [PICTURE["accent"], PICTURE["warn"], None],
            charts.SHARES_WIDE,
            PICTURE,
            few=5,
            title="A title",
            description="What it shows",
        ),
    ],
)
def test_every_chart_can_be_a_picture(draw: Callable[[], str]) -> None:
    """Each chart is drawn in plain colours alone, and is not empty."""
    svg = draw()
    assert "var(" not in svg
    width, height = dimensions(drawn(svg))
    assert drawn(svg) != drawn(f'<svg width="{width}" height="{height}"></svg>')


def test_the_colours_are_the_light_ones_of_the_pages() -> None:
    """Every colour of a page has its light value, so a picture looks like its page."""
    light = STYLE.read_text("utf-8").partition("}")[0]
    on_pages = dict(re.findall(r"--c-([\w-]+): (#[0-9a-f]{3,6})", light))
    assert set(PICTURE) == set(PAGE)
    assert {name: on_pages[name] for name in PICTURE} == dict(PICTURE)


def test_colours_of_a_style_sheet_are_refused() -> None:
    """A drawing for a page has no colours without it; a name that speaks of one is only a name."""
    page = charts.spark([0.2, 0.4], "spark", "A title", PAGE)
    with pytest.raises(ValueError, match="draw it with PICTURE"):
        render_png(page)
    assert render_png(letters("A", title="fill=&quot;var(--c-ink)&quot; var(")) is not None


def test_a_scale_that_asks_for_too_much_memory_is_refused() -> None:
    """The library would end the whole process."""
    with pytest.raises(ValueError, match="at most 4"):
        render_png(drawn_goal(), scale=100_000)


@pytest.mark.parametrize(
    "text", ["公开评论", "مراجعات", "😀👍🏽", "\u202eabc", "e\u0301\u0323" * 40]
)
def test_letters_that_the_font_lacks_break_nothing(text: str) -> None:
    """A letter without a glyph becomes a box, and what is beside it is drawn as ever."""
    assert drawn(letters(f"{text} Goal")) != drawn(letters(""))


@pytest.mark.parametrize("name", ["\x00", "\ud800", "\ufffe", "\x1b[31m"])
def test_a_name_that_xml_refuses_breaks_nothing(name: str) -> None:
    """A title is not drawn, so a broken one changes nothing."""
    assert drawn(letters("Goal", title=name)) == drawn(letters("Goal"))


@pytest.mark.parametrize("module", ["resvg_py", "font_source_sans_pro"])
def test_without_the_library_or_its_font_there_is_no_picture(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not installed costs the picture and nothing else."""
    monkeypatch.setitem(sys.modules, module, None)
    assert render_png(drawn_goal()) is None


def test_without_one_of_the_font_files_there_is_no_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture without its texts would be worse than none."""
    monkeypatch.setattr(picture, "FONTS", (*picture.FONTS, "SourceSansPro-Gone.ttf"))
    assert render_png(drawn_goal()) is None


def test_a_library_that_fails_costs_only_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it refuses and a panic of its own end alike; only who stops the program is heard."""
    assert render_png("<svg ") is None

    class Panic(BaseException):
        """As PyO3 raises one."""

    for error, heard in ((Panic, False), (KeyboardInterrupt, True)):

        def fail(error: type[BaseException] = error, **_: object) -> bytes:
            raise error

        monkeypatch.setattr("resvg_py.svg_to_bytes", fail)
        if heard:
            with pytest.raises(error):
                render_png(drawn_goal())
        else:
            assert render_png(drawn_goal()) is None


def test_a_picture_comes_through_the_gateway_as_it_was() -> None:
    """A body in base64 says so, and the browser has the bytes; text is handed over as text."""
    png = drawn(letters("Goal"))
    answer = Response(200, base64.b64encode(png).decode(), "image/png", base64=True)
    received = gateway.response(answer.payload())
    assert (received.body, dict(received.headers)["content-type"]) == (png, "image/png")
    assert gateway.response(Response(200, "Zm9v").payload()).body == b"Zm9v"
