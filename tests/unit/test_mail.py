"""Survey mails: valid MIME in any weather, with links that only preselect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from northstar.delivery.mail import SesMailer, survey_mail
from northstar.domain import surveys
from northstar.domain.errors import Invalid, Unavailable
from northstar.domain.tickets import Customer, Template, Ticket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINK = "https://feedback.example.com/s/1.1.abc.def"


def mail(
    *, subject: str | None = "Where is my refund?", name: str | None = "Ann", **changes: Any
) -> EmailMessage:
    """Return the parsed mail of an ask."""
    customer = Customer("c-1", changes.pop("email", "ann@example.org"), name)
    ticket = Ticket("standard", "T-1", "email", NOW, customer, subject=subject, **changes)
    ask = surveys.plan(ticket, b"p", NOW)
    raw = survey_mail(ask, LINK, "Support <support@example.com>", "help@example.com", "Acme")
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def part(message: EmailMessage, kind: str) -> str:
    """Return the text of the plain or html part."""
    found = message.get_body((kind,))
    assert found is not None
    content = found.get_content()
    assert isinstance(content, str)
    return content


def html_of(message: EmailMessage) -> _Links:
    """Return the links and tags of the HTML part."""
    found = _Links()
    found.feed(part(message, "html"))
    return found


def test_both_parts_have_one_link_per_answer() -> None:
    """The text and the HTML part ask the same question with the same links."""
    message = mail()
    wanted = [f"{LINK}?r={n}" for n in range(1, 6)]
    assert [link for link in html_of(message).links if "?r=" in link] == wanted
    assert all(link in part(message, "plain") for link in wanted)
    assert message["To"] == "ann@example.org"
    assert message["Reply-To"] == "help@example.com"
    assert "refund" in message["Subject"]


def test_a_template_is_asked_whether_it_solved_the_problem() -> None:
    """Yes and no, each a link."""
    message = mail(template=Template("refund", "1"))
    assert [x for x in html_of(message).links if "?r=" in x] == [f"{LINK}?r=yes", f"{LINK}?r=no"]
    assert "Did this answer solve your problem?" in part(message, "plain")


def check_inert(text: str) -> None:
    """The mail of this subject, name and agent has the structure and headers of a harmless one."""
    harmless = mail(agent="Kim")
    message = mail(subject=text or None, name=text or None, agent=text or None)
    assert html_of(message).tags == html_of(harmless).tags
    assert html_of(message).links == html_of(harmless).links
    assert message.keys() == harmless.keys()
    assert [p.get_content_type() for p in message.walk()] == [
        p.get_content_type() for p in harmless.walk()
    ]
    assert not message.defects


@given(st.text(max_size=200).map(surveys.clean_text))
def test_no_text_becomes_markup_or_a_header(text: str) -> None:
    """Whatever a subject, a name or an agent is called, the mail is the same mail."""
    check_inert(text)


def test_naughty_strings_are_inert(shared_data: Path) -> None:
    """The same for every naughty string."""
    for text in json.loads((shared_data / "security/blns.json").read_text("utf-8")):
        check_inert(surveys.clean_text(text))


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: x@y.z", "a b@c", "", "@"])
def test_a_useless_address_is_given_up(address: str) -> None:
    """An address that no mail can have is Invalid: not to be tried again."""
    with pytest.raises(Invalid):
        mail(email=address)


@pytest.mark.parametrize("code", ["MessageRejected", "TooManyRequestsException", "NotFound"])
def test_whatever_ses_refuses_is_tried_again_and_ends_before_an_operator(code: str) -> None:
    """A sender that is not verified must not make an ask disappear in silence."""
    client = boto3.client("sesv2", region_name="eu-central-1")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code)
        with pytest.raises(Unavailable):
            SesMailer(client).send(b"x", "a@example.com", "b@example.com")


def test_the_sender_is_a_bare_address_for_ses() -> None:
    """A display name in any script is in the message; the envelope has the address alone."""
    client = boto3.client("sesv2", region_name="eu-central-1")
    wanted = {
        "FromEmailAddress": "help@example.com",
        "Destination": {"ToAddresses": ["b@example.com"]},
        "Content": {"Raw": {"Data": b"x"}},
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "1"}, wanted)
        sent = SesMailer(client).send(b"x", "Kundenbüro <help@example.com>", "b@example.com")
    assert sent == "1"


@pytest.mark.parametrize("link", ["http://evil.example/login", "www.evil.example", "Evil.com now"])
def test_no_outside_text_becomes_a_link(link: str) -> None:
    """What a mail program would turn into a link is left out of subject and text."""
    message = mail(subject=f"Your account {link}", name=f"Kim {link}", agent=link)
    raw = message.as_string() + part(message, "plain") + part(message, "html")
    assert "vil" not in raw


def test_a_mail_needs_an_address() -> None:
    """The address of an ask that was sent is gone; nobody can be mailed twice by accident."""
    ticket = Ticket("standard", "T-1", "email", NOW, Customer("c-1", "ann@example.org"))
    planned = surveys.plan(ticket, b"p", NOW)
    done = surveys.finish_sending(surveys.begin_sending(planned, NOW))
    with pytest.raises(Invalid):
        survey_mail(replace(done, state="sending"), LINK, "a@example.com", None, "Acme")
