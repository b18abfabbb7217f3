"""Survey mails: complete MIME messages whose rating links only preselect an answer."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from northstar.app.texts import CHOICES, DEFAULT, TEXTS
from northstar.domain.errors import Invalid, Unavailable
from northstar.domain.surveys import Ask

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_TEXTS = TEXTS[DEFAULT]
_LINK_LIKE = re.compile(r"://|www\.|[\w-]\.[a-z]{2}", re.IGNORECASE)


def survey_mail(ask: Ask, link: str, sender: str, reply_to: str | None, business: str) -> bytes:
    """Return the MIME message of an ask: a text part and an HTML part with one link per answer.

    `link` is the survey's address; `sender` an address like "Support <support@example.com>".
    Raises Invalid when the ask has no usable address.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"Did we help? {_harmless(ask.ticket.subject) or 'Your support request'}"
    message["From"] = _address(sender, "mail.sender")
    message["To"] = _address(ask.ticket.customer.email or "", "customer.email")
    if reply_to:
        message["Reply-To"] = _address(reply_to, "mail.reply_to")
    message["Auto-Submitted"] = "auto-generated"
    choices = {value: _TEXTS[value] for value in CHOICES[ask.question]}
    message.set_content(_text(ask, link, choices, business))
    message.add_alternative(_html(ask, link, choices, business), subtype="html")
    return message.as_bytes()


class SesMailer:
    """Sends one mail through Amazon SES (API v2, raw message)."""

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def send(self, message: bytes, sender: str, recipient: str) -> str:
        """Hand a MIME message over and return SES's message id.

        Raises Unavailable for whatever SES says: what a later try cannot mend is our own set-up
        more often than the recipient, and belongs before an operator, not into silence.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=parseaddr(sender)[1],
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": message}},
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"The mail service did not take the mail: {error}") from error
        return answer["MessageId"]


def _text(ask: Ask, link: str, choices: dict[str, str], business: str) -> str:
    lines = [_greeting(ask), "", _about(ask), "", _TEXTS[ask.question], ""]
    lines += [f"{word}: {link}?r={value}" for value, word in choices.items()]
    lines += ["", "Nothing is sent until you press the button on that page.", "", business]
    return "\n".join(lines) + "\n"


def _html(ask: Ask, link: str, choices: dict[str, str], business: str) -> str:
    cells = "".join(
        f'<td style="padding:4px"><a href="{escape(link)}?r={value}" style="display:block;'
        "min-width:64px;padding:14px 10px;border:1px solid #0b5cad;border-radius:8px;"
        'background:#f3f8fd;color:#0b3a6b;text-align:center;text-decoration:none">'
        f"{escape(word)}</a></td>"
        for value, word in choices.items()
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(business)}</title></head>
<body style="margin:0;padding:24px;background:#f6f7f9;color:#16202c;
font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif">
<p>{escape(_greeting(ask))}</p>
<p>{escape(_about(ask))}</p>
<p><strong>{_TEXTS[ask.question]}</strong></p>
<table role="presentation" cellspacing="0" cellpadding="0"><tr>{cells}</tr></table>
<p><a href="{escape(link)}" style="color:#0b5cad">Or open the survey</a></p>
<p style="color:#566472;font-size:14px">Nothing is sent until you press the button on that page.
<br>{escape(business)}</p>
</body></html>
"""


def _greeting(ask: Ask) -> str:
    name = _harmless(ask.ticket.customer.name)
    return f"Hello {name}," if name else "Hello,"


def _about(ask: Ask) -> str:
    subject, agent = _harmless(ask.ticket.subject), _harmless(ask.ticket.agent)
    about = f" about “{subject}”" if subject else ""
    by = f" by {agent}" if agent else ""
    return f"Your support request{about} was answered{by}."


def _harmless(text: str | None) -> str | None:
    """Return outside text as one line, or None where a mail program would make a link of it."""
    return None if text is None or _LINK_LIKE.search(text) else _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(text: str, field: str) -> Address:
    """Return a header address; the header registry refuses what could start another header."""
    if not text.isprintable():
        raise Invalid(f"{field} holds control characters", field)
    name, spec = parseaddr(text)
    try:
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, MessageError) as error:
        raise Invalid(f"{field} is not a mail address", field) from error
