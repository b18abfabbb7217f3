"""The rows of a file that somebody exported: CSV and its relatives, JSON, NDJSON.

Rows are read one after the other, so that memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Literal, NamedTuple, TextIO

from northstar.domain.errors import Broken
from northstar.sources.payload import clean, unique

MOST_COLUMNS = 500
LONGEST_ROW = 1_000_000
"""Characters of one row, or of one line of a table."""
DEEPEST = 4

_DELIMITERS = ",;\t|"
_SAMPLE = 256 * 1024
_CHUNK = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANKS = re.compile(r"[ \t\r\n]*")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte (PEP 383)
_CUT_OFF_FAULT = (
    "ends without the line break that other rows end with, so the file may be cut off here; "
    "add one if it is whole"
)
_NOT_UTF8_FAULT = "has characters that are not UTF-8; save the file as UTF-8"


class Row(NamedTuple):
    """One row, counted from 1 without header and blank rows, or why it cannot be read.

    `cells` maps columns to texts; blank and null ones are left out. What is no single value (a list
    or a deeply nested object of JSON) is given as it is.
    """

    number: int
    cells: Mapping[str, Any]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written: a *table* (with delimiter and header), *lines* of JSON objects, or one
    JSON *document*.
    """

    encoding: str
    kind: Literal["table", "lines", "document"]
    delimiter: str = ""
    header: tuple[str, ...] = ()


def form_of(stream: BinaryIO) -> Form:
    """Return how a file is written.

    UTF-8 and UTF-16 are told by their mark or, without one, by where the zero bytes are.

    Raises:
        Broken: it is empty, or has no header that tells its columns apart.
    """
    encoding = _encoding(stream)
    with _text(stream, encoding, "replace") as text:
        sample = text.read(_SAMPLE)
    start = sample.lstrip()[:1]
    if not start:
        raise Broken("The file is empty.")
    if start in "[{":
        return Form(encoding, "lines" if start == "{" and _is_lines(sample) else "document")
    delimiter = max(_DELIMITERS, key=lambda one: len(_first_row(sample, one)))
    return Form(encoding, "table", delimiter, _header(_first_row(sample, delimiter)))


def rows(stream: BinaryIO, form: Form) -> Iterator[Row]:
    """Yield the rows of a file from its beginning. What ends the reading early is the last fault.

    JSON may be a list of objects, nested lists of them, or an object that holds such a list.
    """
    number = 0
    read = {"table": _table, "lines": _lines, "document": _document}[form.kind]
    errors = "surrogateescape" if form.encoding.startswith("utf-8") else "strict"
    with _text(stream, form.encoding, errors) as text:
        try:
            for row in read(text, form):
                number = row.number
                yield row
        except (ValueError, Broken) as problem:
            fault = f"{problem}; neither this row nor what follows was read"
            yield Row(number + 1, {}, fault)


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    match [byte == 0 for byte in start[:2]]:
        case [False, True]:
            return "utf-16-le"
        case [True, False]:
            return "utf-16-be"
    return "utf-8"


@contextmanager
def _text(stream: BinaryIO, encoding: str, errors: str) -> Iterator[TextIO]:
    """The file as text from its beginning; the stream stays open, or may be closed before."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, errors, newline="")
    try:
        yield text
    finally:
        if not stream.closed:
            text.detach()


def _bounded(text: TextIO) -> Iterator[str]:
    for line in iter(partial(text.readline, LONGEST_ROW), ""):
        if len(line) == LONGEST_ROW:
            raise Broken(f"a line has {LONGEST_ROW} characters or more")
        yield line


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def _has_strange(text: str) -> bool:
    return not text.isascii() and _NOT_UTF8.search(text) is not None


# ------------------------------------------------------------------ tables


def _first_row(sample: str, delimiter: str) -> list[str]:
    lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    try:
        return next((cells for cells in lines if not _is_blank(cells)), [])
    except csv.Error:
        return []


def _header(cells: list[str]) -> tuple[str, ...]:
    names = tuple(_name(cell.strip()) or f"column {n}" for n, cell in enumerate(cells, 1))
    if not names or len(names) > MOST_COLUMNS:
        raise Broken(f"The first row is no header of 1 to {MOST_COLUMNS} columns.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Broken(f"Two columns are called {twice[:80]!r}; rename one.")
    return names


def _name(told: str) -> str:
    """Return the name of a column without control characters: names are shown on terminals."""
    return told if told.isprintable() else clean(told)


def _table(text: TextIO, form: Form) -> Iterator[Row]:
    """Rows of RFC 4180 and its dialects: any line ends, quoted line breaks, four delimiters.

    A table with CRLF after its header has it after its last row too, or was cut off.
    """
    lines = _Lines(text)
    read = csv.reader(lines, delimiter=form.delimiter, strict=True)
    number, ends = -1, False  # before the header
    while True:
        try:
            cells = next(read, None)
        except csv.Error as problem:
            number += 1
            yield Row(number, {}, f"is not a row of a table: {problem}")
            continue
        if cells is None:
            return
        cut_off = ends and not lines.last.endswith(("\r", "\n"))
        if _is_blank(cells) and not cut_off:
            continue
        number += 1
        if number == 0:
            ends = lines.last.endswith("\r\n")
        elif cut_off:
            yield Row(number, {}, _CUT_OFF_FAULT)
        else:
            yield _row(number, form.header, cells)


class _Lines:
    """The lines of a text, and which was the last to be read."""

    def __init__(self, text: TextIO) -> None:
        self._lines = _bounded(text)
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        return self.last


def _row(number: int, header: tuple[str, ...], cells: list[str]) -> Row:
    if len(cells) != len(header):
        return Row(number, {}, f"has {len(cells)} cells, and the header {len(header)}")
    if any(map(_has_strange, cells)):
        return Row(number, {}, _NOT_UTF8_FAULT)
    return Row(number, {name: cell for name, cell in zip(header, cells, strict=True) if cell})


# ------------------------------------------------------------------ JSON


_DECODER = json.JSONDecoder(
    object_pairs_hook=unique, parse_float=str, parse_int=str, parse_constant=str, strict=False
)


def _decoded(text: str, start: int = 0) -> tuple[Any, int]:
    """The value that begins there, numbers as they are written, and where it ends."""
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError:
        raise Broken("the JSON is nested too deeply") from None


def _is_lines(sample: str) -> bool:
    """Whether the objects stand one on a line, and the first is not one that holds them all."""
    lines = [line for line in sample.split("\n") if line.strip()][:3]
    whole = [_is_object(line) for line in lines]
    if whole[:1] == [True]:
        return len(lines) > 1 or not _holds_objects(_decoded(lines[0].strip())[0])
    return whole[1:] == [True, True]


def _is_object(line: str) -> bool:
    try:
        value, end = _decoded(line.strip())
    except (ValueError, Broken):
        return False
    return isinstance(value, dict) and end == len(line.strip())


def _holds_objects(value: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, list):
        return any(isinstance(one, dict) or _holds_objects(one, depth + 1) for one in value)
    return isinstance(value, dict) and any(_holds_objects(one, depth + 1) for one in value.values())


def _lines(text: TextIO, _form: Form) -> Iterator[Row]:
    number = 0
    for line in _bounded(text):
        stripped = line.strip()
        if stripped:
            number += 1
            yield _line(number, stripped)


def _line(number: int, line: str) -> Row:
    try:
        value, end = _decoded(line)
    except (ValueError, Broken) as problem:
        return Row(number, {}, f"is not valid JSON: {problem}")
    if end != len(line):
        return Row(number, {}, "holds more than one JSON value")
    return _object(number, value, line)


def _object(number: int, value: Any, text: str) -> Row:
    if not isinstance(value, dict):
        return Row(number, {}, "is not an object")
    if _has_strange(text):
        return Row(number, {}, _NOT_UTF8_FAULT)
    found = list(_flat(value))
    cells = dict(found)
    if len(cells) < len(found):
        return Row(number, {}, "has two cells of one name")
    return Row(number, cells)


def _flat(value: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Cells of an object; an inner one's are named after both: "reply.text"."""
    for key, one in value.items():
        name = before + _name(key)
        if isinstance(one, dict) and depth < DEEPEST:
            yield from _flat(one, f"{name}.", depth + 1)
        elif isinstance(one, bool):
            yield name, "true" if one else "false"
        elif one is not None and one != "":
            yield name, one


class _Window:
    """The part of a JSON text that is in memory: it moves on as values are taken from it."""

    def __init__(self, text: TextIO) -> None:
        self._stream = text
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """Return the next character that is no blank, or "" at the end."""
        while True:
            found = _BLANKS.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Move over a character. Raises ValueError for another one."""
        if self.peek() != wanted:
            found = self.peek() or "the end of the file"
            raise ValueError(f"the JSON has {found} where {wanted} belongs")
        self._at += 1

    def value(self) -> tuple[Any, str]:
        """Return the value that comes next, and its text. Raises ValueError, Broken."""
        self.peek()
        while True:
            try:
                value, end = _decoded(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise ValueError("the JSON is cut off or not valid") from None
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            text = self._text[self._at : end]
            self._at = end
            return value, text

    def _more(self) -> bool:
        """Read on, as much again as is waiting. Return False where that is not possible."""
        waiting = self._text[self._at :]
        if len(waiting) > LONGEST_ROW:
            return False
        read = self._stream.read(max(_CHUNK, len(waiting)))
        self._text, self._at = waiting + read, 0
        return bool(read)


def _document(text: TextIO, _form: Form) -> Iterator[Row]:
    window = _Window(text)
    number = 0
    members = _list(window) if window.peek() == "[" else _members(window)
    for number, member in enumerate(members, 1):
        yield _object(number, *member)
    if window.peek():
        yield Row(number + 1, {}, "stands after the end of the JSON")


def _list(window: _Window, depth: int = 0) -> Iterator[tuple[Any, str]]:
    """Yield the members of a list and of the lists in it."""
    window.take("[")
    while window.peek() != "]":
        if window.peek() == "[":
            if depth == DEEPEST:
                raise ValueError("the JSON has too many lists within lists")
            yield from _list(window, depth + 1)
        else:
            yield window.value()
        if window.peek() != ",":
            break
        window.take(",")
    window.take("]")


def _members(window: _Window, depth: int = 0) -> Iterator[tuple[Any, str]]:
    """Yield the objects of the one list that an object holds, at whatever depth."""
    found = None
    window.take("{")
    while window.peek() != "}":
        key, _ = window.value()
        window.take(":")
        for member in _member(window, depth):
            if found not in {None, key}:
                raise ValueError(f"a second list of objects is under {key!r}, after {found!r}")
            found = key
            yield member
        if window.peek() != ",":
            break
        window.take(",")
    window.take("}")


def _member(window: _Window, depth: int) -> Iterator[tuple[Any, str]]:
    match window.peek():
        case "[":
            yield from (one for one in _list(window) if isinstance(one[0], dict))
        case "{" if depth < DEEPEST:
            yield from _members(window, depth + 1)
        case _:
            window.value()
