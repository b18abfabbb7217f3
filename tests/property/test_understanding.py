"""Summaries, phrases and topics for texts of any kind."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from northstar.app.themes import DEFAULT
from northstar.domain.keyness import Said, keyness
from northstar.domain.summary import Passage, passages, summary
from northstar.domain.topics import MOST, Topics
from northstar.domain.words import spaced

TOPICS = Topics(DEFAULT)
NAMES = {theme.name for theme in DEFAULT}
WORDS = st.sampled_from(
    [*("login", "slow", "Bug", "great", "app", "the", "not", "送餐", "太慢", "。", ".", "! ", "\n")]
)
TEXT = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(max_size=120))
TEXTS = st.lists(TEXT, max_size=12)


def quotable(texts: list[str]) -> list[Passage]:
    """All passages of texts with ids 00, 01, …"""
    return [one for at, text in enumerate(texts) for one in passages(f"{at:02}", text)]


@settings(max_examples=150)
@given(TEXTS, st.integers(0, 5))
def test_every_quote_is_in_its_source(texts: list[str], most: int) -> None:
    """A quote is a verbatim part of the feedback that stands with it; each is quoted once."""
    found = summary(quotable(texts), most)
    assert len(found) <= most
    assert len({one.feedback for one in found}) == len(found)
    assert all(one.text and one.text in texts[int(one.feedback)] for one in found)


@settings(max_examples=100)
@given(TEXTS, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_texts_changes_no_summary(
    texts: list[str], most: int, order: random.Random
) -> None:
    """The same passages give the same quotes."""
    said = quotable(texts)
    shuffled = order.sample(said, len(said))
    assert summary(shuffled, most) == summary(said, most)


@settings(max_examples=100)
@given(TEXTS, st.integers(0, 5))
def test_copies_change_no_summary(texts: list[str], most: int) -> None:
    """A text that others copied counts once."""
    said = quotable(texts)
    copies = [Passage(one.text, f"copy {one.feedback}") for one in said]
    assert summary([*said, *copies], most) == summary(said, most)


@settings(max_examples=100)
@given(TEXT, st.sampled_from(["en", "de", "zh", "ar", "he", "ko", "tr", "und", ""]))
def test_topics_are_ours_and_few(text: str, language: str) -> None:
    """Any text has at most a few topics, each once, and case does not count."""
    found = TOPICS.of(text, language)
    assert len(set(found)) == len(found) <= MOST
    assert set(found) <= NAMES
    assert TOPICS.of(spaced(text), language) == found


@settings(max_examples=60)
@given(st.lists(TEXT, max_size=8), st.lists(TEXT, max_size=8), st.integers(1, 20))
def test_phrases_are_in_the_texts_that_they_quote(
    group: list[str], other: list[str], times: int
) -> None:
    """Each phrase is in as many texts as it says, and in those that it quotes."""
    said = [Said(str(at), text) for at, text in enumerate(group * times)]
    for phrase in keyness(said, [Said("o", text) for text in other]):
        assert 5 <= phrase.texts <= len(said)
        assert phrase.other_texts <= len(other)
        assert 1 <= len(phrase.quotes) <= 3
        parts = phrase.term.split()
        assert all(
            part in said[int(quote)].text.lower() for quote in phrase.quotes for part in parts
        )
