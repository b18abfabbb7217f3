"""Asks and answers: the life of one survey, as pure transitions from one record to the next.

*planned → sent → answered*, or *suppressed*, *expired*, *cancelled*. Every transition returns a
new record with a higher version, or the same object when there is nothing to change.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from northstar.domain.errors import Closed, Invalid, Unavailable
from northstar.domain.sentiment import Score
from northstar.domain.tickets import Ticket
from northstar.domain.times import iso

Question = Literal["solved", "csat"]
State = Literal["planned", "sending", "sent", "answered", "suppressed", "expired", "cancelled"]

ASK_LIFETIME = timedelta(days=28)
EDIT_WINDOW = timedelta(days=7)
SENDING_LEASE = timedelta(minutes=1)
"""Longer than a function lives (20 s), shorter than a failed message stays hidden (120 s)."""

COMMENT_LIMIT = 2000

_TEXT_CONTROLS = {
    code: None for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if chr(code) not in "\t\n"
} | dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


@dataclass(frozen=True, slots=True)
class Response:
    """What the customer chose: question 1 (`solved` or `csat`, never both) and question 2."""

    solved: bool | None = None
    csat: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One survey invitation, with the ticket as it was at that time and the answer, if any.

    `person` is the keyed hash of the customer. The mail address is kept only until the ask is sent;
    `sent_at` is when the sending began. All times are aware datetimes.
    """

    id: str
    version: int
    state: State
    question: Question
    ticket: Ticket
    person: str
    planned_at: datetime
    reason: str | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    edited_at: datetime | None = None
    response: Response | None = None
    score: Score | None = None

    @property
    def expires_at(self) -> datetime:
        """Until when a first answer is taken."""
        return (self.sent_at or self.planned_at) + ASK_LIFETIME

    @property
    def editable_until(self) -> datetime | None:
        """Until when the answer can be changed; None before the first answer."""
        return self.answered_at + EDIT_WINDOW if self.answered_at else None

    @property
    def needs_score(self) -> bool:
        """Whether there is a comment that no engine has scored yet."""
        return bool(self.response and self.response.comment and self.score is None)

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is: scored, and no longer on its way to the customer."""
        return not self.needs_score and self.state not in {"planned", "sending"}


def keyed_hash(pepper: bytes, *parts: str) -> str:
    """Return 128 bits (32 hex digits) that only the pepper's holder can compute from the parts.

    HMAC-SHA256 (RFC 2104) over the parts, each after its length: ("ab", "c") is not ("a", "bc").
    """
    message = b"".join(len(p.encode()).to_bytes(4) + p.encode() for p in parts)
    return hmac.new(pepper, message, hashlib.sha256).hexdigest()[:32]


def ask_id(ticket: Ticket, pepper: bytes) -> str:
    """Return the id of the one ask of this resolution: the same delivery always gives the same id.

    The first 24 hex digits name the ticket, the last 8 the resolution, so that the asks of one
    ticket stand together. To anyone without the pepper the id is random.
    """
    home = keyed_hash(pepper, "ticket", ticket.desk, ticket.id)
    resolution = keyed_hash(pepper, "resolution", home, iso(ticket.solved_at))
    return home[:24] + resolution[:8]


def person(ticket: Ticket, pepper: bytes) -> str:
    """Return the keyed hash of the customer: of the mail address, else of the desk's own id."""
    email = ticket.customer.email
    if email:
        return keyed_hash(pepper, "mail", unicodedata.normalize("NFKC", email).casefold())
    return keyed_hash(pepper, "customer", ticket.desk, ticket.customer.id)


def plan(ticket: Ticket, pepper: bytes, now: datetime) -> Ask:
    """Return the ask of a resolution: *sent* on channel link, else *planned* or *suppressed*."""
    ask = Ask(
        id=ask_id(ticket, pepper),
        version=1,
        state="planned",
        question="solved" if ticket.template else "csat",
        ticket=ticket,
        person=person(ticket, pepper),
        planned_at=now,
    )
    if ticket.channel == "link":
        return replace(ask, state="sent", sent_at=now)
    if ticket.channel == "chat":
        return replace(
            ask, state="suppressed", reason="channel chat cannot be answered by this desk"
        )
    if not ticket.customer.email:
        return replace(ask, state="suppressed", reason="no address")
    return ask


def begin_sending(ask: Ask, now: datetime) -> Ask:
    """Return the ask claimed for sending now; one that needs no sending is returned unchanged.

    A claim that is older than any function lives was left by a crash, and is taken over.
    Raises Unavailable while somebody else's claim may be alive.
    """
    if ask.state not in {"planned", "sending"}:
        return ask
    if ask.sent_at and now - ask.sent_at < SENDING_LEASE:
        raise Unavailable(f"The ask {ask.id} is being sent by somebody else.")
    return replace(ask, state="sending", sent_at=now, version=ask.version + 1)


def finish_sending(ask: Ask) -> Ask:
    """Return a claimed ask as sent, without the mail address."""
    customer = replace(ask.ticket.customer, email=None)
    ticket = replace(ask.ticket, customer=customer)
    return replace(ask, state="sent", ticket=ticket, version=ask.version + 1)


def suppress(ask: Ask, reason: str) -> Ask:
    """Return the ask as suppressed with its reason and without the mail address."""
    ticket = replace(ask.ticket, customer=replace(ask.ticket.customer, email=None))
    return replace(ask, state="suppressed", reason=reason, ticket=ticket, version=ask.version + 1)


def clean_text(text: str, limit: int = COMMENT_LIMIT) -> str:
    """Return outside text ready to store: NFC, no control or bidi characters, cut at `limit`."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).translate(_TEXT_CONTROLS).strip()[:limit]


def check_open(ask: Ask, now: datetime) -> None:
    """Raise Closed when the ask takes no answer (any more)."""
    if ask.state in {"suppressed", "cancelled"}:
        raise Closed("This survey was cancelled.")
    if ask.editable_until:
        if now > ask.editable_until:
            raise Closed("Your answer was recorded and can no longer be changed.")
    elif now > ask.expires_at:
        raise Closed("The time to answer this survey is over.")


def answer(ask: Ask, response: Response, now: datetime) -> Ask:
    """Return the ask with this answer; the same answer again returns the same object.

    An empty comment keeps the one that was sent before: the form never shows it again.

    Raises:
        Closed: outside the time to answer or to edit.
        Invalid: question 1 is missing or does not belong to this ask.
    """
    check_open(ask, now)
    if (response.solved is None) == (response.csat is None):
        raise Invalid("Please choose one answer to the first question.", "answer")
    if (response.solved is not None) != (ask.question == "solved"):
        raise Invalid(f"This survey asks question '{ask.question}'.", "answer")
    if response.csat is not None and response.csat not in range(1, 6):
        raise Invalid("Please choose a rating from 1 to 5.", "answer")
    comment = clean_text(response.comment or "") or (ask.response.comment if ask.response else None)
    kept = replace(response, comment=comment)
    if kept == ask.response:
        return ask
    same_text = ask.response is not None and ask.response.comment == comment
    return replace(
        ask,
        state="answered",
        response=kept,
        score=ask.score if same_text else None,
        answered_at=ask.answered_at or now,
        edited_at=now if ask.answered_at else None,
        version=ask.version + 1,
    )
