"""count: scored records go into the aggregates, each exactly once."""

from northstar.app.count import count
from northstar.runtime import bootstrap
from northstar.runtime.batches import work_off_stream
from northstar.runtime.observability import observed


@observed
def handler(event, _context):
    """Count the records of a stream batch; answer which ones must come again."""
    zone = bootstrap.configuration().business.zone
    return work_off_stream(
        event, lambda records: count(records, store=bootstrap.progress_store(), zone=zone)
    )
