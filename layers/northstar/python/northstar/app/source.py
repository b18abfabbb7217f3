"""What a source is: where a store's reviews are, how they are read, and what the store shows.

Fetching is not a source's business, and neither is deciding what has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import Call, Fetched
from northstar.domain.errors import Invalid, Unavailable
from northstar.domain.reviews import Page, Review

Fetch = Callable[[Call], Fetched]


class OutOfTime(Unavailable):
    """Raised by a fetch when the job's own time is used up, and nothing is wrong with the store."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store shows, and how its list of pages ends.

    `complete_list`: a pass over all pages sees every public review, so absence can be proved.
    `empty_pages_at_end`: the list ends after that many empty pages in a row. `window`: reviews
    that were written or changed longer ago are never shown. `needs_key`: we read with a key of
    ours, as the store's partner, so that its rules for robots are not about us.
    """

    stars: bool
    time_of_day: bool
    complete_list: bool
    edits: bool
    replies: bool
    needs_key: bool
    empty_pages_at_end: int = 1
    window: timedelta | None = None


class Source(Protocol):
    """A store's plug-in. Addresses are the store's real ones; a test's store is put in their place
    by what fetches.
    """

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name in the configuration and in every record."""

    @property
    def HOSTS(self) -> tuple[str, ...]:  # noqa: N802
        """The only hosts that may be asked."""

    @property
    def CAPABILITIES(self) -> Capabilities:  # noqa: N802
        """What this store shows."""

    def request(self, target: SourceTarget, following: str | None = None) -> Call:
        """Return what to ask for the first page, or for the one that a page's `next` names."""

    def parse(
        self, payload: bytes, url: str | None = None, target: SourceTarget | None = None
    ) -> Page:
        """Return what a payload holds; never raises for its content."""


@runtime_checkable
class KeyedSource(Protocol):
    """A source that can, or must, be asked with a key."""

    def authorize(self, key: str, send: Fetch, now: datetime) -> Mapping[str, str]:
        """Return the headers that every call of a job needs, from a key as the secret holds it.

        `send` may be used to get a token from one of the source's hosts; `now` is aware.

        Raises:
            Invalid: the key is not one; the message says what the secret must hold, and no more.
        """


def plan(configuration: Configuration) -> list[dict[str, Any]]:
    """Return one job, ready for a queue, for each target that is switched on."""
    return [asdict(target) for target in configuration.sources if target.enabled]


def target_of(job: Mapping[str, Any]) -> SourceTarget:
    """Return the target of a job. Raises Invalid for anything that `plan` did not make."""
    try:
        return SourceTarget(**job)
    except TypeError as error:
        raise Invalid(f"job is not one of ours: {error}.", "job") from error


def app_key(target: SourceTarget) -> str:
    """Return the name under which records and runs are kept: the app and any store front."""
    return f"{target.app}/{target.country}" if target.country else target.app


def switched_on(configuration: Configuration) -> list[tuple[str, str]]:
    """Return source and app, as runs are kept under them, of whatever is to be collected."""
    return [(one.source, app_key(one)) for one in configuration.sources if one.enabled]


def in_language(review: Review, target: SourceTarget) -> Review:
    """Return the review with the configured language, where the store does not tell one."""
    return review if review.language else replace(review, language=target.language)


def capped(capabilities: Capabilities) -> bool:
    """Return whether a store shows only its newest reviews, so that we can come too late."""
    return not capabilities.complete_list
