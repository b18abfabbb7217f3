"""Notifying: works off the outbox with the channels that northstar.toml names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from northstar.app.alert_texts import notice_of, summary_of
from northstar.app.configuration import Configuration
from northstar.app.notices import Notice
from northstar.app.notify import Means, Notified, notify
from northstar.app.ports import Alert
from northstar.domain.feedback import feedback
from northstar.runtime import bootstrap
from northstar.runtime.observability import count_metric, logger

_NEEDED_MS = 30_000
"""Milliseconds that one more message may need, with all that is stored then."""


def work_off(remaining: Callable[[], int]) -> Notified:
    """Tell whom the rules name what is due; `remaining` are the milliseconds that are left."""
    configuration, base_url = bootstrap.configuration(), bootstrap.public_address()
    means = Means(
        configuration=configuration,
        outbox=bootstrap.alert_store(),
        channel=bootstrap.channel,
        notice=lambda alert: _worded(alert, configuration, base_url),
        summary=lambda alerts: summary_of(alerts, configuration, base_url),
        now=datetime.now(UTC),
        in_time=lambda: remaining() > _NEEDED_MS,
    )
    done = notify(means)
    for channel, error in done.failed:
        logger.warning("notice not delivered", extra={"channel": channel, "error": str(error)})
        count_metric("NoticesFailed")
    for _ in range(done.sent):
        count_metric("NoticesSent")
    for _ in range(done.given_up):
        count_metric("NoticesGivenUp")
    return done


def _worded(alert: Alert, configuration: Configuration, base_url: str) -> Notice:
    """Word an alert, with what was said as it is now: it may be edited, or gone."""
    name = alert.record
    record = bootstrap.feedback_store().by_ids([name]).get(name) if name else None
    said = feedback(record) if record else None
    return notice_of(alert, said, configuration, base_url)
