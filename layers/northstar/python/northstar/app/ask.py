"""Ask: send one planned ask in the ticket's own medium, and later, at most once, remind of it.

One worker takes the person's place for the ask, hands the message over, and stores the success. A
crash between the last two repeats that one message, once the claim on the place has run out;
nothing else is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from northstar.app import contacts
from northstar.app.configuration import Configuration
from northstar.app.ports import Alert, FeedbackStore, ProgressStore, Queue, Schedule
from northstar.domain import returns
from northstar.domain.asking import Reason, awake, give_place_back
from northstar.domain.errors import Conflict, Invalid, NotFound, Unavailable
from northstar.domain.returns import Kind, Returned
from northstar.domain.surveys import (
    Ask,
    begin_reminding,
    finish_sending,
    forget_reminder,
    suppress,
)
from northstar.domain.tickets import Channel

Deliver = Callable[[Ask], Channel]
"""Hands a message over and returns how it went. Raises Retryable to be tried again, Invalid when
it can never be delivered."""

_ATTEMPTS = 8
_PAUSE = timedelta(hours=1)
_AT_ONCE = timedelta(seconds=15)
"""What is due within it is not worth a schedule, which fires up to a minute late."""


class NotNow(Unavailable):
    """Raised by a delivery that may not be made at the moment: the ask is put off for an hour."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an ask is sent with. `now` is aware; `base_url` is where the customers' pages are.

    `on_stop` is called whenever a mail waits because too many of them come back.
    """

    store: FeedbackStore
    progress: ProgressStore
    schedule: Schedule
    configuration: Configuration
    base_url: str
    now: datetime
    on_stop: Callable[[], None] = lambda: None


def hand_on(ask: Ask, base_url: str, queue: Queue, schedule: Schedule, now: datetime) -> None:
    """Hand a planned ask to the sending: at once, or when it is due."""
    message = {"ask": ask.id, "base_url": base_url}
    if ask.due_at - now < _AT_ONCE:
        queue.send(message)
    else:
        schedule.at(ask.due_at, f"ask-{ask.id}", message)


def send(ask_id: str, deliver: Deliver, around: Surroundings) -> Ask:
    """Send an ask unless it was sent before, and return it as it then stands.

    Raises:
        NotFound: there is no such ask.
        Retryable: somebody else is sending it, or the medium or the store did not answer.
    """
    ask = _found(ask_id, around.store)
    if ask.state != "planned":
        _schedule_reminder(ask, around)
        return ask
    if _postponed(ask, "ask", around):
        return ask
    rules = around.configuration.asking
    reason = contacts.claim(ask, around.now, store=around.store, rules=rules)
    if reason:
        return _stored(suppress(ask, reason), ask, around.store)
    try:
        medium = deliver(ask)
    except Invalid as refusal:
        return _refused(ask, refusal, around)
    except NotNow:
        _give_place_back(ask, around)
        _put_off(ask, "ask", around.now + _PAUSE, around)
        return ask
    sent = _sent(ask, medium, around)
    _schedule_reminder(sent, around)
    return sent


def remind(ask_id: str, deliver: Deliver, around: Surroundings) -> Ask:
    """Remind of an ask that is still open, and return it as it then stands.

    It is marked as reminded before the message is handed over: whatever goes wrong then may lose
    the reminder, and never sends a second one. Raises as `send` does.
    """
    ask = _found(ask_id, around.store)
    reminded = begin_reminding(ask, around.now)
    if reminded is ask or around.store.contact(ask.person).closed:
        return _without_reminder(ask, around)
    if _postponed(ask, "remind", around):
        return ask
    around.store.replace_ask(reminded, ask.version)
    deliver(ask)
    return reminded


def came_back(event: Returned, person_of: Callable[[str], str], around: Surroundings) -> None:
    """Remember whom not to write to again; the same event again changes nothing."""

    def close(kind: Kind, address: str) -> None:
        contacts.change(
            person_of(address),
            lambda contact: returns.after_return(contact, event.id, kind),
            store=around.store,
        )

    for address in event.addresses:
        close(event.kind, address)
    if event.kind != "soft_bounce":
        around.progress.add_returned(event, _business_day(event.at, around))


def _found(ask_id: str, store: FeedbackStore) -> Ask:
    ask = store.ask(ask_id)
    if ask is None:
        raise NotFound(f"There is no ask {ask_id}.")
    return ask


def _stored(following: Ask, ask: Ask, store: FeedbackStore) -> Ask:
    """Store the next version; where somebody was faster (answered, cancelled), theirs stands.

    Raises Conflict where only something else was noted on it meanwhile.
    """
    try:
        store.replace_ask(following, ask.version)
    except Conflict:
        newest = store.ask(ask.id)
        if newest and newest.state == ask.state:
            raise
        return newest or following
    return following


def _sent(ask: Ask, medium: Channel, around: Surroundings) -> Ask:
    """Store that an ask was sent, whatever has become of it meanwhile."""
    for _ in range(_ATTEMPTS):
        remind_at = _reminder_time(ask, medium, around)
        sent = finish_sending(ask, around.now, medium, remind_at)
        try:
            if sent is not ask:
                around.store.replace_ask(sent, ask.version)
        except Conflict:
            ask = _found(ask.id, around.store)
            continue
        return sent
    raise Conflict(f"The ask {ask.id} is changing too fast; its success is stored later.")


def _refused(ask: Ask, refusal: Invalid, around: Surroundings) -> Ask:
    """Suppress an ask that can never be delivered, and let the person be asked by others."""
    why: Reason = "no_conversation" if refusal.field == "no_conversation" else "refused"
    suppressed = _stored(suppress(ask, why), ask, around.store)
    _give_place_back(ask, around)
    return suppressed


def _give_place_back(ask: Ask, around: Surroundings) -> None:
    contacts.change(ask.person, lambda one: give_place_back(one, ask.id), store=around.store)


def _postponed(ask: Ask, what: str, around: Surroundings) -> bool:
    """Put off what falls into quiet hours, or while too many mails come back."""
    told = around.configuration
    later = awake(around.now, ask.ticket, told.asking, told.business.zone)
    if later == around.now and "email" in {ask.ticket.channel, ask.medium}:
        later += _PAUSE if sending_is_stopped(around) else timedelta(0)
    if later == around.now:
        return False
    _put_off(ask, what, later, around)
    return True


def _put_off(ask: Ask, what: str, until: datetime, around: Surroundings) -> None:
    message = {what: ask.id, "base_url": around.base_url}
    around.schedule.at(until, f"{what}-{ask.id}", message)


def sending_is_stopped(around: Surroundings) -> bool:
    """Return whether too many mails came back to send more; then an alert says so."""
    health = around.progress.mail_health(_business_day(around.now, around))
    if not returns.must_stop(health, around.configuration.mail.stop_from):
        return False
    hour = around.now.replace(minute=0, second=0, microsecond=0)
    told = (
        f"Of {health.sent} mails in two days {health.bounces} bounced and {health.complaints} were "
        "complained about: asks wait until that is better."
    )
    around.progress.add_alert(Alert("sending_stopped", hour, "mail", told))
    around.on_stop()
    return True


def _reminder_time(ask: Ask, medium: Channel, around: Surroundings) -> datetime | None:
    """When to remind (aware), or None."""
    told = around.configuration
    days = told.asking.remind_after_days
    if not days or medium == "link":
        return None
    moment = around.now + timedelta(days=days)
    return awake(moment, ask.ticket, told.asking, told.business.zone)


def _schedule_reminder(ask: Ask, around: Surroundings) -> None:
    """Plan the reminder of a sent ask; the same plan again changes nothing."""
    if ask.state == "sent" and ask.remind_at and not ask.reminded_at:
        _put_off(ask, "remind", ask.remind_at, around)


def _without_reminder(ask: Ask, around: Surroundings) -> Ask:
    """An ask that nobody will be reminded of keeps no address for that."""
    if ask.state != "sent" or ask.ticket.customer.email is None:
        return ask
    return _stored(forget_reminder(ask), ask, around.store)


def _business_day(moment: datetime, around: Surroundings) -> date:
    return moment.astimezone(around.configuration.business.zone).date()
