"""Makes the template's tables, queues, bucket, secrets and parameter; what is there stays."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from botocore.exceptions import ClientError

from local.backend import Backend
from local.intrinsics import fill
from local.template import Resource

Values = dict[tuple[str, str], str]
"""What a reference to a resource stands for, by (name, attribute)."""

_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_QUEUE_NUMBERS = ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds")


def make(backend: Backend, resources: Iterable[Resource]) -> Values:
    """Make every resource and return what references to them stand for."""
    values: Values = {}
    # A queue can only name dead letters that exist already.
    for resource in sorted(resources, key=lambda r: "RedrivePolicy" in r.properties):
        made = _MAKERS[resource.type](backend, resource, values)
        values |= {(resource.name, attribute): value for attribute, value in made.items()}
    return values


def put_secret(backend: Backend, name: str, changes: Mapping[str, str]) -> dict[str, str]:
    """Change some entries of a JSON secret and return all of them."""
    client = backend.client("secretsmanager")
    stored = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    told: dict[str, str] = {**stored, **changes}
    if told != stored:
        client.put_secret_value(SecretId=name, SecretString=json.dumps(told))
    return told


def put_parameter(backend: Backend, name: str, value: str) -> None:
    """Store a text under a parameter's name."""
    backend.client("ssm").put_parameter(
        Name=name, Value=value, Type="String", Tier="Intelligent-Tiering", Overwrite=True
    )


def verify_sender(backend: Backend, sender: str) -> None:
    """Let the mail service send from an address such as "Support <support@example.com>"."""
    with suppress(ClientError):  # already verified
        backend.client("sesv2").create_email_identity(EmailIdentity=parseaddr(sender)[1])


def _table(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    client, told = backend.client("dynamodb"), resource.properties
    request = {key: told[key] for key in _TABLE_PROPERTIES if key in told}
    if "StreamSpecification" in told:
        request["StreamSpecification"] = {"StreamEnabled": True, **told["StreamSpecification"]}
    with _existing("ResourceInUseException"):
        client.create_table(TableName=resource.name, **request)
        client.get_waiter("table_exists").wait(TableName=resource.name)
        if "TimeToLiveSpecification" in told:
            client.update_time_to_live(
                TableName=resource.name, TimeToLiveSpecification=told["TimeToLiveSpecification"]
            )
    table = client.describe_table(TableName=resource.name)["Table"]
    return {
        "Ref": resource.name,
        "Arn": table["TableArn"],
        "StreamArn": table.get("LatestStreamArn", ""),
    }


def _queue(backend: Backend, resource: Resource, values: Values) -> dict[str, str]:
    client, told = backend.client("sqs"), resource.properties
    attributes = {key: str(told[key]) for key in _QUEUE_NUMBERS if key in told}
    name = resource.name
    if told.get("FifoQueue"):
        name += ".fifo"
        attributes["FifoQueue"] = "true"
        deduplicates = str(bool(told.get("ContentBasedDeduplication", False))).lower()
        attributes["ContentBasedDeduplication"] = deduplicates
    if "RedrivePolicy" in told:
        policy = json.dumps(told["RedrivePolicy"])
        attributes["RedrivePolicy"] = fill(policy, lambda n, a: values[n, a])
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    stored = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return {"Ref": url, "Arn": stored["Attributes"]["QueueArn"], "QueueName": name}


def _bucket(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    name = f"northstar-{resource.name.lower()}"
    with _existing("BucketAlreadyOwnedByYou"):
        backend.client("s3").create_bucket(Bucket=name)
    return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}


def _secret(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    rule = resource.properties["GenerateSecretString"]
    letters = string.ascii_letters + string.digits
    if not rule.get("ExcludePunctuation"):
        letters += string.punctuation
    password = "".join(secrets.choice(letters) for _ in range(rule.get("PasswordLength", 32)))
    content = {**json.loads(rule["SecretStringTemplate"]), rule["GenerateStringKey"]: password}
    with _existing("ResourceExistsException"):
        backend.client("secretsmanager").create_secret(
            Name=resource.name, SecretString=json.dumps(content)
        )
    return {"Ref": resource.name, "Id": resource.name}


def _parameter(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    with _existing("ParameterAlreadyExists"):
        backend.client("ssm").put_parameter(
            Name=resource.name, Value=resource.properties["Value"], Type="String"
        )
    return {"Ref": resource.name}


class _existing(suppress):  # noqa: N801  reads like the function it is
    """Goes on when the service says that the resource is there already."""

    def __init__(self, code: str) -> None:
        super().__init__(ClientError)
        self.code = code

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] == self.code


_MAKERS: dict[str, Callable[[Backend, Resource, Values], dict[str, str]]] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SQS::Queue": _queue,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SSM::Parameter": _parameter,
}
