"""Watch the numbers: goals that change their status, satisfaction that falls, topics that rise.

What is known of goals and episodes is kept before anybody is told, together with the alerts that
are still to be raised: so a look that is cut short loses none, and the next one raises none twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from northstar.app.alerts import figures
from northstar.app.configuration import Configuration
from northstar.app.goals import GoalState, GoalStore, KeptGoal, open_goals
from northstar.app.in_words import STATUSES, amount, percent
from northstar.app.ports import Alert, ProgressStore
from northstar.app.show import label_counts
from northstar.app.standings import as_counted
from northstar.app.texts import DEFAULT, day
from northstar.app.themes import with_own
from northstar.domain import metrics
from northstar.domain.aggregates import of_edition, total, window
from northstar.domain.alarming import (
    LOOKED_BACK,
    WEEKS_BEFORE,
    Episode,
    Sign,
    Standing,
    fall,
    follow,
    rise,
    stands,
)
from northstar.domain.errors import NorthstarError
from northstar.domain.rates import Rate
from northstar.domain.times import midnight, monday
from northstar.domain.verdicts import Edition

SNAPSHOT = "watched"
"""The name under which it is kept what is known of goals and episodes."""

QUIET: Mapping[str, timedelta] = {
    "csat_down": timedelta(days=28),
    "topic_doubled": timedelta(days=14),
}
"""How long it must have been quiet before the same is told as something new."""

_WEEKS = WEEKS_BEFORE + 2 + LOOKED_BACK
_TOPIC_DAYS = 91
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)

_Known = Mapping[str, Any]


class _Found(NamedTuple):
    """A sign of something, with what there is to tell of it."""

    sign: Sign
    detail: str
    n: int
    path: str
    data: Mapping[str, Any]


def watch(
    configuration: Configuration, *, progress: ProgressStore, goals: GoalStore, now: datetime
) -> list[Alert]:
    """Raise the alerts about numbers that are due at `now` (aware), and return them.

    Goals, as `track` has left them, are looked at every time; satisfaction and topics once a
    business day, with one query for each topic there is and one for all days. When all others are
    raised, it raises the error of the first alert that could not be; the next look tries it again.
    """
    zone = configuration.business.zone
    today = now.astimezone(zone).date()
    known = progress.snapshot(SNAPSHOT) or {}
    kept = {one.goal.name: one for one in open_goals(goals.goals())}
    standings = _standings(known, kept, today)
    found: dict[str, dict[str, _Found]] = {}
    if known.get("day") != today.isoformat():
        found = {
            "csat_down": dict(_satisfaction(configuration, progress, today)),
            "topic_doubled": dict(_topics(configuration, progress, today)),
        }
    episodes = _episodes(known, found, today)
    told = _told(today, standings, episodes)
    alerts = [
        *map(_alert, known.get("untold", ())),
        *_of_goals(standings, known, kept, zone),
        *_of_episodes(episodes, found, today, zone),
    ]
    untold = {"untold": list(map(_untold, alerts))} if alerts else {}
    if told | untold != known:
        progress.save_snapshot(SNAPSHOT, told | untold)
    failed = [(alert, error) for alert in alerts if (error := _failure(alert, progress))]
    if alerts:
        left = {"untold": [_untold(alert) for alert, _ in failed]} if failed else {}
        progress.save_snapshot(SNAPSHOT, told | left)
    for _, error in failed:
        raise error
    return alerts


def _failure(alert: Alert, progress: ProgressStore) -> Exception | None:
    """Raise one alert; return why that is not possible now, which keeps no other one back."""
    try:
        progress.add_alert(alert)
    except (ArithmeticError, NorthstarError, TypeError, ValueError) as error:
        return error
    return None


def _standings(known: _Known, kept: Mapping[str, KeptGoal], today: date) -> dict[str, Standing]:
    """How each open goal stands, as far as it has ever been told."""
    before = _known_standings(known)
    return {
        name: standing
        for name, one in kept.items()
        if (standing := _after(before.get(name), one, today)) is not None
    }


def _after(before: Standing | None, kept: KeptGoal, today: date) -> Standing | None:
    state, goal = kept.current, kept.goal
    if state is None or not state.read:  # until its sources were read, nothing is known of it
        return before
    line = f"{goal.subject} {goal.target} {goal.deadline} {goal.baseline}"
    return stands(before, line, state.settled.shown, today)


def _satisfaction(
    configuration: Configuration, progress: ProgressStore, today: date
) -> Iterator[tuple[str, _Found]]:
    """Yield the fall of CSAT over the last two complete ISO weeks, if there is one."""
    week = monday(today)
    first, last = week - _WEEKS * _WEEK, week - _DAY
    days = as_counted(progress.daily(*metrics.ALL, first, last), configuration)
    ends = [last - back * _WEEK for back in reversed(range(_WEEKS))]
    weeks = [metrics.SHARES["csat"].rate(total(window(days, end, 7))) for end in ends]
    seen = fall(weeks)
    if seen is None:
        return
    visible = week - seen.ago * _WEEK
    detail = (
        f"CSAT was {_share(seen.first)} and {_share(seen.second)} in the two weeks up to "
        f"{day(last, DEFAULT)}, after {_share(seen.before)} in the eight weeks before."
    )
    data = {
        "weeks": [figures(seen.first), figures(seen.second)],
        "before": figures(seen.before),
        "until": last.isoformat(),
    }
    n = seen.first.n + seen.second.n
    yield "CSAT", _Found(Sign(visible - 2 * _WEEK, visible), detail, n, "/", data)


def _topics(
    configuration: Configuration, progress: ProgressStore, today: date
) -> Iterator[tuple[str, _Found]]:
    """Yield each topic of which there is surely twice as much in the last week as before."""
    last, edition = today - _DAY, progress.editions().shown
    for theme in with_own(configuration.topics):
        daily = progress.daily("topic", theme.name, last - timedelta(_TOPIC_DAYS), last)
        seen = rise(_texts(daily, edition), last)
        if seen is None:
            continue
        usual = round(seen.usual, 2)
        detail = (
            f"{seen.texts} texts about {theme.name} in the 7 days up to {day(last, DEFAULT)}, "
            f"after {usual:g} a week in the four weeks before."
        )
        week = {"since": (last - timedelta(6)).isoformat(), "until": last.isoformat()}
        path = f"/feedback?{urlencode({'topic': theme.name, **week})}"
        data = {"topic": theme.name, "texts": seen.texts, "usual": usual, **week}
        sign = Sign(seen.since, seen.since + _DAY)
        yield theme.name, _Found(sign, detail, seen.texts, path, data)


def _texts(daily: metrics.Daily, edition: Edition) -> dict[date, int]:
    return {on: label_counts(of_edition(told, edition)).texts for on, told in daily.items()}


def _episodes(
    known: _Known, found: Mapping[str, Mapping[str, _Found]], today: date
) -> dict[str, dict[str, Episode]]:
    """The episodes by kind and subject; those of a kind that was not looked at stay as they are."""
    before = {
        kind: {name: _episode(one) for name, one in known.get("episodes", {}).get(kind, {}).items()}
        for kind in QUIET
    }
    for kind, signs in found.items():
        named = {name: one.sign for name, one in signs.items()}
        before[kind] = follow(before[kind], named, today, QUIET[kind])
    return before


def _of_goals(
    standings: Mapping[str, Standing], known: _Known, kept: Mapping[str, KeptGoal], zone: ZoneInfo
) -> Iterator[Alert]:
    """Yield an alert for each goal whose status has changed since it was last looked at."""
    before = _known_standings(known)
    for name, one in standings.items():
        state = kept[name].current
        if one.before is None or state is None or one == before.get(name):
            continue
        if one.status == "reached" and not kept[name].goal.holds:
            continue  # its last milestone says so
        goal, data = kept[name].goal, _goal_data(kept[name], state)
        detail = f"{STATUSES[one.status]}; it was: {STATUSES[one.before]}."
        if state.value is not None:
            detail += f" {amount(state.value, goal.unit)} of {amount(goal.target, goal.unit)}"
            detail += f" by {day(goal.deadline, DEFAULT)}."
        yield Alert(
            kind="goal_status",
            at=midnight(one.since, zone),
            subject=name,
            detail=detail,
            n=state.n or None,
            path=f"/?{urlencode({'goal': name}, errors='replace')}",
            data={"status": one.status, "before": one.before, **data},
        )


def _goal_data(kept: KeptGoal, state: GoalState) -> dict[str, Any]:
    goal = kept.goal
    foretold = state.forecast.p80 if state.forecast else None
    return {
        "goal": goal.name,
        "metric": goal.metric,
        "value": state.value,
        "target": goal.target,
        "deadline": goal.deadline.isoformat(),
        "p80": list(foretold) if foretold else None,
    }


def _of_episodes(
    episodes: Mapping[str, Mapping[str, Episode]],
    found: Mapping[str, Mapping[str, _Found]],
    today: date,
    zone: ZoneInfo,
) -> Iterator[Alert]:
    for kind, signs in found.items():
        for name, one in signs.items():
            episode = episodes[kind][name]
            if episode.news and episode.seen == today:
                at = midnight(episode.since, zone)
                yield Alert(kind, at, name, one.detail, one.n, one.path, data=one.data)


def _share(rate: Rate) -> str:
    return f"{percent(rate.share or 0)} (n = {rate.n:,})"


def _told(
    today: date,
    standings: Mapping[str, Standing],
    episodes: Mapping[str, Mapping[str, Episode]],
) -> dict[str, Any]:
    """What is kept, as a JSON object."""
    return {
        "day": today.isoformat(),
        "goals": {
            name: {
                "line": one.line,
                "status": one.status,
                "since": one.since.isoformat(),
                "before": one.before,
            }
            for name, one in standings.items()
        },
        "episodes": {
            kind: {
                name: {
                    "since": one.since.isoformat(),
                    "seen": one.seen.isoformat(),
                    "held": one.held.isoformat(),
                    "news": one.news,
                }
                for name, one in every.items()
            }
            for kind, every in episodes.items()
        },
    }


def _known_standings(known: _Known) -> dict[str, Standing]:
    return {
        name: Standing(one["line"], one["status"], date.fromisoformat(one["since"]), one["before"])
        for name, one in known.get("goals", {}).items()
    }


def _episode(told: _Known) -> Episode:
    days = {name: date.fromisoformat(told[name]) for name in ("since", "seen", "held")}
    return Episode(**days, news=told["news"])


def _untold(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind,
        "at": alert.at.isoformat(),
        "subject": alert.subject,
        "detail": alert.detail,
        "n": alert.n,
        "path": alert.path,
        "data": dict(alert.data),
    }


def _alert(told: _Known) -> Alert:
    return Alert(**{**told, "at": datetime.fromisoformat(told["at"])})
