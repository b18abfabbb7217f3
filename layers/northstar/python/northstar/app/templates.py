"""Templates: the card that people keep of each, and how far each version is on the ladder.

A card says whose a template is, which article it rests on and what was changed in it. Each version
is *by hand, ready, automated* or *demoted*; every step is kept with the numbers it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from northstar.app.alerts import figures
from northstar.app.configuration import Configuration
from northstar.app.in_words import many
from northstar.app.ports import Alert
from northstar.app.template_sheet import counted
from northstar.domain import metrics
from northstar.domain.errors import Invalid
from northstar.domain.rates import Rate, wilson
from northstar.domain.readiness import Doubt, Evidence, Judgement, State, judge

Wanted = Literal["automate", "take back"]

LIMITS: Mapping[str, int] = {"title": 120, "owner": 80, "article": 500, "text": 4000, "note": 500}
"""Characters that the fields of a card and a note of a change may have."""

MOST_REVIEW_DAYS = 731
MOST_TOPICS = 20

_MEANWHILE = "Somebody else has changed this meanwhile; look at it as it is now, and send it again."
_TOLD: Mapping[State, str] = {
    "ready": "template_ready",
    "demoted": "template_demoted",
    "automated": "template_automated",
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed of a card: why its article wants a look, since when (aware), and the day of
    expiry that somebody was told of. `version` grows with each change."""

    version: int = 0
    doubt: Doubt | None = None
    since: datetime | None = None
    expired: date | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What people keep of a template, whatever its version.

    `article` is an https address; it wants a look every `review_days` (None: as configured), and
    was verified at an aware moment. After the day `expires` the template is not to be used.
    `topics` are names of ours, `text` is a draft for replies. `version` grows with each change; 0
    is not stored yet.
    """

    id: str
    title: str | None = None
    owner: str | None = None
    article: str | None = None
    review_days: int | None = None
    expires: date | None = None
    topics: tuple[str, ...] = ()
    text: str | None = None
    verified_at: datetime | None = None
    verified_by: str | None = None
    version: int = 0
    noticed: Noticed = Noticed()

    @property
    def doubt(self) -> Doubt | None:
        """Why its article is unverified; None where it is not, or where there is none."""
        seen = self.noticed
        if not self.article or not seen.doubt or not seen.since:
            return None
        return None if self.verified_at and self.verified_at >= seen.since else seen.doubt

    def expired(self, today: date) -> bool:
        """Whether its time is over."""
        return self.expires is not None and today > self.expires


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far one version of a template is; "-" is the version of one that tells none.

    It is so since an aware moment, and nothing is told of it before `quiet_until`. `row` grows with
    each change.
    """

    template: str
    version: str
    state: State
    since: datetime
    quiet_until: datetime
    row: int = 1

    @property
    def name(self) -> str:
        """The name under which it is counted."""
        return f"{self.template}@{self.version}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the ladder, at an aware moment, with the numbers it rests on.

    `by` is who made it; None is the numbers themselves.
    """

    at: datetime
    before: State
    state: State
    by: str | None
    solved: Rate
    repeated: Rate


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody has changed in a template, at an aware moment."""

    template: str
    at: datetime
    by: str
    text: str


class TemplateStore(Protocol):
    """The cards of templates, what was changed in them, and how far their versions are."""

    def cards(self) -> Sequence[Card]:
        """Return every card, by the template's id."""

    def card(self, template: str) -> Card | None:
        """Return the card of a template, read consistently."""

    def save_card(self, card: Card) -> None:
        """Store a card over the version before (`card.version` − 1). Raises Conflict."""

    def save_noticed(self, template: str, noticed: Noticed, alerts: Sequence[Alert]) -> None:
        """Store what was noticed of a card with the alerts of it: all or none. Raises Conflict."""

    def readiness(self, template: str | None = None) -> Sequence[Readiness]:
        """Return how far every version is, or those of one template."""

    def save_readiness(self, told: Readiness, step: Step | None, alert: Alert | None) -> None:
        """Store how far a version is over the row before, with its step and its alert: all or none.

        Raises Conflict.
        """

    def steps(self, template: str, version: str) -> Sequence[Step]:
        """Return the steps of a version, newest first."""

    def add_note(self, note: Note) -> None:
        """Keep what was changed in a template."""

    def notes(self, template: str) -> Sequence[Note]:
        """Return the newest changes of a template, newest first."""


def address(template: str, version: str | None = None) -> str:
    """Return the path of the page of a template: of one version, or of the newest."""
    named = {"id": template} | ({"version": version} if version else {})
    return f"/templates/one?{urlencode(named, errors='replace')}"


def judgement(configuration: Configuration, sheet: Mapping[str, Any], name: str) -> Judgement:
    """Return what the sheet says of the version of a name ("refund@3"), by the configured gate."""
    sums = sheet["templates"].get(name, {})
    leave_out = configuration.answering.leave_out_suspects
    period = counted(sums.get("91", {}), leave_out=leave_out)
    evidence = Evidence(
        solved=metrics.SHARES["solved_rate"].rate(period),
        repeated=_came_back(sums.get("settled", {})),
        by_hand=_came_back(sheet.get("by_hand", {})),
    )
    return judge(evidence, configuration.ladder.solved_percent / 100)


def lacking(found: Judgement) -> str:
    """Return in one sentence why a version may not be automated yet, or that it may."""
    passed = "Its answers have passed, and customers do not surely come back more often."
    return next(_lacks(found), passed)


def _lacks(found: Judgement) -> Iterator[str]:
    gate = round(100 * found.gate)
    if found.below:
        yield f"Fewer than {gate}% of its customers say that it solved the problem, for certain."
    if found.worse:
        yield "More customers come back within 7 days than when answered by hand, for certain."
    if found.answers is None:
        yield f"At this rate its answers do not pass {gate}%."
    if found.answers:
        yield f"It needs {many(found.answers, 'more answer')} at this rate."
    if found.tickets:
        yield f"It needs {many(found.tickets, 'more ticket')} that are older than a week."
    if found.by_hand:
        missing = many(found.by_hand, "more ticket")
        yield f"To compare with, {missing} answered by hand must be older than a week."


def set_state(
    told: Readiness,
    wanted: Wanted,
    found: Judgement,
    templates: TemplateStore,
    *,
    row: int,
    by: str,
    now: datetime,
) -> Readiness:
    """Automate a version that is ready, or take that back; `row` is the one that somebody saw.

    Raises Invalid: it is not ready, with the reason, or it has moved on. Raises Conflict.
    """
    if row != told.row:
        raise Invalid(_MEANWHILE, "state")
    if wanted == "automate" and told.state != "ready":
        raise Invalid(f"Only what is ready can be automated. {lacking(found)}", "state")
    if wanted == "take back" and told.state != "automated":
        raise Invalid("It is not automated, so there is nothing to take back.", "state")
    state: State = "automated" if wanted == "automate" else "ready"
    return save_step(told, state, found, templates, by=by, now=now, tell=state == "automated")


def save_step(
    told: Readiness,
    state: State,
    found: Judgement,
    templates: TemplateStore,
    *,
    by: str | None,
    now: datetime,
    tell: bool,
) -> Readiness:
    """Store the step of a version to another state, and tell of it in the same transaction.

    Raises Conflict.
    """
    numbers = found.evidence
    made = Step(now, told.state, state, by, numbers.solved, numbers.repeated)
    changed = replace(told, state=state, since=now, row=told.row + 1)
    alert = _alert(changed, made, found) if tell and state in _TOLD else None
    templates.save_readiness(changed, made, alert)
    return changed


def save_card(
    card: Card,
    seen: int,
    topics: Collection[str],
    templates: TemplateStore,
    *,
    by: str,
    now: datetime,
) -> Card:
    """Store what somebody says of a template over what it was; `seen` is the version they saw.

    A new article is verified by who names it. Raises Invalid: a field, or the card has moved on.
    Raises Conflict.
    """
    before = templates.card(card.id) or Card(card.id)
    if seen != before.version:
        raise Invalid(_MEANWHILE, "version")
    _check(card, before, topics, now)
    named = card.article is not None and card.article != before.article
    changed = replace(
        card,
        verified_at=now if named else before.verified_at,
        verified_by=by if named else before.verified_by,
        version=before.version + 1,
    )
    templates.save_card(changed)
    return changed


def verify(template: str, templates: TemplateStore, *, by: str, now: datetime) -> Card:
    """Keep that the article of a template was looked at and is right. Raises Invalid, Conflict."""
    before = templates.card(template)
    if before is None or before.article is None:
        raise Invalid("There is no article to verify; write its address first.", "article")
    changed = replace(before, verified_at=now, verified_by=by, version=before.version + 1)
    templates.save_card(changed)
    return changed


def add_note(template: str, text: str, templates: TemplateStore, *, by: str, now: datetime) -> None:
    """Keep what somebody has changed in a template. Raises Invalid."""
    if not text:
        raise Invalid("Write what was changed.", "note")
    _check_length("note", text)
    templates.add_note(Note(template, now, by, text))


def _came_back(tickets: Mapping[str, int]) -> Rate:
    return wilson(tickets.get("repeated", 0), tickets.get("tickets", 0))


def _alert(told: Readiness, made: Step, found: Judgement) -> Alert:
    """What is told of a step, with its numbers."""
    return Alert(
        kind=_TOLD[made.state],
        at=made.at,
        subject=told.name,
        detail=_detail(told, made, found),
        n=made.solved.n,
        path=address(told.template, told.version),
        data={
            "template": told.template,
            "version": told.version,
            "state": made.state,
            "before": made.before,
            "by": made.by,
            "gate": found.gate,
            "solved": figures(made.solved),
            "repeated": figures(made.repeated),
        },
    )


def _detail(told: Readiness, made: Step, found: Judgement) -> str:
    said = f"{made.solved.hits:,} of {made.solved.n:,} answers say that it solved the problem."
    match made.state:
        case "ready":
            return f"The template {told.name} is ready to be automated: {said}"
        case "automated":
            return f"The template {told.name} is automated: {said}"
    return f"The template {told.name} was {made.before} and is demoted. {lacking(found)}"


def _check(card: Card, before: Card, topics: Collection[str], now: datetime) -> None:
    """Raise Invalid for the first field that cannot be kept."""
    for name in ("title", "owner", "article", "text"):
        _check_length(name, getattr(card, name) or "")
    for name, reason in _faults(card, before, topics, now):
        raise Invalid(reason, name)


def _faults(
    card: Card, before: Card, topics: Collection[str], now: datetime
) -> Iterator[tuple[str, str]]:
    if card.article is not None and not _is_https(card.article):
        yield "article", "The article is no address; write one that begins with https://."
    if card.review_days is not None and not 1 <= card.review_days <= MOST_REVIEW_DAYS:
        yield "review_days", f"Write 1 to {MOST_REVIEW_DAYS} days, or leave it empty."
    if card.expires and card.expires != before.expires and card.expires < now.date():
        yield "expires", "That day is over; write a day to come, or leave it empty."
    if not set(card.topics) <= {*topics, *before.topics}:
        yield "topics", "Choose topics of the list."
    if len(card.topics) > MOST_TOPICS:
        yield "topics", f"Choose {MOST_TOPICS} topics at most."


def _check_length(name: str, text: str) -> None:
    if len(text) > LIMITS[name]:
        raise Invalid(
            f"The {name} has {len(text):,} characters; write {LIMITS[name]:,} or fewer.", name
        )


def _is_https(address: str) -> bool:
    """Whether it is an https address of a host, without a login in it and without blanks."""
    if not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
