"""Slack: a notice as one message through an incoming webhook.

Form: https://docs.slack.dev/reference/block-kit (a header has at most 150 characters, a button 75,
a message 50 blocks) and https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from northstar.delivery.incoming import Incoming
from northstar.delivery.outside import isolated
from northstar.delivery.shown import Shown, foot


class Slack(Incoming):
    """One channel, behind the address of its incoming webhook."""

    def form(self, seen: Shown) -> Mapping[str, Any]:
        """Return the message."""
        return message(seen)


def message(seen: Shown) -> dict[str, Any]:
    """Return the message: blocks that hold text only as plain or rich text, which nothing parses.

    `text` is what a notification shows; it alone is parsed, so &, < and > in it are escaped.
    """
    return {
        "text": escape(isolated(seen.title), quote=False),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": _plain(isolated(seen.title))},
            *_facts(seen),
            *_quote(seen),
            *_todo(seen),
            *_links(seen),
            {"type": "context", "elements": [_plain(foot(seen))]},
        ],
    }


def _facts(seen: Shown) -> list[dict[str, Any]]:
    rows = []
    for label, value in seen.facts:
        named = [_run(f"{isolated(label)}: ", bold=True)] if label else []
        rows.append(_row(*named, _run(isolated(value))))
    return [{"type": "rich_text", "elements": rows}] if rows else []


def _quote(seen: Shown) -> list[dict[str, Any]]:
    if not seen.quote:
        return []
    whose = [_row(_run(f"{isolated(seen.quoted)}:"))] if seen.quoted else []
    said = "\n".join(isolated(line) for line in seen.quote)
    return [
        {
            "type": "rich_text",
            "elements": [*whose, {"type": "rich_text_quote", "elements": [_run(said)]}],
        }
    ]


def _todo(seen: Shown) -> list[dict[str, Any]]:
    run = _run(isolated(seen.todo))
    return [{"type": "rich_text", "elements": [_row(run)]}] if seen.todo else []


def _links(seen: Shown) -> list[dict[str, Any]]:
    buttons: list[dict[str, Any]] = [
        {
            "type": "button",
            "text": _plain(isolated(link.text)),
            "url": link.url,
            "action_id": f"link-{number}",
        }
        for number, link in enumerate(seen.links)
    ]
    for first in buttons[:1]:
        first["style"] = "primary"
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _row(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(runs)}


def _run(text: str, *, bold: bool = False) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "text", "text": text}
    return {**run, "style": {"bold": True}} if bold else run


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
