"""What holds for every route of show, whichever it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from local.http import Response
from northstar.app import tokens
from northstar.app.login import Role, issue_code
from northstar.runtime import bootstrap
from northstar.runtime.routes import ROUTES
from tests.integration.conftest import Pipeline

FORM = "application/x-www-form-urlencoded"
_OF_NOBODY = {"/r/{token}"}  # its link is all that is needed, from wherever it is pressed
FORMS = sorted({path for method, path in map(str.split, ROUTES) if method == "POST"} - _OF_NOBODY)
TODAY = datetime.now(UTC).date()
GOAL = {
    "name": "More",
    "metric": "net_public_reviews",
    "target": "1000",
    "deadline": (TODAY + timedelta(300)).isoformat(),
}


@pytest.fixture
def site(pipeline: Pipeline) -> Pipeline:
    """The pipeline without any goal or source."""
    pipeline.configure("# nothing")
    return pipeline


def session(site: Pipeline, role: Role) -> str:
    """Return the cookie of a new session."""
    code = issue_code(bootstrap.progress_store(), datetime.now(UTC), role)
    response = site.get(f"/auth/login?code={code}")
    return dict(response.headers)["set-cookie"].partition(";")[0]


def post(site: Pipeline, path: str, cookie: str, **more: str) -> Response:
    """Post a form as a browser does; keyword arguments are further headers."""
    headers = {"content-type": FORM, "cookie": cookie}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return site.call("POST", path, body=urlencode(GOAL).encode(), headers=headers)


def test_no_form_is_taken_from_another_site(site: Pipeline) -> None:
    """Nor from anywhere where nobody is logged in, nor from a viewer; everybody may log out."""
    editor, viewer = session(site, "editor"), session(site, "viewer")
    for path in FORMS:
        for foreign in (
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
            {"origin": "https://evil.example"},
            {"sec_fetch_site": "cross-site", "origin": "null"},
        ):
            assert (path, post(site, path, editor, **foreign).status) == (path, 403)
        if path != "/auth/logout":
            assert (path, post(site, path, viewer).status) == (path, 403)
            assert (path, post(site, path, "").status) == (path, 401)
    assert site.get("/goals", editor).status == 200


def safe(response: Response) -> bool:
    """Whether nobody may keep an answer, or take it for something else; no page runs anything."""
    headers = dict(response.headers)
    kept = (headers.get("cache-control"), headers.get("x-content-type-options"))
    if headers["content-type"] == "application/json":
        return kept == ("no-store", "nosniff")
    policy = headers.get("content-security-policy", "")
    return kept == ("no-store", "nosniff") and policy.startswith("default-src 'none'; ")


def test_every_answer_has_its_headers(site: Pipeline) -> None:
    """Pages, files, pictures, JSON, redirects and refusals, with a session, a token or nothing."""
    editor = session(site, "editor")
    token = tokens.issue("bi", ["read"], bootstrap.progress_store(), datetime.now(UTC))
    assert post(site, "/goals/set", editor).status == 303
    seen: set[int] = set()
    for route in sorted(ROUTES, key=lambda one: "logout" in one):
        method, path = route.replace("{name}", "x").replace("{day}", "2026-09-01").split()
        for headers in ({}, {"authorization": f"Bearer {token}"}, {"cookie": editor}):
            answer = site.call(method, path, headers=headers)
            assert (route, safe(answer)) == (route, True)
            seen.add(answer.status)
    assert seen >= {200, 303, 401, 403, 404, 422}
    assert 500 not in seen
    editor = session(site, "editor")
    for url in ("/?format=png", "/?format=csv", "/goals?format=csv", "/feedback?text="):
        answer = site.get(url, editor)
        assert answer.status == (303 if "text" in url else 200)
        assert (url, safe(answer)) == (url, True)
    assert safe(post(site, "/goals/set", editor))
