"""Languages as helpdesks write them: a tag such as pt-BR, or a name such as Português (Brasil)."""

from __future__ import annotations

import re

TAG = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"
"""BCP 47 as far as anybody uses it; RFC 5646."""

_TAG = re.compile(TAG)

_NAMES = {
    "arabic": "ar",
    "العربية": "ar",
    "brazilian portuguese": "pt-BR",
    "portuguese (brazil)": "pt-BR",
    "português (brasil)": "pt-BR",
    "chinese": "zh-Hans",
    "simplified chinese": "zh-Hans",
    "chinese (simplified)": "zh-Hans",
    "简体中文": "zh-Hans",
    "traditional chinese": "zh-Hant",
    "chinese (traditional)": "zh-Hant",
    "繁體中文": "zh-Hant",
    "czech": "cs",
    "čeština": "cs",
    "dutch": "nl",
    "nederlands": "nl",
    "english": "en",
    "french": "fr",
    "français": "fr",
    "german": "de",
    "deutsch": "de",
    "hebrew": "he",
    "עברית": "he",
    "italian": "it",
    "italiano": "it",
    "japanese": "ja",
    "日本語": "ja",
    "korean": "ko",
    "한국어": "ko",
    "polish": "pl",
    "polski": "pl",
    "portuguese": "pt",
    "português": "pt",
    "spanish": "es",
    "español": "es",
    "swedish": "sv",
    "svenska": "sv",
    "turkish": "tr",
    "türkçe": "tr",
}


def tag(told: str) -> str | None:
    """Return the language tag of a tag or a name; None for anything else.

    A name in parentheses is dropped where nobody knows both: "English (Canada)" is "en".
    """
    name = told.strip().casefold()
    known = _NAMES.get(name) or _NAMES.get(name.partition("(")[0].strip())
    return known or (told.strip() if len(told) <= 35 and _TAG.match(told.strip()) else None)
