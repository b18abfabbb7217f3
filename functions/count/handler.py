"""count: scored records go into the aggregates, each exactly once."""

from datetime import datetime

from northstar.app.count import count
from northstar.runtime import bootstrap
from northstar.runtime.batches import work_off_stream
from northstar.runtime.observability import observed


@observed
def handler(event, _context):
    """Count the records of a stream batch; answer which ones must come again."""
    zone, store = bootstrap.configuration().business.zone, bootstrap.progress_store()
    today = datetime.now(zone).date()
    return work_off_stream(event, lambda said: count(said, store=store, zone=zone, today=today))
