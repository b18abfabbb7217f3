"""The north star: what becomes of solved tickets, its bounds, and both sides of first contact."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from northstar.app.configuration import Answering, Configuration
from northstar.app.north_star import (
    OPEN_DAYS,
    NorthStarView,
    Part,
    Tickets,
    keep_parts,
    north_star_view,
    tickets,
)
from northstar.app.ports import Board
from northstar.domain.aggregates import Measures
from northstar.domain.rates import wilson
from northstar.web import north_star as page

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY = {
    "tickets": 20,
    "tickets_answered": 10,
    "confirmed": 6,
    "repeated": 3,
    "repeated_answered": 1,
    "solved_yes": 7,
    "solved_no": 3,
}


def view(
    days: dict[date, Measures], parts: dict[str, Any] | None = None, *, leave_out: bool = False
) -> NorthStarView:
    """Return what the page shows of these days."""
    every = ("all", "all")
    totals: Any = SimpleNamespace(
        board=lambda scopes, today: Board({every: days}, {}),
        snapshot=lambda name: parts,
        values=lambda dimension: ["nps"],
    )
    goals: Any = SimpleNamespace(
        goals=list,
        posted=lambda name: {date(2026, 11, 2): 41.0, date(2026, 11, 9): 44.0},
    )
    configuration = Configuration(answering=Answering(leave_out_suspects=leave_out))
    return north_star_view(configuration, totals=totals, goals=goals, now=NOW, days=28)


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (DAY, Tickets(confirmed=6, repeated=3, unhappy=3, silent=8)),
        ({}, Tickets()),
        ({"tickets": 4}, Tickets(silent=4)),
        (
            {"tickets": 2, "repeated": 2, "tickets_answered": 2, "repeated_answered": 2},
            Tickets(0, 2),
        ),
        ({"confirmed": 3}, Tickets()),
        ({"tickets": 2, "tickets_answered": 1, "confirmed": 2}, Tickets(confirmed=2)),
    ],
)
def test_each_ticket_is_one_of_four(measures: Measures, expected: Tickets) -> None:
    """Also where anonymous answers were given on another day than that of the solution."""
    assert tickets(measures) == expected


def test_bounds_hold_whatever_the_silent_would_say() -> None:
    """At worst nobody of them was helped, at best everybody; who wrote again was not."""
    told = tickets(DAY)
    assert (told.rate, told.at_best, told.once) == (wilson(6, 20), wilson(14, 20), wilson(17, 20))
    html = page.page(view({TODAY: DAY}))
    assert "<strong>6</strong> confirmed solved ÷ <strong>20</strong> solved × 100" in html
    assert ">30–70</p>" in html


def test_both_sides_of_first_contact_stand_apart() -> None:
    """Contacts only show what can no longer fall: tickets solved more than seven days ago."""
    settled = TODAY - timedelta(OPEN_DAYS)
    told = view({TODAY: DAY, settled: {"tickets": 5, "repeated": 1}, settled + timedelta(1): DAY})
    assert told.said == wilson(14, 20)
    assert told.closed.once == wilson(4, 5)
    assert told.covered == wilson(20, 45)
    html = page.page(told)
    assert "solved until 14 Nov 2026" in html
    assert html.count("may still fall") == 3  # two weeks, and the chart says so


def test_suspect_answers_count_as_none_where_they_are_left_out() -> None:
    """A ticket that is repeated stays so, whoever answered."""
    suspects = {
        "suspect_tickets_answered": 3,
        "suspect_confirmed": 2,
        "suspect_repeated_answered": 1,
    }
    with_all = view({TODAY: {**DAY, **suspects}})
    without = view({TODAY: {**DAY, **suspects}}, leave_out=True)
    assert with_all.now == tickets(DAY)
    assert without.now == Tickets(confirmed=4, repeated=3, unhappy=3, silent=10)


def test_the_page_compares_only_what_is_certain() -> None:
    """Days that are over with those before, when both have enough tickets.

    The newest tickets, which hardly anybody has answered yet, take nobody's satisfaction down.
    """
    settled = TODAY - timedelta(OPEN_DAYS)
    before = settled - timedelta(28)
    usual, silent = {"tickets": 100, "confirmed": 20}, {"tickets": 900}
    few = {settled: {"tickets": 29, "confirmed": 20}, before: usual, TODAY: silent}
    assert "days before (" not in page.page(view(few))
    many = {settled: {"tickets": 100, "confirmed": 60}, before: usual, TODAY: silent}
    up = "In the 28 days to 14 Nov 2026 up by 40 on the 28 days before (20)."
    assert up in page.page(view(many))
    same = {settled: {"tickets": 100, "confirmed": 22}, before: usual, TODAY: silent}
    assert "14 Nov 2026 about the same as in the 28 days before (20)." in page.page(view(same))


def test_channels_and_teams_are_kept_of_what_is_settled() -> None:
    """One read for the page; those without a ticket are left out."""
    kept: dict[str, Any] = {}
    asked: list[tuple[str, str, date, date]] = []

    def daily(dimension: str, value: str, since: date, until: date) -> dict[date, Measures]:
        asked.append((dimension, value, since, until))
        return {until: {"tickets": 10, "repeated": 2}} if value in {"chat", "b<i>"} else {}

    progress: Any = SimpleNamespace(
        values=lambda dimension: ["b<i>", "none"],
        daily=daily,
        save_snapshot=lambda name, told: kept.update(told),
    )
    keep_parts(progress, now=NOW, zone=Configuration().business.zone)
    assert {until for *_, until in asked} == {TODAY - timedelta(OPEN_DAYS)}
    shown = view({TODAY: DAY}, parts=kept)
    assert shown.parts == (
        Part("channel", "chat", wilson(2, 10)),
        Part("team", "b<i>", wilson(2, 10)),
    )
    html = page.page(shown)
    assert "Team <bdi>b&lt;i&gt;</bdi>" in html
    assert "<i>" not in html


def test_posted_numbers_stand_beside() -> None:
    """The newest value with its day."""
    assert "44 on 9 Nov 2026" in page.page(view({TODAY: DAY}))


def test_the_file_has_every_week_with_its_interval() -> None:
    """The period first, then weeks by their last day, then channels and teams."""
    told = replace(view({TODAY: DAY}), parts=(Part("team", "=tech", wilson(2, 10)),))
    lines = "".join(page.weeks_csv(told)).lstrip("\ufeff").splitlines()
    rows = list(csv.DictReader(lines))
    assert [row["of"] for row in rows] == ["period", *["week"] * 26, "team"]
    newest = rows[26]
    assert (newest["name"], newest["tickets"], newest["confirmed"]) == ("2026-11-22", "20", "6")
    assert float(newest["north_star"]) == 0.3
    assert newest["may_fall"] == "yes"
    assert rows[24]["may_fall"] == "no"
    assert rows[24]["north_star"] == ""
    assert (rows[-1]["name"], rows[-1]["wrote_again"]) == ("'=tech", "2")


def test_without_a_ticket_the_page_says_so() -> None:
    """Instead of a rate of nothing."""
    html = page.page(view({}))
    assert "No ticket was solved" in html
    assert "<svg" not in html
