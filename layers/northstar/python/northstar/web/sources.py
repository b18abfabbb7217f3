"""The page of the sources: how each stands, in words that need no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from northstar.app.ports import Run
from northstar.app.source import Capabilities
from northstar.app.views import SourceNumbers, SourcesView, Standing
from northstar.domain.reviews import FIELDS, Outcome
from northstar.web import charts, numbers, svg
from northstar.web.figures import gap
from northstar.web.frame import draw

FEW_SOURCES = 6
"""Up to so many are all open; of more, only those that need a look."""

_SLOTS = 48
_MOST_WAITING = 1000

_STANDINGS: dict[Standing, str] = {
    "broken": "Not understood",
    "unread": "Not read",
    "partial": "Partly understood",
    "out_of_date": "Out of date",
    "never": "Never collected",
    "begun": "No run ended yet",
    "up_to_date": "Up to date",
    "off": "Switched off",
    "dropped": "Not collected any more",
}
_TROUBLE: tuple[Standing, ...] = ("broken", "unread", "partial", "out_of_date", "never")
_SIGNS: dict[Standing, str] = {
    "broken": '<path d="M4 4l8 8m0-8l-8 8"/>',
    "unread": '<circle cx="8" cy="8" r="5.5"/><path d="M4.1 11.9l7.8-7.8"/>',
    "partial": '<circle cx="8" cy="8" r="5.5"/>'
    '<path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>',
    "out_of_date": '<circle cx="8" cy="8" r="5.5"/><path d="M8 4.5v3.7l2.4 1.6"/>',
    "never": '<path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.6"/>',
    "begun": '<path d="M8 3v9.5m-4.5-4.5l4.5 4.5l4.5-4.5"/>',
    "up_to_date": '<path d="M3 8.5l3.5 3.5L13 4.5"/>',
    "off": '<path d="M5.5 3.5v9m5-9v9"/>',
    "dropped": '<path d="M3 8h10"/>',
}
_OUTCOMES: dict[Outcome, str] = {
    "ok": "understood",
    "empty": "without reviews",
    "partial": "in part",
    "broken": "not understood",
}
_UNREAD = "not read"
_FIELDS = {"rating": "Stars", "url": "Link", "version": "App version"}
_TOLD = {
    "source_partial": "it is understood in part only",
    "source_broken": "it is not read or not understood",
    "source_stale": "it is out of date",
    "source_fill": "fields are missing that reviews used to have",
    "source_overlap": "reviews may have been lost between two runs",
    "source_gap": "the store counts more than we can see",
    "removals_held": "many reviews are missing at once, and none was removed",
}
RUNBOOK = {
    "broken": "A source that is broken",
    "unread": "A source that is broken",
    "partial": "A source that is broken",
    "out_of_date": "A source that is out of date",
    "source_partial": "A source that is broken",
    "source_broken": "A source that is broken",
    "source_stale": "A source that is out of date",
    "source_fill": "Fields are missing",
    "source_overlap": "Reviews may be lost",
    "source_gap": "The store counts more",
    "removals_held": "Removals are held",
}
"""Which section of docs/runbook.md says what to do, by standing and by kind of alert."""


def page(view: SourcesView) -> str:
    """Return the page of the sources."""
    few = len(view.sources) <= FEW_SOURCES
    return draw(
        "sources.html",
        "leadership.css",
        here="sources",
        view=view,
        every=view.every and numbers.span(view.every),
        tally=_tally(view),
        unlisted=_unlisted(view.unlisted),
        cards=[
            _card(one, view, place, is_open=few or one.standing in _TROUBLE)
            for place, one in enumerate(view.sources)
        ],
    )


def _tally(view: SourcesView) -> str:
    """Return how many sources stand how: "5 sources: 1 not understood, 4 up to date"."""
    standings = Counter(one.standing for one in view.sources)
    told = ", ".join(f"{n} {_STANDINGS[standing].lower()}" for standing, n in standings.items())
    return f"{_many(len(view.sources), 'source')}: {told}"


def _unlisted(reviews: int) -> str | None:
    """Return what is counted and stands on no card, or None for nothing."""
    if not reviews:
        return None
    come = "review counted comes" if reviews == 1 else "reviews counted come"
    return f"{numbers.count(reviews)} {come} from imports, or from sources that are not listed."


def _card(one: SourceNumbers, view: SourcesView, place: int, *, is_open: bool) -> dict[str, object]:
    """Return what one source shows; `place` tells its drawing from the others."""
    return {
        "id": f"source-{place}",
        "source": one.source,
        "app": one.app,
        "open": is_open,
        "standing": one.standing,
        "word": _STANDINGS[one.standing],
        "sign": _sign(one.standing),
        "good": numbers.moment(one.good_at, view.time_zone) if one.good_at else None,
        "rows": list(_rows(one, view)),
        "notes": list(_notes(one)),
        "waiting": _waiting(one.waiting),
        "chart": _chart(one, place),
        "sentences": list(_sentences(one, view)),
        "runs": [_run_row(run, view.time_zone) for run in one.runs],
        "fields": list(_fields(one)),
        "form": _form(one) if view.editor else None,
    }


def _sign(standing: Standing) -> str:
    return (
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" aria-hidden="true">{_SIGNS[standing]}</svg>'
    )


def _rows(one: SourceNumbers, view: SourcesView) -> Iterator[tuple[str, str]]:
    """Yield the figures of a source, each with its label."""
    if one.runs:
        good = numbers.moment(one.good_at, view.time_zone) if one.good_at else "none yet"
        yield "Last good run", f"{good} (out of date)" if one.late and one.good_at else good
        yield "Newest run", numbers.moment(one.runs[0].finished_at, view.time_zone)
        yield "Its result", _result(one.runs[0])
    if one.next_by:
        when = numbers.moment(one.next_by, view.time_zone)
        yield "Next run", f"by {when}" if one.next_by > view.now else f"was due by {when}"
    if one.store:
        if one.store.count is not None:
            yield "The store counts", numbers.count(one.store.count)
        yield "Collected", numbers.count(one.store.collected)


def _result(run: Run) -> str:
    """Return what a run came to: "24 reviews, 2 new", "in part: 24 reviews, 2 new"."""
    if run.outcome == "ok":
        return _found(run)
    return f"{_word(run)}: {_found(run)}" if run.reviews else _word(run)


def _word(run: Run) -> str:
    return _UNREAD if run.unread else _OUTCOMES[run.outcome]


def _found(run: Run) -> str:
    happened = (
        (run.new, "new"),
        (run.edited, "edited"),
        (run.rerated, "re-rated"),
        (run.replied, "replied to"),
        (run.removed, "removed"),
        (run.restored, "restored"),
    )
    told = [f"{numbers.count(n)} {word}" for n, word in happened if n] or ["nothing changed"]
    return ", ".join([_many(run.reviews, "review"), *told])


def _notes(one: SourceNumbers) -> Iterator[str]:
    """Yield what somebody should look at."""
    if one.runs and one.runs[0].reason:
        yield one.runs[0].reason
    if one.told:
        told = "; ".join(_TOLD.get(kind, kind.replace("_", " ")) for kind in one.told)
        yield f"{'Open alert' if len(one.told) == 1 else 'Open alerts'}: {told}."
    sections = dict.fromkeys(RUNBOOK[why] for why in (one.standing, *one.told) if why in RUNBOOK)
    if sections:
        yield "What to do: docs/runbook.md, " + ", ".join(f"“{section}”" for section in sections)


def _sentences(one: SourceNumbers, view: SourcesView) -> Iterator[str]:
    """Yield what the runs came to, why the counts differ, and what the store shows at all."""
    if one.runs:
        yield _history(one.runs, view.time_zone)
    elif one.standing == "never":
        yield "No run yet: the first one comes with the schedule."
    elif one.standing == "begun":
        so_far = _many(one.counted, "review")
        yield f"First run under way, or reviews were imported before it: {so_far} so far."
    elif one.standing == "off":
        yield "It was never collected; enabled = true in northstar.toml switches it on."
    if one.store:
        yield gap(one.store, known=one.good_at is not None)
    if one.shows:
        yield f"What the store shows: {_shown(one.shows)}."


def _waiting(payloads: int) -> str | None:
    """Return how many payloads rest in the quarantine, or None for none."""
    if not payloads:
        return None
    if payloads >= _MOST_WAITING:
        return f"{numbers.count(_MOST_WAITING)} payloads or more rest"
    return f"{_many(payloads, 'payload')} {'rests' if payloads == 1 else 'rest'}"


def _shown(shows: Capabilities) -> str:
    """Return what a store shows at all, in a few words."""
    reach = "every public review" if shows.complete_list else "only the newest reviews"
    if shows.window:
        reach = f"only the last {numbers.span(shows.window)}"
    return "; ".join(
        (
            reach,
            "stars" if shows.stars else "no stars",
            "the time of day" if shows.time_of_day else "the day without a time",
            "edits" if shows.edits else "no edits",
            "the developer's replies" if shows.replies else "no replies",
            "read with a key" if shows.needs_key else "no key needed",
        )
    )


def _chart(one: SourceNumbers, place: int) -> str:
    if not one.runs:
        return ""
    marks = [(run.outcome, run.new + run.changed) for run in reversed(one.runs)]
    title = f"Runs of {one.name}, oldest first"
    return charts.run_bars(marks, _SLOTS, f"runs-{place}", title, svg.PAGE)


def _history(runs: tuple[Run, ...], time_zone: str) -> str:
    """Return the chart in words."""
    words = Counter(map(_word, runs))
    told = ", ".join(f"{words[w]} {w}" for w in (*_OUTCOMES.values(), _UNREAD) if words[w])
    found = sum(run.new + run.changed for run in runs)
    since = numbers.moment(runs[-1].started_at, time_zone)
    scale = "; the higher a bar, the more" if found else ""
    news = f"{_many(found, 'review')} new or changed{scale}"
    return f"{_many(len(runs), 'run')} since {since}: {told}. {news}."


def _run_row(run: Run, time_zone: str) -> list[str]:
    """Return the cells of a run, in the order of the table's head."""
    counts = (
        *(run.pages, run.reviews, run.new, run.edited),
        *(run.rerated, run.replied, run.removed, run.restored),
    )
    return [
        numbers.moment(run.started_at, time_zone),
        _word(run),
        run.reason or "",
        *(numbers.count(n) for n in counts),
        numbers.size(run.bytes),
        f"{run.waited:,.1f} s",
    ]


def _fields(one: SourceNumbers) -> Iterator[tuple[str, str, str]]:
    """Yield each field, how many reviews of the newest run had it, and how many usually do."""
    newest = next((run for run in one.runs if run.reviews and run.filled), None)
    if newest is None:
        return
    for name in FIELDS:
        had, of = one.usual.get(name, (0, 0))
        filled = newest.filled.get(name, 0)
        yield (
            _FIELDS.get(name, name.capitalize()),
            f"{numbers.count(filled)} of {numbers.count(newest.reviews)}",
            numbers.percent(min(had / of, 1.0)) if of else "–",
        )


def _form(one: SourceNumbers) -> Iterable[tuple[str, str]] | None:
    """Return the fields that ask for a run now; None where nobody may."""
    if one.target is None or not one.target.enabled:
        return None
    target = one.target
    return [("source", target.source), ("app", target.app), ("country", target.country or "")]


def _many(n: int, unit: str) -> str:
    return f"{numbers.count(n)} {unit if n == 1 else unit + 's'}"
