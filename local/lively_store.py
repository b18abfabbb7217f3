"""A small app store with a life of its own, for tests: customers write, edit and delete over a
simulated year, while the store itself is sometimes slow, overloaded or gone.

Everything follows from a seed and from a clock that passes only when somebody sleeps.
"""

from __future__ import annotations

import hashlib
import random
import re
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Literal

from local.store import APPLE_PAGES, SHOPIFY, StoreReply, StoreReview, apple_feed, shopify_page

Flavour = Literal["shopify", "apple_rss"]
PER_PAGE = 10
ROBOTS = "User-agent: *\nDisallow: /admin\nDisallow: /*/private\n"

_EVENTS = {
    "written": 3, "edited": 3, "rerated": 2, "deleted": 4, "archived": 4, "restored": 2,
    "answered": 4, "reworded": 1, "renamed": 2,
}  # fmt: skip
_HIDING = ("deleted", "archived")
_MOST_HIDDEN_A_DAY = 1
_MOST_EVENTS_A_DAY = 7
_WORDS = ("slow", "<fast>", "käse & brot", "👍🏽", "“quoted”")
_MISHAPS: tuple[Literal["busy", "error", "slow", "reset", "short", "hole"], ...] = (
    "busy", "busy", "error", "slow", "reset", "short", "hole",
)  # fmt: skip
_PAGE = re.compile(r"page=(\d+)")


class Clock:
    """Seconds since a moment (aware), that pass only when somebody sleeps."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds

    def now(self) -> datetime:
        """Return the moment (aware)."""
        return self.start + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        self.seconds += seconds

    def sleep_until(self, moment: datetime) -> None:
        """Let the time pass until a moment (aware); nothing where that is over."""
        self.seconds = max(self.seconds, (moment - self.start).total_seconds())


class Life:
    """The reviews of one app over the days: what happens when, decided by a seed.

    `busy_at` are moments within a day at which somebody collects; a part of what happens falls into
    the seconds after them. `changed_at` is when the newest thing happened.
    """

    def __init__(
        self, seed: int, start: datetime, days: int, reviews: int, busy_at: Sequence[timedelta]
    ) -> None:
        self._random = random.Random(seed)
        self._seed = seed
        self._busy_at = busy_at
        self.changed_at = start
        self._live: dict[int, StoreReview] = {}
        self._archived: dict[int, StoreReview] = {}
        self._pinned: int | None = None
        self._written = 0
        for number in range(reviews):
            self._write(start.date() - timedelta(days=reviews - number))
        self._to_come = sorted(
            event for day in range(days) for event in self._events(start + timedelta(days=day))
        )
        self._to_come.reverse()

    def advance(self, now: datetime) -> None:
        """Let everything happen that is due by now (aware)."""
        while self._to_come and self._to_come[-1][0] <= now:
            at, kind = self._to_come.pop()
            self._happen(kind, at.date())
            self.changed_at = at

    def shown(self, day: date) -> list[StoreReview]:
        """Return what the store shows: newest first, but for a pinned one on top and moods.

        On every fifth day or so the reviews of each page are in no order.
        """
        listed = [self._live[number] for number in sorted(self._live, reverse=True)]
        if self._pinned in self._live:
            pinned = self._live[self._pinned]
            listed = [pinned, *(review for review in listed if review is not pinned)]
        mood = random.Random(f"{self._seed} {day}")
        if mood.random() > 0.2:
            return listed
        pages = (listed[i : i + PER_PAGE] for i in range(0, len(listed), PER_PAGE))
        return [review for page in pages for review in mood.sample(page, len(page))]

    def _events(self, day: datetime) -> Iterator[tuple[datetime, str]]:
        count = self._random.randint(0, _MOST_EVENTS_A_DAY)
        kinds = self._random.choices([*_EVENTS], [*_EVENTS.values()], k=count)
        hiding = [kind for kind in kinds if kind in _HIDING]
        others = [kind for kind in kinds if kind not in _HIDING]
        for kind in [*hiding[:_MOST_HIDDEN_A_DAY], *others]:
            yield day + self._moment(), kind
        if self._random.random() < 0.03:
            yield day + self._moment(), "pinned"

    def _moment(self) -> timedelta:
        if self._random.random() < 0.15:
            return self._random.choice(self._busy_at) + timedelta(
                seconds=self._random.uniform(0, 20)
            )
        return timedelta(seconds=self._random.uniform(0, 24 * 3600 - 1))

    def _happen(self, kind: str, day: date) -> None:
        if kind == "written":
            self._write(day)
        elif kind == "pinned":
            self._pinned = self._random.choice([None, *self._live])
        elif kind == "restored":
            if self._archived:
                number = self._random.choice([*self._archived])
                self._live[number] = self._archived.pop(number)
        elif self._live:
            number = self._random.choice([*self._live])
            if kind in _HIDING:
                hidden = self._live.pop(number)
                self._archived |= {number: hidden} if kind == "archived" else {}
            else:
                self._live[number] = self._changed(kind, self._live[number], day)

    def _write(self, day: date) -> None:
        self._written += 1
        self._live[self._written] = StoreReview(
            id=str(self._written),
            rating=self._random.randint(1, 5),
            day=day,
            text=self._words(f"Review {self._written}."),
            author=f"Shop {self._written} & Söhne",
        )

    def _changed(self, kind: str, review: StoreReview, day: date) -> StoreReview:
        if kind == "edited":
            return replace(review, text=self._words(f"Edited on {day}."), edited=day)
        if kind == "rerated":
            return replace(review, rating=self._random.randint(1, 5), edited=day)
        if kind == "renamed":
            return replace(review, author=f"{review.author}!", tenure="Over 2 years using the app")
        if kind == "answered" or review.reply is None:
            return replace(review, reply=StoreReply(self._words("Thank you."), day))
        reworded = replace(review.reply, text=self._words("We meant to say:"))
        return replace(review, reply=self._random.choice([None, reworded]))

    def _words(self, beginning: str) -> str:
        line = " ".join(
            self._random.choices(["slow", "<fast>", "käse & brot", "👍🏽", "“quoted”"], k=3)
        )
        return f"{beginning}\n{line} {self._random.randint(0, 999)}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the store saw it. Times are seconds of the store's clock.

    `status` is None where the connection was cut. `ids` are the reviews that were delivered whole;
    in a `hole` the page was empty though it is not the end.
    `parallel` is how many requests were open at its start. After `not_before` the store may be
    asked again. `robots` is the text that was served, where it was robots.txt.
    """

    path: str
    start: float
    end: float
    status: int | None
    parallel: int
    ids: tuple[str, ...] = ()
    hole: bool = False
    not_before: float = 0.0
    robots: str | None = None

    @property
    def page(self) -> int:
        """The number of the page that was asked for; 1 where the path names none."""
        return _number(self.path)


@dataclass(frozen=True, slots=True)
class Mishap:
    """How an answer goes wrong, if at all: a status, seconds of delay, a connection that is cut
    before the answer (reset) or within it (short), or a page that is empty though others follow.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    not_before: float = 0.0
    delay: float = 0.0
    cut: Literal["reset", "short"] | None = None
    hole: bool = False


Send = Callable[[int, dict[str, str], bytes, str | None], None]


class LivelyStore:
    """The store as an HTTP server on this machine: `with LivelyStore(...).running() as store`.

    Its pages hold ten reviews; Apple's feed ends after ten pages. `faulty` is the share of page
    requests that go wrong; it and `robots` may be changed at any time. Until
    `down_until` (aware) every answer is 503. `visits` is the log.
    """

    def __init__(
        self, flavour: Flavour, app: str, life: Life, clock: Clock, *, seed: int, faulty: float
    ) -> None:
        self.life = life
        self.robots = ROBOTS
        self.down_until = clock.now()
        self.visits: list[Visit] = []
        self._flavour = flavour
        self._app = app
        self._clock = clock
        self.faulty = faulty
        self._random = random.Random(-seed - 1)
        self._open = 0
        self._one_at_a_time = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The address of the store, to be a source target's `address`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[LivelyStore]:
        """Run the store for the length of a with block."""
        thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(5)

    def shown(self) -> list[StoreReview]:
        """Return what the app's pages show now, in their order."""
        self.life.advance(self._clock.now())
        listed = self.life.shown(self._clock.now().date())
        return listed[: PER_PAGE * APPLE_PAGES] if self._flavour == "apple_rss" else listed

    def answer(self, path: str, condition: str | None, send: Send) -> None:
        """Answer a request, which may have an If-None-Match, by what `send` then writes.

        The end of a visit is noted before its last byte leaves: afterwards the asker's clock runs.
        """
        start, self._open = self._clock(), self._open + 1
        parallel = self._open
        with self._one_at_a_time:
            mishap = self._mishap(path)
            self._clock.sleep(self._random.uniform(0.05, 0.4) + mishap.delay)
            status, body, ids = self._page(path, mishap)
            mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and not mishap.cut and condition == mark:
                status, body, ids = 304, b"", ()
            visit = Visit(
                path=path,
                start=start,
                end=self._clock(),
                status=None if mishap.cut else status,
                parallel=parallel,
                ids=() if mishap.cut else ids,
                hole=mishap.hole,
                not_before=mishap.not_before,
                robots=self.robots if path == "/robots.txt" and status == 200 else None,
            )
            self.visits.append(visit)
            self._open -= 1
        send(status, {**mishap.headers, "ETag": mark}, body, mishap.cut)

    def _mishap(self, path: str) -> Mishap:
        if self._clock.now() < self.down_until:
            return Mishap(503)
        if path == "/robots.txt" or self._random.random() >= self.faulty:
            return Mishap()
        mishap = _mishap(self._random, self._clock)
        can_have_holes = self._flavour == "apple_rss" and _number(path) > 1
        return mishap if can_have_holes or not mishap.hole else Mishap()

    def _page(self, path: str, mishap: Mishap) -> tuple[int, bytes, tuple[str, ...]]:
        """Return status and body, and the ids of the reviews in it."""
        if mishap.status != 200:
            return mishap.status, b"Not now.", ()
        if path == "/robots.txt":
            return 200, self.robots.encode(), ()
        listed, number = [] if mishap.hole else self.shown(), _number(path)
        if self._flavour == "apple_rss":
            text = apple_feed("de", self._app, listed, number, PER_PAGE)
        else:
            text = shopify_page(self._app, listed, number, SHOPIFY)
        page = listed[(number - 1) * PER_PAGE : number * PER_PAGE]
        return 200, text.encode(), tuple(review.id for review in page)


def _mishap(pick: random.Random, clock: Clock) -> Mishap:
    kind = pick.choice(_MISHAPS)
    if kind == "busy":
        return _busy(pick, clock)
    if kind == "error":
        return Mishap(pick.choice([500, 502, 503, 504]))
    if kind == "slow":
        return Mishap(delay=pick.uniform(5, 60))
    return Mishap(hole=True) if kind == "hole" else Mishap(cut=kind)


def _busy(pick: random.Random, clock: Clock) -> Mishap:
    """A 429 that says until when, in seconds or as a date of whole seconds."""
    wait = pick.choice([2, 30, 300, 1200])
    if pick.random() < 0.5:
        return Mishap(429, {"Retry-After": str(wait)}, not_before=clock() + wait)
    until = (clock.now() + timedelta(seconds=wait)).replace(microsecond=0)
    headers = {"Retry-After": format_datetime(until, usegmt=True)}
    return Mishap(429, headers, not_before=(until - clock.start).total_seconds())


def _number(path: str) -> int:
    """Return which page a path asks for."""
    found = _PAGE.search(path)
    return int(found[1]) if found else 1


def _handler(store: LivelyStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # header and body in one piece

        def do_GET(self) -> None:
            store.answer(self.path, self.headers.get("If-None-Match"), self._send)

        def _send(self, status: int, headers: dict[str, str], body: bytes, cut: str | None) -> None:
            if cut == "reset":
                linger = struct.pack("ii", 1, 0)  # closes with a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)

        def log_message(self, *_: object) -> None:
            """Say nothing; the store keeps its own log."""

    return Handler
