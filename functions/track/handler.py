"""track: every quarter of an hour, what the goals have come to and what to expect of them."""

from datetime import UTC, datetime

from northstar.runtime.observability import observed
from northstar.runtime.tracking import keep_all


@observed
def handler(_event, _context):
    """Bring all up to date; what could not be fails the run when everything else is done."""
    tracked = keep_all(datetime.now(UTC))
    if tracked.failed:
        raise RuntimeError(f"Not brought up to date: {', '.join(tracked.failed)}.")
    return {"goals": tracked.goals}
