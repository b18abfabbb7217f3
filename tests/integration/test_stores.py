"""One suite for the stores in memory and on DynamoDB, so that the fakes cannot drift."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import botocore.client
import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app.count import count
from northstar.app.ports import Alert, Memory, Run, Snapshot, Visitor
from northstar.domain import surveys
from northstar.domain.aggregates import Contribution, Part, Row
from northstar.domain.errors import Broken, Conflict, Invalid
from northstar.domain.reviews import Published, Review, first_sight, gone, seen_again
from northstar.domain.sentiment import Score
from northstar.domain.tickets import Customer, Ticket
from northstar.domain.verdicts import Verdict
from northstar.store import keys
from northstar.store.items import item_of, pack, record_of, unpack
from tests import records
from tests.fakes.stores import MemoryProgress

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROW = Row("team", "a#b%", "2026-11-22")


@pytest.fixture(params=["memory", "dynamodb"])
def progress(request: pytest.FixtureRequest) -> Any:
    """Both implementations of the counting protocol."""
    if request.param == "memory":
        return MemoryProgress()
    return request.getfixturevalue("progress_store")


def contribution_of(record_id: str, version: int, amount: int) -> Contribution:
    """Return a contribution to ROW."""
    part = Part(ROW.day, ((ROW.dimension, ROW.value),), {"sent": amount})
    return Contribution(record_id, version, (part,))


def test_counting_writes_contributions_and_rows_together(progress: Any) -> None:
    """What was written is read back, key characters and all."""
    one = contribution_of("a", 1, 3)
    progress.count([one], {}, {ROW: {"sent": 3}})
    assert progress.counted(["a", "b"]) == {"a": one}
    assert dict(progress.totals()) == {ROW: {"sent": 3}}
    assert list(progress.contributions()) == [one]


@pytest.mark.parametrize("stale", [{}, {"a": contribution_of("a", 1, 4)}])
def test_a_difference_from_something_else_is_refused_whole(
    progress: Any, stale: dict[str, Contribution]
) -> None:
    """When one contribution is not what was read, nothing of the transaction is written."""
    progress.count([contribution_of("a", 1, 3)], {}, {ROW: {"sent": 3}})
    fresh = [contribution_of("new", 1, 1), contribution_of("a", 2, 5)]
    with pytest.raises(Conflict):
        progress.count(fresh, stale, {ROW: {"sent": 3}})
    assert dict(progress.totals()) == {ROW: {"sent": 3}}
    assert "new" not in progress.counted(["new"])


def test_a_replacement_over_what_was_read_succeeds(progress: Any) -> None:
    """An edit adds the difference."""
    before = contribution_of("a", 1, 3)
    progress.count([before], {}, {ROW: {"sent": 3}})
    progress.count([contribution_of("a", 2, 1)], {"a": before}, {ROW: {"sent": -2}})
    assert dict(progress.totals()) == {ROW: {"sent": 1}}


def test_too_many_actions_are_refused(progress: Any) -> None:
    """DynamoDB takes a hundred actions in a transaction."""
    with pytest.raises(Invalid):
        progress.count([contribution_of(str(n), 1, 1) for n in range(101)], {}, {})


def test_eight_threads_count_each_record_once(progress_store: Any) -> None:
    """Eight counters race over the same forty records, and each counts once."""
    planned = [surveys.plan(_ticket(str(n)), b"p", NOW) for n in range(40)]
    asks = [replace(surveys.hand_over(ask, NOW), id=f"{n:032x}") for n, ask in enumerate(planned)]

    def race(thread: int) -> Any:
        mine = asks[thread * 5 :] + asks[: thread * 5]
        failed: dict[str, Any] = {}
        for start in range(0, 40, 8):
            failed |= count(mine[start : start + 8], store=progress_store, zone=ZoneInfo("UTC"))
        return failed

    with ThreadPoolExecutor(8) as pool:
        failures = list(pool.map(race, range(8)))
    for failed in failures:
        assert all(error.retryable for error in failed.values())
    count(asks, store=progress_store, zone=ZoneInfo("UTC"))
    total = {row.dimension: m["sent"] for row, m in progress_store.totals() if "sent" in m}
    assert total["all"] == 40


@given(
    st.integers(1, 9).flatmap(
        lambda n: (
            records.asks(f"{n:032x}", 3)
            | records.answers(f"{n:032x}", 3)
            | records.remarks(f"{n:032x}", 3)
            | records.reviews(str(n), 3)
        )
    )
)
def test_a_record_survives_the_table(record: Any) -> None:
    """Item and back is the same record; of the customer only the hash is kept."""
    stored = record_of(unpack(pack(item_of(record))))
    if hasattr(record, "ticket"):
        customer = replace(record.ticket.customer, id=record.person)
        record = replace(record, ticket=replace(record.ticket, customer=customer))
    assert stored == record


@pytest.mark.parametrize(
    "item", [{}, {"kind": "ask"}, {"kind": "review", "id": "1"}, {"kind": "x"}]
)
def test_an_item_of_nobody_is_broken(item: dict[str, Any]) -> None:
    """What cannot be read back is said to be broken, not half a record."""
    with pytest.raises(Broken):
        record_of(item)


@given(st.lists(st.text(max_size=12), min_size=2, max_size=2))
def test_no_text_can_forge_a_key(parts: list[str]) -> None:
    """Whatever is in a dimension's name or value, the row is read back from its own key."""
    row = Row(parts[0], parts[1], "2026-11-22")
    assert keys.row(keys.aggregate(row)) == row


def test_the_inbox_is_newest_first_across_months(feedback_store: Any) -> None:
    """Pages follow each other without gap or repetition, over months without feedback too."""
    days = [date(2026, 11, 22) - timedelta(days=17 * n) for n in range(12)]
    for number, day in enumerate(days):
        review = Review("shopify", str(number), rating=5, created=day.isoformat())
        feedback_store.put_review(first_sight(review, "app", NOW), None)
    seen, cursor = [], None
    while True:
        page = feedback_store.page(NOW.date(), cursor, limit=5)
        seen += [item.occurred_at for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == [day.isoformat() for day in days]


def test_what_cannot_be_read_hides_nothing_else(feedback_store: Any) -> None:
    """An item of an unknown form is left out of every list, and is found by no id."""
    score = Score(-0.9, "negative", 0.9, "en", "declared", "test")
    doubted = Verdict(score, mismatch="stars high, text negative")
    seen = [
        first_sight(Review("shopify", str(n), 5, text="Bad", created="2026-11-21"), "app", NOW)
        for n in range(3)
    ]
    kept = [replace(one, verdict=doubted) for one in seen]
    feedback_store.put_records(kept)
    table, key = feedback_store._table, keys.review("shopify", "app", "1")
    table.update(key, {"score": {"label": "negative", "of_a_later_release": 1}})
    readable = {kept[0].id, kept[2].id}
    assert set(feedback_store.by_ids([one.id for one in kept])) == readable
    page = feedback_store.page(NOW.date())
    for listed in (feedback_store.doubtful(9), feedback_store.newest(NOW.date(), 9), page.items):
        assert {one.id for one in listed} == readable


def cursor_of(*values: object) -> str:
    """Return a cursor in our own form, with values of somebody else's choice."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "e30", "W10", "é", "A" * 5000),
        cursor_of("2026-11"),
        cursor_of("0001-01", "x", "p", "s"),
        cursor_of("2026-13", "x", "p", "s"),
        cursor_of("2026-11", "x", "p" * 3000, "s"),
        cursor_of("2026-11", "x", "p", 5),
        cursor_of(202611, "x", "p", "s"),
    ],
)
def test_a_foreign_cursor_is_refused(feedback_store: Any, cursor: str) -> None:
    """A cursor that we did not make is invalid, not an error of the store."""
    with pytest.raises(Invalid, match="cursor"):
        feedback_store.page(NOW.date(), cursor)


def test_moments_of_all_zones_stand_in_order(feedback_store: Any) -> None:
    """A store that tells its own zone does not jump the queue."""
    for number, created in enumerate(("2026-11-20T23:00:00-07:00", "2026-11-21T01:00:00+00:00")):
        review = Review("apple_rss", str(number), rating=5, created=created)
        feedback_store.put_review(first_sight(review, "app", NOW), None)
    newest = feedback_store.newest(NOW.date(), 5)
    assert [item.id.rpartition(":")[2] for item in newest] == ["0", "1"]


def test_runs_and_snapshots_are_kept(progress_store: Any) -> None:
    """The newest run stands beside the newest totals, which a run without any leaves alone."""
    first = _run(NOW, complete=True)
    published = Published(count=515, average=3.8, histogram={"5": 300})
    progress_store.save_run(first, Snapshot("shopify", "app", NOW, published))
    later = _run(NOW + timedelta(hours=1), complete=False)
    progress_store.save_run(later, None)
    (state,) = progress_store.sources()
    assert state.run == later
    assert state.snapshot == Snapshot("shopify", "app", NOW, published)
    assert progress_store.source_state("shopify", "app") == state
    assert progress_store.source_state("shopify", "other") is None


def test_everything_that_a_run_leaves_is_read_back(progress_store: Any) -> None:
    """Runs come newest first, as many as asked for; a memory keeps every field."""
    runs = [replace(_run(NOW + timedelta(hours=n), complete=True), new=n) for n in range(5)]
    runs[-1] = replace(runs[-1], filled={"text": 7}, waited=1.5, published=12, reason="soon")
    memory = Memory(
        begun_at=NOW, good_at=NOW, settled_at=NOW, read_at=NOW, public=9, difference=-1,
        gaps=(0, -1), resume="page 4", held=True, first_page="cd", validators={"etag": 'W/"1"'},
        usual={"text": (12.5, 20.0)}, failures=2, told=("source_fill",),
    )  # fmt: skip
    for run in runs:
        progress_store.save_run(run, None, memory)
    assert progress_store.runs("shopify", "app", 3) == runs[:1:-1]
    assert progress_store.runs("shopify", "other", 3) == []
    assert progress_store.source_state("shopify", "app").memory == memory


def test_a_row_of_another_version_is_readable(progress_store: Any) -> None:
    """What a row lacks has its default, and what we no longer know is passed over."""
    progress_store.save_run(_run(NOW, complete=True), None, Memory(public=3))
    table, key = progress_store._table, keys.source("shopify", "app")
    row = table.get(key)
    older = {**row["run"], "unknown": 1}
    del older["bytes"], older["filled"]
    table.put(key | row | {"run": older, "memory": {"public": 3, "resume_page": 7}})
    state = progress_store.source_state("shopify", "app")
    assert (state.memory, state.run.bytes) == (Memory(public=3), 0)


def test_the_look_before_an_edit_is_kept(feedback_store: Any) -> None:
    """What readers saw before is kept with its moment, apart from every list, for edits only."""
    first = first_sight(Review("shopify", "1", rating=5, text="Good"), "app", NOW)
    feedback_store.put_review(first, None)
    later = seen_again(first, replace(first.review, text="Bad"), NOW + timedelta(days=1))
    feedback_store.put_review(later, first)
    feedback_store.put_review(gone(later, NOW + timedelta(days=2)), later)
    (kept,) = feedback_store.versions(later)
    assert (kept.review.text, kept.seen_at, kept.version) == ("Good", NOW, 1)
    (stored,) = feedback_store.all_reviews("shopify", "app")
    assert (stored.review.text, stored.public) == ("Bad", False)
    assert len(list(feedback_store.records())) == 1
    with pytest.raises(Conflict):
        feedback_store.put_review(seen_again(first, replace(first.review, text="No"), NOW), first)
    assert feedback_store.versions(later) == [kept]


def test_new_records_are_stored_together_or_not_at_all(feedback_store: Any) -> None:
    """One that exists already stops the others of its batch, and can be told from them."""
    reviews = [first_sight(Review("shopify", str(n)), "app", NOW) for n in range(100)]
    feedback_store.put_records(reviews[:1])
    with pytest.raises(Conflict):
        feedback_store.put_records(reviews)
    assert feedback_store.existing(reviews) == {reviews[0].id}
    feedback_store.put_records(reviews[1:])
    assert feedback_store.existing(reviews) == {one.id for one in reviews}


def test_a_login_code_works_once_and_not_too_late(progress_store: Any) -> None:
    """A code is used up by its first use; an expired one and an expired session are nothing."""
    progress_store.add_login_code("a", "editor", NOW + timedelta(hours=1))
    assert progress_store.take_login_code("a", NOW) == "editor"
    assert progress_store.take_login_code("a", NOW) is None
    progress_store.add_login_code("b", "viewer", NOW)
    assert progress_store.take_login_code("b", NOW + timedelta(seconds=1)) is None
    progress_store.add_session("s", Visitor("kim", "viewer"), NOW + timedelta(hours=1))
    assert progress_store.session("s", NOW) == Visitor("kim", "viewer")
    assert progress_store.session("s", NOW + timedelta(hours=2)) is None


def test_the_same_alert_is_one_row(progress_store: Any) -> None:
    """The outbox holds a fact once, however often it is written."""
    alert = Alert("source_broken", NOW, "shopify app", "no reviews")
    progress_store.add_alert(alert)
    progress_store.add_alert(alert)
    assert progress_store.alerts() == [alert]


def _run(at: datetime, *, complete: bool) -> Run:
    return Run("shopify", "app", at, at, "ok", 1, 10, 0, 0, 0, complete)


def _ticket(number: str) -> Ticket:
    return Ticket("standard", number, "link", NOW, Customer("c"), team=f"team{number}")


def test_the_newest_feedback_costs_three_calls_at_most(
    feedback_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The month before is only asked where this one has too few; the newest come first."""
    calls: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def counted(self: Any, operation: str, request: Any) -> Any:
        calls.append(operation)
        return original(self, operation, request)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
    made = []
    for number in range(30):
        day = date(2026, 11, 22) - timedelta(days=number)
        review = Review("shopify", str(number), rating=5, created=day.isoformat())
        feedback_store.put_review(first_sight(review, "app", NOW), None)
        calls.clear()
        newest = feedback_store.newest(NOW.date(), 6)
        made.append(tuple(calls))
        expected = [(NOW.date() - timedelta(n)).isoformat() for n in range(min(number + 1, 6))]
        assert [item.occurred_at for item in newest] == expected
    assert made[:5] == [("Query", "Query", "BatchGetItem")] * 5
    assert made[5:] == [("Query", "BatchGetItem")] * 25
