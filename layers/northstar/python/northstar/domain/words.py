"""Reads the words of texts in any script, with no dictionary and no list of stop words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

MAX_CHARACTERS = 10_000
"""Nobody reads on; whoever writes more is heard up to here."""

CJK = (
    "々〇\u3041-\u3096\u309d-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Han and kana, as the inside of a character class: scripts without spaces between words."""

_MAX_PIECES = 3 * MAX_CHARACTERS  # no letter has more; one sign may stand for eighteen letters
_MAX_WORD = 40
_GRAMS = (2, 3, 4)

# Accents, Arabic vowel signs and Hebrew points go; Hangul and voiced kana must stay whole.
_MARKS = {
    code: None
    for low, high in ((0x300, 0x370), (0x591, 0x5C8), (0x64B, 0x660))
    for code in range(low, high)
}
_PLAIN = (
    _MARKS
    | {0x640: None, 0x670: None}
    | str.maketrans(
        {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه"}
    )
)
# Normalisation takes the square of a run of marks.
_LONG_RUN = re.compile(r"([^\w\s]{20})[^\w\s]+")
_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_CLAUSE_END = re.compile(r"[^\w\s'’\u0300-\u036f-]+|\n")
_WORD = re.compile(rf"[{CJK}]+|(?:(?![{CJK}])[^\W\d_])+(?:['’](?:(?![{CJK}])[^\W\d_])+)*")
_UNSPACED = re.compile(rf"[{CJK}]")
_LETTER = re.compile(r"[^\W\d_]")


def plain(text: str) -> str:
    """Return the first `MAX_CHARACTERS` without case, accents and other optional marks.

    "Übergröße" is "ubergrosse"; what NFKD (Unicode annex 15) takes for the same letter is the same.
    """
    cut = _cut(text)
    if cut.isascii():
        return cut.lower()
    taken_apart = unicodedata.normalize("NFKD", cut.casefold())[:_MAX_PIECES]
    letters = taken_apart.translate(_PLAIN)
    return unicodedata.normalize("NFC", letters)[:MAX_CHARACTERS]


def spaced(text: str) -> str:
    """Return the plain words with one space before, between and after: " don t log in ".

    Latin letters and digits are words apart from letters of other scripts: "app闪退" is two.
    """
    return f" {' '.join(_RUN.findall(plain(text)))} "


def terms(text: str) -> set[str]:
    """Return what a text is made of: words of two letters or more, and pairs of neighbours.

    In lower case, with their accents. Pairs do not reach over punctuation. Of Han and kana, pieces
    of 2 to 4 signs stand for words. Words of more than 40 letters are left out.
    """
    found: set[str] = set()
    lowered = unicodedata.normalize("NFC", _cut(text)).lower()
    for clause in _CLAUSE_END.split(lowered):
        words = _WORD.findall(clause)
        for word in words:
            found.update(_pieces(word))
        found.update(
            f"{one} {next_one}" for one, next_one in pairwise(words) if _pairs(one, next_one)
        )
    return found


def letters(text: str) -> tuple[int, int]:
    """Return how many letters there are in all, and how many of them are Han or kana."""
    return len(_LETTER.findall(text)), len(_UNSPACED.findall(text))


def _cut(text: str) -> str:
    return _LONG_RUN.sub(r"\1", text[:MAX_CHARACTERS])


def _pieces(word: str) -> Iterator[str]:
    if _UNSPACED.match(word):
        for size in _GRAMS:
            yield from (word[at : at + size] for at in range(len(word) - size + 1))
    elif 2 <= len(word) <= _MAX_WORD:
        yield word


def _pairs(one: str, next_one: str) -> bool:
    """Whether both are words: a piece of Han and its Latin neighbour are no phrase."""
    spaces = not (_UNSPACED.match(one) or _UNSPACED.match(next_one))
    return spaces and max(len(one), len(next_one)) <= _MAX_WORD
