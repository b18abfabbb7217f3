"""A small app store on this machine: review pages and feeds in the recorded formats, from a list
in memory, for tests and for the demo. What its pages hold is what the real parsers look for."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

SHOPIFY = "https://apps.shopify.com"
SHOPIFY_PER_PAGE = 10
APPLE_PER_PAGE = 50
APPLE_PAGES = 10

_APPLE = re.compile(
    r"/([a-z]{2})/rss/customerreviews/page=(\d+)/id=([\w-]+)/sortby=mostrecent/json"
)


@dataclass(frozen=True, slots=True)
class StoreReply:
    """The developer's answer to a review."""

    text: str
    day: date
    author: str = "Northstar Team"


@dataclass(frozen=True, slots=True)
class StoreReview:
    """One review as the store has it. `day` is when it was written; a page shows `edited` instead.

    An empty text is a star-only review. `title` and `version` are only shown in Apple's feed.
    """

    id: str
    rating: int
    day: date
    text: str = ""
    author: str = "A store"
    country: str | None = "Germany"
    tenure: str = "About 1 year using the app"
    edited: date | None = None
    reply: StoreReply | None = None
    title: str = "A title"
    version: str = "1.0"


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """One request as the store saw it; `at` is `time.monotonic()` at its arrival.

    The names of headers are in lower case.
    """

    at: float
    path: str
    method: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer to be given instead of a page; with status None, the page after the delay."""

    status: int | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class StoreServer:
    """The store: `StoreServer(apps={"handle": [reviews, newest first]})`, then `start`, `stop`.

    `apps` may be changed while it runs: the lists are shown as they are, in their own order. The
    same app is shown as Shopify pages under `<url>/<handle>/reviews` and as Apple's feed under
    `<url>/<country>/rss/...`. `robots` is the text of robots.txt, or a status to answer with.
    With `etags`, pages carry a mark of what they hold, and who names it gets a 304. `requests` is
    the log; `fail` sets what the next requests of pages get.
    """

    def __init__(self, apps: dict[str, list[StoreReview]], robots: str | int = "") -> None:
        self.apps = apps
        self.robots = robots
        self.etags = False
        self.requests: list[StoreRequest] = []
        self._faults: deque[Fault | None] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the store, to be a source target's `address`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def pages(self) -> list[StoreRequest]:
        """The log without robots.txt."""
        return [request for request in self.requests if request.path != "/robots.txt"]

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @contextmanager
    def running(self) -> Iterator[StoreServer]:
        """Run the store for the length of a with block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def fail(self, *faults: Fault | None) -> None:
        """Answer the next requests of pages with these, in order; None leaves one alone."""
        self._faults.extend(faults)

    def next_fault(self) -> Fault | None:
        """Take the fault that is due now, if any."""
        return self._faults.popleft() if self._faults else None

    def respond(self, request: StoreRequest) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a request."""
        status, kind, text = self.answer(request.path)
        body, headers = text.encode(), {"Content-Type": f"{kind}; charset=utf-8"}
        if self.etags and status == 200:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                return 304, headers, b""
        return status, headers, body

    def answer(self, path: str) -> tuple[int, str, str]:
        """Return status, content type and body for a path with its query."""
        parts = urlsplit(path)
        if parts.path == "/robots.txt":
            known = isinstance(self.robots, str)
            return (200, "text/plain", str(self.robots)) if known else (int(self.robots), "", "")
        feed = _APPLE.fullmatch(parts.path)
        if feed:
            return 200, "application/json", self._feed(feed[1], int(feed[2]), feed[3])
        app = parts.path.removeprefix("/").removesuffix("/reviews")
        if app not in self.apps or not parts.path.endswith("/reviews"):
            return 404, "text/html", "<html><body>Not found</body></html>"
        number = int(parse_qs(parts.query).get("page", ["1"])[0])
        return 200, "text/html", shopify_page(app, list(self.apps[app]), number, SHOPIFY)

    def _feed(self, country: str, number: int, app: str) -> str:
        if number > APPLE_PAGES:
            return f"CustomerReviews RSS page depth is limited to {APPLE_PAGES}"
        return apple_feed(country, app, list(self.apps.get(app, [])), number)


def _handler(store: StoreServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = self.rfile.read(int(headers.get("content-length", "0")))
            request = StoreRequest(time.monotonic(), self.path, self.command, headers, sent)
            store.requests.append(request)
            fault = store.next_fault() if self.path != "/robots.txt" else None
            if fault and fault.delay:
                time.sleep(fault.delay)
            if fault and fault.status is not None:
                self._send(fault.status, fault.headers, fault.body)
                return
            self._send(*store.respond(request))

        def do_POST(self) -> None:
            self.do_GET()

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing; the store keeps its own log."""

    return Handler


# ------------------------------------------------------------------ Shopify's pages


def shopify_page(app: str, reviews: list[StoreReview], number: int, base: str) -> str:
    """Return one page of ten reviews with totals, filters and pager."""
    shown = reviews[(number - 1) * SHOPIFY_PER_PAGE : number * SHOPIFY_PER_PAGE]
    last = max(1, -(-len(reviews) // SHOPIFY_PER_PAGE))
    blocks = "\n".join(map(_block, shown)) or "<div><p>No reviews on this page.</p></div>"
    filters = "\n".join(
        f'<a aria-label="{sum(review.rating == stars for review in reviews)} total reviews" '
        f'href="/{app}/reviews?ratings%5B%5D={stars}">{stars} stars</a>'
        for stars in (5, 4, 3, 2, 1)
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Reviews: {app} | Store of this machine</title>
<link rel="canonical" href="{base}/{app}/reviews">
<script type="application/ld+json">{_totals(app, reviews)}</script></head>
<body><section id="arp-reviews">
{filters}
{blocks}
{_pager(app, number, last, base)}
</section></body>
</html>
"""


def _totals(app: str, reviews: list[StoreReview]) -> str:
    mean = sum(review.rating for review in reviews) / len(reviews) if reviews else 0
    rating = {
        "@type": "AggregateRating",
        "ratingValue": round(mean, 1),
        "ratingCount": len(reviews),
    }
    return json.dumps({"@type": "SoftwareApplication", "name": app, "aggregateRating": rating})


def _pager(app: str, number: int, last: int, base: str) -> str:
    links = "".join(
        f'<a aria-label="{"Current Page, Page" if page == number else "Go to Page"} {page}" '
        f'href="{base}/{app}/reviews?sort_by=newest&amp;page={page}">{page}</a>'
        for page in sorted({1, number, last} & set(range(1, last + 1)))
    )
    if number < last:
        following = f"{base}/{app}/reviews?sort_by=newest&amp;page={number + 1}"
        links += f'<a rel="next" aria-label="Go to Next Page" href="{following}">Next</a>'
    return f'<div data-pagination-controls aria-label="pagination">{links}</div>'


def _block(review: StoreReview) -> str:
    when = f"Edited {_day(review.edited)}" if review.edited else _day(review.day)
    country = f"<div>{escape(review.country)}</div>" if review.country else ""
    return f"""<div id="review-{review.id}">
<div data-merchant-review="" data-review-content-id="{review.id}">
<div aria-label="{review.rating} out of 5 stars" role="img"></div>
<div class="tw-text-body-xs tw-text-fg-tertiary">{when}</div>
<div data-truncate-review><div data-truncate-content-copy>{_paragraphs(review.text)}</div></div>
<div><span title="{escape(review.author)}">{escape(review.author)}</span>
<button data-review-share-link="/reviews/{review.id}" title="Copy link to review"></button>
{country}<div>{escape(review.tenure)}</div></div>
<div data-merchant-review-reply>{_reply(review)}</div>
</div></div>"""


def _reply(review: StoreReview) -> str:
    reply = review.reply
    if reply is None:
        return ""
    return f"""<div>{escape(reply.author)} replied {_day(reply.day)}</div>
<div data-reply-id="{review.id}"><div data-truncate-content-copy>{_paragraphs(reply.text)}</div>
</div>"""


def _paragraphs(text: str) -> str:
    return "".join(
        f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in text.split("\n\n")
    )


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


# ------------------------------------------------------------------ Apple's feed


def apple_feed(
    country: str,
    app: str,
    reviews: list[StoreReview],
    number: int,
    per_page: int = APPLE_PER_PAGE,
) -> str:
    """Return one page of the newest five hundred entries, or of what ten pages hold."""
    reviews = reviews[: per_page * APPLE_PAGES]
    shown = reviews[(number - 1) * per_page : number * per_page]
    last = -(-len(reviews) // per_page)
    own = _apple_url(country, app, number, "json")
    pages = {"first": 1, "last": last, "previous": max(1, number - 1), "next": number + 1}
    links = {"self": own} | {
        rel: _apple_url(country, app, page, "xml") if shown else "" for rel, page in pages.items()
    }
    feed = {
        "author": {"name": _label("iTunes Store"), "uri": _label("http://www.apple.com/itunes/")},
        "updated": _label("2026-01-01T00:00:00-07:00"),
        "rights": _label("A feed of this machine"),
        "title": _label("iTunes Store: Customer Reviews"),
        "icon": _label("http://itunes.apple.com/favicon.ico"),
        "link": [{"attributes": {"rel": rel, "href": href}} for rel, href in links.items()],
        "id": _label(own),
    }
    entries = [_entry(country, app, review) for review in shown]
    if entries:
        feed["entry"] = entries[0] if len(entries) == 1 else entries
    return json.dumps({"feed": feed}, ensure_ascii=False)


def _entry(country: str, app: str, review: StoreReview) -> dict[str, object]:
    link = f"https://itunes.apple.com/{country}/review?id={app}&type=Purple%20Software"
    return {
        "author": {"name": _label(review.author), "uri": _label("https://itunes.apple.com/")},
        "updated": _label(f"{review.edited or review.day}T09:00:00-07:00"),
        "im:rating": _label(str(review.rating)),
        "im:version": _label(review.version),
        "id": _label(review.id),
        "title": _label(review.title),
        "content": _label(review.text) | {"attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": link}},
        "im:voteSum": _label("0"),
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
        "im:voteCount": _label("0"),
    }


def _apple_url(country: str, app: str, page: int, form: str) -> str:
    host = "https://itunes.apple.com"
    return f"{host}/{country}/rss/customerreviews/page={page}/id={app}/sortby=mostrecent/{form}"


def _label(text: str) -> dict[str, object]:
    return {"label": text}
