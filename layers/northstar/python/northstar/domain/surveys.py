"""Asks and answers: the life of one survey, as pure transitions from one record to the next.

*planned → sent → answered*, or *suppressed*, *cancelled*, and *expired* once the time is over.
Every transition returns a new record with a higher version, or the same object when there is
nothing to change.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from northstar.domain.asking import Reason
from northstar.domain.errors import Closed, Invalid
from northstar.domain.identity import keyed_hash, person_of
from northstar.domain.sentiment import Document
from northstar.domain.tickets import Channel, Ticket, Withdrawn
from northstar.domain.times import business_day, iso, parse
from northstar.domain.verdicts import Verdict, read_again, unread

Question = Literal["solved", "csat"]
State = Literal["planned", "sent", "answered", "suppressed", "expired", "cancelled"]

ASK_LIFETIME = timedelta(days=28)
EDIT_WINDOW = timedelta(days=7)
COMMENT_LIMIT = 2000

_OPEN = ("planned", "sent")
_TEXT_CONTROLS = {
    code: None for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if chr(code) not in "\t\n"
} | dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


@dataclass(frozen=True, slots=True)
class Response:
    """What the customer chose: question 1 (`solved` or `csat`, never both) and question 2."""

    solved: bool | None = None
    csat: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One survey invitation, with the ticket as it was at that time and the answer, if any.

    `person` is the keyed hash of the customer; the mail address is kept only as long as a mail may
    follow. `survey` names the wording that was asked. `sent_at` is when the sending began, `medium`
    how it was sent where that is not the ticket's channel. `suspect` says that the answer looks
    machine-made. `went_at` is when the customer went on to the store's page for reviews,
    `repeated_at` when the same person opened another ticket about the same within a week. An
    `anonymous` ask knows that it was answered, to the day, and not what: see `AnonymousAnswer`. All
    times are aware datetimes.
    """

    id: str
    version: int
    state: State
    question: Question
    ticket: Ticket
    person: str
    planned_at: datetime
    due_at: datetime
    survey: str
    anonymous: bool = False
    reason: Reason | None = None
    medium: Channel | None = None
    sent_at: datetime | None = None
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    edited_at: datetime | None = None
    response: Response | None = None
    suspect: bool = False
    went_at: datetime | None = None
    repeated_at: datetime | None = None
    verdict: Verdict | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when a first answer is taken."""
        return (self.sent_at or self.due_at) + ASK_LIFETIME

    @property
    def editable_until(self) -> datetime | None:
        """Until when the answer can be changed; None before the first answer, or when it cannot."""
        if self.answered_at is None or self.response is None:
            return None
        return self.answered_at + EDIT_WINDOW

    @property
    def document(self) -> Document:
        """What was said, for the engines."""
        return _document(self.response or Response(), self.ticket.language)

    @property
    def needs_score(self) -> bool:
        """Whether there is a comment that no engine has scored yet."""
        return unread(self.document, self.verdict)

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is: scored, and no longer on its way to the customer."""
        return not self.needs_score and self.state != "planned"

    def state_at(self, now: datetime) -> State:
        """Return the state at `now`: what was sent and never answered expires by itself."""
        return "expired" if self.state == "sent" and now > self.expires_at else self.state


@dataclass(frozen=True, slots=True)
class AnonymousAnswer:
    """An answer that leads back to nobody: a random id, the day, and what it is counted by.

    Not by agent: with the day that would often be one ticket.
    `day` is the business day ("2026-11-22") on which it was given.
    """

    id: str
    version: int
    day: str
    question: Question
    response: Response
    channel: Channel
    survey: str
    team: str | None = None
    template: str | None = None
    language: str | None = None
    suspect: bool = False
    verdict: Verdict | None = None

    @property
    def document(self) -> Document:
        """What was said, for the engines."""
        return _document(self.response, self.language)

    @property
    def needs_score(self) -> bool:
        """Whether there is a comment that no engine has scored yet."""
        return unread(self.document, self.verdict)

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is."""
        return not self.needs_score


def home_of(desk: str, ticket_id: str, pepper: bytes) -> str:
    """Return the 24 hex digits under which everything about one ticket stands together."""
    return keyed_hash(pepper, "ticket", desk, ticket_id)[:24]


def ask_id(ticket: Ticket, pepper: bytes) -> str:
    """Return the id of the one ask of this resolution: the same delivery always gives the same id.

    The first 24 hex digits name the ticket, the last 8 the resolution. To anyone without the pepper
    the id is random.
    """
    home = keyed_hash(pepper, "ticket", ticket.desk, ticket.id)
    resolution = keyed_hash(pepper, "resolution", home, iso(ticket.solved_at))
    return home[:24] + resolution[:8]


def plan(
    ticket: Ticket,
    pepper: bytes,
    now: datetime,
    *,
    due_at: datetime | None = None,
    survey: str = "",
    anonymous: bool = False,
) -> Ask:
    """Return the ask of a resolution, *planned* for `due_at` (default: now).

    The time of the solution is kept to the millisecond, as it is stored and compared.
    """
    ticket = replace(ticket, solved_at=parse(iso(ticket.solved_at)))
    return Ask(
        id=ask_id(ticket, pepper),
        version=1,
        state="planned",
        question=question_for(ticket),
        ticket=ticket,
        person=person_of(ticket.customer, ticket.desk, pepper),
        planned_at=now,
        due_at=due_at or now,
        survey=survey,
        anonymous=anonymous,
    )


def question_for(ticket: Ticket) -> Question:
    """Return the first question: about the template where one answered, else about the help."""
    return "solved" if ticket.template else "csat"


def hand_over(ask: Ask, now: datetime) -> Ask:
    """Return a new ask as sent: its link goes to the caller, who sends it."""
    return replace(without_address(ask), state="sent", sent_at=now)


def finish_sending(
    ask: Ask, sent_at: datetime, medium: Channel, remind_at: datetime | None = None
) -> Ask:
    """Return the ask as sent; the mail address stays only for a reminder by mail.

    `sent_at` is when the sending began. What was answered or cancelled meanwhile keeps that state.
    """
    if ask.sent_at:
        return ask
    if ask.state != "planned":
        return replace(ask, sent_at=sent_at, version=ask.version + 1)
    sent = replace(
        ask,
        state="sent",
        sent_at=sent_at,
        medium=None if medium == ask.ticket.channel else medium,
        remind_at=remind_at,
        version=ask.version + 1,
    )
    return sent if remind_at and medium == "email" else without_address(sent)


def begin_reminding(ask: Ask, now: datetime) -> Ask:
    """Return the ask as reminded now, or unchanged where no reminder may be sent (any more).

    It is claimed before the sending: there is never a second reminder, at worst none.
    """
    if ask.state_at(now) != "sent" or not ask.remind_at or ask.reminded_at:
        return ask
    return replace(without_address(ask), reminded_at=now, version=ask.version + 1)


def forget_reminder(ask: Ask) -> Ask:
    """Return the ask without its reminder and the address that was kept for it."""
    return replace(without_address(ask), remind_at=None, version=ask.version + 1)


def suppress(ask: Ask, reason: Reason) -> Ask:
    """Return the ask as suppressed with its reason: nothing is sent."""
    version = ask.version + 1
    return replace(without_address(ask), state="suppressed", reason=reason, version=version)


def outdated(
    asks: Iterable[Ask], withdrawn: Withdrawn | None, solved_at: datetime | None = None
) -> list[Ask]:
    """Return, cancelled, those asks of one ticket whose resolution does not stand any more.

    A resolution ends with a later one (of another ask, or at `solved_at`), and where the ticket was
    reopened, merged or deleted. What was answered stays. The order in which all this became known
    makes no difference.
    """
    told = list(asks)
    times = [ask.ticket.solved_at for ask in told]
    newest = max([*times, solved_at] if solved_at else times, default=None)
    cancelled = []
    for ask in told:
        if ask.state not in {*_OPEN, "suppressed"}:
            continue
        solved = ask.ticket.solved_at
        if withdrawn and solved <= withdrawn.at:
            cancelled.append(_cancel(ask, withdrawn.reason))
        elif newest and solved < newest:
            cancelled.append(_cancel(ask, "reopened"))
    return cancelled


def _cancel(ask: Ask, reason: Reason) -> Ask:
    version = ask.version + 1
    return replace(without_address(ask), state="cancelled", reason=reason, version=version)


def without_address(ask: Ask) -> Ask:
    """Return the ask without the mail address: no mail will follow."""
    ticket = replace(ask.ticket, customer=replace(ask.ticket.customer, email=None))
    return replace(ask, ticket=ticket)


def clean_text(text: str, limit: int = COMMENT_LIMIT) -> str:
    """Return outside text ready to store: NFC, no control or bidi characters, cut at `limit`."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).translate(_TEXT_CONTROLS).strip()[:limit]


def one_line(text: str, limit: int = COMMENT_LIMIT) -> str:
    """Return outside text as `clean_text` does, on one line."""
    return " ".join(clean_text(text, limit).split())


def check_open(ask: Ask, now: datetime) -> None:
    """Raise Closed when the ask takes no answer (any more)."""
    if ask.state in {"suppressed", "cancelled"}:
        reopened = ask.reason == "reopened"
        raise Closed("This survey was cancelled.", "reopened" if reopened else "cancelled")
    if ask.answered_at:
        if ask.editable_until is None or now > ask.editable_until:
            raise Closed("Your answer was recorded and can no longer be changed.", "final")
    elif now > ask.expires_at:
        raise Closed("The time to answer this survey is over.", "expired")


def answer(ask: Ask, response: Response, now: datetime, *, suspect: bool = False) -> Ask:
    """Return the ask with this answer; the same answer again returns the same object.

    What is left out stays as it was: a comment that was sent before, and, once there is an answer,
    the first question when only a comment is sent.

    Raises:
        Closed: outside the time to answer or to edit.
        Invalid: question 1 is missing or does not belong to this ask.
    """
    kept = _checked(ask, response, now)
    if kept == ask.response and (suspect or not ask.suspect):
        return ask
    before = ask.response or Response()
    return replace(
        without_address(ask),
        state="answered",
        response=kept,
        suspect=suspect,
        verdict=_verdict(ask.verdict, before, kept),
        sent_at=ask.sent_at or now,
        answered_at=ask.answered_at or now,
        edited_at=now if ask.answered_at else None,
        version=ask.version + 1,
    )


def answer_anonymously(
    ask: Ask,
    response: Response,
    now: datetime,
    *,
    answer_id: str,
    zone: ZoneInfo,
    suspect: bool = False,
) -> tuple[Ask, AnonymousAnswer]:
    """Return the ask as answered today by somebody, and the answer that does not lead back to it.

    `answer_id` is random; days are business days of `zone`. It cannot be changed later.
    Raises as `answer` does.
    """
    kept = _checked(ask, response, now)
    day = business_day(now, zone)
    ticket = ask.ticket
    said = AnonymousAnswer(
        id=answer_id,
        version=1,
        day=day,
        question=ask.question,
        response=kept,
        channel=ticket.channel,
        survey=ask.survey,
        team=ticket.team,
        template=str(ticket.template) if ticket.template else None,
        language=ticket.language,
        suspect=suspect,
    )
    closed = replace(
        without_address(ask),
        state="answered",
        sent_at=ask.sent_at or now,
        answered_at=datetime.fromisoformat(day).replace(tzinfo=zone),
        version=ask.version + 1,
    )
    return closed, said


def went_on(ask: Ask, now: datetime, zone: ZoneInfo) -> Ask:
    """Return the ask with the moment when its customer went on to the store's page for reviews.

    Only the first time counts: after it the same object comes back. An anonymous ask keeps the
    business day of `zone` alone. Raises Invalid where nobody has answered yet.
    """
    if ask.answered_at is None:
        raise Invalid("Nobody has answered this survey yet; answer it first.", "token")
    if ask.went_at:
        return ask
    day = datetime.fromisoformat(business_day(now, zone)).replace(tzinfo=zone)
    return replace(ask, went_at=day if ask.anonymous else now, version=ask.version + 1)


def _document(response: Response, language: str | None) -> Document:
    return Document(response.comment or "", language, response.csat)


def _verdict(verdict: Verdict | None, before: Response, after: Response) -> Verdict | None:
    """What stays of the verdict on a comment when an answer was edited."""
    if (before.comment, before.csat) == (after.comment, after.csat):
        return verdict
    return read_again(verdict, same_text=before.comment == after.comment)


def _checked(ask: Ask, response: Response, now: datetime) -> Response:
    """The response with what was said before where something is left out; raises as `answer`."""
    check_open(ask, now)
    before = ask.response or Response()
    solved, csat = response.solved, response.csat
    if solved is None and csat is None:
        solved, csat = before.solved, before.csat
    if (solved is None) == (csat is None):
        raise Invalid("Please choose one answer to the first question.", "answer")
    if (solved is not None) != (ask.question == "solved"):
        raise Invalid(f"This survey asks question '{ask.question}'.", "answer")
    if csat is not None and csat not in range(1, 6):
        raise Invalid("Please choose a rating from 1 to 5.", "answer")
    return Response(solved, csat, clean_text(response.comment or "") or before.comment)
