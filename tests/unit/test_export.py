"""Feedback as CSV: complete, readable by a spreadsheet, and never a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain.feedback import Feedback
from northstar.web.export import COLUMNS, feedback_csv
from tests.browser.samples import NEWEST, answer, review, verdict


def exported(*items: Feedback) -> list[dict[str, str]]:
    """Return the rows as a spreadsheet reads them."""
    text = "".join(feedback_csv(items))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_file_begins_with_a_mark_and_the_column_names() -> None:
    """The byte order mark tells Excel that it is UTF-8; the first columns are the promised ones."""
    first = "".join(feedback_csv([])).encode()
    assert first.startswith(b"\xef\xbb\xbfid,kind,occurred_at,rating,solved,")
    assert first.endswith(b"\r\n")
    assert {"text", "source", "channel", "template", "language", "sentiment"} <= set(COLUMNS)


def test_each_feedback_is_one_record() -> None:
    """Every item becomes a record with its own values; unknown is empty."""
    rows = exported(*NEWEST)
    assert [row["id"] for row in rows] == [item.id for item in NEWEST]
    assert rows[0]["rating"] == "4"
    assert rows[0]["solved"] == ""
    assert rows[1]["title"] == "Finally!"
    assert rows[2]["solved"] == "yes"
    assert rows[2]["text"] == rows[2]["rating"] == ""
    assert rows[4]["solved"] == "no"


def test_undetermined_is_empty_and_never_zero() -> None:
    """No value is an empty cell with its label; zero is a number."""
    rows = exported(
        review(1, "?", verdict=verdict(None, "undetermined")),
        review(2, "x", verdict=verdict(0.0, "neutral")),
    )
    assert (rows[0]["sentiment"], rows[0]["sentiment_label"]) == ("", "undetermined")
    assert (rows[1]["sentiment"], rows[1]["sentiment_label"]) == ("0.0", "neutral")


def test_negative_numbers_stay_numbers() -> None:
    """Only texts are protected; a negative sentiment is no formula."""
    assert exported(answer(1, "bad", verdict=verdict(-0.5, "negative")))[0]["sentiment"] == "-0.5"


def test_the_customer_is_not_named() -> None:
    """The file carries nothing of the customer but what was written."""
    assert "Lovelace" not in "".join(feedback_csv([answer(1, "Fine.", author="Ada Lovelace")]))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "  =1+1",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "＝1＋1",
        "＋1",
        "－1",
        "＠x",
        "﹦1",
        "\u3000＝1",
    ],
)
@pytest.mark.parametrize("field", ["text", "title", "reply", "subject", "template"])
def test_a_text_that_looks_like_a_formula_begins_with_an_apostrophe(field: str, text: str) -> None:
    """Blanks, control characters and full-width signs before or in it do not hide a formula."""
    cell = exported(replace(review(1, None), **{field: text}))[0][field]
    assert cell.startswith("'")
    assert cell.replace("'", "") == text


@pytest.mark.parametrize("text", ["hi;=1+1;", "a\t@SUM(A1)", "a\n=1", "one; two;＋3"])
def test_no_piece_of_a_text_calculates_where_semicolons_separate(text: str) -> None:
    """A spreadsheet of another locale that splits at semicolons and tabs finds no formula."""
    cell = exported(review(1, text))[0]["text"]
    pieces = re.split(r"[;\t\n]", cell)
    assert not any(piece.strip()[:1] in tuple("=+-@＋") for piece in pieces if piece.strip())
    assert cell.replace("'", "") == text


@pytest.mark.parametrize(
    "text", ["a=1", "5 - 3", "'quoted'", "☺ =", "a,b", 'say "x"', "two\nlines"]
)
def test_any_other_text_is_unchanged(text: str) -> None:
    """Quotes, commas and line breaks come back as they were."""
    assert exported(review(1, text))[0]["text"] == text


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet may calculate a cell."""
    seen = unicodedata.normalize("NFKC", cell.replace("\x00", "")).lstrip()
    return seen[:1] in {"=", "+", "-", "@"}


@given(st.text(min_size=1, max_size=60))
def test_no_text_at_all_can_become_a_formula(text: str) -> None:
    """Any text comes back as itself but for apostrophes, whole or split at semicolons and tabs."""
    cell = exported(review(1, text))[0]["text"]
    assert cell.replace("'", "") == text.replace("'", "")
    assert not is_formula(cell)
    assert not any(map(is_formula, re.split(r"[;\t\r\n]", cell)))


def test_strings_that_are_known_to_be_naughty_are_harmless(shared_data: Path) -> None:
    """None of the collected naughty strings breaks the file or becomes a formula."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    rows = exported(*(review(n, text) for n, text in enumerate(naughty)))
    assert len(rows) == len(naughty)
    assert not [row["text"] for row in rows if is_formula(row["text"])]
