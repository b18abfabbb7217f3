"""Samples that nobody has selected: what is drawn follows from a seed and the names alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import TypeVar

One = TypeVar("One")


def sample(every: Iterable[One], seed: str, most: int, *, name: Callable[[One], str]) -> list[One]:
    """Return at most so many of them, in an order as good as random.

    `name` is what tells one from another; the same names and the same seed (such as a day) give the
    same sample, whatever the order they come in.
    """
    return sorted(every, key=lambda one: sha256(f"{seed}\n{name(one)}".encode()).digest())[:most]
