"""Brings the customers' texts of every language in step with the English ones, and compiles them.

A catalogue is a GNU gettext file: `customer.po` for people, `customer.mo` for programs. Both are
in the repository, for a layer is built without this step. What is missing, or is marked `fuzzy`
because its English sentence has changed, is left out of the compiled file.
"""

from __future__ import annotations

import ast
import json
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from northstar.app.texts import CATALOGUES, DEFAULT, ENGLISH, LANGUAGES
from northstar.domain.errors import Invalid


class Entry(NamedTuple):
    """One text of a catalogue: the English sentence it was made from, and the translation."""

    english: str
    translation: str
    fuzzy: bool = False
    comments: tuple[str, ...] = ()


Catalogue = Mapping[str, Entry]

_STRINGS = r'\s+((?:"(?:[^"\\]|\\.)*"\s*)+)'
_ENTRY = re.compile(
    rf"^((?:#.*\n)*)msgctxt{_STRINGS}msgid{_STRINGS}msgstr{_STRINGS}(?=#|msgctxt|\Z)", re.MULTILINE
)
_HEADER = (
    "Language: {}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
)
_MAGIC = 0x950412DE


def read(text: str) -> Catalogue:
    """Return the entries of a .po file by key; translators' comments stay with their entry.

    Raises Invalid where an entry cannot be read, so that no translation is lost by a typing error.
    """
    found: dict[str, Entry] = {}
    for notes, *strings in _ENTRY.findall(text):
        key, english, translation = (str(ast.literal_eval(f"({one})")) for one in strings)
        lines = notes.splitlines()
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        comments = tuple(line for line in lines if line.startswith("# "))
        found[key] = Entry(english, translation, fuzzy, comments)
    for key in re.findall(r"^msgctxt (.*)$", text, re.MULTILINE):
        if key.strip('"') not in found:
            raise Invalid(f"The entry {key} cannot be read: check its quotation marks")
    return found


def in_step(catalogue: Catalogue) -> Catalogue:
    """Return an entry for each English text: the old one, marked where its English has changed."""
    return {
        key: _renewed(catalogue.get(key, Entry(english, "")), english)
        for key, english in ENGLISH.items()
    }


def written(language: str, catalogue: Catalogue) -> str:
    """Return the .po file of a catalogue."""
    header = f'msgid ""\nmsgstr {_quoted(_HEADER.format(language))}\n'
    return "\n".join([header, *(_block(key, entry) for key, entry in catalogue.items())])


def compiled(language: str, catalogue: Catalogue) -> bytes:
    """Return the .mo file of a catalogue: little-endian, sorted, without a hash table.

    Its format is in the manual of GNU gettext, "The Format of GNU MO Files".
    """
    pairs = {b"": _HEADER.format(language).encode()} | {
        f"{key}\x04{entry.english}".encode(): entry.translation.encode()
        for key, entry in catalogue.items()
        if entry.translation and not entry.fuzzy
    }
    keys = sorted(pairs)
    tables, strings = b"", b""
    start = 28 + 16 * len(keys)
    for one in (*keys, *(pairs[key] for key in keys)):
        tables += struct.pack("<2I", len(one), start + len(strings))
        strings += one + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + tables + strings


def main(folder: Path = CATALOGUES) -> None:
    """Write both files of every language, and say what is left to translate."""
    for language in LANGUAGES.keys() - {DEFAULT}:
        po = folder / language / "LC_MESSAGES" / "customer.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        catalogue = in_step(read(po.read_text("utf-8")) if po.exists() else {})
        po.write_text(written(language, catalogue), "utf-8")
        po.with_suffix(".mo").write_bytes(compiled(language, catalogue))
        for key, entry in catalogue.items():
            if entry.fuzzy or not entry.translation:
                print(f"{language}: {key}: {'read again' if entry.fuzzy else 'translate'}")


def _renewed(entry: Entry, english: str) -> Entry:
    changed = bool(entry.translation) and entry.english != english
    return entry._replace(english=english, fuzzy=entry.fuzzy or changed)


def _block(key: str, entry: Entry) -> str:
    lines = [*entry.comments, *(["#, fuzzy"] if entry.fuzzy else [])]
    strings = {"msgctxt": key, "msgid": entry.english, "msgstr": entry.translation}
    return "\n".join([*lines, *(f"{word} {_quoted(text)}" for word, text in strings.items()), ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    main()
