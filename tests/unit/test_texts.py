"""Customers are spoken to in the language that they asked for, and days are written its way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from local import messages
from northstar.app import texts as module
from northstar.app.texts import CHOICES, ENGLISH, LANGUAGES, day, direction, negotiate, texts

WANTED = [
    # as it is, whatever its case and its separator
    ("de", "de"),
    ("DE", "de"),
    (" de ", "de"),
    ("en", "en"),
    ("pt-BR", "pt-BR"),
    ("pt-br", "pt-BR"),
    ("PT_br", "pt-BR"),
    ("zh-Hans", "zh-Hans"),
    ("ZH-HANT", "zh-Hant"),
    # a region, a variant or an extension that we do not know
    ("en-GB", "en"),
    ("fr-CA", "fr"),
    ("fr_CH", "fr"),
    ("es-419", "es"),
    ("es-MX", "es"),
    ("de-CH-1996", "de"),
    ("de-u-co-phonebk", "de"),
    ("nl-BE-x-informal", "nl"),
    ("ja-Jpan-JP", "ja"),
    ("ko-KR", "ko"),
    ("ar-EG-u-nu-arab", "ar"),
    ("pt", "pt"),
    ("pt-PT", "pt"),
    ("pt-AO", "pt"),
    ("pt-BR-x-rio", "pt-BR"),
    # Chinese: the script, or else the region's script
    ("zh", "zh-Hans"),
    ("zh-CN", "zh-Hans"),
    ("zh_SG", "zh-Hans"),
    ("zh-MY", "zh-Hans"),
    ("zh-TW", "zh-Hant"),
    ("zh_tw", "zh-Hant"),
    ("zh-HK", "zh-Hant"),
    ("zh-MO", "zh-Hant"),
    ("zh-Hant-HK", "zh-Hant"),
    ("zh-Hant-CN", "zh-Hant"),
    ("zh-Hans-TW", "zh-Hans"),
    ("zh-Hans-HK", "zh-Hans"),
    ("zh-TW-u-co-stroke", "zh-Hant"),
    ("zh-x-tw", "zh-Hans"),
    # old codes
    ("iw", "he"),
    ("iw-IL", "he"),
    ("he-IL", "he"),
    # languages that we do not have, and what is no tag
    ("in", None),
    ("no", None),
    ("da-DK", None),
    ("yue-HK", None),
    ("den", None),
    ("x-de", None),
    ("i-klingon", None),
    ("German", None),
    ("de.UTF-8", None),
    ("de-", None),
    ("-de", None),
    ("de--CH", None),
    ("de-abcdefghi", None),
    ("de" + "-a1" * 100, None),
    ("*", None),
    ("../de", None),
    ("de\nfr", None),
    ("", None),
    (None, None),
]

ACCEPT = [
    ("", "en"),
    ("de", "de"),
    ("de-AT,de;q=0.9,en;q=0.8", "de"),
    ("da, sv;q=0.7, fr;q=0.8", "fr"),
    ("en;q=0.5,it", "it"),
    ("it;q=0.5, nl;q=0.5", "it"),
    ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
    ("fr;q=0, nl;q=0.1", "nl"),
    ("fr;q=0.000", "en"),
    ("FR;Q=0.3", "fr"),
    (" fr ; q=0.3 ", "fr"),
    ("*, es;q=0.1", "es"),
    ("de;q=2, pl;q=0.1", "pl"),
    ("de;q=1.5, pl;q=0.1", "pl"),
    ("de;q=-1, pl;q=0.1", "pl"),
    ("de;q=nan, pl;q=0.1", "pl"),
    ("de;q=0.1234, pl;q=0.1", "pl"),
    ("de;level=1, pl;q=0.1", "pl"),
    (",;,;q=1,q=1,,cs", "cs"),
    ("🙂, tr", "tr"),
]

THIRD_OF_FEBRUARY = {
    "en": "3 February 2027",
    "fr": "3 février 2027",
    "de": "3. Februar 2027",
    "es": "3 de febrero de 2027",
    "pt-BR": "3 de fevereiro de 2027",
    "pt": "3 de fevereiro de 2027",
    "it": "3 febbraio 2027",
    "nl": "3 februari 2027",
    "pl": "3 lutego 2027",
    "cs": "3. února 2027",
    "sv": "3 februari 2027",
    "tr": "3 Şubat 2027",
    "ja": "2027年2月3日",
    "ko": "2027년 2월 3일",
    "zh-Hans": "2027年2月3日",
    "zh-Hant": "2027年2月3日",
    "ar": "3 فبراير 2027",
    "he": "3 בפברואר 2027",
}


@pytest.mark.parametrize(("wanted", "spoken"), WANTED)
def test_a_tag_finds_our_language(wanted: str | None, spoken: str | None) -> None:
    """By lookup; what we cannot read or do not have leaves the choice to the browser."""
    assert negotiate(wanted, accept="sv") == (spoken or "sv")


@pytest.mark.parametrize(("header", "spoken"), ACCEPT)
def test_a_browser_is_answered_in_the_language_it_likes_best(header: str, spoken: str) -> None:
    """By the weights; refused languages and unreadable parts do not count."""
    assert negotiate(accept=header) == spoken


def test_the_first_wanted_language_that_we_have_comes_first() -> None:
    """Before the later ones, and before the browser's."""
    assert negotiate("da", None, "pl-PL", "fr", accept="de") == "pl"


def test_only_the_beginning_of_a_long_header_is_read() -> None:
    """Fifty parts; nobody speaks more languages than that."""
    assert negotiate(accept="da," * 49 + "de") == "de"
    assert negotiate(accept="da," * 50 + "de") == "en"


def test_what_is_negotiated_is_a_language_of_ours() -> None:
    """Each of our tags finds itself."""
    assert [negotiate(tag) for tag in LANGUAGES] == list(LANGUAGES)


def test_texts_are_in_their_language() -> None:
    """Each language has its own sentences, each under its key."""
    headings = {texts(tag)["heading"] for tag in LANGUAGES}
    assert len(headings) == len(LANGUAGES)
    assert texts("de")["yes"] == "Ja"
    assert texts("pt")["help_link"] != texts("pt-BR")["help_link"]
    assert all(texts(tag).keys() == ENGLISH.keys() for tag in LANGUAGES)


def test_choices_have_words() -> None:
    """Every answer that a form can carry is a text."""
    assert {choice for choices in CHOICES.values() for choice in choices} <= ENGLISH.keys()


@pytest.mark.parametrize("unknown", ["da", "de-AT", "", "../de", "DE"])
def test_a_language_that_we_do_not_have_reads_as_english(unknown: str) -> None:
    """No error, and no file is looked for."""
    assert texts(unknown) == ENGLISH


def test_a_text_without_its_translation_is_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is one whose English sentence has changed since: the placeholders always fit."""
    entries = {
        "yes": messages.Entry(ENGLISH["yes"], "Ja"),
        "no": messages.Entry("Not any more", "Nein"),
    }
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "customer.mo").write_bytes(messages.compiled("de", entries))
    monkeypatch.setattr(module, "CATALOGUES", tmp_path)
    module._translated.cache_clear()
    try:
        assert texts("de") == {**ENGLISH, "yes": "Ja"}
    finally:
        module._translated.cache_clear()


def test_arabic_and_hebrew_run_from_right_to_left() -> None:
    """And no other of our languages does."""
    assert {tag for tag in LANGUAGES if direction(tag) == "rtl"} == {"ar", "he"}


def test_a_day_is_written_as_its_language_writes_it() -> None:
    """The month in the case that goes with a day, and European digits."""
    written = {tag: day(date(2027, 2, 3), tag) for tag in LANGUAGES}
    assert written == THIRD_OF_FEBRUARY


def test_every_month_has_its_name() -> None:
    """January is the first and December the last."""
    assert day(date(2026, 1, 31), "en") == "31 January 2026"
    assert day(date(2026, 12, 1), "pl") == "1 grudnia 2026"


def test_a_moment_is_written_by_the_date_of_its_own_zone() -> None:
    """No zone is changed on the way."""
    assert day(datetime(2026, 3, 31, 23, 59, tzinfo=UTC), "de") == "31. März 2026"
