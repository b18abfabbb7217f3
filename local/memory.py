"""The real functions in this process, on services in memory: for tests and the simulation."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
from aws_lambda_powertools.utilities.parameters.base import DEFAULT_PROVIDERS
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from local import engine, resources, template
from local.intrinsics import fill
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap

ROOT = Path(__file__).parent.parent

Handler = Callable[[dict[str, Any], Any], Any]

_MADE_ONCE = (
    bootstrap.feedback_store,
    bootstrap.progress_store,
    bootstrap.goal_store,
    bootstrap.alert_store,
    bootstrap.report_store,
    bootstrap.quarantine,
    bootstrap.ask_queue,
    bootstrap.collect_queue,
    bootstrap.schedule,
    bootstrap.mailer,
    bootstrap.own_mailer,
    bootstrap.models,
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
    declared = _declared(function)
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
    """Return what a handler reads of its Lambda context; its time never runs out."""
    declared = _declared(function)
    return SimpleNamespace(
        function_name=function,
        memory_limit_in_mb=declared.memory,
        invoked_function_arn=f"arn:aws:lambda:{template.REGION}:{template.ACCOUNT}:function:local",
        aws_request_id="local",
        get_remaining_time_in_millis=lambda: int(declared.timeout * 1000),
    )


def _declared(function: str) -> template.Function:
    for declared in stack().functions:
        if declared.name == function:
            return declared
    known = ", ".join(sorted(declared.name for declared in stack().functions))
    raise Invalid(f"There is no function {function}; known are: {known}.", "FN")


@contextmanager
def services(client: Callable[[str], Any] = boto3.client) -> Iterator[resources.Values]:
    """Make the template's resources in memory, and its environment; both are gone afterwards."""
    with mock_aws():
        before = dict(os.environ)
        engine.install()
        os.environ |= _CREDENTIALS
        in_memory: Any = SimpleNamespace(client=client)
        made = resources.make(in_memory, stack().resources)
        made["Api", "ApiEndpoint"] = "http://127.0.0.1:8000"
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


def stream(table: str, after: int = 0) -> list[dict[str, Any]]:
    """Return what the stream of a table holds after so many records, as Lambda delivers them."""
    backend = next(iter(dynamodb_backends.values()))[template.REGION]
    shard = backend.tables[table].stream_shard
    return [_as_delivered(record.to_json()) for record in shard.items[after:]]


def _as_delivered(entry: dict[str, Any]) -> dict[str, Any]:
    change = entry["dynamodb"]
    at = change["ApproximateCreationDateTime"].timestamp()
    return entry | {"dynamodb": change | {"ApproximateCreationDateTime": at}}


def forget() -> None:
    """Forget every store, secret and parameter that a function has cached."""
    for made in _MADE_ONCE:
        made.cache_clear()
    bootstrap.forget_reader()
    for provider in DEFAULT_PROVIDERS.values():
        provider.clear_cache()
