"""Chooses who scores a text: the best engine that knows its language, or nobody.

A language nobody knows is undetermined, never 0. Every score names what took part in it, so that
figures of different engines are never taken for one.
"""

from __future__ import annotations

import logging
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from northstar.domain.sentiment import Document, LanguageSource, Score, label
from northstar.scoring.detection import LANGUAGES
from northstar.scoring.language import language
from northstar.scoring.linear import MULTILINGUAL, Linear, sigmoid
from northstar.scoring.normalise import NORMALISER, has_emoji, has_letter, normalise
from northstar.scoring.vader import CUT, STEEPNESS, Vader, compound

if TYPE_CHECKING:
    from northstar.scoring.comprehend import Comprehend

NOBODY = f"none+{NORMALISER}"
# Where nothing was fitted: a value this far from 0 is no longer neutral.
_COMPREHEND_CUT = 0.15
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns VADER's compound into the probability of a positive text: σ(slope·compound + offset).

    The defaults are a guess to start with; a model's card has fitted ones (Platt 1999).
    """

    slope: float = STEEPNESS
    offset: float = 0.0
    cut: float = CUT

    @property
    def id(self) -> str:
        """Names the three numbers, because scores change with them."""
        return f"platt({self.slope:g},{self.offset:g},{self.cut:g})"

    def probability(self, text: str) -> float:
        """Return the probability, 0..1, that a normalised English text is positive."""
        return sigmoid(self.slope * compound(text) + self.offset)


class Route(NamedTuple):
    """How a text is scored: by whom, up to which |value| it is neutral, and P(positive)."""

    engine: str
    cut: float
    probability: Callable[[str], float]


class _Text(NamedTuple):
    """A text as the engines read it."""

    text: str
    truncated: bool
    language: str
    source: LanguageSource


@dataclass(frozen=True, slots=True)
class Router:
    """The engine made of engines.

    * A language with a model of its own is scored by that one; any other by the multilingual model
      where that has proved good enough, which its settings tell.
    * English is scored by the mean of the model and calibrated VADER, or by VADER alone.
    * What is left goes to Comprehend, if there is one and it supports the language.
    * A text of emoji without a letter that is still left is scored by VADER, whatever its language.

    `own` has the models by language, `languages` are those that may be detected.
    """

    vader: Vader
    own: Mapping[str, Linear]
    multi: Linear | None = None
    comprehend: Comprehend | None = None
    calibration: Calibration = Calibration()
    languages: Collection[str] = LANGUAGES

    @property
    def id(self) -> str:
        """Names all that may take part; another id means that some texts may score differently."""
        models = [self.own[code].id for code in sorted(self.own)]
        multi = [self.multi.id] if self.multi else []
        paid = [self.comprehend.id] if self.comprehend else []
        told = sorted(self.languages)
        parts = "+".join([self.vader.id, self.calibration.id, *models, *multi, *paid, *told])
        return f"auto-{zlib.crc32(parts.encode()):08x}+{NORMALISER}"

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """Return one score per document, in order; a text of any length takes bounded time."""
        texts = [self._read(document) for document in documents]
        scores = [self._score(text) for text in texts]
        if self.comprehend:
            before = [document.scored for document in documents]
            for place, score in self._paid(self.comprehend, texts, before):
                scores[place] = score
        return scores

    def _read(self, document: Document) -> _Text:
        text, truncated = normalise(document.text)
        return _Text(text, truncated, *language(text, document.declared_language, self.languages))

    def _route(self, text: _Text) -> Route | None:
        lettered = has_letter(text.text)
        if not lettered and not has_emoji(text.text):
            return None
        model = self._model(text.language)
        if text.language == "en":
            return self._english(model)
        if model:
            return Route(f"{model.id}+{NORMALISER}", model.cut, model.probability)
        return None if lettered else self._english(None)

    def _model(self, code: str) -> Linear | None:
        if code in self.own:
            return self.own[code]
        return self.multi if self.multi and code in self.multi.settings.languages else None

    def _english(self, model: Linear | None) -> Route:
        vader = self.calibration
        name = f"{self.vader.id}+{vader.id}"
        if model is None:
            return Route(name, vader.cut, vader.probability)

        def mean(text: str) -> float:
            return (vader.probability(text) + model.probability(text)) / 2

        return Route(f"{name}+{model.id}", model.cut, mean)

    def _score(self, text: _Text) -> Score:
        route = self._route(text)
        if route is None:
            return _undetermined(text)
        return _score(text, route.probability(text.text), route.cut, route.engine)

    def _is_for(self, comprehend: Comprehend, text: _Text) -> bool:
        return text.language in comprehend.languages and has_letter(text.text)

    def _paid(
        self, comprehend: Comprehend, texts: Sequence[_Text], before: Sequence[Score | None]
    ) -> Iterator[tuple[int, Score]]:
        """Yield the place and the score of each text that nobody else knows; one language a call.

        What Comprehend has said of a text in the same language before is not asked again. What it
        does not answer stays undetermined, and the log tells why.
        """
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, (text, known) in enumerate(zip(texts, before, strict=True)):
            if not self._is_for(comprehend, text) or self._route(text):
                continue
            if known and (known.engine, known.language) == (comprehend.id, text.language):
                yield place, known
            else:
                places[text.language].append(place)
        for code, group in places.items():
            opinions = comprehend.opinions([texts[place].text for place in group], code)
            for place, opinion in zip(group, opinions, strict=True):
                text = texts[place]
                if opinion.balance is None:
                    _logger.warning("No sentiment of a text in %s: %s", code, opinion.reason)
                    continue
                cut_too = text._replace(truncated=text.truncated or opinion.truncated)
                positive = (1 + opinion.balance) / 2
                yield place, _score(cut_too, positive, _COMPREHEND_CUT, comprehend.id)


def start(
    vader: Vader,
    models: Mapping[str, Linear],
    comprehend: Comprehend | None = None,
    calibration: Calibration | None = None,
    languages: Collection[str] = LANGUAGES,
) -> Router:
    """Return the router over the models that serve, by language; the multilingual one is "mul"."""
    own = {code: model for code, model in models.items() if code != MULTILINGUAL}
    multi = models.get(MULTILINGUAL)
    return Router(vader, own, multi, comprehend, calibration or Calibration(), languages)


def _score(text: _Text, positive: float, cut: float, engine: str) -> Score:
    """Return the score of a text that is positive with this probability."""
    value = round(2 * positive - 1, 4)
    return Score(
        value=value,
        label=label(value, cut),
        confidence=round(max(positive, 1 - positive), 4),
        language=text.language,
        language_source=text.source,
        engine=engine,
        truncated=text.truncated,
    )


def _undetermined(text: _Text) -> Score:
    return Score(None, "undetermined", 0.0, text.language, text.source, NOBODY, text.truncated)
