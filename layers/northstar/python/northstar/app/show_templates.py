"""Show the templates: how well each version solves what it is sent for, and which to mend first.

The numbers are those of the sheet that is kept; without one they are counted at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from northstar.app.configuration import Configuration
from northstar.app.ports import ProgressStore
from northstar.app.show import is_demo, label_counts
from northstar.app.template_sheet import SNAPSHOT, counted, template_sheet
from northstar.app.templates import Card, TemplateStore, judgement
from northstar.app.views import LabelCounts
from northstar.domain import metrics
from northstar.domain.aggregates import Measures
from northstar.domain.rates import Difference, Rate, difference, wilson
from northstar.domain.readiness import Judgement, State
from northstar.domain.times import parse
from northstar.domain.verdicts import Edition

Sort = Literal["worst", "best", "uses"]

ENOUGH = 30
"""Of fewer answers nothing is compared and nothing ranked."""

PAGE = 45
"""About so many versions stand on one page; the versions of one template stay together."""

MOST_VERSIONS = 10
"""So many versions of one template are shown, the newest."""

STALE_AFTER = timedelta(hours=1)

NO_VERSION = "-"
"""The version of a template that tells none."""

_NUMBERS = re.compile(r"(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class VersionNumbers:
    """One version of a template in a period; `version` is None where none was told.

    `uses` are solved tickets. `response` is of the surveys that were sent, `solved` and `csat` of
    the answers that came in, `texts` of their comments. `others` is the solved rate of all other
    answers about templates, and `against` compares with it; `change` compares with the version
    before. Both are None where one side has too few answers. `weeks` are the solved rates of
    twelve weeks, oldest first; None where nobody answered.
    """

    version: str | None
    uses: int
    response: Rate
    answers: int
    solved: Rate
    csat: Rate
    comments: int
    texts: LabelCounts
    weeks: tuple[float | None, ...]
    others: Rate
    against: Difference | None
    change: Difference | None = None

    @property
    def few(self) -> bool:
        """Whether there are too few answers to judge."""
        return self.solved.n < ENOUGH


@dataclass(frozen=True, slots=True)
class TemplateNumbers:
    """A template with its versions, the newest first; `older` further ones are not shown.

    `uses` are the solved tickets of all of them.
    """

    id: str
    uses: int
    versions: tuple[VersionNumbers, ...]
    older: int

    @property
    def ranked(self) -> VersionNumbers | None:
        """The newest version with enough answers, which gives the template its place."""
        return next((one for one in self.versions if not one.few), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a version is on the ladder, and what the numbers say of it now."""

    state: State
    found: Judgement


@dataclass(frozen=True, slots=True)
class TemplatesView:
    """The templates of the last `days` days until the sheet was made `at` (aware).

    `number` of them there are, `templates` are those of this page, and the next page begins after
    `after`. `stale` says that the sheet should be newer; `left_out` versions found no room in it.
    `without_suspects` says that answers that look machine-made are not in the rates. `standings`
    tell of each version ("refund@3") on this page how far it is, and `cards` are by template;
    `gate` is the share that the solved rate has to pass.
    """

    business: str
    time_zone: str
    at: datetime
    stale: bool
    days: int
    sort: Sort
    number: int
    templates: tuple[TemplateNumbers, ...]
    first_page: bool
    after: str | None
    left_out: int
    without_suspects: bool
    demo: bool
    today: date
    gate: float
    standings: Mapping[str, Standing]
    cards: Mapping[str, Card]


def templates_view(
    configuration: Configuration,
    *,
    progress: ProgressStore,
    templates: TemplateStore | None = None,
    now: datetime,
    days: int = 91,
    sort: Sort = "worst",
    after: str | None = None,
    most: int | None = PAGE,
) -> TemplatesView:
    """Return what the page of the templates shows at `now` (aware); `days` is one of `PERIODS`.

    The page begins after the template of id `after`; without a limit `most` it has all of them with
    all of their versions. Without `templates` it tells nothing of the ladder.
    """
    zone = configuration.business.zone
    sheet = progress.snapshot(SNAPSHOT)
    if sheet is None:
        sheet = template_sheet(progress, now.astimezone(zone).date()) | {"at": now.isoformat()}
    at, without = parse(sheet["at"]), configuration.answering.leave_out_suspects
    edition = progress.editions().shown
    versions = None if most is None else MOST_VERSIONS
    every = templates_of(sheet, days, edition, versions=versions, leave_out=without)
    found = sorted(every, key=lambda one: _place(one, sort))
    begin = next((n for n, one in enumerate(found, 1) if one.id == after), 0)
    shown = tuple(found[begin : _end(found, begin, most)])
    end = begin + len(shown)
    return TemplatesView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        at=at,
        stale=now - at > STALE_AFTER,
        days=days,
        sort=sort,
        number=len(found),
        templates=shown,
        first_page=begin == 0,
        after=found[end - 1].id if end < len(found) else None,
        left_out=sheet["left_out"],
        without_suspects=without,
        demo=is_demo(configuration),
        today=now.astimezone(zone).date(),
        gate=configuration.ladder.solved_percent / 100,
        standings=_standings(configuration, sheet, shown, templates) if templates else {},
        cards={card.id: card for card in templates.cards()} if templates else {},
    )


def _standings(
    configuration: Configuration,
    sheet: Mapping[str, Any],
    shown: Sequence[TemplateNumbers],
    templates: TemplateStore,
) -> dict[str, Standing]:
    states = {one.name: one.state for one in templates.readiness()}
    names = (
        f"{one.id}@{version.version or NO_VERSION}" for one in shown for version in one.versions
    )
    return {
        name: Standing(states.get(name, "by hand"), judgement(configuration, sheet, name))
        for name in names
    }


def compared(rate: Rate, other: Rate) -> Difference | None:
    """Return how a rate differs from another; None where one is of fewer than `ENOUGH` answers."""
    return difference(rate, other) if min(rate.n, other.n) >= ENOUGH else None


def newer_first(versions: Sequence[str]) -> list[str]:
    """Return versions with the newest first: numbers in them count as numbers, so 10 is after 9."""
    return sorted(versions, key=_in_order, reverse=True)


def _in_order(version: str) -> list[tuple[int, str]]:
    """Every second part is a number."""
    parts = _NUMBERS.split(version)
    return [(int(part), "") if n % 2 else (-1, part) for n, part in enumerate(parts) if part]


def _place(one: TemplateNumbers, sort: Sort) -> tuple[bool, float, int, str]:
    """Those that cannot be ranked stand behind all others, the most used first."""
    ranked = one.ranked
    if sort == "uses":
        return (False, 0.0, -one.uses, one.id)
    if ranked is None:
        return (True, 0.0, -one.uses, one.id)
    low = ranked.solved.low
    return (False, low if sort == "worst" else -low, -one.uses, one.id)


def _end(found: Sequence[TemplateNumbers], begin: int, most: int | None) -> int:
    """Where a page ends that begins there: after so many versions, but after one template."""
    rows = 0
    for n, one in enumerate(found[begin:], begin):
        rows += len(one.versions)
        if most is not None and rows > most and n > begin:
            return n
    return len(found)


def templates_of(
    sheet: Mapping[str, Any],
    days: int,
    edition: Edition,
    *,
    versions: int | None,
    leave_out: bool,
) -> Iterator[TemplateNumbers]:
    """Yield the templates that have anything in this period, with so many of their versions."""
    every = counted(sheet["all"][str(days)], leave_out=leave_out)
    by_id: dict[str, dict[str, VersionNumbers]] = defaultdict(dict)
    for name, sums in sheet["templates"].items():
        if sums[str(days)]:
            template, _, version = name.rpartition("@")
            period = counted(sums[str(days)], leave_out=leave_out)
            weeks = [counted(week, leave_out=leave_out) for week in sums["weeks"]]
            by_id[template][version] = _version(version, period, weeks, every, edition)
    for template, told in by_id.items():
        newest = tuple(_with_changes([told[version] for version in newer_first([*told])]))
        uses, kept = sum(one.uses for one in newest), newest[:versions]
        yield TemplateNumbers(template, uses, kept, older=len(newest) - len(kept))


def _version(
    version: str,
    period: Measures,
    weeks: Sequence[Measures],
    every: Measures,
    edition: Edition,
) -> VersionNumbers:
    asked = metrics.SHARES["solved_rate"]
    solved, whole = asked.rate(period), asked.rate(every)
    others = wilson(whole.hits - solved.hits, whole.n - solved.n)
    return VersionNumbers(
        version=None if version == NO_VERSION else version,
        uses=period.get("tickets", 0),
        response=metrics.SHARES["response_rate"].rate(period),
        answers=period.get("answers", 0),
        solved=solved,
        csat=metrics.SHARES["csat"].rate(period),
        comments=period.get("comments", 0),
        texts=label_counts(period, edition),
        weeks=tuple(asked.rate(week).share for week in weeks),
        others=others,
        against=compared(solved, others),
    )


def _with_changes(newest: Sequence[VersionNumbers]) -> Iterator[VersionNumbers]:
    """Yield versions, the newest first, each compared with the one before it."""
    for one, before in zip(newest, [*newest[1:], None], strict=True):
        yield replace(one, change=compared(one.solved, before.solved)) if before else one
