"""Summaries quote what many say, once, and word for word."""

from __future__ import annotations

import pytest

from northstar.domain.summary import LONGEST, WHOLE, Passage, passages, summary

LOGIN = [
    Passage("I cannot log in since the update.", "r1"),
    Passage("Cannot log in after the update, please fix.", "r2"),
    Passage("The login page stays white since the update.", "r3"),
    Passage("My dog likes the colour green very much.", "r4"),
]


def texts(found: list[Passage]) -> list[str]:
    """The quoted words."""
    return [passage.text for passage in found]


def test_a_short_text_is_quoted_whole() -> None:
    """Its sentences stay together, without the space around them."""
    assert passages("r", "  Great. Really!  ") == [Passage("Great. Really!", "r")]


def test_a_long_text_is_cut_at_the_ends_of_sentences() -> None:
    """Abbreviations of one letter and ellipses stay whole; a new line is an end."""
    text = "Ich nutze z. B. die Karte... sie lädt nie! Warum?\nSeit Mai geht nichts"
    assert texts(passages("r", f"{text}. " + "Ende. " * 20))[:5] == [
        "Ich nutze z. B. die Karte...",
        "sie lädt nie!",
        "Warum?",
        "Seit Mai geht nichts.",
        "Ende.",
    ]


def test_chinese_sentences_need_no_space() -> None:
    """A full-width stop ends a sentence."""
    text = "送餐太慢了！" + "味道不错。" * 40
    assert texts(passages("r", text))[:2] == ["送餐太慢了！", "味道不错。"]


def test_what_has_no_end_is_not_quoted() -> None:
    """A sentence without an end is left out, never cut; nothing is made of an empty text."""
    assert passages("r", "word " * LONGEST) == []
    assert passages("r", " \n ") == []
    assert len(passages("r", "x" * WHOLE)) == 1


def test_what_many_say_is_quoted_first() -> None:
    """The central passage comes first, and what nobody else says is last."""
    found = summary(LOGIN, 4)
    assert found[0].feedback == "r1"
    assert found[-1].feedback == "r4"


def test_at_most_so_many() -> None:
    """No more than asked for, and all when there are fewer."""
    assert len(summary(LOGIN, 2)) == 2
    assert len(summary(LOGIN, 9)) == 4
    assert summary([], 3) == []
    assert summary(LOGIN, 0) == []


def test_near_duplicates_are_quoted_once() -> None:
    """A word more or less does not make another quote."""
    near = [
        Passage("The delivery took three weeks to arrive", "a"),
        Passage("The delivery took three weeks to arrive!!!", "b"),
        Passage("The delivery took three weeks to arrive here", "c"),
        Passage("Nobody delivered anything to my house", "d"),
    ]
    assert {passage.feedback for passage in summary(near, 4)} in ({"a", "d"}, {"c", "d"})


def test_one_feedback_is_quoted_once() -> None:
    """Somebody who writes much does not fill the summary."""
    own = [Passage(f"Delivery number {word} never came", "a") for word in ("one", "two", "red")]
    assert len(summary([*own, LOGIN[0]], 4)) == 2


def test_what_is_told_already_counts_less() -> None:
    """The second quote tells something else, even if many repeat the first."""
    late = [
        Passage("parcel dirty, box wet, came late", "a"),
        Passage("came late: wet box and dirty parcel", "b"),
        Passage("late it came, dirty parcel, wet box", "c"),
    ]
    rude = [Passage("their driver shouted at my wife", "x"), Passage("rude driver shouted", "y")]
    assert summary([*late, *rude], 2)[0] in late
    assert summary([*late, *rude], 2)[1] in rude


def test_a_bare_word_is_quoted_only_when_there_is_nothing_better() -> None:
    """Short passages give way to those that say something."""
    short = [Passage("Bug", "a"), Passage("bug!", "b"), Passage("Slow bug", "c")]
    assert texts(summary(short, 1)) == ["Bug"]
    assert texts(summary([*short, LOGIN[3]], 3)) == [LOGIN[3].text]


@pytest.mark.parametrize("text", ["😀😀😀", "!!!", "\x00\x00"])
def test_texts_without_words_raise_nothing(text: str) -> None:
    """They may be quoted, as they are."""
    assert texts(summary([Passage(text, "a")], 1)) == [text]
