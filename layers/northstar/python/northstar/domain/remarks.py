"""Remarks: what somebody said elsewhere than in a survey or a store, told to us by a desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from northstar.domain.identity import keyed_hash, person_of
from northstar.domain.sentiment import Document
from northstar.domain.tickets import Customer
from northstar.domain.verdicts import Verdict, unread

Journey = Literal["discover", "buy", "start", "use", "support", "renew"]
Author = Literal["customer", "prospect", "agent", "partner", "other"]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said, as a desk tells it. `said_at` is aware.

    `id` is the desk's own id of it. `channel` is where it was said: social, call, chat, shop, note
    or any other word. `customer` is whom it came from or is about, where that is known.
    """

    desk: str
    id: str
    channel: str
    said_at: datetime
    author: Author = "customer"
    text: str | None = None
    rating: int | None = None
    journey: Journey | None = None
    language: str | None = None
    team: str | None = None
    agent: str | None = None
    url: str | None = None
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said, as we keep it: under a keyed hash, at one version, with its verdict."""

    id: str
    version: int
    said: Said
    person: str | None = None
    verdict: Verdict | None = None

    @property
    def document(self) -> Document:
        """What was said, for the engines."""
        return Document(self.said.text or "", self.said.language, self.said.rating)

    @property
    def needs_score(self) -> bool:
        """Whether there is a text that no engine has scored yet."""
        return unread(self.document, self.verdict)

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is."""
        return not self.needs_score


def remark(said: Said, pepper: bytes) -> Remark:
    """Return the record of what was said: the same delivery always gives the same id."""
    return Remark(
        id=keyed_hash(pepper, "remark", said.desk, said.id),
        version=1,
        said=said,
        person=person_of(said.customer, said.desk, pepper) if said.customer else None,
    )
