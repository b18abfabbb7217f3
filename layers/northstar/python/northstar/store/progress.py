"""ProgressTable: what it adds up to."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from northstar.app.insights import Comparison, Finding, Insights, Quote, Summary
from northstar.app.ports import (
    RECENT,
    Alert,
    Board,
    LoginFlow,
    Memory,
    Role,
    Run,
    Snapshot,
    SourceState,
    Token,
    Visitor,
)
from northstar.domain.aggregates import Contribution, Measures, Part, Row
from northstar.domain.editions import Editions
from northstar.domain.errors import Conflict
from northstar.domain.returns import MailHealth, Returned
from northstar.domain.reviews import Published
from northstar.domain.times import iso, parse
from northstar.store import alerts, keys
from northstar.store.client import Table
from northstar.store.items import Item, without_none

_RUNS_KEPT = timedelta(days=400)
_RETURNS_KEPT = timedelta(days=40)
_LONG = 4_000  # bytes; an item of DynamoDB holds 400 KB, and costs by the kilobyte
_LISTED = ("template", "team")
_WITH_HISTORIES = ("all", "hour", "app", "source")
_UNSHOWN = ("b_", "checked_", "wrong_", "abstained", "unknown", "doubtful", "thumbs_", "replied")
_UNSHOWN_ENDS = ("_positive", "_neutral", "_negative", "_undetermined", "_mixed", "_sentiment")
_EDITION_MOMENTS = ("read_since", "begun_at")
_MOMENTS = ("begun_at", "good_at", "settled_at", "read_at")


class DynamoProgressStore:
    """The ProgressStore protocol over one DynamoDB table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._listed: set[tuple[str, str]] = set()

    def counted(self, record_ids: Sequence[str]) -> dict[str, Contribution]:
        """Return the contributions that are in the aggregates now, read consistently."""
        items = self._table.get_many([keys.counted(record_id) for record_id in record_ids])
        return {item["record"]: _contribution(item) for item in items}

    def count(
        self,
        new: Sequence[Contribution],
        counted: Mapping[str, Contribution],
        changes: Mapping[Row, Measures],
        news: Sequence[Alert] = (),
    ) -> None:
        """Write contributions, changes of the rows and alerts in one transaction."""
        puts = [
            {"Put": self._table.put_over(_contribution_item(one), _counted_item(counted, one))}
            for one in new
        ]
        adds = [
            {"Update": self._table.add(keys.aggregate(row), measures)}
            for row, measures in changes.items()
        ]
        told = [put for alert in news for put in alerts.puts(self._table, alert)]
        self._list(changes)
        self._table.transact(puts + adds + told)

    def known(self, news: Sequence[Alert]) -> set[str]:
        """Return the ids of those alerts that are kept already, read consistently."""
        items = self._table.get_many([keys.alert(one.id) for one in news])
        return {item["SK"] for item in items}

    def daily(self, dimension: str, value: str, since: date, until: date) -> dict[date, Measures]:
        """Return the measures of one dimension value per business day, both ends included."""
        days = self._table.query(
            keys.aggregates(dimension, value),
            condition=" AND SK BETWEEN :since AND :until",
            values={":since": since.isoformat(), ":until": until.isoformat()},
        )
        return {date.fromisoformat(item["SK"]): _measures(item) for item in days}

    def _list(self, rows: Iterable[Row]) -> None:
        """Keep which values a dimension has; before they are counted, so that none is missing."""
        for row in rows:
            one = (row.dimension, row.value)
            if row.dimension in _LISTED and one not in self._listed:
                self._table.create(keys.value(*one))
                self._listed.add(one)

    def list_value(self, dimension: str, value: str) -> None:
        """Keep that a dimension has a value, for `values`."""
        self._table.create(keys.value(dimension, value))

    def values(self, dimension: str) -> list[str]:
        """Return the values that a listed dimension ("template") has had, in order."""
        return [item["SK"] for item in self._table.query(keys.values(dimension))]

    def save_history(
        self, dimension: str, value: str, days: Mapping[date, Measures], today: date
    ) -> None:
        """Keep all days of one dimension value together, so that one read has them all.

        `today` is the business day on which they were read. Measures that a page does not show are
        left out.
        """
        shown = {day.isoformat(): _shown(measures) for day, measures in sorted(days.items())}
        names = sorted({name for measures in shown.values() for name in measures})
        columns = {name: [told.get(name, 0) for told in shown.values()] for name in names}
        content = _packed({"days": list(shown), "measures": columns})
        made = {"told": content, "day": today.isoformat()}
        self._table.put(keys.history(dimension, value) | made)

    def forget_histories(self, changes: Mapping[Row, Measures]) -> None:
        """Drop the histories that hold these rows, where they hold one of these measures."""
        scopes = {
            (row.dimension, row.value)
            for row, measures in changes.items()
            if row.dimension in _WITH_HISTORIES and _shown(measures)
        }
        for scope in sorted(scopes):
            self._table.take(keys.history(*scope))

    def board(
        self,
        scopes: Sequence[tuple[str, str]],
        today: date,
        sources: Sequence[tuple[str, str]] = (),
    ) -> Board:
        """Return the days of some dimension values and the states of some sources, read at once.

        Days older than a week are as they were when their history was made; without one of today
        or yesterday, all are read. A day may have changed since then that was in the last week of
        yesterday, so this goes one day further back.
        """
        recent = [today - timedelta(back) for back in range(-1, RECENT.days + 2)]
        wanted = [
            key
            for scope in dict.fromkeys(scopes)
            for key in (
                keys.history(*scope),
                *(keys.aggregate(Row(*scope, day.isoformat())) for day in recent),
            )
        ]
        asked = dict.fromkeys(sources)
        items = self._table.get_many([*wanted, *(keys.source(*one) for one in asked)])
        found = {_pair(item): item for item in items}
        states = {one: found.get(_pair(keys.source(*one))) for one in asked}
        return Board(
            {scope: self._days(scope, found, recent, today) for scope in scopes},
            {one: _source_state(item) for one, item in states.items() if item},
        )

    def _days(
        self,
        scope: tuple[str, str],
        found: Mapping[tuple[str, str], Item],
        recent: Sequence[date],
        today: date,
    ) -> dict[date, Measures]:
        """The days of one dimension value: its history, and over it what is newer."""
        history = found.get(_pair(keys.history(*scope)), {})
        if history.get("day", "") < (today - timedelta(1)).isoformat():
            return self.daily(*scope, date.min, date.max)
        told = _unpacked(history["told"])
        days: dict[date, Measures] = {
            date.fromisoformat(day): {
                name: column[n] for name, column in told["measures"].items() if column[n]
            }
            for n, day in enumerate(told["days"])
        }
        for day in recent:
            row = found.get(_pair(keys.aggregate(Row(*scope, day.isoformat()))))
            if row:
                days[day] = _measures(row)
        return days

    def save_snapshot(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep what a page shows: any JSON object."""
        self._table.put(keys.snapshot(name) | {"told": _packed(told)})

    def snapshot(self, name: str) -> dict[str, Any] | None:
        """Return what a page shows as it was kept last; None before the first time."""
        item = self._table.get(keys.snapshot(name))
        return _unpacked(item["told"]) if item else None

    def first_day(self) -> date | None:
        """Return the first business day on which anything is counted."""
        rows = self._table.query(keys.aggregates("all", "all"), most=1, Limit=1)
        return next((date.fromisoformat(row["SK"]) for row in rows), None)

    def totals(self) -> Iterator[tuple[Row, Measures]]:
        """Return every aggregate row, for a recount."""
        for item in self._table.scan():
            row = keys.row(item)
            if row:
                yield row, _measures(item)

    def contributions(self) -> Iterator[Contribution]:
        """Return every contribution, for a recount."""
        return (_contribution(item) for item in self._table.scan() if "parts" in item)

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
        told = asdict(found) | {"day": found.day.isoformat()}
        self._table.put(keys.insights(found.days) | {"told": _packed(told)})

    def insights(self, days: int) -> Insights | None:
        """Return the newest insights into the last so many days; None before the first night."""
        item = self._table.get(keys.insights(days))
        return _insights(_unpacked(item["told"])) if item else None

    def add_alert(self, alert: Alert) -> None:
        """Put an alert into the outbox; the same fact at the same moment is there once."""
        if not self._table.get(keys.alert(alert.id)):
            with suppress(Conflict):  # somebody else was faster
                self._table.transact(alerts.puts(self._table, alert))

    def alerts(self) -> list[Alert]:
        """Return the alerts, oldest first."""
        return [alerts.alert_of(item) for item in self._table.query(keys.ALERTS)]

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

    def add_login_flow(self, flow_hash: str, flow: LoginFlow, expires: datetime) -> None:
        """Keep a login that has begun (under the hash of its state) until it expires."""
        lasting = {"flow": asdict(flow), "ttl": int(expires.timestamp())}
        self._table.put(keys.login_flow(flow_hash) | lasting)

    def take_login_flow(self, flow_hash: str, now: datetime) -> LoginFlow | None:
        """Use a begun login up; return it if it was there and still valid."""
        item = self._table.take(keys.login_flow(flow_hash))
        return LoginFlow(**item["flow"]) if item and item["ttl"] > now.timestamp() else None

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

    def add_token(self, token_hash: str, token: Token) -> bool:
        """Keep a token (its hash) until it expires; False, and nothing changes, for a taken name.

        It lies under its hash, to be checked, and under its name, to be listed and revoked.
        """
        named = self._table.get(keys.token_name(token.name))
        if named and named["ttl"] > token.created.timestamp():
            return False
        told = _token_item(token)
        over = {"token_hash": named["token_hash"]} if named else {}
        by_name = keys.token_name(token.name) | told | {"token_hash": token_hash}
        puts = [
            self._table.put_over(by_name, over),
            self._table.put_over(keys.token(token_hash) | told, {}),
        ]
        self._table.transact([{"Put": put} for put in puts])
        return True

    def token(self, token_hash: str, now: datetime) -> Token | None:
        """Return whose valid token it is, or None."""
        item = self._table.get(keys.token(token_hash))
        return _token(item) if item and item["ttl"] > now.timestamp() else None

    def tokens(self) -> list[Token]:
        """Return every token that was not revoked, by name; expired ones may be among them."""
        return [_token(item) for item in self._table.query(keys.TOKENS)]

    def remove_token(self, name: str) -> bool:
        """Forget a token, first what lets it in; False where there is none."""
        item = self._table.get(keys.token_name(name))
        if item is None:
            return False
        self._table.take(keys.token(item["token_hash"]))
        self._table.take(keys.token_name(name))
        return True


def _packed(told: Mapping[str, Any]) -> str | bytes:
    """JSON, compressed where it is long."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    raw = text.encode()
    return zlib.compress(raw) if len(raw) > _LONG else text


def _unpacked(kept: str | bytes) -> Any:
    return json.loads(kept if isinstance(kept, str) else zlib.decompress(bytes(kept)))


def _shown(measures: Measures) -> Measures:
    """The measures without those that tell sentiment and topics, which have pages of their own."""
    return {
        name: amount
        for name, amount in measures.items()
        if not name.startswith(_UNSHOWN) and not name.endswith(_UNSHOWN_ENDS)
    }


def _pair(key: keys.Key) -> tuple[str, str]:
    return key["PK"], key["SK"]


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
    told = {"alerted": True} if one.alerted else {}
    return {"version": one.version, "parts": json.dumps(groups, separators=(",", ":"))} | told


def _contribution(item: Item) -> Contribution:
    parts = tuple(
        Part(day, tuple((dimension, value) for dimension, value in dimensions), measures)
        for dimensions, days in json.loads(item["parts"])
        for day, measures in days
    )
    return Contribution(item["record"], item["version"], parts, item.get("alerted", False))


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


def _token_item(token: Token) -> Item:
    return {
        "name": token.name,
        "scopes": list(token.scopes),
        "created": iso(token.created),
        "ttl": int(token.expires.timestamp()),
    }


def _token(item: Item) -> Token:
    expires = datetime.fromtimestamp(item["ttl"], UTC)
    return Token(item["name"], tuple(item["scopes"]), parse(item["created"]), expires)
