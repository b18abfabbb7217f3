"""Sample views of the pages of numbers, made by the product's own code from invented days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from northstar.app.configuration import Business, Configuration, SourceTarget
from northstar.app.goals import KeptGoal
from northstar.app.ports import Board
from northstar.app.show import DEMO_APP
from northstar.app.show_coverage import CoverageView, coverage_view
from northstar.app.show_templates import TemplatesView, templates_view
from northstar.app.template_sheet import keep_sheet
from northstar.domain import metrics
from northstar.domain.aggregates import Measures
from northstar.domain.coverage import BOUNDS
from northstar.domain.editions import Editions
from northstar.domain.goals import Goal
from northstar.web import coverage, template_sheet

NOW = datetime(2026, 9, 14, 12, 15, tzinfo=UTC)
CONFIGURATION = Configuration(business=Business("Acme Support", "Europe/Berlin"))
TODAY = NOW.astimezone(CONFIGURATION.business.zone).date()
DEMO = replace(CONFIGURATION, sources=(SourceTarget("shopify", DEMO_APP),))
ROUND_THE_CLOCK = Goal(
    "Answered round the clock", "hour_coverage", 90, date(2026, 6, 1), date(2027, 3, 31)
)

Days = dict[date, Measures]


class Kept:
    """The parts of the stores that these pages read; `asked` counts the calls."""

    def __init__(
        self,
        hours: Days | None = None,
        templates: Mapping[str, Days] | None = None,
        goals: Sequence[Goal] = (),
        editions: Editions | None = None,
        every: Days | None = None,
    ) -> None:
        self.asked: Counter[str] = Counter()
        self._every = every or {}
        self._hours = hours or {}
        self._templates = templates or {}
        self._goals = goals
        self._editions = editions or Editions()
        self._snapshots: dict[str, dict[str, Any]] = {}

    def board(
        self,
        scopes: Sequence[tuple[str, str]],
        today: date,
        sources: Sequence[tuple[str, str]] = (),
    ) -> Board:
        """Return the hours."""
        self.asked["board"] += 1
        assert list(scopes) == [metrics.HOURS]
        return Board({metrics.HOURS: self._hours}, {})

    def goals(self) -> list[KeptGoal]:
        """Return the goals."""
        self.asked["goals"] += 1
        return [KeptGoal(goal, version=1) for goal in self._goals]

    def values(self, dimension: str) -> list[str]:
        """Return the names of all templates."""
        assert dimension == "template"
        return sorted(self._templates)

    def daily(self, dimension: str, value: str, since: date, until: date) -> Days:
        """Return the days of a template, or of everything."""
        assert dimension in {"template", "all"}
        self.asked["daily"] += 1
        days = self._every if dimension == "all" else self._templates[value]
        return {day: measures for day, measures in days.items() if since <= day <= until}

    def editions(self) -> Editions:
        """Return how the editions stand."""
        self.asked["editions"] += 1
        return self._editions

    def snapshot(self, name: str) -> dict[str, Any] | None:
        """Return what was kept."""
        self.asked["snapshot"] += 1
        return self._snapshots.get(name)

    def save_snapshot(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep it."""
        self._snapshots[name] = dict(told)


def _office(weekday: int, hour: int) -> tuple[float, float]:
    """Return how many tickets an hour of the week has a day, and which share is in time."""
    night, early, late = hour < 4, 4 <= hour < 8, hour >= 18
    busy = 0.05 if night else 0.9 if early else 2.2 if late else 6.0
    good = 0.3 if night else 0.55 if early else 0.7 if late else 0.95
    if weekday >= 5:
        busy, good = busy * 0.6, good * 0.35
    return busy, good


def hours(days: int = 98, *, replies: bool = True, volume: float = 1.0) -> Days:
    """Return the rows of the hours of an office that is closed at night and at the weekend."""
    rng = random.Random(20260914)
    told: Days = {}
    for back in range(days):
        day = TODAY - timedelta(back)
        measures: Counter[str] = Counter()
        for hour in range(24):
            busy, good = _office(day.weekday(), hour)
            for _ in range(round(rng.expovariate(1 / (busy * volume)))):
                measures[f"{hour:02}_tickets"] += 1
                if replies and rng.random() < 0.96:
                    soon = rng.random() < good
                    bound = rng.choice(BOUNDS[:4] if soon else BOUNDS[4:])
                    measures[f"{hour:02}_reply_{bound}"] += 1
                if rng.random() < 0.25:
                    measures[f"{hour:02}_csat_{rng.choice((5, 5, 4, 4, 3, 1))}"] += 1
        told[day] = dict(measures)
    return told


def template(rate: float, uses: float, days: int = 200, first: int = 0) -> Days:
    """Return the rows of a version: solved at a rate, used so often a day until `first` days ago.

    About one in four who are asked answers, and one in three of these writes a comment.
    """
    rng = random.Random(f"{rate} {uses} {first}")
    told: Days = {}
    for back in range(first, days):
        tickets = round(rng.expovariate(1 / uses))
        sent = round(tickets * 0.8)
        answers = sum(rng.random() < 0.25 for _ in range(sent))
        yes = sum(rng.random() < rate for _ in range(answers))
        comments = sum(rng.random() < 0.35 for _ in range(answers))
        angry = sum(rng.random() < 1 - rate for _ in range(comments))
        measures = {
            "tickets": tickets,
            "sent": sent,
            "answered": answers,
            "answers": answers,
            "feedback": answers,
            "solved_yes": yes,
            "solved_no": answers - yes,
            "comments": comments,
            "answer_negative": angry,
            "answer_positive": comments - angry,
        }
        told[TODAY - timedelta(back)] = {name: n for name, n in measures.items() if n}
    return told


def templates() -> dict[str, Days]:
    """Return the rows of some templates: old and new, good and bad, of few uses and of many."""
    return {
        "refund-status@4": template(0.83, 14, days=40),
        "refund-status@3": template(0.64, 13, days=150, first=40),
        "refund-status@2": template(0.6, 12, days=360, first=150),
        "login-code@7": template(0.58, 9),
        "change-the-billing-address@2": template(0.93, 6, days=60),
        "change-the-billing-address@1": template(0.9, 6, days=200, first=60),
        "export-to-csv@-": template(0.78, 5),
        "two-factor-lost@1": template(0.7, 0.6),
        "shipping-delay-in-december-with-a-very-long-name-that-nobody-shortened@1": template(
            0.8, 0.1
        ),
        "دعم-الدفع@10": template(0.81, 4, days=30),
        "دعم-الدفع@9": template(0.8, 4, days=90, first=30),
    }


def many_templates() -> dict[str, Days]:
    """Return the rows of more templates than stand on one page."""
    return {
        f"template-{n:03}@{n % 3 + 1}": template(0.5 + n % 45 / 100, 5, days=40) for n in range(60)
    }


def coverage_of(
    kept: Kept, configuration: Configuration = CONFIGURATION, **how: Any
) -> CoverageView:
    """Return what the page of the coverage shows."""
    return coverage_view(configuration, totals=kept, goals=kept, now=NOW, **how)  # type: ignore[arg-type]


def sheet_of(kept: Kept, configuration: Configuration = CONFIGURATION, **how: Any) -> TemplatesView:
    """Return what the page of the templates shows a quarter of an hour after it was counted."""
    before = NOW - timedelta(minutes=14)
    keep_sheet(kept, now=before, zone=configuration.business.zone)  # type: ignore[arg-type]
    now = how.pop("now", NOW)
    return templates_view(configuration, progress=kept, now=now, **how)  # type: ignore[arg-type]


@cache
def coverage_pages() -> dict[str, CoverageView]:
    """Return the page of the coverage in its states, by name."""
    office = Kept(hours(), goals=[ROUND_THE_CLOCK])
    return {
        "coverage": coverage_of(office),
        "coverage_arrivals": coverage_of(office, shown="arrivals"),
        "coverage_csat": coverage_of(office, shown="csat", days=91),
        "coverage_few": coverage_of(Kept(hours(28, volume=0.08)), DEMO),
        "coverage_no_replies": coverage_of(Kept(hours(28, replies=False))),
        "coverage_empty": coverage_of(Kept()),
    }


@cache
def template_pages() -> dict[str, TemplatesView]:
    """Return the page of the templates in its states, by name."""
    usual = Kept(templates=templates())
    return {
        "templates": sheet_of(usual),
        "templates_few": sheet_of(Kept(templates={"refund@1": template(0.8, 1, days=9)}), DEMO),
        "templates_many": sheet_of(Kept(templates=many_templates()), sort="uses"),
        "templates_stale": sheet_of(usual, now=NOW + timedelta(hours=9)),
        "templates_empty": sheet_of(Kept()),
    }


def pages_of_numbers() -> dict[str, str]:
    """Return these pages as HTML, by name."""
    return {name: coverage.page(view) for name, view in coverage_pages().items()} | {
        name: template_sheet.page(view) for name, view in template_pages().items()
    }
