"""The goals through the real function: who sees them, and what becomes of what editors say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from northstar.app.login import Role, issue_code
from northstar.domain.goals import Goal
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

FORM = "application/x-www-form-urlencoded"
TODAY = datetime.now(UTC).date()
TYPED = {
    "name": "More reviews",
    "metric": "net_public_reviews",
    "target": "1,000",
    "deadline": (TODAY + timedelta(300)).isoformat(),
    "owner": "Grace",
}
NAMED = "/goals?name=More+reviews"


def done(what: str) -> str:
    """Return where a form leads to once it was taken."""
    return f"{NAMED}&done={what}#history"


@pytest.fixture
def editor(pipeline: Pipeline) -> str:
    """The cookie of an editor's session, on a stack without any goal."""
    pipeline.configure("# nothing")
    return logged_in(pipeline, "editor")


def logged_in(pipeline: Pipeline, role: Role) -> str:
    """Return the cookie of a new session."""
    code = issue_code(bootstrap.progress_store(), datetime.now(UTC), role)
    response = pipeline.get(f"/auth/login?code={code}")
    return dict(response.headers)["set-cookie"].partition(";")[0]


def post(
    pipeline: Pipeline, what: str, fields: dict[str, str], cookie: str = "", **more: str
) -> Any:
    """Post a form as a browser does; keyword arguments are further headers."""
    headers = {"content-type": FORM, "cookie": cookie}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return pipeline.call("POST", f"/goals/{what}", body=urlencode(fields).encode(), headers=headers)


def page(pipeline: Pipeline, url: str, cookie: str) -> str:
    """Return a page that is there."""
    response = pipeline.get(url.partition("#")[0], cookie)
    assert response.status == 200
    return str(response.body.decode())


def test_an_editor_sets_says_and_ends_a_goal(pipeline: Pipeline, editor: str) -> None:
    """Each step leads to the history, which tells it; the first page shows the goal until then."""
    assert "No goal yet" in page(pipeline, "/", editor)
    response = post(pipeline, "set", TYPED, editor)
    assert (response.status, dict(response.headers)["location"]) == (303, done("set"))
    told = bootstrap.goal_store().goal("More reviews")
    assert told
    assert told.goal == Goal(
        name="More reviews",
        metric="net_public_reviews",
        target=1000,
        start=TODAY,
        deadline=TODAY + timedelta(300),
        owner="Grace",
    )
    assert "of 1,000 by" in page(pipeline, "/?goal=More+reviews", editor)

    belief = {"name": "More reviews", "confidence": "7", "note": "We know how."}
    response = post(pipeline, "confidence", belief, editor)
    assert (response.status, dict(response.headers)["location"]) == (303, done("said"))
    assert "How sure you are is kept." in page(pipeline, done("said"), editor)
    assert "7 of 10" in page(pipeline, "/", editor)
    assert "Confidence 7 of 10: We know how." in page(pipeline, NAMED, editor)

    assert post(pipeline, "set", TYPED | {"target": "2000"}, editor).status == 303
    assert "target: 1,000 → 2,000" in page(pipeline, NAMED, editor)

    response = post(pipeline, "end", {"name": "More reviews"}, editor)
    assert (response.status, dict(response.headers)["location"]) == (303, done("ended"))
    assert "No goal yet" in page(pipeline, "/", editor)
    assert "Ended" in page(pipeline, NAMED, editor)
    assert pipeline.get("/?goal=More+reviews", editor).status == 404


def test_what_is_left_empty_stays(pipeline: Pipeline, editor: str) -> None:
    """Of a goal that is there; the form that is opened for it has it all, and keeps it."""
    start = (TODAY - timedelta(30)).isoformat()
    post(pipeline, "set", TYPED | {"start": start, "baseline": "5", "note": "Why"}, editor)
    before = bootstrap.goal_store().goal("More reviews")
    assert before
    assert (
        post(pipeline, "set", {"name": " More reviews ", "target": "2,000"}, editor).status == 303
    )
    after = bootstrap.goal_store().goal("More reviews")
    assert after
    assert after.goal == replace(before.goal, target=2000)
    form = page(pipeline, f"{NAMED}&change=1", editor)
    assert 'value="2000"' in form
    assert f'value="{start}"' in form
    assert 'value="2000"' not in page(pipeline, NAMED, editor)


def test_a_goal_of_what_nobody_collects_is_taken_and_told(pipeline: Pipeline, editor: str) -> None:
    """Once a source is there, or a number was posted, nothing is said any more."""
    pipeline.configure('[[sources]]\nsource = "shopify"\napp = "acme"\n')
    posted = {"metric": "custom", "number": "sold"}
    cases = (
        *(({"app": "shopify:acme"}, "set"), ({"app": "shopify:acmee"}, "set_app")),
        *(({"source": "shopify"}, "set"), ({"source": "steam"}, "set_source")),
        (posted, "set_number"),
    )
    for fields, what in cases:
        response = post(pipeline, "set", TYPED | fields, editor)
        assert (fields, dict(response.headers)["location"]) == (fields, done(what))
    assert "Nobody has posted this number yet" in page(pipeline, done("set_number"), editor)
    bootstrap.goal_store().post("sold", TODAY, 5)
    response = post(pipeline, "set", TYPED | posted, editor)
    assert dict(response.headers)["location"] == done("set")
    pipeline.configure("# nothing")


def test_the_state_is_made_at_once(pipeline: Pipeline, editor: str) -> None:
    """A goal that was set or spoken of does not wait for its state."""
    for what, fields in (
        ("set", TYPED),
        ("confidence", {"name": "More reviews", "confidence": "1"}),
    ):
        assert post(pipeline, what, fields, editor).status == 303
        (kept,) = bootstrap.goal_store().goals()
        assert kept.state
        assert kept.state.version == kept.version


def test_a_goal_that_cannot_be_meant_is_refused(pipeline: Pipeline, editor: str) -> None:
    """422, the reason beside what was typed, and nothing is stored."""
    cases = (
        ({"target": "-5"}, "above the baseline"),
        ({"target": "many"}, "The target is not a number"),
        ({"deadline": "2020-01-01"}, "must lie after the start"),
        ({"name": ""}, "printable characters"),
        ({"name": "x" * 3000}, "printable characters"),
        ({"target": "10.000"}, "write one such as 1000 or 4.6"),
        ({"target": ""}, "A new goal needs a target"),
        ({"metric": "csat", "target": "120"}, "is a percentage"),
        ({"metric": "custom"}, "name the number that is posted"),
        ({"start": "1066-01-01"}, "between 2000 and 2100"),
    )
    for fields, reason in cases:
        response = post(pipeline, "set", TYPED | fields, editor)
        assert response.status == 422
        html = response.body.decode()
        assert reason in html
        assert 'role="alert"' in html
        assert 'value="Grace"' in html
    assert bootstrap.goal_store().goals() == []


def test_a_confidence_beyond_ten_is_refused(pipeline: Pipeline, editor: str) -> None:
    """422 with the reason in the card of the goal; what is said of no goal is 404."""
    post(pipeline, "set", TYPED, editor)
    response = post(pipeline, "confidence", {"name": "More reviews", "confidence": "11"}, editor)
    assert response.status == 422
    assert "Choose how sure you are, from 0 to 10." in response.body.decode()
    assert post(pipeline, "confidence", {"name": "None", "confidence": "1"}, editor).status == 404
    assert post(pipeline, "end", {"name": "None"}, editor).status == 404


def test_only_editors_change_goals(pipeline: Pipeline, editor: str) -> None:
    """A viewer is refused, a stranger too, and so is a form of another site."""
    viewer = logged_in(pipeline, "viewer")
    for what in ("set", "end", "confidence"):
        assert post(pipeline, what, TYPED, viewer).status == 403
        assert post(pipeline, what, TYPED).status == 401
        assert post(pipeline, what, TYPED, editor, sec_fetch_site="cross-site").status == 403
    assert bootstrap.goal_store().goals() == []
    assert pipeline.get("/goals").status == 401
    assert "Set a goal" not in page(pipeline, "/goals", viewer)


def test_a_goal_of_the_file_can_be_spoken_of_at_once(pipeline: Pipeline, editor: str) -> None:
    """Also before the first time that it is looked at."""
    pipeline.configure(
        '[[goals]]\nname = "More reviews"\nmetric = "net_public_reviews"\ntarget = 1000\n'
        f"start = {TODAY}\ndeadline = {TODAY + timedelta(100)}\n"
    )
    assert (
        post(pipeline, "confidence", {"name": "More reviews", "confidence": "3"}, editor).status
        == 303
    )
    assert "3 of 10" in page(pipeline, "/", editor)
    assert post(pipeline, "end", {"name": "More reviews"}, editor).status == 303
    assert "No goal yet" in page(pipeline, "/", editor)
    pipeline.configure(
        '[[goals]]\nname = "Stars"\nmetric = "five_star_reviews"\ntarget = 1000\n'
        f"start = {TODAY}\ndeadline = {TODAY + timedelta(100)}\n"
    )
    stars = TYPED | {"name": "Stars", "metric": "five_star_reviews", "target": "2000"}
    assert post(pipeline, "set", stars, editor).status == 303
    assert "of 2,000 by" in page(pipeline, "/?goal=Stars", editor)
    pipeline.configure("# nothing")


def test_goals_are_files(pipeline: Pipeline, editor: str) -> None:
    """With the days and the fan of one, or one row for each; without a goal there is none."""
    assert pipeline.get("/?format=csv", editor).status == 404
    post(pipeline, "set", TYPED, editor)
    for url, name in (("/?goal=More+reviews&format=csv", "goal"), ("/goals?format=csv", "goals")):
        response = pipeline.get(url, editor)
        assert response.status == 200
        headers = dict(response.headers)
        assert headers["content-type"] == "text/csv; charset=utf-8"
        assert headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert pipeline.get("/?format=pdf", editor).status == 422
    assert pipeline.get("/goals?format=pdf", editor).status == 422
    assert pipeline.get("/goals?name=None", editor).status == 404


def test_the_chart_is_a_picture(pipeline: Pipeline, editor: str) -> None:
    """As PNG, for slides and mails; without the library that draws it the page says so."""
    assert pipeline.get("/?format=png", editor).status == 404
    post(pipeline, "set", TYPED, editor)
    picture = pipeline.get("/?goal=More+reviews&format=png", editor)
    assert (picture.status, dict(picture.headers)["content-type"]) == (200, "image/png")
    assert picture.body.startswith(b"\x89PNG")
    with patch("northstar.web.picture.render_png", return_value=None):
        assert pipeline.get("/?format=png", editor).status == 503
