"""`northstar token`: lets machines call the API, and ends that."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from northstar.app.ports import Token
from northstar.app.tokens import DAYS, SCOPES
from northstar.commands import stack
from northstar.commands.terminal import as_json, line


def add(commands: Any) -> None:
    """Add the command and its parts to the parser."""
    text = "Issue, list and revoke the tokens with which machines call the API."
    parts = commands.add_parser("token", help=text, description=text).add_subparsers(
        required=True, metavar="WHAT"
    )

    one = parts.add_parser("issue", help=issue.__doc__, description=issue.__doc__)
    one.set_defaults(command=issue)
    one.add_argument("name", metavar="NAME", help="whose token it is")
    one.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        required=True,
        help="what it may do (repeatable): read, goals:write, numbers:write",
    )
    one.add_argument("--days", type=int, default=DAYS, help=f"how long it holds; else {DAYS}")
    stack.option(one)

    one = parts.add_parser("list", help=show.__doc__, description=show.__doc__)
    one.set_defaults(command=show)
    one.add_argument("--json", action="store_true", help="print one JSON object")
    stack.option(one)

    one = parts.add_parser("revoke", help=revoke.__doc__, description=revoke.__doc__)
    one.set_defaults(command=revoke)
    one.add_argument("name", metavar="NAME")
    stack.option(one)


def issue(options: argparse.Namespace) -> int:
    """Print a new token. It is shown this once only."""
    stack.enter(options)
    from northstar.app import tokens
    from northstar.runtime import bootstrap

    now, store = datetime.now(UTC), bootstrap.progress_store()
    print(tokens.issue(options.name, options.scope, store, now, days=options.days))
    return 0


def show(options: argparse.Namespace) -> int:
    """List the tokens: name, scopes, and from when until when. Never the token itself."""
    stack.enter(options)
    from northstar.runtime import bootstrap

    now, told = datetime.now(UTC), bootstrap.progress_store().tokens()
    if options.json:
        print(as_json({"tokens": [_listed(one, now) for one in told]}))
    elif not told:
        print("No token yet; northstar token issue NAME --scope read makes one.")
    else:
        print(*(line(_said(one, now)) for one in told), sep="\n")
    return 0


def _listed(token: Token, now: datetime) -> dict[str, Any]:
    return {
        "name": token.name,
        "scopes": list(token.scopes),
        "created": token.created.date().isoformat(),
        "expires": token.expires.date().isoformat(),
        "expired": token.expires <= now,
    }


def _said(token: Token, now: datetime) -> str:
    until = "expired" if token.expires <= now else "until"
    days = f"from {token.created:%Y-%m-%d}, {until} {token.expires:%Y-%m-%d}"
    return f"{token.name}  {' '.join(token.scopes)}  {days}"


def revoke(options: argparse.Namespace) -> int:
    """End a token at once."""
    stack.enter(options)
    from northstar.app import tokens
    from northstar.runtime import bootstrap

    tokens.revoke(options.name, bootstrap.progress_store())
    print(line(f"{options.name} is revoked."))
    return 0
