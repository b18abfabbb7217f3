"""Names and texts that no store should send: nothing raises, and nothing of them reaches a log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from northstar import sources
from northstar.app.configuration import SourceTarget
from tests.unit.fixtures import keyed, keyless, stores

ANSWERS: dict[str, tuple[str, Any]] = {
    "apple_rss": ("apple_rss", json.loads(stores.apple_feed())),
    "app_store_connect": ("app_store_connect", keyed.apple_full_page()),
    "google_play": ("google_play", keyed.play_full_page()),
    "steam": ("steam", keyless.steam_page()),
    "firefox": ("firefox", keyless.firefox_page()),
    "atlassian v2": ("atlassian", keyless.atlassian_v2()),
    "atlassian v3": ("atlassian", keyless.atlassian_v3()),
    "wordpress": ("wordpress", keyless.wordpress_info()),
}
HOSTILE = ("\ud800", "\x9b31m\x1b[0m")


def altered(value: Any, hostile: str) -> Iterator[Any]:
    """Yield the value with each of its members, and each of its keys, replaced once."""
    if not isinstance(value, dict | list):
        return
    for key in value if isinstance(value, dict) else range(min(len(value), 2)):
        rest = dict(value) if isinstance(value, dict) else list(value)
        member = rest[key]
        rest[key] = hostile
        yield rest
        for inner in altered(member, hostile):
            changed: Any = dict(value) if isinstance(value, dict) else list(value)
            changed[key] = inner
            yield changed
        if isinstance(value, dict):
            yield {(hostile if one == key else one): told for one, told in value.items()}


@pytest.mark.parametrize("hostile", HOSTILE, ids=["half a character", "an escape sequence"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_hostile_names_and_texts_do_no_harm(answer: str, hostile: str) -> None:
    """Wherever they stand: the page can be stored, its reason shown and its next one asked for."""
    name, data = ANSWERS[answer]
    source = sources.by_name(name)
    for changed in altered(data, hostile):
        page = source.parse(json.dumps(changed).encode())
        assert (page.reason or "").isprintable()
        if page.next is not None:
            asked = source.request(SourceTarget(name, "app", "us", key="k"), page.next)
            assert page.next.isascii()
            assert asked.url.isascii()
        json.dumps(asdict(page), ensure_ascii=False).encode()
