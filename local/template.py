"""Reads the SAM template, the only source of truth, into what the local stack has to run.

aws-sam-translator turns SAM into CloudFormation as it would be deployed; parameters and conditions
are resolved here, references to resources stay as `local.intrinsics` describes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local.filters import Pattern
from local.filters import parse as parse_filter
from local.intrinsics import Intrinsics, target
from northstar.domain.errors import Invalid

REGION = "us-east-1"
ACCOUNT = "123456789012"
PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "northstar-local",
}
PARAMETERS = {"LoginIssuer": "none"}
"""Of the template, what one machine needs to be different from its defaults."""
MADE_TYPES = {
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::S3::Bucket",
    "AWS::SES::ConfigurationSet",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::Secret",
}
RUN_TYPES = {
    "AWS::ApiGatewayV2::Api",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Scheduler::Schedule",
}
IGNORED_TYPES = {
    "AWS::ApiGatewayV2::Stage": "one machine has one stage, without throttling",
    "AWS::Cognito::UserPool": "visitors of one machine come by links, or from a configured issuer",
    "AWS::Cognito::UserPoolClient": "there is no user pool",
    "AWS::Cognito::UserPoolDomain": "there is no user pool",
    "AWS::Cognito::UserPoolGroup": "there is no user pool",
    "AWS::CloudWatch::Alarm": "nobody is paged on one machine; errors are on the console",
    "AWS::Lambda::LayerVersion": "the virtual environment holds the same packages",
    "AWS::Lambda::Permission": "permissions are not enforced here",
    "AWS::Logs::LogGroup": "logs are files in the state folder",
    "AWS::SES::ConfigurationSetEventDestination": "no mail of one machine bounces by itself",
    "AWS::SNS::TopicPolicy": "permissions are not enforced here",
    "AWS::SQS::QueuePolicy": "permissions are not enforced here",
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its folder, how to call it, and its environment (references not filled in)."""

    name: str
    folder: Path
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the HTTP API; `method` is upper case or ANY."""

    method: str
    path: str
    function: str


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A queue that feeds a function."""

    function: str
    queue: str
    batch_size: int
    partial: bool


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A table's stream that feeds a function; `failures` is the bucket for undelivered batches."""

    function: str
    table: str
    batch_size: int
    partial: bool
    bisect: bool
    retries: int
    filters: tuple[Pattern, ...]
    failures: str | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that calls a function with a fixed JSON text."""

    name: str
    function: str
    expression: str
    input: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource to be made before anything runs: its logical name, type and properties."""

    name: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that the template declares and the local stack runs."""

    functions: tuple[Function, ...]
    routes: tuple[Route, ...]
    queues: tuple[QueueMapping, ...]
    streams: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]
    resources: tuple[Resource, ...]


def load(path: Path, parameters: Mapping[str, Any] | None = None) -> Stack:
    """Return what a template declares; `parameters` override its defaults.

    Raises:
        Invalid: a resource type, an intrinsic or a filter operator has no local counterpart.
    """
    resources = _resolved(translate(path), parameters or {})
    for name, resource in resources.items():
        kind = resource["Type"]
        if kind not in MADE_TYPES | RUN_TYPES | IGNORED_TYPES.keys():
            raise Invalid(
                f"Resource {name} is of type {kind}, which the local stack does not know: "
                "map it in local/resources.py or ignore it in local/template.py with a reason.",
                name,
            )

    def of(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((n, r.get("Properties", {})) for n, r in resources.items() if r["Type"] == kind)

    mappings = [_mapping(p, resources) for _, p in of("AWS::Lambda::EventSourceMapping")]
    return Stack(
        functions=tuple(_function(n, p, path.parent) for n, p in of("AWS::Lambda::Function")),
        routes=tuple(r for _, p in of("AWS::ApiGatewayV2::Api") for r in _routes(p["Body"])),
        queues=tuple(m for m in mappings if isinstance(m, QueueMapping)),
        streams=tuple(m for m in mappings if isinstance(m, StreamMapping)),
        schedules=tuple(_schedule(n, p) for n, p in of("AWS::Scheduler::Schedule")),
        resources=tuple(
            Resource(n, kind, properties)
            for kind in sorted(MADE_TYPES)
            for n, properties in of(kind)
        ),
    )


def translate(path: Path) -> dict[str, Any]:
    """Return the CloudFormation template of a SAM template, without credentials or network."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # the translator asks boto3 for it
    source = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in source["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = f"s3://code/{resource['Properties'][key]}"
    translated: dict[str, Any] = Translator(_NoManagedPolicies(), Parser()).translate(source, {})
    return translated


class _NoManagedPolicies(dict[str, Any]):
    """Stands in for the translator's loader, which would ask AWS for managed policies."""

    def load(self) -> dict[str, str]:
        return {}


def _resolved(template: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resources whose condition holds, with every intrinsic function worked out."""
    defaults = {name: p.get("Default", "") for name, p in template.get("Parameters", {}).items()}
    intrinsics = Intrinsics(
        {**PSEUDO, **defaults, **PARAMETERS, **given}, template.get("Conditions", {})
    )
    return {
        name: {
            "Type": resource["Type"],
            "Properties": intrinsics.resolve(resource.get("Properties", {})),
        }
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or intrinsics.holds(resource["Condition"])
    }


def _function(name: str, properties: dict[str, Any], base: Path) -> Function:
    variables = properties.get("Environment", {}).get("Variables", {})
    return Function(
        name=name,
        folder=(base / properties["Code"]["S3Key"]).resolve(),
        handler=properties["Handler"],
        timeout=float(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        environment={key: str(value) for key, value in variables.items()},
    )


def _routes(body: dict[str, Any]) -> Iterator[Route]:
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]
            name = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            yield Route(method=name, path=path, function=target(uri))


def _mapping(properties: dict[str, Any], resources: dict[str, Any]) -> QueueMapping | StreamMapping:
    origin = target(properties["EventSourceArn"])
    function = target(properties["FunctionName"])
    partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
    patterns = [f["Pattern"] for f in properties.get("FilterCriteria", {}).get("Filters", [])]
    if resources[origin]["Type"] == "AWS::SQS::Queue":
        if patterns:
            raise Invalid(f"Filters on queue {origin} are not mapped in local/.", origin)
        return QueueMapping(function, origin, int(properties.get("BatchSize", 10)), partial)
    failures = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    return StreamMapping(
        function=function,
        table=origin,
        batch_size=int(properties.get("BatchSize", 100)),
        partial=partial,
        bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
        retries=int(properties.get("MaximumRetryAttempts", -1)),
        filters=tuple(parse_filter(pattern) for pattern in patterns),
        failures=target(failures) if failures else None,
    )


def _schedule(name: str, properties: dict[str, Any]) -> Schedule:
    to = properties["Target"]
    return Schedule(
        name, target(to["Arn"]), properties["ScheduleExpression"], to.get("Input", "{}")
    )
