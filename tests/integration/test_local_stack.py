"""The whole stack in its own processes: webhook to number, restart, and a kill in the middle."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from standardwebhooks import Webhook

from local import demo
from northstar.app.recount import recount
from northstar.runtime.configuration import load
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GORGIAS = "a-secret-of-ours"


@dataclass(frozen=True)
class Running:
    """A stack that runs: its process, what it told, and how to talk to it."""

    process: subprocess.Popen[str]
    told: dict[str, str]
    state: Path

    def request(
        self, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send one request to the stack."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, body or None, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def deliver(self, ticket: str, channel: str = "link", secret: str = SECRET) -> Any:
        """Send the webhook of a solved ticket and return status and answer."""
        now = datetime.now(UTC)
        told = {
            "id": ticket,
            "channel": channel,
            "solved_at": "2026-11-20T10:00:00+00:00",
            "customer": {"id": f"customer of {ticket}", "email": f"{ticket}@example.com"},
        }
        body = json.dumps({"type": "ticket.solved", "ticket": told})
        headers = {
            "content-type": "application/json",
            "webhook-id": ticket,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(ticket, now, body),
        }
        status, _, answer = self.request("POST", self.told["Webhooks"], body.encode(), headers)
        return status, json.loads(answer)

    def stores(self) -> tuple[DynamoFeedbackStore, DynamoProgressStore]:
        """Return the stores behind the stack."""
        told = json.loads((self.state / "environment.json").read_text())
        client = boto3.client(
            "dynamodb",
            endpoint_url=told["AWS_ENDPOINT_URL"],
            region_name=told["AWS_DEFAULT_REGION"],
        )
        feedback = DynamoFeedbackStore(Table(client, told["FEEDBACK_TABLE"]))
        return feedback, DynamoProgressStore(Table(client, told["PROGRESS_TABLE"]))

    def counted(self) -> dict[str, int]:
        """Return the sums of all measures over all days."""
        sums: dict[str, int] = {}
        _, progress = self.stores()
        for measures in progress.daily("all", "all", date(2000, 1, 1), date(2100, 1, 1)).values():
            for name, value in measures.items():
                sums[name] = sums.get(name, 0) + value
        return sums


@contextmanager
def _running(state: Path, *options: str) -> Iterator[Running]:
    """Start a stack on a free port; it is ended with the block, if it still runs."""
    environment = {
        **{n: v for n, v in os.environ.items() if not n.startswith("AWS_")},
        "NORTHSTAR_WEBHOOK_SECRET": SECRET,
        "NORTHSTAR_GORGIAS_SECRET": GORGIAS,
        "PYTHONFAULTHANDLER": "1",
    }
    command = [sys.executable, "-m", "local", "--port", "0", "--state", str(state), *options]
    with (
        (state.parent / "stderr.txt").open("a") as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            yield Running(process, _told(process), state)
        finally:
            process.kill()


def _told(process: subprocess.Popen[str]) -> dict[str, str]:
    """Read the block of lines that the stack tells when it is up."""
    assert process.stdout
    told = {}
    for line in process.stdout:
        name, _, value = line.strip().partition("  ")
        told[name] = value.strip().split(maxsplit=1)[0] if value else ""
        if name == "Mailbox":
            return told
    pytest.fail("the stack ended before it was up")


def _eventually(condition: Callable[[], bool], limit: float = 90.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.2)


def _desks(stack: Running) -> dict[str, str]:
    """Return the secret of each desk, from the file that only this user may read."""
    file = stack.state / "desks.json"
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(file.read_text())
    assert told["standard"]["webhooks"] == stack.told["Webhooks"]
    assert told["standard"]["secret"] == SECRET
    assert told["zendesk"]["webhooks"] == stack.told["Webhooks"].replace("standard", "zendesk")
    found = {desk: one["secret"] for desk, one in told.items()}
    assert found["zendesk"] not in str(stack.told)
    assert found["gorgias"] == GORGIAS
    assert len(set(found.values())) == 4
    return found


def _stop(stack: Running) -> int:
    stack.process.send_signal(signal.SIGTERM)
    try:
        return stack.process.wait(20)
    except subprocess.TimeoutExpired:
        stack.process.send_signal(signal.SIGABRT)  # it tells where every thread is
        stack.process.wait()
        pytest.fail((stack.state.parent / "stderr.txt").read_text()[-8000:])


def test_a_webhook_becomes_a_number_and_survives_a_restart(tmp_path: Path) -> None:
    """Webhook, survey, answer, score, count, page and mail work, and a restart finds it all."""
    state = tmp_path / "state"
    with _running(state, "--no-demo") as stack:
        health = stack.request("GET", stack.told["Webhooks"].replace("webhooks/standard", "health"))
        assert (health[0], json.loads(health[2])) == (200, {"status": "ok"})
        assert stack.told["Signed with"] == SECRET
        assert stack.deliver("t1", secret="whsec_c29tZXRoaW5nIGVsc2U=")[0] == 401

        status, taken = stack.deliver("t1")
        assert (status, taken["state"]) == (202, "sent")
        assert stack.deliver("t1") == (202, taken)
        form = urlencode({"answer": "5", "comment": "Wonderful, thank you!"}).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert stack.request("GET", taken["survey_url"])[0] == 200
        assert stack.request("POST", taken["survey_url"], form, kind)[0] == 303

        assert stack.deliver("t2", "email")[1]["state"] == "planned"
        _eventually(lambda: stack.counted().get("sent") == 2 and "csat_5" in stack.counted())
        _eventually(lambda: b"t2@example.com" in stack.request("GET", stack.told["Mailbox"])[2])

        status, headers, _ = stack.request("GET", stack.told["Goal page"])
        assert status == 303
        cookie = {"cookie": headers["set-cookie"].partition(";")[0]}
        page = stack.told["Webhooks"].replace("webhooks/standard", "feedback")
        assert b"Wonderful, thank you!" in stack.request("GET", page, headers=cookie)[2]
        assert stack.request("GET", stack.told["Goal page"])[0] == 401
        before = stack.counted()
        desks = _desks(stack)
        assert _stop(stack) == 0

    with _running(state, "--no-demo") as stack:
        assert stack.deliver("t1")[1]["ask"] == taken["ask"]
        assert _desks(stack) == desks
        assert stack.counted() == before
        assert b"t2@example.com" in stack.request("GET", stack.told["Mailbox"])[2]
        assert _stop(stack) == 0


def test_a_kill_in_the_middle_of_the_demo_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """After a kill -9 while the demo loads, the next start goes on; each ticket is there once."""
    state = tmp_path / "state"

    def begun() -> dict[str, Any]:
        try:
            saved: dict[str, Any] = json.loads((state / "state.json").read_text())
        except FileNotFoundError:
            return {"done": 0}
        kept: dict[str, Any] = saved["extra"]["demo"]
        return kept

    def done() -> int:
        return int(begun()["done"])

    with _running(state) as stack:
        _eventually(lambda: done() > 15)
        stack.process.kill()
        stack.process.wait()
    reached = done()

    with _running(state) as stack:
        _eventually(lambda: done() > reached + 15)
        assert _stop(stack) == 0
    sent = demo.deliveries(date.fromisoformat(begun()["day"]))[: done()]
    solved = {one.body["ticket"]["id"] for one in sent if one.body["type"] == "ticket.solved"}

    with _running(state, "--no-demo") as stack:
        feedback, progress = stack.stores()
        zone = load((ROOT / "northstar.toml").read_text()).business.zone

        def agrees() -> bool:
            return recount(feedback=feedback, progress=progress, zone=zone).agrees

        _eventually(agrees)
        tickets = [r.ticket.id for r in feedback.records() if hasattr(r, "ticket")]
        tried = {t for t in tickets if t.startswith("demo-try")}
        assert len(tickets) == len(set(tickets))
        assert solved <= set(tickets) - tried
        assert len(set(tickets) - tried) <= len(solved) + 1
