"""Measures the local stack as a developer meets it: until it answers, and from answer to number.

The whole stack is started as `make run` does it, without demo data, on a free port and with a new
state folder. An answer counts as shown when the goal page has it in the n of its solved rate, so
form, stream, score and count have all done their part. The first answer also waits for score and
count to start, and is told apart; `shown_worst_s` is the worst of the others.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.pipeline import SECRET, delivery, webhook

ROOT = Path(__file__).resolve().parent.parent
STARTS = 3
ROUNDS = 15
START_LIMIT = 60.0
SHOWN_LIMIT = 20.0

_FORM = {"content_type": "application/x-www-form-urlencoded"}
_SOLVED = re.compile(r"<h3>Solved</h3>.*?, n = (\d+)", re.DOTALL)


def run() -> dict[str, float]:
    """Return seconds until /health answers, and from the form to the page, median and worst."""
    starts, shown = [], []
    for last in [False] * (STARTS - 1) + [True]:
        with _stack() as (process, port):
            starts.append(_seconds_until(lambda: _healthy(process, port), START_LIMIT))
            if last:
                shown = _rounds(process, port)
    return {
        "starts": len(starts),
        "start_s": round(statistics.median(starts), 2),
        "start_worst_s": round(max(starts), 2),
        "answers": len(shown),
        "shown_first_s": round(shown[0], 3),
        "shown_s": round(statistics.median(shown), 3),
        "shown_worst_s": round(max(shown[1:]), 3),
    }


@contextmanager
def _stack() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a stack; it has ended with the block."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        command = [sys.executable, "-m", "local", "--no-demo", "--port", str(port)]
        environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("AWS_")},
            "NORTHSTAR_WEBHOOK_SECRET": SECRET,
        }
        with subprocess.Popen(  # noqa: S603  our own interpreter and arguments
            [*command, "--state", f"{folder}/state"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                yield process, port
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(30)
                process.kill()


def _rounds(process: subprocess.Popen[str], port: int) -> list[float]:
    """Answer surveys one after the other; return the seconds until the page counts each."""
    cookie = _log_in(process, port)
    seconds = []
    for number in range(ROUNDS):
        now = datetime.now(UTC)
        taken = json.loads(_request(port, **webhook(delivery(number, "link", now), now))[1])
        form = urlencode({"answer": "yes", "comment": f"Great, thank you! ({number})"}).encode()
        started = time.perf_counter()
        _request(port, "POST", taken["survey_url"], form, **_FORM)
        _seconds_until(partial(_counts, port, cookie, number + 1), SHOWN_LIMIT)
        seconds.append(time.perf_counter() - started)
    return seconds


def _healthy(process: subprocess.Popen[str], port: int) -> bool:
    if process.poll() is not None:
        raise RuntimeError("The local stack ended; `python -m local --no-demo` says why.")
    try:
        return _request(port, "GET", "/health")[1] == '{"status": "ok"}'
    except OSError:
        return False


def _log_in(process: subprocess.Popen[str], port: int) -> str:
    """Use the login link that the stack prints; return the cookie."""
    for line in process.stdout or ():
        found = re.search(r"http\S+/auth/login\S+", line)
        if found:
            return _request(port, "GET", found[0])[0]["set-cookie"].partition(";")[0]
    raise RuntimeError("The local stack printed no login link.")


def _counts(port: int, cookie: str, answers: int) -> bool:
    found = _SOLVED.search(_request(port, "GET", "/", cookie=cookie)[1])
    return found is not None and int(found[1]) == answers


def _request(
    port: int, method: str, target: str, body: bytes = b"", **headers: str
) -> tuple[http.client.HTTPMessage, str]:
    """Send one request; return headers and text. Raises RuntimeError for an error status."""
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {parts.path} was answered with {answer.status}.")
    return answer.headers, text


def _seconds_until(condition: Callable[[], bool], limit: float) -> float:
    started = time.perf_counter()
    while not condition():
        if time.perf_counter() - started > limit:
            raise RuntimeError(f"It did not become true in {limit:.0f} seconds.")
        time.sleep(0.01)
    return time.perf_counter() - started


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
