"""What a model is learnt from, how good it proved, and which of the kept models serves.

All of it is data and rules; how to train is the trainer's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from northstar.domain.errors import Invalid

MINIMUM = 200
MINIMUM_OF_THE_RARER = 30
KEPT = 3
_TOLERANCE = 0.01
_GROWN = 1.1


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A text whose verdict is known: label 1 for 4 or 5 stars, −1 for 1 or 2, 0 for 3.

    `block` names what belongs together, such as the app and the month: a model is never measured
    on a block it has seen. `day` is ISO 8601, or empty: of too many examples the newest are taken.
    """

    language: str
    text: str
    label: int
    day: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How good an engine proved on texts it had not seen.

    `auc` ranks positive above negative, `balanced_recall` has the cut at 0, `calibration_error` is
    the mean gap between probability and truth; all 0..1.
    """

    negative: int
    positive: int
    auc: float
    balanced_recall: float
    calibration_error: float | None = None

    @property
    def texts(self) -> int:
        """How many texts it was measured on."""
        return self.negative + self.positive


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a model. `id` follows from the model's content.

    `own` and `vader` are measured on the same texts. `vader_slope` and `vader_offset` calibrate
    VADER's compound there: p = σ(slope·compound + offset). `languages` has the model's figures
    for each language it was learnt from.
    """

    id: str
    language: str
    own: Figures
    vader: Figures
    vader_slope: float
    vader_offset: float
    normaliser: str
    seed: int
    cut: float
    size: int
    languages: Mapping[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The models kept for one language, newest first, and the one of them that serves."""

    serving: str
    kept: tuple[str, ...]


def enough(negative: int, positive: int) -> bool:
    """Whether so many examples carry a model of their own."""
    rarer = min(negative, positive)
    return negative + positive >= MINIMUM and rarer >= MINIMUM_OF_THE_RARER


def objection(candidate: Card, serving: Card | None) -> str | None:
    """Return why a model must not serve, or None when it may.

    It has to rank at least as well as VADER on the same texts, and better than what serves today:
    with a higher AUC, or learnt from more texts with one that is at most 0.01 lower, which is what
    other texts to measure on make of the same model.
    """
    own = candidate.own
    if own.auc < candidate.vader.auc:
        return f"AUC {own.auc:.3f} is below VADER's {candidate.vader.auc:.3f}"
    if serving is None or own.auc > serving.own.auc:
        return None
    if own.auc < serving.own.auc - _TOLERANCE:
        return f"AUC {own.auc:.3f} is below {serving.own.auc:.3f} of {serving.id}"
    if own.texts <= serving.own.texts:
        return f"no better than {serving.id}, and learnt from no more texts"
    return None


def due(serving: Card | None, texts: int, today: date) -> bool:
    """Whether a language is worth learning again from so many texts; each change costs a re-score.

    It is with a tenth more texts than the model that serves has known, and on the first of a month.
    """
    return serving is None or texts >= serving.own.texts * _GROWN or today.day == 1


def promote(shelf: Shelf | None, model: str) -> Shelf:
    """Return the shelf with this model serving; it keeps three, of them the one that served."""
    if shelf is None:
        return Shelf(model, (model,))
    older = [name for name in shelf.kept if name not in {model, shelf.serving}]
    kept = [name for name in shelf.kept if name in {shelf.serving, *older[: KEPT - 2]}]
    return Shelf(model, (model, *(name for name in kept if name != model)))


def roll_back(shelf: Shelf) -> Shelf:
    """Return the shelf with the model before the serving one serving again; none is thrown away.

    Raises:
        Invalid: no older model is kept.
    """
    older = shelf.kept[shelf.kept.index(shelf.serving) + 1 :]
    if not older:
        raise Invalid(
            f"No model before {shelf.serving} is kept: learn a new one, or choose vader.",
            "language",
        )
    return replace(shelf, serving=older[0])
