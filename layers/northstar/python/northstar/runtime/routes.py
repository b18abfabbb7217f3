"""Which function answers which route of `show`, and how an error is told there.

Only the goal page is loaded at the start: it is what most come for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pkgutil import resolve_name

from northstar.domain.errors import Unauthenticated
from northstar.runtime import goal_pages, visits
from northstar.runtime.http import Request, Response, json_problem, json_response


def _later(where: str) -> Callable[[Request], Response]:
    """Return what answers a route, "module:function"; the module is loaded when somebody comes."""

    def answer(request: Request) -> Response:
        found: Callable[[Request], Response] = resolve_name(f"northstar.runtime.{where}")
        return found(request)

    return answer


_machine, _wall = _later("api:answer"), _later("proof_pages:wall")
_wall_json = _later("proof_pages:wall_json")


def problem(error: Exception, request: Request) -> Response:
    """Return an error as a page, or for a machine as JSON.

    One without a valid token is told how to show it (RFC 6750, section 3).
    """
    if not request.route.partition(" ")[2].startswith(("/api/", "/proof.json")):
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
    "GET /milestones": _later("milestone_pages:milestones"),
    "GET /feedback": _later("inbox:feedback"),
    "POST /feedback/correct": _later("inbox:correct"),
    "GET /replies": _later("reply_pages:replies"),
    "GET /alerts": _later("alert_pages:alerts"),
    "POST /alerts/outcome": _later("alert_pages:record"),
    "GET /report": _later("report_pages:report"),
    "GET /r/{token}": _later("report_pages:stop_form"),
    "POST /r/{token}": _later("report_pages:stop"),
    "GET /sentiment": _later("leadership:sentiment"),
    "GET /topics": _later("leadership:topics"),
    "GET /gaps": _later("north_star_pages:gaps"),
    "GET /north-star": _later("north_star_pages:north_star"),
    "GET /coverage": _later("numbers_pages:coverage"),
    "GET /templates": _later("numbers_pages:templates"),
    "GET /templates/one": _later("template_pages:one"),
    "GET /templates/week": _later("template_pages:week"),
    "POST /templates/card": _later("template_pages:card"),
    "POST /templates/state": _later("template_pages:state"),
    "POST /templates/change": _later("template_pages:change"),
    "GET /sources": _later("leadership:sources"),
    "POST /sources/collect": _later("leadership:collect_now"),
    "GET /reviews": _later("proof_pages:invitations"),
    "GET /proof": _wall,
    "HEAD /proof": _wall,
    "GET /proof.json": _wall_json,
    "HEAD /proof.json": _wall_json,
    "GET /auth/login": _later("signing_in:log_in"),
    "GET /auth/callback": _later("signing_in:callback"),
    "POST /auth/logout": _later("signing_in:log_out"),
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
    "GET /api/v1/openapi.json": _later("api:document"),
    "GET /health": lambda _request: json_response(200, {"status": "ok"}),
}
