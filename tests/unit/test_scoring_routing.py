"""Who scores a text: own model, multilingual model, VADER, Comprehend or nobody."""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Sequence
from typing import Any

import pytest

from northstar.domain.sentiment import Document, Score
from northstar.scoring import linear, routing, vader
from northstar.scoring.comprehend import Comprehend, Opinion
from northstar.scoring.linear import MULTILINGUAL, Linear, Settings
from northstar.scoring.routing import NOBODY, Calibration, Router

VADER = "vader-3.3.2+norm1"
GUESS = "platt(2,0,0.05)"


def model(
    language: str, probability: float = 0.9, cut: float = 0.2, languages: Sequence[str] = ()
) -> Linear:
    """Return a model that finds every text positive with this probability."""
    bias = math.log(probability / (1 - probability))
    settings = Settings(
        language=language,
        languages=tuple(languages) or (language,),
        bits=2,
        scale=1.0,
        bias=bias,
        slope=1.0,
        offset=0.0,
        cut=cut,
        normaliser="norm1",
    )
    return Linear(f"hash2-{language}-{probability}", settings, array("b", [0] * 4))


class Paid(Comprehend):
    """Comprehend that answers from a list and notes what it was asked."""

    def __init__(self, *opinions: Opinion) -> None:
        super().__init__(client=None)
        object.__setattr__(self, "told", list(opinions))
        object.__setattr__(self, "asked", [])

    def opinions(self, texts: Sequence[str], language: str) -> list[Opinion]:
        self.asked.append((language, list(texts)))  # type: ignore[attr-defined]
        return [self.told.pop(0) for _ in texts]  # type: ignore[attr-defined]


def router(*models: Linear, **more: Any) -> Router:
    return routing.start(vader.start(), {one.language: one for one in models}, **more)


def score(engine: Router, text: str, declared: str | None = "en") -> Score:
    return engine.score([Document(text, declared)])[0]


def test_a_language_with_its_own_model_is_scored_by_it() -> None:
    """Value is 2p−1, confidence the probability that the sign is right, the engine the model's."""
    result = score(
        router(model("fr", 0.9), model(MULTILINGUAL, 0.2, languages=["fr"])), "bof", "fr"
    )
    assert result == Score(0.8, "positive", 0.9, "fr", "declared", "hash2-fr-0.9+norm1")


def test_confidence_of_a_negative_text_is_that_of_its_sign() -> None:
    """A text that is positive with 0.1 is negative with 0.9."""
    result = score(router(model("fr", 0.1)), "bof", "fr")
    assert (result.value, result.label, result.confidence) == (-0.8, "negative", 0.9)


@pytest.mark.parametrize(
    ("probability", "label"),
    [(0.6, "positive"), (0.5999, "neutral"), (0.4001, "neutral"), (0.4, "negative")],
)
def test_the_label_follows_the_cut_of_the_language(probability: float, label: str) -> None:
    """With a cut of 0.2 the label changes exactly at ±0.2."""
    assert score(router(model("fr", probability, cut=0.2)), "bof", "fr").label == label


def test_the_multilingual_model_scores_only_where_it_has_proved_good() -> None:
    """Dutch is among its languages, Swedish is not and stays undetermined."""
    engine = router(model(MULTILINGUAL, 0.7, languages=["nl", "fr"]))
    assert score(engine, "prima", "nl").engine == "hash2-mul-0.7+norm1"
    assert score(engine, "bra", "sv") == Score(
        None, "undetermined", 0.0, "sv", "declared", NOBODY, truncated=False
    )


def test_english_without_a_model_is_vaders_alone() -> None:
    """Its compound becomes a probability by the calibration, at first a guess."""
    result = score(router(), "VADER is smart, handsome, and funny.")
    positive = 1 / (1 + math.exp(-2 * 0.8316))
    assert result.value == round(2 * positive - 1, 4)
    assert result.confidence == round(positive, 4)
    assert (result.label, result.engine) == ("positive", f"{VADER}+{GUESS}")


def test_english_with_a_model_is_the_mean_of_both() -> None:
    """The two probabilities are averaged, and the engine names both."""
    result = score(router(model("en", 0.2)), "VADER is smart, handsome, and funny.")
    mean = (1 / (1 + math.exp(-2 * 0.8316)) + 0.2) / 2
    assert result.value == round(2 * mean - 1, 4)
    assert result.engine == f"{VADER}+{GUESS}+hash2-en-0.2"


def test_english_averages_with_the_multilingual_model_too() -> None:
    """A multilingual model that has proved good in English takes part there."""
    engine = router(model(MULTILINGUAL, 0.2, languages=["en"]))
    assert score(engine, "good").engine == f"{VADER}+{GUESS}+hash2-mul-0.2"


def test_a_fitted_calibration_moves_the_score_and_the_engines_name() -> None:
    """Slope, offset and cut of the card replace the guess."""
    engine = router(calibration=Calibration(slope=4.0, offset=-1.0, cut=0.3))
    positive = 1 / (1 + math.exp(-(4 * 0.8316 - 1)))
    result = score(engine, "VADER is smart, handsome, and funny.")
    assert result.value == round(2 * positive - 1, 4)
    assert result.engine == f"{VADER}+platt(4,-1,0.3)"
    assert score(router(calibration=Calibration(cut=0.9)), "good").label == "neutral"


@pytest.mark.parametrize("text", ["", " ", "5/5", "…!?", "\x00" * 100])
@pytest.mark.parametrize("declared", ["fr", "en", None])
def test_a_text_that_says_nothing_is_undetermined(text: str, declared: str | None) -> None:
    """Without a letter or an emoji there is nothing to score, whoever could."""
    engine = router(model("fr"), model("en"), comprehend=Paid())
    assert (score(engine, text, declared).value, score(engine, text, declared).engine) == (
        None,
        NOBODY,
    )


def test_emoji_alone_are_scored_in_any_language() -> None:
    """By the declared language's model, else by VADER, which reads words in English only."""
    engine = router(model("fr", 0.9))
    assert score(engine, "😠😠", "fr").engine == "hash2-fr-0.9+norm1"
    assert (score(engine, "😠😠", "sv").label, score(engine, "😠😠", None).label) == (
        "negative",
        "negative",
    )
    assert score(engine, "dåligt 😠😠", "sv").value is None


def test_comprehend_takes_what_nobody_else_knows() -> None:
    """Texts of one language go together; P(pos) − P(neg) is the value; places are kept."""
    paid = Paid(Opinion(0.6), Opinion(-0.5, truncated=True), Opinion(0.1))
    engine = router(model("fr"), comprehend=paid)
    documents = [
        *(Document("gut", "de"), Document("bon", "fr"), Document("schlecht", "de")),
        *(Document("bra", "sv"), Document("así así", "es"), Document("good", "en")),
    ]
    scores = engine.score(documents)
    assert paid.asked == [("de", ["gut", "schlecht"]), ("es", ["así así"])]  # type: ignore[attr-defined]
    assert [one.value for one in scores[:5]] == [0.6, 0.8, -0.5, None, 0.1]
    assert [one.label for one in scores] == [
        *("positive", "positive", "negative", "undetermined", "neutral", "positive")
    ]
    assert (scores[0].confidence, scores[0].engine) == (0.8, paid.id)
    assert [one.truncated for one in scores[:3]] == [False, False, True]


def test_what_comprehend_does_not_answer_is_undetermined_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No value, nobody's engine, and the reason in the log, without the text."""
    engine = router(comprehend=Paid(Opinion(None, "ThrottlingException")))
    result = score(engine, "geheim", "de")
    assert (result.value, result.label, result.engine) == (None, "undetermined", NOBODY)
    assert "ThrottlingException" in caplog.text
    assert "geheim" not in caplog.text


def test_comprehend_is_not_paid_twice_for_a_text() -> None:
    """Neither after a new model nor after other topics; in another language it is another text."""
    paid = Paid(Opinion(0.5), Opinion(0.25))
    engine = router(comprehend=paid)
    (first,) = engine.score([Document("Bonjour, très bien", "fr")])
    again, other = engine.score(
        [
            Document("Bonjour, très bien", "fr", scored=first),
            Document("Bonjour, très bien", "es", scored=first),
        ]
    )
    assert again == first
    assert other.language == "es"
    assert sum(len(texts) for _, texts in paid.asked) == 2


def test_the_routers_id_changes_with_each_part() -> None:
    """Another model, calibration or Comprehend is another id; the same parts are the same id."""
    engines = [
        *(router(), router(model("fr")), router(model("fr", 0.8)), router(model(MULTILINGUAL))),
        *(router(comprehend=Paid()), router(calibration=Calibration(slope=3.0))),
    ]
    assert len({engine.id for engine in engines}) == len(engines)
    both = [model("fr"), model("de")]
    assert router(*both).id == router(*reversed(both)).id


def test_only_the_configured_languages_are_detected() -> None:
    """An undeclared text in a language the deployment does not expect has none."""
    text = "Since the update it crashes whenever I log in"
    assert score(router(), text, None).language == "en"
    assert score(router(languages=["fr", "de"]), text, None).language == "und"


HOSTILE = {
    "letters": "good, " * 17_000,
    "emoji": "😀😂" * 25_000,
    "word": "w" * 50_000,
    "nul": "\x00good " * 20_000,
    "bidi": "\u202eשלום good مرحبا " * 6_000,
    "han": "好" * 100_000,
    "surrogates": "\ud83d good" * 15_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("declared", ["en", None])
def test_hostile_text_is_scored_in_bounded_time_and_its_cut_told(
    text: str, declared: str | None
) -> None:
    """Whatever comes in, each text gets one score soon, and it says that the text was cut."""
    settings = Settings("en", ("en", "zh"), 16, 0.01, 0.0, 1.0, 0.0, 0.1, "norm1")
    engine = router(linear.Linear("hash16-en", settings, array("b", [1] * (1 << 16))))
    score(engine, "good")
    start = time.process_time()
    (result,) = engine.score([Document(text, declared)])
    assert time.process_time() - start < 0.2
    assert result.truncated
