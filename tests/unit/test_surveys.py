"""The life of an ask: identity, sending, answering, editing, and its edges in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain import surveys
from northstar.domain.errors import Closed, Invalid
from northstar.domain.identity import keyed_hash, person_of
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket, Withdrawn
from northstar.domain.verdicts import Verdict

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PEPPER = b"pepper"
TICKET = Ticket("standard", "T-1", "link", NOW, Customer("c-1", "Ann@Example.org", "Ann"))
VERDICT = Verdict(Score(0.5, "positive", 0.9, "en", "declared", "test"))


def sent(**changes: object) -> Ask:
    """Return an ask that was sent now."""
    return surveys.hand_over(planned(**changes), NOW)


def planned(**changes: object) -> Ask:
    """Return an ask that is to be sent now."""
    return surveys.plan(replace(TICKET, **changes), PEPPER, NOW)  # type: ignore[arg-type]


def test_question_one_depends_on_the_template() -> None:
    """A template is asked whether it solved the problem, anything else how satisfied people are."""
    assert sent(template=Template("refund", "1")).question == "solved"
    assert sent().question == "csat"


def test_a_person_is_one_hash_whatever_the_spelling() -> None:
    """Case and Unicode form of the address do not matter; another pepper gives another hash."""
    other = replace(TICKET, customer=Customer("c-2", "ann@example.ORG"))
    person = person_of(TICKET.customer, "standard", PEPPER)
    assert person == person_of(other.customer, "zendesk", PEPPER)
    assert person != person_of(TICKET.customer, "standard", b"another")
    assert "ann" not in person
    nameless = Customer("c-1")
    assert person_of(nameless, "standard", PEPPER) != person_of(nameless, "zendesk", PEPPER)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_different_parts_never_share_a_hash(a: str, b: str, c: str, d: str) -> None:
    """Parts cannot be shifted into each other."""
    same = keyed_hash(PEPPER, a, b) == keyed_hash(PEPPER, c, d)
    assert same == ((a, b) == (c, d))


def test_the_zone_of_a_time_does_not_make_another_resolution() -> None:
    """The same moment written in another zone is the same resolution."""
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
    """A form without a comment keeps the old one; its verdict stays until it is read again."""
    first = replace(
        surveys.answer(sent(), Response(csat=4, comment="Fine"), NOW), verdict=VERDICT, version=3
    )
    edited = surveys.answer(first, Response(csat=1), NOW + SECOND)
    assert edited.response == Response(csat=1, comment="Fine")
    assert edited.verdict == replace(VERDICT, again=True)
    assert (edited.version, edited.answered_at) == (4, NOW)
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
    ask = planned(channel="email")
    done = surveys.finish_sending(ask, NOW, "email")
    assert (ask.state, done.state, done.version) == ("planned", "sent", 2)
    assert (done.sent_at, done.ticket.customer.email) == (NOW, None)
    assert surveys.finish_sending(done, NOW + SECOND, "email") is done


def test_another_medium_than_the_tickets_is_remembered() -> None:
    """A chat that was followed by a mail says so."""
    assert surveys.finish_sending(planned(channel="chat"), NOW, "email").medium == "email"
    assert surveys.finish_sending(planned(channel="chat"), NOW, "chat").medium is None


def test_what_happens_before_the_success_is_stored_stays() -> None:
    """Who answers at once was sent the survey; what was cancelled meanwhile was sent as well."""
    answered = surveys.answer(planned(channel="email"), Response(csat=5), NOW + SECOND)
    assert (answered.state, answered.sent_at) == ("answered", NOW + SECOND)
    assert surveys.finish_sending(answered, NOW, "email") is answered
    (cancelled,) = surveys.outdated([planned(channel="email")], reopened(1))
    done = surveys.finish_sending(cancelled, NOW, "email")
    assert (done.state, done.sent_at) == ("cancelled", NOW)


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


# ------------------------------------------------------------------ what does not stand any more


def resolution(hours: int, state: str = "sent") -> Ask:
    """Return the ask of a solution so many hours from now, in a state."""
    ask = planned(channel="email", solved_at=NOW + timedelta(hours=hours))
    if state == "planned":
        return ask
    if state == "suppressed":
        return surveys.suppress(ask, "tag")
    done = surveys.finish_sending(ask, NOW, "email")
    return done if state == "sent" else surveys.answer(done, Response(csat=4), NOW)


def reopened(hours: int) -> Withdrawn:
    """Return that the ticket was opened again so many hours from now."""
    return Withdrawn("standard", "T-1", NOW + timedelta(hours=hours), "reopened")


@pytest.mark.parametrize("state", ["planned", "sent", "suppressed"])
def test_reopening_cancels_what_was_not_answered(state: str) -> None:
    """It says why, forgets the address, and takes no answer any more."""
    (cancelled,) = surveys.outdated([resolution(0, state)], reopened(1))
    assert (cancelled.state, cancelled.reason) == ("cancelled", "reopened")
    assert cancelled.ticket.customer.email is None
    with pytest.raises(Closed) as refused:
        surveys.check_open(cancelled, NOW)
    assert refused.value.reason == "reopened"


def test_an_answer_outlives_the_reopening() -> None:
    """What a customer said about the first solution stays said."""
    assert surveys.outdated([resolution(0, "answered")], reopened(1)) == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_later_solution_cancels_the_ask_of_an_earlier_one(order: int) -> None:
    """Whichever of them became known first, and whether or not the reopening was told."""
    first, second = resolution(0), resolution(5)
    for withdrawn in (None, reopened(2)):
        (cancelled,) = surveys.outdated([first, second][::order], withdrawn)
        assert cancelled.id == first.id


def test_a_reopening_before_the_solution_is_over() -> None:
    """A ticket that was opened again and then solved is asked about."""
    assert surveys.outdated([resolution(5)], reopened(2)) == []


# ------------------------------------------------------------------ reminders


def waiting() -> Ask:
    """Return a sent ask with a reminder planned in two days."""
    return surveys.finish_sending(planned(channel="email"), NOW, "email", NOW + timedelta(days=2))


def test_the_address_stays_for_the_reminder_and_no_longer() -> None:
    """Sent with a reminder to come it is kept; reminded, answered or cancelled it is gone."""
    ask = waiting()
    assert ask.ticket.customer.email == "Ann@Example.org"
    for following in (
        surveys.begin_reminding(ask, NOW),
        surveys.answer(ask, Response(csat=3), NOW),
        surveys.outdated([ask], reopened(9))[0],
    ):
        assert following.ticket.customer.email is None


def test_there_is_one_reminder_and_none_after_an_answer_or_the_end() -> None:
    """Reminded, answered, cancelled, expired or never planned: nothing more to send."""
    ask = waiting()
    reminded = surveys.begin_reminding(ask, NOW)
    assert reminded.reminded_at == NOW
    late = NOW + surveys.ASK_LIFETIME + SECOND
    answered = surveys.answer(ask, Response(csat=3), NOW)
    for done in (reminded, answered, sent(), *surveys.outdated([ask], reopened(9))):
        assert surveys.begin_reminding(done, NOW) is done
    assert surveys.begin_reminding(ask, late) is ask


def test_what_was_never_answered_expires_by_itself() -> None:
    """The last second still counts as sent; an answer never expires."""
    last = NOW + surveys.ASK_LIFETIME
    assert sent().state_at(last) == "sent"
    assert sent().state_at(last + SECOND) == "expired"
    answered = surveys.answer(sent(), Response(csat=3), NOW)
    assert answered.state_at(last + SECOND) == "answered"


# ------------------------------------------------------------------ partial and anonymous answers


def test_the_second_question_attaches_to_the_first_answer_later() -> None:
    """A comment alone keeps the rating that was given; without one it is refused."""
    rated = surveys.answer(sent(), Response(csat=4), NOW)
    told = surveys.answer(rated, Response(comment="Faster, please"), NOW + SECOND)
    assert told.response == Response(csat=4, comment="Faster, please")
    assert (told.answered_at, told.version) == (NOW, rated.version + 1)
    with pytest.raises(Invalid):
        surveys.answer(sent(), Response(comment="Faster, please"), NOW)


def test_an_anonymous_answer_leads_back_to_nobody() -> None:
    """The ask knows the day and nothing of the answer; the answer knows neither person nor ticket.

    The time of day is gone from both, and it cannot be changed.
    """
    zone = ZoneInfo("Europe/Berlin")
    ask = surveys.hand_over(
        replace(planned(team="billing"), anonymous=True), NOW - timedelta(hours=1)
    )
    closed, said = surveys.answer_anonymously(
        ask, Response(csat=2, comment="Bad"), NOW, answer_id="f" * 32, zone=zone
    )
    assert (closed.state, closed.response) == ("answered", None)
    assert closed.answered_at == datetime(2026, 11, 22, tzinfo=zone)
    assert (said.day, said.team, said.response.csat) == ("2026-11-22", "billing", 2)
    traces = (ask.id, ask.person, "T-1", "Ann", "c-1", NOW.isoformat()[11:16])
    assert not any(trace in repr(said) for trace in traces)
    with pytest.raises(Closed) as refused:
        surveys.answer(closed, Response(csat=5), NOW + SECOND)
    assert refused.value.reason == "final"
    with pytest.raises(Invalid):
        surveys.answer_anonymously(ask, Response(solved=True), NOW, answer_id="f" * 32, zone=zone)


def test_a_suspect_answer_is_kept_and_a_person_clears_it() -> None:
    """The same answer again by a person takes the mark away; by a machine it changes nothing."""
    marked = surveys.answer(sent(), Response(csat=5), NOW, suspect=True)
    assert marked.suspect
    assert surveys.answer(marked, Response(csat=5), NOW + SECOND, suspect=True) is marked
    cleared = surveys.answer(marked, Response(csat=5), NOW + SECOND)
    assert (cleared.suspect, cleared.version) == (False, marked.version + 1)
