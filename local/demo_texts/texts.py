"""What the demo can say in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language, each complete in itself, so that any two make a review.

    `praise` and `complaints` are by topic; two sentences of a review are about different ones. The
    ends are what may follow them. `mixed` is a review by itself, `blank_slips` are the reviews and
    comments of a complaint that is new, `happy` and `unhappy` the comments under a survey. An
    edited review gets `after_edit`. `replies` answer praise, complaints and mixed reviews, in this
    order. `subjects` are the subjects of tickets by template, `questions` those without one.
    """

    tag: str
    countries: tuple[str, ...]
    praise: Mapping[str, tuple[str, ...]]
    praise_ends: tuple[str, ...]
    complaints: Mapping[str, tuple[str, ...]]
    complaint_ends: tuple[str, ...]
    mixed: tuple[str, ...]
    happy: tuple[str, ...]
    unhappy: tuple[str, ...]
    after_edit: str
    replies: tuple[str, str, str]
    subjects: Mapping[str, str]
    questions: tuple[str, str, str]
    blank_slips: tuple[str, ...] = ()
    between: str = " "
    """What stands between two sentences."""
