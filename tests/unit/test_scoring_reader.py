"""What is understood of a text: sentiment, topics and doubt, under one name."""

from __future__ import annotations

import pytest

from northstar.app.themes import DEFAULT
from northstar.domain.sentiment import Document
from northstar.domain.topics import Theme
from northstar.scoring import engine
from northstar.scoring.reader import start

READER = start(engine("auto"), DEFAULT)
HOSTILE = {
    "100 KB": "Great app, but it crashes. " * 4_000,
    "50,000 emoji": "😂" * 50_000,
    "one long word": "a" * 50_000,
    "right to left": "\u202eשלום good مرحبا " * 3_000,
    "NULs": "good\x00" * 20_000,
    "combining": "a" + "\u0301" * 50_000,
    "half a pair": "\ud83d" * 5_000,
}


def test_a_text_gets_sentiment_topics_and_doubt() -> None:
    """Five stars over a complaint are for somebody to look at."""
    text = "Terrible, horrible app! It crashes all day, and their support is awful and rude."
    complaint, praise = READER.read([Document(text, "en", 5), Document("Love it!", "en", 5)])
    assert complaint.label == "negative"
    assert complaint.topics == ("crash", "support")
    assert complaint.mismatch == "stars high, text negative"
    assert complaint.doubtful
    assert (praise.label, praise.mismatch) == ("positive", None)


def test_stars_that_were_not_given_contradict_nothing() -> None:
    """Nor does a text that nobody can read."""
    text = "Terrible, horrible app! It crashes all day, and their support is awful and rude."
    (unrated,) = READER.read([Document(text, "en")])
    (unread,) = READER.read([Document("Kamala, kaatuu joka aamu eikä tuki vastaa", "fi", 5)])
    assert unrated.mismatch is None
    assert (unread.label, unread.mismatch) == ("undetermined", None)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_read_once_and_says_that_it_was_cut(text: str) -> None:
    """Whatever it holds, it has one verdict."""
    (verdict,) = READER.read([Document(text, None, 1)])
    assert verdict.score.truncated
    assert len(verdict.topics) <= 5


def test_the_name_changes_with_all_that_takes_part() -> None:
    """Other topics or another engine are another reader; the same ones are the same."""
    label = Theme("label", {"en": ("label*",)})
    same = start(engine("auto"), DEFAULT)
    assert same.id == READER.id
    others = {start(engine("auto"), (*DEFAULT, label)).id, start(engine("vader"), DEFAULT).id}
    assert len({READER.id, *others}) == 3


def test_nothing_to_read_is_no_error() -> None:
    """An empty batch has no verdicts."""
    assert READER.read([]) == []
