"""learn: once a night models, phrases and summaries; every hour what a new engine has to read."""

from northstar.runtime.learning import keep_up
from northstar.runtime.observability import observed


@observed
def handler(event, context):
    """Do what is due, or learn at once; what this run has no time for is for the next one."""
    return keep_up(event, remaining=lambda: context.get_remaining_time_in_millis() / 1000)
