"""Brings a text into the form the engines read, so that a phone's typography costs no sentiment.

`norm1` names these rules; a change of any rule needs a new name, because scores change with it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NORMALISER = "norm1"
MAX_CHARACTERS = 2_000
MAX_EMOJI = 50
MAX_RUN = 5

_PICTURES = "\u231a-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_EMOJI = re.compile(f"[{_PICTURES}]")
_LETTER = re.compile(r"[^\W\d_]")

# Variation selectors and skin tones, and the joiners that glue emoji into one picture.
_MODIFIER = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u200d]")
_MODIFIERS = re.compile(
    f"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|(?<=[\ufe0e\ufe0f{_PICTURES}])\u200d+"
)
_LONG_RUN = re.compile(rf"([{_PICTURES}])(?: \1){{{MAX_RUN},}}")

_GLUED = re.compile(r"[.,;:!?)][^\W\d_]")
_JOINED = re.compile(
    r"""
    (?<=[\w'][^\W_])              # after a word of two characters or more: not e.g. or U.S.
    (?: [.,;:!?)]*[.,!?](?=[^\W\d_])
      | [;:](?=[^\W\d_]{2}) )     # one letter after these is an emoticon: great:D
    | (?<=[^\w\s(])\)(?=[^\W\d_]) # the mouth of :)great; the bracket of (un)happy stays
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"[@/\\]|www\.|\.(?:com|net|org|info|io|co|edu|gov)\b", re.IGNORECASE)


class Normalised(NamedTuple):
    """A text as the engines read it; `truncated` when letters or emoji were left out."""

    text: str
    truncated: bool


def normalise(text: str) -> Normalised:
    """Return the text under the rules of `norm1`.

    A text needs no normalisation exactly when `normalise(text).text == text`. The rules, in order:

    * only the first 2,000 characters count; everything below works on them alone,
    * variation selectors, skin tones and emoji joiners go; then Unicode NFC,
    * curly apostrophes become straight ones,
    * each emoji stands alone between spaces; a run of one emoji is cut to 5; after 50 emoji the
      further ones are left out and the words kept,
    * runs of white space become one space, and none stays at either end,
    * a space follows `. , ; : ! ?` and the mouth of an emoticon where a letter is glued on. Web and
      mail addresses, paths, numbers, `e.g.`, `great:D` and `(un)happy` stay as they are.
    """
    kept = text[:MAX_CHARACTERS]
    clean = kept if kept.isascii() else _plain(kept)
    few = clean if clean.isascii() else _few_emoji(clean)
    spaced = _apart(" ".join(few.split()))
    truncated = max(len(text), len(spaced)) > MAX_CHARACTERS or few != clean
    return Normalised(spaced[:MAX_CHARACTERS].rstrip(), truncated)


def has_letter(text: str) -> bool:
    """Return whether there is a letter of any script."""
    return _LETTER.search(text) is not None


def has_emoji(text: str) -> bool:
    """Return whether there is an emoji or another pictorial symbol, such as a star."""
    return not text.isascii() and _EMOJI.search(text) is not None


def _plain(text: str) -> str:
    bare = _MODIFIERS.sub("", text) if _MODIFIER.search(text) else text
    composed = unicodedata.normalize("NFC", bare).replace("‘", "'").replace("’", "'")
    if not has_emoji(composed):
        return composed
    single = " ".join(_EMOJI.sub(r" \g<0> ", composed).split())
    return _LONG_RUN.sub(lambda run: " ".join(run[1] * MAX_RUN), single)


def _few_emoji(text: str) -> str:
    emoji = list(_EMOJI.finditer(text))
    if len(emoji) <= MAX_EMOJI:
        return text
    end = emoji[MAX_EMOJI].start()
    return text[:end] + _EMOJI.sub("", text[end:])


def _apart(text: str) -> str:
    parts, end = [], 0
    for glued in _GLUED.finditer(text):
        if glued.start() >= end:
            start = text.rfind(" ", 0, glued.start()) + 1
            parts.append(text[end:start])
            end = start + len(text[start:].partition(" ")[0])
            word = text[start:end]
            parts.append(word if _ADDRESS.search(word) else _JOINED.sub(r"\g<0> ", word))
    return "".join([*parts, text[end:]])
