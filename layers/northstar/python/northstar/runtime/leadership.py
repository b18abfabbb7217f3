"""The routes of leadership's pages, and the login in front of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from northstar import sources as stores
from northstar.app import correct as correcting
from northstar.app import (
    insights,
    learn,
    login,
    show,
    show_sentiment,
    show_sources,
    show_topics,
    themes,
)
from northstar.app.source import Capabilities
from northstar.app.texts import DEFAULT
from northstar.domain.errors import Invalid, NorthstarError, Refused, Unauthenticated
from northstar.domain.topics import Theme
from northstar.runtime import bootstrap, planning
from northstar.runtime.http import Request, Response, status_of
from northstar.runtime.settings import is_loopback, on_local_stack
from northstar.web import customers, frame, pages
from northstar.web import sentiment as sentiment_page
from northstar.web import sources as sources_page
from northstar.web import topics as topics_page
from northstar.web.export import feedback_csv
from northstar.web.languages import NAMES

_SWITCH = {"out": True, "in": False}
_NO_EDITOR = "This login may look only; ask your operator for one with --role editor."
_MOST_FIELDS = 300
_FILE_LIMIT = 2_000_000
"""Bytes after which a file ends; Lambda's response holds 6 MB, with every character escaped."""
_FILE_SECONDS = 8.0
"""Seconds of work after which a file ends; the function has twenty."""


def goal(request: Request) -> Response:
    """Show the goal page; `suspects=out` or `in` decides about answers that look machine-made."""
    _check(request)
    configuration = bootstrap.configuration()
    view = show.goal_view(
        configuration,
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        now=request.now,
        stale_after=planning.stale_after(configuration),
        leave_out=_SWITCH.get(request.query.get("suspects", "")),
    )
    return _page(200, pages.goal(view))


def feedback(request: Request) -> Response:
    """List answers and reviews, newest first; `id` shows one, `format=csv` gives a file."""
    role = _check(request)
    if "id" in request.query:
        return _entry(request.query["id"], editor=role == "editor")
    wanted = request.query.get("format", "html")
    cursor = request.query.get("cursor")
    if wanted == "csv":
        return _feedback_file(request, cursor)
    if wanted != "html":
        raise Invalid("The format is not known; write format=csv or leave it out.", "format")
    view = show.feedback_view(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        cursor=cursor,
        now=request.now,
    )
    return _page(200, pages.inbox(view))


def correct(request: Request) -> Response:
    """Keep what an editor says of one text, and go back to it."""
    _from_our_page(request)
    if _check(request) != "editor":
        raise Refused(_NO_EDITOR)
    form = _form(request, _MOST_FIELDS)
    record_id = _one(form, "id")
    correcting.correct(
        record_id,
        **_said(form),
        themes=_themes(),
        feedback=bootstrap.feedback_store(),
        now=request.now,
    )
    return Response(303, headers={"location": f"/feedback?{urlencode({'id': record_id})}"})


def sentiment(request: Request) -> Response:
    """Show what the texts say, how far to trust it in each language, and what to check."""
    _check(request)
    reach = bootstrap.reach()
    view = show_sentiment.sentiment_view(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        cards=list(learn.cards(bootstrap.models())),
        languages={*NAMES, *reach.detected},
        paid=reach.paid,
        now=request.now,
    )
    return _page(200, sentiment_page.page(view))


def topics(request: Request) -> Response:
    """Show what texts are about in the last `days` days; `language` is that of the quotes."""
    _check(request)
    periods = {str(days): days for days in insights.PERIODS}
    wanted = request.query.get("days", "30")
    if wanted not in periods:
        known = ", ".join(f"days={days}" for days in periods)
        raise Invalid(f"The period is not known; write one of {known}.", "days")
    view = show_topics.topics_view(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        now=request.now,
        days=periods[wanted],
        language=request.query.get("language"),
    )
    return _page(200, topics_page.page(view))


def sources(request: Request) -> Response:
    """Show how each source stands; `queued` names the one that was asked for a moment ago."""
    role = _check(request)
    configuration = bootstrap.configuration()
    view = show_sources.sources_view(
        configuration,
        totals=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        shows=_shows,
        every=planning.every(),
        stale_after=planning.stale_after(configuration),
        now=request.now,
        editor=role == "editor",
        queued=request.query.get("queued"),
    )
    return _page(200, sources_page.page(view))


def collect_now(request: Request) -> Response:
    """Queue one source, named by `source`, `app` and `country`, and go back to the page."""
    _from_our_page(request)
    if _check(request) != "editor":
        raise Refused(_NO_EDITOR)
    form = _form(request, 8)
    source, app, country = (_one(form, name) for name in ("source", "app", "country"))
    planning.collect_now(bootstrap.configuration(), source, app, country or None)
    queued = f"{source} {app}/{country}" if country else f"{source} {app}"
    return Response(303, headers={"location": f"/sources?{urlencode({'queued': queued})}"})


def log_in(request: Request) -> Response:
    """Turn a one-time code into a session and go on to the goal page."""
    try:
        code = request.query.get("code", "")
        session = login.log_in(code, bootstrap.progress_store(), request.now)
    except Unauthenticated:
        _check(request)  # who is logged in already has come back by the link
        return Response(303, headers={"location": "/"})
    seconds = int(login.SESSION_LIFETIME.total_seconds())
    return Response(303, headers={"location": "/"}, cookies=(_cookie(request, session, seconds),))


def log_out(request: Request) -> Response:
    """Forget the session. A form on another site cannot do that."""
    _from_our_page(request)
    login.log_out(_session(request), bootstrap.progress_store())
    return Response(303, headers={"location": "/"}, cookies=(_cookie(request, "", 0),))


def problem(error: Exception, request: Request) -> Response:
    """Return the page for an error."""
    business = _business()
    if isinstance(error, Unauthenticated):
        return _page(401, pages.login_needed(business, local=on_local_stack()))
    status = status_of(error)
    if isinstance(error, NorthstarError) and not error.retryable:
        return _page(status, customers.refused(business, DEFAULT, "/", str(error)))
    if status == 503:
        return _page(status, customers.unavailable(business, DEFAULT, "/"))
    return _page(500, customers.failed(business, DEFAULT, request.id))


def _check(request: Request) -> str:
    """Return the role of whoever is logged in. Raises Unauthenticated."""
    return login.check(_session(request), bootstrap.progress_store(), request.now)


def _from_our_page(request: Request) -> None:
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


def _form(request: Request, most: int) -> dict[str, list[str]]:
    """Return the posted fields, at most so many. Raises Invalid, TooLarge."""
    try:
        return parse_qs(request.body().decode(), max_num_fields=most, errors="strict")
    except ValueError as error:
        raise Invalid("The form is not valid; use our page.", "body") from error


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return a field, or nothing. Raises Invalid for one that stands twice."""
    values = form.get(name, [""])
    if len(values) > 1:
        raise Invalid(f"The form has the field '{name}' twice; use our page.", name)
    return values[0]


def _said(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What somebody says of a text: all that was shown is right, or what they have chosen.

    Chosen topics are said when they are not those that were shown.
    """
    shown = form.get("shown_topic", [])
    match _one(form, "what"):
        case "right":
            return {
                "label": _one(form, "shown_label") or None,
                "language": _one(form, "shown_language") or None,
                "topics": shown,
            }
        case "save":
            topics = form.get("topic", [])
            same = set(topics) == set(shown)
            return {
                "label": _one(form, "label") or None,
                "language": _one(form, "language") or None,
                "topics": None if same else topics,
            }
    raise Invalid("The form does not say what to do; use our page.", "what")


def _entry(record_id: str, *, editor: bool) -> Response:
    """The page of one feedback."""
    configuration = bootstrap.configuration()
    view = show.entry_view(
        configuration,
        record_id,
        feedback=bootstrap.feedback_store(),
        languages={*NAMES, *configuration.understanding.languages},
        topics=[theme.name for theme in _themes()],
        editor=editor,
    )
    return _page(200, pages.one(view))


def _themes() -> tuple[Theme, ...]:
    """The topics that texts may be about."""
    return themes.with_own(bootstrap.configuration().topics)


def _shows(source: str) -> Capabilities | None:
    """Return what a store shows; None for one that we no longer know."""
    return stores.by_name(source).CAPABILITIES if source in stores.SOURCES else None


def _session(request: Request) -> str | None:
    return request.cookies.get(_cookie_name(request))


def _cookie_name(request: Request) -> str:
    """A `__Host-` cookie, but on loopback, where there is no TLS, a plain one."""
    return "login" if is_loopback(request.base_url) else "__Host-login"


def _cookie(request: Request, value: str, seconds: int) -> str:
    name = _cookie_name(request)
    secure = "; Secure" if name.startswith("__Host-") else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


def _business() -> str:
    return bootstrap.configuration().business.name


def _feedback_file(request: Request, cursor: str | None) -> Response:
    """All from the cursor on that one response carries; the `link` header says where it goes on."""
    content: list[str] = []
    size, following = 0, None
    until = time.monotonic() + _FILE_SECONDS
    pages_of_it = show.feedback_pages(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        cursor=cursor,
        now=request.now,
    )
    for page in pages_of_it:
        lines = list(feedback_csv(page.items))
        content += lines[1:] if content else lines
        size += sum(len(line.encode()) for line in lines)
        following = page.cursor
        if size > _FILE_LIMIT or time.monotonic() > until:
            break
    headers = frame.headers() | {"content-disposition": 'attachment; filename="feedback.csv"'}
    if following:
        headers["link"] = f'</feedback?format=csv&cursor={following}>; rel="next"'
    return Response(200, "".join(content), "text/csv; charset=utf-8", headers)


def _page(status: int, html: str) -> Response:
    return Response(status, html, headers=frame.headers())
