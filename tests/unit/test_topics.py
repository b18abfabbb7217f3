"""Topics are found by the words of their themes, and only by them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from northstar.app.texts import LANGUAGES
from northstar.app.themes import DEFAULT
from northstar.domain.errors import Invalid
from northstar.domain.topics import MOST, Theme, Topics, merged
from northstar.domain.words import MAX_CHARACTERS

DEFAULTS = Topics(DEFAULT)


def found(text: str, words: Mapping[str, tuple[str, ...]], language: str = "en") -> tuple[str, ...]:
    """The topics of a text, of themes with these words each in this language."""
    return Topics(Theme(name, {language: own}) for name, own in words.items()).of(text, language)


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("I can't LOG IN since Monday", "en", "login"),
        ("too many ads!!", "en", "ads"),
        ("Refunded after a week", "en-GB", "refund"),
        ("Impossible de me connecter", "fr", "login"),
        ("Mise à jour obligatoire...", "fr", "update"),
        ("Das Startpasswort kam nie an", "de", "login"),
        ("Die App ist sehr übersichtlich", "de", "usability"),
        ("La aplicación se cierra sola", "es", "crash"),
        ("NAO RECEBI o produto", "pt-BR", "delivery"),
        ("Troppa pubblicita'", "it", "ads"),
        ("De klantendienst is onbereikbaar", "nl", "support"),
        ("Nie działa po aktualizacji", "pl", "update"),
        ("Aplikace je pomalá", "cs", "speed"),
        ("Kundtjänsten svarar inte", "sv", "support"),
        ("ŞİFREMİ UNUTTUM", "tr", "login"),
        ("広告が多すぎる", "ja", "ads"),
        ("자동로그인이 안 돼요", "ko", "login"),
        ("一打开就闪退", "zh-Hans", "crash"),
        ("廣告太多", "zh-Hant", "ads"),
        ("وخدمة العملاء لا يردون", "ar", "support"),
        ("השירות לקוחות והתשלום", "he", "payment"),
        ("Ne radi PayPal", "hr", "payment"),
        ("paypal", "und", "payment"),
    ],
)
def test_a_topic_is_found_in_every_language(text: str, language: str, topic: str) -> None:
    """Whatever the case, accents and inflection, and whether or not there are spaces."""
    assert topic in DEFAULTS.of(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It does not support Android 9, priceless, a hotel", "en"),
        ("Meine Bewerbung und die Erzählung in der Berichterstattung", "de"),
        ("Die Ankündigung sagte nichts", "de"),
        ("Tiene la cara muy bonita", "es"),
        ("O anúncio dizia outra cor, o suporte da TV, bateria sem carregamento", "pt"),
        ("Caro Matteo, il Corriere ha reso omaggio", "it"),
        ("Op den duur was ik bezorgd", "nl"),
        ("Wolny czas, dostawać kwiaty", "pl"),
        ("Fel väg, reklamationer", "sv"),
        ("ダウンロードした", "ja"),
        ("이번에 사기 전에 하자", "ko"),
        ("方便面的味道让人崩溃", "zh"),
        ("קורס חדש", "he"),
    ],
)
def test_false_friends_are_no_topic(text: str, language: str) -> None:
    """Words that only look like one of ours tell of nothing."""
    assert DEFAULTS.of(text, language) == ()


def test_a_word_ends_where_it_ends_unless_it_has_a_star() -> None:
    """Without a star only the word itself counts, with one every longer word too."""
    assert found("bugs", {"bug": ("bug",)}) == ()
    assert found("bugs", {"bug": ("bug*",)}) == ("bug",)
    assert found("debug", {"bug": ("bug*",)}) == ()


def test_a_star_before_a_word_looks_into_compounds() -> None:
    """A compound counts by its end, or by any part of it with stars on both sides."""
    assert found("Programmfehler", {"bug": ("*fehler",)}, "de") == ("bug",)
    assert found("Programmfehlern", {"bug": ("*fehler",)}, "de") == ()
    assert found("Programmfehlern", {"bug": ("*fehler*",)}, "de") == ("bug",)


@pytest.mark.parametrize("word", ["", "*", "…", "*bug", "*app*"])
def test_a_word_that_is_everywhere_is_refused(word: str) -> None:
    """The error names the topic and the language."""
    with pytest.raises(Invalid, match="'bug' \\(en\\)") as error:
        found("", {"bug": (word,)})
    assert error.value.field == "topics.bug.words.en"


def test_topics_come_in_the_order_of_their_mention_and_at_most_a_few() -> None:
    """The first mentioned are kept."""
    words = {f"t{number}": (f"w{number}",) for number in range(MOST + 2)}
    assert found("w6 w1 w0 w1 w2 w3 w4", words) == ("t6", "t1", "t0", "t2", "t3")
    assert len(found("same", dict.fromkeys(words, ("same",)))) == MOST


def test_topics_at_one_place_are_all_found() -> None:
    """Neither a longer word nor a neighbour that shares its end hides another one."""
    words = {"a": ("log*",), "b": ("login page",), "c": ("page two",)}
    assert found("login page two", words) == ("a", "b", "c")


def test_common_words_join_those_of_a_language() -> None:
    """The same word may stand for a topic in all languages and for another in one."""
    topics = Topics([Theme("a", {"any": ("spam",)}), Theme("b", {"nl": ("spam", "post")})])
    assert topics.of("spam", "nl") == ("a", "b")
    assert topics.of("spam post", "sv") == ("a",)


def test_an_operators_theme_replaces_ours_by_name() -> None:
    """Another name is added; a theme without words switches ours off."""
    ours = (Theme("ads", {"en": ("ads",)}), Theme("bug", {"en": ("bug",)}))
    given = (Theme("ads", {"en": ("banner",)}), Theme("bug", {}), Theme("maps", {"en": ("map",)}))
    assert [theme.name for theme in merged(ours, given)] == ["ads", "maps"]
    topics = Topics(merged(ours, given))
    assert topics.of("ads banner bug map", "en") == ("ads", "maps")
    assert topics.of("ads", "en") == ()


def test_every_language_of_the_survey_has_every_default_topic() -> None:
    """No default theme leaves one of our languages out."""
    languages = {tag.partition("-")[0] for tag in LANGUAGES}
    assert {theme.name: languages - theme.words.keys() for theme in DEFAULT} == {
        theme.name: set() for theme in DEFAULT
    }


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    """A word after the limit is not found; one before it is."""
    assert DEFAULTS.of("x " * MAX_CHARACTERS + "login", "en") == ()
    assert DEFAULTS.of("login" + " x" * MAX_CHARACTERS, "en") == ("login",)


def test_reviews_have_topics_and_tweets_about_politics_have_none(shared_data: Path) -> None:
    """Tweets hardly ever have a topic of ours; at least a third of the reviews have one."""

    def share(name: str) -> float:
        path = shared_data / "sentiment" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return sum(bool(DEFAULTS.of(row["text"], row["lang"])) for row in rows) / len(rows)

    assert max(map(share, ("de_tweets", "it_tweets", "es_tweets", "ar_tweets"))) < 0.05
    assert min(map(share, ("fr_play", "nl_trustpilot", "pt_olist", "zh_waimai", "en_app"))) > 0.3
