"""The inbox: what was said, newest first, as the chosen filters let it through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from northstar.app.configuration import Configuration
from northstar.app.correct import stored
from northstar.app.ports import FeedbackPage, FeedbackStore
from northstar.app.show import is_demo
from northstar.domain.aggregates import Record
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.feedback import Feedback
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.reviews import Review, ReviewRecord, changes
from northstar.domain.sentiment import Label
from northstar.domain.surveys import Ask
from northstar.domain.times import business_day, iso, midnight
from northstar.domain.words import plain

Kind = Literal["answer", "review", "remark"]
Choice = TypeVar("Choice")

PAGE = 50
"""So many stand on one page."""
MOST_CHANGES = 10
"""So many changes of one review are shown, the newest."""
CHANNELS = ("email", "chat", "link", "social", "call", "shop", "note")
"""Where surveys are sent, and where most remarks are made; a desk may have words of its own."""

_FILE_PAGE = 100
_MORE_MONTHS = 3  # than there are: tomorrow is one already, and not all is counted yet
_LONGEST = 200
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_YES_NO = {"yes": True, "no": False}
_RATINGS = {str(stars): stars for stars in range(1, 6)}
_LABELS: dict[str, Label] = {label: label for label in get_args(Label)}
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What feedback has to be like to be listed; None lets everything through.

    `text` stands in title, text, subject or reply. `language` is a primary BCP 47 subtag, or "und".
    `template` is an id, or id@version. `since` and `until` are business days, both included.
    `comment` says whether there are words with it, `suspect` whether it looks machine-made, and
    `mismatch` whether a person should check it.
    """

    text: str | None = None
    since: date | None = None
    until: date | None = None
    rating: int | None = None
    solved: bool | None = None
    sentiment: Label | None = None
    topic: str | None = None
    kind: Kind | None = None
    source: str | None = None
    channel: str | None = None
    language: str | None = None
    team: str | None = None
    template: str | None = None
    comment: bool | None = None
    suspect: bool | None = None
    mismatch: bool | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What filters can be chosen from a list: topics, languages (primary subtags), sources."""

    topics: tuple[str, ...]
    languages: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """One page of the inbox.

    Under filters, `looked` records were looked at, back to `back_to` (ISO 8601); `cut_short` says
    that there are more to look at, although the page is not full.
    """

    business: str
    time_zone: str
    today: date
    filters: Filters
    choices: Choices
    items: tuple[Feedback, ...]
    next_cursor: str | None
    first_page: bool
    looked: int
    back_to: str | None
    cut_short: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a review: how it looked before and after, and when we saw that first (aware).

    It may have changed at any time before.
    """

    seen_at: datetime
    before: Review
    after: Review


@dataclass(frozen=True, slots=True)
class EntryView:
    """One feedback by itself, with what is understood of it, and how it came to be as it is.

    `edited_at` (ISO 8601) is when it was edited, as far as that is told; `changes` are the newest
    that we saw, newest first, and `older_changes` are so many before them. An `editor` may correct
    what is understood: to one of `languages` (primary BCP 47 subtags), to some of `topics`.
    """

    business: str
    time_zone: str
    item: Feedback
    edited_at: str | None
    changes: tuple[Change, ...]
    older_changes: int
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    editor: bool
    demo: bool


def filters_of(query: Mapping[str, str]) -> Filters:
    """Return the filters that a query string names; an empty field is none, others are ignored.

    Raises Invalid, naming the field, for a value that no filter can have.
    """
    told = {name: value.strip() for name, value in query.items() if value.strip()}
    since, until = _day(told, "since"), _day(told, "until")
    if since and until and since > until:
        raise Invalid("The period ends before it begins; exchange since and until.", "since")
    return Filters(
        text=_words(told, "text"),
        since=since,
        until=until,
        rating=_one_of(told, "rating", _RATINGS),
        solved=_one_of(told, "solved", _YES_NO),
        sentiment=_one_of(told, "sentiment", _LABELS),
        topic=_words(told, "topic"),
        kind=_one_of(told, "kind", _KINDS),
        source=_words(told, "source"),
        channel=_words(told, "channel"),
        language=_language(told),
        team=_words(told, "team"),
        template=_words(told, "template"),
        comment=_one_of(told, "comment", _YES_NO),
        suspect=_one_of(told, "suspect", _YES_NO),
        mismatch=_one_of(told, "mismatch", _YES_NO),
    )


def query_of(filters: Filters) -> dict[str, str]:
    """Return the fields of a query string that name these filters."""
    values = {field.name: getattr(filters, field.name) for field in fields(filters)}
    return {name: _written(value) for name, value in values.items() if value is not None}


def fits(feedback: Feedback, filters: Filters, zone: ZoneInfo) -> bool:
    """Return whether feedback is as the filters want it; days are those of `zone`."""
    if filters.since or filters.until:
        day = date.fromisoformat(business_day(feedback.occurred_at, zone))
        if not (filters.since or day) <= day <= (filters.until or day):
            return False
    wanted = ((test, getattr(filters, name)) for name, test in _TESTS.items())
    return all(test(feedback, value) for test, value in wanted if value is not None)


def feedback_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    filters: Filters,
    choices: Choices,
    cursor: str | None,
    first_day: date | None,
    now: datetime,
) -> FeedbackView:
    """Return one page of the inbox, as `feedback_page` finds it. Raises Invalid as that does."""
    today = now.astimezone(configuration.business.zone).date()
    page = feedback_page(
        configuration,
        feedback=feedback,
        filters=filters,
        cursor=cursor,
        first_day=first_day,
        today=today,
        limit=PAGE,
    )
    return FeedbackView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        filters=filters,
        choices=choices,
        items=page.items,
        next_cursor=page.cursor,
        first_page=cursor is None,
        looked=page.looked,
        back_to=page.back_to,
        cut_short=bool(page.looked and page.cursor and len(page.items) < PAGE),
        demo=is_demo(configuration),
    )


def feedback_page(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    filters: Filters,
    cursor: str | None,
    first_day: date | None,
    today: date,
    limit: int,
) -> FeedbackPage:
    """Return what fits, newest first, or what follows the cursor.

    Nothing is older than `first_day`, the first that is counted. Raises Invalid for a cursor that
    is not ours.
    """
    turn = _turn(configuration, feedback, filters)
    return turn(today, before=cursor, limit=limit, months=months_back(first_day, today))


def feedback_pages(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    filters: Filters,
    cursor: str | None,
    first_day: date | None,
    now: datetime,
) -> Iterator[FeedbackPage]:
    """Yield what fits from the newest or the cursor on, page by page, to the last."""
    today = now.astimezone(configuration.business.zone).date()
    more = True
    while more:
        page = feedback_page(
            configuration,
            feedback=feedback,
            filters=filters,
            cursor=cursor,
            first_day=first_day,
            today=today,
            limit=_FILE_PAGE,
        )
        yield page
        cursor = page.cursor
        more = cursor is not None


def entry_view(
    configuration: Configuration,
    record_id: str,
    *,
    feedback: FeedbackStore,
    languages: Iterable[str],
    topics: Iterable[str],
    editor: bool,
) -> EntryView:
    """Return one feedback; an editor may correct it to these languages and topics.

    The versions of a review are read only where it has changed since we saw it first. Raises
    NotFound, also for an ask that nobody has answered.
    """
    record = stored(record_id, feedback)
    item = feedback_of(record)
    if item is None:
        raise NotFound("Nobody has answered this survey; there is nothing to show yet.")
    spoken = {item.verdict.language, item.verdict.score.language} if item.verdict else set[str]()
    changed = _changes(record, feedback)
    return EntryView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        item=item,
        edited_at=_edited_at(record),
        changes=changed[:MOST_CHANGES],
        older_changes=len(changed[MOST_CHANGES:]),
        languages=tuple(sorted({*languages, *spoken} - {"und"})),
        topics=tuple(topics),
        editor=editor,
        demo=is_demo(configuration),
    )


def _turn(
    configuration: Configuration, feedback: FeedbackStore, filters: Filters
) -> Callable[..., FeedbackPage]:
    """Return what gives a page: of everything, or of what fits within the period."""
    if filters == Filters():
        return feedback.page
    zone = configuration.business.zone
    oldest, newest = _span(filters, zone)
    return partial(
        feedback.search,
        fits=partial(fits, filters=filters, zone=zone),
        oldest=oldest,
        newest=newest,
    )


def _span(filters: Filters, zone: ZoneInfo) -> tuple[str | None, str | None]:
    """Return from where (included) to where (left out) a period can reach in the timeline.

    West of Greenwich a business day begins after the bare day of that name.
    """
    oldest = newest = None
    if filters.since:
        oldest = min(filters.since.isoformat(), _midnight(filters.since, zone))
    if filters.until:
        newest = _midnight(filters.until + timedelta(days=1), zone)
    return oldest, newest


def months_back(first_day: date | None, today: date) -> int:
    """Return how many months to look at: those since the first day on which anything is counted."""
    first = first_day or today
    return max(0, 12 * (today.year - first.year) + today.month - first.month) + _MORE_MONTHS


def _midnight(day: date, zone: ZoneInfo) -> str:
    return iso(midnight(day, zone))


def _changes(record: Record, feedback: FeedbackStore) -> tuple[Change, ...]:
    """Return the changes of a review that a reader could see, newest first."""
    if not isinstance(record, ReviewRecord) or record.seen_at <= record.first_seen:
        return ()
    looks = [*feedback.versions(record), record]
    seen = [
        Change(after.seen_at, before.review, after.review)
        for before, after in pairwise(looks)
        if changes(before, after) & {"edited", "rerated", "replied"}
    ]
    return tuple(reversed(seen))


def _edited_at(record: Record) -> str | None:
    match record:
        case Ask():
            return iso(record.edited_at) if record.edited_at else None
        case ReviewRecord():
            return record.review.edited
    return None


def _one_of(told: Mapping[str, str], name: str, known: Mapping[str, Choice]) -> Choice | None:
    if name not in told:
        return None
    if told[name] not in known:
        remedy = ", ".join(f"{name}={value}" for value in known)
        raise Invalid(f"The filter {name} is not known; write one of {remedy}.", name)
    return known[told[name]]


def _words(told: Mapping[str, str], name: str) -> str | None:
    said = told.get(name)
    if said and len(said) > _LONGEST:
        raise Invalid(
            f"The filter {name} has {len(said):,} characters; write {_LONGEST} or fewer.", name
        )
    return said


def _language(told: Mapping[str, str]) -> str | None:
    said = told.get("language")
    if said and not _LANGUAGE.fullmatch(said):
        raise Invalid(
            "The language is not known; write its two or three letters, such as language=fr, or "
            "language=und for texts of which nobody knows it.",
            "language",
        )
    return said


def _day(told: Mapping[str, str], name: str) -> date | None:
    said = told.get(name)
    if said is None:
        return None
    try:
        if _DAY.fullmatch(said):
            return date.fromisoformat(said)
    except ValueError:
        pass
    raise Invalid(f"The day is not one; write it as {name}=2026-03-31.", name)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _folded(text: str) -> str:
    """Return a text as it is compared: without case, accents, width and the size of its gaps."""
    return " ".join(plain(text).split())


def _has_text(feedback: Feedback, wanted: str) -> bool:
    told = (feedback.title, feedback.text, feedback.subject, feedback.reply)
    sought = _folded(wanted)
    return any(sought in _folded(one) for one in told if one)


def _is_template(feedback: Feedback, wanted: str) -> bool:
    """Whether it is that template, of that version where one is named ("-" for none)."""
    template, sought = (feedback.template or "").casefold(), wanted.casefold()
    return bool(template) and sought in {template, template.rpartition("@")[0]}


def _primary(language: str | None) -> str:
    return (language or "").replace("_", "-").partition("-")[0].lower()


_TESTS: Mapping[str, Callable[[Feedback, Any], bool]] = {
    "rating": lambda item, wanted: item.rating == wanted,
    "solved": lambda item, wanted: item.solved == wanted,
    "sentiment": lambda item, wanted: bool(item.verdict and item.verdict.label == wanted),
    "topic": lambda item, wanted: bool(item.verdict and wanted in item.verdict.about),
    "kind": lambda item, wanted: item.kind == wanted,
    "source": lambda item, wanted: item.source == wanted,
    "channel": lambda item, wanted: item.channel == wanted,
    "language": lambda item, wanted: _primary(item.language) == wanted,
    "team": lambda item, wanted: (item.team or "").casefold() == wanted.casefold(),
    "template": _is_template,
    "comment": lambda item, wanted: bool(item.title or item.text) == wanted,
    "suspect": lambda item, wanted: item.suspect == wanted,
    "mismatch": lambda item, wanted: bool(item.verdict and item.verdict.doubtful) == wanted,
    "text": _has_text,
}
