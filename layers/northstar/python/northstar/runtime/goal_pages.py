"""The routes of the goals: the first page, the page of all goals, and what editors say of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlencode

from northstar.app import goals as keeping
from northstar.app import show, show_goals
from northstar.app.views import GoalStanding
from northstar.domain.errors import Invalid, NotFound, Unavailable
from northstar.runtime import bootstrap, freshness, goal_setting, tracking, visits
from northstar.runtime.http import Request, Response
from northstar.web import frame, goal_forms, hero, pages
from northstar.web import goals as page
from northstar.web.goal_forms import BELIEF_FIELDS, GOAL_FIELDS, Tried
from northstar.web.goal_plot import WIDE

_SWITCH = {"out": True, "in": False}


def goal(request: Request) -> Response:
    """Show the goal named by `goal`, or the first one.

    `suspects=out` or `in` decides about answers that look machine-made; `format=csv` gives the
    days and the forecast of the goal as a file, `format=png` its chart.
    """
    visits.visitor(request)
    wanted = visits.wanted(request, "csv", "png")
    configuration = bootstrap.configuration()
    view = show.goal_view(
        configuration,
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=request.now,
        stale_after=freshness.stale_after(configuration),
        name=request.query.get("goal") or None,
        leave_out=_SWITCH.get(request.query.get("suspects", "")),
    )
    if wanted == "html":
        return visits.page(200, pages.goal(view))
    if view.standing is None:
        raise NotFound("There is no goal yet; set one on the page of the goals.")
    if wanted == "csv":
        return visits.file("goal.csv", page.goal_csv(view.standing))
    return _picture(view.standing)


def goals(request: Request) -> Response:
    """Show all goals, and the history of the one of `name`; `format=csv` gives them as a file.

    `change=1` opens the form with the chosen goal in it, and `done` says what was done just now.
    """
    editor = visits.visitor(request).role == "editor"
    view = _view(request, editor=editor, name=request.query.get("name") or None)
    if visits.wanted(request, "csv") == "csv":
        return visits.file("goals.csv", page.goals_csv(view))
    change = request.query.get("change") == "1"
    return visits.page(200, page.page(view, done=request.query.get("done", ""), change=change))


def set_goal(request: Request) -> Response:
    """Set the goal that an editor has typed, and go to its history; or say what is wrong (422)."""
    who = visits.editor(request)
    typed = _typed(request, GOAL_FIELDS)
    try:
        kept = goal_setting.set_typed(goal_forms.filled(typed), by=who.name, now=request.now)
    except Invalid as error:
        tried = Tried("goal", typed, error.field, str(error))
        return visits.page(422, page.page(_view(request, editor=True), tried))
    missing = goal_setting.unheard(kept.goal)
    return _done(kept.goal.name, f"set_{missing}" if missing else "set")


def end_goal(request: Request) -> Response:
    """End the goal of a name."""
    who = visits.editor(request)
    name = _typed(request, ("name",))["name"]
    today = request.now.astimezone(bootstrap.configuration().business.zone).date()
    with tracking.changing(request.now):
        keeping.end_goal(name, bootstrap.goal_store(), by=who.name, now=request.now, today=today)
    return _done(name, "ended")


def say_confidence(request: Request) -> Response:
    """Keep how sure an editor is of the goal of a name; or say what is wrong (422)."""
    who = visits.editor(request)
    typed = _typed(request, BELIEF_FIELDS)
    name, store = typed["name"], bootstrap.goal_store()
    try:
        value = goal_forms.confidence_of(typed)
        with tracking.changing(request.now):
            keeping.believe(name, value, typed["note"], store, by=who.name, now=request.now)
    except Invalid as error:
        tried = Tried("confidence", typed, error.field, str(error))
        return visits.page(422, page.page(_view(request, editor=True), tried))
    return _done(name, "said")


def _done(name: str, what: str) -> Response:
    return visits.go(f"/goals?{urlencode({'name': name, 'done': what})}#history")


def _view(request: Request, *, editor: bool, name: str | None = None) -> show_goals.GoalsView:
    return show_goals.goals_view(
        bootstrap.configuration(),
        goals=bootstrap.goal_store(),
        now=request.now,
        editor=editor,
        name=name,
    )


def _typed(request: Request, names: Sequence[str]) -> dict[str, str]:
    """The fields of a form as they were typed; one that is missing is empty. Raises Invalid."""
    form = visits.form(request, len(names))
    return {name: visits.one(form, name) for name in names}


def _picture(shown: GoalStanding) -> Response:
    """The chart as PNG; what draws it is loaded only for that."""
    from northstar.web.picture import PICTURE, render_png

    png = render_png(hero.chart(shown, WIDE, PICTURE, alone=True))
    if png is None:
        raise Unavailable("The chart cannot be drawn as a picture here.")
    content = b64encode(png).decode()
    return Response(200, content, "image/png", headers=frame.headers(), base64=True)
