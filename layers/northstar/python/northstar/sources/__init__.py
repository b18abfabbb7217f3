"""The stores whose reviews are collected: one module each, and one line each in `SOURCES`."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from northstar.app.source import Capabilities, Source
from northstar.domain.errors import Invalid

__all__ = ["KEYED", "SOURCES", "WITH_STORE_FRONTS", "Capabilities", "Source", "by_name", "is_store"]

SOURCES = (
    "shopify",
    "app_store_connect",
    "apple_rss",
    "google_play",
    "google_play_web",
    "steam",
    "atlassian",
    "wordpress",
    "firefox",
    "file",
)
KEYED = ("app_store_connect", "google_play", "atlassian")
"""The sources that can, or must, be asked with a key (`KeyedSource`)."""
WITH_STORE_FRONTS = ("apple_rss", "google_play_web")
"""The sources that show each country something else."""


def is_store(name: str) -> bool:
    """Return whether it is a store of ours, and not a tool of somebody's or a file."""
    return name in SOURCES and name != "file"


def by_name(name: str) -> Source:
    """Return the source of that name; only its module is loaded. Raises Invalid otherwise."""
    if name not in SOURCES:
        known = ", ".join(SOURCES)
        raise Invalid(f"source {name!r} is unknown; use one of: {known}.", "source")
    return cast("Source", import_module(f"{__name__}.{name}"))
