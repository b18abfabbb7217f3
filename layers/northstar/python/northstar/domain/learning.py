"""What a model is learnt from, how good it proved, and which of the kept models serves.

All of it is data and rules; how to train is the trainer's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from northstar.domain.errors import Invalid

MINIMUM = 200
MINIMUM_OF_THE_RARER = 30
MAX_EXAMPLES = 20_000
KEPT = 3
_TOLERANCE = 0.01
_GROWN = 1.1
_GOOD_ENOUGH = 0.75  # AUC; 0.5 is chance
_SOME = 20  # texts of each label without which that says nothing
_UNKNOWN = "und"


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A text whose verdict is known: label 1 for 4 or 5 stars, −1 for 1 or 2, 0 for 3.

    `block` names what belongs together, such as the app and the month: a model is not measured on
    a block it has seen, unless there are only a few blocks (fewer than ten, or six where texts are
    many), and never on a text it has seen. `day` is ISO 8601, or empty: of too many examples the
    newest are taken. A verdict is `certain` when a person has looked at the text, and not only
    given stars.
    """

    language: str
    text: str
    label: int
    day: str = ""
    block: str = ""
    certain: bool = False


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

    @property
    def in_line(self) -> tuple[str, ...]:
        """The serving model and those before it, newest first; not what was rolled back."""
        return self.kept[self.kept.index(self.serving) :]


def chosen(examples: Iterable[Example]) -> list[Example]:
    """Return those that one model is learnt from, sorted: at most MAX_EXAMPLES.

    Each language has the same room for its newest. Choosing from what was chosen changes nothing.
    """
    by_language = defaultdict(list)
    for example in examples:
        by_language[example.language].append(example)
    room = MAX_EXAMPLES // max(1, len(by_language))
    newest = attrgetter("day", "text", "label", "block", "certain")
    return [
        one
        for language in sorted(by_language)
        for one in sorted(sorted(by_language[language], key=newest, reverse=True)[:room])
    ]


def enough(negative: int, positive: int) -> bool:
    """Whether so many examples carry a model of their own."""
    rarer = min(negative, positive)
    return negative + positive >= MINIMUM and rarer >= MINIMUM_OF_THE_RARER


def objection(candidate: Card, serving: Card | None, earlier: Iterable[Card] = ()) -> str | None:
    """Return why a model must not serve, or None when it may.

    It has to rank at least as well as VADER on the same texts, and better than what serves today:
    with a higher AUC, or learnt from more texts. Its AUC may be at most 0.01 lower, which is what
    other texts to measure on make of the same model, than the highest of the serving model and the
    `earlier` ones that are kept: in three promotions it sinks by no more than that.
    """
    own = candidate.own
    if own.auc < candidate.vader.auc:
        return f"AUC {own.auc:.3f} is below VADER's {candidate.vader.auc:.3f}"
    known = (*earlier, *([serving] if serving else []))
    best = max(known, key=lambda card: card.own.auc, default=None)
    if best and own.auc < best.own.auc - _TOLERANCE:
        return f"AUC {own.auc:.3f} is below {best.own.auc:.3f} of {best.id}"
    if serving and own.auc <= serving.own.auc and own.texts <= serving.own.texts:
        return f"no better than {serving.id}, and learnt from no more texts"
    return None


def proven(language: str, figures: Figures) -> bool:
    """Whether a model of several languages has proved good enough to score one of them."""
    told = min(figures.negative, figures.positive) >= _SOME
    return language != _UNKNOWN and told and figures.auc >= _GOOD_ENOUGH


def due(serving: Card | None, texts: int, today: date) -> bool:
    """Whether a language is worth learning again from so many texts; each change costs a re-score.

    It is with a tenth more texts than the model that serves has known, and on the first of a month.
    `texts` are those with a sign of what would be chosen.
    """
    return serving is None or texts >= serving.own.texts * _GROWN or today.day == 1


def promote(shelf: Shelf | None, model: str) -> Shelf:
    """Return the shelf with this model serving and, of three, those to go back to.

    The first of them is the one that served; what was rolled back is kept no longer.
    """
    older = [name for name in (shelf.in_line if shelf else ()) if name != model]
    return Shelf(model, (model, *older[: KEPT - 1]))


def roll_back(shelf: Shelf) -> Shelf:
    """Return the shelf with the model before the serving one serving again; none is thrown away.

    Raises:
        Invalid: no older model is kept.
    """
    older = shelf.in_line[1:]
    if not older:
        raise Invalid(
            f"No model before {shelf.serving} is kept: learn a new one, or choose vader.",
            "language",
        )
    return replace(shelf, serving=older[0])
