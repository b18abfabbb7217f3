"""Survey mails: valid MIME in any weather, with links that only preselect."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import Parser
from email.policy import compat32, default
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from northstar.app.texts import CHOICES, LANGUAGES, texts
from northstar.delivery.mail import LONGEST_OUTSIDE_TEXT, Letter, SesMailer, mailbox, survey_mail
from northstar.domain import surveys
from northstar.domain.errors import Invalid, NorthstarError, Unavailable
from northstar.domain.surveys import Question
from northstar.domain.tickets import Customer, Template, Ticket

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINK = "https://feedback.example.com/s/1.1.abc.def"
STOP = f"https://abcdefghij.execute-api.eu-central-1.amazonaws.com/u/1.1.{'0' * 80}.def"
WORDS = texts("en")


def letter(**changes: Any) -> Letter:
    """Return a letter; fields of its ticket and customer can be changed too."""
    customer = Customer(
        "c-1", changes.pop("email", "ann@example.org"), changes.pop("name", "Ann Lee")
    )
    ticket = Ticket(
        desk="standard",
        id="T-1",
        channel="email",
        solved_at=NOW,
        customer=customer,
        subject=changes.pop("subject", "Where is my refund?"),
        agent=changes.pop("agent", None),
        template=changes.pop("template", None),
    )
    ask = surveys.plan(ticket, b"p", NOW)
    told: dict[str, Any] = {
        "ask": ask,
        "link": LINK,
        "stop_link": STOP,
        "language": "en",
        "question": texts(changes.get("language", "en"))[ask.question],
        "business": "Acme",
        "sender": "Support <support@example.com>",
        "reply_to": "help@example.com",
    }
    return Letter(**told | changes)


def mail(**changes: Any) -> EmailMessage:
    """Return the parsed mail of a letter."""
    parsed = message_from_bytes(survey_mail(letter(**changes)), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


class Page(HTMLParser):
    """What of an HTML part matters here: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.elements: list[tuple[str, Mapping[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data

    @property
    def links(self) -> list[str]:
        """Where its links lead, in their order."""
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


def part(message: EmailMessage, kind: str) -> str:
    """Return the text of the plain or html part."""
    found = message.get_body((kind,))
    assert found is not None
    content = found.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def page(message: EmailMessage) -> Page:
    """Return the HTML part."""
    return Page(part(message, "html"))


def outline(message: EmailMessage) -> tuple[object, ...]:
    """Return what a mail is made of, without its words: headers, parts, tags, links, addresses."""
    shown = page(message)
    return (
        message.keys(),
        [str(message[name]) for name in ("From", "To", "Reply-To", "List-Unsubscribe")],
        [p.get_content_type() for p in message.walk()],
        [tag for tag in shown.tags if tag != "bdi"],
        shown.links,
    )


@cache
def harmless() -> tuple[object, ...]:
    """Return the outline that every mail has."""
    return outline(mail(agent="Kim"))


def check_inert(subject: str, name: str, agent: str) -> None:
    """The mail of these outside texts is made of the same as a harmless one, and valid."""
    raw = survey_mail(letter(subject=subject, name=name, agent=agent))
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert outline(message) == harmless()
    assert not any(p.defects for p in message.walk())
    assert not message["Subject"].defects


# ---------------------------------------------------------------- what it says


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [None, Template("refund", "1")])
def test_both_parts_have_one_link_per_answer(language: str, template: Template | None) -> None:
    """The text and the HTML part ask the question with the same links, in the mail's language."""
    words = texts(language)
    message = mail(language=language, template=template)
    question: Question = "solved" if template else "csat"
    wanted = {words[choice]: f"{LINK}?r={choice}" for choice in CHOICES[question]}
    shown = page(message)
    assert shown.links == [*wanted.values(), LINK, STOP]
    plain = part(message, "plain")
    for word, link in wanted.items():
        assert re.search(rf"^(\d )?{re.escape(word)}: {re.escape(link)}$", plain, re.MULTILINE)
        assert word in shown.text
    assert words[question] in plain
    assert words[question] in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_part_says_its_language_and_direction(language: str) -> None:
    """On the root, and again inside, where mail programs keep it."""
    told = [a for tag, a in page(mail(language=language)).elements if tag in {"html", "div"}]
    direction = "rtl" if language in {"ar", "he"} else "ltr"
    assert [(a["lang"], a["dir"]) for a in told] == [(language, direction)] * 2


def test_an_answer_is_a_large_link_with_number_and_word() -> None:
    """At least 44 px high by its own style, number and word as text, nothing that is blocked."""
    shown = page(mail())
    cells = [a["style"] for tag, a in shown.elements if tag == "a" and "?r=" in a["href"]]
    heights = [re.search(r"min-height:(\d+)px", style) for style in cells]
    assert all(height and int(height[1]) >= 44 for height in heights)
    assert "5 Very satisfied" in shown.text
    assert not {"img", "script", "form", "link", "iframe", "object"} & set(shown.tags)


def test_a_rating_is_added_to_a_link_that_has_a_query() -> None:
    """A survey's address with a language keeps it."""
    assert f"{LINK}?lang=de&r=4" in page(mail(link=f"{LINK}?lang=de")).links


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subject_names_the_ticket(language: str) -> None:
    """In the mail's language, and with words for a ticket without a subject."""
    words = texts(language)
    named = mail(language=language, subject="Größe 44 & 45")["Subject"]
    assert named == words["mail_subject"].format(subject="Größe 44 & 45")
    assert mail(language=language, subject=None)["Subject"] == words["mail_subject_plain"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_says_so(language: str) -> None:
    """It has a subject and a sentence of its own in both parts; the first mail has not."""
    words = texts(language)
    reminder, first = mail(language=language, reminder=True), mail(language=language)
    assert reminder["Subject"] == words["mail_reminder_subject"].format(
        subject="Where is my refund?"
    )
    for kind in ("plain", "html"):
        assert words["mail_reminder"] in Page(part(reminder, kind)).text
        assert words["mail_reminder"] not in Page(part(first, kind)).text
    plain = mail(language=language, reminder=True, subject=None)
    assert plain["Subject"] == words["mail_reminder_plain"]


@pytest.mark.parametrize(
    ("subject", "agent", "sentence"),
    [
        ("Refund", "Kim", "Your request “Refund” was answered by Kim."),
        ("Refund", None, "Your request “Refund” was answered."),
        (None, "Kim", "Your request was answered by Kim."),
        (" \n ", "", "Your request was answered."),
    ],
)
def test_it_says_what_is_known_of_the_ticket(
    subject: str | None, agent: str | None, sentence: str
) -> None:
    """A subject or an agent that is missing leaves no gap."""
    message = mail(subject=subject, agent=agent)
    assert sentence in part(message, "plain")
    assert sentence in page(message).text


def test_it_greets_by_name_where_there_is_one() -> None:
    """Hello Ann, or Hello."""
    assert part(mail(), "plain").startswith("Hello Ann Lee,\n")
    assert part(mail(name=None), "plain").startswith("Hello,\n")


def test_the_configured_wording_is_asked() -> None:
    """The first question is the letter's, as text on one line."""
    message = mail(question="Did <b>we</b>\nhelp?")
    assert "\nDid <b>we</b> help?\n" in part(message, "plain")
    assert "Did <b>we</b> help?" in page(message).text


def test_everyone_can_unsubscribe_in_both_parts() -> None:
    """The last link of either part stops the surveys of this business."""
    message = mail()
    assert part(message, "plain").endswith(f"\nNo more surveys from Acme: {STOP}\n")
    assert page(message).links[-1] == STOP


# ---------------------------------------------------------------- headers


def test_mail_programs_can_unsubscribe_with_one_click() -> None:
    """RFC 8058: both headers, the link whole on one line however long it is."""
    raw = survey_mail(letter())
    assert f"\r\nList-Unsubscribe: <{STOP}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_other_headers() -> None:
    """From whom, to whom, when, and that no machine need answer."""
    message = mail()
    assert message["From"] == "Support <support@example.com>"
    assert message["To"] == "ann@example.org"
    assert message["Reply-To"] == "help@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=5)
    assert "Reply-To" not in mail(reply_to=None)


def test_a_repeated_mail_has_the_same_message_id() -> None:
    """So a mailbox can drop the second; the reminder is another mail."""
    first, again, reminder = mail(), mail(), mail(reminder=True)
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@example.com>")
    assert reminder["Message-ID"] != first["Message-ID"]


def test_long_texts_in_any_script_are_folded_and_come_back_whole() -> None:
    """Subject and sender survive encoding; no header line but the link's is over 78 characters."""
    subject = ("返金はいつですか？ Größe 🎉 " * 5).strip()
    sender = f"Kundenbüro „{'ö' * 70}“ <support@example.com>"
    raw = survey_mail(letter(subject=subject, sender=sender, reply_to=sender))
    message = message_from_bytes(raw, policy=default)
    assert message["Subject"] == f"Did we help? {subject}"
    written = Parser(policy=compat32).parsestr(raw.decode())["From"]
    assert str(make_header(decode_header(written))) == sender
    headers = raw.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(len(line) for line in headers if STOP.encode() not in line) <= 78
    assert raw.isascii()


def test_a_very_long_subject_is_cut() -> None:
    """A mail repeats so much of it as is of use."""
    subject = str(mail(subject="a b " * 12_500)["Subject"])
    assert len(subject) <= len("Did we help? ") + LONGEST_OUTSIDE_TEXT
    assert subject.endswith("…")


# ---------------------------------------------------------------- hostile text


def test_naughty_strings_are_inert(shared_data: Path) -> None:
    """No naughty string becomes markup or a header, with or without cleaning at the door."""
    naughty = json.loads((shared_data / "security/blns.json").read_text("utf-8"))
    for subject, name, agent in zip(naughty[::3], naughty[1::3], naughty[2::3], strict=False):
        check_inert(subject, name, agent)
    check_inert(*naughty[-3:])


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nBcc: evil@example.net",
        "x\nSubject: other\n\nbody",
        "x\x00y\x0b\x0c\x1b[31m",
        "x\u2028Bcc: evil\u2029\x85",
        "\u202egnp.exe\u2066\u2069",
        "\ud800 half a character \udfff",
        "=?utf-8?q?=0D=0ABcc:_x@y.z?=",
        "==??utf-8?q?=0D=0ABcc:_x@y.z?=",
        "</bdi></p><script>alert(1)</script>",
        "{subject} {0} {agent.__class__} {{}}",
        "e\u0301" * 25_000,
        "𝕏" * 12_500,
        "\ufffe\uffff\U0010ffff",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_text_is_inert(text: str) -> None:
    """Line breaks, NUL, bidi controls, halves of characters, markup, placeholders, 50 KB."""
    check_inert(text, text, text)
    message = mail(subject=text)
    shown = str(message["Subject"]) + part(message, "plain")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800-\udfff]", shown)


def test_text_of_another_direction_does_not_turn_the_sentence() -> None:
    """What is put into a sentence of the HTML part stands in an isolated element."""
    html = part(mail(language="ar", subject="Refund (2)"), "html")
    assert "<bdi>Refund (2)</bdi>" in html


@pytest.mark.parametrize(
    "link",
    [
        "http://evil.example/login",
        "HTTPS://evil",
        "www.evil.example",
        "Evil.com now",
        "evil\u200b.com",
        "evil．com",
        "evil。com",
        "evil.рф",
        "mailto:evil",
        "tel:+49123evil",
        "10.0.0.1/evil",
        "=?utf-8?q?evil=2Ecom?= evil.com",
    ],
)
def test_no_outside_text_becomes_a_link(link: str) -> None:
    """What a mail program would turn into a link is left out of subject and text."""
    message = mail(subject=f"Your account {link}", name=f"Kim {link}", agent=link)
    shown = str(message["Subject"]) + part(message, "plain") + part(message, "html")
    assert "vil" not in shown
    assert "10.0" not in shown


@pytest.mark.parametrize(
    "text", ["Fix v1.2 and 3.5kg, e.g. size", "Hello... really?", "a@b", "12:30"]
)
def test_ordinary_text_stays(text: str) -> None:
    """Dots and signs alone make no link."""
    assert mail(subject=text)["Subject"] == f"Did we help? {text}"


# ---------------------------------------------------------------- addresses and links


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b\r\nBcc: x@y.z",
        "a@example.org\x00",
        "a b@c.de",
        "",
        "@",
        "@example.org",
        "a@",
        "a@localhost",
        "a@-..de",
        "a@[127.0.0.1]",
        "grüße@example.org",
        "a@example.org, b@example.org",
        "a@" + "x" * 64 + ".de",
        "x" * 250 + "@example.org",
    ],
)
def test_a_useless_address_is_given_up(address: str) -> None:
    """An address that no mail can have is Invalid: not to be tried again."""
    with pytest.raises(Invalid) as problem:
        mail(email=address)
    assert problem.value.field == "customer.email"


def test_a_mail_needs_an_address() -> None:
    """The address of an ask that was sent is gone; nobody can be mailed twice by accident."""
    with pytest.raises(Invalid):
        mail(email=None)


def test_a_domain_in_any_script_is_written_in_ascii() -> None:
    """The internationalised part of an address goes where mail servers look it up."""
    assert mail(email="ann@bücher.example")["To"] == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize("field", ["sender", "reply_to"])
def test_a_configured_address_is_checked(field: str) -> None:
    """The error says which setting is wrong."""
    with pytest.raises(Invalid) as problem:
        mail(**{field: "Support <support@>"})
    assert problem.value.field == f"mail.{field}"


@pytest.mark.parametrize("field", ["link", "stop_link"])
@pytest.mark.parametrize(
    "link", ["https://a.de/x\r\nBcc: b@c.de", "javascript:x", "https://ä.de/", ""]
)
def test_a_link_is_a_link(field: str, link: str) -> None:
    """Nothing else gets into the header or the cells."""
    with pytest.raises(Invalid) as problem:
        mail(**{field: link})
    assert problem.value.field == field


def test_an_address_is_read_with_or_without_a_name() -> None:
    """A name with a comma needs quotes, or it would be two; some signs no name may have."""
    assert mailbox("a@example.com", "x").addr_spec == "a@example.com"
    for name in ("Käse, Brot", "Bread\x01", "Half \ud800"):
        with pytest.raises(Invalid):
            mailbox(f"{name} <a@example.com>", "x")
    assert mailbox('"Käse, Brot" <a@example.com>', "x").display_name == "Käse, Brot"


# ---------------------------------------------------------------- handing over to SES


@cache
def ses() -> SESV2Client:
    """Return a client, whose calls are stubbed."""
    client: SESV2Client = boto3.client("sesv2", region_name="eu-central-1")
    return client


def refused(code: str, message: str = "no") -> NorthstarError:
    """Return our error for an error of SES."""
    with Stubber(ses()) as stub:
        stub.add_client_error("send_email", code, message)
        with pytest.raises(NorthstarError) as problem:
            SesMailer(ses()).send(b"x", "a@example.com", "ann@example.org")
    return problem.value


@pytest.mark.parametrize(
    "code",
    [
        "MessageRejected",
        "MailFromDomainNotVerifiedException",
        "TooManyRequestsException",
        "LimitExceededException",
        "AccountSuspendedException",
        "SendingPausedException",
        "NotFoundException",
        "BadRequestException",
        "AccessDeniedException",
    ],
)
def test_what_ses_refuses_is_tried_again_and_ends_before_an_operator(code: str) -> None:
    """A sender that is not verified must not make an ask disappear in silence."""
    assert isinstance(refused(code), Unavailable)


@pytest.mark.parametrize(
    "message",
    [
        "Missing final '@domain'",
        "Domain contains dot-dot",
        "Local address contains control or whitespace",
        "Invalid domain name: 'example.org'",
    ],
)
def test_an_address_that_ses_cannot_read_is_given_up(message: str) -> None:
    """Another try would end the same way."""
    problem = refused("BadRequestException", message)
    assert isinstance(problem, Invalid)
    assert problem.field == "customer.email"


def test_an_error_does_not_name_the_recipient() -> None:
    """SES tells the address in the sandbox; our error, which is logged, does not."""
    problem = refused("MessageRejected", "Email address is not verified: Ann@Example.org, a@b.de")
    assert "ann@example.org" not in str(problem).lower()
    assert "a@b.de" in str(problem)


def test_no_connection_to_ses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network fault is not an answer."""

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://email.example")

    monkeypatch.setattr(ses(), "send_email", fail)
    with pytest.raises(Unavailable):
        SesMailer(ses()).send(b"x", "a@example.com", "b@example.com")


@pytest.mark.parametrize("configuration_set", [None, "northstar"])
def test_ses_gets_bare_addresses_and_the_configuration_set(configuration_set: str | None) -> None:
    """Names are in the message alone; without a set none is named."""
    wanted: dict[str, Any] = {
        "FromEmailAddress": "help@example.com",
        "Destination": {"ToAddresses": ["b@xn--bcher-kva.example"]},
        "Content": {"Raw": {"Data": b"x"}},
    }
    if configuration_set:
        wanted["ConfigurationSetName"] = configuration_set
    mailer = SesMailer(ses(), configuration_set)
    with Stubber(ses()) as stub:
        stub.add_response("send_email", {"MessageId": "1"}, wanted)
        sent = mailer.send(b"x", "Kundenbüro <help@example.com>", "b@bücher.example")
        stub.assert_no_pending_responses()
    assert sent == "1"
