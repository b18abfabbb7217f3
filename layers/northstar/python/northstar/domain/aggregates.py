"""Aggregates: what each record adds to which row, and the difference that one version makes.

A record's *contribution* is a pure function of the record. The counter adds
`contribution(new) − contribution(counted before)` to the rows; so edits, removals, restores and
late arrivals are one operation, and a recount of all records must give the same rows.
Measures are whole numbers; sentiment is summed in thousandths. What a reader has understood counts
for each edition by itself: sentiment in every row, and all that was said in the rows of a language
or a topic. Those measures of edition b begin with "b_".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from northstar.domain import replies
from northstar.domain.coverage import hourly, reply
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.times import business_day
from northstar.domain.verdicts import Aspect, Edition, Mistake, Understood, Verdict

_PREFIX = "b_"
_OF_TICKETS = (
    *("tickets", "suppressed", "cancelled", "sent", "reminded", "answered", "confirmed"),
    *("suspect_tickets", "suspect_answered", "suspect_confirmed"),
    *("repeated", "suspect_repeated"),
)
"""How the measures begin that no reader has a part in."""

_OF_HELP = ("csat_", "solved_")
_OF_REPLIES = ("all", "source", "app")
"""In rows of these is counted what came after a reply."""

_SILENT: Mapping[Mistake, str] = {"abstained": "checked_label", "unknown": "checked_language"}
"""Where an engine had nothing to say, by the measure that would count it as checked."""

Record = Ask | AnonymousAnswer | ReviewRecord | Remark
Dimensions = tuple[tuple[str, str], ...]
Measures = Mapping[str, int]


class Row(NamedTuple):
    """The key of an aggregate: one value of one dimension on one business day."""

    dimension: str
    value: str
    day: str


@dataclass(frozen=True, slots=True)
class Part:
    """Measures that land on one day, once for each of the dimension values."""

    day: str
    dimensions: Dimensions
    measures: Measures


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one record, at one version, adds.

    `alerted` says that somebody was told how bad it is; it stays so, and is no part of what it
    adds.
    """

    record_id: str
    version: int
    parts: tuple[Part, ...]
    alerted: bool = field(default=False, compare=False)


def contribution(record: Record, zone: ZoneInfo) -> Contribution:
    """Return what a record adds; days are business days of `zone`."""
    return Contribution(record.id, record.version, _parts(record, zone))


def rows(parts: Iterable[Part]) -> Counter[tuple[Row, str]]:
    """Return the parts spread over their rows: (row, measure) → whole number."""
    total: Counter[tuple[Row, str]] = Counter()
    for part in parts:
        for dimension, value in part.dimensions:
            for measure, amount in part.measures.items():
                total[Row(dimension, value, part.day), measure] += amount
    return total


def difference(
    new: Iterable[Contribution], counted: Iterable[Contribution]
) -> dict[Row, dict[str, int]]:
    """Return what to add to each row so that `new` replaces `counted`; zeros are left out."""
    total = rows(part for one in new for part in one.parts)
    total.subtract(rows(part for one in counted for part in one.parts))
    by_row: dict[Row, dict[str, int]] = {}
    for (row, measure), amount in total.items():
        if amount:
            by_row.setdefault(row, {})[measure] = amount
    return by_row


def _parts(record: Record, zone: ZoneInfo) -> tuple[Part, ...]:
    match record:
        case Ask():
            return _of_ask(record, zone)
        case AnonymousAnswer():
            return _of_anonymous(record)
        case Remark():
            return _of_remark(record, zone)
    return _of_review(record, zone)


def _of_ask(ask: Ask, zone: ZoneInfo) -> tuple[Part, ...]:
    """On the day of the solution what became of the ticket, then the ask, then the answer.

    Sent and answered are of one cohort: both lie on the day of the sending, and in rows that do not
    depend on the answer; only the answer itself is counted by the language it was written in. A
    cancelled ask is no solved ticket: that comes again when it is solved.
    """
    ticket = ask.ticket
    dimensions = _told(
        (
            ("all", "all"),
            ("channel", ticket.channel),
            ("medium", ask.medium or ticket.channel),
            ("team", ticket.team),
            ("agent", ticket.agent),
            ("template", str(ticket.template) if ticket.template else None),
            ("survey", ask.survey),
            ("journey", "support"),
            ("language", _base(ticket.language)),
        )
    )
    parts = [Part(business_day(ticket.solved_at, zone), dimensions, _ticket_measures(ask))]
    if ask.sent_at:
        parts.append(Part(business_day(ask.sent_at, zone), dimensions, _cohort_measures(ask)))
    if ask.answered_at and ask.response:
        said = _answer_measures(ask.response, suspect=ask.suspect)
        day = business_day(ask.answered_at, zone)
        parts += _said(day, dimensions, said, "answer", ask.verdict)
    if ask.answered_at and (invited := _invitation_measures(ask)):
        others = tuple(one for one in dimensions if one[0] != "language")
        parts.append(Part(business_day(ask.answered_at, zone), others, invited))
    if ask.state != "cancelled":
        opened = (ticket.opened_at or ticket.solved_at).astimezone(zone)
        measures = hourly(opened, _hour_measures(ask))
        parts.append(Part(business_day(opened, zone), (("hour", "all"),), measures))
    return tuple(parts)


def _invitation_measures(ask: Ask) -> dict[str, int]:
    """Whether who answered went on to the store's page for reviews, and what they had answered.

    Of an anonymous answer only that is known, so it is counted as one that stands apart.
    """
    measures = {} if ask.response else {"answers_apart": 1}
    if ask.went_at:
        said = _answer_measures(ask.response, suspect=False) if ask.response else {}
        given = (name.removeprefix("solved_") for name in said if name.startswith(_OF_HELP))
        measures |= dict.fromkeys(("went", *(f"went_{one}" for one in given)), 1)
    if ask.suspect:
        measures |= {f"suspect_{name}": 1 for name in measures}
    return measures


def _hour_measures(ask: Ask) -> Measures:
    """What a ticket says of the hour in which it was opened: was it answered in time, and well?"""
    ticket, measures = ask.ticket, {"tickets": 1}
    if ticket.opened_at and ticket.first_reply_at:
        measures[reply(ticket.opened_at, ticket.first_reply_at)] = 1
    if ask.response:
        said = _answer_measures(ask.response, suspect=ask.suspect)
        names = (name for name in said if name.removeprefix("suspect_").startswith(_OF_HELP))
        measures |= dict.fromkeys(names, 1)
    return measures


def _ticket_measures(ask: Ask) -> Measures:
    """What became of one resolution: coverage of asking is tickets_answered of tickets.

    It is confirmed where the customer says so and did not have to write again about the same.
    """
    if ask.state == "cancelled":
        return {"cancelled": 1}
    measures = {"tickets": 1}
    if ask.state == "suppressed":
        measures |= {"suppressed": 1, f"suppressed_{ask.reason}": 1}
    if ask.answered_at:
        measures["tickets_answered"] = 1
        if ask.suspect:
            measures["suspect_tickets_answered"] = 1
    if ask.repeated_at:
        measures |= _repeated(ask)
    elif ask.response and _confirms(ask.response):
        measures |= _confirmed(suspect=ask.suspect)
    return measures


def _repeated(ask: Ask) -> dict[str, int]:
    names = ["repeated", *(["repeated_answered"] if ask.answered_at else [])]
    if ask.answered_at and ask.suspect:
        names.append("suspect_repeated_answered")
    return dict.fromkeys(names, 1)


def _confirmed(*, suspect: bool) -> dict[str, int]:
    return {"confirmed": 1, **({"suspect_confirmed": 1} if suspect else {})}


def _confirms(response: Response) -> bool:
    """Whether the customer says that the ticket is solved, or is satisfied with the help."""
    return response.solved is True or (response.csat or 0) >= 4


def _cohort_measures(ask: Ask) -> Measures:
    measures = {"sent": 1}
    if ask.reminded_at:
        measures["reminded"] = 1
    if ask.answered_at:
        measures["answered"] = 1
        if ask.suspect:
            measures["suspect_answered"] = 1
    return measures


def _of_anonymous(answer: AnonymousAnswer) -> tuple[Part, ...]:
    dimensions = _told(
        (
            ("all", "all"),
            ("channel", answer.channel),
            ("team", answer.team),
            ("template", answer.template),
            ("survey", answer.survey),
            ("journey", "support"),
            ("language", _base(answer.language)),
        )
    )
    said = _answer_measures(answer.response, suspect=answer.suspect)
    if _confirms(answer.response):
        said |= _confirmed(suspect=answer.suspect)
    return _said(answer.day, dimensions, said, "answer", answer.verdict)


def _answer_measures(response: Response, *, suspect: bool) -> dict[str, int]:
    """What an answer adds; a suspect one adds the same once more under names that say so.

    So a page can leave the suspect answers out by a subtraction, and put them back.
    """
    measures = {"feedback": 1, "answers": 1}
    if response.csat is not None:
        measures[f"csat_{response.csat}"] = 1
    if response.solved is not None:
        measures["solved_yes" if response.solved else "solved_no"] = 1
    if suspect:
        measures |= {f"suspect_{name}": 1 for name in measures if name != "feedback"}
    if response.comment:
        measures["comments"] = 1
    return measures


def _of_remark(remark: Remark, zone: ZoneInfo) -> tuple[Part, ...]:
    said = remark.said
    dimensions = _told(
        (
            ("all", "all"),
            ("channel", said.channel),
            ("team", said.team),
            ("agent", said.agent),
            ("journey", said.journey),
            ("language", _base(said.language)),
        )
    )
    measures = {"feedback": 1, "remarks": 1}
    if said.rating is not None:
        measures[f"remark_stars_{said.rating}"] = 1
    day = business_day(said.said_at, zone)
    return _said(day, dimensions, measures, "remark", remark.verdict)


def _of_review(record: ReviewRecord, zone: ZoneInfo) -> tuple[Part, ...]:
    if not record.public:
        return ()
    review = record.review
    dimensions = _told(
        (
            ("all", "all"),
            ("source", review.source),
            ("app", f"{review.source}:{record.app}"),
            ("language", _base(review.language)),
            ("country", review.country),
            ("journey", "use"),
        )
    )
    measures = {"feedback": 1, "reviews": 1}
    if review.rating is not None:
        measures[f"stars_{review.rating}"] = 1
    if review.recommended is not None:
        measures["thumbs_up" if review.recommended else "thumbs_down"] = 1
    if review.reply is not None:
        measures["replied"] = 1
    day = business_day(record.written, zone)
    said = _said(day, dimensions, measures, "review", record.verdict)
    if record.replied_at is None:
        return said
    of_reply = tuple(one for one in dimensions if one[0] in _OF_REPLIES)
    return (*said, Part(business_day(record.replied_at, zone), of_reply, replies.measures(record)))


def _base(tag: str | None) -> str | None:
    """The language of a tag, without script and region: "pt" of "pt-BR"."""
    return tag.replace("_", "-").partition("-")[0].lower() if tag else None


def _said(
    day: str, dimensions: Dimensions, counts: Measures, kind: str, verdict: Verdict | None
) -> tuple[Part, ...]:
    """The parts of what was said: in all rows, and by edition in those of what was understood.

    Without a text, the language is the declared one in both editions.
    """
    others = tuple(one for one in dimensions if one[0] != "language")
    declared = tuple(one for one in dimensions if one[0] == "language")
    if verdict is None:
        either = {**counts, **_named(counts, "b")}
        return (Part(day, others, counts), *([Part(day, declared, either)] if declared else []))
    everywhere, parts = {**counts, **_checks(verdict)}, []
    for edition, told in verdict.by_edition().items():
        sentiment = _sentiment(kind, told)
        rows_of_it = (("language", told.language), *(("topic", topic) for topic in told.topics))
        own = {**counts, **_checks(verdict), **sentiment}
        parts.append(Part(day, rows_of_it, _named(own, edition)))
        everywhere |= _named(sentiment, edition)
    return (Part(day, others, everywhere), *parts)


def _told(dimensions: tuple[tuple[str, str | None], ...]) -> Dimensions:
    """The dimensions that have a value."""
    return tuple((name, value) for name, value in dimensions if value)


def _sentiment(kind: str, told: Understood) -> Measures:
    measures = {f"{kind}_{told.label}": 1}
    if told.value is not None and round(told.value * 1000):
        measures[f"{kind}_sentiment"] = round(told.value * 1000)
    return measures


def _named(measures: Measures, edition: Edition) -> dict[str, int]:
    """The measures under the names that they have in an edition."""
    prefix = _PREFIX if edition == "b" else ""
    return {f"{prefix}{name}": amount for name, amount in measures.items()}


def total(days: Iterable[Measures]) -> Counter[str]:
    """Return the measures of several days together."""
    added = Counter[str]()
    for measures in days:
        added.update(measures)
    return added


def window(daily: Mapping[date, Measures], last: date, days: int) -> Iterator[Measures]:
    """Yield the measures of so many days until the last."""
    return (daily.get(last - timedelta(back), {}) for back in range(days))


def of_edition(measures: Measures, edition: Edition) -> dict[str, int]:
    """Return what of a row of a language or a topic is of an edition, under plain names.

    With it comes what is of no edition: tickets, and what was sent.
    """
    own = {
        name.removeprefix(_PREFIX): amount
        for name, amount in measures.items()
        if name.startswith(_PREFIX) == (edition == "b")
    }
    return own | {name: n for name, n in measures.items() if name.startswith(_OF_TICKETS)}


def sentiment_measure(kind: str, what: str, edition: Edition) -> str:
    """Return the name of a measure of sentiment in any other row: "b_review_positive".

    `kind` is answer, remark or review; `what` is a label, or "sentiment" for the sum of values in
    thousandths.
    """
    return f"{_PREFIX if edition == 'b' else ''}{kind}_{what}"


def _checks(verdict: Verdict) -> dict[str, int]:
    """Whether it is doubtful and, of what a person has checked, what the engines had wrong.

    Where an engine had said nothing, it was not wrong.
    """
    said = verdict.correction
    if said is None:
        return {"doubtful": 1} if verdict.doubtful else {}
    told: dict[Aspect, object] = {
        "label": said.label,
        "language": said.language,
        "topics": said.topics,
    }
    silent = _SILENT.keys() & said.mistakes
    without = {_SILENT[kind] for kind in silent}
    checked = {f"checked_{name}" for name, what in told.items() if what is not None} - without
    wrong = {f"wrong_{name}" for name in told if name in said.mistakes}
    return dict.fromkeys(sorted(checked | wrong | silent), 1)
