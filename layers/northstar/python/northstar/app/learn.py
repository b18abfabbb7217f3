"""Learn: starred texts become models, each with a card, and the good ones serve.

A model serves only when it is no worse than VADER and than what serves today; three are kept for
each language, and going back is one change of a pointer.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from northstar.domain.errors import Invalid, NotFound
from northstar.domain.learning import Card, Example, Figures, Shelf, enough, objection
from northstar.domain.learning import promote as promoted
from northstar.domain.learning import roll_back as rolled_back

MULTILINGUAL = "mul"  # ISO 639-2 for "several languages"
_POINTER = "serving.json"
_COLUMNS = ("lang", "stars", "text")
_UNKNOWN = "und"


class ModelStore(Protocol):
    """Keeps named bytes: models, cards, and the pointer to those that serve."""

    def put(self, name: str, content: bytes) -> None:
        """Store, in one step, what `get` answers from now on."""

    def get(self, name: str) -> bytes:
        """Return what was stored; raises NotFound."""

    def list(self) -> list[str]:
        """Return the names that are stored, sorted."""

    def remove(self, name: str) -> None:
        """Forget a name; one that is not there is fine."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model as bytes, and its card."""

    card: Card
    content: bytes


class Train(Protocol):
    """What learns a model from the examples of a language, or of all (MULTILINGUAL)."""

    def __call__(self, examples: Iterable[Example], language: str) -> Trained:
        """Return the same bytes for the same examples in any order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a language: its card and, when the model does not serve, the reason."""

    language: str
    card: Card | None
    objection: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file: examples, and how many rows were not understood."""

    examples: tuple[Example, ...]
    unread: int


def read(lines: Iterable[str]) -> Reading:
    """Read CSV with the columns lang, stars (1–5) and text.

    Where stars are empty, `label` (−1, 0, 1) counts if there is such a column. `app` and `day` (or
    `created`), if there, keep an app's month together when a model is measured.

    Raises:
        Invalid: a column is missing, or it is no CSV.
    """
    rows = csv.DictReader(lines)
    try:
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise Invalid(f"The file has no column {missing[0]}: name it in the first row.", "CSV")
        found = [_example(row) for row in rows]
    except (csv.Error, UnicodeDecodeError) as error:
        raise Invalid(f"The file is no CSV in UTF-8: {error}.", "CSV") from error
    examples = tuple(example for example in found if example)
    return Reading(examples, len(found) - len(examples))


def learn(examples: Sequence[Example], *, train: Train, store: ModelStore) -> Iterator[Outcome]:
    """Learn a model for each language with enough examples, and one for all; yield each outcome.

    A model of the same content is not promoted again, so learning twice changes nothing.
    """
    for language in candidates(examples):
        own = [one for one in examples if language in {one.language, MULTILINGUAL}]
        negative = sum(one.label < 0 for one in own)
        positive = sum(one.label > 0 for one in own)
        if enough(negative, positive):
            yield _promote(train(own, language), store)
        else:
            few = f"{negative} negative and {positive} positive texts are too few"
            yield Outcome(language, None, few)


def candidates(examples: Iterable[Example]) -> list[str]:
    """Return the languages to learn, sorted; MULTILINGUAL last, where there are two or more."""
    found = sorted({one.language for one in examples})
    own = [language for language in found if language != _UNKNOWN]
    return own + [MULTILINGUAL] * (len(found) > 1)


def serving(store: ModelStore) -> dict[str, Trained]:
    """Return what serves, with its card, by language."""
    return {
        language: Trained(_card(store, shelf.serving), store.get(f"{shelf.serving}.model"))
        for language, shelf in _shelves(store).items()
    }


def roll_back(store: ModelStore, language: str) -> str:
    """Let the model before the serving one serve again; return its id.

    Raises:
        Invalid: the language has no model, or none before the serving one.
    """
    shelves = _shelves(store)
    if language not in shelves:
        raise Invalid(f"No model serves the language {language!r}.", "language")
    shelves[language] = rolled_back(shelves[language])
    _point(store, shelves)
    return shelves[language].serving


def _promote(trained: Trained, store: ModelStore) -> Outcome:
    card = trained.card
    shelves = _shelves(store)
    shelf = shelves.get(card.language)
    if shelf and card.id in shelf.kept:
        same = None if card.id == shelf.serving else f"{card.id} was rolled back"
        return Outcome(card.language, card, same)
    against = objection(card, _card(store, shelf.serving) if shelf else None)
    store.put(f"{card.id}.json", json.dumps(asdict(card), indent=1, sort_keys=True).encode())
    if against is None:
        store.put(f"{card.id}.model", trained.content)
        shelves[card.language] = promoted(shelf, card.id)
        _point(store, shelves)
        dropped = set(shelf.kept if shelf else ()) - set(shelves[card.language].kept)
        for name in sorted(dropped):
            store.remove(f"{name}.model")
    return Outcome(card.language, card, against)


def _shelves(store: ModelStore) -> dict[str, Shelf]:
    try:
        told = json.loads(store.get(_POINTER))
    except NotFound:
        return {}
    return {name: Shelf(one["serving"], tuple(one["kept"])) for name, one in told.items()}


def _point(store: ModelStore, shelves: dict[str, Shelf]) -> None:
    told = {name: asdict(shelf) for name, shelf in shelves.items()}
    store.put(_POINTER, json.dumps(told, indent=1, sort_keys=True).encode())


def _card(store: ModelStore, model: str) -> Card:
    told = json.loads(store.get(f"{model}.json"))
    figures = {name: Figures(**told[name]) for name in ("own", "vader")}
    languages = {name: Figures(**one) for name, one in told["languages"].items()}
    return Card(**told | figures | {"languages": languages})


def _example(row: dict[str, Any]) -> Example | None:
    label, text = _label(row), row["text"] or ""
    if label is None or not text.strip():
        return None
    day = (row.get("day") or row.get("created") or "")[:10]
    app = row.get("app") or ""
    block = f"{app} {day[:7]}".strip()
    return Example(_primary(row["lang"] or ""), text, label, day, block)


def _label(row: dict[str, Any]) -> int | None:
    try:
        if stars := (row["stars"] or "").strip():
            number = float(stars)
            return (number > 3) - (number < 3) if 1 <= number <= 5 else None
        label = int(row.get("label") or "")
    except ValueError:
        return None
    return label if label in {-1, 0, 1} else None


def _primary(tag: str) -> str:
    """Return "pt" for "pt-BR"; "und" for nothing."""
    return tag.strip().replace("_", "-").split("-")[0].lower() or _UNKNOWN
