"""The batch functions and the login, on real events: poison, redelivery, quarantine, alerts."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from northstar.app import show
from northstar.app.ports import Run
from northstar.domain.errors import Unavailable
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load
from tests.integration.conftest import Pipeline


def poisoned(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a stream record whose image cannot be read."""
    broken = copy.deepcopy(entry)
    broken["dynamodb"]["NewImage"]["kind"] = {"S": "riddle"}
    broken["dynamodb"]["SequenceNumber"] = "999"
    return broken


def answered(pipeline: Pipeline, tickets: int) -> list[dict[str, Any]]:
    """Answer some surveys without a comment and return the stream's records of it."""
    for number in range(tickets):
        link = pipeline.solved(id=f"T-{number}")["survey_url"]
        pipeline.answer(link, answer="yes")
    return [e for e in pipeline.new_entries() if "stage" in e["dynamodb"]["NewImage"]]


@pytest.mark.parametrize("position", [0, 3, 9])
def test_a_poisoned_record_never_blocks_the_others(pipeline: Pipeline, position: int) -> None:
    """Wherever it stands, it rests in quarantine, an alert says so, and all else counts."""
    entries = answered(pipeline, 5)
    bad = poisoned(entries[0])
    entries.insert(position, bad)
    assert pipeline.stream_batch("Count", entries) == []

    assert pipeline.total("answers") == 5
    assert pipeline.recount().agrees
    (alert,) = bootstrap.progress_store().alerts()
    assert alert.kind == "quarantined"
    bucket = pipeline.made["QuarantineBucket", "Ref"]
    kept = boto3.client("s3").get_object(Bucket=bucket, Key=alert.subject)["Body"].read()
    assert json.loads(gzip.decompress(kept)) == bad["dynamodb"]["NewImage"]


def test_a_store_that_is_away_brings_the_batch_back(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be counted now is reported as failed, and counts the next time."""
    entries = answered(pipeline, 3)
    store = bootstrap.progress_store()

    def away(*_: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(store, "count", away)
        patch.setattr("time.sleep", lambda _: None)
        patch.setattr("northstar.app.count._ATTEMPTS", 1)
        failed = pipeline.stream_batch("Count", entries)
    assert set(failed) == {e["dynamodb"]["SequenceNumber"] for e in entries}
    assert pipeline.total("answers") == 0
    assert pipeline.stream_batch("Count", entries) == []
    assert pipeline.total("answers") == 3


def test_the_same_batch_twice_counts_once(pipeline: Pipeline) -> None:
    """A redelivered batch, also in reverse, changes nothing."""
    entries = answered(pipeline, 4)
    for batch in (entries, entries, entries[::-1]):
        assert pipeline.stream_batch("Count", batch) == []
    assert pipeline.total("answers") == 4
    assert pipeline.recount().agrees


def test_an_ask_that_does_not_exist_fails_its_message_only(pipeline: Pipeline) -> None:
    """An unknown ask is reported as failed, and the others of the batch are sent."""
    good = pipeline.solved(channel="email")["ask"]
    records = [
        {
            "messageId": name,
            "attributes": {"ApproximateReceiveCount": "1"},
            "body": json.dumps({"ask": ask_id, "base_url": "https://example.com"}),
            "eventSource": "aws:sqs",
        }
        for name, ask_id in (("bad", "0" * 32), ("good", good))
    ]
    report = pipeline.invoke("Ask", {"Records": records}).payload
    assert [one["itemIdentifier"] for one in report["batchItemFailures"]] == ["bad"]
    assert len(pipeline.mails()) == 1


def test_pages_need_a_login_and_say_how_to_get_one(pipeline: Pipeline) -> None:
    """Without a session every page is 401 with the way to a link; health is open to anyone."""
    for path in ("/", "/feedback", "/feedback?format=csv"):
        response = pipeline.get(path)
        assert response.status == 401
        assert b"northstar login" in response.body
        assert pipeline.get(path, "login=forged").status == 401
    health = pipeline.get("/health")
    assert (health.status, json.loads(health.body)) == (200, {"status": "ok"})


def test_a_login_link_works_once_until_the_logout(pipeline: Pipeline) -> None:
    """The link sets an HttpOnly cookie, is then used up, and the session ends with the logout."""
    from northstar.app.login import issue_code

    code = issue_code(bootstrap.progress_store(), datetime.now(UTC))
    first = pipeline.get(f"/auth/login?code={code}")
    cookie = dict(first.headers)["set-cookie"]
    assert first.status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert pipeline.get(f"/auth/login?code={code}").status == 401
    session = cookie.partition(";")[0]
    assert pipeline.get("/", session).status == 200
    again = pipeline.get(f"/auth/login?code={code}", session)
    assert (again.status, dict(again.headers)["location"]) == (303, "/")
    elsewhere = {"cookie": session, "sec-fetch-site": "cross-site"}
    assert pipeline.call("POST", "/auth/logout", headers=elsewhere).status == 403
    assert pipeline.call("POST", "/auth/logout", headers={"cookie": session}).status == 303
    assert pipeline.get("/", session).status == 401


def test_unknown_formats_and_cursors_are_refused(pipeline: Pipeline) -> None:
    """What cannot be shown is 422 with a sentence."""
    cookie = pipeline.log_in()
    for query in ("format=xml", "cursor=nonsense"):
        response = pipeline.get(f"/feedback?{query}", cookie)
        assert response.status == 422


def test_every_page_has_its_policy(pipeline: Pipeline) -> None:
    """Survey, goal, list, refusals: each response forbids scripts, framing and storing."""
    cookie, link = pipeline.log_in(), pipeline.solved()["survey_url"]
    for url in ("/", "/feedback", link, f"{link}/done", "/s/nothing"):
        headers = dict(pipeline.get(url, cookie).headers)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_an_unexpected_error_is_a_page_without_details(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours answers 500 with an id, and shows neither table nor stack."""

    def bug(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret table name")

    link = pipeline.solved()["survey_url"]
    monkeypatch.setattr(bootstrap.feedback_store(), "ask", bug)
    response = pipeline.get(link)
    assert response.status == 500
    assert b"secret" not in response.body
    assert b"Zero" not in response.body


def test_a_store_that_is_away_keeps_what_was_typed(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing can be stored the answer is 503, says when to try again, and keeps the text."""

    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("away")

    link = pipeline.solved()["survey_url"]
    monkeypatch.setattr(bootstrap.feedback_store(), "replace_ask", away)
    response = pipeline.answer(link, answer="yes", comment="long and thoughtful")
    assert response.status == 503
    assert "retry-after" in dict(response.headers)
    assert b"long and thoughtful" in response.body


@pytest.mark.parametrize(("limit", "reached"), [("_FILE_LIMIT", 1), ("_FILE_SECONDS", -1.0)])
def test_a_file_that_takes_too_much_says_where_it_goes_on(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, limit: str, reached: float
) -> None:
    """Each part names the next one, and together they are all of it."""
    for number in range(7):
        link = pipeline.solved(id=f"T-{number}")["survey_url"]
        pipeline.answer(link, answer="yes", comment=f"comment {number}")
    monkeypatch.setattr(f"northstar.runtime.inbox.{limit}", reached)
    monkeypatch.setattr("northstar.app.inbox._FILE_PAGE", 3)
    cookie, url, comments = pipeline.log_in(), "/feedback?format=csv", []
    for _ in range(3):
        part = pipeline.get(url, cookie)
        rows = csv.DictReader(io.StringIO(part.body.decode("utf-8-sig")))
        comments += [row["text"] for row in rows]
        following = dict(part.headers).get("link", "")
        url = following.partition(">")[0].lstrip("<")
    assert url == ""
    assert sorted(comments) == [f"comment {number}" for number in range(7)]


def test_a_link_cannot_write_a_header(pipeline: Pipeline) -> None:
    """Line breaks in a token stay escaped where it is sent back."""
    posted = pipeline.answer("/s/a%0d%0aSet-Cookie:%20login=x", answer="yes", reference_2="bot")
    assert posted.status == 303
    assert dict(posted.headers)["location"] == "/s/a%0D%0ASet-Cookie%3A%20login%3Dx/done"


def test_the_goal_page_names_the_sources_that_are_out_of_date(pipeline: Pipeline) -> None:
    """Switched on and old, broken or never read; what is switched off or unknown is not named."""
    now = datetime.fromtimestamp(pipeline.at, UTC)
    sources = ("fresh", "old", "broken", "never", "off")
    text = "".join(
        f'[[sources]]\nsource = "shopify"\napp = "{app}"\nenabled = {str(app != "off").lower()}\n'
        for app in sources
    )
    for app, age, outcome in (
        ("fresh", 1, "ok"),
        ("old", 4, "ok"),
        ("broken", 1, "broken"),
        ("off", 99, "ok"),
        ("gone", 99, "ok"),
    ):
        at = now - timedelta(hours=age)
        run = Run("shopify", app, at, at, outcome, 1, 0, 0, 0, 0, complete=True)  # type: ignore[arg-type]
        bootstrap.progress_store().save_run(run, None)
    view = show.goal_view(
        load(text),
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=now,
        stale_after=timedelta(hours=3),
    )
    assert view.stale_sources == ("shopify old", "shopify broken", "shopify never")
