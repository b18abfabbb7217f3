"""Replies: public reviews that wait for one, the template that fits each, and what replies do.

A reply is only drafted here; people send it, in the store's own console.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from northstar.app.configuration import Configuration
from northstar.app.inbox import Filters, filters_of, fits, months_back
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.show import is_demo
from northstar.app.source import app_key
from northstar.app.template_sheet import SNAPSHOT, counted
from northstar.app.templates import Card
from northstar.domain import metrics, replies
from northstar.domain.aggregates import total
from northstar.domain.errors import Invalid
from northstar.domain.feedback import Feedback
from northstar.domain.rates import Rate

PAGE = 20
"""So many reviews stand on one page."""

DAYS = 91
"""The solved rate of a template is that of so many days."""

_NAME = re.compile(r"\s*\{name\}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which reviews are wanted: of an app ("shopify:handle"), a source, a language, with stars.

    None lets all through. `language` is a primary BCP 47 subtag, or "und".
    """

    app: str | None = None
    source: str | None = None
    language: str | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template that fits a review: the topics they share, its solved rate, and the draft."""

    card: Card
    topics: tuple[str, ...]
    solved: Rate
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A public review without a reply, and the template that fits it best, if any does."""

    review: Feedback
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class RepliesView:
    """Reviews that wait for a reply, newest first, and what came after earlier replies.

    `looked` records were looked at, back to `back_to` (ISO 8601); with `cursor` there is more to
    look at. `drafts` is how many templates have a text that can be proposed. `apps` are those that
    can be chosen, `unseen` the sources that do not show replies, whose reviews are left out.
    `effect` is of the chosen app or source, or of all.
    """

    business: str
    time_zone: str
    today: date
    chosen: Chosen
    apps: tuple[str, ...]
    sources: tuple[str, ...]
    unseen: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    looked: int
    back_to: str | None
    cursor: str | None
    first_page: bool
    drafts: int
    effect: replies.Effect
    demo: bool


def chosen_of(query: Mapping[str, str], configuration: Configuration) -> Chosen:
    """Return what a query string chooses. Raises Invalid, naming the field."""
    told = filters_of({name: query.get(name, "") for name in ("source", "language", "rating")})
    app = query.get("app", "").strip() or None
    if app and app not in apps_of(configuration):
        raise Invalid("The app is not among the configured ones; choose one of the list.", "app")
    return Chosen(app, told.source, told.language, told.rating)


def apps_of(configuration: Configuration) -> tuple[str, ...]:
    """Return the apps that are configured, as aggregates name them."""
    return tuple(dict.fromkeys(f"{one.source}:{app_key(one)}" for one in configuration.sources))


def replies_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    cards: Sequence[Card],
    chosen: Chosen,
    unseen: Collection[str],
    cursor: str | None,
    now: datetime,
) -> RepliesView:
    """Return what the page of the replies shows at `now` (aware); the look back is bounded.

    The sources of `unseen` do not show replies. Raises Invalid for a cursor that is not ours.
    """
    today = now.astimezone(configuration.business.zone).date()
    page = feedback.search(
        today,
        _waits(chosen, configuration, unseen),
        cursor,
        limit=PAGE,
        months=months_back(progress.first_day(), today),
    )
    usable = [one for one in cards if one.text and not one.expired(today)]
    rates = _solved(progress, configuration)
    scope = _scope(chosen)
    return RepliesView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        chosen=chosen,
        apps=apps_of(configuration),
        sources=tuple(sorted({one.source for one in configuration.sources})),
        unseen=tuple(sorted({one.source for one in configuration.sources} & {*unseen})),
        waiting=tuple(Waiting(one, _proposal(one, usable, rates)) for one in page.items),
        looked=page.looked,
        back_to=page.back_to,
        cursor=page.cursor,
        first_page=cursor is None,
        drafts=len(usable),
        effect=replies.effect(progress.board([scope], today).days[scope], today),
        demo=is_demo(configuration),
    )


def filled(text: str, name: str | None) -> str:
    """Return a draft with the reviewer's name in the place of {name}, or without it."""
    return _NAME.sub(lambda found: found.group().replace("{name}", name) if name else "", text)


def _waits(
    chosen: Chosen, configuration: Configuration, unseen: Collection[str]
) -> Callable[[Feedback], bool]:
    """Return what tells whether feedback is a public review without a reply, as chosen."""
    filters = Filters(
        kind="review", source=chosen.source, language=chosen.language, rating=chosen.rating
    )
    zone = configuration.business.zone

    def waits(one: Feedback) -> bool:
        of_app = chosen.app is None or one.id.startswith(f"{chosen.app}:")
        shown = one.public and one.reply is None and one.source not in unseen
        return of_app and shown and fits(one, filters, zone)

    return waits


def _scope(chosen: Chosen) -> tuple[str, str]:
    if chosen.app:
        return "app", chosen.app
    return ("source", chosen.source) if chosen.source else metrics.ALL


def _solved(progress: ProgressStore, configuration: Configuration) -> dict[str, Rate]:
    """Return the solved rate of each template, all versions together, as the sheet has it."""
    sheet = progress.snapshot(SNAPSHOT) or {"templates": {}}
    by_id: dict[str, list[Mapping[str, int]]] = {}
    for name, sums in sheet["templates"].items():
        by_id.setdefault(name.rpartition("@")[0], []).append(sums[str(DAYS)])
    leave_out = configuration.answering.leave_out_suspects
    return {
        template: metrics.SHARES["solved_rate"].rate(counted(total(told), leave_out=leave_out))
        for template, told in by_id.items()
    }


def _proposal(
    review: Feedback, cards: Sequence[Card], rates: Mapping[str, Rate]
) -> Proposal | None:
    """Return the template that shares most topics; of several, the one that surely solves more."""
    about = review.verdict.about if review.verdict else ()
    none = metrics.SHARES["solved_rate"].rate({})
    found = [
        (card, shared, rates.get(card.id, none))
        for card in cards
        if (shared := tuple(topic for topic in about if topic in card.topics))
    ]
    if not found:
        return None
    card, shared, solved = max(found, key=lambda one: (len(one[1]), one[2].low, one[0].id))
    return Proposal(card, shared, solved, filled(card.text or "", review.author))
