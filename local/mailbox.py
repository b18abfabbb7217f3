"""Every mail that the local stack sent, on a page: /_local/mailbox.

A mail is shown as hostile: its HTML is a page of its own in a sandbox without scripts, forms or
loading, its text and source are plain text.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from typing import Any, SupportsIndex

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from local.http import Request, Response
from local.template import REGION

PATH = "/_local/mailbox"
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\S+)")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_POPUPS = "allow-popups allow-popups-to-escape-sandbox"  # a link opens a page of its own
_SANDBOX = f"{_POLICY}; sandbox {_POPUPS}"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #8884; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #8884; }
iframe { width: 100%; height: 32rem; border: 1px solid #8884; background: #fff; }
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


def page(request: Request) -> Response | None:
    """Answer a request below /_local/mailbox; None for any other."""
    if request.path != PATH and not request.path.startswith(f"{PATH}/"):
        return None
    if request.method not in {"GET", "HEAD"}:
        return _response("Only GET is allowed here.", 405)
    name, _, view = request.path.removeprefix(PATH).lstrip("/").partition("/")
    if not name:
        return _html("Mailbox", _list())
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


def _list() -> str:
    rows = []
    for message in reversed(messages()):
        mail = _parsed(message)
        link = (
            f'<a href="{PATH}/{escape(message.id)}">{escape(str(mail["Subject"] or "(none)"))}</a>'
        )
        at = datetime.fromtimestamp(message.at, UTC)
        when = f"<time>{at:%Y-%m-%d %H:%M:%S} UTC</time>"
        rows.append(f"<tr><td>{link}</td><td>{escape(str(mail['To']))}</td><td>{when}</td></tr>")
    if not rows:
        return "<p>No mail was sent yet. A webhook for channel <code>email</code> sends one.</p>"
    head = "<tr><th>Subject</th><th>To</th><th>Sent</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _mail(mail: EmailMessage, name: str) -> str:
    here = f"{PATH}/{escape(name)}"
    headers = "".join(
        f"<tr><th>{field}</th><td>{escape(str(mail[field]))}</td></tr>"
        for field in ("From", "To", "Reply-To", "Subject", "Date")
        if mail[field]
    )
    shown = f"<table>{headers}</table>"
    if mail.get_body(("html",)):
        shown += (
            f'<h2>HTML</h2><iframe title="The mail" src="{here}/html" sandbox="{_POPUPS}"></iframe>'
        )
    return (
        f'<p><a href="{PATH}">All mails</a> · <a href="{here}/html">HTML alone</a> · '
        f'<a href="{here}/raw">Source</a></p>{shown}'
        f"<h2>Text</h2><pre>{_linked(_part(mail, 'plain'))}</pre>"
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
