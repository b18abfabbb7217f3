"""A store of templates in memory, for what only needs cards and states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from northstar.app.ports import Alert
from northstar.app.templates import Card, Note, Noticed, Readiness, Step
from northstar.domain.errors import Conflict


class Templates:
    """The TemplateStore protocol; `told` are the alerts, `asked` counts the reads."""

    def __init__(self, *cards: Card) -> None:
        self.asked: Counter[str] = Counter()
        self.told: list[Alert] = []
        self._cards = {card.id: card for card in cards}
        self._noticed: dict[str, Noticed] = {}
        self._states: dict[str, Readiness] = {}
        self._steps: list[tuple[str, Step]] = []
        self._notes: list[Note] = []

    def cards(self) -> list[Card]:
        """Return every card."""
        self.asked["cards"] += 1
        return [self._seen(card) for _, card in sorted(self._cards.items())]

    def card(self, template: str) -> Card | None:
        """Return one card."""
        self.asked["card"] += 1
        return self._seen(self._cards[template]) if template in self._cards else None

    def save_card(self, card: Card) -> None:
        """Store a card over the version before."""
        before = self._cards.get(card.id, Card(card.id))
        if before.version != card.version - 1:
            raise Conflict("The card has moved on.")
        self._cards[card.id] = card

    def save_noticed(self, template: str, noticed: Noticed, alerts: Sequence[Alert]) -> None:
        """Store what was noticed, with its alerts."""
        if self._noticed.get(template, Noticed()).version != noticed.version - 1:
            raise Conflict("What was noticed has moved on.")
        self._noticed[template] = noticed
        self.told += alerts

    def readiness(self, template: str | None = None) -> list[Readiness]:
        """Return the states."""
        self.asked["readiness"] += 1
        return [one for one in self._states.values() if template in {None, one.template}]

    def save_readiness(self, told: Readiness, step: Step | None, alert: Alert | None) -> None:
        """Store a state over the row before, with its step and its alert."""
        before = self._states.get(told.name)
        if (before.row if before else 0) != told.row - 1:
            raise Conflict("The state has moved on.")
        self._states[told.name] = told
        self._steps += [(told.name, step)] if step else []
        self.told += [alert] if alert else []

    def steps(self, template: str, version: str) -> list[Step]:
        """Return the steps of a version, newest first."""
        self.asked["steps"] += 1
        return [step for name, step in reversed(self._steps) if name == f"{template}@{version}"]

    def add_note(self, note: Note) -> None:
        """Keep a note."""
        self._notes.append(note)

    def notes(self, template: str) -> list[Note]:
        """Return the notes of a template, newest first."""
        self.asked["notes"] += 1
        return [note for note in reversed(self._notes) if note.template == template]

    def _seen(self, card: Card) -> Card:
        return replace(card, noticed=self._noticed.get(card.id, Noticed()))
