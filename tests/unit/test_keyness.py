"""Keyness finds what one group of texts says and the other does not."""

from __future__ import annotations

import math

import pytest

from northstar.domain import keyness as module
from northstar.domain.keyness import Phrase, Said, keyness

GOOD = "great app it does all i want every day and more"


def said(*texts: str) -> list[Said]:
    """Texts with ids s0, s1, …"""
    return [Said(f"s{number}", text) for number, text in enumerate(texts)]


def by_term(phrases: list[Phrase]) -> dict[str, Phrase]:
    """The phrases by their terms."""
    return {phrase.term: phrase for phrase in phrases}


COMPLAINTS = said(*(f"{GOOD}; black screen ({n})" for n in "abcdefghij"), *[GOOD] * 10)
PRAISE = said(*[GOOD] * 200)


def test_a_phrase_of_one_group_is_found_with_its_numbers() -> None:
    """It has its texts in both groups and three ids; what both groups say is not listed."""
    found = by_term(keyness(COMPLAINTS, PRAISE))
    assert list(found) == ["black screen"]
    phrase = found["black screen"]
    assert (phrase.texts, phrase.other_texts, phrase.quotes) == (10, 0, ("s0", "s1", "s2"))


def test_z_is_that_of_the_formula() -> None:
    """Worked out by hand for one term of 10 against 2 texts."""
    group, other = said(*["alpha"] * 10, *["beta"] * 30), said(*["alpha"] * 2, *["beta"] * 58)
    prior = 500 * 12 / 100
    a, b = 10 + prior, 2 + prior
    odds = math.log(a / (40 + 500 - a)) - math.log(b / (60 + 500 - b))
    assert module._z(module._Tally(10, 2), 40, 60) == pytest.approx(odds / math.sqrt(1 / a + 1 / b))
    assert keyness(group, other) == []  # z is 1.2, less than the least


def test_a_phrase_needs_five_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However clear, four texts are not enough."""
    other = said(*["nothing else matters"] * 500)
    assert "odd one" in by_term(keyness(said(*["odd one"] * 5), other))
    monkeypatch.setattr(module, "LEAST_Z", 1.0)
    assert keyness(said(*["odd one"] * 4), other) == []


def test_a_text_counts_once() -> None:
    """Somebody who says a word a hundred times is one text."""
    assert keyness(said("slow " * 100), PRAISE) == []


def test_quotes_are_of_different_texts() -> None:
    """Copies of one text are quoted once."""
    texts = said(*["black screen"] * 8, "a black screen", "black screen again")
    assert by_term(keyness(texts, PRAISE))["black screen"].quotes == ("s0", "s8", "s9")


def test_a_word_with_a_life_of_its_own_stays_beside_its_pair() -> None:
    """A word is left out only when most of its texts have the pair."""
    texts = said(*["black screen"] * 10, *["screen gone"] * 10)
    assert {"black screen", "screen gone", "screen"} <= by_term(keyness(texts, PRAISE)).keys()


def test_phrases_are_found_without_spaces() -> None:
    """Of Chinese, the longest piece that covers the others is listed."""
    texts = said(*["送餐太慢，难吃"] * 12)
    other = said(*["味道不错，速度很快，好吃"] * 100)
    assert {"送餐太慢", "难吃"} == by_term(keyness(texts, other)).keys()


def test_the_clearest_come_first_and_at_most_so_many() -> None:
    """Phrases are in the order of z."""
    texts = said(*["alpha"] * 30, *["beta"] * 20, *["gamma"] * 15)
    other = said(*["delta"] * 2_000)
    assert len(keyness(texts, other)) == 3
    found = keyness(texts, other, most=2)
    assert [phrase.term for phrase in found] == ["alpha", "beta"]
    assert found[0].z > found[1].z >= module.LEAST_Z


@pytest.mark.parametrize("other", [[], said("", "?!"), said(*["alpha"] * 50)])
def test_without_a_contrast_there_is_nothing_to_tell(other: list[Said]) -> None:
    """An empty or equal group to compare with gives no phrase, and no error."""
    assert keyness(said(*["alpha"] * 50), other) == []
    assert keyness([], other) == []


def test_memory_is_bounded_and_common_phrases_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit rare terms go; a frequent one keeps all its texts."""
    monkeypatch.setattr(module, "MAX_TERMS", 60)
    texts = said(*(f"black w{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)))
    other = said(*["white"] * 300)
    assert by_term(keyness(texts, other))["black"].texts == 300
    tallies: dict[str, module._Tally] = {}
    for one in texts:
        module._count(one, tallies, ours=True)
    assert len(tallies) <= 60 + 3
