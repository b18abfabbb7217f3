"""The real functions in this process, on the template's tables in memory, with a day of surveys."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import boto3
from moto.dynamodb.models import dynamodb_backends
from standardwebhooks import Webhook

from local import filters, memory, resources, template
from local.http import Front, Request, Response
from local.runtime_api import Result
from northstar.app.links import survey_url
from northstar.runtime import bootstrap

SECRET = "whsec_YmVuY2htYXJrcyBvbiBtZW1vcnkgb25seS4uLi4uLi4="  # noqa: S105  of tables in memory

_QUIET = {"POWERTOOLS_METRICS_DISABLED": "true"}
_TEAMS = ("billing", "shipping", "returns", "technical")
_TEMPLATES = ("refund-status", "where-is-my-parcel", "reset-password", "change-address")
_MORE = """
[[sources]]
source = "shopify"
app = "your-app-handle"

[proof]
enabled = true
"""
_AGENTS = ("Kim Larsen", "Ayşe Demir", "Jonas Weber", "Maria Rossi", "Lee Chen")
_SUBJECTS = {
    "en": "Refund for order {n} has not arrived in my account yet",
    "de": "Rückzahlung zu Bestellung {n} ist noch nicht bei mir eingegangen",
}
_COMMENTS = {
    "en": "The answer was friendly and clear, but I had to wait two days for it and explain my "
    "problem again. A short note that somebody works on it would be great.",
    "de": "Die Antwort war freundlich und klar, aber ich musste zwei Tage darauf warten und alles "
    "noch einmal erklären. Eine kurze Nachricht zwischendurch wäre schön.",
}


class Pipeline:
    """Calls the functions one after the other; `function` is the one that runs now."""

    def __init__(self, made: resources.Values) -> None:
        self.function = ""
        self._queue = made["AskQueue", "Ref"]
        self._front = Front(memory.stack().routes, self._invoke, 8000)
        self._read = 0

    def request(
        self, method: str, target: str, body: bytes = b"", *, at: float = 0.0, **headers: str
    ) -> Response:
        """Send one request through the HTTP front, at seconds since 1970 (0: now).

        Raises RuntimeError for an error status.
        """
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        answer = self._front.call(Request(method, target, named, body, at))
        if answer.status >= 400:
            raise RuntimeError(f"{method} {target} was answered with {answer.status}.")
        return answer

    def ask(self, number: int, channel: str, now: datetime) -> str:
        """Post the webhook of a solved ticket and return the id of its ask."""
        return str(
            json.loads(self.request(**webhook(delivery(number, channel, now), now)).body)["ask"]
        )

    def send(self) -> None:
        """Give what is on the ask queue to its function."""
        sqs = boto3.client("sqs", region_name=template.REGION)
        while found := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10):
            if "Messages" not in found:
                return
            for message in found["Messages"]:
                record = {
                    "messageId": message["MessageId"],
                    "body": message["Body"],
                    "attributes": {"ApproximateReceiveCount": "1"},
                    "eventSource": "aws:sqs",
                }
                self._batch("Ask", [record])
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def answer(self, ask: str, number: int) -> None:
        """Post the form behind an ask's link."""
        stored = bootstrap.feedback_store().ask(ask)
        if stored is None:
            raise RuntimeError(f"The ask {ask} is not stored.")
        url = survey_url(stored, bootstrap.token_keys(), "http://127.0.0.1:8000")
        form = {"answer": "yes" if number % 4 else "no", "comment": _COMMENTS[_language(number)]}
        kind = "application/x-www-form-urlencoded"
        target = url.removeprefix("http://127.0.0.1:8000")
        self.request("POST", target, urlencode(form).encode(), content_type=kind)

    def stream(self) -> None:
        """Give what is new in the FeedbackTable's stream to score and count, until nothing is."""
        while entries := self._new_entries():
            for mapping in memory.stack().streams:
                passing = (any(filters.matches(f, e) for f in mapping.filters) for e in entries)
                batch = [e for e, passes in zip(entries, passing, strict=True) if passes]
                if batch:
                    self._batch(mapping.function, batch)

    def _batch(self, function: str, records: list[dict[str, Any]]) -> None:
        failed = self._invoke(function, {"Records": records}).payload["batchItemFailures"]
        if failed:
            raise RuntimeError(f"{function} failed for {len(failed)} of {len(records)} records.")

    def _invoke(self, function: str, event: Any) -> Result:
        self.function = function
        return Result(ok=True, payload=memory.handler(function)(event, memory.context(function)))

    def _new_entries(self) -> list[dict[str, Any]]:
        backend = next(iter(dynamodb_backends.values()))[template.REGION]
        shard: Any = backend.tables["FeedbackTable"].stream_shard
        fresh = [record.to_json() for record in shard.items[self._read :]]
        self._read += len(fresh)
        return fresh


@contextmanager
def running() -> Iterator[Pipeline]:
    """Make the template's resources and the sample configuration in memory, for a with block.

    One app is collected, and the public wall is on: the sample has neither.
    """
    with memory.services() as made:
        os.environ |= _QUIET
        services: Any = SimpleNamespace(client=_client)
        sample = (memory.ROOT / "northstar.toml").read_text(encoding="utf-8")
        resources.put_parameter(services, "Configuration", sample + _MORE)
        resources.put_secret(services, "DeskSecret", {"standard": SECRET})
        resources.verify_sender(services, bootstrap.configuration().mail.sender)
        yield Pipeline(made)


def delivery(number: int, channel: str, now: datetime) -> dict[str, Any]:
    """Return the webhook body of a ticket with every field, solved up to half an hour before."""
    language = _language(number)
    solved = now - timedelta(minutes=number % 30)
    opened = solved - timedelta(hours=1 + number % 10, minutes=number % 7)
    return {
        "type": "ticket.solved",
        "ticket": {
            "id": str(4_810_300 + number),
            "subject": _SUBJECTS[language].format(n=102_000 + number),
            "channel": channel,
            "opened_at": opened.isoformat(),
            "first_reply_at": (opened + timedelta(minutes=35)).isoformat(),
            "solved_at": solved.isoformat(),
            "team": _TEAMS[number % len(_TEAMS)],
            "agent": _AGENTS[number % len(_AGENTS)],
            "template": {"id": _TEMPLATES[number // 2 % len(_TEMPLATES)], "version": "7"},
            "language": language,
            "customer": {
                "id": f"cus_{90_000 + number}",
                "email": f"customer.{number}@example.com",
                "name": "Alexandra Hoffmann",
            },
        },
    }


def webhook(content: dict[str, Any], now: datetime, secret: str = SECRET) -> dict[str, Any]:
    """Return method, target, body and headers of a signed delivery."""
    body, name = json.dumps(content), f"msg_{content['ticket']['id']}"
    return {
        "method": "POST",
        "target": "/webhooks/standard",
        "body": body.encode(),
        "content_type": "application/json",
        "webhook_id": name,
        "webhook_timestamp": str(int(now.timestamp())),
        "webhook_signature": Webhook(secret).sign(name, now, body),
    }


def _language(number: int) -> str:
    return ("en", "de")[number % 2]


def _client(service: str) -> Any:
    return boto3.client(service, region_name=template.REGION)
