"""The VADER engine against the package itself, and the normaliser against itself."""

from __future__ import annotations

from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from northstar.domain.sentiment import Document
from northstar.scoring import engine
from northstar.scoring.detection import LANGUAGES
from northstar.scoring.language import language
from northstar.scoring.normalise import MAX_CHARACTERS, normalise
from northstar.scoring.vader import compound, polarity


@cache
def package() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


LEXICON = st.sampled_from(sorted(package().lexicon))
EMOJI = st.sampled_from(sorted(emoji for emoji in package().emojis if len(emoji) == 1))
RULES = st.sampled_from(
    [
        *NEGATE,
        *BOOSTER_DICT,
        *SPECIAL_CASES,
        *("no", "or", "nor", "but", "least", "at least", "very least", "kind", "of", "sort"),
        *("never so", "never this", "without doubt", "so", "this", "the", "just", "enough"),
        *("isn't", "XN'Ty", "shit", "bomb", "bad", "good", "die", "stop", "right", "love"),
    ]
)
ODD = st.sampled_from(["İ", "ΣΑΣ", "ß", "ſ", "a\u00a0b", "\x1c", "é", "e\u0301", "\u200d", "ﬁ", ""])
PLAIN = st.sampled_from(["table", "app", "a", "I", "x1", "...", "?", "!", "??", "!!!!!", "-"])
WORD = st.builds(
    lambda word, case, before, after: f"{before}{case(word)}{after}",
    st.one_of(LEXICON, RULES, RULES, LEXICON, EMOJI, ODD, PLAIN),
    st.sampled_from([str, str, str, str.upper, str.title]),
    st.sampled_from(["", "", "", "", "(", "'", '"', "#"]),
    st.sampled_from(["", "", "", "", ".", ",", "!", "?!", ")", "'"]),
)
GAP = st.sampled_from([" ", " ", " ", " ", "", "\n", "  "])
TEXT = st.lists(st.tuples(WORD, GAP), max_size=14).map(
    lambda pairs: "".join(part for pair in pairs for part in pair)
)


@settings(max_examples=600, deadline=None)
@given(TEXT)
@example("This is not really the shit, but kind of the bomb")
@example("no good or bad, at least never so good")
@example("least good, the least bad")
@example("table app this good")
@example("we ain'ty good")
@example("it was a kiss of death")
@example("without a doubt an excellent idea")
@example("NOT GOOD 😀great❤😡 but yeah right")
@example("very nice and simply badass")
@example("so good 🔛 but bad")
@example("love it but accept it")
@example("at least good, the very least bad")
def test_every_figure_is_the_packages(text: str) -> None:
    """For any text neg, neu, pos and compound are bit for bit what the package returns."""
    assert polarity(text) == package().polarity_scores(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "good",
                    "good",
                    "GOOD",
                    "great",
                    "bad",
                    "bad",
                    "but",
                    "BUT",
                    "app",
                    "very",
                    "not",
                ),
                *(
                    "no",
                    "or",
                    "nor",
                    "never",
                    "so",
                    "this",
                    "without",
                    "doubt",
                    "kind",
                    "of",
                    "the",
                ),
                *("least", "at", "badass", "shit", "bus", "stop", "just", "enough", "isn'ty", "😀"),
            ]
        ),
        max_size=30,
    )
)
def test_every_figure_is_the_packages_where_rules_and_equal_weights_meet(words: list[str]) -> None:
    """The same holds where the words of the rules stand close together and weights repeat."""
    text = " ".join(words)
    assert polarity(text) == package().polarity_scores(text)
    assert compound(text) == package().polarity_scores(text)["compound"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_every_figure_is_the_packages_for_any_characters(text: str) -> None:
    """The same holds for characters of any kind."""
    assert polarity(text) == package().polarity_scores(text)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_a_text_in_normal_form_gets_the_packages_compound(text: str) -> None:
    """The whole engine returns the package's compound for a text that needs no normalisation."""
    plain = normalise(text).text
    (score,) = engine("vader").score([Document(plain, "en")])
    assert score.value is None or score.value == package().polarity_scores(plain)["compound"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXT, st.text(max_size=80), st.text("a1.,:;!?()@/ 😀😂❤\ufe0f\u200d\u0301'’🏽")))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """A normalised text is in normal form."""
    once = normalise(text)
    assert normalise(once.text) == (once.text, False) or once.truncated


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.integers(0, 3_000), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_and_any_locale_get_a_score_within_its_range(
    text: str, times: int, declared: str | None
) -> None:
    """Nothing raises; values, confidence and language stay in their ranges."""
    (score,) = engine("auto").score([Document(text * times, declared)])
    assert score.value is None or -1 <= score.value <= 1
    assert (score.value is None) == (score.label == "undetermined") == (score.confidence == 0)
    assert 0 <= score.confidence <= 1
    assert 2 <= len(score.language) <= 3
    assert (score.language == "und") == (score.language_source == "unknown")
    assert score.truncated or len(text) * times <= MAX_CHARACTERS


LATIN = st.characters(min_codepoint=65, max_codepoint=0x24F, categories=["L"])


@settings(max_examples=100, deadline=None)
@given(st.text(LATIN, min_size=1, max_size=9))
def test_few_latin_letters_never_name_a_language(text: str) -> None:
    """Whatever the letters, a short undeclared text in the Latin script is unknown."""
    assert language(text, None) == ("und", "unknown")


@settings(max_examples=200, deadline=None)
@given(st.one_of(TEXT, st.text(LATIN)), st.sets(st.sampled_from(sorted(LANGUAGES))))
def test_only_expected_languages_are_detected(text: str, among: set[str]) -> None:
    """What is detected is one of the languages asked for, or nothing."""
    found, source = language(text, None, among)
    assert source != "detected" or found in among
