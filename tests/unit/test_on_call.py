"""Who is told at which moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from northstar.app.configuration import OnCall
from northstar.domain.on_call import in_office, whose

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DUTY = OnCall(office="office", rota=("ann", "kim", "lee"))
NIGHTS = OnCall(office="office", days=("fri",), begin="22:00", end="06:00", rota=("ann",))


def at(text: str) -> datetime:
    """Return a moment by the clock on the wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def test_the_office_has_its_hours_and_the_rota_all_others() -> None:
    """From the first minute to the last, on its days only."""
    assert whose(DUTY, at("2026-11-20T09:00"), BERLIN) == ("office",)
    assert whose(DUTY, at("2026-11-20T17:59:59"), BERLIN) == ("office",)
    for moment in ("2026-11-20T08:59:59", "2026-11-20T18:00", "2026-11-21T12:00"):
        (name,) = whose(DUTY, at(moment), BERLIN)
        assert name in DUTY.rota


def test_turns_follow_each_other_across_the_end_of_a_year() -> None:
    """A turn is an ISO week, and after the last one begins again; week 53 is no exception."""
    mondays = [at("2026-12-14T03:00") + timedelta(weeks=n) for n in range(6)]
    names = [whose(DUTY, monday, BERLIN)[0] for monday in mondays]
    assert names == [names[0], names[1], names[2]] * 2
    assert set(names) == set(DUTY.rota)
    sunday, monday = at("2026-11-22T23:59"), at("2026-11-23T00:00")
    assert whose(DUTY, sunday, BERLIN) != whose(DUTY, monday, BERLIN)


def test_a_turn_may_be_a_day() -> None:
    """It begins at midnight."""
    daily = OnCall(rota=("ann", "kim"), turn="day")
    before, after, next_day = (
        whose(daily, at(moment), BERLIN)
        for moment in ("2026-11-20T23:59", "2026-11-21T00:00", "2026-11-22T00:00")
    )
    assert before != after
    assert before == next_day


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    """Friday's night ends on Saturday; the early hours of Friday are Thursday's, and free."""
    inside = ("2026-11-20T22:00", "2026-11-20T23:59", "2026-11-21T00:00", "2026-11-21T05:59")
    outside = ("2026-11-20T05:00", "2026-11-20T21:59", "2026-11-21T06:00", "2026-11-21T23:00")
    assert all(in_office(NIGHTS, at(moment), BERLIN) for moment in inside)
    assert not any(in_office(NIGHTS, at(moment), BERLIN) for moment in outside)


def test_hours_are_those_of_the_wall_when_clocks_change() -> None:
    """Nine o'clock is nine o'clock on the day before and after, whatever the distance to UTC."""
    duty = OnCall(office="office", days=("sat", "sun", "mon"), rota=("ann",))
    for day in ("2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"):
        assert whose(duty, at(f"{day}T09:00"), BERLIN) == ("office",)
        assert whose(duty, at(f"{day}T08:59"), BERLIN) == ("ann",)
    assert at("2026-03-29T09:00") - at("2026-03-28T09:00") == timedelta(hours=23)


def test_who_is_missing_is_stood_in_for() -> None:
    """The office has all hours without a rota, the rota without an office, and nobody is nobody."""
    moments = [at("2026-11-20T12:00"), at("2026-11-21T03:00")]
    for moment in moments:
        assert whose(OnCall(office="office"), moment, BERLIN) == ("office",)
        assert whose(OnCall(rota=("ann",)), moment, BERLIN) == ("ann",)
        assert whose(OnCall(), moment, BERLIN) == ()


@given(
    st.integers(0, 20 * 366 * 24).map(lambda hour: FIRST + timedelta(hours=hour)),
    st.sampled_from(["00:00", "06:00", "09:00", "22:00"]),
    st.sampled_from(["00:00", "06:00", "09:00", "22:00"]),
)
def test_somebody_is_always_told(now: datetime, begin: str, end: str) -> None:
    """Exactly one, whatever the hours; from a time to the same time is a whole day."""
    every = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    duty = OnCall(office="office", days=every, begin=begin, end=end, rota=("ann", "kim"))
    assert len(whose(duty, now, BERLIN)) == 1
    assert begin != end or in_office(duty, now, BERLIN)
