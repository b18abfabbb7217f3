"""The route of the replies: reviews that wait for one, and drafts for them."""

from __future__ import annotations

from northstar.app.replies import chosen_of, replies_view
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.sources import by_name
from northstar.web import replies as page


def replies(request: Request) -> Response:
    """Show public reviews without a reply, with drafts, and what came after earlier replies.

    `app`, `source`, `language` and `rating` choose among them, `cursor` turns the page, and
    `format=csv` gives the page as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    configuration = bootstrap.configuration()
    told = {one.source for one in configuration.sources}
    view = replies_view(
        configuration,
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        cards=bootstrap.template_store().cards(),
        chosen=chosen_of(request.query, configuration),
        unseen={one for one in told if not by_name(one).CAPABILITIES.replies},
        cursor=request.query.get("cursor") or None,
        now=request.now,
    )
    if as_file:
        return visits.file("replies.csv", page.replies_csv(view))
    return visits.page(200, page.page(view))
