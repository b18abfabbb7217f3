"""Show the invitation to review: how many of those who answered a survey went on to the store.

For information only. The link is the same for every answer, and nothing reads these numbers to
decide who is invited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from northstar.app.configuration import Configuration
from northstar.app.ports import ProgressStore
from northstar.app.show import is_demo
from northstar.domain import metrics
from northstar.domain.aggregates import Measures, total, window
from northstar.domain.rates import Rate
from northstar.domain.tickets import Channel

PERIODS = (28, 91, 365)

ANSWERS: Mapping[str, metrics.Share] = {
    "yes": metrics.Share(("went_yes",), ("solved_yes",)),
    "no": metrics.Share(("went_no",), ("solved_no",)),
    **{str(n): metrics.Share((f"went_csat_{n}",), (f"csat_{n}",)) for n in range(5, 0, -1)},
}
"""What may be answered to question 1, and who of them went on, of how many."""

ALL = metrics.Share(("went",), ("answers", "answers_apart"))
"""All answers, with those that lead back to nobody, of which it is only known whether they went."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Who went on in the last `days` days: of all who answered, and by what they had answered.

    Of `apart` answers nobody knows what they said.
    """

    days: int
    all: Rate
    by_answer: Mapping[str, Rate]
    apart: int


@dataclass(frozen=True, slots=True)
class InvitationView:
    """From survey to review, by period until `today`, the shortest one first.

    `invites` says that the thanks page has a link; `without_suspects` that answers which look
    machine-made are left out.
    """

    business: str
    time_zone: str
    today: date
    periods: tuple[Gone, ...]
    invites: bool
    without_suspects: bool
    demo: bool


def invitation_view(
    configuration: Configuration, *, totals: ProgressStore, now: datetime
) -> InvitationView:
    """Return what the page shows at `now` (aware). It reads one row a day and medium.

    Only surveys that we sent have a medium, so imported answers are not among these.
    """
    today = now.astimezone(configuration.business.zone).date()
    since = today - timedelta(PERIODS[-1] - 1)
    daily = _together([totals.daily("medium", one, since, today) for one in get_args(Channel)])
    leave_out = configuration.answering.leave_out_suspects
    counted = metrics.without_suspects(daily) if leave_out else daily
    return InvitationView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        today=today,
        periods=tuple(_gone(total(window(counted, today, days)), days) for days in PERIODS),
        invites=configuration.answering.review_url is not None,
        without_suspects=leave_out,
        demo=is_demo(configuration),
    )


def _together(rows: list[dict[date, Measures]]) -> dict[date, Measures]:
    days = {day for row in rows for day in row}
    return {day: total(row.get(day, {}) for row in rows) for day in days}


def _gone(told: Measures, days: int) -> Gone:
    return Gone(
        days=days,
        all=ALL.rate(told),
        by_answer={name: share.rate(told) for name, share in ANSWERS.items()},
        apart=told.get("answers_apart", 0),
    )
