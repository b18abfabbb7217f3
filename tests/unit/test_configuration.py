"""northstar.toml: the sample, the defaults, and every mistake with its line."""

from __future__ import annotations

import pytest

from northstar.domain.errors import Invalid
from northstar.runtime.configuration import load
from tests.conftest import ROOT

GOAL = """
[[goals]]
name = "Reviews"
metric = "net_public_reviews"
target = 100
start = 2026-01-01
deadline = 2026-12-31
"""


def test_the_sample_is_valid() -> None:
    """The file in the repository loads, and its goal is there."""
    configuration = load((ROOT / "northstar.toml").read_text("utf-8"))
    assert configuration.goals[0].target == 1000
    assert configuration.business.time_zone == "Europe/Berlin"


def test_an_empty_file_is_all_defaults() -> None:
    """Every key has its default."""
    assert load("").business.name == "Northstar"


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("[business]\nname = 'x'\ncolour = 'red'\n", 3, "business.colour", "not a known key"),
        ("[busines]\nname = 'x'\n", 1, "busines", "not a known key"),
        ("[business]\n\ntime_zone = 'Mars/Base'\n", 3, "business.time_zone", "IANA"),
        ("[collecting]\nseconds_between_requests = 0.1\n", 2, "seconds_between", "greater"),
        (GOAL + GOAL, 10, "goals.1.name", "two goals"),
        (GOAL.replace("2026-12-31", "2025-12-31"), 7, "goals.0.deadline", "after the start"),
        (GOAL.replace("100", "-5"), 5, "goals.0.target", "above the baseline"),
        (GOAL.replace("net_public_reviews", "vibes"), 4, "goals.0.metric", "net_public_reviews"),
        (GOAL.replace("2026-01-01", "'soon'"), 6, "goals.0.start", "date"),
        (GOAL.replace("target = 100\n", ""), 2, "goals.0.target", "missing"),
        ("[[sources]]\nsource = 'myspace'\napp = 'x'\n", 2, "sources.0.source", "shopify"),
        ("[[sources]]\nsource = 'apple_rss'\napp = '1'\n", 1, "sources.0.country", "missing"),
        ("[[sources]]\nsource = 'shopify'\napp = 'https://x/y'\n", 3, "sources.0.app", "only that"),
        ("[mail]\nsender = 'nobody'\n", 2, "mail.sender", "with an @"),
    ],
)
def test_a_mistake_names_line_key_and_reason(text: str, line: int, key: str, reason: str) -> None:
    """Where it is, what it is and what to do."""
    with pytest.raises(Invalid) as mistake:
        load(text)
    sentence = str(mistake.value)
    assert f"line {line}" in sentence
    assert key in sentence
    assert reason in sentence


def test_broken_toml_names_its_line() -> None:
    """Text that is no TOML is refused with the place of the mistake."""
    with pytest.raises(Invalid, match="line 2"):
        load("[business]\nname = \n")
