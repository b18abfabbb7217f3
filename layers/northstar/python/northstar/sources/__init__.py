"""The stores whose reviews are collected: one module each, and one line each in `SOURCES`."""

from __future__ import annotations

from northstar.app.collect import Capabilities, Source
from northstar.domain.errors import Invalid
from northstar.sources import apple_rss, shopify

__all__ = ["SOURCES", "Capabilities", "Source", "by_name"]

SOURCES: tuple[Source, ...] = (shopify, apple_rss)


def by_name(name: str) -> Source:
    """Return the source of that name. Raises Invalid, naming the known ones."""
    for source in SOURCES:
        if name == source.NAME:
            return source
    known = ", ".join(source.NAME for source in SOURCES)
    raise Invalid(f"source {name!r} is unknown; use one of: {known}.", "source")
