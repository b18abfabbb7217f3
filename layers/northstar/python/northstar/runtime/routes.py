"""Which function answers which route of `show`, and how an error is told there."""

from __future__ import annotations

from dataclasses import replace

from northstar.domain.errors import Unauthenticated
from northstar.runtime import goal_pages, inbox, leadership, numbers_pages, signing_in, visits
from northstar.runtime.http import Request, Response, json_problem, json_response


def _machine(request: Request) -> Response:
    """The API, which is loaded when a machine comes, so that pages start without it."""
    from northstar.runtime import api  # noqa: PLC0415

    return api.answer(request)


def _description(request: Request) -> Response:
    """What the API is, for anybody."""
    from northstar.runtime import api  # noqa: PLC0415

    return api.document(request)


def problem(error: Exception, request: Request) -> Response:
    """Return an error as a page, or for a machine as JSON.

    One without a valid token is told how to show it (RFC 6750, section 3).
    """
    if not request.route.partition(" ")[2].startswith("/api/"):
        return visits.problem(error, request)
    response = json_problem(error, request)
    if isinstance(error, Unauthenticated):
        return replace(response, headers={**response.headers, "www-authenticate": "Bearer"})
    return response


ROUTES = {
    "GET /": goal_pages.goal,
    "GET /goals": goal_pages.goals,
    "POST /goals/set": goal_pages.set_goal,
    "POST /goals/end": goal_pages.end_goal,
    "POST /goals/confidence": goal_pages.say_confidence,
    "GET /feedback": inbox.feedback,
    "POST /feedback/correct": inbox.correct,
    "GET /sentiment": leadership.sentiment,
    "GET /topics": leadership.topics,
    "GET /coverage": numbers_pages.coverage,
    "GET /templates": numbers_pages.templates,
    "GET /sources": leadership.sources,
    "POST /sources/collect": leadership.collect_now,
    "GET /auth/login": signing_in.log_in,
    "GET /auth/callback": signing_in.callback,
    "POST /auth/logout": signing_in.log_out,
    "GET /api/v1/goals": _machine,
    "GET /api/v1/goals/{name}": _machine,
    "PUT /api/v1/goals/{name}": _machine,
    "DELETE /api/v1/goals/{name}": _machine,
    "PUT /api/v1/goals/{name}/confidence": _machine,
    "GET /api/v1/metrics": _machine,
    "GET /api/v1/metrics/{name}": _machine,
    "PUT /api/v1/metrics/{name}/{day}": _machine,
    "GET /api/v1/aggregates": _machine,
    "GET /api/v1/feedback": _machine,
    "GET /api/v1/sources": _machine,
    "GET /api/v1/templates": _machine,
    "GET /api/v1/openapi.json": _description,
    "GET /health": lambda _request: json_response(200, {"status": "ok"}),
}
