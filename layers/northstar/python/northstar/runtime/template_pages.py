"""The routes of one template and of the weekly sheet, and what editors say of a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from northstar.app import templates as keeping
from northstar.app import weekly_sheet as weekly
from northstar.app.show import is_demo
from northstar.app.show_template import TemplateView, kept_sheet, template_view, topics, versions_in
from northstar.app.templates import MOST_TOPICS, Readiness, Wanted
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.times import monday
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import template_card, template_forms
from northstar.web import weekly_sheet as week_page
from northstar.web.template_forms import CARD_FIELDS, Tried

_LONGEST = 200
_NO_TEMPLATE = "The address names no template; /templates lists them."
_WANTED: Mapping[str, Wanted] = {"automate": "automate", "take back": "take back"}
_MOST_FIELDS = 100 + MOST_TOPICS
Form = Mapping[str, Sequence[str]]


def one(request: Request) -> Response:
    """Show the version `version` of the template `id`, or its newest one.

    `done` says what was done just now.
    """
    who = visits.visitor(request)
    view = _view(request, request.query.get("id", ""), request.query.get("version"), who.role)
    return visits.page(200, template_card.page(view, done=request.query.get("done", "")))


def card(request: Request) -> Response:
    """Keep the card that an editor has typed, or that its article is right.

    What is wrong is said beside its field (422).
    """
    who = visits.editor(request)
    form = visits.form(request, _MOST_FIELDS)
    template, store = _known(request, form), bootstrap.template_store()
    typed = {name: visits.one(form, name) for name in CARD_FIELDS}
    chosen = form.get("topic", [])
    try:
        if visits.one(form, "what") == "verify":
            keeping.verify(template, store, by=who.name, now=request.now)
            return _done(form, "verified")
        keeping.save_card(
            template_forms.card_of(typed, chosen, template),
            template_forms.whole(visits.one(form, "version"), "version"),
            topics(bootstrap.configuration()),
            store,
            by=who.name,
            now=request.now,
        )
    except Invalid as error:
        return _refused(request, form, Tried("card", typed, chosen, error.field, str(error)))
    return _done(form, "saved")


def state(request: Request) -> Response:
    """Automate a version that is ready, or take that back; or say why not (422)."""
    who = visits.editor(request)
    form = visits.form(request, _MOST_FIELDS)
    template, store = _known(request, form), bootstrap.template_store()
    configuration, version = bootstrap.configuration(), visits.one(form, "shown")
    wanted = _wanted(form)
    try:
        today = request.now.astimezone(configuration.business.zone).date()
        sheet = kept_sheet(bootstrap.progress_store(), request.now, today)
        keeping.set_state(
            _told(store.readiness(template), template, version),
            wanted,
            keeping.judgement(configuration, sheet, f"{template}@{version}"),
            store,
            row=template_forms.whole(visits.one(form, "row"), "row"),
            by=who.name,
            now=request.now,
        )
    except Invalid as error:
        return _refused(request, form, Tried("state", field=error.field, reason=str(error)))
    return _done(form, wanted)


def change(request: Request) -> Response:
    """Keep what an editor has changed in a template; or say what is wrong (422)."""
    who = visits.editor(request)
    form = visits.form(request, _MOST_FIELDS)
    template, typed = _known(request, form), visits.one(form, "note")
    note = template_forms.line(typed)
    try:
        keeping.add_note(template, note, bootstrap.template_store(), by=who.name, now=request.now)
    except Invalid as error:
        tried = Tried("change", {"note": typed}, field=error.field, reason=str(error))
        return _refused(request, form, tried)
    return _done(form, "noted")


def week(request: Request) -> Response:
    """Show the sheet of the week of a day (`week`), or of this one; `format=csv` gives a file."""
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    configuration = bootstrap.configuration()
    today = request.now.astimezone(configuration.business.zone).date()
    sheet = weekly.weekly_sheet(
        configuration,
        bootstrap.progress_store(),
        bootstrap.template_store(),
        bootstrap.feedback_store(),
        week=visits.week(request) or monday(today),
        now=request.now,
    )
    if as_file:
        return visits.file("templates-of-the-week.csv", week_page.week_csv(sheet))
    business = configuration.business
    view = week_page.WeekView(business.name, business.time_zone, sheet, is_demo(configuration))
    return visits.page(200, week_page.page(view))


def _view(request: Request, template: str, version: str | None, role: str) -> TemplateView:
    if not 0 < len(template) <= _LONGEST or len(version or "") > _LONGEST:
        raise NotFound(_NO_TEMPLATE)
    return template_view(
        bootstrap.configuration(),
        progress=bootstrap.progress_store(),
        templates=bootstrap.template_store(),
        feedback=bootstrap.feedback_store(),
        template=template,
        version=version or None,
        editor=role == "editor",
        now=request.now,
    )


def _known(request: Request, form: Form) -> str:
    """Return the template that a form is about. Raises NotFound: nobody has used it."""
    template, store = visits.one(form, "id"), bootstrap.template_store()
    if max(len(template), len(visits.one(form, "shown"))) > _LONGEST:
        raise NotFound(_NO_TEMPLATE)
    today = request.now.astimezone(bootstrap.configuration().business.zone).date()
    sheet = kept_sheet(bootstrap.progress_store(), request.now, today)
    if not list(versions_in(sheet, template)) and not (template and store.card(template)):
        raise NotFound("Nobody has used this template within a year; /templates lists them.")
    return template


def _wanted(form: Form) -> Wanted:
    what = visits.one(form, "what")
    if what not in _WANTED:
        raise Invalid("The form does not say what to do; use our page.", "what")
    return _WANTED[what]


def _told(states: Sequence[Readiness], template: str, version: str) -> Readiness:
    for told in states:
        if told.version == version:
            return told
    raise NotFound(f"Nothing is known yet of version {version} of the template {template}.")


def _refused(request: Request, form: Form, tried: Tried) -> Response:
    view = _view(request, visits.one(form, "id"), visits.one(form, "shown"), "editor")
    return visits.page(422, template_card.page(view, tried))


def _done(form: Form, what: str) -> Response:
    named = {"id": visits.one(form, "id"), "version": visits.one(form, "shown"), "done": what}
    return visits.go(f"/templates/one?{urlencode(named)}")
