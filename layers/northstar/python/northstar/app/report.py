"""The weekly report as it was told: kept, so that the page of a past week shows what was mailed.

Of what a customer said it keeps only where that is; the words are read when they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from northstar.app.configuration import Configuration
from northstar.app.ports import ProgressStore
from northstar.domain.feedback import Feedback
from northstar.domain.times import iso, monday, parse

Audience = Literal["leadership", "team"]

AUDIENCES: tuple[Audience, ...] = ("leadership", "team")
WEEK = timedelta(days=7)
MOST_WEEKS = 60
"""So many weeks can be looked up."""

_WEEKS = "reports"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what somebody else wrote, then what we say, with a link to a path of ours.

    With `feedback` it is about that one, which is read when the line is shown: its words or, as
    `shows` says, its ticket.
    """

    text: str = ""
    said: str = ""
    path: str = ""
    feedback: str = ""
    shows: Literal["words", "ticket"] = "words"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading, with a note below them."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """How the first goal stands, in words: the same in subject, mail and page.

    `figures` are (label, value, note), `outlook` are sentences. `charts` are drawings for the page,
    wide and narrow, and `picture` is the one for mails; `alt` says what it shows.
    """

    goal: str
    status: str
    word: str
    number: str
    target: str
    by: str
    sub: str
    figures: tuple[tuple[str, str, str], ...]
    outlook: tuple[str, ...]
    charts: tuple[str, ...]
    picture: str
    alt: str


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was told to an audience on a Monday; `made_at` is aware."""

    week: date
    audience: Audience
    made_at: datetime
    subject: str
    preheader: str
    head: Head | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with what customers said in it, and the weeks that can be looked up, newest first.

    `proof` says that there is a public wall to link to.
    """

    business: str
    time_zone: str
    told: Told
    feedback: Mapping[str, Feedback]
    weeks: tuple[date, ...]
    proof: bool
    demo: bool


def newest_week(now: datetime, configuration: Configuration) -> date:
    """Return the Monday of the newest report: this week's, once its hour has come."""
    week = monday(now.astimezone(configuration.business.zone).date())
    return week if now >= due_at(week, configuration) else week - WEEK


def due_at(week: date, configuration: Configuration) -> datetime:
    """Return the moment from which the report of a Monday is mailed."""
    return datetime.combine(week, time(configuration.report.hour), configuration.business.zone)


def name_of(week: date, audience: Audience) -> str:
    """Return the name of the snapshot that keeps a report."""
    return f"report:{week}:{audience}"


def keep(told: Told, progress: ProgressStore) -> None:
    """Keep a report as it was told, and that there is one of its week."""
    progress.save_snapshot(name_of(told.week, told.audience), _json(told))
    known = {*weeks(progress), told.week}
    newest = sorted(known, reverse=True)[:MOST_WEEKS]
    progress.save_snapshot(_WEEKS, {"weeks": [week.isoformat() for week in newest]})


def kept(week: date, audience: Audience, progress: ProgressStore) -> Told | None:
    """Return a report as it was told, or None where none was made."""
    found = progress.snapshot(name_of(week, audience))
    return _told(found) if found else None


def weeks(progress: ProgressStore) -> tuple[date, ...]:
    """Return the Mondays of which there are reports, newest first."""
    found = progress.snapshot(_WEEKS) or {"weeks": []}
    return tuple(date.fromisoformat(week) for week in found["weeks"])


def _json(told: Told) -> dict[str, Any]:
    moments = {"week": told.week.isoformat(), "made_at": iso(told.made_at)}
    return asdict(told) | moments


def _told(found: Mapping[str, Any]) -> Told:
    return Told(
        **dict(found)
        | {
            "week": date.fromisoformat(found["week"]),
            "made_at": parse(found["made_at"]),
            "head": _head(found["head"]) if found["head"] else None,
            "sections": tuple(_section(one) for one in found["sections"]),
        }
    )


def _head(found: Mapping[str, Any]) -> Head:
    lists = {name: tuple(found[name]) for name in ("outlook", "charts")}
    figures = tuple((label, value, note) for label, value, note in found["figures"])
    return Head(**dict(found) | lists | {"figures": figures})


def _section(found: Mapping[str, Any]) -> Section:
    return Section(found["title"], tuple(Line(**one) for one in found["lines"]), found["note"])


def mentioned(told: Told) -> tuple[str, ...]:
    """Return the ids of the feedback that a report is about."""
    lines = (line for section in told.sections for line in section.lines)
    return tuple(dict.fromkeys(line.feedback for line in lines if line.feedback))
