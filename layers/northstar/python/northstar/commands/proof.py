"""`northstar proof`: what the public wall shows, and what it must not."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from northstar.commands import stack
from northstar.commands.terminal import as_json, line

_MOST = 60


def add(commands: Any) -> None:
    """Add the command and its parts to the parser."""
    text = "Hide reviews from the public wall, show them again, and list what it shows."
    parts = commands.add_parser("proof", help=text, description=text).add_subparsers(
        required=True, metavar="WHAT"
    )
    for name, command in (("hide", hide), ("show", show)):
        one = parts.add_parser(name, help=command.__doc__, description=command.__doc__)
        one.set_defaults(command=command)
        one.add_argument("id", metavar="ID", help="of the review, as `northstar proof list` has it")
        stack.option(one)
    one = parts.add_parser("list", help=listed.__doc__, description=listed.__doc__)
    one.set_defaults(command=listed)
    one.add_argument("--json", action="store_true", help="print one JSON object")
    stack.option(one)


def hide(options: argparse.Namespace) -> int:
    """Hide a review from the wall, from now on. It still counts."""
    stack.enter(options)
    from northstar.app import proof
    from northstar.runtime import bootstrap

    proof.hide(
        options.id,
        feedback=bootstrap.feedback_store(),
        takedowns=bootstrap.takedowns(),
        now=datetime.now(UTC),
    )
    print(line(f"{options.id} is hidden; who has the page open may see a kept copy once more."))
    return 0


def show(options: argparse.Namespace) -> int:
    """Hide a review no longer; it may be drawn again from the next day on."""
    stack.enter(options)
    from northstar.app import proof
    from northstar.runtime import bootstrap

    proof.show(options.id, takedowns=bootstrap.takedowns())
    print(line(f"{options.id} is hidden no longer."))
    return 0


def listed(options: argparse.Namespace) -> int:
    """List the reviews on the wall, and those that are hidden, by their ids."""
    stack.enter(options)
    from northstar.app import proof
    from northstar.domain.errors import NotFound
    from northstar.runtime import bootstrap

    takedowns = bootstrap.takedowns()
    try:
        shown = proof.wall(
            bootstrap.configuration(), progress=bootstrap.progress_store(), takedowns=takedowns
        ).sample
    except NotFound:
        shown = ()
    hidden = takedowns.hidden()
    if options.json:
        since = {name: at.isoformat() for name, at in hidden.items()}
        print(as_json({"shown": [one.id for one in shown], "hidden": since}))
        return 0
    for one in shown:
        print(line(f"shown   {one.id}  {one.text[:_MOST]}"))
    for name, at in hidden.items():
        print(line(f"hidden  {name}  since {at:%Y-%m-%d}"))
    if not shown and not hidden:
        print("Nothing is shown, and nothing is hidden. [proof] in northstar.toml turns it on.")
    return 0
