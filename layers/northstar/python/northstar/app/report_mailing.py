"""Mailing the weekly report: everybody gets it at least once, whoever else cannot be reached.

A mail is claimed before it is sent, and marked as sent after that. A crash in between leaves a
claim that ends; so the next run repeats that one mail at most, and leaves nobody out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from northstar.app.configuration import Configuration
from northstar.app.report import Audience, due_at

LEASE = timedelta(minutes=15)
"""How long a claim holds: longer than a run may take."""

CATCH_UP = timedelta(days=3)
"""How long after its Monday a report is still mailed."""

STOP = "report"
"""The purpose of tokens that stop these mails: no other token does."""


class ReportStore(Protocol):
    """Who was mailed which report, and who wants none. A mailbox is known by its keyed hash."""

    def claim(
        self, week: date, audience: Audience, mailbox: str, *, now: datetime, until: datetime
    ) -> bool:
        """Keep one mail to oneself until then; False: it was sent, or somebody else has it."""

    def sent(self, week: date, audience: Audience, mailbox: str, at: datetime) -> None:
        """Keep that a claimed mail was sent."""

    def release(self, week: date, audience: Audience, mailbox: str) -> None:
        """Give a claimed mail back that was not sent."""

    def stopped(self, mailboxes: Iterable[str]) -> set[str]:
        """Return those that want no report, read consistently."""

    def stop(self, mailbox: str, at: datetime) -> None:
        """Keep that a mailbox wants no report; again is as once."""

    def resume(self, mailbox: str) -> None:
        """Forget that a mailbox wanted no report."""


@dataclass(slots=True)
class Mailed:
    """How many mails went out, were not wanted, and failed, by audience and mailbox, with why."""

    sent: int = 0
    stopped: int = 0
    failed: list[tuple[Audience, str, Exception]] = field(default_factory=list)


def is_due(week: date, now: datetime, configuration: Configuration) -> bool:
    """Whether the report of a Monday is to be mailed at `now` (aware): until Wednesday ends."""
    zone = configuration.business.zone
    return now >= due_at(week, configuration) and now.astimezone(zone).date() < week + CATCH_UP


def mail_out(
    week: date,
    audience: Audience,
    recipients: Mapping[str, str],
    *,
    store: ReportStore,
    send: Callable[[str, str], None],
    now: datetime,
    mailed: Mailed,
) -> None:
    """Send one report to recipients (mailbox → address) who have not had it; note what came of it.

    `send` takes mailbox and address. What one of them fails with keeps no other from being served.
    """
    unwanted = store.stopped(recipients)
    mailed.stopped += len(unwanted)
    for mailbox in [one for one in recipients if one not in unwanted]:
        try:
            if not store.claim(week, audience, mailbox, now=now, until=now + LEASE):
                continue
            try:
                send(mailbox, recipients[mailbox])
            except Exception:
                store.release(week, audience, mailbox)
                raise
            store.sent(week, audience, mailbox, now)
            mailed.sent += 1
        except Exception as error:  # noqa: BLE001  whatever it is, the others get their mail
            mailed.failed.append((audience, mailbox, error))
