"""A browser for the tests: which one, how it starts, and a guard that watches what pages do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Playwright, Request

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ON_PATH = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],  # of what passes, axe would otherwise describe every element
}


class Quiet:
    """Answers without a word in the test's output."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a server on loopback, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[int, Scheme], ...] = (
    (1280, "light"),
    (1280, "dark"),
    (390, "light"),
    (390, "dark"),
)
"""Widths in px and colours in which pages are looked at."""


def look_at(page: Page, width: int, scheme: Scheme) -> None:
    """Give a loaded page another width and other colours."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)


def chromium(playwright: Playwright) -> str | None:
    """Return the browser to start: E2E_CHROMIUM, Playwright's own build, or one on the PATH."""
    own = playwright.chromium.executable_path
    candidates = [os.environ.get("E2E_CHROMIUM"), own if Path(own).exists() else None]
    return next(filter(None, [*candidates, *map(shutil.which, ON_PATH)]), None)


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address in common: each server of these tests finds its own port.

    It stands in for the plug-in's fixture of this name, which pytest 9 calls deprecated.
    """


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    """How the browser starts; without one the tests are skipped, or fail where E2E_REQUIRED=1."""
    path = chromium(playwright)
    if path is None:
        missing = "There is no Chromium: install one, or set E2E_CHROMIUM to its path."
        if os.environ.get("E2E_REQUIRED") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": path, "args": [*FLAGS, *sandbox]}


@pytest.fixture
def watched(page: Page) -> Iterator[Page]:
    """A page that may not write to the console, fail, or ask another host for anything."""
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        complaints.append(f"console: {message.text}")

    def request(sent: Request) -> None:
        address = urlsplit(sent.url)
        if address.scheme not in {"data", "about"} and address.hostname != "127.0.0.1":
            complaints.append(f"request to {sent.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", request)
    yield page
    assert complaints == []


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """A function that returns what axe finds wrong (WCAG 2.2 A and AA, best practice)."""
    axe = Axe()

    def run(page: Page) -> list[str]:
        found = axe.run(page, options=RULES).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return run
