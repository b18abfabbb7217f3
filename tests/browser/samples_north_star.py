"""Sample pages of the north star and of the gaps, drawn by the product's own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from northstar.app.goals import KeptGoal
from northstar.app.north_star import NorthStarView, Part, Posted, Tickets
from northstar.app.show_gaps import GapNumbers, GapsView, Words
from northstar.domain.feedback import Feedback, feedback
from northstar.domain.goals import Goal
from northstar.domain.rates import difference, wilson
from northstar.domain.surveys import Response, answer, hand_over, plan
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.web import gaps, north_star

TODAY = date(2026, 9, 14)
EVIL = '"><script>alert(1)</script> https://example.org/' + "long" * 40


def pages() -> dict[str, str]:
    """Return both pages as HTML, full and before the first day, by name."""
    star, heard = north_star_view(), gaps_view()
    nothing: dict[str, Any] = {"now": Tickets(), "before": Tickets(), "said": wilson(0, 0)}
    nothing |= {"closed": Tickets(), "covered": wilson(0, 0), "weeks": ((TODAY, Tickets()),)}
    nothing |= {"parts": (), "parts_since": None, "parts_until": None, "goals": (), "posted": ()}
    return {
        "north-star": north_star.page(star),
        "north-star_empty": north_star.page(replace(star, **nothing)),
        "gaps": gaps.page(heard),
        "gaps_empty": gaps.page(replace(heard, day=None, gaps=(), asked=())),
    }


def north_star_view() -> NorthStarView:
    """Return half a year, of a growing business."""
    weeks = [
        (TODAY - timedelta(weeks=25 - n), Tickets(6 + n, n // 4, 3 + n % 4, 20 + n))
        for n in range(26)
    ]
    goal = Goal("Truly solved", "north_star", 40, date(2026, 1, 1), date(2026, 12, 31))
    return NorthStarView(
        business="Acme Support",
        time_zone="Europe/Berlin",
        today=TODAY,
        days=28,
        now=Tickets(312, 41, 83, 568),
        closed=Tickets(300, 41, 80, 560),
        before=Tickets(230, 40, 90, 560),
        weeks=tuple(weeks),
        said=wilson(240, 301),
        covered=wilson(420, 1004),
        settled=TODAY - timedelta(8),
        parts=(
            Part("channel", "email", wilson(30, 700)),
            Part("channel", "chat", wilson(11, 300)),
            Part("team", EVIL, wilson(2, 9)),
        ),
        parts_since=TODAY - timedelta(98),
        parts_until=TODAY - timedelta(8),
        goals=(KeptGoal(goal, version=1),),
        posted=(Posted("Activated shops <b>", TODAY, 1234.5),),
        without_suspects=True,
        anonymous=True,
        demo=False,
    )


def gaps_view() -> GapsView:
    """Return two topics: one that goes badly, one that hardly anybody wrote about."""
    badly = GapNumbers(
        name="refund",
        unhappy=wilson(61, 100),
        against=difference(wilson(61, 100), wilson(120, 600)),
        solved=wilson(30, 80),
        without=wilson(12, 240),
        avoidable=41.0,
        asked=14,
        noted=2,
        complaints=(_said("The refund never came."), _said(EVIL)),
        notes=(_said("Nobody here knows when refunds are paid out."),),
        questions=(
            _said("How do I get a refund?"),
            Words("Wo finde ich meine Erstattung?", None, "de"),
        ),
    )
    hardly = replace(
        badly,
        name=EVIL,
        unhappy=wilson(0, 0),
        against=None,
        avoidable=0.0,
        asked=1,
        **dict.fromkeys(("complaints", "notes", "questions"), ()),
    )
    other = replace(badly, name="", asked=3)
    return GapsView(
        business="Acme Support",
        time_zone="Europe/Berlin",
        days=91,
        day=TODAY,
        gaps=(badly, hardly),
        asked=(badly, other),
        demo=False,
    )


def _said(comment: str) -> Words:
    at = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    ticket = Ticket("zendesk", "1", "email", at, Customer("c"), template=Template("refund", "2"))
    sent = hand_over(plan(ticket, b"pepper", at), at)
    said = answer(sent, Response(solved=False, comment=comment), at + timedelta(hours=1))
    item: Feedback | None = feedback(said)
    return Words(comment, item, "en")
