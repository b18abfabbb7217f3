"""Measures how fast the goal page is drawn, how large it is, and what a picture of it costs.

The tables hold a year (see `page_calls`). `page_ms` is a whole request to the real function, in a
process that has answered others: who is logged in, all reads, the view, the HTML. Only the answers
of DynamoDB are remembered, so the time of the tables is not in it. `html_ms` is the HTML alone,
from a view that is there. `ratio` is the request over a named baseline: a table of 1,000 rows with
10 columns in Jinja, the usual measure of template engines. All times are processor time, the
median of rounds.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from jinja2 import Environment

from benchmarks.page_calls import filled
from northstar.runtime import bootstrap
from northstar.web import pages
from northstar.web.picture import PICTURE, render_png

DAYS, A_DAY = 365, 20
ROUNDS = 25
ROWS, COLUMNS = 1_000, 10

_TABLE = (
    "<table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)
_CHART = re.compile(r'<svg class="goal-wide".*?</svg>', re.DOTALL)
_OK = SimpleNamespace(status_code=200)


def run() -> dict[str, float]:
    """Return times in ms, sizes in KB (1,024 bytes), and the ratio."""
    table = Environment(autoescape=True).from_string(_TABLE)
    with filled(DAYS, A_DAY) as see, remembered(bootstrap.client("dynamodb")):
        with patch.object(pages, "goal", wraps=pages.goal) as drawn:
            html = see("/").body.decode()
        view, chart = drawn.call_args.args[0], in_plain_colours(html)
        works: tuple[Callable[[], object], ...] = (
            lambda: see("/"),
            lambda: pages.goal(view),
            lambda: render_png(chart),
            lambda: table.render(rows=[range(COLUMNS)] * ROWS),
        )
        rounds = [[_milliseconds(work) for work in works] for _ in range(ROUNDS + 1)]
    rounds = rounds[1:]  # the first one warms up
    names = ("page_ms", "html_ms", "picture_ms", "jinja_table_ms")
    return {
        **{
            name: round(statistics.median(figures), 1)
            for name, figures in zip(names, zip(*rounds, strict=True), strict=True)
        },
        "ratio": round(statistics.median(page / base for page, *_, base in rounds), 2),
        "page_kb": _kilobytes(html.encode()),
        "picture_kb": _kilobytes(render_png(chart) or b""),
    }


def in_plain_colours(html: str) -> str:
    """Return the chart of a page as it would be drawn for a picture.

    Raises RuntimeError when the page has none: less work would cost less.
    """
    found = _CHART.search(html)
    if found is None:
        raise RuntimeError("The goal page has no chart.")
    return re.sub(r"var\(--c-([\w-]+)\)", lambda name: PICTURE[name[1]], found[0])


@contextmanager
def remembered(client: Any) -> Iterator[None]:
    """Answer what a client has been asked before as it was answered then, within a with block."""
    answers: dict[tuple[str, bytes], dict[str, Any]] = {}

    def before(model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Any:
        context["asked"] = asked = (model.name, params["body"])
        return (_OK, answers[asked]) if asked in answers else None

    def after(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        answers[context["asked"]] = parsed

    client.meta.events.register("before-call.dynamodb", before)
    client.meta.events.register("after-call.dynamodb", after)
    try:
        yield
    finally:
        client.meta.events.unregister("before-call.dynamodb", before)
        client.meta.events.unregister("after-call.dynamodb", after)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1_000 * (time.process_time() - start)


def _kilobytes(content: bytes) -> float:
    return round(len(content) / 1024, 1)
