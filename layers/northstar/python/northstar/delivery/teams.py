"""Teams: a notice as an Adaptive Card, posted to the webhook of a Workflows flow.

Form: https://adaptivecards.io/explorer and the flow template "Post to a channel when a webhook
request is received"; a message has at most 28 KB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northstar.delivery.incoming import Incoming
from northstar.delivery.outside import isolated
from northstar.delivery.shown import Shown, foot

_VERSION = "1.2"
"""The first with RichTextBlock; clients show every older version too."""


class Teams(Incoming):
    """One flow, behind the address of its webhook."""

    def form(self, seen: Shown) -> Mapping[str, Any]:
        """Return the message."""
        return message(seen)


def message(seen: Shown) -> dict[str, Any]:
    """Return the message with its card.

    All text stands in RichTextBlocks, which know no Markdown as TextBlocks and FactSets do.
    """
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": _VERSION,
        "msteams": {"width": "Full"},
        "body": [
            _block(_run(isolated(seen.title), weight="Bolder", size="Medium")),
            *_facts(seen),
            *_quote(seen),
            *([_block(_run(isolated(seen.todo)))] if seen.todo else []),
            _block(_run(foot(seen), size="Small", isSubtle=True)),
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": isolated(link.text), "url": link.url}
            for link in seen.links
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _facts(seen: Shown) -> list[dict[str, Any]]:
    blocks = []
    for label, value in seen.facts:
        named = [_run(f"{isolated(label)}: ", weight="Bolder")] if label else []
        blocks.append(_block(*named, _run(isolated(value)), spacing="Small"))
    return blocks


def _quote(seen: Shown) -> list[dict[str, Any]]:
    if not seen.quote:
        return []
    whose = [_block(_run(f"{isolated(seen.quoted)}:", isSubtle=True))] if seen.quoted else []
    said = [_block(_run(isolated(line)), spacing="Small") for line in seen.quote]
    return [{"type": "Container", "style": "emphasis", "items": [*whose, *said]}]


def _block(*runs: dict[str, Any], **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), **style}


def _run(text: str, **style: str | bool) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}
