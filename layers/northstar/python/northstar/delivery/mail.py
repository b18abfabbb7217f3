"""Survey mails: complete MIME messages whose rating links only preselect an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import getaddresses
from html import escape
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)

from northstar.app.texts import CHOICES, direction, texts
from northstar.delivery.outside import WEB_ADDRESS, one_line
from northstar.domain.errors import Invalid, Unavailable, Unclear
from northstar.domain.surveys import Ask

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

LONGEST_OUTSIDE_TEXT = 120
"""Characters of a subject or a name that a mail repeats."""

_LINK_LIKE = re.compile(
    r"://|www\.|mailto:|tel:|sms:|[\w-]\.[^\W\d_]{2}|[\w-]。[a-z]{2}|\d+\.\d+\.\d+\.\d+",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+", re.IGNORECASE)
_LONGEST_ADDRESS = 254
# How SES calls an address that it takes from nobody; observed, its guide does not list it.
_REFUSED_ADDRESS = re.compile(
    r"missing final '@domain'|missing (domain|local)|local address (contains|starts|ends)"
    r"|domain (contains|starts|ends)|invalid domain name|address length",
    re.IGNORECASE,
)

_Fill = Callable[..., str]
"""Puts outside texts (keywords) into one of our sentences (first argument), for one part."""


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject in any script."""

    def fold(self, *, policy: Policy) -> str:
        """Return the lines; the base class loses blanks between what it encodes."""
        text = Header(str(self), header_name=self.name, maxlinelen=policy.max_line_length)
        return f"{self.name}: {text.encode(linesep=policy.linesep)}{policy.linesep}"


class _Links(UnstructuredHeader, BaseHeader):
    """A header of links, on one line: a link that is encoded or folded is none (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        """Return the line, where the base class would encode what is too long for one."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_HEADERS.map_to_type("list-unsubscribe", _Links)
MAIL_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)
"""How our messages are written: 7 bit, in lines that every mail server takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one survey mail says, in which of our languages, and from whom it comes.

    `link` leads to the survey, `stop_link` to the page that unsubscribes; `question` is the wording
    of the first question. `sender` and `reply_to` are addresses like "Support <a@example.com>".
    """

    ask: Ask
    link: str
    stop_link: str
    language: str
    question: str
    reminder: bool = False
    business: str
    sender: str
    reply_to: str | None = None


def survey_mail(letter: Letter) -> bytes:
    """Return the MIME message (RFC 5322, 7 bit): a text and an HTML part with a link per answer.

    It can be unsubscribed from with one click (RFC 8058), and asks machines not to answer
    (RFC 3834). Text from outside is left out where a mail program would make a link of it. The same
    letter has the same Message-ID, so that mailboxes can drop a repetition; Amazon SES puts its own
    in its place.

    Raises:
        Invalid: the customer, the sender or `reply_to` has no address that can be mailed, or a link
            is none; `field` says which.
    """
    sender = mailbox(letter.sender, "mail.sender")
    link, stop_link = _checked(letter.link, "link"), _checked(letter.stop_link, "stop_link")
    message = EmailMessage(policy=MAIL_POLICY)
    message["Subject"] = _subject(letter)
    message["From"] = sender
    message["To"] = mailbox(letter.ask.ticket.customer.email or "", "customer.email")
    if letter.reply_to:
        message["Reply-To"] = mailbox(letter.reply_to, "mail.reply_to")
    message["Date"] = datetime.now(UTC)
    turn = "reminder" if letter.reminder else "first"
    message["Message-ID"] = f"<{letter.ask.id}.{turn}@{sender.domain}>"
    message["List-Unsubscribe"] = f"<{stop_link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(letter, link, stop_link))
    message.add_alternative(_html(letter, link, stop_link), subtype="html")
    return message.as_bytes()


def mailbox(text: str, field: str) -> Address:
    """Return the address of "Name <a@example.com>" or "a@example.com", as mail servers take it.

    A domain in any script is put into its ASCII form (IDNA); before the @, SES takes only ASCII.
    Raises Invalid, naming the field, for several addresses, for what could start another header,
    and for anything else.
    """
    problem = f"{field} is not an address that mail can be sent to; correct it."
    try:
        ((name, spec),) = getaddresses([text])
        local, _, domain = spec.rpartition("@")
        address = Address(name, addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}")
    except (ValueError, IndexError, MessageError) as error:
        raise Invalid(problem, field) from error
    short = len(address.addr_spec) <= _LONGEST_ADDRESS
    if not (short and text.isprintable() and _DOMAIN.fullmatch(address.domain)):
        raise Invalid(problem, field)
    return address


class SesMailer:
    """Sends one mail through Amazon SES (API v2, raw message).

    `configuration_set` names the SES configuration set that publishes bounces and complaints.
    """

    def __init__(self, client: SESV2Client, configuration_set: str | None = None) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, message: bytes, sender: str, recipient: str) -> str:
        """Hand a MIME message over and return SES's message id.

        Raises:
            Invalid: an address has a form that SES never takes.
            Unavailable: SES says anything else. MessageRejected too is about our own set-up (a
                sender that is not verified, the sandbox) more often than about the recipient, and
                belongs before an operator, not into silence.
        """
        to = mailbox(recipient, "customer.email").addr_spec
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": mailbox(sender, "mail.sender").addr_spec,
            "Destination": {"ToAddresses": [to]},
            "Content": {"Raw": {"Data": message}},
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            answer = self._client.send_email(**request)
        except (BotoCoreError, ClientError) as error:
            raise _refusal(error, to) from None
        return answer["MessageId"]


def _refusal(error: BotoCoreError | ClientError, recipient: str) -> Invalid | Unavailable:
    """Return our error for SES's, which may name the recipient: ours must not."""
    told = re.sub(re.escape(recipient), "(the recipient)", str(error), flags=re.IGNORECASE)
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code == "BadRequestException" and _REFUSED_ADDRESS.search(told):
        return Invalid(f"customer.email is refused by the mail service: {told}", "customer.email")
    if isinstance(error, ReadTimeoutError | ConnectionClosedError):
        return Unclear(f"The mail service did not say whether it took the mail: {told}")
    return Unavailable(f"The mail service did not take the mail: {told}")


def undecoded(text: str) -> str:
    """Return outside text for a header, which would decode encoded words (RFC 2047) in it."""
    return text.replace("=?", "= ?")


def _subject(letter: Letter) -> str:
    words, subject = texts(letter.language), _harmless(letter.ask.ticket.subject)
    kind = "mail_reminder" if letter.reminder else "mail"
    if not subject:
        return words["mail_reminder_plain" if letter.reminder else "mail_subject_plain"]
    return _plain(words[f"{kind}_subject"], subject=undecoded(subject))


def _text(letter: Letter, link: str, stop_link: str) -> str:
    words, business = texts(letter.language), one_line(letter.business)
    answers = [
        f"{f'{number} {word}'.strip()}: {url}" for number, word, url in _answers(letter, link)
    ]
    blocks = [
        *_beginning(letter, _plain),
        one_line(letter.question),
        "\n".join(answers),
        f"{words['mail_open']}: {link}",
        words["mail_press"],
        f"{business}\n{_plain(words['mail_stop'], business=business)}: {stop_link}",
    ]
    return "\n\n".join(blocks) + "\n"


# What improves the mail where a program keeps styles; every rule it needs stands on the elements.
_STYLE = """
:root{color-scheme:light dark}
@media (max-width:480px){
.cell{display:block!important;width:auto!important}
.cell a{min-height:44px!important}
.cell br{display:none}
}
@media (prefers-color-scheme:dark){
.page,.page .quiet,.page .quiet a{background:#12171d!important;color:#d5dce4!important}
.page a{color:#8ec2ff!important}
.page .cell a{background:#1b2733!important;border-color:#8ec2ff!important;color:#dcebff!important}
}
"""


def _html(letter: Letter, link: str, stop_link: str) -> str:
    words, business = texts(letter.language), one_line(letter.business)
    written = f'lang="{escape(letter.language)}" dir="{direction(letter.language)}"'
    beginning = "".join(f"<p>{sentence}</p>\n" for sentence in _beginning(letter, _marked))
    cells = "".join(_cell(*answer) for answer in _answers(letter, link))
    return f"""<!doctype html>
<html {written}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{escape(_subject(letter))}</title>
<style>{_STYLE}</style></head>
<body class="page" style="margin:0;background:#f6f7f9">
<div class="page" {written} style="max-width:600px;margin:0 auto;padding:16px;background:#f6f7f9;\
color:#16202c;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif">
{beginning}<p><strong>{escape(one_line(letter.question))}</strong></p>
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" border="0">
<tr>{cells}</tr></table>
<p><a href="{escape(link)}" style="color:#0b5cad">{escape(words["mail_open"])}</a></p>
<p class="quiet" style="color:#4d5b69;font-size:14px">{escape(words["mail_press"])}</p>
<p class="quiet" style="color:#4d5b69;font-size:14px">{escape(business)}<br>
<a href="{escape(stop_link)}" style="color:#4d5b69">\
{_marked(words["mail_stop"], business=business)}</a></p>
</div></body></html>
"""


def _cell(number: str, word: str, url: str) -> str:
    """Return one answer as a cell; where the mail is narrow, inline blocks wrap by themselves."""
    above, height = (f"<b>{number}</b> <br>", 88) if number else ("", 44)
    return (
        '<td class="cell" style="display:inline-block;width:112px;padding:3px;vertical-align:top">'
        f'<a href="{escape(url)}" style="display:block;min-height:{height}px;box-sizing:border-box;'
        "padding:10px 6px;border:2px solid #0b5cad;border-radius:8px;background:#ffffff;"
        "color:#0b3a6b;text-align:center;text-decoration:none;font-size:15px;line-height:1.3;"
        f'overflow-wrap:anywhere">{above}{escape(word)}</a></td>'
    )


def _answers(letter: Letter, link: str) -> list[tuple[str, str, str]]:
    """Return number (empty where there is none), word and link of each answer."""
    words = texts(letter.language)
    mark = "&" if "?" in link else "?"
    return [
        (choice if choice.isdigit() else "", words[choice], f"{link}{mark}r={choice}")
        for choice in CHOICES[letter.ask.question]
    ]


def _beginning(letter: Letter, fill: _Fill) -> list[str]:
    """Return the sentences before the question."""
    words, ticket = texts(letter.language), letter.ask.ticket
    name, subject, agent = map(_harmless, (ticket.customer.name, ticket.subject, ticket.agent))
    about = {
        (True, True): "mail_about_agent",
        (True, False): "mail_about",
        (False, True): "mail_agent_only",
        (False, False): "mail_about_plain",
    }[bool(subject), bool(agent)]
    keys = ["greeting" if name else "mail_greeting", about]
    keys += ["mail_reminder"] if letter.reminder else []
    outside = {"name": name or "", "subject": subject or "", "agent": agent or ""}
    return [fill(words[key], **outside) for key in keys]


def _plain(sentence: str, **outside: str) -> str:
    return sentence.format(**outside)


def _marked(sentence: str, **outside: str) -> str:
    """Fill a sentence for HTML; what is put in keeps its own direction of writing."""
    return escape(sentence).format(
        **{name: f"<bdi>{escape(text)}</bdi>" for name, text in outside.items()}
    )


def _harmless(text: str | None) -> str | None:
    """Return outside text as one short line, or None where a mail program would link it."""
    line = one_line(text or "")
    short = line if len(line) <= LONGEST_OUTSIDE_TEXT else f"{line[: LONGEST_OUTSIDE_TEXT - 1]}…"
    seen = unicodedata.normalize("NFKC", short)
    visible = "".join(c for c in seen if unicodedata.category(c) != "Cf")
    return None if _LINK_LIKE.search(visible) else short or None


def _checked(link: str, field: str) -> str:
    if not WEB_ADDRESS.fullmatch(link):
        raise Invalid(f"{field} is not an address of the web in ASCII; correct it.", field)
    return link
