"""The actions that the code uses are the actions that the template grants, both ways."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import botocore.client
import pytest

from local import memory
from local.store import StoreReview, shopify_page
from northstar.app.ports import Fetched
from northstar.runtime import collecting
from northstar.runtime.configuration import load
from tests.conftest import ROOT
from tests.integration.conftest import Pipeline, delivery
from tests.template import functions

SERVICES = {"sesv2": "ses"}
PASSED = {("scheduler", "CreateSchedule"): {"scheduler:CreateSchedule", "iam:PassRole"}}
IMPLIED = PASSED | {
    ("dynamodb", "TransactWriteItems"): set(),  # its Put and Update are counted below
    ("sesv2", "SendEmail"): {"ses:SendEmail", "ses:SendRawEmail"},
    ("s3", "ListObjectsV2"): {"s3:ListBucket"},
}


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The IAM actions that each function's calls need, as they are made."""
    made: dict[str, set[str]] = defaultdict(set)
    original = botocore.client.BaseClient._make_api_call
    invoke = Pipeline.invoke
    running: list[str] = []

    def recorded(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if running:
            made[running[-1]] |= _actions(self.meta.service_model.service_name, operation, request)
        return original(self, operation, request)

    def invoked(self: Pipeline, function: str, event: Any) -> Any:
        running.append(function)
        memory.forget()  # a function of its own process has cached nothing of another's
        try:
            return invoke(self, function, event)
        finally:
            running.pop()

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)
    monkeypatch.setattr(Pipeline, "invoke", invoked)
    return made


def _actions(service: str, operation: str, request: dict[str, Any]) -> set[str]:
    if operation == "TransactWriteItems":
        kinds = {kind for item in request["TransactItems"] for kind in item}
        return {f"dynamodb:{kind}Item" for kind in kinds}
    return IMPLIED.get((service, operation), {f"{SERVICES.get(service, service)}:{operation}"})


def granted(function: str) -> set[str]:
    """Return the actions in a function's own policies."""
    policies = functions()[function].get("Policies", [])
    return {a for p in policies for s in p["Statement"] for a in s["Action"]}


def test_actions_used_are_actions_granted(
    used: dict[str, set[str]], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through every path of every function."""
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    pipeline.configure("[asking]\ndelay_minutes = { email = 60 }\nremind_after_days = 1\n")
    pipeline.solved(id="T-3", channel="email", solved_at=in_an_hour.isoformat())
    pipeline.configure("[asking]\nremind_after_days = 1\n")
    asked = pipeline.solved(channel="email")
    pipeline.work_off_queue()
    _bounce(pipeline)
    linked = pipeline.solved(id="T-2")
    pipeline.answer(linked["survey_url"], answer="yes", comment="Great")
    pipeline.get(linked["survey_url"])
    _anonymous(pipeline)
    entries = pipeline.new_entries()
    pipeline._read = 0
    pipeline.work_off_stream()
    for function in ("Score", "Count"):
        bad = json.loads(json.dumps(entries[-1], default=str))
        bad["dynamodb"]["NewImage"]["kind"] = {"S": "riddle"}
        pipeline.stream_batch(function, [bad])
    cookie = pipeline.log_in()
    pipeline.get("/", cookie)
    pipeline.get("/feedback", cookie)
    pipeline.call("POST", "/auth/logout", headers={"cookie": cookie})
    _collect_once(pipeline, monkeypatch)
    _look_at_sources(pipeline)

    assert asked["state"] == "planned"
    assert delivery()["type"] == "ticket.solved"
    differing = {
        name: {"not granted": used[name] - granted(name), "not used": granted(name) - used[name]}
        for name in functions()
        if used[name] != granted(name)
    }
    assert differing == {}


def _bounce(pipeline: Pipeline) -> None:
    """The mail service tells of a mail that came back."""
    sample = json.loads((ROOT / "events/ask/bounce.json").read_text("utf-8"))
    assert pipeline.invoke("Ask", sample).payload == {"batchItemFailures": []}


def _anonymous(pipeline: Pipeline) -> None:
    """An answer apart from its ask, and no more surveys for who gave it."""
    pipeline.configure("[answering]\nanonymous = true\n")
    link = pipeline.solved(id="T-4")["survey_url"]
    assert pipeline.answer(link, answer="no").status == 303
    (stop,) = re.findall(r'href="(/u/[\w.-]+)"', pipeline.get(f"{link}").body.decode()) or [""]
    assert stop == "" or pipeline.call("POST", stop).status == 200


def _look_at_sources(pipeline: Pipeline) -> None:
    """The page of what was collected, and a source that is collected at once."""
    cookie = pipeline.log_in()
    assert pipeline.get("/sources", cookie).status == 200
    form = b"source=shopify&app=app"
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    response = pipeline.call("POST", "/sources/collect", body=form, headers=headers)
    assert response.status == 303


def _collect_once(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan, a page with a review, one that cannot be understood, and a key that is missing."""
    text = '[[sources]]\nsource = "shopify"\napp = "app"\n'
    text += '[[sources]]\nsource = "app_store_connect"\napp = "1"\n'
    name = pipeline.made["Configuration", "Ref"]
    boto3.client("ssm").put_parameter(Name=name, Value=text, Type="String", Overwrite=True)
    pipeline.invoke("Collect", {"plan": "all"})
    review = StoreReview("1", 5, date(2026, 7, 27), text="Good", author="Shop")
    page = shopify_page("app", [review], 1, "https://apps.shopify.com").encode()
    for payload, number in ((page, 0), (b"<html>consent</html>", 0), (b"", 1)):
        answer = Fetched(payload)
        monkeypatch.setattr(
            collecting.Fetcher, "for_job", lambda *_, answer=answer, **__: lambda _call: answer
        )
        body = json.dumps(asdict(load(text).sources[number]))
        record = {"messageId": "1", "body": body, "eventSource": "aws:sqs"}
        report = pipeline.invoke("Collect", {"Records": [record]}).payload
        assert report == {"batchItemFailures": []}
