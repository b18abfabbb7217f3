"""What becomes of alerts: who has still to be told, who was, and what somebody did about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from northstar.app.alerts import KeptAlert, Outcome
from northstar.app.notify import Pending, Waiting, is_due, turn
from northstar.app.ports import Alert
from northstar.domain.errors import Broken, Conflict, NotFound
from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.alerts import alert_of
from northstar.store.client import Table
from northstar.store.items import Item, without_none

_QUIET_KEPT = timedelta(days=40)
_ILLEGIBLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_BUDGET_KEPT = timedelta(days=2)
_ATTEMPTS = 4
_LOOKED_AT = 10_000
"""So many rows of the outbox are looked at for what is due: a few megabytes."""


class DynamoAlerts:
    """The protocols AlertStore and Outbox over one DynamoDB table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def newest(self, limit: int) -> Sequence[KeptAlert]:
        """Return the newest alerts, newest first."""
        items = self._table.query(keys.ALERTS, most=limit, ScanIndexForward=False, Limit=limit)
        return [one for one in map(_legible, items) if one]

    def open_alerts(self, limit: int) -> Sequence[KeptAlert]:
        """Return the alerts that nobody has seen to, oldest first."""
        names = [item["SK"] for item in self._table.query(keys.OPEN, most=limit, Limit=limit)]
        found = self._named(names)
        return [one for name in names if name in found and (one := _legible(found[name]))]

    def kept(self, alert_id: str) -> KeptAlert | None:
        """Return an alert by its id."""
        item = self._table.get(keys.alert(alert_id))
        return _kept(item) if item else None

    def close(self, alert_id: str, outcome: Outcome) -> None:
        """Record an outcome, over an earlier one. Raises NotFound, Conflict."""
        item = self._table.get(keys.alert(alert_id))
        if item is None:
            raise NotFound("There is no such alert (any more).")
        told = {"what": outcome.what, "note": outcome.note, "by": outcome.by, "at": iso(outcome.at)}
        self._table.transact(
            [
                {"Put": self._table.put_over(*_next(item, {"outcome": told}))},
                {"Delete": self._table.delete(keys.open_alert(alert_id))},
            ]
        )

    def load(self, months: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Return how many alerts each channel of the rota got, by month ("2026-11")."""
        return {
            month: {item["SK"]: item["alerts"] for item in self._table.query(keys.loads(month))}
            for month in months
        }

    def pending(self, limit: int, now: datetime | None = None) -> Sequence[Pending | Broken]:
        """Return the alerts that wait, or those that are due, the first in turn."""
        rows = self._table.query(keys.OUTBOX, most=_LOOKED_AT, ConsistentRead=True)
        read = [_read(row) for row in rows]
        wait = [one for one in read if isinstance(one, _Row) and (not now or one.due(now))]
        first = sorted(wait, key=lambda one: turn(one.waiting))[:limit]
        alerts = self._named([one.name for one in first])
        broken = [one for one in read if isinstance(one, Broken)]
        return [*broken, *(_pending(one, alerts.get(one.name)) for one in first)]

    def claim(self, pending: Pending, until: datetime) -> Pending:
        """Keep an alert to oneself until then."""
        return self._stored(pending, replace(pending, leased_until=until))

    def route(self, pending: Pending, waiting: Mapping[str, Waiting]) -> Pending:
        """Store whom an alert goes to."""
        return self._stored(pending, replace(pending, waiting=waiting))

    def postpone(self, pending: Pending, channel: str, waiting: Waiting) -> Pending:
        """Store when a channel is tried again."""
        after = {**(pending.waiting or {}), channel: waiting}
        return self._stored(pending, replace(pending, waiting=after))

    def told(self, pending: Pending, channel: str, at: datetime, *, on_call: bool) -> Pending:
        """Store that a channel has taken it."""
        load = keys.load(at.strftime("%Y-%m"), channel)
        more = [{"Update": self._table.add(load, {"alerts": 1})}] if on_call else []
        return self._without(pending, channel, {"told": {channel: iso(at)}}, more)

    def give_up(self, pending: Pending, channel: str, reason: str) -> Pending:
        """Store that a channel will not be tried any more, and why."""
        return self._without(pending, channel, {"given_up": {channel: reason}}, [])

    def release(self, pending: Pending) -> None:
        """Give a claimed alert back; one that no channel waits for leaves the outbox."""
        if pending.waiting:
            self._stored(pending, replace(pending, leased_until=None))
            return
        over = {"version": pending.version}
        self._table.transact([{"Delete": self._table.delete(keys.outbox(pending.alert.id), over)}])

    def begins_quiet(self, alert: Alert, quiet: timedelta) -> bool:
        """Whether nobody was told of this kind and subject so long before; then remember this."""
        key = keys.quiet(alert.kind, alert.subject)
        before = self._table.get(key)
        if before and before["alert"] == alert.id:
            return True
        if before and abs(alert.at - parse(before["at"])) < quiet:
            return False
        until = int((alert.at + _QUIET_KEPT).timestamp())
        now = key | {"alert": alert.id, "at": iso(alert.at), "ttl": until}
        over = {"alert": before["alert"]} if before else {}
        self._table.transact([{"Put": self._table.put_over(now, over)}])
        return True

    def spend(self, channel: str, hour: datetime, most: int) -> bool:
        """Take one of so many messages that a channel may get in an hour; False: none is left."""
        key = keys.budget(channel, iso(hour))
        for _ in range(_ATTEMPTS):
            item = self._table.get(key) or key | {"version": 0}
            if item["version"] >= most:
                return False
            after = item | {"ttl": int((hour + _BUDGET_KEPT).timestamp())}
            try:
                spent = after | {"version": item["version"] + 1}
                self._table.replace(spent, item["version"])
            except Conflict:
                continue
            return True
        return False

    def _named(self, names: Sequence[str]) -> dict[str, Item]:
        """The alerts of these ids that there are."""
        items = self._table.get_many([keys.alert(name) for name in names])
        return {item["SK"]: item for item in items}

    def _stored(self, before: Pending, after: Pending) -> Pending:
        stored = replace(after, version=before.version + 1)
        self._table.replace(_outbox_item(stored), before.version)
        return stored

    def _without(
        self, pending: Pending, channel: str, became: Item, more: Sequence[Mapping[str, Any]]
    ) -> Pending:
        """Store what became of a channel, and that it does not wait any more, at once.

        What else changes the alert, or the load, at that moment must not have it told again.
        """
        for _ in range(_ATTEMPTS - 1):
            with suppress(Conflict):
                return self._without_once(pending, channel, became, more)
        return self._without_once(pending, channel, became, more)

    def _without_once(
        self, pending: Pending, channel: str, became: Item, more: Sequence[Mapping[str, Any]]
    ) -> Pending:
        item = self._table.get(keys.alert(pending.alert.id))
        if item is None:
            raise Conflict("The alert is gone.")
        waiting = {name: one for name, one in (pending.waiting or {}).items() if name != channel}
        stored = replace(pending, waiting=waiting, version=pending.version + 1)
        kept = {name: item.get(name, {}) | told for name, told in became.items()}
        over = {"version": pending.version}
        self._table.transact(
            [
                {"Put": self._table.put_over(_outbox_item(stored), over)},
                {"Put": self._table.put_over(*_next(item, kept))},
                *more,
            ]
        )
        return stored


def _next(item: Item, changed: Item) -> tuple[Item, Item]:
    """The next version of an item, and what it has to be put over."""
    return item | changed | {"version": item["version"] + 1}, {"version": item["version"]}


def _kept(item: Item) -> KeptAlert:
    said = item.get("outcome")
    return KeptAlert(
        alert=alert_of(item),
        told={channel: parse(at) for channel, at in item.get("told", {}).items()},
        given_up=item.get("given_up", {}),
        outcome=Outcome(said["what"], said["note"], said["by"], parse(said["at"]))
        if said
        else None,
    )


def _legible(item: Item) -> KeptAlert | None:
    """An alert for a list; None where it cannot be read, as one row must not hide the others."""
    try:
        return _kept(item)
    except _ILLEGIBLE:
        return None


class _Row(NamedTuple):
    """A row of the outbox, without its alert."""

    name: str
    version: int
    waiting: Mapping[str, Waiting] | None
    leased_until: datetime | None

    def due(self, now: datetime) -> bool:
        return is_due(self.waiting, self.leased_until, now)


def _read(row: Item) -> _Row | Broken:
    try:
        lease = _moment(row.get("leased_until"))
        return _Row(row["SK"], row["version"], _waiting(row), lease)
    except _ILLEGIBLE:
        return Broken(f"The row {row['SK']} of the outbox cannot be read.")


def _pending(row: _Row, item: Item | None) -> Pending | Broken:
    try:
        alert = alert_of(item or {})
    except _ILLEGIBLE:
        return Broken(f"The alert {row.name} cannot be read, or is gone.")
    return Pending(alert, row.version, row.waiting, row.leased_until)


def _outbox_item(pending: Pending) -> Item:
    told = {
        "version": pending.version,
        "leased_until": iso(pending.leased_until) if pending.leased_until else None,
        "waiting": None
        if pending.waiting is None
        else {
            channel: {
                "since": iso(one.since),
                "due_at": iso(one.due_at),
                "tries": one.tries,
                "reason": one.reason,
                "left": list(one.left),
            }
            for channel, one in pending.waiting.items()
        },
    }
    return keys.outbox(pending.alert.id) | without_none(told)


def _waiting(item: Item) -> dict[str, Waiting] | None:
    if "waiting" not in item:
        return None
    return {
        channel: Waiting(
            since=parse(one["since"]),
            due_at=parse(one["due_at"]),
            tries=one["tries"],
            reason=one["reason"],
            left=tuple(one.get("left", ())),
        )
        for channel, one in item["waiting"].items()
    }


def _moment(told: str | None) -> datetime | None:
    return parse(told) if told else None
