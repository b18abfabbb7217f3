"""Sample views of the page of the alerts, made by the product's own code from invented alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from northstar.app.alerts import KeptAlert, Outcome
from northstar.app.bad_news import bad_news
from northstar.app.configuration import Alerting, Business, ChannelTarget, Configuration, OnCall
from northstar.app.ports import Alert
from northstar.app.show_alerts import AlertsView, alerts_view
from northstar.domain.aggregates import Record
from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.surveys import Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.web import alerts
from tests.fakes.alerts import MemoryAlerts

NOW = datetime(2026, 9, 14, 12, 15, tzinfo=UTC)
CONFIGURATION = Configuration(
    business=Business("Acme Support", "Europe/Berlin"),
    alerting=Alerting(ticket_url="https://acme.example/tickets/{ticket}"),
    channels=(
        ChannelTarget("office", "slack"),
        ChannelTarget("Kim", "mail", ("kim@example.org",)),
        ChannelTarget("Ann", "mail", ("ann@example.org",)),
    ),
    on_call=OnCall(office="office", rota=("Kim", "Ann")),
)


class Said:
    """The part of the FeedbackStore that this page reads; `asked` counts the calls."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records = {one.id: one for one in records}
        self.asked = 0

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the records of these ids."""
        self.asked += 1
        return {one: self.records[one] for one in ids if one in self.records}


def answered(number: int, comment: str | None, *, ago: timedelta, ticket: str = "48213") -> Ask:
    """Return an ask whose customer was not helped."""
    at = NOW - ago
    return Ask(
        id=f"{number:032x}",
        version=3,
        state="answered",
        question="solved",
        ticket=Ticket(
            desk="zendesk",
            id=ticket,
            channel="email",
            solved_at=at - timedelta(hours=3),
            customer=Customer("77", name="Ada"),
            subject="Where is my refund?",
            team="billing",
            agent="Lena",
            template=Template("refund-status", "3"),
            language="en",
        ),
        person="p",
        planned_at=at,
        due_at=at,
        survey="standard@1",
        sent_at=at,
        answered_at=at,
        response=Response(solved=False, comment=comment),
    )


def reviewed(number: int, stars: int, text: str, *, ago: timedelta) -> ReviewRecord:
    """Return a public review."""
    at = NOW - ago
    review = Review(
        source="shopify",
        id=str(number),
        rating=stars,
        title="Not what I hoped for",
        text=text,
        author="Corner Shop",
        country="DE",
        language="en",
        created=at.date().isoformat(),
        url="https://reviews.example.com/1",
    )
    return ReviewRecord(review, "example", 1, at, at)


def bad(record: Record) -> Alert:
    """Return the alert that a record is worth."""
    zone = CONFIGURATION.business.zone
    found = bad_news(record, CONFIGURATION.alerting, zone, NOW)
    assert found is not None
    return found


def told(alert: Alert, *channels: str, **more: object) -> KeptAlert:
    """Return an alert that these channels took half a minute after it."""
    at = alert.at + timedelta(seconds=30)
    given_up = more.get("given_up", {})
    outcome = more.get("outcome")
    return KeptAlert(alert, dict.fromkeys(channels, at), given_up, outcome)  # type: ignore[arg-type]


RECORDS: Sequence[Record] = (
    answered(1, "Nobody read what I wrote.\nI asked about order 1042, not 1024.", ago=timedelta(2)),
    reviewed(7, 1, "It lost our points again, and nobody answers.", ago=timedelta(hours=7)),
    answered(2, None, ago=timedelta(minutes=50), ticket="48977"),
)
GONE = answered(9, "gone", ago=timedelta(days=1), ticket="48500")
OTHERS = (
    Alert(
        "goal_status",
        NOW - timedelta(3),
        "Public reviews",
        "Off track; it was: Close. 8,032 of 10,000 by 28 December 2026.",
        path="/?goal=Public+reviews",
        data={"status": "off track", "before": "close"},
    ),
    Alert(
        "topic_doubled",
        NOW - timedelta(4),
        "login",
        "36 texts about login in the 7 days up to 9 September 2026, after 12.5 a week in the "
        "four weeks before.",
        n=36,
        path="/feedback?topic=login",
    ),
    Alert(
        "source_stale",
        NOW - timedelta(5),
        "shopify example",
        "No good run since 2026-09-08T06:00:00.000Z.",
    ),
)


def kept() -> list[KeptAlert]:
    """Return invented alerts: open ones, told ones, one given up, one with an outcome."""
    first, review, last = (bad(record) for record in RECORDS)
    why = "hooks.slack.com answered 404 for three days."
    solved = bad(answered(5, "Still broken.", ago=timedelta(days=3), ticket="47001"))
    done = Outcome("answered", "Called her; the refund is on its way.", "kim", NOW)
    return [
        told(first, "office"),
        told(review, "Kim", given_up={"office": why}),
        told(last),
        told(bad(GONE), "office"),
        told(solved, "Kim", outcome=done),
        *(told(one, "office") for one in OTHERS),
    ]


def view(
    store: MemoryAlerts | None = None,
    said: Said | None = None,
    configuration: Configuration = CONFIGURATION,
    *,
    editor: bool = True,
    now: datetime = NOW,
) -> AlertsView:
    """Return the view of these alerts; of the invented ones, unless others are given."""
    if store is None:
        store = MemoryAlerts(kept())
        store.loads = {"2026-09": {"Kim": 4, "Ann": 1}, "2026-08": {"Kim": 2}}
    return alerts_view(
        configuration,
        alerts=store,
        feedback=said or Said(RECORDS),  # type: ignore[arg-type]
        now=now,
        editor=editor,
    )


@cache
def alert_pages() -> dict[str, str]:
    """Return the page in each of its states, by name."""
    full = view()
    typed = {"alert": full.open[0].kept.alert.id, "what": "known", "note": "x" * 501}
    refused = alerts.Refused(typed, "note", "The note is too long; write at most 500 characters.")
    return {
        "alerts": alerts.page(full),
        "alerts_viewer": alerts.page(view(editor=False)),
        "alerts_refused": alerts.page(full, refused),
        "alerts_done": alerts.page(full, done=True),
        "alerts_empty": alerts.page(view(MemoryAlerts(), Said(), Configuration())),
    }
