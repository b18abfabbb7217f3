"""The invented data: the same for everyone, of the right size, in its year, and worth reading."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from local import demo
from local.demo_texts import LANGUAGES, REMARKS, UNDETERMINED
from local.runtime_api import Result
from local.store import StoreReview
from northstar.app import themes
from northstar.desks import Told, by_name
from northstar.domain import keyness
from northstar.domain.goals import Goal
from northstar.domain.remarks import Said
from northstar.domain.tickets import Ticket, Withdrawn
from northstar.domain.topics import Topics
from northstar.runtime.configuration import load
from northstar.scoring.language import language

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
LANGUAGE_OF = {country: name for name, told in LANGUAGES.items() for country in told.countries}


def test_the_same_day_gives_the_same_data() -> None:
    """Reviews and tickets follow from the day alone, so a load can go on after a crash."""
    assert demo.reviews(TODAY, 300) == demo.reviews(TODAY, 300)
    assert demo.deliveries(TODAY) == demo.deliveries(TODAY)


def test_reviews_look_like_a_store() -> None:
    """Newest first, unique, mostly five stars, some edited, answered or without text."""
    made = demo.reviews(TODAY, 880)
    stars = Counter(review.rating for review in made)

    assert len({review.id for review in made}) == 880
    assert [r.day for r in made] == sorted((r.day for r in made), reverse=True)
    assert all(TODAY - timedelta(days=700) <= review.day < TODAY for review in made)
    assert stars[5] > 880 * 0.6
    assert min(stars[n] for n in range(1, 6)) > 0
    assert any(review.edited for review in made)
    assert any(review.reply for review in made)
    assert any(not review.text for review in made)


def test_reviews_become_more_frequent() -> None:
    """The second half of the time holds more reviews than the first."""
    middle = TODAY - timedelta(days=350)
    late = sum(review.day >= middle for review in demo.reviews(TODAY, 880))
    assert late > 880 / 2


def test_tickets_are_what_a_desk_would_send() -> None:
    """Every body is what its desk reads: tickets, each once, some reopened, and remarks."""
    told = [_told(delivery) for delivery in demo.deliveries(TODAY)]
    read = [one for one in told if isinstance(one, Ticket)]

    blank = sum(ticket.id.startswith("demo-blank") for ticket in read)
    assert len(read) == demo.TICKETS + demo.MAILS + demo.CHATS + blank
    assert len({ticket.id for ticket in read}) == len(read)
    assert Counter(ticket.channel for ticket in read)["email"] == demo.MAILS
    assert Counter(ticket.channel for ticket in read)["chat"] == demo.CHATS
    assert {"en", "de", "fr", "es", "pt-BR", "ja", "ar"} <= {ticket.language for ticket in read}
    assert sum(isinstance(one, Withdrawn) for one in told) > 5
    assert sum(isinstance(one, Said) for one in told) == len(REMARKS) + 3 * blank
    assert len({t.template.id for t in read if t.template}) == 8
    assert {t.template.version for t in read if t.template} == {"1", "2"}
    assert any(ticket.template is None for ticket in read)


def _told(delivery: demo.Delivery) -> Told:
    body = json.dumps(delivery.body).encode()
    return by_name(delivery.desk).read(body, datetime.now(UTC) + timedelta(3650))


def test_about_a_third_is_answered_and_nothing_in_the_future() -> None:
    """Answers follow their ticket and fit its question; none lies after the day of the load."""
    made = demo.deliveries(TODAY)
    answered = [delivery for delivery in made if delivery.form]

    assert 0.28 < len(answered) / len(made) < 0.42
    for delivery in answered:
        assert delivery.form
        assert delivery.answered_at
        assert delivery.at < delivery.answered_at <= MIDNIGHT
        choices = {"yes", "no"} if "template" in delivery.body["ticket"] else set("12345")
        assert delivery.form["answer"] in choices
    assert all(delivery.at <= MIDNIGHT for delivery in made)


def test_the_number_of_reviews_makes_a_story() -> None:
    """The demo stands a little behind an even pace, whatever the goal; without one it is half."""
    goal = Goal("G", "net_public_reviews", 600, date(2026, 1, 1), date(2026, 12, 31))

    assert 500 < demo.how_many(goal, TODAY) < 600
    assert demo.how_many(None, TODAY) == demo.MOST_REVIEWS // 2
    huge = Goal("G", "net_public_reviews", 10**6, date(2026, 1, 1), date(2026, 12, 31))
    assert demo.how_many(huge, TODAY) == demo.MOST_REVIEWS


class _Written(NamedTuple):
    language: str
    text: str
    day: date


def _all_written() -> Iterator[_Written]:
    """Everything a customer wrote, in the six languages."""
    for review in demo.reviews(TODAY, demo.MOST_REVIEWS):
        if review.text and review.country in LANGUAGE_OF:
            yield _Written(LANGUAGE_OF[review.country], review.text, review.day)
    for one in demo.deliveries(TODAY):
        if one.form and one.form["comment"]:
            tag = one.body["ticket"]["language"]
            yield _Written(tag.partition("-")[0], one.form["comment"], one.at.date())
        elif one.body["type"] == "feedback.created":
            said = one.body["feedback"]
            yield _Written(said["language"], said["text"], one.at.date())


def _reviews_in(name: str) -> list[StoreReview]:
    made = demo.reviews(TODAY, demo.MOST_REVIEWS)
    return [review for review in made if LANGUAGE_OF.get(review.country or "") == name]


def test_six_languages_have_their_shares() -> None:
    """About so many of a hundred texts are in each language, whatever the chance draws."""
    counts = Counter(one.language for one in _all_written())
    shares = {name: 100 * count / counts.total() for name, count in counts.items()}
    assert shares == pytest.approx(
        {"en": 39, "de": 24, "fr": 13.5, "es": 9.5, "pt": 8, "ja": 6}, abs=2
    )


@pytest.mark.parametrize("name", LANGUAGES)
def test_both_verdicts_are_there_to_learn_from(name: str) -> None:
    """Each language has at least twenty bad and twenty good reviews with a text."""
    stars = [review.rating for review in _reviews_in(name) if review.text]
    assert sum(one < 3 for one in stars) >= 20
    assert sum(one > 3 for one in stars) >= 20


@pytest.mark.parametrize("name", ["en", "de"])
def test_two_languages_have_enough_for_a_model_of_their_own(name: str) -> None:
    """Two hundred starred texts, thirty of them bad: what a model of one language wants."""
    stars = [review.rating for review in _reviews_in(name) if review.text]
    for one in demo.deliveries(TODAY):
        if one.form and one.form["comment"] and one.body["ticket"]["language"] == name:
            stars += [int(one.form["answer"])] if one.form["answer"].isdigit() else []
    assert sum(one != 3 for one in stars) >= 200
    assert sum(one < 3 for one in stars) >= 30


def test_the_language_of_a_review_is_found_from_its_text_alone() -> None:
    """Nearly all reviews are found to be in their language, and all Japanese ones."""
    right = {
        name: [language(one.text, None)[0] == name for one in _reviews_in(name) if one.text]
        for name in LANGUAGES
    }
    every = list(chain.from_iterable(right.values()))
    assert sum(every) >= 0.95 * len(every)
    assert all(right["ja"])


def test_no_language_is_declared_for_the_reviews() -> None:
    """A declared language would go before the one that is found."""
    stack: Any = SimpleNamespace(extra={"demo": {}})
    (source,) = load(demo.leftover(stack)).sources
    assert source.language is None


def test_some_texts_are_nobodys() -> None:
    """A few reviews are in none of the six languages, or too short to tell."""
    made = demo.reviews(TODAY, demo.MOST_REVIEWS)
    assert sum(review.text in UNDETERMINED for review in made) >= 5
    assert not {language(text, None)[0] for text in UNDETERMINED} & set(LANGUAGES)


def test_comments_are_in_the_language_of_their_ticket() -> None:
    """Who is asked in one language does not answer in another."""
    for one in demo.deliveries(TODAY):
        if one.form and one.form["comment"]:
            found, _ = language(one.form["comment"], None)
            assert found in {one.body["ticket"]["language"].partition("-")[0], "und"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_most_texts_are_about_something(name: str) -> None:
    """At least two thirds of the texts of a language have a topic of the table we ship."""
    topics = Topics(themes.DEFAULT)
    found = [bool(topics.of(one.text, name)) for one in _all_written() if one.language == name]
    assert sum(found) >= 0.65 * len(found)


@pytest.mark.parametrize(("name", "phrase"), [("en", "blank slips"), ("de", "leere lieferscheine")])
def test_a_new_complaint_emerges(name: str, phrase: str) -> None:
    """Of the last thirty days, against those before, blank slips stand out; before, nobody knew."""
    groups: tuple[list[keyness.Said], list[keyness.Said]] = ([], [])
    for n, one in enumerate(_all_written()):
        age = (TODAY - one.day).days
        if one.language == name and age <= 60:
            groups[age > 30].append(keyness.Said(str(n), one.text))
    found = keyness.keyness(*groups)
    assert [one.term for one in found[:1]] == [phrase]
    assert found[0].texts >= 8
    assert found[0].other_texts == 0


def test_some_stars_contradict_their_text() -> None:
    """In several languages there are five stars over a complaint, and somewhere one over praise."""
    praised, complained = set(), set()
    for name, told in LANGUAGES.items():
        praise = list(chain.from_iterable(told.praise.values()))
        complaints = list(chain.from_iterable(told.complaints.values()))
        for review in _reviews_in(name):
            if review.rating == 5 and review.text.startswith(tuple(complaints)):
                complained.add(name)
            if review.rating == 1 and review.text.startswith(tuple(praise)):
                praised.add(name)
    assert len(complained) >= 3
    assert praised


class _Stack:
    """Stands in for a stack: notes what is invoked and answers as told."""

    def __init__(self, *answers: Result) -> None:
        self.extra: dict[str, Any] = {"demo": {}}
        self.stopping = False
        self.invoked: list[tuple[str, Any]] = []
        self._answers = list(answers)

    def invoke(self, function: str, event: Any) -> Result:
        self.invoked.append((function, event))
        return self._answers.pop(0)


def _learn(stack: Any) -> None:
    demo.Demo(stack, load("")).learn()


def test_models_are_learnt_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Learn is told to begin now; the console says what came of it; the next start does not."""
    stack = _Stack(Result(ok=True, payload={"learnt": {}, "rescored": 1234, "settled": True}))
    _learn(stack)
    _learn(stack)
    assert stack.invoked == [("Learn", {"learn": "now"})]
    assert "1,234 texts" in capsys.readouterr().err


def test_goals_are_tracked_when_all_is_there() -> None:
    """At each start, but not of a stack that is being closed."""
    stack: Any = _Stack(Result(ok=True, payload={"goals": 1}))
    demo.Demo(stack, load("")).track()
    stack.stopping = True
    demo.Demo(stack, load("")).track()
    assert stack.invoked == [("Track", {"track": "due"})]


def test_learning_that_failed_is_tried_again_at_the_next_start() -> None:
    """A failure is not taken for done."""
    stack = _Stack(Result(ok=False, payload={}), Result(ok=True, payload={"rescored": 1}))
    _learn(stack)
    _learn(stack)
    assert len(stack.invoked) == 2


def test_a_stack_that_stops_learns_nothing() -> None:
    """Nothing is invoked of a stack that is being closed."""
    stack = _Stack()
    stack.stopping = True
    _learn(stack)
    assert stack.invoked == []
