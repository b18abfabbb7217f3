"""Hypothesis strategies and builders for records of both kinds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket

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
def asks(draw: st.DrawFn, record_id: str, version: int) -> Ask:
    """One ask at one version: suppressed, sent, or answered with or without a scored comment."""
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
    state = draw(st.sampled_from(["suppressed", "sent", "answered"]))
    sent_at = draw(_moments) if state != "suppressed" else None
    answered = state == "answered"
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
        sent_at=sent_at,
        answered_at=draw(_moments) if answered else None,
        response=response if answered else None,
        score=draw(scores()) if answered and response.comment else None,
    )


@st.composite
def reviews(draw: st.DrawFn, record_id: str, version: int) -> ReviewRecord:
    """One review at one version: public or not, with or without stars, text, day and country."""
    text = draw(st.none() | st.just("text"))
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
        public=draw(st.booleans()),
        score=draw(scores()) if text else None,
    )
