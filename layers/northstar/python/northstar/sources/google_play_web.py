"""Reads the public reviews of any app from the calls that Google Play's own pages make.

This is no official interface: nobody promises it, it changes without notice, and Google's terms of
service forbid automated access against its robots.txt. It is for apps whose service account is not
at hand; `google_play` is the source to prefer. What is read here is what two recordings (2021-05,
2026-07) hold, and what the library google-play-scraper 1.2.7 makes of such an answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Capabilities
from northstar.domain.errors import Broken
from northstar.domain.reviews import Page, Reply, Review
from northstar.sources.payload import (
    YEARS,
    decoded,
    field,
    json_value,
    page_of,
    reviews_in,
    stars,
    utc,
    whole,
    words,
)

NAME = "google_play_web"
HOSTS = ("play.google.com",)
CAPABILITIES = Capabilities(
    stars=True,
    time_of_day=True,
    complete_list=False,
    edits=True,
    replies=True,
    needs_key=False,
)

PER_PAGE = 150

_CALL = "UsvDTd"
_NEWEST = 2
_GUARD = ")]}'"
_ID_SHAPE = re.compile(r"[\w:.-]{8,200}", re.ASCII)
_TOKEN = re.compile(r"[!-~]{1,4000}")
_LOCAL_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,6})?", re.ASCII)
_NAMES = (
    "reviewId", "userName", "score", "title", "content", "at", "reviewCreatedVersion", "replier",
    "replyContent", "repliedAt",
)  # fmt: skip
_LIBRARY_KEYS = {
    "reviewId", "userName", "userImage", "content", "score", "thumbsUpCount",
    "reviewCreatedVersion", "at", "replyContent", "repliedAt", "appVersion",
}  # fmt: skip


def request(target: SourceTarget, following: str | None = None) -> Call:
    """Return the call for the first page, newest reviews first, or for the one a token names.

    `target.app` is the package name; `target.language` and `target.country` say as whose page the
    list is asked for (en, us), which does not make the reviews English.
    """
    page = [PER_PAGE, None, following]
    asked = [None, None, [2, _NEWEST, page, None, []], [target.app, 7]]
    calls = [[[_CALL, json.dumps(asked), None, "generic"]]]
    place = {"rpcids": _CALL, "hl": target.language or "en", "gl": target.country or "us"}
    return Call(
        f"https://{HOSTS[0]}/_/PlayStoreUi/data/batchexecute?{urlencode(place)}",
        {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
        urlencode({"f.req": json.dumps(calls)}).encode(),
    )


def parse(payload: bytes, url: str | None = None, target: SourceTarget | None = None) -> Page:
    """Return what an answer holds, or a list that the library made of one; never raises for it.

    `created` is when the review was written or last changed: in UTC, to the second. The library
    writes it as the local time of a machine that it does not name; such a time is kept as it is,
    without a zone. Thumbs up are not stars. Language and country are not told. The permalink needs
    the app of `target`. Only the answer `[]` is *empty*; the store gives it for an app that has no
    public reviews and for one that it does not know. A list of the library without a review proves
    nothing, since the library takes a refusal for the end. A full page without a token for the
    following one is *partial*. `url` adds nothing here.
    """
    del url
    app = target.app if target else None
    try:
        text = decoded(payload).lstrip()
        if text.startswith(_GUARD):
            return _page(_answer(text.removeprefix(_GUARD)), app)
        return _library_page(json_value(payload), app)
    except Broken as problem:
        return Page("broken", reason=str(problem))


# ------------------------------------------------------------------ the store's answer


def _answer(body: str) -> list[Any]:
    """Return what our call was answered, out of the envelope around the answers to all calls."""
    lines = [line for line in body.split("\n") if line.strip()]
    if lines and lines[0].strip().isdigit():  # each part stands after its length, on one line
        parts = [json_value(line.encode()) for line in lines if not line.strip().isdigit()]
    else:
        parts = [json_value(body.encode())]
    frames = [frame for part in parts if isinstance(part, list) for frame in part]
    ours = [frame for frame in frames if isinstance(frame, list) and frame[:2] == ["wrb.fr", _CALL]]
    if len(ours) != 1:
        raise Broken(f"{len(ours)} answers 'wrb.fr' to the call {_CALL} found, not one.")
    answer = ours[0][2] if len(ours[0]) > 2 else None
    if not isinstance(answer, str):
        codes = ours[0][5] if len(ours[0]) > 5 else None
        code = whole(codes[0]) if isinstance(codes, list) and codes else None
        raise Broken(f"The store refuses the call {_CALL} (code {code}).")
    value = json_value(answer.encode(errors="surrogatepass"))
    if not isinstance(value, list):
        raise Broken(f"The answer to the call {_CALL} is not a list.")
    return value


def _page(answer: list[Any], app: str | None) -> Page:
    if not answer:
        return Page("empty")
    items = answer[0]
    if not isinstance(items, list) or not items:
        raise Broken("The list of reviews not found in the answer.")
    faults: list[str] = []
    following = _next(answer[1:], len(items), faults)
    named = [_named(item) for item in items]
    strange = sum(item is None for item in named)
    if strange:
        faults.append(f"{strange} of {len(items)} reviews not laid out as known")
    known = [item for item in named if item is not None]
    reviews = reviews_in(known, set(_NAMES), partial(_review, when=_utc, app=app), faults)
    return page_of(reviews, following, None, faults)


def _next(parts: list[Any], shown: int, faults: list[str]) -> str | None:
    """Return the token of the following page: it stands in [null, token], in any place."""
    blank: tuple[Any, ...] = (None, [], [None], [None, None])
    tokens = [
        part[1]
        for part in parts
        if isinstance(part, list) and len(part) > 1 and part[0] is None and part[1] is not None
    ]
    if len(tokens) == 1 and isinstance(tokens[0], str) and _TOKEN.fullmatch(tokens[0]):
        return tokens[0]
    if tokens or any(part not in blank for part in parts):
        faults.append("the token of the following page is not understood")
    elif shown >= PER_PAGE:
        faults.append("the page is full and names no following one; the list may go on")
    return None


def _named(item: Any) -> dict[str, Any] | None:
    """Return a review's fields, of which only the places are known, under the library's names.

    The author stands in two places, with a blank before the second; where that is not so, the
    places have moved: None.
    """
    if not isinstance(item, list):
        return None
    try:
        known = item[:11]
        number, shown, score, title, content, at, _, reply, nothing, profile, version = known
        author = shown[0]
        replier, answer, replied = (None, None, None) if reply is None else reply
        moved = profile[1] != author or nothing is not None
    except (TypeError, ValueError, LookupError):
        return None
    values = (number, author, score, title, content, at, version, replier, answer, replied)
    return None if moved else dict(zip(_NAMES, values, strict=True))


def _utc(stamp: Any) -> str | None:
    return utc(stamp[0]) if isinstance(stamp, list) and stamp else None


# ------------------------------------------------------------------ the library's list


def _library_page(items: Any, app: str | None) -> Page:
    if not isinstance(items, list) or not items:
        raise Broken(
            f"Neither an answer of the store (it begins with {_GUARD}) nor a list of reviews."
        )
    faults: list[str] = []
    read = partial(_review, when=_local, app=app)
    return page_of(reviews_in(items, _LIBRARY_KEYS, read, faults), None, None, faults)


def _local(stamp: Any) -> str | None:
    match = _LOCAL_TIME.fullmatch(stamp) if isinstance(stamp, str) else None
    if not match:
        return None
    written = f"{match[1]}T{match[2]}"
    try:
        return written if datetime.fromisoformat(written).year in YEARS else None
    except ValueError:
        return None


# ------------------------------------------------------------------ both


def _review(item: dict[str, Any], when: Callable[[Any], str | None], app: str | None) -> Review:
    """Return a review from its fields; `when` reads a time."""
    number = item.get("reviewId")
    if not isinstance(number, str) or not _ID_SHAPE.fullmatch(number):
        raise Broken("reviewId not found or not understood")
    created = when(item.get("at"))
    if created is None:
        raise Broken("at, when it was written, not found or not understood")
    title = _maybe(item, "title")
    text = words(item, "content")
    if title and not text:
        raise Broken("content not found although there is a title")
    return Review(
        source=NAME,
        id=number,
        rating=stars(item, "score"),
        title=title,
        text=text,
        author=words(item, "userName"),
        created=created,
        reply=_reply(item, when),
        version=words(item, "reviewCreatedVersion"),
        url=_permalink(app, number) if app else None,
    )


def _reply(item: dict[str, Any], when: Callable[[Any], str | None]) -> Reply | None:
    text = words(item, "replyContent")
    stamp = field(item, "repliedAt")
    if text is None and stamp is None:
        return None
    replied = when(stamp)
    if text is None or replied is None:
        raise Broken("reply not understood (replyContent and repliedAt)")
    return Reply(text, author=_maybe(item, "replier"), created=replied)


def _maybe(item: dict[str, Any], key: str) -> str | None:
    return words(item, key) if key in item else None


def _permalink(app: str, number: str) -> str:
    asked = urlencode({"id": app, "reviewId": number})
    return f"https://{HOSTS[0]}/store/apps/details?{asked}"
