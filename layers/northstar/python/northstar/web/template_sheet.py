"""The sheet of the templates: what each of them solves, which to mend first, and did it help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from northstar.app.show_templates import (
    ENOUGH,
    NO_VERSION,
    Sort,
    TemplateNumbers,
    TemplatesView,
    VersionNumbers,
)
from northstar.app.template_sheet import PERIODS, WEEKS
from northstar.app.templates import address
from northstar.domain.rates import Comparison, Difference, Rate
from northstar.web import charts, ladder, numbers, svg
from northstar.web.frame import draw
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    "template",
    "version",
    "uses",
    "asked",
    "answered",
    "response_rate",
    "answers",
    "solved_yes",
    "solved_n",
    "solved_rate",
    "solved_low",
    "solved_high",
    "others_rate",
    "others_n",
    "than_others",
    "csat",
    "csat_n",
    "comments",
    "texts",
    "negative",
)

_LEAST_WEEKS = 3
"""With fewer weeks of answers a line says nothing."""

_SORTS: Mapping[Sort, str] = {"worst": "Worst first", "best": "Best first", "uses": "Most used"}
_VERDICTS: Mapping[Comparison, str] = {
    "better": "Better than",
    "worse": "Worse than",
    "same": "About the same as",
}


def page(view: TemplatesView) -> str:
    """Return the page of the templates."""
    return draw(
        "templates.html",
        "leadership.css",
        here="templates",
        view=view,
        until=numbers.moment(view.at, view.time_zone),
        number=numbers.many(view.number, "template"),
        periods=[
            (f"{days} days", _address(view, days=days), days == view.days) for days in PERIODS
        ],
        sorts=[
            (name, _address(view, sort=sort), sort == view.sort) for sort, name in _SORTS.items()
        ],
        file=_address(view, format="csv"),
        cards=[_card(one, place, view) for place, one in enumerate(view.templates)],
        rule=ladder.rule(view.gate),
        first=None if view.first_page else _address(view),
        following=_address(view, after=view.after) if view.after is not None else None,
        enough=ENOUGH,
        unranked=view.first_page
        and view.sort != "uses"
        and not any(one.ranked for one in view.templates),
    )


def sheet_csv(view: TemplatesView) -> Iterator[str]:
    """Yield every version of the view as a file, line by line; rates are 0..1, empty is unknown."""
    return csv_file(
        COLUMNS, (_cells(one, version) for one in view.templates for version in one.versions)
    )


def _address(view: TemplatesView, **changes: object) -> str:
    return f"/templates?{urlencode({'days': view.days, 'sort': view.sort} | changes)}"


def _card(one: TemplateNumbers, place: int, view: TemplatesView) -> dict[str, object]:
    """Return what one template shows; `place` tells its drawing from the others."""
    newest, *before = one.versions
    standing = view.standings.get(f"{one.id}@{newest.version or NO_VERSION}")
    kept = view.cards.get(one.id)
    state, found = (standing.state, standing.found) if standing else (None, None)
    return {
        "id": one.id,
        "title": kept.title if kept else None,
        "owner": kept.owner if kept else None,
        "page": address(one.id, newest.version or NO_VERSION),
        "chips": list(ladder.chips(state, found, kept, view.today)),
        "version": newest.version,
        "feedback": f"/feedback?{urlencode({'template': one.id})}",
        "solved": _solved(newest),
        "against": _against(newest),
        "change": _change(newest, before[0]) if before else None,
        "spark": _spark(newest, place),
        "facts": list(_facts(newest)),
        "versions": [
            _earlier(one.id, *pair) for pair in zip(before, [*before[1:], None], strict=False)
        ],
        "older": one.older,
    }


def _solved(one: VersionNumbers) -> dict[str, object]:
    share = one.solved.share
    return {
        "share": None if share is None else numbers.percent(share),
        "interval": numbers.interval(one.solved),
        "n": numbers.count(one.solved.n),
        "few": one.few,
    }


def _against(one: VersionNumbers) -> dict[str, object] | None:
    """Return how a version compares with all other answers; None where there are too few."""
    if one.against is None:
        return None
    verdict = one.against.verdict
    words = f"{_VERDICTS[verdict]} all others ({_share(one.others)})"
    return {"words": words, "warn": verdict == "worse"}


def _change(one: VersionNumbers, before: VersionNumbers) -> str:
    """Return how a version compares with the one before: "+6 pts on version 3 (58%, n = 71)"."""
    name = f"version {before.version}" if before.version else "the one without a version"
    if before.solved.n:
        name += f" ({_share(before.solved)})"
    if one.change is None:
        return f"Too few answers to compare with {name}"
    if one.change.verdict == "same":
        return f"About the same as {name}"
    return f"{_points(one.change)} on {name}"


def _share(rate: Rate) -> str:
    return f"{numbers.percent(rate.share or 0)}, n\u00a0=\u00a0{numbers.count(rate.n)}"


def _points(difference: Difference) -> str:
    points = round(100 * difference.points)
    return f"{numbers.signed(points)} {'pt' if abs(points) == 1 else 'pts'}"


def _spark(one: VersionNumbers, place: int) -> str:
    """Return the solved rate of the last weeks as a line, told in words beside."""
    known = [week for week in one.weeks if week is not None]
    if len(known) < _LEAST_WEEKS:
        return ""
    least, most = numbers.percent(min(known)), numbers.percent(max(known))
    title = f"Solved, last {WEEKS} weeks: between {least} and {most} a week"
    return charts.spark(one.weeks, f"solved-{place}", title, svg.PAGE)


def _facts(one: VersionNumbers) -> Iterator[tuple[str, str, bool]]:
    """Yield what else is known of a version as (label, words, few), each rate with its n."""
    yield "Uses", numbers.count(one.uses), False
    yield "Answered", *_rate(one.response, "asked")
    if one.csat.n:
        yield "CSAT of those who answered", *_rate(one.csat, "ratings")
    if one.comments:
        yield "Comments", numbers.count(one.comments), False
    if one.texts.texts:
        yield "Negative", *_rate(one.texts.rate("negative"), "texts")


def _rate(rate: Rate, unit: str) -> tuple[str, bool]:
    """Return "24% (21–27%) of 890 asked", and whether that is of few."""
    if not rate.n:
        return f"none {unit}", True
    share = f"{numbers.percent(rate.share or 0)} ({numbers.interval(rate)})"
    return f"{share} of {numbers.count(rate.n)} {unit}", rate.n < ENOUGH


def _earlier(
    template: str, one: VersionNumbers, before: VersionNumbers | None
) -> dict[str, object]:
    name = f"{template}@{one.version or '-'}"
    return {
        "version": one.version,
        "feedback": f"/feedback?{urlencode({'template': name})}",
        "uses": numbers.count(one.uses),
        "solved": _solved(one),
        "change": _change(one, before) if before else "",
    }


def _cells(template: TemplateNumbers, one: VersionNumbers) -> tuple[Cell, ...]:
    texts = one.texts.texts
    return (
        template.id,
        one.version,
        one.uses,
        one.response.n,
        one.response.hits,
        _figure(one.response.share),
        one.answers,
        one.solved.hits,
        one.solved.n,
        _figure(one.solved.share),
        *(_figure(bound if one.solved.n else None) for bound in (one.solved.low, one.solved.high)),
        _figure(one.others.share),
        one.others.n,
        one.against.verdict if one.against else None,
        _figure(one.csat.share),
        one.csat.n,
        one.comments,
        texts,
        _figure(one.texts.rate("negative").share),
    )


def _figure(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
