"""The engines that score texts, each one line here."""

from __future__ import annotations

from collections.abc import Callable

from northstar.domain.errors import Invalid
from northstar.domain.sentiment import Scorer
from northstar.scoring import vader

ENGINES: dict[str, Callable[[], Scorer]] = {"auto": vader.start, "vader": vader.start}


def engine(name: str) -> Scorer:
    """Return the engine of that name; "auto" is the best one that is ready.

    Raises:
        Invalid: no engine has this name, or its package cannot be used.
    """
    if name not in ENGINES:
        raise Invalid(f"Unknown engine '{name}': choose one of {', '.join(ENGINES)}.", "engine")
    return ENGINES[name]()
