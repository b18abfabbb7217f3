"""Alert mails: a notice as a text and an HTML part that read well with every style taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape

from northstar.app.notices import Link, Notice, Partly
from northstar.delivery.mail import MAIL_POLICY, mailbox, undecoded
from northstar.delivery.outside import isolated
from northstar.delivery.shown import Shown, plain, shown
from northstar.domain.errors import NorthstarError

Send = Callable[[bytes, str, str], object]
"""Sends a MIME message from a sender to one recipient. Raises Invalid, Unavailable, Unclear."""


@dataclass(frozen=True, slots=True)
class AlertMail:
    """Some mailboxes; each gets a message of its own. Addresses are like "Ops <a@example.com>"."""

    send: Send
    sender: str
    recipients: tuple[str, ...]

    def deliver(self, notice: Notice) -> None:
        """Send a notice to each recipient, also where another one's mail fails.

        Raises Unavailable, or Partly where others have it, with the first reason to try again; else
        the first Invalid.
        """
        failed: dict[str, NorthstarError] = {}
        for recipient in self.recipients:
            try:
                self.send(alert_mail(notice, self.sender, recipient), self.sender, recipient)
            except NorthstarError as error:
                failed[recipient] = error
        again = tuple(one for one, error in failed.items() if error.retryable)
        if again and len(again) < len(self.recipients):
            raise Partly(str(failed[again[0]]), again)
        for recipient in again or failed:
            raise failed[recipient]


def alert_mail(notice: Notice, sender: str, recipient: str) -> bytes:
    """Return the MIME message (RFC 5322, 7 bit) of a notice for one recipient.

    It asks machines not to answer (RFC 3834). The same notice has the same Message-ID, so that
    mailboxes can drop a repetition; Amazon SES puts its own in its place.

    Raises:
        Invalid: an address is none that mail can be sent to.
    """
    seen, source = shown(notice), mailbox(sender, "mail.sender")
    message = EmailMessage(MAIL_POLICY)
    message["Subject"] = undecoded(seen.title)
    message["From"] = source
    message["To"] = mailbox(recipient, "channels.to")
    message["Date"] = datetime.now(UTC)
    name = re.sub(r"[^A-Za-z0-9-]", "-", notice.id)
    message["Message-ID"] = f"<{name}@{source.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{isolated(seen.title)}\n\n{plain(seen)}\n")
    message.add_alternative(_html(seen), subtype="html")
    return message.as_bytes()


# What improves the mail where a program keeps styles; every rule it needs stands on the elements.
_STYLE = """
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.page{background:#0b1016!important;color:#eef2f6!important}
.page .card{background:#10161d!important;border-color:#263240!important;color:#eef2f6!important}
.page .quiet{color:#a2aeba!important}
.page blockquote{border-color:#6cb2ff!important}
.page a{color:#6cb2ff!important}
.page a.first{background:#6cb2ff!important;border-color:#6cb2ff!important;color:#0b1016!important}
}
"""
_FONT = "16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif"


def _html(seen: Shown) -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>{escape(seen.title)}</title>
<style>{_STYLE}</style></head>
<body class="page" style="margin:0;background:#f6f7f9">
<div class="page" style="max-width:600px;margin:0 auto;padding:16px;background:#f6f7f9;\
color:#16202c;font:{_FONT}">
<div class="card" style="padding:8px 20px;border:1px solid #dfe4e9;border-radius:14px;\
background:#ffffff;color:#16202c;overflow-wrap:anywhere">
<h1 style="margin:12px 0;font-size:20px;line-height:1.3">{_outside(seen.title)}</h1>
{_facts(seen)}{_quote(seen)}{_todo(seen)}{_links(seen.links)}</div>
<p class="quiet" style="margin:12px 4px;color:#566472;font-size:14px">{_foot(seen)}</p>
</div></body></html>
"""


def _facts(seen: Shown) -> str:
    rows = "".join(_fact(label, value) for label, value in seen.facts)
    table = '<table role="presentation" cellspacing="0" cellpadding="3" border="0">'
    return f"{table}\n{rows}</table>\n" if rows else ""


def _fact(label: str, value: str) -> str:
    named = (
        '<td class="quiet" style="padding:3px 16px 3px 0;vertical-align:top;color:#566472;'
        f'min-width:80px">{_outside(label)}</td>'
    )
    told = f'style="padding:3px 0;vertical-align:top">{_outside(value)}</td>'
    return f"<tr>{named}<td {told}</tr>\n" if label else f'<tr><td colspan="2" {told}</tr>\n'


def _quote(seen: Shown) -> str:
    said = "<br>\n".join(_outside(line) for line in seen.quote)
    whose = f'<p class="quiet" style="margin:16px 0 4px;color:#566472">{_outside(seen.quoted)}:</p>'
    style = "margin:4px 0 16px;padding:4px 0 4px 14px;border-left:4px solid #0b5cad"
    quote = f'<blockquote style="{style}">{said}</blockquote>\n'
    return f"{whose if seen.quoted else ''}\n{quote}" if said else ""


def _todo(seen: Shown) -> str:
    return f"<p><strong>{_outside(seen.todo)}</strong></p>\n" if seen.todo else ""


def _links(links: Iterable[Link]) -> str:
    shape = (
        "display:inline-block;margin:4px 8px 4px 0;padding:9px 16px;border:2px solid #0b5cad;"
        "border-radius:8px;text-decoration:none"
    )
    kinds = [
        ' class="first" style="background:#0b5cad;color:#ffffff;',
        ' style="color:#0b5cad;',
    ]
    buttons = [
        f'<a href="{escape(link.url)}"{kinds[min(number, 1)]}{shape}">{_outside(link.text)}</a>\n'
        for number, link in enumerate(links)
    ]
    return f"<p>{''.join(buttons)}</p>\n" if buttons else ""


def _foot(seen: Shown) -> str:
    return " · ".join(_outside(part) for part in (seen.business, seen.moment) if part)


def _outside(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"
