"""Notices to deliver in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from northstar.app.notices import Link, Notice

VIEW = Link("See the answer", "https://northstar.example.com/feedback?id=1")
TICKET = Link("Open the ticket", "https://desk.example.com/tickets/7?a=1&b=2")


def notice(**changes: Any) -> Notice:
    """Return a notice with all its parts; each can be changed."""
    told: dict[str, Any] = {
        "id": "20261122T111500-0123456789abcdef",
        "kind": "bad_answer",
        "at": datetime(2026, 11, 22, 11, 15, tzinfo=UTC),
        "title": "1 of 5 after a ticket about refunds",
        "facts": (("Rating", "1 of 5"), ("Template", "Refund v3 (n = 212)")),
        "quote": "I waited for two weeks.\nNobody told me why.",
        "quoted": "Ann Lee",
        "todo": "Answer the customer, and note what came of it.",
        "links": (VIEW, TICKET),
        "business": "Acme Goods",
        "zone": "Europe/Berlin",
        "data": {"rating": 1, "ticket": "7"},
    }
    return Notice(**told | changes)


def outside(text: str) -> Notice:
    """Return a notice with a text from outside wherever one may stand."""
    return notice(
        title=text,
        facts=((text, text), ("Label", text)),
        quote=text,
        quoted=text,
        todo=text,
        links=(Link(text, VIEW.url),),
        business=text,
        data={"text": text},
    )
