"""The desks take what the helpdesks document: bodies, signatures, replies, and our own samples."""

from __future__ import annotations

import base64
import hmac
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from northstar import desks
from northstar.app.ports import Account
from northstar.desks import Told
from northstar.domain.errors import Unauthenticated
from northstar.domain.remarks import Said
from northstar.domain.tickets import Customer, Ignored, Template, Ticket, Withdrawn
from tests.conftest import ROOT
from tests.deliveries import FIXTURES, SECRET, SIGNERS, Headers, body_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DOCUMENT = ROOT / "docs/desks.md"

OLD = "b2xkMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER = "b3RoZXI1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


SIGNATURE = {
    "standard": "webhook-signature",
    "zendesk": "x-zendesk-webhook-signature",
    "intercom": "x-hub-signature",
    "gorgias": "x-northstar-secret",
}
BODIES = {
    "standard": "solved",
    "zendesk": "trigger_solved",
    "intercom": "closed",
    "gorgias": "closed",
}

each_desk = pytest.mark.parametrize("desk", desks.DESKS)
each_timed_desk = pytest.mark.parametrize("desk", ["standard", "zendesk"])
each_untimed_desk = pytest.mark.parametrize("desk", ["intercom", "gorgias"])


def read(desk: str, case: str) -> Told:
    """Return what the desk reads in a fixture."""
    return desks.by_name(desk).read(body_of(desk, case), NOW)


def signed(desk: str, secret: str = SECRET, at: datetime = NOW) -> tuple[bytes, Headers]:
    """Return a body and the headers it is sent with."""
    body = body_of(desk, BODIES[desk])
    return body, SIGNERS[desk](body, secret, at)


def verify(desk: str, body: bytes, headers: Headers, *secrets: str) -> None:
    """Verify a delivery that arrives now."""
    desks.by_name(desk).verify(body, headers, secrets or (SECRET,), NOW)


# ------------------------------------------------------------------ signatures


@each_desk
def test_a_signed_body_is_accepted(desk: str) -> None:
    """As the helpdesk signs it, now."""
    verify(desk, *signed(desk))


@each_desk
def test_another_tenants_secret_is_refused(desk: str) -> None:
    """A delivery that was signed with a secret that is not this desk's."""
    with pytest.raises(Unauthenticated):
        verify(desk, *signed(desk, OTHER))


@each_desk
def test_two_secrets_during_a_rotation(desk: str) -> None:
    """The old one is taken as long as it is there, in either place, and not afterwards."""
    old = signed(desk, OLD)
    verify(desk, *old, SECRET, OLD)
    verify(desk, *old, OLD, SECRET)
    verify(desk, *signed(desk), SECRET, OLD)
    with pytest.raises(Unauthenticated):
        verify(desk, *old, SECRET)


@each_desk
@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_no_secret_opens_nothing(desk: str, secrets: tuple[str, ...]) -> None:
    """A desk without a secret, or with an empty one, refuses what is signed with nothing."""
    body, headers = signed(desk)
    message = f"msg_1.{headers.get('webhook-timestamp')}.".encode() + body
    forged = {
        "standard": {
            "webhook-signature": "v1,"
            + base64.b64encode(hmac.digest(b"", message, "sha256")).decode()
        },
        "gorgias": {"x-northstar-secret": ""},
    }.get(desk) or SIGNERS[desk](body, "", NOW)
    for told in (headers, headers | forged):
        with pytest.raises(Unauthenticated):
            desks.by_name(desk).verify(body, told, secrets, NOW)


@each_desk
@pytest.mark.parametrize(
    "change", ["missing", "empty", "doubled", "listed", "foreign", "broken", "cut"]
)
def test_a_broken_header_is_refused(desk: str, change: str) -> None:
    """Each header of the scheme, missing, empty, sent twice, in other characters, cut short."""
    body, headers = signed(desk)
    for name, value in headers.items():
        if name == "webhook-id" and change == "cut":
            continue
        told = {
            "empty": "",
            "doubled": f"{value}, {value}",
            "listed": f"{value},{value}",
            "foreign": f"{value[:-1]}é",
            "broken": f"{value[:-1]}\udce9",
            "cut": value[:-3],
        }
        broken = {**headers, name: told.get(change, "")}
        if change == "missing":
            del broken[name]
        with pytest.raises(Unauthenticated):
            verify(desk, body, broken)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "nan"),
        ("webhook-timestamp", "-1795341600"),
        ("webhook-timestamp", "9" * 400),
        ("webhook-timestamp", "١٧٩٥٣٤١٦٠٠"),
        ("webhook-signature", "v2,AAAA"),
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1"),
    ],
)
def test_nonsense_in_a_standard_header_is_refused(name: str, value: str) -> None:
    """No time, no signature of a version that we know."""
    body, headers = signed("standard")
    with pytest.raises(Unauthenticated):
        verify("standard", body, headers | {name: value})


def test_one_of_several_standard_signatures_is_enough() -> None:
    """As the sender signs with its old and its new key during its own rotation."""
    body, headers = signed("standard")
    both = (
        f"{SIGNERS['standard'](body, OLD, NOW)['webhook-signature']} {headers['webhook-signature']}"
    )
    verify("standard", body, headers | {"webhook-signature": f"v1a,AAAA {both}"})


def test_a_standard_secret_may_have_its_prefix() -> None:
    """`whsec_` before the base64 is the same key."""
    verify("standard", *signed("standard"), f"whsec_{SECRET}")


@each_timed_desk
@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_replay_within_the_tolerance_is_accepted(desk: str, seconds: int) -> None:
    """Five minutes either way; what it says is stored once anyway."""
    verify(desk, *signed(desk, at=NOW + timedelta(seconds=seconds)))


@each_timed_desk
@pytest.mark.parametrize("seconds", [-301, 301, -86400 * 365])
def test_a_replay_outside_the_tolerance_is_refused(desk: str, seconds: int) -> None:
    """A second more, before or after, and the sentence says why."""
    with pytest.raises(Unauthenticated, match="five minutes"):
        verify(desk, *signed(desk, at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("sent", ["2026-11-22T12:00:00", "noon", "1795348800"])
def test_a_zendesk_time_that_is_none_is_refused(sent: str) -> None:
    """Signed, but without a time whose age could be checked."""
    body = body_of("zendesk", "trigger_solved")
    digest = hmac.digest(SECRET.encode(), sent.encode() + body, "sha256")
    headers = {
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": sent,
    }
    with pytest.raises(Unauthenticated):
        verify("zendesk", body, headers)


@each_untimed_desk
def test_a_replay_without_a_time_says_the_same(desk: str) -> None:
    """Months later it is the same resolution: same ticket, same time."""
    body, headers = signed(desk)
    later = NOW + timedelta(days=100)
    module = desks.by_name(desk)
    module.verify(body, headers, [SECRET], later)
    assert module.read(body, later) == module.read(body, NOW)


# ------------------------------------------------------------------ what is read

SOLVED_AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
INTERCOM_SOLVED = datetime.fromtimestamp(1795341600, UTC)
INTERCOM_LATER = datetime.fromtimestamp(1795345200, UTC)

EXPECTED: Mapping[tuple[str, str], Told] = {
    ("standard", "solved"): Ticket(
        desk="standard",
        id="48213",
        channel="email",
        solved_at=SOLVED_AT,
        customer=Customer("c-118", "ann@example.org", "Ann", "Europe/Vienna"),
        subject="Where is my refund?",
        opened_at=datetime(2026, 11, 19, 7, 12, 7, tzinfo=UTC),
        first_reply_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        team="billing",
        agent="Kim",
        template=Template("refund", "3"),
        language="en",
        tags=("vip",),
        internal=True,
    ),
    ("standard", "reopened"): Withdrawn("standard", "48213", LATER, "reopened"),
    ("standard", "merged"): Withdrawn("standard", "48213", LATER, "merged"),
    ("standard", "deleted"): Withdrawn("standard", "48213", LATER, "deleted"),
    ("standard", "feedback"): Said(
        desk="standard",
        id="call-17",
        channel="call",
        said_at=datetime(2026, 11, 20, 15, 4, tzinfo=UTC),
        author="prospect",
        text="The new invoice is easier to read.\nThank you!",
        rating=5,
        journey="buy",
        language="en",
        team="sales",
        agent="Kim",
        url="https://calls.example.org/17",
        customer=Customer("c-118"),
    ),
    ("zendesk", "trigger_solved"): Ticket(
        desk="zendesk",
        id="35436",
        channel="email",
        solved_at=SOLVED_AT,
        customer=Customer("20978392", "ann@example.org", "Ann Example", "America/Sao_Paulo"),
        subject="Where is my refund?",
        opened_at=datetime(2026, 11, 19, 8, 12, 7, tzinfo=UTC),
        team="Billing",
        agent="Kim Larsen",
        template=Template("refund", "3"),
        language="pt-BR",
        tags=("billing", "template:refund:3"),
    ),
    ("zendesk", "trigger_reopened"): Withdrawn("zendesk", "35436", LATER, "reopened"),
    ("zendesk", "event_solved"): Ticket(
        desk="zendesk",
        id="35436",
        channel="chat",
        solved_at=SOLVED_AT.replace(microsecond=987654),
        customer=Customer("20978392"),
        subject="Where is my refund?",
        opened_at=datetime(2026, 11, 19, 8, 12, 7, tzinfo=UTC),
        template=Template("refund", "3"),
        tags=("vip", "template:refund:3"),
    ),
    ("zendesk", "event_closed_later"): Ignored("status SOLVED to CLOSED"),
    ("zendesk", "event_reopened"): Withdrawn(
        "zendesk", "35436", SOLVED_AT.replace(microsecond=987654), "reopened"
    ),
    ("zendesk", "event_closed_by_merge"): Withdrawn(
        "zendesk", "35436", SOLVED_AT.replace(microsecond=987654), "merged"
    ),
    ("zendesk", "event_merged"): Withdrawn(
        "zendesk", "35436", SOLVED_AT.replace(microsecond=987654), "merged"
    ),
    ("zendesk", "event_soft_deleted"): Withdrawn(
        "zendesk", "35436", SOLVED_AT.replace(microsecond=987654), "deleted"
    ),
    ("zendesk", "event_priority_changed"): Ignored("ticket.priority_changed"),
    ("intercom", "closed"): Ticket(
        desk="intercom",
        id="215468900011",
        channel="email",
        solved_at=INTERCOM_SOLVED,
        customer=Customer("65f0c0ffee", "ann@example.org", "Ann Example"),
        subject="Where is my refund & when?",
        opened_at=datetime.fromtimestamp(1795337000, UTC),
        first_reply_at=datetime.fromtimestamp(1795338000, UTC),
        agent="Kim",
        template=Template("refund", "3"),
        language="de",
        tags=("template:refund@3", "VIP customer"),
    ),
    ("intercom", "closed_by_bot"): Ticket(
        desk="intercom",
        id="215468900012",
        channel="chat",
        solved_at=INTERCOM_SOLVED,
        customer=Customer("65f0beef"),
        opened_at=datetime.fromtimestamp(1795337000, UTC),
        by_bot=True,
    ),
    ("intercom", "closed_older_shape"): Ticket(
        desk="intercom",
        id="137324500000",
        channel="email",
        solved_at=datetime.fromtimestamp(1795341601, UTC),
        customer=Customer("5ee3d479d1cf3ded", "ann@example.org", "Ann Example"),
        opened_at=datetime.fromtimestamp(1795337000, UTC),
        agent="Kim",
    ),
    ("intercom", "opened"): Withdrawn("intercom", "215468900011", INTERCOM_LATER, "reopened"),
    ("intercom", "user_replied"): Withdrawn("intercom", "215468900011", INTERCOM_LATER, "reopened"),
    ("intercom", "user_replied_still_closed"): Ignored("a reply that opened nothing"),
    ("intercom", "admin_replied"): Ignored("conversation.admin.replied"),
    ("intercom", "opened_by_reply"): Ignored("a reply that opened nothing"),
    ("intercom", "deleted"): Withdrawn(
        "intercom", "215468900011", INTERCOM_LATER + timedelta(seconds=1), "deleted"
    ),
    ("intercom", "ping"): Ignored("ping"),
    ("gorgias", "closed"): Ticket(
        desk="gorgias",
        id="48213",
        channel="email",
        solved_at=SOLVED_AT.replace(microsecond=500000),
        customer=Customer("3924", "ann@example.org", "Ann Example"),
        subject="Where is my refund?",
        opened_at=datetime(2026, 11, 19, 8, 12, 7, 123456, tzinfo=UTC),
        agent="Kim Larsen",
        template=Template("refund", "3"),
        language="fr",
        tags=("template:refund@3", "vip"),
    ),
    ("gorgias", "closed_ticket_object"): Ticket(
        desk="gorgias",
        id="48214",
        channel="chat",
        solved_at=SOLVED_AT,
        customer=Customer("3924", None, "Ann", "Europe/Vienna"),
        opened_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        first_reply_at=datetime(2026, 11, 20, 9, 1, tzinfo=UTC),
        team="Billing",
        language="de",
        tags=("vip",),
        by_bot=True,
    ),
    ("gorgias", "open"): Withdrawn("gorgias", "48213", LATER, "reopened"),
    ("gorgias", "trashed"): Withdrawn("gorgias", "48213", LATER, "deleted"),
    ("gorgias", "snoozed"): Ignored("a snoozed ticket"),
    ("gorgias", "spam"): Withdrawn("gorgias", "48213", LATER, "deleted"),
}


def test_every_fixture_is_read_and_named() -> None:
    """None without what it is to be read as, none without the source of its form."""
    there = {(path.parent.name, path.stem) for path in FIXTURES.glob("*/*.json")}
    assert there == set(EXPECTED)
    sources = (FIXTURES / "SOURCES.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)/", sources, re.MULTILINE)) == set(desks.DESKS)


@pytest.mark.parametrize(("desk", "case"), EXPECTED)
def test_a_body_is_read(desk: str, case: str) -> None:
    """Every field of it, and nothing that it does not say."""
    assert read(desk, case) == EXPECTED[desk, case]


# ------------------------------------------------------------------ the document

VALUES = {
    "ticket.id": "48213",
    "ticket.status": "closed",
    "ticket.updated_at_with_timestamp": "2026-11-20T10:00Z",
    "ticket.created_at_with_timestamp": "2026-11-19T10:00Z",
    "ticket.via": "Mail",
    "ticket.title": "Where is my refund?",
    "ticket.subject": "Where is my refund?",
    "ticket.tags": "vip template:refund:3",
    "ticket.group.name": "Billing",
    "ticket.assignee.name": "Kim",
    "ticket.channel": "email",
    "ticket.language": "en",
    "ticket.spam": "False",
    "ticket.created_datetime": "2026-11-19T10:00:00",
    "ticket.updated_datetime": "2026-11-20T10:00:00",
    "ticket.closed_datetime": "2026-11-20T10:00:00",
    "ticket.trashed_datetime": "None",
    "ticket.snooze_datetime": "None",
    "ticket.assignee_user.name": "Kim",
    "ticket.assignee_team.name": "Billing",
    "ticket.customer.id": "7",
    "ticket.customer.email": "ann@example.org",
    "ticket.customer.name": "Ann",
    "ticket.requester.id": "7",
    "ticket.requester.email": "ann@example.org",
    "ticket.requester.name": "Ann",
    "ticket.requester.locale": "en-US",
    "ticket.requester.language": "English",
    "ticket.requester.time_zone": "Europe/Vienna",
    "ticket.requester.role": "end-user",
}
"""What the helpdesks write for the placeholders of the samples."""


def samples(heading: str, **values: str) -> list[bytes]:
    """Return the JSON under a heading of docs/desks.md, with values for its placeholders."""
    document = DOCUMENT.read_text("utf-8")
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found
    known = VALUES | {f"ticket.{name}": value for name, value in values.items()}
    return [
        re.sub(r"\{\{([\w.]+)\}\}", lambda placeholder: known[placeholder[1]], block).encode()
        for block in re.findall(r"^```json\n(.*?)^```$", found[1], re.MULTILINE | re.DOTALL)
    ]


def test_the_bodies_for_zendesks_triggers_are_read() -> None:
    """Pasted as they stand: solved with everything that a survey needs, and reopened."""
    solved, reopened = (
        desks.by_name("zendesk").read(body, NOW) for body in samples("Zendesk", status="Solved")
    )
    assert isinstance(solved, Ticket)
    assert solved.customer == Customer("7", "ann@example.org", "Ann", "Europe/Vienna")
    assert (solved.team, solved.agent, solved.language) == ("Billing", "Kim", "en-US")
    assert solved.template == Template("refund", "3")
    assert solved.solved_at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    assert reopened == Withdrawn("zendesk", "48213", solved.solved_at, "reopened")


def test_the_body_for_gorgias_is_read() -> None:
    """Pasted as it stands: solved, reopened and deleted, by the ticket's own fields."""
    gorgias = desks.by_name("gorgias")
    (closed,) = (gorgias.read(body, NOW) for body in samples("Gorgias"))
    assert isinstance(closed, Ticket)
    assert closed.customer == Customer("7", "ann@example.org", "Ann")
    assert (closed.team, closed.agent) == ("Billing", "Kim")
    (opened,) = (gorgias.read(body, NOW) for body in samples("Gorgias", status="open"))
    assert isinstance(opened, Withdrawn)
    (trashed,) = samples("Gorgias", trashed_datetime="2026-11-21T10:00:00")
    assert gorgias.read(trashed, NOW) == Withdrawn(
        "gorgias", "48213", datetime(2026, 11, 21, 10, 0, tzinfo=UTC), "deleted"
    )


def test_the_sample_of_an_intercom_notification_is_read() -> None:
    """The one that the document shows, in line with its table."""
    (closed,) = (desks.by_name("intercom").read(body, NOW) for body in samples("Intercom"))
    assert isinstance(closed, Ticket)
    assert (closed.channel, closed.agent) == ("chat", "Kim")
    assert closed.template == Template("refund", "3")


def test_the_samples_of_standard_are_read() -> None:
    """A ticket that is solved no longer, and something a customer said."""
    reopened, said = (
        desks.by_name("standard").read(body, NOW) for body in samples("Anything else")
    )
    assert isinstance(reopened, Withdrawn)
    assert isinstance(said, Said)


def test_every_desk_can_reply_with_the_sample_configuration() -> None:
    """The document configures each desk that has a conversation, and the secret has its token."""
    document = DOCUMENT.read_text("utf-8")
    (toml,) = re.findall(r"^```toml\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    (secret,) = samples("Secrets")
    entries: dict[str, str] = json.loads(secret)
    configured = tomllib.loads(toml)["desks"]
    assert [one["name"] for one in configured] == [n for n in desks.DESKS if n != "standard"]
    for one in configured:
        account = Account(one["address"], one["agent"], entries[f"{one['name']}_api"])
        call = desks.by_name(one["name"]).reply("48213", "How did we do?", account)
        assert call is not None
        assert call.url.startswith(one["address"])
    assert set(desks.DESKS) <= set(entries)


def test_the_table_of_zendesks_events_is_what_the_desk_does() -> None:
    """Every event in the first column is read as the second says."""
    table = DOCUMENT.read_text("utf-8")
    rows = re.findall(r"^\| (`ticket\.\w+`.*) \| (\w+) \|$", table, re.MULTILINE)
    event: dict[str, Any] = json.loads(body_of("zendesk", "event_merged"))
    event["detail"]["tags"] = []
    checked = 0
    for events, meaning in rows:
        for kind in re.findall(r"`(ticket\.\w+)`", events):
            if kind == "ticket.status_changed":
                continue
            told = desks.by_name("zendesk").read(
                json.dumps(event | {"type": f"zen:event-type:{kind}"}).encode(), NOW
            )
            assert isinstance(told, Withdrawn)
            assert told.reason == meaning
            checked += 1
    assert checked == 4
