"""Makes what the template's functions use: tables, queues, topics, secrets and the like.

What is there stays as it is.
"""

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
from local.template import ACCOUNT, Resource
from northstar.domain.errors import Invalid

Values = dict[tuple[str, str], str]
"""What a reference to a resource stands for, by (name, attribute)."""

_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_QUEUE_NUMBERS = ("VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds")


def make(backend: Backend, resources: Iterable[Resource]) -> Values:
    """Make every resource and return what references to them stand for."""
    values: Values = {}
    for resource in sorted(resources, key=_after):
        made = _MAKERS[resource.type](backend, resource, values)
        values |= {(resource.name, attribute): value for attribute, value in made.items()}
    return values


def put_secret(
    backend: Backend,
    name: str,
    changes: Mapping[str, Any],
    missing: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Change entries of a JSON secret, add those that are `missing`, and return all of them."""
    client = backend.client("secretsmanager")
    stored = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    told: dict[str, str] = {**(missing or {}), **stored, **changes}
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


def _after(resource: Resource) -> tuple[int, bool]:
    """Sort resources so that each comes after those that it may refer to."""
    # a queue refers to its dead letters, which are a queue too
    return list(_MAKERS).index(resource.type), "RedrivePolicy" in resource.properties


def _role(_backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    """Only a name: permissions are not enforced here."""
    return {"Ref": resource.name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{resource.name}"}


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
        attributes["RedrivePolicy"] = _filled(json.dumps(told["RedrivePolicy"]), values)
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    stored = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return {"Ref": url, "Arn": stored["Attributes"]["QueueArn"], "QueueName": name}


def _bucket(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    name = f"northstar-{resource.name.lower()}"
    with _existing("BucketAlreadyOwnedByYou"):
        backend.client("s3").create_bucket(Bucket=name)
    return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}


def _secret(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    rule = resource.properties.get("GenerateSecretString")
    content = _generated(rule) if rule else resource.properties["SecretString"]
    with _existing("ResourceExistsException"):
        backend.client("secretsmanager").create_secret(Name=resource.name, SecretString=content)
    return {"Ref": resource.name, "Id": resource.name}


def _generated(rule: Mapping[str, Any]) -> str:
    letters = string.ascii_letters + string.digits
    if not rule.get("ExcludePunctuation"):
        letters += string.punctuation
    password = "".join(secrets.choice(letters) for _ in range(rule.get("PasswordLength", 32)))
    content = {**json.loads(rule["SecretStringTemplate"]), rule["GenerateStringKey"]: password}
    return json.dumps(content)


def _parameter(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    with _existing("ParameterAlreadyExists"):
        backend.client("ssm").put_parameter(
            Name=resource.name, Value=resource.properties["Value"], Type="String"
        )
    return {"Ref": resource.name}


def _schedule_group(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    client, name = backend.client("scheduler"), resource.name
    try:
        arn = client.get_schedule_group(Name=name)["Arn"]
    except client.exceptions.ResourceNotFoundException:
        arn = client.create_schedule_group(Name=name)["ScheduleGroupArn"]
    return {"Ref": name, "Arn": arn}


def _configuration_set(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    with _existing("AlreadyExistsException", "ConfigurationSetAlreadyExistsException"):
        backend.client("sesv2").create_configuration_set(ConfigurationSetName=resource.name)
    return {"Ref": resource.name}


def _topic(backend: Backend, resource: Resource, _values: Values) -> dict[str, str]:
    arn = backend.client("sns").create_topic(Name=resource.name)["TopicArn"]
    return {"Ref": arn, "TopicArn": arn, "TopicName": resource.name}


def _subscription(backend: Backend, resource: Resource, values: Values) -> dict[str, str]:
    """From a topic to a queue; nobody is mailed by a topic of one machine."""
    told = resource.properties
    if told["Protocol"] == "email":
        return {}
    if told["Protocol"] != "sqs" or "FilterPolicy" in told:
        raise Invalid(
            f"Subscription {resource.name} is not mapped in local/resources.py: "
            "use protocol sqs or email, without a FilterPolicy.",
            resource.name,
        )
    arn = backend.client("sns").subscribe(
        TopicArn=_filled(told["TopicArn"], values),
        Protocol="sqs",
        Endpoint=_filled(told["Endpoint"], values),
        Attributes={"RawMessageDelivery": "true"} if told.get("RawMessageDelivery") else {},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return {"Ref": arn, "Arn": arn}


def _filled(text: str, values: Values) -> str:
    return fill(text, lambda name, attribute: values[name, attribute])


class _existing(suppress):  # noqa: N801  reads like the function it is
    """Goes on when the service says that the resource is there already."""

    def __init__(self, *codes: str) -> None:
        super().__init__(ClientError)
        self.codes = codes

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        return isinstance(error, ClientError) and error.response["Error"]["Code"] in self.codes


_MAKERS: dict[str, Callable[[Backend, Resource, Values], dict[str, str]]] = {
    "AWS::IAM::Role": _role,
    "AWS::DynamoDB::Table": _table,
    "AWS::SQS::Queue": _queue,
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::SSM::Parameter": _parameter,
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
    "AWS::SES::ConfigurationSet": _configuration_set,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
}
"""By type, in an order in which each refers to those before it."""
