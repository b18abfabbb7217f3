"""The routes of leadership's pages."""

from __future__ import annotations

from urllib.parse import urlencode

from northstar import sources as stores
from northstar.app import insights, learn, show_sentiment, show_sources, show_topics
from northstar.app.source import Capabilities
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, freshness, planning, visits
from northstar.runtime.http import Request, Response
from northstar.web import other_files
from northstar.web import sentiment as sentiment_page
from northstar.web import sources as sources_page
from northstar.web import topics as topics_page
from northstar.web.languages import NAMES


def sentiment(request: Request) -> Response:
    """Show what the texts say, how far to trust it in each language, and what to check.

    `format=csv` gives the weeks and languages as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
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
    if as_file:
        return visits.file("sentiment.csv", other_files.sentiment_csv(view))
    return visits.page(200, sentiment_page.page(view))


def topics(request: Request) -> Response:
    """Show what texts are about in the last `days` days; `language` is that of the quotes.

    `format=csv` gives the topics as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
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
    if as_file:
        return visits.file("topics.csv", other_files.topics_csv(view))
    return visits.page(200, topics_page.page(view))


def sources(request: Request) -> Response:
    """Show how each source stands; `queued` names the one that was asked for a moment ago.

    `format=csv` gives them as a file.
    """
    role = visits.visitor(request).role
    as_file = visits.wanted(request, "csv") == "csv"
    configuration = bootstrap.configuration()
    view = show_sources.sources_view(
        configuration,
        totals=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        shows=_shows,
        every=freshness.every(),
        stale_after=freshness.stale_after(configuration),
        now=request.now,
        editor=role == "editor",
        queued=request.query.get("queued"),
    )
    if as_file:
        return visits.file("sources.csv", other_files.sources_csv(view))
    return visits.page(200, sources_page.page(view))


def collect_now(request: Request) -> Response:
    """Queue one source, named by `source`, `app` and `country`, and go back to the page."""
    visits.editor(request)
    form = visits.form(request, 8)
    source, app, country = (visits.one(form, name) for name in ("source", "app", "country"))
    planning.collect_now(bootstrap.configuration(), source, app, country or None)
    queued = f"{source} {app}/{country}" if country else f"{source} {app}"
    return visits.go(f"/sources?{urlencode({'queued': queued})}")


def _shows(source: str) -> Capabilities | None:
    """Return what a store shows; None for one that we no longer know."""
    return stores.by_name(source).CAPABILITIES if source in stores.SOURCES else None
