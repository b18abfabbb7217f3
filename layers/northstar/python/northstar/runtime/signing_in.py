"""The routes of logging in and out."""

from __future__ import annotations

from northstar.app import login
from northstar.domain.errors import Unauthenticated
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response


def log_in(request: Request) -> Response:
    """Turn a one-time code into a session and go on to the goal page."""
    try:
        code = request.query.get("code", "")
        session = login.log_in(code, bootstrap.progress_store(), request.now)
    except Unauthenticated:
        visits.visitor(request)  # who is logged in already has come back by the link
        return Response(303, headers={"location": "/"})
    seconds = int(login.SESSION_LIFETIME.total_seconds())
    return Response(
        303, headers={"location": "/"}, cookies=(visits.cookie(request, session, seconds),)
    )


def log_out(request: Request) -> Response:
    """Forget the session. A form on another site cannot do that."""
    visits.from_our_page(request)
    login.log_out(visits.session(request), bootstrap.progress_store())
    return Response(303, headers={"location": "/"}, cookies=(visits.cookie(request, "", 0),))
