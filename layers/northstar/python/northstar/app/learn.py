"""Learn: starred texts become models, each with a card, and the good ones serve.

A model serves only when it is no worse than VADER and than what serves today; three are kept for
each language, and going back is one change of a pointer.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from typing import Any, Protocol, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from northstar.domain.aggregates import Record
from northstar.domain.errors import Broken, Invalid, NotFound
from northstar.domain.learning import Card, Example, Shelf, chosen, due, enough, objection
from northstar.domain.learning import promote as promoted
from northstar.domain.learning import roll_back as rolled_back
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import AnonymousAnswer
from northstar.domain.times import business_day

MULTILINGUAL = "mul"  # ISO 639-2 for "several languages"
_POINTER = "serving.json"
_REMEDY = f"remove {_POINTER} and learn again, or put it back"
_COLUMNS = ("lang", "stars", "text")
_UNKNOWN = "und"
_LABELS = {"negative": -1, "neutral": 0, "positive": 1}


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


def example(record: Record, zone: ZoneInfo) -> Example | None:
    """Return what can be learnt from a record; None from a text without a verdict of its writer.

    What a person says of it goes before its stars. Answers that look machine-made, and what agents
    noted, teach nothing.
    """
    document, verdict = record.document, record.verdict
    said = verdict.correction if verdict else None
    label = _LABELS.get(said.label or "") if said else None
    if label is None and document.stars is not None:
        label = (document.stars > 3) - (document.stars < 3)
    if label is None or not document.text or _is_no_witness(record):
        return None
    day, block = _written(record, zone)
    language = verdict.language if verdict else _primary(document.declared_language or "")
    certain = said is not None and said.label is not None
    return Example(language, document.text, label, day, f"{block} {day[:7]}", certain)


def learn(
    examples: Sequence[Example],
    *,
    train: Train,
    store: ModelStore,
    languages: Iterable[str] | None = None,
) -> Iterator[Outcome]:
    """Learn a model for each language with enough examples, and one for all; yield each outcome.

    `languages` are those to learn, if not all. A model of the same content is not promoted again,
    so learning twice changes nothing. A kept card that cannot be read counts as none. Raises Broken
    where nothing says which serve.
    """
    for language in candidates(examples) if languages is None else languages:
        own = _of(language, examples)
        negative = sum(one.label < 0 for one in own)
        positive = sum(one.label > 0 for one in own)
        if enough(negative, positive):
            yield _promote(train(own, language), store)
        else:
            few = f"{negative} negative and {positive} positive texts are too few"
            yield Outcome(language, None, few)


def overdue(examples: Sequence[Example], store: ModelStore, today: date) -> list[str]:
    """Return the languages that are worth learning (again), those that no model serves first.

    Apart from that in the order of `candidates`. Raises Broken where nothing says which serve.
    """
    known = {card.language: card for card in cards(store)}
    found = [
        language
        for language in candidates(examples)
        if due(known.get(language), sum(e.label != 0 for e in _of(language, examples)), today)
    ]
    return sorted(found, key=lambda language: language in known)


def candidates(examples: Iterable[Example]) -> list[str]:
    """Return the languages to learn, sorted; MULTILINGUAL last, where there are two or more."""
    found = sorted({one.language for one in examples})
    own = [language for language in found if language != _UNKNOWN]
    return own + [MULTILINGUAL] * (len(found) > 1)


def serving(store: ModelStore) -> dict[str, Trained]:
    """Return what serves, with its card, by language. Raises Broken, NotFound."""
    return {language: trained(store, model) for language, model in served(store).items()}


def served(store: ModelStore) -> dict[str, str]:
    """Return the ids of the models that serve, by language. Raises Broken."""
    return {language: shelf.serving for language, shelf in _shelves(store).items()}


def trained(store: ModelStore, model: str) -> Trained:
    """Return a model, by id, and its card. Raises Broken, NotFound."""
    return Trained(_card(store, model), store.get(f"{model}.model"))


def cards(store: ModelStore) -> Iterator[Card]:
    """Yield the cards of the models that serve; one that cannot be read is left out.

    Whoever scores with it tells. Raises Broken where nothing says which serve.
    """
    for model in served(store).values():
        if card := _readable(store, model):
            yield card


def kept(store: ModelStore) -> Iterator[tuple[Card, bool]]:
    """Yield the card of each model that is kept, and whether it serves; by language, newest first.

    Raises Broken.
    """
    for shelf in _shelves(store).values():
        for model in shelf.kept:
            yield _card(store, model), model == shelf.serving


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


def _of(language: str, examples: Iterable[Example]) -> list[Example]:
    """Return what the model of a language, or of all, is learnt from."""
    return chosen(one for one in examples if language in {one.language, MULTILINGUAL})


def _is_no_witness(record: Record) -> bool:
    if isinstance(record, Remark):
        return record.said.author == "agent"
    return not isinstance(record, ReviewRecord) and record.suspect


def _written(record: Record, zone: ZoneInfo) -> tuple[str, str]:
    """The business day of a text, and what its texts have in common: the app, or how it came."""
    match record:
        case ReviewRecord():
            return business_day(record.written, zone), f"{record.review.source}:{record.app}"
        case Remark():
            return business_day(record.said.said_at, zone), record.said.channel
        case AnonymousAnswer():
            return record.day, record.survey
    return business_day(record.answered_at or record.planned_at, zone), record.survey


def _promote(trained: Trained, store: ModelStore) -> Outcome:
    card = trained.card
    shelves = _shelves(store)
    shelf = shelves.get(card.language)
    store.put(f"{card.id}.json", json.dumps(asdict(card), indent=1, sort_keys=True).encode())
    if shelf and card.id in shelf.kept:
        same = None if card.id == shelf.serving else f"{card.id} was rolled back"
        return Outcome(card.language, card, same)
    current, *earlier = [_readable(store, one) for one in shelf.in_line] if shelf else [None]
    against = objection(card, current, [one for one in earlier if one])
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
        shelves: dict[str, Shelf] = _read(store, _POINTER, Mapping[str, Shelf])
    except NotFound:
        return {}
    for language, shelf in shelves.items():
        if shelf.serving not in shelf.kept:
            raise Broken(f"{_POINTER}: what serves {language!r} is not kept: {_REMEDY}.")
    return shelves


def _point(store: ModelStore, shelves: dict[str, Shelf]) -> None:
    told = {name: asdict(shelf) for name, shelf in shelves.items()}
    store.put(_POINTER, json.dumps(told, indent=1, sort_keys=True).encode())


def _readable(store: ModelStore, model: str) -> Card | None:
    """Return a card, or None where it is gone or broken."""
    try:
        return _card(store, model)
    except (Broken, NotFound):
        return None


def _card(store: ModelStore, model: str) -> Card:
    card: Card = _read(store, f"{model}.json", Card)
    return card


def _read(store: ModelStore, name: str, kind: Any) -> Any:
    content = store.get(name)
    try:
        return _understood(json.loads(content), kind)
    except ValueError as error:
        raise Broken(f"{name} is no JSON ({error}): {_REMEDY}.") from error
    except (TypeError, AttributeError, LookupError) as error:
        raise Broken(f"{name} cannot be understood ({error!r}): {_REMEDY}.") from error


def _understood(told: Any, kind: Any) -> Any:
    """Return JSON as this type; the fields that it does not have are of a newer release."""
    inner = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        fields = get_type_hints(kind)
        return kind(**{name: _understood(told[name], one) for name, one in fields.items()})
    if get_origin(kind) is Mapping:
        return {name: _understood(one, inner[1]) for name, one in told.items()}
    if get_origin(kind) is tuple:
        return tuple(_understood(one, inner[0]) for one in _understood(told, list))
    if not isinstance(told, kind | int if float in {kind, *inner} else kind):
        raise TypeError(f"{told!r} is no {kind}")
    return told


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
