"""The routes of logging in and out."""

from __future__ import annotations

from northstar.app import login
from northstar.domain import claims
from northstar.domain.errors import Refused, Unauthenticated
from northstar.runtime import bootstrap, oidc, visits
from northstar.runtime.http import Request, Response


def log_in(request: Request) -> Response:
    """Turn a one-time code into a session, or send the visitor to the issuer, who calls back.

    `next` is the path of ours where they want to go after it.
    """
    if "code" in request.query:
        return _by_link(request)
    client = bootstrap.login_client()
    if client is None:
        visits.visitor(request)  # whoever is not logged in is told how to get a link
        return visits.go("/")
    store = bootstrap.progress_store()
    begun = login.begin(request.query.get("next", ""), store, request.now)
    issuer = oidc.authorization_url(client, begun, _callback(request), request.now)
    return visits.go(issuer, visits.cookie(request, visits.FLOW, begun.secret))


def callback(request: Request) -> Response:
    """End a login that has begun in this browser, and go on to where the visitor wanted to go."""
    client = bootstrap.login_client()
    if client is None:
        raise Refused("There is no login service here; use a one-time link.")
    store, told = bootstrap.progress_store(), request.query
    flow = login.resume(told.get("state", ""), visits.flow_secret(request), store, request.now)
    if "error" in told:
        raise Refused(_refusal(told["error"]))
    if not told.get("code") or told.get("iss", client.issuer) != client.issuer:  # RFC 9207
        raise Unauthenticated("The login service did not say who you are.")
    said = oidc.claims(client, told["code"], flow, _callback(request), request.now)
    claims.check(said, issuer=client.issuer, client=client.id, nonce=flow.nonce, now=request.now)
    who = login.visitor_of(said, bootstrap.configuration().login)
    login.log_out(visits.session(request), store)  # whoever was logged in here before
    session = login.start_session(who, store, request.now)
    over = visits.cookie(request, visits.FLOW, "")
    return visits.go(flow.back, visits.cookie(request, visits.LOGIN, session), over)


def log_out(request: Request) -> Response:
    """Forget the session. A form on another site cannot do that."""
    visits.from_our_page(request)
    login.log_out(visits.session(request), bootstrap.progress_store())
    return visits.go("/", visits.cookie(request, visits.LOGIN, ""))


def _by_link(request: Request) -> Response:
    store = bootstrap.progress_store()
    try:
        session = login.log_in(request.query["code"], store, request.now)
    except Unauthenticated:
        visits.visitor(request)  # who is logged in already has come back by the link
        return visits.go("/")
    login.log_out(visits.session(request), store)  # whoever was logged in here before
    return visits.go("/", visits.cookie(request, visits.LOGIN, session))


def _refusal(error: str) -> str:
    if error == "access_denied":
        return "The login service did not let you in, or you turned back."
    return "The login service could not log you in; try again, and tell your operator."


def _callback(request: Request) -> str:
    return f"{visits.public_url(request)}/auth/callback"
