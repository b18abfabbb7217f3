"""Show the sources: how each stands, at the same cost however many reviews and runs it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from northstar.app.collect import quarantine_kind
from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import ProgressStore, Quarantine, SourceState
from northstar.app.show import is_demo, reviews_counted, store_numbers
from northstar.app.source import Capabilities, app_key
from northstar.app.views import SourceNumbers, SourcesView, Standing
from northstar.domain import metrics

RUNS = 48
"""How many of a source's newest runs are shown."""

_WORST_FIRST: tuple[Standing, ...] = (
    *("broken", "unread", "partial", "out_of_date", "never", "begun"),
    *("up_to_date", "off", "dropped"),
)


def sources_view(
    configuration: Configuration,
    *,
    totals: ProgressStore,
    quarantine: Quarantine,
    shows: Callable[[str], Capabilities | None],
    every: timedelta | None,
    stale_after: timedelta,
    now: datetime,
    editor: bool,
    queued: str | None = None,
) -> SourcesView:
    """Return what the page of the sources shows at `now` (aware).

    `shows` tells what a store shows, by the source's name; `every` is the time between two runs,
    where that is fixed; without a good run for longer than `stale_after` a source is out of date.
    `queued` is told again only where it names one of the sources.
    """
    targets = {(target.source, app_key(target)): target for target in configuration.sources}
    states = {(state.run.source, state.run.app): state for state in totals.sources()}
    today = now.astimezone(configuration.business.zone).date()
    names = {**targets, **states}
    days = totals.board([metrics.ALL, *(metrics.of_app(*name) for name in names)], today).days
    counted_of = {scope: reviews_counted(told) for scope, told in days.items()}

    def numbers(source: str, app: str) -> SourceNumbers:
        target, state = targets.get((source, app)), states.get((source, app))
        newest_good = state.good_at if state else None
        late = newest_good is None or newest_good < now - stale_after
        kind = quarantine_kind(source, app)
        counted = counted_of[metrics.of_app(source, app)]
        store = store_numbers(state, counted) if state else None
        return SourceNumbers(
            source=source,
            app=app,
            target=target,
            standing=_standing(target, state, counted, late=late),
            good_at=newest_good,
            late=late,
            next_by=_next_by(target, state, every),
            store=store,
            counted=counted,
            shows=shows(source),
            runs=tuple(totals.runs(source, app, RUNS)) if state else (),
            usual=dict(state.memory.usual) if state else {},
            told=state.memory.told if state else (),
            waiting=quarantine.waiting(kind) if state else 0,
        )

    shown = [numbers(*name) for name in names]
    return SourcesView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        now=now,
        sources=tuple(sorted(shown, key=lambda one: _WORST_FIRST.index(one.standing))),
        unlisted=max(0, counted_of[metrics.ALL] - sum(one.counted for one in shown)),
        every=every,
        editor=editor,
        queued=queued if queued in {one.name for one in shown} else None,
        demo=is_demo(configuration),
    )


def _standing(
    target: SourceTarget | None, state: SourceState | None, counted: int, *, late: bool
) -> Standing:
    if target is None:
        return "dropped"
    if not target.enabled:
        return "off"
    if state is None:
        return "begun" if counted else "never"
    return _trouble(state) or ("out_of_date" if late else "up_to_date")


def _trouble(state: SourceState) -> Standing | None:
    """Return what was wrong with the newest run; nothing is with one that only ran out of time."""
    newest_good = state.good_at
    if newest_good is not None and newest_good >= state.run.finished_at:
        return None
    if state.run.unread:
        return "unread"
    return "broken" if state.run.outcome == "broken" else "partial"


def _next_by(
    target: SourceTarget | None, state: SourceState | None, every: timedelta | None
) -> datetime | None:
    if every is None or state is None or target is None or not target.enabled:
        return None
    return state.run.started_at + every
