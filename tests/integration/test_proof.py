"""The public wall over HTTP, as `track` makes it, and what an operator takes off it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.http import Response
from northstar.cli import main
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline
from tests.walls import review

ON = '[[sources]]\nsource = "shopify"\napp = "acme"\n[proof]\nenabled = true\n'


@pytest.fixture
def site(pipeline: Pipeline) -> Iterator[Pipeline]:
    """A stack with thirty reviews, and a wall that was made."""
    pipeline.configure(ON)
    bootstrap.feedback_store().put_records([review(number) for number in range(30)])
    pipeline.work_off_stream()
    pipeline.track()
    yield pipeline
    pipeline.configure("# nothing")


def head(response: Response) -> dict[str, str]:
    """Return the headers of an answer."""
    return dict(response.headers)


def shown(site: Pipeline, query: str = "") -> dict[str, Any]:
    """Return the wall as JSON."""
    told: dict[str, Any] = json.loads(site.get(f"/proof.json{query}").body)
    return told


def test_anybody_may_read_and_keep_the_wall(site: Pipeline) -> None:
    """Without a login, a cookie or a script; any site may frame the page and read the JSON."""
    page, told = site.get("/proof"), site.get("/proof.json")
    for answer in (page, told):
        headers = head(answer)
        assert answer.status == 200
        assert headers["cache-control"] == "public, max-age=300, stale-while-revalidate=300"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers
        assert "x-robots-tag" not in headers
    assert "frame-ancestors *" in head(page)["content-security-policy"]
    assert "access-control-allow-origin" not in head(page)
    assert head(told)["access-control-allow-origin"] == "*"
    assert head(told)["content-type"] == "application/json"
    assert b'src="http://127.0.0.1:8000/proof"' in page.body.replace(b"&#34;", b'"')


def test_the_json_has_the_promised_shape(site: Pipeline) -> None:
    """What docs/api.md describes, and the same sample as the page."""
    told = shown(site, "?app=shopify:acme")
    assert set(told) == {
        *("business", "as_of", "day", "apps", "sample", "drawn_from", "how", "demo")
    }
    (app,) = told["apps"]
    assert set(app) == {"app", "store", "count", "average", "counted_by", "as_of", "url"}
    assert (app["app"], app["url"]) == ("shopify:acme", "https://apps.shopify.com/acme/reviews")
    assert len(told["sample"]) == 6
    assert set(told["sample"][0]) == {
        *("id", "app", "rating", "recommended", "title", "text", "author", "language"),
        *("written", "edited", "url", "cut"),
    }
    assert told["sample"][0]["author"].startswith("S.")
    page = site.get("/proof").body.decode()
    assert [one["text"] in page for one in told["sample"]] == [True] * 6


def test_who_has_it_gets_it_not_again(site: Pipeline) -> None:
    """By its entity tag; another page, and a changed one, has another."""
    for path in ("/proof", "/proof.json"):
        tag = head(site.get(path))["etag"]
        assert tag.startswith('"')
        for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = site.call("GET", path, headers={"if-none-match": known})
            assert (again.status, again.body, head(again)["etag"]) == (304, b"", tag)
        assert site.call("GET", path, headers={"if-none-match": '"other"'}).status == 200
        assert head(site.call("HEAD", path))["etag"] == tag
        assert head(site.get(f"{path}?app=shopify:acme"))["etag"] != tag or path == "/proof.json"


def test_it_is_not_there_until_it_is_switched_on(site: Pipeline) -> None:
    """404, which nobody keeps; so is an app that it is not about. A wrong theme is told."""
    for path in ("/proof?app=shopify:other", "/proof.json?app=x"):
        assert site.get(path).status == 404
    assert site.get("/proof?theme=pink").status == 422
    assert site.get("/proof?theme=dark").status == 200
    site.configure("# nothing")
    for path in ("/proof", "/proof.json"):
        gone = site.get(path)
        assert (gone.status, head(gone)["cache-control"]) == (404, "no-store")
    assert json.loads(site.get("/proof.json").body)["error"]


def test_an_operator_takes_a_review_off_the_wall(site: Pipeline, capsys: Any) -> None:
    """At once, by its id; it can be shown again. What is no review cannot be hidden."""
    first = shown(site)["sample"][0]["id"]
    assert main(["proof", "list"]) == 0
    assert first in capsys.readouterr().out
    assert main(["proof", "hide", first]) == 0
    assert first not in [one["id"] for one in shown(site)["sample"]]
    assert shown(site)["apps"][0]["count"] == shown(site)["apps"][0]["count"]
    capsys.readouterr()
    assert main(["proof", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [*listed["hidden"]] == [first]
    assert first not in listed["shown"]
    assert main(["proof", "show", first]) == 0
    assert first in [one["id"] for one in shown(site)["sample"]]
    assert main(["proof", "show", first]) == 1
    assert main(["proof", "hide", "shopify:acme:nothing"]) == 1
    assert "no review of the id" in capsys.readouterr().err


def test_answers_to_surveys_are_never_on_the_wall(site: Pipeline) -> None:
    """Nobody has agreed to that."""
    told = site.solved()
    site.answer(told["survey_url"], answer="yes", comment="Do not show this")
    site.work_off_stream()
    site.at = datetime.now(UTC).timestamp() + 86400
    site.track()
    assert b"Do not show this" not in site.get("/proof").body + site.get("/proof.json").body
