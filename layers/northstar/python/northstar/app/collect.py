"""Collects the public reviews of one app: what is new, edited, removed or back, and how surely.

A pass reads pages newest first and writes each one before it fetches the next. "Nothing there" is
believed only with proof, and nothing is removed unless a whole pass went well. A *sweep* is a pass
to the end of the list; a list that is too long for one job is swept in parts.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from northstar import __version__
from northstar.app import looks, watch
from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import (
    Alert,
    Call,
    FeedbackStore,
    Fetched,
    Memory,
    ProgressStore,
    Quarantine,
    Run,
    Snapshot,
)
from northstar.app.source import Fetch, OutOfTime, Source, app_key, in_language, switched_on
from northstar.domain.errors import Conflict, Invalid, NorthstarError
from northstar.domain.reviews import (
    Outcome,
    Page,
    Published,
    Review,
    ReviewRecord,
    changes,
    digest,
    filled,
    first_sight,
    gone,
    missed,
    seen_again,
)
from northstar.domain.times import iso

QUIET_PAGES = 2
ENOUGH_SEEN = 0.9
MOST_GONE = 0.05
ENOUGH_PASSES = 3
HELD_SWEEPS = timedelta(hours=1)
REST = timedelta(minutes=1)
LONGEST_REASON = 500
TRIES = 3
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_KEPT_HEADERS = ("content-type", "content-length", "date", "etag", "last-modified", "server")


def collect(
    target: SourceTarget,
    source: Source,
    fetch: Fetch,
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    quarantine: Quarantine,
    clock: Callable[[], datetime],
    full_sweep: timedelta,
    stale_after: timedelta,
) -> Run:
    """Collect one app once, store what changed, and return (and keep) how it ended.

    `fetch` carries out a call, or raises one of our errors; then the pass ends as *partial* or
    *broken*. OutOfTime is no fault. What somebody should know is alerted once, when it begins.
    `clock` returns aware datetimes. An app in which nothing changed costs one request, and of ours
    two reads and two writes, however many reviews it has.

    Raises:
        Retryable: one of our own stores did not answer, or somebody else kept writing the same
            review. Running the job again leaves no gap and counts nothing twice.
    """
    state = progress.source_state(source.NAME, app_key(target))
    memory = state.memory if state else Memory()
    look = _Look(target, source, app_key(target), clock, clock(), feedback, memory, memory.public)
    if _sweep_is_due(look, full_sweep):
        _begin_sweep(look)
    _read_pages(look, fetch, quarantine)
    _remove_gone(look)
    run = _run(look, clock())
    progress.save_run(run, _snapshot(look), _tell(look, run, progress, stale_after))
    return run


def quarantine_kind(source: str, app: str) -> str:
    """Return under which path the payloads of one app of one store rest in the quarantine."""
    return f"source/{source}/{quote(app, safe='')}"


@dataclass(slots=True)
class _Look:
    """What one pass knows so far.

    `public` is how many public reviews we hold; a sweep also knows which they were (`before`).
    `asked` are the marks of the pages asked for (the first page has None), `pages` how many came.
    `trouble` is what somebody should know of: the outcome, unless the job's own time ended the
    pass. `signs` are what was looked for: an alert's kind, and its detail or None for all is well.
    """

    target: SourceTarget
    source: Source
    app: str
    clock: Callable[[], datetime]
    started_at: datetime
    feedback: FeedbackStore
    memory: Memory
    public: int
    sweeping: bool = False
    in_parts: bool = False
    before: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    published: Published | None = None
    counts: set[int | None] = field(default_factory=set)
    asked: list[str | None] = field(default_factory=list)
    first_page: str | None = None
    validators: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    known: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    waited: float = 0.0
    kept: int = 0
    quiet: int = 0
    empty: int = 0
    holes: int = 0
    outcome: Outcome = "ok"
    reason: str | None = None
    trouble: Outcome | None = None
    signs: dict[str, str | None] = field(default_factory=dict)
    settled: bool = False
    put_off: bool = False
    held: int = 0
    stumbled: bool = False
    out_of_time: bool = False
    lost_its_place: bool = False
    at_end: bool = False

    @property
    def page(self) -> int:
        """The number of the page asked for last, counted in this pass."""
        return len(self.asked)

    @property
    def swept(self) -> bool:
        """Whether the end was reached without a fault, at once or in parts."""
        stood_still = len(self.counts) < 2 or self.in_parts
        return self.at_end and self.outcome == "ok" and stood_still and not self.holes

    @property
    def complete(self) -> bool:
        """Whether the pass saw the whole list as one, without a fault, while it stood still."""
        return self.swept and not self.in_parts

    @property
    def difference(self) -> int | None:
        """How many more reviews the store publishes than we hold; None where it does not say."""
        count = self.published.count if self.published else None
        return None if count is None else count - self.public

    @property
    def news(self) -> int:
        return self.happened["new"] + self.changed


# ------------------------------------------------------------------ reading


def _sweep_is_due(look: _Look, full_sweep: timedelta) -> bool:
    """Decide whether this pass goes to the end in any case; one in parts is ended first."""
    last = look.memory.read_at
    if look.memory.resume:
        return False
    wait = min(HELD_SWEEPS, full_sweep) if look.memory.held else full_sweep
    return last is None or look.started_at - last >= wait


def _begin_sweep(look: _Look) -> None:
    """Note which reviews we hold, so that those which the store does not show can be told."""
    stored = look.feedback.all_reviews(look.source.NAME, look.app)
    look.before = {record.review.id for record in stored if record.public}
    look.public = len(look.before | look.seen)
    look.sweeping = True


def _read_pages(look: _Look, fetch: Fetch, quarantine: Quarantine) -> None:
    following: str | None = None
    while following or not look.asked:
        look.asked.append(following)
        call = look.source.request(look.target, following)
        fetched = _fetched(look, call, fetch)
        if fetched is None:
            return
        page = _believed(look, _parsed(look, fetched.body, call.url))
        if page.outcome in {"partial", "broken"}:
            _keep(look, fetched, call, page, quarantine)
        if page.outcome == "broken":
            look.lost_its_place = look.in_parts and following == look.memory.resume
            return
        _take_in(look, page, quarantine)
        following = _following(look, page)
    look.settled = True


def _fetched(look: _Look, call: Call, fetch: Fetch) -> Fetched | None:
    """Return what came, or None where the pass ends here."""
    try:
        fetched = fetch(_conditional(look, call))
    except OutOfTime as problem:
        _pause(look, str(problem))
        return None
    except NorthstarError as problem:
        resumed = look.in_parts and look.asked[-1] == look.memory.resume
        look.lost_its_place = resumed and not problem.retryable
        look.stumbled = problem.retryable
        _fail(look, "partial" if look.pages else "broken", str(problem))
        return None
    look.waited += fetched.waited
    if fetched.unchanged:
        return None
    look.pages += 1
    look.bytes += len(fetched.body)
    if look.page == 1:
        look.validators = {n: fetched.headers[n] for n in _CONDITIONS if n in fetched.headers}
    return fetched


def _parsed(look: _Look, payload: bytes, url: str) -> Page:
    """Return what a page holds; a parser that fails is a page that is not understood."""
    try:
        return look.source.parse(payload, url, look.target)
    except Exception as error:  # noqa: BLE001  one page must not block the queue of its store
        return Page("broken", reason=f"the parser failed: {type(error).__name__}: {error}")


def _conditional(look: _Look, call: Call) -> Call:
    """Return the call for the first page so that the store may answer that it is unchanged."""
    if look.page > 1 or look.sweeping or look.memory.resume:
        return call
    conditions = {_CONDITIONS[name]: mark for name, mark in look.memory.validators.items()}
    return replace(call, headers={**call.headers, **conditions})


def _believed(look: _Look, page: Page) -> Page:
    """Return the page, or a broken one where it says "nothing" although there must be something."""
    shows = look.source.CAPABILITIES
    known = look.page == 1 and shows.complete_list
    fruitless = not look.seen and look.empty + 1 == shows.empty_pages_at_end
    zero = page.published is not None and page.published.count == 0
    nothing = page.outcome == "empty" and not (shows.window or zero)
    if nothing and look.public > 0 and (known or fruitless):
        reason = f"an empty list, although {look.public} reviews were public before"
        return Page("broken", published=page.published, reason=reason)
    if page.outcome == "ok" and look.empty and not look.seen:
        return replace(page, outcome="partial", reason="the first page was empty, later ones not")
    return page


def _keep(look: _Look, fetched: Fetched, call: Call, page: Page, quarantine: Quarantine) -> None:
    """Put what was not understood aside, with all that reading it again takes."""
    about = {
        "target": asdict(replace(look.target, address=None)),
        "url": call.url[:300],
        "outcome": page.outcome,
        "reason": (page.reason or "")[:100],
        "fetched_at": iso(look.clock()),
        "headers": {n: fetched.headers[n][:80] for n in _KEPT_HEADERS if n in fetched.headers},
        "parser": __version__,
        "history": look.memory.read_at is None,
    }
    name = quarantine.keep(quarantine_kind(look.source.NAME, look.app), fetched.body, about)
    look.kept += 1
    _fail(look, page.outcome, f"page {look.page}: {page.reason} (kept as {name})")


def _following(look: _Look, page: Page) -> str | None:
    """Return the mark of the page to read next, or None; notes when this was the last one."""
    ended = look.empty >= look.source.CAPABILITIES.empty_pages_at_end
    look.at_end = ended or page.next is None or page.next in look.asked
    if look.at_end:
        return None
    if look.page == 1 and not look.sweeping and _first_page_is_unchanged(look):
        return None
    return page.next if look.sweeping or look.quiet < QUIET_PAGES else _after_the_news(look, page)


def _first_page_is_unchanged(look: _Look) -> bool:
    return look.memory.resume is None and look.first_page == look.memory.first_page


def _after_the_news(look: _Look, page: Page) -> str | None:
    """Return where a sweep begins or goes on (with a page of overlap), or None for none."""
    resume = look.memory.resume
    if resume is None and look.difference in {None, look.memory.difference}:
        return None
    if resume is None and not _is_rested(look, page):
        look.put_off = True
        return None
    _begin_sweep(look)
    look.in_parts = resume is not None and resume not in {page.next, *look.asked}
    return resume if look.in_parts else page.next


def _is_rested(look: _Look, page: Page) -> bool:
    """Return whether the newest sweep is a minute ago for each page that a sweep takes."""
    pages = look.public / max(1, len(page.reviews))
    return look.started_at - (look.memory.read_at or look.started_at) >= pages * REST


# ------------------------------------------------------------------ writing


def _take_in(look: _Look, page: Page, quarantine: Quarantine) -> None:
    """Store what a page holds and count what was new or changed."""
    if look.pages == 1:
        look.published = page.published
        look.first_page = _fingerprint(page)
    if page.published:
        look.counts.add(page.published.count)
    before = look.news
    fresh = {review.id: review for review in page.reviews if review.id not in look.seen}
    known = look.feedback.reviews(look.source.NAME, look.app, fresh)
    look.known += len(known)
    for review in fresh.values():
        look.filled.update(filled(review))
        try:
            _store(look, in_language(review, look.target), known.get(review.id))
        except Invalid as problem:
            _put_aside(look, review, problem, quarantine)
        look.seen.add(review.id)
    unsettled = any(_is_unsettled(look, record) for record in known.values())
    quiet = bool(look.seen) and look.news == before and not unsettled
    look.quiet = look.quiet + 1 if quiet else 0
    look.holes += look.empty if page.outcome != "empty" else 0
    look.empty = look.empty + 1 if page.outcome == "empty" else 0


def _is_unsettled(look: _Look, record: ReviewRecord) -> bool:
    """Return whether a review was written by a pass that died: what follows may be news."""
    settled_at = look.memory.settled_at
    return settled_at is None or record.seen_at > settled_at


def _fingerprint(page: Page) -> str:
    """Return a hash of what a page shows, in any order, and of how many the store counts."""
    count = page.published.count if page.published else None
    shown = sorted(f"{one.id} {digest(one)}" for one in page.reviews)
    return _hash([str(count), page.mark or "", *shown])


def _store(look: _Look, review: Review, known: ReviewRecord | None) -> None:
    """Write a review's next version, if it has one, and count what happened."""

    def seen(known: ReviewRecord | None) -> ReviewRecord:
        if known:
            return seen_again(known, review, look.started_at)
        history = look.memory.read_at is None
        return first_sight(review, look.app, look.started_at, history=history)

    before, after = looks.take(seen, review, look.app, known, look.feedback, tries=TRIES)
    if after is before:
        return
    happened = changes(before, after)
    look.happened.update(happened)
    look.changed += before is not None and bool(happened)
    look.public += before is None or not before.public


def _put_aside(look: _Look, review: Review, problem: Invalid, quarantine: Quarantine) -> None:
    """Keep a review that our store does not take, so that the others go on."""
    payload = json.dumps(asdict(review)).encode()
    about = {"source": look.source.NAME, "review": review.id, "reason": str(problem)[:300]}
    name = quarantine.keep("review", payload, about)
    look.kept += 1
    _fail(look, "partial", f"review {review.id} cannot be stored: {problem} (kept as {name})")


# ------------------------------------------------------------------ what is gone


def _remove_gone(look: _Look) -> None:
    """Mark as gone what a complete pass did not see, unless there is reason to wait.

    Too many at once are held: each is gone when enough complete passes in a row have missed it. So
    is any, where the store counts more reviews than the pass has met: one that moved up the list
    while we read was passed by, and is still there.
    """
    count = look.published.count if look.published else None
    provable = look.complete and look.source.CAPABILITIES.complete_list and count is not None
    if not provable or len(look.seen) < ENOUGH_SEEN * (count or 0):
        return
    if not look.sweeping and look.public > len(look.seen):
        _begin_sweep(look)  # a short list ended before a sweep was called for
    missing = sorted(look.before - look.seen)
    too_many = len(missing) > max(1, MOST_GONE * look.public)
    passed_by = bool(missing) and (count or 0) - len(look.seen) > max(look.memory.difference, 0)
    public = look.public
    for batch in _batches(missing):
        _miss(look, batch, held=too_many or passed_by)
    look.held = len(missing) - look.happened["removed"]
    told = f"{look.held} of {public} reviews are missing and not removed yet"
    look.signs["removals_held"] = told if look.held and too_many else None


def _miss(look: _Look, ids: list[str], *, held: bool) -> None:
    """Write what was missed: gone, or missed once more."""
    for record in look.feedback.reviews(look.source.NAME, look.app, ids).values():
        if not record.public:
            continue
        waits = held and record.missed + 1 < ENOUGH_PASSES
        try:
            after = missed(record) if waits else gone(record, look.started_at)
            look.feedback.put_review(after, record)
        except Conflict:
            continue  # somebody saw it a moment ago; the next complete pass decides
        look.happened["removed"] += not waits
        look.public -= not waits


def _hash(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _batches(ids: list[str], size: int = 50) -> Iterable[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


# ------------------------------------------------------------------ how it ended


def _fail(look: _Look, outcome: Outcome, reason: str) -> None:
    """Note what went wrong: the first that was not understood, or what ended the pass."""
    if look.trouble is None or outcome == "broken":
        look.outcome = look.trouble = outcome
        look.reason = "".join(c if c.isprintable() else " " for c in reason[:LONGEST_REASON])


def _pause(look: _Look, reason: str) -> None:
    """Note that the time is up; the next run goes on at this page."""
    look.out_of_time = True
    if look.outcome == "ok":
        look.outcome, look.reason = "partial", f"page {look.page}: {reason}"


def _run(look: _Look, now: datetime) -> Run:
    nothing = look.outcome == "ok" and look.at_end and not look.seen
    hole = f"{look.holes} empty pages stood before full ones" if look.holes else None
    return Run(
        source=look.source.NAME,
        app=look.app,
        started_at=look.started_at,
        finished_at=now,
        outcome="empty" if nothing else look.outcome,
        pages=look.pages,
        reviews=len(look.seen),
        new=look.happened["new"],
        changed=look.changed,
        removed=look.happened["removed"],
        complete=look.complete,
        reason=look.reason or hole or look.signs.get("removals_held"),
        paused=look.out_of_time and look.trouble is None,
        edited=look.happened["edited"],
        rerated=look.happened["rerated"],
        replied=look.happened["replied"],
        restored=look.happened["restored"],
        bytes=look.bytes,
        waited=round(look.waited, 1),
        filled=dict(look.filled),
        published=look.published.count if look.published else None,
        public=look.public,
        kept=look.kept,
    )


def _snapshot(look: _Look) -> Snapshot | None:
    if look.published is None or look.published.count is None:
        return None
    return Snapshot(look.source.NAME, look.app, look.started_at, look.published)


def _remembered(look: _Look, run: Run) -> Memory:
    """Return what the next run has to know of this one."""
    memory = replace(
        look.memory,
        begun_at=look.memory.begun_at or look.started_at,
        public=look.public,
        held=look.held > 0 if look.complete else look.memory.held,
        resume=_place(look),
        failures=look.memory.failures + 1 if look.trouble else 0,
    )
    if look.trouble is None:
        memory = replace(memory, good_at=run.finished_at)
    rest_is_known = look.out_of_time and (look.sweeping or not look.memory.resume)
    if look.settled or rest_is_known:
        memory = replace(memory, settled_at=run.finished_at)
    if look.outcome == "ok" and look.pages:
        page = None if look.put_off else look.first_page
        marks = {} if look.put_off else look.validators
        memory = replace(memory, first_page=page, validators=marks)
    if look.at_end and (look.swept or look.trouble):
        memory = replace(memory, read_at=look.started_at)
    if not look.swept:
        return memory
    gap = look.difference or 0
    return replace(
        memory,
        difference=gap,
        gaps=(*memory.gaps, gap)[-watch.GAPS_REMEMBERED :],
        usual=watch.remember(memory.usual, run),
    )


def _place(look: _Look) -> str | None:
    """Return the mark of the page where the next run goes on, or None where nothing is left.

    That is the last page that was read, so that the two parts overlap.
    """
    if look.at_end or look.lost_its_place:
        return None
    if look.memory.resume and not look.sweeping:
        return look.memory.resume
    if not look.out_of_time and not look.in_parts:
        return None
    return (look.asked[-2] if len(look.asked) > 1 else None) or look.asked[-1]


def _tell(look: _Look, run: Run, progress: ProgressStore, stale_after: timedelta) -> Memory:
    """Alert what begins with this run; return the memory of it with what is still so."""
    memory = _remembered(look, run)
    once = look.stumbled and not look.memory.failures
    for outcome in ("partial", "broken"):
        told = look.trouble == outcome and not once
        look.signs[f"source_{outcome}"] = (look.reason or "") if told else None
    if look.at_end:
        look.signs["source_fill"] = watch.fill(look.memory, run)
    if look.pages:
        shows = look.source.CAPABILITIES
        look.signs["source_overlap"] = watch.overlap(look.memory, run, shows, look.known)
    if look.swept and look.source.CAPABILITIES.complete_list:
        look.signs["source_gap"] = watch.gap(memory.gaps, run.published)
    since = watch.stale(memory, run.finished_at, stale_after)
    look.signs["source_stale"] = _no_good_run(memory) if since else None
    for kind, detail in look.signs.items():
        if detail is not None and kind not in look.memory.told:
            when = since if since and kind == "source_stale" else run.started_at
            progress.add_alert(Alert(kind, when, f"{run.source} {run.app}", detail))
    so_far = {kind for kind in look.memory.told if look.signs.get(kind, "") is not None}
    begun = {kind for kind, detail in look.signs.items() if detail is not None}
    return replace(memory, told=tuple(sorted(so_far | begun)))


def tell_stale(
    configuration: Configuration, progress: ProgressStore, now: datetime, stale_after: timedelta
) -> int:
    """Alert each switched-on source without a good run for too long; return how many there are.

    The same row as the one that a run writes: it is told once, whoever notices first.
    """
    wanted = set(switched_on(configuration))
    stale = 0
    for state in progress.sources():
        since = watch.stale(state.memory, now, stale_after)
        if since and (state.run.source, state.run.app) in wanted:
            stale += 1
            subject = f"{state.run.source} {state.run.app}"
            told = Alert("source_stale", since, subject, _no_good_run(state.memory))
            progress.add_alert(told)
    return stale


def _no_good_run(memory: Memory) -> str:
    return f"No good run since {iso(memory.good_at)}." if memory.good_at else "No good run yet."
