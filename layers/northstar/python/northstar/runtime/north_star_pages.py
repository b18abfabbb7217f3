"""The routes of the north star and of the knowledge gaps."""

from __future__ import annotations

from northstar.app.north_star import PERIODS, north_star_view
from northstar.app.show_gaps import gaps_view
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import gaps as gaps_page
from northstar.web import north_star as north_star_page


def north_star(request: Request) -> Response:
    """Show how many tickets truly were solved in the last `days` days; `format=csv` as a file."""
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    periods = {str(days): days for days in PERIODS}
    wanted = request.query.get("days") or str(PERIODS[0])
    if wanted not in periods:
        known = ", ".join(f"days={days}" for days in periods)
        raise Invalid(f"The period is not known; write one of {known}.", "days")
    view = north_star_view(
        bootstrap.configuration(),
        totals=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=request.now,
        days=periods[wanted],
    )
    if as_file:
        return visits.file("north-star.csv", north_star_page.weeks_csv(view))
    return visits.page(200, north_star_page.page(view))


def gaps(request: Request) -> Response:
    """Show on which topics customers are not helped; `format=csv` gives them as a file."""
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    view = gaps_view(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
    )
    if as_file:
        return visits.file("gaps.csv", gaps_page.gaps_csv(view))
    return visits.page(200, gaps_page.page(view))
