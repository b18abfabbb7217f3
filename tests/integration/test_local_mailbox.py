"""The mailbox page: mails and chat replies, shown as hostile, on a narrow screen too."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from moto.core.base_backend import BackendDict
from moto.ses.models import RawMessage
from playwright.sync_api import Page, Playwright

from local import http, mailbox
from local.helpdesk import Message
from local.http import Front, Request
from local.runtime_api import Result
from tests.browser.conftest import FLAGS, chromium

AT = 1_795_341_600.0  # 2026-11-22T10:00:00Z
LONG = "x" * 300
HOSTILE = "<script>alert(1)</script> http://evil.example/ javascript:alert(1) \u202e"
STOP = "http://127.0.0.1:8000/u/abc-DEF_1"


@pytest.fixture(autouse=True)
def _empty() -> None:
    BackendDict.reset()
    mailbox.open_box()


def _mail(subject: str = "Did we help?", text: str = "Hello", **headers: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "me@example.com", "you@example.com"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    number = len(mailbox.messages())
    sent = RawMessage(f"m{number}", "me@example.com", ["you@example.com"], mail.as_string())
    mailbox.put_back(sent, AT + number)


def _chat(text: str, number: int = 0) -> Message:
    return {"desk": "zendesk", "conversation": str(number), "text": text, "at": AT + number}


def _shown(path: str = "", chats: list[Message] | None = None) -> str:
    answer = mailbox.page(Request("GET", f"{mailbox.PATH}{path}"), chats or [])
    assert answer
    assert answer.status == 200
    return answer.body.decode()


def test_both_lists_say_when_they_are_empty() -> None:
    """Without mails and replies the page says so, in two sections."""
    page = _shown()
    assert "<h2>Mails</h2><p>No mail was sent yet" in page
    assert "<h2>Chat</h2><p>No chat reply" in page


def test_chat_replies_are_listed_newest_first_with_links() -> None:
    """A reply shows its desk, conversation and text; the survey's address in it is a link."""
    link = "http://127.0.0.1:8000/s/abc.DEF-1_2?lang=de&r=5"
    page = _shown(chats=[_chat("first", 1), _chat(f"Waren wir hilfreich?\n{link}。", 2)])
    escaped = link.replace("&", "&amp;")

    assert page.index("zendesk 2") < page.index("zendesk 1")
    assert f'Waren wir hilfreich?\n<a href="{escaped}">{escaped}</a>。' in page


def test_hostile_text_is_only_text() -> None:
    """No tag, script or foreign address of a reply, subject or header becomes more than text."""
    _mail(
        HOSTILE.replace("\u202e", ""), HOSTILE, List_Unsubscribe=f"<{STOP}>, <http://evil.example/>"
    )
    chats = [_chat(HOSTILE), {**_chat("x"), "desk": "<b>", "conversation": "<i>"}]

    for page in (_shown(chats=chats), _shown("/m0")):
        assert "<script" not in page
        assert "<b>" not in page
        assert "<i>" not in page
        assert 'href="http://evil' not in page
        assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)" in _shown(chats=chats)


def test_a_mail_shows_how_to_stop() -> None:
    """The headers for one-click unsubscribing are on the mail's page, the address as a link."""
    _mail(List_Unsubscribe=f"<{STOP}>", List_Unsubscribe_Post="List-Unsubscribe=One-Click")
    page = _shown("/m0")

    assert f'<dt>List-Unsubscribe</dt><dd>&lt;<a href="{STOP}">{STOP}</a>&gt;</dd>' in page
    assert "<dt>List-Unsubscribe-Post</dt><dd>List-Unsubscribe=One-Click</dd>" in page


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", "2026-11-22 10:00:00 UTC"), ("Asia/Tokyo", "2026-11-22 19:00:00 JST")],
)
def test_times_name_their_zone(zone: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment is shown in the time zone of this machine, with the zone's name."""
    _mail()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        shown = _shown(chats=[_chat("hello")])
    finally:
        monkeypatch.undo()
        time.tzset()

    assert shown.count(expected) == 2


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a server that has a mailbox full of long words."""
    _mail(LONG, f"{LONG} {STOP}{LONG}", List_Unsubscribe=f"<{STOP}{LONG}>")
    chats = [_chat(f"{LONG}\n{STOP}{LONG}"), _chat("short")]
    front = Front([], lambda function, event: Result(ok=True, payload=None), 0)
    server = http.serve(front, lambda request: mailbox.page(request, chats))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{mailbox.PATH}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def narrow(playwright: Playwright) -> Iterator[Page]:
    """A page 390 px wide; skips where there is no browser."""
    path = chromium(playwright)
    if path is None:
        pytest.skip("There is no Chromium: install one, or set E2E_CHROMIUM to its path.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *sandbox])
    yield browser.new_page(viewport={"width": 390, "height": 800})
    browser.close()


def test_nothing_has_to_be_scrolled_sideways(served: str, narrow: Page) -> None:
    """At 390 px both the lists and a mail fit, however long a word is."""
    for path in ("", "/m0"):
        narrow.goto(served + path)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 390, path
