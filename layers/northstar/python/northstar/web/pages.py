"""Draws whole pages from views. A page is one HTML text that loads nothing and runs nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from northstar.app.views import (
    FeedbackView,
    GoalView,
    StoreNumbers,
    SurveyView,
    ThanksView,
    Tile,
)
from northstar.domain.feedback import Feedback
from northstar.domain.goals import Progress, even_pace
from northstar.domain.surveys import Ask
from northstar.web import charts, numbers
from northstar.web.forms import TRAP
from northstar.web.texts import DEFAULT, TEXTS, Texts, language_of

STYLES = ("leadership.css", "customer.css")
SOLVED = ("yes", "no")
CSAT = ("1", "2", "3", "4", "5")

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def headers() -> dict[str, str]:
    """Return the headers of every page: it may not be stored, framed, indexed or run anything."""
    return {
        "Content-Security-Policy": csp(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }


@cache
def csp() -> str:
    """Return the Content-Security-Policy (CSP 3): our two style sheets by hash, and no script."""
    hashes = " ".join(f"'sha256-{_hash(_style(name))}'" for name in STYLES)
    return (
        f"default-src 'none'; style-src {hashes}; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def goal(view: GoalView) -> str:
    """Return the goal page."""
    return _draw(
        "goal.html",
        "leadership.css",
        here="goal",
        view=view,
        hero=_hero(view),
        tiles=[
            _tile("csat", "Satisfaction (CSAT)", "rated 4 or 5, of those who answered", view.csat),
            _tile("solved", "Solved", "said yes, of those who answered", view.solved),
            _tile("response", "Response rate", "answered, of the surveys sent", view.response),
        ],
        stars=_stars(view),
        stores=[_store(store, view.time_zone) for store in view.stores],
        newest=[_entry(item, view.time_zone) for item in view.newest],
        data_to=view.data_to and numbers.moment(view.data_to, view.time_zone),
    )


def inbox(view: FeedbackView) -> str:
    """Return one page of the feedback list."""
    return _draw(
        "feedback.html",
        "leadership.css",
        here="feedback",
        view=view,
        entries=[_entry(item, view.time_zone) for item in view.items],
        next_page=view.next_cursor and f"/feedback?{urlencode({'cursor': view.next_cursor})}",
    )


def survey(view: SurveyView) -> str:
    """Return the survey form. A rating given before is selected; a comment is never shown again."""
    ask, texts = view.ask, _texts(view.ask)
    choices = SOLVED if ask.question == "solved" else CSAT
    chosen = view.preselected if view.preselected in choices else _answered(ask)
    return _draw(
        "survey.html",
        "customer.css",
        view=view,
        t=texts,
        language=language_of(ask.ticket.language),
        greeting=_say(texts, "greeting", name=ask.ticket.customer.name),
        about=_about(ask, texts),
        privacy=_say(texts, "privacy", business=view.business),
        choices=[(value, texts[value]) for value in choices],
        chosen=chosen,
        trap=TRAP,
        commented=bool(ask.response and ask.response.comment),
    )


def thanks(view: ThanksView) -> str:
    """Return the page after sending: what was answered, and how to change it while that is open."""
    ask, texts = view.ask, _texts(view.ask)
    answered, until = _answered(ask), ask.editable_until
    day = numbers.day_in(until, view.time_zone) if until else None
    return _draw(
        "thanks.html",
        "customer.css",
        view=view,
        t=texts,
        language=language_of(ask.ticket.language),
        heading=_say(texts, "thanks_name", name=ask.ticket.customer.name) or texts["thanks"],
        recorded=_say(texts, "recorded", business=view.business),
        answered=answered and texts[answered],
        commented=bool(ask.response and ask.response.comment),
        until=_say(texts, "change_until", day=day),
    )


def closed(business: str, reason: str) -> str:
    """Return the page for a survey that takes no answer any more (410), with the reason."""
    return _notice(TEXTS[DEFAULT]["closed"], reason, business=business)


def unknown(business: str) -> str:
    """Return the page for every link that leads nowhere (404), whatever is wrong with it."""
    texts = TEXTS[DEFAULT]
    return _notice(texts["unknown"], texts["unknown_reason"], business=business)


def unavailable(business: str, action: str, answer: str = "", comment: str = "") -> str:
    """Return the page for a store that does not answer (503).

    What the customer typed is kept in a form that posts it to `action` again.
    """
    texts = TEXTS[DEFAULT]
    kept = bool(answer or comment)
    return _notice(
        texts["unavailable"],
        texts["unavailable_kept" if kept else "unavailable_reason"],
        business=business,
        again=action,
        kept=kept,
        answer=answer,
        comment=comment,
    )


def refused(business: str, reason: str, back: str) -> str:
    """Return the page for a request that cannot be understood (4xx): why, and the way back."""
    return _notice(TEXTS[DEFAULT]["refused"], reason, business=business, again=back)


def login_needed(business: str, *, local: bool) -> str:
    """Return the page for someone who is not logged in (401): how to get a link."""
    remedy = (
        "Use the one-time link that <code>make run</code> printed, or start it again."
        if local
        else "Each login link works once. To get one, ask your operator to run "
        "<code>northstar login</code>."
    )
    return _notice("Please log in", _ours(remedy), business=business)


def failed(business: str, error_id: str) -> str:
    """Return the page for an error of ours (500), with the id under which it was logged."""
    return _notice(
        "Something went wrong",
        "The error is on our side and has been recorded. Please try again. If it happens again, "
        "tell us this id:",
        business=business,
        error_id=error_id,
    )


def _notice(
    title: str,
    sentence: str,
    *,
    business: str,
    error_id: str = "",
    again: str = "",
    kept: bool = False,
    answer: str = "",
    comment: str = "",
) -> str:
    return _draw(
        "notice.html",
        "customer.css",
        t=TEXTS[DEFAULT],
        language=DEFAULT,
        title=title,
        sentence=sentence,
        business=business,
        error_id=error_id,
        again=again,
        kept=kept,
        answer=answer,
        comment=comment,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("northstar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": numbers.count,
        "long_day": numbers.long_day,
        "percent": numbers.percent,
        "weekly": numbers.weekly,
    }
    return environment


def _draw(template: str, style: str, **values: object) -> str:
    """Return the page; half a surrogate pair, which UTF-8 cannot carry, becomes a question mark."""
    html = _environment().get_template(template).render(style=_ours(_style(style)), **values)
    return html.encode("utf-8", "replace").decode("utf-8")


@cache
def _style(name: str) -> str:
    return files("northstar.web").joinpath("static", name).read_text("utf-8").strip()


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def _hero(view: GoalView) -> dict[str, object] | None:
    progress = view.progress
    if progress is None:
        return None
    aim = progress.goal
    pace_share = min(max(progress.even_pace / aim.target, 0), 1)
    begun = progress.today >= aim.start
    title = f"{numbers.percent(progress.share)} of the goal"
    if begun:
        title += f"; an even pace would be at {numbers.percent(pace_share)}"
    return {
        "progress": progress,
        "goal": aim,
        "standing": _standing(progress),
        "rows": _rows(progress),
        "pace": numbers.percent(pace_share) if begun else None,
        "bar": _ours(
            charts.progress_bar(progress.share, pace_share if begun else None, title, charts.PAGE)
        ),
        "charts": [
            _ours(charts.goal(progress, view.milestones, size, charts.PAGE))
            for size in (charts.WIDE, charts.NARROW)
        ],
        "milestones": view.milestones,
        "table": _table(progress),
    }


def _standing(progress: Progress) -> tuple[str, str] | None:
    """Return how a goal stands where that is certain, without a forecast: (kind, sentence)."""
    aim, reached = progress.goal, progress.reached_on
    if reached:
        return (
            "reached",
            f"Reached on {numbers.long_day(reached)}, {_margin(aim.deadline, reached)}.",
        )
    if progress.today < aim.start:
        return "plain", f"Begins on {numbers.long_day(aim.start)}."
    if progress.today > aim.deadline:
        share = numbers.percent(progress.share)
        ended = f"Ended at {numbers.count(progress.value)} of {numbers.count(aim.target)}"
        return "plain", f"{ended} ({share})."
    return None


def _margin(deadline: date, reached: date) -> str:
    days = (deadline - reached).days
    if days == 0:
        return "on the last day"
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'early' if days > 0 else 'late'}"


def _rows(progress: Progress) -> list[tuple[str, str]]:
    """Return the figures under the bar, each with its label."""
    rows = []
    if progress.goal.start <= progress.today <= progress.goal.deadline:
        ahead = progress.ahead
        label = (
            "Ahead of even pace" if ahead > 0 else "Behind even pace" if ahead else "On even pace"
        )
        rows.append((label, numbers.signed(ahead)))
    rows.append(("Last 8 weeks", numbers.weekly(progress.recent_rate)))
    if progress.needed_rate is not None:
        rows.append(("Needed from here", numbers.weekly(progress.needed_rate)))
    return rows


def _table(progress: Progress) -> list[tuple[date, int, int]]:
    """Return (day, value, even pace), newest first: ends of weeks, or of months after 26 weeks."""
    if progress.today < progress.goal.start:
        return []
    series = progress.series
    monthly = len(series) > 7 * 26
    kept = [
        (day, value)
        for (day, value), (after, _) in pairwise(series)
        if (after.month != day.month if monthly else after.weekday() == 0)
    ]
    return [
        (day, value, round(even_pace(progress.goal, progress.baseline, day)))
        for day, value in reversed([*kept, series[-1]])
    ]


def _tile(name: str, label: str, of: str, tile: Tile) -> dict[str, object]:
    now = tile.now
    share, few = now.share, 0 < now.n < numbers.FEW
    known = [week for week in tile.weeks if week is not None]
    title = f"{label}, last 12 weeks: {_between(known)}"
    return {
        "label": label,
        "value": None if share is None else numbers.percent(share),
        "of": of,
        "n": numbers.count(now.n),
        "interval": numbers.interval(now),
        "few": few,
        "change": "" if few else numbers.change(now, tile.before),
        "spark": _ours(charts.spark(tile.weeks, f"spark-{name}", title, charts.PAGE)),
    }


def _between(shares: list[float]) -> str:
    if not shares:
        return "no answers"
    return f"between {numbers.percent(min(shares))} and {numbers.percent(max(shares))}"


def _stars(view: GoalView) -> dict[str, object]:
    rating = view.rating
    whole = sum(rating.stars.values())
    shares = [(star, rating.stars.get(star, 0)) for star in range(5, 0, -1)]
    text = [
        (star, numbers.count(n), numbers.percent(n / whole) if whole else "0%")
        for star, n in shares
    ]
    title = ", ".join(f"{star} stars {share}" for star, _, share in text)
    row = f"{rating.mean:.1f} of 5 stars" if rating.mean is not None else ""
    return {
        "mean": None if rating.mean is None else f"{rating.mean:.1f}",
        "n": numbers.count(rating.n),
        "few": rating.n < numbers.FEW,
        "any": whole > 0,
        "list": text,
        "bar": _ours(charts.star_bar(rating.stars, title, charts.PAGE)),
        "row": _ours(charts.star_row(rating.mean or 0, "star-row", row, charts.PAGE)),
    }


def _store(store: StoreNumbers, time_zone: str) -> dict[str, object]:
    average = [] if store.average is None else [f"Its own average is {store.average:.1f}."]
    day = numbers.day_in(store.at, time_zone)
    return {
        "source": store.source,
        "app": store.app,
        "published": None if store.count is None else numbers.count(store.count),
        "collected": numbers.count(store.collected),
        "explained": " ".join([*average, _gap(store), f"Read on {day}."]),
    }


def _gap(store: StoreNumbers) -> str:
    """Return why a store's own count and ours differ."""
    if store.count is None:
        return "The store shows no count of its own."
    missing = store.count - store.collected
    if missing == 0:
        return "All that the store counts are here."
    if missing > 0:
        return (
            f"The store counts {numbers.count(missing)} more than it lets us read: ratings "
            "without a text, hidden reviews, or a first pass that is not complete yet."
        )
    return (
        f"We hold {numbers.count(-missing)} more than the store counts: its total is updated "
        "later than its reviews, or reviews went before our next full pass."
    )


def _entry(item: Feedback, time_zone: str) -> dict[str, object]:
    """Return one feedback as the list shows it; a customer is named only where the store does."""
    language = item.language or ""
    return {
        "item": item,
        "day": numbers.day_of(item.occurred_at, time_zone),
        "author": item.author if item.kind == "review" else None,
        "lang": language if _LANGUAGE.fullmatch(language) and language != "und" else None,
        "link": _public_link(item.url),
        "sentiment": _sentiment(item),
    }


def _sentiment(item: Feedback) -> str | None:
    if item.score:
        return item.score.label.capitalize()
    return "Not scored yet" if item.text or item.title else None


def _public_link(url: str | None) -> str | None:
    """Return an address that may become a link: http(s) only; anything else is not linked."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _texts(ask: Ask) -> Texts:
    return TEXTS[language_of(ask.ticket.language)]


def _answered(ask: Ask) -> str | None:
    """Return the value of the radio that was chosen before, if any."""
    given = ask.response
    if given is None:
        return None
    if given.solved is not None:
        return "yes" if given.solved else "no"
    return str(given.csat)


def _about(ask: Ask, texts: Texts) -> Markup | None:
    subject, agent = ask.ticket.subject, ask.ticket.agent
    if subject and agent:
        return _say(texts, "about_agent", subject=subject, agent=agent)
    if subject:
        return _say(texts, "about", subject=subject)
    return _say(texts, "agent_only", agent=agent)


def _say(texts: Texts, key: str, **outside: str | None) -> Markup | None:
    """Return a sentence with its values escaped and isolated, or None when a value is missing."""
    if not all(outside.values()):
        return None
    values = {
        name: Markup('<bdi class="{}">{}</bdi>').format(name, value)
        for name, value in outside.items()
    }
    return _ours(texts[key]).format(**values)


def _ours(markup: str) -> Markup:
    """Return markup that we wrote ourselves; a text from outside must be escaped before."""
    return Markup(markup)  # noqa: S704 - the one place where a string becomes markup
