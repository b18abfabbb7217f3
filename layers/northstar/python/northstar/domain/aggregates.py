"""Aggregates: what each record adds to which row, and the difference that one version makes.

A record's *contribution* is a pure function of the record. The counter adds
`contribution(new) − contribution(counted before)` to the rows; so edits, removals, restores and
late arrivals are one operation, and a recount of all records must give the same rows.
Measures are whole numbers; sentiment is summed in thousandths, for each edition by itself: measures
of edition b begin with "b_".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.times import business_day, weekday_hour
from northstar.domain.verdicts import Edition, Mistake, Verdict

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
    """What one record, at one version, adds."""

    record_id: str
    version: int
    parts: tuple[Part, ...]


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
            return (_of_anonymous(record),)
        case Remark():
            return (_of_remark(record, zone),)
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
        said = _answer_measures(ask.response, ask.verdict, suspect=ask.suspect)
        spoken = _understood(dimensions, ask.verdict)
        parts.append(Part(business_day(ask.answered_at, zone), spoken, said))
    if ask.state != "cancelled":
        opened = ticket.opened_at or ticket.solved_at
        hour = (("hour", weekday_hour(opened, zone)),)
        parts.append(Part(business_day(opened, zone), hour, {"tickets": 1}))
    return tuple(parts)


def _ticket_measures(ask: Ask) -> Measures:
    """What became of one resolution: coverage of asking is tickets_answered of tickets."""
    if ask.state == "cancelled":
        return {"cancelled": 1}
    measures = {"tickets": 1}
    if ask.state == "suppressed":
        measures |= {"suppressed": 1, f"suppressed_{ask.reason}": 1}
    if ask.answered_at:
        measures["tickets_answered"] = 1
        if ask.suspect:
            measures["suspect_tickets_answered"] = 1
    return measures


def _cohort_measures(ask: Ask) -> Measures:
    measures = {"sent": 1}
    if ask.reminded_at:
        measures["reminded"] = 1
    if ask.answered_at:
        measures["answered"] = 1
        if ask.suspect:
            measures["suspect_answered"] = 1
    return measures


def _of_anonymous(answer: AnonymousAnswer) -> Part:
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
    said = _answer_measures(answer.response, answer.verdict, suspect=answer.suspect)
    return Part(answer.day, _understood(dimensions, answer.verdict), said)


def _answer_measures(response: Response, verdict: Verdict | None, *, suspect: bool) -> Measures:
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
    return measures | _sentiment("answer", verdict)


def _of_remark(remark: Remark, zone: ZoneInfo) -> Part:
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
    measures |= _sentiment("remark", remark.verdict)
    day = business_day(said.said_at, zone)
    return Part(day, _understood(dimensions, remark.verdict), measures)


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
    return (
        Part(
            business_day(record.written, zone),
            _understood(dimensions, record.verdict),
            measures | _sentiment("review", record.verdict),
        ),
    )


def _base(tag: str | None) -> str | None:
    """The language of a tag, without script and region: "pt" of "pt-BR"."""
    return tag.replace("_", "-").partition("-")[0].lower() if tag else None


def _understood(dimensions: Dimensions, verdict: Verdict | None) -> Dimensions:
    """The dimensions with the language that the text is written in, and with what it is about."""
    if verdict is None:
        return dimensions
    others = tuple(one for one in dimensions if one[0] != "language")
    topics = tuple(("topic", topic) for topic in verdict.about)
    return (*others, ("language", verdict.language), *topics)


def _told(dimensions: tuple[tuple[str, str | None], ...]) -> Dimensions:
    """The dimensions that have a value."""
    return tuple((name, value) for name, value in dimensions if value)


def _sentiment(kind: str, verdict: Verdict | None) -> dict[str, int]:
    """What a verdict adds: its label and value once for each edition, its doubt and correction."""
    if verdict is None:
        return {}
    measures: dict[str, int] = {}
    for edition, (label, value) in verdict.scores().items():
        measures[sentiment_measure(kind, label, edition)] = 1
        if value is not None and round(value * 1000):
            measures[sentiment_measure(kind, "sentiment", edition)] = round(value * 1000)
    return measures | _checks(verdict)


def sentiment_measure(kind: str, what: str, edition: Edition) -> str:
    """Return the name of a measure of sentiment: "b_review_positive".

    `kind` is answer, remark or review; `what` is a label, or "sentiment" for the sum of values in
    thousandths.
    """
    return f"{'b_' if edition == 'b' else ''}{kind}_{what}"


def _checks(verdict: Verdict) -> dict[str, int]:
    """Whether it is doubtful and, of what a person has checked, what the engines had wrong."""
    said = verdict.correction
    if said is None:
        return {"doubtful": 1} if verdict.doubtful else {}
    told: dict[Mistake, object] = {
        "label": said.label,
        "language": said.language,
        "topics": said.topics,
    }
    checked = {f"checked_{name}": 1 for name, what in told.items() if what is not None}
    return checked | {f"wrong_{name}": 1 for name in said.mistakes}
