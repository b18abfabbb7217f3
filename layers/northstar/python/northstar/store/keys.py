"""Every key string of both tables, and nowhere else.

FeedbackTable
    TICKET#<ticket> / ASK#<resolution>        an ask, with its answer
    TICKET#<ticket> / WITHDRAWN               when a ticket was last reopened, merged or deleted
    ANSWER#<random> / ANSWER                  an answer that leads back to nobody
    REMARK#<hash> / REMARK                    what somebody said elsewhere
    PERSON#<hash> / CONTACT                   when somebody was asked last, and whether they may be
    SURVEY#<id> / SURVEY                      a wording of the two questions
    REVIEWS#<source>#<app> / REVIEW#<id>      a review as it is now
    VERSIONS#<source>#<app>#<id> / <seen>     a review as it looked from that moment on
    index by_month   month, occurred          answers and reviews, newest first
    index by_person  person, PK               everything about one person
    index by_check   check, occurred          feedback that a person should look at, newest first

ProgressTable
    COUNTED#<record> / COUNTED                what a record adds to the aggregates now
    AGGREGATE#<dimension>#<value> / <day>     measures
    SOURCE / <source>#<app>                   newest run and newest totals of an app
    RUNS#<source>#<app> / <started>           every run
    READING / EDITIONS                        which engine's verdicts are shown and which wanted
    READING / LEARNT                          the day of the newest models
    READING / INSIGHTS#<days>                 phrases and summaries of the last so many days
    HISTORY / <dimension>#<value>             all days of some aggregate rows, packed
    SNAPSHOT / <name>                         what a page shows, made at intervals
    HIDDEN / <review>                         a review that the public wall does not show
    VALUES#<dimension> / <value>              the values that a dimension has had
    GOAL / <name>                             a goal; / <name>#STATE what was made of it
    CHANGES#<goal> / <version>                the history of a goal
    ISSUED#<goal> / <day>                     a forecast as it was shown
    MILESTONE / <goal>#<subject>#<value>      points on the way that were reached
    NUMBER#<name> / <day>                     numbers that were posted
    TEMPLATE / <id>                           the card of a template; / <id>#STATE what was noticed
    LADDER / <id>@<version>                   how far a version of a template is
    STEPS#<id>@<version> / <row>              the steps it has made
    NOTES#<template> / <moment>               what was changed in a template
    ALERT / <id>                              an alert, with what became of it
    OUTBOX / <id>                             an alert that somebody has still to be told of
    OPEN / <id>                               an alert that somebody has still to see to
    QUIET#<kind>#<subject> / QUIET            of what somebody was told last
    BUDGET#<channel> / <hour>                 how many messages a channel got in an hour
    LOAD#<month> / <channel>                  how many alerts were for whom
    REPORT#<monday>#<audience> / <mailbox>    a weekly report that was mailed, or is being
    NO_REPORT#<mailbox> / NO_REPORT           who wants no weekly report
    MAIL / <day>                              mails that came back on a business day
    RETURNED#<event> / RETURNED               a mail that came back and is counted
    LOGIN#<hash>, FLOW#<hash>, SESSION#<hash>  one-time codes, begun logins and sessions, which end
    TOKEN#<hash> / TOKEN                      a token of a machine, which ends
    TOKENS / <name>                           the same by its name
"""

from __future__ import annotations

from typing import Any

from northstar.domain.aggregates import Row

Key = dict[str, Any]

_MOST_SPLITS = 12


def ask(ask_id: str) -> Key:
    """Key of an ask; the first 24 digits of its id name the ticket."""
    return _key(ticket(ask_id[:24]), _join("ASK", ask_id[24:]))


def ticket(home: str) -> str:
    """Partition of everything about one ticket."""
    return _join("TICKET", home)


def withdrawn(home: str) -> Key:
    """Key of the withdrawal of a ticket."""
    return _key(ticket(home), "WITHDRAWN")


def answer(answer_id: str) -> Key:
    """Key of an answer that leads back to nobody."""
    return _key(_join("ANSWER", answer_id), "ANSWER")


def remark(remark_id: str) -> Key:
    """Key of a remark."""
    return _key(_join("REMARK", remark_id), "REMARK")


def possible(record_id: str) -> list[Key]:
    """Keys under which a record of this id may be stored; an app or a review may hold colons."""
    source, *rest = record_id.split(":")
    if not rest:
        return [answer(record_id), remark(record_id), *([ask(record_id)] if record_id[24:] else [])]
    return [
        review(source, ":".join(rest[:end]), ":".join(rest[end:]))
        for end in range(1, min(len(rest), _MOST_SPLITS))
    ]


def contact(person: str) -> Key:
    """Key of what we remember of a person for asking."""
    return _key(_join("PERSON", person), "CONTACT")


def survey(survey_id: str) -> Key:
    """Key of a wording."""
    return _key(_join("SURVEY", survey_id), "SURVEY")


def ask_id(key: Key) -> str:
    """The ask id in a key."""
    return _rest(key["PK"]) + _rest(key["SK"])


def is_ask(key: Key) -> bool:
    """Whether a key is that of an ask."""
    return str(key["SK"]).startswith("ASK#")


def record_id(key: Key) -> str:
    """The id in the key of an anonymous answer or a remark."""
    return _rest(key["PK"])


def reviews(source: str, app: str) -> str:
    """Partition of all reviews of an app."""
    return _join("REVIEWS", source, app)


def review(source: str, app: str, review_id: str) -> Key:
    """Key of a review."""
    return _key(reviews(source, app), _join("REVIEW", review_id))


def versions(source: str, app: str, review_id: str) -> str:
    """Partition of what a review looked like before."""
    return _join("VERSIONS", source, app, review_id)


def version(source: str, app: str, review_id: str, seen: str) -> Key:
    """Key of what a review looked like from a moment on."""
    return _key(versions(source, app, review_id), seen)


def counted(record_id: str) -> Key:
    """Key of a contribution."""
    return _key(_join("COUNTED", record_id), "COUNTED")


def aggregate(row: Row) -> Key:
    """Key of an aggregate row."""
    return _key(aggregates(row.dimension, row.value), row.day)


def aggregates(dimension: str, value: str) -> str:
    """Partition of all days of one dimension value."""
    return _join("AGGREGATE", dimension, value)


def row(key: Key) -> Row | None:
    """The aggregate row of a key, or None for any other kind of item."""
    kind, *parts = key["PK"].split("#")
    if kind != "AGGREGATE":
        return None
    dimension, value = map(_decode, parts)
    return Row(dimension, value, key["SK"])


SOURCES = "SOURCE"
ALERTS = "ALERT"
OUTBOX = "OUTBOX"
OPEN = "OPEN"


def source(name: str, app: str) -> Key:
    """Key of the state of one app of one store."""
    return _key(SOURCES, _join(name, app))


def runs(name: str, app: str) -> str:
    """Partition of all runs over one app of one store."""
    return _join("RUNS", name, app)


def run(name: str, app: str, started: str) -> Key:
    """Key of one run."""
    return _key(runs(name, app), started)


def alert(alert_id: str) -> Key:
    """Key of an alert; its id begins with its moment."""
    return _key(ALERTS, _join(alert_id))


def outbox(alert_id: str) -> Key:
    """Key of an alert that somebody has still to be told of."""
    return _key(OUTBOX, _join(alert_id))


def open_alert(alert_id: str) -> Key:
    """Key of an alert that somebody has still to see to."""
    return _key(OPEN, _join(alert_id))


def quiet(kind: str, subject: str) -> Key:
    """Key of what somebody was told last of a kind and subject."""
    return _key(_join("QUIET", kind, subject), "QUIET")


def budget(channel: str, hour: str) -> Key:
    """Key of how many messages a channel got in an hour."""
    return _key(_join("BUDGET", channel), hour)


def loads(month: str) -> str:
    """Partition of how many alerts were for whom in a month."""
    return _join("LOAD", month)


def load(month: str, channel: str) -> Key:
    """Key of how many alerts of a month were for one channel."""
    return _key(loads(month), _join(channel))


EDITIONS: Key = {"PK": "READING", "SK": "EDITIONS"}
LEARNT: Key = {"PK": "READING", "SK": "LEARNT"}


HIDDEN = "HIDDEN"


def hidden(record_id: str) -> Key:
    """Key of a review that the public wall does not show."""
    return _key(HIDDEN, _join(record_id))


def insights(days: int) -> Key:
    """Key of the insights into the last so many days."""
    return _key("READING", _join("INSIGHTS", str(days)))


GOALS = "GOAL"
MILESTONES = "MILESTONE"
_STATE = "STATE"


def history(dimension: str, value: str) -> Key:
    """Key of all days of one dimension value."""
    return _key("HISTORY", _join(dimension, value))


def snapshot(name: str) -> Key:
    """Key of what a page shows."""
    return _key("SNAPSHOT", name)


def values(dimension: str) -> str:
    """Partition of the values of a dimension."""
    return _join("VALUES", dimension)


def value(dimension: str, name: str) -> Key:
    """Key of one value that a dimension has had."""
    return _key(values(dimension), name)


def goal(name: str) -> Key:
    """Key of a goal."""
    return _key(GOALS, _join(name))


def goal_state(name: str) -> Key:
    """Key of what was made of a goal; it lies beside the goal."""
    return _key(GOALS, _join(name, _STATE))


def is_state(key: Key) -> bool:
    """Whether a key is that of a goal's state, or of what was noticed of a card."""
    return str(key["SK"]).endswith(f"#{_STATE}")


def goal_changes(name: str) -> str:
    """Partition of the history of a goal."""
    return _join("CHANGES", name)


def goal_change(name: str, version: int) -> Key:
    """Key of the line of history that a version of a goal begins with."""
    return _key(goal_changes(name), f"{version:08}")


def issues(name: str) -> str:
    """Partition of the forecasts of a goal as they were shown."""
    return _join("ISSUED", name)


def issued(name: str, day: str) -> Key:
    """Key of the forecast of a goal that was shown on a day."""
    return _key(issues(name), day)


def milestone(goal_name: str, subject: str, reached: float) -> Key:
    """Key of a milestone."""
    return _key(MILESTONES, _join(goal_name, subject, str(reached)))


def numbers(name: str) -> str:
    """Partition of a number that is posted."""
    return _join("NUMBER", name)


def number(name: str, day: str) -> Key:
    """Key of a number that was posted for a day."""
    return _key(numbers(name), day)


def report_mail(week: str, audience: str, mailbox: str) -> Key:
    """Key of one mail of a weekly report; a mailbox is told by its keyed hash."""
    return _key(_join("REPORT", week, audience), mailbox)


def report_stop(mailbox: str) -> Key:
    """Key of a mailbox that wants no weekly report."""
    return _key(_join("NO_REPORT", mailbox), "NO_REPORT")


TEMPLATES = "TEMPLATE"
LADDER = "LADDER"


def card(template: str) -> Key:
    """Key of the card of a template."""
    return _key(TEMPLATES, _join(template))


def noticed(template: str) -> Key:
    """Key of what was noticed of a card; it lies beside the card."""
    return _key(TEMPLATES, _join(template, _STATE))


def readiness(name: str) -> Key:
    """Key of how far a version of a template is; its name is "id@version"."""
    return _key(LADDER, _join(name))


def steps(name: str) -> str:
    """Partition of the steps that a version has made."""
    return _join("STEPS", name)


def step(name: str, row: int) -> Key:
    """Key of the step that a row of a version's readiness came with."""
    return _key(steps(name), f"{row:08}")


def notes(template: str) -> str:
    """Partition of what was changed in a template."""
    return _join("NOTES", template)


def note(template: str, at: str) -> Key:
    """Key of what was changed at a moment."""
    return _key(notes(template), at)


MAIL = "MAIL"


def mail_day(day: str) -> Key:
    """Key of the mails that came back on one business day."""
    return _key(MAIL, day)


def returned(event_id: str) -> Key:
    """Key of a mail that came back."""
    return _key(_join("RETURNED", event_id), "RETURNED")


def login_code(code_hash: str) -> Key:
    """Key of a one-time login code."""
    return _key(_join("LOGIN", code_hash), "LOGIN")


def login_flow(flow_hash: str) -> Key:
    """Key of a login that has begun at an issuer."""
    return _key(_join("FLOW", flow_hash), "FLOW")


def session(session_hash: str) -> Key:
    """Key of a login session."""
    return _key(_join("SESSION", session_hash), "SESSION")


TOKENS = "TOKENS"


def token(token_hash: str) -> Key:
    """Key of a token of a machine."""
    return _key(_join("TOKEN", token_hash), "TOKEN")


def token_name(name: str) -> Key:
    """Key of a token by its name."""
    return _key(TOKENS, _join(name))


def _key(pk: str, sk: str) -> Key:
    return {"PK": pk, "SK": sk}


def _join(*parts: str) -> str:
    """Join with '#', which is escaped inside the parts, so that no outside text can forge a key."""
    return "#".join(part.replace("%", "%25").replace("#", "%23") for part in parts)


def _rest(joined: str) -> str:
    return joined.partition("#")[2]


def _decode(part: str) -> str:
    return part.replace("%23", "#").replace("%25", "%")
