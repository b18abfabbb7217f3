"""count: scored records go into the aggregates, each exactly once, and bad news into the outbox."""

from datetime import UTC, datetime
from functools import partial

from northstar.app.bad_news import bad_news
from northstar.app.count import count
from northstar.runtime import bootstrap
from northstar.runtime.batches import work_off_stream
from northstar.runtime.observability import observed


@observed
def handler(event, _context):
    """Count the records of a stream batch; answer which ones must come again."""
    told, store, now = bootstrap.configuration(), bootstrap.progress_store(), datetime.now(UTC)
    zone = told.business.zone
    alarm = partial(bad_news, alerting=told.alerting, zone=zone, now=now)
    counted = partial(count, store=store, zone=zone, today=now.astimezone(zone).date(), alarm=alarm)
    return work_off_stream(event, counted)
