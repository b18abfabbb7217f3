"""Topics: what a text is about, by an operator's table of words for each language.

A short table that is right where it speaks is worth more than one that finds everything: the counts
by topic are what readers act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from northstar.domain.errors import Invalid
from northstar.domain.words import spaced

ANY = "any"
"""In place of a language: words that mean the same in all of them, such as "paypal"."""

MOST = 5
SHORTEST_INSIDE = 5

_WITHOUT_SPACES = frozenset({"ja", "ko", "th", "zh"})
# Articles, conjunctions and prepositions that are written as part of the next word.
_GLUED = {
    "ar": ("وال", "بال", "فال", "كال", "ال", "لل", "و", "ب", "ل", "ف"),
    "he": ("כשה", "וה", "וב", "מה", "שה", "כש", "ה", "ו", "ב", "ל", "מ", "ש"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """One topic and the words that tell of it, by language (BCP 47 tag, or "any").

    A word may be several: "log in". Case, accents and punctuation do not count. A star stands for
    any further letters: "crash*" finds "crashes", "*passwort*" finds "Startpasswortes"; with a star
    before it, a word needs five letters. Chinese, Japanese, Korean and Thai words are found
    anywhere; Arabic and Hebrew ones also behind an article, "and" or a preposition.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Sought:
    """Of one language, what to look for at the beginning of words and anywhere, with its topics.

    A space at the end is the end of a word.
    """

    begun: dict[str, set[str]] = field(default_factory=dict)
    anywhere: dict[str, set[str]] = field(default_factory=dict)


_Compiled = tuple[re.Pattern[str], Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]


class Topics:
    """Finds the topics of texts; each language's words are compiled with its first text."""

    def __init__(self, themes: Iterable[Theme]) -> None:
        """Raises Invalid for a word that would be found nearly everywhere: "*", "…", "*app"."""
        self._sought = {ANY: _Sought()}
        self._compiled: dict[str, _Compiled] = {}
        for theme in themes:
            for tag, words in theme.words.items():
                language = _primary(tag)
                sought = self._sought.setdefault(language, _Sought())
                for word in words:
                    _add(sought, word, language, theme.name)

    def of(self, text: str, language: str) -> tuple[str, ...]:
        """Return the names of the topics of a text, at most `MOST`, the first mentioned first.

        `language` is a BCP 47 tag; of one that has no words, and of "und", only those of "any" are
        known. Reads the first `MAX_CHARACTERS` of the text, in time that grows with them alone.
        """
        known = _primary(language)
        known = known if known in self._sought else ANY
        if known not in self._compiled:
            self._compiled[known] = _compile(self._sought[known], self._sought[ANY], known)
        pattern, begun, anywhere = self._compiled[known]
        found: dict[str, None] = {}
        for match in pattern.finditer(spaced(text)):
            names = begun[match[1]] if match[1] else anywhere[match[2]]
            found.update(dict.fromkeys(names))
            if len(found) >= MOST:
                break
        return tuple(found)[:MOST]


def merged(defaults: Iterable[Theme], given: Iterable[Theme]) -> tuple[Theme, ...]:
    """Return the defaults with the given themes over them.

    A given theme replaces the default one of its name; without words it switches that one off.
    """
    themes = {theme.name: theme for theme in (*defaults, *given)}
    return tuple(theme for theme in themes.values() if any(theme.words.values()))


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _add(sought: _Sought, word: str, language: str, topic: str) -> None:
    core, inside = spaced(word).strip(), word.startswith("*")
    if not core or (inside and len(core) < SHORTEST_INSIDE):
        raise Invalid(
            f"'{word}' of the topic '{topic}' ({language}) would be found nearly everywhere: "
            f"write a word, with at least {SHORTEST_INSIDE} letters after a star.",
            f"topics.{topic}.words.{language}",
        )
    unspaced = language in _WITHOUT_SPACES and not core.isascii()
    place = sought.anywhere if inside or unspaced else sought.begun
    end = "" if unspaced or word.endswith("*") else " "
    place.setdefault(core + end, set()).add(topic)


def _compile(own: _Sought, common: _Sought, language: str) -> _Compiled:
    begun = _with_beginnings(own.begun, common.begun)
    anywhere = _with_beginnings(own.anywhere, common.anywhere)
    glued = "|".join((*_GLUED.get(language, ()), ""))
    pattern = f" (?:{glued})(?=({_tree(begun)}))|(?=({_tree(anywhere)}))"
    return re.compile(pattern), begun, anywhere


def _with_beginnings(
    own: Mapping[str, set[str]], common: Mapping[str, set[str]]
) -> dict[str, tuple[str, ...]]:
    """Return for each string the topics of all strings that are found wherever it is found.

    Of two that are found at one place, one begins the other.
    """
    return {
        string: tuple(
            topic
            for end in range(1, len(string) + 1)
            for topic in sorted(own.get(string[:end], set()) | common.get(string[:end], set()))
        )
        for string in {**own, **common}
    }


def _tree(strings: Iterable[str]) -> str:
    """Return a regular expression for the longest of the strings, with common beginnings shared."""
    groups: dict[str, list[str]] = {}
    for string in strings:
        groups.setdefault(string[:1], []).append(string)
    ends = groups.pop("", None) is not None
    if not groups:
        return "" if ends else "(?!)"
    branches = []
    for _, group in sorted(groups.items()):
        start = _common_start(min(group), max(group))
        branches.append(re.escape(start) + _tree(string[len(start) :] for string in group))
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"


def _common_start(one: str, other: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in same)
