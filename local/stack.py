"""One running stack: services, a pool of processes per function, the HTTP front and the loops."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local import engine, http, mailbox, one_off, pollers, resources, state
from local.backend import Backend
from local.console import say
from local.filters import Pattern
from local.helpdesk import HelpdeskServer
from local.http import Front
from local.intrinsics import fill
from local.runtime_api import Pool, Result
from local.template import Function
from local.template import Stack as Declared
from northstar.domain.errors import Invalid

SAVE_EVERY = 2.0  # seconds, and at most a twentieth of the time goes into saving
PATIENCE = 5.0  # seconds in which all loops together may end
PAUSE = 1.0  # seconds before a loop that failed goes on


def port_refused(port: int) -> Invalid:
    """Return the error for a port that cannot be listened on."""
    return Invalid(
        f"Port {port} on 127.0.0.1 is taken or not allowed; "
        "choose another with --port (make run: PORT=…).",
        "port",
    )


class Stack:
    """Runs what a template declares. `open` makes the services, `run` starts, `close` ends it.

    `address` is where its pages will be.
    """

    def __init__(
        self, declared: Declared, folder: Path, services: Backend, address: str = ""
    ) -> None:
        self.declared = declared
        self.services = services
        self.extra: dict[str, Any] = {}  # saved and restored with everything else
        self._folder = folder
        self._address = address
        self._values: resources.Values = {}
        self._pools: dict[str, Pool] = {}
        self._server: ThreadingHTTPServer | None = None
        self._helpdesk: HelpdeskServer | None = None
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._whole = False  # whether what the services hold may replace the saved state
        self._saved: Any = None

    @property
    def stopping(self) -> bool:
        """Whether the stack is being closed."""
        return self._stopping.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the stack runs."""
        self._stopping.wait(seconds)

    def name(self, reference: str) -> str:
        """Return what "Name.Attribute" of a resource is really called here."""
        return fill(f"${{{reference}}}", self._value)

    def environment(self, function: Function) -> dict[str, str]:
        """Return what the template puts into a function's environment."""
        return {name: fill(text, self._value) for name, text in function.environment.items()}

    def open(self) -> None:
        """Make the resources, start the functions behind HTTP and put the saved state back."""
        state.prepare(self._folder)
        say("Making tables, queues and topics …")
        self._values = resources.make(self.services, self.declared.resources)
        self._values["Api", "ApiEndpoint"] = self._address
        engine.heard |= self._heard()
        say("Starting the functions …")
        self._start_functions()
        saved = state.read(self._folder) if self.services.embedded else None
        if saved:
            say(f"Putting back what {self._folder.name} holds …")
            state.restore(self.services, saved)
            self.extra = saved["extra"]
        self._whole = self.services.embedded

    def helpdesk(self) -> str:
        """Return the address of a helpdesk that takes chat replies; the first call starts it."""
        if self._helpdesk is None:
            self._helpdesk = HelpdeskServer(self.extra.setdefault("chats", []))
            self._helpdesk.start()
        return self._helpdesk.url

    def serve(self, port: int) -> Front:
        """Start the HTTP front. Raises Invalid when the port is taken."""
        front = Front(self.declared.routes, self.invoke, port)
        try:
            self._server = http.serve(front, self._local_page)
        except OSError:
            raise port_refused(port) from None
        self.start(self._server.serve_forever, 0.05)
        return front

    def run(self) -> None:
        """Start the queues, streams and schedules; of embedded services, what they do not do."""
        for name in {stream.function for stream in self.declared.streams}:
            self._pools[name].warm_up()
        client, stopping = self.services.client, self._stopping
        for queue in self.declared.queues:
            url = self.name(f"{queue.queue}.Ref")
            self.loop(pollers.poll_queue, queue, url, client("sqs"), self.invoke, stopping)
        for stream in self.declared.streams:
            bucket = self.name(f"{stream.failures}.Ref") if stream.failures else None
            self.loop(
                pollers.poll_stream,
                stream,
                self.name(f"{stream.table}.StreamArn"),
                streams=client("dynamodbstreams"),
                s3=client("s3"),
                bucket=bucket,
                invoke=self.invoke,
                stopping=stopping,
            )
        for schedule in self.declared.schedules:
            self.loop(pollers.run_schedule, schedule, self.invoke, stopping)
        if self.services.embedded:
            self._run_one_off()
            self.loop(self._save_regularly)

    def invoke(self, function: str, event: Any) -> Result:
        """Call a function by its name; a failure is also told on the console, in one line."""
        result = self._pools[function].invoke(event)
        if not result.ok and not self.stopping:
            told: Mapping[str, Any] = result.payload if isinstance(result.payload, dict) else {}
            problem = f"{told.get('errorType', 'Error')}: {told.get('errorMessage', '')}"
            say(f"{function} failed: {problem[:200]} (see {self._log(function)})")
        return result

    def start(self, work: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Run work in a thread that `close` waits for."""
        thread = threading.Thread(target=work, args=args, kwargs=kwargs, daemon=True)
        self._threads.append(thread)
        thread.start()

    def loop(self, work: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Run a loop in a thread; when it fails it is told and started again after a pause.

        The same failure again is not told again.
        """

        def keep_going() -> None:
            told = ""
            while not self.stopping:
                try:
                    work(*args, **kwargs)
                except Exception as error:  # noqa: BLE001  a loop must outlive any fault in it
                    problem = f"{work.__name__} failed: {type(error).__name__}: {error}"
                    if not self.stopping and problem != told:
                        say(f"{problem} (it is tried again)")
                        told = problem
                    self.pause(PAUSE)
                else:
                    return

        self.start(keep_going)

    def close(self) -> None:
        """Stop everything, save, and stop the services."""
        self._stopping.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        if self._helpdesk:
            self._helpdesk.stop()
        for pool in self._pools.values():
            pool.stop()
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self._whole:
            self._save()
        with suppress(OSError):
            self.services.stop()

    def _heard(self) -> dict[str, list[Pattern]]:
        """The filters of each table's stream, where all of its readers have some."""
        streams = self.declared.streams
        return {
            self.name(f"{table}.Ref"): [
                one for stream in streams if stream.table == table for one in stream.filters
            ]
            for table in {stream.table for stream in streams}
            if all(stream.filters for stream in streams if stream.table == table)
        }

    def _start_functions(self) -> None:
        """Make a pool per function; those behind HTTP start at once, beside all that follows."""
        for function in self.declared.functions:
            variables = {**self.services.environment, **self.environment(function)}
            self._pools[function.name] = Pool(function, variables, self._folder / "logs")
        for name in {route.function for route in self.declared.routes}:
            self._pools[name].warm_up()

    def _run_one_off(self) -> None:
        """Fire what functions schedule in the declared groups."""
        kind = "AWS::Scheduler::ScheduleGroup"
        groups = [self.name(f"{r.name}.Ref") for r in self.declared.resources if r.type == kind]
        if groups:
            self.loop(one_off.run, groups, self.services.client("sqs"), self._stopping)

    def _value(self, name: str, attribute: str) -> str:
        return self._values[name, attribute]

    def _log(self, function: str) -> Path:
        return self._folder / "logs" / f"{function.lower()}.log"

    def _local_page(self, request: http.Request) -> http.Response | None:
        if not self.services.embedded:
            return None
        return mailbox.page(request, self.extra.get("chats", ()))

    def _save(self) -> None:
        with engine.lock:
            now, snapshot = (state.mark(), str(self.extra)), None
            if now != self._saved:
                snapshot = {**state.capture(), "extra": copy.deepcopy(self.extra)}
        if snapshot:
            state.write(self._folder, snapshot)
            self._saved = now

    def _save_regularly(self) -> None:
        pause = SAVE_EVERY
        while not self._stopping.wait(pause):
            started = time.monotonic()
            self._save()
            pause = max(SAVE_EVERY, 20 * (time.monotonic() - started))
