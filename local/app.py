"""The command that runs everything on one machine, and the few lines it tells the developer."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local import backend, completion, demo, desk_secrets, resources, state, template
from local.console import say
from local.http import Front
from local.stack import Stack, port_refused
from northstar.app.configuration import Configuration
from northstar.app.login import issue_code
from northstar.domain.errors import Invalid
from northstar.runtime.configuration import load, load_for_storing
from northstar.store.client import Table
from northstar.store.progress import DynamoProgressStore

ROOT = Path(__file__).resolve().parent.parent
LOOK_EVERY = 0.5  # seconds
ENVIRONMENT_FILE = "environment.json"
SOURCE_KEYS_FILE = "source-keys.json"  # what the sources' secret holds: {"google_play": {…}}
LOGIN_FILE = "login-secret.json"  # what the login's secret holds: {"client_secret": "…"}
CHANNELS_FILE = "channels.json"  # what the channels' secret holds: {"office": "https://…"}
DESKS_FILE = "desks.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM. Return 0, or 2 with one sentence when it cannot start."""
    options = _options(arguments)
    try:
        text = _configuration_text(options.config)
        configuration = load_for_storing(text)
        secrets = desk_secrets.given(os.environ)
        _check_port(options.port)
        with _only_one(options.state), _until_told() as stopped:
            _run(options, text, configuration, secrets, stopped)
    except Invalid as error:
        say(str(error))
        return 2
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="northstar local", description="Runs the whole pipeline on this machine."
    )
    parser.add_argument(
        "--port", type=int, default=os.environ.get("PORT", "8000"), help="of the HTTP API"
    )
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="fill an invented app with a year of reviews and answers",
    )
    parser.add_argument("--config", type=Path, default=ROOT / "northstar.toml", metavar="FILE")
    parser.add_argument("--state", type=Path, default=ROOT / ".northstar", metavar="DIR")
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace,
    text: str,
    configuration: Configuration,
    secrets: Mapping[str, str],
    stopped: threading.Event,
) -> None:
    say("Starting …")
    declared = template.load(ROOT / "infra" / "template.yaml")
    address = f"http://127.0.0.1:{options.port}"
    stack = Stack(declared, options.state, backend.start(os.environ), address)
    invented = demo.Demo(stack, configuration) if options.demo else None
    try:
        stack.open()
        text += invented.sources() if invented else demo.leftover(stack)
        text += _helpdesks(load(text), stack)
        resources.put_parameter(stack.services, stack.name("Configuration.Ref"), text)
        resources.verify_sender(stack.services, configuration.mail.sender)
        desks = resources.put_secret(
            stack.services, stack.name("DeskSecret.Ref"), secrets, missing=desk_secrets.made()
        )
        resources.put_secret(
            stack.services, stack.name("SourceSecret.Ref"), _source_keys(options.state)
        )
        resources.put_secret(
            stack.services, stack.name("LoginSecret.Ref"), _login_secret(options.state)
        )
        resources.put_secret(
            stack.services,
            stack.name("ChannelSecret.Ref"),
            _object_in(options.state / CHANNELS_FILE),
        )
        front = stack.serve(options.port)
        _write_environment(stack, options.state, front)
        _write_desks(options.state, front, desks)
        stack.run()
        _tell(stack, front, options, desks, invented)
        if invented:
            stack.loop(_fill, stack, invented, front, desks, configuration)
        while not stopped.wait(LOOK_EVERY):
            pass  # a signal that another thread has got is seen when this one runs
        say("Stopping.")
    finally:
        if invented:
            invented.close()
        stack.close()
        for name in (ENVIRONMENT_FILE, DESKS_FILE):
            (options.state / name).unlink(missing_ok=True)


def _source_keys(state: Path) -> dict[str, Any]:
    """Return the stores' keys that somebody has put beside the state, by name."""
    return _object_in(state / SOURCE_KEYS_FILE)


def _login_secret(state: Path) -> dict[str, Any]:
    """Return the issuer's client secret that somebody has put beside the state."""
    return _object_in(state / LOGIN_FILE)


def _object_in(file: Path) -> dict[str, Any]:
    """Return the JSON object of a file, or an empty one without the file."""
    try:
        return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}
    except (ValueError, TypeError) as error:
        raise Invalid(f"{file} is not a JSON object of names and keys: {error}.") from error


def _helpdesks(configuration: Configuration, stack: Stack) -> str:
    """Let the helpdesk of this machine answer for those that the configuration does not have."""
    if not stack.services.embedded:
        return ""
    missing = {"zendesk", "intercom", "gorgias"} - {desk.name for desk in configuration.desks}
    return "".join(
        f'\n[[desks]]\nname = "{name}"\naddress = "{stack.helpdesk()}"\nagent = "1"\n'
        for name in sorted(missing)
    )


def _fill(
    stack: Stack,
    invented: demo.Demo,
    front: Front,
    secrets: Mapping[str, str],
    configuration: Configuration,
) -> None:
    invented.load(front, secrets)
    completion.tell(stack, configuration.business.zone)
    invented.track()
    invented.learn()


def _tell(
    stack: Stack,
    front: Front,
    options: argparse.Namespace,
    secrets: Mapping[str, str],
    invented: demo.Demo | None,
) -> None:
    address = f"http://127.0.0.1:{front.port}"
    table = Table(stack.services.client("dynamodb"), stack.name("ProgressTable.Ref"))
    code = issue_code(DynamoProgressStore(table), datetime.now(UTC))
    survey = 'a webhook for channel "link" answers with one'
    if invented:
        survey = invented.survey_link(front, secrets) or survey
    if stack.services.embedded:
        kept = f"The data stays in {_short(options.state)}."
        mails = f"{address}/_local/mailbox"
    else:
        kept = f"The data is where AWS_ENDPOINT_URL says: {stack.services.endpoint}."
        mails = "not here: the mail service is another one"
    lines = {
        "Goal page": f"{address}/auth/login?code={code}  (works once; then: northstar login)",
        "Survey": survey,
        "Webhooks": f"{address}/webhooks/standard",
        "Signed with": desk_secrets.shown(desk_secrets.STANDARD, secrets[desk_secrets.STANDARD]),
        "Other desks": f"addresses and secrets are in {_short(options.state / DESKS_FILE)}",
        "Mailbox": mails,
    }
    told = "\n".join(f"  {name:<12} {value}" for name, value in lines.items())
    print(f"\nNorthstar runs on this machine. Ctrl-C stops it. {kept}\n\n{told}\n", flush=True)


def _configuration_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}); name it with --config.") from None
    except UnicodeDecodeError:
        raise Invalid(f"{path} is not UTF-8 text; save it as UTF-8.") from None


def _check_port(port: int) -> None:
    """Find out early, before seconds of starting, whether the port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise port_refused(port) from None


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Yield what Ctrl-C and SIGTERM set, instead of ending the process."""
    stopped = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopped.set()) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the state folder, so that no second stack writes into it."""
    state.prepare(folder)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Invalid(
                f"Another local stack uses {folder}; stop it, or name a folder with --state."
            ) from None
        yield


def _write_environment(stack: Stack, folder: Path, front: Front) -> None:
    """Leave what `northstar` commands need to reach this stack."""
    told = {
        **stack.services.environment,
        "AWS_DEFAULT_REGION": template.REGION,
        "ADDRESS": f"http://127.0.0.1:{front.port}",
    }
    for function in stack.declared.functions:
        told |= stack.environment(function)
    state.write_private(folder / ENVIRONMENT_FILE, json.dumps(told, indent=1))


def _write_desks(folder: Path, front: Front, desks: Mapping[str, str]) -> None:
    """Leave where each helpdesk posts its webhooks, and what it signs them with."""
    told = {
        desk: {
            "webhooks": f"http://127.0.0.1:{front.port}/webhooks/{desk}",
            "secret": desk_secrets.shown(desk, desks[desk]),
        }
        for desk in desk_secrets.VARIABLES
    }
    state.write_private(folder / DESKS_FILE, json.dumps(told, indent=1))


def _short(folder: Path) -> str:
    return str(folder.relative_to(ROOT)) if folder.is_relative_to(ROOT) else str(folder)
