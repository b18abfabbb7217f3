"""Language by script, then by the declared locale, else unknown."""

from __future__ import annotations

import pytest

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
