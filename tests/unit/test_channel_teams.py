"""The card that Teams gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northstar.app.notices import Link, Notice
from northstar.app.ports import Call
from northstar.delivery.teams import Teams
from tests.fakes.notices import TICKET, VIEW, notice, outside
from tests.fakes.receivers import LIVE, teams_texts

URL = "https://prod-1.westeurope.logic.azure.com:443/workflows/x/triggers/manual?sig=SECRET"


def body(told: Notice) -> bytes:
    """Return what is posted."""
    calls: list[Call] = []
    Teams(URL, calls.append).deliver(told)
    (call,) = calls
    assert (call.method, call.url) == ("POST", URL)
    assert call.headers == {"Content-Type": "application/json; charset=utf-8"}
    return call.body


def card(told: Notice) -> dict[str, Any]:
    """Return the card of what is posted."""
    found: dict[str, Any] = json.loads(body(told))["attachments"][0]["content"]
    return found


def test_each_part_has_its_place() -> None:
    """Title, facts, quote line by line, what to do, where it comes from, and links."""
    assert teams_texts(body(notice())) == [
        "1 of 5 after a ticket about refunds",
        "Rating: ",
        "1 of 5",
        "Template: ",
        "Refund v3 (n = 212)",
        "Ann Lee:",
        "I waited for two weeks.",
        "Nobody told me why.",
        "Answer the customer, and note what came of it.",
        "Acme Goods · 22 November 2026, 12:15 CET",
        "See the answer",
        "Open the ticket",
    ]
    assert [action["url"] for action in card(notice())["actions"]] == [VIEW.url, TICKET.url]


def test_a_bare_notice_has_no_empty_parts() -> None:
    """Only its title and where it comes from."""
    bare = card(notice(facts=(), quote=None, todo=None, links=()))
    assert [element["type"] for element in bare["body"]] == ["RichTextBlock", "RichTextBlock"]
    assert bare["actions"] == []


@pytest.mark.parametrize("text", ["x" * 9000, "\U0001f600" * 5000, '"\\' * 5000, "漢字" * 5000])
def test_the_longest_card_is_taken(text: str) -> None:
    """Teams takes 28 KB."""
    most = notice(
        title=text,
        facts=((text, text),) * 60,
        quote="\n".join([text] * 20),
        quoted=text,
        todo=text,
        business=text,
        links=(Link(text, f"https://a.example/{'x' * 880}"),) * 9,
    )
    assert teams_texts(body(most))


def test_naughty_strings_are_inert(shared_data: Path) -> None:
    """No Markdown, no mention, no date of the card's own."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    markup = ["<at>Ann</at>", "**b** [x](https://evil.example)", "{{TIME(2017-02-14T06:00:00Z)}}"]
    for text in [*naughty, *markup]:
        assert not any(LIVE.search(shown) for shown in teams_texts(body(outside(text))))


def test_the_address_does_not_show() -> None:
    """Not where the channel itself is logged."""
    assert "SECRET" not in repr(Teams(URL, print))
