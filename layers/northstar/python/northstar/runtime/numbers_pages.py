"""The routes of the pages of numbers: the hours of the week, and the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, get_args

from northstar.app import show_coverage, show_templates, template_sheet
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import coverage as coverage_page
from northstar.web import template_sheet as templates_page

Choice = TypeVar("Choice")


def coverage(request: Request) -> Response:
    """Show when customers write and how soon they are answered, in the last `days` days.

    `show` chooses what the map is about; `format=csv` gives the hours as a file, `format=slots`
    those that are not covered.
    """
    visits.visitor(request)
    wanted = visits.wanted(request, "csv", "slots")
    view = show_coverage.coverage_view(
        bootstrap.configuration(),
        totals=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=request.now,
        days=_one_of(request, "days", _by_text(show_coverage.PERIODS), 91),
        shown=_one_of(request, "show", _by_text(get_args(show_coverage.Shown)), "in-time"),
    )
    if wanted == "csv":
        return visits.file("coverage.csv", coverage_page.hours_csv(view))
    if wanted == "slots":
        return visits.file("slots.csv", coverage_page.slots_csv(view))
    return visits.page(200, coverage_page.page(view))


def templates(request: Request) -> Response:
    """Show how well each template solves what it is sent for, in the last `days` days.

    `sort` orders them, `after` turns the page; `format=csv` gives all of them as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    view = show_templates.templates_view(
        bootstrap.configuration(),
        progress=bootstrap.progress_store(),
        templates=bootstrap.template_store(),
        now=request.now,
        days=_one_of(request, "days", _by_text(template_sheet.PERIODS), 91),
        sort=_one_of(request, "sort", _by_text(get_args(show_templates.Sort)), "worst"),
        after=request.query.get("after"),
        most=None if as_file else show_templates.PAGE,
    )
    if as_file:
        return visits.file("templates.csv", templates_page.sheet_csv(view))
    return visits.page(200, templates_page.page(view))


def _one_of(request: Request, name: str, known: Mapping[str, Choice], usual: Choice) -> Choice:
    """Return the chosen one of what is known. Raises Invalid."""
    wanted = request.query.get(name) or None
    if wanted is None:
        return usual
    if wanted not in known:
        choices = ", ".join(f"{name}={one}" for one in known)
        raise Invalid(f"The field '{name}' is not known; write one of {choices}.", name)
    return known[wanted]


def _by_text(choices: Iterable[Choice]) -> dict[str, Choice]:
    return {str(one): one for one in choices}
