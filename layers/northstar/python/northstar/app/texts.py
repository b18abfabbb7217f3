"""Every sentence a customer reads, by language and in one place: pages, mails and chats agree.

The English sentences stand here under their keys; the other languages are gettext catalogues in
`northstar/locale`, with the key as context and the English sentence as message. `{subject}`,
`{agent}`, `{name}`, `{business}`, `{day}`, `{title}`, `{link}`, `{count}` and `{limit}` stand for
values; whoever fills them in escapes them. Digits are European (0 to 9) in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from northstar.domain.surveys import Question

Texts = Mapping[str, str]

DEFAULT = "en"

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "pt-BR": "Português (Brasil)",
    "pt": "Português (Portugal)",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "cs": "Čeština",
    "sv": "Svenska",
    "tr": "Türkçe",
    "ja": "日本語",
    "ko": "한국어",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ar": "العربية",
    "he": "עברית",
}
"""The BCP 47 tags of the languages we speak, each with its own name for itself."""

CATALOGUES = Path(__file__).parent.parent / "locale"

CHOICES: Mapping[Question, tuple[str, ...]] = {
    "solved": ("yes", "no"),
    "csat": ("1", "2", "3", "4", "5"),
}
"""The answers to each first question, as forms and links carry them; their words are texts."""

ENGLISH: Texts = {
    # the form
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
    "privacy": "{business} uses your answer to improve its support. Answering is optional, "
    "and this page sets no cookies.",
    "privacy_anonymous": "Your answer is kept apart from your name and your request, and can no "
    "longer be changed once it is sent.",
    "privacy_link": "Privacy policy",
    "stop": "No more surveys",
    "languages": "Language",
    # what can be wrong with it
    "error_heading": "Please check your answer",
    "error_title": "Error: {title}",
    "choose": "Please choose one answer to the first question.",
    "too_long": "Your comment is too long: {count} characters, at most {limit} are possible.",
    # after it
    "thanks": "Thank you",
    "thanks_name": "Thank you, {name}",
    "recorded": "Your feedback has reached {business}.",
    "next": "We read every comment, and use the answers to improve our support every week.",
    "your_answer": "Your answer",
    "with_comment": "You also wrote a comment.",
    "add_comment": "Add a comment",
    "change": "Change my answer",
    "change_until": "You can change it until {day}.",
    "review_ask": "Would you tell other customers about your experience, whatever it was?",
    "review_link": "Write a public review",
    # when there is no form
    "closed": "This survey has closed",
    "closed_expired": "The time to answer this survey is over.",
    "closed_final": "Your answer was recorded and can no longer be changed.",
    "closed_reopened": "This survey was cancelled, because your request was opened again.",
    "closed_cancelled": "This survey was cancelled.",
    "help_link": "Contact us",
    "unknown": "This link leads nowhere",
    "unknown_reason": "The address may be incomplete. Please open the link from your message "
    "again, or copy all of it.",
    "refused": "This did not work",
    "refused_reason": "Your browser sent something that we could not read. Please try again.",
    "unavailable": "Please try again in a minute",
    "unavailable_reason": "We cannot reach our records at the moment.",
    "unavailable_kept": "We could not store your feedback yet. It is still here: please send "
    "it again.",
    "again": "Try again",
    "your_comment": "Your comment",
    "failed": "Something went wrong",
    "failed_reason": "The error is on our side and has been recorded. Please try again. If it "
    "happens again, tell us this number:",
    # no more surveys
    "stop_heading": "No more surveys?",
    "stop_reason": "{business} will not ask you for feedback again. Answers to your requests "
    "still reach you.",
    "stop_button": "Stop the surveys",
    "stopped": "You will get no more surveys",
    "stopped_reason": "{business} will not ask you for feedback again.",
    # mails and chats
    "mail_subject": "Did we help? {subject}",
    "mail_subject_plain": "Did we help with your request?",
    "mail_reminder_subject": "A short reminder: did we help? {subject}",
    "mail_reminder_plain": "A short reminder: did we help with your request?",
    "mail_greeting": "Hello,",
    "mail_about": "Your request “{subject}” was answered.",
    "mail_about_agent": "Your request “{subject}” was answered by {agent}.",
    "mail_agent_only": "Your request was answered by {agent}.",
    "mail_about_plain": "Your request was answered.",
    "mail_reminder": "We have not heard from you yet. This is the only reminder.",
    "mail_press": "Nothing is sent until you press the button on that page.",
    "mail_open": "Or open the survey",
    "mail_stop": "No more surveys from {business}",
    "chat": "How did we do? Two short questions, ten seconds: {link}",
    "chat_reminder": "A short reminder: how did we do? Two short questions, ten seconds: {link}",
    # dates: how a day is written, and the names of the months from January, with | between them
    "date": "{day} {month} {year}",
    "months": "January|February|March|April|May|June|July|August|September|October|November"
    "|December",
}

_RIGHT_TO_LEFT = {"ar", "he"}
_OLD_CODES = {"iw": "he"}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
_TAGS = {tag.lower(): tag for tag in LANGUAGES}
_TAG = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8}){0,15}")
_PART = re.compile(r"\s*([a-z0-9_-]+)\s*(?:;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MOST_PARTS = 50


def texts(language: str) -> Texts:
    """Return all texts in one of our languages, by key; English stands in for what is missing."""
    if language == DEFAULT or language not in LANGUAGES:
        return ENGLISH
    return _translated(language)


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction in which one of our languages is written, as HTML's `dir` has it."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def day(moment: date, language: str) -> str:
    """Return a date in words; a moment is given in the zone whose date is meant."""
    words = texts(language)
    month = words["months"].split("|")[moment.month - 1]
    return words["date"].format(day=moment.day, month=month, year=moment.year)


def negotiate(*wanted: str | None, accept: str = "") -> str:
    """Return which of our languages to speak: one of `LANGUAGES`, `DEFAULT` if none fits.

    `wanted` are language tags (BCP 47, any case, `_` for `-`), the most important first; the first
    that we have wins. After them comes `accept`, an Accept-Language header (RFC 9110, 12.5.4), its
    first 50 parts in the order of their weights. What cannot be read is passed over. A tag finds
    ours by RFC 4647's lookup ("fr-CA" finds "fr"); Chinese finds its script by its region.
    """
    for tag in (*wanted, *_accepted(accept)):
        if tag and (found := _lookup(tag)):
            return found
    return DEFAULT


def _lookup(tag: str) -> str | None:
    """Return our tag for somebody's tag; None when we do not have the language."""
    tag = tag.strip().lower().replace("_", "-")
    if not _TAG.fullmatch(tag):
        return None
    language, *rest = re.split("-[a-z0-9]-", tag, maxsplit=1)[0].split("-")
    if language == "zh":
        traditional = "hans" not in rest and not _TRADITIONAL.isdisjoint(rest)
        return "zh-Hant" if traditional else "zh-Hans"
    parts = [_OLD_CODES.get(language, language), *rest]
    shorter = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_TAGS[one] for one in shorter if one in _TAGS), None)


def _accepted(header: str) -> Iterator[str]:
    """Yield the tags of an Accept-Language header, the heaviest first, without those refused."""
    parts = header.lower().split(",", _MOST_PARTS)[:_MOST_PARTS]
    read = [match.groups("1") for match in map(_PART.fullmatch, parts) if match]
    for tag, weight in sorted(read, key=lambda one: -float(one[1])):
        if float(weight) > 0:
            yield tag


@cache
def _translated(language: str) -> Texts:
    """Return the texts of a catalogue; its language is one of ours."""
    with (CATALOGUES / language / "LC_MESSAGES" / "customer.mo").open("rb") as file:
        catalogue = GNUTranslations(file)
    return MappingProxyType({key: catalogue.pgettext(key, ENGLISH[key]) for key in ENGLISH})
