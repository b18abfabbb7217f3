"""Fixtures on moto: the template's resources in memory, and the real functions in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from standardwebhooks import Webhook

from local import filters, memory, resources, template
from local.http import Front, Request, Response
from local.runtime_api import Result
from northstar.app.recount import Recount, recount
from northstar.runtime import bootstrap
from northstar.runtime.tracking import keep_all
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


class Pipeline:
    """The functions of the template, called in this process and one after the other."""

    def __init__(self, made: resources.Values) -> None:
        self.made = made
        self.at: float = datetime.now(UTC).timestamp()
        self.front = Front(memory.stack().routes, self.invoke, 8000)
        self._read = 0

    def invoke(self, function: str, event: Any) -> Result:
        """Call a function as Lambda would; what it raises is a failed invocation."""
        return Result(ok=True, payload=memory.handler(function)(event, memory.context(function)))

    def webhook(
        self, body: bytes, *, secret: str = SECRET, desk: str = "standard", **headers: str
    ) -> Response:
        """Post a signed delivery; keyword arguments replace its headers (`webhook_id="…"`)."""
        now = datetime.fromtimestamp(self.at, UTC)
        try:
            signature = Webhook(secret).sign("msg_1", now, body.decode())
        except UnicodeDecodeError:
            signature = "v1,AAAA"
        sent = {
            "content-type": "application/json",
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", f"/webhooks/{desk}", body=body, headers=sent)

    def solved(self, **changes: Any) -> dict[str, Any]:
        """Post a solved ticket of channel link and return the 202's content."""
        response = self.webhook(json.dumps(delivery(**changes)).encode())
        assert response.status == 202, response.body
        told: dict[str, Any] = json.loads(response.body)
        return told

    def answer(self, survey_url: str, **fields: str) -> Response:
        """Post the form behind a survey link."""
        return self.call("POST", survey_url, body=urlencode(fields).encode())

    def call(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send one request through the HTTP front."""
        target = url.removeprefix("http://127.0.0.1:8000")
        if body and not headers:
            headers = {"content-type": "application/x-www-form-urlencoded"}
        pairs = list((headers or {}).items())
        return self.front.call(Request(method, target, pairs, body, self.at))

    def get(self, url: str, cookie: str = "") -> Response:
        """Send a GET."""
        return self.call("GET", url, headers={"cookie": cookie} if cookie else None)

    def log_in(self) -> str:
        """Return the cookie of a new session."""
        from northstar.app.login import issue_code

        code = issue_code(bootstrap.progress_store(), datetime.fromtimestamp(self.at, UTC))
        response = self.get(f"/auth/login?code={code}")
        return dict(response.headers)["set-cookie"].partition(";")[0]

    def work_off_queue(self) -> list[dict[str, Any]]:
        """Give what is on the ask queue to its function; return the reports."""
        sqs, url = _client("sqs"), self.made["AskQueue", "Ref"]
        reports = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            records = [
                {
                    "messageId": message["MessageId"],
                    "body": message["Body"],
                    "attributes": {"ApproximateReceiveCount": "1"},
                    "eventSource": "aws:sqs",
                }
                for message in messages
            ]
            reports.append(self.invoke("Ask", {"Records": records}).payload)
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return reports

    def work_off_schedule(self) -> None:
        """Let the time of every one-off schedule come: its message goes to the queue, once."""
        scheduler, sqs, group = _client("scheduler"), _client("sqs"), self.made["Later", "Ref"]
        for listed in scheduler.list_schedules(GroupName=group)["Schedules"]:
            one = scheduler.get_schedule(GroupName=group, Name=listed["Name"])
            message = one["Target"]["Input"]
            sqs.send_message(QueueUrl=self.made["AskQueue", "Ref"], MessageBody=message)
            scheduler.delete_schedule(GroupName=group, Name=listed["Name"])

    def configure(self, text: str) -> None:
        """Store a northstar.toml, and let every function read it anew."""
        name = self.made["Configuration", "Ref"]
        _client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
        memory.forget()

    def work_off_stream(self) -> None:
        """Give what is new in the stream to score and count, until nothing is."""
        while entries := self.new_entries():
            for mapping in memory.stack().streams:
                batch = [e for e in entries if any(filters.matches(f, e) for f in mapping.filters)]
                if batch:
                    self.stream_batch(mapping.function, batch)

    def stream_batch(self, function: str, entries: list[dict[str, Any]]) -> list[str]:
        """Give one batch to a function and return the sequence numbers it reports as failed."""
        report = self.invoke(function, {"Records": entries}).payload
        return [one["itemIdentifier"] for one in report["batchItemFailures"]]

    def learn(self, when: str = "due") -> dict[str, Any]:
        """Let learn do what is due, or all of it for "now"; while it waits, the streams go on."""
        meanwhile = SimpleNamespace(sleep=lambda _: self.work_off_stream())
        with patch("northstar.runtime.learning.time", meanwhile):
            told: dict[str, Any] = self.invoke("Learn", {"learn": when}).payload
        return told

    def track(self) -> None:
        """Let track bring the goals and histories up to date."""
        keep_all(datetime.fromtimestamp(self.at, UTC))

    def new_entries(self) -> list[dict[str, Any]]:
        """Return the FeedbackTable's stream records since the last call."""
        fresh = memory.stream("FeedbackTable", self._read)
        self._read += len(fresh)
        return fresh

    def recount(self) -> Recount:
        """Compare aggregates and records."""
        return recount(
            feedback=bootstrap.feedback_store(),
            progress=bootstrap.progress_store(),
            zone=bootstrap.configuration().business.zone,
        )

    def total(self, measure: str) -> int:
        """Return a measure over all days."""
        return sum(
            measures.get(measure, 0)
            for row, measures in bootstrap.progress_store().totals()
            if row.dimension == "all"
        )

    def mails(self) -> list[str]:
        """Return the raw mails that were sent."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID][template.REGION].sent_messages
        return [message.raw_data for message in sent]


@cache
def _client(service: str) -> Any:
    """One client a process: moto answers it in every test anew, and making one is slow."""
    return boto3.client(service, region_name=template.REGION)


def delivery(**changes: Any) -> dict[str, Any]:
    """Return a `ticket.solved` body; keyword arguments change or add fields of the ticket.

    Another ticket is another customer's, who may be asked as well.
    """
    name = "ann" if changes.get("id", "T-1") == "T-1" else f"ann.{changes['id']}"
    ticket = {
        "id": "T-1",
        "subject": "Where is my refund?",
        "channel": "link",
        "solved_at": "2026-11-20T10:00:00Z",
        "opened_at": "2026-11-20T08:30:00+01:00",
        "first_reply_at": "2026-11-20T09:00:00Z",
        "team": "billing",
        "agent": "Kim",
        "template": {"id": "refund", "version": "3"},
        "language": "en",
        "customer": {"id": f"c-{name}", "email": f"{name}@example.org", "name": "Ann"},
    }
    return {"type": "ticket.solved", "ticket": ticket | changes}


@pytest.fixture
def made() -> Iterator[resources.Values]:
    """The template's resources in memory, with its environment."""
    with memory.services(_client) as values:
        services: Any = SimpleNamespace(client=_client)
        resources.put_secret(services, "DeskSecret", {"standard": SECRET})
        resources.verify_sender(services, bootstrap.configuration().mail.sender)
        yield values


@pytest.fixture
def pipeline(made: resources.Values) -> Pipeline:
    """The real functions on those resources."""
    return Pipeline(made)


@pytest.fixture
def feedback_store(made: resources.Values) -> DynamoFeedbackStore:
    """The real store over the FeedbackTable."""
    return bootstrap.feedback_store()


@pytest.fixture
def progress_store(made: resources.Values) -> DynamoProgressStore:
    """The real store over the ProgressTable."""
    return bootstrap.progress_store()
