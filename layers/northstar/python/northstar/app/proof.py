"""The public wall: what stores count, and a sample of reviews that nobody has selected.

The sample is drawn once a business day from the newest public reviews with a text. Nothing about it
reads a rating, a language or a length. What an operator has hidden is left out before the draw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from heapq import nlargest
from typing import Any, Literal, Protocol

from northstar.app.configuration import Configuration, Proof
from northstar.app.ports import FeedbackStore, ProgressStore, SourceState
from northstar.app.show import is_demo
from northstar.app.source import app_key
from northstar.domain import metrics
from northstar.domain.errors import NotFound
from northstar.domain.reviews import Published, ReviewRecord
from northstar.domain.sample import sample
from northstar.domain.times import iso, parse

SNAPSHOT = "proof"
"""The name under which the wall is kept."""

SPARE = 10
"""So many more reviews are kept than are shown, for those that are hidden or removed meanwhile."""

TEXT_LIMIT = 600
TITLE_LIMIT = 200
"""Characters of a text and a title that are shown; the store has the rest."""

_NO_WALL = "There is no wall of reviews here."
_MOST_INITIALS = 3

Name = tuple[str, str]
"""Source and app, as reviews are kept under them."""


class Takedowns(Protocol):
    """Which reviews are hidden from the wall, by the ids of their records."""

    def hide(self, record_id: str, at: datetime) -> None:
        """Hide a review from now (aware) on; again changes nothing but the moment."""

    def show(self, record_id: str) -> bool:
        """Hide a review no longer; False where it was not hidden."""

    def hidden(self) -> dict[str, datetime]:
        """Return since when each review is hidden (aware), read consistently."""


@dataclass(frozen=True, slots=True)
class AppTotals:
    """What is published of one app ("shopify:handle"), `as_of` when (aware), and who counts it.

    `count` are public reviews or ratings; `average` is None where nobody gave stars.
    """

    app: str
    count: int
    average: float | None
    counted_by: Literal["store", "us"]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Quote:
    """One review of the wall. `written` is ISO 8601, day or moment; `author` is shown as it stands.

    `cut` says that the text goes on at the store.
    """

    id: str
    app: str
    rating: int | None
    recommended: bool | None
    title: str | None
    text: str
    author: str | None
    language: str | None
    written: str
    edited: bool
    url: str | None
    cut: bool


@dataclass(frozen=True, slots=True)
class Wall:
    """The public wall as it was made `at` (aware; None: not yet), with the sample of `day`.

    The sample is drawn from so many reviews (`drawn_from`), which are of each app the `newest` ones
    at most. An app without any is not in `apps`. `app` is the one that was asked for.
    """

    business: str
    time_zone: str
    at: datetime | None
    day: date | None
    apps: tuple[AppTotals, ...]
    sample: tuple[Quote, ...]
    drawn_from: int
    newest: int
    names: Literal["none", "initials", "full"]
    app: str | None
    structured_data: bool
    demo: bool


def keep_proof(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    takedowns: Takedowns,
    now: datetime,
) -> None:
    """Make the wall anew and keep it. `now` is aware.

    All reviews of an app are read once a business day; after that those that are on the wall. Where
    too few of them are left, the sample is drawn again.
    """
    told = configuration.proof
    day = now.astimezone(configuration.business.zone).date().isoformat()
    before = progress.snapshot(SNAPSHOT) or {}
    same = (before.get("day"), before.get("newest")) == (day, told.newest)
    drawn = {one["app"]: one for one in before.get("apps", ())} if same else {}
    states = {(one.run.source, one.run.app): one for one in progress.sources()}
    hidden = takedowns.hidden()
    apps = []
    for name in shown_apps(configuration):
        totals = _totals(name, states.get(name), progress, now)
        kept = _again(drawn.get(totals.app), feedback, told, hidden)
        kept = kept or _draw(feedback.all_reviews(*name), told, hidden, day)
        apps.append(asdict(totals) | {"as_of": iso(totals.as_of)} | kept)
    made = {"at": iso(now), "day": day, "newest": told.newest, "apps": apps}
    progress.save_snapshot(SNAPSHOT, made)


def shown_apps(configuration: Configuration) -> list[Name]:
    """Return source and app of what the wall is about: of a named app, each store front."""
    named = configuration.proof.apps
    return [
        (one.source, app_key(one))
        for one in configuration.sources
        if (f"{one.source}:{one.app}" in named if named else one.enabled)
    ]


def wall(
    configuration: Configuration,
    *,
    progress: ProgressStore,
    takedowns: Takedowns,
    app: str | None = None,
) -> Wall:
    """Return the wall of all apps, or of one of them. Raises NotFound, too where it is off."""
    told = configuration.proof
    every = [":".join(name) for name in shown_apps(configuration)]
    if not told.enabled:
        raise NotFound(_NO_WALL)
    if app is not None and app not in every:
        raise NotFound("There is no such app on this wall; leave `app` out for all of them.")
    made = progress.snapshot(SNAPSHOT) or {}
    wanted = every if app is None else [app]
    apps = [one for one in made.get("apps", ()) if one["app"] in wanted]
    hidden = takedowns.hidden()
    kept = [one for told_of in apps for one in told_of["reviews"] if one["id"] not in hidden]
    drawn = sample(kept, made.get("day", ""), told.shown, name=_id)
    return Wall(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        at=parse(made["at"]) if made else None,
        day=date.fromisoformat(made["day"]) if made else None,
        apps=tuple(_app(one) for one in apps if one["count"]),
        sample=tuple(_quote(one, told) for one in drawn),
        drawn_from=sum(one["drawn_from"] for one in apps),
        newest=told.newest,
        names=told.names,
        app=app,
        structured_data=told.structured_data,
        demo=is_demo(configuration),
    )


def hide(record_id: str, *, feedback: FeedbackStore, takedowns: Takedowns, now: datetime) -> None:
    """Hide a review from the wall. Raises NotFound for what is no review of ours."""
    if not isinstance(feedback.by_ids([record_id]).get(record_id), ReviewRecord):
        raise NotFound(f"There is no review of the id {record_id}; /proof.json tells the ids.")
    takedowns.hide(record_id, now)


def show(record_id: str, *, takedowns: Takedowns) -> None:
    """Hide a review no longer. Raises NotFound where it was not hidden."""
    if not takedowns.show(record_id):
        raise NotFound(f"{record_id} is not hidden; `northstar proof list` tells what is.")


def as_shown(author: str | None, names: Literal["none", "initials", "full"]) -> str | None:
    """Return an author's name as the wall shows it: "Ann Smith" as "A. S." or in full; or None."""
    if not author or names == "none":
        return None
    if names == "full":
        return author
    letters = [word[0].upper() for word in author.split() if word[0].isalnum()]
    return " ".join(f"{letter}." for letter in letters[:_MOST_INITIALS]) or None


def _totals(
    name: Name, state: SourceState | None, progress: ProgressStore, now: datetime
) -> AppTotals:
    """The store's own count and average, or what we have counted of it."""
    app, snapshot = ":".join(name), state.snapshot if state else None
    if snapshot and snapshot.published.count:
        published = snapshot.published
        return AppTotals(app, published.count or 0, _average(published), "store", snapshot.at)
    days = progress.daily(*metrics.of_app(*name), date.min, date.max)
    total, n = metrics.stars(days)
    count = sum(measures.get("reviews", 0) for measures in days.values())
    as_of = (state.good_at if state else None) or now
    return AppTotals(app, count, round(total / n, 2) if n else None, "us", as_of)


def _average(published: Published) -> float | None:
    """The store's average, or that of its histogram."""
    told = {int(star): n for star, n in (published.histogram or {}).items()}
    n = sum(told.values())
    if published.average is None and n:
        return round(sum(star * many for star, many in told.items()) / n, 2)
    return published.average


def _again(
    drawn: Mapping[str, Any] | None, feedback: FeedbackStore, told: Proof, hidden: Collection[str]
) -> dict[str, Any] | None:
    """What was drawn before, as it reads now; None where too little of it is left."""
    if drawn is None:
        return None
    names = [one["id"] for one in drawn["reviews"]]
    found = feedback.by_ids(names)
    still = [
        one
        for name in names
        if isinstance(one := found.get(name), ReviewRecord) and _quotable(one, hidden)
    ]
    if len(still) < told.shown:
        return None
    return {"drawn_from": drawn["drawn_from"], "reviews": [_kept(one) for one in still]}


def _draw(
    records: Iterable[ReviewRecord], told: Proof, hidden: Collection[str], day: str
) -> dict[str, Any]:
    """A sample of the newest ones, in the order of the day."""
    quotable = (one for one in records if _quotable(one, hidden))
    newest = nlargest(told.newest, quotable, key=lambda one: (parse(one.written), one.id))
    drawn = sample(newest, day, told.shown + SPARE, name=lambda one: one.id)
    return {"drawn_from": len(newest), "reviews": [_kept(one) for one in drawn]}


def _quotable(record: ReviewRecord, hidden: Collection[str]) -> bool:
    said = bool((record.review.text or record.review.title or "").strip())
    return record.public and said and record.id not in hidden


def _kept(record: ReviewRecord) -> dict[str, Any]:
    """A review as it is kept for the wall, with the author's whole name."""
    review, verdict = record.review, record.verdict
    text = (review.text or "").strip()
    return {
        "id": record.id,
        "app": f"{review.source}:{record.app}",
        "rating": review.rating,
        "recommended": review.recommended,
        "title": (review.title or "").strip()[:TITLE_LIMIT] or None,
        "text": text[:TEXT_LIMIT],
        "author": review.author,
        "language": verdict.language if verdict else review.language,
        "written": record.written,
        "edited": review.edited not in {None, review.created},
        "url": review.url,
        "cut": len(text) > TEXT_LIMIT,
    }


def _app(told: Mapping[str, Any]) -> AppTotals:
    names = ("app", "count", "average", "counted_by")
    return AppTotals(**{name: told[name] for name in names}, as_of=parse(told["as_of"]))


def _quote(told: Mapping[str, Any], proof: Proof) -> Quote:
    return Quote(**{**told, "author": as_shown(told["author"], proof.names)})


def _id(told: Mapping[str, Any]) -> str:
    return str(told["id"])
