"""The protocols between the use cases and the outside world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

from northstar.app.insights import Insights
from northstar.domain.aggregates import Contribution, Measures, Record, Row
from northstar.domain.asking import Contact
from northstar.domain.editions import Editions
from northstar.domain.feedback import Feedback
from northstar.domain.questions import Survey
from northstar.domain.remarks import Remark
from northstar.domain.returns import MailHealth, Returned
from northstar.domain.reviews import Outcome, Published, ReviewRecord
from northstar.domain.surveys import AnonymousAnswer, Ask
from northstar.domain.tickets import Withdrawn
from northstar.domain.times import iso

RECENT = timedelta(days=7)
"""How far back a day may change without making void the histories that hold it."""

Role = Literal["viewer", "editor"]
"""A viewer looks; an editor may also start work."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is logged in: the name for the history of changes, and the role."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class LoginFlow:
    """A login that has begun at an issuer.

    Its ID token must hold `nonce`, its code is exchanged with `verifier` (RFC 7636), and `back` is
    the path of ours that it leads to.
    """

    nonce: str
    verifier: str
    back: str


Scope = Literal["read", "goals:write", "numbers:write"]
"""What a token may do: read everything, set and end goals, post numbers."""


@dataclass(frozen=True, slots=True)
class Token:
    """Who may call the API: a name, what it may do, and from when until when (aware)."""

    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should be told: what happened, since when (aware), and to what.

    `subject` is the goal, source, template or record; `detail` one sentence that says what is so.
    `n` is how much that is seen in, `path` the view that shows it, `record` the feedback that it is
    about, and `data` what a machine may want to know, as JSON values.
    """

    kind: str
    at: datetime
    subject: str
    detail: str
    n: int | None = None
    path: str | None = None
    record: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name, in order of time; the same fact at the same moment has the same one."""
        moment = self.at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
        told = f"{iso(self.at)}\n{self.kind}\n{self.subject}".encode("utf-8", "replace")
        return f"{moment}-{sha256(told).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Account:
    """How we reach a helpdesk's API: its address, as whom we speak there, and the token."""

    address: str
    agent: str
    token: str


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to make."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back of a call to a store: its bytes, its headers (lower case), seconds we waited.

    `unchanged` says that the store has nothing newer than what the call's conditions named.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    waited: float = 0.0
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A payload that rests in the quarantine, with what is known about it."""

    name: str
    payload: bytes
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store's own totals for one app at one moment (aware)."""

    source: str
    app: str
    at: datetime
    published: Published


@dataclass(frozen=True, slots=True)
class Run:
    """How one look at one app of one store ended. Times are aware.

    `reviews` were seen; `changed` of the known ones are edited, rerated, replied to or restored,
    or several of these. `bytes` were read in `pages` pages, `waited` seconds were spent waiting for
    our turn. `filled` says how many of the seen reviews had a field. `published` and `public` are
    the store's count and ours after the run. `kept` payloads went to the quarantine. `paused` says
    that the job's own time was up, and nothing else was wrong: the next run goes on.
    """

    source: str
    app: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    pages: int
    reviews: int
    new: int
    changed: int
    removed: int
    complete: bool
    reason: str | None = None
    edited: int = 0
    rerated: int = 0
    replied: int = 0
    restored: int = 0
    bytes: int = 0
    waited: float = 0.0
    filled: Mapping[str, int] = field(default_factory=dict)
    published: int | None = None
    public: int = 0
    kept: int = 0
    paused: bool = False

    @property
    def unread(self) -> bool:
        """Whether no page came that could have been understood, whatever the cause."""
        return self.outcome == "broken" and self.pages == 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next run over an app has to know of the runs before it.

    Times are aware. `begun_at` is when the first run began, `good_at` when the newest one ended
    that was understood, and `settled_at` when the newest one ended that had read all news, or knows
    where the rest is. `read_at` is when the newest run began that reached the end of the list, at
    once or in parts; `difference` is how many more reviews the store then published than the
    `public` ones that we hold, and `gaps` are the newest of these differences, oldest first.
    `resume` names the page where a sweep goes on that ran out of time. `held` says that removals
    are held. `first_page` is a hash of the first page, and `validators` the store's own marks of it
    (etag, last-modified), of a run that left nothing to read. `usual` has for each field how many
    reviews had it, of how many. `failures` are the newest runs in a row that were not understood.
    `told` are the kinds of alerts that this episode has raised.
    """

    begun_at: datetime | None = None
    good_at: datetime | None = None
    settled_at: datetime | None = None
    read_at: datetime | None = None
    public: int = 0
    difference: int = 0
    gaps: tuple[int, ...] = ()
    resume: str | None = None
    held: bool = False
    first_page: str | None = None
    validators: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    failures: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one app of one store stands: its newest run, the store's newest totals, our memory."""

    run: Run
    snapshot: Snapshot | None
    memory: Memory = Memory()

    @property
    def good_at(self) -> datetime | None:
        """When the newest run ended that was understood; None where none was."""
        understood = self.run.outcome in {"ok", "empty"}
        return self.run.finished_at if understood else self.memory.good_at


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """One page of the inbox, newest first, with the cursor of the next page or None.

    A search has `looked` at so many, back to `back_to` (ISO 8601, as it stands in the timeline).
    """

    items: tuple[Feedback, ...]
    cursor: str | None
    looked: int = 0
    back_to: str | None = None


class Board(NamedTuple):
    """What a page reads at once: days by (dimension, value), and how sources stand."""

    days: Mapping[tuple[str, str], Mapping[date, Measures]]
    sources: Mapping[tuple[str, str], SourceState]


class FeedbackStore(Protocol):
    """What was said: asks and reviews, each with a version that only grows."""

    def create_ask(self, ask: Ask) -> Ask:
        """Store a new ask, or return the one that is already stored under its id."""

    def ask(self, ask_id: str) -> Ask | None:
        """Return the ask, read consistently."""

    def replace_ask(self, ask: Ask, expected_version: int) -> None:
        """Store the next version. Raises Conflict when the stored version is another one."""

    def answer_anonymously(self, ask: Ask, expected_version: int, said: AnonymousAnswer) -> None:
        """Store the ask as answered, and the answer apart from it: both or neither.

        Raises Conflict when the stored version of the ask is another one.
        """

    def asks_of(self, person: str, *, without: str, most: int) -> list[Ask]:
        """Return at most so many asks of a person, but those of the ticket `without` (its home).

        Which ones is found in an index, which knows of a new ask after a moment; they themselves
        are read consistently.
        """

    def resolutions(self, home: str) -> tuple[list[Ask], Withdrawn | None]:
        """Return all asks of one ticket, and until when it was withdrawn; read consistently."""

    def withdraw(self, home: str, withdrawn: Withdrawn) -> None:
        """Keep that a ticket was withdrawn, unless a later withdrawal is known."""

    def contact(self, person: str) -> Contact:
        """Return what we remember of a person, read consistently; a new one where nothing is."""

    def replace_contact(self, contact: Contact, expected_version: int) -> None:
        """Store the next version of a contact (0: there is none). Raises Conflict."""

    def keep_survey(self, survey: Survey) -> None:
        """Keep a wording under its id, for as long as links to it live."""

    def survey(self, survey_id: str) -> Survey | None:
        """Return a wording that was kept."""

    def create_remark(self, remark: Remark) -> None:
        """Store a new remark; one that is already stored under its id stays."""

    def reviews(self, source: str, app: str, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """Return the stored records of these store ids, read consistently."""

    def all_reviews(self, source: str, app: str) -> Iterator[ReviewRecord]:
        """Return every stored review of an app, gone ones too."""

    def put_review(self, record: ReviewRecord, before: ReviewRecord | None) -> None:
        """Store a version over the one before (None: there is none). Raises Conflict.

        Where a reader sees a difference, the one before is kept among the versions.
        """

    def put_records(self, records: Sequence[Record]) -> None:
        """Store new records, at most 100, all or none. Raises Conflict when one exists."""

    def existing(self, records: Sequence[Record]) -> set[str]:
        """Return the ids of those records that are stored, read consistently."""

    def keep_version(self, looked: ReviewRecord) -> None:
        """Keep what a review looked like; the same look again is the same."""

    def versions(self, record: ReviewRecord) -> list[ReviewRecord]:
        """Return what a review looked like before, oldest first."""

    def save_verdict(self, record: Record, expected_version: int) -> None:
        """Store only verdict and version of a record. Raises Conflict when it has moved on."""

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the stored records of these ids, read consistently."""

    def doubtful(self, limit: int) -> tuple[Feedback, ...]:
        """Return the newest feedback whose stars and text contradict each other, unchecked."""

    def page(
        self, today: date, before: str | None = None, limit: int = 50, months: int = 120
    ) -> FeedbackPage:
        """Return the newest feedback, or what follows the cursor.

        Looks at most `months` months back; each costs one read. Raises Invalid for a cursor
        that we did not make.
        """

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

        Looks at `most` records at most, and then has a cursor even when it found fewer than
        `limit`; the cursor is None only when there is nothing left to look at. Begins below
        `newest` and ends with `oldest`, both places in the timeline: a moment (ISO 8601 in UTC, to
        the millisecond) or a day. Looks at most `months` months back. Raises Invalid for a cursor
        that we did not make.
        """

    def newest(self, today: date, limit: int) -> tuple[Feedback, ...]:
        """Return the newest feedback of this month and the last, with three calls at most."""

    def records(self) -> Iterator[Record]:
        """Return every record, for a recount."""

    def records_from(self, resume: str | None, limit: int) -> tuple[Sequence[Record], str | None]:
        """Return a part of all records, read consistently, and where the rest begins, or None.

        Looks at most at `limit` items. The first part is that from None.
        """


class ProgressStore(Protocol):
    """What it adds up to: contributions, aggregates, snapshots, runs, alerts, logins."""

    def counted(self, record_ids: Sequence[str]) -> dict[str, Contribution]:
        """Return the contributions that are in the aggregates now, read consistently."""

    def count(
        self,
        new: Sequence[Contribution],
        counted: Mapping[str, Contribution],
        changes: Mapping[Row, Measures],
        news: Sequence[Alert] = (),
    ) -> None:
        """Write contributions, changes of the rows and alerts in one transaction.

        Raises Conflict when any of them is no longer what `counted` says, or an alert is known.
        """

    def known(self, news: Sequence[Alert]) -> set[str]:
        """Return the ids of those alerts that are kept already, read consistently."""

    def daily(self, dimension: str, value: str, since: date, until: date) -> dict[date, Measures]:
        """Return the measures of one dimension value per business day, both ends included."""

    def board(
        self,
        scopes: Sequence[tuple[str, str]],
        today: date,
        sources: Sequence[tuple[str, str]] = (),
    ) -> Board:
        """Return the days of some (dimension, value) and the states of some (source, app).

        All of it is read at once. Days older than a week are as they were when their history was
        made; without one of today or yesterday, all are read.
        """

    def save_history(
        self, dimension: str, value: str, days: Mapping[date, Measures], today: date
    ) -> None:
        """Keep all days of one dimension value together, so that one read has them all.

        `today` is the business day on which they were read.
        """

    def forget_histories(self, changes: Mapping[Row, Measures]) -> None:
        """Drop the histories that hold these rows, where they hold one of these measures."""

    def values(self, dimension: str) -> list[str]:
        """Return the values that a listed dimension ("template") has had, in order."""

    def save_snapshot(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep what a page shows: any JSON object."""

    def snapshot(self, name: str) -> dict[str, Any] | None:
        """Return what a page shows as it was kept last; None before the first time."""

    def first_day(self) -> date | None:
        """Return the first business day on which anything is counted."""

    def totals(self) -> Iterator[tuple[Row, Measures]]:
        """Return every aggregate row, for a recount."""

    def contributions(self) -> Iterator[Contribution]:
        """Return every contribution, for a recount."""

    def editions(self) -> Editions:
        """Return how the editions stand, read consistently; new ones before the first text."""

    def save_editions(self, editions: Editions) -> Editions:
        """Store how the editions stand, over the version before; return them as stored.

        Raises Conflict when somebody else was faster.
        """

    def learnt(self) -> date | None:
        """Return the business day of the newest models, or None before the first."""

    def save_learnt(self, day: date) -> None:
        """Keep the business day on which models were learnt."""

    def save_insights(self, found: Insights) -> None:
        """Keep the insights into a period, in the place of those before them."""

    def insights(self, days: int) -> Insights | None:
        """Return the newest insights into the last so many days; None before the first night."""

    def add_alert(self, alert: Alert) -> None:
        """Put an alert into the outbox; the same fact at the same moment is there once."""

    def save_run(self, run: Run, snapshot: Snapshot | None, memory: Memory | None = None) -> None:
        """Keep the outcome of a run and, where given, the store's own totals and our memory."""

    def source_state(self, source: str, app: str) -> SourceState | None:
        """Return how one app of one store stands, read consistently; None before its first run."""

    def sources(self) -> list[SourceState]:
        """Return how every app of every store stands, by source and app."""

    def runs(self, source: str, app: str, limit: int) -> list[Run]:
        """Return the newest runs over one app of one store, newest first."""

    def add_returned(self, returned: Returned, day: date) -> None:
        """Count a hard bounce or a complaint of a business day; the same event again is nothing."""

    def mail_health(self, today: date) -> MailHealth:
        """Return what was sent and what came back today and yesterday (business days)."""

    def add_login_code(self, code_hash: str, role: Role, expires: datetime) -> None:
        """Keep a one-time login code (its hash) and the role it gives until it expires."""

    def take_login_code(self, code_hash: str, now: datetime) -> Role | None:
        """Use a one-time login code up; return its role if it was there and still valid."""

    def add_login_flow(self, flow_hash: str, flow: LoginFlow, expires: datetime) -> None:
        """Keep a login that has begun (under the hash of its state) until it expires."""

    def take_login_flow(self, flow_hash: str, now: datetime) -> LoginFlow | None:
        """Use a begun login up; return it if it was there and still valid."""

    def add_session(self, session_hash: str, visitor: Visitor, expires: datetime) -> None:
        """Keep a login session (the hash of its id) until it expires."""

    def session(self, session_hash: str, now: datetime) -> Visitor | None:
        """Return whose valid session it is, or None."""

    def end_session(self, session_hash: str) -> None:
        """Forget a session."""

    def add_token(self, token_hash: str, token: Token) -> bool:
        """Keep a token (its hash) until it expires; False, and nothing changes, for a taken name.

        The name of one that has expired is not taken.
        """

    def token(self, token_hash: str, now: datetime) -> Token | None:
        """Return whose valid token it is, or None."""

    def tokens(self) -> list[Token]:
        """Return every token that was not revoked, by name; expired ones may be among them."""

    def remove_token(self, name: str) -> bool:
        """Forget a token, so that it holds no longer; False where there is none."""

    def list_value(self, dimension: str, value: str) -> None:
        """Keep that a dimension has a value, for `values`."""


class Quarantine(Protocol):
    """Where payloads rest that could not be understood or counted."""

    def keep(self, kind: str, payload: bytes, about: Mapping[str, Any]) -> str:
        """Store the bytes compressed, with what is known about them; return their name.

        The same bytes again are the same object, with what was known the first time.
        """

    def kept(self, kind: str) -> Iterator[Kept]:
        """Return the payloads of a kind (a path such as source/shopify), first kept first."""

    def waiting(self, kind: str) -> int:
        """Return how many payloads of a kind rest there; counts to 1,000 at most."""

    def release(self, name: str) -> None:
        """Move a payload that was understood out of the way; it stays for thirty days more."""


class Queue(Protocol):
    """Hands work to another function."""

    def send(self, body: Mapping[str, Any]) -> None:
        """Put one message on the queue. Raises Retryable when it did not get there."""


class Schedule(Protocol):
    """Hands work to another function at a later time."""

    def at(self, moment: datetime, name: str, body: Mapping[str, Any]) -> None:
        """Put one message on the queue at a moment (aware), or up to a minute after it.

        The same name and moment again is the same message. Raises Retryable when it is not kept.
        """
