"""What an operator decides in northstar.toml, as plain values with their defaults.

`runtime.configuration` reads and validates the file; nothing else may build a Configuration
from outside text.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from northstar.domain.goals import Goal


@dataclass(frozen=True, slots=True)
class Business:
    """Who we are, and in which zone a business day begins."""

    name: str = "Northstar"
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Mail:
    """From whom survey mails come. `sender` must be verified with the mail service."""

    sender: str = "support@example.com"
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class SourceTarget:
    """One app of one store.

    `country` is the store front where a store has several. `address` replaces the store's own
    address; only a loopback address is taken, and only on a local stack.
    """

    source: str
    app: str
    country: str | None = None
    address: str | None = None
    enabled: bool = True
    ignore_robots: bool = False


@dataclass(frozen=True, slots=True)
class Collecting:
    """How we present ourselves to stores, and how long we wait between two requests."""

    contact: str = "https://example.com/contact"
    seconds_between_requests: float = 1.5
    full_sweep_hours: int = 24


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole of northstar.toml."""

    business: Business = Business()
    mail: Mail = Mail()
    collecting: Collecting = Collecting()
    goals: tuple[Goal, ...] = ()
    sources: tuple[SourceTarget, ...] = ()
    public_url: str | None = None
