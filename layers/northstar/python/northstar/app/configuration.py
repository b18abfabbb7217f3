"""What an operator decides in northstar.toml, as plain values with their defaults and limits.

`runtime.configuration` reads and validates the file against these classes; the annotations carry
the limits, so that this module needs no validation library at run time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le, Len

from northstar.domain.asking import Delays, Rules
from northstar.domain.goals import Goal
from northstar.domain.questions import Survey
from northstar.domain.topics import Theme

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
    """From whom survey mails come. `sender` must be verified with the mail service.

    Once `stop_from` mails were sent within a day, sending stops while too many of them come back.
    """

    sender: Word = "Northstar Support <support@example.com>"
    reply_to: Word | None = None
    stop_from: Annotated[int, Ge(1), Le(100_000)] = 10


@dataclass(frozen=True, slots=True)
class Answering:
    """What the customers' pages link to, where given, and what becomes of an answer.

    `review_url` is where everybody is invited to write a public review. `anonymous` keeps answers
    apart from whom they came from. `leave_out_suspects` takes answers that look machine-made out of
    the rates.
    """

    review_url: Word | None = None
    privacy_url: Word | None = None
    help_url: Word | None = None
    anonymous: bool = False
    leave_out_suspects: bool = False


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """How replies are written into a helpdesk's conversations: its API's address, and as whom.

    The token is the entry `<name>_api` of the desks' secret.
    """

    name: Word
    address: Word
    agent: Word


@dataclass(frozen=True, slots=True)
class SourceTarget:
    """One app of one store.

    `country` is the store front where a store has several. `language` (such as en) is what the
    reviews are written in unless their script says otherwise; most stores do not tell. `key` is the
    entry of the sources' secret that holds the store's key, where it needs one; without it, the
    entry of the source's name. `address` replaces the store's own host; only loopback is taken, and
    only on a local stack.
    """

    source: Word
    app: Word
    country: Word | None = None
    language: Word | None = None
    key: Word | None = None
    address: Word | None = None
    enabled: bool = True
    ignore_robots: bool = False


@dataclass(frozen=True, slots=True)
class Collecting:
    """How we present ourselves to stores, how long we wait, and when what we know is stale.

    Without `stale_after_hours`, a source is stale after twice the schedule's interval.
    """

    contact: Word = "https://example.com/contact"
    seconds_between_requests: Annotated[float, Ge(1.0), Le(60.0)] = 1.5
    full_sweep_hours: Annotated[int, Ge(1), Le(24 * 31)] = 24
    stale_after_hours: Annotated[int, Ge(1), Le(24 * 31)] | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """How texts are understood.

    `languages` (primary BCP 47 subtags) may be detected in texts whose source does not tell theirs;
    without any, all that we can tell apart. `engine` "vader" scores English only. `comprehend` lets
    Amazon Comprehend score, for money, the languages that no model knows yet.
    """

    languages: tuple[Annotated[str, Len(2, 3)], ...] = ()
    engine: Literal["auto", "vader"] = "auto"
    comprehend: bool = False


@dataclass(frozen=True, slots=True)
class Covering:
    """Within how many minutes a ticket wants its first reply, for the hours that are covered."""

    answer_within_minutes: Literal[5, 15, 30, 60, 120, 240, 480, 1440] = 60


@dataclass(frozen=True, slots=True)
class Login:
    """Where leadership logs in by OpenID Connect, and which groups may do what.

    Without `issuer`, where the stack says; without `client_id`, as the client that the stack has
    made. `roles_claim` names what in the ID token lists the groups of somebody: in one of `editors`
    they are an editor, else in one of `viewers` a viewer, else they are refused.
    """

    issuer: Word | None = None
    client_id: Word | None = None
    scopes: tuple[Word, ...] = ("openid", "email")
    roles_claim: Word = "cognito:groups"
    viewers: tuple[Word, ...] = ("viewers",)
    editors: tuple[Word, ...] = ("editors",)


@dataclass(frozen=True, slots=True)
class ChannelTarget:
    """A place that alerts are sent to.

    For mail it has the addresses; for all others the entry `secret` (without it, that of its name)
    of the channels' secret holds the address, and for a webhook the key that signs.
    `most_an_hour` messages go there; what is more waits, and comes as one.
    """

    name: Word
    kind: Literal["slack", "teams", "mail", "webhook", "apprise"]
    to: tuple[Word, ...] = ()
    secret: Word | None = None
    most_an_hour: Annotated[int, Ge(1), Le(1000)] = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """Which kinds of alerts go where. The first rule that names a kind counts for it.

    `to` are names of channels, or "on-call"; without any, nobody is told. For `quiet_hours` after
    an alert nobody is told again of the same kind about the same subject.
    """

    kinds: tuple[Word, ...]
    to: tuple[Word, ...] = ()
    quiet_hours: Annotated[int, Ge(0), Le(24 * 31)] = 24


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is told at which hour: channel `office` in working hours, else the rota's turn.

    `days` and the times `begin` and `end` ("09:00") are of the business time zone. `rota` are names
    of channels; each has a `turn` of a day or a week.
    """

    office: Word | None = None
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )
    begin: Word = "09:00"
    end: Word = "18:00"
    rota: tuple[Word, ...] = ()
    turn: Literal["day", "week"] = "week"


@dataclass(frozen=True, slots=True)
class Alerting:
    """What counts as bad, and where a ticket is read.

    A rating of at most `bad_stars` is bad, of an answer as of a review. `ticket_url` has {ticket}
    in the place of the helpdesk's id.
    """

    bad_stars: Annotated[int, Ge(0), Le(4)] = 2
    ticket_url: Word | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """When a template is ready to be automated: `solved_percent` is the gate of its solved rate.

    A knowledge article wants a look every `review_days`.
    """

    solved_percent: Annotated[int, Ge(50), Le(99)] = 80
    review_days: Annotated[int, Ge(1), Le(731)] = 90


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who gets the Monday mail, by audience, and at which hour (business time zone)."""

    leadership: tuple[Word, ...] = ()
    team: tuple[Word, ...] = ()
    hour: Annotated[int, Ge(0), Le(23)] = 7


@dataclass(frozen=True, slots=True)
class Proof:
    """What the public wall shows: off until it is switched on.

    Of `apps` ("shopify:handle"; without any, of all that are collected), the `newest` so many
    reviews are drawn from. `names` says how authors are shown. `structured_data` marks up count
    and average of a single app for search engines; their rules may forbid it, so it is off.
    """

    enabled: bool = False
    apps: tuple[Word, ...] = ()
    names: Literal["none", "initials", "full"] = "initials"
    newest: Annotated[int, Ge(10), Le(300)] = 100
    shown: Annotated[int, Ge(1), Le(24)] = 6
    structured_data: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something that happened on a day, to be seen on the charts: a new hire, a holiday."""

    day: date
    text: Annotated[str, Len(1, 80)]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole of northstar.toml."""

    business: Business = Business()
    mail: Mail = Mail()
    collecting: Collecting = Collecting()
    asking: Rules = field(default_factory=Rules)
    answering: Answering = Answering()
    covering: Covering = Covering()
    goals: tuple[Goal, ...] = ()
    sources: tuple[SourceTarget, ...] = ()
    desks: tuple[Helpdesk, ...] = ()
    surveys: tuple[Survey, ...] = ()
    understanding: Understanding = Understanding()
    topics: tuple[Theme, ...] = ()
    login: Login = Login()
    public_url: Word | None = None
    alerting: Alerting = Alerting()
    channels: tuple[ChannelTarget, ...] = ()
    alerts: tuple[Rule, ...] = ()
    on_call: OnCall = OnCall()
    ladder: Ladder = Ladder()
    report: Reporting = Reporting()
    proof: Proof = Proof()
    annotations: tuple[Annotation, ...] = ()


for _section in (
    Business,
    Mail,
    Rules,
    Delays,
    Answering,
    Helpdesk,
    Survey,
    SourceTarget,
    Collecting,
    Covering,
    Configuration,
    Goal,
    Understanding,
    Theme,
    Login,
    ChannelTarget,
    Rule,
    OnCall,
    Alerting,
    Ladder,
    Reporting,
    Proof,
    Annotation,
):
    _section.__pydantic_config__ = _FORBID_UNKNOWN  # type: ignore[union-attr]
