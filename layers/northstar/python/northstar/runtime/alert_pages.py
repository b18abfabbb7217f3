"""The routes of the alerts: what is open and what was told, and what came of it."""

from __future__ import annotations

from northstar.app.outcomes import record_outcome
from northstar.app.show_alerts import AlertsView, alerts_view
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import alerts as page


def alerts(request: Request) -> Response:
    """Show the open alerts and the newest ones; `format=csv` gives the newest as a file.

    `done` says that an outcome was kept just now.
    """
    editor = visits.visitor(request).role == "editor"
    as_file = visits.wanted(request, "csv") == "csv"
    view = _view(request, editor=editor)
    if as_file:
        return visits.file("alerts.csv", page.alerts_csv(view))
    return visits.page(200, page.page(view, done=request.query.get("done") == "1"))


def record(request: Request) -> Response:
    """Keep what an editor says came of an alert; or say what is wrong (422)."""
    who = visits.editor(request)
    form = visits.form(request, len(page.FIELDS))
    typed = {name: visits.one(form, name) for name in page.FIELDS}
    try:
        record_outcome(
            typed["alert"],
            typed["what"],
            typed["note"],
            bootstrap.alert_store(),
            by=who.name,
            now=request.now,
        )
    except Invalid as error:
        refused = page.Refused(typed, error.field, str(error))
        return visits.page(422, page.page(_view(request, editor=True), refused))
    return visits.go("/alerts?done=1")


def _view(request: Request, *, editor: bool) -> AlertsView:
    return alerts_view(
        bootstrap.configuration(),
        alerts=bootstrap.alert_store(),
        feedback=bootstrap.feedback_store(),
        now=request.now,
        editor=editor,
    )
