"""Correct: a person says what a text really says, and that goes before every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import get_args

from northstar.app.ports import FeedbackStore
from northstar.domain import verdicts
from northstar.domain.aggregates import Record
from northstar.domain.errors import Conflict, Invalid, NotFound
from northstar.domain.sentiment import Label
from northstar.domain.topics import Theme
from northstar.domain.verdicts import Verdict

LABELS: tuple[Label, ...] = tuple(one for one in get_args(Label) if one != "undetermined")
"""What a person may call a text."""

_ATTEMPTS = 5
_LONGEST_ID = 1000
_SUBTAG = re.compile(r"(?!und$)[a-z]{2,3}")


def correct(
    record_id: str,
    *,
    label: str | None,
    language: str | None,
    topics: Iterable[str] | None,
    themes: Iterable[Theme],
    feedback: FeedbackStore,
    now: datetime,
) -> Record:
    """Correct or confirm label, language (primary BCP 47 subtag) or topics; return the new version.

    Of what is None the person says nothing; with nothing at all, an earlier correction is taken
    back. `topics` are names of `themes`, `now` is aware.

    Raises:
        NotFound: there is no such record.
        Invalid: an unknown label, language or topic; no text, or one that nobody has read yet.
        Conflict: others kept changing the record.
    """
    said_label, said_language = _label(label), _language(language)
    said_topics = None if topics is None else _topics(topics, themes)
    for _ in range(_ATTEMPTS):
        record = stored(record_id, feedback)
        verdict = verdicts.correct(
            _read(record), now, label=said_label, language=said_language, topics=said_topics
        )
        corrected = replace(record, verdict=verdict, version=record.version + 1)
        try:
            feedback.save_verdict(corrected, record.version)
        except Conflict:
            continue
        return corrected
    raise Conflict("Others keep changing this text; try again in a moment.")


def stored(record_id: str, feedback: FeedbackStore) -> Record:
    """Return the record of this id. Raises NotFound."""
    found = feedback.by_ids([record_id]) if 0 < len(record_id) <= _LONGEST_ID else {}
    if record_id not in found:
        raise NotFound("There is no such feedback: it was erased, or the link is not complete.")
    return found[record_id]


def _read(record: Record) -> Verdict:
    """The verdict on a record. Raises Invalid when there is nothing to correct."""
    if not record.document.text:
        raise Invalid("There is no text, so there is nothing to correct; choose another.", "id")
    if record.verdict is None:
        raise Invalid("No engine has read this text yet; try again in a minute.", "id")
    return record.verdict


def _label(said: str | None) -> Label | None:
    label = next((one for one in LABELS if one == said), None)
    if said is not None and label is None:
        raise Invalid(f"The sentiment is not known; choose one of {', '.join(LABELS)}.", "label")
    return label


def _language(said: str | None) -> str | None:
    if said is not None and not _SUBTAG.fullmatch(said):
        raise Invalid("That is no language; use its two or three letters, such as fr.", "language")
    return said


def _topics(said: Iterable[str], themes: Iterable[Theme]) -> tuple[str, ...]:
    """The topics in the order in which they are configured."""
    wanted, known = set(said), [theme.name for theme in themes]
    unknown = wanted.difference(known)
    if unknown:
        raise Invalid(
            f"No topic has the name '{min(unknown)[:40]}'; choose some of {', '.join(known)}.",
            "topic",
        )
    return tuple(name for name in known if name in wanted)
