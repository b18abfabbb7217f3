"""Turns one feedback into what a list shows of it, and into what its own page shows."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from northstar.app.correct import LABELS
from northstar.app.inbox import EntryView
from northstar.domain.feedback import Feedback
from northstar.domain.sentiment import LanguageSource, Score
from northstar.domain.verdicts import Correction, Mistake, Verdict
from northstar.web import languages, numbers

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SURE = ((0.95, "almost certain"), (0.85, "quite sure"), (0.7, "likely"))
_UNSURE = "hardly more than a guess"
_TOLD_BY: dict[LanguageSource, str] = {
    "declared": "as its source says",
    "script": "by its script",
    "detected": "by its words",
    "unknown": "too short to tell, or of no known language",
}
_WRONG: dict[Mistake, str] = {"label": "sentiment", "language": "language", "topics": "topics"}
_SILENT: dict[Mistake, str] = {"abstained": "sentiment", "unknown": "language"}
_UNKNOWN = "und"
_BY_A_PERSON = "a person says so"


def entry(item: Feedback, time_zone: str) -> dict[str, object]:
    """Return one feedback as the list shows it; a customer is named only where the store does."""
    language, verdict = item.language or "", item.verdict
    return {
        "item": item,
        "page": address(item),
        "day": numbers.day_of(item.occurred_at, time_zone),
        "author": item.author if item.kind == "review" else None,
        "language": languages.name(language),
        "lang": tag(language),
        "link": public_link(item.url),
        "sentiment": _sentiment(item),
        "topics": verdict.about if verdict else (),
        "doubtful": bool(verdict and verdict.doubtful),
        "checked": _checked(verdict.correction if verdict else None),
    }


def tag(language: str | None) -> str | None:
    """Return a language that may stand in an attribute `lang` (BCP 47), or None."""
    known = language and _LANGUAGE.fullmatch(language) and language != _UNKNOWN
    return language if known else None


def address(item: Feedback) -> str:
    """Return where the page of one feedback is."""
    return f"/feedback?{urlencode({'id': item.id}, errors='replace')}"


def contradiction(item: Feedback) -> str | None:
    """Return how stars and text contradict each other; None where they do not."""
    if item.verdict is None or item.verdict.mismatch is None or item.rating is None:
        return None
    stars = "1 star" if item.rating == 1 else f"{item.rating} stars"
    reads = "negative" if item.verdict.mismatch == "stars high, text negative" else "positive"
    return f"{stars} over a text that reads {reads}"


def understood(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return what is understood of a text: each with a label, a value, and how it is known."""
    score, said = verdict.score, verdict.correction
    label_said, language_said, topics_said = (
        (said.label, said.language, said.topics) if said else (None, None, None)
    )
    topics = ", ".join(verdict.about) or "none of those we know"
    return [
        ("Sentiment", verdict.label.capitalize(), _BY_A_PERSON if label_said else sureness(score)),
        (
            "Language",
            languages.name(verdict.language),
            _BY_A_PERSON if language_said else _TOLD_BY[score.language_source],
        ),
        ("Topics", topics, "" if topics_said is None else _BY_A_PERSON),
    ]


def sureness(score: Score) -> str:
    """Return in words how sure an engine is that a text is positive or negative."""
    if score.value is None:
        return "no engine here can tell"
    if score.label == "neutral":
        return "neither clearly good nor clearly bad"
    word = next((word for least, word in _SURE if score.confidence >= least), _UNSURE)
    return f"{word}: {numbers.percent(score.confidence)}"


def correction(said: Correction, time_zone: str) -> str:
    """Return what a person has said of a text, when, and how the engines had done."""
    told = [f"sentiment {said.label}"] if said.label else []
    if said.language:
        told.append(f"language {languages.name(said.language)}")
    if said.topics is not None:
        told.append(f"topics {', '.join(said.topics) or 'none'}")
    return f"On {numbers.moment(said.at, time_zone)}: {'; '.join(told)}. {_engines(said)}"


def _engines(said: Correction) -> str:
    """Return in words what the engines had wrong, and what they could not tell."""
    wrong = " and ".join(_WRONG[one] for one in said.mistakes if one in _WRONG)
    silent = " and ".join(_SILENT[one] for one in said.mistakes if one in _SILENT)
    told = [f"The engines had the {wrong} wrong."] if wrong else []
    if silent:
        told.append(f"The engines could not tell the {silent}.")
    return " ".join(told) or "The engines were right."


def form(view: EntryView) -> dict[str, object] | None:
    """Return the fields that correct a text; None where nobody may, or where it is not read yet."""
    verdict = view.item.verdict
    if verdict is None or not view.editor:
        return None
    score, said = verdict.score, verdict.correction
    return {
        "id": view.item.id,
        "label": score.label,
        "shown_label": score.label if score.label in LABELS else "",
        "labels": [(one, one.capitalize(), bool(said and said.label == one)) for one in LABELS],
        "language": languages.name(score.language),
        "shown_language": "" if score.language == _UNKNOWN else score.language,
        "languages": sorted(
            (
                (one, languages.name(one), bool(said and said.language == one))
                for one in view.languages
            ),
            key=lambda one: one[1],
        ),
        "topics": [(one, one in verdict.about) for one in view.topics],
        "shown_topics": [one for one in verdict.topics if one in view.topics],
        "confirmable": set(verdict.topics) <= set(view.topics),
    }


def _checked(said: Correction | None) -> str | None:
    if said is None:
        return None
    return "Corrected" if said.mistakes else "Checked"


def _sentiment(item: Feedback) -> str | None:
    if item.verdict:
        return item.verdict.label.capitalize()
    return "Not scored yet" if item.text or item.title else None


def public_link(url: str | None) -> str | None:
    """Return an address that may become a link: http(s) only; anything else is not linked."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None
