"""What a person says of a text: it counts, it stays, and the engines' mistakes are counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from northstar.app.correct import correct
from northstar.domain.aggregates import Record
from northstar.domain.errors import Conflict, Invalid, NotFound
from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.topics import Theme
from northstar.domain.verdicts import Correction, Understood, Verdict, succeed

NOW = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ID = "shopify:acme:1"
SCORE = Score(-0.8, "negative", 0.9, "en", "detected", "test")
VERDICT = Verdict(SCORE, ("crash", "login"), "stars high, text negative")
THEMES = [Theme(name, {"any": (name,)}) for name in ("login", "price", "crash")]


def review(text: str | None = "It crashes.", verdict: Verdict | None = VERDICT) -> ReviewRecord:
    """Return a review of five stars at version 3."""
    shown = Review(source="shopify", id="1", rating=5, text=text)
    return ReviewRecord(shown, "acme", 3, NOW, NOW, verdict=verdict)


class Stored:
    """The part of the FeedbackStore protocol that correcting needs; others write `meanwhile`."""

    def __init__(self, record: Record, meanwhile: int = 0) -> None:
        self.record = record
        self._meanwhile = meanwhile

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the record, if it is asked for; no table takes a longer or an empty key."""
        ids = list(ids)
        assert all(0 < len(one) <= 1000 for one in ids)
        return {self.record.id: self.record} if self.record.id in ids else {}

    def save_verdict(self, record: Record, expected_version: int) -> None:
        """Store over the expected version."""
        if self._meanwhile:
            self._meanwhile -= 1
            self.record = replace(self.record, version=self.record.version + 1)
        if self.record.version != expected_version:
            raise Conflict("another version")
        self.record = record


def say(store: Stored, record_id: str = ID, **said: Any) -> Verdict:
    """Correct a record; what is not given is not said."""
    given = {"label": None, "language": None, "topics": None, "now": NOW} | said
    record = correct(record_id, **given, themes=THEMES, feedback=store)  # type: ignore[arg-type]
    assert record == store.record
    assert record.verdict
    return record.verdict


def test_what_a_person_says_goes_before_the_engines() -> None:
    """Label, language and topics are the person's, the score stays, and it is a new version."""
    store = Stored(review())
    verdict = say(store, label="neutral", language="fr", topics=["price"])
    assert (verdict.label, verdict.language, verdict.about) == ("neutral", "fr", ("price",))
    assert (verdict.score, verdict.doubtful, store.record.version) == (SCORE, False, 4)
    assert verdict.correction
    assert verdict.correction.at == NOW
    assert verdict.correction.mistakes == ("label", "language", "topics")


def test_of_what_is_not_said_the_engines_are_believed() -> None:
    """A corrected label leaves language and topics as they are, neither checked nor wrong."""
    verdict = say(Stored(review()), label="positive")
    assert (verdict.label, verdict.language, verdict.about) == ("positive", "en", VERDICT.topics)
    assert verdict.correction == Correction(NOW, "positive", None, None, ("label",))


def test_engines_are_confirmed() -> None:
    """Saying what they say is no mistake, in whatever order the topics come, and ends the doubt."""
    verdict = say(Stored(review()), label="negative", language="en", topics=["login", "crash"])
    assert verdict.correction
    assert verdict.correction.mistakes == ()
    assert not verdict.doubtful


def test_no_topic_at_all_can_be_said() -> None:
    """An empty list is something that is said: the text is about none of them."""
    verdict = say(Stored(review()), topics=[])
    assert verdict.about == ()
    assert verdict.correction
    assert verdict.correction.mistakes == ("topics",)


def test_a_newer_correction_replaces_the_older_one() -> None:
    """Of the older one nothing stays, not even what the newer one does not speak of."""
    store = Stored(review())
    say(store, label="neutral", language="fr")
    verdict = say(store, label="positive", now=LATER)
    assert verdict.correction == Correction(LATER, "positive", None, None, ("label",))


def test_saying_nothing_takes_the_correction_back() -> None:
    """The engines are believed again, and the text is doubtful as before."""
    store = Stored(review())
    say(store, label="positive")
    verdict = say(store)
    assert verdict.correction is None
    assert (verdict.label, verdict.doubtful, store.record.version) == ("negative", True, 5)


@pytest.mark.parametrize(
    ("before", "now", "again"),
    [
        (None, "fr", True),
        (None, "en", False),
        (None, None, False),
        ("fr", "fr", False),
        ("fr", "de", True),
        ("fr", None, True),
    ],
)
def test_another_language_wants_the_text_to_be_read_again(
    before: str | None, now: str | None, *, again: bool
) -> None:
    """Also when it is taken back; not when it is confirmed or stays as it was."""
    said = Correction(NOW, "neutral", before) if before else None
    store = Stored(review(verdict=replace(VERDICT, correction=said)))
    verdict = say(store, label="neutral", language=now)
    assert store.record.needs_score is again
    assert verdict.again is again


def test_a_mistake_stays_one_when_it_is_said_again() -> None:
    """An engine that was told the language agrees since; that it was wrong is not forgotten."""
    store = Stored(review())
    told = say(store, language="fr", topics=["price", "login"])
    read = Verdict(replace(SCORE, language="fr"), ("price", "login"))
    store.record = replace(store.record, verdict=succeed(read, told, "a", 1))
    verdict = say(store, label="negative", language="fr", topics=["login", "price"])
    assert verdict.correction
    assert verdict.correction.mistakes == ("language", "topics")


def test_an_engine_that_could_not_tell_was_not_wrong() -> None:
    """Label and language are filled in, which is told apart from a mistake, also when repeated."""
    silent = Score(None, "undetermined", 0.0, "und", "unknown", "none")
    store = Stored(review(verdict=Verdict(silent, ("crash",))))
    told = say(store, label="positive", language="pl", topics=["price"])
    assert told.correction
    assert told.correction.mistakes == ("abstained", "unknown", "topics")
    store.record = replace(store.record, verdict=succeed(VERDICT, told, "a", 1))
    again = say(store, label="positive", language="pl")
    assert again.correction
    assert again.correction.mistakes == ("abstained", "unknown")
    other = say(store, label="neutral", language="de")
    assert other.correction
    assert other.correction.mistakes == ("label", "language")


def test_it_is_kept_when_a_newer_engine_reads_the_text() -> None:
    """In the other edition too, as it was said."""
    verdict = say(Stored(review()), label="neutral")
    newer = succeed(replace(VERDICT, score=replace(SCORE, label="positive")), verdict, "b", 2)
    assert newer.label == "neutral"
    counted = Understood("neutral", 0.0, "en", VERDICT.topics)
    assert newer.by_edition() == {"b": counted, "a": counted}


def test_a_record_that_moves_on_is_corrected_as_it_is_then() -> None:
    """A conflict is tried again on the newest version, and given up after a few times."""
    store = Stored(review(), meanwhile=2)
    assert say(store, label="neutral").label == "neutral"
    assert store.record.version == 6
    with pytest.raises(Conflict):
        say(Stored(review(), meanwhile=99), label="neutral")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"label": "undetermined"}, "label"),
        ({"label": ""}, "label"),
        ({"language": "French"}, "language"),
        ({"language": "fr-FR"}, "language"),
        ({"language": "und"}, "language"),
        ({"topics": ["login", "weather"]}, "topic"),
    ],
)
def test_what_is_not_known_is_refused(said: dict[str, Any], field: str) -> None:
    """With the name of the field, and nothing is stored."""
    store = Stored(review())
    with pytest.raises(Invalid) as refused:
        say(store, **said)
    assert refused.value.field == field
    assert store.record.version == 3


@pytest.mark.parametrize("record", [review(None, None), review("New.", None)])
def test_there_must_be_a_text_that_was_read(record: ReviewRecord) -> None:
    """Stars alone, and a text that no engine has read yet, cannot be corrected."""
    with pytest.raises(Invalid):
        say(Stored(record), label="neutral")


@pytest.mark.parametrize("record_id", ["shopify:acme:2", "", "x" * 5000])
def test_only_what_is_stored_is_corrected(record_id: str) -> None:
    """Neither an unknown id, nor none, nor one that no store could hold."""
    with pytest.raises(NotFound):
        say(Stored(review()), record_id, label="neutral")
