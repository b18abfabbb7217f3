"""Reads what people type of a goal, in a form or a command, and says in which field it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from math import inf, isfinite
from typing import Any, Literal, get_args

from northstar.domain.errors import Invalid
from northstar.domain.goals import OF_REVIEWS, UNITS, Goal, Metric, Unit

GOAL_FIELDS = (
    *("name", "metric", "target", "start", "deadline", "baseline"),
    *("app", "source", "number", "owner", "note"),
)
BELIEF_FIELDS = ("name", "confidence", "note")

Unheard = Literal["app", "source", "number"]
"""What a goal may be about before anything comes from it."""

UNHEARD: Mapping[Unheard, str] = {
    "app": "No source collects this app; until then only what is imported counts.",
    "source": "This source is not collected; until then only what is imported counts.",
    "number": "Nobody has posted this number yet; until then the goal has no value.",
}

_METRICS: Mapping[str, Metric] = {metric: metric for metric in get_args(Metric)}
_NEEDED: Mapping[str, str] = {
    "metric": "choose what counts",
    "target": "write a number such as 1000 or 4.6",
    "deadline": "write a day such as 2027-06-30",
}
_NUMBER = re.compile(r"-?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"\.[0-9]{3}$")


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused: what was typed, the field that is wrong, and why."""

    form: Literal["goal", "confidence"]
    typed: Mapping[str, str] = field(default_factory=dict)
    field: str = ""
    reason: str = ""


def goal_of(typed: Mapping[str, str], before: Goal | None, today: date) -> Goal:
    """Return the goal that was typed: over what it was `before`, or a new one, from today on.

    What is missing from `typed` stays as it was; an empty text takes away what may be missing. A
    baseline or a scope that does not belong to what is typed goes too.

    Raises Invalid: no number, no day, no metric, or a new goal without one of these.
    """
    if before is None:
        for name, remedy in _NEEDED.items():
            if not typed.get(name):
                raise Invalid(f"A new goal needs a {name}; {remedy}.", name)
    metric = _METRICS.get(typed["metric"]) if before is None or "metric" in typed else before.metric
    if metric is None:
        raise Invalid("Choose what is counted from the list.", "metric")
    told: dict[str, Any] = {
        name: _value(name, text.strip(), UNITS[metric]) for name, text in typed.items()
    }
    if before is None:
        return Goal(**{"start": today} | told)
    gone: dict[str, Any] = dict.fromkeys(_gone(before, metric, told))
    return replace(before, **gone | told)


def _gone(before: Goal, metric: Metric, told: Mapping[str, Any]) -> set[str]:
    """The fields of a goal that do not belong to what is typed over it."""
    scope = {"app", "source"}
    gone = scope if told.keys() & scope or metric not in OF_REVIEWS else set()
    number = set() if metric == "custom" else {"number"}
    return gone | number | (set() if metric == before.metric else {"baseline"})


def filled(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the form in which something stands, and the name in any case."""
    return {name: text for name, text in typed.items() if text.strip() or name == "name"}


def typed_of(goal: Goal) -> dict[str, str]:
    """Return a goal as somebody would type it; several lines have no place in a field, and stay."""
    return {name: _text(getattr(goal, name)) for name in GOAL_FIELDS}


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{Decimal(str(value)):f}".removesuffix(".0")
    text = "" if value is None else str(value)
    return "" if "\n" in text else text


def confidence_of(typed: Mapping[str, str]) -> int:
    """Return how sure somebody is. Raises Invalid for what is not 0 to 10 in ASCII digits."""
    values = {str(value): value for value in range(11)}
    if typed["confidence"] not in values:
        raise Invalid("Choose how sure you are, from 0 to 10.", "confidence")
    return values[typed["confidence"]]


def _value(name: str, text: str, unit: Unit) -> object:
    """What a field's text means. Raises Invalid."""
    if name in {"start", "deadline"}:
        return _day(name, text)
    if name in {"target", "baseline"}:
        return None if name == "baseline" and not text else _number(name, text, unit)
    return text if name in {"name", "metric"} else text or None


def _number(name: str, text: str, unit: Unit) -> int | float:
    """A number as people type it: "10,000", "4.6", of a percentage also "90 %"."""
    plain = text.removesuffix("%").rstrip()
    if plain != text and unit != "percent":
        raise Invalid(f"The {name} is no percentage here; write one such as 1000 or 4.6.", name)
    value = float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else inf
    if not isfinite(value) or (unit == "count" and _THOUSANDS.search(plain)):
        raise Invalid(f"The {name} is not a number; write one such as 1000 or 4.6.", name)
    return int(value) if value == int(value) else value


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"The {name} is not a day; write one such as 2027-06-30.", name) from None
