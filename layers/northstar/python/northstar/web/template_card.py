"""The page of one template: what it solves, the ladder, customers' words, its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from northstar.app.show_template import TemplateView
from northstar.app.show_templates import ENOUGH, MOST_VERSIONS, VersionNumbers
from northstar.app.templates import LIMITS, Card, Step, address, lacking
from northstar.app.weekly_sheet import Mended
from northstar.domain.rates import Comparison, Difference, Rate
from northstar.web import charts, ladder, numbers, svg
from northstar.web.entries import entry
from northstar.web.frame import draw
from northstar.web.template_forms import Tried, typed_of

_NOTHING_TRIED = Tried("card")
_LEAST_WEEKS = 3
_DONE: Mapping[str, str] = {
    "saved": "The card is kept.",
    "verified": "The article is verified.",
    "automate": "It is automated.",
    "take back": "That is taken back.",
    "noted": "What was changed is kept.",
}
_STEPS: Mapping[str, str] = {
    "by hand": "By hand",
    "ready": "Ready",
    "automated": "Automated",
    "demoted": "Demoted",
}
_BY_NUMBERS = "the numbers"
_DOUBTS = {
    "review": "its review is due",
    "falling": "the template solves less than before",
}


def page(view: TemplateView, tried: Tried = _NOTHING_TRIED, *, done: str = "") -> str:
    """Return the page; `tried` is a form that was refused, which stands there as it was typed.

    `done` names what was done just now.
    """
    card, of_card = view.card, tried.form == "card" and bool(tried.reason)
    state = view.told.state if view.told else "by hand"
    return draw(
        "template.html",
        "leadership.css",
        here="templates",
        view=view,
        until=numbers.moment(view.at, view.time_zone),
        name=view.version if view.version != "-" else None,
        versions=[
            (
                f"version {one}" if one != "-" else "none told",
                address(view.id, one),
                one == view.version,
            )
            for one in view.versions[:MOST_VERSIONS]
        ],
        chips=list(ladder.chips(state, view.found, card, view.today)),
        solved=rate(view.numbers.solved) if view.numbers else None,
        facts=list(_facts(view.numbers)) if view.numbers else [],
        spark=_spark(view),
        weeks=list(_weeks(view)),
        state=_STEPS[state],
        since=numbers.day_in(view.told.since, view.time_zone) if view.told else None,
        lacking=lacking(view.found),
        evidence=list(_evidence(view)),
        rule=ladder.rule(view.found.gate),
        can_automate=state == "ready",
        can_take_back=state == "automated",
        row=view.told.row if view.told else 0,
        steps=[_step(one, view.time_zone) for one in view.steps],
        made=change(view.made) if view.made else None,
        versus=_versus(view),
        notes=[(numbers.moment(one.at, view.time_zone), one.by, one.text) for one in view.notes],
        words=[entry(one, view.time_zone) for one in view.words],
        topics=view.topics,
        every=f"/feedback?{urlencode({'template': f'{view.id}@{view.version}', 'comment': 'yes'})}",
        card_rows=list(_card_rows(card, view)),
        doubt=_DOUBTS[card.doubt] if card.doubt else None,
        typed=tried.typed if of_card else typed_of(card),
        chosen=tried.topics if of_card else card.topics,
        offered=[*view.offered, *(one for one in card.topics if one not in view.offered)],
        tried=tried,
        done=_DONE.get(done, ""),
        limits=LIMITS,
    )


def rate(told: Rate) -> dict[str, object]:
    """Return a rate in words, with its interval and its n; it is grey where that is small."""
    return {
        "share": None if told.share is None else numbers.percent(told.share),
        "interval": numbers.interval(told),
        "n": numbers.count(told.n),
        "few": told.n < ENOUGH,
    }


def compared(found: Difference | None) -> str:
    """Return how two rates differ: in points only where that is certain."""
    if found is None:
        return "too few answers yet"
    words: Mapping[Comparison, str] = {
        "better": "better",
        "worse": "worse",
        "same": "about the same",
    }
    if found.verdict == "same":
        return words["same"]
    points = round(100 * found.points)
    low, high = (numbers.signed(round(100 * end)) for end in (found.low, found.high))
    unit = "pt" if abs(points) == 1 else "pts"
    return f"{words[found.verdict]}: {numbers.signed(points)} {unit} ({low} to {high})"


def words_of(told: Rate) -> str:
    """Return a rate in one piece: "82% (78–86%), n = 310"; "–" for one of nothing."""
    if told.share is None:
        return "–"
    n = f"n\u00a0=\u00a0{numbers.count(told.n)}{', few answers' if told.n < ENOUGH else ''}"
    return f"{numbers.percent(told.share)} ({numbers.interval(told)}), {n}"


def change(made: Mended) -> dict[str, str]:
    """Return in words what was changed in a template, and what came of it."""
    return {
        "day": numbers.long_day(made.day),
        "words": made.words,
        "by": made.by or "",
        "before": words_of(made.before),
        "after": words_of(made.after),
        "effect": compared(made.difference),
    }


def _facts(one: VersionNumbers) -> Iterator[tuple[str, str]]:
    yield "Uses", numbers.count(one.uses)
    yield "Answers", numbers.count(one.answers)
    if one.csat.n:
        yield "CSAT of those who answered", words_of(one.csat)
    yield "Comments", numbers.count(one.comments)
    if one.texts.texts:
        yield "Negative texts", words_of(one.texts.rate("negative"))
    if one.others.n:
        yield "All other templates", words_of(one.others)


def _spark(view: TemplateView) -> str:
    shares = [week.share for week in view.weeks]
    if len([one for one in shares if one is not None]) < _LEAST_WEEKS:
        return ""
    return charts.spark(shares, "solved-weeks", f"Solved, last {len(shares)} weeks", svg.PAGE)


def _weeks(view: TemplateView) -> Iterator[tuple[str, str]]:
    """Yield the weeks with answers, the newest first: the day they ended on, and the rate."""
    last = numbers.date_in(view.at, view.time_zone)
    for back, week in enumerate(reversed(view.weeks)):
        if week.n:
            yield numbers.long_day(last - timedelta(weeks=back)), words_of(week)


def _evidence(view: TemplateView) -> Iterator[tuple[str, str]]:
    told = view.found.evidence
    yield "Solved, 91 days", words_of(told.solved)
    yield "Gate", numbers.percent(view.found.gate)
    yield "Came back within 7 days", _of(told.repeated)
    yield "Of those answered by hand", _of(told.by_hand)


def _of(told: Rate) -> str:
    if told.share is None:
        return "no ticket old enough"
    tickets = numbers.many(told.n, "ticket")
    return f"{numbers.percent(told.share)} ({numbers.interval(told)}) of {tickets}"


def _step(one: Step, zone: str) -> tuple[str, str, str, str]:
    return (
        numbers.moment(one.at, zone),
        one.by or _BY_NUMBERS,
        f"{_STEPS[one.before]} → {_STEPS[one.state]}",
        words_of(one.solved),
    )


def _versus(view: TemplateView) -> dict[str, str] | None:
    if view.year is None or view.before is None:
        return None
    return {
        "before": view.before.version or "none told",
        "then": words_of(view.before.solved),
        "now": words_of(view.year.solved),
        "effect": compared(view.year.change),
    }


def _card_rows(card: Card, view: TemplateView) -> Iterator[tuple[str, str]]:
    if card.title:
        yield "Title", card.title
    if card.owner:
        yield "Owner", card.owner
    if card.article and card.verified_at:
        by = f" by {card.verified_by}" if card.verified_by else ""
        yield "Verified", f"{numbers.day_in(card.verified_at, view.time_zone)}{by}"
        yield "Review", f"every {numbers.days(view.review_days)}"
    if card.expires:
        yield "Expires", numbers.long_day(card.expires)
    if card.topics:
        yield "Topics", ", ".join(card.topics)
