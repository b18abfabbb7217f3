"""What alerts say: each kind as a notice to people and as an event to machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from northstar.app.alert_kinds import PAGE, kind_of
from northstar.app.alerts import BAD
from northstar.app.configuration import Configuration
from northstar.app.in_words import STATUSES, amount, interval, many, percent
from northstar.app.notices import Link, Notice
from northstar.app.ports import Alert
from northstar.app.texts import DEFAULT, day
from northstar.domain.feedback import Feedback
from northstar.domain.goals import UNITS, Unit
from northstar.domain.rates import wilson
from northstar.domain.times import iso

LONGEST = 2000
"""So many characters of what somebody said are told on; the rest is behind the link."""

_RECORD = "Record what came of it on the page of the alerts."
_NO_MORE = "It is not there any more: erased, or taken back."
_SHARES = {0.25: "A quarter", 0.5: "Half", 0.75: "Three quarters"}
_PEOPLE = 10


def notice_of(
    alert: Alert, said: Feedback | None, configuration: Configuration, base_url: str
) -> Notice:
    """Return what an alert says, whatever its kind.

    `said` is the feedback that it is about as it is now; None: it is about none, or that is gone.
    `base_url` is the address of our pages.
    """
    kind = kind_of(alert.kind)
    told = said if said and said.public else None
    own = _address(base_url, f"{PAGE}#alert-{alert.id}")
    gone = alert.kind in BAD and said is None
    view = own if gone else _view(alert, base_url)
    return Notice(
        id=alert.id,
        kind=alert.kind,
        at=alert.at,
        title=headline(alert),
        links=(
            *([] if gone else [Link("Open it", view)]),
            *_links(alert, said, configuration),
            *([Link("Record what came of it", own)] if alert.kind in BAD else []),
        ),
        business=configuration.business.name,
        zone=configuration.business.time_zone,
        facts=tuple(_facts(alert, said, configuration)),
        quote=words_of(told) if told else None,
        quoted=_whose(told) if told else None,
        todo=f"{kind.todo} {_RECORD}" if alert.kind in BAD else kind.todo or None,
        data={
            "type": kind.type,
            "since": iso(alert.at),
            "subject": alert.subject,
            "detail": alert.detail,
            "n": alert.n,
            "url": view,
            "about": dict(alert.data),
            "feedback": _feedback(told) if told else None,
        },
    )


def summary_of(alerts: Sequence[Alert], configuration: Configuration, base_url: str) -> Notice:
    """Return what several alerts (one at least) say in one message, the newest first."""
    newest_first = sorted(alerts, key=lambda one: one.id, reverse=True)
    bad = sum(one.kind in BAD for one in alerts)
    title = f"{len(alerts)} alerts"
    return Notice(
        id=f"summary-{sha256(' '.join(one.id for one in newest_first).encode()).hexdigest()[:16]}",
        kind="summary",
        at=newest_first[0].at,
        title=f"{title}, {bad} of them bad news from customers" if bad else title,
        links=(Link("Open the alerts", _address(base_url, PAGE)),),
        business=configuration.business.name,
        zone=configuration.business.time_zone,
        facts=tuple((title_of(one), where_of(one)) for one in newest_first),
        todo=f"See to the oldest first. {_RECORD}" if bad else None,
        data={
            "type": "alerts.summary",
            "alerts": [
                {
                    "type": kind_of(one.kind).type,
                    "id": one.id,
                    "since": iso(one.at),
                    "subject": one.subject,
                    "detail": one.detail,
                    "url": _view(one, base_url),
                }
                for one in newest_first
            ],
        },
    )


def title_of(alert: Alert) -> str:
    """Return in one line what an alert is."""
    words = kind_of(alert.kind).title
    match alert.kind:
        case "bad_answer" | "bad_review" | "bad_remark":
            return f"{words}: {_uncapped(alert.detail).rstrip('.')}"
        case "csat_down":
            return words
        case "goal_status":
            status = alert.data.get("status")
            known = next((told for name, told in STATUSES.items() if name == status), words)
            return f"{known}: {alert.subject}"
        case "milestone":
            return _milestone(alert)
    return f"{words} {alert.subject}"


def headline(alert: Alert) -> str:
    """Return the title where it stands alone: of bad news with its template or store."""
    place = _known(alert, "template") or _known(alert, "source") if alert.kind in BAD else None
    return f"{title_of(alert)} – {place}" if place else title_of(alert)


def todo_of(alert: Alert) -> str:
    """Return what to do about an alert."""
    return kind_of(alert.kind).todo


def where_of(alert: Alert) -> str:
    """Return in a few words where it is so, for a list."""
    if alert.kind not in BAD:
        return alert.detail
    names = ("ticket", "template", "agent", "source", "app", "channel")
    told = [f"{name} {value}" for name in names if (value := _known(alert, name))]
    return ", ".join(told) or alert.subject


def words_of(said: Feedback) -> str | None:
    """Return what somebody said in their own words, cut where it is long; None for no words."""
    words = "\n".join(part for part in (said.title, said.text) if part)
    return _cut(words) or None


def ticket_url(ticket: str | None, configuration: Configuration) -> str | None:
    """Return where a ticket is read, as far as that is configured."""
    address = configuration.alerting.ticket_url
    if not ticket or not address:
        return None
    return address.replace("{ticket}", quote(ticket, safe="", errors="replace"))


def public_url(said: Feedback) -> str | None:
    """Return where everybody can read it; only an address of the web is one."""
    try:
        return said.url if said.url and urlsplit(said.url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def view_of(alert: Alert) -> str:
    """Return the path of the page that shows what an alert is about."""
    path = alert.path or ""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if ours else kind_of(alert.kind).view


def _links(alert: Alert, said: Feedback | None, configuration: Configuration) -> Iterator[Link]:
    ticket = ticket_url((said and said.ticket) or _known(alert, "ticket"), configuration)
    if ticket:
        yield Link("Open the ticket", ticket)
    public = public_url(said) if said and said.public else None
    if public:
        yield Link("See it where it was said", public)


def _facts(
    alert: Alert, said: Feedback | None, configuration: Configuration
) -> Iterator[tuple[str, str]]:
    if alert.kind in BAD:
        yield from _of_feedback(alert, said)
        return
    yield "What", alert.detail
    match alert.kind:
        case "goal_status":
            yield from _of_goal(alert)
        case "milestone":
            yield from _of_milestone(alert)
        case "template_ready" | "template_demoted" | "template_automated":
            yield from _of_template(alert)
    if alert.kind in {"goal_status", "csat_down", "topic_doubled"}:
        yield "Since", day(alert.at.astimezone(configuration.business.zone), DEFAULT)
    if alert.n is not None:
        yield "n", f"{alert.n:,}"


def _of_feedback(alert: Alert, said: Feedback | None) -> Iterator[tuple[str, str]]:
    """Where and from whom it came; of what is gone, what the alert itself knows."""
    if said is None or not said.public:
        yield "What was said", _NO_MORE
    known = {
        "Subject": said and said.subject,
        "Ticket": (said and said.ticket) or _known(alert, "ticket"),
        "Template": (said and said.template) or _known(alert, "template"),
        "Agent": (said and said.agent) or _known(alert, "agent"),
        "Team": (said and said.team) or _known(alert, "team"),
        "Channel": (said and said.channel) or _known(alert, "channel"),
        "Store": _known(alert, "source"),
        "App": _known(alert, "app"),
        "Country": _known(alert, "country"),
    }
    yield from ((label, value) for label, value in known.items() if value)
    if (said and said.suspect) or alert.data.get("suspect"):
        yield "Please check", "It looks machine-made."


def _of_goal(alert: Alert) -> Iterator[tuple[str, str]]:
    ends = [
        amount(one, _unit(alert)) for one in map(_number, _list(alert, "p80")) if one is not None
    ]
    if alert.data.get("status") in ("on track", "close", "off track") and len(ends) == 2:
        yield "Foretold", f"{ends[0]} to {ends[1]} (80% range)"


def _of_milestone(alert: Alert) -> Iterator[tuple[str, str]]:
    days, people = alert.data.get("days"), list(map(_person, _list(alert, "people")))
    if isinstance(days, int):
        yield "It took", many(days, "day")
    if people:
        more = len(people) - _PEOPLE
        yield "Thanks to", ", ".join(people[:_PEOPLE]) + (f" and {more} more" if more > 0 else "")
    tickets = list(map(str, _list(alert, "tickets")))
    if tickets:
        yield "Tickets", ", ".join(tickets[:_PEOPLE])


def _of_template(alert: Alert) -> Iterator[tuple[str, str]]:
    for label, name in (("Solved", "solved"), ("Written again", "repeated")):
        told = alert.data.get(name)
        hits, n = ((told.get(key) if isinstance(told, Mapping) else 0) for key in ("hits", "n"))
        if isinstance(hits, int) and isinstance(n, int) and 0 <= hits <= n and n:
            rate = wilson(hits, n)
            yield label, f"{percent(rate.share or 0)} ({interval(rate)}, n = {n:,})"


def _milestone(alert: Alert) -> str:
    """What is reached in words: "Half of 10,000: Public reviews"."""
    value, target = (_number(alert.data.get(name)) for name in ("value", "target"))
    if value is None or not target:
        return f"Milestone: {alert.subject}"
    goal, unit = alert.data.get("goal") or alert.subject, _unit(alert)
    if value >= target:
        return f"Goal reached: {goal}, {amount(value, unit)}"
    share = _SHARES.get(round(value / target, 2), amount(value, unit))
    return f"{share} of {amount(target, unit)}: {goal}"


def _unit(alert: Alert) -> Unit:
    return next(
        (unit for metric, unit in UNITS.items() if metric == alert.data.get("metric")), "number"
    )


def _person(told: Any) -> str:
    """Somebody by name, with how often they are named: "Kim (3)"."""
    if isinstance(told, str):
        return told
    name, *times = told if isinstance(told, Sequence) and told else [told]
    return f"{name} ({times[0]})" if times else str(name)


def _whose(said: Feedback) -> str:
    match said.kind:
        case "answer":
            return "The customer"
        case "remark":
            return f"Said by {said.channel}" if said.channel else "Said"
    return f"{said.author}, in a review" if said.author else "A review"


def _feedback(said: Feedback) -> dict[str, Any]:
    """What was said, for machines; a customer's name is in it only where a store shows it."""
    return {
        "id": said.id,
        "kind": said.kind,
        "occurred_at": said.occurred_at,
        "rating": said.rating,
        "solved": said.solved,
        "title": _cut(said.title or "") or None,
        "text": _cut(said.text or "") or None,
        "language": said.language,
        "sentiment": said.verdict.label if said.verdict else None,
        "topics": list(said.verdict.about) if said.verdict else [],
        "source": said.source,
        "channel": said.channel,
        "template": said.template,
        "team": said.team,
        "agent": said.agent,
        "ticket": said.ticket,
        "author": said.author if said.kind == "review" else None,
        "url": public_url(said),
        "suspect": said.suspect,
    }


def _view(alert: Alert, base_url: str) -> str:
    return _address(base_url, view_of(alert))


def _address(base_url: str, path: str) -> str:
    return f"{base_url.rstrip('/')}{path}"


def _known(alert: Alert, name: str) -> str | None:
    value = alert.data.get(name)
    return None if value is None else str(value)


def _list(alert: Alert, name: str) -> Sequence[Any]:
    told = alert.data.get(name)
    return told if isinstance(told, list | tuple) else ()


def _number(told: Any) -> float | None:
    return told if isinstance(told, int | float) else None


def _uncapped(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
