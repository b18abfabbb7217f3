"""From survey to review: the same link for everybody, counted when a browser says it was used."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from northstar.domain.errors import Conflict
from northstar.domain.surveys import Ask
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

INVITING = '[answering]\nreview_url = "https://apps.example/acme/reviews/new"\n'


@pytest.fixture
def site(pipeline: Pipeline) -> Iterator[Pipeline]:
    """A stack whose thanks have a link to a store."""
    pipeline.configure(INVITING)
    yield pipeline
    pipeline.configure("# nothing")


def token_path(survey_url: str) -> str:
    """Return the path of a survey, without its query."""
    return survey_url.removeprefix("http://127.0.0.1:8000").partition("?")[0]


def go(site: Pipeline, survey_url: str) -> int:
    """Tell that the link was followed, as a browser does (HTML, "hyperlink auditing")."""
    headers = {"content-type": "text/ping", "ping-to": "https://apps.example/acme/reviews/new"}
    path = f"{token_path(survey_url)}/went"
    return site.call("POST", path, body=b"PING", headers=headers).status


def stored(ask_id: str) -> Ask:
    """Return an ask as it is stored."""
    found = bootstrap.feedback_store().ask(ask_id)
    assert found
    return found


def test_the_invitation_is_the_same_for_every_answer(site: Pipeline) -> None:
    """Byte by byte, with the same link, whatever was answered, and however often it changes."""
    csat = site.solved(id="T-2", template=None)
    for told, answers in ((site.solved(), ("yes", "no")), (csat, ("1", "2", "3", "4", "5"))):
        seen = set()
        for answer in answers:
            assert site.answer(told["survey_url"], answer=answer).status == 303
            page = site.get(f"{token_path(told['survey_url'])}/done")
            (block,) = re.findall(rb'<div class="review">.*?</div>', page.body, re.DOTALL)
            place = page.body.index(block)
            seen.add((block, place))
            assert b'href="https://apps.example/acme/reviews/new"' in block
            assert "connect-src 'self'" in dict(page.headers)["content-security-policy"]
        assert len(seen) == 1


def test_going_on_is_counted_once_on_the_day_of_the_answer(site: Pipeline) -> None:
    """Told again or by a second tab it stays what it was; no GET counts."""
    told = site.solved()
    path = token_path(told["survey_url"])
    assert go(site, told["survey_url"]) == 422
    site.answer(told["survey_url"], answer="no")
    version = stored(told["ask"]).version
    for url in (f"{path}/went", f"{path}/done", path):
        site.get(url)
    assert stored(told["ask"]).version == version
    site.at += 3600
    assert [go(site, told["survey_url"]) for _ in range(3)] == [204, 204, 204]
    ask = stored(told["ask"])
    assert ask.version == version + 1
    assert ask.went_at == datetime.fromtimestamp(site.at, UTC).replace(
        microsecond=ask.went_at.microsecond
    )
    site.work_off_stream()
    assert (site.total("went"), site.total("went_no"), site.total("went_yes")) == (1, 1, 0)
    site.answer(told["survey_url"], answer="yes")
    site.work_off_stream()
    assert (site.total("went"), site.total("went_no"), site.total("went_yes")) == (1, 0, 1)
    assert site.recount().agrees


def test_a_link_that_is_not_valid_counts_nothing(site: Pipeline) -> None:
    """Neither does one of another purpose, nor a body that is too large."""
    assert site.call("POST", "/s/abc/went", body=b"PING").status == 404
    told = site.solved()
    site.answer(told["survey_url"], answer="no")
    path = f"{token_path(told['survey_url'])}/went"
    assert site.call("POST", path, body=b"x" * 40_000).status == 413
    assert stored(told["ask"]).went_at is None


def test_two_at_the_same_moment_are_one(site: Pipeline) -> None:
    """Who is overtaken reads again; nothing of the other change is lost."""
    told = site.solved()
    site.answer(told["survey_url"], answer="no")
    store = bootstrap.feedback_store()
    replace, failed = store.replace_ask, []

    def overtaken(ask: Ask, expected: int) -> None:
        if not failed:
            failed.append(ask)
            raise Conflict("Somebody was faster.")
        replace(ask, expected)

    with patch.object(
        type(store), "replace_ask", lambda _, ask, expected: overtaken(ask, expected)
    ):
        assert go(site, told["survey_url"]) == 204
    assert stored(told["ask"]).went_at


def test_an_anonymous_answer_is_counted_without_what_it_said(site: Pipeline) -> None:
    """Of the ask only the day is kept, and nothing on it leads to the answer."""
    site.configure(INVITING + "anonymous = true\n")
    told = site.solved()
    site.answer(told["survey_url"], answer="yes")
    assert go(site, told["survey_url"]) == 204
    ask = stored(told["ask"])
    assert ask.went_at == ask.answered_at
    assert (ask.went_at.hour, ask.went_at.minute, ask.response) == (0, 0, None)
    site.work_off_stream()
    assert (site.total("went"), site.total("went_yes"), site.total("answers_apart")) == (1, 0, 1)
    rows = table(site)
    assert (rows["28", "all"]["answered"], rows["28", "all"]["went"]) == ("1", "1")
    assert rows["28", "yes"]["answered"] == "0"


def table(site: Pipeline) -> dict[tuple[str, str], dict[str, str]]:
    """Return the numbers of the page as its file has them, by period and answer."""
    file = site.get("/reviews?format=csv", site.log_in()).body.decode("utf-8-sig")
    return {(row["days"], row["answer"]): row for row in csv.DictReader(io.StringIO(file))}


def test_leadership_sees_who_went_on_by_answer(site: Pipeline) -> None:
    """With n and interval, of both what is counted on the same day; the page says why."""
    for number, (answer, goes) in enumerate([("no", True), ("no", False), ("yes", True)]):
        told = site.solved(id=f"T-{number}")
        site.answer(told["survey_url"], answer=answer)
        if goes:
            go(site, told["survey_url"])
    site.work_off_stream()
    rows = table(site)
    assert (rows["28", "all"]["went"], rows["28", "all"]["answered"]) == ("2", "3")
    assert (rows["91", "no"]["went"], rows["91", "no"]["share"]) == ("1", "0.5")
    assert float(rows["91", "no"]["low"]) < 0.2
    page = site.get("/reviews", site.log_in()).body.decode()
    assert "The link is the same for everybody" in page
    assert "lower bound" in page
    assert "Nobody is invited" not in page
    assert site.get("/reviews").status == 401
    site.at += timedelta(days=40).total_seconds()
    assert table(site)["28", "all"]["answered"] == "0"
    assert table(site)["91", "all"]["answered"] == "3"
    site.configure("# nothing")
    assert "Nobody is invited" in site.get("/reviews", site.log_in()).body.decode()
