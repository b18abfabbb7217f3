"""notify: the alerts of the outbox reach whom they concern."""

from northstar.runtime.notifying import work_off
from northstar.runtime.observability import observed


@observed
def handler(_event, context):
    """Work off what is due, whatever the event: a new alert, or the next minute."""
    done = work_off(context.get_remaining_time_in_millis)
    return {"sent": done.sent, "failed": len(done.failed), "given_up": done.given_up}
