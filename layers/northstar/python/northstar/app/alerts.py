"""Alerts: what is told to whom, from the moment it happens until somebody has seen to it.

An alert goes into the outbox in the same transaction as what caused it. What is bad stays open
until somebody records an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from northstar.app.ports import Alert
from northstar.domain.rates import Rate

What = Literal["fixed", "answered", "known", "nothing"]
"""What came of an alert: the cause is mended, the customer has an answer, it is known, or not
worth more."""

BAD = ("bad_answer", "bad_review", "bad_remark")
"""The kinds that stay open until an outcome is recorded."""

SOURCE = (
    "source_stale",
    "source_broken",
    "source_partial",
    "source_fill",
    "source_overlap",
    "source_gap",
    "removals_held",
)
KINDS = (
    *BAD,
    "goal_status",
    "milestone",
    "csat_down",
    "topic_doubled",
    *SOURCE,
    "template_ready",
    "template_demoted",
    "template_automated",
    "template_expired",
    "article_unverified",
    "sending_stopped",
    "quarantined",
)
"""Every kind there is, as rules in northstar.toml name them."""

ON_CALL = "on-call"
"""In a rule, in the place of a channel: whoever is on call at that moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody did about an alert, at an aware moment."""

    what: What
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """An alert with what became of it: when (aware) which channel took it, and the outcome.

    `given_up` are the channels that never took it, with the last reason.
    """

    alert: Alert
    told: Mapping[str, datetime]
    given_up: Mapping[str, str]
    outcome: Outcome | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.alert.kind in BAD and self.outcome is None


class AlertStore(Protocol):
    """The alerts, newest and open ones, and what somebody did about them."""

    def newest(self, limit: int) -> Sequence[KeptAlert]:
        """Return the newest alerts, newest first."""

    def open_alerts(self, limit: int) -> Sequence[KeptAlert]:
        """Return the alerts that nobody has seen to, oldest first."""

    def kept(self, alert_id: str) -> KeptAlert | None:
        """Return an alert by its id (`Alert.id`)."""

    def close(self, alert_id: str, outcome: Outcome) -> None:
        """Record an outcome, over an earlier one. Raises NotFound, Conflict."""

    def load(self, months: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Return how many alerts each channel of the rota got outside working hours, by month.

        `months` are like "2026-11".
        """


def figures(rate: Rate) -> dict[str, float]:
    """Return a rate as machines are told it: hits, n, and the 95 % interval (0 to 1)."""
    ends = {"low": round(rate.low, 4), "high": round(rate.high, 4)}
    return {"hits": rate.hits, "n": rate.n, **ends}
