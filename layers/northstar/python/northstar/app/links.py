"""The addresses we give to customers."""

from __future__ import annotations

from datetime import timedelta

from northstar.domain.surveys import EDIT_WINDOW, Ask
from northstar.domain.tokens import Keys, mint

STOP = "unsubscribe"
"""The purpose of tokens that stop surveys: no other token does."""

_STOP_LIFETIME = timedelta(days=2 * 365)


def survey_url(ask: Ask, keys: Keys, base_url: str) -> str:
    """Return the link to a survey; it lives as long as an answer can be changed."""
    return f"{base_url}/s/{mint(ask.id, ask.expires_at + EDIT_WINDOW, keys)}"


def stop_url(ask: Ask, keys: Keys, base_url: str) -> str:
    """Return the link that unsubscribes whom this ask went to; it outlives the survey by far."""
    token = mint(ask.id, ask.planned_at + _STOP_LIFETIME, keys, STOP)
    return f"{base_url}/u/{token}"
