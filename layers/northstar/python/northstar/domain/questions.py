"""Surveys as data: the wording of both questions, under a name that changes with the wording.

So two wordings are never counted as one, even when somebody forgets to say that it changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from northstar.domain.surveys import Question
from northstar.domain.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Survey:
    """One wording of the two questions by language (BCP 47 tag); missing ones are the built-in's.

    It is asked of tickets with that first question which one of `templates` answered; of all, where
    none is named.
    """

    name: str
    asks: Question
    question_1: Mapping[str, str]
    question_2: Mapping[str, str]
    templates: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name and, of the wording, 8 hex digits of SHA-256: "refunds@3f2a91c0"."""
        words = [f"{self.asks}\n"]
        for question in (self.question_1, self.question_2):
            words += [f"{tag}\t{text}\n" for tag, text in sorted(question.items())] + ["\n"]
        return f"{self.name}@{sha256(''.join(words).encode()).hexdigest()[:8]}"


def survey_for(
    ticket: Ticket, question: Question, language: str, surveys: Iterable[Survey], builtin: Survey
) -> Survey:
    """Return the survey to ask: the first for this template, else the first for all, else ours.

    One that says nothing in the customer's language is not asked: its words would not be shown.
    """
    fitting = [
        survey
        for survey in surveys
        if survey.asks == question and {*survey.question_1, *survey.question_2} & {language}
    ]
    template = ticket.template.id if ticket.template else None
    special = (s for s in fitting if template in s.templates)
    general = (s for s in fitting if not s.templates)
    return next(special, None) or next(general, builtin)
