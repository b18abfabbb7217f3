"""Collects the public reviews of one app: what is new, edited, removed or back, and how surely.

A pass reads pages newest first and writes each one before it fetches the next. "Nothing there" is
believed only with proof, and nothing is removed unless a whole pass went well. A *sweep* is a pass
to the end of the list; a list that is too long for one job is swept in parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import (
    Alert,
    FeedbackStore,
    Memory,
    ProgressStore,
    Quarantine,
    Run,
    Snapshot,
)
from northstar.domain.errors import Conflict, Invalid, NorthstarError, Unavailable
from northstar.domain.reviews import (
    Outcome,
    Page,
    Published,
    Review,
    ReviewRecord,
    digest,
    first_sight,
    gone,
    seen_again,
)

QUIET_PAGES = 2
ENOUGH_SEEN = 0.9
MOST_GONE = 0.05
A_HANDFUL = 5
ENOUGH_PASSES = 3
HELD_SWEEPS = timedelta(hours=1)
TRIES = 3


class OutOfTime(Unavailable):
    """Raised by a fetch when the job's own time is used up, and nothing is wrong with the store."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store shows, and how its list of pages ends.

    `complete_list`: a pass over all pages sees every public review, so absence can be proved.
    `most_pages`: the store refuses more pages than that. `empty_pages_at_end`: with more than 1,
    the pages' own `next` is not relied on; the list ends after that many empty pages in a row.
    """

    stars: bool
    time_of_day: bool
    complete_list: bool
    edits: bool
    replies: bool
    needs_key: bool
    most_pages: int | None = None
    empty_pages_at_end: int = 1


class Source(Protocol):
    """A store's plug-in: where its pages are and how to read them. Fetching is not its business."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name in the configuration and in every record."""

    @property
    def HOST(self) -> str:  # noqa: N802
        """The only host that may be fetched from; jobs of one host never run side by side."""

    @property
    def CAPABILITIES(self) -> Capabilities:  # noqa: N802
        """What this store shows."""

    def address(self, target: SourceTarget, page: int) -> str:
        """Return the address of a page, counted from 1."""

    def parse(
        self, payload: bytes, url: str | None = None, target: SourceTarget | None = None
    ) -> Page:
        """Return what a payload holds; never raises for its content."""


def plan(configuration: Configuration) -> list[dict[str, Any]]:
    """Return one job, ready for a queue, for each target that is switched on."""
    return [asdict(target) for target in configuration.sources if target.enabled]


def target_of(job: dict[str, Any]) -> SourceTarget:
    """Return the target of a job. Raises Invalid for anything that `plan` did not make."""
    try:
        return SourceTarget(**job)
    except TypeError as error:
        raise Invalid(f"job is not one of ours: {error}.", "job") from error


def app_key(target: SourceTarget) -> str:
    """Return the name under which records and runs are kept: the app and any store front."""
    return f"{target.app}/{target.country}" if target.country else target.app


def collect(
    target: SourceTarget,
    source: Source,
    fetch: Callable[[str], bytes],
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    quarantine: Quarantine,
    clock: Callable[[], datetime],
    full_sweep: timedelta,
) -> Run:
    """Collect one app once, store what changed, and return (and keep) how it ended.

    `fetch` takes an address and returns the bytes, or raises one of our errors; then the pass ends
    as *partial* or *broken*. Such an episode is alerted once, when it begins; OutOfTime is none.
    `clock` returns aware datetimes. An app in which nothing changed costs one request of a store
    that publishes its count, and of ours two reads and two writes, however many reviews it has.

    Raises:
        Retryable: one of our own stores did not answer, or somebody else kept writing the same
            review. Running the job again leaves no gap and counts nothing twice.
    """
    state = progress.source_state(source.NAME, app_key(target))
    memory = state.memory if state else Memory()
    look = _Look(target, source, app_key(target), clock(), feedback, memory, memory.public)
    if _sweep_is_due(look, full_sweep):
        _begin_sweep(look)
    _read_pages(look, fetch, quarantine)
    held = _remove_gone(look)
    if held and not memory.missing:
        progress.add_alert(Alert("removals_held", look.started_at, look.subject, held))
    if look.trouble and look.trouble != memory.alerted:
        detail = look.reason or ""
        progress.add_alert(Alert(f"source_{look.trouble}", look.started_at, look.subject, detail))
    return _finish(look, held, progress, clock())


@dataclass(slots=True)
class _Look:
    """What one pass knows so far.

    `public` is how many public reviews we hold; a sweep also knows which they were (`before`).
    `page` is the page asked for last, `pages` how many came. `trouble` is what somebody should
    know of: the outcome, unless the job's own time ended the pass.
    """

    target: SourceTarget
    source: Source
    app: str
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
    page: int = 1
    pages: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    quiet: int = 0
    empty: int = 0
    outcome: Outcome = "ok"
    reason: str | None = None
    trouble: Outcome | None = None
    out_of_time: bool = False
    at_end: bool = False

    @property
    def subject(self) -> str:
        return f"{self.source.NAME} {self.app}"

    @property
    def swept(self) -> bool:
        """Whether the end was reached without a fault, at once or in parts."""
        stood_still = len(self.counts) < 2
        return self.at_end and self.outcome == "ok" and (stood_still or self.in_parts)

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
    def agrees(self) -> bool:
        """Whether the store's count and ours differ exactly as they did after the last sweep."""
        return self.difference == self.memory.difference


def _sweep_is_due(look: _Look, full_sweep: timedelta) -> bool:
    """Decide whether this pass goes to the end in any case; one in parts is ended first."""
    last = look.memory.swept_at
    if look.memory.resume_page:
        return False
    wait = min(HELD_SWEEPS, full_sweep) if look.memory.missing else full_sweep
    return last is None or look.started_at - last >= wait


def _begin_sweep(look: _Look) -> None:
    """Note which reviews we hold, so that those which the store does not show can be told."""
    stored = look.feedback.all_reviews(look.source.NAME, look.app)
    look.before = {record.review.id for record in stored if record.public}
    look.public = len(look.before | look.seen)
    look.sweeping = True


def _read_pages(look: _Look, fetch: Callable[[str], bytes], quarantine: Quarantine) -> None:
    following: int | None = 1
    while following:
        look.page = following
        url = look.source.address(look.target, look.page)
        try:
            payload = fetch(url)
        except OutOfTime as problem:
            _pause(look, str(problem))
            return
        except NorthstarError as problem:
            _fail(look, "partial" if look.pages else "broken", str(problem))
            return
        look.pages += 1
        page = _believed(look, look.source.parse(payload, url, look.target))
        if page.outcome in {"partial", "broken"}:
            about = {"url": url, "outcome": page.outcome, "reason": page.reason}
            kept = quarantine.keep("source", payload, {**about, "source": look.source.NAME})
            _fail(look, page.outcome, f"page {look.page}: {page.reason} (kept as {kept})")
        if page.outcome == "broken":
            return
        _take_in(look, page, quarantine)
        following = _following(look, page)


def _believed(look: _Look, page: Page) -> Page:
    """Return the page, or a broken one where it says "nothing" although there must be something."""
    known = look.page == 1 and look.public > 0 and look.source.CAPABILITIES.complete_list
    fruitless = look.public > 0 and not look.seen and look.empty + 1 == _empty_pages_at_end(look)
    if page.outcome == "empty" and (known or fruitless):
        reason = f"an empty list, although {look.public} reviews were public before"
        return Page("broken", published=page.published, reason=reason)
    if page.outcome != "empty" and look.empty and page.outcome != "broken" and not look.seen:
        return replace(page, outcome="partial", reason="the first page was empty, later ones not")
    return page


def _empty_pages_at_end(look: _Look) -> int:
    return look.source.CAPABILITIES.empty_pages_at_end


def _take_in(look: _Look, page: Page, quarantine: Quarantine) -> None:
    """Store what a page holds and count what was new or changed."""
    if look.pages == 1:
        look.published = page.published
    look.counts.add(page.published.count if page.published else None)
    before = look.new + look.changed
    shown = (_with_language(review, look.target) for review in page.reviews)
    fresh = {review.id: review for review in shown if review.id not in look.seen}
    known = look.feedback.reviews(look.source.NAME, look.app, fresh)
    for review in fresh.values():
        try:
            _store(look, review, known.get(review.id))
        except Invalid as problem:
            _put_aside(look, review, problem, quarantine)
        look.seen.add(review.id)
    quiet = bool(look.seen) and look.new + look.changed == before
    look.quiet = look.quiet + 1 if quiet else 0
    look.empty = look.empty + 1 if page.outcome == "empty" else 0


def _store(look: _Look, review: Review, known: ReviewRecord | None) -> None:
    """Write a review's next version, if it has one; somebody else's version is read again first."""
    for last_try in (False,) * (TRIES - 1) + (True,):
        record = (
            seen_again(known, _with_first_date(known, review))
            if known
            else first_sight(review, look.app, look.started_at)
        )
        if record is known:
            return
        try:
            look.feedback.put_review(record, known.version if known else 0)
        except Conflict:
            if last_try:
                raise
            known = look.feedback.reviews(look.source.NAME, look.app, [review.id]).get(review.id)
            continue
        look.new += known is None
        look.changed += known is not None
        look.public += known is None or not known.public
        return


def _put_aside(look: _Look, review: Review, problem: Invalid, quarantine: Quarantine) -> None:
    """Keep a review that our store does not take, so that the others go on."""
    payload = json.dumps(asdict(review)).encode()
    about = {"source": look.source.NAME, "review": review.id, "reason": str(problem)}
    kept = quarantine.keep("source", payload, about)
    _fail(look, "partial", f"review {review.id} cannot be stored: {problem} (kept as {kept})")


def _with_language(review: Review, target: SourceTarget) -> Review:
    """Return the review with the configured language, where the store does not tell one."""
    return review if review.language else replace(review, language=target.language)


def _with_first_date(known: ReviewRecord, review: Review) -> Review:
    """Return the review with its first date, where the store shows the day of the edit instead."""
    first = known.review.created
    if not first or not review.created or first == review.created:
        return review
    if digest(review) == digest(known.review):
        return replace(review, created=first)
    return replace(review, created=first, edited=review.edited or review.created)


def _following(look: _Look, page: Page) -> int | None:
    """Return the number of the page to read next, or None; notes when this was the last one."""
    most = look.source.CAPABILITIES.most_pages
    if _empty_pages_at_end(look) > 1:
        ended = look.empty >= _empty_pages_at_end(look)
    else:
        ended = page.next is None
    look.at_end = ended or (most is not None and look.page >= most)
    if look.at_end:
        return None
    return look.page + 1 if look.sweeping or not _news_is_over(look) else _after_the_news(look)


def _news_is_over(look: _Look) -> bool:
    first_is_quiet = look.pages == 1 and look.quiet == 1
    return look.quiet >= QUIET_PAGES or (look.agrees and first_is_quiet)


def _after_the_news(look: _Look) -> int | None:
    """Return where a sweep begins or goes on (with a page of overlap), or None for none."""
    resume_page = look.memory.resume_page
    if not resume_page and (look.agrees or look.difference is None):
        return None
    _begin_sweep(look)
    following = max(look.page + 1, (resume_page or 0) - 1)
    look.in_parts = following > look.page + 1
    return following


def _remove_gone(look: _Look) -> str | None:
    """Mark as gone what a complete pass did not see; return why, where that would be too much.

    Too many at once are held until enough complete passes in a row miss exactly the same ones.
    """
    count = look.published.count if look.published else None
    provable = look.complete and look.source.CAPABILITIES.complete_list and count is not None
    if not provable or len(look.seen) < ENOUGH_SEEN * (count or 0):
        return None
    if not look.sweeping and look.public > len(look.seen):
        _begin_sweep(look)  # a short list ended before a sweep was called for
    missing = sorted(look.before - look.seen)
    too_many = len(missing) > max(A_HANDFUL, MOST_GONE * look.public)
    mark = _hash(missing) if too_many else None
    passes = look.memory.missing_passes + 1 if mark == look.memory.missing else 1
    held = too_many and passes < ENOUGH_PASSES
    look.memory = replace(
        look.memory, missing=mark if held else None, missing_passes=passes if held else 0
    )
    if held:
        return f"{len(missing)} of {look.public} reviews are missing; none was removed"
    look.removed = sum(_remove(look, batch) for batch in _batches(missing))
    look.public -= look.removed
    return None


def _hash(ids: list[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]


def _remove(look: _Look, ids: list[str]) -> int:
    removed = 0
    for record in look.feedback.reviews(look.source.NAME, look.app, ids).values():
        after = gone(record, look.started_at)
        if after is record:
            continue
        try:
            look.feedback.put_review(after, record.version)
            removed += 1
        except Conflict:
            continue  # somebody saw it a moment ago; the next complete pass decides
    return removed


def _batches(ids: list[str], size: int = 50) -> Iterable[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _fail(look: _Look, outcome: Outcome, reason: str) -> None:
    """Note what went wrong: the first that was not understood, or what ended the pass."""
    if look.trouble is None or outcome == "broken":
        look.outcome = look.trouble = outcome
        look.reason = reason


def _pause(look: _Look, reason: str) -> None:
    """Note that the time is up; the next run goes on at this page."""
    look.out_of_time = True
    if look.outcome == "ok":
        look.outcome, look.reason = "partial", f"page {look.page}: {reason}"


def _remembered(look: _Look) -> Memory:
    """Return what the next run has to know of this one."""
    memory = replace(look.memory, public=look.public, alerted=look.trouble)
    if look.out_of_time or (look.in_parts and not look.at_end):
        return replace(memory, resume_page=look.page)
    if not look.at_end:
        return memory
    memory = replace(memory, resume_page=None)
    if not look.swept:
        return memory
    return replace(memory, swept_at=look.started_at, difference=look.difference or 0)


def _finish(look: _Look, held: str | None, progress: ProgressStore, now: datetime) -> Run:
    nothing = look.outcome == "ok" and look.at_end and not look.seen
    run = Run(
        source=look.source.NAME,
        app=look.app,
        started_at=look.started_at,
        finished_at=now,
        outcome="empty" if nothing else look.outcome,
        pages=look.pages,
        reviews=len(look.seen),
        new=look.new,
        changed=look.changed,
        removed=look.removed,
        complete=look.complete,
        reason=look.reason or held,
    )
    told = look.published is not None and look.published.count is not None
    snapshot = (
        Snapshot(look.source.NAME, look.app, look.started_at, look.published)
        if told and look.published
        else None
    )
    progress.save_run(run, snapshot, _remembered(look))
    return run
