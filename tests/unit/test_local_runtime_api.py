"""Functions run in processes of their own, under AWS's runtime client."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.runtime_api import Pool
from local.template import Function

ROOT = Path(__file__).resolve().parents[2]
HANDLER = """
import os, time
def handler(event, context):
    if event.get("do") == "raise":
        raise ValueError("no good")
    if event.get("do") == "exit":
        os._exit(3)
    time.sleep(event.get("sleep", 0))
    return {
        "got": event,
        "pid": os.getpid(),
        "cwd": os.getcwd(),
        "name": context.function_name,
        "left": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
    }
"""


def _function(folder: Path, timeout: float = 10.0) -> Function:
    (folder / "handler.py").write_text(HANDLER)
    return Function("Tiny", folder, "handler.handler", timeout, 128, {})


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    """A function in a process."""
    made = Pool(_function(tmp_path), {"TABLE": "t"}, tmp_path)
    yield made
    made.stop()


def test_a_call_comes_back(pool: Pool, tmp_path: Path) -> None:
    """The event arrives and the answer returns; the function runs in its own folder."""
    result = pool.invoke({"word": "ü"})

    assert result.ok
    assert result.payload["got"] == {"word": "ü"}
    assert result.payload["cwd"] == str(tmp_path)
    assert result.payload["name"] == "Tiny"
    assert 0 < result.payload["left"] <= 10_000


def test_a_function_sees_only_what_lambda_and_the_template_set(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the developer's own environment reaches a function."""
    monkeypatch.setenv("PRIVATE_THING", "1")
    environment = pool.invoke({}).payload["environment"]

    ours = {"PATH", "LANG", "TZ", "PYTHONUNBUFFERED", "LAMBDA_TASK_ROOT", "_HANDLER", "TABLE"}
    foreign = {n for n in environment if not n.startswith(("AWS_", "_X_AMZN"))} - ours
    assert foreign <= {"LC_CTYPE"}
    assert environment["TABLE"] == "t"
    assert environment["AWS_ACCOUNT_ID_ENDPOINT_MODE"] == "disabled"


def test_an_exception_is_reported_and_the_process_lives_on(pool: Pool) -> None:
    """A handler's exception is a failed result, with its type; the same process goes on."""
    first = pool.invoke({}).payload["pid"]
    result = pool.invoke({"do": "raise"})

    assert not result.ok
    assert (result.payload["errorType"], result.payload["errorMessage"]) == (
        "ValueError",
        "no good",
    )
    assert pool.invoke({}).payload["pid"] == first


def test_a_crash_is_reported_and_the_process_replaced(pool: Pool) -> None:
    """A process that ends in the middle of a call fails the call; the next gets a new one."""
    first = pool.invoke({}).payload["pid"]
    result = pool.invoke({"do": "exit"})

    assert (result.ok, result.payload["errorType"]) == (False, "Runtime.ExitError")
    assert pool.invoke({}).payload["pid"] != first


def test_a_process_killed_between_calls_is_replaced(pool: Pool) -> None:
    """A process that died while it was idle costs no call."""
    first = pool.invoke({}).payload["pid"]
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)

    assert pool.invoke({}).payload["pid"] != first


def test_a_timeout_ends_the_call_and_the_process(tmp_path: Path) -> None:
    """A call longer than the function's timeout fails; its process is ended and replaced."""
    pool = Pool(_function(tmp_path, timeout=0.3), {}, tmp_path)
    try:
        first = pool.invoke({}).payload["pid"]
        result = pool.invoke({"sleep": 30})
        assert (result.ok, result.payload["errorType"]) == (False, "Sandbox.Timedout")
        assert not Path(f"/proc/{first}").exists()
        assert pool.invoke({}).ok
    finally:
        pool.stop()


def test_an_import_error_is_reported(tmp_path: Path) -> None:
    """A function that cannot be imported fails each call with the reason."""
    pool = Pool(Function("Bad", tmp_path, "nothing.handler", 5.0, 128, {}), {}, tmp_path)
    try:
        for _ in range(2):
            result = pool.invoke({})
            assert not result.ok
            assert "nothing" in result.payload["errorMessage"]
    finally:
        pool.stop()


def test_a_slow_call_does_not_block_another(pool: Pool) -> None:
    """While one call runs, a second gets a process of its own."""
    pool.invoke({})
    slow = threading.Thread(target=pool.invoke, args=({"sleep": 3},))
    slow.start()
    time.sleep(0.05)
    started = time.monotonic()
    assert pool.invoke({}).ok
    assert time.monotonic() - started < 2.5
    pool.stop()
    slow.join()


def test_a_stopped_pool_answers(pool: Pool) -> None:
    """After the stop a call fails at once instead of waiting."""
    pool.invoke({})
    pool.stop()
    assert not pool.invoke({}).ok


def test_processes_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    """When the runner is killed without warning, its functions notice and end."""
    _function(tmp_path)
    script = (
        "from pathlib import Path; import time\n"
        "from local.runtime_api import Pool\n"
        "from local.template import Function\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "pool = Pool(Function('Tiny', folder, 'handler.handler', 5, 128, {}), {}, folder)\n"
        "print(pool.invoke({}).payload['pid'], flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        assert child.exists()
        parent.kill()
    deadline = time.monotonic() + 10
    while child.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.exists()
