"""Exactly once, as a state machine: whatever is delivered, the aggregates equal a recount."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from northstar.app.count import count
from northstar.app.recount import recount, repair
from northstar.domain import surveys
from northstar.domain.aggregates import Contribution, Record, contribution, difference, rows
from northstar.domain.errors import Conflict, Invalid, Unavailable
from northstar.domain.tickets import Customer, Template, Ticket
from tests import records
from tests.fakes.stores import MemoryProgress, MemoryRecords

ZONE = ZoneInfo("Europe/Berlin")
IDS = ("ask1", "ask2", "ask3")
REVIEW_IDS = ("r1", "r2", "r3")


class Crash(BaseException):
    """The function is gone."""


class FaultyProgress(MemoryProgress):
    """A store that does what it is told to, before or after the next transaction."""

    fault: str | None = None

    def count(self, *args: Any) -> None:
        """Write, or fail as told: once."""
        fault, self.fault = self.fault, None
        if fault == "conflict":
            raise Conflict("somebody else")
        if fault == "crash before":
            raise Crash
        super().count(*args)
        if fault == "unacknowledged":
            raise Unavailable("no answer")
        if fault == "crash after":
            raise Crash


class Counting(RuleBasedStateMachine):
    """Records get new versions; every version is delivered in any batch, order and number."""

    versions = Bundle("versions")

    def __init__(self) -> None:
        super().__init__()
        self.progress = FaultyProgress()
        self.newest: dict[str, Record] = {}
        self.delivered: list[Record] = []

    @rule(target=versions, record_id=st.sampled_from(IDS), data=st.data())
    def ask_changes(self, record_id: str, data: st.DataObject) -> Record:
        """An ask gets its next version."""
        return self._next(data.draw(records.asks(record_id, self._version(record_id))))

    @rule(target=versions, number=st.integers(1, 2), data=st.data())
    def something_else_is_said(self, number: int, data: st.DataObject) -> Record:
        """An anonymous answer or a remark gets its next version."""
        kind = data.draw(st.sampled_from([records.answers, records.remarks]))
        record_id = f"{kind.__name__}{number}"
        return self._next(data.draw(kind(record_id, self._version(record_id))))

    @rule(target=versions, review_id=st.sampled_from(REVIEW_IDS), data=st.data())
    def review_changes(self, review_id: str, data: st.DataObject) -> Record:
        """A review gets its next version."""
        version = self._version(f"shopify:app:{review_id}")
        return self._next(data.draw(records.reviews(review_id, version)))

    @rule(
        target=versions,
        batch=st.lists(versions, max_size=12),
        fault=st.sampled_from([None, "conflict", "unacknowledged", "crash before", "crash after"]),
    )
    def deliver(self, batch: list[Record], fault: str | None) -> Any:
        """Any versions arrive, in any order, and something goes wrong in the middle."""
        self.progress.fault = fault
        try:
            assert count(batch, store=self.progress, zone=ZONE, sleep=lambda _: None) == {}
            self.delivered += batch
        except Crash:
            pass
        self.progress.fault = None
        return multiple()

    @invariant()
    def rows_are_the_sum_of_what_is_counted(self) -> None:
        """At every moment, to the last unit."""
        found = recount(
            feedback=MemoryRecords({}),  # type: ignore[arg-type]
            progress=self.progress,  # type: ignore[arg-type]
            zone=ZONE,
        )
        assert found.drift == ()

    def teardown(self) -> None:
        """In the end everything arrives once more, shuffled, and nothing is behind."""
        everything = [*self.delivered, *self.newest.values()]
        random.Random(0).shuffle(everything)
        for record in everything:
            count([record], store=self.progress, zone=ZONE)
        found = recount(
            feedback=MemoryRecords(self.newest),  # type: ignore[arg-type]
            progress=self.progress,  # type: ignore[arg-type]
            zone=ZONE,
        )
        assert found.agrees

    def _version(self, record_id: str) -> int:
        return self.newest[record_id].version + 1 if record_id in self.newest else 1

    def _next(self, record: Record) -> Record:
        self.newest[record.id] = record
        return record


Counting.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestCounting = Counting.TestCase


_contributions = (
    st.integers(1, 3)
    .flatmap(lambda n: records.asks(f"ask{n}", 1) | records.reviews(str(n), 1))
    .map(lambda record: contribution(record, ZONE))
)


@given(st.lists(_contributions, max_size=6), st.lists(_contributions, max_size=6))
def test_a_difference_leads_from_the_old_rows_to_the_new(
    new: list[Contribution], old: list[Contribution]
) -> None:
    """old + difference(new, old) = new, for every row and measure."""
    total = rows(part for one in old for part in one.parts)
    for row, measures in difference(new, old).items():
        for measure, amount in measures.items():
            assert amount != 0
            total[row, measure] += amount
    assert +total == +rows(part for one in new for part in one.parts)


def test_a_large_batch_is_split_into_transactions() -> None:
    """A hundred records that touch more rows than fit are counted in parts, and all of them."""
    many = [_ask(n) for n in range(100)]
    progress = MemoryProgress()
    assert count(many, store=progress, zone=ZONE) == {}  # type: ignore[arg-type]
    assert len(list(progress.contributions())) == 100


def test_what_fails_for_good_is_named_and_the_others_are_counted() -> None:
    """One record that no transaction takes is returned with its error; its batch is counted."""

    class Refusing(MemoryProgress):
        def count(self, new: Any, counted: Any, changes: Any, news: Any = ()) -> None:
            if any(one.record_id == "ask7" for one in new):
                raise Invalid("no")
            super().count(new, counted, changes, news)

    progress = Refusing()
    failed = count([_ask(n) for n in range(20)], store=progress, zone=ZONE)  # type: ignore[arg-type]
    assert set(failed) == {"ask7"}
    assert not failed["ask7"].retryable
    assert len(list(progress.contributions())) == 19


def test_a_record_that_adds_up_to_nothing_never_blocks_the_others() -> None:
    """A moment that no zone can show fails its own record for good, and no other."""
    bad = replace(
        _ask(1), ticket=replace(_ask(1).ticket, solved_at=datetime.min.replace(tzinfo=UTC))
    )
    progress = MemoryProgress()
    west = ZoneInfo("America/New_York")
    failed = count([_ask(0), bad, _ask(2)], store=progress, zone=west)  # type: ignore[arg-type]
    assert set(failed) == {"ask1"}
    assert not failed["ask1"].retryable
    assert {one.record_id for one in progress.contributions()} == {"ask0", "ask2"}


def test_a_store_that_stays_away_is_reported_for_another_try() -> None:
    """After its attempts the counter gives the records back as retryable, and has paused."""

    class Away(MemoryProgress):
        def counted(self, _ids: Any) -> Any:
            raise Unavailable("away")

    pauses: list[float] = []
    failed = count([_ask(1)], store=Away(), zone=ZONE, sleep=pauses.append)  # type: ignore[arg-type]
    assert failed["ask1"].retryable
    assert len(pauses) == 7
    assert max(pauses) < 5


def test_repair_sets_wrong_rows_right_and_counts_what_is_behind() -> None:
    """A row that was tampered with and a record that never arrived are both put right."""
    known = {f"ask{n}": _ask(n) for n in range(5)}
    progress = MemoryProgress()
    count(list(known.values())[:4], store=progress, zone=ZONE)  # type: ignore[arg-type]
    row, _ = next(progress.totals())
    progress.count([], {}, {row: {"tickets": 7}})
    stores: dict[str, Any] = {
        "feedback": MemoryRecords(known),  # type: ignore[arg-type]
        "progress": progress,
        "zone": ZONE,
    }
    found = recount(**stores)
    assert (found.behind, len(found.drift)) == (("ask4",), 1)
    assert repair(found, **stores).agrees


def _ask(number: int) -> Record:
    """An ask that was sent, whose team and template are its own."""
    ticket = Ticket(
        desk="standard",
        id=str(number),
        channel="link",
        solved_at=records.NOW,
        customer=Customer("c"),
        team=f"team{number}",
        template=Template(f"template{number}", "1"),
    )
    ask = surveys.hand_over(surveys.plan(ticket, b"p", records.NOW), records.NOW)
    return replace(ask, id=f"ask{number}")
