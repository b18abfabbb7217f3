"""Who comes to leadership's pages, what they post, and the page that an error becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from northstar.app import login
from northstar.app.ports import Visitor
from northstar.app.texts import DEFAULT
from northstar.domain.errors import Invalid, NorthstarError, Refused, Unauthenticated
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, status_of
from northstar.runtime.settings import is_loopback, on_local_stack
from northstar.web import customers, frame, pages

_NO_EDITOR = "This login may look only; ask your operator for one with --role editor."


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
    public = urlsplit(bootstrap.configuration().public_url or request.base_url)
    return {request.base_url, f"{public.scheme}://{public.netloc}"}


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


def problem(error: Exception, request: Request) -> Response:
    """Return the page for an error."""
    business = bootstrap.configuration().business.name
    if isinstance(error, Unauthenticated):
        return page(401, pages.login_needed(business, local=on_local_stack()))
    status = status_of(error)
    if isinstance(error, NorthstarError) and not error.retryable:
        return page(status, customers.refused(business, DEFAULT, "/", str(error)))
    if status == 503:
        return page(status, customers.unavailable(business, DEFAULT, "/"))
    return page(500, customers.failed(business, DEFAULT, request.id))


def session(request: Request) -> str | None:
    """Return the id of the session that the request's cookie names."""
    return request.cookies.get(_cookie_name(request))


def _cookie_name(request: Request) -> str:
    """A `__Host-` cookie, but on loopback, where there is no TLS, a plain one."""
    return "login" if is_loopback(request.base_url) else "__Host-login"


def cookie(request: Request, value: str, seconds: int) -> str:
    """Return the session's cookie for the browser; 0 seconds takes it back."""
    name = _cookie_name(request)
    secure = "; Secure" if name.startswith("__Host-") else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
