"""The page of the alerts: what is open, what was told to whom, and who is on call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from northstar.app.alert_texts import public_url, title_of, todo_of, view_of, where_of, words_of
from northstar.app.alerts import KeptAlert, What
from northstar.app.outcomes import CHOICES, NOTE_LIMIT
from northstar.app.show_alerts import AlertsView, Load, OpenAlert
from northstar.domain.times import iso
from northstar.web import numbers
from northstar.web.entries import entry
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    *("id", "kind", "since", "subject", "detail", "n", "feedback", "told", "given_up"),
    *("open", "outcome", "note", "by", "outcome_at"),
)
FIELDS = ("alert", "what", "note")

_WHAT: Mapping[What, str] = {
    "fixed": "The cause is mended",
    "answered": "The customer has an answer",
    "known": "It is known already",
    "nothing": "Nothing more to do",
}
_FACTS = ("ticket", "template", "agent", "team", "channel", "source", "app", "country")


@dataclass(frozen=True, slots=True)
class Refused:
    """An outcome that was not kept: what was typed, the field that is wrong, and why."""

    typed: Mapping[str, str]
    field: str
    reason: str


_NOTHING = Refused(dict.fromkeys(FIELDS, ""), "", "")


def page(view: AlertsView, refused: Refused = _NOTHING, *, done: bool = False) -> str:
    """Return the page; `refused` is a form that was not kept, `done` says that one just was."""
    return draw(
        "alerts.html",
        "leadership.css",
        here="alerts",
        view=view,
        tally=_tally(view),
        cards=[_card(one, view) for one in view.open],
        rows=[_row(one, view.time_zone) for one in view.newest],
        on_call=view.on_call,
        months=[_month(month) for month in view.months],
        loads=[_load(one) for one in view.loads],
        choices=[(one, _WHAT[one]) for one in CHOICES],
        limit=NOTE_LIMIT,
        refused=refused,
        done=done,
    )


def alerts_csv(view: AlertsView) -> Iterator[str]:
    """Yield the newest alerts as a file, line by line; moments are in UTC."""
    return csv_file(COLUMNS, map(_cells, view.newest))


def _tally(view: AlertsView) -> str:
    """Return how many are open: "Open: 4, the oldest for 2 days"."""
    if not view.open:
        return "Nothing is open."
    many = f"{len(view.open)} and more" if view.more_open else str(len(view.open))
    return f"Open: {many}, the oldest for {_age(view.open[0].kept, view.now)}"


def _age(kept: KeptAlert, now: datetime) -> str:
    """Return how long something is so, in its largest whole unit: "2 days"."""
    length = max(now - kept.alert.at, timedelta())
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if length >= unit:
            return numbers.many(length // unit, numbers.span(unit))
    return "less than a minute"


def _card(one: OpenAlert, view: AlertsView) -> dict[str, object]:
    alert, said = one.kept.alert, one.said
    public = said if said and said.public else None
    return {
        "id": alert.id,
        "title": title_of(alert),
        "age": _age(one.kept, view.now),
        "since": numbers.moment(alert.at, view.time_zone),
        "said": entry(public, view.time_zone) if public else None,
        "words": words_of(public) if public else None,
        "gone": said is None,
        "suspect": bool((said and said.suspect) or alert.data.get("suspect")),
        "facts": [
            (name.capitalize(), str(alert.data[name])) for name in _FACTS if alert.data.get(name)
        ],
        "todo": todo_of(alert),
        "view": view_of(alert) if said else None,
        "ticket": one.ticket_url,
        "public": public_url(public) if public else None,
        "told": _told(one.kept, view.time_zone),
        "given_up": sorted(one.kept.given_up.items()),
    }


def _row(kept: KeptAlert, time_zone: str) -> dict[str, object]:
    alert, outcome = kept.alert, kept.outcome
    return {
        "since": _narrow(numbers.moment(alert.at, time_zone)),
        "title": title_of(alert),
        "view": view_of(alert),
        "where": where_of(alert),
        "told": _told(kept, time_zone),
        "given_up": sorted(kept.given_up.items()),
        "outcome": outcome and _WHAT[outcome.what],
        "note": outcome.note if outcome else "",
        "by": outcome and f"{outcome.by}, {numbers.moment(outcome.at, time_zone)}",
        "open": kept.open,
    }


def _narrow(moment: str) -> str:
    """Return a moment that breaks between its day and its time only."""
    return moment.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")


def _told(kept: KeptAlert, time_zone: str) -> list[tuple[str, str]]:
    """Return which channels took it, and when."""
    return [
        (name, _narrow(numbers.moment(at, time_zone))) for name, at in sorted(kept.told.items())
    ]


def _load(one: Load) -> dict[str, object]:
    rate, outside = one.outside, "none told"
    if rate.n:
        share = f"{numbers.percent(rate.share or 0)} ({numbers.interval(rate)})"
        outside = f"{share} of {numbers.count(rate.n)}"
    many = [numbers.count(number) for number in one.months.values()]
    return {"name": one.name, "months": many, "outside": outside}


def _month(month: str) -> str:
    """Return a month in words: "Nov 2026" of "2026-11"."""
    year, number = month.split("-")
    return f"{numbers.MONTHS[int(number) - 1]} {year}"


def _cells(kept: KeptAlert) -> tuple[Cell, ...]:
    alert, outcome = kept.alert, kept.outcome
    return (
        alert.id,
        alert.kind,
        iso(alert.at),
        alert.subject,
        alert.detail,
        alert.n,
        alert.record,
        "; ".join(f"{name} {iso(at)}" for name, at in sorted(kept.told.items())),
        "; ".join(f"{name}: {why}" for name, why in sorted(kept.given_up.items())),
        "yes" if kept.open else "no",
        *((outcome.what, outcome.note, outcome.by, iso(outcome.at)) if outcome else (None,) * 4),
    )
