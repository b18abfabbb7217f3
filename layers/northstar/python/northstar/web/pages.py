"""Leadership's pages, drawn from views."""

from __future__ import annotations

from markupsafe import Markup

from northstar.app.texts import DEFAULT, texts
from northstar.app.views import GoalView
from northstar.web import numbers
from northstar.web.customers import notice
from northstar.web.entries import entry
from northstar.web.figures import asking, stars, store_row, tile
from northstar.web.frame import draw, ours
from northstar.web.hero import brief, hero

_MOST_OTHERS = 6
"""Other goals on the first page; the page of the goals has all of them."""


def goal(view: GoalView) -> str:
    """Return the goal page."""
    return draw(
        "goal.html",
        "leadership.css",
        here="goal",
        view=view,
        hero=hero(view),
        others=[
            brief(one, numbers.date_in(view.now, view.time_zone))
            for one in view.others[:_MOST_OTHERS]
        ],
        more=max(len(view.others) - _MOST_OTHERS, 0),
        tiles=[
            tile("csat", "Satisfaction (CSAT)", "rated 4 or 5, of those who answered", view.csat),
            tile("solved", "Solved", "said yes, of those who answered", view.solved),
            tile("response", "Response rate", "answered, of the surveys sent", view.response),
        ],
        asking=asking(view.asking),
        stars=stars(view.rating),
        stores=[store_row(store, view.time_zone) for store in view.stores],
        newest=[entry(item, view.time_zone) for item in view.newest],
        data_to=view.data_to and numbers.moment(view.data_to, view.time_zone),
    )


def login_needed(business: str, *, local: bool, reason: str = "", start: str = "") -> str:
    """Return the page for someone who is not logged in (401): why, and the way to a login.

    `start` is the link that begins one; without it, logins come by one-time links.
    """
    remedy = _link_remedy(local=local) if not start else ""
    sentence = Markup(" ").join(part for part in (reason, ours(remedy)) if part)
    return notice(business, DEFAULT, "Please log in", sentence, start=start)


def login_unavailable(business: str) -> str:
    """Return the page for a login that cannot go on at the moment (503)."""
    reason = "The service that knows your account does not answer us, so we cannot log you in."
    return notice(business, DEFAULT, texts(DEFAULT)["unavailable"], reason, again="/")


def _link_remedy(*, local: bool) -> str:
    if local:
        return (
            "Use the one-time link that <code>make run</code> printed; a new one: "
            "<code>northstar login</code>."
        )
    return (
        "Each login link works once. To get one, ask your operator to run "
        "<code>northstar login</code>."
    )
