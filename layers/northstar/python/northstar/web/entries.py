"""Turns one answer or review into what a list shows of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from northstar.domain.feedback import Feedback
from northstar.web import numbers

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def entry(item: Feedback, time_zone: str) -> dict[str, object]:
    """Return one feedback as the list shows it; a customer is named only where the store does."""
    language = item.language or ""
    return {
        "item": item,
        "day": numbers.day_of(item.occurred_at, time_zone),
        "author": item.author if item.kind == "review" else None,
        "language": "undetermined" if language == "und" else language,
        "lang": language if _LANGUAGE.fullmatch(language) and language != "und" else None,
        "link": _public_link(item.url),
        "sentiment": _sentiment(item),
    }


def _sentiment(item: Feedback) -> str | None:
    if item.score:
        return item.score.label.capitalize()
    return "Not scored yet" if item.text or item.title else None


def _public_link(url: str | None) -> str | None:
    """Return an address that may become a link: http(s) only; anything else is not linked."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None
