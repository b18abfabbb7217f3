"""Files of survey answers that another tool exported, read as answers that lead back to nobody."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from zoneinfo import ZoneInfo

from northstar.app.importing import Line
from northstar.domain.errors import Broken
from northstar.domain.surveys import AnonymousAnswer, Response, clean_text
from northstar.domain.tickets import Channel, Template
from northstar.domain.times import business_day
from northstar.sources import cells as read
from northstar.sources import columns
from northstar.sources.cells import Order
from northstar.sources.columns import Layout, Unnamed
from northstar.sources.rows import Row, rows

MOST_ALIKE = 200_000
"""Different answers without id and comment in one file; all are kept in mind to count them."""
FIELDS: columns.Names = {
    "id": ("answerid", "responseid", "ratingid", "id"),
    "csat": ("csat", "csatscore", "satisfaction", "satisfactionscore", "rating", "score", "stars"),
    "solved": ("solved", "resolved"),
    "comment": ("comment", "comments", "feedback", "text"),
    "date": (
        *("answeredat", "respondedat", "submittedat", "createdat", "created", "date"),
        *("submitted", "timestamp", "when"),
    ),
    "channel": ("channel",),
    "team": ("team", "group", "department"),
    "template": ("template", "templateid", "macro"),
    "language": ("language", "locale"),
}

_LONGEST_NAME = 200
_CHANNELS: dict[str, Channel] = {
    **dict.fromkeys(("email", "e-mail", "mail"), "email"),
    **dict.fromkeys(("chat", "live chat", "messaging", "messenger"), "chat"),
}


def layout(
    stream: BinaryIO, given: Mapping[str, str] | None = None, order: Order | None = None
) -> Layout:
    """Go through a file of answers and return what it is like; `given` and `order` come first.

    Raises:
        Broken: it is empty.
        Unnamed: it lacks a column of dates or of first answers (csat or solved).
        Invalid: `given` names a field or a column that there is not.
    """
    told = columns.layout(stream, FIELDS, given, order)
    if "date" not in told.columns or not told.columns.keys() & {"csat", "solved"}:
        there = ", ".join(told.by_column())[:300]
        raise Unnamed(f"No columns are called as answers are: date, and csat or solved: {there}.")
    return told


def lines(stream: BinaryIO, told: Layout, source: str, zone: ZoneInfo) -> Iterator[Line]:
    """Yield what each row says, on its business day of `zone`.

    An answer is known again by its id, else by its whole row. Rows that are alike and have no
    comment are as many answers, told apart by their order.
    """
    alike: Counter[str] = Counter()
    for row in rows(stream, told.form):
        if row.fault:
            yield Line(row.number, fault=row.fault)
            continue
        try:
            yield Line(row.number, _answer(row, told, source, zone, alike))
        except Broken as problem:
            yield Line(row.number, fault=str(problem))


def _answer(
    row: Row, told: Layout, source: str, zone: ZoneInfo, alike: Counter[str]
) -> AnonymousAnswer:
    said = {name: read.text(row.cells, column) for name, column in told.columns.items()}
    response = _response(said)
    if not (date := said.get("date")):
        raise Broken("has no date")
    column = told.columns["date"]
    moment = read.moment(date, told.order(column), utc=columns.says_utc(column))
    template = _name(said.get("template"))
    return AnonymousAnswer(
        id=_id(said, row, source, alike),
        version=1,
        day=business_day(moment, zone),
        question="csat" if response.solved is None else "solved",
        response=response,
        channel=_CHANNELS.get((said.get("channel") or "").casefold(), "link"),
        survey=f"{source}@import",
        team=_name(said.get("team")),
        template=template if template is None or "@" in template else str(Template(template)),
        language=read.tag(said.get("language")),
    )


def _response(said: Mapping[str, str | None]) -> Response:
    csat, solved = said.get("csat"), said.get("solved")
    if (csat is None) == (solved is None):
        how = "neither an answer to csat nor to solved" if csat is None else "two first answers"
        raise Broken(f"has {how}; it takes one")
    return Response(
        solved=read.yes(solved) if solved else None,
        csat=read.rating(csat) if csat else None,
        comment=clean_text(said.get("comment") or "") or None,
    )


def _name(told: str | None) -> str | None:
    if told and len(told) > _LONGEST_NAME:
        raise Broken(f"{told[:40]!r} has more than {_LONGEST_NAME} characters")
    return told


def _id(said: Mapping[str, str | None], row: Row, source: str, alike: Counter[str]) -> str:
    if said.get("id"):
        return _hash("id", source, said["id"])
    content = _hash("row", source, sorted(row.cells.items()))
    if said.get("comment"):
        return content
    if len(alike) >= MOST_ALIKE and content not in alike:
        raise Broken("has no id; a file of so many answers needs a column of ids")
    alike[content] += 1
    return _hash("alike", content, alike[content])


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]
