"""The rules of `norm1`, one by one, and what they must leave alone."""

from __future__ import annotations

import time
import unicodedata

import pytest

from northstar.scoring.normalise import has_emoji, has_letter, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don’t like it, it‘s slow", "I don't like it, it's slow"),
        ("cafe\u0301", "café"),
        ("  two\n\nlines\tand  spaces ", "two lines and spaces"),
        ("I ❤\ufe0f it", "I ❤ it"),
        ("ok 👍🏽", "ok 👍"),
        ("👩🏽\u200d💻", "👩 💻"),
        ("❤\ufe0f\u200d\u200d🔥", "❤ 🔥"),
        ("😀great😡bad", "😀 great 😡 bad"),
        ("so 😂😂😂😂😂😂😂", "so 😂 😂 😂 😂 😂"),
        ("so 😂 😂 😂 😂 😂 😂 😂", "so 😂 😂 😂 😂 😂"),
        ("★★★★★ ok", "★ ★ ★ ★ ★ ok"),
    ],
)
def test_typography_is_made_plain(text: str, expected: str) -> None:
    """Apostrophes, composition, white space, emoji variants and emoji runs take one form."""
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("great,love it", "great, love it"),
        ("good.bad", "good. bad"),
        ("wow!!!nice", "wow!!! nice"),
        ("it doesn't.Please fix", "it doesn't. Please fix"),
        ("bad:slow;ugly?yes", "bad: slow; ugly? yes"),
        (":)great", ":) great"),
        ("(good!)but", "(good!) but"),
        ("bien…bon.élan", "bien…bon. élan"),
    ],
)
def test_glued_words_are_set_apart(text: str, expected: str) -> None:
    """A space follows punctuation that a letter is glued to."""
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this, i.e. that, in the U.S.A. at 9 a.m.",
        "see https://example.org/a.good,bad or www.love.example",
        "write to happy.user@mail.example",
        "the sites good.com and love.net are fine",
        "the path files/good.bad",
        "costs 3.5, not 1,000 at 10:30",
        "great:D and fun;P",
        "an (un)happy user",
        "don't do ABC :-) ... !!! ?",
        "plain words",
        "nice 😀 day",
        "",
    ],
)
def test_text_that_needs_nothing_is_kept(text: str) -> None:
    """Addresses, numbers, abbreviations, emoticons and plain text come back equal."""
    assert normalise(text) == (text, False)


def test_long_text_is_cut_and_says_so() -> None:
    """2,000 characters are kept whole; one more is cut and reported."""
    assert normalise("x" * 2_000) == ("x" * 2_000, False)
    assert normalise("x" * 2_001) == ("x" * 2_000, True)


def test_growth_over_the_limit_is_cut_and_says_so() -> None:
    """A text that the added spaces make longer than 2,000 characters is cut too."""
    text, truncated = normalise("ab," * 666)
    assert text == " ".join(["ab,"] * 500)
    assert truncated


def test_emoji_after_fifty_go_and_words_stay() -> None:
    """Of 60 different emoji 50 are kept, the words behind them too, and the cut is reported."""
    many = "".join(map(chr, range(0x1F600, 0x1F600 + 60)))
    text, truncated = normalise(f"{many} terrible")
    assert text.split() == [*many[:50], "terrible"]
    assert truncated
    assert not normalise(f"{many[:50]} terrible").truncated


def test_short_run_of_emoji_is_not_a_cut() -> None:
    """Shortening a run of one emoji leaves nothing out, so it is not reported."""
    assert normalise("😂" * 60) == ("😂 😂 😂 😂 😂", False)


@pytest.mark.parametrize(
    "text",
    [
        "w" * 50_000,
        "😀😁" * 25_000,
        "a" + "\u0301\u0323" * 50_000,
        "\x00" * 100_000,
        "\ud800" * 5_000,
        "שלום hello \u202e مرحبا " * 2_000,
        "\u200d\ufe0f" * 5_000,
    ],
    ids=["word", "emoji", "marks", "nul", "surrogates", "bidi", "joiners"],
)
def test_hostile_text_stays_within_the_limits(text: str) -> None:
    """Whatever comes in, at most 2,000 characters in composed form come out, and soon."""
    start = time.process_time()
    result = normalise(text)
    assert time.process_time() - start < 0.1
    assert len(result.text) <= 2_000
    assert unicodedata.is_normalized("NFC", result.text)
    assert result.truncated


def test_letters_and_emoji_are_told_apart() -> None:
    """A letter may be of any script; a digit, a sign or an emoji is none."""
    texts = ("評 5", "ok", "★", "5 😀", "5 :( _", "")
    assert [has_letter(text) for text in texts] == [True, True, False, False, False, False]
    assert [has_emoji(text) for text in texts] == [False, False, True, True, False, False]
