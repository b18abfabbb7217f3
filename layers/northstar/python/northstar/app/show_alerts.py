"""Show alerts: those that are open, the newest with who was told, and who is on call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from northstar.app.alert_texts import ticket_url
from northstar.app.alerts import AlertStore, KeptAlert
from northstar.app.configuration import Configuration
from northstar.app.ports import FeedbackStore
from northstar.app.show import is_demo
from northstar.domain.feedback import Feedback
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.on_call import in_office, whose
from northstar.domain.rates import Rate, wilson

MOST_OPEN = 50
NEWEST = 100
MONTHS = 3


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that somebody has to see to, with what was said as it is now (None: it is gone).

    `ticket_url` is where its ticket is read, as far as that is known.
    """

    kept: KeptAlert
    said: Feedback | None
    ticket_url: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """What one of the rota was told: alerts by month ("2026-11"), and out of working hours.

    The rate is of the newest alerts.
    """

    name: str
    months: Mapping[str, int]
    outside: Rate


@dataclass(frozen=True, slots=True)
class AlertsView:
    """What the page of the alerts shows at `now` (aware).

    `open` are the oldest open ones, `more_open` says that there are others; `newest` are the newest
    of all. `on_call` are who is told now, `loads` the rota with its `months`, the newest first.
    Only an `editor` may record an outcome.
    """

    business: str
    time_zone: str
    now: datetime
    open: tuple[OpenAlert, ...]
    more_open: bool
    newest: tuple[KeptAlert, ...]
    on_call: tuple[str, ...]
    months: tuple[str, ...]
    loads: tuple[Load, ...]
    configured: bool
    editor: bool
    demo: bool


def alerts_view(
    configuration: Configuration,
    *,
    alerts: AlertStore,
    feedback: FeedbackStore,
    now: datetime,
    editor: bool,
) -> AlertsView:
    """Return what the page shows; it reads at most the feedback of the open alerts it shows."""
    found = alerts.open_alerts(MOST_OPEN + 1)
    newest = tuple(alerts.newest(NEWEST))
    months = tuple(_months(now.astimezone(configuration.business.zone).date()))
    return AlertsView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        now=now,
        open=tuple(_open(found[:MOST_OPEN], feedback, configuration)),
        more_open=len(found) > MOST_OPEN,
        newest=newest,
        on_call=whose(configuration.on_call, now, configuration.business.zone),
        months=months,
        loads=tuple(_loads(configuration, alerts, months, newest)),
        configured=bool(configuration.channels),
        editor=editor,
        demo=is_demo(configuration),
    )


def _open(
    found: Sequence[KeptAlert], feedback: FeedbackStore, configuration: Configuration
) -> Iterator[OpenAlert]:
    records = feedback.by_ids([one.alert.record for one in found if one.alert.record])
    for one in found:
        record = records.get(one.alert.record or "")
        said = feedback_of(record) if record else None
        ticket = (said and said.ticket) or one.alert.data.get("ticket")
        yield OpenAlert(one, said, ticket_url(ticket, configuration))


def _months(today: date) -> Iterator[str]:
    """Yield this month and those before it."""
    first = today.replace(day=1)
    for _ in range(MONTHS):
        yield f"{first:%Y-%m}"
        first = (first - timedelta(1)).replace(day=1)


def _loads(
    configuration: Configuration,
    alerts: AlertStore,
    months: Sequence[str],
    newest: Iterable[KeptAlert],
) -> Iterator[Load]:
    """Yield what each of the rota was told; it costs nothing where there is no rota."""
    duty, zone = configuration.on_call, configuration.business.zone
    if not duty.rota:
        return
    told = alerts.load(months)
    for name in dict.fromkeys(duty.rota):
        moments = [one.told[name] for one in newest if name in one.told]
        outside = sum(not in_office(duty, moment, zone) for moment in moments)
        by_month = {month: told.get(month, {}).get(name, 0) for month in months}
        yield Load(name, by_month, wilson(outside, len(moments)))
