"""Going on from a survey to the store: when it is kept, and what it adds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from northstar.domain.aggregates import Record, contribution, rows
from northstar.domain.errors import Invalid
from northstar.domain.surveys import (
    Ask,
    Response,
    answer,
    answer_anonymously,
    hand_over,
    plan,
    went_on,
)
from northstar.domain.tickets import Customer, Template, Ticket

ZONE = ZoneInfo("Europe/Berlin")
SOLVED = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
ANSWERED = SOLVED + timedelta(days=1)
LATER = SOLVED + timedelta(days=3)


def sent(template: str | None = None, *, anonymous: bool = False) -> Ask:
    """Return an ask that was sent."""
    ticket = Ticket(
        desk="standard",
        id="1",
        channel="link",
        solved_at=SOLVED,
        customer=Customer("c"),
        template=Template(template) if template else None,
        language="en",
    )
    return hand_over(plan(ticket, b"pepper", SOLVED, anonymous=anonymous), SOLVED)


def added(record: Record, dimension: str = "all", day: str = "2026-09-15") -> dict[str, int]:
    """Return what a record adds about going on to the row of a day."""
    return {
        measure: amount
        for (row, measure), amount in rows(contribution(record, ZONE).parts).items()
        if (row.dimension, row.day) == (dimension, day)
        and any(word in measure for word in ("went", "apart"))
    }


def test_only_the_first_time_is_kept() -> None:
    """A new version once, then the same object; nobody goes on who has not answered."""
    with pytest.raises(Invalid):
        went_on(sent(), LATER, ZONE)
    said = answer(sent(), Response(csat=2), ANSWERED)
    gone = went_on(said, LATER, ZONE)
    assert (gone.went_at, gone.version) == (LATER, said.version + 1)
    assert went_on(gone, LATER + timedelta(days=1), ZONE) is gone
    assert replace(gone, went_at=None, version=said.version) == said
    changed = answer(gone, Response(csat=5), LATER)
    assert changed.went_at == LATER


@pytest.mark.parametrize(
    ("template", "response", "measure"),
    [
        ("refund", Response(solved=True), "went_yes"),
        ("refund", Response(solved=False, comment="No"), "went_no"),
        (None, Response(csat=1), "went_csat_1"),
        (None, Response(csat=5, comment="Fine"), "went_csat_5"),
    ],
)
def test_it_counts_on_the_day_of_the_answer_by_what_was_answered(
    template: str | None, response: Response, measure: str
) -> None:
    """Whenever it happened; not in the row of a language, which has the texts of two editions."""
    said = answer(sent(template), response, ANSWERED)
    assert added(said) == {}
    gone = went_on(said, LATER, ZONE)
    assert added(gone) == added(gone, "medium") == {"went": 1, measure: 1}
    assert added(gone, "language") == {}
    assert added(gone, day="2026-09-17") == {}


def test_one_that_looks_machine_made_can_be_taken_away() -> None:
    """It counts the same once more, under names that say so."""
    said = answer(sent("refund"), Response(solved=True), ANSWERED, suspect=True)
    gone = went_on(said, LATER, ZONE)
    assert added(gone) == {"went": 1, "went_yes": 1, "suspect_went": 1, "suspect_went_yes": 1}


def test_of_an_anonymous_answer_only_that_is_known() -> None:
    """The ask has the day and no moment; the answer has nothing of it."""
    closed, said = answer_anonymously(
        sent(anonymous=True), Response(csat=1), ANSWERED, answer_id="a", zone=ZONE
    )
    assert added(closed) == {"answers_apart": 1}
    gone = went_on(closed, ANSWERED + timedelta(minutes=1), ZONE)
    assert gone.went_at == datetime(2026, 9, 15, tzinfo=ZONE)
    assert added(gone) == {"answers_apart": 1, "went": 1}
    assert added(said) == {}
