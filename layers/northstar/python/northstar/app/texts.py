"""Every sentence a customer reads, in one place and by language: pages and mails say the same.

`{subject}`, `{agent}`, `{name}`, `{business}` and `{day}` stand for values; the pages escape them.
"""

from __future__ import annotations

from collections.abc import Mapping

from northstar.domain.surveys import Question

Texts = Mapping[str, str]

DEFAULT = "en"

CHOICES: Mapping[Question, tuple[str, ...]] = {
    "solved": ("yes", "no"),
    "csat": ("1", "2", "3", "4", "5"),
}
"""The answers to each first question, as forms and links carry them; their words are texts."""

TEXTS: Mapping[str, Texts] = {
    "en": {
        "greeting": "Hello {name},",
        "heading": "How did we do?",
        "about": "This is about your request {subject}.",
        "about_agent": "This is about your request {subject}, answered by {agent}.",
        "agent_only": "This is about your request, answered by {agent}.",
        "solved": "Did this answer solve your problem?",
        "yes": "Yes",
        "no": "No",
        "csat": "How satisfied are you with the help you received?",
        "1": "Very dissatisfied",
        "2": "Dissatisfied",
        "3": "Neutral",
        "4": "Satisfied",
        "5": "Very satisfied",
        "comment": "What could we have done better?",
        "optional": "(optional)",
        "comment_hint": "Please leave out passwords, card numbers and other personal details.",
        "comment_again": "You already sent a comment. A new one replaces it.",
        "trap": "Leave this field empty",
        "send": "Send feedback",
        "error_heading": "Please check your answer",
        "error_title": "Error: {title}",
        "privacy": "{business} uses your answer to improve its support. Answering is optional, "
        "and this page sets no cookies.",
        "thanks": "Thank you",
        "thanks_name": "Thank you, {name}",
        "recorded": "Your feedback has reached {business}.",
        "your_answer": "Your answer",
        "with_comment": "You also wrote a comment.",
        "change": "Change my answer",
        "change_until": "You can change it until {day}.",
        "closed": "This survey has closed",
        "unknown": "This link leads nowhere",
        "unknown_reason": "The address may be incomplete. Please open the link from your message "
        "again, or copy all of it.",
        "refused": "This did not work",
        "unavailable": "Please try again in a minute",
        "unavailable_reason": "We cannot reach our records at the moment.",
        "unavailable_kept": "We could not store your feedback yet. It is still here: please send "
        "it again.",
        "again": "Try again",
        "your_comment": "Your comment",
    },
}


def language_of(tag: str | None) -> str:
    """Return the language we have texts in for a BCP 47 tag, or English."""
    language = (tag or DEFAULT).split("-")[0].lower()
    return language if language in TEXTS else DEFAULT
