"""report: on Mondays the weekly report goes to whoever is to have it; missed hours are made up."""

from datetime import UTC, datetime

from northstar.runtime.observability import observed
from northstar.runtime.report_mails import send_due


@observed
def handler(_event, _context):
    """Mail what is due; a mail that failed fails the run when the others are sent."""
    mailed = send_due(datetime.now(UTC))
    if mailed.failed:
        raise RuntimeError(f"{len(mailed.failed)} mails of the report could not be sent.")
    return {"sent": mailed.sent, "stopped": mailed.stopped}
