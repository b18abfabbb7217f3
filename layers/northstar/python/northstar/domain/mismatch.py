"""Mismatch: stars that say the opposite of their text, for somebody to look at.

Five stars over a complaint often hide a bug; one star over praise is mostly a slip of the finger.
Neither is an error: the rule only says "please check".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from northstar.domain.sentiment import Score
from northstar.domain.words import letters, spaced

Mismatch = Literal["stars high, text negative", "stars low, text positive"]

LEAST_DISTANCE = 1.2
LEAST_CONFIDENCE = 0.8
LEAST_LETTERS = 15
LEAST_SIGNS = 5

_PRIORS = {1: -1.0, 2: -0.6, 3: 0.0, 4: 0.6, 5: 1.0}

# What sounds bad and is praise.
_PRAISE: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("no problem", "no problems", "no issue", "no issues", "never had a problem"),
        *("never had any problem", "never had any problems", "never had any issues", "no words"),
        *("no complaints", "can't complain", "cannot complain", "nothing bad to say", "killer app"),
        *("hands down", "to die for", "insanely", "addictive", "addicted"),
    ),
    "fr": (
        *("rien à dire", "rien à redire", "rien à signaler", "aucun problème", "sans problème"),
        *("pas de problème", "pas mal", "aucun souci", "sans souci", "jamais déçu", "jamais déçue"),
        *("une tuerie", "trop fort"),
    ),
    "de": (
        *("keine probleme", "kein problem", "nichts zu meckern", "nichts auszusetzen"),
        *("nie probleme", "ohne probleme", "keine beanstandungen", "der hammer", "wahnsinn"),
        *("kann nicht klagen",),
    ),
    "es": (
        *("sin problemas", "ningún problema", "sin palabras", "ninguna queja", "sin quejas"),
        *("nada que objetar", "de muerte"),
    ),
    "pt": (
        *("show de bola", "sem problemas", "nenhum problema", "sem palavras", "nada a reclamar"),
        *("nada a declarar", "não tenho o que reclamar", "sem reclamações", "não tenho queixas"),
    ),
    "it": (
        *("nessun problema", "senza problemi", "senza parole", "niente da dire", "nulla da dire"),
        *("niente da ridire", "da paura"),
    ),
    "nl": (
        *("geen probleem", "geen problemen", "nooit problemen", "zonder problemen"),
        *("niets op aan te merken", "geen klachten", "nooit klachten"),
    ),
    "pl": ("bez problemu", "bez problemów", "żadnych problemów", "bez zastrzeżeń", "nie mam uwag"),
    "cs": ("bez problému", "bez problémů", "žádné problémy", "nemám co vytknout", "žádný problém"),
    "sv": ("inga problem", "utan problem", "aldrig problem", "inget att klaga på", "sjukt bra"),
    "tr": ("sorun yok", "sorunsuz", "hiç sorun", "diyecek yok", "hiçbir sorun"),
    "ja": (
        "問題ない",
        "問題なく",
        "問題ありません",
        "文句なし",
        "文句のつけよう",
        "やばい",
        "ヤバい",
    ),
    "ko": ("문제 없", "문제없", "불만 없", "불만없", "말이 필요 없", "말이 필요없", "미쳤"),
    "zh": ("没问题", "沒問題", "没毛病", "没得说", "沒得說", "没话说", "無話可說"),
    "ar": ("بدون مشاكل", "لا مشاكل", "ما في مشاكل", "لا يوجد مشاكل", "بدون اي مشاكل"),
    "he": ("אין בעיות", "בלי בעיות", "ללא בעיות", "אין מילים", "אין תלונות"),
}

# What sounds good and is a complaint.
_IRONY: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("i love when", "i love how", "love it when", "love how", "thanks for nothing"),
        *("good luck", "used to", "would be great if", "way to go"),
    ),
    "fr": ("merci pour rien", "bravo", "félicitations", "bon courage", "j'adorais", "avant"),
    "de": ("danke für nichts", "herzlichen glückwunsch", "viel glück", "viel spaß", "bravo"),
    "es": ("gracias por nada", "felicidades", "felicitaciones", "buena suerte", "antes era"),
    "pt": ("obrigado por nada", "boa sorte", "era bom", "era ótimo"),
    "it": ("grazie per niente", "grazie di niente", "complimenti", "bravi", "buona fortuna"),
    "nl": ("bedankt voor niets", "proficiat", "gefeliciteerd", "succes ermee", "bravo"),
    "pl": ("dzięki za nic", "gratulacje", "gratuluję", "brawo", "powodzenia"),
    "cs": ("díky za nic", "gratuluji", "bravo", "hodně štěstí"),
    "sv": ("tack för ingenting", "grattis", "bra jobbat", "lycka till"),
    "tr": ("tebrikler", "bravo", "helal olsun", "eskiden"),
    "ja": ("以前は", "おめでとう", "さすが"),
    "ko": ("예전엔", "예전에는", "참 잘"),
    "zh": ("以前", "呵呵", "真行", "佩服"),
    "ar": ("مبروك", "كان ممتاز", "كان جيد"),
    "he": ("כל הכבוד", "תודה על כלום", "בהצלחה", "פעם היה"),
}

_WITHOUT_SPACES = frozenset({"ja", "ko", "zh"})


def mismatch(
    stars: int | None, text: str, score: Score, vader: float | None = None
) -> Mismatch | None:
    """Return how stars (1 to 5) and text contradict each other, or None.

    They do when the score is at least `LEAST_DISTANCE` away from what the stars stand for, with a
    confidence of `LEAST_CONFIDENCE`, on at least `LEAST_LETTERS` letters (`LEAST_SIGNS` of Han or
    kana). Idioms that say the opposite of their words are no contradiction. `vader` is VADER's
    compound (−1 to 1): of an English text its sign must agree.
    """
    if stars is None or score.value is None or score.confidence < LEAST_CONFIDENCE:
        return None
    distance = score.value - _PRIORS[stars]
    if abs(distance) < LEAST_DISTANCE or not _is_long(text):
        return None
    if score.language == "en" and (vader is None or vader * score.value <= 0):
        return None
    idioms = (_IRONY if distance > 0 else _PRAISE).get(score.language, ())
    if _has_any(idioms, text, score.language):
        return None
    return "stars low, text positive" if distance > 0 else "stars high, text negative"


def _is_long(text: str) -> bool:
    count, signs = letters(text)
    return count >= LEAST_LETTERS or signs >= LEAST_SIGNS


def _has_any(idioms: tuple[str, ...], text: str, language: str) -> bool:
    words = spaced(text)
    if language in _WITHOUT_SPACES:
        return any(spaced(idiom).strip() in words for idiom in idioms)
    return any(spaced(idiom) in words for idiom in idioms)
