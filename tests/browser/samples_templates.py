"""Sample views of one template and of the weekly sheet, made by the product's own code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from northstar.app.climb import climb
from northstar.app.configuration import Configuration
from northstar.app.ports import FeedbackPage
from northstar.app.show_template import TemplateView, template_view
from northstar.app.template_sheet import keep_sheet
from northstar.app.templates import Card, add_note, judgement, set_state
from northstar.app.weekly_sheet import WeeklySheet, weekly_sheet
from northstar.domain.feedback import Feedback
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.surveys import Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.times import monday
from northstar.web import template_card, template_sheet
from northstar.web.template_forms import CARD_FIELDS, Tried
from northstar.web.weekly_sheet import WeekView
from northstar.web.weekly_sheet import page as week_page
from tests.browser.samples_coverage import (
    CONFIGURATION,
    NOW,
    TODAY,
    Days,
    Kept,
    sheet_of,
    template,
    templates,
)
from tests.fakes.templates import Templates

COMPLAINTS = (
    "The link in your answer leads to a page that is not there any more.",
    "I asked about a refund in another currency; your answer says nothing about that.",
    "Das hat mir leider nicht geholfen, der Knopf fehlt bei mir.",
    "Too long. I needed one sentence: when will the money be back?",
)


class Said:
    """The part of the FeedbackStore that these pages read."""

    def __init__(self, asks: Sequence[Ask] = ()) -> None:
        self.searches = 0
        self._asks = {ask.id: ask for ask in asks}

    def search(
        self,
        today: date,
        fits: Callable[[Feedback], bool],
        before: str | None = None,
        *,
        limit: int = 50,
        **_: Any,
    ) -> FeedbackPage:
        """Return what fits, newest first, all at once."""
        self.searches += 1
        told = sorted(map(said, self._asks.values()), key=lambda one: one.occurred_at, reverse=True)
        found = tuple(one for one in told if fits(one))
        return FeedbackPage(found[:limit], None, len(told))

    def by_ids(self, ids: Iterable[str]) -> dict[str, Ask]:
        """Return the asks that are there."""
        return {one: self._asks[one] for one in ids if one in self._asks}

    def erase(self, ask_id: str) -> None:
        """Let an answer be gone."""
        del self._asks[ask_id]


def said(ask: Ask) -> Feedback:
    """Return what an answered ask says."""
    found = feedback_of(ask)
    assert found
    return found


def no(
    number: int, template_id: str, comment: str | None, back: int = 1, *, solved: bool = False
) -> Ask:
    """Return an ask about a template, answered so many days ago."""
    at = NOW - timedelta(back, minutes=number)
    name, _, version = template_id.partition("@")
    return Ask(
        id=f"{number:032x}",
        version=3,
        state="answered",
        question="solved",
        ticket=Ticket(
            "zendesk",
            str(number),
            "email",
            at - timedelta(1),
            Customer("77"),
            template=Template(name, version or None),
        ),
        person="p",
        planned_at=at,
        due_at=at,
        survey="standard@1",
        sent_at=at,
        answered_at=at,
        response=Response(solved=solved, comment=comment),
    )


def settled(days: Days, repeated: float) -> Days:
    """Return the same days with so many repeat contacts for each ticket."""
    return {
        day: {**told, "repeated": round(told.get("tickets", 0) * repeated)}
        for day, told in days.items()
    }


def every(rows: dict[str, Days], by_hand: int = 10, repeated: int = 2) -> Days:
    """Return the rows of everything: all templates, and tickets answered by hand on each day."""
    told: Days = {}
    for back in range(365):
        day = TODAY - timedelta(back)
        of_day = [days[day] for days in rows.values() if day in days]
        told[day] = {
            "tickets": by_hand + sum(one.get("tickets", 0) for one in of_day),
            "repeated": repeated + sum(one.get("repeated", 0) for one in of_day),
        }
    return told


def rows() -> dict[str, Days]:
    """Return the templates of the sheet, with one that is ready and one that is sent too often."""
    return templates() | {
        "opening-hours@1": settled(template(0.97, 9, days=80), 0.05),
        "invoice-copy@3": settled(template(0.96, 8, days=80), 0.0),
    }


CARD = Card(
    "refund-status",
    title="Where is my refund?",
    owner="Lena",
    article="https://kb.example.com/refunds",
    expires=TODAY + timedelta(40),
    topics=("refund", "price"),
    text="Hello {name},\n\nthank you for your review. We have looked at your refund.",
    verified_at=NOW - timedelta(120),
    verified_by="lena@example.com",
    version=1,
)
ASKS = [no(n, "refund-status@4", text, n + 1) for n, text in enumerate(COMPLAINTS)]
ASKS += [no(10 + n, "login-code@7", text, n + 2) for n, text in enumerate(COMPLAINTS[:2])]


def stores(configuration: Configuration = CONFIGURATION) -> tuple[Kept, Templates]:
    """Return stores in which the templates have climbed twice, a week ago and now."""
    kept, store = Kept(templates=rows(), every=every(rows())), Templates(CARD)
    zone = configuration.business.zone
    for at in (NOW - timedelta(8), NOW):
        keep_sheet(kept, now=at, zone=zone)  # type: ignore[arg-type]
        climb(configuration, kept, store, at)  # type: ignore[arg-type]
    add_note("refund-status", "Said when the money is back", store, by="lena", now=NOW)
    (told,) = (one for one in store.readiness() if one.name == "invoice-copy@3")
    sheet = kept.snapshot("templates") or {}
    found = judgement(configuration, sheet, told.name)
    set_state(told, "automate", found, store, row=told.row, by="lena", now=NOW)
    return kept, store


def one(template_id: str, version: str | None = None, *, editor: bool = True) -> TemplateView:
    """Return what the page of one template shows."""
    kept, store = stores()
    return template_view(
        CONFIGURATION,
        progress=kept,  # type: ignore[arg-type]
        templates=store,
        feedback=Said(ASKS),  # type: ignore[arg-type]
        template=template_id,
        version=version,
        editor=editor,
        now=NOW,
    )


def sheet() -> WeeklySheet:
    """Return the sheet of this week, after one of the week before."""
    kept, store = stores()
    told = [
        weekly_sheet(
            CONFIGURATION,
            kept,  # type: ignore[arg-type]
            store,
            Said(ASKS),  # type: ignore[arg-type]
            week=monday(TODAY) - timedelta(back),
            now=NOW - timedelta(back),
        )
        for back in (7, 0)
    ]
    return told[-1]


def week_view(told: WeeklySheet) -> WeekView:
    """Return the view of a sheet."""
    business = CONFIGURATION.business
    return WeekView(business.name, business.time_zone, told, demo=False)


@cache
def pages_of_templates() -> dict[str, str]:
    """Return these pages as HTML, by name."""
    refused = Tried(
        "card",
        dict.fromkeys(CARD_FIELDS, "x") | {"expires": ""},
        (),
        "article",
        "The article is no address.",
    )
    kept, store = stores()
    empty = WeeklySheet(TODAY, NOW, (), (), 3)
    return {
        "template": template_card.page(one("refund-status"), done="saved"),
        "template_refused": template_card.page(one("refund-status"), refused),
        "template_automated": template_card.page(one("invoice-copy")),
        "template_bare": template_card.page(one("two-factor-lost", editor=False)),
        "templates_ladder": template_sheet.page(sheet_of(kept, templates=store)),
        "week": week_page(week_view(sheet())),
        "week_empty": week_page(week_view(empty)),
    }
