"""One-off schedules, topics and mails of the embedded services, as the functions use them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.base_backend import BackendDict

from local import backend, mailbox, one_off, resources, state, template
from local.backend import Backend
from local.stack import Stack
from local.template import Resource
from northstar.domain.errors import Invalid

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DECLARED = [
    Resource(
        "Returned",
        "AWS::SNS::Subscription",
        {
            "Protocol": "sqs",
            "TopicArn": "${Mails.Ref}",
            "Endpoint": "${Work.Arn}",
            "RawMessageDelivery": True,
        },
    ),
    Resource(
        "Operator",
        "AWS::SNS::Subscription",
        {"Protocol": "email", "TopicArn": "${Mails.Ref}", "Endpoint": "me@example.com"},
    ),
    Resource("Mails", "AWS::SNS::Topic", {}),
    Resource("Sent", "AWS::SES::ConfigurationSet", {}),
    Resource("Later", "AWS::Scheduler::ScheduleGroup", {}),
    Resource("Clock", "AWS::IAM::Role", {}),
    Resource("Work", "AWS::SQS::Queue", {}),
]


@pytest.fixture(scope="module")
def services() -> Iterator[Backend]:
    """An embedded server."""
    started = backend.start({})
    yield started
    started.stop()


@pytest.fixture
def values(services: Backend) -> resources.Values:
    """The resources, made on empty services."""
    return _fresh(services)


def _fresh(services: Backend) -> resources.Values:
    BackendDict.reset()
    mailbox.open_box()
    return resources.make(services, DECLARED)


def _schedule(services: Backend, values: resources.Values, name: str, **changes: Any) -> None:
    """Make a schedule as a function does, due at NOW unless told otherwise."""
    target = {"Arn": values["Work", "Arn"], "RoleArn": values["Clock", "Arn"], "Input": name}
    asked = {
        "GroupName": values["Later", "Ref"],
        "Name": name,
        "ScheduleExpression": f"at({NOW:%Y-%m-%dT%H:%M:%S})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": target,
    }
    services.client("scheduler").create_schedule(**asked | changes)


def _move(services: Backend, name: str) -> None:
    """Put a schedule off to the day after NOW."""
    scheduler = services.client("scheduler")
    found = scheduler.get_schedule(GroupName="Later", Name=name)
    scheduler.update_schedule(
        GroupName="Later",
        Name=name,
        ScheduleExpression="at(2026-11-23T10:00:00)",
        FlexibleTimeWindow=found["FlexibleTimeWindow"],
        Target=found["Target"],
    )


def _names(services: Backend) -> list[str]:
    found = services.client("scheduler").list_schedules(GroupName="Later")["Schedules"]
    return sorted(schedule["Name"] for schedule in found)


def _bodies(services: Backend, values: resources.Values) -> list[str]:
    """Take what is on the queue."""
    sqs, url = services.client("sqs"), values["Work", "Ref"]
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return sorted(found)


def _fire(services: Backend, now: datetime = NOW) -> dict[str, str]:
    return one_off.fire_due(["Later"], services.client("sqs"), now)


def test_a_schedule_fires_once_when_it_is_due(services: Backend, values: resources.Values) -> None:
    """Before its moment nothing happens; at its moment its input is on the queue, once."""
    _schedule(services, values, "one")

    assert _fire(services, NOW - timedelta(seconds=1)) == {}
    assert (_bodies(services, values), _names(services)) == ([], ["one"])
    assert _fire(services) == {}
    assert (_bodies(services, values), _names(services)) == (["one"], [])
    assert _fire(services) == {}
    assert _bodies(services, values) == []


def test_only_the_declared_groups_fire(services: Backend, values: resources.Values) -> None:
    """A schedule of another group is none of ours."""
    _schedule(services, values, "other", GroupName="default")
    _fire(services)

    assert _bodies(services, values) == []


def test_a_schedule_that_is_to_stay_fires_once_too(
    services: Backend, values: resources.Values
) -> None:
    """Without deletion after completion the schedule stays, and does not fire again."""
    _schedule(services, values, "stays", ActionAfterCompletion="NONE")
    _fire(services)
    _fire(services)

    assert (_bodies(services, values), _names(services)) == (["stays"], ["stays"])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ScheduleExpression": "rate(1 hour)"}, "rate"),
        ({"ScheduleExpression": "at(2026-11-31T10:00:00)"}, "at("),
        ({"ScheduleExpressionTimezone": "Europe/Berlin"}, "UTC"),
        ({"Target": {"Arn": "arn:aws:lambda:::function:F", "RoleArn": "r", "Input": "x"}}, "queue"),
        ({"Target": {"Arn": "arn:aws:sqs:us-east-1:1:No", "RoleArn": "r", "Input": "x"}}, "queue"),
        ({"Target": {"Arn": "arn:aws:sqs:us-east-1:1:Work", "RoleArn": "r"}}, "Input"),
    ],
)
def test_what_cannot_fire_is_told_and_stops_no_other(
    services: Backend, values: resources.Values, changes: dict[str, Any], problem: str
) -> None:
    """A schedule that is not understood is named with the reason and kept; the next one fires."""
    _schedule(services, values, "strange", **changes)
    _schedule(services, values, "fine")
    told = _fire(services)

    assert list(told) == ["Later/strange"]
    assert problem in told["Later/strange"]
    assert (_bodies(services, values), _names(services)) == (["fine"], ["strange"])


def test_the_loop_tells_each_problem_once(
    services: Backend,
    values: resources.Values,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However often the loop looks at a schedule that it cannot fire, it says so once."""
    monkeypatch.setattr(one_off, "LOOK_EVERY", 0.001)
    _schedule(services, values, "strange", ScheduleExpression="rate(1 hour)")
    stopping, looks = threading.Event(), []

    def count(names: Any, sqs: Any, now: datetime) -> dict[str, str]:
        looks.append(now)
        if len(looks) == 3:
            stopping.set()
        return fire_due(names, sqs, now)

    fire_due = one_off.fire_due
    monkeypatch.setattr(one_off, "fire_due", count)
    one_off.run(["Later"], services.client("sqs"), stopping)

    told = capsys.readouterr().err.splitlines()
    assert len(looks) == 3
    assert [line for line in told if "Later/strange" in line] == told
    assert len(told) == 1


def test_a_kill_between_sending_and_deleting_repeats_and_never_loses(
    services: Backend, values: resources.Values
) -> None:
    """Whenever the process ends while it fires, the next one sends the message, at worst again."""
    _schedule(services, values, "one")
    sqs = services.client("sqs")
    snapshots = []

    def send(**told: Any) -> None:
        snapshots.append(state.capture())
        sqs.send_message(**told)
        snapshots.append(state.capture())

    slow = SimpleNamespace(get_queue_url=sqs.get_queue_url, send_message=send)
    one_off.fire_due(["Later"], slow, NOW)
    snapshots.append(state.capture())

    delivered = []
    for snapshot in snapshots:
        again = _fresh(services)
        state.restore(services, snapshot)
        _fire(services)
        delivered.append(_bodies(services, again))
    assert delivered == [["one"], ["one", "one"], ["one"]]


def test_a_message_that_was_not_taken_leaves_its_schedule(
    services: Backend, values: resources.Values
) -> None:
    """When the queue cannot be reached the schedule stays, and fires when it can be again."""
    _schedule(services, values, "one")

    def broken(**_: Any) -> Any:
        raise ConnectionError("no queue")

    with pytest.raises(ConnectionError):
        one_off.fire_due(["Later"], SimpleNamespace(get_queue_url=broken), NOW)
    assert _names(services) == ["one"]
    _fire(services)
    assert _bodies(services, values) == ["one"]


def test_a_schedule_that_changes_while_it_fires_is_kept(
    services: Backend, values: resources.Values
) -> None:
    """A function that moves a schedule at the moment it fires does not lose the new moment."""
    _schedule(services, values, "one")
    sqs = services.client("sqs")

    def send(**told: Any) -> None:
        sqs.send_message(**told)
        _move(services, "one")

    moving = SimpleNamespace(get_queue_url=sqs.get_queue_url, send_message=send)
    one_off.fire_due(["Later"], moving, NOW)
    assert _names(services) == ["one"]
    _fire(services, NOW + timedelta(days=1))

    assert (_bodies(services, values), _names(services)) == (["one", "one"], [])


def test_schedules_survive_a_restart_and_the_overdue_fire_at_once(
    services: Backend, tmp_path: Path
) -> None:
    """After a restart a future schedule is the same, and one that became due meanwhile fires."""
    now = datetime.now(UTC)
    past, future = (f"at({now + timedelta(days=n):%Y-%m-%dT%H:%M:%S})" for n in (-1, 1))
    first = _stack(services, tmp_path)
    values = resources.make(services, DECLARED)
    _schedule(services, values, "overdue", ScheduleExpression=past)
    _schedule(services, values, "tomorrow", ScheduleExpression=future)
    before = services.client("scheduler").get_schedule(GroupName="Later", Name="tomorrow")
    first.close()

    second = _stack(services, tmp_path)
    assert _names(services) == ["overdue", "tomorrow"]
    second.run()
    _eventually(lambda: _names(services) == ["tomorrow"])
    second.close()

    after = services.client("scheduler").get_schedule(GroupName="Later", Name="tomorrow")
    compared = ("ScheduleExpression", "Target", "ActionAfterCompletion", "FlexibleTimeWindow")
    assert {name: after[name] for name in compared} == {name: before[name] for name in compared}
    assert _bodies(services, values) == ["overdue"]


def test_a_state_from_before_there_were_schedules_is_taken(
    services: Backend, values: resources.Values
) -> None:
    """What an earlier version saved is put back, without schedules."""
    services.client("sqs").send_message(QueueUrl=values["Work", "Ref"], MessageBody="old")
    snapshot = state.capture()
    del snapshot["schedules"]
    again = _fresh(services)
    state.restore(services, snapshot)

    assert _bodies(services, again) == ["old"]


def test_each_change_of_a_schedule_calls_for_saving(
    services: Backend, values: resources.Values
) -> None:
    """The mark moves when a schedule is made, when it is changed and when it has fired."""
    marks = [state.mark()]
    _schedule(services, values, "one")
    marks.append(state.mark())
    assert state.mark() == marks[-1]
    _move(services, "one")
    marks.append(state.mark())
    _fire(services, NOW + timedelta(days=1))
    marks.append(state.mark())

    assert len(set(marks)) == 4


def test_making_twice_keeps_the_schedules(services: Backend, values: resources.Values) -> None:
    """A group, topic or set that is there stays as it is, under the same names."""
    _schedule(services, values, "one")

    assert resources.make(services, DECLARED) == values
    assert _names(services) == ["one"]
    topics = services.client("sns").list_subscriptions()["Subscriptions"]
    assert [found["Protocol"] for found in topics] == ["sqs"]


def test_what_is_published_reaches_the_queue_as_it_is(
    services: Backend, values: resources.Values
) -> None:
    """A message of the topic arrives on the queue, raw; nobody is mailed."""
    services.client("sns").publish(
        TopicArn=values["Mails", "Ref"], Message='{"eventType": "Bounce"}'
    )

    assert _bodies(services, values) == ['{"eventType": "Bounce"}']
    assert mailbox.messages() == []


@pytest.mark.parametrize(
    "changes", [{"Protocol": "https"}, {"FilterPolicy": {"eventType": ["Bounce"]}}]
)
def test_another_subscription_stops_the_start(
    services: Backend, values: resources.Values, changes: dict[str, Any]
) -> None:
    """A subscription that would not be served is refused by name."""
    strange = Resource("Strange", DECLARED[0].type, {**DECLARED[0].properties, **changes})
    with pytest.raises(Invalid, match="Subscription Strange is not mapped"):
        resources.make(services, [*DECLARED[2:], strange])


def test_a_mail_of_a_configuration_set_is_in_the_mailbox(
    services: Backend, values: resources.Values
) -> None:
    """Naming the declared set with a mail changes nothing about its arrival."""
    resources.verify_sender(services, "me@example.com")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Hello", "me@example.com", "you@example.com"
    mail.set_content("text")
    services.client("sesv2").send_email(
        FromEmailAddress="me@example.com",
        Destination={"ToAddresses": ["you@example.com"]},
        Content={"Raw": {"Data": mail.as_bytes()}},
        ConfigurationSetName=values["Sent", "Ref"],
    )

    (message,) = mailbox.messages()
    assert set(message.destinations) == {"you@example.com"}


def test_schedules_that_are_made_while_others_fire_are_not_lost(
    services: Backend, values: resources.Values
) -> None:
    """Functions make schedules while the loop runs; each of them fires exactly once."""
    names = [f"n{number:02}" for number in range(40)]
    with ThreadPoolExecutor(4) as executor:
        making = [executor.submit(_schedule, services, values, name) for name in names]
        while not all(made.done() for made in making):
            assert _fire(services) == {}
        for made in making:
            made.result()
    assert _fire(services) == {}

    assert _bodies(services, values) == names


def _stack(services: Backend, folder: Path) -> Stack:
    """Open a stack without functions on empty services, as a new process would."""
    BackendDict.reset()
    mailbox.open_box()
    declared = template.Stack((), (), (), (), (), tuple(DECLARED))
    stack = Stack(declared, folder, Backend(services.environment, _Unstoppable()))
    stack.open()
    return stack


def _eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < until, "it did not become true in time"
        time.sleep(0.02)


class _Unstoppable:
    """Stands in for the server, which the other tests still need."""

    def stop(self) -> None:
        """Go on."""
