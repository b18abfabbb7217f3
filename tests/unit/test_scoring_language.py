"""Language by script, then by the declared locale, then by its words, else unknown."""

from __future__ import annotations

import time

import pytest

from northstar.scoring.detection import LANGUAGES
from northstar.scoring.language import language, primary_subtag


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("このアプリは最高", "ja"),
        ("カラオケ", "ja"),
        ("味道不错", "zh"),
        ("iPhone很好用", "zh"),
        ("정말 좋아요", "ko"),
        ("التطبيق رائع", "ar"),
        ("האפליקציה טובה", "he"),
        ("Отличное приложение", "ru"),
        ("Πολύ καλό", "el"),
        ("แอพดีมาก", "th"),
        ("बहुत अच्छा", "hi"),
        ("நல்ல செயலி", "ta"),
        ("კარგი", "ka"),
    ],
)
@pytest.mark.parametrize("declared", [None, "en-US"])
def test_script_decides(text: str, expected: str, declared: str | None) -> None:
    """A script other than Latin names the language, whatever other locale is declared."""
    assert language(text, declared) == (expected, "script")


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("Чудовий додаток", "uk-UA", "uk"),
        ("Чудесно приложение", "bg", "bg"),
        ("برنامه عالی است", "fa-IR", "fa"),
        ("खूप छान", "mr", "mr"),
        ("最高", "ja-JP", "ja"),
    ],
)
def test_declared_locale_chooses_within_a_script(text: str, declared: str, expected: str) -> None:
    """Where several languages share a script, the declared one of them is taken."""
    assert language(text, declared) == (expected, "declared")


def test_kana_is_japanese_even_when_chinese_is_declared() -> None:
    """Kana is written in no other language."""
    assert language("とても良い", "zh-CN") == ("ja", "script")
    assert language("最高のapp", None) == ("ja", "script")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        *[("en-US", "en"), ("fr", "fr"), ("pt_BR", "pt"), ("DE", "de"), ("sr-Latn", "sr")],
        *[("in", "id"), ("az", "az"), ("fil-PH", "fil")],
    ],
)
def test_latin_text_has_the_declared_language(declared: str, expected: str) -> None:
    """A text in Latin letters is in the language that its source declares."""
    assert language("Très bon, merci", declared) == (expected, "declared")


@pytest.mark.parametrize("declared", ["ja-JP", "zh-Hant-TW", "ko", "ru", "iw", "th", "ar"])
def test_latin_text_is_not_in_a_language_of_another_script(declared: str) -> None:
    """A review in Latin letters from a Japanese store front is in an unknown language."""
    assert language("very good app", declared) == ("und", "unknown")


@pytest.mark.parametrize("declared", [None, "", "und", "mul", "e", "english", "en US", "12", "-"])
def test_latin_text_without_a_locale_is_unknown(declared: str | None) -> None:
    """Without a usable locale nothing is guessed from Latin letters."""
    assert language("I love this great app", declared) == ("und", "unknown")


def test_text_without_letters_has_the_declared_language() -> None:
    """Digits and emoji say nothing, so the declaration stands; without one it is unknown."""
    assert language("😀 5/5", "fr-FR") == ("fr", "declared")
    assert language("5/5", "ja") == ("ja", "declared")
    assert language("😀", None) == ("und", "unknown")
    assert language("", None) == ("und", "unknown")


def test_most_letters_win() -> None:
    """One foreign word does not change the language of a sentence."""
    assert language("I really enjoyed the борщ here", "en") == ("en", "declared")
    assert language("Приложение Northstar отличное", "en") == ("ru", "script")


def test_letters_of_an_unlisted_script_are_unknown() -> None:
    """Cherokee under an English locale is not English."""
    assert language("ᎣᏏᏲ", "en") == ("und", "unknown")


def test_primary_subtag_is_lower_case_and_current() -> None:
    """Case and separator do not matter, and Hebrew's old code becomes the current one."""
    assert primary_subtag(" PT_br ") == "pt"
    assert primary_subtag("iw-IL") == "he"
    assert primary_subtag("zh-Hans-CN") == "zh"
    assert primary_subtag("not a tag") is None


SENTENCES = {
    "ca": "No puc iniciar la sessió des de l'actualització",
    "cs": "Aplikace nefunguje, nejde se přihlásit",
    "da": "Jeg kan ikke logge ind, det virker ikke mere",
    "de": "Seit dem Update stürzt die App ständig ab",
    "en": "Since the update it crashes whenever I log in",
    "es": "Desde la actualización no puedo entrar en mi cuenta",
    "fi": "Sovellus ei toimi enää päivityksen jälkeen",
    "fr": "Depuis la mise à jour je ne peux plus me connecter",
    "hu": "Az alkalmazás nem működik a frissítés után",
    "id": "Aplikasi ini sangat bagus tapi tidak bisa login",
    "it": "Non riesco più ad accedere dopo l'aggiornamento",
    "nb": "Jeg får ikke logget inn, appen fungerer ikke",
    "nl": "Sinds de update kan ik niet meer inloggen",
    "pl": "Aplikacja działa bardzo dobrze, ale czasem się zawiesza",
    "pt": "Desde a atualização não consigo entrar na minha conta",
    "ro": "Aplicația nu funcționează după actualizare, foarte rău",
    "sv": "Appen fungerar inte längre sedan uppdateringen",
    "tr": "Uygulama çok güzel ama bazen açılmıyor",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_an_undeclared_sentence_is_in_the_language_of_its_words(code: str) -> None:
    """One ordinary sentence is enough, and its source is told as detected."""
    assert language(SENTENCES[code], None) == (code, "detected")


@pytest.mark.parametrize("code", SENTENCES)
def test_only_expected_languages_are_detected(code: str) -> None:
    """A sentence in a language that is not expected is unknown, not its nearest neighbour."""
    others = set(SENTENCES) - {code}
    assert language(SENTENCES[code], None, others) == ("und", "unknown")


def test_every_language_has_a_sentence_here() -> None:
    """No language is detected without a test."""
    assert set(SENTENCES) == LANGUAGES


def test_the_declared_locale_stands_before_the_words() -> None:
    """What a source declares is not overruled by the words."""
    assert language(SENTENCES["fr"], "en-US") == ("en", "declared")


def test_words_decide_where_the_declared_language_cannot_be() -> None:
    """An English sentence from a Japanese store front is found to be English."""
    assert language(SENTENCES["en"], "ja-JP") == ("en", "detected")


@pytest.mark.parametrize(
    "text",
    [
        "It is a good app",
        "La aplikaĵo ne funkcias post la ĝisdatigo kaj mi estas kolera",
        "Ứng dụng rất tốt nhưng không thể đăng nhập được",
        "Ứng dụng này rất tốt nhưng tôi không thể đăng nhập được sau khi cập nhật, xin hãy sửa sớm",
        "Programi nuk punon pas përditësimit dhe nuk mund të hyj në llogarinë time, ju lutem",
        "ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ ᎣᏏᏲ: this is not what we had here",
        "Northstar Northstar Northstar Northstar",
        "asdfghjkl qwertzuiop yxcvbnm asdfghjkl",
        "login error code crash screen screen",
        "I like it, aber es ist leider nicht so gut wie the old one was",
        "bad mood bad mood bad mood bad mood",
    ],
)
def test_doubt_is_not_a_language(text: str) -> None:
    """Short, foreign, mixed and senseless texts are unknown rather than guessed."""
    assert language(text, None) == ("und", "unknown")


def test_nineteen_letters_are_too_few() -> None:
    """The same words count from 20 letters on."""
    assert language("this is not what i had", None) == ("und", "unknown")
    assert language("this is not what we had here", None) == ("en", "detected")


def test_names_and_subjects_say_nothing() -> None:
    """Words behind @ and # are not read."""
    assert language("@the_and #this #that #with #from @have @they @you", None) == ("und", "unknown")


def test_detection_is_bounded() -> None:
    """Very many and very long words cost no more than a few milliseconds."""
    many = " ".join(f"{number:x}th" for number in range(100_000, 150_000)).translate(
        str.maketrans("0123456789", "ghijklmnop")
    )
    start = time.process_time()
    language(many, None)
    language("ing" * 20_000, None)
    assert time.process_time() - start < 0.5
