"""Words of the ladder: how far a template is, what is missing, and the rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from northstar.app.templates import Card
from northstar.domain.readiness import ENOUGH_TICKETS, MOST_ANSWERS, WINDOW, Judgement, State
from northstar.web import numbers

_STATES = {"automated": "Automated", "demoted": "Demoted", "ready": "Ready to automate"}
_WARNING = {"Demoted", "Expired", "Article unverified"}


def chips(
    state: State | None, found: Judgement | None, card: Card | None, today: date
) -> Iterator[tuple[str, bool]]:
    """Yield what stands in chips beside a template, each with whether it is a warning."""
    words = [word(state, found)] if state and found else []
    if card and card.expired(today):
        words.append("Expired")
    if card and card.doubt:
        words.append("Article unverified")
    yield from ((one, one in _WARNING) for one in words)


def word(state: State, found: Judgement) -> str:
    """Return in a few words how far a version is: "Ready to automate", "Needs 12 more answers"."""
    if state in _STATES:
        return _STATES[state]
    if found.falls or found.answers is None:
        return "Keep by hand"
    if found.answers > MOST_ANSWERS:
        return f"Needs over {numbers.count(MOST_ANSWERS)} more answers"
    if found.answers:
        return f"Needs {_more(found.answers, 'answer')}"
    missing = found.tickets or found.by_hand
    return f"Needs {_more(missing, 'ticket')}" if missing else _STATES["ready"]


def rule(gate: float) -> str:
    """Return the rule of the ladder in one paragraph."""
    share = numbers.percent(gate)
    return (
        f"Ready to automate: of the answers of the last {WINDOW} days, the lower end of the 95% "
        f"interval of the solved rate is at least {share}, and customers do not surely come back "
        "within 7 days more often than after an answer written by hand (at least "
        f"{ENOUGH_TICKETS} tickets of each that are older than a week; those of the last 7 days "
        "are still open). Demoted: the upper end of the interval is under "
        f"{share}, or customers surely come back more often. Between both it stays what it is; "
        "one that was demoted is ready again only when customers come back no more often at all. "
        "Who does not answer counts as nothing, never as solved. A person automates, and nobody "
        "else."
    )


def _more(number: int, unit: str) -> str:
    return numbers.many(number, f"more {unit}")
