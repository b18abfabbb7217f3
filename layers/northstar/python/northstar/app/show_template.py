"""Show one version of a template: what it solves, how far it is, and what people keep of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from northstar.app import inbox, themes
from northstar.app.configuration import Configuration
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show import is_demo
from northstar.app.show_templates import (
    NO_VERSION,
    STALE_AFTER,
    VersionNumbers,
    newer_first,
    templates_of,
)
from northstar.app.template_sheet import SNAPSHOT, counted, template_sheet
from northstar.app.templates import (
    Card,
    Note,
    Readiness,
    Step,
    TemplateStore,
    judgement,
)
from northstar.app.weekly_sheet import Mended, mended
from northstar.domain import metrics
from northstar.domain.errors import NotFound
from northstar.domain.feedback import Feedback
from northstar.domain.rates import Rate
from northstar.domain.readiness import WINDOW, Judgement
from northstar.domain.times import parse
from northstar.domain.verdicts import Edition

WORDS = 8
"""So many of the newest comments are shown."""

_LOOKED_FOR = 50
_YEAR = 365


@dataclass(frozen=True, slots=True)
class TemplateView:
    """One version of a template as of `at` (aware), when the sheet was made.

    `versions` are all that are known, the newest first. `numbers` are of the last 91 days, None
    where it was not used; `year` those of the last 365, to compare it with the version `before`.
    `weeks` are its solved rates by week, oldest first. `told` is how far it is, None until `track`
    has seen it, and `found` what the numbers say. `made` is the last change of four weeks. `words`
    are its newest comments, `topics` what those that were found (`comments`) are about.
    An `editor` may choose of the topics `offered`.
    """

    business: str
    time_zone: str
    today: date
    at: datetime
    stale: bool
    id: str
    version: str
    versions: tuple[str, ...]
    numbers: VersionNumbers | None
    year: VersionNumbers | None
    before: VersionNumbers | None
    weeks: tuple[Rate, ...]
    card: Card
    review_days: int
    told: Readiness | None
    found: Judgement
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    made: Mended | None
    words: tuple[Feedback, ...]
    comments: int
    topics: tuple[tuple[str, int], ...]
    offered: tuple[str, ...]
    editor: bool
    demo: bool


def template_view(
    configuration: Configuration,
    *,
    progress: ProgressStore,
    templates: TemplateStore,
    feedback: FeedbackStore,
    template: str,
    version: str | None,
    editor: bool,
    now: datetime,
) -> TemplateView:
    """Return what the page of one version shows at `now` (aware); None is the newest version.

    Raises NotFound: nobody has used it within a year, and it has no card.
    """
    today = now.astimezone(configuration.business.zone).date()
    sheet = kept_sheet(progress, now, today)
    at = parse(sheet["at"])
    card = templates.card(template)
    versions = newer_first(list(versions_in(sheet, template)))
    chosen = version or next(iter(versions), NO_VERSION)
    if chosen not in versions and not (card and not versions):
        raise NotFound("Nobody has used this version of a template within a year.")
    name = f"{template}@{chosen}"
    notes = templates.notes(template)
    edition = progress.editions().shown
    year, before = _two(_numbers(configuration, sheet, template, _YEAR, edition), chosen)
    told, _ = _two(_numbers(configuration, sheet, template, WINDOW, edition), chosen)
    words = _words(configuration, feedback, name, today)
    return TemplateView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        at=at,
        stale=now - at > STALE_AFTER,
        id=template,
        version=chosen,
        versions=tuple(versions),
        numbers=told,
        year=year,
        before=before,
        weeks=_weeks(configuration, sheet, name),
        card=card or Card(template),
        review_days=(card and card.review_days) or configuration.ladder.review_days,
        told=next((one for one in templates.readiness(template) if one.version == chosen), None),
        found=judgement(configuration, sheet, name),
        steps=tuple(templates.steps(template, chosen)),
        notes=tuple(notes),
        made=mended(
            configuration, progress, template=template, sheet=sheet, notes=notes, today=today
        ),
        words=words[:WORDS],
        comments=len(words),
        topics=_topics(words),
        offered=topics(configuration),
        editor=editor,
        demo=is_demo(configuration),
    )


def kept_sheet(progress: ProgressStore, now: datetime, today: date) -> Mapping[str, Any]:
    """Return the sheet that is kept; before the first one, what it would be at `now` (aware)."""
    kept = progress.snapshot(SNAPSHOT)
    return kept or template_sheet(progress, today) | {"at": now.isoformat()}


def versions_in(sheet: Mapping[str, Any], template: str) -> Iterable[str]:
    """Return the versions of a template that a sheet knows."""
    split = (name.rpartition("@") for name in sheet["templates"])
    return [version for told, _, version in split if told == template]


def topics(configuration: Configuration) -> tuple[str, ...]:
    """Return the names of the topics that a card may have."""
    return tuple(theme.name for theme in themes.with_own(configuration.topics))


def _numbers(
    configuration: Configuration,
    sheet: Mapping[str, Any],
    template: str,
    days: int,
    edition: Edition,
) -> Sequence[VersionNumbers]:
    """Return the numbers of every version of one template, the newest first."""
    names = [f"{template}@{version}" for version in versions_in(sheet, template)]
    found = templates_of(
        {**sheet, "templates": {name: sheet["templates"][name] for name in names}},
        days,
        edition,
        versions=None,
        leave_out=configuration.answering.leave_out_suspects,
    )
    return next((one.versions for one in found), ())


def _two(
    versions: Sequence[VersionNumbers], chosen: str
) -> tuple[VersionNumbers | None, VersionNumbers | None]:
    """Return a version and the one before it."""
    names = [one.version or NO_VERSION for one in versions]
    if chosen not in names:
        return None, None
    place = names.index(chosen)
    return versions[place], next(iter(versions[place + 1 :]), None)


def _weeks(configuration: Configuration, sheet: Mapping[str, Any], name: str) -> tuple[Rate, ...]:
    leave_out = configuration.answering.leave_out_suspects
    weeks = sheet["templates"].get(name, {}).get("weeks", [])
    asked = metrics.SHARES["solved_rate"]
    return tuple(asked.rate(counted(week, leave_out=leave_out)) for week in weeks)


def _words(
    configuration: Configuration, feedback: FeedbackStore, name: str, today: date
) -> tuple[Feedback, ...]:
    """Return the newest comments on a version, after a bounded look."""
    page = inbox.feedback_page(
        configuration,
        feedback=feedback,
        filters=inbox.Filters(template=name, comment=True),
        cursor=None,
        first_day=today - timedelta(WINDOW),
        today=today,
        limit=_LOOKED_FOR,
    )
    return page.items


def _topics(words: Sequence[Feedback]) -> tuple[tuple[str, int], ...]:
    about = Counter(topic for one in words if one.verdict for topic in one.verdict.about)
    return tuple(about.most_common())
