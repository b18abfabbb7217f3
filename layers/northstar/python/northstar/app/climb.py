"""Climb: brings every template's states up to date, and tells whoever has to know of a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from northstar.app.configuration import Configuration
from northstar.app.ports import Alert, ProgressStore
from northstar.app.template_sheet import SNAPSHOT, counted
from northstar.app.templates import (
    Card,
    Readiness,
    TemplateStore,
    address,
    judgement,
    save_step,
)
from northstar.domain import metrics
from northstar.domain.aggregates import total
from northstar.domain.errors import Conflict
from northstar.domain.readiness import (
    RECENT,
    Doubt,
    doubt,
    falling,
    is_used,
    quiet_until,
    step,
)

_ENOUGH = 30
_WHY: Mapping[Doubt, str] = {
    "review": "its review is due",
    "falling": f"customers say less often than before that it solved their problem ({RECENT} days)",
}


def climb(
    configuration: Configuration, progress: ProgressStore, templates: TemplateStore, now: datetime
) -> None:
    """Let every version of the kept sheet make the step that its numbers say; `now` is aware.

    Again at the same numbers it changes nothing. Nobody is told of a version for a day after it was
    first seen, if it was more than a week old by then: that is what an import or the first start
    has brought. Nor is anybody told of a version that has not been used for a week.
    Articles and temporary templates are looked at too. What a person changes at the same moment is
    left to the next time.
    """
    sheet = progress.snapshot(SNAPSHOT)
    if sheet is None:
        return
    today = now.astimezone(configuration.business.zone).date()
    known = {one.name: one for one in templates.readiness()}
    for name, sums in sheet["templates"].items():
        with suppress(Conflict):
            before = known.get(name) or _first_seen(name, sums, templates, now=now, today=today)
            _climb(configuration, sheet, before, templates, now=now, today=today)
    for card in templates.cards():
        with suppress(Conflict):
            _look_at(card, configuration, sheet, templates, now=now)


def _first_seen(
    name: str, sums: Mapping[str, Any], templates: TemplateStore, *, now: datetime, today: date
) -> Readiness:
    template, _, version = name.rpartition("@")
    first = date.fromisoformat(sums.get("first", today.isoformat()))
    told = Readiness(template, version, "by hand", now, quiet_until(now, first, today))
    templates.save_readiness(told, None, None)
    return told


def _climb(
    configuration: Configuration,
    sheet: Mapping[str, Any],
    before: Readiness,
    templates: TemplateStore,
    *,
    now: datetime,
    today: date,
) -> None:
    found = judgement(configuration, sheet, before.name)
    state = step(before.state, found)
    if state == before.state:
        return
    last = sheet["templates"][before.name].get("last")
    used = last is not None and is_used(date.fromisoformat(last), today)
    tell = used and now >= before.quiet_until
    save_step(before, state, found, templates, by=None, now=now, tell=tell)


def _look_at(
    card: Card,
    configuration: Configuration,
    sheet: Mapping[str, Any],
    templates: TemplateStore,
    *,
    now: datetime,
) -> None:
    """Notice that an article wants a look, or that a template's time is over; each is told once."""
    zone = configuration.business.zone
    today = now.astimezone(zone).date()
    found = _doubt(card, configuration, sheet, zone, today)
    expired = card.expires if card.expired(today) else None
    alerts, seen = [], card.noticed
    if found and not card.doubt:
        seen = replace(seen, doubt=found, since=now)
        alerts.append(_unverified(card, found, now))
    if expired and expired != seen.expired:
        seen = replace(seen, expired=expired)
        alerts.append(_expired(card, expired, now))
    if alerts:
        templates.save_noticed(card.id, replace(seen, version=seen.version + 1), alerts)


def _doubt(
    card: Card,
    configuration: Configuration,
    sheet: Mapping[str, Any],
    zone: ZoneInfo,
    today: date,
) -> Doubt | None:
    if card.article is None or card.verified_at is None:
        return None
    return doubt(
        card.verified_at.astimezone(zone).date(),
        today,
        review_days=card.review_days or configuration.ladder.review_days,
        falls=_falls(card, configuration, sheet),
        doubted=card.doubt,
    )


def _falls(card: Card, configuration: Configuration, sheet: Mapping[str, Any]) -> bool:
    """Whether the template, in all its versions, surely solves less than before."""
    told = list(_versions(card, sheet))
    leave_out = configuration.answering.leave_out_suspects
    recent, before = (
        metrics.SHARES["solved_rate"].rate(
            counted(total(sums.get(days, {}) for sums in told), leave_out=leave_out)
        )
        for days in (str(RECENT), "before")
    )
    return falling(recent, before, _ENOUGH)


def _versions(card: Card, sheet: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name, sums in sheet["templates"].items():
        if name.rpartition("@")[0] == card.id:
            yield sums


def _unverified(card: Card, why: Doubt, now: datetime) -> Alert:
    return Alert(
        kind="article_unverified",
        at=now,
        subject=card.id,
        detail=f"The article of the template {card.id} wants a look: {_WHY[why]}.",
        path=address(card.id),
        data={
            "template": card.id,
            "owner": card.owner,
            "article": card.article,
            "why": why,
            "verified": card.verified_at.isoformat() if card.verified_at else None,
        },
    )


def _expired(card: Card, day: date, now: datetime) -> Alert:
    return Alert(
        kind="template_expired",
        at=now,
        subject=card.id,
        detail=f"The template {card.id} was meant until {day.isoformat()} only.",
        path=address(card.id),
        data={"template": card.id, "owner": card.owner, "expires": day.isoformat()},
    )
