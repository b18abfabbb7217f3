"""What an operator decides in northstar.toml, as plain values with their defaults and limits.

`runtime.configuration` reads and validates the file against these classes; the annotations carry
the limits, so that this module needs no validation library at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le, Len

from northstar.domain.goals import Goal

_FORBID_UNKNOWN = {"extra": "forbid"}
Word = Annotated[str, Len(1, 200)]


@dataclass(frozen=True, slots=True)
class Business:
    """Who we are, and in which zone (IANA name) a business day begins."""

    name: Word = "Northstar"
    time_zone: Word = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Mail:
    """From whom survey mails come. `sender` must be verified with the mail service."""

    sender: Word = "Northstar Support <support@example.com>"
    reply_to: Word | None = None


@dataclass(frozen=True, slots=True)
class SourceTarget:
    """One app of one store.

    `country` is the store front where a store has several. `language` (such as en) is what the
    reviews are written in unless their script says otherwise; most stores do not tell. `address`
    replaces the store's own address; only loopback is taken, and only on a local stack.
    """

    source: Word
    app: Word
    country: Word | None = None
    language: Word | None = None
    address: Word | None = None
    enabled: bool = True
    ignore_robots: bool = False


@dataclass(frozen=True, slots=True)
class Collecting:
    """How we present ourselves to stores, how long we wait, and when what we know is stale.

    `stale_after_hours` is for the pages; keep it at two or three times the schedule's interval.
    """

    contact: Word = "https://example.com/contact"
    seconds_between_requests: Annotated[float, Ge(1.0), Le(60.0)] = 1.5
    full_sweep_hours: Annotated[int, Ge(1), Le(24 * 31)] = 24
    stale_after_hours: Annotated[int, Ge(1), Le(24 * 31)] = 3


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole of northstar.toml."""

    business: Business = Business()
    mail: Mail = Mail()
    collecting: Collecting = Collecting()
    goals: tuple[Goal, ...] = ()
    sources: tuple[SourceTarget, ...] = ()
    public_url: Word | None = None


for _section in (Business, Mail, SourceTarget, Collecting, Configuration, Goal):
    _section.__pydantic_config__ = _FORBID_UNKNOWN  # type: ignore[union-attr]
