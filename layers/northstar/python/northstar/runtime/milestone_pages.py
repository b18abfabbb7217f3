"""The route of the milestones of all goals."""

from __future__ import annotations

from northstar.app.show_milestones import milestones_view
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import milestones as page


def milestones(request: Request) -> Response:
    """Show what was reached on the way to each goal, and what comes next.

    `format=csv` gives them as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    view = milestones_view(bootstrap.configuration(), goals=bootstrap.goal_store(), now=request.now)
    if as_file:
        return visits.file("milestones.csv", page.milestones_csv(view))
    return visits.page(200, page.page(view))
