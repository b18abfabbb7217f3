"""Fixtures on moto: tables, queues, secrets and buckets made from the template's own properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import engine
from northstar.runtime import bootstrap
from northstar.store.client import Table
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.progress import DynamoProgressStore
from tests.template import resources

TABLE_PROPERTIES = {
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "StreamSpecification",
    "BillingMode",
}


def make_table(client: Any, name: str) -> None:
    """Create a table with the template's keys, indexes and stream."""
    properties = resources()[name]["Properties"]
    wanted = {key: value for key, value in properties.items() if key in TABLE_PROPERTIES}
    wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
    client.create_table(TableName=name, **wanted)


@pytest.fixture
def aws() -> Iterator[None]:
    """moto in this process, with the isolation that real DynamoDB has."""
    with mock_aws():
        engine.install()
        yield


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """A DynamoDB client with both tables."""
    client = boto3.client("dynamodb")
    make_table(client, "FeedbackTable")
    make_table(client, "ProgressTable")
    return client


@pytest.fixture
def feedback_store(dynamodb: Any) -> DynamoFeedbackStore:
    """The real store over the FeedbackTable."""
    return DynamoFeedbackStore(Table(dynamodb, "FeedbackTable"))


@pytest.fixture
def progress_store(dynamodb: Any) -> DynamoProgressStore:
    """The real store over the ProgressTable."""
    return DynamoProgressStore(Table(dynamodb, "ProgressTable"))
