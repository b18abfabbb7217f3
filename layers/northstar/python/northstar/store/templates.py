"""The part of ProgressTable that is about templates: their cards, and how far versions are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from northstar.app.ports import Alert
from northstar.app.templates import Card, Note, Noticed, Readiness, Step
from northstar.domain.times import iso
from northstar.store import keys
from northstar.store.alerts import puts
from northstar.store.client import Table
from northstar.store.items import Item
from northstar.store.told import read_item, told_item

_MOST_STEPS = 50
_MOST_NOTES = 50


class DynamoTemplates:
    """The TemplateStore protocol over the ProgressTable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def cards(self) -> list[Card]:
        """Return every card, by the template's id."""
        items = {item["SK"]: item for item in self._table.query(keys.TEMPLATES)}
        kept = [read_item(Card, item) for item in items.values() if not keys.is_state(item)]
        return [_with(card, items.get(keys.noticed(card.id)["SK"])) for card in kept]

    def card(self, template: str) -> Card | None:
        """Return the card of a template, read consistently."""
        item = self._table.get(keys.card(template))
        noticed = self._table.get(keys.noticed(template)) if item else None
        return _with(read_item(Card, item), noticed) if item else None

    def save_card(self, card: Card) -> None:
        """Store a card over the version before."""
        told = told_item(replace(card, noticed=Noticed()))
        item = keys.card(card.id) | {"version": card.version} | told
        self._table.replace(item, card.version - 1)

    def save_noticed(self, template: str, noticed: Noticed, alerts: Sequence[Alert]) -> None:
        """Store what was noticed of a card with the alerts of it: all or none."""
        item = keys.noticed(template) | {"version": noticed.version} | told_item(noticed)
        self._table.transact([self._over(item), *self._puts(alerts)])

    def readiness(self, template: str | None = None) -> list[Readiness]:
        """Return how far every version is, or those of one template."""
        if template is None:
            return [read_item(Readiness, item) for item in self._table.query(keys.LADDER)]
        begin = keys.readiness(f"{template}@")["SK"]
        items = self._table.query(
            keys.LADDER, condition=" AND begins_with(SK, :begin)", values={":begin": begin}
        )
        found = [read_item(Readiness, item) for item in items]
        return [one for one in found if one.template == template]

    def save_readiness(self, told: Readiness, step: Step | None, alert: Alert | None) -> None:
        """Store how far a version is over the row before, with its step and its alert."""
        item = keys.readiness(told.name) | {"version": told.row} | told_item(told)
        actions = [self._over(item)]
        if step:
            line = keys.step(told.name, told.row) | told_item(step)
            actions.append({"Put": self._table.put_over(line, {})})
        self._table.transact([*actions, *self._puts([alert] if alert else [])])

    def steps(self, template: str, version: str) -> list[Step]:
        """Return the newest steps of a version, newest first."""
        lines = self._table.query(
            keys.steps(f"{template}@{version}"),
            most=_MOST_STEPS,
            ScanIndexForward=False,
            Limit=_MOST_STEPS,
        )
        return [read_item(Step, item) for item in lines]

    def add_note(self, note: Note) -> None:
        """Keep what was changed in a template."""
        key = keys.note(note.template, iso(note.at))
        self._table.replace(key | {"version": 1} | told_item(note), 0)

    def notes(self, template: str) -> list[Note]:
        """Return the newest changes of a template, newest first."""
        lines = self._table.query(
            keys.notes(template), most=_MOST_NOTES, ScanIndexForward=False, Limit=_MOST_NOTES
        )
        return [read_item(Note, item) for item in lines]

    def _over(self, item: Item) -> dict[str, Any]:
        before = {"version": item["version"] - 1} if item["version"] > 1 else {}
        return {"Put": self._table.put_over(item, before)}

    def _puts(self, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
        return [action for alert in alerts for action in puts(self._table, alert)]


def _with(card: Card, noticed: Item | None) -> Card:
    return replace(card, noticed=read_item(Noticed, noticed)) if noticed else card
