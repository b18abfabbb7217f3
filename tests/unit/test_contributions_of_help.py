"""What a ticket adds to the hour in which it was opened, and when it counts as confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.domain.aggregates import Record, contribution, of_edition, rows
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


@pytest.mark.parametrize("suspect", [False, True])
def test_a_ticket_that_is_repeated_is_not_confirmed(suspect: bool) -> None:
    """What its customer said of it stays counted; so does that somebody answered."""
    said = answer(
        sent(ticket(template="refund")),
        Response(True),
        SOLVED + timedelta(hours=1),
        suspect=suspect,
    )
    again = replace(said, repeated_at=SOLVED + timedelta(days=2), version=said.version + 1)
    told = measures(again, "template", "2026-09-14")
    names = {"repeated", "repeated_answered", "tickets", "tickets_answered"}
    assert {name: told[name] for name in names} == dict.fromkeys(names, 1)
    assert told.get("suspect_repeated_answered", 0) == suspect
    assert not {name for name in told if "confirmed" in name}
    before = measures(said, "template", "2026-09-14")
    assert "confirmed" in before
    assert not {name for name in before if "repeated" in name}
    assert told["answered"] == before["answered"] == 1


def test_a_repeat_counts_for_the_silent_and_not_for_what_was_opened_again() -> None:
    """A cancelled ask is no solved ticket."""
    again = replace(sent(ticket()), repeated_at=SOLVED + timedelta(days=2))
    told = measures(again, "all", "2026-09-14")
    assert (told["repeated"], "repeated_answered" in told) == (1, False)
    gone = replace(again, state="cancelled")
    assert "repeated" not in measures(gone, "all", "2026-09-14")


def test_repeats_are_of_no_reader() -> None:
    """Whichever edition of a language is shown."""
    told = {"repeated": 2, "suspect_repeated_answered": 1}
    assert of_edition(told, "a") == of_edition(told, "b") == told
