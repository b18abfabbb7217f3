"""Turns the numbers behind the goal page into the words, texts and drawings that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from northstar.app.views import AskingNumbers, GoalView, Rating, StoreNumbers, Tile
from northstar.domain.goals import Progress, even_pace
from northstar.web import charts, numbers

_REASONS = {
    "tag": "Tag on the skip list",
    "team": "Team on the skip list",
    "bot_only": "Answered by a bot alone",
    "internal": "Asked by a colleague",
    "too_old": "Solved too long ago",
    "no_address": "No mail address",
    "no_conversation": "No conversation to write into",
    "unsubscribed": "Wants no surveys",
    "bounced": "Mails come back",
    "complained": "Complained about a mail",
    "recently_asked": "Asked a short while ago",
    "refused": "Refused by the mail service or the helpdesk",
}


def hero(view: GoalView) -> dict[str, object] | None:
    """Return what the page says first: how the goal stands, its bar, chart and table."""
    progress = view.progress
    if progress is None:
        return None
    share, pace = numbers.percent(progress.share), _pace(progress)
    pace_words = None if pace is None else f"even pace {numbers.percent(pace)}"
    bar_title = f"{share} of the goal" + (f"; {pace_words}" if pace_words else "")
    return {
        "progress": progress,
        "goal": progress.goal,
        "standing": _standing(progress),
        "rows": _rows(progress),
        "share": share,
        "pace": pace_words,
        "bar": charts.progress_bar(progress.share, pace, bar_title, charts.PAGE),
        "charts": [
            charts.goal(progress, view.milestones, size, charts.PAGE)
            for size in (charts.WIDE, charts.NARROW)
        ],
        "milestones": view.milestones,
        "table": _table(progress),
    }


def _pace(progress: Progress) -> float | None:
    """Return where an even pace would be, as a share of the target; None before the start."""
    if progress.today < progress.goal.start:
        return None
    return min(max(progress.even_pace / progress.goal.target, 0.0), 1.0)


def _standing(progress: Progress) -> tuple[str, str] | None:
    """Return how a goal stands where that is certain, without a forecast: (kind, sentence)."""
    aim, reached = progress.goal, progress.reached_on
    if reached:
        margin = _margin(aim.deadline, reached)
        return "reached", f"Reached on {numbers.long_day(reached)}, {margin}."
    if progress.today < aim.start:
        return "plain", f"Begins on {numbers.long_day(aim.start)}."
    if progress.today > aim.deadline:
        share = numbers.percent(progress.share)
        ended = f"Ended at {numbers.count(progress.value)} of {numbers.count(aim.target)}"
        return "plain", f"{ended} ({share})."
    return None


def _margin(deadline: date, reached: date) -> str:
    days = (deadline - reached).days
    if days == 0:
        return "on the last day"
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'early' if days > 0 else 'late'}"


def _rows(progress: Progress) -> list[tuple[str, str]]:
    """Return the figures under the bar, each with its label."""
    rows = []
    if progress.goal.start <= progress.today <= progress.goal.deadline:
        ahead = progress.ahead
        standing = "Ahead of" if ahead > 0 else "Behind" if ahead < 0 else "On"
        rows.append((f"{standing} even pace", numbers.signed(ahead)))
    rows.append(("Last 8 weeks", numbers.weekly(progress.recent_rate)))
    if progress.needed_rate is not None:
        rows.append(("Needed from here", numbers.weekly(progress.needed_rate)))
    return rows


def _table(progress: Progress) -> list[tuple[date, int, int]]:
    """Return (day, value, even pace), newest first: ends of weeks, or of months after 26 weeks."""
    if progress.today < progress.goal.start:
        return []
    series = progress.series
    monthly = len(series) > 7 * 26
    kept = [
        (day, value)
        for (day, value), (after, _) in pairwise(series)
        if (after.month != day.month if monthly else after.weekday() == 0)
    ]
    return [
        (day, value, round(even_pace(progress.goal, progress.baseline, day)))
        for day, value in reversed([*kept, series[-1]])
    ]


def tile(name: str, label: str, of: str, shown: Tile) -> dict[str, object]:
    """Return a rate with its n, its interval and, where there are enough answers, its change."""
    now = shown.now
    share, few = now.share, 0 < now.n < numbers.FEW
    title = f"{label}, last 12 weeks: {_between(shown.weeks)}"
    return {
        "label": label,
        "value": None if share is None else numbers.percent(share),
        "of": of,
        "n": numbers.count(now.n),
        "interval": numbers.interval(now),
        "few": few,
        "change": "" if few else numbers.change(now, shown.before),
        "spark": charts.spark(shown.weeks, f"spark-{name}", title, charts.PAGE),
    }


def _between(weeks: Sequence[float | None]) -> str:
    shares = [week for week in weeks if week is not None]
    if not shares:
        return "no answers"
    return f"between {numbers.percent(min(shares))} and {numbers.percent(max(shares))}"


def asking(told: AskingNumbers) -> dict[str, object]:
    """Return what became of the solved tickets, and why some were not asked about."""
    share, n = told.coverage.share, numbers.count(told.coverage.n)
    many = (
        "1 answer looks" if told.suspects == 1 else f"{numbers.count(told.suspects)} answers look"
    )
    return {
        "coverage": None if share is None else f"{numbers.percent(share)} of {n} solved tickets",
        "interval": numbers.interval(told.coverage),
        "rows": [
            (label, numbers.count(amount))
            for label, amount, always in (
                ("Solved tickets", told.tickets, True),
                ("Surveys sent", told.sent, True),
                ("Answered", told.answered, True),
                ("Reminded", told.reminded, False),
                ("Besides, cancelled: no longer solved", told.cancelled, False),
            )
            if always or amount
        ],
        "reasons": [(_REASONS.get(why, why), numbers.count(n)) for why, n in told.suppressed],
        "suspects": f"{many} machine-made" if told.suspects else None,
        "left_out": told.left_out,
    }


def stars(rating: Rating) -> dict[str, object]:
    """Return the average of the stars and how they are spread."""
    whole = sum(rating.stars.values())
    shares = [(star, rating.stars.get(star, 0)) for star in range(5, 0, -1)]
    text = [
        (star, numbers.count(n), numbers.percent(n / whole) if whole else "0%")
        for star, n in shares
    ]
    title = ", ".join(f"{star} stars {share}" for star, _, share in text)
    row = f"{rating.mean:.1f} of 5 stars" if rating.mean is not None else ""
    return {
        "mean": None if rating.mean is None else f"{rating.mean:.1f}",
        "n": numbers.count(rating.n),
        "few": rating.n < numbers.FEW,
        "any": whole > 0,
        "list": text,
        "bar": charts.star_bar(rating.stars, title, charts.PAGE),
        "row": charts.star_row(rating.mean or 0, "star-row", row, charts.PAGE),
    }


def store_row(store: StoreNumbers, time_zone: str) -> dict[str, object]:
    """Return what a store shows beside what was collected, with the difference explained."""
    average = [] if store.average is None else [f"Its own average is {store.average:.1f}."]
    day = numbers.day_in(store.at, time_zone)
    return {
        "source": store.source,
        "app": store.app,
        "published": None if store.count is None else numbers.count(store.count),
        "collected": numbers.count(store.collected),
        "explained": " ".join([*average, gap(store), f"Read on {day}."]),
    }


def gap(store: StoreNumbers, *, known: bool = True) -> str:
    """Return why a store's own count and ours differ, and what is not in the numbers yet.

    `known` says that the store was understood once, so that no count is one that it does not show.
    """
    waiting = store.collected - store.counted
    if waiting <= 0:
        return _gap(store, known=known)
    are = "1 of them is" if waiting == 1 else f"{numbers.count(waiting)} of them are"
    return f"{_gap(store, known=known)} {are} still being scored and counted."


def _gap(store: StoreNumbers, *, known: bool) -> str:
    if store.count is None and not known:
        return "What the store counts is not known yet."
    if store.count is None:
        return "The store shows no count of its own."
    missing = store.count - store.collected
    if missing == 0:
        return "All that the store counts are here."
    if missing > 0:
        return (
            f"The store counts {numbers.count(missing)} more than it lets us read: ratings "
            "without a text, hidden reviews, or a first pass that is not complete yet."
        )
    return (
        f"We hold {numbers.count(-missing)} more than the store counts: its total is updated "
        "later than its reviews, or reviews went before our next full pass."
    )
