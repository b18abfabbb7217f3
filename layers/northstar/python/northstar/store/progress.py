"""ProgressTable: what it adds up to."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from northstar.app.insights import Comparison, Finding, Insights, Quote, Summary
from northstar.app.ports import Alert, Memory, Role, Run, Snapshot, SourceState, Visitor
from northstar.domain.aggregates import Contribution, Measures, Part, Row
from northstar.domain.editions import Editions
from northstar.domain.returns import MailHealth, Returned
from northstar.domain.reviews import Published
from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.client import Table
from northstar.store.items import Item, without_none

_RUNS_KEPT = timedelta(days=400)
_RETURNS_KEPT = timedelta(days=40)
_LONG = 100_000  # bytes; an item of DynamoDB holds 400 KB
_EDITION_MOMENTS = ("read_since", "begun_at")
_MOMENTS = ("begun_at", "good_at", "settled_at", "read_at")


class DynamoProgressStore:
    """The ProgressStore protocol over one DynamoDB table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def counted(self, record_ids: Sequence[str]) -> dict[str, Contribution]:
        """Return the contributions that are in the aggregates now, read consistently."""
        items = self._table.get_many([keys.counted(record_id) for record_id in record_ids])
        return {item["record"]: _contribution(item) for item in items}

    def count(
        self,
        new: Sequence[Contribution],
        counted: Mapping[str, Contribution],
        changes: Mapping[Row, Measures],
    ) -> None:
        """Write contributions and changes of the rows in one transaction."""
        puts = [
            {"Put": self._table.put_over(_contribution_item(one), _counted_item(counted, one))}
            for one in new
        ]
        adds = [
            {"Update": self._table.add(keys.aggregate(row), measures)}
            for row, measures in changes.items()
        ]
        self._table.transact(puts + adds)

    def daily(self, dimension: str, value: str, since: date, until: date) -> dict[date, Measures]:
        """Return the measures of one dimension value per business day, both ends included."""
        days = self._table.query(
            keys.aggregates(dimension, value),
            condition=" AND SK BETWEEN :since AND :until",
            values={":since": since.isoformat(), ":until": until.isoformat()},
        )
        return {date.fromisoformat(item["SK"]): _measures(item) for item in days}

    def totals(self) -> Iterator[tuple[Row, Measures]]:
        """Return every aggregate row, for a recount."""
        for item in self._table.scan():
            row = keys.row(item)
            if row:
                yield row, _measures(item)

    def contributions(self) -> Iterator[Contribution]:
        """Return every contribution, for a recount."""
        return (_contribution(item) for item in self._table.scan() if "record" in item)

    def editions(self) -> Editions:
        """Return how the editions stand, read consistently; new ones before the first text."""
        item = self._table.get(keys.EDITIONS)
        if item is None:
            return Editions()
        told = {field.name: item[field.name] for field in fields(Editions) if field.name in item}
        moments = {name: parse(item[name]) for name in _EDITION_MOMENTS if name in item}
        return Editions(**told | moments)

    def save_editions(self, editions: Editions) -> Editions:
        """Store how the editions stand, over the version before; return them as stored."""
        stored = replace(editions, version=editions.version + 1)
        told = asdict(stored)
        moments = {name: iso(told[name]) for name in _EDITION_MOMENTS if told[name]}
        self._table.replace(keys.EDITIONS | told | moments, editions.version)
        return stored

    def learnt(self) -> date | None:
        """Return the business day of the newest models, or None before the first."""
        item = self._table.get(keys.LEARNT)
        return date.fromisoformat(item["day"]) if item else None

    def save_learnt(self, day: date) -> None:
        """Keep the business day on which models were learnt."""
        self._table.put(keys.LEARNT | {"day": day.isoformat()})

    def save_insights(self, found: Insights) -> None:
        """Keep the insights into a period, in the place of those before them."""
        values = asdict(found) | {"day": found.day.isoformat()}
        told = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        kept = zlib.compress(told) if len(told) > _LONG else told.decode()
        self._table.put(keys.insights(found.days) | {"told": kept})

    def insights(self, days: int) -> Insights | None:
        """Return the newest insights into the last so many days; None before the first night."""
        item = self._table.get(keys.insights(days))
        if item is None:
            return None
        kept = item["told"]
        told = kept if isinstance(kept, str) else zlib.decompress(bytes(kept))
        return _insights(json.loads(told))

    def add_alert(self, alert: Alert) -> None:
        """Put an alert into the outbox; the same fact at the same moment is there once."""
        at = iso(alert.at)
        about = {"kind": alert.kind, "at": at, "subject": alert.subject, "detail": alert.detail}
        self._table.create(keys.alert(at, alert.kind, alert.subject) | about)

    def alerts(self) -> list[Alert]:
        """Return the outbox, oldest first."""
        return [
            Alert(item["kind"], parse(item["at"]), item["subject"], item["detail"])
            for item in self._table.query(keys.ALERTS)
        ]

    def save_run(self, run: Run, snapshot: Snapshot | None, memory: Memory | None = None) -> None:
        """Keep the outcome of a run and, where given, the store's own totals and our memory."""
        told = _run_item(run)
        kept_until = int((run.started_at + _RUNS_KEPT).timestamp())
        key = keys.run(run.source, run.app, told["started_at"])
        self._table.put(key | {"run": told, "ttl": kept_until})
        state: Item = {"run": told}
        if snapshot:
            state["published"] = without_none(asdict(snapshot.published))
            state["published_at"] = iso(snapshot.at)
        if memory:
            state["memory"] = _memory_item(memory)
        self._table.update(keys.source(run.source, run.app), state)

    def source_state(self, source: str, app: str) -> SourceState | None:
        """Return how one app of one store stands, read consistently; None before its first run."""
        item = self._table.get(keys.source(source, app))
        return _source_state(item) if item else None

    def sources(self) -> list[SourceState]:
        """Return how every app of every store stands, by source and app."""
        return [_source_state(item) for item in self._table.query(keys.SOURCES)]

    def runs(self, source: str, app: str, limit: int) -> list[Run]:
        """Return the newest runs over one app of one store, newest first."""
        newest = self._table.query(
            keys.runs(source, app), most=limit, ScanIndexForward=False, Limit=limit
        )
        return [_run(item["run"]) for item in newest]

    def add_returned(self, returned: Returned, day: date) -> None:
        """Count a hard bounce or a complaint of a business day; the same event again is nothing."""
        marker = keys.returned(returned.id)
        if self._table.get(marker):
            return
        kept_until = {"ttl": int((returned.at + _RETURNS_KEPT).timestamp())}
        what = "complaints" if returned.kind == "complaint" else "bounces"
        total = self._table.add(keys.mail_day(day.isoformat()), {what: 1})
        put = self._table.put_over(marker | kept_until, {})
        self._table.transact([{"Put": put}, {"Update": total}])

    def mail_health(self, today: date) -> MailHealth:
        """Return what was sent and what came back today and yesterday (business days)."""
        since = today - timedelta(days=1)
        sent = self.daily("medium", "email", since, today)
        came_back = self._table.query(
            keys.MAIL,
            condition=" AND SK BETWEEN :since AND :until",
            values={":since": since.isoformat(), ":until": today.isoformat()},
        )
        total = Counter[str]()
        for item in came_back:
            total.update(_measures(item))
        mails = sum(m.get("sent", 0) + m.get("reminded", 0) for m in sent.values())
        return MailHealth(mails, total["bounces"], total["complaints"])

    def add_login_code(self, code_hash: str, role: Role, expires: datetime) -> None:
        """Keep a one-time login code (its hash) and the role it gives until it expires."""
        lasting = {"role": role, "ttl": int(expires.timestamp())}
        self._table.put(keys.login_code(code_hash) | lasting)

    def take_login_code(self, code_hash: str, now: datetime) -> Role | None:
        """Use a one-time login code up; return its role if it was there and still valid."""
        return _role(self._table.take(keys.login_code(code_hash)), now)

    def add_session(self, session_hash: str, visitor: Visitor, expires: datetime) -> None:
        """Keep a login session (the hash of its id) until it expires."""
        lasting = asdict(visitor) | {"ttl": int(expires.timestamp())}
        self._table.put(keys.session(session_hash) | lasting)

    def session(self, session_hash: str, now: datetime) -> Visitor | None:
        """Return whose valid session it is, or None."""
        item = self._table.get(keys.session(session_hash))
        role = _role(item, now)
        return Visitor(item["name"], role) if item and role else None

    def end_session(self, session_hash: str) -> None:
        """Forget a session."""
        self._table.take(keys.session(session_hash))


def _contribution_item(one: Contribution) -> Item:
    return keys.counted(one.record_id) | {"record": one.record_id} | _content(one)


def _counted_item(counted: Mapping[str, Contribution], new: Contribution) -> Item:
    """What must still be stored for the difference to hold; {}: nothing."""
    return _content(counted[new.record_id]) if new.record_id in counted else {}


def _content(one: Contribution) -> Item:
    """Version and parts; parts that follow each other share their dimensions, to be short."""
    groups = [
        [dimensions, [[part.day, part.measures] for part in parts]]
        for dimensions, parts in groupby(one.parts, key=lambda part: part.dimensions)
    ]
    return {"version": one.version, "parts": json.dumps(groups, separators=(",", ":"))}


def _contribution(item: Item) -> Contribution:
    parts = tuple(
        Part(day, tuple((dimension, value) for dimension, value in dimensions), measures)
        for dimensions, days in json.loads(item["parts"])
        for day, measures in days
    )
    return Contribution(item["record"], item["version"], parts)


def _measures(item: Item) -> Measures:
    return {name: value for name, value in item.items() if name not in {"PK", "SK"}}


def _run_item(run: Run) -> Item:
    moments = {"started_at": iso(run.started_at), "finished_at": iso(run.finished_at)}
    return without_none(asdict(run) | moments)


def _run(told: Item) -> Run:
    moments = {name: parse(told[name]) for name in ("started_at", "finished_at")}
    return Run(**(_known(told, Run) | moments))


def _memory_item(memory: Memory) -> Item:
    moments = {name: iso(at) for name in _MOMENTS if (at := getattr(memory, name))}
    usual = {name: list(counts) for name, counts in memory.usual.items()}
    lists = {"gaps": list(memory.gaps), "told": list(memory.told), "usual": usual}
    return without_none(asdict(memory) | lists | moments)


def _source_state(item: Item) -> SourceState:
    run = _run(item["run"])
    memory = _memory(item.get("memory", {}))
    if "published" not in item:
        return SourceState(run, None, memory)
    totals = Snapshot(
        run.source, run.app, parse(item["published_at"]), Published(**item["published"])
    )
    return SourceState(run, totals, memory)


def _memory(kept: Item) -> Memory:
    moments = {name: parse(kept[name]) for name in _MOMENTS if name in kept}
    usual = {name: (counts[0], counts[1]) for name, counts in kept.get("usual", {}).items()}
    lists = {name: tuple(kept.get(name, ())) for name in ("gaps", "told")}
    return Memory(**(_known(kept, Memory) | lists | {"usual": usual} | moments))


def _known(kept: Item, kind: type) -> Item:
    """Return the attributes that there are (still); rows of another version stay readable."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}


def _insights(told: Item) -> Insights:
    return Insights(
        day=date.fromisoformat(told["day"]),
        days=told["days"],
        texts=told["texts"],
        left_out=told["left_out"],
        comparisons=tuple(map(_comparison, told["comparisons"])),
        summaries=tuple(
            Summary(**one | {name: _quotes(one[name]) for name in ("complaints", "praise")})
            for one in told["summaries"]
        ),
    )


def _comparison(told: Item) -> Comparison:
    phrases = (Finding(**one | {"quotes": _quotes(one["quotes"])}) for one in told["phrases"])
    return Comparison(**told | {"phrases": tuple(phrases)})


def _quotes(told: Sequence[Sequence[Any]]) -> tuple[Quote, ...]:
    return tuple(Quote(*one) for one in told)


def _role(item: Item | None, now: datetime) -> Role | None:
    return item["role"] if item and item["ttl"] > now.timestamp() else None
