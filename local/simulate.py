"""Seeded runs of the whole pipeline under everything that goes wrong, and the proof that it holds.

Deliveries are doubled, held back, split and mixed up; any call to the database may fail before or
after it took effect, be repeated by the SDK, lose against another writer, or be the last one before
a crash; and in the middle of a call another function may get its turn. In the end everything that
was ever delivered is delivered once more, in any order, and the promises are checked. One seed is
one run, and runs the same again: `northstar simulate --seed N`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.exceptions import ClientError
from tqdm import tqdm

from local import filters, memory, template
from local.storefront import Storefront
from northstar.app import answer, ask, collect, correct, intake, rescore
from northstar.app.configuration import SourceTarget
from northstar.app.ports import Fetched
from northstar.app.recount import recount
from northstar.domain.aggregates import Measures, Record, Row, sentiment_measure
from northstar.domain.editions import Editions
from northstar.domain.errors import NorthstarError, Unavailable
from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.sentiment import Document, Label, Score
from northstar.domain.surveys import Ask, Response, outdated
from northstar.domain.tickets import Channel, Customer, Template, Ticket, Withdrawn
from northstar.domain.tokens import Keys, mint
from northstar.domain.verdicts import Reader, Verdict, other
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load as load_configuration
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore

START = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # a night with a change to summer time
ZONE = "Europe/Berlin"
STEPS = 26
_PATIENCE = 200
PEPPER = b"simulated pepper"
KEYS = Keys("1", {"1": b"simulated key"})
COMMENTS = ("", "Great, thank you!", "Terrible. It still crashes.", "Ça ne marche pas", "👍👍")
"""Texts with and without a score."""

SUBJECTS = {None: None, "Hello": None, "My refund": "refund", "It crashes": "crash"}
"""Subjects, each with its topic where it has one."""


class Crash(BaseException):
    """The function is gone: nothing may catch this."""


@dataclass(slots=True, eq=False)
class Delivery:
    """A stream record on its way to one function."""

    function: str
    entry: dict[str, Any]


@dataclass
class Told:
    """What the world outside was told, to compare with what is stored."""

    deliveries: set[int] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    answers: dict[str, list[Response]] = field(default_factory=dict)
    acknowledged: dict[str, set[int]] = field(default_factory=dict)
    under_way: dict[str, set[int]] = field(default_factory=dict)
    mails: dict[str, int] = field(default_factory=dict)
    mail_faults: dict[str, int] = field(default_factory=dict)
    reminders: dict[str, int] = field(default_factory=dict)


class World:
    """One run: both tables, the faults between them and the functions, and what is on its way."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = START
        self.raw = _client("dynamodb")
        self.client = Faulty(self.raw, self)
        self.feedback = DynamoFeedbackStore(Table(self.client, "FeedbackTable"))
        self.told = Told()
        self.webhooks: list[Ticket | Withdrawn | Said] = []
        self.queue: list[dict[str, Any]] = []
        self.later: dict[str, tuple[datetime, dict[str, Any]]] = {}
        self.store_page: dict[str, Review] = {}
        self.read = 0
        self.waiting: list[Delivery] = []
        self.delivered: list[Delivery] = []
        self.faults = True
        self.depth = 0
        self.newest = 1

    def step(self) -> None:
        """Let one thing happen, and survive whatever it raises."""
        moves = (self.webhook, self.webhook, self.mail, self.mail, self.answer, self.collect)
        move = self.dice.choice(moves + (self.learn, self.correct) + (self.stream,) * 5)
        if self.depth:  # in the middle of a call: a function lives no longer than seconds
            self.now += timedelta(seconds=1)
        else:
            self.now += timedelta(minutes=self.dice.choice((1, 20, 300)))
        with suppress(Crash, NorthstarError):
            move()

    def webhook(self) -> None:
        """A helpdesk tells something in any order, for the first time or once more."""
        if self.webhooks and self.dice.random() < 0.4:
            number = self.dice.randrange(len(self.webhooks))
        else:
            number = len(self.webhooks)
            self.webhooks += self._news()
        self._tell(number)

    def _tell(self, number: int) -> None:
        around = intake.Surroundings(
            store=self.feedback,
            queue=SimpleNamespace(send=self._enqueue),
            schedule=SimpleNamespace(at=self._enqueue_later),
            keys=KEYS,
            pepper=PEPPER,
            configuration=load_configuration(_CONFIGURATION),
            base_url="https://example.com",
            now=self.now,
        )
        receipt = intake.take(self.webhooks[number], around)
        if receipt.ask:
            self.told.asks.add(receipt.ask)
        self.told.deliveries.add(number)

    def mail(self) -> None:
        """A queue delivers a message, which stays on the queue after any failure."""
        self._take_due()
        if not self.queue:
            return
        message = self.dice.choice(self.queue)
        self._work_off(message)
        if self.dice.random() < 0.8 and message in self.queue:
            self.queue.remove(message)

    def _take_due(self) -> None:
        for name, (at, message) in [*self.later.items()]:
            if at <= self.now:
                self.queue.append(message)
                if self.dice.random() < 0.9:  # a schedule fires at least once
                    del self.later[name]

    def _work_off(self, message: dict[str, Any]) -> None:
        around = ask.Surroundings(
            store=self.feedback,
            progress=DynamoProgressStore(Table(self.client, "ProgressTable")),
            schedule=SimpleNamespace(at=self._enqueue_later),
            configuration=load_configuration(_CONFIGURATION),
            base_url="https://example.com",
            now=self.now,
        )
        if "remind" in message:
            ask.remind(message["remind"], self._remind, around)
            return
        ask_id = message["ask"]
        try:
            ask.send(ask_id, self._deliver, around)
        except (Crash, NorthstarError):
            self.told.mail_faults[ask_id] = self.told.mail_faults.get(ask_id, 0) + 1
            raise

    def answer(self) -> None:
        """A customer answers, changes the answer, or sends the same one twice."""
        if not self.told.asks:
            return
        ask_id = self.dice.choice(sorted(self.told.asks))
        found = DynamoFeedbackStore(Table(self.raw, "FeedbackTable")).ask(ask_id)
        if found is None or found.state not in {"sent", "answered"}:
            return
        comment = self.dice.choice(COMMENTS)
        if found.question == "solved":
            response = Response(solved=self.dice.random() < 0.7, comment=comment)
        else:
            response = Response(csat=self.dice.randint(1, 5), comment=comment)
        token = mint(ask_id, self.now + timedelta(days=1), KEYS)
        sent = self.told.answers.setdefault(ask_id, [])
        sent.append(response)
        nth = len(sent) - 1
        under_way = self.told.under_way.setdefault(ask_id, set())
        under_way.add(nth)
        try:
            answer.submit(
                token, response, store=self.feedback, keys=KEYS, zone=ZoneInfo(ZONE), now=self.now
            )
        finally:
            under_way.remove(nth)
        self.told.acknowledged[ask_id] = {nth, *under_way}

    def collect(self) -> None:
        """The store's page changes, and a pass over it writes what is new, edited, gone or back."""
        self._store_changes()
        collect.collect(
            SourceTarget("shopify", "app"),
            Storefront([*self.store_page.values()]),
            lambda call: Fetched(call.url.encode()),
            feedback=self.feedback,
            progress=DynamoProgressStore(Table(self.client, "ProgressTable")),
            quarantine=bootstrap.quarantine(),
            clock=lambda: self.now,
            full_sweep=timedelta(0),
            stale_after=timedelta(days=1),
        )

    def learn(self) -> None:
        """Now and then there is a new reader, and all texts are read again."""
        if self.dice.random() < 0.5:
            self.newest += 1
        self._rescore()

    def _rescore(self) -> Editions:
        until = self.now + timedelta(minutes=1)

        def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=10 * seconds)

        editions, _ = rescore.rescore(
            feedback=self.feedback,
            progress=DynamoProgressStore(Table(self.client, "ProgressTable")),
            reader=MadeUpReader(f"reader-{self.newest}"),
            now=lambda: self.now,
            until=until,
            sleep=sleep,
        )
        return editions

    def reader(self, wanted: str | None = None) -> Reader:
        """A process still has the wanted reader, or makes the newest one."""
        if wanted and self.dice.random() < 0.5:
            return MadeUpReader(wanted)
        return MadeUpReader(f"reader-{self.newest}")

    def correct(self) -> None:
        """A person says what some text is about."""
        known = [*sorted(self.told.asks), *(f"shopify:app:{one}" for one in self.store_page)]
        found = self.feedback.by_ids([self.dice.choice(known)]) if known else {}
        for record in found.values():
            label = self.dice.choice(("negative", "positive", None))
            language = self.dice.choice(("en", "fr", None, None))
            correct.correct(
                record.id,
                label=label,
                language=language,
                topics=None,
                themes=(),
                feedback=self.feedback,
                now=self.now,
            )

    def stream(self) -> None:
        """The stream hands a function some of what waits, now and then what it had before."""
        self.take_in()
        function = self.dice.choice(("Score", "Count"))
        batch = [d for d in self.waiting if d.function == function]
        batch = batch[: self.dice.randint(1, 12)]
        again = [d for d in self.delivered if d.function == function]
        if again and self.dice.random() < 0.3:
            batch += self.dice.sample(again, min(len(again), 5))
            self.dice.shuffle(batch)
        if batch:
            self.hand_over(function, batch)

    def take_in(self) -> None:
        """Take the stream's new records in, each for the functions whose filter lets it pass."""
        entries = memory.stream("FeedbackTable")
        for entry in entries[self.read :]:
            for mapping in _stream_mappings():
                if passes(mapping, entry):
                    self.waiting.append(Delivery(mapping.function, entry))
        self.read = len(entries)

    def hand_over(self, function: str, batch: list[Delivery]) -> None:
        """Call a function with a batch; what it reports as failed, or a crash, comes again."""
        failed = {d.entry["dynamodb"]["SequenceNumber"] for d in batch}
        event = {"Records": [d.entry for d in batch]}
        try:
            report = memory.handler(function)(event, memory.context(function))
            failed = {one["itemIdentifier"] for one in report["batchItemFailures"]}
        finally:
            for delivery in batch:
                if delivery.entry["dynamodb"]["SequenceNumber"] in failed:
                    continue
                if delivery in self.waiting:
                    self.waiting.remove(delivery)
                    self.delivered.append(delivery)

    def settle(self) -> None:
        """Without further faults, let everything that waits arrive; then everything once more."""
        self.faults = False
        self.now += timedelta(hours=1)  # every claim that a crash left has run out
        for number in range(len(self.webhooks)):
            if number not in self.told.deliveries:  # a helpdesk repeats what was not taken
                self._tell(number)
        while self.queue or self.later:
            for message in [*self.queue]:
                self._work_off(message)
                self.queue.remove(message)
            self.now += timedelta(hours=6)
            self._take_due()
        self._drain()
        self.dice.shuffle(self.delivered)
        for function in ("Count", "Score", "Count"):
            again = [d for d in self.delivered if d.function == function]
            while again:
                size = self.dice.randint(1, 25)
                self.hand_over(function, again[:size])
                again = again[size:]
        self._drain()
        while not self._rescore().settled:
            self._drain()

    def _drain(self) -> None:
        self.take_in()
        for _ in range(_PATIENCE):
            if not self.waiting:
                return
            function = self.waiting[0].function
            self.hand_over(function, [d for d in self.waiting if d.function == function][:40])
            self.take_in()
        raise RuntimeError(f"{len(self.waiting)} deliveries fail without any fault")

    def _news(self) -> list[Ticket | Withdrawn | Said]:
        """New tickets, one that is opened again and maybe solved once more, or a remark."""
        before = [one for one in self.webhooks if isinstance(one, Ticket)]
        kind = self.dice.random()
        if kind < 0.1:
            text = self.dice.choice(COMMENTS) or None
            number = str(len(self.webhooks))
            return [Said("standard", number, "social", self.now, text=text, rating=3)]
        if kind > 0.3 or not before:
            return self._new_tickets()
        first = self.dice.choice(before)
        reopened = first.solved_at + timedelta(minutes=self.dice.randint(1, 600))
        again = replace(first, solved_at=reopened + timedelta(minutes=self.dice.randint(1, 600)))
        news: list[Ticket | Withdrawn | Said] = [
            Withdrawn(first.desk, first.id, reopened, "reopened"),
            again,
        ]
        self.dice.shuffle(news)
        return news[: self.dice.randint(1, 2)]

    def _new_tickets(self) -> list[Ticket | Withdrawn | Said]:
        """One ticket or some, the others by the same customer after the first was solved."""
        number = len(self.webhooks)
        first = self._new_ticket(number)
        told: list[Ticket | Withdrawn | Said] = [first]
        for following in range(number + 1, number + self.dice.choice((1, 1, 2, 3))):
            opened = first.solved_at + self.dice.choice(COMES_BACK_AFTER)
            ticket = self._new_ticket(following)
            again = replace(ticket, customer=first.customer, opened_at=opened)
            told.append(replace(again, solved_at=max(ticket.solved_at, opened)))
        self.dice.shuffle(told)
        return told

    def _new_ticket(self, number: int) -> Ticket:
        ago = timedelta(hours=self.dice.choice((self.dice.randint(0, 30), 24 * 7, 24 * 9)))
        open_for = timedelta(hours=self.dice.choice((1, 8, 40, 24 * 7)))
        return Ticket(
            desk="standard",
            id=f"T{number}",
            channel=self.dice.choice(("link", "email", "email")),
            solved_at=self.now - ago,
            opened_at=self.dice.choice((self.now - ago - open_for, None)),
            subject=self.dice.choice(tuple(SUBJECTS)),
            customer=Customer("c", self.dice.choice(("a@example.com", "b@example.com")), "Kim"),
            team=self.dice.choice(("billing", "tech", None)),
            template=self.dice.choice((Template("refund", "1"), Template("refund", "2"), None)),
            language=self.dice.choice(("en", "fr", None)),
        )

    def _enqueue(self, message: dict[str, Any]) -> None:
        if self.faults and self.dice.random() < 0.1:
            raise Unavailable("the queue did not answer")
        self.queue.append(message)

    def _enqueue_later(self, moment: datetime, name: str, message: dict[str, Any]) -> None:
        if self.faults and self.dice.random() < 0.1:
            raise Unavailable("the schedule did not answer")
        self.later[f"{name} {moment}"] = (moment, message)

    def _deliver(self, planned: Ask) -> Channel:
        if self.faults and self.dice.random() < 0.15:
            raise Unavailable("the mail service did not answer")
        self.told.mails[planned.id] = self.told.mails.get(planned.id, 0) + 1
        return planned.ticket.channel

    def _remind(self, sent: Ask) -> Channel:
        if self.faults and self.dice.random() < 0.15:
            raise Unavailable("the mail service did not answer")
        self.told.reminders[sent.id] = self.told.reminders.get(sent.id, 0) + 1
        return sent.ticket.channel

    def _store_changes(self) -> None:
        for _ in range(self.dice.randint(1, 3)):
            review_id = str(self.dice.randint(1, 12))
            if review_id in self.store_page and self.dice.random() < 0.3:
                del self.store_page[review_id]
            else:
                self.store_page[review_id] = Review(
                    source="shopify",
                    id=review_id,
                    rating=self.dice.choice((1, 3, 5, 5)),
                    text=self.dice.choice(COMMENTS) or None,
                    created=f"2026-03-{self.dice.randint(1, 28):02}",
                )


@dataclass(frozen=True)
class MadeUpReader:
    """Its verdicts follow from its id and the text, so that two of them differ."""

    id: str

    def read(self, documents: Sequence[Document]) -> list[Verdict]:
        """Return one verdict per document."""
        return [Verdict(score_by(self.id, document)) for document in documents]


def score_by(reader: str, document: Document) -> Score:
    """Return the score that a made-up reader gives a document."""
    positive = random.Random(f"{reader} {document.text}").random() < 0.5
    label: Label = "positive" if positive else "negative"
    language = document.declared_language or "und"
    return Score(1.0 if positive else -1.0, label, 0.9, language, "declared", reader)


class Faulty:
    """A DynamoDB client between which and the database anything may happen."""

    def __init__(self, client: Any, world: World) -> None:
        self._client = client
        self._world = world

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._client, operation)
        return partial(self._perform, operation, call)

    def _perform(self, operation: str, call: Callable[..., Any], **request: Any) -> Any:
        dice = self._world.dice
        if not self._world.faults or dice.random() > 0.18:
            return call(**request)
        fault = dice.choice(
            (
                self._interleave,
                self._throttle,
                self._conflict,
                self._repeat,
                self._lose,
                self._crash,
            )
        )
        return fault(operation, call, request)

    def _interleave(self, _operation: str, call: Callable[..., Any], request: Any) -> Any:
        if self._world.depth == 0:
            self._world.depth += 1
            try:
                self._world.step()
            finally:
                self._world.depth -= 1
        return call(**request)

    def _throttle(self, operation: str, *_: Any) -> Any:
        raise _error("ProvisionedThroughputExceededException", operation)

    def _conflict(self, operation: str, call: Callable[..., Any], request: Any) -> Any:
        if operation != "transact_write_items":
            return call(**request)
        reasons = [{"Code": "TransactionConflict"} for _ in request["TransactItems"]]
        raise _error("TransactionCanceledException", operation, CancellationReasons=reasons)

    def _repeat(self, _operation: str, call: Callable[..., Any], request: Any) -> Any:
        """The first call landed, its answer was lost, and the SDK tried again."""
        call(**request)
        return call(**request)

    def _lose(self, operation: str, call: Callable[..., Any], request: Any) -> Any:
        call(**request)
        raise _error("InternalServerError", operation)

    def _crash(self, _operation: str, call: Callable[..., Any], request: Any) -> Any:
        if self._world.dice.random() < 0.5:
            call(**request)
        raise Crash


def check(world: World) -> list[str]:
    """Return every promise that this run broke, as one sentence each."""
    feedback = DynamoFeedbackStore(Table(world.raw, "FeedbackTable"))
    progress = DynamoProgressStore(Table(world.raw, "ProgressTable"))
    zone = load_configuration(_CONFIGURATION).business.zone
    broken: list[str] = []
    records, rows = list(feedback.records()), list(progress.totals())
    found = recount(
        feedback=SimpleNamespace(records=lambda: records),  # type: ignore[arg-type]
        progress=SimpleNamespace(  # type: ignore[arg-type]
            contributions=progress.contributions, totals=lambda: rows
        ),
        zone=zone,
    )
    if not found.agrees:
        broken.append(f"the aggregates differ from a recount: {found.behind} {found.drift[:5]}")
    asks = {r.id: r for r in records if isinstance(r, Ask)}
    resolutions = {(t.id, t.solved_at) for t in world.webhooks if isinstance(t, Ticket)}
    if len(asks) > len(resolutions):
        broken.append(f"{len(asks)} asks for {len(resolutions)} resolutions")
    if missing := world.told.asks - asks.keys():
        broken.append(f"acknowledged, but not stored: {sorted(missing)}")
    broken += _answers_kept(world.told, asks)
    broken += [
        f"ask {ask_id} was mailed {n} times after {world.told.mail_faults.get(ask_id, 0)} faults"
        for ask_id, n in world.told.mails.items()
        if n > 1 + world.told.mail_faults.get(ask_id, 0)
    ]
    broken += [
        f"ask {i} was reminded of {n} times" for i, n in world.told.reminders.items() if n > 1
    ]
    broken += _nobody_asked_too_often(asks.values())
    broken += _nothing_outdated_stands(asks.values(), feedback)
    tickets = [one for one in world.webhooks if isinstance(one, Ticket)]
    broken += _repeats_are_marked(asks.values(), tickets)
    totals = _totals(rows)
    broken += _plain_totals(records, totals)
    broken += _one_reader(records, progress.editions(), totals)
    return broken


def _nobody_asked_too_often(asks: Iterable[Ask]) -> Iterator[str]:
    """Between two asks of one person that both stand lie as many days as configured."""
    by_person: dict[str, list[datetime]] = {}
    for one in asks:
        if one.sent_at and one.state != "cancelled":
            by_person.setdefault(one.person, []).append(one.sent_at)
    for person, moments in by_person.items():
        for before, after in pairwise(sorted(moments)):
            if after - before < timedelta(days=DAYS_BETWEEN):
                yield f"{person} was asked at {before} and again at {after}"


def _nothing_outdated_stands(asks: Iterable[Ask], feedback: DynamoFeedbackStore) -> Iterator[str]:
    """No ask is open about a resolution that has ended."""
    for home in {one.id[:24] for one in asks}:
        for one in outdated(*feedback.resolutions(home)):
            yield f"ask {one.id} stands, but its ticket was {one.reason}"


def _repeats_are_marked(asks: Iterable[Ask], tickets: Sequence[Ticket]) -> Iterator[str]:
    """Each ask says when its customer first wrote again about the same, and no other time."""
    told = {(one.id, one.solved_at): one for one in tickets}
    for one in asks:
        ticket = told[one.ticket.id, one.ticket.solved_at]
        openings = [
            opened
            for later in tickets
            if _may_be_the_same(ticket, later)
            and timedelta(0) < (opened := later.opened_at or later.solved_at) - ticket.solved_at
            and opened - ticket.solved_at <= A_WEEK
        ]
        first = min(openings, default=None)
        if one.repeated_at != first:
            yield f"ask {one.id} was repeated at {first}, but {one.repeated_at} is stored"


def _may_be_the_same(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets are of one customer, and not known to be about different things."""
    topics = SUBJECTS[one.subject], SUBJECTS[other.subject]
    same_person = one.customer.email == other.customer.email
    return one.id != other.id and same_person and (None in topics or topics[0] == topics[1])


def _answers_kept(told: Told, asks: dict[str, Ask]) -> Iterator[str]:
    """An acknowledged answer is stored, or one that was under way then, or sent after it."""
    for ask_id, among in told.acknowledged.items():
        sent = [
            (one.solved, one.csat)
            for nth, one in enumerate(told.answers[ask_id])
            if nth in among or nth > max(among)
        ]
        stored = asks[ask_id].response
        if stored is None or (stored.solved, stored.csat) not in sent:
            yield f"ask {ask_id} holds {stored}, but {sent} were sent last"


def _plain_totals(records: list[Record], total: Counter[str]) -> Iterator[str]:
    """Three numbers counted by hand, so that recount and counter cannot be wrong together."""
    expected = {
        "tickets": sum(isinstance(r, Ask) and r.state != "cancelled" for r in records),
        "remarks": sum(isinstance(r, Remark) for r in records),
        "answers": sum(isinstance(r, Ask) and r.response is not None for r in records),
        "reviews": sum(isinstance(r, ReviewRecord) and r.public for r in records),
    }
    for measure, amount in expected.items():
        if total[measure] != amount:
            yield f"{measure}: {total[measure]} in the aggregates, {amount} by hand"


def _totals(rows: Iterable[tuple[Row, Measures]]) -> Counter[str]:
    """The measures of all days together."""
    total: Counter[str] = Counter()
    for row, measures in rows:
        if row.dimension == "all":
            total.update(measures)
    return total


def _one_reader(records: list[Record], editions: Editions, total: Counter[str]) -> Iterator[str]:
    """What is shown comes of one reader, from every text, and is what it says of them."""
    shown, reader = editions.shown, editions.of(editions.shown)
    expected: Counter[str] = Counter()
    for record in records:
        verdict = record.verdict
        if verdict is None:
            continue
        engines = {verdict.edition: verdict.score.engine}
        if verdict.earlier:
            engines[other(verdict.edition)] = verdict.earlier.score.engine
        if engines.get(shown) != reader:
            yield f"{record.id} was read by {engines.get(shown)}, but {reader} is shown"
        if not isinstance(record, ReviewRecord) or record.public:
            kind = {Remark: "remark", ReviewRecord: "review"}.get(type(record), "answer")
            expected[sentiment_measure(kind, verdict.label, shown)] += 1
    for kind, label in product(("answer", "remark", "review"), ("negative", "positive")):
        name = sentiment_measure(kind, label, shown)
        if total[name] != expected[name]:
            yield f"{name}: {total[name]} in the aggregates, {expected[name]} by hand"


def run(seed: int) -> list[str]:
    """Run one seed on fresh tables and return the promises that it broke."""
    with _wired() as make:
        random.seed(seed)  # the back-off's jitter
        world = make(seed)
        try:
            for _ in range(STEPS):
                world.step()
            world.settle()
        except Exception as error:  # noqa: BLE001  whatever stops a run fails its seed, not the others
            return [f"the run stopped: {error!r}"]
        return check(world)


def passes(mapping: template.StreamMapping, entry: dict[str, Any]) -> bool:
    """Whether a stream record passes the filters of a mapping."""
    return any(filters.matches(one, entry) for one in mapping.filters)


DAYS_BETWEEN = 1
A_WEEK = timedelta(days=7)
COMES_BACK_AFTER = (timedelta(0), timedelta(hours=1), timedelta(days=5), A_WEEK, A_WEEK * 1.01)
_CONFIGURATION = f"""
[business]
time_zone = "{ZONE}"
[asking]
days_between = {DAYS_BETWEEN}
remind_after_days = 1
quiet_from = "22:00"
quiet_until = "06:30"
delay_minutes = {{ email = 30 }}
"""
_QUIET = {"POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}


@contextmanager
def _wired() -> Iterator[Callable[[int], World]]:
    """Make the services, and let the functions' own wiring hand out the faulty client."""
    original = bootstrap.client, bootstrap.configuration, bootstrap.reader

    def make(seed: int) -> World:
        world = World(seed)
        bootstrap.client = lambda service: (  # type: ignore[assignment]
            world.client if service == "dynamodb" else _client(service)
        )
        bootstrap.reader = world.reader
        return world

    bootstrap.configuration = lambda **_: load_configuration(_CONFIGURATION)
    try:
        with memory.services(_client):
            os.environ |= _QUIET
            yield make
    finally:
        bootstrap.client, bootstrap.configuration, bootstrap.reader = original


@cache
def _client(service: str) -> Any:
    return boto3.client(service, region_name=template.REGION)


def _stream_mappings() -> tuple[template.StreamMapping, ...]:
    return tuple(m for m in memory.stack().streams if m.function in {"Score", "Count"})


def _error(code: str, operation: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "simulated"}, **more}, operation)  # type: ignore[arg-type]


def main() -> int:
    """Run seeds; print every one that breaks a promise, and exit with 1 if any does."""
    parser = argparse.ArgumentParser(prog="northstar simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many seeds to run")
    parser.add_argument("--seed", type=int, help="this one alone, or the first of --seeds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    alone = options.seed is not None and "--seeds" not in sys.argv
    first = options.seed or 0
    seeds = range(first, first + (1 if alone else options.seeds))
    broken = run_all(seeds, options.jobs, quiet=options.json)
    if options.json:
        print(json.dumps({"seeds": len(seeds), "failing": broken}))
    else:
        for seed, sentences in broken.items():
            print(f"seed {seed}:", *sentences, sep="\n  ")
        print(f"{len(seeds)} seeds, {len(broken)} failing")
    return 1 if broken else 0


def run_all(seeds: range, jobs: int, *, quiet: bool = True) -> dict[int, list[str]]:
    """Run many seeds in some processes; return what each failing one broke."""
    with ProcessPoolExecutor(min(jobs, len(seeds))) as pool:
        results = tqdm(
            pool.map(run, seeds, chunksize=4), total=len(seeds), unit="seed", disable=quiet or None
        )
        return {seed: found for seed, found in zip(seeds, results, strict=True) if found}


if __name__ == "__main__":
    sys.exit(main())
