"""Leadership's pages, drawn from views."""

from __future__ import annotations

from urllib.parse import urlencode

from northstar.app.texts import DEFAULT
from northstar.app.views import EntryView, FeedbackView, GoalView
from northstar.web import entries, numbers
from northstar.web.customers import notice
from northstar.web.entries import entry
from northstar.web.figures import asking, hero, stars, store_row, tile
from northstar.web.frame import draw, ours


def goal(view: GoalView) -> str:
    """Return the goal page."""
    return draw(
        "goal.html",
        "leadership.css",
        here="goal",
        view=view,
        hero=hero(view),
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


def inbox(view: FeedbackView) -> str:
    """Return one page of the feedback list."""
    return draw(
        "feedback.html",
        "leadership.css",
        here="feedback",
        view=view,
        entries=[entry(item, view.time_zone) for item in view.items],
        next_page=view.next_cursor and f"/feedback?{urlencode({'cursor': view.next_cursor})}",
    )


def one(view: EntryView) -> str:
    """Return the page of one feedback."""
    item = view.item
    verdict = item.verdict
    said = verdict.correction if verdict else None
    return draw(
        "feedback_one.html",
        "leadership.css",
        here="feedback",
        view=view,
        entry=entry(item, view.time_zone),
        understood=entries.understood(verdict) if verdict else [],
        contradiction=entries.contradiction(item),
        correction=entries.correction(said, view.time_zone) if said else None,
        form=entries.form(view),
    )


def login_needed(business: str, *, local: bool) -> str:
    """Return the page for someone who is not logged in (401): how to get a link."""
    remedy = (
        "Use the one-time link that <code>make run</code> printed, or start it again."
        if local
        else "Each login link works once. To get one, ask your operator to run "
        "<code>northstar login</code>."
    )
    return notice(business, DEFAULT, "Please log in", ours(remedy))
