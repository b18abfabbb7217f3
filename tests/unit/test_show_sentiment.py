"""What the page of the sentiment and the page of one feedback are told, and at which cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from northstar.app.configuration import Business, Configuration, Understanding
from northstar.app.inbox import entry_view
from northstar.app.show_sentiment import DOUBTFUL, WEEKS, sentiment_view
from northstar.app.views import LabelCounts, SentimentView
from northstar.domain.aggregates import Measures, Record
from northstar.domain.editions import Editions
from northstar.domain.errors import NotFound
from northstar.domain.feedback import Feedback
from northstar.domain.learning import Card, Figures
from northstar.domain.rates import wilson
from northstar.domain.surveys import Response
from tests.browser.samples import ask, review

NOW = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
TODAY = NOW.date()
EDITIONS, CONFIGURATION = Editions(), Configuration()

Rows = dict[tuple[str, str], dict[date, Measures]]


class Totals:
    """The part of the ProgressStore protocol that the page reads; `asked` counts the calls."""

    def __init__(self, rows: Rows | None = None, editions: Editions = EDITIONS) -> None:
        self.asked: Counter[str] = Counter()
        self._rows = rows or {}
        self._editions = editions

    def editions(self) -> Editions:
        """Return how the editions stand."""
        self.asked["editions"] += 1
        return self._editions

    def daily(self, dimension: str, value: str, since: date, until: date) -> dict[date, Measures]:
        """Return the days of a row."""
        self.asked["daily"] += 1
        days = self._rows.get((dimension, value), {})
        return {day: measures for day, measures in days.items() if since <= day <= until}


class Said:
    """The part of the FeedbackStore protocol that both pages read."""

    def __init__(self, *records: Record) -> None:
        self.asked: list[int] = []
        self._records = {record.id: record for record in records}

    def doubtful(self, limit: int) -> tuple[Feedback, ...]:
        """Return one feedback."""
        self.asked.append(limit)
        return (review(1, "It crashes."),)

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return those that are stored."""
        return {one: self._records[one] for one in ids if one in self._records}


def card(language: str, languages: dict[str, Figures] | None = None) -> Card:
    """Return the card of a model."""
    own, vader = Figures(100, 300, 0.9, 0.8, 0.03), Figures(100, 300, 0.6, 0.5, 0.2)
    return Card(
        f"hash16-{language}-1", language, own, vader, 2.0, 0.0, "n1", 1, 0.15, 9, languages or {}
    )


def view(
    rows: Rows | None = None,
    *,
    editions: Editions = EDITIONS,
    configuration: Configuration = CONFIGURATION,
    totals: Totals | None = None,
    **changes: Any,
) -> SentimentView:
    """Return the view of these rows."""
    given: dict[str, Any] = {
        "feedback": Said(),
        "totals": totals or Totals(rows, editions),
        "cards": [],
        "languages": ["en", "fr", "ja"],
        "paid": (),
        "now": NOW,
    }
    return sentiment_view(configuration, **(given | changes))


def every(**days: Measures) -> Rows:
    """Return the row of all with these measures, by how many days ago ("ago_3")."""
    ago = {TODAY - timedelta(int(name[4:])): measures for name, measures in days.items()}
    return {("all", "all"): ago}


def spoken(**languages: Measures) -> Rows:
    """Return the rows of languages with these measures of today."""
    return {("language", language): {TODAY: told} for language, told in languages.items()}


def test_every_kind_of_text_is_in_the_trend() -> None:
    """Answers, remarks and reviews of one week are one column; nothing else is counted."""
    told = {"answer_negative": 1, "remark_neutral": 2, "review_positive": 3}
    more = {"review_undetermined": 4, "review_sentiment": 900, "reviews": 77, "sent": 5}
    last, counts = view(every(ago_6=told, ago_0=more)).weeks[-1]
    assert (last, counts) == (TODAY, LabelCounts(1, 2, 3, 4))


def test_weeks_end_today_and_are_complete() -> None:
    """There are 26 of seven days each, oldest first; one without texts is empty."""
    rows = every(ago_6={"review_negative": 1}, ago_7={"review_negative": 2}, ago_182={"x": 1})
    weeks = view(rows).weeks
    assert len(weeks) == WEEKS == 26
    assert [last for last, _ in weeks[-2:]] == [TODAY - timedelta(7), TODAY]
    assert [counts.texts for _, counts in weeks[-3:]] == [0, 2, 1]


def test_the_last_thirty_days_stand_beside_the_thirty_before() -> None:
    """Each day is in one of them, at most."""
    one = {"review_positive": 1}
    shown = view(every(ago_0=one, ago_29=one, ago_30=one, ago_45=one, ago_59=one, ago_60=one))
    assert (shown.now.texts, shown.before.texts) == (2, 3)


def test_days_are_business_days() -> None:
    """What was said after midnight in the business time zone is of today there."""
    zone = Configuration(business=Business(time_zone="Pacific/Auckland"))
    shown = view(every(ago_0={"review_positive": 1}), configuration=zone, now=NOW.replace(hour=13))
    assert shown.weeks[-1][0] == TODAY + timedelta(1)


def test_a_language_is_told_by_the_edition_that_is_shown() -> None:
    """Its texts and what people found wrong in them, not those that another engine put there."""
    told = {"review_negative": 1, "checked_label": 4, "wrong_label": 1}
    newer = {"b_review_positive": 2, "b_checked_label": 6, "b_wrong_label": 5}
    rows = spoken(en=told | newer, fr={"b_review_positive": 3})
    for edition, languages in (
        ("a", [("en", LabelCounts(1), wilson(1, 4))]),
        (
            "b",
            [
                ("fr", LabelCounts(positive=3), wilson(0, 0)),
                ("en", LabelCounts(positive=2), wilson(5, 6)),
            ],
        ),
    ):
        seen = view(rows, editions=Editions(a="x", b="y", shown=edition, wanted="b"))  # type: ignore[arg-type]
        assert [(one.language, one.counts, one.wrong) for one in seen.languages] == languages


@pytest.mark.parametrize(("shown", "texts"), [("a", (1, 0)), ("b", (0, 2))])
def test_only_the_edition_that_is_shown_is_counted(shown: Any, texts: tuple[int, int]) -> None:
    """Two engines never meet in one figure."""
    both = {"review_negative": 1, "b_review_positive": 2}
    rows = every(ago_0=both) | spoken(en=both)
    seen = view(rows, editions=Editions(a="x", b="y", shown=shown, wanted=shown))
    assert (seen.now.negative, seen.now.positive) == texts
    assert seen.weeks[-1][1] == seen.languages[0].counts == seen.now
    assert not seen.rereading


def test_while_a_newer_engine_reads_the_page_says_so() -> None:
    """As long as the wanted edition is not the one that is shown."""
    assert view(editions=Editions(a="x", b="y", shown="a", wanted="b")).rereading


def test_languages_with_texts_are_shown_the_largest_first() -> None:
    """With their share of all; what is of no listed language is told in one number."""
    rows = every(ago_0={"review_positive": 10})
    rows |= spoken(en={"review_positive": 2, "sent": 9}, und={"review_undetermined": 5}, fr={})
    rows |= spoken(xx={"review_positive": 3})
    shown = view(rows)
    assert [(one.language, one.counts.texts) for one in shown.languages] == [("und", 5), ("en", 2)]
    assert shown.languages[0].share == wilson(5, 10)
    assert shown.others == 3


TEXTS: Measures = {"review_positive": 1}
SEVERAL = card("mul", {"pl": Figures(40, 40, 0.75, 0.7), "cs": Figures(40, 40, 0.74, 0.7)})


@pytest.mark.parametrize(
    ("language", "cards", "engine"),
    [
        ("en", [], "vader"),
        ("en", [card("en")], "vader and own"),
        ("nl", [card("mul", {"nl": Figures(19, 400, 0.99, 0.8)})], "nobody"),
        ("en", [card("mul", {"en": Figures(40, 40, 0.9, 0.8)})], "vader and multilingual"),
        ("fr", [], "nobody"),
        ("fr", [card("en")], "nobody"),
        ("fr", [card("fr"), SEVERAL], "own"),
        ("pl", [SEVERAL], "multilingual"),
        ("cs", [SEVERAL], "nobody"),
        ("und", [SEVERAL], "nobody"),
    ],
)
def test_who_scores_a_language(language: str, cards: list[Card], engine: str) -> None:
    """Its own model, else the multilingual one where that has proved good enough, else nobody."""
    rows = spoken(**{language: TEXTS})
    (shown,) = view(rows, cards=cards, languages=["en", "fr", "pl", "cs", "nl"]).languages
    assert shown.engine == engine


def test_comprehend_scores_what_no_model_knows() -> None:
    """Only the languages that it is paid for."""
    rows = spoken(fr=TEXTS, ja=TEXTS, en=TEXTS)
    shown = view(rows, cards=[card("fr")], paid={"fr", "ja"}).languages
    assert {one.language: one.engine for one in shown} == {
        "fr": "own",
        "ja": "comprehend",
        "en": "vader",
    }


def test_without_models_vader_is_alone() -> None:
    """With the engine "vader" no model takes part, though there may be some."""
    alone = Configuration(understanding=Understanding(engine="vader"))
    shown = view(spoken(en=TEXTS, fr=TEXTS), cards=[card("en"), card("fr")], configuration=alone)
    assert {one.language: one.engine for one in shown.languages} == {"en": "vader", "fr": "nobody"}
    assert [one.own for one in shown.languages] == [None, None]


def test_the_figures_of_a_model_come_with_vaders() -> None:
    """Of an own model both; of the multilingual one what it proved in that language."""
    rows = spoken(fr=TEXTS, pl=TEXTS, ja=TEXTS)
    shown = view(rows, cards=[card("fr"), SEVERAL], languages=["fr", "pl", "ja"]).languages
    figures = {one.language: (one.own, one.vader) for one in shown}
    assert figures == {
        "fr": (card("fr").own, card("fr").vader),
        "pl": (SEVERAL.languages["pl"], None),
        "ja": (None, None),
    }


def test_mistakes_are_those_that_people_found() -> None:
    """Of the texts they looked at, in all and by language, over 365 days."""
    counted = {"checked_label": 4, "wrong_label": 3, "checked_topics": 2, "doubtful": 5}
    rows = every(ago_364=counted, ago_365={"checked_label": 99, "doubtful": 99})
    rows |= spoken(en=TEXTS | {"checked_label": 2, "wrong_label": 1})
    shown = view(rows)
    assert shown.wrong == {
        "label": wilson(3, 4),
        "language": wilson(0, 0),
        "topics": wilson(0, 2),
    }
    assert shown.languages[0].wrong == wilson(1, 2)
    assert shown.waiting == 5


def test_what_no_engine_could_tell_is_no_mistake() -> None:
    """Texts that people filled in over 365 days are told by themselves."""
    rows = every(ago_0={"abstained": 3, "checked_label": 1}, ago_364={"abstained": 1, "unknown": 2})
    shown = view(rows)
    assert (shown.abstained, shown.unknown, shown.wrong["label"]) == (4, 2, wilson(0, 1))


def test_the_cost_does_not_follow_the_feedback() -> None:
    """One read of the editions and of all days, one for each language, one list of twenty."""
    totals, said = Totals(every(ago_0={"review_positive": 10**6})), Said()
    view(totals=totals, feedback=said, cards=[card("fr"), card("pl"), SEVERAL])
    assert totals.asked == {"editions": 1, "daily": 1 + len({"en", "fr", "ja", "pl", "und"})}
    assert said.asked == [DOUBTFUL]


class TestOneFeedback:
    """The view of one feedback."""

    def shown(self, record_id: str, *records: Record) -> Any:
        """Return the view of an editor."""
        return entry_view(
            Configuration(),
            record_id,
            feedback=Said(*records),  # type: ignore[arg-type]
            languages=["fr", "und"],
            topics=["login"],
            editor=True,
        )

    def test_is_found_by_its_id(self) -> None:
        """With what an editor may correct it to."""
        answered = ask("csat", Response(csat=2, comment="Too slow."))
        view = self.shown(answered.id, answered)
        assert (view.item.text, view.topics, view.languages) == ("Too slow.", ("login",), ("fr",))

    def test_what_is_not_there_is_not_found(self) -> None:
        """Neither an unknown id nor a survey that nobody has answered."""
        waiting = ask()
        for record_id in ("unknown", "", "x" * 5000, waiting.id):
            with pytest.raises(NotFound):
                self.shown(record_id, waiting)
