"""What the desks share in reading a body: JSON that is JSON, clean values, one clear sentence.

What a value means is strict, what else a helpdesk sends is left alone: a wrong id, time or type is
refused by its name, an unknown field is not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from northstar.desks import languages
from northstar.domain.errors import Invalid
from northstar.domain.surveys import one_line
from northstar.domain.tickets import Channel, Template

YEARS = range(2000, 2101)
EMAIL = r"^[^@\s<>,;:\"()\[\]\\\x00-\x1f]+@[^@\s<>,;:\"()\[\]\\\x00-\x1f]+$"

_CLOCK_SKEW = timedelta(days=1)
_TAGS_AT_MOST = 100
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", re.ASCII)
_NAME = re.compile(r"""["']name["']: ?["']([^"']+)["']""")
_WORD = re.compile(r"[^\s,;\"'\[\]{}()]+")
_TEMPLATE = re.compile(r"\s*([^@:\s][^@:]*)(?:[@:]\s*([^@:\s][^@:]*))?")
_TEMPLATE_TAG = "template:"

_PROBLEMS = {
    "missing": "is missing",
    "string_pattern_mismatch": "is not written as such a value is",
    "timezone_aware": "needs a zone, as in 2026-11-22T11:45:00Z",
}
"""Clearer than what the validator says, which shows its patterns."""


class Vendor(BaseModel):
    """Part of a body that a helpdesk defines: strict types, and whatever else it has is ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)


Model = TypeVar("Model", bound=BaseModel)
Needed = TypeVar("Needed")


# ------------------------------------------------------------------ the body as a whole


def load(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body. Raises Invalid.

    Refused are NaN and infinities, lone surrogates, a name that stands twice in one object, and
    what is nested too deep: such a body means something else to the next reader, or cannot be kept.
    """
    try:
        told = json.loads(body.decode(), object_pairs_hook=_once)
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is not valid JSON; send one JSON object in UTF-8.") from error
    if not isinstance(told, dict):
        raise Invalid("The body is not a JSON object; send one JSON object in UTF-8.")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name stands twice")
    return told


def validate(model: type[Model], told: object) -> Model:
    """Return what was told as a model. Raises Invalid: one sentence for the sender.

    It has every unknown field by name where those are refused, or else the first problem.
    """
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> Invalid:
    problems = error.errors(include_url=False, include_input=False)
    named = [".".join(map(str, problem["loc"])) for problem in problems]
    unknown = [
        field
        for field, problem in zip(named, problems, strict=True)
        if problem["type"] == "extra_forbidden"
    ]
    if unknown:
        return Invalid(f"Unknown fields: {', '.join(unknown)[:300]}; leave them out.", unknown[0])
    field, kind = named[0], problems[0]["type"]
    message = _PROBLEMS.get(kind) or str(problems[0]["msg"]).removeprefix("Value error, ")
    return Invalid(f"{field or 'body'}: {message[:1].lower()}{message[1:]}.", field)


def missing(field: str) -> Invalid:
    """Return the error for a field that this delivery cannot do without."""
    return Invalid(f"{field}: is missing; send it.", field)


def needed(value: Needed | None, field: str) -> Needed:
    """Return a value that this delivery cannot do without. Raises Invalid."""
    if value is None:
        raise missing(field)
    return value


def check_past(moment: datetime | None, field: str, now: datetime) -> None:
    """Raise Invalid for a moment that lies more than a day ahead."""
    if moment and moment > now + _CLOCK_SKEW:
        raise Invalid(f"{field} lies in the future; send when it happened.", field)


# ------------------------------------------------------------------ times


def moment(value: object) -> datetime:
    """Return an ISO 8601 moment, with a zone or without, in a year that can be counted."""
    told = None
    if isinstance(value, str) and _MOMENT.match(value):
        with suppress(ValueError):
            told = datetime.fromisoformat(value.strip())
    if told is None:
        raise ValueError("write a time as 2026-11-22T11:45:00Z")
    return of_our_time(told)


def of_our_time(value: datetime) -> datetime:
    """Return a moment of a year that can be counted. Raises ValueError for any other."""
    if value.year not in YEARS:
        raise ValueError("the year is not between 2000 and 2100")
    return value


def zoned(value: object) -> datetime:
    """Return an ISO 8601 moment with its zone. Raises ValueError."""
    told = moment(value)
    if told.tzinfo is None:
        raise ValueError(_PROBLEMS["timezone_aware"])
    return told


def _utc(value: object) -> datetime:
    told = moment(value)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _unix(value: object) -> datetime:
    if type(value) is not int or not 0 < value < 2**33:
        raise ValueError("write a time as whole seconds since 1970")
    return of_our_time(datetime.fromtimestamp(value, UTC))


def _maybe(read: Callable[[object], datetime]) -> BeforeValidator:
    return BeforeValidator(lambda value: None if value in (None, "") else read(value))


Moment = Annotated[datetime, BeforeValidator(zoned)]
"""ISO 8601 with a zone."""
MaybeMoment = Annotated[datetime | None, _maybe(zoned)]
MaybeUtc = Annotated[datetime | None, _maybe(_utc)]
"""ISO 8601; without a zone it is UTC."""
Seconds = Annotated[datetime, BeforeValidator(_unix)]
"""Whole seconds since 1970."""
MaybeSeconds = Annotated[datetime | None, _maybe(_unix)]


# ------------------------------------------------------------------ names and texts


def line(value: object, limit: int = 200) -> str | None:
    """Return outside text as one clean line, cut at `limit`; None for nothing."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("write a text")  # noqa: TRY004  the validator names only ValueErrors
    return one_line(value, limit) or None


def _identifier(value: object) -> str | None:
    return line(str(value) if type(value) is int else value, 201)


def _address(value: object) -> str | None:
    told = line(value, 255)
    return told if told and len(told) <= 254 and re.match(EMAIL, told) else None


def language(value: object) -> str | None:
    """Return the tag of a language, told as a tag or by its name."""
    told = line(value)
    return languages.tag(told) if told else None


def time_zone(name: str) -> str | None:
    """Return the name if it is an IANA time zone."""
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        return None


def _time_zone(value: object) -> str | None:
    told = line(value)
    return time_zone(told) if told else None


Line = Annotated[str | None, BeforeValidator(line)]
"""A name or a word: one clean line of at most 200 characters."""
Subject = Annotated[str | None, BeforeValidator(lambda value: line(value, 500))]
"""One clean line of at most 500 characters."""
Identifier = Annotated[str, BeforeValidator(_identifier), Field(max_length=200)]
MaybeIdentifier = Annotated[
    Annotated[str, Field(max_length=200)] | None, BeforeValidator(_identifier)
]
TicketNumber = Annotated[str, BeforeValidator(_identifier), Field(pattern="^[0-9]{1,20}$")]
"""The ids of the three helpdesks' tickets; they become part of an address."""
Address = Annotated[str | None, BeforeValidator(_address)]
"""A mail address; what is none cannot be written to, and is as good as absent."""
Language = Annotated[str | None, BeforeValidator(language)]
TimeZone = Annotated[str | None, BeforeValidator(_time_zone)]


# ------------------------------------------------------------------ lists, tags, templates


def listed(value: object) -> object:
    """Return a list, which may be wrapped as {"type": "tag.list", "tags": [...]}, as a tuple."""
    if isinstance(value, dict):
        value = next((inner for inner in value.values() if isinstance(inner, list)), None)
    return tuple(value or ()) if value is None or isinstance(value, list) else value


def _tags(value: object) -> tuple[str, ...]:
    told = listed(value)
    if isinstance(told, str):
        told = tuple(_NAME.findall(told) or _WORD.findall(told))
    if not isinstance(told, tuple):
        raise ValueError("write tags as a list of words")  # noqa: TRY004
    names = [line(tag.get("name") if isinstance(tag, dict) else tag) for tag in told]
    return tuple(dict.fromkeys(name for name in names if name))[:_TAGS_AT_MOST]


Tags = Annotated[tuple[str, ...], BeforeValidator(_tags)]
"""Words, or objects with a name, in a list or in the text of one; each once."""


def template(named: str | None, tags: tuple[str, ...]) -> Template | None:
    """Return the template that agents marked, in a field of its own or by one tag.

    A field has `refund@3` or `refund`, a tag `template:refund@3`; helpdesks that take no @ in a
    tag have a second colon. With tags of several templates nobody knows which one was sent last,
    and none is returned.
    """
    marks = {tag[len(_TEMPLATE_TAG) :] for tag in tags if tag.lower().startswith(_TEMPLATE_TAG)}
    if named:
        marks = {re.sub(f"^{_TEMPLATE_TAG}", "", named, flags=re.IGNORECASE)}
    found = _TEMPLATE.fullmatch(marks.pop()) if len(marks) == 1 else None
    return Template(found[1].strip(), found[2]) if found else None


def channel(
    named: str | None, email: str | None, *, mail: frozenset[str], chat: frozenset[str]
) -> Channel:
    """Return the channel in which to ask, from a helpdesk's own word for it.

    Words are compared in small letters with _ between them; an unknown one is answered by mail
    where there is an address, and in the conversation where there is none.
    """
    word = "_".join(re.findall(r"[a-z0-9]+", (named or "").lower()))
    if word in chat:
        return "chat"
    return "email" if email or word in mail else "chat"
