"""How a goal stands, in words that all pages and charts share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from northstar.app.goals import Confidence, GoalState
from northstar.domain.calibration import Coverage
from northstar.domain.forecast import Doubt, Forecast
from northstar.domain.goals import Goal, Metric, Progress
from northstar.domain.metrics import SHARES, WINDOW, five_stars_needed, worst_and_best
from northstar.domain.outlook import LEAST_WEEKS
from northstar.domain.rates import wilson
from northstar.domain.status import Status
from northstar.web import numbers
from northstar.web.numbers import amount, apart, long_day, near_day

FORETOLD: tuple[Status, ...] = ("on track", "close", "off track")
"""The only ones beside which a forecast is shown."""

FEW_FORECASTS = 8
"""From so many on it is said how often the forecasts that stood here held."""

METRICS: Mapping[Metric, str] = {
    "net_public_reviews": "Public reviews",
    "five_star_reviews": "Five-star reviews",
    "average_rating": "Average public rating",
    "csat": "Satisfaction (CSAT), of those who answered",
    "solved_rate": "Solved, of those who answered",
    "response_rate": "Response rate",
    "hour_coverage": "Hours of the week in which a first reply is in time",
    "north_star": "Tickets confirmed solved, with no repeat contact",
    "custom": "A number that is posted",
}
SIGNS: Mapping[Status, str] = {
    "reached": '<path d="M3 8.5l3.5 3.5L13 4.5"/>',
    "on track": '<path d="M3 8.5l3.5 3.5L13 4.5"/>',
    "close": '<circle cx="8" cy="8" r="5.5"/>'
    '<path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>',
    "off track": '<path d="M8 3v9.5m-4.5-4.5l4.5 4.5l4.5-4.5"/>',
    "too early": '<path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.6"/>',
    "no forecast": '<path d="M3 8h10"/>',
    "not begun": '<path d="M5 3.5l6.5 4.5l-6.5 4.5z"/>',
    "stale": '<circle cx="8" cy="8" r="5.5"/><path d="M8 4.5v3.7l2.4 1.6"/>',
    "ended": '<path d="M4 4h8v8h-8z" fill="currentColor"/>',
}
ASSUMED = (
    "Assumes things go on as they have, including their usual ups and downs. A campaign, a launch "
    "or a store change that has not begun is not in it."
)

_WEEK = timedelta(days=7)
_NEXT_STARS = 10
_FEW_INDEPENDENT = 4
_WIDER, _NARROWER = 1.05, 0.95
_TOO_EARLY: Mapping[Doubt, str] = {
    "few counted": "Too early to forecast: fewer than five were counted so far.",
    "too far": "The deadline is more than three years away; nobody can tell so far ahead.",
    "stale": "The data are more than a week old, so nothing is foretold.",
}


@dataclass(frozen=True, slots=True)
class Foretold:
    """An interval and its middle as they are written: "10,300", "11,400", "10,800".

    `short` is the interval on a chart, "10.3–11.4k".
    """

    low: str
    high: str
    expected: str
    short: str

    @property
    def words(self) -> str:
        """The interval in a sentence."""
        return f"{self.low} to {self.high}"


def foretold(forecast: Forecast, goal: Goal) -> Foretold | None:
    """Return the 80 % interval of a forecast and its middle, rounded alike; None without one."""
    if forecast.p80 is None or forecast.expected is None:
        return None
    low, high = forecast.p80
    decimals = numbers.decimals_between(low, high, float(goal.target), goal.unit)
    sign = "%" if goal.unit == "percent" else ""
    return Foretold(
        low=numbers.plain(low, decimals) + sign,
        high=numbers.plain(high, decimals) + sign,
        expected=numbers.plain(forecast.expected, decimals) + sign,
        short=_short(low, high, decimals, sign),
    )


def _short(low: float, high: float, decimals: int, sign: str) -> str:
    top, unit, zeros = max(abs(low), abs(high)), sign, 0
    if top >= 2000:
        unit, zeros = ("M", 6) if top >= 1_000_000 else ("k", 3)
    parts = (numbers.plain(one / 10**zeros, decimals + zeros) for one in (low, high))
    return "–".join(parts) + unit


def shown_forecast(status: Status, state: GoalState | None) -> Forecast | None:
    """Return the forecast that may be shown beside a status: one with an interval, if it counts."""
    told = state.forecast if state and status in FORETOLD else None
    return told if told and told.p80 else None


def sub_line(
    goal: Goal,
    status: Status,
    *,
    value: float | None,
    state: GoalState | None,
    today: date,
    reached_on: date | None,
) -> str:
    """Return the sentence under the chip: why the status is what it is.

    The status changes on the second day only, so it may differ from what the forecast says today.
    """
    if status in FORETOLD:
        forecast = shown_forecast(status, state)
        return _ranged(goal, status, forecast) if forecast else ""
    if status == "too early":
        return _too_early(state)
    if status == "stale":
        return _stale(state, today)
    return _plain(goal, status, value, reached_on)


def _plain(goal: Goal, status: Status, value: float | None, reached_on: date | None) -> str:
    """What is certain, whatever comes."""
    if status == "reached":
        return _reached(goal, value, reached_on)
    if status == "not begun":
        return f"Begins on {long_day(goal.start)}."
    if status == "ended":
        return _ended(goal, value)
    return "No method of ours foretells this number; the pace is all there is."


def _reached(goal: Goal, value: float | None, reached_on: date | None) -> str:
    if goal.holds:
        return f"Held on the last day: {_written(goal, value)} of {_target(goal)}."
    if reached_on is None:
        return f"Reached, with {_written(goal, value)}."
    return f"Reached on {long_day(reached_on)}, {_margin(goal.deadline, reached_on)}."


def _margin(deadline: date, reached: date) -> str:
    days = (deadline - reached).days
    if days == 0:
        return "on the last day"
    return f"{numbers.days(abs(days))} {'early' if days > 0 else 'late'}"


def _too_early(state: GoalState | None) -> str:
    if state is None:
        return "The first forecast is made within the next 15 minutes."
    doubts = state.forecast.doubts if state.forecast else ()
    if state.forecast_from:
        day = f"{state.forecast_from.day} {state.forecast_from:%B}"
        why = f"when {LEAST_WEEKS} weeks are in"
        if "after launch" in doubts:
            why = "when the launch is 120 days ago"
        return f"Forecast from {day}, {why}."
    known = (_TOO_EARLY[doubt] for doubt in doubts if doubt in _TOO_EARLY)
    return next(known, "Too early to forecast: too little is known so far.")


def _stale(state: GoalState | None, today: date) -> str:
    ago = (today - state.last).days if state else 0
    since = f"Last data {numbers.days(ago)} ago" if ago > 0 else "A source is out of date"
    return f"{since}. Forecast hidden."


def _ended(goal: Goal, value: float | None) -> str:
    if value is None:
        return f"Ended without any data; the goal was {_target(goal)}."
    share = f" ({numbers.percent(max(value / goal.target, 0))})" if not goal.holds else ""
    return f"Ended at {_written(goal, value)} of {_target(goal)}{share}."


def _ranged(goal: Goal, status: Status, forecast: Forecast) -> str:
    told, (low, high) = foretold(forecast, goal), forecast.p80 or (0.0, 0.0)
    if told is None:
        return ""
    if low >= goal.target:
        found, sentence = "on track", "All of the 80% range reaches the goal."
    elif high < goal.target:
        misses = apart(goal.target - _rounded(high, goal, forecast), goal.unit).removeprefix("+")
        found, sentence = "off track", f"Even the top of the 80% range misses by {misses}."
    else:
        found, sentence = "close", f"The goal is inside the 80% range: {told.words}."
    tomorrow = "" if found == status else " The status follows if that still holds tomorrow."
    return sentence + tomorrow


def _rounded(value: float, goal: Goal, forecast: Forecast) -> float:
    low, high = forecast.p80 or (value, value)
    return round(value, numbers.decimals_between(low, high, float(goal.target), goal.unit))


def rows(
    progress: Progress, forecast: Forecast | None, confidence: Confidence | None, zone: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the figures under the bar: a label, the figure, and a note or nothing."""
    goal, unit = progress.goal, progress.goal.unit
    within = goal.start <= progress.today <= goal.deadline
    if progress.ahead is not None and within and not goal.holds:
        words = apart(progress.ahead, unit)
        standing = "On" if words == "0" else "Ahead of" if progress.ahead > 0 else "Behind"
        yield f"{standing} even pace", words, ""
    if progress.recent_rate is not None:
        yield "Last 8 weeks", numbers.weekly(progress.recent_rate), ""
    if progress.needed_rate is not None:
        yield "Needed from here", numbers.weekly(progress.needed_rate), ""
    if goal.unit == "stars" and progress.value is not None:
        yield from _needed_stars(progress)
    if forecast:
        yield from _likely(goal, forecast, progress.today)
    yield from _share_interval(progress)
    if goal.adds_up and progress.safe_days is not None and progress.today >= goal.start:
        yield _safe(progress.safe_days)
    yield _believed(confidence, zone)


def _share_interval(progress: Progress) -> Iterator[tuple[str, str, str]]:
    if progress.goal.metric in SHARES and progress.value is not None and progress.n:
        rate = wilson(round(progress.value * progress.n / 100), progress.n)
        n = f"n = {numbers.count(progress.n)}, the last {WINDOW} days"
        yield "95% interval", numbers.interval(rate), n


def _needed_stars(progress: Progress) -> Iterator[tuple[str, str, str]]:
    total, n = round((progress.value or 0) * progress.n), progress.n
    needed = five_stars_needed(total, n, progress.goal.target)
    if needed is None:
        yield "Needed", "out of reach", "no number of five-star reviews gets there"
    elif needed:
        many = "review" if needed == 1 else "reviews in a row"
        yield "Needed", f"{numbers.count(needed)} five-star {many}", ""
    worst, best = (numbers.plain(one, 2) for one in worst_and_best(total, n, _NEXT_STARS))
    yield f"The next {_NEXT_STARS} can make it", f"{worst} to {best}", ""


def _likely(goal: Goal, forecast: Forecast, today: date) -> Iterator[tuple[str, str, str]]:
    if forecast.eta80:
        yield "Goal likely reached", arrival(forecast.eta80, goal.deadline, today), ""
    if forecast.probability is not None:
        yield "Chance to make it", numbers.chance(forecast.probability), ""


def arrival(eta80: tuple[date | None, ...], deadline: date, today: date) -> str:
    """Return when a goal is likely reached: "16 Nov – 14 Dec", "16 Nov – after 28 Dec"."""
    first, last = eta80[0], eta80[-1]
    end = near_day(deadline, today)
    if first is None:
        return "Not at this pace"
    if first > deadline:
        return f"After {end}"
    until = near_day(last, today) if last and last <= deadline else f"after {end}"
    return f"{near_day(first, today)} – {until}"


def _safe(days: int) -> tuple[str, str, str]:
    if days == 0:
        return "Stays on pace for", "behind already", ""
    return "Stays on pace for", numbers.days(days), "if nothing more comes"


def _believed(told: Confidence | None, zone: str) -> tuple[str, str, str]:
    if told is None:
        return "The team says", "nobody has said yet", ""
    return "The team says", f"{told.value} of 10", f"{told.by}, {numbers.day_in(told.at, zone)}"


def asked_this_week(told: Confidence | None, today: date, zone: str) -> bool:
    """Whether somebody has said within the last seven days how sure they are."""
    return told is not None and today - numbers.date_in(told.at, zone) < _WEEK


def sentences(goal: Goal, forecast: Forecast, today: date) -> Iterator[str]:
    """Yield what the forecast says: the interval before its middle, the chance, the arrival."""
    told = foretold(forecast, goal)
    if told is None:
        return
    by = near_day(goal.deadline, today)
    yield f"By {by} the 80% range is {told.words}, most likely ≈ {told.expected}."
    if forecast.probability is not None:
        yield f"The chance to make it is {numbers.chance(forecast.probability)}."
    if forecast.eta80 and (middle := forecast.eta80[1]):
        yield _arrives(goal, forecast.eta80, near_day(middle, today), today)


def _arrives(goal: Goal, eta80: tuple[date | None, ...], middle: str, today: date) -> str:
    first, last = eta80[0], eta80[-1]
    early = near_day(first, today) if first else middle
    if last is None:
        return f"As things go, {_target(goal)} arrives after {early}, most likely by {middle}."
    return (
        f"As things go, {_target(goal)} arrives between {early} and {near_day(last, today)}, "
        f"most likely by {middle}."
    )


def doubts(goal: Goal, forecast: Forecast, last: date) -> Iterator[str]:
    """Yield what a reader has to hear beside a forecast that begins after the day `last`."""
    ahead, checked = (goal.deadline - last).days, forecast.coverage
    words: Mapping[Doubt, str] = {
        "short history": "Short history: fewer than 120 days are known.",
        "far ahead": f"Far ahead: this one looks {numbers.days(ahead)} ahead, and past forecasts "
        f"could only be checked for {numbers.days(checked.days if checked else 0)}.",
        "no growth": f"At this pace {_target(goal)} does not arrive within three years.",
        "poor record": "Our forecasts for this number have been too sure; treat the date as a "
        "guess.",
        "pace changed": "The pace changed about 3 weeks ago; the interval is wide until it "
        "settles.",
        "few counted": "Few were counted so far.",
        "after launch": "The launch is less than 120 days ago.",
        **_TOO_EARLY,
    }
    for doubt in forecast.doubts:
        yield words[doubt]


def record(coverage: Coverage, state: GoalState) -> Iterator[str]:
    """Yield how often past intervals have held: those made again, and those that stood here."""
    if coverage.tried:
        worth = max(round(coverage.n_eff), 1)
        ones = "one" if worth == 1 else "ones"
        yield (
            f"In past forecasts the 80% range held {held(coverage.held, coverage.tried)} "
            f"(worth about {worth} independent {ones}). "
            "They are made again from what was known then."
        )
    if state.tried >= FEW_FORECASTS:
        yield (
            "Of the forecasts that stood here, the 80% range 28 days ahead held "
            f"{held(state.held, state.tried)}."
        )


def held(hits: int, tried: int) -> str:
    """Return how often something held: "19 of 24 times", "1 of 1 time"."""
    return f"{hits} of {numbers.many(tried, 'time')}"


def method(goal: Goal, coverage: Coverage) -> tuple[str, str, str]:
    """Return in three sentences how the forecast is made."""
    counted = (
        "Several simple models of weekly counts, each with its own memory, learn from the complete "
        "weeks up to the last known day; those that foresaw recent weeks better count for more."
    )
    shared = (
        "Several simple models of the share of good answers, each with its own memory, learn from "
        "the complete weeks; those that foresaw recent weeks better count for more."
    )
    ahead = (
        "Together they tell what the days until the deadline may bring: half of the futures lie in "
        "the dark band, eight of ten in the pale one."
    )
    return (counted if goal.adds_up else shared, ahead, _taught(coverage))


def _taught(coverage: Coverage) -> str:
    made = "The same is done again from days in the past, without what came later"
    if coverage.n_eff < _FEW_INDEPENDENT:
        return f"{made}; there is little past so far, so the range is mostly the method's own."
    if _NARROWER <= coverage.s <= _WIDER:
        return f"{made}; the range stays about as wide as the models alone make it."
    apart, way = abs(coverage.s - 1), "wider" if coverage.s > 1 else "narrower"
    return (
        f"{made}. What its past forecasts missed makes the range {apart:.0%} {way} than the models "
        "alone."
    )


def _written(goal: Goal, value: float | None) -> str:
    return "nothing" if value is None else amount(value, goal.unit, beside=goal.target)


def _target(goal: Goal) -> str:
    return amount(goal.target, goal.unit)
