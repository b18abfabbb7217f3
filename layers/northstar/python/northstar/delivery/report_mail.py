"""The weekly report as a MIME message: text, HTML, and the picture that the HTML shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr

from northstar.delivery.mail import MAIL_POLICY, mailbox, undecoded
from northstar.domain.errors import Invalid

PICTURE = "goal"
"""The name of the picture: its Content-ID before the @."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One mail of a report. `name` is the same at each try, `at` is aware.

    The HTML names the picture by "cid:" and `picture_id` of the sender.
    """

    name: str
    at: datetime
    subject: str
    text: str
    html: str
    picture: bytes | None
    stop_link: str
    to: str
    sender: str
    reply_to: str | None = None


def picture_id(sender: str) -> str:
    """Return the Content-ID of the picture in mails of a sender (RFC 2392). Raises Invalid."""
    return f"{PICTURE}@{mailbox(sender, 'mail.sender').domain}"


def plain_address(text: str) -> str:
    """Return the address alone of one such as "Ann <ann@example.com>"; any other text as it is."""
    return parseaddr(text)[1] or text


def report_mail(report: Report) -> bytes:
    """Return the MIME message: text/plain, or HTML with its picture (RFC 2387, RFC 5322, 7 bit).

    It can be unsubscribed from with one click (RFC 8058), and asks machines not to answer
    (RFC 3834).

    Raises:
        Invalid: the recipient, the sender or `reply_to` has no address that can be mailed.
    """
    sender = mailbox(report.sender, "mail.sender")
    message = EmailMessage(MAIL_POLICY)
    message["Subject"] = undecoded(report.subject)
    message["From"] = sender
    message["To"] = mailbox(report.to, "report")
    if report.reply_to:
        message["Reply-To"] = mailbox(report.reply_to, "mail.reply_to")
    message["Date"] = report.at
    message["Message-ID"] = f"<{report.name}@{sender.domain}>"
    message["List-Unsubscribe"] = f"<{report.stop_link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(report.text)
    message.add_alternative(report.html, subtype="html")
    if report.picture:
        *_, shown = message.iter_parts()
        if not isinstance(shown, EmailMessage):
            raise Invalid("The HTML part takes no picture.", "picture")
        shown.add_related(
            report.picture,
            "image",
            "png",
            cid=f"<{picture_id(report.sender)}>",
            disposition="inline",
            filename=f"{PICTURE}.png",
        )
    return message.as_bytes()
