"""track: every quarter of an hour, what the goals have come to and what to expect of them."""

from datetime import UTC, datetime

from northstar.runtime.observability import observed
from northstar.runtime.tracking import keep_all


@observed
def handler(_event, _context):
    """Bring all goals up to date; one that could not be fails the run when the others are done."""
    tracked = keep_all(datetime.now(UTC))
    if tracked.failed:
        raise RuntimeError(f"{len(tracked.failed)} goals could not be brought up to date.")
    return {"goals": tracked.goals}
