"""The only place that wires: each part is made once, when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters import GetParameterError, TransformParameterError
from botocore.config import Config

from northstar.app.configuration import Configuration
from northstar.app.notices import Channel
from northstar.app.ports import Account
from northstar.domain.errors import Broken, Invalid, NotFound, Unavailable
from northstar.domain.tokens import Keys
from northstar.runtime.configuration import load
from northstar.runtime.observability import count_metric, logger
from northstar.runtime.settings import setting
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore

if TYPE_CHECKING:
    from northstar.app.learn import Trained
    from northstar.delivery.mail import SesMailer
    from northstar.domain.verdicts import Reader
    from northstar.runtime.oidc import Client
    from northstar.store.goals import DynamoGoalStore
    from northstar.store.models import S3Models
    from northstar.store.outbox import DynamoAlerts
    from northstar.store.progress import DynamoProgressStore
    from northstar.store.proof import DynamoTakedowns
    from northstar.store.quarantine import S3Quarantine
    from northstar.store.queue import SqsQueue
    from northstar.store.reports import DynamoReports
    from northstar.store.schedule import OneOffSchedules
    from northstar.store.templates import DynamoTemplates

_CLIENT = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4}
)
_MAIL_CLIENT = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
_SECRET_SECONDS = 300
_CONFIGURATION_SECONDS = 60
_NONE = "none"
_readers: dict[str, Reader] = {}


@cache
def client(service: str) -> Any:
    """Return the one low-level client of a service."""
    return boto3.client(service, config=_CLIENT)


@cache
def feedback_store() -> DynamoFeedbackStore:
    """Return the store of what was said."""
    return DynamoFeedbackStore(Table(client("dynamodb"), setting("FEEDBACK_TABLE")))


@cache
def progress_store() -> DynamoProgressStore:
    """Return the store of what it adds up to."""
    from northstar.store.progress import DynamoProgressStore

    return DynamoProgressStore(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def goal_store() -> DynamoGoalStore:
    """Return the store of goals, which lie beside what it adds up to."""
    from northstar.store.goals import DynamoGoalStore

    return DynamoGoalStore(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def template_store() -> DynamoTemplates:
    """Return the cards and states of templates, which lie beside what it adds up to."""
    from northstar.store.templates import DynamoTemplates

    return DynamoTemplates(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def alert_store() -> DynamoAlerts:
    """Return the alerts and their outbox, which lie beside what it adds up to."""
    from northstar.store.outbox import DynamoAlerts

    return DynamoAlerts(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def takedowns() -> DynamoTakedowns:
    """Return which reviews the public wall does not show, which lies beside what it adds up to."""
    from northstar.store.proof import DynamoTakedowns

    return DynamoTakedowns(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def report_store() -> DynamoReports:
    """Return who was mailed which report, which lies beside what it adds up to."""
    from northstar.store.reports import DynamoReports

    return DynamoReports(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def quarantine() -> S3Quarantine:
    """Return where payloads rest that could not be understood."""
    from northstar.store.quarantine import S3Quarantine

    return S3Quarantine(
        client("s3"), setting("QUARANTINE_BUCKET"), lambda: count_metric("Quarantined")
    )


@cache
def ask_queue() -> SqsQueue:
    """Return the queue from intake to ask."""
    from northstar.store.queue import SqsQueue

    return SqsQueue(client("sqs"), setting("ASK_QUEUE"))


@cache
def schedule() -> OneOffSchedules:
    """Return what puts a message on the ask queue later."""
    from northstar.store.schedule import OneOffSchedules, Place

    place = Place(
        group=setting("SCHEDULE_GROUP"),
        queue=setting("ASK_QUEUE_ARN"),
        role=setting("SCHEDULE_ROLE"),
        dead_letters=setting("SCHEDULE_DEAD_LETTERS"),
    )
    return OneOffSchedules(client("scheduler"), place)


@cache
def collect_queue() -> SqsQueue:
    """Return the queue from the plan to the collecting."""
    from northstar.store.queue import SqsQueue

    return SqsQueue(client("sqs"), setting("COLLECT_QUEUE"))


def configuration(*, fresh: bool = False) -> Configuration:
    """Return northstar.toml as it is stored now, or was up to a minute ago if not `fresh`."""
    with _readable("CONFIGURATION"):
        text = parameters.get_parameter(
            setting("CONFIGURATION"), max_age=_CONFIGURATION_SECONDS, force_fetch=fresh
        )
    return load(text)


def token_keys() -> Keys:
    """Return the keys of survey links (cached for five minutes)."""
    secret = _secret("TOKEN_SECRET")
    by_id = {name: key.encode() for name, key in secret.items() if name != "active"}
    return Keys(secret["active"], by_id)


def pepper() -> bytes:
    """Return the pepper of customer hashes and ask ids."""
    return str(_secret("IDENTITY_SECRET")["pepper"]).encode()


def desk_secrets(desk: str) -> list[str]:
    """Return the webhook secrets of a desk: one, or two during a rotation."""
    return str(_secret("DESK_SECRET").get(desk, "")).split()


def account(desk: str) -> Account | None:
    """Return how replies are written into a helpdesk's conversations, or None without its token."""
    token = _secret("DESK_SECRET").get(f"{desk}_api")
    for told in configuration().desks:
        if token and told.name == desk:
            return Account(told.address, told.agent, token)
    return None


def source_key(name: str) -> str | None:
    """Return a store's key as the sources' secret holds it: a text, or an object as JSON text."""
    key = _secret("SOURCE_SECRET").get(name)
    return key if key is None or isinstance(key, str) else json.dumps(key)


def channel(name: str, left: Sequence[str] = ()) -> Channel:
    """Return a channel that northstar.toml names. Raises Invalid where it is not set up.

    Where some of its addresses are `left`, it is for these only.
    """
    from northstar.delivery import channels
    from northstar.runtime.settings import on_local_stack

    told = configuration()
    target = next((one for one in told.channels if one.name == name), None)
    if target is None:
        raise Invalid(f"There is no channel {name!r}; add it under [[channels]].", "channels")
    to = tuple(one for one in target.to if one in left) or target.to
    return channels.channel(
        replace(target, to=to),
        {} if target.kind == "mail" else _secret("CHANNEL_SECRET"),
        send=own_mailer().send,
        sender=told.mail.sender,
        allow_loopback=on_local_stack(),
    )


def public_address() -> str:
    """Return the address of our pages: as configured, or that of the API."""
    return configuration().public_url or setting("PUBLIC_ADDRESS")


def login_issuer() -> str | None:
    """Return where visitors log in: as configured, else as the stack has it; None for nowhere."""
    issuer = configuration().login.issuer or setting("LOGIN_ISSUER")
    return None if issuer == _NONE else issuer


def login_client() -> Client | None:
    """Return how that issuer knows us, or None where visitors come by links only."""
    from northstar.runtime.oidc import Client

    issuer, told = login_issuer(), configuration().login
    if issuer is None:
        return None
    secret = _secret("LOGIN_SECRET").get("client_secret")
    return Client(
        issuer,
        told.client_id or _client_of_the_stack(),
        str(secret) if secret else None,
        told.scopes,
    )


def _client_of_the_stack() -> str:
    """The id of the client that the template makes; a parameter, since it is made after us."""
    name = setting("LOGIN_CLIENT")
    if name == _NONE:
        raise Unavailable("login.client_id is missing in northstar.toml; add what the issuer gave.")
    with _readable("LOGIN_CLIENT"):
        return str(parameters.get_parameter(name, max_age=_SECRET_SECONDS))


@cache
def mailer() -> SesMailer:
    """Return what sends mails; it never repeats a call by itself: the first may have sent one."""
    from northstar.delivery.mail import SesMailer

    return SesMailer(boto3.client("sesv2", config=_MAIL_CLIENT), setting("MAIL_EVENTS"))


@cache
def own_mailer() -> SesMailer:
    """Return what sends mails to our own people: of these, none that comes back stops surveys."""
    from northstar.delivery.mail import SesMailer

    return SesMailer(boto3.client("sesv2", config=_MAIL_CLIENT))


@cache
def models() -> S3Models:
    """Return where models and their cards rest."""
    from northstar.store.models import S3Models

    return S3Models(client("s3"), setting("MODEL_BUCKET"))


def reader(wanted: str | None = None) -> Reader:
    """Return what reads texts: the one that was made before if it is the wanted one, or the newest.

    The newest is of the configuration and the models as they are now.
    """
    if wanted is None or wanted not in _readers:
        made = _newest_reader()
        _readers.clear()
        _readers[made.id] = made
    return next(iter(_readers.values()))


def forget_reader() -> None:
    """Let the next reader be made anew."""
    _readers.clear()


class Reach(NamedTuple):
    """Which languages (primary BCP 47 subtags) the engines reach.

    `detected` may be told by their words; Comprehend is asked about those `paid` for.
    """

    detected: Collection[str]
    paid: Collection[str]


def reach() -> Reach:
    """Return which languages the engines reach, as configured."""
    from northstar.scoring import LANGUAGES, comprehend

    told = configuration().understanding
    paid = comprehend.LANGUAGES if told.comprehend and told.engine == "auto" else ()
    return Reach(told.languages or LANGUAGES, paid)


def _newest_reader() -> Reader:
    from northstar.app.themes import with_own
    from northstar.scoring import LANGUAGES, engine
    from northstar.scoring.comprehend import Comprehend
    from northstar.scoring.reader import start

    told = configuration(fresh=True)
    scorer = engine(
        told.understanding.engine,
        _serving(),
        comprehend=Comprehend(client("comprehend")) if told.understanding.comprehend else None,
        languages=told.understanding.languages or LANGUAGES,
    )
    return start(scorer, with_own(told.topics))


def _serving() -> dict[str, Trained]:
    """The models that serve; one that cannot be read is left out, and somebody is told."""
    from northstar.app.learn import served, trained
    from northstar.scoring import linear

    usable = {}
    for language, model in served(models()).items():
        try:
            found = trained(models(), model)
            linear.load(found.content)
        except (Broken, NotFound) as error:
            logger.error("model unreadable", extra={"model": model, "error": str(error)})
            count_metric("ModelsBroken")
            continue
        usable[language] = found
    return usable


def _secret(name: str) -> dict[str, Any]:
    with _readable(name):
        told = parameters.get_secret(setting(name), max_age=_SECRET_SECONDS, transform="json")
    if not isinstance(told, dict):
        raise Invalid(f"The secret behind {name} is not a JSON object; store one.", name)
    return told


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what the reading of a parameter or secret raises into ours, without its content."""
    try:
        yield
    except TransformParameterError:
        raise Invalid(f"The secret behind {name} is not valid JSON; store one.", name) from None
    except GetParameterError as error:
        raise Unavailable(f"What is behind {name} cannot be read: {error}") from error
