"""The only place that wires: each part is made once, when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities import parameters
from botocore.config import Config

from northstar.app.ask import Send
from northstar.app.configuration import Configuration
from northstar.app.links import survey_url
from northstar.delivery.mail import SesMailer, survey_mail
from northstar.domain.errors import Invalid
from northstar.domain.surveys import Ask
from northstar.domain.tokens import Keys
from northstar.runtime.configuration import load
from northstar.runtime.observability import count_metric
from northstar.runtime.settings import setting
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore
from northstar.store.quarantine import S3Quarantine
from northstar.store.queue import SqsQueue

if TYPE_CHECKING:
    from northstar.domain.sentiment import Scorer

_CLIENT = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4}
)
_MAIL_CLIENT = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
_SECRET_SECONDS = 300
_CONFIGURATION_SECONDS = 60


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
    return DynamoProgressStore(Table(client("dynamodb"), setting("PROGRESS_TABLE")))


@cache
def quarantine() -> S3Quarantine:
    """Return where payloads rest that could not be understood."""
    return S3Quarantine(
        client("s3"), setting("QUARANTINE_BUCKET"), lambda: count_metric("Quarantined")
    )


@cache
def ask_queue() -> SqsQueue:
    """Return the queue from intake to ask."""
    return SqsQueue(client("sqs"), setting("ASK_QUEUE"))


@cache
def collect_queue() -> SqsQueue:
    """Return the queue from the plan to the collecting."""
    return SqsQueue(client("sqs"), setting("COLLECT_QUEUE"))


def configuration() -> Configuration:
    """Return northstar.toml as it is stored now (cached for a minute)."""
    text = parameters.get_parameter(setting("CONFIGURATION"), max_age=_CONFIGURATION_SECONDS)
    return load(text)


def token_keys() -> Keys:
    """Return the keys of survey links (cached for five minutes)."""
    secret = _secret("TOKEN_SECRET")
    by_id = {name: key.encode() for name, key in secret.items() if name != "active"}
    return Keys(secret["active"], by_id)


def pepper() -> bytes:
    """Return the pepper of customer hashes and ask ids."""
    return _secret("IDENTITY_SECRET")["pepper"].encode()


def desk_secrets(desk: str) -> list[str]:
    """Return the webhook secrets of a desk: one, or two during a rotation."""
    return _secret("DESK_SECRET").get(desk, "").split()


@cache
def _mail_client() -> Any:
    """A client that never repeats a call by itself: the first one may have sent the mail."""
    return boto3.client("sesv2", config=_MAIL_CLIENT)


def mail_sender(base_url: str) -> Send:
    """Return the function that mails an ask, with links to `base_url`."""

    def deliver(ask: Ask) -> None:
        told = configuration()
        link = survey_url(ask, token_keys(), base_url)
        message = survey_mail(ask, link, told.mail.sender, told.mail.reply_to, told.business.name)
        recipient = ask.ticket.customer.email or ""
        SesMailer(_mail_client()).send(message, told.mail.sender, recipient)

    return deliver


@cache
def scorer() -> Scorer:
    """Return the engine that scores texts."""
    from northstar.scoring import engine

    return engine("auto")


def _secret(name: str) -> dict[str, str]:
    told = parameters.get_secret(setting(name), max_age=_SECRET_SECONDS, transform="json")
    if not isinstance(told, dict):
        raise Invalid(f"The secret behind {name} is not a JSON object; store one.", name)
    return told
