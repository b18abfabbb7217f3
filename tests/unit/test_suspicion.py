"""Answers that look machine-made are marked, and those of people are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from northstar.domain import surveys
from northstar.domain.surveys import Response
from northstar.domain.suspicion import looks_machine_made
from northstar.domain.tickets import Customer, Ticket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SENT = surveys.hand_over(
    surveys.plan(Ticket("standard", "T", "link", NOW, Customer("c")), b"p", NOW), NOW
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


def seconds(number: float) -> datetime:
    """Return so many seconds after the sending."""
    return NOW + timedelta(seconds=number)


def suspect(at: float, agent: str = FIREFOX, probed: float | None = None, csat: int = 4) -> bool:
    """Whether a first answer so many seconds after the sending is suspect."""
    probed_at = None if probed is None else seconds(probed)
    return looks_machine_made(
        SENT, Response(csat=csat), seconds(at), agent=agent, probed_at=probed_at
    )


def test_nobody_answers_within_three_seconds_of_the_sending() -> None:
    """2.9 seconds are too few, three are possible."""
    assert suspect(2.9)
    assert not suspect(3)


@pytest.mark.parametrize(
    ("later", "csat", "marked"), [(4.9, 2, True), (5, 2, False), (1, 4, False)]
)
def test_two_ratings_within_five_seconds(later: float, csat: int, marked: bool) -> None:
    """Another rating at once is a scanner trying every link; the same one is a double click."""
    first = surveys.answer(SENT, Response(csat=4), seconds(60))
    again = looks_machine_made(
        first, Response(csat=csat), seconds(60 + later), agent=FIREFOX, probed_at=None
    )
    assert again is marked


def test_head_just_before() -> None:
    """A link that was probed with HEAD seconds ago is not being read by a person."""
    assert suspect(60, probed=55)
    assert not suspect(60, probed=40)


@pytest.mark.parametrize(
    ("agent", "marked"),
    [
        (FIREFOX, False),
        (IPHONE, False),
        ("", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", True),
        ("Mozilla/5.0 (Windows NT 10.0) Barracuda Sentinel (EE)", True),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", True),
        ("WhatsApp/2.23.20.0", True),
        ("Slackbot-LinkExpanding 1.0", True),
        ("x" * 100_000 + "bot", False),
    ],
)
def test_known_scanners(agent: str, marked: bool) -> None:
    """By the name they give themselves; browsers and nameless clients pass."""
    assert suspect(60, agent) is marked
