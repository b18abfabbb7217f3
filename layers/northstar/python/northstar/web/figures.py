"""Turns the numbers behind the goal page into the words, texts and drawings that it shows."""

from __future__ import annotations

from collections.abc import Sequence

from northstar.app.views import AskingNumbers, Rating, StoreNumbers, Tile
from northstar.web import charts, numbers, svg

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
        "spark": charts.spark(shown.weeks, f"spark-{name}", title, svg.PAGE),
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
        "bar": charts.star_bar(rating.stars, title, svg.PAGE),
        "row": charts.star_row(rating.mean or 0, "star-row", row, svg.PAGE),
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
