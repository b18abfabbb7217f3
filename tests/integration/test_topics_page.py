"""The page of the topics through the real function."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from northstar.app.insights import insights, told
from northstar.app.login import issue_code
from northstar.domain.aggregates import contribution, difference
from northstar.domain.reviews import Review, first_sight
from northstar.domain.sentiment import Score
from northstar.domain.verdicts import Verdict
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline


def test_the_page_needs_a_login_and_shows_what_was_counted_and_found(pipeline: Pipeline) -> None:
    """Numbers of the aggregates beside the words of stored feedback; of known periods only."""
    assert pipeline.get("/topics").status == 401
    feedback, progress = bootstrap.feedback_store(), bootstrap.progress_store()
    zone, now = bootstrap.configuration().business.zone, datetime.now(UTC)
    shown = Review("shopify", "1", 1, None, "The login does not work.", created=now.isoformat())
    score = Score(-0.7, "negative", 0.9, "en", "detected", "test")
    record = replace(first_sight(shown, "topics", now), verdict=Verdict(score, ("login",)))
    feedback.put_review(record, None)
    counted = contribution(record, zone)
    progress.count([counted], {}, difference([counted], []))
    said = told(record, zone)
    assert said
    today = now.astimezone(zone).date()
    progress.save_insights(insights([said], today, 7, lambda text, language: ("login",)))
    code = issue_code(progress, now, "viewer")
    cookie = dict(pipeline.get(f"/auth/login?code={code}").headers)["set-cookie"].partition(";")[0]

    def look(query: str) -> tuple[int, str]:
        response = pipeline.call("GET", f"/topics{query}", headers={"cookie": cookie})
        return response.status, response.body.decode()

    status, week = look("?days=7&language=en")
    assert status == 200
    assert "1 text<" in week
    assert "The login does not work." in week
    assert "/feedback?id=shopify%3Atopics%3A1" in week
    status, month = look("")
    assert status == 200
    assert "1 text<" in month
    assert "The login does not work." not in month
    assert look("?days=8")[0] == 422
