"""The standard desk: what a sender may write, and what it is told when it wrote something else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from northstar.app.ports import Account
from northstar.desks import standard
from northstar.domain.errors import Invalid
from northstar.domain.remarks import Said
from northstar.domain.tickets import Ticket

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def feedback(**changes: Any) -> bytes:
    """Return the body of something that was said; a value of None is left out."""
    said = {"id": "f-1", "said_at": "2026-11-20T10:00:00Z", "channel": "call", "text": "Good."}
    told = {name: value for name, value in (said | changes).items() if value is not None}
    return json.dumps({"type": "feedback.created", "feedback": told}).encode()


def solved(**changes: Any) -> bytes:
    """Return the body of a solved ticket."""
    ticket = {
        "id": "7",
        "channel": "link",
        "solved_at": "2026-11-20T10:00:00Z",
        "customer": {"id": "c"},
    }
    return json.dumps({"type": "ticket.solved", "ticket": ticket | changes}).encode()


def said(body: bytes) -> Said:
    """Return what was said."""
    told = standard.read(body, NOW)
    assert isinstance(told, Said)
    return told


def refused(body: bytes) -> Invalid:
    """Return why a body was refused."""
    with pytest.raises(Invalid) as caught:
        standard.read(body, NOW)
    return caught.value


def test_a_text_alone_and_a_rating_alone() -> None:
    """One of the two is enough, and what is not told is not invented."""
    text, rating = said(feedback()), said(feedback(text=None, rating=1))
    assert (text.text, text.rating, text.author) == ("Good.", None, "customer")
    assert (rating.text, rating.rating) == (None, 1)


@pytest.mark.parametrize("text", [None, "", " \n ", "\u202e\x00"])
def test_nothing_said_is_refused(text: str | None) -> None:
    """Neither a rating nor a text of which anything is left."""
    error = refused(feedback(text=text))
    assert error.field == "feedback"
    assert "a text, a rating, or both" in str(error)


def test_a_text_is_cleaned_and_never_cut() -> None:
    """2,000 characters after cleaning are taken whole; one more is refused, with both numbers."""
    assert said(feedback(text="\x00" + "x" * 2000 + "  ")).text == "x" * 2000
    error = refused(feedback(text="é" * 2001))
    assert error.field == "feedback.text"
    assert "2000" in str(error)
    assert "2001" in str(error)


@pytest.mark.parametrize("rating", [0, 6, -1, True, "5", 4.0, 10**30])
def test_a_rating_is_a_whole_number_from_one_to_five(rating: object) -> None:
    """No text, no truth value, no fraction."""
    assert refused(feedback(rating=rating)).field.startswith("feedback.rating")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", 5),
        ("id", "x" * 201),
        ("said_at", "2026-11-20"),
        ("said_at", "2026-11-20T10:00:00"),
        ("said_at", "2026-11-24T10:00:00Z"),
        ("said_at", "1999-12-31T10:00:00Z"),
        ("channel", "Phone call"),
        ("channel", ""),
        ("author", "nobody"),
        ("journey", "leave"),
        ("language", "../../etc"),
        ("url", "javascript:alert(1)"),
        ("url", "https://example.org/\u202e"),
        ("url", "https://example.org/ a"),
        ("customer", {"id": "c", "email": "no address"}),
        ("customer", {"id": "c", "time_zone": "Mars/Base"}),
        ("customer", {"id": "c", "time_zone": "../../etc/passwd"}),
        ("mood", "good"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    """Of what was said, with the field that is wrong."""
    assert refused(feedback(**{field: value})).field.startswith(f"feedback.{field}")


@pytest.mark.parametrize("field", ["id", "said_at", "channel"])
def test_a_missing_field_is_named(field: str) -> None:
    """What every remark needs."""
    error = refused(feedback(**{field: None}))
    assert (error.field, "is missing" in str(error)) == (f"feedback.{field}", True)


def test_a_ticket_of_before_is_read_as_before() -> None:
    """The new fields are optional, and mean nothing when they are absent."""
    told = standard.read(solved(), NOW)
    assert isinstance(told, Ticket)
    assert (told.tags, told.by_bot, told.internal) == ((), False, False)
    assert told.customer.time_zone is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tags": "vip"}, "ticket.tags"),
        ({"tags": [1]}, "ticket.tags.0"),
        ({"tags": ["x"] * 101}, "ticket.tags"),
        ({"by_bot": "yes"}, "ticket.by_bot"),
        ({"internal": 1}, "ticket.internal"),
        ({"customer": {"id": "c", "time_zone": ""}}, "ticket.customer.time_zone"),
        ({"solved_at": "2026-11-23T00:00:01Z"}, "ticket.solved_at"),
        ({"opened_at": "2026-11-24T00:00:00Z"}, "ticket.opened_at"),
    ],
)
def test_a_wrong_field_of_a_ticket_is_named(changes: dict[str, Any], field: str) -> None:
    """By its path."""
    assert refused(solved(**changes)).field == field


@pytest.mark.parametrize("kind", ["ticket.reopened", "ticket.merged", "ticket.deleted"])
def test_a_withdrawal_needs_a_time_that_was(kind: str) -> None:
    """With a zone, and not ahead: it would make later asks void."""
    for at in ("2026-11-20", "2026-11-24T00:00:00Z", None):
        body = json.dumps({"type": kind, "ticket": {"id": "7", "at": at}}).encode()
        assert refused(body).field == "ticket.at"
    assert refused(json.dumps({"type": kind, "ticket": {"id": "7"}}).encode()).field == "ticket.at"


@pytest.mark.parametrize("kind", [None, 5, "ticket.opened", ["ticket.solved"], {}])
def test_an_unknown_type_is_told_the_known_ones(kind: object) -> None:
    """By name."""
    error = refused(json.dumps({"type": kind}).encode())
    assert error.field == "type"
    assert "ticket.solved" in str(error)
    assert "feedback.created" in str(error)


def test_the_schema_has_every_type() -> None:
    """One form for each, told apart by `type`."""
    mapping = standard.schema()["discriminator"]["mapping"]
    assert set(mapping) == {
        "ticket.solved",
        "ticket.reopened",
        "ticket.merged",
        "ticket.deleted",
        "feedback.created",
    }


def test_there_is_no_conversation_to_reply_to() -> None:
    """The sender has its own channel."""
    assert standard.reply("7", "How did we do?", Account("https://example.org", "a", "t")) is None
