"""Every catalogue says what the English texts say, and fits where they fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest

from local import messages
from local.messages import Catalogue, Entry
from northstar.app.texts import CATALOGUES, DEFAULT, ENGLISH, LANGUAGES
from northstar.domain.errors import Invalid

TRANSLATED = [tag for tag in LANGUAGES if tag != DEFAULT]
SAME_AS_ENGLISH = {
    ("date", "ar"),
    ("date", "fr"),
    ("date", "it"),
    ("date", "nl"),
    ("date", "pl"),
    ("date", "sv"),
    ("date", "tr"),
    ("3", "es"),
    ("error_title", "es"),
    ("no", "es"),
    ("no", "it"),
}
UNUSUAL = {
    # what its typography does not have
    "fr": r"(?<![\u202f\u00a0])[?!;:»]|«(?!\u202f)",
    "es": r"^[^¿]*\?",
    "ar": r"[?,;]",
    "ja": r"[?!,.:]",
    "zh-Hans": r"[?!,.:]",
    "zh-Hant": r"[?!,.:“”]",
}
LONGEST_WORD_OF_THE_SCALE = 13  # letters; more do not fit on one of five cards

each_language = pytest.mark.parametrize("language", TRANSLATED)


def po(language: str) -> Path:
    """Return the path of a catalogue."""
    return CATALOGUES / language / "LC_MESSAGES" / "customer.po"


def catalogue(language: str) -> Catalogue:
    """Return a catalogue that is in the repository."""
    return messages.read(po(language).read_text("utf-8"))


def placeholders(text: str) -> list[str]:
    """Return the names in braces, sorted; raises ValueError where the braces do not match."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def faults(entries: Catalogue) -> Iterator[str]:
    """Yield what is wrong with a catalogue, as "key: fault"."""
    for key in ENGLISH.keys() ^ entries.keys():
        yield f"{key}: {'missing' if key in ENGLISH else 'unknown'}"
    for key in ENGLISH.keys() & entries.keys():
        yield from (f"{key}: {fault}" for fault in faults_of(key, entries[key]))


def faults_of(key: str, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with one text."""
    english, text = ENGLISH[key], entry.translation
    wrong = {
        "not translated": not text,
        "fuzzy": entry.fuzzy,
        "made from another sentence": entry.english != english,
        "placeholders": placeholders(text) != placeholders(english),
        "markup": re.search(r"[<>&]", text),
        "character": any(unicodedata.category(one) in {"Cc", "Cf", "Co", "Cn"} for one in text),
        "digit": any(one.isdigit() and not one.isascii() for one in text),
        "straight quotation mark": re.search("[\"']", text),
        "blank": text != text.strip() or "  " in text,
        "too long": len(text) > 2.2 * len(english) + 10,
        "link not at the end": "{link}" in text and not text.endswith(" {link}"),
        "months": key == "months" and len(set(text.split("|")) - {""}) != 12,
        "word too long for its card": key in "12345"
        and max(map(len, text.split()), default=0) > LONGEST_WORD_OF_THE_SCALE,
    }
    return (fault for fault, found in wrong.items() if found)


# ------------------------------------------------------------------ the catalogues


def test_there_is_a_catalogue_for_each_language() -> None:
    """And for no other."""
    assert sorted(path.name for path in CATALOGUES.iterdir()) == sorted(TRANSLATED)


@each_language
def test_a_catalogue_is_without_fault(language: str) -> None:
    """Complete, with the placeholders of the English texts, plain, and short enough."""
    assert list(faults(catalogue(language))) == []


def test_the_english_texts_are_without_fault() -> None:
    """They are measured with the same rule."""
    assert list(faults({key: Entry(text, text) for key, text in ENGLISH.items()})) == []


def test_only_what_is_the_same_word_is_the_same() -> None:
    """No text was left in English: the exceptions are listed."""
    same = {
        (key, language)
        for language in TRANSLATED
        for key, entry in catalogue(language).items()
        if entry.translation == ENGLISH[key]
    }
    assert same == SAME_AS_ENGLISH


@each_language
def test_no_two_answers_have_the_same_words(language: str) -> None:
    """The five of the scale, and yes and no."""
    entries = catalogue(language)
    words = [entries[key].translation.casefold() for key in ("1", "2", "3", "4", "5", "yes", "no")]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", UNUSUAL)
def test_punctuation_is_that_of_the_language(language: str) -> None:
    """French spaces, Spanish question marks, Arabic and fullwidth punctuation."""
    plain = {
        key: re.sub(r"\{\w+\}", "", entry.translation)
        for key, entry in catalogue(language).items()
        if key != "date"
    }
    assert {key: text for key, text in plain.items() if re.search(UNUSUAL[language], text)} == {}


@each_language
def test_a_catalogue_is_compiled_as_it_stands(language: str) -> None:
    """The .mo file is what `make messages` makes of the .po file."""
    made = messages.compiled(language, catalogue(language))
    assert po(language).with_suffix(".mo").read_bytes() == made


@each_language
def test_a_catalogue_is_written_as_it_is_read(language: str) -> None:
    """`make messages` changes nothing where nothing is to be changed."""
    entries = messages.in_step(catalogue(language))
    assert messages.written(language, entries) == po(language).read_text("utf-8")


# ------------------------------------------------------------------ faults are found

PLANTED: dict[str, tuple[str, Callable[[Entry], Entry]]] = {
    "not translated": ("yes", lambda e: e._replace(translation="")),
    "fuzzy": ("yes", lambda e: e._replace(fuzzy=True)),
    "made from another sentence": ("yes", lambda e: e._replace(english="Yeah")),
    "placeholders": ("thanks_name", lambda e: e._replace(translation="Danke, {nam}")),
    "markup": ("yes", lambda e: e._replace(translation="<b>Ja</b>")),
    "character": ("yes", lambda e: e._replace(translation="Ja\u200f")),
    "digit": ("yes", lambda e: e._replace(translation="Ja ٣")),
    "straight quotation mark": ("yes", lambda e: e._replace(translation='"Ja"')),
    "blank": ("yes", lambda e: e._replace(translation="Ja ")),
    "too long": ("yes", lambda e: e._replace(translation="Ja, aber sicher doch")),
    "link not at the end": ("chat", lambda e: e._replace(translation="{link}: wie war es?")),
    "months": ("months", lambda e: e._replace(translation="Januar|Februar")),
    "word too long for its card": ("1", lambda e: e._replace(translation="Unzufriedenheit")),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    """The rule that the catalogues are measured with sees each kind of fault."""
    key, change = PLANTED[fault]
    entries = dict(catalogue("de"))
    entries[key] = change(entries[key])
    assert list(faults(entries)) == [f"{key}: {fault}"]


def test_an_entry_that_is_missing_or_too_many_is_found() -> None:
    """In a copy of a catalogue with one entry taken out and one put in."""
    text = po("de").read_text("utf-8").replace('msgctxt "yes"', 'msgctxt "yeah"')
    assert sorted(faults(messages.read(text))) == ["yeah: unknown", "yes: missing"]


# ------------------------------------------------------------------ keeping them in step


def test_strings_over_several_lines_are_read() -> None:
    """As translators' programs write them, with escapes, notes and flags."""
    text = (
        "# a note\n#: somewhere:1\n#, fuzzy\n"
        'msgctxt "yes"\nmsgid ""\n"Y"\n"es"\nmsgstr ""\n"J\\"a\\"\\n"\n"!"\n'
    )
    assert messages.read(text) == {"yes": Entry("Yes", 'J"a"\n!', True, ("# a note",))}


@pytest.mark.parametrize(
    "broken",
    [
        'msgctxt "yes"\nmsgid "Yes\nmsgstr "Ja"\n',
        'msgctxt "yes"\nmsgstr "Ja"\n',
        'msgctxt "yes"\nmsgid "Yes"\nmsgstr "J"a"\n',
    ],
)
def test_an_entry_that_cannot_be_read_is_named(broken: str) -> None:
    """It is not dropped: somebody has written it."""
    with pytest.raises(Invalid, match="yes"):
        messages.read(broken)


def test_a_translation_of_a_changed_sentence_waits_for_its_reader() -> None:
    """It stays in the .po file, marked, and is left out of the .mo file."""
    entries = messages.in_step({"yes": Entry("Yeah", "Ja", False, ("# note",))})
    assert entries["yes"] == Entry("Yes", "Ja", True, ("# note",))
    assert messages.in_step(messages.read(messages.written("de", entries))) == entries
    compiled = GNUTranslations(BytesIO(messages.compiled("de", entries)))
    assert compiled.pgettext("yes", "Yes") == "Yes"


def test_a_new_language_begins_with_every_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both files are made, and what is to be translated is said."""
    messages.main(tmp_path)
    made = messages.read((tmp_path / "pl" / "LC_MESSAGES" / "customer.po").read_text("utf-8"))
    assert made == {key: Entry(english, "") for key, english in ENGLISH.items()}
    assert (tmp_path / "pl" / "LC_MESSAGES" / "customer.mo").exists()
    assert "pl: yes: translate\n" in capsys.readouterr().out


def test_a_translation_is_kept_when_the_catalogues_are_made_again(tmp_path: Path) -> None:
    """Only its surroundings change."""
    path = tmp_path / "pl" / "LC_MESSAGES" / "customer.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgctxt "yes"\nmsgid "Yes"\nmsgstr "Tak"\n', "utf-8")
    messages.main(tmp_path)
    with path.with_suffix(".mo").open("rb") as file:
        assert GNUTranslations(file).pgettext("yes", "Yes") == "Tak"
    assert messages.read(path.read_text("utf-8"))["yes"].translation == "Tak"
