"""The signed event that a machine gets."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from northstar.app.notices import Link, Notice
from northstar.app.ports import Call
from northstar.delivery.webhook import StandardWebhook, signing_keys
from northstar.domain.errors import Invalid
from tests.fakes.notices import TICKET, VIEW, notice, outside

URL = "https://example.com/hooks/SECRET"
OLD = f"whsec_{base64.b64encode(b'o' * 24).decode()}"
NEW = f"whsec_{base64.b64encode(bytes(range(64))).decode()}"


def call(told: Notice, keys: str = NEW) -> Call:
    """Return what is posted, signed now."""
    calls: list[Call] = []
    StandardWebhook(URL, signing_keys(keys), calls.append).deliver(told)
    (made,) = calls
    return made


def event(told: Notice) -> dict[str, Any]:
    """Return the event as a receiver reads it, after its size and its form."""
    made = call(told)
    assert len(made.body) <= 20_000
    found: dict[str, Any] = json.loads(made.body.decode())
    assert set(found) == {"type", "timestamp", "data"}
    return found


def test_a_receiver_can_check_the_signature() -> None:
    """With the specification's own library, and with no other key."""
    made = call(notice())
    assert (made.method, made.url) == ("POST", URL)
    assert made.headers["Content-Type"] == "application/json"
    Webhook(NEW).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(made.body, dict(made.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(made.body + b" ", dict(made.headers))


def test_during_a_rotation_both_keys_fit() -> None:
    """The receiver may know the old or the new one."""
    made = call(notice(), f"{NEW} {OLD}")
    for key in (OLD, NEW):
        Webhook(key).verify(made.body, dict(made.headers))
    assert made.headers["webhook-signature"].count("v1,") == 2


def test_each_try_has_the_same_id_and_its_own_time() -> None:
    """By the id a receiver drops duplicates; the time is that of the try."""
    made: list[Call] = []
    times = iter([1000.9, 2000.1])
    hook = StandardWebhook(URL, signing_keys(NEW), made.append, lambda: next(times))
    hook.deliver(notice())
    hook.deliver(notice())
    assert [one.headers["webhook-id"] for one in made] == [notice().id] * 2
    assert [one.headers["webhook-timestamp"] for one in made] == ["1000", "2000"]
    assert made[0].body == made[1].body


def test_the_event_holds_all_that_is_known() -> None:
    """Texts for people, and the facts for machines."""
    assert event(notice()) == {
        "type": "alert.bad_answer",
        "timestamp": "2026-11-22T11:15:00.000Z",
        "data": {
            "id": notice().id,
            "kind": "bad_answer",
            "business": "Acme Goods",
            "title": "1 of 5 after a ticket about refunds",
            "facts": [
                {"label": "Rating", "value": "1 of 5"},
                {"label": "Template", "value": "Refund v3 (n = 212)"},
            ],
            "quote": "I waited for two weeks.\nNobody told me why.",
            "quoted": "Ann Lee",
            "todo": "Answer the customer, and note what came of it.",
            "links": [
                {"text": VIEW.text, "url": VIEW.url},
                {"text": TICKET.text, "url": TICKET.url},
            ],
            "details": {"rating": 1, "ticket": "7"},
        },
    }


def test_the_type_is_that_of_the_data() -> None:
    """A notice that knows the type of its event keeps it."""
    assert event(notice(data={"type": "answer.bad"}))["type"] == "answer.bad"


def test_empty_parts_are_left_out() -> None:
    """A receiver finds a part, or does not."""
    bare = notice(facts=(), quote=None, quoted=None, todo=None, links=(), data={})
    assert set(event(bare)["data"]) == {"id", "kind", "business", "title"}


def test_what_is_too_large_says_what_it_leaves_out() -> None:
    """First what machines may know, then the facts; the rest always fits."""
    big = {"alerts": ["x" * 100] * 300}
    assert event(notice(data=big))["data"]["left_out"] == ["details"]
    facts = (("Alert", "漢" * 300),) * 60
    told = event(notice(data=big, facts=facts))["data"]
    assert told["left_out"] == ["details", "facts"]
    assert not {"details", "facts"} & set(told)
    every = '\U0001f600"\\' * 9000
    links = (Link(every, f"https://a.example/{'x' * 880}"),) * 9
    most = notice(
        title=every,
        facts=((every, every),) * 60,
        quote=every,
        quoted=every,
        todo=every,
        business=every,
        links=links,
        data=big,
    )
    assert event(most)["data"]["left_out"] == ["details", "facts"]


def test_naughty_strings_are_data(shared_data: Path) -> None:
    """They come out as one JSON event each, without controls, turns and halves of characters."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    for text in [*naughty, "a\ud800b", "a\u202eb\x1b[0m"]:
        told = event(outside(text))["data"]
        for shown in (told.get("title", ""), told.get("quote", "")):
            assert not set(shown) & {"\x1b", "\u202e", "\ud800", "\x00", "\r"}
        assert told["details"]["text"] == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("name", ["a.b", "a b", "a\r\nX: 1", "", "é"])
def test_an_id_that_would_blur_the_signature_is_refused(name: str) -> None:
    """A full stop parts what is signed; a header takes no line break."""
    with pytest.raises(Invalid, match="id"):
        call(notice(id=name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "c2VjcmV0",
        "whsec_",
        "whsec_c2VjcmV0",
        f"whsec_{base64.b64encode(b's' * 65).decode()}",
        f"{NEW[:-8]}!!!!!!!!",
        f"{NEW} secret",
        f"{NEW} {NEW} {NEW}",
        f"WHSEC_{NEW[6:]}",
    ],
)
def test_a_weak_or_broken_key_is_refused(text: str) -> None:
    """The message does not repeat it."""
    with pytest.raises(Invalid) as problem:
        signing_keys(text)
    assert "c2Vj" not in str(problem.value)


def test_address_and_keys_do_not_show() -> None:
    """Not where the channel itself is logged."""
    shown = repr(StandardWebhook(URL, signing_keys(OLD), print))
    assert "SECRET" not in shown
    assert "oooo" not in shown
