"""Samples of the public wall and of the page from survey to review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from northstar.app.configuration import Answering, SourceTarget
from northstar.app.show import DEMO_APP
from northstar.app.show_invitation import InvitationView, invitation_view
from northstar.domain.aggregates import Measures
from northstar.domain.reviews import Published
from northstar.web import invitation
from northstar.web import proof as wall
from tests.walls import CONFIGURATION, NOW, Memories, review

ADDRESS = "https://reviews.example"
TEXTS = (
    ("en", 5, "Set up in ten minutes, logo and all, and really easy to use.", "Blue Door Ceramics"),
    (
        "en",
        1,
        "It lost the settings after the last update. Twice.\nSupport has not answered yet.",
        None,
    ),
    ("de", 4, "Läuft seit Monaten ohne Probleme, nur die Suche könnte schneller sein.", "Söhne"),
    ("ja", 5, "設定が簡単で、毎日とても助かっています。", "山田商店"),
    ("ar", 5, "سهل الاستخدام والدعم سريع جدا، شكرا لكم.", "متجر النور"),
    (
        "en",
        3,
        "Does what it says. " + "I wish that the batch print kept my order of pages. " * 14,
        "M",
    ),
    (
        "en",
        None,
        "Marta from the support team stayed with us until the printer worked.",
        "Northwind",
    ),
    ("pt", 2, "https://" + "muito" * 30, "Loja"),
)


def told(*, apps: int = 1, **changes: Any) -> Memories:
    """Return the memory of a wall with such texts."""
    sources = tuple(SourceTarget("shopify", f"app-{n}" if n else "acme") for n in range(apps))
    proof = replace(CONFIGURATION.proof, shown=len(TEXTS), **changes)
    records = [
        review(
            n,
            language=language,
            rating=rating,
            text=text,
            author=author,
            recommended=rating is None,
        )
        for n, (language, rating, text, author) in enumerate(TEXTS)
    ]
    configuration = replace(CONFIGURATION, sources=sources, proof=proof)
    memory = Memories(records, Published(1812, 4.83), configuration=configuration)
    memory.make()
    return memory


@cache
def walls() -> dict[str, str]:
    """Return the wall in its states, as HTML, by name."""
    demo = told()
    demo.configuration = replace(
        demo.configuration, sources=(*demo.configuration.sources, SourceTarget("shopify", DEMO_APP))
    )
    empty = Memories(configuration=told().configuration)
    return {
        "proof": wall.page(told().wall(), address=ADDRESS),
        "proof_dark": wall.page(told().wall(), address=ADDRESS, theme="dark"),
        "proof_light": wall.page(told().wall(), address=ADDRESS, theme="light"),
        "proof_apps": wall.page(told(apps=3).wall(), address=ADDRESS),
        "proof_structured": wall.page(told(structured_data=True).wall(), address=ADDRESS),
        "proof_demo": wall.page(demo.wall(), address=ADDRESS),
        "proof_none": wall.page(empty.wall(), address=ADDRESS),
    }


class Days:
    """What is counted in the rows of one medium."""

    def __init__(self, days: Mapping[date, Measures]) -> None:
        self.days = days

    def daily(self, _: str, value: str, *__: Any) -> Mapping[date, Measures]:
        """Return the rows of a medium."""
        return self.days if value == "link" else {}


def gone(*, apart: int = 0) -> dict[date, Measures]:
    """Return days on which people answered and went on."""
    usual = {"answers": 9, "solved_yes": 3, "solved_no": 1, "csat_5": 3, "csat_4": 1, "csat_1": 1}
    went = {"went": 2 + apart, "went_yes": 1, "went_csat_5": 1, "answers_apart": apart * 2}
    return {NOW.date() - timedelta(n): usual | went for n in range(200)}


@cache
def invitations() -> dict[str, InvitationView]:
    """Return the page from survey to review in its states, by name."""
    told_where = replace(CONFIGURATION, answering=Answering(review_url="https://store.example/r"))
    views = {
        "reviews": (told_where, gone()),
        "reviews_apart": (told_where, gone(apart=1)),
        "reviews_uninvited": (CONFIGURATION, gone()),
        "reviews_none": (told_where, {}),
    }
    return {
        name: invitation_view(configuration, totals=Days(days), now=NOW)  # type: ignore[arg-type]
        for name, (configuration, days) in views.items()
    }


def pages() -> dict[str, str]:
    """Return all of them as HTML, by name."""
    return walls() | {name: invitation.page(view) for name, view in invitations().items()}
