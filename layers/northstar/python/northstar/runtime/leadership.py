"""The routes of leadership's pages."""

from __future__ import annotations

from urllib.parse import urlencode

from northstar import sources as stores
from northstar.app import insights, learn, show, show_sentiment, show_sources, show_topics
from northstar.app.source import Capabilities
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, planning, visits
from northstar.runtime.http import Request, Response
from northstar.web import pages
from northstar.web import sentiment as sentiment_page
from northstar.web import sources as sources_page
from northstar.web import topics as topics_page
from northstar.web.languages import NAMES

_SWITCH = {"out": True, "in": False}


def goal(request: Request) -> Response:
    """Show the goal page; `suspects=out` or `in` decides about answers that look machine-made."""
    visits.visitor(request)
    configuration = bootstrap.configuration()
    view = show.goal_view(
        configuration,
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        now=request.now,
        stale_after=planning.stale_after(configuration),
        leave_out=_SWITCH.get(request.query.get("suspects", "")),
    )
    return visits.page(200, pages.goal(view))


def sentiment(request: Request) -> Response:
    """Show what the texts say, how far to trust it in each language, and what to check."""
    visits.visitor(request)
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
    return visits.page(200, sentiment_page.page(view))


def topics(request: Request) -> Response:
    """Show what texts are about in the last `days` days; `language` is that of the quotes."""
    visits.visitor(request)
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
    return visits.page(200, topics_page.page(view))


def sources(request: Request) -> Response:
    """Show how each source stands; `queued` names the one that was asked for a moment ago."""
    role = visits.visitor(request).role
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
    return visits.page(200, sources_page.page(view))


def collect_now(request: Request) -> Response:
    """Queue one source, named by `source`, `app` and `country`, and go back to the page."""
    visits.editor(request)
    form = visits.form(request, 8)
    source, app, country = (visits.one(form, name) for name in ("source", "app", "country"))
    planning.collect_now(bootstrap.configuration(), source, app, country or None)
    queued = f"{source} {app}/{country}" if country else f"{source} {app}"
    return Response(303, headers={"location": f"/sources?{urlencode({'queued': queued})}"})


def _shows(source: str) -> Capabilities | None:
    """Return what a store shows; None for one that we no longer know."""
    return stores.by_name(source).CAPABILITIES if source in stores.SOURCES else None
