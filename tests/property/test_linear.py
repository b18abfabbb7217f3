"""The linear engine over any text: bounded, finite, and the same packed or not."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from northstar.domain.measures import auc
from northstar.scoring.linear import MAX_CHARACTERS, Linear, Settings, load, pack, tokens

TEXT = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["😂" * 3_000, "a" * 50_000, "好" * 5_000, "\x00", "\ud83d", "שלום hello مرحبا", "don’t stop!!"]
)


@cache
def model() -> Linear:
    """Return a model whose weights are all there is to int8."""
    settings = Settings("fr", ("fr",), 8, 0.05, 0.1, 1.2, -0.1, 0.15, "norm1")
    return load(pack(settings, range(-128, 128)))


@given(TEXT)
def test_any_text_has_a_probability(text: str) -> None:
    """A number from 0 to 1, the same each time, whatever the text."""
    probability = model().probability(text)
    assert 0 <= probability <= 1
    assert model().probability(text) == probability


@given(TEXT)
def test_tokens_leave_out_nothing_but_white_space(text: str) -> None:
    """The tokens, one after another, are the text in lower case without white space."""
    assert "".join(tokens(text)) == "".join(text[:MAX_CHARACTERS].lower().split())


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=30))
def test_auc_is_what_counting_all_pairs_gives(pairs: list[tuple[int, bool]]) -> None:
    """Each positive against each negative: 1 when above, one half when equal."""
    up = [score for score, truth in pairs if truth]
    down = [score for score, truth in pairs if not truth]
    won = sum((u > d) + (u == d) / 2 for u in up for d in down)
    expected = won / (len(up) * len(down)) if up and down else 0.5
    assert abs(auc(*map(list, zip(*pairs, strict=True))) - expected) < 1e-12 if pairs else True
