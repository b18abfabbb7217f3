"""The lines of a report as they are shown: customers' words are put in as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from northstar.app.report import Line, ReportView
from northstar.domain.feedback import Feedback
from northstar.domain.surveys import one_line
from northstar.web import numbers
from northstar.web.entries import address

LONGEST = 280
"""Characters of what somebody said that a line repeats."""

_GONE = "This was here, and is gone since."


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody else wrote, what we say of it, and the path of ours that it links to.

    A `quote` are a customer's own words.
    """

    said: str
    text: str
    path: str
    quote: bool = False


def said(text: str | None) -> str:
    """Return what somebody wrote as one short line without controls."""
    line = one_line((text or "").encode("utf-8", "replace").decode())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def sections(view: ReportView) -> Iterator[tuple[str, list[Shown], str]]:
    """Yield heading, lines and note of each section."""
    for section in view.told.sections:
        yield section.title, [_shown(line, view) for line in section.lines], section.note


def _shown(line: Line, view: ReportView) -> Shown:
    if not line.feedback:
        return Shown(line.said, line.text, line.path)
    item = view.feedback.get(line.feedback)
    if item is None:
        return Shown("", _GONE, "")
    if line.shows == "ticket":
        return Shown(f"Ticket {said(item.ticket)}", line.text, address(item))
    words = said(" – ".join(part for part in (item.title, item.text) if part))
    return Shown(words, _about(item, view.time_zone), address(item), quote=bool(words))


def _about(item: Feedback, zone: str) -> str:
    """What it is, how it was rated and when: "2 stars, review, shopify, 12 Nov 2026"."""
    parts = []
    if item.rating is not None:
        parts.append(numbers.many(item.rating, "star"))
    if item.solved is not None:
        parts.append("solved" if item.solved else "not solved")
    parts += [item.kind, said(item.source), numbers.day_of(item.occurred_at, zone)]
    return ", ".join(parts)
