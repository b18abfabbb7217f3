"""Bytes of a store become JSON and text strictly, or say why they do not."""

from __future__ import annotations

import pytest

from northstar.domain.errors import Broken
from northstar.sources.payload import (
    LARGEST,
    LONGEST_TEXT,
    dated,
    html_text,
    json_object,
    json_value,
    utc,
    whole,
)


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "empty"),
        (b" " * (LARGEST + 1), "empty"),
        (b"[" + b" " * LARGEST + b"]", "at most"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"\xef\xbb\xbf <html>Before you continue</html>", "a page and not JSON"),
        (b'{"a": 1', "not valid JSON"),
        (b'{"a": 1, "a": 1}', "stands twice"),
        (b'[{"b": {"a": 1, "a": 2}}]', "stands twice"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e999]", "beyond bounds"),
        (b"[" + b"1" * 41 + b"]", "41 digits"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_strict_json_is_broken(payload: bytes, said: str) -> None:
    """Each way of not being JSON is refused, and the message names it."""
    with pytest.raises(Broken, match=said):
        json_value(payload)


def test_json_is_read() -> None:
    """A mark of byte order does no harm; numbers keep their kind."""
    assert json_value(b'\xef\xbb\xbf{"a": [1, 2.5, null, "\\u00e9"]}') == {"a": [1, 2.5, None, "é"]}


def test_another_value_is_no_object() -> None:
    """A list where an object is expected is refused, and shown."""
    assert json_object(b'{"a": 1}') == {"a": 1}
    with pytest.raises(Broken, match=r"not an object but \[1, 2\]"):
        json_object(b"[1, 2]")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("a<br>b<br />c", "a\nb\nc"),
        ("<p>a</p>\n<p>b <b>c</b>d</p>", "a\n\nb cd"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\n\nb\n\nc"),
        ("a<script>alert(1)</script><style>b{}</style>c", "ac"),
        ("&lt;b&gt; stays", "<b> stays"),
        ("a \n\t b", "a b"),
        ("", ""),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    """Paragraphs and line breaks stay, marks go, and nothing that runs is shown."""
    assert html_text(markup) == text


def test_html_is_bounded() -> None:
    """Too much markup is refused, and a long text is cut."""
    with pytest.raises(Broken, match="tags"):
        html_text("<i>" * 2_001)
    assert len(html_text("a" * (LONGEST_TEXT + 5))) == LONGEST_TEXT


def test_dates_keep_their_precision_and_zone() -> None:
    """A day stays a day and a time keeps its zone; a time without one is no moment."""
    for good in ("2026-07-27", "2026-07-27T09:00:00-07:00", "2026-07-27T09:00:00.123Z"):
        assert dated(good) == good
    for bad in ("2026-02-31", "2026-07-27T09:00:00", "1999-07-27", "27.7.2026", 5, None):
        assert dated(bad) is None


def test_numbers_are_not_guessed() -> None:
    """Truth values, fractions, texts and what is out of bounds are no numbers."""
    assert [whole(value) for value in (0, 7, True, -1, 1.0, "1", None, 10**10)] == [
        0,
        7,
        *[None] * 6,
    ]
    assert utc(0) is None
    assert utc(1_550_367_173) == "2019-02-17T01:32:53Z"
