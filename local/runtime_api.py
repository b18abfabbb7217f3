"""Runs functions as Lambda does: each in its own process, under AWS's own runtime client.

One worker is one process and its Lambda Runtime API, spoken over HTTP on a port of its own (AWS
Lambda developer guide, "Using the Lambda runtime API"). A worker lives until its process ends; a
pool replaces it, and adds another when a call has to wait.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any, ClassVar, Protocol

from local.template import ACCOUNT, REGION, Function

INIT_LIMIT = 30.0  # seconds; Lambda allows 10, on slower machinery than ours may be
WORKERS = 5  # processes of one function
PATIENCE = 0.3  # seconds a call waits for a busy worker before the pool adds one
_API = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Result:
    """What came back: `payload` is the handler's answer, or errorType and errorMessage."""

    ok: bool
    payload: Any


class Invoke(Protocol):
    """Calls a function by name with an event and waits for the result."""

    def __call__(self, function: str, event: Any) -> Result: ...


@dataclass(slots=True)
class _Call:
    event: bytes
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    taken: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None

    def finish(self, result: Result) -> None:
        """Keep the first result; a late one is ignored."""
        if not self.done.is_set():
            self.result = result
            self.taken.set()
            self.done.set()


class Worker:
    """One process of a function. `invoke` is for one caller at a time."""

    def __init__(self, function: Function, environment: Mapping[str, str], log: Path) -> None:
        self.function = function
        self.alive = True
        self._inbox: SimpleQueue[_Call] = SimpleQueue()
        self._call = _Call(b"")
        self._failure: Result | None = None
        self._server = _serve_api(self)
        host, port = self._server.server_address[:2]
        variables = {**environment, "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}"}
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and folders
                [sys.executable, "-m", "awslambdaric", function.handler],
                cwd=function.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the parent, which stops its children
            )
        threading.Thread(target=self._watch, daemon=True).start()

    def invoke(self, event: Any) -> Result:
        """Call the handler; a crash and a timeout are failed results and end the worker."""
        self._call = call = _Call(json.dumps(event).encode())
        if self.alive:
            self._inbox.put(call)
        else:
            call.finish(self._crash())
        if not call.taken.wait(INIT_LIMIT):
            call.finish(_error("Runtime.InitTimeout", f"not ready after {INIT_LIMIT:.0f} s"))
            self.stop()
        if not call.done.wait(self.function.timeout):
            limit = f"Task timed out after {self.function.timeout:.2f} seconds"
            call.finish(_error("Sandbox.Timedout", limit))
            self.stop()
        assert call.result is not None  # noqa: S101  done is only set with a result
        return call.result

    def stop(self, grace: float = 0.0) -> None:
        """End the process: kindly for `grace` seconds, then at once."""
        self.alive = False
        self._process.terminate()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def next(self) -> _Call:
        """Return the next call to hand to the process; waits for it."""
        call = self._inbox.get()
        call.taken.set()
        return call

    def report(self, path: str, body: bytes) -> None:
        """Take in what the process posted."""
        kind = path.rpartition("/")[2]
        payload = json.loads(body or b"null")
        if path.endswith("init/error"):
            self._failure = Result(ok=False, payload=payload)
        elif self._call.id in path:
            self._call.finish(Result(ok=kind == "response", payload=payload))

    def _crash(self) -> Result:
        code = self._process.returncode
        return self._failure or _error("Runtime.ExitError", f"the process ended with code {code}")

    def _watch(self) -> None:
        self._process.wait()
        self.alive = False
        self._call.finish(self._crash())
        self._server.shutdown()
        self._server.server_close()


class Pool:
    """The workers of one function, started when they are needed; thread-safe."""

    def __init__(self, function: Function, environment: Mapping[str, str], logs: Path) -> None:
        self.function = function
        self._environment = {**lambda_environment(function), **environment}
        self._log = logs / f"{function.name.lower()}.log"
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._changed = threading.Condition()
        self._closed = False

    def warm_up(self) -> None:
        """Start the first worker before it is needed."""
        with self._changed:
            self._idle.append(self._start())

    def invoke(self, event: Any) -> Result:
        """Call the function on a free worker; one that died is replaced."""
        worker = self._take()
        if worker is None:
            return _error("Local.Stopped", "the local stack is stopping")
        result = worker.invoke(event)
        with self._changed:
            if worker.alive:
                self._idle.append(worker)
            else:
                self._all.discard(worker)
            self._changed.notify()
        return result

    def stop(self) -> None:
        """End every process."""
        with self._changed:
            self._closed = True
            workers = list(self._all)
            self._changed.notify_all()
        for worker in workers:
            worker.stop(grace=0.2)

    def _take(self) -> Worker | None:
        with self._changed:
            deadline = time.monotonic() + PATIENCE
            while not self._closed:
                while self._idle:
                    worker = self._idle.pop()
                    if worker.alive:
                        return worker
                    self._all.discard(worker)
                waited = time.monotonic() >= deadline
                if not self._all or (waited and len(self._all) < WORKERS):
                    return self._start()
                self._changed.wait(None if waited else deadline - time.monotonic())
            return None

    def _start(self) -> Worker:
        worker = Worker(self.function, self._environment, self._log)
        self._all.add(worker)
        return worker


def lambda_environment(function: Function) -> dict[str, str]:
    """Return what Lambda itself puts into a function's environment, and dummy credentials."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONUNBUFFERED": "1",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ACCOUNT_ID": ACCOUNT,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(function.folder),
        "_HANDLER": function.handler,
    }


def function_arn(name: str) -> str:
    """Return the ARN under which a function runs here."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def _error(kind: str, message: str) -> Result:
    return Result(ok=False, payload={"errorType": kind, "errorMessage": message})


def _serve_api(worker: Worker) -> QuietServer:
    handler = type("Handler", (_RuntimeApi,), {"worker": worker})
    server = QuietServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class QuietServer(ThreadingHTTPServer):
    """A threading server that says nothing about callers who hang up."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what is not a broken connection."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _RuntimeApi(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one segment: two cost 40 ms a call (Nagle, delayed ACK)
    worker: ClassVar[Worker]

    def do_GET(self) -> None:
        if self.path != f"{_API}invocation/next":
            self._answer(404, b"")
            return
        call = self.worker.next()
        function = self.worker.function
        deadline = int((time.time() + function.timeout) * 1000)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": call.id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": function_arn(function.name),
            "Lambda-Runtime-Trace-Id": f"Root=1-{call.id[:8]}-{call.id.replace('-', '')[8:]}",
        }
        self._answer(200, call.event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.worker.report(self.path, body)
        self._answer(202, b'{"status":"OK"}')

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay quiet; the log of the function is what matters."""
