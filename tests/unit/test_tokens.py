"""Survey tokens: forged, malformed, foreign, expired and rotated ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain.errors import Closed, NorthstarError, NotFound
from northstar.domain.tokens import Keys, mint, read

ASK = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
KEYS = Keys("2", {"1": b"old key", "2": b"new key"})


def test_a_token_gives_its_ask_back() -> None:
    """What was minted is read until its last second."""
    token = mint(ASK, LATER, KEYS)
    assert read(token, KEYS, NOW) == read(token, KEYS, LATER) == ASK
    assert len(token) < 60


def test_an_expired_token_is_closed() -> None:
    """One second after its expiry a genuine token is closed, not unknown."""
    with pytest.raises(Closed):
        read(mint(ASK, LATER, KEYS), KEYS, LATER + timedelta(seconds=1))


def test_keys_rotate() -> None:
    """A token of an older key is valid while that key is there, and unknown afterwards."""
    old = mint(ASK, LATER, Keys("1", {"1": b"old key"}))
    assert read(old, KEYS, NOW) == ASK
    with pytest.raises(NotFound):
        read(old, Keys("2", {"2": b"new key"}), NOW)


def test_a_token_is_for_one_purpose() -> None:
    """A survey token unsubscribes nobody."""
    with pytest.raises(NotFound):
        read(mint(ASK, LATER, KEYS), KEYS, NOW, purpose="unsubscribe")


@pytest.mark.parametrize("position", range(len(mint(ASK, LATER, KEYS))))
def test_any_changed_character_is_refused(position: int) -> None:
    """No character can be exchanged: also not the last ones, whose spare bits base64 ignores."""
    token = mint(ASK, LATER, KEYS)
    for other in "AQgw-_19.":
        if other != token[position]:
            with pytest.raises(NorthstarError):
                read(token[:position] + other + token[position + 1 :], KEYS, NOW)


@given(st.text(max_size=200))
def test_garbage_is_not_found(garbage: str) -> None:
    """Any other text, in any alphabet, is simply not found."""
    with pytest.raises(NotFound):
        read(garbage, KEYS, NOW)
