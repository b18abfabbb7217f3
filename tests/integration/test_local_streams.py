"""A stream and a queue of the embedded services drive a function, with everything that fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from moto.core.base_backend import BackendDict

from local import backend, pollers, resources
from local.backend import Backend
from local.runtime_api import Result
from local.template import QueueMapping, Resource, StreamMapping

TABLE = Resource(
    "Words",
    "AWS::DynamoDB::Table",
    {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    },
)
BUCKET = Resource("Lost", "AWS::S3::Bucket", {})
QUEUE = Resource("Work", "AWS::SQS::Queue", {"FifoQueue": True, "VisibilityTimeout": 30})
ERROR = Result(ok=False, payload={"errorType": "ValueError"})
FINE = Result(ok=True, payload=None)


@pytest.fixture(scope="module")
def services() -> Iterator[Backend]:
    """An embedded server."""
    started = backend.start({})
    yield started
    started.stop()


class Function:
    """Stands in for a function; answers as `decide` says and lets a test wait for its calls."""

    def __init__(self, decide: Callable[[list[str]], Result]) -> None:
        self.calls: list[list[str]] = []
        self.stopping = threading.Event()
        self._decide = decide
        self._called = threading.Condition()

    def __call__(self, function: str, event: Any) -> Result:
        names = [
            r["body"] if "body" in r else r["dynamodb"]["Keys"]["PK"]["S"] for r in event["Records"]
        ]
        result = self._decide(names)
        with self._called:
            self.calls.append(names)
            self._called.notify_all()
        return result

    def wait_for(self, condition: Callable[[list[list[str]]], bool]) -> None:
        """Wait until the calls so far fulfil a condition."""
        with self._called:
            assert self._called.wait_for(lambda: condition(self.calls), timeout=15), self.calls


def _put(services: Backend, *names: str) -> None:
    for name in names:
        item = {"PK": {"S": name}, "stage": {"S": name.partition("-")[0]}}
        services.client("dynamodb").put_item(TableName="Words", Item=item)


def _poll_stream(services: Backend, function: Function, values: resources.Values) -> None:
    pattern = {"dynamodb": {"NewImage": {"stage": {"S": ["score"]}}}}
    mapping = StreamMapping("F", "Words", 3, True, True, 0, (pattern,), "Lost")
    pollers.poll_stream(
        mapping,
        values["Words", "StreamArn"],
        streams=services.client("dynamodbstreams"),
        s3=services.client("s3"),
        bucket=values["Lost", "Ref"],
        invoke=function,
        stopping=function.stopping,
    )


def test_a_stream_is_filtered_bisected_and_its_losses_kept(services: Backend) -> None:
    """Only what the filter names arrives, in batches; a bad record ends in the bucket, whole."""
    BackendDict.reset()
    values = resources.make(services, [TABLE, BUCKET])
    function = Function(lambda names: ERROR if "score-2" in names else FINE)
    _put(services, "score-1", "other-1", "score-2", "score-3", "score-4")

    with ThreadPoolExecutor(1) as executor:
        polling = executor.submit(_poll_stream, services, function, values)
        function.wait_for(lambda calls: ["score-4"] in calls)
        _put(services, "score-5")
        function.wait_for(lambda calls: ["score-5"] in calls)
        function.stopping.set()
        polling.result(10)

    s3 = services.client("s3")
    (kept,) = s3.list_objects_v2(Bucket=values["Lost", "Ref"])["Contents"]
    report = json.loads(s3.get_object(Bucket=values["Lost", "Ref"], Key=kept["Key"])["Body"].read())
    (record,) = json.loads(report["payload"])["Records"]
    assert function.calls == [
        ["score-1", "score-2", "score-3"],
        ["score-1"],
        ["score-2", "score-3"],
        ["score-2"],
        ["score-3"],
        ["score-4"],
        ["score-5"],
    ]
    assert kept["Key"].startswith("aws/lambda/F/")
    assert report["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert report["DDBStreamBatchInfo"]["batchSize"] == 1
    assert record["dynamodb"]["NewImage"]["PK"] == {"S": "score-2"}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], int)
    assert record["eventSourceARN"] == values["Words", "StreamArn"]


def test_one_slow_group_does_not_block_the_others(services: Backend) -> None:
    """While one group is worked on others are delivered; a group never overtakes itself."""
    BackendDict.reset()
    values = resources.make(services, [QUEUE])
    slow = threading.Event()

    def decide(names: list[str]) -> Result:
        if names == ["slow 1"]:
            slow.wait(10)
        return FINE

    function = Function(decide)
    url = values["Work", "Ref"]
    for body in ("slow 1", "slow 2", "quick 1", "quick 2"):
        services.client("sqs").send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageGroupId=body.partition(" ")[0],
            MessageDeduplicationId=body.replace(" ", "-"),
        )

    with ThreadPoolExecutor(1) as executor:
        polling = executor.submit(
            pollers.poll_queue,
            QueueMapping("F", "Work", 1, partial=True),
            url,
            services.client("sqs"),
            function,
            function.stopping,
        )
        function.wait_for(lambda calls: len(calls) == 2)
        assert function.calls == [["quick 1"], ["quick 2"]]
        slow.set()
        function.wait_for(lambda calls: len(calls) == 4)
        function.stopping.set()
        polling.result(10)

    assert function.calls[2:] == [["slow 1"], ["slow 2"]]
    left = services.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert left["Attributes"]["ApproximateNumberOfMessages"] == "0"
    assert left["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"
