"""Which words a survey asks in: the operator's, where there are any, or our own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from northstar.app.ports import FeedbackStore
from northstar.app.texts import DEFAULT, ENGLISH, texts
from northstar.domain.questions import Survey
from northstar.domain.surveys import Ask, Question

Questions = tuple[str, str]
BUILTIN = "built-in"


@cache
def builtin(question: Question) -> Survey:
    """Return our own survey with this first question; its id follows the English sentences."""
    first, second = {DEFAULT: ENGLISH[question]}, {DEFAULT: ENGLISH["comment"]}
    return Survey(BUILTIN, question, first, second)


def find(ask: Ask, configured: Iterable[Survey], store: FeedbackStore) -> Survey | None:
    """Return the wording of an ask as it was when it was sent, or None for our own."""
    if ask.survey.startswith(f"{BUILTIN}@"):
        return None
    now = next((survey for survey in configured if survey.id == ask.survey), None)
    return now or store.survey(ask.survey)


def questions(ask: Ask, survey: Survey | None, language: str) -> Questions:
    """Return both questions in a language, or, where the survey has not got it, in our words."""
    ours = texts(language)
    first, second = ours[ask.question], ours["comment"]
    if survey is None:
        return first, second
    return survey.question_1.get(language, first), survey.question_2.get(language, second)
