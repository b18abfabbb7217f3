"""Show goals: all of them as `track` has left them, and the history of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from northstar.app.configuration import Configuration
from northstar.app.goals import Change, GoalStore, KeptGoal, open_goals
from northstar.app.show import is_demo
from northstar.app.standings import all_goals, named


@dataclass(frozen=True, slots=True)
class GoalsView:
    """All goals: the open ones, the ended ones (the newest first), and the history of one.

    `chosen` is the one whose history is in `changes`, newest first; None: nobody has chosen.
    Only an `editor` may change anything.
    """

    business: str
    time_zone: str
    now: datetime
    goals: tuple[KeptGoal, ...]
    ended: tuple[KeptGoal, ...]
    chosen: KeptGoal | None
    changes: tuple[Change, ...]
    editor: bool
    demo: bool


def goals_view(
    configuration: Configuration,
    *,
    goals: GoalStore,
    now: datetime,
    editor: bool,
    name: str | None = None,
) -> GoalsView:
    """Return what the page of the goals shows at `now` (aware), with the history of one of a name.

    Raises NotFound.
    """
    today = now.astimezone(configuration.business.zone).date()
    every = all_goals(configuration, goals, today)
    over = [(one.ended, one) for one in every if one.ended]
    chosen = named(every, name) if name else None
    return GoalsView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        now=now,
        goals=tuple(open_goals(every)),
        ended=tuple(one for _, one in sorted(over, key=lambda told: told[0], reverse=True)),
        chosen=chosen,
        changes=tuple(goals.changes(chosen.goal.name)) if chosen else (),
        editor=editor,
        demo=is_demo(configuration),
    )
