"""What the desks share: languages, templates, tags, channels, times, and loading by name."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from northstar import desks
from northstar.desks import languages, reading
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.tickets import Template, Ticket, Withdrawn

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOWHERE: frozenset[str] = frozenset()


def told(desk: str, body: dict[str, Any]) -> desks.Told:
    """Return what a desk reads in a body."""
    return desks.by_name(desk).read(json.dumps(body).encode(), NOW)


def ticket(desk: str, body: dict[str, Any]) -> Ticket:
    """Return the ticket that a desk reads in a body."""
    solved = told(desk, body)
    assert isinstance(solved, Ticket), solved
    return solved


def zendesk(requester: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the body of Zendesk's first trigger."""
    about = {"id": "5", "at": "2026-11-20T10:00:00Z"} | changes
    return {"type": "ticket.solved", "ticket": about, "requester": {"id": "7"} | (requester or {})}


def event(current: str, previous: str | None, **detail: Any) -> dict[str, Any]:
    """Return a Zendesk event about a status."""
    return {
        "type": "zen:event-type:ticket.status_changed",
        "time": "2026-11-20T10:00:00Z",
        "detail": {"id": 5, "requester_id": "7", "via": {"channel": "chat"}} | detail,
        "event": {"current": current, "previous": previous},
    }


def intercom(topic: str = "conversation.admin.closed", **item: Any) -> dict[str, Any]:
    """Return an Intercom notification."""
    conversation = {"id": "5", "contacts": [{"id": "7", "type": "user"}]} | item
    return {
        "type": "notification_event",
        "topic": topic,
        "created_at": 1795341600,
        "data": {"item": conversation},
    }


def gorgias(**changes: Any) -> dict[str, Any]:
    """Return the body of Gorgias' integration."""
    about = {"id": "5", "status": "closed", "closed_datetime": "2026-11-20T10:00:00"}
    return {"ticket": about | {"customer": {"id": 7}} | changes}


# ------------------------------------------------------------------ loading


def test_only_the_desk_that_is_asked_for_is_loaded() -> None:
    """The package itself brings no validation library, and one desk not the others."""
    program = (
        "import sys, northstar.desks as d\n"
        "assert 'pydantic' not in sys.modules\n"
        "assert d.by_name('gorgias').NAME == 'gorgias'\n"
        "assert 'northstar.desks.zendesk' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("name", desks.DESKS)
def test_a_desk_has_the_name_it_is_found_under(name: str) -> None:
    """Which is also in everything it reads."""
    assert name == desks.by_name(name).NAME


@pytest.mark.parametrize("name", ["", "reading", "Zendesk", "../standard"])
def test_no_other_module_is_loaded(name: str) -> None:
    """A name from outside leads to a desk or nowhere."""
    with pytest.raises(NotFound, match="zendesk"):
        desks.by_name(name)


# ------------------------------------------------------------------ languages


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("en-US", "en-US"),
        ("pt_BR", "pt_BR"),
        ("Deutsch", "de"),
        ("English (United Kingdom)", "en"),
        ("Português (Brasil)", "pt-BR"),
        ("portuguese", "pt"),
        (" 日本語 ", "ja"),
        ("Traditional Chinese", "zh-Hant"),
        ("עברית", "he"),
        ("Klingon", None),
        ("x", None),
        ("", None),
        ("en\nfr", None),
        ("en" + "-aaaaaaaa" * 9, None),
    ],
)
def test_a_language_by_tag_or_name(name: str, tag: str | None) -> None:
    """As helpdesks write it; an unknown one is unknown."""
    assert languages.tag(name) == tag


# ------------------------------------------------------------------ templates and tags


@pytest.mark.parametrize(
    ("named", "tags", "template"),
    [
        (None, ("vip", "template:refund@3"), Template("refund", "3")),
        (None, ("template:refund:3",), Template("refund", "3")),
        (None, ("Template:late-parcel",), Template("late-parcel")),
        (None, ("template:refund@3", "template:refund@4"), None),
        (None, ("template:",), None),
        (None, ("template:@3",), None),
        (None, ("template:a@b@c",), None),
        (None, ("vip",), None),
        ("refund@3", (), Template("refund", "3")),
        ("template:refund:3", ("template:other:1",), Template("refund", "3")),
        ("Refund policy @ 3", (), Template("Refund policy", "3")),
    ],
)
def test_a_template_by_its_mark(
    named: str | None, tags: tuple[str, ...], template: Template | None
) -> None:
    """One tag, or a field that wins over tags; no guess between two."""
    assert reading.template(named, tags) == template


@pytest.mark.parametrize(
    ("tags", "read"),
    [
        (["vip", "", "vip", " a\nb "], ("vip", "a b")),
        ([{"name": "vip"}, {"id": 1}], ("vip",)),
        ("vip, billing;late", ("vip", "billing", "late")),
        ("['vip', 'billing']", ("vip", "billing")),
        ('[{"id": 1, "name": "a tag"}]', ("a tag",)),
        (None, ()),
        ("", ()),
        ([str(number) for number in range(150)], tuple(str(number) for number in range(100))),
    ],
)
def test_tags_in_any_form(tags: object, read: tuple[str, ...]) -> None:
    """Lists of words or of objects, or the text of one; each once, and not without end."""
    assert ticket("zendesk", zendesk(tags=tags)).tags == read
    assert ticket("gorgias", gorgias(tags=tags)).tags == read


# ------------------------------------------------------------------ channels


@pytest.mark.parametrize(
    ("word", "email", "channel"),
    [
        ("Web Form", None, "email"),
        ("chat", "a@b", "chat"),
        ("Carrier pigeon", "a@b", "email"),
        ("Carrier pigeon", None, "chat"),
        (None, None, "chat"),
        (None, "a@b", "email"),
    ],
)
def test_a_channel_of_ours(word: str | None, email: str | None, channel: str) -> None:
    """The helpdesk's word decides; an unknown one, whether there is an address."""
    mail, chat = frozenset({"web_form"}), frozenset({"chat"})
    assert reading.channel(word, email, mail=mail, chat=chat) == channel


@pytest.mark.parametrize(
    ("desk", "word", "channel"),
    [
        ("zendesk", "Mail", "email"),
        ("zendesk", "Web service (API)", "email"),
        ("zendesk", "native_messaging", "chat"),
        ("zendesk", "WhatsApp", "chat"),
        ("intercom", "email", "email"),
        ("intercom", "conversation", "chat"),
        ("intercom", "whatsapp", "chat"),
        ("gorgias", "email", "email"),
        ("gorgias", "help-center", "email"),
        ("gorgias", "contact_form", "email"),
        ("gorgias", "chat", "chat"),
        ("gorgias", "instagram-direct-message", "chat"),
    ],
)
def test_the_channels_of_a_helpdesk(desk: str, word: str, channel: str) -> None:
    """Its own words, for a customer with an address where that makes no difference."""
    email = "ann@example.org" if channel == "chat" else None
    bodies = {
        "zendesk": zendesk({"email": email}, via=word),
        "intercom": intercom(
            source={"type": word}, contacts=[{"id": "7", "type": "user", "email": email}]
        ),
        "gorgias": gorgias(channel=word, customer={"id": 7, "email": email}),
    }
    assert ticket(desk, bodies[desk]).channel == channel


# ------------------------------------------------------------------ names


def test_names_and_subjects_are_one_clean_line() -> None:
    """No line ends, no controls, no bidi characters, and not longer than a line."""
    dirty = "Re: \u202eyour\r\nBcc: all\x00\x07 " + "x" * 900
    solved = ticket("zendesk", zendesk({"name": dirty}, subject=dirty, team=dirty, agent=dirty))
    assert solved.subject is not None
    assert solved.subject.startswith("Re: your Bcc: all xxx")
    assert len(solved.subject) <= 500
    for name in (solved.customer.name, solved.team, solved.agent):
        assert name is not None
        assert name.isprintable()
        assert len(name) <= 200


@pytest.mark.parametrize("email", ["", "no address", "a@b\r\nBcc: x@y", "x" * 300 + "@b", "a@b@c"])
def test_an_address_that_is_none_is_absent(email: str) -> None:
    """It cannot be written to."""
    assert ticket("zendesk", zendesk({"email": email})).customer.email is None
    assert ticket("gorgias", gorgias(customer={"id": 7, "email": email})).customer.email is None


@pytest.mark.parametrize(
    ("desk", "body", "field"),
    [
        ("zendesk", zendesk(id="abc"), "ticket.id"),
        ("zendesk", zendesk(id="1/2"), "ticket.id"),
        ("zendesk", zendesk(id=True), "ticket.id"),
        ("zendesk", zendesk(at="yesterday"), "ticket.at"),
        ("zendesk", zendesk(at="2026-11-20T10:00:00"), "ticket.at"),
        ("zendesk", zendesk(at="2026-11-24T10:00:00Z"), "ticket.at"),
        ("zendesk", zendesk(at=1795341600), "ticket.at"),
        ("zendesk", zendesk(subject=["a"]), "ticket.subject"),
        ("zendesk", zendesk({"id": ""}), "requester.id"),
        ("zendesk", zendesk() | {"type": "ticket.opened"}, "type"),
        ("zendesk", event("SOLVED", "OPEN", requester_id=None), "detail.requester_id"),
        ("zendesk", event("SOLVED", "OPEN") | {"time": "soon"}, "time"),
        ("zendesk", event("SOLVED", "OPEN") | {"time": "2026-11-24T00:00:00Z"}, "time"),
        ("zendesk", event("SOLVED", "OPEN") | {"event": {}}, "event.current"),
        ("intercom", intercom(id="abc"), "data.item.id"),
        ("intercom", intercom(contacts=[]), "data.item.contacts"),
        ("intercom", intercom(created_at="1795341600"), "data.item.created_at"),
        ("intercom", intercom() | {"created_at": 1e9}, "created_at"),
        ("intercom", intercom() | {"created_at": 1795641600}, "created_at"),
        ("intercom", intercom() | {"created_at": 10**30}, "created_at"),
        ("intercom", intercom() | {"type": "ping"}, "type"),
        ("intercom", intercom("conversation.deleted", id=None), "data.item.conversation_id"),
        ("gorgias", gorgias(closed_datetime="None"), "ticket.closed_datetime"),
        ("gorgias", gorgias(closed_datetime="soon"), "ticket.closed_datetime"),
        ("gorgias", gorgias(closed_datetime="2026-11-24T00:00:00"), "ticket.closed_datetime"),
        ("gorgias", gorgias(status="open"), "ticket.updated_datetime"),
        ("gorgias", gorgias(status="None"), "ticket.status"),
        ("gorgias", gorgias(customer={"id": "None"}), "ticket.customer.id"),
        ("gorgias", gorgias(spam=[1]), "ticket.spam"),
        ("gorgias", {"ticket": "5"}, "ticket"),
    ],
)
def test_a_wrong_field_is_named(desk: str, body: dict[str, Any], field: str) -> None:
    """By its path in the helpdesk's own body, in one sentence."""
    with pytest.raises(Invalid, match=r"\.$") as caught:
        told(desk, body)
    assert caught.value.field == field


# ------------------------------------------------------------------ what helpdesks do


@pytest.mark.parametrize(
    ("current", "previous", "tags", "read"),
    [
        ("SOLVED", "OPEN", [], "solved"),
        ("solved", None, [], "solved"),
        ("SOLVED", "HOLD", [], "solved"),
        ("CLOSED", "OPEN", [], "solved"),
        ("CLOSED", "SOLVED", [], "ignored"),
        ("CLOSED", "SOLVED", ["closed_by_merge"], "merged"),
        ("ARCHIVED", "CLOSED", [], "ignored"),
        ("OPEN", "SOLVED", [], "reopened"),
        ("PENDING", "CLOSED", [], "reopened"),
        ("OPEN", "PENDING", [], "ignored"),
        ("DELETED", "SOLVED", [], "deleted"),
        ("SCRUBBED", "DELETED", [], "deleted"),
    ],
)
def test_each_step_of_a_zendesk_status(
    current: str, previous: str | None, tags: list[str], read: str
) -> None:
    """Solved once, whatever closes it later; and what ends it by the reason."""
    result = told("zendesk", event(current, previous, tags=tags))
    if isinstance(result, Withdrawn):
        assert result.reason == read
    else:
        assert ("solved" if isinstance(result, Ticket) else "ignored") == read


def test_a_zendesk_trigger_that_fires_on_closing_is_no_second_resolution() -> None:
    """It says that the ticket is closed, or that it was merged."""
    assert told("zendesk", zendesk(status="Closed")) == desks.by_name("zendesk").read(
        json.dumps(zendesk(status="closed")).encode(), NOW
    )
    assert not isinstance(told("zendesk", zendesk(status="Closed")), Ticket)
    merged = told("zendesk", zendesk(tags="vip closed_by_merge"))
    assert isinstance(merged, Withdrawn)
    assert merged.reason == "merged"


@pytest.mark.parametrize(
    ("role", "internal"),
    [("Agent", True), ("admin", True), ("Administrator", True), ("End-user", False), ("", False)],
)
def test_a_colleague_who_asks_zendesk_is_internal(role: str, internal: bool) -> None:
    """By the requester's role, where the trigger sends it."""
    assert ticket("zendesk", zendesk({"role": role})).internal is internal


def test_a_zendesk_requester_without_an_id_is_known_by_the_address() -> None:
    """Should the placeholder stay empty."""
    solved = ticket("zendesk", zendesk({"id": "", "email": "ann@example.org"}))
    assert solved.customer.id == "ann@example.org"


def test_a_zendesk_bot_alone() -> None:
    """A ticket that came from the bot, and that nobody was assigned to."""
    alone = event("SOLVED", "OPEN", via={"channel": "answer_bot_for_web_widget"})
    helped = event(
        "SOLVED", "OPEN", via={"channel": "answer_bot_for_web_widget"}, assignee_id="235323"
    )
    assert ticket("zendesk", alone).by_bot
    assert not ticket("zendesk", helped).by_bot
    assert not ticket("zendesk", event("SOLVED", "OPEN")).by_bot


BOT = {"type": "bot", "id": "815309"}
ADMIN = {"type": "admin", "id": "814860", "name": "Kim"}


@pytest.mark.parametrize(
    ("item", "by_bot"),
    [
        ({"ai_agent_participated": True}, True),
        ({"conversation_parts": [{"part_type": "close", "author": BOT}]}, True),
        ({}, False),
        ({"ai_agent_participated": True, "teammates": [ADMIN]}, False),
        ({"ai_agent_participated": True, "admin_assignee_id": 814860}, False),
        ({"ai_agent_participated": True, "admin_assignee_id": 0}, True),
        ({"ai_agent_participated": True, "assignee": ADMIN}, False),
        ({"ai_agent_participated": True, "assignee": {"type": "nobody_admin"}}, True),
        (
            {"ai_agent_participated": True, "statistics": {"first_admin_reply_at": 1795338000}},
            False,
        ),
        (
            {
                "conversation_parts": [
                    {"part_type": "comment", "author": BOT},
                    {"part_type": "close", "author": ADMIN},
                ]
            },
            False,
        ),
    ],
)
def test_an_intercom_bot_alone(item: dict[str, Any], by_bot: bool) -> None:
    """A bot is seen at work, and no person anywhere."""
    assert ticket("intercom", intercom(**item)).by_bot is by_bot


@pytest.mark.parametrize(
    ("author", "state", "reopened"),
    [
        ("user", "open", True),
        ("lead", "open", True),
        ("user", None, True),
        ("user", "closed", False),
        ("user", "snoozed", False),
        ("bot", "open", False),
        ("admin", "open", False),
    ],
)
def test_an_intercom_reply_that_opens(author: str, state: str | None, reopened: bool) -> None:
    """The customer's own, into a conversation that is open then."""
    part = {"part_type": "comment", "author": {"type": author, "id": "7"}}
    body = intercom("conversation.user.replied", state=state, conversation_parts=[part])
    assert isinstance(told("intercom", body), Withdrawn) is reopened


def test_an_intercom_conversation_is_solved_when_it_was_closed() -> None:
    """The closing itself, else the statistics, else the notification: always out of the body."""
    statistics = {"last_close_at": 1795341500}
    part = {"part_type": "close", "created_at": 1795341400}
    times = [
        ticket("intercom", intercom(**item)).solved_at.timestamp()
        for item in (
            {"statistics": statistics, "conversation_parts": [part]},
            {"statistics": statistics, "conversation_parts": [part | {"part_type": "comment"}]},
            {"statistics": {"last_close_at": None}},
        )
    ]
    assert times == [1795341400, 1795341500, 1795341600]


def test_an_intercom_address_is_that_of_the_customer() -> None:
    """Never a teammate's who began the conversation, or another contact's."""
    admin = ADMIN | {"email": "kim@acme.example"}
    other = {"id": "8", "type": "user", "email": "other@example.org"}
    for source in ({"author": admin}, {"author": other}):
        assert ticket("intercom", intercom(source=source)).customer.email is None


def test_intercoms_markup_is_taken_out_of_a_subject() -> None:
    """Also where it hides what else must not be in one."""
    source = {"type": "email", "subject": "<p>Refund &amp;<br>more&#13;&#10;Bcc: x</p>"}
    assert ticket("intercom", intercom(source=source)).subject == "Refund & more Bcc: x"


def test_gorgias_words_for_nothing_are_nothing() -> None:
    """As its placeholders write them."""
    solved = ticket(
        "gorgias",
        gorgias(
            subject="None",
            language="null",
            trashed_datetime="None",
            assignee_user={"name": "None"},
            assignee_team={"name": ""},
            customer={"id": 7, "name": "None", "email": "None"},
        ),
    )
    assert (solved.subject, solved.language, solved.agent, solved.team) == (None,) * 4
    assert (solved.customer.name, solved.customer.email) == (None, None)


def test_gorgias_customer_by_the_tickets_own_field() -> None:
    """Where the ticket has only the customer's number."""
    assert ticket("gorgias", gorgias(customer=None, customer_id=7)).customer.id == "7"


@pytest.mark.parametrize(
    ("messages", "by_bot"),
    [
        ([], False),
        ([{"from_agent": True, "via": "rule"}], True),
        ([{"from_agent": True, "via": "rule"}, {"from_agent": True, "via": "helpdesk"}], False),
        ([{"from_agent": False, "via": "rule"}], False),
        ([{"from_agent": True, "via": "rule", "channel": "internal-note"}], False),
    ],
)
def test_a_gorgias_rule_alone(messages: list[dict[str, Any]], by_bot: bool) -> None:
    """Every answer was a rule's, and there was one."""
    assert ticket("gorgias", gorgias(messages=messages)).by_bot is by_bot


def test_a_gorgias_time_with_a_zone_is_the_same_moment() -> None:
    """Without one it is UTC."""
    bare = ticket("gorgias", gorgias()).solved_at
    assert bare == ticket("gorgias", gorgias(closed_datetime="2026-11-20T11:00:00+01:00")).solved_at
    assert bare.utcoffset() is not None
