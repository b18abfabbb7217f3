"""A new engine goes over all stored texts, and what is shown changes once, when all are done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from northstar.app import rescore as rescoring
from northstar.app.count import count
from northstar.app.recount import recount
from northstar.app.rescore import rescore
from northstar.app.score import score
from northstar.domain import verdicts
from northstar.domain.aggregates import Record, sentiment_measure
from northstar.domain.editions import Editions
from northstar.domain.errors import Conflict, Invalid, Unavailable
from northstar.domain.reviews import Review, ReviewRecord, first_sight
from northstar.domain.sentiment import Document, Score
from northstar.domain.verdicts import Verdict
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
PART = 3
TEXTS = 2 * PART + 1


@dataclass(frozen=True)
class Opinion:
    """Reads every text alike; counts how many."""

    id: str
    label: Any
    read_so_far: list[str]

    def read(self, documents: Sequence[Document]) -> list[Verdict]:
        self.read_so_far.extend(document.text for document in documents)
        value = {"positive": 1.0, "negative": -1.0, "undetermined": None}[self.label]
        return [
            Verdict(Score(value, self.label, 0.9, d.declared_language or "en", "declared", self.id))
            for d in documents
        ]


def opinion(name: str, label: str) -> Opinion:
    """Return a reader of that name and opinion."""
    return Opinion(name, label, [])


class House:
    """Both stores, with texts that `reader` has read, and all of them counted."""

    def __init__(self, feedback: DynamoFeedbackStore, progress: DynamoProgressStore) -> None:
        self.feedback, self.progress = feedback, progress
        self.clock = NOW
        self.said = 0

    def say(self, texts: Sequence[str | None], reader: Opinion, *, counted: bool = True) -> None:
        """Store reviews, and let them be scored and, if so wished, counted."""
        for text in texts:
            review = Review(
                source="shopify", id=str(self.said), rating=5, text=text, created="2026-11-20"
            )
            self.feedback.put_review(first_sight(review, "app", NOW), None)
            self.said += 1
        self.score(reader)
        if counted:
            self.count()

    def score(self, reader: Opinion) -> None:
        """Score what is waiting."""
        score(
            list(self.feedback.records()),
            store=self.feedback,
            progress=self.progress,
            readers=lambda _: reader,
        )

    def count(self) -> None:
        """Count what can be counted."""
        ready = [record for record in self.feedback.records() if record.countable]
        for start in range(0, len(ready), 40):
            count(ready[start : start + 40], store=self.progress, zone=ZONE)

    def rescore(
        self, reader: Opinion, *, sleep: Callable[[], None] | None = None, seconds: float = 300
    ) -> tuple[Editions, int]:
        """Let a reader go over all, for so many seconds of a clock that only sleeping moves."""

        def slept(for_seconds: float) -> None:
            self.clock += timedelta(seconds=for_seconds)
            (sleep or self.count)()

        return rescore(
            feedback=self.feedback,
            progress=self.progress,
            reader=reader,
            now=lambda: self.clock,
            until=self.clock + timedelta(seconds=seconds),
            sleep=slept,
        )

    def shown(self) -> Counter[str]:
        """Return what a page shows of the sentiment of reviews."""
        edition = self.progress.editions().shown
        total: Counter[str] = Counter()
        for row, measures in self.progress.totals():
            if row.dimension == "all":
                for label in ("negative", "positive", "undetermined", "sentiment"):
                    total[label] += measures.get(sentiment_measure("review", label, edition), 0)
        return Counter({label: amount for label, amount in total.items() if amount})

    def record(self, number: int) -> ReviewRecord:
        """Return one review."""
        return self.feedback.reviews("shopify", "app", [str(number)])[str(number)]


@pytest.fixture
def house(
    feedback_store: DynamoFeedbackStore,
    progress_store: DynamoProgressStore,
    monkeypatch: pytest.MonkeyPatch,
) -> House:
    """Three parts of texts that the reader "old" calls negative, and a review without a text."""
    monkeypatch.setattr(rescoring, "PART", PART)
    made = House(feedback_store, progress_store)
    old = opinion("old", "negative")
    made.say([*(f"text {n}" for n in range(TEXTS)), None], old)
    made.rescore(old)
    assert made.shown() == {"negative": TEXTS, "sentiment": -1000 * TEXTS}
    return made


def test_what_is_shown_changes_at_once_when_all_are_done(house: House) -> None:
    """Until then nothing of the new engine is seen, and afterwards nothing of the old."""
    new, seen = opinion("new", "positive"), []

    def look() -> None:
        seen.append(house.shown())
        house.count()

    editions, rescored = house.rescore(new, sleep=look)
    assert editions.settled
    assert rescored == TEXTS
    assert house.shown() == {"positive": TEXTS, "sentiment": 1000 * TEXTS}
    assert seen
    assert set(map(tuple, (one.items() for one in seen))) == {
        tuple(Counter(negative=TEXTS, sentiment=-1000 * TEXTS).items())
    }
    assert recount(feedback=house.feedback, progress=house.progress, zone=ZONE).agrees


def test_it_does_nothing_when_nothing_has_changed(house: House) -> None:
    """The same engine again reads no text."""
    again = opinion("old", "positive")
    editions, rescored = house.rescore(again)
    assert (editions.settled, rescored, again.read_so_far) == (True, 0, [])


def test_it_goes_on_where_time_ran_out(house: House) -> None:
    """Each text is read once, however often it was stopped."""
    new = opinion("new", "positive")
    feedback = house.feedback
    original = feedback.records_from

    def slow(*arguments: Any) -> Any:
        house.clock += timedelta(seconds=10)
        return original(*arguments)

    feedback.records_from = slow  # type: ignore[method-assign]
    runs = 0
    while not house.rescore(new, seconds=5)[0].settled:
        house.count()
        runs += 1
    assert runs >= 3
    assert sorted(new.read_so_far) == sorted(f"text {n}" for n in range(TEXTS))
    assert house.shown()["positive"] == TEXTS


@pytest.mark.parametrize("write", ["save_verdict", "save_editions"])
@pytest.mark.parametrize("landed", [True, False])
def test_a_crash_at_any_write_changes_nothing_in_the_end(
    house: House, write: str, landed: bool
) -> None:
    """Before or after it took effect: the next run ends with the same numbers."""
    new = opinion("new", "positive")
    store: Any = house.feedback if write == "save_verdict" else house.progress
    original, calls = getattr(store, write), Counter[str]()

    def crash(*arguments: Any) -> Any:
        calls["made"] += 1
        if calls["made"] % 3 == 0:
            if landed:
                original(*arguments)
            raise Unavailable("gone")
        return original(*arguments)

    setattr(store, write, crash)
    settled, tries = False, 0
    while not settled and tries < 80:
        tries += 1
        try:
            settled = house.rescore(new)[0].settled
        except Unavailable:
            house.count()
    assert settled
    assert house.shown() == {"positive": TEXTS, "sentiment": 1000 * TEXTS}
    assert recount(feedback=house.feedback, progress=house.progress, zone=ZONE).agrees


def test_a_text_that_nobody_has_read_is_read_as_well(house: House) -> None:
    """Whoever should have read it may have given up: it is in the new edition all the same."""
    new = opinion("new", "positive")
    review = Review(source="shopify", id="late", rating=5, text="late", created="2026-11-21")
    house.feedback.put_review(first_sight(review, "app", NOW), None)
    editions, rescored = house.rescore(new)
    assert (editions.settled, rescored) == (True, TEXTS + 1)
    assert house.shown()["positive"] == TEXTS + 1


def test_texts_that_keep_coming_do_not_keep_it_waiting_for_ever(house: House) -> None:
    """There is always one that is not counted yet; after an hour the new edition is shown."""
    new, original = opinion("new", "positive"), house.feedback.records_from

    def one_more(resume: str | None, limit: int) -> Any:
        if resume is None:
            house.say(["again"], new, counted=False)
        return original(resume, limit)

    house.feedback.records_from = one_more  # type: ignore[method-assign]
    began, settled = house.clock, False
    while not settled:
        assert house.clock < began + timedelta(hours=2)
        settled = house.rescore(new, sleep=lambda: None)[0].settled
        house.clock += timedelta(minutes=20)
    assert house.clock >= began + timedelta(hours=1)


def test_a_verdict_that_cannot_be_stored_holds_nobody_up(house: House) -> None:
    """The others are done, and the new edition is shown; the record stays as it was."""
    new, original = opinion("new", "positive"), house.feedback.save_verdict

    def refuse(record: Record, expected_version: int) -> None:
        if record.id == house.record(0).id:
            raise Invalid("too large")
        original(record, expected_version)

    house.feedback.save_verdict = refuse  # type: ignore[method-assign]
    editions, rescored = house.rescore(new)
    assert (editions.settled, rescored) == (True, TEXTS - 1)
    assert house.shown()["positive"] == TEXTS - 1


def test_waiting_for_the_counter_ends_by_itself(house: House) -> None:
    """A run that can only wait leaves the rest to the next one."""
    naps: list[int] = []
    editions, _ = house.rescore(
        opinion("new", "positive"), sleep=lambda: naps.append(1), seconds=10_000
    )
    assert not editions.settled
    assert len(naps) == 5


def test_an_uncounted_record_keeps_the_new_edition_waiting(house: House) -> None:
    """What is shown is complete."""
    new = opinion("new", "positive")
    editions, _ = house.rescore(new, sleep=lambda: None, seconds=30)
    assert not editions.settled
    house.count()
    assert house.rescore(new)[0].settled


def test_going_back_is_the_same_again(house: House) -> None:
    """A model that is rolled back scores all texts anew, and what came in between too."""
    house.rescore(opinion("new", "positive"))
    house.say(["in between"], opinion("new", "positive"))
    house.rescore(opinion("old", "negative"))
    assert house.shown() == {"negative": TEXTS + 1, "sentiment": -1000 * (TEXTS + 1)}


def test_an_older_engine_never_writes_over_a_newer_one(house: House) -> None:
    """A process that has not heard of the newer engine stops, and leaves its verdicts alone."""
    old, new = opinion("old", "negative"), opinion("new", "positive")
    stale = house.progress.editions()
    house.rescore(new)
    house.progress.editions = lambda: stale  # type: ignore[method-assign]
    record = house.record(0)
    assert record.verdict
    unread = replace(
        record, verdict=replace(record.verdict, again=True), version=record.version + 1
    )
    house.feedback.save_verdict(unread, record.version)
    failed = score([unread], store=house.feedback, progress=house.progress, readers=lambda _: old)
    assert isinstance(failed[record.id], Conflict)
    assert house.record(0).verdict == unread.verdict


def test_a_correction_holds_in_both_editions(house: House) -> None:
    """What a person said goes before what any engine says, and is kept after it."""
    record = house.record(0)
    assert record.verdict
    said = verdicts.correct(record.verdict, NOW, label="positive", topics=("price",))
    corrected: Record = replace(record, verdict=said, version=record.version + 1)
    house.feedback.save_verdict(corrected, record.version)
    house.count()
    assert house.shown()["positive"] == 1
    house.rescore(opinion("new", "undetermined"))
    kept = house.record(0).verdict
    assert kept
    assert (kept.label, kept.about, kept.score.label) == ("positive", ("price",), "undetermined")
    assert house.shown() == {"positive": 1, "undetermined": TEXTS - 1, "sentiment": 1000}
    counted = dict(house.progress.totals())
    wrong = [m["wrong_label"] for row, m in counted.items() if m.get("wrong_label")]
    assert wrong
    assert set(wrong) == {1}


def test_a_text_in_another_language_is_read_again_in_that_one(house: House) -> None:
    """Who corrects the language gives the text to the engine of that language."""
    record = house.record(0)
    assert record.verdict
    said = verdicts.correct(record.verdict, NOW, language="fr")
    house.feedback.save_verdict(
        replace(record, verdict=said, version=record.version + 1), record.version
    )
    assert house.record(0).needs_score
    house.score(opinion("old", "negative"))
    verdict = house.record(0).verdict
    assert verdict
    assert (verdict.score.language, verdict.again) == ("fr", False)
