"""What a ticket adds to the hour in which it was opened, and when it counts as confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.domain.aggregates import Record, contribution, rows
from northstar.domain.surveys import AnonymousAnswer, Ask, Response, answer, hand_over, plan
from northstar.domain.tickets import Customer, Template, Ticket

ZONE = ZoneInfo("Europe/Berlin")
OPENED = datetime(2026, 9, 13, 22, 30, tzinfo=UTC)  # half past midnight on Monday in Berlin
SOLVED = OPENED + timedelta(hours=20)


def ticket(wait: timedelta | None = timedelta(minutes=45), template: str | None = None) -> Ticket:
    """Return a ticket whose first reply came after a while."""
    return Ticket(
        desk="standard",
        id="1",
        channel="link",
        solved_at=SOLVED,
        opened_at=OPENED,
        first_reply_at=None if wait is None else OPENED + wait,
        customer=Customer("c", "c@example.com"),
        template=Template(template) if template else None,
    )


def sent(one: Ticket) -> Ask:
    """Return the ask about a ticket, sent."""
    return hand_over(plan(one, b"pepper", SOLVED, survey="built-in@1"), SOLVED)


def measures(record: Record, dimension: str, day: str) -> dict[str, int]:
    """Return what a record adds to the row of a day."""
    return {
        measure: amount
        for (row, measure), amount in rows(contribution(record, ZONE).parts).items()
        if (row.dimension, row.day) == (dimension, day)
    }


@pytest.mark.parametrize(
    ("minutes", "bucket"),
    [(0, "reply_5"), (5, "reply_5"), (5.01, "reply_15"), (60, "reply_60"), (1441, "reply_slow")],
)
def test_a_first_reply_counts_in_the_hour_of_the_opening(minutes: float, bucket: str) -> None:
    """In the business zone, by the first bound that holds."""
    ask = sent(ticket(timedelta(minutes=minutes)))
    assert measures(ask, "hour", "2026-09-14") == {"00_tickets": 1, f"00_{bucket}": 1}


def test_an_unknown_first_reply_is_only_an_arrival() -> None:
    """It is neither in time nor late."""
    assert measures(sent(ticket(None)), "hour", "2026-09-14") == {"00_tickets": 1}


def test_what_the_customer_says_lies_in_the_hour_of_asking_for_help() -> None:
    """Whenever it was said."""
    said = answer(sent(ticket()), Response(None, 4, "Fine"), SOLVED + timedelta(days=3))
    assert measures(said, "hour", "2026-09-14") == {
        "00_tickets": 1,
        "00_reply_60": 1,
        "00_csat_4": 1,
    }


@pytest.mark.parametrize(
    ("template", "response", "confirmed"),
    [
        ("refund", Response(True, None, None), 1),
        ("refund", Response(False, None, None), 0),
        (None, Response(None, 4, None), 1),
        (None, Response(None, 3, None), 0),
    ],
)
def test_a_ticket_is_confirmed_by_its_customer(
    template: str | None, response: Response, confirmed: int
) -> None:
    """By a yes, or by a 4 or 5; silence is none."""
    ask = sent(ticket(template=template))
    assert "confirmed" not in measures(ask, "all", "2026-09-14")
    said = answer(ask, response, SOLVED + timedelta(days=3))
    assert measures(said, "all", "2026-09-14").get("confirmed", 0) == confirmed


def test_a_ticket_that_is_opened_again_is_not_confirmed() -> None:
    """Nor does its hour count any more."""
    said = answer(sent(ticket()), Response(None, 5, None), SOLVED + timedelta(minutes=5))
    gone = replace(said, state="cancelled", version=said.version + 1)
    assert "confirmed" not in measures(gone, "all", "2026-09-14")
    assert measures(gone, "hour", "2026-09-14") == {}


def test_an_anonymous_answer_confirms_on_its_own_day() -> None:
    """It leads back to no ticket."""
    said = AnonymousAnswer(
        id="a",
        version=1,
        day="2026-09-15",
        response=Response(True, None, None),
        question="solved",
        channel="link",
        survey="built-in@1",
    )
    assert measures(said, "all", "2026-09-15")["confirmed"] == 1
