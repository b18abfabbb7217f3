"""The page of the alerts through the real functions and stores."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser

from local.http import Response
from northstar.app.watch_numbers import watch
from northstar.domain.status import Settled
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

PAGE = "/alerts"


def unhappy(pipeline: Pipeline, name: str = "T-1", comment: str = "Nobody read it.") -> None:
    """Let a customer say that an answer did not solve it."""
    at = datetime.fromtimestamp(pipeline.at, UTC) - timedelta(hours=1)
    url = pipeline.solved(id=name, solved_at=at.isoformat())["survey_url"]
    assert pipeline.answer(url, answer="no", comment=comment).status == 303
    pipeline.work_off_stream()


def keep(pipeline: Pipeline, cookie: str, **fields: str) -> Response:
    """Post the form of an outcome."""
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    body = urlencode(fields).encode()
    return pipeline.call("POST", f"{PAGE}/outcome", body=body, headers=headers)


def page(pipeline: Pipeline, cookie: str, query: str = "") -> LexborHTMLParser:
    """Return the page."""
    response = pipeline.get(f"{PAGE}{query}", cookie)
    assert response.status == 200
    return LexborHTMLParser(response.body.decode())


def test_a_bad_answer_is_open_until_an_outcome_is_recorded(pipeline: Pipeline) -> None:
    """Only after logging in: with the customer's words, and then with what came of it."""
    assert pipeline.get(PAGE).status == 401
    pipeline.configure('[alerting]\nticket_url = "https://acme.example/t/{ticket}"\n')
    unhappy(pipeline)
    cookie = pipeline.log_in()
    (card,) = page(pipeline, cookie).css(".inbox > li")
    assert "Nobody read it." in card.text()
    assert "https://acme.example/t/T-1" in [link.attributes["href"] for link in card.css("a")]
    name = card.css_first("[name=alert]").attributes["value"] or ""

    refused = keep(pipeline, cookie, alert=name, what="", note="typed")
    assert refused.status == 422
    assert 'value="typed"' in refused.body.decode()
    done = keep(pipeline, cookie, alert=name, what="answered", note="Called her.")
    assert (done.status, dict(done.headers)["location"]) == (303, "/alerts?done=1")
    after = page(pipeline, cookie, "?done=1")
    assert after.css(".inbox > li") == []
    assert "What came of it is kept." in after.css_first("main").text()
    file = pipeline.get(f"{PAGE}?format=csv", cookie)
    (line,) = csv.DictReader(file.body.decode("utf-8-sig").splitlines())
    assert (line["kind"], line["outcome"], line["note"]) == (
        "bad_answer",
        "answered",
        "Called her.",
    )


def test_only_editors_of_our_own_page_may_record(pipeline: Pipeline) -> None:
    """A viewer, another site, and a form that is none are refused; so is an unknown alert."""
    assert keep(pipeline, "", alert="a", what="fixed").status == 401
    cookie = pipeline.log_in()
    for unknown in ("gone", "", "x" * 2000):
        refused = keep(pipeline, cookie, alert=unknown, what="fixed")
        assert refused.status == 404
        assert "There is no such alert" in refused.body.decode()
    assert keep(pipeline, cookie, alert="a", what="fixed", note="b", more="c").status == 422
    headers = {"cookie": cookie, "sec-fetch-site": "cross-site"}
    elsewhere = pipeline.call(
        "POST", f"{PAGE}/outcome", body=b"alert=a&what=fixed", headers=headers
    )
    assert elsewhere.status == 403


def test_what_watch_raises_stands_on_the_page(pipeline: Pipeline) -> None:
    """A goal that is reached: kept in the real store, once, and shown with what it links to."""
    goal = 'name = "A & B"\nmetric = "csat"\ntarget = 9\nstart = 2020-01-01\n'
    pipeline.configure(f"[[goals]]\n{goal}deadline = 2099-01-01\n")
    pipeline.track()
    progress, goals = bootstrap.progress_store(), bootstrap.goal_store()
    now = datetime.fromtimestamp(pipeline.at, UTC)
    assert watch(bootstrap.configuration(), progress=progress, goals=goals, now=now) == []
    (kept,) = goals.goals()
    assert kept.state
    goals.save_state("A & B", replace(kept.state, settled=Settled("reached"), value=9))
    later = now + timedelta(days=1)
    for _ in range(2):
        watch(bootstrap.configuration(), progress=progress, goals=goals, now=later)
    (row,) = page(pipeline, pipeline.log_in()).css("[aria-labelledby=newest] tbody tr")
    assert "Goal reached: A & B" in row.text()
    assert row.css_first("a").attributes["href"] == "/?goal=A+%26+B"
