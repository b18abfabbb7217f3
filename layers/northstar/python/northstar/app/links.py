"""The addresses we give to customers."""

from __future__ import annotations

from northstar.domain.surveys import EDIT_WINDOW, Ask
from northstar.domain.tokens import Keys, mint


def survey_url(ask: Ask, keys: Keys, base_url: str) -> str:
    """Return the link to a survey; it lives as long as an answer can be changed."""
    return f"{base_url}/s/{mint(ask.id, ask.expires_at + EDIT_WINDOW, keys)}"
