"""The routes of the public wall, which anybody may read, frame and keep for some minutes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from northstar.app import proof, show_invitation
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap, visits
from northstar.runtime.http import Request, Response
from northstar.web import frame, invitation
from northstar.web import proof as wall_page


def wall(request: Request) -> Response:
    """Show the wall; `app` chooses one app ("shopify:handle"), `theme` its colours.

    Raises NotFound where it is off, and Invalid.
    """
    theme = next(
        (one for one in wall_page.THEMES if one == request.query.get("theme", "auto")), None
    )
    if theme is None:
        known = ", ".join(f"theme={one}" for one in wall_page.THEMES)
        raise Invalid(f"The theme is not known; write one of {known}.", "theme")
    html = wall_page.page(_wall(request), address=visits.public_url(request), theme=theme)
    return _tagged(request, Response(200, html, headers=frame.public_headers(wall_page.STYLE)))


def wall_json(request: Request) -> Response:
    """Return the wall as JSON, which a page of any site may read; `app` as above."""
    headers = frame.public_headers(wall_page.STYLE) | {"Access-Control-Allow-Origin": "*"}
    text = wall_page.as_json(_wall(request))
    return _tagged(request, Response(200, text, "application/json", headers))


def invitations(request: Request) -> Response:
    """Show how many of those who answered a survey went on to the store's page for reviews.

    `format=csv` gives the numbers as a file.
    """
    visits.visitor(request)
    as_file = visits.wanted(request, "csv") == "csv"
    view = show_invitation.invitation_view(
        bootstrap.configuration(), totals=bootstrap.progress_store(), now=request.now
    )
    if as_file:
        return visits.file("reviews.csv", invitation.periods_csv(view))
    return visits.page(200, invitation.page(view))


def _wall(request: Request) -> proof.Wall:
    return proof.wall(
        bootstrap.configuration(),
        progress=bootstrap.progress_store(),
        takedowns=bootstrap.takedowns(),
        app=request.query.get("app") or None,
    )


def _tagged(request: Request, response: Response) -> Response:
    """Name the very bytes of an answer (RFC 9110, section 8.8.3); who has them gets none again."""
    tag = f'"{sha256(response.body.encode()).hexdigest()[:32]}"'
    tagged = replace(response, headers={**response.headers, "ETag": tag})
    known = request.headers.get("if-none-match", "").split(",")
    if not {tag, f"W/{tag}", "*"}.isdisjoint(one.strip() for one in known):
        return replace(tagged, status=304, body="")
    return tagged
