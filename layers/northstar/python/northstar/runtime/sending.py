"""The messages of the ask queue: send an ask, remind of one, or note that a mail came back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import urllib3

from northstar import desks
from northstar.app import ask as asking
from northstar.app import wording
from northstar.app.ask import NotNow, Surroundings
from northstar.app.links import stop_url, survey_url
from northstar.app.texts import negotiate
from northstar.delivery import chat, returns
from northstar.delivery.mail import Letter, survey_mail
from northstar.domain.errors import Invalid, NorthstarError, Unavailable, Unclear
from northstar.domain.identity import mailbox_of
from northstar.domain.surveys import Ask
from northstar.domain.tickets import Channel
from northstar.runtime import bootstrap
from northstar.runtime.observability import count_metric, logger
from northstar.runtime.settings import on_local_stack

_OURS = {"mail.sender", "mail.reply_to", "link", "stop_link"}
"""What is wrong with these of a letter's fields is wrong with our own configuration."""

_TRIES_OF_CHAT = 3
"""Of a message's five: after these a helpdesk counts as down, and a mail is sent instead."""

_http = urllib3.PoolManager(retries=False)


def work(body: str, tries: int) -> None:
    """Work off one message (JSON), received for the `tries`-th time.

    Whatever it raises brings the message back; what never succeeds ends among the dead letters.
    """
    try:
        _work(body, tries)
    except NorthstarError as error:
        logger.warning("message comes again", extra={"error": str(error), "tries": tries})
        raise
    except Exception:
        logger.exception("unexpected error")
        raise


def _work(body: str, tries: int) -> None:
    message = _ours(body)
    around = _around(message)
    if "ask" in message:
        sent = asking.send(message["ask"], lambda one: _deliver(one, around, tries), around)
        count_metric("AsksSent" if sent.state == "sent" else "AsksNotSent")
    elif "remind" in message:
        asking.remind(message["remind"], lambda one: _remind(one, around), around)
    else:
        _came_back(body, around)


def _ours(body: str) -> Mapping[str, Any]:
    """A message of our own; anything else is what the mail service tells."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _around(message: Mapping[str, Any]) -> Surroundings:
    return Surroundings(
        store=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        schedule=bootstrap.schedule(),
        configuration=bootstrap.configuration(),
        base_url=message.get("base_url", ""),
        now=datetime.now(UTC),
        on_stop=lambda: count_metric("SendingStopped"),
    )


def _deliver(ask: Ask, around: Surroundings, tries: int) -> Channel:
    """Answer in the ticket's own medium; by mail where a chat refuses or is down for good.

    A message that may have been taken is repeated once, and never in another medium.
    """
    medium: Channel = "chat" if ask.ticket.channel == "chat" else "email"
    try:
        return _chat(ask, around) if medium == "chat" else _mail(ask, around)
    except Unclear as error:
        if tries == 1:
            raise
        logger.warning("message may have been taken", extra={"error": str(error)})
        return medium
    except (Invalid, Unavailable) as error:
        if medium == "email" or not _is_over(error, ask, around, tries):
            raise
        if asking.sending_is_stopped(around):
            raise NotNow(str(error)) from error
        logger.warning("chat refused, mailing instead", extra={"ask": ask.id, "error": str(error)})
    return _mail(ask, around)


def _is_over(error: Invalid | Unavailable, ask: Ask, around: Surroundings, tries: int) -> bool:
    """Whether a chat is given up and a mail may take its place."""
    by_mail = around.configuration.asking.mail_instead_of_chat and ask.ticket.customer.email
    return bool(by_mail) and (not error.retryable or tries >= _TRIES_OF_CHAT)


def _remind(ask: Ask, around: Surroundings) -> Channel:
    """Remind in the medium in which the ask was sent."""
    in_chat = (ask.medium or ask.ticket.channel) == "chat"
    medium = (_chat if in_chat else _mail)(ask, around, reminder=True)
    count_metric("RemindersSent")
    return medium


def _chat(ask: Ask, around: Surroundings, *, reminder: bool = False) -> Channel:
    account = bootstrap.account(ask.ticket.desk)
    link = _link(ask, around)
    text = chat.survey_text(negotiate(ask.ticket.language), link, reminder=reminder)
    desk = desks.by_name(ask.ticket.desk)
    call = desk.reply(ask.ticket.id, text, account) if account else None
    if call is None:
        raise Invalid(f"We cannot write into conversations of {desk.NAME}.", "no_conversation")
    chat.send(call, http=_http, allow_loopback=on_local_stack())
    return "chat"


def _mail(ask: Ask, around: Surroundings, *, reminder: bool = False) -> Channel:
    told, keys = around.configuration, bootstrap.token_keys()
    language = negotiate(ask.ticket.language)
    survey = wording.find(ask, told.surveys, around.store)
    letter = Letter(
        ask=ask,
        link=_link(ask, around),
        stop_link=stop_url(ask, keys, around.base_url),
        language=language,
        question=wording.questions(ask, survey, language)[0],
        business=told.business.name,
        sender=told.mail.sender,
        reply_to=told.mail.reply_to,
        reminder=reminder,
    )
    try:
        message = survey_mail(letter)
    except Invalid as error:
        if error.field in _OURS:  # for an operator to put right, not for silence
            raise Unavailable(f"No mail can be sent: {error}") from error
        raise
    bootstrap.mailer().send(message, told.mail.sender, ask.ticket.customer.email or "")
    return "email"


def _link(ask: Ask, around: Surroundings) -> str:
    """The survey's address; the time to answer runs from the sending, however late that is."""
    sent = replace(ask, sent_at=ask.sent_at or around.now)
    return survey_url(sent, bootstrap.token_keys(), around.base_url)


def _came_back(body: str, around: Surroundings) -> None:
    event = returns.read(body)
    if event is None:
        return
    pepper = bootstrap.pepper()
    asking.came_back(event, lambda address: mailbox_of(address, pepper), around)
    count_metric("Complaints" if event.kind == "complaint" else "Bounces")
