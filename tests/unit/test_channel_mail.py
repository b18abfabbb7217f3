"""The mail that brings a notice."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest

from northstar.app.notices import Notice
from northstar.delivery.alert_mail import AlertMail, alert_mail
from northstar.delivery.shown import plain, shown
from northstar.domain.errors import Invalid, NorthstarError, Unavailable
from tests.fakes.notices import TICKET, VIEW, notice, outside
from tests.fakes.receivers import LIVE

SENDER = "Acme <alerts@example.com>"
TO = "Ops Team <ops@example.org>"


def mail(told: Notice) -> EmailMessage:
    """Return the parsed mail, after what every mail server demands."""
    raw = alert_mail(told, SENDER, TO)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    assert not any(value.defects for value in message.values())
    return message


def part(message: EmailMessage, kind: str) -> str:
    """Return the text of the plain or html part."""
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """The elements of an HTML part with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        inside = self.elements[-1][0] if self.elements else ""
        self.text += f"{data}\n" if inside not in {"style", "title"} else ""

    @property
    def links(self) -> list[str | None]:
        """Where its links lead."""
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


def outline(message: EmailMessage) -> tuple[object, ...]:
    """Return what a mail is made of, without its words."""
    page = Page(part(message, "html"))
    shape = [
        (tag, sorted(attributes)) for tag, attributes in page.elements if tag not in {"br", "bdi"}
    ]
    return (message.keys(), [p.get_content_type() for p in message.walk()], shape, page.links)


def test_both_parts_hold_every_part_of_the_notice() -> None:
    """The same, readable without any style."""
    message = mail(notice())
    assert message["Subject"] == "1 of 5 after a ticket about refunds"
    told = part(message, "plain")
    assert told == f"{message['Subject']}\n\n{plain(shown(notice()))}\n"
    page = Page(part(message, "html"))
    for text in ("Rating", "Refund v3 (n = 212)", "Ann Lee", "Nobody told me why.", "Acme Goods"):
        assert text in page.text
    assert "22 November 2026, 12:15 CET" in page.text
    assert page.links == [VIEW.url, TICKET.url]


def test_headers_say_who_and_that_no_answer_is_wanted() -> None:
    """Machines do not answer it (RFC 3834); the same notice has the same id."""
    message = mail(notice())
    assert (message["From"], message["To"]) == (SENDER, TO)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Message-ID"] == f"<{notice().id}@example.com>"
    assert mail(notice(id="other"))["Message-ID"] != message["Message-ID"]


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No picture, no style sheet, no script, no form: and nothing that tells who has opened it."""
    page = Page(part(mail(notice()), "html"))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "link", "script", "iframe", "form", "object", "video", "base"}
    assert all("src" not in attributes for _, attributes in page.elements)
    assert "url(" not in part(mail(notice()), "html")
    assert "@import" not in part(mail(notice()), "html")


def test_a_bare_notice_has_no_empty_parts() -> None:
    """Only its title and where it comes from."""
    page = Page(part(mail(notice(facts=(), quote=None, todo=None, links=())), "html"))
    assert not {"table", "blockquote", "strong", "a"} & {tag for tag, _ in page.elements}


def test_each_recipient_gets_their_own_message() -> None:
    """Nobody sees who else was told."""
    sent: list[tuple[bytes, str, str]] = []
    recipients = ("a@example.org", "B <b@example.org>")
    AlertMail(lambda *told: sent.append(told), SENDER, recipients).deliver(notice())
    assert [(sender, recipient) for _, sender, recipient in sent] == [
        (SENDER, "a@example.org"),
        (SENDER, "B <b@example.org>"),
    ]
    shown_to = [message_from_bytes(raw, policy=default)["To"] for raw, _, _ in sent]
    assert shown_to == list(recipients)


@pytest.mark.parametrize(
    ("failures", "raised"),
    [
        ({"b": Invalid("no such address", "to")}, Invalid),
        ({"a": Invalid("no such address", "to"), "c": Unavailable("later")}, Unavailable),
    ],
)
def test_one_bad_mailbox_does_not_stop_the_others(
    failures: dict[str, NorthstarError], raised: type[NorthstarError]
) -> None:
    """All are tried; what may succeed later is said first."""
    tried: list[str] = []

    def send(_message: bytes, _sender: str, recipient: str) -> None:
        tried.append(recipient[0])
        if recipient[0] in failures:
            raise failures[recipient[0]]

    recipients = ("a@example.org", "b@example.org", "c@example.org")
    with pytest.raises(raised):
        AlertMail(send, SENDER, recipients).deliver(notice())
    assert tried == ["a", "b", "c"]


@pytest.mark.parametrize(("failing", "left"), [("b", ("b@example.org",)), ("bc", None)])
def test_who_has_it_is_not_among_those_who_are_left(
    failing: str, left: tuple[str, ...] | None
) -> None:
    """Where some have it, the error names the others; where nobody has, all are left."""

    def send(_message: bytes, _sender: str, recipient: str) -> None:
        if recipient[0] in failing:
            raise Unavailable("later")

    with pytest.raises(Unavailable) as failed:
        AlertMail(send, SENDER, ("b@example.org", "c@example.org")).deliver(notice())
    assert getattr(failed.value, "left", None) == left


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nX: y"]
)
def test_a_wrong_address_is_refused(recipient: str) -> None:
    """Before anything is written."""
    with pytest.raises(Invalid) as problem:
        alert_mail(notice(), SENDER, recipient)
    assert problem.value.field == "channels.to"


def test_naughty_strings_are_inert(shared_data: Path) -> None:
    """A mail of them is made of the same as a harmless one, in its headers too."""
    harmless = outline(mail(outside("harmless")))
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    markup = [
        "a\r\nBcc: evil@example.net",
        "=?utf-8?q?x=0d=0aBcc=3a_evil?=",
        "</title></style><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "שלום\u202e",
        "a\ud800b",
    ]
    for text in [*naughty, *markup]:
        if not shown(outside(text)).todo:
            continue
        message = mail(outside(text))
        assert outline(message) == harmless
        assert message["Subject"].strip() == shown(outside(text)).title.replace("=?", "= ?")
        assert not LIVE.search(str(message["Subject"]))
        assert not LIVE.search(Page(part(message, "html")).text)
        assert not LIVE.search(part(message, "plain").replace(VIEW.url, ""))
