"""Words the weekly report: the same sentences for the page, the mail and its text part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from northstar.app.alert_texts import headline
from northstar.app.in_words import STATUSES
from northstar.app.inbox import Filters, query_of
from northstar.app.report import WEEK, Audience, Head, Line, Section, Told
from northstar.app.report_facts import Compared, Facts, Rising
from northstar.app.views import GoalStanding
from northstar.domain.goals import Metric
from northstar.domain.rates import Rate, difference
from northstar.web import hero, numbers, report_sheet, standing, svg
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.numbers import amount, apart, long_day, many, near_day
from northstar.web.picture import PICTURE
from northstar.web.report_lines import said

_NOUNS: Mapping[Metric, str] = {
    "net_public_reviews": "reviews",
    "five_star_reviews": "five-star reviews",
    "average_rating": "stars on average",
    "csat": "satisfaction (CSAT)",
    "solved_rate": "solved",
    "response_rate": "response rate",
    "hour_coverage": "of the hours covered",
    "north_star": "confirmed solved",
    "custom": "",
}
_FEW = "few answers"
_MOST_WINS = 5


def tell(facts: Facts, audience: Audience, earlier: Told | None) -> Told:
    """Return what an audience is told; `earlier` is what it was told the week before."""
    head = _head(facts.standing, facts.zone) if facts.standing else None
    changed = list(_changed(facts, earlier))
    found = _flow(facts)
    return Told(
        week=facts.week,
        audience=audience,
        made_at=facts.now,
        subject=_subject(head, facts),
        preheader=" ".join([head.sub, f"{found}."] if head and head.sub else [f"{found}."]),
        head=head,
        sections=tuple(
            section
            for section in (
                Section("Reached this week", tuple(_reached(facts))),
                Section("What changed", tuple(changed)),
                Section("Complaints to know", _complaints(facts)),
                *(_for_leadership(facts) if audience == "leadership" else _for_the_team(facts)),
                Section("The week in rates", tuple(map(_rate, facts.rates)), _RATES_NOTE),
                Section("Wins, and who is behind them", tuple(_wins(facts))),
                Section("Three to read", _words(facts.read), _read_note(facts)),
            )
            if section.lines
        ),
    )


def _subject(head: Head | None, facts: Facts) -> str:
    if head is None or facts.standing is None:
        return f"The week to {long_day(facts.week - timedelta(1))}: {_flow(facts)}"
    noun = _NOUNS[facts.standing.progress.goal.metric]
    return f"{head.word}: {head.number} of {head.target} {noun}".rstrip()


def _head(shown: GoalStanding, zone: str) -> Head:
    progress, goal, state = shown.progress, shown.progress.goal, shown.state
    forecast = standing.shown_forecast(shown.status, state)
    value = progress.value
    number = "–" if value is None else amount(value, goal.unit, beside=goal.target)
    target = amount(goal.target, goal.unit)
    sentences = list(standing.sentences(goal, forecast, progress.today)) if forecast else []
    checked = forecast.coverage if forecast else None
    word = STATUSES[shown.status]
    by = long_day(goal.deadline)
    return Head(
        goal=said(goal.name),
        status=shown.status.replace(" ", "_"),
        word=word,
        number=number,
        target=target,
        by=by,
        sub=standing.sub_line(
            goal,
            shown.status,
            value=value,
            state=state,
            today=progress.today,
            reached_on=progress.reached_on,
        ),
        figures=tuple(
            (label, figure, said(note))
            for label, figure, note in standing.rows(progress, forecast, shown.confidence, zone)
        ),
        outlook=(
            *sentences,
            *(standing.record(checked, state) if checked and state else ()),
            *(standing.doubts(goal, forecast, state.last) if forecast and state else ()),
        ),
        charts=tuple(hero.chart(shown, size, svg.PAGE) for size in (WIDE, NARROW)),
        picture=hero.chart(shown, WIDE, PICTURE, alone=True),
        alt=" ".join([f"{number} of {target} by {by}: {word}.", *sentences[:1]]),
    )


def _changed(facts: Facts, earlier: Told | None) -> Iterator[Line]:
    yield from _value_and_status(facts, earlier)
    yield Line(f"{_flow(facts)}.", path=_inbox(facts, kind="review"))
    for name, found in facts.flow.begun:
        text = f"read for the first time, with {many(found, 'review')}; these are not new."
        yield Line(text, said=said(name), path="/sources")
    for one in facts.rates:
        if words := _moved(one):
            yield Line(words)
    for topic in facts.rising:
        yield from _rising(topic)
    for name, since in facts.still:
        yield Line(_still(since, facts.zone), said=said(name), path="/sources")


def _value_and_status(facts: Facts, earlier: Told | None) -> Iterator[Line]:
    if facts.standing is None:
        return
    goal, (before, now) = facts.standing.progress.goal, facts.values
    sunday, link = facts.week - timedelta(1), hero.link("/", goal=goal.name)
    if before is not None and now is not None:
        change = apart(now - before, goal.unit)
        how = "unchanged" if change == "0" else change
        was, is_ = (amount(one, goal.unit) for one in (before, now))
        text = f"{how} in the week, from {was} to {is_} on {numbers.short_day(sunday)}."
        yield Line(text, said=said(goal.name), path=link)
    word = STATUSES[facts.standing.status]
    told = earlier.head if earlier else None
    if told and told.goal == said(goal.name):
        same = told.word == word
        text = f"Still {word.lower()}." if same else f"{word}; a week ago {told.word.lower()}."
        yield Line(text, path=link)


def _flow(facts: Facts) -> str:
    flow = facts.flow
    parts = [many(flow.new, "new review")]
    for amount_, what in (
        (flow.edited, "edited"),
        (flow.removed, "removed"),
        (flow.restored, "public again"),
    ):
        if amount_:
            parts.append(f"{numbers.count(amount_)} {what}")
    return ", ".join(parts)


def _moved(one: Compared) -> str | None:
    """A rate that surely moved: the interval of the difference leaves out 0."""
    found = difference(one.now, one.before)
    if found is None or found.verdict == "same":
        return None
    way = "up" if found.points > 0 else "down"
    return f"{one.name}: {way}. {_with_interval(one.now)}; {_with_interval(one.before)} before."


def _rate(one: Compared) -> Line:
    found = difference(one.now, one.before)
    if found is None:
        how = "nothing before to compare"
    elif found.verdict == "same":
        how = f"about the same as before: {_with_interval(one.before)}"
    else:
        how = f"{'up' if found.points > 0 else 'down'} from {_with_interval(one.before)}"
    return Line(f"{one.name}: {_with_interval(one.now)}; {how}.")


_RATES_NOTE = (
    "The week against the four weeks before it. In brackets the 95% interval. Up and down are said "
    "only where the interval of the difference leaves out 0."
)


def _with_interval(rate: Rate) -> str:
    few = f", {_FEW}" if rate.n < numbers.FEW else ""
    n = numbers.count(rate.n)
    return f"{numbers.percent(rate.share or 0)} ({numbers.interval(rate)}, n = {n}{few})"


def _rising(one: Rising) -> Iterator[Line]:
    text = f"talked about more: {_with_interval(one.now)} of the texts, "
    text += f"{_with_interval(one.before)} before."
    yield Line(text, said=said(one.topic), path="/topics?days=7")
    yield from _words(one.feedback)


def _still(since: datetime | None, zone: str) -> str:
    if since is None:
        return "stands still; it was never read."
    return f"stands still since {numbers.moment(since, zone)}."


def _words(feedback: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line(feedback=one) for one in feedback)


def _complaints(facts: Facts) -> tuple[Line, ...]:
    """The newest bad feedback, but for what stands with a rising topic already."""
    told = {one for topic in facts.rising for one in topic.feedback}
    return _words(one for one in facts.bad if one not in told)


def _for_leadership(facts: Facts) -> Iterator[Section]:
    today = numbers.date_in(facts.now, facts.zone)
    briefs = [hero.brief(one, today) for one in facts.goals]
    yield Section(
        "All goals",
        tuple(
            Line(
                f"{one['value']} of {one['target']} by {one['by']}: {_chip(one)}. {one['sub']}",
                said=said(str(one["name"])),
                path=str(one["link"]),
            )
            for one in briefs
        ),
    )
    rate = facts.north_star
    if rate.n:
        per_100 = f"{100 * (rate.share or 0):.0f} of 100 tickets were confirmed solved"
        interval = f"{numbers.interval(rate)}, n = {numbers.count(rate.n)}"
        text = f"{per_100}, and nobody wrote again about the same ({interval})."
        note = "Tickets of the 28 days to Sunday; the newest can still change."
        yield Section("North star", (Line(text, path="/north-star"),), note)


def _chip(brief: Mapping[str, object]) -> str:
    chip = brief["chip"]
    return str(chip["word"]) if isinstance(chip, dict) else ""


def _for_the_team(facts: Facts) -> Iterator[Section]:
    yield from report_sheet.sections(facts.sheet) if facts.sheet else ()
    lines = (
        Line(
            f"{said(headline(one.alert))}. Open for {_age(facts.now - one.alert.at)}.",
            path=one.alert.path or "/alerts",
        )
        for one in facts.alerts
    )
    yield Section("Still open", tuple(lines), "The oldest first; the page of the alerts has all.")


def _age(age: timedelta) -> str:
    if age >= timedelta(days=1):
        return numbers.days(age.days)
    return many(int(age.total_seconds()) // 3600, "hour")


def _reached(facts: Facts) -> Iterator[Line]:
    for one, kept in facts.milestones:
        goal = kept.goal
        text = f"{amount(one.value, goal.unit)} of {amount(goal.target, goal.unit)}, reached on "
        text += f"{long_day(one.day)}, after {numbers.days((one.day - goal.start).days + 1)}."
        yield Line(text, said=said(goal.name), path="/milestones")


def _wins(facts: Facts) -> Iterator[Line]:
    for person, times in facts.credits.people[:_MOST_WINS]:
        yield Line(f"behind {many(times, 'good review')}.", said=said(person))
    yield from _words(facts.good)
    for answer in facts.answers[:_MOST_WINS]:
        yield Line("the customer went on to write a review.", feedback=answer, shows="ticket")


def _read_note(facts: Facts) -> str:
    of = "of its newest part" if facts.cut else "of the week"
    return (
        f"Drawn by chance from all answers and reviews {of} that have words, good and bad; "
        "everybody reads the same three."
    )


def _inbox(facts: Facts, **more: str) -> str:
    filters = Filters(since=facts.week - WEEK, until=facts.week - timedelta(1))
    return hero.link("/feedback", **more, **query_of(filters))


def days_of(week: date) -> str:
    """Return the seven days before a Monday: "16 Nov – 22 Nov 2026"."""
    sunday = week - timedelta(1)
    return f"{near_day(week - WEEK, sunday)} – {long_day(sunday)}"
