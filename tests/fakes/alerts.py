"""Alerts in memory: the AlertStore protocol over a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from northstar.app.alerts import KeptAlert, Outcome
from northstar.domain.errors import NotFound


class MemoryAlerts:
    """Kept alerts by id; `loads` is what each channel got, by month; `asked` counts the calls."""

    def __init__(self, kept: Iterable[KeptAlert] = ()) -> None:
        self.by_id = {one.alert.id: one for one in kept}
        self.loads: dict[str, dict[str, int]] = {}
        self.asked = 0

    def newest(self, limit: int) -> Sequence[KeptAlert]:
        """Return the newest alerts, newest first."""
        self.asked += 1
        return [self.by_id[name] for name in sorted(self.by_id, reverse=True)][:limit]

    def open_alerts(self, limit: int) -> Sequence[KeptAlert]:
        """Return the alerts that nobody has seen to, oldest first."""
        self.asked += 1
        return [one for _, one in sorted(self.by_id.items()) if one.open][:limit]

    def kept(self, alert_id: str) -> KeptAlert | None:
        """Return an alert by its id."""
        return self.by_id.get(alert_id)

    def close(self, alert_id: str, outcome: Outcome) -> None:
        """Record an outcome."""
        if alert_id not in self.by_id:
            raise NotFound("There is no such alert (any more).")
        self.by_id[alert_id] = replace(self.by_id[alert_id], outcome=outcome)

    def load(self, months: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Return how many alerts each channel got."""
        self.asked += 1
        return {month: self.loads.get(month, {}) for month in months}
