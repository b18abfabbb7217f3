"""Stream and queue batches: records out of events, and what failed back to the event source."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from northstar.app.ports import Alert
from northstar.domain.aggregates import Record
from northstar.domain.errors import Broken, NorthstarError
from northstar.runtime import bootstrap
from northstar.runtime.observability import logger
from northstar.store.items import record_of, unpack

Failures = Mapping[str, NorthstarError]

_stream = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def work_off_stream(
    event: dict[str, Any], use_case: Callable[[Iterable[Record]], Failures]
) -> PartialItemFailureResponse:
    """Give the records of a stream event to a use case; answer which ones must come again.

    What cannot be read, or failed for good, goes to quarantine with its image and an alert, and
    never blocks the others.
    """
    entries = {entry["dynamodb"]["SequenceNumber"]: entry for entry in event["Records"]}
    records: dict[str, Record] = {}
    for sequence, entry in entries.items():
        try:
            records[sequence] = record_of(unpack(entry["dynamodb"]["NewImage"]))
        except Broken as error:
            put_aside(entry, error)
    failed = use_case(records.values())

    def report(record: DynamoDBRecord) -> None:
        sequence = record["dynamodb"]["SequenceNumber"]
        error = failed.get(records[sequence].id) if sequence in records else None
        if error and error.retryable:
            raise error
        if error:
            put_aside(entries[sequence], error)

    return process_partial_response(event, report, _stream)


def put_aside(entry: Mapping[str, Any], error: NorthstarError) -> None:
    """Keep a stream record's image in quarantine and say so: log line, alert row.

    Both are of the moment of the change, so that the same record again is the same row.
    """
    change = entry["dynamodb"]
    at = datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC)
    image = json.dumps(change["NewImage"], default=str).encode()
    name = bootstrap.quarantine().keep("record", image, {"at": at, "error": str(error)})
    bootstrap.progress_store().add_alert(Alert("quarantined", at, name, str(error)[:500]))
    logger.error("quarantined", extra={"object": name, "error": type(error).__name__})
