"""ask: planned asks are sent, each in its ticket's own medium."""

from datetime import UTC, datetime

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from northstar.app import ask
from northstar.runtime import bootstrap
from northstar.runtime.observability import count_metric, observed

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def send(record: SQSRecord) -> None:
    """Send the ask of one message."""
    planned = record.json_body
    sent = ask.send(
        planned["ask"],
        store=bootstrap.feedback_store(),
        deliver=bootstrap.mail_sender(planned["base_url"]),
        now=datetime.now(UTC),
    )
    count_metric("AsksSent" if sent.state == "sent" else "AsksNotSent")


@observed
def handler(event, context):
    """Work off a batch of messages; what failed comes again."""
    return process_partial_response(event, send, processor, context)
