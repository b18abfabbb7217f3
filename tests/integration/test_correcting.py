"""Corrections and the page of the sentiment through the real function: who may, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.login import Role, issue_code
from northstar.domain.surveys import Ask
from northstar.domain.verdicts import Verdict
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

FORM = "application/x-www-form-urlencoded"
COMMENT = "I cannot log in any more, the app keeps crashing and this is terrible."


def logged_in(pipeline: Pipeline, role: Role) -> str:
    """Return the cookie of a new session."""
    code = issue_code(bootstrap.progress_store(), datetime.now(UTC), role)
    response = pipeline.get(f"/auth/login?code={code}")
    return dict(response.headers)["set-cookie"].partition(";")[0]


def said(pipeline: Pipeline) -> str:
    """Let a customer say something, and the engines read it; return the feedback's id."""
    told = pipeline.solved(language="en")
    pipeline.answer(told["survey_url"], answer="yes", comment=COMMENT)
    pipeline.work_off_stream()
    return str(told["ask"])


def post(pipeline: Pipeline, fields: Any, cookie: str = "", **headers: str) -> Any:
    """Post the form as a browser does; keyword arguments are further headers."""
    sent = {"content-type": FORM, "cookie": cookie} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
    return pipeline.call("POST", "/feedback/correct", body=body, headers=sent)


def verdict(record_id: str) -> Verdict:
    """Return the verdict that is stored."""
    record = bootstrap.feedback_store().by_ids([record_id])[record_id]
    assert isinstance(record, Ask)
    assert record.verdict
    return record.verdict


def test_an_editor_corrects_a_text(pipeline: Pipeline) -> None:
    """What is said is stored, shown on its page, and counted."""
    record_id, cookie = said(pipeline), logged_in(pipeline, "editor")
    assert verdict(record_id).label == "negative"
    shown = [("shown_topic", topic) for topic in verdict(record_id).topics]
    fields = [("id", record_id), ("what", "save"), ("label", "neutral"), ("topic", "price"), *shown]
    response = post(pipeline, fields, cookie, origin="null", sec_fetch_site="same-origin")
    assert response.status == 303
    location = dict(response.headers)["location"]
    assert location == f"/feedback?id={record_id}"
    told = verdict(record_id).correction
    assert told
    assert (told.label, told.language, told.topics) == ("neutral", None, ("price",))
    page = pipeline.get(location, cookie).body.decode()
    assert COMMENT in page
    assert "The engines had the sentiment and topics wrong." in page
    pipeline.work_off_stream()
    assert pipeline.total("wrong_label") == pipeline.total("checked_topics") == 1
    assert pipeline.recount().agrees


def test_topics_that_were_left_alone_are_not_said(pipeline: Pipeline) -> None:
    """Those that came with the form and go back with it are neither confirmed nor corrected."""
    record_id, cookie = said(pipeline), logged_in(pipeline, "editor")
    topics = verdict(record_id).topics
    assert topics
    fields = {"id": record_id, "what": "save", "label": "positive", "language": ""}
    assert post(pipeline, fields | {"topic": topics, "shown_topic": topics}, cookie).status == 303
    told = verdict(record_id).correction
    assert told
    assert (told.label, told.language, told.topics) == ("positive", None, None)


def test_the_engines_can_be_right(pipeline: Pipeline) -> None:
    """Label, language and topics are confirmed as they were shown, whatever else is chosen."""
    record_id, cookie = said(pipeline), logged_in(pipeline, "editor")
    page = LexborHTMLParser(pipeline.get(f"/feedback?id={record_id}", cookie).body)
    hidden = page.css("main form [type=hidden]")
    fields = [(str(one.attributes["name"]), one.attributes["value"] or "") for one in hidden]
    chosen = [("what", "right"), ("label", "positive"), ("language", "fr"), ("topic", "price")]
    assert post(pipeline, fields + chosen, cookie).status == 303
    kept = verdict(record_id)
    assert kept.correction
    assert (kept.correction.label, kept.correction.language) == ("negative", "en")
    assert kept.correction.topics == kept.topics
    assert (kept.correction.mistakes, kept.again) == ((), False)
    pipeline.work_off_stream()
    checked = [pipeline.total(f"checked_{one}") for one in ("label", "language", "topics")]
    assert checked == [1, 1, 1]


def test_what_no_engine_could_tell_is_not_confirmed(pipeline: Pipeline) -> None:
    """Where label and language are unknown, only the topics are right; none is an answer too."""
    told = pipeline.solved(language=None)
    pipeline.answer(told["survey_url"], answer="yes", comment="Bof bof.")
    pipeline.work_off_stream()
    record_id, cookie = str(told["ask"]), logged_in(pipeline, "editor")
    assert (verdict(record_id).label, verdict(record_id).language) == ("undetermined", "und")
    fields = {"id": record_id, "what": "right", "shown_label": "", "shown_language": ""}
    assert post(pipeline, fields, cookie).status == 303
    kept = verdict(record_id).correction
    assert kept
    assert (kept.label, kept.language, kept.topics, kept.mistakes) == (None, None, (), ())


def test_a_viewer_and_a_stranger_may_only_look(pipeline: Pipeline) -> None:
    """403 and 401, and nothing changes; a viewer gets the page without a form."""
    record_id = said(pipeline)
    fields, viewer = (
        {"id": record_id, "what": "save", "label": "neutral"},
        logged_in(pipeline, "viewer"),
    )
    assert post(pipeline, fields, viewer).status == 403
    assert post(pipeline, fields).status == 401
    editor = logged_in(pipeline, "editor")
    assert post(pipeline, fields, editor, sec_fetch_site="cross-site").status == 403
    assert post(pipeline, fields, editor, origin="https://evil.example").status == 403
    assert verdict(record_id).correction is None
    page = pipeline.get(f"/feedback?id={record_id}", viewer)
    assert page.status == 200
    assert b"/feedback/correct" not in page.body
    assert pipeline.get(f"/feedback?id={record_id}").status == 401


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"what": "delete"}, 422),
        ({"label": "splendid"}, 422),
        ({"language": "Klingon"}, 422),
        ({"topic": "weather"}, 422),
        ({"label": ["neutral", "positive"]}, 422),
        ({"id": "nobody"}, 404),
        ({"id": "a" * 3000}, 404),
        ({"topic": ["login"] * 400}, 422),
        ({"label": "n" * 40_000}, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_ours_is_refused(pipeline: Pipeline, more: Any, status: int) -> None:
    """With a page that says why, and nothing changes."""
    record_id, cookie = said(pipeline), logged_in(pipeline, "editor")
    fields: dict[str, Any] = {"id": record_id, "what": "save", "label": "neutral"}
    assert post(pipeline, fields | more, cookie).status == status
    assert verdict(record_id).correction is None


@pytest.mark.parametrize("record_id", ["", "nobody", "a:b:c", "é#%", "x" * 4000, "\x00"])
def test_an_unknown_feedback_is_not_found(pipeline: Pipeline, record_id: str) -> None:
    """404, in our words."""
    page = pipeline.get(f"/feedback?id={quote(record_id, safe='')}", logged_in(pipeline, "viewer"))
    assert page.status == 404
    assert b"There is no such feedback" in page.body


def test_a_survey_that_nobody_answered_is_no_feedback(pipeline: Pipeline) -> None:
    """404: there is nothing to show."""
    ask_id = pipeline.solved()["ask"]
    page = pipeline.get(f"/feedback?id={ask_id}", logged_in(pipeline, "viewer"))
    assert page.status == 404
    assert b"Nobody has answered" in page.body


def test_the_page_of_the_sentiment_shows_what_was_said(pipeline: Pipeline) -> None:
    """For whoever is logged in: English is scored by VADER as long as there is no model."""
    said(pipeline)
    assert pipeline.get("/sentiment").status == 401
    page = pipeline.get("/sentiment", logged_in(pipeline, "viewer"))
    assert page.status == 200
    body = page.body.decode()
    for told in ("n = 1 text", "few texts", "English", "VADER", "not checked"):
        assert told in body
