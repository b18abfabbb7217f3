"""Stores in memory: as strict about versions and transactions as the real ones, and much faster.

`tests/integration/test_stores.py` runs one suite against these and against DynamoDB on moto.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from northstar.app.count import ACTIONS_LIMIT
from northstar.app.ports import Alert, Memory, Run, Snapshot, SourceState
from northstar.domain.aggregates import Contribution, Measures, Record, Row
from northstar.domain.asking import Contact
from northstar.domain.errors import Conflict, Invalid
from northstar.domain.questions import Survey
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import Ask
from northstar.domain.tickets import Withdrawn


class MemoryProgress:
    """The counting half of the ProgressStore protocol."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self._contributions: dict[str, Contribution] = {}
        self._rows: dict[Row, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def counted(self, record_ids: Sequence[str]) -> dict[str, Contribution]:
        """Return the contributions that are counted now."""
        found = ((i, self._contributions.get(i)) for i in record_ids)
        return {i: one for i, one in found if one is not None}

    def count(
        self,
        new: Sequence[Contribution],
        counted: Mapping[str, Contribution],
        changes: Mapping[Row, Measures],
        news: Sequence[Alert] = (),
    ) -> None:
        """Write all or nothing, over exactly the contributions the changes were computed from."""
        if len(new) + len(changes) + 3 * len(news) > ACTIONS_LIMIT:
            raise Invalid("too many actions in one transaction")
        if self.known(news):
            raise Conflict("the alert is known")
        for one in new:
            if self._contributions.get(one.record_id) != counted.get(one.record_id):
                raise Conflict("counted by somebody else")
        self.alerts += news
        self._contributions |= {one.record_id: one for one in new}
        for row, measures in changes.items():
            for measure, amount in measures.items():
                self._rows[row][measure] += amount

    def known(self, news: Sequence[Alert]) -> set[str]:
        """Return the ids of those alerts that are kept already."""
        return {one.id for one in news} & {one.id for one in self.alerts}

    def forget_histories(self, changes: Mapping[Row, Measures]) -> None:
        """Keep no histories."""

    def totals(self) -> Iterator[tuple[Row, Measures]]:
        """Return every row."""
        return ((row, dict(measures)) for row, measures in self._rows.items())

    def contributions(self) -> Iterator[Contribution]:
        """Return every contribution."""
        return iter(list(self._contributions.values()))


class MemoryRecords:
    """The half of the FeedbackStore protocol that a recount reads."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records

    def records(self) -> Iterator[Record]:
        """Return every record."""
        return iter(self._records.values())


class MemoryAsking:
    """The half of the FeedbackStore protocol that asking needs."""

    def __init__(self) -> None:
        self.asks: dict[str, Ask] = {}
        self._withdrawn: dict[str, Withdrawn] = {}
        self._contacts: dict[str, Contact] = {}
        self._surveys: dict[str, Survey] = {}

    def create_ask(self, ask: Ask) -> Ask:
        """Store a new ask, or return the one that is there."""
        return self.asks.setdefault(ask.id, ask)

    def ask(self, ask_id: str) -> Ask | None:
        """Return an ask."""
        return self.asks.get(ask_id)

    def replace_ask(self, ask: Ask, expected_version: int) -> None:
        """Store the next version over the expected one."""
        if self.asks[ask.id].version != expected_version:
            raise Conflict("another version")
        self.asks[ask.id] = ask

    def asks_of(self, person: str, *, without: str, most: int) -> list[Ask]:
        """Return at most so many asks of a person, but those of one ticket."""
        others = [ask for ask in self.asks.values() if not ask.id.startswith(without)]
        return [ask for ask in others if ask.person == person][:most]

    def resolutions(self, home: str) -> tuple[list[Ask], Withdrawn | None]:
        """Return the asks of a ticket and its withdrawal."""
        asks = [ask for ask_id, ask in self.asks.items() if ask_id.startswith(home)]
        return asks, self._withdrawn.get(home)

    def withdraw(self, home: str, withdrawn: Withdrawn) -> None:
        """Keep the latest withdrawal."""
        before = self._withdrawn.get(home)
        if before is None or before.at < withdrawn.at:
            self._withdrawn[home] = withdrawn

    def contact(self, person: str) -> Contact:
        """Return what is remembered of a person."""
        return self._contacts.get(person, Contact(person))

    def replace_contact(self, contact: Contact, expected_version: int) -> None:
        """Store the next version over the expected one."""
        if self.contact(contact.person).version != expected_version:
            raise Conflict("another version")
        self._contacts[contact.person] = contact

    def keep_survey(self, survey: Survey) -> None:
        """Keep a wording."""
        self._surveys[survey.id] = survey

    def survey(self, survey_id: str) -> Survey | None:
        """Return a wording."""
        return self._surveys.get(survey_id)


class MemoryReviews:
    """The half of the FeedbackStore protocol that collecting needs; `written` is every version."""

    def __init__(self) -> None:
        self.written: list[ReviewRecord] = []
        self._newest: dict[str, ReviewRecord] = {}

    def reviews(self, source: str, app: str, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """Return the stored records of these store ids."""
        found = ((one, self._newest.get(f"{source}:{app}:{one}")) for one in ids)
        return {one: record for one, record in found if record is not None}

    def all_reviews(self, source: str, app: str) -> Iterator[ReviewRecord]:
        """Return every stored review of an app, gone ones too."""
        home = f"{source}:{app}:"
        return iter([one for key, one in self._newest.items() if key.startswith(home)])

    def put_review(self, record: ReviewRecord, before: ReviewRecord | None) -> None:
        """Store a version over the one before."""
        stored = self._newest.get(record.id)
        if (stored and stored.version) != (before and before.version):
            raise Conflict("another version")
        self._newest[record.id] = record
        self.written.append(record)


class MemorySources:
    """The half of the ProgressStore protocol that collecting needs; `alerts` is the outbox."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self._states: dict[tuple[str, str], SourceState] = {}

    def source_state(self, source: str, app: str) -> SourceState | None:
        """Return how one app of one store stands."""
        return self._states.get((source, app))

    def save_run(self, run: Run, snapshot: Snapshot | None, memory: Memory | None = None) -> None:
        """Keep a run; totals and memory where they are given."""
        before = self._states.get((run.source, run.app), SourceState(run, None))
        self._states[run.source, run.app] = SourceState(
            run, snapshot or before.snapshot, before.memory if memory is None else memory
        )

    def add_alert(self, alert: Alert) -> None:
        """Put an alert into the outbox, once."""
        if alert not in self.alerts:
            self.alerts.append(alert)


class MemoryQuarantine:
    """The half of the Quarantine protocol that collecting needs; `kept` is by name."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, kind: str, payload: bytes, about: Mapping[str, Any]) -> str:
        """Keep a payload under a name that follows from its bytes."""
        name = f"{kind}/{hashlib.sha256(payload).hexdigest()[:16]}"
        self.kept[name] = payload
        return name
