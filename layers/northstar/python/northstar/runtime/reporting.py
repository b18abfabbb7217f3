"""The weekly report: kept once for both audiences when it is due, and shown as it was told."""

from __future__ import annotations

from datetime import date, datetime

from northstar.app import report, report_facts
from northstar.app.report import AUDIENCES, Audience, ReportView, Told
from northstar.app.show import is_demo
from northstar.domain.errors import NotFound
from northstar.domain.feedback import feedback
from northstar.runtime import bootstrap, freshness
from northstar.web import report_words


def view(week: date | None, audience: Audience, now: datetime, *, keep: bool = False) -> ReportView:
    """Return the report of a Monday (None: the newest) with what customers said in it.

    The newest is made of what is known at `now` until it is kept: by who is to `keep` it. Raises
    NotFound for a week without one.
    """
    configuration, progress = bootstrap.configuration(), bootstrap.progress_store()
    told = _told(week or report.newest_week(now, configuration), audience, now, keep=keep)
    records = bootstrap.feedback_store().by_ids(report.mentioned(told))
    said = {name: item for name, record in records.items() if (item := feedback(record))}
    return ReportView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        told=told,
        feedback=said,
        weeks=report.weeks(progress),
        proof=configuration.proof.enabled,
        demo=is_demo(configuration),
    )


def _told(week: date, audience: Audience, now: datetime, *, keep: bool) -> Told:
    """The report as it is kept; else it is made, and kept for both audiences at once."""
    progress, configuration = bootstrap.progress_store(), bootstrap.configuration()
    found = report.kept(week, audience, progress)
    if found:
        return found
    if week != report.newest_week(now, configuration):
        raise NotFound(f"No report was kept of {week}; choose another week.")
    made = _made(week, now)
    for one in made.values() if keep else ():
        report.keep(one, progress)
    return made[audience]


def _made(week: date, now: datetime) -> dict[Audience, Told]:
    configuration, progress = bootstrap.configuration(), bootstrap.progress_store()
    facts = report_facts.facts(
        configuration,
        week,
        feedback=bootstrap.feedback_store(),
        progress=progress,
        goals=bootstrap.goal_store(),
        alerts=bootstrap.alert_store(),
        templates=bootstrap.template_store(),
        now=now,
        stale_after=freshness.stale_after(configuration),
    )
    return {
        one: report_words.tell(facts, one, report.kept(week - report.WEEK, one, progress))
        for one in AUDIENCES
    }
