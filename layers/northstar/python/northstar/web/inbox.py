"""The pages of the inbox: the list with its filters, and one feedback with what changed in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal, get_args
from urllib.parse import urlencode

from northstar.app.inbox import CHANNELS, Change, EntryView, FeedbackView, Filters, Kind, query_of
from northstar.domain.reviews import Review
from northstar.domain.sentiment import Label
from northstar.domain.words import CJK
from northstar.web import entries, languages, numbers
from northstar.web.entries import entry
from northstar.web.frame import draw

Piece = tuple[Literal["same", "removed", "added"], str]
Options = Mapping[str, str]

QUICK = (7, 30, 90)
MOST_WORDS = 500
"""So many words of each text are compared; the time can take the square of it."""
MOST_LETTERS = 5_000
"""The same for words that have no end."""

_LABELS = {
    "text": "Text",
    "since": "From",
    "until": "To",
    "rating": "Rating",
    "solved": "Solved",
    "sentiment": "Sentiment",
    "topic": "Topic",
    "kind": "Kind",
    "source": "Source",
    "channel": "Channel",
    "language": "Language",
    "team": "Team",
    "template": "Template",
    "comment": "With a comment",
    "suspect": "Looks machine-made",
    "mismatch": "Please check",
}
_ALWAYS_SHOWN = ("text", "since", "until")
_TYPED = {"team": "", "template": "such as refund or refund@3"}
_YES_NO: Options = {"yes": "Yes", "no": "No"}
_RATINGS: Options = {str(n): "1 star" if n == 1 else f"{n} stars" for n in range(5, 0, -1)}
_WORD = re.compile(rf"(?:[{CJK}]|[^\s{CJK}]+)\s*")


def page(view: FeedbackView) -> str:
    """Return one page of the list."""
    query = query_of(view.filters)
    return draw(
        "feedback.html",
        "leadership.css",
        here="feedback",
        view=view,
        entries=[entry(item, view.time_zone) for item in view.items],
        shown=bool(view.items or query or not view.first_page),
        form=_form(view, query),
        chips=list(_chips(view, query)),
        looked=_looked(view) if query else None,
        newest=address(query),
        next_page=view.next_cursor and address({**query, "cursor": view.next_cursor}),
        file=address({**query, "format": "csv"}),
    )


def one(view: EntryView) -> str:
    """Return the page of one feedback."""
    item = view.item
    verdict = item.verdict
    said = verdict.correction if verdict else None
    return draw(
        "feedback_one.html",
        "leadership.css",
        here="feedback",
        view=view,
        entry=entry(item, view.time_zone),
        understood=entries.understood(verdict) if verdict else [],
        contradiction=entries.contradiction(item),
        correction=entries.correction(said, view.time_zone) if said else None,
        form=entries.form(view),
        edited=_edited(view),
        changes=[_change(one, view.time_zone) for one in view.changes],
    )


def address(query: Mapping[str, str]) -> str:
    """Return where the list of these filters is; a cursor or a format may be among them."""
    return f"/feedback?{urlencode(query, errors='replace')}" if query else "/feedback"


def difference(before: str, after: str) -> list[Piece]:
    """Return what became of a text, word by word: same, removed and added pieces in their order.

    The pieces that are not removed make up `after`. White space alone is no change; of Han and
    kana, each sign is a word. Of a long text only the beginning is compared: at most `MOST_WORDS`
    words and `MOST_LETTERS` letters.
    """
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, [one.strip() for one in old], [one.strip() for one in new])
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(new[new_from:new_to])))
            continue
        if old_from < old_to:
            pieces.append(("removed", "".join(old[old_from:old_to])))
        if new_from < new_to:
            pieces.append(("added", "".join(new[new_from:new_to])))
    return pieces


def _words(text: str) -> list[str]:
    begun = text.strip()[:MOST_LETTERS]
    return [found.group() for found in islice(_WORD.finditer(begun), MOST_WORDS)]


def _is_long(text: str) -> bool:
    """Whether more is said than is compared."""
    return len("".join(_words(text))) < len(text.strip())


def _form(view: FeedbackView, query: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of the form as they are set."""
    return {
        "values": {name: query.get(name, "") for name in (*_ALWAYS_SHOWN, *_TYPED)},
        "quick": list(_quick(view, query)),
        "selects": [
            (name, _LABELS[name], [(value, text, query.get(name) == value) for value, text in one])
            for name, one in _selects(view)
        ],
        "typed": [(name, _LABELS[name], hint) for name, hint in _TYPED.items()],
        "open": any(name not in _ALWAYS_SHOWN for name in query),
    }


def _selects(view: FeedbackView) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield what is chosen from a list, with all that can be; what is chosen now is among it."""
    chosen = query_of(view.filters)
    for name, options in _options(view).items():
        value = chosen.get(name)
        more = {} if value is None or value in options else {value: value}
        yield name, [*options.items(), *more.items()]


def _options(view: FeedbackView) -> dict[str, Options]:
    choices = view.choices
    return {
        "rating": _RATINGS,
        "solved": _YES_NO,
        "sentiment": _capitals(get_args(Label)),
        "topic": _capitals(choices.topics),
        "kind": _capitals(get_args(Kind)),
        "source": {name: name for name in choices.sources},
        "channel": _capitals(CHANNELS),
        "language": _language_names(choices.languages),
        "comment": _YES_NO,
        "suspect": _YES_NO,
        "mismatch": _YES_NO,
    }


def _capitals(words: Iterable[str]) -> Options:
    return {word: _capital(word) for word in words}


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _language_names(tags: Iterable[str]) -> Options:
    named = {tag: _capital(languages.name(tag)) for tag in tags}
    return dict(sorted(named.items(), key=lambda one: one[1]))


def _quick(view: FeedbackView, query: Mapping[str, str]) -> Iterator[tuple[int, str, bool]]:
    """Yield the periods that end today: days, address, and whether it is the one that is shown."""
    others = {name: value for name, value in query.items() if name not in {"since", "until"}}
    for days in QUICK:
        since = view.today - timedelta(days - 1)
        here = view.filters.since == since and view.filters.until is None
        yield days, address({**others, "since": since.isoformat()}), here


def _chips(view: FeedbackView, query: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is chosen: the filter, its value in words, and the address without it."""
    options = _options(view)
    for name, value in query.items():
        without = {other: said for other, said in query.items() if other != name}
        words = options.get(name, {}).get(value, value)
        yield _LABELS[name], _day_in_words(name, view.filters) or words, address(without)


def _day_in_words(name: str, filters: Filters) -> str | None:
    day = getattr(filters, name)
    return numbers.long_day(day) if isinstance(day, date) else None


def _looked(view: FeedbackView) -> str | None:
    """Return how far the search has come, where it stopped before the page was full."""
    if not view.cut_short or view.back_to is None:
        return None
    newest = view.first_page and view.filters.until is None
    many = f"{'the newest ' if newest else ''}{numbers.count(view.looked)}"
    more = "" if view.first_page else " more"
    back_to = numbers.day_of(view.back_to, view.time_zone)
    found = len(view.items)
    matches = "none match" if found == 0 else "1 matches" if found == 1 else f"{found} match"
    return f"Looked at {many}{more}, back to {back_to}: {matches}."


def _edited(view: EntryView) -> str | None:
    """Return in a sentence when it was edited; None where nobody has told so."""
    if not view.item.edited:
        return None
    day = view.edited_at and numbers.day_of(view.edited_at, view.time_zone)
    when = f" on {day}" if day else ""
    if view.item.kind == "answer":
        return f"The customer changed this answer{when}. What it said before is not kept."
    seen = "" if view.changes else " How it looked before was never seen."
    return f"The store says that this was edited{when}.{seen}"


def _change(change: Change, time_zone: str) -> dict[str, object]:
    """Return what one change of a review did: to its stars, and word by word to its texts."""
    before, after = change.before, change.after
    texts = [
        ("Title", before.title, after.title),
        ("Text", before.text, after.text),
        ("Our reply", _reply(before), _reply(after)),
    ]
    changed = [(label, old or "", new or "") for label, old, new in texts if old != new]
    return {
        "day": numbers.day_in(change.seen_at, time_zone),
        "stars": (before.rating, after.rating) if before.rating != after.rating else None,
        "thumbs": _thumbs(before, after),
        "texts": [(label, difference(old, new)) for label, old, new in changed],
        "long": any(_is_long(one) for _, *both in changed for one in both),
    }


def _thumbs(before: Review, after: Review) -> tuple[str, str] | None:
    words = {True: "recommended", False: "not recommended", None: "no opinion"}
    if before.recommended == after.recommended:
        return None
    return words[before.recommended], words[after.recommended]


def _reply(review: Review) -> str | None:
    return review.reply.text if review.reply else None
