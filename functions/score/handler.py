"""score: texts that have just been said get their sentiment, their topics, and their doubt."""

from northstar.app.score import score
from northstar.runtime import bootstrap
from northstar.runtime.batches import work_off_stream
from northstar.runtime.observability import observed


@observed
def handler(event, _context):
    """Score the records of a stream batch; answer which ones must come again."""
    return work_off_stream(
        event,
        lambda records: score(
            records,
            store=bootstrap.feedback_store(),
            progress=bootstrap.progress_store(),
            readers=bootstrap.reader,
        ),
    )
