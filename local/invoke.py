"""The real functions in this process, on services in memory: for one event, tests, simulation."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
from aws_lambda_powertools.utilities import parameters
from moto import mock_aws
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap

from local import engine, resources, template
from local.intrinsics import fill

ROOT = Path(__file__).parent.parent

Handler = Callable[[dict[str, Any], Any], Any]

_MADE_ONCE = (
    bootstrap.client,
    bootstrap.feedback_store,
    bootstrap.progress_store,
    bootstrap.quarantine,
    bootstrap.ask_queue,
    bootstrap.collect_queue,
    bootstrap.scorer,
)
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": template.REGION,
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


@cache
def stack() -> template.Stack:
    """Return what infra/template.yaml declares."""
    return template.load(ROOT / "infra/template.yaml")


@cache
def handler(function: str) -> Handler:
    """Return the handler of a function, named as in the template. Raises Invalid."""
    for declared in stack().functions:
        if declared.name == function:
            break
    else:
        known = ", ".join(sorted(declared.name for declared in stack().functions))
        raise Invalid(f"There is no function {function}; known are: {known}.", "FN")
    spec = importlib.util.spec_from_file_location(
        f"functions.{function}", declared.folder / "handler.py"
    )
    if spec is None or spec.loader is None:
        raise Invalid(f"{declared.folder} holds no handler.py.", "FN")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded: Handler = module.handler
    return loaded


def context(function: str) -> Any:
    """Return what a handler reads of its Lambda context."""
    return SimpleNamespace(
        function_name=function,
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:{template.REGION}:{template.ACCOUNT}:function:local",
        aws_request_id="local",
        get_remaining_time_in_millis=lambda: 30_000,
    )


@contextmanager
def services(client: Callable[[str], Any] = boto3.client) -> Iterator[resources.Values]:
    """Make the template's resources in memory, and its environment; both are gone afterwards."""
    with mock_aws():
        before = dict(os.environ)
        engine.install()
        os.environ |= _CREDENTIALS
        in_memory: Any = SimpleNamespace(client=client)
        made = resources.make(in_memory, stack().resources)
        for function in stack().functions:
            for name, text in function.environment.items():
                os.environ[name] = fill(text, lambda n, a: made[n, a])
        forget()
        try:
            yield made
        finally:
            forget()
            os.environ.clear()
            os.environ |= before


def forget() -> None:
    """Forget every client, store, secret and parameter that a function has cached."""
    for made in _MADE_ONCE:
        if hasattr(made, "cache_clear"):
            made.cache_clear()
    parameters.clear_caches()


def main(arguments: list[str]) -> int:
    """Call one function with one event file, and print what it returns."""
    if len(arguments) != 2:
        print("usage: make invoke FN=Score EVENT=events/score/answer.json", file=sys.stderr)
        return 2
    function, file = arguments[0].capitalize(), Path(arguments[1])
    try:
        with services():
            event = json.loads(file.read_text("utf-8"))
            print(json.dumps(handler(function)(event, context(function)), indent=2))
    except (Invalid, OSError, ValueError) as error:
        print(f"invoke: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
