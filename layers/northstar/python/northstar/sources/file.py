"""Files of reviews that somebody exported, from a store's console or by another tool.

Columns are told by their names, rows are read one by one, and what cannot be read is a fault of
its row. Such a file is imported, not collected.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, NoReturn
from urllib.parse import unquote

from northstar.app.configuration import SourceTarget
from northstar.app.importing import Line
from northstar.app.source import Capabilities, app_key, in_language
from northstar.domain.errors import Broken, Invalid
from northstar.domain.reviews import Page, Reply, Review
from northstar.sources import cells as read
from northstar.sources import columns
from northstar.sources.cells import Order
from northstar.sources.columns import Layout, Unnamed
from northstar.sources.payload import listed
from northstar.sources.rows import Row, rows

NAME = "file"
HOSTS: tuple[str, ...] = ()
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=False,
    edits=True,
    replies=True,
    needs_key=False,
)

LONGEST_ID = 200
MOST_ALIKE = 200_000
"""Different kinds of rows in one file that only a count tells apart; all are kept in mind."""
FIELDS: columns.Names = {
    "id": ("reviewid", "storereviewid", "recommendationid", "feedbackid", "id"),
    "rating": (
        *("starrating", "rating", "reviewrating", "stars", "score", "scorestars", "starscore"),
        *("ratingstars", "ratingvalue", "userrating", "overallrating"),
    ),
    "title": ("reviewtitle", "title", "headline"),
    "text": (
        *("reviewtext", "reviewbody", "reviewcontent", "body", "content", "text", "review"),
        *("comment", "comments", "reviewcomment", "feedback", "opinion", "message"),
    ),
    "author": (
        *("username", "reviewernickname", "nickname", "storename", "author", "authorname"),
        *("reviewer", "reviewername"),
    ),
    "country": ("country", "territory", "storefront", "location"),
    "language": ("reviewerlanguage", "reviewlanguage", "language"),
    "created": (
        *("reviewsubmitmillissinceepoch", "reviewsubmitdateandtime", "created", "createdat"),
        *("createddate", "timestampcreated", "reviewdate", "submittedat", "date", "at"),
        *("createdon", "submitted", "submittedon", "submissiondate", "posted", "postedat"),
        *("postedon", "dateposted", "datecreated", "datetime", "timestamp", "when"),
    ),
    "edited": (
        *("reviewlastupdatemillissinceepoch", "reviewlastupdatedateandtime", "edited", "editedat"),
        *("timestampupdated", "updatedat", "updated", "lastmodified"),
        *("updatedon", "modified", "modifiedat", "lastupdated"),
    ),
    "version": ("appversionname", "reviewcreatedversion", "appversion", "version"),
    "url": ("reviewlink", "reviewurl", "permalink", "link", "url"),
    "reply": (
        *("developerreplytext", "replycontent", "replytext", "developerreply", "reply"),
        *("developerresponse", "response"),
    ),
    "reply_date": (
        *("developerreplymillissinceepoch", "developerreplydateandtime", "repliedat", "replydate"),
        *("replycreated", "replycreatedat"),
    ),
    "reply_id": ("replyid",),
    "reply_author": ("replyauthor",),
    "recommended": ("votedup", "recommended"),
    "app": ("packagename", "appid", "app", "appname"),
}

_WANTED: columns.Names = {"text": (), "rating": ("recommended",), "created": ("edited",)}
"""Fields that a file of reviews should have, and those that will do in their place."""
_EXACT: columns.Names = {"exact": ("reviewsubmitmillissinceepoch",)}
_ERROR: columns.Names = {"text": ("message",)}
"""What the text of an error may be called too: without a rating it is no review's."""
_MADE_ID = re.compile(r"[hn]-[0-9a-f]{24}")
_EDITED = re.compile(r"edited:?\s+", re.IGNORECASE)
_ID_IN_LINK = re.compile(r"[?&#]reviewid=([^&#]+)", re.IGNORECASE)
_WHOLE = re.compile(r"(\d+)\.0", re.ASCII)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)


def request(target: SourceTarget, following: str | None = None) -> NoReturn:  # noqa: ARG001
    """Raise Invalid: nothing can be asked for."""
    raise Invalid(
        'source "file" is not collected; run `northstar import FILE --source NAME`.', "source"
    )


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:  # noqa: ARG001
    """Return what a file holds, and as which field each of its columns was read.

    A table with a whole header and no row is *empty*; other files without a row prove nothing.
    """
    stream = io.BytesIO(payload)
    try:
        told = layout(stream)
    except Broken as problem:
        return Page("broken", reason=str(problem))
    if not told.rows:
        return _without_rows(payload, told)
    found: dict[str, Review] = {}
    faults = []
    for line in lines(stream, told, target or SourceTarget(NAME, NAME)):
        if isinstance(line.said, Review):
            found.setdefault(line.said.id, line.said)
        else:
            faults.append(f"data row {line.number}: {line.fault}")
    return Page(
        ("partial" if found else "broken") if faults else "ok",
        tuple(found.values()),
        reason=listed(faults),
        columns=told.by_column(),
    )


def _without_rows(payload: bytes, told: Layout) -> Page:
    ended = payload.rstrip(b"\0 ").endswith((b"\n", b"\r"))
    if ended and len(told.columns) > 1:
        return Page("empty", columns=told.by_column())
    return Page("broken", reason="The file ends within its first row.", columns=told.by_column())


def layout(
    stream: BinaryIO, given: Mapping[str, str] | None = None, order: Order | None = None
) -> Layout:
    """Go through a file of reviews and return what it is like; `given` and `order` come first.

    Where the only column of text is a title, it holds the texts.

    Raises:
        Broken: it is empty.
        Unnamed: it has neither a column of ratings nor one of texts.
        Invalid: `given` names a field or a column that there is not.
    """
    told = columns.layout(stream, FIELDS, given, order)
    found = dict(told.columns)
    if "text" not in found and not {"text", "title"} & (given or {}).keys():
        found |= {"text": found.pop("title")} if "title" in found else {}
    error = columns.match(told.by_column().keys(), _ERROR, {})
    may_be_error = error == {"text": found.get("text")} and "text" not in (given or {})
    if "rating" not in found and ("text" not in found or may_be_error):
        there = ", ".join(told.by_column())[:300]
        raise Unnamed(
            f"No column is called as ratings or texts are, such as rating or text: {there}."
        )
    return replace(told, columns=found)


def missing(told: Layout, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return which of text, rating and created no column is read as, nor one in its place.

    A field of which `given` says itself that it is not in the file is none of them.
    """
    return tuple(
        name
        for name, others in _WANTED.items()
        if name not in given and not told.columns.keys() & {name, *others}
    )


def lines(stream: BinaryIO, told: Layout, target: SourceTarget) -> Iterator[Line]:
    """Yield what each row says, as a review of the target's source and under an app's key.

    The app is the row's where the file has a column of apps, else the target's.
    """
    exact = columns.match(told.by_column().keys(), _EXACT, {}).get("exact")
    reader = _Reader(told, target, exact)
    for row in rows(stream, told.form):
        if row.fault:
            yield Line(row.number, fault=row.fault)
            continue
        try:
            yield reader.line(row)
        except Broken as problem:
            yield Line(row.number, fault=str(problem))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rows of one file.

    `exact` is the column of times to the millisecond, read or not. `alike` counts the rows that
    nothing else tells apart.
    """

    told: Layout
    target: SourceTarget
    exact: str | None = None
    alike: Counter[str] = field(default_factory=Counter)

    def line(self, row: Row) -> Line:
        """Return what a row says. Raises Broken."""
        review = in_language(self._review(row), self.target)
        made_id = _MADE_ID.fullmatch(review.id) is not None
        return Line(row.number, review, self._app(row), made_id=made_id)

    def _app(self, row: Row) -> str:
        column = self.told.columns.get("app")
        if column is None:
            return app_key(self.target)
        app = read.text(row.cells, column)
        if app is None or len(app) > LONGEST_ID:
            raise Broken(f"names no app under {column!r}")
        return app_key(replace(self.target, app=app))

    def _review(self, row: Row) -> Review:
        created, edited = self._dates(row)
        rating = self._text(row, "rating")
        thumb = self._text(row, "recommended")
        review = Review(
            source=self.target.source,
            id="",
            rating=read.rating(rating) if rating else None,
            title=self._text(row, "title"),
            text=self._text(row, "text"),
            author=self._text(row, "author"),
            country=self._text(row, "country") or self.target.country,
            language=read.tag(self._text(row, "language")),
            created=created,
            edited=edited,
            reply=self._reply(row),
            version=self._text(row, "version"),
            url=self._text(row, "url"),
            recommended=read.yes(thumb) if thumb else None,
        )
        if rating is None and thumb is None and not (review.title or review.text):
            raise Broken("has neither a rating nor a text")
        return replace(review, id=self._id(row, review))

    def _id(self, row: Row, review: Review) -> str:
        """The store's own id, else a hash of who said what when, else which of its kind it is."""
        told = _told_id(self._text(row, "id"), review)
        if told is None and (review.author or review.title or review.text):
            return _hashed(review)
        return told or self._counted(row, review)

    def _counted(self, row: Row, review: Review) -> str:
        """Stars and a time are all it says, as of many others: "n-" and 24 hex digits."""
        when = read.text(row.cells, self.exact) or self._text(row, "created")
        when = when or self._text(row, "edited")
        if when is None:
            raise Broken("has no id, and no author, text or date to know it again by")
        given = review.rating if review.recommended is None else review.recommended
        where = [self._app(row), review.country, review.language, review.version]
        kind = _digest(where, when, given)
        if len(self.alike) >= MOST_ALIKE and kind not in self.alike:
            raise Broken("has no id; a file of so many rows without words needs a column of ids")
        self.alike[kind] += 1
        return f"n-{_digest(kind, self.alike[kind])}"

    def _dates(self, row: Row) -> tuple[str | None, str | None]:
        """When it was written and edited; "Edited May 30, 2024" is all that some stores tell."""
        first = self._text(row, "created")
        if first and (prefix := _EDITED.match(first)):
            shown = self._date("created", first[prefix.end() :])
            return None, self._moment(row, "edited") or shown
        created = self._moment(row, "created")
        edited = self._moment(row, "edited")
        return created, None if edited == created else edited

    def _reply(self, row: Row) -> Reply | None:
        text = self._text(row, "reply")
        if not text:
            return None
        return Reply(
            text=text,
            id=self._text(row, "reply_id"),
            author=self._text(row, "reply_author"),
            created=self._moment(row, "reply_date"),
        )

    def _text(self, row: Row, name: str) -> str | None:
        return read.text(row.cells, self.told.columns.get(name))

    def _moment(self, row: Row, name: str) -> str | None:
        told = self._text(row, name)
        return self._date(name, told) if told else None

    def _date(self, name: str, told: str) -> str:
        column = self.told.columns[name]
        return read.moment(told, self.told.order(column), utc=columns.says_utc(column))


def _told_id(told: str | None, review: Review) -> str | None:
    """The store's own id, from its column or from the link; None where neither has one."""
    if told is None and review.url and (link := _ID_IN_LINK.search(review.url)):
        told = unquote(link[1])
    if told is None:
        return None
    if _ROUNDED.fullmatch(told):
        raise Broken(f"id {told} was rounded by a spreadsheet; export it as text")
    if len(told) > LONGEST_ID:
        raise Broken(f"id has {len(told)} characters, more than {LONGEST_ID}")
    whole = _WHOLE.fullmatch(told)
    return whole[1] if whole else told


def _hashed(review: Review) -> str:
    """The same author, day, words and rating are the same review: "h-" and 24 hex digits."""
    said: list[Any] = [review.author, review.title, review.text]
    words = [unicodedata.normalize("NFKC", one) if one else None for one in said]
    day = (review.created or review.edited or "")[:10]
    given = review.rating if review.recommended is None else review.recommended
    return f"h-{_digest(*words, day, given)}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
