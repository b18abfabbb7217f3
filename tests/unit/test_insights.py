"""What is found in many texts, with its proof, and how it is kept."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from northstar.app import insights as module
from northstar.app.insights import (
    LEAST_TEXTS,
    Comparison,
    Finding,
    Insights,
    Quote,
    Summary,
    Told,
    insights,
    told,
    words_of,
)
from northstar.domain import keyness
from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Review, ReviewRecord, first_sight, gone
from northstar.domain.sentiment import Score
from northstar.domain.surveys import AnonymousAnswer, Response
from northstar.domain.verdicts import Verdict, correct
from northstar.store.items import Item, pack, unpack
from northstar.store.progress import DynamoProgressStore
from tests.browser.samples import ask

NOW = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
TODAY = date(2026, 9, 14)
BERLIN = ZoneInfo("Europe/Berlin")
UNREMARKABLE = "great app it does all i want every day and more"


def verdict(language: str = "en", label: str = "negative", topics: tuple[str, ...] = ()) -> Verdict:
    """Return what an engine understands of a text."""
    score = Score(None, label, 0.9, language, "detected", "test")  # type: ignore[arg-type]
    return Verdict(score, topics)


def review(text: str | None = "Crashes.", **changes: Any) -> ReviewRecord:
    """Return a review that was read, with some of what the store shows changed."""
    shown = Review("shopify", "1", 1, None, text, created="2026-09-13", version="5.2")
    record = first_sight(replace(shown, **changes), "acme", NOW)
    return replace(record, verdict=verdict(topics=("crash",)))


def remark(author: str) -> Remark:
    """Return what somebody said on a phone, before midnight in UTC and after it in Berlin."""
    at = datetime(2026, 9, 13, 22, 30, tzinfo=UTC)
    said = Said("standard", "1", "call", at, author, "It is slow.")  # type: ignore[arg-type]
    return Remark("r" * 24, 1, said, verdict=verdict("de", "neutral"))


def anonymous(comment: str | None) -> AnonymousAnswer:
    """Return an answer that leads back to nobody."""
    given = Response(csat=2, comment=comment)
    return AnonymousAnswer(
        "a" * 24, 1, "2026-09-12", "csat", given, "email", "built-in@1", verdict=verdict()
    )


class TestTold:
    """What a record tells."""

    def test_a_review_tells_all(self) -> None:
        """Title and text, its day, its verdict, its app and the version of that."""
        assert told(review(title="Bad"), BERLIN) == Told(
            "shopify:acme:1",
            "Bad\nCrashes.",
            "2026-09-13",
            "en",
            "negative",
            ("crash",),
            "shopify:acme",
            "5.2",
        )

    def test_others_have_no_app_and_days_are_business_days(self) -> None:
        """Remarks and answers, too, are what customers say."""
        said = told(remark("customer"), BERLIN)
        assert said
        assert (said.day, said.language, said.app, said.app_version) == (
            "2026-09-14",
            "de",
            None,
            None,
        )
        answered = replace(
            ask("csat", Response(csat=1, comment="No answer at all.")), verdict=verdict()
        )
        assert told(answered, BERLIN)
        assert told(anonymous("Too slow."), BERLIN)

    def test_a_correction_goes_before_the_engines(self) -> None:
        """Label, language and topics are those of the person."""
        record = review(rating=5)
        assert record.verdict
        better = correct(record.verdict, NOW, label="positive", language="fr", topics=("ads",))
        said = told(replace(record, verdict=better), BERLIN)
        assert said
        assert (said.label, said.language, said.topics) == ("positive", "fr", ("ads",))

    def test_kind_words_of_the_unhappy_are_no_praise(self) -> None:
        """With one or two stars, or when the ticket was not solved."""
        kind = verdict("en", "positive")
        for unhappy in (
            replace(review(rating=2), verdict=kind),
            replace(ask("solved", Response(solved=False, comment="Please help.")), verdict=kind),
        ):
            said = told(unhappy, BERLIN)
            assert said
            assert said.label == "neutral"
        happy = told(replace(review(rating=3), verdict=kind), BERLIN)
        assert happy
        assert happy.label == "positive"

    @pytest.mark.parametrize(
        "record",
        [
            review(None),
            replace(review(), verdict=None),
            gone(review(), NOW),
            remark("agent"),
            anonymous(None),
            ask(),
        ],
        ids=["stars", "unread", "gone", "agent", "no comment", "no answer"],
    )
    def test_what_is_no_customers_voice_tells_nothing(self, record: Any) -> None:
        """No text, nothing understood yet, no longer public, an agent's note, or no answer."""
        assert told(record, BERLIN) is None


def said(
    texts: Sequence[str], days_ago: int = 0, label: str = "negative", **more: Any
) -> list[Told]:
    """Return texts of one day; keyword arguments are further fields."""
    day = (TODAY - timedelta(days_ago)).isoformat()
    given = {"language": "en", "topics": ()} | more
    name = f"{day}-{label}-{given['language']}-{given.get('app_version')}-{len(texts)}"
    return [
        Told(f"{name}-{n:05}", text, day, label=label, **given)  # type: ignore[arg-type]
        for n, text in enumerate(texts)
    ]


def nothing(text: str, language: str) -> tuple[str, ...]:
    """Tell no topic of any text."""
    return ()


def on_screens(text: str, language: str) -> tuple[str, ...]:
    """Tell the one topic of these tests."""
    return ("crash",) if "black" in text.lower() else ()


def black(count: int) -> list[str]:
    """Return so many texts about black screens, no two alike, each over several sentences."""
    ends = (f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(count))
    return [f"{UNREMARKABLE}, {end}!\nBlack screen, {end}.\nIt was {end}." for end in ends]


PLAIN = [UNREMARKABLE] * 60
ONLY = {"emerging": 1, "complaints": 0, "version": 0}


def of_kind(found: Insights, kind: str) -> list[Comparison]:
    """Return the comparisons of a kind."""
    return [one for one in found.comparisons if one.kind == kind]


def terms_of(one: Comparison) -> list[str]:
    """Return the phrases of a comparison."""
    return [phrase.term for phrase in one.phrases]


def words(quotes: Sequence[Quote], texts: Sequence[Told]) -> list[str]:
    """Return the passages that quotes name."""
    by_id = {one.id: one.text for one in texts}
    return [by_id[one.feedback][one.start : one.start + one.length] for one in quotes]


class TestPhrases:
    """What one group of texts says more than another."""

    def test_what_was_not_said_before_emerges(self) -> None:
        """With its texts in both periods, and passages of the texts that hold it."""
        texts = [*said(black(40), 29), *said(PLAIN, 30), *said(black(1), 59)]
        (found,) = of_kind(insights(texts, TODAY, 30, nothing), "emerging")
        assert (found.language, found.texts, found.other_texts) == ("en", 40, 61)
        assert "black screen" in terms_of(found)
        phrase = next(one for one in found.phrases if one.term == "black screen")
        assert (phrase.texts, phrase.other_texts, len(phrase.quotes)) == (40, 1, 3)
        assert phrase.z > 3
        assert all(one.startswith("Black screen, ") for one in words(phrase.quotes, texts))

    @pytest.mark.parametrize("days_ago", [30, 60])
    def test_only_this_period_and_the_one_before_count(self, days_ago: int) -> None:
        """The day after the last of a period is the first of the one before it."""
        texts = [*said(PLAIN, 0), *said(PLAIN, 59), *said(black(40), days_ago)]
        found = insights(texts, TODAY, 30, nothing)
        assert found.comparisons == ()
        assert found.texts == (160 if days_ago == 30 else 120)

    def test_complaints_are_told_from_praise(self) -> None:
        """In this period alone, whatever was said before."""
        texts = [*said(black(40)), *said(PLAIN, label="positive")]
        (found,) = of_kind(insights(texts, TODAY, 30, nothing), "complaints")
        assert (found.texts, found.other_texts) == (40, 60)
        assert "black screen" in terms_of(found)
        assert insights(texts, TODAY + timedelta(30), 30, nothing).comparisons == ()

    def test_each_language_is_compared_with_itself(self) -> None:
        """Also one without spaces; texts of an unknown language are compared with none."""
        chinese = [f"味道很好。昨天又闪退了{chr(0x4E00 + n)}。" for n in range(80)]
        texts = [*said(chinese, language="zh"), *said(["味道很好。"] * 300, 30, language="zh")]
        texts += [*said(PLAIN), *said(PLAIN, 30)]
        texts += [*said(black(40), language="und"), *said(PLAIN, 30, language="und")]
        (found,) = insights(texts, TODAY, 30, nothing).comparisons
        assert found.language == "zh"
        assert "闪退" in "".join(terms_of(found))
        assert "闪退" in words(found.phrases[0].quotes, texts)[0]

    def test_the_newest_version_is_compared_with_those_before(self) -> None:
        """5.10 comes after 5.9; each app by itself, over both periods."""
        app = {"app": "play:acme"}
        texts = [*said(black(30), app_version="5.10", **app)]
        texts += said(black(10), 40, app_version="5.10", **app)
        texts += said(PLAIN, 0, app_version="5.9", **app)
        texts += said(PLAIN, 40, app_version="v5.2.1", **app)
        texts += said(PLAIN, 0, app_version="Varies with device", **app)
        texts += said(PLAIN, 0, app="play:other", app_version="1")
        texts += said(PLAIN, 1, app_version="5.11", language="de", **app)
        (found,) = of_kind(insights(texts, TODAY, 30, nothing), "version")
        assert (found.app, found.language, found.version) == ("play:acme", "en", "5.10")
        assert (found.texts, found.other_texts) == (40, 120)
        assert "black screen" in terms_of(found)

    def test_a_version_with_too_few_texts_waits(self) -> None:
        """Until then the one before it counts as the newest."""
        app = {"app": "play:acme"}
        texts = [*said(PLAIN[: LEAST_TEXTS - 1], app_version="6", **app)]
        texts += said(black(40), app_version="5", **app)
        texts += said(PLAIN, 3, app_version="4", **app)
        (found,) = of_kind(insights(texts, TODAY, 30, nothing), "version")
        assert (found.version, found.texts, found.other_texts) == ("5", 40, 60)

    @pytest.mark.parametrize(("now", "before"), [(LEAST_TEXTS - 1, 60), (40, LEAST_TEXTS - 1)])
    def test_a_few_texts_are_not_compared(
        self, now: int, before: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However clear the difference is."""
        monkeypatch.setattr(keyness, "LEAST_Z", 1.0)
        texts = [*said(black(now)), *said([UNREMARKABLE] * before, 30)]
        assert insights(texts, TODAY, 30, nothing).comparisons == ()
        monkeypatch.setattr(module, "LEAST_TEXTS", 1)
        assert insights(texts, TODAY, 30, nothing).comparisons

    def test_a_phrase_that_cannot_be_quoted_is_left_out(self) -> None:
        """Such as one of sentences that nobody would read to their end."""
        long = [f"{'and so on ' * 30} black screen {'and so forth ' * n}" for n in range(1, 41)]
        texts = [*said(long), *said(["and so on and so forth"] * 60, 30)]
        assert insights(texts, TODAY, 30, nothing).comparisons == ()


class TestSummaries:
    """What tells best what is said of a topic."""

    COMPLAINTS = said(
        [
            "After all the support is friendly.\nThe login ends in a black screen.",
            "Since the update there is only a black screen.",
            "The camera shows a black screen on my tablet.",
            "My whole display goes black during calls.",
        ],
        topics=("crash",),
    )
    PRAISE = said(
        [
            "No black screen any more, thank you!",
            "The black theme looks great at night.",
            "They answered about the black borders within minutes.",
        ],
        label="positive",
        topics=("crash",),
        language="de",
    )

    def test_over_all_languages_they_take_turns(self) -> None:
        """The first quote of each language, most texts first, before the second of any."""
        german = said(
            ["Bildschirm immer black.", "Black, schon wieder!"], topics=("crash",), language="de"
        )
        every, *each = insights([*self.COMPLAINTS, *german], TODAY, 30, on_screens).summaries
        first, second = (one.complaints for one in each)
        assert [one.language for one in each] == ["en", "de"]
        assert every.complaints == (first[0], second[0], first[1])

    def test_complaints_and_praise_are_quoted_on_the_topic(self) -> None:
        """At most three and two passages, each about the topic by itself; in all, and by language.

        A language in which nobody complains has no complaints.
        """
        texts = [*self.COMPLAINTS, *self.PRAISE]
        found = insights(texts, TODAY, 30, on_screens).summaries
        assert [(one.topic, one.language) for one in found] == [
            ("crash", ""),
            ("crash", "en"),
            ("crash", "de"),
        ]
        every, english, german = found
        assert every.complaints == english.complaints
        assert (len(every.complaints), len(every.praise)) == (3, 2)
        assert german.complaints == english.praise == ()
        assert len({quote.feedback for quote in every.complaints}) == 3
        (alone,) = insights(texts[:1], TODAY, 30, on_screens).summaries[:1]
        assert words(alone.complaints, texts) == ["The login ends in a black screen."]

    def test_topics_of_a_text_that_it_is_not_filed_under_do_not_count(self) -> None:
        """Where a person took the topic away, no passage of the text is quoted for it."""
        texts = [one._replace(topics=("ads",)) for one in self.COMPLAINTS]
        assert insights(texts, TODAY, 30, on_screens).summaries == ()

    def test_neutral_texts_and_earlier_ones_are_not_quoted(self) -> None:
        """Only what is negative or positive, and of this period."""
        texts = said(black(5), label="neutral", topics=("crash",))
        texts += said(black(5), 30, topics=("crash",))
        assert insights(texts, TODAY, 30, on_screens).summaries == ()


EVERYTHING = [
    *said(black(40), topics=("crash",)),
    *said(PLAIN, 30),
    *said([*PLAIN, "Nice black colour."], label="positive", topics=("crash",), language="en"),
]


def test_the_order_of_the_texts_does_not_matter() -> None:
    """The same texts give the same, to the last quote."""
    found = insights(EVERYTHING, TODAY, 30, on_screens)
    assert len(found.comparisons) == 2
    for seed in range(3):
        shuffled = random.Random(seed).sample(EVERYTHING, len(EVERYTHING))
        assert insights(shuffled, TODAY, 30, on_screens) == found


def test_of_too_many_texts_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """In each period; how many were not is told."""
    monkeypatch.setattr(module, "MOST_TEXTS", 30)
    texts = [*said(black(30), 1), *said(PLAIN, 2), *said(PLAIN, 31)]
    found = insights(texts, TODAY, 30, nothing)
    assert (found.texts, found.left_out) == (60, 90)
    (emerging,) = of_kind(found, "emerging")
    assert (emerging.texts, emerging.other_texts) == (30, 30)
    assert "black screen" in terms_of(emerging)


def test_of_too_many_comparisons_the_largest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of most texts."""
    texts = [
        one
        for language, count in (("de", 40), ("en", 60), ("nl", 50))
        for one in (
            *said(black(count), language=language),
            *said(PLAIN, 30, language=language),
        )
    ]
    monkeypatch.setattr(module, "MOST_COMPARISONS", 2)
    kept = insights(texts, TODAY, 30, nothing).comparisons
    assert [one.language for one in kept] == ["en", "nl"]


class TestWords:
    """A quote leads to the words as they stand now."""

    TEXT = "Nice app. " * 20 + "Black screen!"

    def quote(self) -> Quote:
        """Return the quote of the last sentence."""
        texts = [
            one._replace(text=f"{self.TEXT[:-1]} {one.text[-5:]}!")
            for one in said(["x"] * 4, topics=("crash",))
        ]
        texts += [one._replace(text=self.TEXT) for one in said(["x"], topics=("crash",))]
        quotes = insights(texts, TODAY, 30, on_screens).summaries[0].complaints
        return next(one for one in quotes if one.feedback == texts[-1].id)

    def test_they_are_verbatim(self) -> None:
        """With a title they stand behind it, as they did when they were found."""
        assert words_of(self.quote(), review(self.TEXT)) == "Black screen!"

    @pytest.mark.parametrize(
        "record",
        [
            review("Black screen! " + TEXT),
            review("Now it works."),
            review(None),
            gone(review(TEXT), NOW),
            ask(),
        ],
        ids=["moved", "edited", "erased", "gone", "another"],
    )
    def test_they_are_gone_with_the_passage(self, record: Any) -> None:
        """After an edit, an erasure or a removal nothing is left of them."""
        assert words_of(self.quote(), record) is None


class Table:
    """One item of a table, in DynamoDB's own format and with its limit."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def put(self, item: Item) -> None:
        """Store an item of at most 400 KB."""
        assert sum(len(name) + len(value) for name, value in item.items()) < 400_000
        self._items[item["PK"] + item["SK"]] = pack(item)

    def get(self, key: Item) -> Item | None:
        """Return an item."""
        found = self._items.get(key["PK"] + key["SK"])
        return unpack(found) if found else None


@pytest.fixture
def store() -> DynamoProgressStore:
    """The store over an empty table."""
    return DynamoProgressStore(Table())  # type: ignore[arg-type]


def test_insights_are_kept_by_period(store: DynamoProgressStore) -> None:
    """What was found last for so many days is read back; before that there is nothing."""
    month = insights(EVERYTHING, TODAY, 30, on_screens)
    week = insights(EVERYTHING, TODAY, 7, on_screens)
    assert month.comparisons
    assert month.summaries
    for found in (week, replace(month, left_out=9), month):
        store.save_insights(found)
    assert [store.insights(days) for days in (7, 30, 90)] == [week, month, None]


def test_no_text_is_kept() -> None:
    """Of each quote only its place; of each phrase its term, which is in five texts or more."""
    found = insights(EVERYTHING, TODAY, 30, on_screens)
    kept = json.dumps(asdict(found), default=str)
    assert "black screen" in kept
    assert all(one.text not in kept and one.text[-20:] not in kept for one in EVERYTHING)


def test_the_longest_insights_fit_into_one_item(store: DynamoProgressStore) -> None:
    """As many comparisons as there can be, and summaries of many topics in many languages."""
    number = random.Random(1).getrandbits

    def quotes(count: int) -> tuple[Quote, ...]:
        names = (f"app_store_connect:310633997:{number(128):032x}" for _ in range(count))
        return tuple(Quote(one, number(12), number(7), number(32)) for one in names)

    def findings() -> tuple[Finding, ...]:
        every = range(module.MOST_PHRASES)
        return tuple(Finding(f"{number(60):x}", 3.14, 12, 3, quotes(3)) for _ in every)

    found = Insights(
        day=TODAY,
        days=90,
        texts=40_000,
        left_out=7,
        comparisons=tuple(
            Comparison("version", "pt", 100, 100, findings(), "google_play:com.acme", "5.2.1")
            for _ in range(module.MOST_COMPARISONS)
        ),
        summaries=tuple(
            Summary(f"topic {n % 25}", f"l{n // 25}", quotes(3), quotes(2)) for n in range(500)
        ),
    )
    store.save_insights(found)
    assert store.insights(90) == found
