"""Importing: each row once, nothing seen later is overwritten, nothing is lost or told as news."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app import importing
from northstar.app.configuration import SourceTarget
from northstar.app.importing import Line, Tally, import_lines, read_lines, skip, up_to
from northstar.domain.errors import Broken, Conflict, Invalid, Unavailable
from northstar.domain.reviews import Reply, Review, ReviewRecord, first_sight, gone
from northstar.domain.surveys import AnonymousAnswer, Response
from northstar.sources import answers, file

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


class Store:
    """The part of the FeedbackStore protocol that an import needs, as strict as the real one."""

    def __init__(self, refuse: str = "", conflicts: int = 0) -> None:
        self.kept: dict[str, Any] = {}
        self.looks: list[ReviewRecord] = []
        self.writes = 0
        self.refuse = refuse
        self.conflicts = conflicts

    def existing(self, records: Sequence[Any]) -> set[str]:
        """Return which are stored; as DynamoDB, it takes 1 to 100 different ones."""
        ids = [record.id for record in records]
        assert 1 <= len(ids) == len(set(ids)) <= 100
        return {one for one in ids if one in self.kept}

    def put_records(self, records: Sequence[Any]) -> None:
        """Store new ones, all or none."""
        assert 1 <= len(records) <= 100
        if self.refuse and any(self.refuse in record.id for record in records):
            raise Invalid("an id is too long")
        if self.conflicts:
            self.conflicts -= 1
            self.kept[records[0].id] = records[0]  # somebody else was faster
        if any(record.id in self.kept for record in records):
            raise Conflict("one exists")
        self.kept |= {record.id: record for record in records}
        self.writes += 1

    def reviews(self, source: str, app: str, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """Return the stored reviews of these ids."""
        found = (self.kept.get(f"{source}:{app}:{one}") for one in ids)
        return {record.review.id: record for record in found if record}

    def put_review(self, record: ReviewRecord, before: ReviewRecord) -> None:
        """Store a version over the one before."""
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict("somebody else wrote")
        assert self.kept[record.id] == before
        assert record.version == before.version + 1
        self.kept[record.id] = record
        self.writes += 1

    def keep_version(self, looked: ReviewRecord) -> None:
        """Keep an earlier look, once."""
        if looked not in self.looks:
            self.looks.append(looked)


def review(name: str = "1", **changes: Any) -> Review:
    """Return a review of March 2026."""
    told: dict[str, Any] = {"rating": 5, "text": "good", "author": "Ann", "created": "2026-03-01"}
    told |= changes
    return Review("shopify", name, **told)


def run(store: Any, *said: Review | AnonymousAnswer, now: datetime = NOW) -> Tally:
    """Import these as one file; return the last tally."""
    lines = [Line(number, one, "app") for number, one in enumerate(said, 1)]
    return [Tally(), *import_lines(lines, store, now, sleep=lambda _: None)][-1]


def only(store: Store) -> ReviewRecord:
    """Return the one stored review."""
    (record,) = store.kept.values()
    assert isinstance(record, ReviewRecord)
    return record


def test_a_new_review_is_history() -> None:
    """It stands under the store's own id, looked like that since its date, and is no news."""
    store = Store()
    tally = run(store, review(edited="2026-03-05T10:00:00Z"))
    record = only(store)
    assert (tally.rows, tally.new, tally.known) == (1, 1, 0)
    assert (record.id, record.version, record.public) == ("shopify:app:1", 1, True)
    assert record.history
    assert (record.first_seen, record.seen_at) == (NOW, datetime(2026, 3, 5, 10, tzinfo=UTC))


def test_a_date_in_the_future_is_not_believed() -> None:
    """Or no look of the collector would ever be later."""
    store = Store()
    run(store, review(created="2100-01-01"))
    assert only(store).seen_at == NOW


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(1, 28)), max_size=12)
)
def test_twice_is_once(rows: list[tuple[str, int, int]]) -> None:
    """A second import of the same rows writes nothing; every row is new or known."""
    said = [review(name, text=f"v{text}", created=f"2026-03-{day:02}") for name, text, day in rows]
    store = Store()
    first = run(store, *said)
    assert first.rows == first.new + first.known == len(said)
    assert first.new == len({name for name, _, _ in rows}) == len(store.kept)
    run(store, *said)
    before = dict(store.kept)
    writes = store.writes
    again = run(store, *said, now=NOW + timedelta(days=9))
    assert (again.new, again.known, again.changed) == (0, len(said), 0)
    assert (store.kept, store.writes) == (before, writes)


def test_what_was_seen_later_stays() -> None:
    """A row from before the collector's look fills in the first date; its own look is kept."""
    store = Store()
    seen = first_sight(review(text="better", created=None, edited="2026-06-01"), "app", NOW)
    store.kept[seen.id] = seen
    tally = run(store, review(text="was bad", created="2026-03-01"))
    record = only(store)
    assert (tally.known, tally.changed) == (1, 1)
    assert (record.review.text, record.review.created) == ("better", "2026-03-01")
    assert record.review.edited == "2026-06-01"
    assert (record.first_seen, record.seen_at) == (seen.first_seen, seen.seen_at)
    (look,) = store.looks
    assert (look.review.text, look.seen_at) == ("was bad", datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("known", "told", "created"),
    [
        ("2026-03-01T09:00:00-07:00", "2026-03-01", "2026-03-01T09:00:00-07:00"),
        ("2026-03-01T23:00:00-07:00", "2026-03-02", "2026-03-01T23:00:00-07:00"),
        ("2026-03-01", "2026-05-01", "2026-03-01"),
        ("2026-03-01", None, "2026-03-01"),
        ("2026-05-01", "2026-03-01", "2026-03-01"),
        (None, "2026-03-01", "2026-03-01"),
    ],
)
def test_only_a_clearly_earlier_first_date_is_taken(
    known: str | None, told: str | None, created: str
) -> None:
    """The same day in less precision, or a later one, teaches nothing."""
    store = Store()
    seen = first_sight(review(created=known), "app", NOW)
    store.kept[seen.id] = seen
    tally = run(store, review(created=told))
    assert only(store).review.created == created
    assert tally.changed == (created != known)


def test_a_later_row_shows_the_edit_in_whichever_order_files_come() -> None:
    """Monthly exports repeat a review that was edited: the latest words win, none are lost."""
    march = review(text="bad", rating=1, created="2026-03-01")
    april = review(text="good", rating=5, created="2026-03-01", edited="2026-04-02")
    for order in ((march, april), (april, march)):
        store = Store()
        for one in order:
            run(store, one)
        shown = only(store).review
        assert (shown.text, shown.rating, shown.created) == ("good", 5, "2026-03-01")
        assert shown.edited == "2026-04-02"
        together = Store()
        run(together, *order)
        assert only(together).review == shown


def test_a_row_without_a_date_changes_nothing_that_is_known() -> None:
    """It proves nothing about when it looked like that."""
    store = Store()
    seen = first_sight(review(text="now"), "app", NOW - timedelta(days=1))
    store.kept[seen.id] = seen
    run(store, review(text="whenever", created=None))
    assert (only(store), store.looks) == (seen, [])


def test_what_a_file_leaves_out_is_not_lost() -> None:
    """A file without a column of replies does not take the reply away."""
    store = Store()
    run(store, review(reply=Reply("thanks"), version="1.0"))
    run(store, review(text="new words", edited="2026-04-01"))
    shown = only(store).review
    assert (shown.text, shown.version) == ("new words", "1.0")
    assert shown.reply == Reply("thanks")


def test_a_review_that_is_gone_stays_gone() -> None:
    """An old file does not bring back what the store removed."""
    store = Store()
    seen = gone(first_sight(review(), "app", NOW - timedelta(days=9)), NOW - timedelta(days=1))
    store.kept[seen.id] = seen
    run(store, review())
    assert not only(store).public


def test_the_same_id_in_another_app_is_another_review() -> None:
    """Each row goes under its own app."""
    store: Any = Store()
    lines = [Line(1, review(), "a"), Line(2, review(), "b/us")]
    assert [tally.new for tally in import_lines(lines, store, NOW)] == [2]
    assert set(store.kept) == {"shopify:a:1", "shopify:b/us:1"}


@pytest.mark.parametrize("conflicts", [1, 3])
def test_another_writer_does_no_harm(conflicts: int) -> None:
    """What somebody else stored at the same moment is read again, and each review is there once."""
    store = Store(conflicts=conflicts)
    tally = run(store, *(review(str(n)) for n in range(5)))
    assert (len(store.kept), tally.new + tally.known) == (5, 5)
    store.conflicts = conflicts
    run(store, review("2", text="edited", edited="2026-05-01"))
    assert store.kept["shopify:app:2"].review.text == "edited"


def test_endless_conflicts_are_raised() -> None:
    """The import can be run again; the rows before the batch are stored."""
    store = Store(conflicts=99)
    with pytest.raises(Conflict):
        run(store, *(review(str(n)) for n in range(importing.TRIES + 2)))


class Busy(Store):
    """A store that refuses every call so many times before it does what is asked."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals
        self.refused: Counter[str] = Counter()

    def refuse_first(self, call: str) -> None:
        """Raise Unavailable for the first calls of a kind."""
        self.refused[call] += 1
        if self.refused[call] <= self.refusals:
            raise Unavailable("slow down")

    def existing(self, records: Sequence[Any]) -> set[str]:
        """As the store, after the refusals."""
        self.refuse_first("existing")
        return super().existing(records)

    def put_records(self, records: Sequence[Any]) -> None:
        """As the store, after the refusals."""
        self.refuse_first("put_records")
        super().put_records(records)

    def reviews(self, source: str, app: str, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """As the store, after the refusals."""
        self.refuse_first("reviews")
        return super().reviews(source, app, ids)

    def put_review(self, record: ReviewRecord, before: ReviewRecord) -> None:
        """As the store, after the refusals."""
        self.refuse_first("put_review")
        super().put_review(record, before)


def test_a_busy_store_is_asked_again_after_growing_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it refuses for a while is stored in the end, and counted as if it had been at once."""
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    busy: Any = Busy(3)
    pauses: list[float] = []
    said = (review("1"), review("2"), review("1", text="edited", edited="2026-05-01"))
    lines = [Line(number, one, "app") for number, one in enumerate(said, 1)]
    *_, tally = import_lines(lines, busy, NOW, sleep=pauses.append)
    assert (tally.new, tally.known, tally.changed) == (2, 1, 1)
    assert busy.kept["shopify:app:1"].review.text == "edited"
    assert set(busy.refused) == {"existing", "put_records", "reviews", "put_review"}
    assert pauses[:3] == sorted(set(pauses[:3]))
    assert 0 < pauses[0] < 1


def test_one_record_that_cannot_be_stored_does_not_hold_up_the_others() -> None:
    """It is a fault of its row; all others are new."""
    store = Store(refuse="bad")
    tally = run(store, review("1"), review("bad"), review("2"))
    assert (tally.rows, tally.new, tally.known, tally.unread) == (3, 2, 0, 1)
    assert tally.faults == ("data row 2: cannot be stored: an id is too long",)
    assert set(store.kept) == {"shopify:app:1", "shopify:app:2"}


def test_faults_are_counted_and_the_first_are_told() -> None:
    """A long file of faults does not make a long report."""
    lines = [Line(n, fault="bad") for n in range(1, 251)]
    store: Any = Store()
    *_, tally = import_lines([*lines, Line(251, review(), "app")], store, NOW)
    assert (tally.rows, tally.new, tally.unread) == (251, 1, 250)
    assert tally.faults == tuple(f"data row {n}: bad" for n in range(1, 11))


def test_a_dry_run_reads_everything() -> None:
    """It counts what could be read and what not, and where an id was made."""
    lines = [Line(1, review()), Line(2, fault="bad"), Line(3, review("2"), made_id=True)]
    *_, tally = read_lines(lines)
    assert tally == Tally(rows=3, new=2, unread=1, made_ids=1, faults=("data row 2: bad",))


@pytest.mark.parametrize("name", ["created", "edited", "reply"])
def test_a_date_more_than_a_day_ahead_is_a_fault(name: str) -> None:
    """Each date of a row counts; a clock or a zone may be ahead by a day."""
    for date, late in [("2026-11-23", False), ("2026-11-23T13:00:00Z", True), ("2026-11-24", True)]:
        changes: dict[str, Any] = {name: Reply("x", created=date) if name == "reply" else date}
        told = review(**changes)
        (line,) = up_to([Line(7, told, "app")], NOW)
        assert (line.number, line.said is None) == (7, late)
        assert line.fault == (f"date {date} is in the future" if late else None)


def test_batches_are_bounded_in_rows_and_in_text() -> None:
    """No transaction is larger than the store takes, and no row is left out."""
    long = "x" * 10_000
    said = [review(str(n), text=long if n < 200 else "short") for n in range(450)]
    sizes: list[int] = []

    class Measuring(Store):
        def put_records(self, records: Sequence[Any]) -> None:
            sizes.append(sum(len(record.review.text) for record in records))
            super().put_records(records)

    assert run(Measuring(), *said).new == 450
    assert max(sizes) <= importing.BATCH_TEXT
    assert len(sizes) == 7


# ------------------------------------------------------------------ going on after an interruption


class Failing(Store):
    """A store that stops answering after some writes."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def put_records(self, records: Sequence[Any]) -> None:
        """Store, until it does not any more."""
        if not self.left:
            raise Unavailable("no answer")
        self.left -= 1
        super().put_records(records)


def numbered(count: int) -> Iterator[Line]:
    """Return lines of different reviews."""
    return (Line(n, review(str(n)), "app") for n in range(1, count + 1))


def test_an_interrupted_import_goes_on_after_the_last_batch() -> None:
    """The tally goes on from where it was, and everything is there once."""
    store: Any = Failing(3)
    steps: list[Tally] = []
    with pytest.raises(Unavailable):
        steps.extend(import_lines(numbered(1000), store, NOW, sleep=lambda _: None))
    done = steps[-1]
    assert (done.rows, len(store.kept)) == (300, 300)
    store.left = 99
    rest = numbered(1000)
    assert skip(rest, done.rows, store, NOW)
    *_, last = import_lines(rest, store, NOW, done)
    assert (last.rows, last.new, last.known, len(store.kept)) == (1000, 1000, 0, 1000)


def test_an_emptied_store_is_noticed() -> None:
    """What a checkpoint calls done is only believed where the last of it is stored."""
    assert not skip(numbered(500), 300, Store(), NOW)  # type: ignore[arg-type]
    faults: Any = iter([Line(1, fault="bad"), Line(2, review(), "app")])
    assert skip(faults, 1, Store(), NOW)  # type: ignore[arg-type]
    assert next(faults).number == 2


# ------------------------------------------------------------------ answers of other tools


def read_answers(content: str, source: str = "surveys", **given: str) -> list[Line]:
    """Return the lines of a file of answers."""
    stream = io.BytesIO(content.encode())
    told = answers.layout(stream, given)
    return list(answers.lines(stream, told, source, ZoneInfo("Europe/Berlin")))


def test_an_answer_is_read_whole() -> None:
    """Its day is a business day; template, team, channel and language are what it is counted by."""
    (line,) = read_answers(
        "Response ID,CSAT,Comment,Submitted At,Channel,Team,Template,Language\n"
        "7,4,thanks,2026-03-01T23:30:00Z,E-Mail,Tier 1,refund,pt-BR\n"
    )
    said = line.said
    assert isinstance(said, AnonymousAnswer)
    assert replace(said, id="") == AnonymousAnswer(
        id="",
        version=1,
        day="2026-03-02",
        question="csat",
        response=Response(csat=4, comment="thanks"),
        channel="email",
        survey="surveys@import",
        team="Tier 1",
        template="refund@-",
        language="pt-BR",
    )


@pytest.mark.parametrize(("told", "solved"), [("yes", True), ("FALSE", False), ("1", True)])
def test_solved_is_the_other_first_question(told: str, solved: bool) -> None:
    """Yes and no in any common spelling."""
    (line,) = read_answers(f"id,solved,date\n1,{told},2026-03-01\n")
    assert isinstance(line.said, AnonymousAnswer)
    assert (line.said.question, line.said.response) == ("solved", Response(solved=solved))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,6,,2026-03-01", "rating"),
        ("1,,maybe,2026-03-01", "neither yes nor no"),
        ("1,,,2026-03-01", "neither an answer"),
        ("1,5,yes,2026-03-01", "two first answers"),
        ("1,5,,", "no date"),
        ("1,5,,soon", "not understood"),
    ],
)
def test_an_answer_that_is_none_is_a_fault(row: str, fault: str) -> None:
    """The row and the reason are said; the next is read."""
    first, second = read_answers(f"id,csat,solved,date\n{row}\n2,5,,2026-03-01\n")
    assert first.said is None
    assert fault in str(first.fault)
    assert second.said is not None


def test_answers_are_known_again() -> None:
    """By id; without one by the row, and rows alike without a comment are as many answers."""
    with_id = "id,csat,date\n1,5,2026-03-01\n2,5,2026-03-01\n"
    assert len({line.said for line in read_answers(with_id)}) == 2
    assert read_answers(with_id) == read_answers(with_id)
    ids = {line.said.id for line in read_answers(with_id) if line.said}
    assert ids.isdisjoint(line.said.id for line in read_answers(with_id, "other") if line.said)
    silent = "csat,date\n5,2026-03-01\n5,2026-03-01\n4,2026-03-01\n"
    alike = [line.said.id for line in read_answers(silent) if line.said]
    assert len(set(alike)) == 3
    assert [line.said.id for line in read_answers(silent + "5,2026-03-02\n") if line.said][
        :3
    ] == alike
    spoken = "csat,comment,date\n5,thanks,2026-03-01\n5,thanks,2026-03-01\n"
    assert len({line.said for line in read_answers(spoken)}) == 1


def test_answers_are_stored_once() -> None:
    """A second import finds them all."""
    store: Any = Store()
    content = "csat,date\n" + "5,2026-03-01\n" * 150
    *_, first = import_lines(read_answers(content), store, NOW)
    *_, again = import_lines(read_answers(content), store, NOW)
    assert (first.new, len(store.kept)) == (150, 150)
    assert (again.new, again.known, store.writes) == (0, 150, 2)


def test_too_many_answers_alike_need_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has to be kept in mind is bounded; the fault says what helps."""
    monkeypatch.setattr(answers, "MOST_ALIKE", 2)
    found = read_answers("csat,date\n5,2026-03-01\n4,2026-03-01\n3,2026-03-01\n5,2026-03-01\n")
    assert [line.fault is None for line in found] == [True, True, False, True]
    assert "column of ids" in str(found[2].fault)


@pytest.mark.parametrize("content", ["csat,comment\n5,x\n", "date,comment\n2026-03-01,x\n"])
def test_a_file_of_something_else_is_refused(content: str) -> None:
    """Without dates or first answers it holds no answers."""
    with pytest.raises(Broken, match="date, and csat or solved"):
        read_answers(content)


# ------------------------------------------------------------------ memory


class Forgetful(io.RawIOBase):
    """A file of reviews that is made while it is read: `rows` lines of CSV or NDJSON."""

    def __init__(self, rows: int, form: str) -> None:
        super().__init__()
        self.rows, self.form = rows, form
        self.at = 0
        self.left = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) in {(0, 0), (0, 1)}
        if whence == 0:
            self.at, self.left = 0, b""
        return 0

    def readinto(self, buffer: Any) -> int:
        while len(self.left) < len(buffer) and self.at <= self.rows:
            self.left += self._row(self.at)
            self.at += 1
        part, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _row(self, number: int) -> bytes:
        text = f"words {number} " + "x" * 60
        if self.form == "csv":
            row = f"{number},{1 + number % 5},{text}\n" if number else "id,rating,text\n"
        else:
            comma, end = ("," if number > 1 else ""), ("]}" if number == self.rows else "")
            row = (
                f'{comma}{{"id":{number},"rating":5,"text":"{text}"}}{end}'
                if number
                else '{"reviews":['
            )
        return row.encode()


class Counting(Store):
    """A store that only counts."""

    def existing(self, records: Sequence[Any]) -> set[str]:
        """Return that nothing is stored."""
        return set()

    def put_records(self, records: Sequence[Any]) -> None:
        """Count."""
        self.writes += len(records)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_memory_does_not_grow_with_the_file(form: str) -> None:
    """Three times the rows take no more of it."""

    def peak(rows: int) -> int:
        stream: Any = Forgetful(rows, form)
        store: Any = Counting()
        tracemalloc.start()
        told = file.layout(stream)
        lines = file.lines(stream, told, SourceTarget("shopify", "app"))
        (tally,) = deque(import_lines(lines, store, NOW), maxlen=1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (tally.rows, store.writes, told.rows) == (rows, rows, rows)
        return most

    peak(500)  # what is made once
    assert peak(12_000) < 1.2 * peak(4_000)
