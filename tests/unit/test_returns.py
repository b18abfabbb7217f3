"""Returned mails: what Amazon SES tells, in both its formats, with and without SNS's envelope."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.delivery import returns
from northstar.domain.errors import Invalid
from northstar.domain.returns import Returned
from tests.conftest import ROOT

MAIL = {"messageId": "0107-mail", "destination": ["ann@example.org"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def bounce(**changes: Any) -> dict[str, Any]:
    """Return a bounce event of a configuration set."""
    told = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "ann@example.org", "status": "5.1.1"}],
        "timestamp": "2026-11-22T12:00:03.250Z",
        "feedbackId": "0107-bounce",
    }
    return {"eventType": "Bounce", "bounce": told | changes, "mail": MAIL}


def complaint(**changes: Any) -> dict[str, Any]:
    """Return a complaint event of a configuration set."""
    told = {
        "complainedRecipients": [{"emailAddress": "ann@example.org"}],
        "timestamp": "2026-11-23T08:15:00.000Z",
        "feedbackId": "0107-complaint",
        "complaintFeedbackType": "abuse",
    }
    return {"eventType": "Complaint", "complaint": told | changes, "mail": MAIL}


def read(event: object) -> Returned | None:
    """Read an event as it comes in a message."""
    return returns.read(json.dumps(event))


def sample(name: str) -> str:
    """Return the body of a sample message in events/."""
    event = json.loads((ROOT / f"events/ask/{name}.json").read_text("utf-8"))
    body = event["Records"][0]["body"]
    assert isinstance(body, str)
    return body


def test_the_sample_bounce_is_read() -> None:
    """Id, kind, address and moment of the bounce, not of the mail."""
    assert returns.read(sample("bounce")) == Returned(
        id="0107019ab0000001-aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee-000000",
        kind="hard_bounce",
        addresses=("ann@example.org",),
        at=datetime(2026, 11, 22, 12, 0, 3, 250_000, tzinfo=UTC),
    )


def test_the_sample_complaint_is_read() -> None:
    """The same for a complaint."""
    assert returns.read(sample("complaint")) == Returned(
        id="0107019ab0000002-ffffffff-0000-4111-8222-333333333333-000000",
        kind="complaint",
        addresses=("ann@example.org",),
        at=datetime(2026, 11, 23, 8, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("bounce_type", "sub_type", "kind"),
    [
        ("Permanent", "General", "hard_bounce"),
        ("Permanent", "NoEmail", "hard_bounce"),
        ("Permanent", "Suppressed", "hard_bounce"),
        ("Permanent", "OnAccountSuppressionList", "hard_bounce"),
        ("Transient", "General", "soft_bounce"),
        ("Transient", "MailboxFull", "soft_bounce"),
        ("Undetermined", "Undetermined", "soft_bounce"),
    ],
)
def test_a_bounce_is_hard_or_soft_by_its_type(bounce_type: str, sub_type: str, kind: str) -> None:
    """Only a permanent one is hard, whatever its sub-type."""
    returned = read(bounce(bounceType=bounce_type, bounceSubType=sub_type))
    assert returned is not None
    assert returned.kind == kind


@pytest.mark.parametrize("event", [bounce(), complaint()], ids=["bounce", "complaint"])
def test_each_format_says_the_same(event: dict[str, Any]) -> None:
    """From a configuration set or an identity, as it is or in SNS's envelope."""
    plain = read(event)
    named = {"notificationType": event["eventType"]} | event
    del named["eventType"]
    assert plain is not None
    assert read(named) == plain
    for told in (event, named):
        assert read({"Type": "Notification", "Message": json.dumps(told)}) == plain


def test_a_duplicate_has_the_same_id_and_another_event_has_not() -> None:
    """Also where SES gives no id of its own: then mail and kind tell them apart."""
    assert read(bounce()) == read(bounce())
    nameless = [
        read(bounce(feedbackId=None)),
        read(bounce(feedbackId="", bounceType="Transient")),
        read(complaint(feedbackId=None)),
        read(bounce(feedbackId=None) | {"mail": {"messageId": "0107-other"}}),
    ]
    assert read(bounce(feedbackId=None)) == nameless[0]
    assert len({one.id for one in nameless if one}) == 4


def test_every_recipient_is_told() -> None:
    """Several recipients, with or without a name, as bare addresses."""
    both = [{"emailAddress": "Ann Lee <ann@example.org>"}, {"emailAddress": "bo@example.org"}]
    returned = read(bounce(bouncedRecipients=both))
    assert returned is not None
    assert returned.addresses == ("ann@example.org", "bo@example.org")


@pytest.mark.parametrize(
    "event",
    [
        *(
            {"eventType": kind, "mail": MAIL}
            for kind in (
                "Delivery",
                "Send",
                "Open",
                "Click",
                "Reject",
                "Rendering Failure",
                "DeliveryDelay",
                "Subscription",
                "Something new",
            )
        ),
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"},
        complaint(complaintFeedbackType="not-spam"),
        {"Type": "SubscriptionConfirmation", "Message": "You have chosen", "SubscribeURL": "x"},
        {"Type": "UnsubscribeConfirmation", "Message": "You have chosen"},
        {
            "Type": "Notification",
            "Message": "Successfully validated SNS topic for Amazon SES event publishing.",
        },
    ],
    ids=lambda event: str(event.get("eventType", event.get("Type", "identity"))),
)
def test_other_events_are_none_of_our_business(event: dict[str, Any]) -> None:
    """Nothing came back, so there is nothing to do."""
    assert read(event) is None


def test_the_greeting_of_a_new_topic_is_no_error() -> None:
    """SES sends one line of plain text when it is connected."""
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert returns.read(greeting) is None


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ([], "body"),
        ({}, "eventType"),
        ({"eventType": 7}, "eventType"),
        ({"eventType": "Bounce"}, "bounce"),
        ({"eventType": "Complaint", "complaint": []}, "complaint"),
        (bounce(bounceType="Sideways"), "bounce.bounceType"),
        (bounce(bounceType=["Permanent"]), "bounce.bounceType"),
        (bounce(bouncedRecipients=[]), "bounce.bouncedRecipients"),
        (bounce(bouncedRecipients="ann@example.org"), "bounce.bouncedRecipients"),
        (bounce(bouncedRecipients=[{}]), "bounce.bouncedRecipients.0.emailAddress"),
        (bounce(bouncedRecipients=[None]), "bounce.bouncedRecipients.0.emailAddress"),
        (
            complaint(
                complainedRecipients=[{"emailAddress": "a@b.de"}, {"emailAddress": "\ud800@b.de"}]
            ),
            "complaint.complainedRecipients.1.emailAddress",
        ),
        (
            complaint(complainedRecipients=[{"emailAddress": "nobody"}]),
            "complaint.complainedRecipients.0.emailAddress",
        ),
        (bounce(timestamp=None), "bounce.timestamp"),
        (bounce(timestamp="yesterday"), "bounce.timestamp"),
        (complaint(timestamp=1795348800), "complaint.timestamp"),
        (bounce(feedbackId=None) | {"mail": None}, "bounce.feedbackId"),
        ({"Type": "Notification"}, "Message"),
        ({"Type": "Notification", "Message": "{"}, "Message"),
        ({"Type": "Notification", "Message": "[]"}, "Message"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_event_says_where(event: object, field: str) -> None:
    """The error names the field, so that an operator finds it in the dead-letter queue."""
    with pytest.raises(Invalid) as problem:
        read(event)
    assert problem.value.field == field
    assert field in str(problem.value)


@pytest.mark.parametrize("body", ["", "{", "null", "\ud800", "[" * 100_000, "9" * 5000])
def test_what_is_no_json_object_is_invalid(body: str) -> None:
    """Nothing else, however deep or long."""
    with pytest.raises(Invalid) as problem:
        returns.read(body)
    assert problem.value.field == "body"


@given(JSON, st.sampled_from(["bounceType", "bouncedRecipients", "timestamp", "feedbackId"]))
def test_any_value_in_any_field_is_read_or_invalid(value: object, field: str) -> None:
    """No other error, and never an event without an address or a moment with a zone."""
    try:
        returned = read(bounce(**{field: value}))
    except Invalid:
        return
    assert returned is not None
    assert returned.addresses
    assert returned.at.tzinfo is not None
