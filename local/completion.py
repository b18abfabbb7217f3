"""Tells when the demo data is all there and every number of it is proven."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from local.console import say
from local.stack import Stack
from northstar.app.ports import ProgressStore
from northstar.app.recount import recount
from northstar.app.show import DEMO_APP
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore

PAUSES = (3.0, 6.0, 12.0, 24.0, 48.0)  # seconds; a recount reads everything


def tell(stack: Stack, zone: ZoneInfo) -> None:
    """Wait until the demo's reviews are collected and a recount agrees, and say so in one line.

    To be called when every ticket of the demo was sent; `zone` is the business time zone.
    """
    client = stack.services.client("dynamodb")
    feedback = DynamoFeedbackStore(Table(client, stack.name("FeedbackTable.Ref")))
    progress = DynamoProgressStore(Table(client, stack.name("ProgressTable.Ref")))
    while not stack.stopping and not collected(progress, stack.extra["demo"]["reviews"]):
        stack.pause(PAUSES[0])
    for pause in PAUSES:
        if stack.stopping:
            return
        found = recount(feedback=feedback, progress=progress, zone=zone)
        if found.agrees:
            say(f"Demo: complete. {found.records:,} records are stored, and a recount agrees.")
            return
        stack.pause(pause)
    say(f"Demo: {len(found.behind)} records are not counted yet; `northstar recount` tells more.")


def collected(progress: ProgressStore, reviews: int) -> bool:
    """Return whether a pass over the demo's store has found at least so many reviews."""
    found = progress.source_state("shopify", DEMO_APP)
    return found is not None and found.memory.public >= reviews
