"""The life of an ask: identity, sending, answering, editing, and its edges in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain import surveys
from northstar.domain.errors import Closed, Invalid, Unavailable
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PEPPER = b"pepper"
TICKET = Ticket("standard", "T-1", "link", NOW, Customer("c-1", "Ann@Example.org", "Ann"))
SCORE = Score(0.5, "positive", 0.9, "en", "declared", "test")


def sent(**changes: object) -> Ask:
    """Return an ask that was sent now."""
    return surveys.plan(replace(TICKET, **changes), PEPPER, NOW)  # type: ignore[arg-type]


def test_question_one_depends_on_the_template() -> None:
    """A template is asked whether it solved the problem, anything else how satisfied people are."""
    assert sent(template=Template("refund", "1")).question == "solved"
    assert sent().question == "csat"


def test_a_person_is_one_hash_whatever_the_spelling() -> None:
    """Case and Unicode form of the address do not matter; another pepper gives another hash."""
    other = replace(TICKET, customer=Customer("c-2", "ann@example.ORG"))
    assert surveys.person(TICKET, PEPPER) == surveys.person(other, PEPPER)
    assert surveys.person(TICKET, PEPPER) != surveys.person(TICKET, b"another")
    assert "ann" not in surveys.person(TICKET, PEPPER)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_different_parts_never_share_a_hash(a: str, b: str, c: str, d: str) -> None:
    """Parts cannot be shifted into each other."""
    same = surveys.keyed_hash(PEPPER, a, b) == surveys.keyed_hash(PEPPER, c, d)
    assert same == ((a, b) == (c, d))


def test_the_zone_of_a_time_does_not_make_another_resolution() -> None:
    """The same moment written in another zone is the same resolution."""
    from zoneinfo import ZoneInfo

    elsewhere = replace(TICKET, solved_at=NOW.astimezone(ZoneInfo("Asia/Tokyo")))
    assert surveys.ask_id(TICKET, PEPPER) == surveys.ask_id(elsewhere, PEPPER)


def test_answers_are_taken_until_the_last_second() -> None:
    """28 days after sending an answer is taken, one second later it is refused with the reason."""
    ask, last = sent(), NOW + surveys.ASK_LIFETIME
    assert surveys.answer(ask, Response(csat=4), last).state == "answered"
    with pytest.raises(Closed, match="over"):
        surveys.answer(ask, Response(csat=4), last + SECOND)


def test_edits_are_taken_until_the_last_second() -> None:
    """The edit window runs seven days from the first answer, not from the last edit."""
    first = surveys.answer(sent(), Response(csat=4), NOW)
    edited = surveys.answer(first, Response(csat=2), NOW + timedelta(days=6))
    last = NOW + surveys.EDIT_WINDOW
    assert surveys.answer(edited, Response(csat=1), last).response == Response(csat=1)
    with pytest.raises(Closed, match="can no longer be changed"):
        surveys.answer(edited, Response(csat=1), last + SECOND)


def test_the_same_answer_again_changes_nothing() -> None:
    """A repeated answer is the same object, so that nothing is written."""
    first = surveys.answer(sent(), Response(csat=4, comment="Fine"), NOW)
    assert surveys.answer(first, Response(csat=4, comment="Fine"), NOW + SECOND) is first


def test_an_edit_of_the_rating_keeps_comment_and_score() -> None:
    """A form without a comment keeps the old one; only a new text needs a new score."""
    first = replace(
        surveys.answer(sent(), Response(csat=4, comment="Fine"), NOW), score=SCORE, version=3
    )
    edited = surveys.answer(first, Response(csat=1), NOW + SECOND)
    assert edited.response == Response(csat=1, comment="Fine")
    assert (edited.score, edited.version, edited.answered_at) == (SCORE, 4, NOW)
    rewritten = surveys.answer(first, Response(csat=1, comment="Bad"), NOW + SECOND)
    assert rewritten.needs_score
    assert not rewritten.countable


@pytest.mark.parametrize(
    "response",
    [Response(), Response(solved=True), Response(solved=True, csat=4), Response(csat=6)],
)
def test_question_one_is_asked_and_answered_as_planned(response: Response) -> None:
    """No answer, the other question's, both, and a rating off the scale are refused."""
    with pytest.raises(Invalid) as refused:
        surveys.answer(sent(), response, NOW)
    assert refused.value.field == "answer"


def test_sending_forgets_the_address_and_happens_once() -> None:
    """The address is gone with the sending; a sent ask is neither begun nor finished again."""
    planned = sent(channel="email")
    begun = surveys.begin_sending(planned, NOW)
    done = surveys.finish_sending(begun)
    assert (planned.state, begun.state, done.state) == ("planned", "sending", "sent")
    assert (planned.version, begun.version, done.version) == (1, 2, 3)
    assert (done.sent_at, done.ticket.customer.email) == (NOW, None)
    assert surveys.begin_sending(done, NOW) is done


def test_a_claim_keeps_others_away_until_it_must_be_dead() -> None:
    """Somebody who is sending is left alone for a minute; then the claim was left by a crash."""
    claimed = surveys.begin_sending(sent(channel="email"), NOW)
    with pytest.raises(Unavailable):
        surveys.begin_sending(claimed, NOW + surveys.SENDING_LEASE - SECOND)
    again = surveys.begin_sending(claimed, NOW + surveys.SENDING_LEASE)
    assert (again.version, again.sent_at) == (3, NOW + surveys.SENDING_LEASE)


def test_an_answer_before_the_success_is_stored_counts_as_sent() -> None:
    """Who answers while the sending is not yet noted has been sent the survey."""
    claimed = surveys.begin_sending(sent(channel="email"), NOW)
    answered = surveys.answer(claimed, Response(csat=5), NOW + SECOND)
    assert (answered.state, answered.sent_at) == ("answered", NOW)


def test_outside_text_loses_controls_and_keeps_meaning() -> None:
    """Controls and bidi overrides go; line breaks, tabs and every script stay."""
    assert surveys.clean_text("a\x00b\u202ec\r\nd\te\x85f") == "abc\nd\tef"
    assert surveys.clean_text("مرحبا 你好 e\u0301") == "مرحبا 你好 é"
    assert len(surveys.clean_text("x" * 3000)) == surveys.COMMENT_LIMIT


@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Cleaned text stays as it is."""
    once = surveys.clean_text(text)
    assert surveys.clean_text(once) == once
