"""Feeds functions from queues, streams and schedules, as Lambda's event source mappings do.

Semantics: AWS Lambda developer guide, "Using Lambda with Amazon SQS" and "... with DynamoDB". Every
loop ends when `stopping` is set.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from local.console import say
from local.filters import matches
from local.runtime_api import Invoke, Result, function_arn
from local.schedules import next_time, starts_at_once
from local.template import ACCOUNT, REGION, QueueMapping, Schedule, StreamMapping

IN_FLIGHT = 4  # batches of one queue; one process is left for a schedule of the same function
IDLE = 0.25  # seconds between two looks at an empty queue or stream
DESCRIBE_EVERY = 10.0  # seconds between two looks for new shards
READ = 1000  # stream records in one look; DynamoDB API reference, GetRecords
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds before a failed stream batch is tried again

Record = dict[str, Any]


def poll_queue(
    mapping: QueueMapping, url: str, sqs: Any, invoke: Invoke, stopping: threading.Event
) -> None:
    """Feed a function from a queue, several batches at a time, until told to stop.

    A failed message stays and comes back after the queue's visibility timeout; the queue itself
    moves it to its dead letters. A FIFO queue never hands out a group that is being worked on.
    """
    free = threading.Semaphore(IN_FLIGHT)

    def deliver(messages: Sequence[Mapping[str, Any]]) -> None:
        try:
            deliver_messages(mapping, url, messages, sqs, invoke)
        finally:
            free.release()

    with ThreadPoolExecutor(IN_FLIGHT) as executor:
        while not stopping.is_set():
            if not free.acquire(timeout=IDLE):
                continue
            messages = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=mapping.batch_size,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            ).get("Messages")
            if messages:
                executor.submit(deliver, messages)
            else:
                free.release()
                stopping.wait(IDLE)


def deliver_messages(
    mapping: QueueMapping,
    url: str,
    messages: Sequence[Mapping[str, Any]],
    sqs: Any,
    invoke: Invoke,
) -> None:
    """Call the function with one batch of messages and delete those that it did not report."""
    result = invoke(mapping.function, {"Records": [_message(m, mapping.queue) for m in messages]})
    failed = failures(result, [m["MessageId"] for m in messages], partial=mapping.partial)
    done = [m for m in messages if m["MessageId"] not in failed]
    if done:
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(done)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def failures(result: Result, ids: Sequence[str], *, partial: bool) -> set[str]:
    """Return which records of a batch failed, by the rules of ReportBatchItemFailures.

    An error, an unreadable report and one that names an unknown record fail the whole batch.
    """
    if not result.ok:
        return set(ids)
    if not partial or not result.payload:
        return set()
    try:
        named = {item["itemIdentifier"] for item in result.payload.get("batchItemFailures") or ()}
    except (AttributeError, KeyError, TypeError):
        return set(ids)
    return named if named.issubset(ids) else set(ids)


def poll_stream(
    mapping: StreamMapping,
    arn: str,
    *,
    streams: Any,
    s3: Any,
    bucket: str | None,
    invoke: Invoke,
    stopping: threading.Event,
) -> None:
    """Feed a function from a table's stream, from its beginning, until told to stop.

    Records that no filter lets through are dropped. A batch that stays undelivered after its
    retries goes to the failure bucket, with its records.
    """
    for records in _read(arn, streams, stopping):
        wanted = [r for r in records if _passes(mapping, r)]
        for start in range(0, len(wanted), mapping.batch_size):
            batch = wanted[start : start + mapping.batch_size]
            for lost, result in deliver_records(mapping, batch, invoke, stopping):
                say(f"{mapping.function} gave up on {len(lost)} records of {mapping.table}")
                if bucket is not None:
                    name, kept = _failure_report(mapping, arn, lost, result)
                    s3.put_object(Bucket=bucket, Key=name, Body=json.dumps(kept).encode())


def deliver_records(
    mapping: StreamMapping, batch: list[Record], invoke: Invoke, stopping: threading.Event
) -> Iterator[tuple[list[Record], Result]]:
    """Call the function until every record is delivered; yield the batches that are given up.

    After a partial failure it goes on from the first failed record; after an error the batch is
    halved where the mapping says so, which costs no retry.
    """
    work = [(batch, 0)]
    while work and not stopping.is_set():
        records, tries = work.pop(0)
        result = invoke(mapping.function, {"Records": records})
        numbers = [r["dynamodb"]["SequenceNumber"] for r in records]
        failed = failures(result, numbers, partial=mapping.partial)
        if not failed:
            continue
        first = min(numbers.index(number) for number in failed)
        if first > 0:
            work.insert(0, (records[first:], 0))
        elif mapping.bisect and not result.ok and len(records) > 1:
            half = len(records) // 2
            work[:0] = [(records[:half], tries), (records[half:], tries)]
        elif tries == mapping.retries:
            yield records, result
        else:
            work.insert(0, (records, tries + 1))
            stopping.wait(min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE))


def run_schedule(schedule: Schedule, invoke: Invoke, stopping: threading.Event) -> None:
    """Call a function by its schedule until told to stop."""
    due = datetime.now(UTC)
    if not starts_at_once(schedule.expression):
        due = next_time(schedule.expression, due)
    while not stopping.is_set():
        if datetime.now(UTC) < due:
            stopping.wait(min((due - datetime.now(UTC)).total_seconds(), 60.0))
            continue
        invoke(schedule.function, json.loads(schedule.input))
        due = next_time(schedule.expression, due)


def _message(message: Mapping[str, Any], queue: str) -> Record:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def _passes(mapping: StreamMapping, record: Record) -> bool:
    return not mapping.filters or any(matches(pattern, record) for pattern in mapping.filters)


def _read(arn: str, streams: Any, stopping: threading.Event) -> Iterator[list[Record]]:
    """Yield what is new in a stream's shards, oldest first, as an event carries it."""
    iterators: dict[str, str] = {}
    described = -DESCRIBE_EVERY
    while not stopping.is_set():
        if time.monotonic() - described > DESCRIBE_EVERY:
            described = time.monotonic()
            _open_shards(arn, streams, iterators)
        found = False
        for shard, iterator in [(s, i) for s, i in iterators.items() if i]:
            page = streams.get_records(ShardIterator=iterator, Limit=READ)
            iterators[shard] = page.get("NextShardIterator", "")
            if page["Records"]:
                found = True
                yield [_plain(record) | {"eventSourceARN": arn} for record in page["Records"]]
        if not found:
            stopping.wait(IDLE)


def _open_shards(arn: str, streams: Any, iterators: dict[str, str]) -> None:
    """Add an iterator for every shard that has none; a shard that was read to its end has "".

    The embedded engine has one shard for ever, others open new ones.
    """
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        if shard["ShardId"] not in iterators:
            iterators[shard["ShardId"]] = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]


def _plain(value: Any) -> Any:
    """Return a record of the stream as JSON has it: bytes in base64, times in seconds."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value


def _failure_report(
    mapping: StreamMapping, arn: str, batch: list[Record], result: Result
) -> tuple[str, dict[str, Any]]:
    """Return name and content of what Lambda's S3 destination keeps of an undelivered batch."""
    now = datetime.now(UTC)
    name = f"aws/lambda/{mapping.function}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    return name, {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function_arn(mapping.function),
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": mapping.retries + 1,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": None if result.ok else "Unhandled",
        },
        "version": "1.0",
        "timestamp": now.isoformat(),
        "DDBStreamBatchInfo": {
            "startSequenceNumber": batch[0]["dynamodb"]["SequenceNumber"],
            "endSequenceNumber": batch[-1]["dynamodb"]["SequenceNumber"],
            "batchSize": len(batch),
            "streamArn": arn,
        },
        "payload": json.dumps({"Records": batch}),
    }
