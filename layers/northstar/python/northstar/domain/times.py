"""Days and times as the product counts them: aware datetimes in, business days out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def iso(moment: datetime) -> str:
    """Return an aware datetime as ISO 8601 in UTC, to the millisecond, so that strings sort."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Return the aware datetime of an ISO 8601 text; a bare day is its midnight in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def business_day(moment: datetime | str, zone: ZoneInfo) -> str:
    """Return the business day ("2026-11-22") of a moment; a text that is only a day is kept."""
    if isinstance(moment, str):
        if len(moment) == len("2026-11-22"):
            return date.fromisoformat(moment).isoformat()
        moment = parse(moment)
    return moment.astimezone(zone).date().isoformat()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a business day begins."""
    return datetime.combine(day, time.min, zone)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(day.weekday())
