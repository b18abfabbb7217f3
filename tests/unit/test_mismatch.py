"""Stars that contradict their text are noticed, and doubtful cases are left alone."""

from __future__ import annotations

import pytest

from northstar.domain.mismatch import mismatch
from northstar.domain.sentiment import Score

HIGH, LOW = "stars high, text negative", "stars low, text positive"
LONG = "Impossible de me connecter depuis la mise"


def check(
    stars: int | None,
    value: float | None,
    text: str = LONG,
    *,
    language: str = "fr",
    confidence: float = 0.9,
    vader: float | None = None,
) -> str | None:
    """The mismatch of a text with such a score."""
    label = "undetermined" if value is None else "negative" if value < 0 else "positive"
    score = Score(value, label, confidence, language, "declared", "e")  # type: ignore[arg-type]
    return mismatch(stars, text, score, vader)


@pytest.mark.parametrize(
    ("stars", "value", "expected"),
    [
        *((5, -0.2, HIGH), (5, -0.19, None), (4, -0.61, HIGH), (4, -0.59, None)),
        *((1, 0.2, LOW), (1, 0.19, None), (2, 0.61, LOW), (2, 0.59, None)),
        *((3, -1.0, None), (3, 1.0, None), (5, 1.0, None), (1, -1.0, None)),
        *((None, -1.0, None), (5, None, None)),
    ],
)
def test_text_and_stars_must_be_far_apart(
    stars: int | None, value: float | None, expected: str | None
) -> None:
    """A distance of 1.2 from what the stars stand for is a mismatch; three stars never are."""
    assert check(stars, value) == expected


def test_an_unsure_score_is_no_mismatch() -> None:
    """A confidence of 0.8 is needed."""
    assert check(5, -0.9, confidence=0.8) == HIGH
    assert check(5, -0.9, confidence=0.79) is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("abcdefghij klmno", "fr", HIGH),
        ("abcdefghij klmn 123 !!", "fr", None),
        ("送餐太慢了", "zh", HIGH),
        ("送餐太慢", "zh", None),
    ],
)
def test_a_short_text_is_no_mismatch(text: str, language: str, expected: str | None) -> None:
    """Fifteen letters are needed, or five of Chinese."""
    assert check(5, -0.9, text, language=language) == expected


@pytest.mark.parametrize(
    ("vader", "expected"), [(-0.1, HIGH), (0.0, None), (0.5, None), (None, None)]
)
def test_of_english_texts_vader_must_agree(vader: float | None, expected: str | None) -> None:
    """Without its sign, an English text is no mismatch; others do not ask it."""
    assert check(5, -0.9, "It never opens on my phone", language="en", vader=vader) == expected
    assert check(5, -0.9, vader=vader) == HIGH


@pytest.mark.parametrize(
    ("stars", "value", "text", "language"),
    [
        (5, -0.9, "I have NO PROBLEM at all with this one", "en"),
        (5, -0.9, "Produto show de bola, chegou", "pt"),
        (5, -0.9, "Rien à dire, application au top", "fr"),
        (5, -0.9, "まったく問題なく使えています", "ja"),
        (1, 0.9, "I love when it can't find my music", "en"),
        (1, 0.9, "Danke für nichts, liebes Team", "de"),
    ],
)
def test_idioms_are_no_mismatch(stars: int, value: float, text: str, language: str) -> None:
    """What only sounds bad, or only sounds good, is not shown."""
    vader = value if language == "en" else None
    assert check(stars, value, text, language=language, vader=vader) is None
    assert check(stars, value, text, language="xx") is not None


def test_an_idiom_only_excuses_its_own_direction() -> None:
    """ "Show de bola" under one star with a good text is worth a look."""
    assert check(1, 0.9, "Produto show de bola, chegou", language="pt") == LOW
