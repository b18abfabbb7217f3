"""Saves what the embedded services hold and puts it back, so that a restart finds its data.

Everything is captured at one moment, under the engine's lock. What was in flight is saved as not
yet handled: a message becomes visible again, and a table's items go through its stream once more,
which changes nothing, because every record counts once.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Container
from pathlib import Path
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ses.models import RawMessage
from moto.sqs.models import sqs_backends

from local import engine, mailbox, one_off
from local.backend import Backend
from local.console import say
from local.template import REGION
from northstar.domain.errors import Invalid

FILE = "state.json"
FORMAT = 4
"""Of what the tables hold; another one cannot be read by the functions."""

Snapshot = dict[str, Any]
_BYTES = "$bytes"

_SCHEDULE = (
    "Name",
    "GroupName",
    "Description",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "FlexibleTimeWindow",
    "Target",
    "ActionAfterCompletion",
    "State",
)


def prepare(folder: Path) -> None:
    """Make the state folder, for this user only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / "logs").mkdir(exist_ok=True)


def mark() -> tuple[Any, ...]:
    """Return a value that changes whenever there is something new to save; cheap to ask for."""
    with engine.lock:
        shards = [table.stream_shard for table in _dynamodb().tables.values()]
        return (
            *(len(shard.items) for shard in shards if shard),
            *(frozenset(m.id for m in queue._messages) for queue in _sqs().queues.values()),  # noqa: SLF001
            *(_versions(bucket.keys) for bucket in _s3().buckets.values()),
            *(secret.default_version_id for secret in _secrets().secrets.values()),
            *(
                (schedule.arn, schedule.last_modified_date, schedule.state)
                for group in one_off.groups().values()
                for schedule in group.schedules.values()
            ),
            len(mailbox.messages()),
        )


def capture() -> Snapshot:
    """Return everything that the embedded services hold, as JSON can carry it."""
    with engine.lock:
        return {
            "tables": {
                name: [item.to_json()["Attributes"] for item in table.all_items()]
                for name, table in _dynamodb().tables.items()
            },
            "queues": {
                name: [_message(message) for message in queue._messages]  # noqa: SLF001
                for name, queue in _sqs().queues.items()
            },
            "buckets": {
                name: {key: _object(bucket.keys[key]) for key in list(bucket.keys)}
                for name, bucket in _s3().buckets.items()
            },
            "secrets": {
                name: secret.versions[secret.default_version_id]["secret_string"]
                for name, secret in _secrets().secrets.items()
            },
            "schedules": {
                name: [_schedule(schedule) for schedule in group.schedules.values()]
                for name, group in one_off.groups().items()
            },
            "mails": [
                {
                    "id": mail.id,
                    "source": mail.source,
                    "destinations": mail.destinations,
                    "raw": mail.raw_data,
                    "at": mail.at,
                }
                for mail in mailbox.messages()
            ],
        }


def write(folder: Path, snapshot: Snapshot) -> None:
    """Save a snapshot; a crash leaves the old one or the new one, never half of one."""
    write_private(folder / FILE, json.dumps({"format": FORMAT, **snapshot}, default=_told))


def _told(value: bytes) -> dict[str, str]:
    """Bytes, which an attribute of a table may be, as JSON can carry them."""
    return {_BYTES: base64.b64encode(value).decode()}


def _meant(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    with open(fresh, "w", encoding="utf-8", opener=_private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read(folder: Path) -> Snapshot | None:
    """Return the saved snapshot, or None before the first. Raises Invalid for a damaged file.

    What another version of Northstar has saved is put aside, and told.
    """
    path = folder / FILE
    try:
        snapshot: Snapshot = json.loads(path.read_text(encoding="utf-8"), object_hook=_meant)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Invalid(f"{path} is damaged ({error}); move it away to start anew.") from None
    if snapshot.get("format") == FORMAT:
        return snapshot
    aside = path.rename(path.with_suffix(".old.json"))
    say(f"The saved data is of another version of Northstar: it is in {aside} now; starting anew.")
    return None


def restore(backend: Backend, snapshot: Snapshot) -> None:
    """Put a snapshot back into services that were just made and are still empty.

    What belonged to a resource that the template no longer has is left out.
    """
    with engine.lock:
        for name, items in _still_there(snapshot["tables"], _dynamodb().tables):
            for item in items:
                _dynamodb().get_table(name).put_item(item)
    for queue, messages in _still_there(snapshot["queues"], _sqs().queues):
        _send(backend.client("sqs"), queue, messages)
    for bucket, objects in _still_there(snapshot["buckets"], _s3().buckets):
        _upload(backend.client("s3"), bucket, objects)
    secrets = backend.client("secretsmanager")
    for name, value in _still_there(snapshot["secrets"], _secrets().secrets):
        secrets.put_secret_value(SecretId=name, SecretString=value)
    # states that were saved before there were schedules have none
    for _, schedules in _still_there(snapshot.get("schedules", {}), one_off.groups()):
        _schedule_again(backend.client("scheduler"), schedules)
    for mail in snapshot["mails"]:
        message = RawMessage(mail["id"], mail["source"], mail["destinations"], mail["raw"])
        mailbox.put_back(message, mail["at"])


def _still_there(saved: dict[str, Any], existing: Container[str]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in saved.items() if name in existing]


def _send(sqs: Any, queue: str, messages: list[dict[str, Any]]) -> None:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for message in messages:
        sqs.send_message(QueueUrl=url, **message)


def _upload(s3: Any, bucket: str, objects: dict[str, dict[str, Any]]) -> None:
    for key, stored in objects.items():
        body = base64.b64decode(stored["body"])
        s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata=stored["metadata"])


def _schedule_again(scheduler: Any, schedules: list[dict[str, Any]]) -> None:
    for schedule in schedules:
        scheduler.create_schedule(**schedule)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _versions(objects: Any) -> frozenset[tuple[str, Any]]:
    """Name and time of each object: one that is put again is another one."""
    return frozenset((name, stored.last_modified) for name, stored in objects.items())


def _message(message: Any) -> dict[str, Any]:
    """A queued message as SendMessage takes it."""
    told = {"MessageBody": message.body}
    if message.group_id:
        told["MessageGroupId"] = message.group_id
        told["MessageDeduplicationId"] = message.deduplication_id
    return told


def _schedule(schedule: Any) -> dict[str, Any]:
    """A one-off schedule as CreateSchedule takes it."""
    told = schedule.to_dict()
    return {name: told[name] for name in _SCHEDULE if told[name] is not None}


def _object(stored: Any) -> dict[str, Any]:
    prefix = "x-amz-meta-"
    return {
        "body": base64.b64encode(stored.value).decode(),
        "metadata": {
            name.removeprefix(prefix): value
            for name, value in stored.metadata.items()
            if name.startswith(prefix)
        },
    }


def _dynamodb() -> Any:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]


def _sqs() -> Any:
    return sqs_backends[DEFAULT_ACCOUNT_ID][REGION]


def _s3() -> Any:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


def _secrets() -> Any:
    return secretsmanager_backends[DEFAULT_ACCOUNT_ID][REGION]
