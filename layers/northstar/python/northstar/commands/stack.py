"""Which stack a command works on: a deployed one by its name, or the one that runs here."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from northstar.domain.errors import Invalid

LOCAL = "the deployed stack; without it the local one"
"""What the option --stack says in its help."""

_CHECKOUT_MARK = Path("infra/template.yaml")
_LOCAL_ENVIRONMENT = Path(".northstar/environment.json")


def option(command: argparse._ActionsContainer, text: str = LOCAL) -> None:
    """Give a command the option --stack."""
    command.add_argument("--stack", metavar="NAME", help=text)


def enter(options: argparse.Namespace) -> None:
    """Take on the environment of a deployed stack (its outputs) or of the running local one."""
    if options.stack:
        import boto3

        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
        os.environ |= {_environment_name(key): value for key, value in outputs.items()}
    elif "FEEDBACK_TABLE" not in os.environ:
        file = checkout() / _LOCAL_ENVIRONMENT
        if not file.is_file():
            raise Invalid("No local stack runs here; start one with `make run`, or name --stack.")
        os.environ |= json.loads(file.read_text("utf-8"))


def checkout() -> Path:
    """Return the folder of the project that we are in. Raises Invalid."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / _CHECKOUT_MARK).is_file():
            return folder
    raise Invalid("This command needs a checkout of the project; run it inside one.")


def _environment_name(output: str) -> str:
    """FeedbackTable → FEEDBACK_TABLE."""
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in output).lstrip("_").upper()
