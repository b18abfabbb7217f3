"""ask: planned asks are sent, each in its ticket's own medium; mails that come back are noted."""

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from northstar.runtime.observability import observed
from northstar.runtime.sending import work

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def message(record: SQSRecord) -> None:
    """Work off one message."""
    work(record.body, int(record.attributes.approximate_receive_count or 1))


@observed
def handler(event, context):
    """Work off a batch of messages; what failed comes again."""
    return process_partial_response(event, message, processor, context)
