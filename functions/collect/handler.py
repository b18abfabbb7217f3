"""collect: the schedule plans one job a source; each job looks at one app of one store."""

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from northstar.domain.errors import Retryable
from northstar.runtime import bootstrap
from northstar.runtime.collecting import tell_stale, work
from northstar.runtime.observability import count_metric, logger, observed, tell_metric
from northstar.runtime.planning import plan

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)


def job(record: SQSRecord) -> None:
    """Work off one job; what our own stores stopped, the next schedule asks again."""
    try:
        work(record.json_body)
    except Retryable as error:
        count_metric("CollectedUnfinished")
        logger.warning("not collected", extra={"error": str(error)})


@observed
def handler(event, context):
    """Plan jobs for the schedule, or work off a batch of them."""
    if "plan" in event:
        planned = plan(bootstrap.configuration())
        count_metric("CollectingPlanned")
        tell_metric("SourcesStale", tell_stale())
        return {"planned": planned}
    return process_partial_response(event, job, processor, context)
