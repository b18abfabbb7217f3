"""The ladder of templates: what is ready, what falls, and that no state changes for nothing."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.domain.rates import Z_95, Rate, wilson
from northstar.domain.readiness import (
    ENOUGH_TICKETS,
    Evidence,
    Judgement,
    State,
    doubt,
    falling,
    further_answers,
    is_used,
    judge,
    quiet_until,
    settled_days,
    step,
)

SAME = wilson(20, 100)
NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
TODAY = NOW.date()


def found(yes: int, n: int, repeated: Rate = SAME, by_hand: Rate = SAME) -> Judgement:
    """Return the judgement on so many answers at a gate of 80 %."""
    return judge(Evidence(wilson(yes, n), repeated, by_hand), 0.8)


def lower_end(share: float, n: float) -> float:
    """Return the lower Wilson bound of a share, also of one that is no whole number of n."""
    z2 = Z_95**2
    spread = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (share + z2 / (2 * n) - spread) / (1 + z2 / n)


class TestNeeded:
    """How many answers are missing."""

    @pytest.mark.parametrize(("gate", "n"), [(0.8, 16), (0.85, 22), (0.9, 35), (0.95, 73)])
    def test_when_all_say_yes_the_known_numbers_are_needed(self, gate: float, n: int) -> None:
        """The table of the Wilson bound: 16, 22, 35 and 73; one fewer does not pass."""
        assert further_answers(wilson(0, 0), gate) == n
        assert further_answers(wilson(n - 1, n - 1), gate) == 1
        assert further_answers(wilson(n, n), gate) == 0

    @given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([0.5, 0.8, 0.9, 0.99]))
    def test_it_is_the_least_number_at_the_present_rate(
        self, no: int, yes: int, gate: float
    ) -> None:
        """With so many more the lower end passes the gate, with one fewer it does not."""
        solved = wilson(yes, yes + no)
        needed = further_answers(solved, gate)
        share = yes / (yes + no)
        if needed is None:
            assert share <= gate
        elif needed:
            assert lower_end(share, solved.n + needed) >= gate - 1e-9
            assert lower_end(share, solved.n + needed - 1) < gate + 1e-9
        else:
            assert solved.low >= gate

    def test_at_or_under_the_gate_no_number_is_enough(self) -> None:
        """However many come at that rate."""
        assert further_answers(wilson(80, 100), 0.8) is None
        assert further_answers(wilson(0, 3), 0.8) is None


class TestStep:
    """From state to state."""

    @pytest.mark.parametrize(
        ("before", "told", "after"),
        [
            ("by hand", found(16, 16), "ready"),
            ("by hand", found(15, 15), "by hand"),
            ("by hand", found(0, 0), "by hand"),
            ("by hand", found(10, 100), "by hand"),
            ("ready", found(80, 100), "ready"),
            ("ready", found(70, 100), "demoted"),
            ("ready", found(0, 0), "by hand"),
            ("automated", found(97, 100), "automated"),
            ("automated", found(80, 100), "automated"),
            ("automated", found(70, 100), "demoted"),
            ("automated", found(0, 0), "automated"),
            ("demoted", found(80, 100), "demoted"),
            ("demoted", found(97, 100), "ready"),
        ],
    )
    def test_both_ways_are_certain(self, before: State, told: Judgement, after: State) -> None:
        """The lower end lifts, the upper end lets fall, between both it stays; never by itself
        automated."""
        assert step(before, told) == after

    def test_silence_is_not_solved(self) -> None:
        """Any number of tickets that nobody answers about leaves a version by hand."""
        told = found(0, 0, wilson(0, 10_000), wilson(2_000, 10_000))
        assert step("by hand", told) == "by hand"
        assert not told.rises

    def test_who_comes_back_surely_more_often_keeps_it_down(self) -> None:
        """However content the answers are; and lets what was automated fall."""
        told = found(100, 100, wilson(40, 100), wilson(20, 100))
        assert told.worse
        assert step("by hand", told) == "by hand"
        assert step("automated", told) == "demoted"

    def test_a_little_more_is_not_sure(self) -> None:
        """The interval of the difference has 0 in it."""
        told = found(100, 100, wilson(25, 100), wilson(20, 100))
        assert step("by hand", told) == "ready"
        assert step("automated", told) == "automated"

    def test_demoted_for_comebacks_it_needs_more_than_a_doubt_to_rise(self) -> None:
        """It rises again when the rate itself is not above that by hand."""
        assert step("demoted", found(100, 100, wilson(25, 100), SAME)) == "demoted"
        assert step("demoted", found(100, 100, wilson(20, 100), SAME)) == "ready"

    @pytest.mark.parametrize(
        ("repeated", "by_hand"),
        [(wilson(0, ENOUGH_TICKETS - 1), SAME), (SAME, wilson(0, ENOUGH_TICKETS - 1))],
    )
    def test_of_few_tickets_nothing_is_compared(self, repeated: Rate, by_hand: Rate) -> None:
        """Then it needs more; and does not fall for that."""
        told = found(100, 100, repeated, by_hand)
        assert (told.tickets, told.by_hand).count(1) == 1
        assert step("by hand", told) == "by hand"
        assert step("automated", told) == "automated"

    @given(
        st.integers(0, 300),
        st.integers(0, 300),
        st.integers(0, 200),
        st.integers(0, 200),
        st.sampled_from(["by hand", "ready", "automated", "demoted"]),
    )
    def test_a_step_is_done_once(
        self, yes: int, no: int, repeated: int, rest: int, state: State
    ) -> None:
        """The same numbers a second time change nothing; nothing rises and falls at once."""
        told = found(yes, yes + no, wilson(repeated, repeated + rest))
        after = step(state, told)
        assert step(after, told) == after
        assert not (told.rises and told.falls)

    def test_numbers_at_the_edge_do_not_flap(self) -> None:
        """In a hundred years of a template exactly at the gate, or that is repeated as often as by
        hand, its state changes about twice a year."""
        rng = random.Random(20260914)
        changes = 0
        for share, repeats in [(0.8, 0.2)] * 25 + [(0.84, 0.2)] * 25 + [(0.95, 0.27)] * 50:
            days = [
                (sum(rng.random() < share for _ in range(2)), rng.random() < repeats)
                for _ in range(365 + 91)
            ]
            state: State = "by hand"
            for end in range(91, len(days)):
                window = days[end - 91 : end]
                yes, back = sum(one[0] for one in window), sum(one[1] for one in window)
                after = step(state, found(yes, 182, wilson(back, 91), wilson(182, 910)))
                changes += after != state
                state = after
        assert changes < 250
        assert changes > 0


class TestArticles:
    """When an article wants a look."""

    def test_a_review_is_due_after_its_interval(self) -> None:
        """On the day itself; once noticed, only verifying it ends that."""
        due = TODAY - timedelta(90)
        plain = {"review_days": 90, "falls": False, "doubted": None}
        assert doubt(due, TODAY, **plain) == "review"  # type: ignore[arg-type]
        assert doubt(due + timedelta(1), TODAY, **plain) is None  # type: ignore[arg-type]
        kept = doubt(TODAY, TODAY, review_days=90, falls=False, doubted="falling")
        assert kept == "falling"

    @pytest.mark.parametrize(("age", "expected"), [(27, None), (28, "falling")])
    def test_a_falling_rate_must_be_newer_than_the_last_look(
        self, age: int, expected: str | None
    ) -> None:
        """The days that fell lie after it."""
        verified = TODAY - timedelta(age)
        assert doubt(verified, TODAY, review_days=90, falls=True, doubted=None) == expected

    def test_falling_is_certain_and_of_enough(self) -> None:
        """Lower is not enough, nor are few answers."""
        assert falling(wilson(30, 60), wilson(80, 100), 30)
        assert not falling(wilson(45, 60), wilson(80, 100), 30)
        assert not falling(wilson(5, 29), wilson(80, 100), 30)


def test_tickets_of_eight_days_are_open() -> None:
    """The eighth day back has had its seven days, whatever the hour it was solved at."""
    assert settled_days(date(2026, 9, 14)) == (date(2026, 6, 16), date(2026, 9, 6))


def test_what_is_old_when_first_seen_is_quiet_for_a_day() -> None:
    """What is new is not; a version of a week without use is told of no more."""
    assert quiet_until(NOW, TODAY - timedelta(6), TODAY) == NOW
    assert quiet_until(NOW, TODAY - timedelta(7), TODAY) == NOW + timedelta(1)
    assert is_used(TODAY - timedelta(6), TODAY)
    assert not is_used(TODAY - timedelta(7), TODAY)
