"""The page of the milestones: what was reached, what was before a change, and what comes next."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from northstar.app.configuration import Alerting, Configuration
from northstar.app.goals import GoalState, KeptGoal, Milestone
from northstar.app.show_milestones import MilestonesView, milestones_view
from northstar.domain.forecast import Band, Forecast
from northstar.domain.goals import Goal
from northstar.domain.status import Settled, Status
from northstar.web import milestones as page

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
GOAL = Goal("Reviews", "net_public_reviews", 1000, date(2026, 1, 1), date(2026, 12, 31))
BANDS = (
    Band(date(2026, 9, 20), 560, 580, 600, 620, 640),
    Band(date(2026, 9, 27), 620, 660, 700, 740, 780),
    Band(date(2026, 12, 31), 760, 850, 900, 950, 990),
)
HOSTILE = '"><script>alert(1)</script>=cmd'


class Kept:
    """The goals and milestones that are kept."""

    def __init__(self, goals: Sequence[KeptGoal], reached: Sequence[Milestone]) -> None:
        self._goals, self._reached = goals, reached

    def goals(self) -> list[KeptGoal]:
        """Return the goals."""
        return list(self._goals)

    def milestones(self) -> list[Milestone]:
        """Return the milestones."""
        return list(self._reached)


def state(status: Status = "off track", **changes: object) -> GoalState:
    """Return what was made of the goal, at 520."""
    told = Forecast("likely", 520, expected=900, p80=(760, 990), p50=(850, 950), bands=BANDS)
    plain = GoalState(
        version=1,
        made_at=NOW,
        day=NOW.date(),
        settled=Settled(status),
        value=520,
        n=0,
        baseline=0,
        even_pace=700,
        last=date(2026, 9, 13),
        forecast=told,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def milestone(value: float, day: date, **told: object) -> Milestone:
    """Return a milestone of the goal."""
    plain = Milestone(GOAL.name, GOAL.subject, value, day, NOW, 1000)
    return replace(plain, **told)  # type: ignore[arg-type]


QUARTER = milestone(250, date(2026, 3, 1))
HALF = milestone(500, date(2026, 5, 23), people=(("Kim", 3),), tickets=("T 1/2",), reviews=("r#1",))


def view(
    *reached: Milestone, kept: Sequence[KeptGoal] = (), configuration: Configuration | None = None
) -> MilestonesView:
    """Return what the page shows."""
    goals = kept or [KeptGoal(GOAL, version=1, state=state())]
    store = Kept(goals, reached)
    return milestones_view(configuration or Configuration(), goals=store, now=NOW)  # type: ignore[arg-type]


def test_the_newest_comes_first_with_the_days_it_took() -> None:
    """In words that celebrate without noise, with those behind it."""
    told = view(QUARTER, HALF)
    html = page.page(told)
    assert "Half of 1,000, after 143 days" in html
    assert html.index("Half of 1,000") < html.index("A quarter of 1,000")
    assert "<bdi>Kim</bdi> (3)" in html
    assert 'href="/feedback?id=r%231"' in html
    (goal,) = told.goals
    assert [one.value for one in goal.reached] == [500, 250]


def test_the_next_ones_have_the_range_of_days_of_the_forecast() -> None:
    """Where its edges cross them; what lies beyond the deadline is said to."""
    (goal,) = view(QUARTER, HALF).goals
    assert [(one.value, one.range) for one in goal.ahead] == [
        (750, (date(2026, 9, 26), date(2026, 12, 25))),
        (1000, (None, None)),
    ]
    html = page.page(view(QUARTER, HALF))
    assert "26 Sep – 25 Dec" in html
    assert "not expected before 31 Dec" in html


def test_the_range_of_the_target_is_that_of_the_goal_itself() -> None:
    """The forecast has it to the day, also after the deadline."""
    days = (date(2026, 12, 1), date(2026, 12, 20), date(2027, 1, 9))
    told = replace(state().forecast or Forecast("likely", 0), eta80=days)
    kept = KeptGoal(GOAL, version=1, state=state(forecast=told))
    assert view(kept=[kept]).goals[0].ahead[-1].range == (days[0], days[-1])
    assert "1 Dec – 9 Jan 2027" in page.page(view(kept=[kept]))


def test_without_a_forecast_nothing_is_foretold() -> None:
    """Neither where it is hidden, nor where there never was one."""
    for made in (state("stale"), state(forecast=None), None):
        (goal,) = view(kept=[KeptGoal(GOAL, version=1, state=made)]).goals
        assert {one.range for one in goal.ahead} == {None}


def test_the_day_is_that_of_the_newest_count() -> None:
    """As on the page of the goal; of another version of it, what was kept counts."""
    moved = state(milestones=((date(2026, 5, 20), 500),))
    (goal,) = view(HALF, kept=[KeptGoal(GOAL, version=1, state=moved)]).goals
    assert (goal.reached[0].day, goal.reached[0].days) == (date(2026, 5, 20), 140)
    (older,) = view(HALF, kept=[KeptGoal(GOAL, version=2, state=moved)]).goals
    assert older.reached[0].day == HALF.day


def test_what_was_reached_before_a_change_stays() -> None:
    """Apart from what the goal counts now, and not as the newest."""
    before = milestone(250, date(2026, 9, 1), subject="five_star_reviews 2026-01-01")
    told = view(QUARTER, before)
    assert ([one.value for one in told.goals[0].former], told.newest) == (
        [250],
        (told.goals[0].kept, told.goals[0].reached[0]),
    )
    assert "Before the goal was changed: 250 on 1 Sep 2026." in page.page(told)
    higher = replace(GOAL, target=2000)
    changed = page.page(view(QUARTER, HALF, kept=[KeptGoal(higher, version=2)]))
    assert "Half of 1,000" not in changed
    assert "<strong>250</strong>" in changed


def test_an_ended_goal_keeps_its_milestones_and_has_none_ahead() -> None:
    """After the open ones; its name leads to its history."""
    over = KeptGoal(replace(GOAL, name="Old"), version=2, ended=date(2026, 6, 1))
    open_one = KeptGoal(GOAL, version=1, state=state())
    told = view(QUARTER, replace(HALF, goal="Old"), kept=[over, open_one])
    assert [one.kept.goal.name for one in told.goals] == ["Reviews", "Old"]
    assert told.goals[1].ahead == ()
    html = page.page(told)
    assert "ended on 1 Jun 2026" in html
    assert 'href="/goals?name=Old#history"' in html


def test_what_is_to_be_held_has_no_milestones() -> None:
    """And without any the page says what to do."""
    rate = Goal("CSAT", "csat", 90, date(2026, 1, 1), date(2026, 12, 31))
    told = view(kept=[KeptGoal(rate, version=1)])
    assert told.goals == ()
    assert "No milestone yet" in page.page(told)


def test_tickets_lead_to_the_helpdesk_and_nothing_from_outside_is_markup() -> None:
    """Their ids are encoded into the configured address."""
    desk = Configuration(alerting=Alerting(ticket_url="https://desk.example/t/{ticket}?a=1"))
    hostile = replace(HALF, people=((HOSTILE, 1),), tickets=(HOSTILE,), reviews=(HOSTILE,))
    html = page.page(view(HALF, configuration=desk))
    assert 'href="https://desk.example/t/T%201%2F2?a=1"' in html
    for told in (view(hostile), view(hostile, configuration=desk)):
        assert "<script>" not in page.page(told)


def test_the_file_has_those_ahead_reached_and_former() -> None:
    """What a spreadsheet could calculate is text."""
    hostile = milestone(100, date(2026, 2, 1), subject="x", people=(("=1+1", 2),), days=32)
    lines = "".join(page.milestones_csv(view(HALF, hostile))).removeprefix("\ufeff").splitlines()
    rows = list(csv.DictReader(lines))
    assert [(row["milestone"], row["state"], row["days"]) for row in rows] == [
        *(("1000", "ahead", ""), ("750", "ahead", ""), ("250", "ahead", "")),
        *(("500", "reached", "143"), ("100", "former", "32")),
    ]
    assert (rows[1]["earliest"], rows[1]["latest"]) == ("2026-09-26", "2026-12-25")
    assert (rows[3]["people"], rows[3]["tickets"], rows[3]["reviews"]) == (
        "Kim (3)",
        "T 1/2",
        "r#1",
    )
    assert rows[4]["people"] == "'=1+1 (2)"
