"""The whole stack as a newcomer meets it: started, told of a ticket, answered in a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from standardwebhooks import Webhook

from tests.conftest import ROOT

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PATIENCE = 60  # seconds for a machine that does much else


@dataclass
class Running:
    """A stack that runs: its address and the one-time login link it printed."""

    address: str
    login: str

    def survey(self, ticket: str, **changes: Any) -> str:
        """Post a signed, solved ticket of channel link and return the survey's address."""
        told = {
            "id": ticket,
            "subject": "Where is my refund?",
            "channel": "link",
            "solved_at": datetime.now(UTC).isoformat(),
            "agent": "Kim",
            "template": {"id": "refund", "version": "3"},
            "language": "en",
            "customer": {"id": ticket, "name": "Ann"},
        }
        body = json.dumps({"type": "ticket.solved", "ticket": told | changes})
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": ticket,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(ticket, now, body),
        }
        url = f"{self.address}/webhooks/standard"
        request = urllib.request.Request(url, body.encode(), headers)  # noqa: S310  loopback
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            assert response.status == 202
            link: str = json.load(response)["survey_url"]
            return link


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The local stack on a free port, without demo data."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("stack")
    printed = folder / "printed"
    command = [sys.executable, "-m", "local", "--no-demo", "--port", str(port)]
    with printed.open("w") as out:
        process = subprocess.Popen(
            [*command, "--state", str(folder / "state")],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | {"NORTHSTAR_WEBHOOK_SECRET": SECRET},
        )
    try:
        yield Running(f"http://127.0.0.1:{port}", _login_link(process, printed))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


@pytest.fixture(scope="module")
def login(stack: Running, browser: Browser) -> Any:
    """The browser state of somebody who used the one-time link."""
    context = browser.new_context()
    context.new_page().goto(stack.login)
    state = context.storage_state()
    context.close()
    return state


def _login_link(process: subprocess.Popen[bytes], printed: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"http://\S+/auth/login\?code=\S+", printed.read_text("utf-8"))
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the stack did not start:\n{printed.read_text('utf-8')}")


def shown(page: Page, stack: Running, text: str) -> None:
    """Reload the goal page until it shows a text."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page.goto(f"{stack.address}/")
        if page.get_by_text(text).count():
            return
        time.sleep(0.1)
    raise AssertionError(f"the goal page does not show: {text}")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_answer_in_the_browser_moves_the_goal_page(
    stack: Running, login: Any, browser: Browser, script: bool
) -> None:
    """Ticket, survey page, answer, thanks, goal page, list and CSV: the same text and number."""
    comment = f"Quick and kind help ({script})"
    context = browser.new_context(java_script_enabled=script, storage_state=login)
    page = context.new_page()
    page.goto(stack.survey(f"T-{script}"))
    expect(page.get_by_text("Where is my refund?")).to_be_visible()
    page.get_by_role("radio", name="Yes").check(force=True)
    page.get_by_role("textbox").fill(comment)
    page.get_by_role("button", name="Send feedback").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")

    shown(page, stack, comment)
    page.goto(f"{stack.address}/feedback")
    expect(page.get_by_text(comment)).to_have_count(1)
    csv = context.request.get(f"{stack.address}/feedback?format=csv").text()
    assert csv.count(comment) == 1
    context.close()


def test_the_real_pages_are_accessible_and_quiet(
    stack: Running, login: Any, browser: Browser, violations: Callable[[Page], list[str]]
) -> None:
    """axe finds nothing, and the console stays empty, on every page in light and dark."""
    survey = stack.survey("T-axe", template=None)
    for scheme in ("light", "dark"):
        context = browser.new_context(storage_state=login, color_scheme=scheme)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        for path in (survey, f"{survey.split('?')[0]}/done", "/", "/feedback"):
            page.goto(path if path.startswith("http") else f"{stack.address}{path}")
            assert violations(page) == [], path
        assert said == []
        context.close()


def test_the_keyboard_alone_can_answer(stack: Running, watched: Page) -> None:
    """Tab, arrows and space fill the form, and Enter on the button sends it."""
    watched.goto(stack.survey("T-keys", template=None))
    watched.keyboard.press("Tab")
    while watched.evaluate("document.activeElement.type") != "radio":
        watched.keyboard.press("Tab")
    watched.keyboard.press("Space")
    watched.keyboard.press("ArrowRight")
    expect(watched.get_by_role("radio", checked=True)).to_have_value("2")
    while watched.evaluate("document.activeElement.tagName") != "BUTTON":
        watched.keyboard.press("Tab")
    watched.keyboard.press("Enter")
    expect(watched.get_by_role("heading", level=1)).to_contain_text("Thank you")


def test_the_used_login_link_says_how_to_get_another(
    stack: Running, login: Any, watched: Page
) -> None:
    """A second use is refused with a page that says what to do."""
    assert login["cookies"]
    response = watched.request.get(stack.login)
    assert response.status == 401
    assert "make run" in response.text()
