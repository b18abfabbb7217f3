"""Alerts: written in one transaction with what caused them, kept with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from northstar.app.alerts import BAD
from northstar.app.ports import Alert
from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.client import Table
from northstar.store.items import Item, without_none

KEPT = timedelta(days=400)


def puts(table: Table, alert: Alert) -> list[dict[str, Any]]:
    """Return the actions that put an alert into the outbox, for a transaction.

    They go into the same one as what caused the alert. It fails where the alert is there already.
    """
    rows = [_alert_item(alert), keys.outbox(alert.id) | {"version": 1}]
    if alert.kind in BAD:
        rows.append(keys.open_alert(alert.id))
    return [{"Put": table.put_over(row, {})} for row in rows]


def _alert_item(alert: Alert) -> Item:
    told = {
        "kind": alert.kind,
        "at": iso(alert.at),
        "subject": alert.subject,
        "detail": alert.detail,
        "n": alert.n,
        "path": alert.path,
        "record": alert.record,
        "data": dict(alert.data) or None,
        "version": 1,
        "ttl": int((alert.at + KEPT).timestamp()),
    }
    return keys.alert(alert.id) | without_none(told)


def alert_of(item: Mapping[str, Any]) -> Alert:
    """Return the alert of an item."""
    return Alert(
        kind=item["kind"],
        at=parse(item["at"]),
        subject=item["subject"],
        detail=item["detail"],
        n=item.get("n"),
        path=item.get("path"),
        record=item.get("record"),
        data=item.get("data", {}),
    )
