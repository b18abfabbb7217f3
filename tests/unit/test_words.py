"""Words of any script: plain letters, terms, and the number of letters."""

from __future__ import annotations

import pytest

from northstar.domain.words import MAX_CHARACTERS, letters, plain, spaced, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Übergröße", "ubergrosse"),
        ("İstanbul IŞIK ışık", "istanbul isik isik"),
        ("Łódź Øre", "lodz ore"),
        ("ＡＰＰ", "app"),
        ("が 각", "が 각"),
        ("الإعلانات جَيِّدة", "الاعلانات جيده"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_optional_marks_go_and_letters_stay(text: str, expected: str) -> None:
    """Accents and vowel signs are dropped; voiced kana and Hangul stay what they are."""
    assert plain(text) == expected


def test_latin_letters_stand_apart_from_others() -> None:
    """Words are set apart by one space, also where two scripts touch."""
    assert spaced("Don't: app闪退,  2FA!") == " don t app 闪退 2fa "


def test_terms_are_words_and_pairs_within_a_clause() -> None:
    """No pair reaches over punctuation, and single letters are no words."""
    assert terms("L'appli plante, très lente à 7h") == {
        *("l'appli", "plante", "l'appli plante", "très", "lente", "très lente"),
        *("lente à", "à h"),
    }


def test_terms_of_han_are_pieces() -> None:
    """Two to four signs are a term; a clause end parts them."""
    assert terms("不好吃。慢") == {"不好", "好吃", "不好吃"}


def test_letters_count_han_and_kana_apart() -> None:
    """Digits and signs are no letters."""
    assert letters("app 闪退了! 2") == (6, 3)


def test_only_the_first_characters_are_read() -> None:
    """What comes after the limit is not heard."""
    assert "late" not in spaced("a " * (MAX_CHARACTERS // 2) + "late")


def test_composed_and_decomposed_letters_are_one_term() -> None:
    """An accent typed apart from its letter makes no other word."""
    assert terms("tre\u0300s lent") == terms("très lent")


@pytest.mark.parametrize(
    ("sign", "letters_of_it"), [("\ud55c", "\ud55c"), ("\u01d5", "u"), ("\u1fb7", "αι")]
)
def test_signs_that_are_taken_apart_fill_what_is_read(sign: str, letters_of_it: str) -> None:
    """A syllable of Hangul, a letter under two marks, and one that stands for two letters."""
    assert plain(sign * MAX_CHARACTERS) == (letters_of_it * MAX_CHARACTERS)[:MAX_CHARACTERS]
