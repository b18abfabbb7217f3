"""Every mail and chat reply that the local stack sent, on a page: /_local/mailbox.

A message is shown as hostile: the HTML of a mail is a page of its own in a sandbox without scripts,
forms or loading, all other text is plain text, in which only addresses of this machine are links.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from typing import Any, SupportsIndex

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from local.helpdesk import Message
from local.http import Request, Response
from local.template import REGION

PATH = "/_local/mailbox"
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:[\w./?=&%+~#-]*[\w/=])", re.ASCII)
_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_POPUPS = "allow-popups allow-popups-to-escape-sandbox"  # a link opens a page of its own
_SANDBOX = f"{_POLICY}; sandbox {_POPUPS}"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
ol { list-style: none; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: 0 1.5rem; padding: .75rem 0; }
li, .text, iframe { border: 1px solid #8884; }
li { border-width: 0 0 1px; }
li > :first-child { flex: 1 1 20rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
time { font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; font: inherit; margin: 0; }
.text { padding: 1rem; }
iframe { width: 100%; height: 32rem; box-sizing: border-box; background: #fff; }
"""


class _Box(list[Any]):
    """Moto's list of sent mails, which also notes when each of them came."""

    def append(self, message: Any, /) -> None:
        message.at = getattr(message, "at", None) or time.time()
        super().append(message)

    def __getitem__(self, index: SupportsIndex | slice, /) -> Any:
        return super().__getitem__(index)


def open_box() -> None:
    """Let the mail service keep its mails with the time they came."""
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages = _Box()


def messages() -> list[Any]:
    """Return the mails that were sent as MIME messages, oldest first."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    return [message for message in list(sent) if hasattr(message, "raw_data")]


def put_back(message: Any, at: float) -> None:
    """Add a mail that was sent before, at its own time (seconds since 1970)."""
    message.at = at
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.append(message)


def page(request: Request, chats: Iterable[Message] = ()) -> Response | None:
    """Answer a request below /_local/mailbox; None for any other. `chats` are oldest first."""
    if request.path != PATH and not request.path.startswith(f"{PATH}/"):
        return None
    if request.method not in {"GET", "HEAD"}:
        return _response("Only GET is allowed here.", 405)
    name, _, view = request.path.removeprefix(PATH).lstrip("/").partition("/")
    if not name:
        return _html("Mailbox", f"<h2>Mails</h2>{_mails()}<h2>Chat</h2>{_chats(chats)}")
    found = {message.id: message for message in messages()}.get(name)
    if found is None or view not in {"", "html", "raw"}:
        return _response("There is no such mail.", 404)
    return _one(found, view)


def _one(message: Any, view: str) -> Response:
    if view == "raw":
        return _response(message.raw_data)
    mail = _parsed(message)
    if view == "html":
        page_text = f'<base target="_blank">{_part(mail, "html")}'
        return _response(page_text, kind="text/html", policy=_SANDBOX)
    return _html(str(mail["Subject"]), _mail(mail, message.id))


def _parsed(message: Any) -> EmailMessage:
    return email.message_from_string(message.raw_data, policy=email.policy.default)


def _mails() -> str:
    rows = []
    for message in reversed(messages()):
        mail = _parsed(message)
        subject, recipient = escape(str(mail["Subject"] or "(none)")), escape(str(mail["To"]))
        link = f'<a href="{PATH}/{escape(message.id)}">{subject}</a>'
        rows.append(f"<li>{link}<span>{recipient}</span>{_time(message.at)}</li>")
    if not rows:
        return "<p>No mail was sent yet. A webhook for channel <code>email</code> sends one.</p>"
    return f"<ol>{''.join(rows)}</ol>"


def _chats(chats: Iterable[Message]) -> str:
    rows = [
        f'<li><pre dir="auto">{_linked(chat["text"])}</pre>'
        f"<span>{escape(chat['desk'])} {escape(chat['conversation'])}</span>"
        f"{_time(chat['at'])}</li>"
        for chat in reversed(list(chats))
    ]
    if not rows:
        return "<p>No chat reply was sent to the helpdesk of this machine yet.</p>"
    return f"<ol>{''.join(rows)}</ol>"


def _time(at: float) -> str:
    """Show a moment (seconds since 1970) in the time zone of this machine, which is named."""
    moment = datetime.fromtimestamp(at, UTC).astimezone()
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M:%S %Z}</time>'


def _mail(mail: EmailMessage, name: str) -> str:
    here = f"{PATH}/{escape(name)}"
    headers = "".join(
        f"<dt>{field}</dt><dd>{_linked(str(mail[field]))}</dd>" for field in _HEADERS if mail[field]
    )
    shown = f"<dl>{headers}</dl>"
    if mail.get_body(("html",)):
        shown += (
            f'<h2>HTML</h2><iframe title="The mail" src="{here}/html" sandbox="{_POPUPS}"></iframe>'
        )
    return (
        f'<p><a href="{PATH}">Mailbox</a> · <a href="{here}/html">HTML alone</a> · '
        f'<a href="{here}/raw">Source</a></p>{shown}'
        f'<h2>Text</h2><pre class="text" dir="auto">{_linked(_part(mail, "plain"))}</pre>'
    )


def _linked(text: str) -> str:
    """Escape a text and make links of the addresses of this machine in it."""
    parts = _ADDRESS.split(text)  # text and address in turn
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""


def _html(title: str, content: str) -> Response:
    page_text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main><h1>{escape(title)}</h1>{content}</main></html>"
    )
    return _response(page_text, kind="text/html", policy=_POLICY)


def _response(
    text: str, status: int = 200, *, kind: str = "text/plain", policy: str = _POLICY
) -> Response:
    headers = [
        ("content-type", f"{kind}; charset=utf-8"),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ]
    return Response(status, headers, text.encode())
