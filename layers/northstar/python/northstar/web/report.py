"""The weekly report as a page, and the page that stops its mails."""

from __future__ import annotations

from northstar.app.in_words import STATUSES
from northstar.app.report import AUDIENCES, Audience, ReportView
from northstar.app.texts import DEFAULT, direction, texts
from northstar.web import hero, numbers
from northstar.web.frame import draw
from northstar.web.report_lines import sections
from northstar.web.report_words import days_of

_NAMES: dict[Audience, str] = {"leadership": "For leadership", "team": "For the team"}


def page(view: ReportView) -> str:
    """Return the page of one report, with the way to the others."""
    told = view.told
    return draw(
        "report.html",
        "leadership.css",
        here="report",
        view=view,
        told=told,
        days=days_of(told.week),
        made=numbers.moment(told.made_at, view.time_zone),
        chip=_chip(view),
        sections=list(sections(view)),
        audiences=[
            (_NAMES[one], link(view, audience=one), one == told.audience) for one in AUDIENCES
        ],
        weeks=[
            (days_of(week), hero.link("/report", week=str(week), audience=told.audience), False)
            for week in view.weeks
            if week != told.week
        ],
    )


def link(view: ReportView, audience: Audience) -> str:
    """Return where the report of the same week is, for an audience."""
    return hero.link("/report", week=str(view.told.week), audience=audience)


def stop_page(business: str, action: str, *, stopped: bool) -> str:
    """Return the page that ends the mails of the report, or has ended them."""
    return draw(
        "report_stop.html",
        "customer.css",
        business=business,
        language=DEFAULT,
        direction=direction(DEFAULT),
        t=texts(DEFAULT),
        switch=(),
        action=action,
        stopped=stopped,
    )


def _chip(view: ReportView) -> dict[str, str] | None:
    head = view.told.head
    if head is None:
        return None
    known = {one.replace(" ", "_"): one for one in STATUSES}
    return hero.chip(known[head.status])
