"""FeedbackTable: what was said."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice, takewhile

from northstar.app.ports import FeedbackPage
from northstar.domain.aggregates import Record
from northstar.domain.asking import Contact
from northstar.domain.errors import Broken, Conflict, Invalid
from northstar.domain.feedback import Feedback, feedback
from northstar.domain.questions import Survey
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord, digest
from northstar.domain.surveys import AnonymousAnswer, Ask
from northstar.domain.tickets import Withdrawn
from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.client import Table
from northstar.store.items import (
    CHECK,
    Item,
    item_of,
    record_of,
    review_of,
    verdict_attributes,
    version_item,
)

_CURSOR = ("month", "occurred", "PK", "SK")
_CURSOR_LIMIT = 2000
_READ_AT_ONCE = 100
_logger = logging.getLogger(__name__)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class DynamoFeedbackStore:
    """The FeedbackStore protocol over one DynamoDB table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept_surveys: set[str] = set()

    def create_ask(self, ask: Ask) -> Ask:
        """Store a new ask, or return the one that is already stored under its id."""
        existing = self._table.create(item_of(ask))
        return _ask(existing) if existing else ask

    def ask(self, ask_id: str) -> Ask | None:
        """Return the ask, read consistently."""
        item = self._table.get(keys.ask(ask_id))
        return _ask(item) if item else None

    def replace_ask(self, ask: Ask, expected_version: int) -> None:
        """Store the next version. Raises Conflict when the stored version is another one."""
        self._table.replace(item_of(ask), expected_version)

    def answer_anonymously(self, ask: Ask, expected_version: int, said: AnonymousAnswer) -> None:
        """Store the ask as answered, and the answer apart from it: both or neither."""
        over = {"version": expected_version}
        puts = [self._table.put_over(item_of(ask), over), self._table.put_over(item_of(said), {})]
        self._table.transact([{"Put": put} for put in puts])

    def asks_of(self, person: str, *, without: str, most: int) -> list[Ask]:
        """Return at most so many asks of a person, but those of the ticket `without` (its home)."""
        listed = self._table.index_page("by_person", "person", person, most, None)
        others = [key for key in listed if keys.is_ask(key) and key["PK"] != keys.ticket(without)]
        wanted = [{"PK": key["PK"], "SK": key["SK"]} for key in others]
        return [_ask(item) for item in self._table.get_many(wanted)]

    def resolutions(self, home: str) -> tuple[list[Ask], Withdrawn | None]:
        """Return all asks of one ticket, and until when it was withdrawn; read consistently."""
        items = list(self._table.query(keys.ticket(home), ConsistentRead=True))
        withdrawn = next((_withdrawn(item) for item in items if "withdrawn_at" in item), None)
        return [_ask(item) for item in items if "kind" in item], withdrawn

    def withdraw(self, home: str, withdrawn: Withdrawn) -> None:
        """Keep that a ticket was withdrawn, unless a later withdrawal is known."""
        at = iso(withdrawn.at)
        told = {"desk": withdrawn.desk, "withdrawn_at": at, "reason": withdrawn.reason}
        with suppress(Conflict):
            self._table.put_later(keys.withdrawn(home) | told, "withdrawn_at")

    def contact(self, person: str) -> Contact:
        """Return what we remember of a person, read consistently; a new one where nothing is."""
        item = self._table.get(keys.contact(person))
        return _contact(person, item) if item else Contact(person)

    def replace_contact(self, contact: Contact, expected_version: int) -> None:
        """Store the next version of a contact (0: there is none). Raises Conflict."""
        told = {
            "version": contact.version,
            "asked": contact.asked,
            "asked_at": iso(contact.asked_at) if contact.asked_at else None,
            "replaced": contact.replaced or None,
            "sending": {one: iso(since) for one, since in contact.sending} or None,
            "closed": contact.closed,
            "soft_bounces": list(contact.soft_bounces) or None,
        }
        self._table.replace(keys.contact(contact.person) | told, expected_version)

    def keep_survey(self, survey: Survey) -> None:
        """Keep a wording under its id, for as long as links to it live."""
        if survey.id in self._kept_surveys:
            return
        self._table.create(keys.survey(survey.id) | asdict(survey) | {"templates": None})
        self._kept_surveys.add(survey.id)

    def survey(self, survey_id: str) -> Survey | None:
        """Return a wording that was kept."""
        item = self._table.get(keys.survey(survey_id))
        if item is None:
            return None
        return Survey(item["name"], item["asks"], item["question_1"], item["question_2"])

    def create_remark(self, remark: Remark) -> None:
        """Store a new remark; one that is already stored under its id stays."""
        self._table.create(item_of(remark))

    def reviews(self, source: str, app: str, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """Return the stored records of these store ids, read consistently."""
        wanted = [keys.review(source, app, review_id) for review_id in dict.fromkeys(ids)]
        records = map(review_of, self._table.get_many(wanted))
        return {record.review.id: record for record in records}

    def all_reviews(self, source: str, app: str) -> Iterator[ReviewRecord]:
        """Return every stored review of an app, gone ones too."""
        return map(review_of, self._table.query(keys.reviews(source, app)))

    def put_review(self, record: ReviewRecord, before: ReviewRecord | None) -> None:
        """Store a version over the one before (None: there is none). Raises Conflict."""
        if before is None or digest(before.review) == digest(record.review):
            self._table.replace(item_of(record), before.version if before else 0)
            return
        over = self._table.put_over(item_of(record), {"version": before.version})
        self._table.transact([{"Put": over}, {"Put": self._table.put_any(version_item(before))}])

    def keep_version(self, looked: ReviewRecord) -> None:
        """Keep what a review looked like; the same look again is the same."""
        self._table.put(version_item(looked))

    def versions(self, record: ReviewRecord) -> list[ReviewRecord]:
        """Return what a review looked like before, oldest first."""
        review = record.review
        partition = keys.versions(review.source, record.app, review.id)
        return [review_of(item) for item in self._table.query(partition)]

    def put_records(self, records: Sequence[Record]) -> None:
        """Store new records, at most 100, all or none. Raises Conflict when one exists."""
        self._table.transact([{"Put": self._table.put_over(item_of(one), {})} for one in records])

    def existing(self, records: Sequence[Record]) -> set[str]:
        """Return the ids of those records that are stored, read consistently."""
        wanted = [_key(one) for one in records]
        by_key = {(k["PK"], k["SK"]): one.id for k, one in zip(wanted, records, strict=True)}
        return {by_key[item["PK"], item["SK"]] for item in self._table.get_many(wanted)}

    def save_verdict(self, record: Record, expected_version: int) -> None:
        """Store only verdict and version of a record. Raises Conflict when it has moved on."""
        self._table.update(_key(record), verdict_attributes(record), expected_version)

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return those records of these ids that are stored and readable, read consistently."""
        wanted = set(ids)
        candidates = [key for one in wanted for key in keys.possible(one)]
        items = [item for item in self._table.get_many(candidates) if "kind" in item]
        return {one.id: one for one in _readable(items) if one.id in wanted}

    def doubtful(self, limit: int) -> tuple[Feedback, ...]:
        """Return the newest feedback whose stars and text contradict each other, unchecked."""
        return tuple(
            self._feedback(self._table.index_page("by_check", "check", CHECK, limit, None))
        )

    def page(
        self, today: date, before: str | None = None, limit: int = 50, months: int = 120
    ) -> FeedbackPage:
        """Return the newest feedback, or what follows the cursor."""
        month, start = _begin(today, before, None)
        found = list(self._newest_first(month, start, limit + 1, months))
        listed = found[:limit]
        cursor = _write_cursor(listed[-1]) if len(found) > limit else None
        return FeedbackPage(tuple(self._feedback(listed)), cursor)

    def search(
        self,
        today: date,
        fits: Callable[[Feedback], bool],
        before: str | None = None,
        *,
        oldest: str | None = None,
        newest: str | None = None,
        limit: int = 50,
        most: int = 300,
        months: int = 120,
    ) -> FeedbackPage:
        """Return the newest feedback that fits, or what follows the cursor, after a bounded look.

        One key more than is read tells whether there is anything left to look at.
        """
        month, start = _begin(today, before, newest)
        ahead = self._newest_first(month, start, most + 1, months, oldest or "")
        looked: list[Item] = []
        found: list[tuple[Item, Feedback]] = []
        while len(found) <= limit:
            listed = list(islice(ahead, min(_READ_AT_ONCE, most - len(looked))))
            if not listed:
                break
            looked += listed
            found += [(key, said) for key, said in self._said(listed) if fits(said)]
        if len(found) > limit:
            looked = looked[: looked.index(found[limit - 1][0]) + 1]
        more = len(found) > limit or next(ahead, None) is not None
        return FeedbackPage(
            items=tuple(said for _, said in found[:limit]),
            cursor=_write_cursor(looked[-1]) if more else None,
            looked=len(looked),
            back_to=looked[-1]["occurred"] if looked else None,
        )

    def newest(self, today: date, limit: int) -> tuple[Feedback, ...]:
        """Return the newest feedback of this month and the last, with three calls at most."""
        listed = list(self._newest_first(_this_month(today), None, limit, months=2))
        return tuple(self._feedback(listed))

    def records(self) -> Iterator[Record]:
        """Return every record, for a recount."""
        return (record_of(item) for item in self._table.scan() if "kind" in item)

    def records_from(self, resume: str | None, limit: int) -> tuple[list[Record], str | None]:
        """Return a part of all records, read consistently, and where the rest begins, or None."""
        start = json.loads(resume) if resume else None
        items, last = self._table.scan_from(start, limit)
        records = list(_readable(item for item in items if "kind" in item))
        return records, json.dumps(last) if last else None

    def _newest_first(
        self, month: str, start: keys.Key | None, most: int, months: int, oldest: str = ""
    ) -> Iterator[Item]:
        """Yield the keys of a month after `start`, then those of the months before.

        Ends at `most` keys, after so many months, or before what is older than `oldest`; each month
        is one query, made when its first key is wanted.
        """
        for _ in range(months):
            listed = self._table.index_page("by_month", "month", month, most, start)
            yield from takewhile(lambda key: key["occurred"] >= oldest, listed)
            most -= len(listed)
            if most <= 0 or month <= oldest[:7]:
                return
            month, start = _month_before(month), None

    def _feedback(self, listed: list[Item]) -> Iterator[Feedback]:
        return (said for _, said in self._said(listed))

    def _said(self, listed: list[Item]) -> Iterator[tuple[Item, Feedback]]:
        """Yield the feedback of keys in their order, each with its key."""
        by_key = [{"PK": item["PK"], "SK": item["SK"]} for item in listed]
        items = {(i["PK"], i["SK"]): i for i in self._table.get_many(by_key, consistent=False)}
        for key in listed:
            item = items.get((key["PK"], key["SK"]))
            for record in _readable([item] if item else []):
                if said := feedback(record):
                    yield key, said


def _readable(items: Iterable[Item]) -> Iterator[Record]:
    """The records that can be read; one that cannot stops nobody who goes over all of them."""
    for item in items:
        try:
            yield record_of(item)
        except Broken as error:
            _logger.warning("left out: %s", error)


def _ask(item: Item) -> Ask:
    record = record_of(item)
    if not isinstance(record, Ask):
        raise Invalid(f"{item['PK']} is not an ask.")
    return record


def _withdrawn(item: Item) -> Withdrawn:
    return Withdrawn(item["desk"], "", parse(item["withdrawn_at"]), item["reason"])


def _contact(person: str, item: Item) -> Contact:
    return Contact(
        person=person,
        version=item["version"],
        asked=item.get("asked"),
        asked_at=parse(item["asked_at"]) if "asked_at" in item else None,
        replaced=item.get("replaced", False),
        sending=tuple(sorted((i, parse(at)) for i, at in item.get("sending", {}).items())),
        closed=item.get("closed"),
        soft_bounces=tuple(item.get("soft_bounces", ())),
    )


def _key(record: Record) -> keys.Key:
    item = item_of(record)
    return {"PK": item["PK"], "SK": item["SK"]}


def _this_month(today: date) -> str:
    """The month of tomorrow: somewhere it is tomorrow already."""
    return (today + timedelta(days=1)).isoformat()[:7]


def _month_before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]


def _begin(today: date, before: str | None, newest: str | None) -> tuple[str, keys.Key | None]:
    """Return the month and the key where the reading begins.

    The key need not be that of an item: DynamoDB goes on after the place where it would stand.
    """
    if before:
        start = _read_cursor(before)
        return start["month"], start
    month = _this_month(today)
    if newest is None or newest[:7] > month:
        return month, None
    return newest[:7], {"month": newest[:7], "occurred": newest, "PK": "-", "SK": "-"}


def _write_cursor(item: Item) -> str:
    raw = json.dumps([item[name] for name in _CURSOR], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> keys.Key:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        values = json.loads(raw)
        known = len(cursor) <= _CURSOR_LIMIT and _MONTH.fullmatch(values[0])
    except (binascii.Error, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise Invalid(
            "The cursor is not one of ours; start from the first page.", "cursor"
        ) from error
    if not known or len(values) != len(_CURSOR) or not all(isinstance(v, str) for v in values):
        raise Invalid("The cursor is not one of ours; start from the first page.", "cursor")
    return dict(zip(_CURSOR, values, strict=True))
