"""Replies: what reviewers did after the developer had replied to them.

Somebody may change a review for any reason; what comes after a reply need not come of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from northstar.domain.rates import Rate, wilson
from northstar.domain.reviews import AFTER_REPLY, ReviewRecord


@dataclass(frozen=True, slots=True)
class Effect:
    """What came after the replies whose ninety days are over.

    `edited` is the rate of those whose reviewer changed anything, of all; `raised` and `lowered`
    the rates of those that have more or fewer stars at the end, of all that had stars. Together
    they gained `stars_up` and lost `stars_down` stars. `open` replies are younger; after
    `open_edited` of them something was changed so far.
    """

    edited: Rate
    raised: Rate
    lowered: Rate
    stars_up: int
    stars_down: int
    open: int
    open_edited: int


def measures(record: ReviewRecord) -> dict[str, int]:
    """Return what a review with a known `replied_at` adds on the day of the reply."""
    before, after = record.rated_before_reply, record.rated_after_reply
    told = {"replies": 1} | ({"replies_rated": 1} if before is not None else {})
    if record.edited_after_reply is None:
        return told
    told["reply_edited"] = 1
    if before is None or after is None or before == after:
        return told
    if after > before:
        return told | {"reply_raised": 1, "reply_stars_up": after - before}
    return told | {"reply_lowered": 1, "reply_stars_down": before - after}


def effect(days: Mapping[date, Mapping[str, int]], today: date) -> Effect:
    """Return what came after replies, from the measures of the days on which they were made."""
    over = [told for day, told in days.items() if today - day > AFTER_REPLY]
    young = [told for day, told in days.items() if day <= today and today - day <= AFTER_REPLY]
    rated = _total(over, "replies_rated")
    return Effect(
        edited=wilson(_total(over, "reply_edited"), _total(over, "replies")),
        raised=wilson(_total(over, "reply_raised"), rated),
        lowered=wilson(_total(over, "reply_lowered"), rated),
        stars_up=_total(over, "reply_stars_up"),
        stars_down=_total(over, "reply_stars_down"),
        open=_total(young, "replies"),
        open_edited=_total(young, "reply_edited"),
    )


def _total(days: list[Mapping[str, int]], name: str) -> int:
    return sum(told.get(name, 0) for told in days)
