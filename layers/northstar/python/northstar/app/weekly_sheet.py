"""The weekly sheet: the templates to improve first, in customers' own words, and what helped.

It is made once a week and kept as it was, so that a week later everybody can see what became of it.
Customers' words are not kept with it: they are read anew, so what is erased is gone here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from northstar.app.configuration import Configuration
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show_templates import compared, newer_first
from northstar.app.template_sheet import SNAPSHOT, counted, template_sheet
from northstar.app.templates import Note, TemplateStore
from northstar.domain import metrics
from northstar.domain.aggregates import Measures, total
from northstar.domain.errors import NotFound
from northstar.domain.feedback import Feedback
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.rates import Difference, Rate, wilson
from northstar.domain.times import iso, monday, parse

MOST = 5
"""Templates on a sheet."""

QUOTES = 3
LEAST = 10
"""A template of fewer answers is not on the sheet."""

MOST_VERSIONS = 5
USES_DAYS = 28
ANSWER_DAYS = 91

_LOOKS = 10
_LOOKED_AT_ONCE = 300
_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Mended:
    """What was changed in a template: a new version, or what somebody noted; on a business day.

    `before` is the solved rate of the 28 days before it, `after` that since then, that day
    included, of all versions of the template.
    """

    day: date
    words: str
    by: str | None
    before: Rate
    after: Rate

    @property
    def difference(self) -> Difference | None:
        """How the rates differ; None while there are too few answers."""
        return compared(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Item:
    """One template to improve: its newest version in use.

    `uses` are the solved tickets of the last 28 days, `solved` the answers of the last 91. `quotes`
    are the newest words of customers whose problem it did not solve. `mended` is the last change
    of the last four weeks.
    """

    template: str
    version: str
    title: str | None
    owner: str | None
    uses: int
    solved: Rate
    mended: Mended | None
    quotes: tuple[Feedback, ...] = ()

    @property
    def unsolved(self) -> tuple[int, int, int]:
        """How many uses left a problem unsolved: at least, likely, and at most (95 %)."""
        shares = (1 - self.solved.high, 1 - (self.solved.share or 0.0), 1 - self.solved.low)
        low, likely, high = (round(self.uses * share) for share in shares)
        return low, likely, high


@dataclass(frozen=True, slots=True)
class WeeklySheet:
    """The sheet of the week of a Monday, as it was made at an aware moment.

    `items` are the templates to improve first, the worst first; `before` are those of the last
    week's sheet, with what was changed in them last, and whether that helped. `few` templates had
    too few answers to be judged. `earlier` says that there is a sheet of the week before.
    """

    week: date
    made_at: datetime
    items: tuple[Item, ...]
    before: tuple[Item, ...]
    few: int
    earlier: bool = False


def snapshot_of(week: date) -> str:
    """Return the name under which the sheet of the week of a Monday is kept."""
    return f"sheet:{week.isoformat()}"


def keep_week(
    configuration: Configuration,
    progress: ProgressStore,
    templates: TemplateStore,
    feedback: FeedbackStore,
    now: datetime,
) -> None:
    """Make and keep the sheet of this week, unless there is one with anything on it.

    `now` is aware.
    """
    week = monday(now.astimezone(configuration.business.zone).date())
    kept = progress.snapshot(snapshot_of(week))
    if kept is None or not kept["items"]:
        told = _made(configuration, progress, templates, feedback, week=week, now=now)
        progress.save_snapshot(snapshot_of(week), told)


def weekly_sheet(
    configuration: Configuration,
    progress: ProgressStore,
    templates: TemplateStore,
    feedback: FeedbackStore,
    *,
    week: date,
    now: datetime,
) -> WeeklySheet:
    """Return the sheet of the week of a Monday, as it was kept, with customers' words as they are.

    That of this week is made and kept where it is missing. Raises NotFound: no other week has one.
    """
    if week == monday(now.astimezone(configuration.business.zone).date()):
        keep_week(configuration, progress, templates, feedback, now)
    told = progress.snapshot(snapshot_of(week))
    if told is None:
        raise NotFound("There is no sheet of this week; /templates/week shows that of this one.")
    ids = [one for item in told["items"] for one in item["quotes"]]
    said = feedback.by_ids(ids) if ids else {}
    spoken = {name: found for name, record in said.items() if (found := feedback_of(record))}
    return WeeklySheet(
        week=week,
        made_at=parse(told["at"]),
        items=tuple(_item(one, spoken) for one in told["items"]),
        before=tuple(_item(one, {}) for one in told["before"]),
        few=told["few"],
        earlier=progress.snapshot(snapshot_of(week - timedelta(weeks=1))) is not None,
    )


def _made(
    configuration: Configuration,
    progress: ProgressStore,
    templates: TemplateStore,
    feedback: FeedbackStore,
    *,
    week: date,
    now: datetime,
) -> dict[str, Any]:
    """Return the sheet as it is kept: of customers' words only the ids."""
    today = now.astimezone(configuration.business.zone).date()
    sheet = progress.snapshot(SNAPSHOT) or template_sheet(progress, today)
    leave_out = configuration.answering.leave_out_suspects
    ranked, few = _ranked(sheet, leave_out=leave_out)
    last = progress.snapshot(snapshot_of(week - timedelta(weeks=1))) or {"items": []}
    cards = {card.id: card for card in templates.cards()}
    quotes = _quotes([name for name, _, _ in ranked], feedback, today)

    def told(name: str, uses: int, solved: Rate) -> dict[str, Any]:
        template, _, version = name.rpartition("@")
        card = cards.get(template)
        return {
            "template": template,
            "version": version,
            "title": card.title if card else None,
            "owner": card.owner if card else None,
            "uses": uses,
            "solved": [solved.hits, solved.n],
            "mended": _kept(
                mended(
                    configuration,
                    progress,
                    template=template,
                    sheet=sheet,
                    notes=templates.notes(template),
                    today=today,
                )
            ),
            "quotes": quotes.get(template, []),
        }

    now_of = {name.rpartition("@")[0]: name for name, _, _ in _newest(sheet, leave_out=leave_out)}
    before = [
        (now_of.get(one["template"], f"{one['template']}@{one['version']}"))
        for one in last["items"]
    ]
    return {
        "at": iso(now),
        "items": [told(*one) for one in ranked],
        "before": [told(name, *_numbers(sheet, name, leave_out=leave_out)) for name in before],
        "few": few,
    }


def _ranked(
    sheet: Mapping[str, Any], *, leave_out: bool
) -> tuple[list[tuple[str, int, Rate]], int]:
    """Return the versions to improve first, and how many have too few answers to tell.

    The order is that of the uses that surely left a problem unsolved: the uses times the lower end
    of the interval of the share that was not solved.
    """
    used = [one for one in _newest(sheet, leave_out=leave_out) if one[1]]
    judged = [one for one in used if one[2].n >= LEAST]
    bad = [one for one in judged if one[2].hits < one[2].n]
    bad.sort(key=lambda one: (-one[1] * (1 - one[2].high), -one[1], one[0]))
    return bad[:MOST], len(used) - len(judged)


def _newest(sheet: Mapping[str, Any], *, leave_out: bool) -> Iterator[tuple[str, int, Rate]]:
    """Yield of every template its newest version in use: its name, uses and solved rate."""
    by_id: dict[str, list[str]] = defaultdict(list)
    for name, sums in sheet["templates"].items():
        if sums.get(str(USES_DAYS), {}).get("tickets"):
            template, _, version = name.rpartition("@")
            by_id[template].append(version)
    for template, versions in by_id.items():
        name = f"{template}@{newer_first(versions)[0]}"
        yield (name, *_numbers(sheet, name, leave_out=leave_out))


def _numbers(sheet: Mapping[str, Any], name: str, *, leave_out: bool) -> tuple[int, Rate]:
    """Return the uses and the solved rate of a version."""
    sums = sheet["templates"].get(name, {})
    answers = counted(sums.get(str(ANSWER_DAYS), {}), leave_out=leave_out)
    uses = sums.get(str(USES_DAYS), {}).get("tickets", 0)
    return uses, metrics.SHARES["solved_rate"].rate(answers)


def _quotes(names: Sequence[str], feedback: FeedbackStore, today: date) -> dict[str, list[str]]:
    """Return the ids of the newest words about each template that did not solve the problem.

    At most so many records are looked at, of the last four weeks.
    """
    found: dict[str, list[str]] = {name.rpartition("@")[0]: [] for name in names}
    oldest = (today - timedelta(USES_DAYS)).isoformat()

    def fits(said: Feedback) -> bool:
        return said.solved is False and bool(said.text) and _template(said) in found

    cursor: str | None = None
    for _ in range(_LOOKS if names else 0):
        page = feedback.search(
            today,
            fits,
            cursor,
            oldest=oldest,
            limit=_LOOKED_AT_ONCE,
            most=_LOOKED_AT_ONCE,
            months=_MONTHS,
        )
        for said in page.items:
            found[_template(said)].append(said.id)
        cursor = page.cursor
        if cursor is None or all(len(ids) >= QUOTES for ids in found.values()):
            break
    return {template: ids[:QUOTES] for template, ids in found.items()}


def _template(said: Feedback) -> str:
    return (said.template or "").rpartition("@")[0]


def mended(
    configuration: Configuration,
    progress: ProgressStore,
    *,
    template: str,
    sheet: Mapping[str, Any],
    notes: Sequence[Note],
    today: date,
) -> Mended | None:
    """Return the last change of a template within four weeks, with what came of it.

    `notes` are what was noted of it, newest first. Costs a query for each of the newest versions
    that were in use since eight weeks ago, five at most.
    """
    zone, since = configuration.business.zone, today - timedelta(USES_DAYS)
    sums = {
        name.rpartition("@")[2]: told
        for name, told in sheet["templates"].items()
        if name.rpartition("@")[0] == template and "first" in told
    }
    firsts = {version: date.fromisoformat(told["first"]) for version, told in sums.items()}
    made = _last_change(firsts, notes, zone, since)
    if made is None:
        return None
    day, words, by = made
    begin = day - timedelta(USES_DAYS)
    used = [v for v in newer_first([*sums]) if sums[v]["last"] >= begin.isoformat()]
    before, after = _effect(
        [
            progress.daily("template", f"{template}@{version}", begin, today)
            for version in used[:MOST_VERSIONS]
        ],
        day,
        leave_out=configuration.answering.leave_out_suspects,
    )
    return Mended(day, words, by, before, after)


def _last_change(
    firsts: Mapping[str, date], notes: Sequence[Note], zone: ZoneInfo, since: date
) -> tuple[date, str, str | None] | None:
    """Return the last change of a template since a day: on which day, in words, by whom.

    A version is one on its first day, if another one was in use before; so is what somebody noted.
    Of two on a day the note is told.
    """
    oldest = min(firsts.values(), default=date.max)
    found: list[tuple[date, int, str, str | None]] = [
        (first, 0, f"Version {version}", None)
        for version, first in firsts.items()
        if first > oldest
    ]
    found += [(note.at.astimezone(zone).date(), 1, note.text, note.by) for note in notes[:1]]
    recent = [one for one in found if one[0] >= since]
    if not recent:
        return None
    day, _, words, by = max(recent, key=lambda one: one[:2])
    return day, words, by


def _effect(
    versions: Sequence[Mapping[date, Measures]], day: date, *, leave_out: bool
) -> tuple[Rate, Rate]:
    """Return the solved rate of the 28 days before a day, and that since then, of all versions."""
    before: list[Measures] = []
    after: list[Measures] = []
    for daily in versions:
        for one, told in daily.items():
            if one >= day:
                after.append(told)
            elif one >= day - timedelta(USES_DAYS):
                before.append(told)
    asked = metrics.SHARES["solved_rate"]
    sums = (counted(total(days), leave_out=leave_out) for days in (before, after))
    old, new = (asked.rate(told) for told in sums)
    return old, new


def _kept(made: Mended | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {
        "day": made.day.isoformat(),
        "words": made.words,
        "by": made.by,
        "before": [made.before.hits, made.before.n],
        "after": [made.after.hits, made.after.n],
    }


def _item(told: Mapping[str, Any], said: Mapping[str, Feedback]) -> Item:
    made = told["mended"]
    return Item(
        template=told["template"],
        version=told["version"],
        title=told["title"],
        owner=told["owner"],
        uses=told["uses"],
        solved=wilson(*told["solved"]),
        mended=_mended_of(made) if made else None,
        quotes=tuple(said[one] for one in told["quotes"] if one in said),
    )


def _mended_of(told: Mapping[str, Any]) -> Mended:
    return Mended(
        day=date.fromisoformat(told["day"]),
        words=told["words"],
        by=told["by"],
        before=wilson(*told["before"]),
        after=wilson(*told["after"]),
    )
