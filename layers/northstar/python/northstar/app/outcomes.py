"""Outcomes: what somebody did about an alert, so that what is bad does not stay open unseen."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from northstar.app.alerts import AlertStore, Outcome, What
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.surveys import clean_text

NOTE_LIMIT = 500
_LONGEST_ID = 64
CHOICES: tuple[What, ...] = get_args(What)


def record_outcome(
    alert_id: str, what: str, note: str, alerts: AlertStore, *, by: str, now: datetime
) -> Outcome:
    """Keep what came of an alert, over what was said of it before; `now` is aware.

    Raises Invalid, NotFound, Conflict.
    """
    chosen = next((one for one in CHOICES if one == what), None)
    if chosen is None:
        raise Invalid("Choose what came of it.", "what")
    words = clean_text(note, NOTE_LIMIT + 1)
    if len(words) > NOTE_LIMIT:
        raise Invalid(f"The note is too long; write at most {NOTE_LIMIT} characters.", "note")
    if not 0 < len(alert_id) <= _LONGEST_ID:
        raise NotFound("There is no such alert (any more).")
    outcome = Outcome(chosen, words, by, now)
    alerts.close(alert_id, outcome)
    return outcome
