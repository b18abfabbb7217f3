"""Reads `budgets.toml` and compares figures with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("budgets.toml")


@dataclass(frozen=True, slots=True)
class Budget:
    """The bounds of one figure, and why. An informative one is told, but fails nothing."""

    reason: str
    at_least: float | None = None
    at_most: float | None = None
    informative: bool = False

    def __str__(self) -> str:
        """The bounds, as "≥ 0.95" or "≤ 14"."""
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)

    def holds(self, figure: float) -> bool:
        """Whether a figure is within the bounds; a bound itself is."""
        above = self.at_least is None or figure >= self.at_least
        return above and (self.at_most is None or figure <= self.at_most)


Budgets = Mapping[str, Mapping[str, Budget]]


def load(path: Path = PATH) -> Budgets:
    """Return the budgets by benchmark and figure."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: {figure: Budget(**given) for figure, given in figures.items()}
        for name, figures in told.items()
    }


def missed(budgets: Budgets, name: str, figures: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each budget of a benchmark that its figures miss.

    A figure that is not there misses its budget.
    """
    return [
        f"{name}.{figure} is {figures.get(figure, 'missing')}, its budget is {budget}: "
        f"{budget.reason}."
        for figure, budget in budgets.get(name, {}).items()
        if not budget.informative and (figure not in figures or not budget.holds(figures[figure]))
    ]
