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


def source(**keys: str) -> str:
    """Return one [[sources]] table, a key on each line."""
    return "".join(["[[sources]]\n", *(f'{key} = "{told}"\n' for key, told in keys.items())])


GUIDS = ("uBlock0@raymondhill.net", "{446900e4-71c2-419f-a6a7-df9c091e268b}", "@example")


@pytest.mark.parametrize("app", GUIDS)
def test_a_guid_names_a_firefox_add_on_and_nothing_else(app: str) -> None:
    """Only Mozilla's store knows add-ons by such names."""
    assert load(source(source="firefox", app=app)).sources[0].app == app
    with pytest.raises(Invalid, match=r"line 3, sources\.0\.app"):
        load(source(source="steam", app=app))


@pytest.mark.parametrize("app", ["a/b", "{x}", "https://x", "a b", "x@y@z", "{x@y"])
def test_what_is_no_guid_is_refused_for_firefox_too(app: str) -> None:
    """An address or a half guid is none."""
    with pytest.raises(Invalid, match=r"line 3, sources\.0\.app"):
        load(source(source="firefox", app=app))


FEED_US = {"source": "apple_rss", "app": "1", "country": "us"}


@pytest.mark.parametrize(
    ("tables", "line", "key", "remedy"),
    [
        ([{"source": "steam", "app": "1"}] * 2, 6, "sources.1.app", "leave one out"),
        ([FEED_US, FEED_US | {"country": "US"}], 7, "sources.1.app", "leave one out"),
        ([FEED_US | {"country": "usa"}], 4, "sources.0.country", "two letters"),
        ([FEED_US | {"country": "u1"}], 4, "sources.0.country", "two letters"),
        ([FEED_US | {"country": "ü€"}], 4, "sources.0.country", "two letters"),
        ([{"source": "shopify", "app": "x", "country": "us"}], 4, "sources.0.country", "leave it"),
        ([{"source": "google_play", "app": "x", "country": "us"}], 4, "sources.0.country", "leave"),
        ([{"source": "google_play_web", "app": "x", "country": "usa"}], 4, "country", "letters"),
        ([{"source": "steam", "app": "1", "key": "steam"}], 4, "sources.0.key", "leave it out"),
        ([FEED_US | {"key": "apple"}], 5, "sources.0.key", "leave it out"),
    ],
)
def test_a_source_that_cannot_be_meant_is_refused(
    tables: list[dict[str, str]], line: int, key: str, remedy: str
) -> None:
    """The same list twice, a country where there is none, a key that nobody asks for."""
    with pytest.raises(Invalid) as mistake:
        load("".join(source(**table) for table in tables))
    sentence = str(mistake.value)
    assert f"line {line}, " in sentence
    assert key in sentence
    assert remedy in sentence


@pytest.mark.parametrize(
    "tables",
    [
        [FEED_US, FEED_US | {"country": "de"}],
        [{"source": "steam", "app": "1"}, {"source": "steam", "app": "2"}],
        [{"source": "google_play_web", "app": "x"}],
        [{"source": "google_play_web", "app": "x", "country": "DE"}],
        [{"source": "atlassian", "app": "x", "key": "atlassian"}],
        [{"source": "google_play", "app": "x", "key": "agency"}],
        [{"source": "app_store_connect", "app": "1", "key": "ours"}],
    ],
)
def test_what_a_store_takes_is_taken(tables: list[dict[str, str]]) -> None:
    """Several apps and store fronts, and the keys of those that are asked with one."""
    assert len(load("".join(source(**table) for table in tables)).sources) == len(tables)


def test_broken_toml_names_its_line() -> None:
    """Text that is no TOML is refused with the place of the mistake."""
    with pytest.raises(Invalid, match="line 2"):
        load("[business]\nname = \n")
