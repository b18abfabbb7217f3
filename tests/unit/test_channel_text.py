"""What people read of a notice: cleaned, inert, within bounds."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from itertools import chain

import pytest

from northstar.app.notices import Link
from northstar.delivery.outside import cut, inert, isolated, one_line, units
from northstar.delivery.shown import Shown, plain, shown
from tests.fakes.notices import TICKET, VIEW, notice, outside
from tests.fakes.receivers import LIVE

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e9\U0001f1ea"
HOSTILE = [
    "http://evil.example",
    "see HTTPS://evil.example/x",
    "www.evil.example",
    "evil.example",
    "evil。example",
    "xn--e1afmkfd.xn--p1ai",
    "mailto:a@evil.example",
    "tel:+491234567",
    "10.0.0.1",
    "@everyone @here",
    "<!channel> <!here|x> <@U024BE7LH> <#C1|general>",
    "<at>Ann</at>",
    "[click](https://evil.example)",
    "[click](javascript:alert)",
    "{{DATE(2017-02-14T06:00:00Z, SHORT)}}",
    "${body}",
]


def texts(seen: Shown) -> list[str]:
    """Return all that is shown but the addresses of links."""
    parts = [seen.title, *chain(*seen.facts), *seen.quote, seen.quoted, seen.todo, seen.business]
    return [part for part in [*parts, *(link.text for link in seen.links)] if part]


# ---------------------------------------------------------------- inert


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_is_live(text: str) -> None:
    """Neither an address nor a name nor a code, in any part; to the eye it is the same."""
    assert LIVE.search(text)
    for part in texts(shown(outside(text))):
        assert not LIVE.search(part)
    assert inert(text).replace("\u200b", "") == text


@pytest.mark.parametrize(
    "text", ["4.6 of 5.0", "3:30", "a < b", "Yes. And no.", "n = 1,284 (+2 %)"]
)
def test_what_is_not_live_stays_as_it_is(text: str) -> None:
    """Numbers, times and sentences are not touched."""
    assert shown(notice(title=text)).title == text


def test_controls_and_turns_of_writing_are_dropped() -> None:
    """No part has line breaks, control characters, bidi controls or halves of characters."""
    text = "a\x1b[31m\r\nb\u202ec\u2066d\u2028e\x00\x85\ud800\t\u061cf"
    for part in texts(shown(outside(text))):
        assert part.isprintable() or part in plain(shown(outside(text)))
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in part)
        assert not set(part) & set("\u202e\u2066\u061c")


def test_what_is_written_from_right_to_left_stays_apart() -> None:
    """In plain text it is isolated; what is written from left to right is left alone."""
    assert isolated("שלום 5") == "\u2068שלום 5\u2069"
    assert isolated("مرحبا") == "\u2068مرحبا\u2069"
    assert isolated("Hello 5") == "Hello 5"
    told = plain(shown(notice(facts=(("Name", "שלום"),))))
    assert "Name: \u2068שלום\u2069\n" in told


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    ("text", "limit", "cut_to"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abc efgh", 5, "abc…"),
        ("ab\U0001f600cd", 4, "ab…"),
        ("ab\U0001f600cd", 5, "ab\U0001f600…"),
        (f"a{FAMILY}b", 6, "a…"),
        (f"a{FLAG}{FLAG}b", 8, f"a{FLAG}…"),
        ("ae\u0301\u0302xyz", 4, "a…"),
        ("a\U0001f44d\U0001f3fdbcd", 5, "a…"),
        ("\u0301" * 80, 60, "\u0301" * 19 + "…"),
    ],
)
def test_a_cut_keeps_characters_whole(text: str, limit: int, cut_to: str) -> None:
    """An accent, a joined sign, a flag or half of a pair does not lose what it belongs to."""
    assert cut(text, limit) == cut_to
    assert units(cut_to) <= limit


def test_every_part_is_bounded() -> None:
    """However long what it is told, and also when all of it takes two units a character."""
    for text in ("word " * 4000, "\U0001f600" * 9000, "a.bc" * 5000):
        seen = shown(outside(text))
        assert all(units(part) <= 1000 for part in texts(seen))
        assert units(seen.title) <= 148
        assert seen.title.endswith("…")


def test_of_many_facts_the_last_says_how_many_there_are() -> None:
    """A summary of forty alerts shows fourteen."""
    facts = tuple((f"Alert {n}", "source stale") for n in range(40))
    seen = shown(notice(facts=facts)).facts
    assert len(seen) == 15
    assert seen[:14] == facts[:14]
    assert seen[14] == ("", "and 26 more")
    assert "\nand 26 more\n" in plain(shown(notice(facts=facts)))


def test_a_long_quote_ends_after_some_lines() -> None:
    """The lines that a customer wrote stay lines; empty ones go."""
    assert shown(notice(quote="a\r\n\r\n \nb\rc\u2028d")).quote == ("a", "b", "c", "d")
    many = shown(notice(quote="\n".join(map(str, range(50))))).quote
    assert many == (*map(str, range(11)), "…")


# ---------------------------------------------------------------- parts


def test_plain_text_holds_every_part() -> None:
    """In the order of reading, each part a block of its own."""
    assert plain(shown(notice())) == (
        "Rating: 1 of 5\nTemplate: Refund v3 (n = 212)\n\n"
        "Ann Lee:\n> I waited for two weeks.\n> Nobody told me why.\n\n"
        "Answer the customer, and note what came of it.\n\n"
        f"See the answer: {VIEW.url}\nOpen the ticket: {TICKET.url}\n\n"
        "Acme Goods · 22 November 2026, 12:15 CET"
    )


def test_empty_parts_are_left_out() -> None:
    """A notice of a title alone leaves no labels, marks or empty lines."""
    bare = notice(facts=((" ", " "), ("x", "")), quote=" ", quoted="Ann", todo="\x00", links=())
    assert plain(shown(bare)) == "Acme Goods · 22 November 2026, 12:15 CET"
    assert shown(notice(title="\u202e")).title == "bad_answer"
    assert all(getattr(shown(notice()), one.name) for one in fields(Shown))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "/feedback",
        "https://a.example/\"onclick='x'",
        "https://a.example/<b>",
        "https://a.example/ b",
        "https://bücher.example",
        f"https://a.example/{'x' * 1000}",
        "",
    ],
)
def test_a_link_that_is_none_is_left_out(url: str) -> None:
    """The others stay."""
    assert shown(notice(links=(Link("Bad", url), VIEW))).links == (VIEW,)


def test_one_line_is_one_line() -> None:
    """Whatever breaks lines becomes a blank."""
    assert one_line(" a\r\n\tb\u2028\u2029c ") == "a b c"
