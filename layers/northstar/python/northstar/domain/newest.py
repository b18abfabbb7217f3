"""Keeps the newest of a stream that may be longer than the memory."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar
from zlib import crc32

T = TypeVar("T")


class Newest(Generic[T]):
    """The newest `most` of all that was added; the same ones in whatever order they come.

    Of one day a lot decides, which follows from the name: names that begin alike have no advantage.
    `left_out` counts those that were added and not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[tuple[str, int, str], T]] = []
        self.left_out = 0

    def add(self, day: str, name: str, one: T) -> None:
        """Add one of a day (ISO 8601) under a name that is its alone; an older one may go."""
        entry = ((day, crc32(name.encode("utf-8", "replace")), name), one)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
            return
        heapq.heappushpop(self._heap, entry)
        self.left_out += 1

    def all(self) -> list[T]:
        """Return what was kept, the newest first."""
        return [one for _, one in sorted(self._heap, key=lambda entry: entry[0], reverse=True)]
