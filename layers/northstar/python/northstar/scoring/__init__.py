"""The engines that score texts, each one line here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from northstar.domain.errors import Invalid
from northstar.domain.sentiment import Scorer
from northstar.scoring import linear, routing, vader
from northstar.scoring.detection import LANGUAGES
from northstar.scoring.routing import Calibration, Router

if TYPE_CHECKING:
    from northstar.app.learn import Trained
    from northstar.scoring.comprehend import Comprehend

__all__ = ["ENGINES", "LANGUAGES", "engine"]

ENGINES = ("auto", "vader", "linear")


def engine(
    name: str,
    models: Mapping[str, Trained] | None = None,
    *,
    comprehend: Comprehend | None = None,
    languages: Collection[str] = LANGUAGES,
) -> Scorer:
    """Return the engine of that name; "auto" takes for each text the best one that is ready.

    `models` are those that serve, by language. Only "auto" asks for Comprehend, if it is switched
    on, and for the languages that may be detected.

    Raises:
        Invalid: no engine has this name, or its package cannot be used.
        Broken: a model cannot be read.
    """
    serving = models or {}
    match name:
        case "vader":
            return vader.start()
        case "linear":
            return linear.start({code: model.content for code, model in serving.items()})
        case "auto":
            return _auto(serving, comprehend, languages)
    raise Invalid(f"Unknown engine '{name}': choose one of {', '.join(ENGINES)}.", "engine")


def _auto(
    serving: Mapping[str, Trained], comprehend: Comprehend | None, languages: Collection[str]
) -> Router:
    ready = {code: linear.load(model.content) for code, model in serving.items()}
    card = serving["en"].card if "en" in serving else None
    fitted = Calibration(card.vader_slope, card.vader_offset) if card else None
    return routing.start(vader.start(), ready, comprehend, fitted, languages)
