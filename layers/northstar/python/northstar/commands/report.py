"""`northstar report`: writes the weekly report into a file, as it is mailed."""

from __future__ import annotations

import argparse
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from northstar.app.report import AUDIENCES
from northstar.commands import stack
from northstar.commands.arguments import day_of
from northstar.commands.terminal import line
from northstar.domain.errors import Invalid

if TYPE_CHECKING:
    from northstar.app.report import ReportView

_FORMS = (".html", ".eml")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    one = commands.add_parser("report", help=write.__doc__, description=write.__doc__)
    one.set_defaults(command=write)
    one.add_argument(
        "--to",
        metavar="FILE",
        type=Path,
        required=True,
        help="FILE.html: one page that needs nothing else; FILE.eml: the whole mail",
    )
    one.add_argument("--audience", choices=AUDIENCES, default=AUDIENCES[0])
    one.add_argument(
        "--week", metavar="MONDAY", type=day_of, help="the Monday it was told on; else the newest"
    )
    stack.option(one)


def write(options: argparse.Namespace) -> int:
    """Write the weekly report into a file: a page, or the mail as it is sent."""
    if options.to.suffix not in _FORMS:
        raise Invalid(f"{options.to} ends neither with .html nor with .eml; name such a file.")
    if options.week and options.week.weekday():
        raise Invalid(f"{options.week} is no Monday; name the Monday the report was told on.")
    stack.enter(options)
    from northstar.runtime import reporting

    shown = reporting.view(options.week, options.audience, datetime.now(UTC))
    content = _page(shown) if options.to.suffix == ".html" else _mail(shown)
    try:
        options.to.write_bytes(content)
    except OSError as error:
        raise Invalid(f"{options.to} cannot be written ({error.strerror}).") from None
    print(line(f"{options.to}: {shown.told.subject}"))
    return 0


def _mail(shown: ReportView) -> bytes:
    """The mail to whoever would get it first; without anybody, to the sender."""
    from northstar.runtime import bootstrap, report_mails
    from northstar.web.report_mail import picture

    told = bootstrap.configuration()
    to = (*report_mails.recipients(told, shown.told.audience), told.mail.sender)[:1]
    ((mailbox, address),) = report_mails.mailboxes(to).items()
    return report_mails.message(shown, address, mailbox, picture)


def _page(shown: ReportView) -> bytes:
    """The HTML part of the mail with its picture inside, and nothing to unsubscribe from."""
    from northstar.delivery.outside import inert
    from northstar.runtime import bootstrap
    from northstar.web import report_mail

    png = report_mail.picture(shown.told)
    source = f"data:image/png;base64,{b64encode(png).decode()}" if png else None
    page = report_mail.html(shown, bootstrap.public_address(), None, source, inert)
    return page.encode()
