"""The routes of the inbox: what was said, one feedback by its id, and what an editor says of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from northstar.app import correct as correcting
from northstar.app import show, themes
from northstar.domain.errors import Invalid
from northstar.domain.topics import Theme
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import frame, pages
from northstar.web.export import feedback_csv
from northstar.web.languages import NAMES

_MOST_FIELDS = 300
_FILE_LIMIT = 2_000_000
"""Bytes after which a file ends; Lambda's response holds 6 MB, with every character escaped."""
_FILE_SECONDS = 8.0
"""Seconds of work after which a file ends; the function has twenty."""


def feedback(request: Request) -> Response:
    """List answers and reviews, newest first; `id` shows one, `format=csv` gives a file."""
    role = visits.visitor(request).role
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
    return visits.page(200, pages.inbox(view))


def correct(request: Request) -> Response:
    """Keep what an editor says of one text, and go back to it."""
    visits.editor(request)
    form = visits.form(request, _MOST_FIELDS)
    record_id = visits.one(form, "id")
    correcting.correct(
        record_id,
        **_said(form),
        themes=_themes(),
        feedback=bootstrap.feedback_store(),
        now=request.now,
    )
    return Response(303, headers={"location": f"/feedback?{urlencode({'id': record_id})}"})


def _said(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What somebody says of a text: all that was shown is right, or what they have chosen.

    Chosen topics are said when they are not those that were shown.
    """
    shown = form.get("shown_topic", [])
    match visits.one(form, "what"):
        case "right":
            return {
                "label": visits.one(form, "shown_label") or None,
                "language": visits.one(form, "shown_language") or None,
                "topics": shown,
            }
        case "save":
            topics = form.get("topic", [])
            same = set(topics) == set(shown)
            return {
                "label": visits.one(form, "label") or None,
                "language": visits.one(form, "language") or None,
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
    return visits.page(200, pages.one(view))


def _themes() -> tuple[Theme, ...]:
    """The topics that texts may be about."""
    return themes.with_own(bootstrap.configuration().topics)


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
