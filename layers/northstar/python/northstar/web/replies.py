"""The page of the replies: reviews that wait for one, with drafts, and what replies do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from northstar.app.replies import DAYS, PAGE, Chosen, Proposal, RepliesView, Waiting
from northstar.domain.rates import Rate
from northstar.domain.replies import Effect
from northstar.web import languages, numbers
from northstar.web.entries import entry
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file

CONSOLES: Mapping[str, tuple[str, str]] = {
    "app_store_connect": ("App Store Connect", "https://appstoreconnect.apple.com/"),
    "atlassian": ("Atlassian Marketplace", "https://marketplace.atlassian.com/manage"),
    "firefox": ("Firefox Developer Hub", "https://addons.mozilla.org/developers/"),
    "google_play": ("Google Play Console", "https://play.google.com/console"),
    "google_play_web": ("Google Play Console", "https://play.google.com/console"),
    "shopify": ("Shopify Partner Dashboard", "https://partners.shopify.com/"),
    "steam": ("Steamworks", "https://partner.steamgames.com/"),
}
"""Where a developer replies, by source: the name of the console, and its address."""

LONGEST: Mapping[str, int] = {"google_play": 350, "google_play_web": 350}
"""Characters that a store takes in a reply, where it tells (Google: reviews.reply)."""

COLUMNS = (
    *("id", "url", "written", "rating", "language", "topics", "text"),
    *("template", "solved_rate", "solved_low", "solved_n", "draft"),
)

_STARS = {str(n): "1 star" if n == 1 else f"{n} stars" for n in range(5, 0, -1)}


def page(view: RepliesView) -> str:
    """Return the page."""
    query = _query(view.chosen)
    return draw(
        "replies.html",
        "leadership.css",
        here="feedback",
        view=view,
        selects=list(_selects(view)),
        filtered=bool(query),
        cards=[_card(one, number, view) for number, one in enumerate(view.waiting)],
        looked=_looked(view),
        newest=_address(query),
        following=view.cursor and _address({**query, "cursor": view.cursor}),
        file=_address({**query, "format": "csv"}),
        effect=_effect(view.effect),
        open_replies=_open(view.effect),
        days=DAYS,
    )


def replies_csv(view: RepliesView) -> Iterator[str]:
    """Yield the reviews of one page that wait for a reply, with their drafts, as a file."""
    return csv_file(COLUMNS, map(_line, view.waiting))


def _query(chosen: Chosen) -> dict[str, str]:
    told = {
        "app": chosen.app,
        "source": chosen.source,
        "language": chosen.language,
        "rating": chosen.rating,
    }
    return {name: str(value) for name, value in told.items() if value is not None}


def _address(query: Mapping[str, str]) -> str:
    return f"/replies?{urlencode(query, errors='replace')}" if query else "/replies"


def _selects(view: RepliesView) -> Iterator[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Yield the fields of the form: name, label, and what can be chosen."""
    tags = {*languages.NAMES, "und"} | ({view.chosen.language} - {None})
    named = {tag: languages.name(tag) for tag in tags if tag}
    options: dict[str, tuple[str, Mapping[str, str]]] = {
        "app": ("App", {app: app for app in view.apps}),
        "source": ("Source", {name: name for name in view.sources}),
        "language": ("Language", dict(sorted(named.items(), key=lambda one: one[1]))),
        "rating": ("Rating", _STARS),
    }
    query = _query(view.chosen)
    for name, (label, known) in options.items():
        chosen = query.get(name)
        yield name, label, [(value, text, value == chosen) for value, text in known.items()]


def _card(one: Waiting, number: int, view: RepliesView) -> dict[str, object]:
    review = one.review
    return {
        "id": f"draft-{number}",
        "entry": entry(review, view.time_zone),
        "console": CONSOLES.get(review.source),
        "proposal": _proposal(one.proposal, review.source) if one.proposal else None,
        "topics": ", ".join(review.verdict.about) if review.verdict else "",
    }


def _proposal(proposal: Proposal, source: str) -> dict[str, object]:
    card, most, letters = proposal.card, LONGEST.get(source), len(proposal.text)
    return {
        "title": card.title or card.id,
        "link": f"/templates/one?{urlencode({'id': card.id}, errors='replace')}",
        "topics": ", ".join(proposal.topics),
        "solved": _share(proposal.solved),
        "few": proposal.solved.n < numbers.FEW,
        "text": proposal.text,
        "rows": min(max(letters // 60 + proposal.text.count("\n") + 1, 3), 14),
        "unverified": card.doubt is not None,
        "too_long": f"{numbers.count(letters)} characters; this store takes {most}."
        if most and letters > most
        else None,
    }


def _share(rate: Rate) -> str:
    """Return a rate with its interval and n, or that there is none."""
    if rate.share is None:
        return "no answer yet"
    return f"{numbers.percent(rate.share)} ({numbers.interval(rate)}, n = {numbers.count(rate.n)})"


def _looked(view: RepliesView) -> str | None:
    """Return how far was looked, where that ended before the page was full."""
    if view.cursor is None or view.back_to is None or len(view.waiting) == PAGE:
        return None
    back_to = numbers.day_of(view.back_to, view.time_zone)
    found = numbers.many(len(view.waiting), "review") if view.waiting else "none"
    return f"Looked at {numbers.count(view.looked)} back to {back_to}: {found} to reply to."


def _effect(effect: Effect) -> list[tuple[str, str, str]]:
    """Return what came after replies: what, its share, and of how many with the interval."""
    told = (
        ("Edited by the reviewer", effect.edited),
        ("More stars than before", effect.raised),
        ("Fewer stars than before", effect.lowered),
    )
    return [
        (
            label,
            numbers.percent(rate.share),
            f"{numbers.count(rate.hits)} of {numbers.count(rate.n)}, {numbers.interval(rate)}",
        )
        for label, rate in told
        if rate.share is not None
    ]


def _open(effect: Effect) -> str | None:
    if not effect.open:
        return None
    replies = "1 reply is" if effect.open == 1 else f"{numbers.count(effect.open)} replies are"
    edits = numbers.many(effect.open_edited, "edit")
    return f"{replies} younger than 90 days and not in these rates; {edits} so far."


def _line(one: Waiting) -> Sequence[Cell]:
    review, told = one.review, one.proposal
    rate = told.solved if told and told.solved.n else None
    return [
        *(review.id, review.url, review.occurred_at, review.rating, review.language),
        ", ".join(review.verdict.about) if review.verdict else None,
        "\n".join(part for part in (review.title, review.text) if part) or None,
        told.card.id if told else None,
        *((round(rate.hits / rate.n, 4), round(rate.low, 4), rate.n) if rate else (None,) * 3),
        told.text if told else None,
    ]
