"""The page of the coverage: which hours are gaps, how soon half are answered, at which cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from northstar.app.configuration import Annotation, Answering, Covering
from northstar.app.show_coverage import Gap, Half, half, is_busy_gap, needed_slots, overall
from northstar.domain.coverage import BOUNDS, SLOW, Cell
from northstar.domain.goals import Goal
from northstar.domain.rates import wilson
from tests.browser.samples_coverage import CONFIGURATION, TODAY, Days, Kept, coverage_of

MONDAY, SATURDAY = 0, 5


def cell(weekday: int, hour: int, hits: int, n: int, tickets: int | None = None) -> Cell:
    """Return an hour in which `hits` of `n` known replies came within the hour."""
    told = {"tickets": n if tickets is None else tickets, "reply_60": hits, SLOW: n - hits}
    return Cell(weekday, hour, told)


class TestGaps:
    """The hours that are not covered, joined to slots."""

    def test_hours_that_follow_each_other_are_one_slot(self) -> None:
        """From the first hour to the end of the last, with the tickets of all of them."""
        week = [cell(SATURDAY, 9, 3, 10), cell(SATURDAY, 10, 4, 10), cell(SATURDAY, 11, 2, 10)]
        assert needed_slots(week, 60) == (Gap(SATURDAY, 9, 12, wilson(9, 30), 30),)
        assert needed_slots(week, 60)[0].late == 21

    @pytest.mark.parametrize(
        ("between", "slots"),
        [
            (cell(SATURDAY, 10, 8, 10), [(9, 10), (11, 12)]),
            (cell(SATURDAY, 10, 0, 0, tickets=4), [(9, 10), (11, 12)]),
            (cell(SATURDAY, 10, 7, 10), [(9, 12)]),
        ],
        ids=["a covered hour", "nothing known", "just below the bar"],
    )
    def test_what_ends_a_slot(self, between: Cell, slots: list[tuple[int, int]]) -> None:
        """An hour with four of five in time is covered; of an unknown one nothing is said."""
        week = [cell(SATURDAY, 9, 0, 9), between, cell(SATURDAY, 11, 0, 8)]
        assert [(gap.since, gap.until) for gap in needed_slots(week, 60)] == slots

    def test_midnight_ends_a_slot(self) -> None:
        """A slot is of one weekday, and may end at 24."""
        week = [cell(MONDAY, 23, 0, 9), cell(MONDAY + 1, 0, 0, 8)]
        assert [(gap.weekday, gap.since, gap.until) for gap in needed_slots(week, 60)] == [
            (MONDAY, 23, 24),
            (MONDAY + 1, 0, 1),
        ]

    def test_most_late_tickets_come_first(self) -> None:
        """Not the worst share: a slot of many tickets weighs more; then by the week."""
        week = [cell(0, 3, 0, 5), cell(2, 9, 70, 100), cell(4, 9, 5, 10)]
        assert [gap.late for gap in needed_slots(week, 60)] == [30, 5, 5]
        assert [gap.weekday for gap in needed_slots(week, 60)] == [2, 0, 4]

    def test_too_few_tickets_are_no_gap_alone(self) -> None:
        """Four late tickets are a slot, and a gap only in a slot with others."""
        alone = {TODAY: {"03_tickets": 4, "03_reply_slow": 4}}
        told = coverage_of(Kept(alone))
        assert ([slot.late for slot in told.slots], told.gaps) == ([4], ())
        alone[TODAY] |= {"04_tickets": 1, "04_reply_slow": 1}
        assert [gap.late for gap in coverage_of(Kept(alone)).gaps] == [5]

    def test_a_slot_knows_all_its_tickets(self) -> None:
        """Those without a known reply too, which are in no share."""
        (slot,) = needed_slots([cell(0, 3, 0, 4, tickets=7), cell(0, 4, 1, 2, tickets=9)], 60)
        assert (slot.tickets, slot.in_time.n, slot.late) == (16, 6, 5)

    def test_a_busy_gap_is_busy_and_poor(self) -> None:
        """Twenty known replies at least, and less than half of them in time."""
        found = [is_busy_gap(cell(0, 9, *told), 60) for told in ((9, 20), (10, 20), (0, 19))]
        assert found == [True, False, False]


class TestHalf:
    """Within how long half are answered."""

    @pytest.mark.parametrize(
        ("replies", "expected"),
        [
            ({"reply_5": 1, "reply_60": 1}, Half(5, 2)),
            ({"reply_5": 1, "reply_60": 2}, Half(60, 3)),
            ({"reply_1440": 5, SLOW: 5}, Half(1440, 10)),
            ({"reply_5": 4, SLOW: 5}, Half(None, 9)),
            ({"tickets": 7}, None),
        ],
    )
    def test_it_is_the_first_step_that_half_are_within(
        self, replies: dict[str, int], expected: Half | None
    ) -> None:
        """None of them is told from a ticket without a known reply."""
        assert half([Cell(0, 9, replies)]) == expected

    def test_the_whole_week_is_looked_at(self) -> None:
        """Two hours together, not each by itself."""
        week = [Cell(0, 9, {"reply_5": 4}), Cell(6, 9, {"reply_480": 5})]
        assert half(week) == Half(480, 9)
        assert overall(week, 60) == wilson(4, 9)


def days(**measures: int) -> Days:
    """Return rows of today alone."""
    return {TODAY: {f"09_{name}": n for name, n in measures.items()}}


class TestView:
    """What the page is told."""

    def test_it_is_about_the_chosen_days(self) -> None:
        """Today and 27 days before it, or 90."""
        rows: Days = {TODAY - timedelta(back): {"09_tickets": 1} for back in (0, 27, 28, 90, 91)}
        assert coverage_of(Kept(rows)).tickets == 2
        assert coverage_of(Kept(rows), days=91).tickets == 4

    def test_in_time_is_as_configured(self) -> None:
        """The same replies are in time within four hours and late within one."""
        kept = Kept(days(tickets=9, reply_240=9))
        patient = replace(CONFIGURATION, covering=Covering(answer_within_minutes=240))
        assert coverage_of(kept).in_time == wilson(0, 9)
        assert coverage_of(kept, patient).in_time == wilson(9, 9)
        assert coverage_of(kept, patient).covered == wilson(1, 1)
        assert coverage_of(kept, patient).gaps == ()

    def test_the_hours_that_are_missing_are_those_that_are_not_covered(self) -> None:
        """Of those in which a reply is known; nobody can be late where nobody has written."""
        row = {"09_tickets": 9, "09_reply_5": 9, "10_tickets": 9, "10_reply_slow": 1}
        assert coverage_of(Kept({TODAY: row | {"11_tickets": 3}})).missing == 1

    def test_what_happened_in_these_days_is_told(self) -> None:
        """Neither what lies before them nor what lies ahead."""
        said = [Annotation(TODAY + timedelta(n), f"{n}") for n in (-28, -27, 0, 1)]
        told = coverage_of(Kept(days(tickets=9)), replace(CONFIGURATION, annotations=tuple(said)))
        assert [one.text for one in told.annotations] == ["-27", "0"]

    def test_without_a_known_reply_arrivals_are_shown(self) -> None:
        """And nothing is said of answers in time; ratings can still be looked at."""
        told = coverage_of(Kept(days(tickets=9)))
        assert (told.shown, told.half, told.gaps, told.covered.n) == ("arrivals", None, (), 0)
        assert (told.tickets, told.busy) == (9, 1)
        assert coverage_of(Kept(days(tickets=9)), shown="csat").shown == "csat"

    def test_answers_that_look_machine_made_can_be_left_out(self) -> None:
        """As configured, of the hours too."""
        kept = Kept(days(tickets=9, csat_5=8, csat_1=2, suspect_csat_5=3))
        without = replace(CONFIGURATION, answering=Answering(leave_out_suspects=True))

        def csat(told: object) -> tuple[int, int]:
            (rated,) = (one.csat() for one in told.cells if one.csat().n)  # type: ignore[attr-defined]
            return rated.hits, rated.n

        assert csat(coverage_of(kept)) == (8, 10)
        assert csat(coverage_of(kept, without)) == (5, 7)

    def test_the_goal_on_these_hours_is_shown(self) -> None:
        """The first one that is open, with where it stands; a goal on something else is not."""
        start, deadline = TODAY - timedelta(49), TODAY + timedelta(50)
        aim = Goal("Awake", "hour_coverage", 90, start, deadline, baseline=0)
        reviews = Goal("Reviews", "net_public_reviews", 90, start, deadline)
        shown = coverage_of(Kept(days(tickets=9, reply_5=9), goals=[reviews, aim])).goal
        assert shown
        assert (shown.goal, shown.value, shown.n, shown.even_pace) == (aim, 100, 1, 45)
        assert coverage_of(Kept(days(tickets=9), goals=[reviews])).goal is None

    def test_it_costs_two_reads(self) -> None:
        """However many hours and goals there are."""
        aim = Goal("Awake", "hour_coverage", 90, date(2026, 1, 1), date(2026, 12, 31))
        kept = Kept(days(tickets=9, reply_5=9), goals=[aim])
        coverage_of(kept)
        assert kept.asked == {"board": 1, "goals": 1}

    def test_every_step_of_replies_is_counted(self) -> None:
        """What is slower than the longest step is known, and never in time."""
        steps = {f"reply_{bound}": 1 for bound in BOUNDS} | {SLOW: 1}
        week = coverage_of(Kept(days(tickets=9, **steps))).cells
        assert [overall(week, bound).hits for bound in BOUNDS] == [1, 2, 3, 4, 5, 6, 7, 8]
        assert overall(week, BOUNDS[-1]).n == 9
