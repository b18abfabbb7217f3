"""Who was mailed which weekly report, and who wants none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from northstar.app.report import Audience
from northstar.domain.errors import Conflict
from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.client import Table

_KEPT = timedelta(days=400)


class DynamoReports:
    """The ReportStore protocol over the ProgressTable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(
        self, week: date, audience: Audience, mailbox: str, *, now: datetime, until: datetime
    ) -> bool:
        """Keep one mail to oneself until then; False: it was sent, or somebody else has it."""
        claimed = keys.report_mail(week.isoformat(), audience, mailbox) | {
            "version": 1,
            "until": iso(until),
            "ttl": int((now + _KEPT).timestamp()),
        }
        before = self._table.create(claimed)
        if before is None:
            return True
        if "sent_at" in before or parse(before["until"]) > now:
            return False
        try:
            self._table.replace(claimed | {"version": before["version"] + 1}, before["version"])
        except Conflict:
            return False
        return True

    def sent(self, week: date, audience: Audience, mailbox: str, at: datetime) -> None:
        """Keep that a claimed mail was sent."""
        kept = {"sent_at": iso(at), "ttl": int((at + _KEPT).timestamp()), "version": 0}
        self._table.put(keys.report_mail(week.isoformat(), audience, mailbox) | kept)

    def release(self, week: date, audience: Audience, mailbox: str) -> None:
        """Give a claimed mail back that was not sent."""
        self._table.take(keys.report_mail(week.isoformat(), audience, mailbox))

    def stopped(self, mailboxes: Iterable[str]) -> set[str]:
        """Return those that want no report, read consistently."""
        found = self._table.get_many([keys.report_stop(one) for one in mailboxes])
        return {item["mailbox"] for item in found}

    def stop(self, mailbox: str, at: datetime) -> None:
        """Keep that a mailbox wants no report; again is as once."""
        self._table.create(keys.report_stop(mailbox) | {"mailbox": mailbox, "at": iso(at)})

    def resume(self, mailbox: str) -> None:
        """Forget that a mailbox wanted no report."""
        self._table.take(keys.report_stop(mailbox))
