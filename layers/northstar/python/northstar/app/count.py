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
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from northstar.app.ports import RECENT, ProgressStore
from northstar.domain.aggregates import Contribution, Record, contribution, difference
from northstar.domain.errors import Broken, Invalid, NorthstarError

ACTIONS_LIMIT = 100
"""Contributions and rows in one transaction (TransactWriteItems)."""

_ATTEMPTS = 8
_FIRST_PAUSE = 0.02

Failures = dict[str, NorthstarError]


def count(
    records: Iterable[Record],
    *,
    store: ProgressStore,
    zone: ZoneInfo,
    today: date | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Failures:
    """Bring the aggregates to the newest version of each record; return what failed, by record id.

    A retryable failure is for the caller to try again, any other for quarantine. `today` is the
    business day: what changes before its last week makes the histories that hold it void. Without
    it, every change does.
    """
    old = today - RECENT if today else date.max
    newest: dict[str, Record] = {}
    for record in records:
        if record.id not in newest or record.version > newest[record.id].version:
            newest[record.id] = record
    failures: Failures = {}
    contributions = []
    for record in newest.values():
        try:
            contributions.append(contribution(record, zone))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            failures[record.id] = Broken(f"{record.id} adds up to nothing we know: {error!r}")
    return failures | _count(contributions, store, old, sleep)


def _count(
    contributions: Sequence[Contribution],
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
            if _replace(contributions, store, old):
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
    return _count(first, store, old, sleep) | _count(second, store, old, sleep)


def _replace(contributions: Sequence[Contribution], store: ProgressStore, old: date) -> bool:
    """Replace what is counted of these records, or return False when one transaction cannot."""
    counted = store.counted([one.record_id for one in contributions])
    new = [one for one in contributions if _is_new(one, counted.get(one.record_id))]
    if not new:
        return True
    before = [counted[one.record_id] for one in new if one.record_id in counted]
    changes = difference(new, before)
    if len(new) + len(changes) > ACTIONS_LIMIT:
        return False
    store.count(new, counted, changes)
    store.forget_histories(
        {row: told for row, told in changes.items() if row.day < old.isoformat()}
    )
    return True


def _is_new(one: Contribution, counted: Contribution | None) -> bool:
    """Whether it replaces what is counted: a higher version, or other rules for the same one."""
    if counted is None or one.version > counted.version:
        return True
    return one.version == counted.version and one.parts != counted.parts
