"""Queues, streams and schedules feed functions as Lambda's event sources do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from local import pollers
from local.pollers import deliver_messages, deliver_records, failures, run_schedule
from local.runtime_api import Result
from local.template import QueueMapping, Schedule, StreamMapping

ERROR = Result(ok=False, payload={"errorType": "ValueError"})
FINE = Result(ok=True, payload=None)


def _failed(*names: str) -> Result:
    items = [{"itemIdentifier": name} for name in names]
    return Result(ok=True, payload={"batchItemFailures": items})


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (FINE, set()),
        (Result(ok=True, payload={}), set()),
        (Result(ok=True, payload={"batchItemFailures": None}), set()),
        (_failed(), set()),
        (_failed("2"), {"2"}),
        (ERROR, {"1", "2"}),
        (_failed("unknown"), {"1", "2"}),
        (Result(ok=True, payload={"batchItemFailures": [{"itemIdentifier": ""}]}), {"1", "2"}),
        (Result(ok=True, payload={"batchItemFailures": [{"wrong": "1"}]}), {"1", "2"}),
        (Result(ok=True, payload="text"), {"1", "2"}),
    ],
)
def test_which_records_failed(result: Result, expected: set[str]) -> None:
    """The report names the failed ones; an error or an unreadable report fails all of them."""
    assert failures(result, ["1", "2"], partial=True) == expected


def test_without_partial_reports_only_errors_count() -> None:
    """A mapping without ReportBatchItemFailures takes any answer as success."""
    assert failures(_failed("1"), ["1", "2"], partial=False) == set()
    assert failures(ERROR, ["1", "2"], partial=False) == {"1", "2"}


class Queue:
    """Stands in for SQS: remembers what was deleted."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    def delete_message_batch(self, QueueUrl: str, Entries: Sequence[dict[str, str]]) -> None:  # noqa: N803
        self.deleted += [entry["ReceiptHandle"] for entry in Entries]


def _message(name: str) -> dict[str, Any]:
    return {
        "MessageId": name,
        "ReceiptHandle": f"handle-{name}",
        "Body": f"body {name}",
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": "1"},
    }


@pytest.mark.parametrize(
    ("result", "deleted"),
    [
        (FINE, ["handle-1", "handle-2"]),
        (_failed("1"), ["handle-2"]),
        (_failed("1", "2"), []),
        (ERROR, []),
    ],
)
def test_only_what_succeeded_leaves_the_queue(result: Result, deleted: list[str]) -> None:
    """Messages are deleted unless they, or the whole batch, failed."""
    mapping, queue, events = QueueMapping("F", "Work", 10, partial=True), Queue(), []

    def invoke(function: str, event: Any) -> Result:
        events.append((function, event))
        return result

    deliver_messages(mapping, "url", [_message("1"), _message("2")], queue, invoke)

    (function, event) = events[0]
    record = event["Records"][0]
    assert function == "F"
    assert (record["messageId"], record["body"], record["eventSource"]) == (
        "1",
        "body 1",
        "aws:sqs",
    )
    assert record["eventSourceARN"].endswith(":Work")
    assert queue.deleted == deleted


def _mapping(**changes: Any) -> StreamMapping:
    told: dict[str, Any] = {
        "function": "F",
        "table": "T",
        "batch_size": 10,
        "partial": True,
        "bisect": True,
        "retries": 2,
        "filters": (),
        "failures": None,
    }
    return StreamMapping(**(told | changes))


def _records(names: str) -> list[dict[str, Any]]:
    return [{"dynamodb": {"SequenceNumber": name}} for name in names]


def _names(records: Sequence[dict[str, Any]]) -> str:
    return "".join(record["dynamodb"]["SequenceNumber"] for record in records)


class Stream:
    """Delivers records to a function that fails as `decide` says; remembers calls and pauses."""

    def __init__(self, decide: Callable[[str, int], Result], **changes: Any) -> None:
        self.calls: list[str] = []
        self.pauses: list[float] = []
        self._decide = decide
        self._mapping = _mapping(**changes)

    def run(self, names: str) -> list[str]:
        """Deliver the records and return the batches that were given up."""
        stream = self

        class Stopping(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                stream.pauses.append(timeout or 0)
                return False

        def invoke(function: str, event: Any) -> Result:
            self.calls.append(_names(event["Records"]))
            return self._decide(self.calls[-1], self.calls.count(self.calls[-1]))

        lost = deliver_records(self._mapping, _records(names), invoke, Stopping())
        return [_names(batch) for batch, _ in lost]


def test_a_good_batch_is_delivered_once() -> None:
    """Success needs one call and no pause."""
    stream = Stream(lambda names, call: FINE)
    assert stream.run("abc") == []
    assert (stream.calls, stream.pauses) == (["abc"], [])


def test_a_partial_failure_resumes_at_the_lowest_failed_record() -> None:
    """After a report the records before the first failed one are not sent again."""
    stream = Stream(lambda names, call: _failed("c", "d") if len(names) == 4 else FINE)
    assert stream.run("abcd") == []
    assert stream.calls == ["abcd", "cd"]


def test_an_error_halves_the_batch_down_to_the_bad_record() -> None:
    """Only the record that fails by itself is given up; halving costs no retry."""
    stream = Stream(lambda names, call: ERROR if "c" in names else FINE)
    assert stream.run("abcd") == ["c"]
    assert stream.calls == ["abcd", "ab", "cd", "c", "c", "c", "d"]


def test_without_bisecting_the_whole_batch_is_given_up() -> None:
    """A batch that fails as a whole is tried as often as declared, then given up."""
    stream = Stream(lambda names, call: ERROR, bisect=False)
    assert stream.run("ab") == ["ab"]
    assert stream.calls == ["ab"] * 3


def test_a_batch_that_recovers_is_not_lost() -> None:
    """A failure that passes costs a pause, which grows."""
    stream = Stream(lambda names, call: _failed("a") if call < 3 else FINE)
    assert stream.run("a") == []
    assert stream.pauses == [pollers.FIRST_PAUSE, 2 * pollers.FIRST_PAUSE]


def test_pauses_are_bounded() -> None:
    """However long a batch fails, the next try is at most the longest pause away."""
    stream = Stream(lambda names, call: ERROR, retries=20)
    stream.run("a")
    assert max(stream.pauses) == pollers.LONGEST_PAUSE
    assert len(stream.calls) == 21


def test_a_rate_fires_at_once_and_passes_its_input_on() -> None:
    """A rate schedule calls its function with its input as soon as it runs."""
    stopping, events = threading.Event(), []

    def invoke(function: str, event: Any) -> Result:
        events.append((function, event))
        stopping.set()
        return FINE

    run_schedule(Schedule("S", "F", "rate(1 hour)", '{"plan": "all"}'), invoke, stopping)
    assert events == [("F", {"plan": "all"})]
