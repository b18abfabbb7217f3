"""Collects the public reviews of one app: what is new, edited, removed or back, and how surely.

A pass reads pages newest first and writes each one before it fetches the next. "Nothing there" is
believed only with proof, and nothing is removed unless a whole pass went well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import Alert, FeedbackStore, ProgressStore, Quarantine, Run, Snapshot
from northstar.domain.errors import Conflict, Invalid, NorthstarError
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
TRIES = 3


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
    as *partial* or *broken* with an alert. `clock` returns aware datetimes. An app in which nothing
    changed costs one request and one write where the store publishes its count.

    Raises:
        Retryable: one of our own stores did not answer, or somebody else kept writing the same
            review. Running the job again leaves no gap and counts nothing twice.
    """
    look = _Look(target, source, app_key(target), clock(), feedback=feedback)
    last = progress.last_complete(source.NAME, look.app)
    look.sweeping = last is None or look.started_at - last >= full_sweep
    look.public = {
        record.review.id for record in feedback.all_reviews(source.NAME, look.app) if record.public
    }
    _read_pages(look, fetch, progress, quarantine)
    removed = _remove_gone(look, progress)
    return _finish(look, removed, progress, clock())


@dataclass(slots=True)
class _Look:
    """What one pass knows so far."""

    target: SourceTarget
    source: Source
    app: str
    started_at: datetime
    feedback: FeedbackStore
    sweeping: bool = False
    public: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    published: Published | None = None
    counts: set[int | None] = field(default_factory=set)
    pages: int = 0
    new: int = 0
    changed: int = 0
    quiet: int = 0
    empty: int = 0
    outcome: Outcome = "ok"
    reason: str | None = None
    at_end: bool = False

    @property
    def subject(self) -> str:
        return f"{self.source.NAME} {self.app}"

    @property
    def complete(self) -> bool:
        """Whether the pass went to the last page without a fault, over a list that stood still."""
        return self.at_end and self.outcome in {"ok", "empty"} and len(self.counts) < 2

    @property
    def agrees(self) -> bool:
        """Whether the store publishes as many reviews as we hold."""
        return self.published is not None and self.published.count == len(self.public)


def _read_pages(
    look: _Look,
    fetch: Callable[[str], bytes],
    progress: ProgressStore,
    quarantine: Quarantine,
) -> None:
    while not look.at_end:
        url = look.source.address(look.target, look.pages + 1)
        try:
            payload = fetch(url)
        except NorthstarError as problem:
            _fail(look, "partial" if look.pages else "broken", str(problem), progress)
            return
        look.pages += 1
        page = _believed(look, look.source.parse(payload, url, look.target))
        if page.outcome in {"partial", "broken"}:
            about = {"url": url, "outcome": page.outcome, "reason": page.reason}
            kept = quarantine.keep("source", payload, {**about, "source": look.source.NAME})
            reason = f"page {look.pages}: {page.reason} (kept as {kept})"
            _fail(look, page.outcome, reason, progress)
        if page.outcome == "broken":
            return
        _take_in(look, page)
        if not _goes_on(look, page):
            return


def _believed(look: _Look, page: Page) -> Page:
    """Return the page, or a broken one where it says "nothing" although there must be something."""
    known = look.pages == 1 and bool(look.public) and look.source.CAPABILITIES.complete_list
    fruitless = bool(look.public) and not look.seen and look.empty + 1 == _empty_pages_at_end(look)
    if page.outcome == "empty" and (known or fruitless):
        reason = f"an empty list, although {len(look.public)} reviews were public before"
        return Page("broken", published=page.published, reason=reason)
    if page.outcome != "empty" and look.empty and page.outcome != "broken" and not look.seen:
        return replace(page, outcome="partial", reason="the first page was empty, later ones not")
    return page


def _empty_pages_at_end(look: _Look) -> int:
    return look.source.CAPABILITIES.empty_pages_at_end


def _take_in(look: _Look, page: Page) -> None:
    """Store what a page holds and count what was new or changed."""
    if look.pages == 1:
        look.published = page.published
    look.counts.add(page.published.count if page.published else None)
    before = look.new + look.changed
    shown = (_with_language(review, look.target) for review in page.reviews)
    fresh = {review.id: review for review in shown if review.id not in look.seen}
    known = look.feedback.reviews(look.source.NAME, look.app, fresh)
    for review in fresh.values():
        _store(look, review, known.get(review.id))
        look.seen.add(review.id)
        look.public.add(review.id)
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
        return


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


def _goes_on(look: _Look, page: Page) -> bool:
    """Decide whether the next page is read; notes when this was the last one."""
    most = look.source.CAPABILITIES.most_pages
    if _empty_pages_at_end(look) > 1:
        ended = look.empty >= _empty_pages_at_end(look)
    else:
        ended = page.next is None
    look.at_end = ended or (most is not None and look.pages >= most)
    if look.at_end:
        return False
    if look.sweeping:
        return True
    first_is_quiet = look.pages == 1 and look.quiet == 1
    if look.agrees and (first_is_quiet or look.quiet >= QUIET_PAGES):
        return False
    if look.quiet >= QUIET_PAGES:
        countable = look.published is not None and look.published.count is not None
        look.sweeping = countable
        return countable
    return True


def _remove_gone(look: _Look, progress: ProgressStore) -> int:
    """Mark as gone what a complete pass did not see; hold and alert when that would be too much."""
    count = look.published.count if look.published else None
    provable = look.complete and look.source.CAPABILITIES.complete_list and count is not None
    if not provable or len(look.seen) < ENOUGH_SEEN * (count or 0):
        return 0
    missing = look.public - look.seen
    if len(missing) > max(A_HANDFUL, MOST_GONE * len(look.public)):
        held = f"{len(missing)} of {len(look.public)} reviews are missing; none was removed"
        look.reason = held
        progress.add_alert(Alert("removals_held", look.started_at, look.subject, held))
        return 0
    return sum(_remove(look, batch) for batch in _batches(sorted(missing)))


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


def _fail(look: _Look, outcome: Outcome, reason: str, progress: ProgressStore) -> None:
    """Note what went wrong, with an alert for the first partial page and for a broken one."""
    if look.outcome == "ok" or outcome == "broken":
        progress.add_alert(Alert(f"source_{outcome}", look.started_at, look.subject, reason))
        look.outcome, look.reason = outcome, reason


def _finish(look: _Look, removed: int, progress: ProgressStore, now: datetime) -> Run:
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
        removed=removed,
        complete=look.complete,
        reason=look.reason,
    )
    told = look.published is not None and look.published.count is not None
    snapshot = (
        Snapshot(look.source.NAME, look.app, look.started_at, look.published)
        if told and look.published
        else None
    )
    progress.save_run(run, snapshot)
    return run
