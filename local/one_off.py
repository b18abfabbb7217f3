"""Fires the one-off schedules that functions make: moto keeps them, but never fires one.

A schedule is deleted only after its message was taken, so that a crash between the two can repeat
it and never lose it. Another engine than the embedded one fires its schedules itself.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.scheduler.models import scheduler_backends

from local import engine
from local.console import say
from local.schedules import one_time
from local.template import REGION
from northstar.domain.errors import Invalid

LOOK_EVERY = 0.5  # seconds between two looks at the schedules


def groups() -> Any:
    """Return moto's schedule groups by name; hold the engine's lock while looking into them."""
    return scheduler_backends[DEFAULT_ACCOUNT_ID][REGION].schedule_groups


def run(names: Collection[str], sqs: Any, stopping: threading.Event) -> None:
    """Fire what is due in the named groups until told to stop; tell each problem once."""
    told: set[str] = set()
    while not stopping.is_set():
        for name, problem in fire_due(names, sqs, datetime.now(UTC)).items():
            if name not in told:
                told.add(name)
                say(f"One-off schedule {name} cannot fire: {problem}")
        stopping.wait(LOOK_EVERY)


def fire_due(names: Collection[str], sqs: Any, now: datetime) -> dict[str, str]:
    """Send the input of every schedule that is due (`now` is aware) and delete it.

    Returns the reason by schedule, as group/name, where one cannot be fired.
    """
    problems = {}
    for schedule, version in _enabled(names):
        try:
            queue, due = _queue(schedule), _due(schedule)
            if now < due:
                continue
            url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=schedule.target["Input"])
        except (Invalid, ClientError) as error:
            problems[f"{schedule.group_name}/{schedule.name}"] = str(error)
        else:
            _complete(schedule, version)
    return problems


def _enabled(names: Collection[str]) -> list[tuple[Any, float]]:
    """Return the schedules that are on, each with the moment of its last change."""
    with engine.lock:
        found = [one for name in names for one in groups()[name].schedules.values()]
        return [(one, one.last_modified_date) for one in found if one.state != "DISABLED"]


def _queue(schedule: Any) -> str:
    """Return the name of the queue that is the target of a schedule. Raises Invalid."""
    arn = schedule.target["Arn"].split(":")
    if arn[2:3] != ["sqs"] or not schedule.target.get("Input"):
        raise Invalid("only a queue with an Input is mapped as its target, in local/one_off.py.")
    return str(arn[-1])


def _due(schedule: Any) -> datetime:
    """Return the (aware) moment at which a schedule fires. Raises Invalid."""
    if schedule.schedule_expression_timezone != "UTC":
        raise Invalid("only the time zone UTC is mapped, in local/one_off.py.")
    return one_time(schedule.schedule_expression)


def _complete(schedule: Any, version: float) -> None:
    """Delete a schedule that was fired, or switch it off; one that was changed since stays."""
    with engine.lock:
        group = groups()[schedule.group_name]
        stays = group.schedules.get(schedule.name) is schedule
        if not stays or schedule.last_modified_date != version:
            return
        if schedule.action_after_completion == "DELETE":
            group.delete_schedule(schedule.name)
        else:
            schedule.state = "DISABLED"
