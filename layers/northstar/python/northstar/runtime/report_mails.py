"""The mails of the weekly report: on Mondays, to whoever is to have it and wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from northstar.app.configuration import Configuration
from northstar.app.report import AUDIENCES, Audience, ReportView, Told, newest_week
from northstar.app.report_mailing import STOP, Mailed, is_due, mail_out
from northstar.delivery import report_mail as mime
from northstar.delivery.outside import inert, isolated
from northstar.domain.identity import mailbox_of
from northstar.domain.tokens import mint
from northstar.runtime import bootstrap, reporting
from northstar.runtime.observability import count_metric, logger
from northstar.web import report_mail

MOST = 100_000
"""Bytes of one mail."""

SCALES = (report_mail.SHARP, 1.0)
"""How fine a picture may be; the next one where the mail would be too large."""

_STOP_LIFETIME = timedelta(days=2 * 365)


def send_due(now: datetime) -> Mailed:
    """Mail this week's report to whoever has not had it, once its hour has come; `now` is aware.

    It is made and kept even where nobody is to be mailed.
    What fails is logged, without addresses, and tried again by the next run.
    """
    configuration, mailed = bootstrap.configuration(), Mailed()
    week = newest_week(now, configuration)
    for audience in AUDIENCES if is_due(week, now, configuration) else ():
        _mail(week, audience, recipients(configuration, audience), now, mailed)
    count_metric("ReportsMailed", mailed.sent)
    count_metric("ReportsFailed", len(mailed.failed))
    for audience, mailbox, error in mailed.failed:
        told = {"audience": audience, "mailbox": mailbox, "week": str(week)}
        logger.error("report not mailed", extra=told, exc_info=error)
    return mailed


def recipients(configuration: Configuration, audience: Audience) -> tuple[str, ...]:
    """Return who is to have the report for an audience."""
    told = configuration.report
    return told.leadership if audience == "leadership" else told.team


def message(
    shown: ReportView, address: str, mailbox: str, draw: Callable[[Told, float], bytes | None]
) -> bytes:
    """Return the mail of a report to one address, with as fine a picture as there is room for.

    `draw` makes it in a scale, or returns None. Raises Invalid.
    """
    for scale in SCALES:
        picture = draw(shown.told, scale)
        raw = _message(shown, address, mailbox, picture)
        if picture is None or len(raw) <= MOST:
            return raw
    return _message(shown, address, mailbox, None)


def _message(shown: ReportView, address: str, mailbox: str, picture: bytes | None) -> bytes:
    told = bootstrap.configuration().mail
    base_url, stop_link = bootstrap.public_address(), stop_url(mailbox, shown.told.week)
    source = f"cid:{mime.picture_id(told.sender)}" if picture else None
    return mime.report_mail(
        mime.Report(
            name=f"report.{shown.told.week}.{shown.told.audience}.{mailbox}",
            at=shown.told.made_at,
            subject=shown.told.subject,
            text=report_mail.text(shown, base_url, stop_link, _isolated),
            html=report_mail.html(shown, base_url, stop_link, source, inert),
            picture=picture,
            stop_link=stop_link,
            to=address,
            sender=told.sender,
            reply_to=told.reply_to,
        )
    )


def mailboxes(addresses: Sequence[str]) -> dict[str, str]:
    """Return addresses by the keyed hash of their mailbox, each once."""
    pepper = bootstrap.pepper()
    return {mailbox_of(mime.plain_address(one), pepper): one for one in addresses}


def stop_url(mailbox: str, week: date) -> str:
    """Return the link that stops the mails of the report to a mailbox."""
    until = datetime.combine(week, time.min, UTC) + _STOP_LIFETIME
    token = mint(mailbox, until, bootstrap.token_keys(), STOP)
    return f"{bootstrap.public_address()}/r/{token}"


def _mail(
    week: date, audience: Audience, addresses: Sequence[str], now: datetime, mailed: Mailed
) -> None:
    shown = reporting.view(week, audience, now, keep=True)
    draw = cache(report_mail.picture)

    def send(mailbox: str, address: str) -> None:
        content = message(shown, address, mailbox, draw)
        bootstrap.own_mailer().send(content, bootstrap.configuration().mail.sender, address)

    mail_out(
        week,
        audience,
        mailboxes(addresses),
        store=bootstrap.report_store(),
        send=send,
        now=now,
        mailed=mailed,
    )


def _isolated(text: str) -> str:
    return isolated(inert(text))
