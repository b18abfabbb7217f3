"""When to ask, and when not: the rules, as pure functions of a ticket, a person and the time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from annotated_types import Ge, Le

from northstar.domain.errors import Unavailable
from northstar.domain.tickets import Ticket

Reason = Literal[
    "tag",
    "team",
    "bot_only",
    "internal",
    "too_old",
    "no_address",
    "no_conversation",
    "unsubscribed",
    "bounced",
    "complained",
    "recently_asked",
    "refused",
    "reopened",
    "merged",
    "deleted",
]
"""Why an ask was suppressed, or, the last three, cancelled."""

SENDING_LEASE = timedelta(minutes=1)
"""Longer than a function lives (30 s), shorter than a failed message stays hidden (180 s)."""

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Delays:
    """Minutes from the solution to the ask, by channel."""

    email: Annotated[int, Ge(0), Le(60 * 24 * 14)] = 0
    chat: Annotated[int, Ge(0), Le(60 * 24 * 14)] = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator decides about asking.

    A person is asked about at most one ticket in `days_between` days (0: no limit). Nothing is sent
    between `quiet_from` and `quiet_until` ("21:00", "08:00") in the customer's time zone, or the
    business's where that is unknown; empty for no quiet hours. What was solved more than
    `oldest_days` days ago when we are told is not asked about (0: any age).
    """

    delay_minutes: Delays = Delays()
    days_between: Annotated[int, Ge(0), Le(365)] = 14
    quiet_from: str = ""
    quiet_until: str = ""
    skip_tags: tuple[str, ...] = ()
    skip_teams: tuple[str, ...] = ()
    ask_after_bots: bool = False
    ask_colleagues: bool = False
    mail_instead_of_chat: bool = True
    remind_after_days: Annotated[int, Ge(0), Le(20)] = 0
    oldest_days: Annotated[int, Ge(0), Le(365)] = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """What we remember of a person for asking, at one version (0: nothing is stored).

    `asked` is the ask that was sent last, at `asked_at` (aware), and `replaced` whether it took the
    place of an earlier one of its ticket. `sending` are the asks that somebody is sending now, and
    since when. `closed` says why no further ask may be sent. `soft_bounces` are the ids of mails
    that came back for a passing reason.
    """

    person: str
    version: int = 0
    asked: str | None = None
    asked_at: datetime | None = None
    replaced: bool = False
    sending: tuple[tuple[str, datetime], ...] = ()
    closed: Literal["unsubscribed", "bounced", "complained"] | None = None
    soft_bounces: tuple[str, ...] = ()


def skipped(ticket: Ticket, rules: Rules, now: datetime) -> Reason | None:
    """Return why this ticket is never asked about, or None."""
    tags = {tag.casefold() for tag in ticket.tags}
    age = now - ticket.solved_at
    found: tuple[tuple[Reason, bool], ...] = (
        ("too_old", 0 < rules.oldest_days <= age.days),
        ("tag", not tags.isdisjoint(tag.casefold() for tag in rules.skip_tags)),
        ("team", (ticket.team or "").casefold() in {team.casefold() for team in rules.skip_teams}),
        ("bot_only", ticket.by_bot and not rules.ask_after_bots),
        ("internal", ticket.internal and not rules.ask_colleagues),
        ("no_address", ticket.channel == "email" and not ticket.customer.email),
    )
    return next((reason for reason, holds in found if holds), None)


def unwelcome(contact: Contact, ask_id: str, rules: Rules, now: datetime) -> Reason | None:
    """Return why this person is not to be asked at `now` (aware), or None."""
    if contact.closed:
        return contact.closed
    if contact.asked_at is None or contact.asked == ask_id:
        return None
    recently = abs(now - contact.asked_at) < timedelta(days=rules.days_between)
    return "recently_asked" if recently else None


def take_place(
    contact: Contact, ask_id: str, now: datetime, *, to_send: bool, replaces: bool = False
) -> Contact:
    """Return the contact with the place taken by an ask.

    `replaces`: from an ask of the same ticket that was sent, and cancelled by its reopening.
    `to_send`: its caller alone may send it now. Such a claim that is older than any function lives
    was left by a crash, and is taken over. Raises Unavailable while it may be alive.
    """
    alive = {one: since for one, since in contact.sending if now - since < SENDING_LEASE}
    if ask_id in alive:
        raise Unavailable(f"The ask {ask_id} is being sent by somebody else.")
    return replace(
        contact,
        asked=ask_id,
        asked_at=now,
        replaced=replaces or (contact.replaced and contact.asked == ask_id),
        sending=tuple(sorted((alive | ({ask_id: now} if to_send else {})).items())),
        version=contact.version + 1,
    )


def give_place_back(contact: Contact, ask_id: str) -> Contact:
    """Return the contact without the claim of an ask that was not sent, or the same one."""
    sending = tuple((one, since) for one, since in contact.sending if one != ask_id)
    if sending == contact.sending:
        return contact
    return replace(contact, sending=sending, version=contact.version + 1)


def due(ticket: Ticket, rules: Rules, business: ZoneInfo, now: datetime) -> datetime:
    """Return when to ask (aware): after the channel's delay, outside quiet hours, never past."""
    if ticket.channel == "link":
        return now
    delay = timedelta(minutes=getattr(rules.delay_minutes, ticket.channel))
    solved_at = min(ticket.solved_at, now)  # a helpdesk's clock may be ahead of ours
    return awake(max(now, solved_at + delay), ticket, rules, business)


def awake(moment: datetime, ticket: Ticket, rules: Rules, business: ZoneInfo) -> datetime:
    """Return the moment, or when the quiet hours end that it lies in."""
    if not rules.quiet_from or not rules.quiet_until:
        return moment
    local = moment.astimezone(_zone(ticket.customer.time_zone) or business)
    begin, end = time.fromisoformat(rules.quiet_from), time.fromisoformat(rules.quiet_until)
    over_night = begin > end
    at = local.time()
    quiet = (at >= begin or at < end) if over_night else begin <= at < end
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1 if over_night and at >= begin else 0)
    return datetime.combine(day, end, local.tzinfo).astimezone(moment.tzinfo)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
