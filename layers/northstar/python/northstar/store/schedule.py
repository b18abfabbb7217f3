"""EventBridge Scheduler behind the Schedule protocol: one-off schedules that feed one queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from northstar.domain.errors import Conflict
from northstar.store.client import translated

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


@dataclass(frozen=True, slots=True)
class Place:
    """Where schedules are kept, which queue they feed, as whom, where failures go (ARNs)."""

    group: str
    queue: str
    role: str
    dead_letters: str


class OneOffSchedules:
    """Each schedule fires once and is gone then."""

    def __init__(self, client: EventBridgeSchedulerClient, place: Place) -> None:
        self._client = client
        self._place = place

    def at(self, moment: datetime, name: str, body: Mapping[str, Any]) -> None:
        """Put one message on the queue at a moment (aware), or up to a minute after it.

        The same name and moment again is the same message.
        """
        when = (moment + timedelta(seconds=59, microseconds=999_999)).astimezone(UTC)
        when = when.replace(second=0, microsecond=0)
        try:
            with translated():
                self._client.create_schedule(
                    Name=f"{name}-{when:%y%m%d%H%M}",
                    GroupName=self._place.group,
                    ScheduleExpression=f"at({when:%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self._place.queue,
                        "RoleArn": self._place.role,
                        "Input": json.dumps(body, ensure_ascii=True),
                        "DeadLetterConfig": {"Arn": self._place.dead_letters},
                    },
                )
        except Conflict:
            return  # it is planned already
