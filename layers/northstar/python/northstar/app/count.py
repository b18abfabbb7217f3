"""Count: each record is in the aggregates exactly once, at its newest version.

A batch is folded into one transaction: it replaces the contributions that were counted before by
the new ones, and adds the difference to the aggregate rows. The transaction holds only if every
contribution is still the one the difference was computed from. After any failure the next attempt
reads again: what landed is then no longer new, and what did not is computed afresh. So duplicates,
any order, crashes, lost acknowledgements, conflicts and redrives of any age all come to the same.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from northstar.app.ports import RECENT, Alert, ProgressStore
from northstar.domain.aggregates import Contribution, Record, contribution, difference
from northstar.domain.errors import Broken, Invalid, NorthstarError

ACTIONS_LIMIT = 100
"""Contributions and rows in one transaction (TransactWriteItems)."""

_ATTEMPTS = 8
_FIRST_PAUSE = 0.02

ROWS_OF_ALERT = 3

Failures = dict[str, NorthstarError]
News = Mapping[str, Alert]


def _quiet(_record: Record) -> Alert | None:
    return None


def count(
    records: Iterable[Record],
    *,
    store: ProgressStore,
    zone: ZoneInfo,
    today: date | None = None,
    alarm: Callable[[Record], Alert | None] = _quiet,
    sleep: Callable[[float], None] = time.sleep,
) -> Failures:
    """Bring the aggregates to the newest version of each record; return what failed, by record id.

    A retryable failure is for the caller to try again, any other for quarantine. `today` is the
    business day: what changes before its last week makes the histories that hold it void. Without
    it, every change does. What `alarm` says of a record goes into the outbox in the same
    transaction, once in the record's life.
    """
    old = today - RECENT if today else date.max
    newest: dict[str, Record] = {}
    for record in records:
        if record.id not in newest or record.version > newest[record.id].version:
            newest[record.id] = record
    failures: Failures = {}
    contributions, news = [], {}
    for record in newest.values():
        try:
            contributions.append(contribution(record, zone))
            alert = alarm(record)
            if alert:
                news[record.id] = alert
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            failures[record.id] = Broken(f"{record.id} adds up to nothing we know: {error!r}")
    return failures | _count(contributions, news, store, old, sleep)


def _count(
    contributions: Sequence[Contribution],
    news: News,
    store: ProgressStore,
    old: date,
    sleep: Callable[[float], None],
) -> Failures:
    """Count in one transaction; in two halves where that is too large or refused."""
    too_large = Invalid("It touches more rows than one transaction can hold.")
    failure: NorthstarError = too_large
    for attempt in range(_ATTEMPTS):
        if attempt:
            sleep(random.uniform(0, _FIRST_PAUSE * 2**attempt))  # noqa: S311  full jitter
        try:
            if _replace(contributions, news, store, old):
                return {}
            failure = too_large
            break
        except NorthstarError as error:
            failure = error
            if not error.retryable:
                break
    if failure.retryable or len(contributions) == 1:
        return {one.record_id: failure for one in contributions}
    half = len(contributions) // 2
    first, second = contributions[:half], contributions[half:]
    return _count(first, news, store, old, sleep) | _count(second, news, store, old, sleep)


def _replace(
    contributions: Sequence[Contribution], news: News, store: ProgressStore, old: date
) -> bool:
    """Replace what is counted of these records, or return False when one transaction cannot."""
    counted = store.counted([one.record_id for one in contributions])
    new = [
        replace(one, alerted=one.record_id in news or _alerted(counted.get(one.record_id)))
        for one in contributions
        if _is_new(one, counted.get(one.record_id))
    ]
    if not new:
        return True
    before = [counted[one.record_id] for one in new if one.record_id in counted]
    changes = difference(new, before)
    fresh = _fresh(new, counted, news, store)
    if len(new) + len(changes) + ROWS_OF_ALERT * len(fresh) > ACTIONS_LIMIT:
        return False
    store.count(new, counted, changes, fresh)
    store.forget_histories(
        {row: told for row, told in changes.items() if row.day < old.isoformat()}
    )
    return True


def _fresh(
    new: Sequence[Contribution],
    counted: Mapping[str, Contribution],
    news: News,
    store: ProgressStore,
) -> list[Alert]:
    """The alerts of records that nobody was told of yet."""
    told = [
        news[one.record_id]
        for one in new
        if one.record_id in news and not _alerted(counted.get(one.record_id))
    ]
    known = store.known(told) if told else set()
    return [alert for alert in told if alert.id not in known]


def _alerted(counted: Contribution | None) -> bool:
    """Whether somebody was told of a record; what was gone and is restored is no news either."""
    return counted is not None and (counted.alerted or not counted.parts)


def _is_new(one: Contribution, counted: Contribution | None) -> bool:
    """Whether it replaces what is counted: a higher version, or other rules for the same one."""
    if counted is None or one.version > counted.version:
        return True
    return one.version == counted.version and one.parts != counted.parts
