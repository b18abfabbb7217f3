"""The message that Slack gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northstar.app.notices import Notice
from northstar.app.ports import Call
from northstar.delivery.slack import Slack
from tests.fakes.notices import TICKET, VIEW, notice, outside
from tests.fakes.receivers import LIVE, slack_texts

URL = "https://hooks.slack.com/services/T/B/SECRET"


def body(told: Notice) -> bytes:
    """Return what is posted."""
    calls: list[Call] = []
    Slack(URL, calls.append).deliver(told)
    (call,) = calls
    assert (call.method, call.url) == ("POST", URL)
    assert call.headers == {"Content-Type": "application/json; charset=utf-8"}
    return call.body


def blocks(told: Notice) -> list[dict[str, Any]]:
    """Return the blocks of what is posted."""
    found: list[dict[str, Any]] = json.loads(body(told))["blocks"]
    return found


def test_each_part_has_its_block() -> None:
    """Title, facts, quote, what to do, links, and where it comes from."""
    assert slack_texts(body(notice())) == [
        "1 of 5 after a ticket about refunds",
        "Rating: ",
        "1 of 5",
        "Template: ",
        "Refund v3 (n = 212)",
        "Ann Lee:",
        "I waited for two weeks.\nNobody told me why.",
        "Answer the customer, and note what came of it.",
        "See the answer",
        "Open the ticket",
        "Acme Goods · 22 November 2026, 12:15 CET",
    ]
    buttons = blocks(notice())[-2]["elements"]
    assert [button["url"] for button in buttons] == [VIEW.url, TICKET.url]
    assert [button.get("style") for button in buttons] == ["primary", None]


def test_a_bare_notice_has_no_empty_blocks() -> None:
    """Slack refuses those."""
    bare = notice(facts=(), quote=None, todo=None, links=())
    assert [block["type"] for block in blocks(bare)] == ["header", "context"]
    assert len(slack_texts(body(bare))) == 2


def test_the_text_of_the_notification_is_escaped() -> None:
    """It alone is parsed; nobody is called by it."""
    told = json.loads(body(notice(title="<!channel> A & B > *C*")))["text"]
    assert told == "&lt;\u200b!channel&gt; A &amp; B &gt; *C*"


@pytest.mark.parametrize("text", ["x" * 9000, "\U0001f600" * 5000, '"\\' * 5000, "שלום " * 2000])
def test_the_longest_notice_is_taken(text: str) -> None:
    """Within all of Slack's limits."""
    told = outside(text)
    many = notice(
        title=text, facts=((text, text),) * 60, quote=text, quoted=text, todo=text, business=text
    )
    assert slack_texts(body(told))
    assert slack_texts(body(many))


def test_naughty_strings_are_inert(shared_data: Path) -> None:
    """Whatever stands in a notice, Slack shows it and does nothing else with it."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    for text in [*naughty, "<!channel>", "<@U1>", "*b* _i_ ~s~ `c`", "&lt;!here&gt;", ":smile:"]:
        assert not any(LIVE.search(shown) for shown in slack_texts(body(outside(text))))


def test_the_address_does_not_show() -> None:
    """Not where the channel itself is logged."""
    assert "SECRET" not in repr(Slack(URL, print))
