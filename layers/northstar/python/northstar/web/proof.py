"""The public wall of reviews: as a page that any site may frame, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

from markupsafe import Markup

from northstar.app.proof import AppTotals, Quote, Wall
from northstar.domain.times import iso
from northstar.web import entries, numbers
from northstar.web.frame import draw, ours

Theme = Literal["auto", "light", "dark"]

STYLE = "proof.css"
THEMES: tuple[Theme, ...] = get_args(Theme)
HEIGHT = 640
"""Of the frame in pixels, in the line that we show for embedding; the page scrolls in it."""

_STORES: Mapping[str, tuple[str, str]] = {
    "shopify": ("Shopify App Store", "https://apps.shopify.com/{app}/reviews"),
    "app_store_connect": ("App Store", "https://apps.apple.com{front}/app/id{app}"),
    "apple_rss": ("App Store", "https://apps.apple.com{front}/app/id{app}"),
    "google_play": ("Google Play", "https://play.google.com/store/apps/details?id={app}"),
    "google_play_web": ("Google Play", "https://play.google.com/store/apps/details?id={app}"),
    "steam": ("Steam", "https://steamcommunity.com/app/{app}/reviews/"),
    "atlassian": ("Atlassian Marketplace", ""),
    "wordpress": ("WordPress.org", "https://wordpress.org/support/plugin/{app}/reviews/"),
    "firefox": ("Firefox Add-ons", "https://addons.mozilla.org/firefox/addon/{app}/reviews/"),
}
"""What customers call a store, and where they read an app's reviews there; "" is not known."""

_UNSAFE = re.compile("[<>&\u2028\u2029]")


def page(view: Wall, *, address: str, theme: Theme = "auto") -> str:
    """Return the wall as a page; `address` is where we are on the web, for the embedding line."""
    return draw(
        "proof.html",
        STYLE,
        view=view,
        theme=theme,
        totals=[_totals(one, view) for one in view.apps],
        cards=[_card(one, view) for one in view.sample],
        made=numbers.moment(view.at, view.time_zone) if view.at else None,
        how=list(how(view)),
        frame=_frame(view, address, theme),
        file=f"/proof.json{_query(view)}",
        data=_structured(view),
    )


def as_json(view: Wall) -> str:
    """Return the wall as JSON; its shape is described in docs/api.md."""
    told = {
        "business": view.business,
        "as_of": iso(view.at) if view.at else None,
        "day": view.day.isoformat() if view.day else None,
        "apps": [_app(one) for one in view.apps],
        "sample": [_quoted(one) for one in view.sample],
        "drawn_from": view.drawn_from,
        "how": " ".join(how(view)),
        "demo": view.demo,
    }
    return json.dumps(told, ensure_ascii=True)


def how(view: Wall) -> Iterator[str]:
    """Yield in sentences how the wall is made."""
    n, of, newest = (numbers.count(one) for one in (len(view.sample), view.drawn_from, view.newest))
    day = f" on {numbers.long_day(view.day)}" if view.day else ""
    yield f"The {n} reviews shown were drawn by lot{day} from {of} public reviews:"
    yield f"those with a text, of each app the {newest} newest at most."
    yield "Good and bad, long and short, in any language: each had the same chance."
    yield "Ratings without a text are in the count and the average, and cannot be shown here."
    yield "Every day others are drawn. A review that its store no longer shows is not shown here."
    yield (
        "Only what customers published themselves is here; answers to our surveys never are. "
        "Reviews that must not be repeated may be left out, and then they still count."
    )
    if any(one.counted_by == "us" for one in view.apps):
        yield "Where a store tells no count, it is that of the reviews which we have collected."


def _totals(one: AppTotals, view: Wall) -> dict[str, Any]:
    store, name = _store(one.app)
    day = numbers.day_in(one.as_of, view.time_zone)
    counted = f"as {store} counts on {day}" if one.counted_by == "store" else f"collected by {day}"
    average = None if one.average is None else numbers.amount(one.average, "stars", beside=5)
    return {
        "store": store,
        "name": name,
        "count": numbers.many(one.count, "review"),
        "average": average,
        "counted": counted,
        "link": _reviews_at(one.app),
    }


def _card(one: Quote, view: Wall) -> dict[str, Any]:
    return {
        "quote": one,
        "store": _store(one.app)[0],
        "name": _store(one.app)[1] if len(view.apps) > 1 else None,
        "day": numbers.day_of(one.written, view.time_zone),
        "lang": entries.tag(one.language),
        "link": entries.public_link(one.url) or _reviews_at(one.app),
    }


def _app(one: AppTotals) -> dict[str, Any]:
    return asdict(one) | {
        "store": _store(one.app)[0],
        "as_of": iso(one.as_of),
        "url": _reviews_at(one.app),
    }


def _quoted(one: Quote) -> dict[str, Any]:
    return asdict(one) | {
        "language": entries.tag(one.language),
        "url": entries.public_link(one.url),
    }


def _store(app: str) -> tuple[str, str]:
    """What the store of an app is called, and the app there."""
    source, _, name = app.partition(":")
    return _STORES.get(source, (source, ""))[0], name


def _reviews_at(app: str) -> str | None:
    """Where everybody reads an app's reviews; None where that is not known."""
    source, _, name = app.partition(":")
    handle, _, front = name.partition("/")
    address = _STORES.get(source, ("", ""))[1]
    front = f"/{quote(front, safe='')}" if front else ""
    return address.format(app=quote(handle, safe=""), front=front) or None


def _query(view: Wall, theme: Theme = "auto") -> str:
    told = ({"app": view.app} if view.app else {}) | ({} if theme == "auto" else {"theme": theme})
    return f"?{urlencode(told)}" if told else ""


def _frame(view: Wall, address: str, theme: Theme) -> str:
    """The line of HTML that shows the wall on another site."""
    line = Markup(
        '<iframe src="{}/proof{}" title="Reviews" loading="lazy" width="100%" height="{}"></iframe>'
    )
    return str(line.format(address, _query(view, theme), HEIGHT))


def _structured(view: Wall) -> Markup | None:
    """Count and average as JSON-LD, where it is wanted and the page is about one app alone.

    The types are schema.org's SoftwareApplication and AggregateRating. Nothing in it can end the
    element that it stands in.
    """
    if not view.structured_data or len(view.apps) != 1:
        return None
    (one,) = view.apps
    if one.average is None or not one.count:
        return None
    rating = {
        "@type": "AggregateRating",
        "ratingValue": numbers.amount(one.average, "stars", beside=5),
        "reviewCount": one.count,
        "bestRating": 5,
        "worstRating": 1,
    }
    told = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": _store(one.app)[1],
        "aggregateRating": rating,
    }
    text = json.dumps(told, ensure_ascii=False)
    return ours(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
