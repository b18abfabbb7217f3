"""On call: who is told at which moment, in working hours and outside of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

_MONDAY = date(1970, 1, 5)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Duty(Protocol):
    """Who has which hours; `app.configuration.OnCall` is one, and says what its fields mean."""

    @property
    def office(self) -> str | None:
        """Who is told in working hours."""

    @property
    def days(self) -> Sequence[str]:
        """The days on which working hours begin ("mon")."""

    @property
    def begin(self) -> str:
        """When they begin ("09:00")."""

    @property
    def end(self) -> str:
        """When they end; not after `begin`: on the next day."""

    @property
    def rota(self) -> Sequence[str]:
        """Who is told outside of them, by turns."""

    @property
    def turn(self) -> Literal["day", "week"]:
        """How long a turn is."""


def whose(duty: Duty, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Return who is told at `now` (aware); nobody only where nobody is named at all.

    Without an office it is the rota's turn at all times, without a rota always the office's.
    """
    if duty.office and (not duty.rota or in_office(duty, now, zone)):
        return (duty.office,)
    if not duty.rota:
        return ()
    return (duty.rota[_turns(duty, now.astimezone(zone).date()) % len(duty.rota)],)


def in_office(duty: Duty, now: datetime, zone: ZoneInfo) -> bool:
    """Return whether `now` (aware) lies in working hours, by the clock on the wall of the zone.

    Hours that go over midnight belong to the day on which they begin.
    """
    local = now.astimezone(zone)
    begin, end, clock = time.fromisoformat(duty.begin), time.fromisoformat(duty.end), local.time()
    if begin < end:
        return _works(duty, local.date()) and begin <= clock < end
    if clock >= begin:
        return _works(duty, local.date())
    return clock < end and _works(duty, local.date() - timedelta(1))


def _works(duty: Duty, day: date) -> bool:
    return _WEEKDAYS[day.weekday()] in duty.days


def _turns(duty: Duty, day: date) -> int:
    """How many turns have begun since a Monday long ago: at midnight, of weeks on Mondays."""
    passed = (day - _MONDAY).days
    return passed if duty.turn == "day" else passed // 7
