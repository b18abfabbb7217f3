"""Mails that came back: whom they close, whatever the order, and when sending stops."""

from __future__ import annotations

from itertools import permutations

import pytest

from northstar.domain import returns
from northstar.domain.asking import Contact
from northstar.domain.returns import MailHealth

EVENTS = (
    ("1", "soft_bounce"),
    ("2", "soft_bounce"),
    ("3", "soft_bounce"),
    ("4", "hard_bounce"),
    ("5", "complaint"),
)


def after(*events: tuple[str, str]) -> Contact:
    """Return a contact after events, each delivered twice."""
    contact = Contact("p")
    for event_id, kind in events:
        for _ in range(2):
            contact = returns.after_return(contact, event_id, kind)  # type: ignore[arg-type]
    return contact


def test_a_hard_bounce_and_a_complaint_close_at_once() -> None:
    """One is enough."""
    assert after(("1", "hard_bounce")).closed == "bounced"
    assert after(("1", "complaint")).closed == "complained"


def test_the_third_soft_bounce_closes() -> None:
    """Three different ones: the same one again does not count."""
    assert after(*EVENTS[:2]).closed is None
    assert after(*EVENTS[:3]).closed == "bounced"


def test_order_and_duplicates_make_no_difference() -> None:
    """Every order of all events ends the same way, and each step only ever closes further."""
    weight = [None, "unsubscribed", "bounced", "complained"]
    for order in permutations(EVENTS):
        assert after(*order).closed == "complained"
        steps = [weight.index(after(*order[:n]).closed) for n in range(len(order) + 1)]
        assert steps == sorted(steps)


def test_unsubscribing_again_changes_nothing() -> None:
    """Nor does it after a bounce or a complaint."""
    once = returns.unsubscribe(Contact("p"))
    assert (once.closed, once.version) == ("unsubscribed", 1)
    assert returns.unsubscribe(once) is once
    bounced = after(("1", "hard_bounce"))
    assert returns.unsubscribe(bounced) is bounced


@pytest.mark.parametrize(
    ("sent", "bounces", "complaints", "stops"),
    [
        (100, 2, 0, False),
        (100, 3, 0, True),
        (99, 3, 0, True),
        (2000, 0, 1, True),
        (2001, 0, 1, False),
        (0, 0, 0, False),
        (9, 9, 9, False),
        (10, 1, 0, True),
    ],
)
def test_sending_stops_at_three_percent_or_one_complaint_in_two_thousand(
    sent: int, bounces: int, complaints: int, stops: bool
) -> None:
    """At the limit itself, and only once there are enough mails to tell."""
    assert returns.must_stop(MailHealth(sent, bounces, complaints), 10) is stops
