"""The page of the sources through the real function: who sees it, and who may start work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from northstar.app.collect import quarantine_kind
from northstar.app.login import Role, issue_code
from northstar.app.ports import Memory, Snapshot
from northstar.domain.reviews import Published
from northstar.runtime import bootstrap
from tests.browser.samples import run
from tests.integration.conftest import Pipeline

SOURCES = """
[[sources]]
source = "shopify"
app = "acme"

[[sources]]
source = "apple_rss"
app = "1"
country = "us"
ignore_robots = true

[[sources]]
source = "shopify"
app = "paused"
enabled = false
"""
FORM = "application/x-www-form-urlencoded"
ACME = {"source": "shopify", "app": "acme"}


@pytest.fixture
def configured(pipeline: Pipeline) -> Iterator[Pipeline]:
    """The stack with three sources, of which one is switched off."""
    pipeline.configure(SOURCES)
    yield pipeline
    pipeline.configure("# nothing")


def logged_in(pipeline: Pipeline, role: Role) -> str:
    """Return the cookie of a new session."""
    code = issue_code(bootstrap.progress_store(), datetime.now(UTC), role)
    response = pipeline.get(f"/auth/login?code={code}")
    return dict(response.headers)["set-cookie"].partition(";")[0]


def collect_now(
    pipeline: Pipeline, fields: dict[str, str], cookie: str = "", **headers: str
) -> Any:
    """Post the form as a browser does; keyword arguments are further headers."""
    sent = {"content-type": FORM, "cookie": cookie} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    body = urlencode(fields).encode()
    return pipeline.call("POST", "/sources/collect", body=body, headers=sent)


def jobs(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Return what waits on the queue."""
    url = pipeline.made["CollectQueue", "Ref"]
    found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in found.get("Messages", [])]


def test_the_page_needs_a_login_and_shows_every_source(configured: Pipeline) -> None:
    """What is configured, with what was collected of it."""
    assert configured.get("/sources").status == 401
    now = datetime.now(UTC)
    newest = run(0, app="acme", started_at=now, finished_at=now + timedelta(seconds=2))
    totals = Snapshot("shopify", "acme", now, Published(12, 4.6))
    bootstrap.progress_store().save_run(newest, totals, Memory(good_at=newest.finished_at))
    bootstrap.quarantine().keep(quarantine_kind("shopify", "acme"), b"<html>", {})

    response = configured.get("/sources", logged_in(configured, "viewer"))
    page = response.body.decode()
    assert response.status == 200
    assert page.count('<details class="card source"') == 3
    for said in ("Up to date", "Never collected", "Switched off", "The store counts 12 more"):
        assert said in page
    assert "1 payload rests in the quarantine" in page
    assert "Collected every hour" in page
    assert "Collect now" not in page


def test_an_editor_collects_at_once(configured: Pipeline) -> None:
    """The job is on the queue, the browser goes back to the page, and the page says so."""
    cookie = logged_in(configured, "editor")
    assert configured.get("/sources", cookie).body.decode().count("Collect now") == 2
    front = {"source": "apple_rss", "app": "1", "country": "us"}
    response = collect_now(configured, front, cookie, origin="null", sec_fetch_site="same-origin")
    assert response.status == 303
    location = dict(response.headers)["location"]
    assert location == "/sources?queued=apple_rss+1%2Fus"
    (job,) = jobs(configured)
    assert (job["source"], job["app"], job["country"]) == ("apple_rss", "1", "us")
    assert job["ignore_robots"] is True
    assert "is on the queue" in configured.get(location, cookie).body.decode()


def test_a_viewer_and_a_stranger_may_not(configured: Pipeline) -> None:
    """403 and 401, and nothing is queued."""
    assert collect_now(configured, ACME, logged_in(configured, "viewer")).status == 403
    assert collect_now(configured, ACME).status == 401
    assert jobs(configured) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"sec_fetch_site": "cross-site", "origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(configured: Pipeline, headers: dict[str, str]) -> None:
    """Whatever cookie comes with it; the same holds for the logout."""
    cookie = logged_in(configured, "editor")
    assert collect_now(configured, ACME, cookie, **headers).status == 403
    sent = {"cookie": cookie} | {n.replace("_", "-"): value for n, value in headers.items()}
    assert configured.call("POST", "/auth/logout", headers=sent).status == 403
    assert configured.get("/sources", cookie).status == 200
    assert jobs(configured) == []


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://feedback.acme.example"])
def test_a_form_of_our_own_address_is_taken(pipeline: Pipeline, origin: str) -> None:
    """Where the request came to, or the public address in the configuration."""
    pipeline.configure(f'public_url = "https://feedback.acme.example"\n{SOURCES}')
    cookie = logged_in(pipeline, "editor")
    assert collect_now(pipeline, ACME, cookie, origin=origin).status == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "shopify", "app": "paused"},
        {"source": "shopify", "app": "unknown"},
        {"source": "apple_rss", "app": "1", "country": "de"},
        {},
    ],
)
def test_what_is_off_or_unknown_is_not_collected(
    configured: Pipeline, fields: dict[str, str]
) -> None:
    """422 with a sentence."""
    response = collect_now(configured, fields, logged_in(configured, "editor"))
    assert response.status == 422
    assert b"switched on" in response.body
    assert jobs(configured) == []


@pytest.mark.parametrize("body", [b"source=a&source=b", b"source=%FF", b"&".join([b"a=1"] * 20)])
def test_a_form_that_is_not_ours_is_refused(configured: Pipeline, body: bytes) -> None:
    """A field twice, no UTF-8, too many fields: 422."""
    headers = {"content-type": FORM, "cookie": logged_in(configured, "editor")}
    response = configured.call("POST", "/sources/collect", body=body, headers=headers)
    assert response.status == 422
