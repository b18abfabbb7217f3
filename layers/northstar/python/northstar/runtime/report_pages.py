"""The routes of the weekly report: its page, and the end of its mails."""

from __future__ import annotations

from urllib.parse import quote

from northstar.app.report import AUDIENCES, Audience
from northstar.app.report_mailing import STOP
from northstar.domain.errors import Invalid
from northstar.domain.tokens import read
from northstar.runtime import bootstrap, reporting, visits
from northstar.runtime.http import Request, Response
from northstar.web import report as page


def report(request: Request) -> Response:
    """Show the report of the Monday `week`, or the newest, as an `audience` was told it."""
    visits.visitor(request)
    shown = reporting.view(visits.week(request), _audience(request), request.now)
    return visits.page(200, page.page(shown))


def stop_form(request: Request) -> Response:
    """Show the page that stops the mails of the report. Writes nothing."""
    mailbox = _mailbox(request)
    stopped = mailbox in bootstrap.report_store().stopped([mailbox])
    return _stop_page(request, stopped=stopped)


def stop(request: Request) -> Response:
    """Mail nobody there a report any more: by the button, or in one click (RFC 8058).

    The page that says so has a button that takes it back.
    """
    mailbox, store = _mailbox(request), bootstrap.report_store()
    again = request.body() == b"again=yes"
    if again:
        store.resume(mailbox)
    else:
        store.stop(mailbox, request.now)
    return _stop_page(request, stopped=not again)


def _mailbox(request: Request) -> str:
    """The mailbox (a keyed hash) that the link is for. Raises NotFound, Closed."""
    return read(request.path["token"], bootstrap.token_keys(), request.now, STOP)


def _stop_page(request: Request, *, stopped: bool) -> Response:
    business = bootstrap.configuration().business.name
    action = f"/r/{quote(request.path['token'], safe='')}"
    return visits.page(200, page.stop_page(business, action, stopped=stopped))


def _audience(request: Request) -> Audience:
    wanted = request.query.get("audience") or AUDIENCES[0]
    for one in AUDIENCES:
        if one == wanted:
            return one
    known = " or ".join(f"audience={one}" for one in AUDIENCES)
    raise Invalid(f"The audience is not known; write {known}.", "audience")
