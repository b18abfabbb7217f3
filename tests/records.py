"""Hypothesis strategies for records of every kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Correction, Reading, Verdict

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before Berlin's clocks change

_moments = st.integers(0, 60 * 24 * 40).map(lambda minutes: NOW + timedelta(minutes=minutes))
_words = st.sampled_from(["a", "b#c", "d%23", "é"])
_languages = st.sampled_from(["en", "fr", "und"])


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Scores with and without a value."""
    value = draw(st.none() | st.floats(-1, 1).map(lambda v: round(v, 4)))
    label = "undetermined" if value is None else draw(st.sampled_from(["negative", "positive"]))
    return Score(value, label, 0.5, draw(_languages), "declared", "test")


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """Verdicts of either edition, doubted, corrected, or neither."""
    topics = draw(st.lists(st.sampled_from(["login", "b#c"]), unique=True).map(tuple))
    correction = st.builds(
        Correction,
        at=_moments,
        label=st.sampled_from([None, "negative", "neutral", "positive"]),
        language=st.none() | _languages,
        topics=st.none() | st.just(("price",)),
        mistakes=st.sampled_from(
            [(), ("label",), ("language", "topics"), ("abstained", "unknown")]
        ),
    )
    return Verdict(
        score=draw(scores()),
        topics=topics,
        mismatch=draw(st.none() | st.just("stars low, text positive")),
        edition=draw(st.sampled_from(["a", "b"])),
        generation=draw(st.integers(0, 3)),
        earlier=draw(st.none() | st.builds(Reading, scores(), st.just(("login",)))),
        correction=draw(st.none() | correction),
    )


@st.composite
def asks(draw: st.DrawFn, record_id: str, version: int) -> Ask:
    """One ask at one version, of any state that is counted, with or without a scored comment."""
    template = draw(st.none() | st.builds(Template, _words, st.none() | _words))
    ticket = Ticket(
        desk="standard",
        id="T",
        channel=draw(st.sampled_from(["email", "link"])),
        solved_at=draw(_moments),
        customer=Customer("c"),
        opened_at=draw(st.none() | _moments),
        team=draw(st.none() | _words),
        template=template,
        language=draw(st.none() | _languages),
    )
    state = draw(st.sampled_from(["suppressed", "cancelled", "sent", "answered"]))
    sent_at = draw(_moments) if state in {"sent", "answered"} else None
    answered = state == "answered"
    anonymous = draw(st.booleans())
    comment = draw(st.none() | st.just("text")) if answered else None
    yes = draw(st.booleans())
    response = Response(solved=yes, comment=comment) if template else Response(csat=4 if yes else 1)
    return Ask(
        id=record_id,
        version=version,
        state=state,
        question="solved" if template else "csat",
        ticket=ticket,
        person="p",
        planned_at=NOW,
        due_at=draw(_moments),
        survey=draw(st.sampled_from(["built-in@1", "built-in@2"])),
        anonymous=anonymous,
        reason=draw(st.sampled_from(["tag", "no_address"])) if state == "suppressed" else None,
        medium=draw(st.sampled_from([None, "chat"])),
        sent_at=sent_at,
        reminded_at=sent_at and draw(st.none() | _moments),
        answered_at=draw(_moments) if answered else None,
        response=response if answered and not anonymous else None,
        suspect=answered and draw(st.booleans()),
        repeated_at=draw(st.none() | _moments),
        went_at=draw(st.none() | _moments) if answered else None,
        verdict=draw(verdicts()) if answered and response.comment and not anonymous else None,
    )


@st.composite
def answers(draw: st.DrawFn, record_id: str, version: int) -> AnonymousAnswer:
    """One answer that leads back to nobody, with or without a scored comment."""
    comment = draw(st.none() | st.just("text"))
    return AnonymousAnswer(
        id=record_id,
        version=version,
        day=draw(st.sampled_from(["2026-03-28", "2026-03-29"])),
        question="csat",
        response=Response(csat=draw(st.integers(1, 5)), comment=comment),
        channel=draw(st.sampled_from(["email", "chat", "link"])),
        survey="built-in@1",
        team=draw(st.none() | _words),
        template=draw(st.none() | _words),
        language=draw(st.none() | _languages),
        suspect=draw(st.booleans()),
        verdict=draw(verdicts()) if comment else None,
    )


@st.composite
def remarks(draw: st.DrawFn, record_id: str, version: int) -> Remark:
    """One remark of a known or an unknown person, with or without stars and a scored text."""
    text = draw(st.none() | st.just("text"))
    person = draw(st.none() | st.just("p"))
    return Remark(
        id=record_id,
        version=version,
        person=person,
        verdict=draw(verdicts()) if text else None,
        said=Said(
            desk="standard",
            id="1",
            channel=draw(_words),
            said_at=draw(_moments),
            author=draw(st.sampled_from(["customer", "agent"])),
            text=text,
            rating=draw(st.none() | st.integers(1, 5)),
            journey=draw(st.sampled_from([None, "buy", "renew"])),
            language=draw(st.none() | _languages),
            customer=Customer(person, name="Kim") if person else None,
        ),
    )


@st.composite
def reviews(draw: st.DrawFn, record_id: str, version: int) -> ReviewRecord:
    """One review at one version: public or not, with or without stars, text, day and reply."""
    text = draw(st.none() | st.just("text"))
    replied_at = draw(st.none() | _moments)
    edited = bool(replied_at) and draw(st.booleans())
    return ReviewRecord(
        review=Review(
            source="shopify",
            id=record_id,
            rating=draw(st.none() | st.integers(1, 5)),
            text=text,
            country=draw(st.none() | _words),
            created=draw(st.sampled_from([None, "2026-03-28", "2026-03-29T23:59:59-07:00"])),
        ),
        app="app",
        version=version,
        first_seen=NOW,
        seen_at=NOW + timedelta(days=draw(st.integers(0, 2))),
        public=draw(st.booleans()),
        replied_at=replied_at,
        rated_before_reply=draw(st.none() | st.integers(1, 5)) if replied_at else None,
        edited_after_reply=NOW + timedelta(days=50) if edited else None,
        rated_after_reply=draw(st.none() | st.integers(1, 5)) if edited else None,
        verdict=draw(verdicts()) if text else None,
    )
