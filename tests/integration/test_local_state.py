"""What the embedded services hold survives a restart."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import urllib3
from moto.core.base_backend import BackendDict

from local import backend, mailbox, resources, state, template
from local.backend import Backend
from local.http import Request
from local.stack import Stack
from local.template import REGION, Resource
from northstar.domain.errors import Invalid

DECLARED = [
    Resource(
        "Words",
        "AWS::DynamoDB::Table",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "PK", "AttributeType": "S"},
                {"AttributeName": "SK", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        },
    ),
    Resource("Lost", "AWS::SQS::Queue", {"FifoQueue": True}),
    Resource(
        "Work",
        "AWS::SQS::Queue",
        {
            "FifoQueue": True,
            "VisibilityTimeout": 1,
            "RedrivePolicy": {"deadLetterTargetArn": "${Lost.Arn}", "maxReceiveCount": 1},
        },
    ),
    Resource("Put", "AWS::S3::Bucket", {}),
    Resource(
        "Keys",
        "AWS::SecretsManager::Secret",
        {
            "GenerateSecretString": {
                "SecretStringTemplate": '{"active": "1"}',
                "GenerateStringKey": "1",
                "PasswordLength": 40,
                "ExcludePunctuation": True,
            }
        },
    ),
    Resource("Text", "AWS::SSM::Parameter", {"Type": "String", "Value": "none"}),
]
ITEM = {
    "PK": {"S": "a"},
    "SK": {"S": "b"},
    "list": {"L": [{"N": "1"}, {"M": {"x": {"BOOL": True}}}]},
    "nothing": {"NULL": True},
    "packed": {"B": b"\x00\xff"},
    "words": {"SS": ["x", "y"]},
}


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


def _receive(services: Backend, url: str) -> list[dict[str, Any]]:
    answer = services.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


def _send_mail(services: Backend) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Hällo <b>", "me@example.com", "you@example.com"
    mail.set_content("see http://127.0.0.1:8000/s/x or <script>")
    mail.add_alternative("<p>Hi</p><script>alert(1)</script>", subtype="html")
    services.client("sesv2").send_email(
        FromEmailAddress="me@example.com",
        Destination={"ToAddresses": ["you@example.com"]},
        Content={"Raw": {"Data": mail.as_bytes()}},
    )


def _fill(services: Backend, values: resources.Values) -> None:
    services.client("dynamodb").put_item(TableName="Words", Item=ITEM)
    for group in "12":
        services.client("sqs").send_message(
            QueueUrl=values["Work", "Ref"],
            MessageBody=f"body {group}",
            MessageGroupId=group,
            MessageDeduplicationId=f"d{group}",
        )
    services.client("s3").put_object(
        Bucket=values["Put", "Ref"], Key="a/b.gz", Body=b"\x00\xff", Metadata={"about": "{}"}
    )
    resources.verify_sender(services, "Me <me@example.com>")
    _send_mail(services)


def test_a_snapshot_comes_back_whole(
    services: Backend, values: resources.Values, tmp_path: Path
) -> None:
    """Items, messages, objects, secrets and mails are the same after saving and restoring."""
    _fill(services, values)
    state.write(tmp_path, state.capture())
    saved = state.read(tmp_path)
    assert saved

    _fresh(services)
    state.restore(services, saved)

    assert state.capture() | {"format": state.FORMAT} == saved
    assert saved["tables"]["Words"] == [ITEM]
    assert saved["buckets"]["northstar-put"]["a/b.gz"]["metadata"] == {"about": "{}"}
    assert [mail["destinations"] for mail in saved["mails"]]
    assert (tmp_path / state.FILE).stat().st_mode & 0o777 == 0o600


def test_what_is_no_longer_declared_is_left_out(
    services: Backend, values: resources.Values
) -> None:
    """A table, queue, bucket or secret that is gone from the template does not stop a start."""
    _fill(services, values)
    saved = state.capture()
    old = {
        kind: {"Gone": saved[kind][name]}
        for kind, name in (
            ("tables", "Words"),
            ("queues", "Work.fifo"),
            ("buckets", "northstar-put"),
            ("secrets", "Keys"),
        )
    }
    _fresh(services)
    state.restore(services, {**saved, **old})

    assert "Gone" not in state.capture()["tables"]
    assert state.capture()["mails"] == saved["mails"]


def test_a_message_in_flight_is_visible_again(services: Backend, values: resources.Values) -> None:
    """A message that was being worked on at the moment of the snapshot is delivered again."""
    _fill(services, values)
    assert len(_receive(services, values["Work", "Ref"])) == 2
    saved = state.capture()

    again = _fresh(services)
    state.restore(services, saved)

    messages = _receive(services, again["Work", "Ref"])
    assert {message["Body"] for message in messages} == {"body 1", "body 2"}


def test_restored_items_go_through_the_stream_again(
    services: Backend, values: resources.Values
) -> None:
    """What was not yet handled when the process ended is seen after the restart."""
    _fill(services, values)
    saved = state.capture()
    again = _fresh(services)
    state.restore(services, saved)

    streams = services.client("dynamodbstreams")
    arn = again["Words", "StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = streams.get_records(ShardIterator=iterator)["Records"]
    assert record["dynamodb"]["NewImage"]["PK"] == ITEM["PK"]


def test_only_a_change_calls_for_saving(services: Backend, values: resources.Values) -> None:
    """The mark stays while nothing happens, and moves with whatever comes, goes or is replaced."""
    marks = [state.mark(), state.mark()]
    assert marks[0] == marks[1]

    _fill(services, values)
    marks.append(state.mark())
    resources.put_secret(services, "Keys", {"2": "new"})
    marks.append(state.mark())
    _send_mail(services)
    marks.append(state.mark())
    services.client("s3").put_object(Bucket=values["Put", "Ref"], Key="a/b.gz", Body=b"another")
    marks.append(state.mark())
    assert len(set(marks)) == 5


def test_a_message_that_keeps_failing_ends_in_the_dead_letters(
    services: Backend, values: resources.Values
) -> None:
    """The declared redrive works: what is received too often moves to the other queue."""
    _fill(services, values)
    sqs = services.client("sqs")
    for message in _receive(services, values["Work", "Ref"]):
        sqs.change_message_visibility(
            QueueUrl=values["Work", "Ref"],
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=0,
        )
    assert _receive(services, values["Work", "Ref"]) == []
    assert len(_receive(services, values["Lost", "Ref"])) == 2


def test_secrets_and_tables_are_as_declared(services: Backend, values: resources.Values) -> None:
    """A generated secret has its template, length and letters; the table has its expiry."""
    stored = services.client("secretsmanager").get_secret_value(SecretId=values["Keys", "Ref"])
    secret = json.loads(stored["SecretString"])
    ttl = services.client("dynamodb").describe_time_to_live(TableName="Words")

    assert secret["active"] == "1"
    assert len(secret["1"]) == 40
    assert secret["1"].isalnum()
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "ttl"
    changed = resources.put_secret(services, "Keys", {"2": "given"}, {"2": "made", "3": "made"})
    assert changed == {**secret, "2": "given", "3": "made"}
    assert resources.put_secret(services, "Keys", {}, {"3": "another"}) == changed
    assert resources.make(services, DECLARED) == values
    assert f":{REGION}:" in values["Work", "Arn"]


def test_the_mailbox_shows_mails_as_hostile(services: Backend, values: resources.Values) -> None:
    """Mails are listed newest first; their text is escaped and their HTML cannot run or load."""
    _fill(services, values)
    (message,) = mailbox.messages()
    listed = mailbox.page(Request("GET", "/_local/mailbox"))
    shown = mailbox.page(Request("GET", f"/_local/mailbox/{message.id}"))
    html = mailbox.page(Request("GET", f"/_local/mailbox/{message.id}/html"))
    raw = mailbox.page(Request("GET", f"/_local/mailbox/{message.id}/raw"))
    assert listed and shown and html and raw  # noqa: PT018

    assert "Hällo &lt;b&gt;" in listed.body.decode()
    assert "&lt;script&gt;" in shown.body.decode()
    assert '<a href="http://127.0.0.1:8000/s/x">' in shown.body.decode()
    assert "<script" not in shown.body.decode()
    policy = dict(html.headers)["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert dict(raw.headers)["content-type"].startswith("text/plain")


def test_other_pages_are_left_alone(services: Backend, values: resources.Values) -> None:
    """The mailbox answers below its own address only, and only to reading."""
    assert mailbox.page(Request("GET", "/")) is None
    assert mailbox.page(Request("GET", "/_local/mailboxes")) is None
    statuses = [
        mailbox.page(Request(method, path))
        for method, path in (
            ("POST", "/_local/mailbox"),
            ("GET", "/_local/mailbox/nothing"),
            ("GET", "/_local/mailbox"),
        )
    ]
    assert [answer.status for answer in statuses if answer] == [405, 404, 200]


def test_a_start_that_fails_keeps_the_saved_state(services: Backend, tmp_path: Path) -> None:
    """A damaged file stops the start with its name, and is never written over."""
    BackendDict.reset()
    mailbox.open_box()
    (tmp_path / state.FILE).write_text("{damaged")
    declared = template.Stack((), (), (), (), (), tuple(DECLARED))
    stack = Stack(declared, tmp_path, backend.Backend(services.environment, _Unstoppable()))

    with pytest.raises(Invalid, match="damaged"):
        stack.open()
    stack.close()

    assert (tmp_path / state.FILE).read_text() == "{damaged"


def test_a_stack_saves_what_it_holds_when_it_closes(services: Backend, tmp_path: Path) -> None:
    """What was there at the end of one stack, extras too, is there at the start of the next."""
    declared = template.Stack((), (), (), (), (), tuple(DECLARED))
    for expected in (0, 1, 2):
        BackendDict.reset()
        mailbox.open_box()
        stack = Stack(declared, tmp_path, backend.Backend(services.environment, _Unstoppable()))
        stack.open()
        assert services.client("dynamodb").scan(TableName="Words")["Count"] == expected
        assert stack.extra.get("done", 0) == expected
        item = {**ITEM, "PK": {"S": f"item {expected}"}}
        services.client("dynamodb").put_item(TableName="Words", Item=item)
        stack.extra["done"] = expected + 1
        stack.close()


def test_chat_replies_are_shown_after_a_restart(services: Backend, tmp_path: Path) -> None:
    """A reply that the stack's helpdesk took is on the mailbox page, also of the next stack."""
    for expected in (0, 1):
        BackendDict.reset()
        mailbox.open_box()
        declared = template.Stack((), (), (), (), (), ())
        stack = Stack(declared, tmp_path, backend.Backend(services.environment, _Unstoppable()))
        stack.open()
        front = stack.serve(0)
        page = f"http://127.0.0.1:{front.port}{mailbox.PATH}"
        shown = urllib3.request("GET", page).data.decode()
        assert shown.count("conversation-text") == expected
        assert stack.helpdesk() == stack.helpdesk()
        taken = urllib3.request(
            "POST",
            f"{stack.helpdesk()}/conversations/7/reply",
            json={"body": "conversation-text"},
            headers={"Authorization": "Bearer t"},
        )
        assert taken.status == 200
        stack.close()
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        urllib3.request("GET", stack.helpdesk(), retries=0)


def test_a_loop_that_fails_goes_on_and_tells_each_failure_once(
    services: Backend,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A loop is started again after any fault; the same fault in a row is one line."""
    monkeypatch.setattr("local.stack.PAUSE", 0.001)
    faults = [ValueError("a"), ValueError("a"), ValueError("b"), ValueError("a")]
    ended = threading.Event()

    def work() -> None:
        if faults:
            raise faults.pop(0)
        ended.set()

    declared = template.Stack((), (), (), (), (), ())
    stack = Stack(declared, tmp_path, backend.Backend(services.environment, _Unstoppable()))
    stack.loop(work)
    assert ended.wait(5)
    stack.close()

    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" (")[0] for line in told] == [
        f"work failed: ValueError: {what}" for what in "aba"
    ]


class _Unstoppable:
    """Stands in for the server, which the other tests still need."""

    def stop(self) -> None:
        """Go on."""


def test_what_another_version_has_saved_is_put_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is kept beside, the console says where, and the start is a new one."""
    file = tmp_path / state.FILE
    file.write_text('{"tables": {}}')
    assert state.read(tmp_path) is None
    assert not file.exists()
    (aside,) = tmp_path.iterdir()
    assert aside.read_text() == '{"tables": {}}'
    assert str(aside) in "".join(capsys.readouterr())
