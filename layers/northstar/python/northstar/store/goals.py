"""The part of ProgressTable that is about goals: what they are, were, and became."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from northstar.app.goals import Change, GoalState, Issued, KeptGoal, Milestone
from northstar.app.ports import Alert
from northstar.domain.errors import Conflict
from northstar.store import keys
from northstar.store.alerts import puts
from northstar.store.client import Table
from northstar.store.told import read_item, told_item


class DynamoGoalStore:
    """The GoalStore protocol over the ProgressTable."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def goals(self) -> list[KeptGoal]:
        """Return every goal with its newest state, by name."""
        items = {item["SK"]: item for item in self._table.query(keys.GOALS)}
        kept = [read_item(KeptGoal, item) for item in items.values() if not keys.is_state(item)]
        states = [items.get(keys.goal_state(one.goal.name)["SK"]) for one in kept]
        return [
            replace(one, state=read_item(GoalState, item)) if item else one
            for one, item in zip(kept, states, strict=True)
        ]

    def goal(self, name: str) -> KeptGoal | None:
        """Return a goal without its state, read consistently."""
        item = self._table.get(keys.goal(name))
        return read_item(KeptGoal, item) if item else None

    def save_goal(self, kept: KeptGoal, change: Change) -> None:
        """Store the next version of a goal with its line of history, both or neither."""
        item = keys.goal(kept.goal.name) | {"version": kept.version} | told_item(kept)
        over = {"version": kept.version - 1} if kept.version > 1 else {}
        line = keys.goal_change(kept.goal.name, kept.version) | told_item(change)
        puts = [self._table.put_over(item, over), self._table.put_over(line, {})]
        self._table.transact([{"Put": put} for put in puts])

    def changes(self, name: str) -> list[Change]:
        """Return the history of a goal, newest first."""
        lines = self._table.query(keys.goal_changes(name), ScanIndexForward=False)
        return [read_item(Change, item) for item in lines]

    def save_state(self, name: str, state: GoalState) -> None:
        """Store what was made of a goal, unless a later version of it has a state already."""
        item = keys.goal_state(name) | {"version": state.version} | told_item(state)
        with suppress(Conflict):
            self._table.put_later(item, "version")

    def issue(self, name: str, issued: Issued) -> None:
        """Keep a day's forecast; the first one of a day stays."""
        self._table.create(keys.issued(name, issued.day.isoformat()) | told_item(issued))

    def issued(self, name: str, since: date) -> list[Issued]:
        """Return the kept forecasts since a day, oldest first."""
        days = self._table.query(
            keys.issues(name),
            condition=" AND SK >= :since",
            values={":since": since.isoformat()},
        )
        return [read_item(Issued, item) for item in days]

    def milestones(self) -> list[Milestone]:
        """Return every milestone that was ever reached, by goal and value."""
        return [read_item(Milestone, item) for item in self._table.query(keys.MILESTONES)]

    def add_milestone(self, milestone: Milestone, alert: Alert | None = None) -> bool:
        """Keep a milestone, with what is told of it in the same transaction.

        False, and nothing changes, where it is known, or somebody else is keeping it just now.
        """
        key = keys.milestone(milestone.goal, milestone.subject, milestone.value)
        put = self._table.put_over(key | told_item(milestone), {})
        told = puts(self._table, alert) if alert else []
        try:
            self._table.transact([{"Put": put}, *told])
        except Conflict:
            return False
        return True

    def posted(self, number: str) -> dict[date, float]:
        """Return the values that were posted under a name, by day."""
        days = self._table.query(keys.numbers(number))
        return {date.fromisoformat(item["SK"]): float(item["value"]) for item in days}

    def post(self, number: str, day: date, value: float) -> None:
        """Keep the value of a day, over what was posted for it before."""
        self._table.put(keys.number(number, day.isoformat()) | {"value": repr(value)})
