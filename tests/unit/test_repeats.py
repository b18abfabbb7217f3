"""Who had to write again about the same, as a property of all tickets and of no order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest

from northstar.app import ask as sending
from northstar.app import repeats
from northstar.app.configuration import Configuration
from northstar.domain.asking import Contact
from northstar.domain.errors import Conflict
from northstar.domain.surveys import Ask, plan
from northstar.domain.tickets import Channel, Customer, Ticket
from northstar.domain.topics import Theme
from tests.fakes.stores import MemoryAsking

SOLVED = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
TICKET = Ticket("standard", "1", "email", SOLVED, Customer("c", "ann@example.org"))


def ask(
    number: str,
    solved_at: datetime = SOLVED,
    opened_at: datetime | None = None,
    *,
    subject: str | None = "My refund",
    person: str = "ann@example.org",
    language: str | None = "en",
) -> Ask:
    """Return the ask of one resolution of a ticket."""
    told = Ticket(
        "standard",
        number,
        "email",
        solved_at,
        Customer("c", person),
        subject=subject,
        opened_at=opened_at,
        language=language,
    )
    return plan(told, b"pepper", solved_at)


def kept(*asks: Ask, themes: tuple[Theme, ...] = ()) -> dict[str, datetime | None]:
    """Return the marks of tickets that become known one after the other."""
    store = MemoryAsking()
    for one in asks:
        repeats.note(store.create_ask(one), store=store, themes=themes)
    return {one.ticket.id: one.repeated_at for one in store.asks.values()}


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (timedelta(0), False),
        (MINUTE, True),
        (WEEK, True),
        (WEEK + MINUTE, False),
        (-MINUTE, False),
    ],
)
def test_another_ticket_within_a_week_is_a_repeat(after: timedelta, counts: bool) -> None:
    """The solution is repeated when the other one is opened, however late that is solved."""
    opened = SOLVED + after
    later = ask("2", solved_at=SOLVED + timedelta(days=30), opened_at=opened)
    assert kept(ask("1"), later) == {"1": opened if counts else None, "2": None}


def test_without_an_opening_the_solution_counts() -> None:
    """Not every helpdesk tells when a ticket was opened."""
    solved = SOLVED + timedelta(days=6)
    assert kept(ask("1"), ask("2", solved_at=solved))["1"] == solved
    assert kept(ask("1"), ask("2", solved_at=SOLVED + WEEK + MINUTE))["1"] is None


def test_the_first_repeat_counts_in_whatever_order_tickets_become_known() -> None:
    """Also with a resolution that itself is repeated, and the same deliveries once more."""
    tickets = [
        ask("1"),
        ask("2", SOLVED + timedelta(days=4), SOLVED + timedelta(days=3)),
        ask("3", SOLVED + timedelta(days=2), SOLVED + timedelta(days=1)),
        ask("4", SOLVED + timedelta(days=30), SOLVED + timedelta(days=9)),
    ]
    expected = {
        "1": SOLVED + timedelta(days=1),
        "2": SOLVED + timedelta(days=9),
        "3": SOLVED + timedelta(days=3),
        "4": None,
    }
    for order in permutations(tickets):
        assert kept(*order, *order) == expected


def test_the_same_ticket_again_is_a_reopening_and_no_repeat() -> None:
    """It has an ask of its own for each resolution."""
    again = ask("1", solved_at=SOLVED + timedelta(days=1))
    store = MemoryAsking()
    for one in (ask("1"), again):
        repeats.note(store.create_ask(one), store=store, themes=())
    assert [one.repeated_at for one in store.asks.values()] == [None, None]


def test_another_person_repeats_nothing() -> None:
    """Even about the same, an hour later."""
    later = ask("2", solved_at=SOLVED + timedelta(hours=1), person="bo@example.org")
    assert kept(ask("1"), later) == {"1": None, "2": None}


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        ("My refund", "Refund?", True),
        ("My refund", "The app crashes", False),
        ("My refund", "Hello", True),
        (None, "The app crashes", True),
        ("Sprockets!", "My refund", False),
    ],
)
def test_another_topic_is_no_repeat(first: str | None, second: str, counts: bool) -> None:
    """By the default topics and the operator's; a topic that is not known may be the same."""
    later = SOLVED + timedelta(days=1)
    themes = (Theme("sprockets", {"en": ("sprockets",)}),)
    told = kept(ask("1", subject=first), ask("2", later, subject=second), themes=themes)
    assert told["1"] == (later if counts else None)


def test_a_mark_is_a_new_version_that_is_counted_again() -> None:
    """The same again is none; and one query is all that a customer without a past costs."""
    store = MemoryAsking()
    first, second = ask("1"), ask("2", solved_at=SOLVED + timedelta(days=1))
    for one in (first, second, first, second):
        repeats.note(store.create_ask(one), store=store, themes=())
    assert store.asks[first.id].version == first.version + 1
    assert store.asks[second.id].version == second.version


def test_a_mark_while_an_ask_is_being_suppressed_leaves_it_to_the_next_try() -> None:
    """Otherwise it would stay planned for ever; the mark stays, and nothing is sent."""

    class Marking(MemoryAsking):
        marks = 1

        def replace_ask(self, ask: Ask, expected_version: int) -> None:
            if self.marks:
                self.marks -= 1
                known = self.asks[ask.id]
                self.asks[ask.id] = replace(known, repeated_at=SOLVED, version=known.version + 1)
            super().replace_ask(ask, expected_version)

    told, store = replace(TICKET, channel="chat"), Marking()
    planned = store.create_ask(plan(told, b"pepper", SOLVED))
    store.replace_contact(Contact(planned.person, 1, closed="unsubscribed"), 0)
    nothing: Any = SimpleNamespace()
    around = sending.Surroundings(store, nothing, nothing, Configuration(), "https://a.b", SOLVED)

    def deliver(_: Ask) -> Channel:
        raise AssertionError("sent")

    with pytest.raises(Conflict):
        sending.send(planned.id, deliver, around)
    over = sending.send(planned.id, deliver, around)
    assert (over.state, over.repeated_at) == ("suppressed", SOLVED)
