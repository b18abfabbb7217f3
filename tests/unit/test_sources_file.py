"""The source `file`: exported tables and lists of reviews, read for exactly what they say."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app.configuration import SourceTarget
from northstar.app.importing import Line
from northstar.domain.errors import Broken, Invalid
from northstar.domain.reviews import Reply, Review
from northstar.sources import file

ROWS = [
    {"id": "7", "rating": "5", "text": "Líne one\nline two, “quoted” 👍", "author": "Ann's; shop"},
    {"id": "8", "rating": "1", "text": "日本語|\ttab", "author": 'Bo, "Ltd"'},
    {"id": "9", "rating": "3", "text": "plain", "author": "Cy"},
]
PLAY = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
    "Review Submit Date and Time,Review Submit Millis Since Epoch,"
    "Review Last Update Date and Time,Review Last Update Millis Since Epoch,"
    "Star Rating,Review Title,Review Text,Developer Reply Date and Time,"
    "Developer Reply Millis Since Epoch,Developer Reply Text,Review Link\r\n"
    "io.example,12,1.2.0,pt-BR,a06,2026-03-05T14:40:32Z,1772721632542,2026-03-05T14:40:32Z,"
    "1772721632542,5,,muito bom,2026-03-13T13:02:47Z,1773406967867,Thanks!,"
    "https://play.google.com/console/x?reviewId=gp%3AAOqp1&corpus=PUBLIC_REVIEWS\r\n"
    "io.example,,,ja,F51B,2025-08-12T13:44:12Z,1755006252725,2026-03-13T14:53:59Z,"
    '1773413639590,3,題,"遊べる。\nThank you",,,,'
    "https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p=x&reviewid=gp:AOqp2\r\n"
)


def table(rows: list[dict[str, str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Return rows as a table with a header."""
    text = io.StringIO(newline="")
    written = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=end)
    written.writeheader()
    written.writerows(rows)
    return text.getvalue()


def of(*columns: str, **cells: str) -> Review:
    """Return the one review of a table with these cells."""
    names = {name.replace("_", " "): value for name, value in cells.items()}
    (review,) = read(table([names])).values()
    return review


def read(content: str | bytes) -> dict[str, Review]:
    """Return the reviews of a file that is wholly understood, by id."""
    page = parsed(content)
    assert page.outcome == "ok", page.reason
    return {review.id: review for review in page.reviews}


def parsed(content: str | bytes) -> Any:
    """Return what the source makes of a file."""
    return file.parse(content if isinstance(content, bytes) else content.encode())


def lines(content: str, given: Mapping[str, str] | None = None, **target: Any) -> list[Line]:
    """Return the lines of a file as an import sees them."""
    stream = io.BytesIO(content.encode())
    told = file.layout(stream, given, target.pop("order", None))
    return list(file.lines(stream, told, SourceTarget("shopify", "app", **target)))


EXPECTED = [
    Review("file", row["id"], int(row["rating"]), text=row["text"], author=row["author"])
    for row in ROWS
]
FORMS: dict[str, Callable[[], str]] = {
    "csv": lambda: table(ROWS),
    "csv, unix": lambda: table(ROWS, end="\n"),
    "csv, no line end at the end": lambda: table(ROWS, end="\n").rstrip(),
    "csv, blank lines": lambda: "\n\n" + table(ROWS).replace("\r\n", "\r\n\r\n") + ",,,\r\n",
    "tsv": lambda: table(ROWS, "\t"),
    "semicolons": lambda: table(ROWS, ";"),
    "bars": lambda: table(ROWS, "|"),
    "json": lambda: json.dumps(ROWS),
    "json, as written by people": lambda: json.dumps(ROWS, indent=2, ensure_ascii=False),
    "json, lists in lists": lambda: json.dumps([[ROWS[:1]], [ROWS[1:], []]]),
    "json, an envelope": lambda: json.dumps(
        {"page": 1, "tags": ["a"], "reviews": ROWS, "ok": True}
    ),
    "json, a deep envelope": lambda: json.dumps({"a": {"b": 1.5, "reviews": ROWS}}, indent=1),
    "ndjson": lambda: "\n".join(map(json.dumps, ROWS)) + "\n",
    "ndjson, blank lines": lambda: "\r\n\r\n".join(map(json.dumps, ROWS)),
}
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-16-le without a mark": b"",
    "utf-16-be without a mark": b"",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_form_and_encoding_says_the_same(form: str, encoding: str) -> None:
    """The same reviews in any form are the same reviews, to the character and in their order."""
    payload = ENCODINGS[encoding] + FORMS[form]().encode(encoding.partition(" ")[0])
    page = file.parse(payload)
    assert (page.outcome, page.reason) == ("ok", None)
    assert list(page.reviews) == EXPECTED


def test_the_columns_are_told() -> None:
    """The page names the field that each column was read as, and which were not read."""
    page = parsed("Store Name,Star_Rating,REVIEW,Time Spent\nA,5,x,long\n")
    assert page.columns == {
        "Store Name": "author", "Star_Rating": "rating", "REVIEW": "text", "Time Spent": "unread",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["comment", "Comments", "feedback", "message", "Opinion"])
@pytest.mark.parametrize("date", ["when", "Posted", "submitted", "timestamp", "created_at"])
@pytest.mark.parametrize("rating", ["score_stars", "Star Score", "rating"])
def test_common_names_of_columns_are_known(text: str, date: str, rating: str) -> None:
    """Tables that people made by hand are read without being told what is what."""
    review = of(**{text: "good", date: "2024-05-30", rating: "4", "updated_at": "2024-06-01"})
    assert (review.text, review.rating) == ("good", 4)
    assert (review.created, review.edited) == ("2024-05-30", "2024-06-01")


def test_an_error_with_a_message_is_no_review() -> None:
    """A time and a message alone are what failing services answer; the user can say otherwise."""
    content = '{"timestamp": "2024-05-30T09:08:07Z", "status": 429, "message": "slow down"}'
    assert parsed(content).outcome == "broken"
    (line,) = lines(content, {"text": "message"})
    assert isinstance(line.said, Review)
    assert line.said.text == "slow down"


@pytest.mark.parametrize(
    ("header", "given", "missing"),
    [
        ("text,rating,date", {}, ()),
        ("text,updated", {}, ("rating",)),
        ("voted up,text", {}, ("created",)),
        ("rating,said,on", {}, ("text", "created")),
        ("rating,said,on", {"text": "said", "created": "", "edited": ""}, ()),
        ("rating,said,on", {"text": "said", "edited": ""}, ("created",)),
    ],
)
def test_fields_that_no_column_is_read_as_are_missing(
    header: str, given: dict[str, str], missing: tuple[str, ...]
) -> None:
    """Text, rating and date, unless another field does for it or the user says there is none."""
    told = file.layout(io.BytesIO(f"{header}\n".encode()), given)
    assert file.missing(told, given) == missing


def test_a_line_says_whether_its_id_was_made() -> None:
    """An id of a column or of a link is the store's; one of words or of a count is ours."""
    content = "id,review link,text,rating,date\n7,,a,5,2024-05-30\n"
    content += ",https://x?reviewId=8,a,5,2024-05-30\n,,a,5,2024-05-30\n,,,5,2024-05-30\n"
    assert [one.made_id for one in lines(content)] == [False, False, True, True]


def test_a_play_console_export_is_read_whole() -> None:
    """UTF-16 as the console writes it; ids from links, replies with dates, edits only where any."""
    page = file.parse(b"\xff\xfe" + PLAY.encode("utf-16-le"))
    assert page.outcome == "ok"
    assert list(page.reviews) == [
        Review(
            *("file", "gp:AOqp1", 5, None, "muito bom"),
            language="pt-BR",
            created="2026-03-05T14:40:32Z",
            reply=Reply("Thanks!", created="2026-03-13T13:02:47Z"),
            version="1.2.0",
            url="https://play.google.com/console/x?reviewId=gp%3AAOqp1&corpus=PUBLIC_REVIEWS",
        ),
        Review(
            *("file", "gp:AOqp2", 3, "題", "遊べる。\nThank you"),
            language="ja",
            created="2025-08-12T13:44:12Z",
            edited="2026-03-13T14:53:59Z",
            url="https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p=x"
            "&reviewid=gp:AOqp2",
        ),
    ]


def test_what_parse_prints_can_be_read_again() -> None:
    """Reviews as JSON lines, replies and all, give the same reviews."""
    first = [*file.parse(PLAY.encode()).reviews]
    printed = "\n".join(json.dumps(asdict(review)) for review in first)
    assert list(read(printed).values()) == first


def test_a_title_without_texts_beside_it_is_the_text() -> None:
    """Some exports call the text a title; where there is a text too, a title is a title."""
    alone = read('[{"Title": "good", "Rating": 5, "Date": "June 22, 2023"}]')
    (review,) = alone.values()
    assert (review.title, review.text) == (None, "good")
    assert of(title="A", body="B").title == "A"


@pytest.mark.parametrize(
    ("told", "rating"),
    [("5", 5), ("4.0", 4), (" 3 ", 3), ("2 stars", 2), ("1 star", 1), ("5 Stars", 5), ("4/5", 4),
     ("3 out of 5 stars", 3)],
)  # fmt: skip
def test_ratings_in_many_spellings(told: str, rating: int) -> None:
    """Whole stars from 1 to 5 are read however they are spelled."""
    assert of(rating=told, text="x").rating == rating


@pytest.mark.parametrize("told", ["0", "6", "4.5", "12", "-1", "five", "5 6", "50", "4,5", "٥"])
def test_a_rating_that_is_none_is_a_fault_of_its_row(told: str) -> None:
    """Nothing is rounded or cut into a rating; the other rows are read."""
    page = parsed(table([{"rating": told, "text": "bad row"}, {"rating": "5", "text": "good"}]))
    assert page.outcome == "partial"
    assert [review.text for review in page.reviews] == ["good"]
    assert page.reason.startswith(f"data row 1: rating '{told}'")


@pytest.mark.parametrize(
    ("told", "read_as"),
    [
        ("2024-05-30", "2024-05-30"),
        ("2024-05-30T09:08:07Z", "2024-05-30T09:08:07Z"),
        ("2024-05-30 09:08:07.123456+00:00", "2024-05-30T09:08:07Z"),
        ("2024-05-30 09:08:07 UTC", "2024-05-30T09:08:07Z"),
        ("2024-05-30 09:08:07 +0200", "2024-05-30T09:08:07+02:00"),
        ("2024-05-30T21:08:07-07:00", "2024-05-30T21:08:07-07:00"),
        ("2024-05-30T21:08:07", "2024-05-30"),
        ("2024-05-30 21:08", "2024-05-30"),
        ("2024/5/30", "2024-05-30"),
        ("May 30, 2024", "2024-05-30"),
        ("Sept 3, 2024", "2024-09-03"),
        ("30 May 2024", "2024-05-30"),
        ("30th may 2024", "2024-05-30"),
        ("May 30, 2024, 10:15 PM", "2024-05-30"),
        ("30/05/2024", "2024-05-30"),
        ("05/30/2024", "2024-05-30"),
        ("5/30/2024 22:15", "2024-05-30"),
        ("30.05.2024", "2024-05-30"),
        ("1717060087", "2024-05-30T09:08:07Z"),
        ("1717060087123", "2024-05-30T09:08:07Z"),
    ],
)
def test_dates_keep_their_precision_and_zone(told: str, read_as: str) -> None:
    """A day stays a day, a second keeps its zone; a time of day without a zone is only a day."""
    assert of(rating="5", text="x", date=told).created == read_as


@pytest.mark.parametrize(
    "told",
    ["yesterday", "2024-13-01", "2024-02-30", "May 32, 2024", "Mai 30, 2024", "30/30/2024", "45442",
     "05/04/2024", "1/2/24", "1999-12-31", "2101-01-01", "0", "May 30, 2024 or so", "2024"],
)  # fmt: skip
def test_a_date_that_is_not_certain_is_a_fault(told: str) -> None:
    """An impossible, ambiguous or unknown date is never made up; the row is named."""
    page = parsed(table([{"text": "a", "date": told}, {"text": "b", "date": "2024-01-01"}]))
    assert (page.outcome, len(page.reviews)) == ("partial", 1)
    assert page.reason.startswith(f"data row 1: date '{told}'")


def test_a_column_proves_its_order_of_day_and_month() -> None:
    """One date that can only be read one way decides for all of its column, and for no other."""
    rows = [
        {"text": "a", "created": "05/04/2024", "edited": "06/04/2024"},
        {"text": "b", "created": "30/04/2024", "edited": "05/30/2024"},
    ]
    found = [*read(table(rows)).values()]
    assert [review.created for review in found] == ["2024-04-05", "2024-04-30"]
    assert [review.edited for review in found] == ["2024-06-04", "2024-05-30"]
    torn = parsed(table([{"text": str(i), "date": d} for i, d in enumerate(
        ["05/04/2024", "30/04/2024", "04/30/2024"])]))  # fmt: skip
    assert (torn.outcome, torn.reviews) == ("broken", ())
    assert "--day-first" in torn.reason


def test_the_order_of_day_and_month_can_be_said() -> None:
    """Where the file proves nothing, the user decides; a date that contradicts it is a fault."""
    content = table([{"text": "a", "date": "05/04/2024"}, {"text": "b", "date": "04/30/2024"}])
    found = lines(content, order="day")
    assert isinstance(found[0].said, Review)
    assert found[0].said.created == "2024-04-05"
    assert "04/30/2024" in str(found[1].fault)
    month = lines(content, order="month")[0].said
    assert isinstance(month, Review)
    assert month.created == "2024-05-04"


def test_a_column_that_says_utc_has_times_of_day() -> None:
    """Whose clock it was is then known."""
    assert of(text="x", Date_UTC="2024-05-30 09:08:07").created == "2024-05-30T09:08:07Z"


def test_an_edited_date_is_no_first_date() -> None:
    """ "Edited …" is when it was edited; and a last update at the first moment is none."""
    shown = of(text="x", date="Edited May 30, 2024")
    assert (shown.created, shown.edited) == (None, "2024-05-30")
    same = of(text="x", created="2024-05-30", edited="2024-05-30")
    assert (same.created, same.edited) == ("2024-05-30", None)


def test_thumbs_are_no_stars() -> None:
    """A recommendation is kept as what it is."""
    review = of(voted_up="False", text="x")
    assert (review.rating, review.recommended) == (None, False)


def test_what_is_not_there_is_null() -> None:
    """Blank cells, nulls and missing keys are null, never an empty text or a zero."""
    expected = [None] * 6
    for content in (
        "id,rating,title,text,author,country,date\n1,,,x,,,\n",
        '[{"id": 1, "rating": null, "text": "x", "author": ""}]',
    ):
        (review,) = read(content).values()
        told = (review.rating, review.title, review.author, review.country, review.created)
        assert [*told, review.reply] == expected


def test_the_same_review_without_an_id_is_known_again() -> None:
    """Author, day, words and stars make its id: in any Unicode form, and in none of the others."""
    base = {"author": "Ann", "date": "2024-05-30", "text": "caf\u00e9", "rating": "5"}
    one = of(**base).id
    assert one.startswith("h-")
    assert of(**base | {"text": "cafe\u0301"}).id == one
    others = {of(**base | change).id for change in (
        {"author": "Bo"}, {"date": "2024-05-31"}, {"text": "tea"}, {"rating": "4"})}  # fmt: skip
    assert len(others | {one}) == 5
    assert len(read(table([base, base]))) == 1


def test_a_row_that_cannot_be_known_again_is_a_fault() -> None:
    """Stars alone, of nobody and of no day, say nothing that could be found again."""
    page = parsed("rating,date\n5,\n5,\n")
    assert (page.outcome, page.reviews) == ("broken", ())
    assert "no id" in page.reason


STARS = (
    "Package Name,Reviewer Language,Device,Review Submit Date and Time,"
    "Review Submit Millis Since Epoch,Star Rating,Review Text,Review Link"
)
STAR_ROWS = [
    "io.example,de,a06,2026-03-05T14:40:32Z,1772721632542,5,,",
    "io.example,de,a06,2026-03-05T14:40:32Z,1772721632542,5,,",
    "io.example,de,a06,2026-03-05T14:40:32Z,1772721632543,5,,",
    "io.example,de,a06,2026-03-05T14:40:32Z,1772721632542,4,,",
    "io.example,fr,a06,2026-03-05T14:40:32Z,1772721632542,5,,",
]


def test_rows_of_stars_and_a_time_are_so_many_reviews() -> None:
    """What an export holds without words, author and link is counted, each row as one review."""
    found = read("\r\n".join([STARS, *STAR_ROWS, ""]))
    assert sorted(review.rating or 0 for review in found.values()) == [4, 5, 5, 5, 5]
    assert {review.created for review in found.values()} == {"2026-03-05T14:40:32Z"}


def test_rows_of_stars_are_known_again_in_any_order() -> None:
    """Twice the same file, or its rows in another order, are the same reviews."""
    once = read("\r\n".join([STARS, *STAR_ROWS, ""]))
    for order in (STAR_ROWS, STAR_ROWS[::-1], [*STAR_ROWS[2:], *STAR_ROWS[:2]]):
        assert read("\r\n".join([STARS, *order, ""])).keys() == once.keys()


def test_rows_of_stars_are_told_apart_by_the_millisecond_in_whichever_column() -> None:
    """A file with the first of two keeps it what it is, whatever column is read as the date."""
    content = "\r\n".join([STARS, STAR_ROWS[2], STAR_ROWS[0], ""])
    part = "\r\n".join([STARS, STAR_ROWS[0], ""])
    for columns in ({}, {"created": "Review Submit Date and Time"}):
        both = [one.said for one in lines(content, columns)]
        (alone,) = [one.said for one in lines(part, columns)]
        assert isinstance(both[1], Review)
        assert isinstance(alone, Review)
        assert alone.id == both[1].id


def test_too_many_kinds_of_rows_without_words_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in mind of a file is bounded; rows beyond that say what they need."""
    monkeypatch.setattr(file, "MOST_ALIKE", 2)
    page = parsed("rating,date\n1,2024-05-30\n2,2024-05-30\n1,2024-05-30\n3,2024-05-30\n")
    assert (page.outcome, len(page.reviews)) == ("partial", 3)
    assert page.reason.startswith("data row 4: has no id")


def test_names_of_columns_hold_no_control_characters() -> None:
    """An escape sequence in a header or a key is not carried on; the column is read even so."""
    header = '"\x1b]0;x\x07Rating","\x9b31mstars2",Te\x00xt\n'
    keys = json.dumps([{"\x1b]0;x\x07Rating": "5", "\x9b31mstars2": "1", "Te\x00xt": "a"}])
    for content in (header + "5,1,a\n", keys):
        page = parsed(content)
        assert page.columns == {"]0;xRating": "unread", "31mstars2": "unread", "Text": "text"}


def test_two_cells_of_one_name_are_a_fault() -> None:
    """None of the two is silently the other's."""
    page = parsed('[{"text": "a"}, {"text": "b", "te\\u0000xt": "c"}]')
    assert ([one.text for one in page.reviews], page.outcome) == (["a"], "partial")
    assert page.reason == "data row 2: has two cells of one name"


@pytest.mark.parametrize(
    ("told", "read_as"), [("1431992", "1431992"), ("1431992.0", "1431992"), ("a:b/c", "a:b/c")]
)
def test_ids_are_the_stores(told: str, read_as: str) -> None:
    """An id is kept as the store writes it; a spreadsheet's decimal is taken off."""
    assert of(id=told, text="x").id == read_as


@pytest.mark.parametrize("told", ["1.43199E+15", "1,4E+9", "x" * 201])
def test_an_id_that_is_none_is_a_fault(told: str) -> None:
    """What a spreadsheet has rounded would be many reviews under one id."""
    page = parsed(table([{"id": told, "text": "a"}, {"id": "2", "text": "b"}]))
    assert page.outcome == "partial"
    assert page.reason.startswith("data row 1: id")


def test_each_row_is_of_its_app_and_store_front() -> None:
    """A column of apps decides, then the target; the store front is part of the app's key."""
    content = "app,id,text\nA,1,x\n,2,y\n"
    first, second = lines(content, country="us")
    assert first.app == "A/us"
    assert isinstance(first.said, Review)
    assert (first.said.source, first.said.country) == ("shopify", "us")
    assert "names no app" in str(second.fault)
    assert [one.app for one in lines(content, {"app": ""})] == ["app", "app"]


def test_columns_can_be_named() -> None:
    """A given column comes before the names, and a column is read once."""
    content = "Verdict,Title,Note\n4,head,body\n"
    (line,) = lines(content, {"rating": "Verdict", "text": "Note"})
    assert isinstance(line.said, Review)
    assert (line.said.rating, line.said.title, line.said.text) == (4, "head", "body")
    (line,) = lines(content, {"rating": "Verdict", "text": "Title"})
    assert isinstance(line.said, Review)
    assert (line.said.title, line.said.text) == (None, "head")


@pytest.mark.parametrize("given", [{"stars": "rating"}, {"rating": "Verdict"}])
def test_a_field_or_column_that_there_is_not_is_refused(given: dict[str, str]) -> None:
    """The message lists what there is."""
    with pytest.raises(Invalid, match="rating"):
        lines("rating,text\n5,x\n", given)


# ------------------------------------------------------------------ what is not a table of reviews


@pytest.mark.parametrize(
    "content",
    [
        "",
        " \n\r\n",
        "\ufeff",
        "5,good\n4,bad\n",
        "<!doctype html><html><body>Please accept our cookies, review them</body></html>",
        "Attention Required! | verify you are human",
        '{"error": {"code": 429, "message": "slow down"}}',
        "[]",
        "{}",
        '{"reviews": []}',
        "[1, 2]",
        "null",
        '"text"',
        "text\n",
        "rating,text",
        "id,rating,tex",
        "[[[[[[[[[1]]]]]]]]]",
        '[{"likes": 5}]',
        "id,date\n1,2024-05-30\n",
        "rating,rating\n5,4\n",
    ],
)
def test_what_is_no_table_of_reviews_is_broken(content: str) -> None:
    """A page, an error, an empty list or other columns prove nothing; the reason is said."""
    page = parsed(content)
    assert (page.outcome, page.reviews) == ("broken", ())
    assert page.reason


def test_a_header_without_rows_is_empty() -> None:
    """The columns are those of reviews, and there is no row: that is proof."""
    page = parsed("Review ID,Rating,Text\r\n")
    assert (page.outcome, page.reviews, page.reason) == ("empty", (), None)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("rating,text\n5,a\n4\n3,c\n", "data row 2: has 1 cells, and the header 2"),
        ("rating,text\n5,a\n4,b,x\n3,c\n", "data row 2: has 3 cells, and the header 2"),
        ("rating,text\r\n5,a\r\n3,c\r\n,", "data row 3: ends without the line break"),
        ("rating,text\r\n5,a\r\n3,c\r\n4,cut o", "data row 3: ends without the line break"),
        ('rating,text\n5,a\n4,"b"x\n3,c\n', "data row 2: is not a row of a table"),
        ('rating,text\n5,a\n3,c\n4,"never closed\n', "data row 3: is not a row of a table"),
        ('{"text":"a"}\n{"text":"b\n{"text":"c"}\n', "data row 2: is not valid JSON"),
        ('{"text":"a"}\n[1]\n{"text":"c"}\n', "data row 2: is not an object"),
        ('{"text":"a"}\n{"text":"b"} {}\n{"text":"c"}\n', "data row 2: holds more than one"),
        ('{"text":"a"}\n{"text":"b","text":"B"}\n{"text":"c"}\n', "data row 2: is not valid JSON"),
        ('[{"text":"a"},7,{"text":"c"}]', "data row 2: is not an object"),
        ('[{"text":"a"},{"text":["b"]},{"text":"c"}]', "data row 2: text holds a list"),
        ('[{"text":"a"},{},{"text":"c"}]', "data row 2: has neither a rating nor a text"),
        ('[{"text":"a"},{"text":"c"}] <html>', "data row 3: stands after the end"),
        (
            '{"a":[{"text":"a"},{"text":"c"}],"b":[{"text":"d"}]}',
            "data row 3: a second list of objects",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault_and_the_others_are_read(
    content: str, fault: str
) -> None:
    """The row's number and the reason are said; nothing before or after it is lost."""
    page = parsed(content)
    assert page.outcome == "partial"
    assert [review.text for review in page.reviews] == ["a", "c"]
    assert page.reason.startswith(fault)


@pytest.mark.parametrize("content", [table(ROWS[:2] + ROWS[2:]), json.dumps(ROWS), "\n".join(
    json.dumps(row, ensure_ascii=False) for row in ROWS)])  # fmt: skip
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_wrong_characters_are_never_let_in(content: str, encoding: str) -> None:
    """Bytes that are not UTF-8 make faults of their rows; plain rows are read."""
    latin = content.replace("“quoted” 👍", "ü").replace("日本語", "é")
    page = file.parse(latin.encode(encoding))
    if latin.isascii():
        assert page.outcome == "ok"
        return
    assert page.outcome == "partial"
    assert [review.id for review in page.reviews] == ["9"]
    assert "UTF-8" in str(page.reason)


def test_utf16_that_ends_too_soon_is_partial() -> None:
    """Half a character at the end is said."""
    page = file.parse(b"\xff\xfe" + table(ROWS).encode("utf-16-le")[:-1])
    assert page.outcome == "partial"


@pytest.mark.parametrize("form", [form for form in FORMS if "json" in form])
def test_json_that_was_cut_off_is_never_ok(form: str) -> None:
    """At whichever byte a document ends, it is never taken for all of it, nor for empty."""
    payload = FORMS[form]().encode().rstrip()
    for cut in range(len(payload)):
        part = payload[:cut]
        lines_left = [line.strip() for line in part.splitlines() if line.strip()]
        whole_lines = form.startswith("ndjson") and all(one.endswith(b"}") for one in lines_left)
        allowed = {"ok", "broken"} if whole_lines else {"partial", "broken"}
        assert file.parse(part).outcome in allowed, part


@pytest.mark.parametrize("form", [form for form in FORMS if "json" not in form])
def test_a_table_that_was_cut_off_is_never_ok_unless_whole_rows_are_left(form: str) -> None:
    """A half row is a fault. (What a missing end of whole rows held, no table can tell.)"""
    payload = FORMS[form]().encode()
    expected = [(one.id, one.rating, one.text) for one in EXPECTED]
    for cut in range(len(payload)):
        part = payload[:cut]
        page = file.parse(part)
        if page.outcome == "ok":
            assert b"\r" not in payload or part.endswith((b"\r", b"\n")), part
            found = [(one.id, one.rating, one.text) for one in page.reviews]
            assert found == expected[: len(found)], part
        elif page.outcome == "empty":
            assert part.strip().endswith(b"author"), part


@pytest.mark.parametrize("name", ["id", "rating", "text", "author"])
@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "json, an envelope"])
def test_a_column_of_another_name_loses_no_review(name: str, form: str) -> None:
    """As many reviews as before, the field is null, and the page tells that it was not read."""
    page = parsed(FORMS[form]().replace(f"{name}\r", "zzz\r").replace(f"{name},", "zzz,", 1)
                  .replace(f'"{name}"', '"zzz"'))  # fmt: skip
    assert (page.outcome, len(page.reviews)) == ("ok", 3)
    assert "zzz" in {column for column, field in page.columns.items() if field == "unread"}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_taken_without_harm(payload: bytes) -> None:
    """The parser never raises, and empty is only what has a header of reviews."""
    page = file.parse(payload)
    assert page.outcome in {"ok", "partial", "broken", "empty"}
    assert (page.outcome in {"ok", "partial"}) == bool(page.reviews)


@pytest.mark.parametrize(
    "payload",
    [
        "[" * 1_000_000,
        '{"a":' * 1_000_000,
        '[{"a":' + "[" * 1_000_000,
        '[{"text":"' + "x" * 3_000_000,
        "rating,text\n" + '"' + "x," * 1_000_000,
        "rating,text\n" + "," * 3_000_000,
        "rating,text\n" + '"\n' * 300_001,
        "a," * 1_000_000,
        "<div>" * 1_000_000,
        '{"' + '":{"'.join("abc" * 300_000) + '":1}',
    ],
    ids=range(10),
)
def test_hostile_files_take_bounded_time(payload: str) -> None:
    """A million nested tags, brackets, quotes or columns: broken within seconds."""
    start = time.process_time()
    page = parsed(payload)
    assert page.outcome == "broken"
    assert time.process_time() - start < 10


def test_a_document_larger_than_the_window_is_read_whole() -> None:
    """Rows, numbers and escapes that stand across the edges of what is in memory stay whole."""
    made = [{"id": n, "rating": 1 + n % 5, "text": '\\"é' * (n % 97), "n": n} for n in range(4000)]
    for content in (json.dumps({"x": 12345, "reviews": made}), json.dumps(made, indent=1)):
        found = read(content)
        assert [int(one) for one in found] == list(range(4000))
        assert all(one.text == (made[int(one.id)]["text"] or None) for one in found.values())


@pytest.mark.parametrize("before", range(65_530, 65_540))
def test_a_number_across_an_edge_of_the_window_stays_whole(before: int) -> None:
    """It is not taken for two, wherever what is in memory ends."""
    start = '{"x":"'
    content = start + "x" * (before - len(start) - 6) + '","n":12345,"reviews":[{"text":"a"}]}'
    assert [one.text for one in read(content).values()] == ["a"]


def test_a_row_that_is_too_long_ends_the_reading() -> None:
    """Rows before it are kept, and the reason says that the rest was not read."""
    page = parsed("rating,text\n5,a\n4," + "x" * 1_000_001 + "\n3,c\n")
    assert (page.outcome, [review.text for review in page.reviews]) == ("partial", ["a"])
    assert "nor what follows" in page.reason.replace("neither this row ", "")


def test_a_file_is_not_asked_for() -> None:
    """There is nothing to collect; the message says what to do."""
    with pytest.raises(Invalid, match="northstar import"):
        file.request(SourceTarget("file", "x"))
    assert file.HOSTS == ()


def test_a_layout_of_no_reviews_is_refused() -> None:
    """An import says why before it begins."""
    with pytest.raises(Broken, match="such as rating or text"):
        file.layout(io.BytesIO(b"likes,shares\n1,2\n"))
