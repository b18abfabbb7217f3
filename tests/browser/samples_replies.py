"""Sample views of replies and milestones, and a goal with what happened on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from northstar.app.configuration import Annotation
from northstar.app.goals import KeptGoal, Milestone
from northstar.app.replies import Chosen, Proposal, RepliesView, Waiting, filled
from northstar.app.show_milestones import Ahead, GoalMilestones, MilestonesView
from northstar.app.templates import Card
from northstar.domain.feedback import Feedback
from northstar.domain.rates import wilson
from northstar.domain.replies import Effect
from northstar.web import milestones, pages, replies
from tests.browser.samples import FULL, NOW, ON_THE_WAY, TODAY, YEAR, fan_of, standing_of

CARD = Card(
    "refund",
    title="Where is my refund?",
    topics=("billing",),
    text="Hello {name},\n\nrefunds take three to five days. Write to us: we look at yours at once.",
)
NOTED = (
    Annotation(date(2026, 1, 20), "First hire for the early shift"),
    Annotation(date(2026, 4, 2), "Easter sale"),
    Annotation(date(2026, 4, 6), "Release 3.0"),
    Annotation(date(2026, 4, 6), "Two more for the weekends, who answer in three languages"),
    Annotation(date(2026, 9, 13), "Holidays"),
    Annotation(date(2026, 11, 1), "New onboarding"),
)


def _waiting(review: Feedback, *, fits: bool) -> Waiting:
    draft = Proposal(CARD, ("billing",), wilson(41, 50), filled(CARD.text or "", review.author))
    return Waiting(review, draft if fits else None)


def _replies() -> RepliesView:
    reviews = [one for one in FULL.newest if one.kind == "review"]
    return RepliesView(
        business="Acme Support",
        time_zone="UTC",
        today=TODAY,
        chosen=Chosen(source="shopify"),
        apps=("shopify:acme", "google_play:com.example.acme"),
        sources=("apple_rss", "google_play", "shopify"),
        unseen=("apple_rss",),
        waiting=tuple(_waiting(one, fits=n % 2 == 0) for n, one in enumerate(reviews)),
        looked=300,
        back_to="2026-08-01",
        cursor="abc",
        first_page=False,
        drafts=1,
        effect=Effect(wilson(31, 212), wilson(22, 200), wilson(3, 200), 48, 4, 31, 2),
        demo=False,
    )


def _milestones() -> MilestonesView:
    told = Milestone(YEAR.name, YEAR.subject, 5000, date(2026, 5, 23), NOW, YEAR.target, 143)
    newest = replace(
        told,
        value=7500,
        day=date(2026, 8, 22),
        days=234,
        people=(("Kim Meyer", 4), ("Ola", 1)),
        tickets=("48213", "48301"),
        reviews=("shopify:acme:1", "shopify:acme:2"),
    )
    kept = KeptGoal(YEAR, version=1, state=standing_of(ON_THE_WAY, "on track").state)
    ahead = Ahead(10_000, (date(2026, 11, 17), date(2027, 1, 4)))
    return MilestonesView(
        business="Acme Support",
        time_zone="UTC",
        today=TODAY,
        goals=(GoalMilestones(kept, (newest, told), (ahead,), (replace(told, value=4000),)),),
        newest=(kept, newest),
        ticket_url="https://help.example.com/{ticket}",
        demo=False,
    )


def pages_of_replies() -> dict[str, str]:
    """Return the pages, full and empty, by name."""
    waiting, reached = _replies(), _milestones()
    shown = standing_of(ON_THE_WAY, "on track", fan_of(ON_THE_WAY, 170, 1360))
    none = replace(waiting.effect, edited=wilson(0, 0), raised=wilson(0, 0), lowered=wilson(0, 0))
    return {
        "replies": replies.page(waiting),
        "replies_empty": replies.page(
            replace(waiting, waiting=(), cursor=None, drafts=0, effect=none, first_page=True)
        ),
        "milestones": milestones.page(reached),
        "milestones_empty": milestones.page(replace(reached, goals=(), newest=None)),
        "goal_noted": pages.goal(replace(FULL, standing=replace(shown, annotations=NOTED))),
    }
