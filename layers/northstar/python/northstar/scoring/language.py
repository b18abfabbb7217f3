"""Finds the language of a text from its script, from what its source declares, or from its words.

The words come last and only in longer texts: half of all reviews are too short for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from northstar.domain.sentiment import LanguageSource
from northstar.scoring.detection import LANGUAGES, detect
from northstar.scoring.normalise import has_letter

UNKNOWN = "und"

# Blocks of the Unicode Character Database (Blocks.txt) by script; `other` takes any other letter.
_BLOCKS = {
    "latin": "A-Za-zªºÀ-ÖØ-öø-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "han": "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "arabic": "\u0620-\u064a\u066e-\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufefc",
    "hebrew": "\u05d0-\u05f2\ufb1d-\ufb4f",
    "cyrillic": "\u0400-\u0481\u048a-\u052f\u1c80-\u1c8f\ua640-\ua69f",
    "greek": "\u0370-\u0373\u0376-\u03ff\u1f00-\u1fff",
    "devanagari": "\u0900-\u0963\u0971-\u097f",
    "bengali": "\u0980-\u09e3",
    "gurmukhi": "\u0a00-\u0a5e",
    "gujarati": "\u0a80-\u0ae3",
    "tamil": "\u0b80-\u0bd7",
    "telugu": "\u0c00-\u0c63",
    "kannada": "\u0c80-\u0ce3",
    "malayalam": "\u0d00-\u0d63",
    "sinhala": "\u0d80-\u0df3",
    "thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "lao": "\u0e80-\u0ecd\u0edc-\u0edf",
    "burmese": "\u1000-\u103f\u1050-\u108f",
    "khmer": "\u1780-\u17d3",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "armenian": "\u0531-\u0556\u0561-\u0587",
    "ethiopic": "\u1200-\u135a",
    "other": r"[^\W\d_]",
}
_SCRIPT = re.compile(
    "|".join(
        f"(?P<{script}>{block if script == 'other' else f'[{block}]+'})"
        for script, block in _BLOCKS.items()
    )
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_NO_OTHER_LETTER = re.compile(rf"[\W\d_{_BLOCKS['latin']}]*")
# One sign of these stands for about as much as three letters.
_WEIGHTS = {"han": 3, "kana": 3, "hangul": 3}

# The languages written in a script. The first is taken when none of them is declared: the only
# one, or the one with by far the most writers.
_WRITTEN_BY = {
    "han": ("zh", "ja", "yue"),
    "kana": ("ja",),
    "hangul": ("ko",),
    "arabic": ("ar", "fa", "ur", "ps", "ckb", "ku", "ug", "sd", "ks", "pa", "ms", "az", "uz"),
    "hebrew": ("he", "yi"),
    "cyrillic": (
        *("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "uz", "az", "bs"),
        *("ba", "cv", "os", "ce", "sh", "me", "cnr"),
    ),
    "greek": ("el",),
    "devanagari": ("hi", "mr", "ne", "sa", "kok", "bho", "mai", "doi", "sd", "ks"),
    "bengali": ("bn", "as"),
    "gurmukhi": ("pa",),
    "gujarati": ("gu",),
    "tamil": ("ta",),
    "telugu": ("te",),
    "kannada": ("kn",),
    "malayalam": ("ml",),
    "sinhala": ("si",),
    "thai": ("th",),
    "lao": ("lo",),
    "burmese": ("my",),
    "khmer": ("km",),
    "georgian": ("ka",),
    "armenian": ("hy",),
    "ethiopic": ("am", "ti"),
}
_ALSO_LATIN = frozenset({"az", "bs", "cnr", "kk", "ku", "me", "ms", "sh", "sr", "tt", "ug", "uz"})
_NEVER_LATIN = frozenset().union(*_WRITTEN_BY.values()) - _ALSO_LATIN

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE | re.ASCII)
# Codes that old locales (Java, Android) still send for Hebrew, Indonesian and Yiddish.
_RENAMED = {"iw": "he", "in": "id", "ji": "yi"}
_NO_LANGUAGE = frozenset({UNKNOWN, "mul", "mis", "zxx"})


def language(
    text: str, declared: str | None, among: Collection[str] = LANGUAGES
) -> tuple[str, LanguageSource]:
    """Return the language of a text as a primary BCP 47 subtag, and where that comes from.

    `declared` is the locale that the source states, such as "pt-BR" or "zh_Hant_TW", or None.
    `among` are the languages that may be detected: those the deployment expects.

    * A script other than Latin decides: kana is Japanese, Han without kana Chinese, and so on. Of
      the other languages of that script the declared one wins: Cyrillic is "ru" unless "uk" or
      another is declared, Han is "zh" unless "ja" is.
    * A text in Latin letters has the declared language, unless that is never written in them.
    * A text without any letter has the declared language.
    * Any other text of 20 Latin letters or more has the language its words and spelling speak for,
      if they do so clearly.
    * Everything else is "und".
    """
    stated = primary_subtag(declared)
    script = _script(text)
    if script in _WRITTEN_BY:
        default, *others = _WRITTEN_BY[script]
        return (stated, "declared") if stated in others else (default, "script")
    if stated and script != "other" and not (script == "latin" and stated in _NEVER_LATIN):
        return stated, "declared"
    detected = detect(text, among) if script == "latin" else None
    return (detected, "detected") if detected else (UNKNOWN, "unknown")


def primary_subtag(locale: str | None) -> str | None:
    """Return "pt" for "pt-BR" or "PT_br"; None for no, a malformed or an empty-handed locale."""
    match = _TAG.fullmatch(locale.strip()) if locale else None
    if match is None:
        return None
    subtag = match[1].lower()
    return None if subtag in _NO_LANGUAGE else _RENAMED.get(subtag, subtag)


def _script(text: str) -> str | None:
    """Return the script of most of the letters, or None when there is no letter."""
    if text.isascii():
        return "latin" if has_letter(text) else None
    if _NO_OTHER_LETTER.fullmatch("".join(_NOT_ASCII.findall(text))):
        return "latin" if has_letter(text) else None
    amounts: Counter[str] = Counter()
    for run in _SCRIPT.finditer(text):
        script = run.lastgroup or "other"
        amounts[script] += len(run[0]) * _WEIGHTS.get(script, 1)
    if "kana" in amounts:
        amounts["kana"] += amounts.pop("han", 0)
    return max(amounts, key=amounts.__getitem__, default=None)
