"""`northstar goal`: sets, lists and ends goals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from northstar.commands import stack
from northstar.commands.terminal import as_json, line
from northstar.domain.goals import Metric, Unit

if TYPE_CHECKING:
    from northstar.app.goals import KeptGoal
    from northstar.app.views import GoalStanding
    from northstar.domain.forecast import Forecast

BY = "northstar goal"
"""Who set a goal, where nobody says who it was."""

_HEAD = ("GOAL", "STATUS", "VALUE", "DEADLINE", "EXPECTED (80 %)", "CHANCE", "HELD")
_NONE = "–"
_SURE = 0.97
_SHOWN = {"percent": "{:,.0f} %", "stars": "{:.1f}", "count": "{:,.0f}", "number": "{:,g}"}


def add(commands: Any) -> None:
    """Add the command and its parts to the parser."""
    text = "Set, list and end goals."
    parts = commands.add_parser("goal", help=text, description=text).add_subparsers(
        required=True, metavar="WHAT"
    )

    one = parts.add_parser("set", help=set_.__doc__, description=set_.__doc__)
    one.set_defaults(command=set_)
    one.add_argument("name", metavar="NAME")
    one.add_argument("--metric", choices=get_args(Metric))
    one.add_argument("--target", metavar="N", help="such as 10000, 90%% or 4.6")
    one.add_argument("--deadline", metavar="DAY", help="the last day, such as 2026-12-31")
    one.add_argument("--start", metavar="DAY", help="the first day; of a new goal else today")
    one.add_argument("--baseline", metavar="N", help="the value at the start; else as counted")
    narrowed = one.add_mutually_exclusive_group()
    narrowed.add_argument("--app", help="only of this app, such as shopify:your-app-handle")
    narrowed.add_argument("--source", help="only of this store")
    one.add_argument("--number", metavar="X", help="the posted number, of the metric custom")
    one.add_argument("--owner", help="who answers for it")
    one.add_argument("--note", help="why, in a sentence")
    _says_who(one)

    one = parts.add_parser("list", help=show.__doc__, description=show.__doc__)
    one.set_defaults(command=show)
    one.add_argument("--all", action="store_true", help="the ended ones too")
    one.add_argument("--json", action="store_true", help="print one JSON object, as the API does")
    stack.option(one)

    one = parts.add_parser("end", help=end.__doc__, description=end.__doc__)
    one.set_defaults(command=end)
    one.add_argument("name", metavar="NAME")
    _says_who(one)


def _says_who(one: argparse.ArgumentParser) -> None:
    one.add_argument("--by", metavar="WHO", default=BY, help="whose name the history has")
    stack.option(one)


def set_(options: argparse.Namespace) -> int:
    """Set a goal: a new one, which needs metric, target and deadline, or over what it was.

    What is not given stays as it is; an empty text takes away. An ended goal is open again.
    """
    stack.enter(options)
    from northstar.runtime import goal_setting
    from northstar.web.goal_forms import GOAL_FIELDS, UNHEARD

    told = {name: getattr(options, name) for name in GOAL_FIELDS}
    typed = {name: text for name, text in told.items() if text is not None}
    goal = goal_setting.set_typed(typed, by=options.by, now=datetime.now(UTC)).goal
    target = _figure(goal.target, goal.unit)
    print(line(f"{goal.name}: {target} by {goal.deadline}. northstar goal list shows how it goes."))
    if missing := goal_setting.unheard(goal):
        print(f"northstar: {UNHEARD[missing]}", file=sys.stderr)
    return 0


def show(options: argparse.Namespace) -> int:
    """List the goals: how each stands, what to expect by the deadline, and how sure that is.

    HELD says how many of the intervals told in the past held.
    """
    stack.enter(options)
    kept, found = _standings(ended=options.all)
    if options.json:
        from northstar.runtime import api_shapes

        told = [api_shapes.goal(one, standing) for one, standing in zip(kept, found, strict=True)]
        print(as_json({"goals": [one.model_dump(mode="json") for one in told]}))
    elif not kept:
        print("No goal yet; northstar goal set NAME --metric M --target N --deadline D sets one.")
    else:
        rows = [_HEAD, *(_row(one, standing) for one, standing in zip(kept, found, strict=True))]
        print(*_table(rows), sep="\n")
    return 0


def end(options: argparse.Namespace) -> int:
    """End a goal; it and its history stay."""
    stack.enter(options)
    from northstar.app.goals import end_goal
    from northstar.runtime import bootstrap, tracking

    now = datetime.now(UTC)
    today = now.astimezone(bootstrap.configuration().business.zone).date()
    with tracking.changing(now):
        end_goal(options.name, bootstrap.goal_store(), by=options.by, now=now, today=today)
    print(line(f"{options.name} is ended."))
    return 0


def _standings(*, ended: bool) -> tuple[list[KeptGoal], list[GoalStanding]]:
    from northstar.app.standings import all_goals, standings
    from northstar.runtime import bootstrap, freshness

    now, configuration = datetime.now(UTC), bootstrap.configuration()
    today = now.astimezone(configuration.business.zone).date()
    every = all_goals(configuration, bootstrap.goal_store(), today)
    kept = [one for one in every if ended or one.ended is None]
    found = standings(
        kept,
        configuration,
        progress=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=now,
        stale_after=freshness.stale_after(configuration),
    )
    return kept, found


def _row(kept: KeptGoal, standing: GoalStanding) -> tuple[str, ...]:
    goal, value = kept.goal, standing.progress.value
    now = _NONE if value is None else _figure(value, goal.unit)
    return (
        goal.name,
        f"closed {kept.ended}" if kept.ended else standing.status,
        f"{now} of {_figure(goal.target, goal.unit)}",
        goal.deadline.isoformat(),
        *_expected(standing.state.forecast if standing.state else None, goal.unit),
    )


def _expected(found: Forecast | None, unit: Unit) -> tuple[str, str, str]:
    """What to expect, how likely it is, and how often such intervals held; never without one."""
    if found is None or found.p80 is None or found.expected is None:
        return (_NONE, _NONE, _NONE)
    low, high = (_figure(edge, unit) for edge in found.p80)
    held = f"{found.coverage.held} of {found.coverage.tried}" if found.coverage else _NONE
    return (f"{_figure(found.expected, unit)} ({low} to {high})", _chance(found.probability), held)


def _chance(probability: float | None) -> str:
    if probability is None:
        return _NONE
    if probability > _SURE:
        return f"over {_SURE:.0%}"
    if probability < 1 - _SURE:
        return f"under {1 - _SURE:.0%}"
    return f"{probability:.0%}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    clean = [[line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    for row in clean:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _figure(value: float, unit: Unit) -> str:
    return _SHOWN[unit].format(value)
