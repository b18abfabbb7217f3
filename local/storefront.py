"""A store without a network, whose pages are what somebody says they are: for the simulations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.reviews import Page, Published, Review
from northstar.sources import shopify

_STARS = range(1, 6)


@dataclass(frozen=True)
class Storefront:
    """A store's list of reviews, so many to a page; an address is the number of its page."""

    reviews: Sequence[Review]
    per_page: int = 5
    NAME: str = "shopify"
    HOSTS: tuple[str, ...] = ("apps.shopify.com",)
    CAPABILITIES: Capabilities = shopify.CAPABILITIES

    def request(self, _target: SourceTarget, following: str | None = None) -> Call:
        """Return the call for the first page, or for the one that follows."""
        return Call(following or "1", method="GET")

    def parse(self, payload: bytes, _url: str | None, _target: SourceTarget | None) -> Page:
        """Return the page of a number."""
        begin = (int(payload) - 1) * self.per_page
        shown = tuple(self.reviews[begin : begin + self.per_page])
        following = str(int(payload) + 1) if self.reviews[begin + self.per_page :] else None
        return Page("ok" if shown else "empty", shown, following, self._published())

    def _published(self) -> Published:
        counts = {str(n): sum(one.rating == n for one in self.reviews) for n in _STARS}
        rated = sum(counts.values())
        total = sum(int(stars) * count for stars, count in counts.items())
        average = round(total / rated, 1) if rated else None
        return Published(len(self.reviews), average, counts)
