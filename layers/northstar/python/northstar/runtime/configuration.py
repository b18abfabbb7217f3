"""Reads northstar.toml. A mistake is answered with its line, its key and the reason."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from northstar.app.alerts import KINDS, ON_CALL
from northstar.app.configuration import Configuration, Login, SourceTarget
from northstar.app.texts import LANGUAGES
from northstar.app.wording import BUILTIN
from northstar.desks import DESKS
from northstar.domain.asking import CLOCK
from northstar.domain.errors import Invalid
from northstar.domain.goals import objection
from northstar.domain.topics import Topics
from northstar.runtime.settings import is_loopback
from northstar.sources import KEYED, SOURCES, WITH_STORE_FRONTS

Path = tuple[str | int, ...]

_INSTEAD = {
    "tuple_type": 'is not a list; write one such as ["vip"]',
    "int_parsing": "is not a whole number; write one such as 60, without a unit",
    "int_type": "is not a whole number; write one such as 60, without a unit",
}
_QUESTION_LIMIT = 200
_TOPIC_LIMIT = 40
_ANSWERING = tuple(name for name in DESKS if name != "standard")
_ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?|http://(127\.0\.0\.1|localhost)(:\d+)?", re.ASCII)
_ISSUER = re.compile(rf"({_ADDRESS.pattern})(/[\w.~%/-]*)?", re.ASCII)
_SCOPE = re.compile(r"[!#-\[\]-~]+")  # RFC 6749, appendix A.4
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_HANDLE = re.compile(r"[\w.-]+")
_GUID = re.compile(r"\{[\da-f-]{36}\}|[\w.-]*@[\w.-]+", re.ASCII | re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*=")


@lru_cache(maxsize=4)
def load(text: str) -> Configuration:
    """Return the configuration of a TOML text.

    Raises Invalid: "northstar.toml, line 12, goals.0.target: …" with the reason and the remedy.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"northstar.toml is not valid TOML: {error}.") from error
    try:
        configuration = TypeAdapter(Configuration).validate_python(values)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise _invalid(text, problem["loc"], _reason(problem)) from error
    _check(text, configuration)
    return configuration


def load_for_storing(text: str) -> Configuration:
    """Return the configuration of a text that is about to be stored; checks the mail addresses and
    the languages too.

    The functions read what was stored, and need not load what that takes. Raises Invalid as `load`.
    """
    from northstar.delivery.mail import mailbox
    from northstar.scoring.detection import LANGUAGES as DETECTED

    configuration = load(text)
    for number, language in enumerate(configuration.understanding.languages):
        if language not in DETECTED:
            remedy = f"cannot be told apart; write some of {', '.join(sorted(DETECTED))}"
            raise _invalid(text, ("understanding", "languages", number), remedy)
    for place, address in _addresses(configuration):
        try:
            mailbox(address, ".".join(map(str, place)))
        except Invalid as error:
            remedy = "is not a mail address; write one such as Support <support@example.com>"
            raise _invalid(text, place, remedy) from error
    return configuration


def _addresses(configuration: Configuration) -> Iterator[tuple[Path, str]]:
    """Every mail address, with where it stands."""
    for key in ("sender", "reply_to"):
        if address := getattr(configuration.mail, key):
            yield ("mail", key), address
    for number, channel in enumerate(configuration.channels):
        for n, address in enumerate(channel.to):
            yield ("channels", number, "to", n), address
    for audience in ("leadership", "team"):
        for n, address in enumerate(getattr(configuration.report, audience)):
            yield ("report", audience, n), address


def _check(text: str, configuration: Configuration) -> None:
    """What the shape alone cannot say."""
    try:
        ZoneInfo(configuration.business.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        remedy = "is not a zone of the IANA database; write one such as Europe/Berlin"
        raise _invalid(text, ("business", "time_zone"), remedy) from error
    for key in ("sender", "reply_to"):
        if "@" not in (getattr(configuration.mail, key) or "@"):
            raise _invalid(text, ("mail", key), "is not a mail address; write one with an @")
    if not _ADDRESS.fullmatch(configuration.public_url or "https://a"):
        remedy = "is not an address such as https://feedback.example.com, with nothing after it"
        raise _invalid(text, ("public_url",), remedy)
    _check_login(text, configuration.login)
    _check_asking(text, configuration)
    _check_goals(text, configuration)
    _check_sources(text, configuration)
    _check_desks(text, configuration)
    _check_surveys(text, configuration)
    _check_topics(text, configuration)
    _check_channels(text, configuration)
    _check_rules(text, configuration)
    _check_on_call(text, configuration)
    _check_proof(text, configuration)


def _check_channels(text: str, configuration: Configuration) -> None:
    names = [channel.name for channel in configuration.channels]
    for number, channel in enumerate(configuration.channels):
        place = ("channels", number)
        if channel.name in names[:number]:
            raise _invalid(text, (*place, "name"), "two channels have this name; rename one")
        if channel.name == ON_CALL:
            raise _invalid(text, (*place, "name"), "means whoever is on call; write another one")
        if channel.kind == "mail" and not channel.to:
            raise _invalid(text, (*place, "to"), 'is missing; write one such as ["a@example.com"]')
        if channel.kind != "mail" and channel.to:
            raise _invalid(text, (*place, "to"), "is for mail only; leave it out")


def _check_rules(text: str, configuration: Configuration) -> None:
    channels = {channel.name for channel in configuration.channels}
    staffed = configuration.on_call.office or configuration.on_call.rota
    for number, rule in enumerate(configuration.alerts):
        for n, kind in enumerate(rule.kinds):
            if kind not in KINDS:
                remedy = f"is no kind of alert; write some of {', '.join(KINDS)}"
                raise _invalid(text, ("alerts", number, "kinds", n), remedy)
        for n, name in enumerate(rule.to):
            place = ("alerts", number, "to", n)
            if name == ON_CALL and not staffed:
                raise _invalid(text, place, "needs on_call.office or on_call.rota; name somebody")
            if name not in {*channels, ON_CALL}:
                raise _invalid(text, place, "is no channel; add it under [[channels]]")


def _check_on_call(text: str, configuration: Configuration) -> None:
    told = configuration.on_call
    for key in ("begin", "end"):
        if not CLOCK.fullmatch(getattr(told, key)):
            raise _invalid(text, ("on_call", key), "is not a time of day; write one such as 09:00")
    channels = {channel.name for channel in configuration.channels}
    if told.office and told.office not in channels:
        raise _invalid(text, ("on_call", "office"), "is no channel; add it under [[channels]]")
    for n, name in enumerate(told.rota):
        if name not in channels:
            raise _invalid(text, ("on_call", "rota", n), "is no channel; add it under [[channels]]")
    address = configuration.alerting.ticket_url
    if address and not (address.startswith("https://") and "{ticket}" in address):
        remedy = "is not an address such as https://acme.example/tickets/{ticket}"
        raise _invalid(text, ("alerting", "ticket_url"), remedy)


def _check_proof(text: str, configuration: Configuration) -> None:
    collected = {f"{one.source}:{one.app}" for one in configuration.sources}
    for n, name in enumerate(configuration.proof.apps):
        if name not in collected:
            remedy = 'is no app of [[sources]]; write one such as "shopify:your-app-handle"'
            raise _invalid(text, ("proof", "apps", n), remedy)


def _check_login(text: str, login: Login) -> None:
    if not _ISSUER.fullmatch(login.issuer or "https://a"):
        remedy = "is not an address such as https://login.example.com/realm, without a query"
        raise _invalid(text, ("login", "issuer"), remedy)
    if login.issuer and not login.client_id:
        remedy = "is missing; write the id that the issuer has given to Northstar"
        raise _invalid(text, ("login", "client_id"), remedy)
    for number, scope in enumerate(login.scopes):
        if not _SCOPE.fullmatch(scope):
            remedy = 'is not one scope; write each by itself, such as "email"'
            raise _invalid(text, ("login", "scopes", number), remedy)
    if "openid" not in login.scopes:
        remedy = 'must have "openid" among them, without which nobody says who logged in'
        raise _invalid(text, ("login", "scopes"), remedy)
    if not (login.viewers or login.editors):
        remedy = "is empty, and so is login.viewers; name a group in one of them"
        raise _invalid(text, ("login", "editors"), remedy)


def _check_asking(text: str, configuration: Configuration) -> None:
    rules, answering = configuration.asking, configuration.answering
    for key in ("quiet_from", "quiet_until"):
        if not CLOCK.fullmatch(getattr(rules, key) or "00:00"):
            raise _invalid(text, ("asking", key), "is not a time of day; write one such as 21:00")
    if bool(rules.quiet_from) != bool(rules.quiet_until):
        missing = "quiet_until" if rules.quiet_from else "quiet_from"
        raise _invalid(text, ("asking", missing), "is missing; quiet hours need both ends")
    if rules.quiet_from and rules.quiet_from == rules.quiet_until:
        remedy = "is the same as quiet_from; leave both out for no quiet hours"
        raise _invalid(text, ("asking", "quiet_until"), remedy)
    for key in ("review_url", "privacy_url", "help_url"):
        address = getattr(answering, key) or "https://"
        if not address.startswith(("https://", "mailto:")):
            raise _invalid(
                text, ("answering", key), "is not an address that begins with https:// or mailto:"
            )


def _check_goals(text: str, configuration: Configuration) -> None:
    names = [goal.name for goal in configuration.goals]
    for number, goal in enumerate(configuration.goals):
        if goal.name in names[:number]:
            raise _invalid(text, ("goals", number, "name"), "two goals have this name; rename one")
        fault = objection(goal)
        if fault:
            raise _invalid(text, ("goals", number, fault[0]), fault[1])


def _check_desks(text: str, configuration: Configuration) -> None:
    names = [desk.name for desk in configuration.desks]
    for number, desk in enumerate(configuration.desks):
        if desk.name not in _ANSWERING:
            remedy = f"is no desk that we can answer in; write one of {', '.join(_ANSWERING)}"
            raise _invalid(text, ("desks", number, "name"), remedy)
        if desk.name in names[:number]:
            raise _invalid(text, ("desks", number, "name"), "is there twice; leave one out")
        if not desk.address.startswith("https://") and not is_loopback(desk.address):
            remedy = "is not an address that begins with https://"
            raise _invalid(text, ("desks", number, "address"), remedy)


def _check_surveys(text: str, configuration: Configuration) -> None:
    for number, survey in enumerate(configuration.surveys):
        if survey.name == BUILTIN:
            raise _invalid(text, ("surveys", number, "name"), "is our own name; write another one")
        for question in ("question_1", "question_2"):
            for tag, words in getattr(survey, question).items():
                if tag not in LANGUAGES:
                    remedy = f"is not one of our languages: {', '.join(LANGUAGES)}"
                    raise _invalid(text, ("surveys", number, question, tag), remedy)
                if not 1 <= len(words.strip()) <= _QUESTION_LIMIT:
                    remedy = f"must have 1 to {_QUESTION_LIMIT} characters"
                    raise _invalid(text, ("surveys", number, question, tag), remedy)


def _check_topics(text: str, configuration: Configuration) -> None:
    names = [theme.name for theme in configuration.topics]
    for number, theme in enumerate(configuration.topics):
        if names.index(theme.name) < number:
            raise _invalid(
                text, ("topics", number, "name"), "is there twice; put the words together"
            )
        if not 1 <= len(theme.name) <= _TOPIC_LIMIT:
            remedy = f"must have 1 to {_TOPIC_LIMIT} characters"
            raise _invalid(text, ("topics", number, "name"), remedy)
        try:
            Topics([theme])
        except Invalid as error:
            raise _invalid(text, ("topics", number, "words"), str(error)) from error


def _check_sources(text: str, configuration: Configuration) -> None:
    for number, target in enumerate(configuration.sources):
        if target.source not in SOURCES:
            remedy = f"is not a known source; write one of {', '.join(SOURCES)}"
            raise _invalid(text, ("sources", number, "source"), remedy)
        if target.source == "file":
            remedy = "is not collected on a schedule; load the file with `northstar import`"
            raise _invalid(text, ("sources", number, "source"), remedy)
        is_guid = target.source == "firefox" and _GUID.fullmatch(target.app)
        if not _HANDLE.fullmatch(target.app) and not is_guid:
            remedy = "is not the app's name in its store; write only that part of the address"
            raise _invalid(text, ("sources", number, "app"), remedy)
        if any(map(partial(_is_same, target), configuration.sources[:number])):
            remedy = "is there twice, with this source and country; leave one out"
            raise _invalid(text, ("sources", number, "app"), remedy)
        _check_country(text, number, target)
        if target.key is not None and target.source not in KEYED:
            remedy = f"is not for {target.source}, which is asked without a key; leave it out"
            raise _invalid(text, ("sources", number, "key"), remedy)


def _is_same(one: SourceTarget, other: SourceTarget) -> bool:
    fronts = (one.country or "").lower(), (other.country or "").lower()
    return (one.source, one.app) == (other.source, other.app) and fronts[0] == fronts[1]


def _check_country(text: str, number: int, target: SourceTarget) -> None:
    key = ("sources", number, "country")
    if target.country is None:
        if target.source == "apple_rss":
            raise _invalid(text, key, "is missing; write the store front, such as us")
        return
    if target.source not in WITH_STORE_FRONTS:
        remedy = f"is not for {target.source}, which has one store for all countries; leave it out"
        raise _invalid(text, key, remedy)
    if not _COUNTRY.fullmatch(target.country):
        raise _invalid(text, key, "is not a store front; write the country's two letters, as in us")


def _reason(problem: Any) -> str:
    unknown = problem["type"] in {"extra_forbidden", "unexpected_keyword_argument"}
    if unknown and str(problem["loc"][-1]).startswith("question_"):
        return "a survey asks two questions and no more; leave it out"
    if unknown:
        return "is not a known key; check its spelling or leave it out"
    if problem["type"] in {"missing", "missing_argument"}:
        return "is missing; add it"
    if problem["type"] in _INSTEAD:
        return _INSTEAD[problem["type"]]
    message = str(problem["msg"])
    return f"{message[:1].lower()}{message[1:]}"


def _invalid(text: str, path: Path, reason: str) -> Invalid:
    key = ".".join(map(str, path))
    line = _line_of(text, path)
    where = f", line {line}" if line else ""
    return Invalid(f"northstar.toml{where}, {key}: {reason}.", key)


def _line_of(text: str, path: Path) -> int | None:
    """The line (from 1) of a key path, or of the nearest table that is written out."""
    best: int | None = None
    table: Path = ()
    seen: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            name = header[2]
            first, *rest = name.split(".")
            if header[1] == "[[":
                table = (name, seen[name])
                seen[name] += 1
            else:  # a table within the newest entry of an array, or one of its own
                table = (first, seen[first] - 1, *rest) if seen[first] else (first, *rest)
            here: Path = table
        elif key:
            here = (*table, key[1])
        else:
            continue
        if here == path:
            return number
        if here == path[: len(here)]:
            best = number
    return best
