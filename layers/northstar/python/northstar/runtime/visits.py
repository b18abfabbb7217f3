"""Who comes to leadership's pages, what they post, and the page that an error becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit

from northstar.app import login
from northstar.app.ports import Visitor
from northstar.app.texts import DEFAULT
from northstar.domain.errors import Invalid, NorthstarError, Refused, Unauthenticated
from northstar.domain.times import monday
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, status_of
from northstar.runtime.settings import is_loopback, on_local_stack
from northstar.web import customers, frame, pages

LOGIN = "login"
FLOW = "login-flow"

_NO_EDITOR = "This login may look only; ask your operator for the role of an editor."
_LIFETIMES = {LOGIN: login.SESSION_LIFETIME, FLOW: login.FLOW_LIFETIME}


def visitor(request: Request) -> Visitor:
    """Return who is logged in. Raises Unauthenticated."""
    return login.check(session(request), bootstrap.progress_store(), request.now)


def editor(request: Request) -> Visitor:
    """Return the editor who sends a form of our own pages. Raises Unauthenticated, Refused."""
    from_our_page(request)
    who = visitor(request)
    if who.role != "editor":
        raise Refused(_NO_EDITOR)
    return who


def from_our_page(request: Request) -> None:
    """Refuse a form of another site.

    Our pages send no referrer, so a browser sends "null" as the origin of their forms (Fetch
    standard, "append a request Origin header"); then Sec-Fetch-Site and the SameSite cookie decide.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "null")
    if site not in {"same-origin", "none"} or origin not in {"null", *_origins(request)}:
        raise Refused("Do that from our own page.")


def _origins(request: Request) -> set[str]:
    """The origins that are ours: where the request came to, and the public address."""
    public = urlsplit(public_url(request))
    return {request.base_url, f"{public.scheme}://{public.netloc}"}


def public_url(request: Request) -> str:
    """Return the address that visitors know us by: as configured, or where the request came to."""
    return bootstrap.configuration().public_url or request.base_url


def form(request: Request, most: int) -> dict[str, list[str]]:
    """Return the posted fields, at most so many. Raises Invalid, TooLarge."""
    try:
        return parse_qs(request.body().decode(), max_num_fields=most, errors="strict")
    except ValueError as error:
        raise Invalid("The form is not valid; use our page.", "body") from error


def one(told: Mapping[str, Sequence[str]], name: str) -> str:
    """Return a field, or nothing. Raises Invalid for one that stands twice."""
    values = told.get(name, [""])
    if len(values) > 1:
        raise Invalid(f"The form has the field '{name}' twice; use our page.", name)
    return values[0]


def page(status: int, html: str) -> Response:
    """Return a page with the headers that every page has."""
    return Response(status, html, headers=frame.headers())


def go(where: str, *cookies: str) -> Response:
    """Send the visitor to another address, by GET, with the headers that every page has."""
    return Response(303, headers=frame.headers() | {"location": where}, cookies=cookies)


def wanted(request: Request, *files: str) -> str:
    """Return what form of a view is wanted: "html", or one of these kinds of files.

    Raises Invalid.
    """
    form_of_it = request.query.get("format") or "html"
    if form_of_it not in {"html", *files}:
        known = " or ".join(f"format={kind}" for kind in files)
        raise Invalid(f"The format is not known; write {known}, or leave it out.", "format")
    return form_of_it


def week(request: Request) -> date | None:
    """Return the Monday of the week of the day `week`; None where none is asked for.

    Raises Invalid.
    """
    told = request.query.get("week")
    try:
        return monday(date.fromisoformat(told)) if told else None
    except ValueError:
        raise Invalid("The week is not a day; write it as week=2026-11-16.", "week") from None


def file(name: str, lines: Iterable[str], **headers: str) -> Response:
    """Return a CSV file to keep under a name, with the headers that every page has."""
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    content = "".join(lines)
    return Response(200, content, "text/csv; charset=utf-8", frame.headers() | kept | headers)


def problem(error: Exception, request: Request) -> Response:
    """Return the page for an error."""
    business = bootstrap.configuration().business.name
    if isinstance(error, Unauthenticated):
        start = _start(request) if bootstrap.login_issuer() else ""
        html = pages.login_needed(business, local=on_local_stack(), reason=str(error), start=start)
        return page(401, html)
    status = status_of(error)
    if status == 503 and request.route.startswith("GET /auth/"):
        return page(503, pages.login_unavailable(business))
    if isinstance(error, NorthstarError) and not error.retryable:
        return page(status, customers.refused(business, DEFAULT, "/", str(error)))
    if status == 503:
        return page(status, customers.unavailable(business, DEFAULT, "/"))
    return page(500, customers.failed(business, DEFAULT, request.id))


def _start(request: Request) -> str:
    """The link that begins a login and leads back to the page that was asked for."""
    method, _, path = request.route.partition(" ")
    if method != "GET" or path.startswith("/auth/"):
        return "/auth/login"
    return f"/auth/login?{urlencode({'next': request.target})}"


def session(request: Request) -> str | None:
    """Return the id of the session that the request's cookie names."""
    return request.cookies.get(_cookie_name(request, LOGIN))


def flow_secret(request: Request) -> str:
    """Return the secret half of the state of a login that began in this browser, or nothing."""
    return request.cookies.get(_cookie_name(request, FLOW), "")


def cookie(request: Request, name: str, value: str) -> str:
    """Return a cookie for the browser, `LOGIN` or `FLOW`; without a value it is taken back."""
    seconds = int(_LIFETIMES[name].total_seconds()) if value else 0
    full = _cookie_name(request, name)
    secure = "; Secure" if full.startswith("__Host-") else ""
    return f"{full}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


def _cookie_name(request: Request, name: str) -> str:
    """A `__Host-` cookie, but on loopback, where there is no TLS, a plain one."""
    return name if is_loopback(request.base_url) else f"__Host-{name}"
