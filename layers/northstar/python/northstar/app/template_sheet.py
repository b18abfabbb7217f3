"""The sheet of the templates: what each version has added up to, kept where one read has it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from northstar.app.ports import ProgressStore
from northstar.domain import metrics, readiness
from northstar.domain.aggregates import Measures, total, window
from northstar.domain.times import iso

SNAPSHOT = "templates"
"""The name under which the sheet is kept."""

PERIODS = (28, 91, 365)
WEEKS = 12

MOST = 1000
"""Versions that a sheet has room for (an item of DynamoDB holds 400 KB): the most used ones."""

_COUNTED = ("tickets", "sent", "answered", "answers", "comments")
_SOLVED = ("solved_yes", "solved_no")
_RATINGS = tuple(f"csat_{n}" for n in range(1, 6))
_LABELS = tuple(
    f"{edition}answer_{label}"
    for edition in ("", "b_")
    for label in ("positive", "neutral", "negative", "undetermined")
)
_OF_HELP = ("answered", "answers", *_SOLVED, *_RATINGS)
_KEPT = frozenset(
    (*_COUNTED, *_SOLVED, *_RATINGS, *_LABELS, *(f"suspect_{name}" for name in _OF_HELP))
)
_KEPT_BY_WEEK = frozenset((*_SOLVED, *(f"suspect_{name}" for name in _SOLVED)))
_KEPT_OF_TICKETS = ("tickets", "repeated")


def keep_sheet(progress: ProgressStore, *, now: datetime, zone: ZoneInfo) -> None:
    """Make the sheet anew and keep it with the moment it was made at. `now` is aware."""
    told = template_sheet(progress, now.astimezone(zone).date())
    progress.save_snapshot(SNAPSHOT, told | {"at": iso(now)})


def template_sheet(progress: ProgressStore, today: date) -> dict[str, Any]:
    """Return what every version of every template adds up to, as a JSON object.

    `day` is the last day of all periods. `templates` has for each "id@version" the sums of the last
    28, 91 and 365 days, and of the last twelve weeks (lists, oldest first) those of question 1; of
    the 91 days before the last 28 (`before`) the same; the tickets that are old enough to say
    whether the customer came back (`settled`, `northstar.domain.readiness`); and the `first` and
    the `last` day of this year on which it was used or answered.
    `all` are the sums of all of them together, `by_hand` the settled tickets that no template
    answered, and `left_out` how many versions found no room. Zeros are left out, and so is a
    template without anything. Costs one query for each version there ever was, and one.
    """
    since = today - timedelta(PERIODS[-1] - 1)
    found = {
        name: told
        for name in progress.values("template")
        if (told := _sums(progress.daily("template", name, since, today), today))
    }
    longest = str(PERIODS[-1])
    names = sorted(found, key=lambda name: (-found[name][longest].get("tickets", 0), name))
    return {
        "day": today.isoformat(),
        "templates": {name: found[name] for name in sorted(names[:MOST])},
        "all": {
            str(days): dict(total(told[str(days)] for told in found.values())) for days in PERIODS
        },
        "by_hand": _by_hand(progress, found.values(), today),
        "left_out": len(names[MOST:]),
    }


def counted(measures: Measures, *, leave_out: bool) -> Measures:
    """Return the same measures, without the answers that look machine-made where `leave_out`."""
    if not leave_out:
        return measures
    (kept,) = metrics.without_suspects({date.min: measures}).values()
    return kept


def _by_hand(
    progress: ProgressStore, told: Iterable[Mapping[str, Any]], today: date
) -> dict[str, int]:
    """The settled tickets without a template: all of them, less those of every template."""
    first, last = readiness.settled_days(today)
    every = total(progress.daily("all", "all", first, last).values())
    every.subtract(total(one["settled"] for one in told))
    return {name: every[name] for name in _KEPT_OF_TICKETS if every[name] > 0}


def _sums(daily: Mapping[date, Measures], today: date) -> dict[str, Any]:
    """The sums of one version by period and by week; nothing where there are none at all."""
    sums: dict[str, Any] = {str(days): _kept(daily, today, days, _KEPT) for days in PERIODS}
    if not any(sums.values()):
        return {}
    ends = (today - timedelta(weeks=back) for back in reversed(range(WEEKS)))
    settled = readiness.span(daily, *readiness.settled_days(today))
    used = [day for day, told in daily.items() if told.get("tickets") or told.get("answers")]
    return sums | {
        "weeks": [_kept(daily, end, 7, _KEPT_BY_WEEK) for end in ends],
        "before": _kept(
            daily, today - timedelta(readiness.RECENT), readiness.BEFORE, _KEPT_BY_WEEK
        ),
        "settled": {name: settled[name] for name in _KEPT_OF_TICKETS if settled.get(name)},
        "first": min(used, default=today).isoformat(),
        "last": max(used, default=today).isoformat(),
    }


def _kept(
    daily: Mapping[date, Measures], last: date, days: int, names: frozenset[str]
) -> dict[str, int]:
    """The sums of so many days until the last, of these measures, without zeros."""
    added = total(window(daily, last, days))
    return {name: n for name, n in sorted(added.items()) if n and name in names}
