"""The routes of the inbox: what was said, one feedback by its id, and what an editor says of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from northstar import desks, sources
from northstar.app import correct as correcting
from northstar.app import inbox, themes
from northstar.domain.errors import Invalid
from northstar.domain.topics import Theme
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import inbox as page
from northstar.web.export import feedback_csv
from northstar.web.languages import NAMES

_MOST_FIELDS = 300
_FILE_LIMIT = 2_000_000
"""Bytes after which a file ends; Lambda's response holds 6 MB, with every character escaped."""
_FILE_SECONDS = 8.0
"""Seconds of work after which a file ends; the function has twenty."""


def feedback(request: Request) -> Response:
    """List what was said, newest first, as far as it fits the filters (`app.inbox.Filters`).

    `cursor` turns the page, `id` shows one, `format=csv` gives a file. The address of an empty
    field, which a form sends, is replaced by the one without.
    """
    role = visits.visitor(request).role
    query = request.query
    if "id" in query:
        return _entry(query["id"], editor=role == "editor")
    wanted = visits.wanted(request, "csv")
    filters, cursor = inbox.filters_of(query), query.get("cursor") or None
    if not all(value.strip() for value in query.values()):
        return visits.go(_without_empty(query, filters))
    if wanted == "csv":
        return _feedback_file(request, filters, cursor)
    view = inbox.feedback_view(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        filters=filters,
        choices=_choices(),
        cursor=cursor,
        first_day=bootstrap.progress_store().first_day(),
        now=request.now,
    )
    return visits.page(200, page.page(view))


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
    return visits.go(f"/feedback?{urlencode({'id': record_id})}")


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
    view = inbox.entry_view(
        configuration,
        record_id,
        feedback=bootstrap.feedback_store(),
        languages={*NAMES, *configuration.understanding.languages},
        topics=[theme.name for theme in _themes()],
        editor=editor,
    )
    return visits.page(200, page.one(view))


def _themes() -> tuple[Theme, ...]:
    """The topics that texts may be about."""
    return themes.with_own(bootstrap.configuration().topics)


def _choices() -> inbox.Choices:
    """What the form offers: what is configured, and what we know anyway."""
    configuration = bootstrap.configuration()
    configured = {target.source for target in configuration.sources}
    return inbox.Choices(
        topics=tuple(theme.name for theme in _themes()),
        languages=(*{*NAMES, *configuration.understanding.languages, "und"},),
        sources=tuple(sorted({*configured, *sources.SOURCES, *desks.DESKS, "anonymous"})),
    )


def _without_empty(query: Mapping[str, str], filters: inbox.Filters) -> str:
    """Return the address of the same view without empty fields, and without those unknown here."""
    kept = {name: query[name] for name in ("format", "cursor") if query.get(name, "").strip()}
    return page.address(inbox.query_of(filters) | kept)


def _feedback_file(request: Request, filters: inbox.Filters, cursor: str | None) -> Response:
    """What fits from the cursor on, as much as one response carries.

    The `link` header says where it goes on, under the same filters.
    """
    content: list[str] = []
    size, following = 0, None
    until = time.monotonic() + _FILE_SECONDS
    pages_of_it = inbox.feedback_pages(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        filters=filters,
        cursor=cursor,
        first_day=bootstrap.progress_store().first_day(),
        now=request.now,
    )
    for one in pages_of_it:
        lines = list(feedback_csv(one.items))
        content += lines[1:] if content else lines
        size += sum(len(line.encode()) for line in lines)
        following = one.cursor
        if size > _FILE_LIMIT or time.monotonic() > until:
            break
    if following is None:
        return visits.file("feedback.csv", content)
    query = inbox.query_of(filters) | {"format": "csv", "cursor": following}
    rest = f'<{page.address(query)}>; rel="next"'
    return visits.file(f"feedback-newest-{len(content) - 1}-more-follow.csv", content, link=rest)
