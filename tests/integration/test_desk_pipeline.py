"""From each helpdesk's own webhook to an answered survey and the right numbers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email import message_from_string, policy
from typing import Any

import boto3
import pytest

from local import resources
from local.helpdesk import HelpdeskServer
from northstar.runtime import bootstrap
from tests.deliveries import SECRET, SIGNERS, body_of
from tests.integration.conftest import Pipeline

DESKS = {
    "standard": ("solved", "reopened"),
    "zendesk": ("trigger_solved", "trigger_reopened"),
    "intercom": ("closed", "opened"),
    "gorgias": ("closed", "open"),
}


@pytest.fixture(autouse=True)
def _secrets(made: resources.Values) -> None:
    """Every desk has the same webhook secret and API token here."""
    told = dict.fromkeys(DESKS, SECRET) | {f"{desk}_api": "token" for desk in DESKS}
    boto3.client("secretsmanager").put_secret_value(
        SecretId="DeskSecret", SecretString=json.dumps(told)
    )


def deliver(pipeline: Pipeline, desk: str, body: bytes) -> dict[str, Any]:
    """Post a body, signed as its helpdesk does, and return the 202's content."""
    at = datetime.fromtimestamp(pipeline.at, UTC)
    headers = {"content-type": "application/json", **SIGNERS[desk](body, SECRET, at)}
    response = pipeline.call("POST", f"/webhooks/{desk}", body=body, headers=headers)
    assert response.status == 202, response.body
    told: dict[str, Any] = json.loads(response.body)
    return told


def links(pipeline: Pipeline) -> list[str]:
    """Return the survey links in the mails, without what they preselect."""
    found = []
    for mail in pipeline.mails():
        body = message_from_string(mail, policy=policy.default).get_body(("plain",))
        assert body is not None
        found += sorted(set(re.findall(r"/s/[\w.-]+", body.get_content())))
    return found


@pytest.mark.parametrize("desk", DESKS)
def test_a_solved_ticket_is_asked_about_answered_and_counted(pipeline: Pipeline, desk: str) -> None:
    """Told three times it is one ask, one mail, one answer, under team, agent and template."""
    solved = body_of(desk, DESKS[desk][0]).replace(b'"internal": true', b'"internal": false')
    told = [deliver(pipeline, desk, solved) for _ in range(3)]
    assert {one["ask"] for one in told} == {told[0]["ask"]}
    pipeline.work_off_queue()
    (link,) = links(pipeline) or [told[0]["survey_url"]]
    page = pipeline.get(link)
    assert page.status == 200
    assert pipeline.answer(link, answer="yes", comment="Quick!").status == 303
    deliver(pipeline, desk, solved)
    pipeline.work_off_stream()
    for measure in ("tickets", "sent", "answered", "answers", "solved_yes"):
        assert pipeline.total(measure) == 1, measure
    assert pipeline.recount().agrees
    rows = {
        (row.dimension, row.value)
        for row, measures in bootstrap.progress_store().totals()
        if "solved_yes" in measures
    }
    assert ("template", "refund@3") in rows
    assert {"agent", "channel", "survey"} <= {dimension for dimension, _ in rows}


@pytest.mark.parametrize("desk", DESKS)
def test_a_reopened_ticket_is_not_asked_about(pipeline: Pipeline, desk: str) -> None:
    """Whether it becomes known before or after the solution."""
    solved, reopened = (body_of(desk, case) for case in DESKS[desk])
    for order in ((solved, reopened), (reopened, solved)):
        for body in order:
            told = deliver(pipeline, desk, body)
        assert told["state"] == "cancelled"
    pipeline.work_off_queue()
    assert pipeline.mails() == []


@pytest.mark.parametrize(
    ("desk", "case", "change"),
    [
        ("zendesk", "trigger_solved", (b'"Web form"', b'"Messaging"')),
        ("intercom", "closed", (b'"type": "email"', b'"type": "conversation"')),
        ("gorgias", "closed", (b'"channel": "email"', b'"channel": "chat"')),
    ],
)
def test_a_chat_is_answered_in_its_conversation(
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    desk: str,
    case: str,
    change: tuple[bytes, bytes],
) -> None:
    """The reply is in the customer's conversation; its link leads to the survey."""
    monkeypatch.setattr("northstar.runtime.sending.on_local_stack", lambda: True)
    server = HelpdeskServer()
    with server.running():
        pipeline.configure(f'[[desks]]\nname = "{desk}"\naddress = "{server.url}"\nagent = "42"\n')
        body = body_of(desk, case)
        assert change[0] in body
        told = deliver(pipeline, desk, body.replace(*change))
        pipeline.work_off_queue()
    (message,) = server.messages
    assert pipeline.mails() == []
    assert message["conversation"] in told["ask"] or message["conversation"] in body.decode()
    (link,) = re.findall(r"/s/[\w.-]+", message["text"])
    assert pipeline.answer(link, answer="no").status == 303
    pipeline.work_off_stream()
    assert pipeline.total("solved_no") == 1
    assert pipeline.recount().agrees


def test_merged_and_deleted_tickets_of_zendesk(pipeline: Pipeline) -> None:
    """Their asks are cancelled with that reason."""
    for case, reason in (("event_merged", "merged"), ("event_soft_deleted", "deleted")):
        told = deliver(pipeline, "zendesk", body_of("zendesk", case))
        assert (told["state"], told["reason"]) == ("cancelled", reason)


def test_what_is_none_of_our_business_is_taken_and_ignored(pipeline: Pipeline) -> None:
    """A ping and a change of priority are 202, and nothing is stored."""
    pipeline.new_entries()
    for desk, case in (("intercom", "ping"), ("zendesk", "event_priority_changed")):
        assert deliver(pipeline, desk, body_of(desk, case))["state"] == "ignored"
    assert pipeline.new_entries() == []
