"""Turns the bytes of a store into what a parser can take without harm, or says why not."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Set
from datetime import UTC, datetime
from typing import Any, NoReturn

from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Published, Review
from northstar.domain.times import parse as moment

LARGEST = 4_000_000
MOST_TAGS = 20_000
MOST_TAGS_OF_A_TEXT = 2_000
MOST_WORDS = 60_000
MOST_EQUALS = 20_000
MOST_DIGITS = 40
LONGEST_TEXT = 10_000
"""Characters of a text that are kept: a record takes at most 400 KB (DynamoDB quotas)."""
YEARS = range(2000, 2101)
"""Years in which a review may have been written; a date outside them is not understood."""

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"  # not storable or not sendable
)
_DATE = re.compile(
    r"(\d{4})-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))?", re.ASCII
)
_BLOCKS = {"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}


def decoded(payload: bytes) -> str:
    """Return a payload as text.

    Raises:
        Broken: it is empty, larger than 4 MB, or not UTF-8.
    """
    if not payload.strip():
        raise Broken("The payload is empty.")
    if len(payload) > LARGEST:
        raise Broken(f"The payload has {len(payload)} bytes; at most {LARGEST} are read.")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(f"The payload is not UTF-8 at byte {error.start}.") from error


def check_markup(text: str, most_tags: int = MOST_TAGS) -> None:
    """Raise Broken for markup that would keep a parser busy for longer than a page is worth.

    The limits are more than ten times (words: four times) what recorded pages hold; HTML parsers
    take quadratic time for deep nesting and for many attributes.
    """
    for what, found, most in (
        ("tags", text.count("<"), most_tags),
        ("words", len(text.split()), MOST_WORDS),
        ("'='", text.count("="), MOST_EQUALS),
        ("'/'", text.count("/"), MOST_EQUALS),
    ):
        if found > most:
            raise Broken(f"The payload has {found} {what}; at most {most} are read.")


def clean(text: str) -> str:
    """Return text without control characters and outer blanks; line breaks are kept as \\n.

    What is longer than LONGEST_TEXT is cut there.
    """
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain[:LONGEST_TEXT].rstrip()


def listed(faults: list[str]) -> str | None:
    """Return the first faults as one sentence with the number of the others; None for none."""
    if not faults:
        return None
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(faults[:3]) + more


def first(pattern: re.Pattern[str], text: str) -> str | None:
    """Return what the pattern's first group holds where it is found first; None where it is not."""
    match = pattern.search(text)
    return match[1] if match else None


# ------------------------------------------------------------------ JSON


def json_value(payload: bytes) -> Any:
    """Return what a payload holds as JSON (RFC 8259), read strictly.

    Raises:
        Broken: it is empty, larger than 4 MB, not UTF-8, a page of markup, not valid JSON, nested
            too deeply, or holds a key twice in one object, NaN, Infinity or a number beyond bounds.
    """
    text = decoded(payload)
    if text.lstrip().startswith("<"):
        raise Broken(f"The payload is a page and not JSON: {clean(text.lstrip()[:80])!r}.")
    try:
        return json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=_short,
            parse_float=_finite,
            parse_constant=refuse,
        )
    except RecursionError:
        raise Broken("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise Broken(f"The payload is not valid JSON: {str(error)[:120]}.") from error


def json_object(payload: bytes) -> dict[str, Any]:
    """Return the object that a payload holds; as `json_value`, and Broken for another value."""
    value = json_value(payload)
    if not isinstance(value, dict):
        raise Broken(f"The JSON is not an object but {clean(json.dumps(value)[:80])}.")
    return value


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these pairs, for a JSON decoder. Raises ValueError for a key twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _short(number: str) -> int:
    if len(number) > MOST_DIGITS:
        raise ValueError(f"a number has {len(number)} digits")
    return int(number)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("a number is beyond bounds")
    return value


def refuse(constant: str) -> NoReturn:
    """Raise ValueError for NaN and the infinities, for a JSON decoder."""
    raise ValueError(f"{constant} is not JSON")


# ------------------------------------------------------------------ single values


def whole(value: Any, most: int = 10**9) -> int | None:
    """Return a whole number from 0 to `most`; None for anything else."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value <= most else None


def dated(value: Any) -> str | None:
    """Return an ISO 8601 day, or a time of day with its zone, as written; None for all else."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not match or int(match[1]) not in YEARS:
        return None
    try:
        moment(match[0])
    except ValueError:
        return None
    return match[0]


def number(value: Any, most: float) -> float | None:
    """Return a number from 0 to `most`; None for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= most else None


def utc(seconds: Any) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC ("2026-07-27T09:00:00Z"); None for no time."""
    since = whole(seconds, 2**32)
    if since is None:
        return None
    time = datetime.fromtimestamp(since, UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time.year in YEARS else None


def field(item: dict[str, Any], key: str) -> Any:
    """Return what is under a key. Raises Broken where the key is missing."""
    if key not in item:
        raise Broken(f"{key} not found")
    return item[key]


def part(item: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key. Raises Broken where there is none."""
    value = field(item, key)
    if not isinstance(value, dict):
        raise Broken(f"{key} is not an object")
    return value


def words(item: dict[str, Any], key: str) -> str | None:
    """Return the clean text under a key; None where it is null or blank. Raises Broken else."""
    value = field(item, key)
    if value is not None and not isinstance(value, str):
        raise Broken(f"{key} is not a text")
    return clean(value or "") or None


def stars(item: dict[str, Any], key: str) -> int:
    """Return the stars under a key. Raises Broken where they are not a whole number from 1 to 5."""
    value = whole(field(item, key), 5)
    if not value:
        raise Broken(f"{key} is {str(item[key])[:20]!r}, not 1 to 5")
    return value


# ------------------------------------------------------------------ lists of reviews


def reviews_in(
    items: Iterable[Any],
    known: Set[str],
    read: Callable[[dict[str, Any]], Review],
    faults: list[str],
) -> tuple[Review, ...]:
    """Return the reviews of a list of JSON objects; see `each_once`.

    `faults` also gets the fields that are not `known`: a field we look for may go by another name
    now.
    """
    objects = list(items)

    def read_object(item: Any) -> Review:
        if not isinstance(item, dict):
            raise Broken("not an object")
        return read(item)

    reviews = each_once(objects, read_object, faults)
    fields = (item.keys() - known for item in objects if isinstance(item, dict))
    unknown = Counter(key for keys in fields for key in keys)
    faults.extend(
        f"unknown field {key[:80]!r} in {n} reviews" for key, n in sorted(unknown.items())
    )
    return reviews


def each_once(
    items: Iterable[Any],
    read: Callable[[Any], Review],
    faults: list[str],
    called: str = "review",
) -> tuple[Review, ...]:
    """Return the reviews that `read` understands (it raises Broken otherwise), each once, in order.

    `faults` gets the items that are not understood, and an id that two different reviews have; an
    item is `called` so, with its place from 1.
    """
    found: dict[str, Review] = {}
    for place, item in enumerate(items, 1):
        try:
            review = read(item)
        except Broken as problem:
            faults.append(f"{called} {place}: {problem}")
            continue
        if found.setdefault(review.id, review) != review:
            faults.append(f"{called} {place}: its id {review.id} is another review's")
    return tuple(found.values())


def page_of(
    reviews: tuple[Review, ...],
    following: str | None,
    published: Published | None,
    faults: list[str],
) -> Page:
    """Return a page that must hold reviews: *ok*, or *partial* with the faults as its reason.

    Raises:
        Broken: none of its reviews was understood.
    """
    reason = listed(faults)
    if not reviews:
        raise Broken(f"None of the reviews was understood: {reason}.")
    return Page("partial" if faults else "ok", reviews, following, published, reason)


# ------------------------------------------------------------------ HTML


def html_text(markup: str) -> str:
    """Return an HTML fragment as the text a reader sees; see `node_text`.

    Raises:
        Broken: it holds more markup than a text of a review does.
    """
    check_markup(markup, MOST_TAGS_OF_A_TEXT)
    body = LexborHTMLParser(markup).body
    return node_text(body) if body is not None else ""


def node_text(node: LexborNode) -> str:
    """Return the text as shown: a blank line between paragraphs, a line break for each <br>."""
    parts: list[str] = []
    waiting: list[LexborNode | str] = [node]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            parts.append(piece)
        elif piece.is_text_node:
            parts.append(re.sub(r"\s+", " ", piece.text_content or ""))
        elif piece.tag == "br":
            parts.append("\n")
        elif piece.tag not in {"script", "style"}:
            around = ["\n\n"] if piece.tag in _BLOCKS else []
            waiting += [*around, *reversed(list(piece.iter(include_text=True))), *around]
    lines = re.sub(r" ?\n ?", "\n", re.sub(" {2,}", " ", "".join(parts)))
    return clean(re.sub(r"\n{3,}", "\n\n", lines))
