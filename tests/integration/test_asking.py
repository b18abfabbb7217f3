"""The rules of asking through the real functions: when, how often, how, and when not any more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from typing import Any

import boto3
import pytest

from northstar.domain.aggregates import Row
from northstar.domain.errors import Unavailable, Unclear
from northstar.domain.surveys import Ask
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

ASKING = "[asking]\n"


def stored(told: dict[str, Any]) -> Ask:
    """Return the ask of a receipt as it is stored."""
    ask = bootstrap.feedback_store().ask(told["ask"])
    assert ask is not None
    return ask


def tell(pipeline: Pipeline, kind: str, **about: Any) -> dict[str, Any]:
    """Post another delivery of the standard desk and return the 202's content."""
    field = "feedback" if kind == "feedback.created" else "ticket"
    response = pipeline.webhook(json.dumps({"type": kind, field: about}).encode())
    assert response.status == 202, response.body
    content: dict[str, Any] = json.loads(response.body)
    return content


def came_back(pipeline: Pipeline, event: dict[str, Any]) -> None:
    """Let the mail service publish an event, and the function take it from its queue."""
    topic = pipeline.made["MailEvents", "Ref"]
    boto3.client("sns").publish(TopicArn=topic, Message=json.dumps(event))
    pipeline.work_off_queue()


def bounce(address: str, kind: str = "Permanent", event_id: str = "1") -> dict[str, Any]:
    """Return a bounce as the mail service publishes it."""
    recipients = [{"emailAddress": address}]
    at = datetime.now(UTC).isoformat()
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": recipients,
            "timestamp": at,
            "feedbackId": event_id,
        },
        "mail": {"timestamp": at, "messageId": f"m{event_id}", "destination": [address]},
    }


def mailed(number: int) -> None:
    """Let so many asks more have been mailed today."""
    zone = bootstrap.configuration().business.zone
    row = Row("medium", "email", datetime.now(UTC).astimezone(zone).date().isoformat())
    bootstrap.progress_store().count([], {}, {row: {"sent": number}})


# ------------------------------------------------------------------ once for each resolution


def test_reopening_cancels_and_solving_again_asks_again(pipeline: Pipeline) -> None:
    """The open survey closes with its reason; the next solution has one of its own."""
    first = pipeline.solved()
    told = tell(pipeline, "ticket.reopened", id="T-1", at="2026-11-20T11:00:00Z")
    assert (told["state"], told["cancelled"]) == ("cancelled", 1)
    closed = pipeline.answer(first["survey_url"], answer="yes")
    assert closed.status == 410
    assert b"opened again" in closed.body
    second = pipeline.solved(solved_at="2026-11-20T12:00:00Z")
    assert second["state"] == "sent"
    assert pipeline.answer(second["survey_url"], answer="no").status == 303
    pipeline.work_off_stream()
    assert (pipeline.total("tickets"), pipeline.total("sent")) == (1, 2)
    assert (pipeline.total("cancelled"), pipeline.total("solved_no")) == (1, 1)
    assert pipeline.recount().agrees


@pytest.mark.parametrize("kind", ["ticket.reopened", "ticket.merged", "ticket.deleted"])
def test_a_withdrawal_that_overtakes_the_solution_still_counts(
    pipeline: Pipeline, kind: str
) -> None:
    """The order of deliveries makes no difference, and neither does their number."""
    for _ in range(2):
        tell(pipeline, kind, id="T-1", at="2026-11-20T11:00:00Z")
    told = pipeline.solved(channel="email")
    assert (told["state"], told["reason"]) == ("cancelled", kind.partition(".")[2])
    tell(pipeline, kind, id="T-1", at="2026-11-20T09:00:00Z")  # an older one changes nothing
    pipeline.work_off_queue()
    assert pipeline.mails() == []
    assert stored(told).ticket.customer.email is None


def test_an_answer_stays_when_the_ticket_is_opened_again(pipeline: Pipeline) -> None:
    """It was said about the first solution, counts, and can still be changed."""
    link = pipeline.solved()["survey_url"]
    pipeline.answer(link, answer="no")
    told = tell(pipeline, "ticket.reopened", id="T-1", at="2026-11-20T11:00:00Z")
    assert told["cancelled"] == 0
    assert pipeline.answer(link, answer="yes").status == 303
    pipeline.work_off_stream()
    assert (pipeline.total("solved_yes"), pipeline.total("cancelled")) == (1, 0)


# ------------------------------------------------------------------ how often and when


def test_a_person_is_asked_about_one_ticket_in_fourteen_days(pipeline: Pipeline) -> None:
    """Whatever the channel; after that again, and others at any time."""
    customer = {"id": "c-1", "email": "Ann@example.org"}
    assert pipeline.solved(customer=customer)["state"] == "sent"
    for number, channel in enumerate(("link", "email"), 2):
        again = {"id": str(number), "email": "ann@EXAMPLE.org"}
        told = pipeline.solved(id=f"T-{number}", channel=channel, customer=again)
        assert (told["state"], told["reason"]) == ("suppressed", "recently_asked")
        assert "survey_url" not in told
    assert pipeline.solved(id="T-4")["state"] == "sent"
    pipeline.at += timedelta(days=14).total_seconds()
    bodies = {"id": "T-5", "customer": customer}
    assert pipeline.solved(**bodies, solved_at="2026-12-05T10:00:00Z")["state"] == "sent"


def test_two_planned_asks_of_one_person_send_one_mail(pipeline: Pipeline) -> None:
    """Both were planned before either was sent: the second one is suppressed at the sending."""
    pipeline.configure(ASKING + "delay_minutes = { email = 60 }\n")
    customer = {"id": "c-1", "email": "ann@example.org"}
    solved_at = datetime.fromtimestamp(pipeline.at, UTC).isoformat()
    asks = [
        pipeline.solved(id=name, channel="email", customer=customer, solved_at=solved_at)
        for name in ("T-1", "T-2")
    ]
    assert {one["state"] for one in asks} == {"planned"}
    pipeline.work_off_queue()
    assert pipeline.mails() == []
    pipeline.work_off_schedule()
    pipeline.work_off_queue()
    states = sorted((stored(one).state, stored(one).reason or "") for one in asks)
    assert states == [("sent", ""), ("suppressed", "recently_asked")]
    assert len(pipeline.mails()) == 1


def test_a_delayed_ask_is_sent_once_and_not_before(pipeline: Pipeline) -> None:
    """However often its ticket is told of and its schedule fires."""
    pipeline.configure(ASKING + "delay_minutes = { email = 60 }\n")
    solved_at = datetime.fromtimestamp(pipeline.at, UTC)
    for _ in range(2):
        told = pipeline.solved(channel="email", solved_at=solved_at.isoformat())
    assert abs(stored(told).due_at - solved_at - timedelta(hours=1)) < timedelta(seconds=1)
    for _ in range(2):
        pipeline.work_off_schedule()
        pipeline.work_off_queue()
    assert len(pipeline.mails()) == 1


def test_nothing_is_sent_in_the_quiet_hours_of_the_customer(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that comes in the night waits for the morning of the customer's zone."""
    told = pipeline.solved(
        channel="email",
        customer={"id": "c", "email": "ann@example.org", "time_zone": "Asia/Tokyo"},
    )
    hour = (datetime.now(UTC).hour + 9) % 24
    ends = f"{(hour + 2) % 24:02}:00"
    pipeline.configure(f'{ASKING}quiet_from = "{hour:02}:00"\nquiet_until = "{ends}"\n')
    pipeline.work_off_queue()
    assert pipeline.mails() == []
    (planned,) = boto3.client("scheduler").list_schedules()["Schedules"]
    assert planned["Name"].startswith(f"ask-{told['ask']}")
    pipeline.configure("# all defaults")
    pipeline.work_off_schedule()
    pipeline.work_off_queue()
    assert len(pipeline.mails()) == 1


def test_there_is_one_reminder_and_none_after_an_answer(pipeline: Pipeline) -> None:
    """Who has not answered is reminded once; who has, is not; the address is gone afterwards."""
    pipeline.configure(ASKING + "remind_after_days = 3\n")
    silent = pipeline.solved(id="T-1", channel="email")
    quick = pipeline.solved(id="T-2", channel="email")
    pipeline.work_off_queue()
    assert stored(silent).ticket.customer.email
    (link,) = {
        found
        for mail in pipeline.mails()
        if "ann.T-2" in mail
        for found in re.findall(r"/s/[\w.-]+", _text(mail))
    }
    assert pipeline.answer(link, answer="yes").status == 303
    for _ in range(2):
        pipeline.work_off_schedule()
        pipeline.work_off_queue()
    subjects = [str(message_from_string(mail)["Subject"]) for mail in pipeline.mails()]
    assert len(subjects) == 3
    assert sum("reminder" in subject for subject in subjects) == 1
    assert stored(silent).ticket.customer.email is None
    assert stored(quick).reminded_at is None
    pipeline.work_off_stream()
    assert pipeline.total("reminded") == 1


def _text(mail: str) -> str:
    """The plain part of a mail."""
    parts = message_from_string(mail).walk()
    plain = next(part for part in parts if part.get_content_type() == "text/plain")
    payload = plain.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


# ------------------------------------------------------------------ no more surveys


def test_one_click_unsubscribes_and_get_does_not(pipeline: Pipeline) -> None:
    """The header's link works by POST alone, twice as once, and nothing more is sent."""
    pipeline.solved(channel="email")
    pipeline.work_off_queue()
    (mail,) = pipeline.mails()
    told = message_from_string(mail)
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(told["List-Unsubscribe"]).strip("<>")
    for method in ("GET", "HEAD"):
        assert pipeline.call(method, link).status == 200
    assert pipeline.solved(id="T-2", channel="link")["state"] == "sent"
    for _ in range(2):
        posted = pipeline.call("POST", link, body=b"List-Unsubscribe=One-Click")
        assert posted.status == 200
    customer = {"id": "c-ann", "email": "ann@example.org"}
    pipeline.configure(ASKING + "days_between = 0\n")
    again = pipeline.solved(id="T-3", channel="link", customer=customer)
    assert (again["state"], again["reason"]) == ("suppressed", "unsubscribed")


def test_a_survey_token_does_not_unsubscribe_nor_the_other_way_round(pipeline: Pipeline) -> None:
    """Each link does what it was made for."""
    token = pipeline.solved()["survey_url"].rpartition("/")[2]
    page = pipeline.get(f"/s/{token}").body.decode()
    (stop,) = re.findall(r'href="/u/([\w.-]+)"', page)
    assert pipeline.call("POST", f"/u/{token}").status == 404
    assert pipeline.get(f"/u/{stop}").status == 200
    assert pipeline.get(f"/s/{stop}").status == 404
    assert pipeline.answer(f"/s/{stop}", answer="yes").status == 404


def test_a_hard_bounce_closes_the_address(pipeline: Pipeline) -> None:
    """Through the topic and the queue, twice as once; others are still written to."""
    for _ in range(2):
        came_back(pipeline, bounce("Ann@example.org"))
    told = pipeline.solved(channel="email")
    assert (told["state"], told["reason"]) == ("suppressed", "bounced")
    assert pipeline.solved(id="T-2", channel="email")["state"] == "planned"


def test_three_soft_bounces_close_the_address(pipeline: Pipeline) -> None:
    """Two do not, and the same one again does not count."""
    for event_id in ("1", "2", "2"):
        came_back(pipeline, bounce("ann@example.org", "Transient", event_id))
    assert pipeline.solved(channel="email")["state"] == "planned"
    came_back(pipeline, bounce("ann@example.org", "Transient", "3"))
    told = pipeline.solved(
        id="T-9", channel="email", customer={"id": "c", "email": "ann@example.org"}
    )
    assert told["reason"] == "bounced"


def test_an_ask_that_was_planned_before_the_bounce_is_not_sent(pipeline: Pipeline) -> None:
    """What came back in between is seen at the sending."""
    told = pipeline.solved(channel="email")
    messages = boto3.client("sqs").receive_message(QueueUrl=pipeline.made["AskQueue", "Ref"])
    came_back(pipeline, bounce("ann@example.org"))
    boto3.client("sqs").send_message(
        QueueUrl=pipeline.made["AskQueue", "Ref"], MessageBody=messages["Messages"][0]["Body"]
    )
    pipeline.work_off_queue()
    assert (stored(told).state, stored(told).reason) == ("suppressed", "bounced")
    assert pipeline.mails() == []


def test_sending_stops_while_too_many_mails_come_back(pipeline: Pipeline) -> None:
    """At three in a hundred the next ask waits, an alert says so, and later it is sent."""
    progress = bootstrap.progress_store()
    mailed(33)
    came_back(pipeline, bounce("bad@example.org"))
    told = pipeline.solved(channel="email")
    pipeline.work_off_queue()
    assert (stored(told).state, pipeline.mails()) == ("planned", [])
    (alert,) = progress.alerts()
    assert alert.kind == "sending_stopped"
    mailed(2)
    pipeline.work_off_schedule()
    pipeline.work_off_queue()
    assert stored(told).state == "sent"


# ------------------------------------------------------------------ chats


def chats(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, failure: Exception | None
) -> list[Any]:
    """Let zendesk take replies, or fail as told; return the requests that are made."""
    calls: list[Any] = []

    def send(call: Any, **_: Any) -> None:
        calls.append(call)
        if failure:
            raise failure

    monkeypatch.setattr("northstar.delivery.chat.send", send)
    secret = json.dumps({"zendesk_api": "token"})
    boto3.client("secretsmanager").put_secret_value(SecretId="DeskSecret", SecretString=secret)
    pipeline.configure(
        '[[desks]]\nname = "zendesk"\naddress = "https://acme.zendesk.com"\nagent = "a@b.example"\n'
    )
    return calls


def chat_ask(email: str | None) -> dict[str, Any]:
    """Store a planned ask of a Zendesk chat, and put its message on the queue."""
    from northstar.domain import surveys
    from northstar.domain.tickets import Customer, Ticket

    now = datetime.now(UTC)
    ticket = Ticket("zendesk", "35436", "chat", now, Customer("7", email))
    ask = surveys.plan(ticket, bootstrap.pepper(), now, survey="built-in@1")
    bootstrap.feedback_store().create_ask(ask)
    bootstrap.ask_queue().send({"ask": ask.id, "base_url": "https://example.com"})
    return {"ask": ask.id}


def test_a_chat_is_answered_in_the_chat(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reply with the survey's link, and no mail."""
    calls = chats(pipeline, monkeypatch, None)
    told = chat_ask("ann@example.org")
    pipeline.work_off_queue()
    (call,) = calls
    assert "https://example.com/s/" in call.body.decode()
    assert (stored(told).state, stored(told).medium, pipeline.mails()) == ("sent", None, [])


def test_a_chat_that_refuses_is_followed_by_a_mail(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ask says that it went by mail."""
    from northstar.domain.errors import Invalid

    chats(pipeline, monkeypatch, Invalid("refused"))
    told = chat_ask("ann@example.org")
    pipeline.work_off_queue()
    assert (stored(told).state, stored(told).medium) == ("sent", "email")
    assert len(pipeline.mails()) == 1


def test_a_chat_that_refuses_without_an_address_is_suppressed(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its reason."""
    from northstar.domain.errors import Invalid

    chats(pipeline, monkeypatch, Invalid("refused"))
    told = chat_ask(None)
    pipeline.work_off_queue()
    assert (stored(told).state, stored(told).reason) == ("suppressed", "refused")


def test_a_chat_that_is_down_is_tried_again_and_then_mailed(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first tries leave the message on the queue; the third gives up on the chat."""
    calls = chats(pipeline, monkeypatch, Unavailable("down"))
    told = chat_ask("ann@example.org")
    monkeypatch.setattr("northstar.domain.asking.SENDING_LEASE", timedelta(0))
    assert [receive(pipeline, told, tries) for tries in (1, 2, 3)] == [True, True, False]
    assert (len(calls), stored(told).medium, len(pipeline.mails())) == (3, "email", 1)


# ------------------------------------------------------------------ anything else that is said


def test_a_remark_is_stored_once_scored_counted_and_shown(pipeline: Pipeline) -> None:
    """A post on a social network goes the way of answers and reviews."""
    for _ in range(2):
        told = tell(
            pipeline,
            "feedback.created",
            id="post-1",
            text="I love this app, great support!",
            rating=5,
            channel="social",
            journey="use",
            language="en",
            said_at="2026-11-20T10:00:00Z",
        )
    assert told["state"] == "stored"
    pipeline.work_off_stream()
    assert (pipeline.total("remarks"), pipeline.total("feedback")) == (1, 1)
    assert pipeline.total("remark_positive") == 1
    assert pipeline.recount().agrees
    page = pipeline.get("/feedback", pipeline.log_in())
    assert b"I love this app" in page.body


# ------------------------------------------------------------------ answers that lead to nobody


def test_anonymous_answers_lead_back_to_nobody(pipeline: Pipeline) -> None:
    """Numbers and texts are as ever; no item holds both the answer and who gave it."""
    pipeline.configure("[answering]\nanonymous = true\n")
    link = pipeline.solved(template=None)["survey_url"]
    assert b"kept apart" in pipeline.get(link).body
    assert pipeline.answer(link, answer="4", comment="Quick and kind").status == 303
    assert pipeline.get(f"{link}/done").status == 200
    again = pipeline.answer(link, answer="1")
    assert again.status == 410
    pipeline.work_off_stream()
    assert (pipeline.total("csat_4"), pipeline.total("answers")) == (1, 1)
    assert (pipeline.total("answered"), pipeline.total("tickets_answered")) == (1, 1)
    assert pipeline.recount().agrees
    items = boto3.client("dynamodb").scan(TableName="FeedbackTable")["Items"]
    (answer,) = [item for item in items if "Quick and kind" in json.dumps(item)]
    assert not {"person", "ticket", "name", "subject", "answered_at"} & answer.keys()
    assert not any("csat" in item for item in items if "person" in item)
    assert b"Quick and kind" in pipeline.get("/feedback", pipeline.log_in()).body


# ------------------------------------------------------------------ surveys as data

REFUNDS = """
[[surveys]]
name = "refunds"
asks = "solved"
templates = ["refund"]
question_1 = { en = "Is your refund sorted?", de = "Ist Ihre Erstattung erledigt?" }
question_2 = { en = "What was missing?" }
"""


def test_a_wording_of_ones_own_is_asked_and_counted_under_its_version(pipeline: Pipeline) -> None:
    """The page asks it in the ticket's language, and two wordings are two rows."""
    pipeline.configure(REFUNDS)
    english = pipeline.solved()
    german = pipeline.solved(id="T-2", language="de")
    other = pipeline.solved(id="T-3", template={"id": "other"})
    assert b"Is your refund sorted?" in pipeline.get(english["survey_url"]).body
    page = pipeline.get(german["survey_url"]).body.decode()
    assert "Ist Ihre Erstattung erledigt?" in page
    assert "What was missing?" not in page  # our own German words stand in for it
    assert b"Did this answer solve your problem?" in pipeline.get(other["survey_url"]).body
    pipeline.configure(REFUNDS.replace("sorted", "complete"))
    changed = pipeline.solved(id="T-4")
    assert b"Is your refund sorted?" in pipeline.get(english["survey_url"]).body
    assert b"Is your refund complete?" in pipeline.get(changed["survey_url"]).body
    for told in (english, changed):
        pipeline.answer(told["survey_url"], answer="yes")
    pipeline.work_off_stream()
    rows = {
        row.value: measures["solved_yes"]
        for row, measures in bootstrap.progress_store().totals()
        if row.dimension == "survey" and "solved_yes" in measures
    }
    assert sorted(name.partition("@")[0] for name in rows) == ["refunds", "refunds"]
    assert set(rows.values()) == {1}


# ------------------------------------------------------------------ what went wrong elsewhere


def test_a_late_solution_of_a_deleted_ticket_takes_nobodys_place(pipeline: Pipeline) -> None:
    """Its ask is cancelled from the start, and the person can be asked about another ticket."""
    customer = {"id": "c", "email": "ann@example.org"}
    tell(pipeline, "ticket.deleted", id="T-1", at="2026-11-20T11:00:00Z")
    late = pipeline.solved(customer=customer)
    assert (late["state"], "survey_url" in late) == ("cancelled", False)
    assert pipeline.solved(id="T-2", customer=customer)["state"] == "sent"


def test_a_ticket_that_is_opened_again_and_again_is_asked_about_twice(pipeline: Pipeline) -> None:
    """The first survey is replaced once; after that the person is left alone for the days."""
    states = [
        pipeline.solved(solved_at=f"2026-11-20T{hour}:00:00Z")["state"] for hour in (10, 12, 14, 16)
    ]
    assert states == ["sent", "sent", "suppressed", "suppressed"]


def test_solving_again_seconds_after_the_mail_asks_again(pipeline: Pipeline) -> None:
    """A customer who says thanks in the ticket opens it again; its next solution is asked about."""
    pipeline.solved(channel="email")
    pipeline.work_off_queue()
    tell(pipeline, "ticket.reopened", id="T-1", at="2026-11-20T10:00:05Z")
    again = pipeline.solved(channel="email", solved_at="2026-11-20T10:00:10Z")
    assert again["state"] == "planned"
    pipeline.work_off_queue()
    assert (stored(again).state, len(pipeline.mails())) == ("sent", 2)


def test_an_ask_that_waits_is_no_difference_of_a_recount(pipeline: Pipeline) -> None:
    """It is told as waiting, and counts once it is sent."""
    pipeline.solved(channel="email")
    found = pipeline.recount()
    assert (found.agrees, found.waiting, found.behind) == (True, 1, ())


def test_rows_of_the_cohort_do_not_depend_on_the_answer(pipeline: Pipeline) -> None:
    """An answer in German to an ask without a language counts as German, the asking does not."""
    answered = pipeline.solved(id="T-1", language=None)
    pipeline.solved(id="T-2", language=None)
    pipeline.solved(id="T-3", language="pt-BR")
    pipeline.answer(answered["survey_url"], answer="yes", comment="これはとても良いです")
    pipeline.work_off_stream()
    rows: dict[str, Any] = {}
    for row, measures in bootstrap.progress_store().totals():
        if row.dimension == "language":
            rows.setdefault(row.value, set()).update(measures)
    assert "answers" in rows["ja"]
    assert not {"sent", "answered", "tickets"} & rows["ja"]
    assert "sent" in rows["pt"]


def receive(pipeline: Pipeline, told: dict[str, Any], tries: int) -> bool:
    """Let the function get the message of an ask; return whether it is to come again."""
    record = {
        "messageId": "1",
        "body": json.dumps({"ask": told["ask"], "base_url": "https://example.com"}),
        "attributes": {"ApproximateReceiveCount": str(tries)},
        "eventSource": "aws:sqs",
    }
    return bool(pipeline.invoke("Ask", {"Records": [record]}).payload["batchItemFailures"])


def test_a_message_that_may_have_been_taken_is_repeated_once_and_in_no_other_medium(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the second time without an answer it counts as sent."""
    calls = chats(pipeline, monkeypatch, Unclear("no answer"))
    told = chat_ask("ann@example.org")
    monkeypatch.setattr("northstar.domain.asking.SENDING_LEASE", timedelta(0))
    assert [receive(pipeline, told, tries) for tries in (1, 2, 3)] == [True, False, False]
    assert (len(calls), stored(told).state, pipeline.mails()) == (2, "sent", [])


def test_a_chat_that_refuses_waits_while_no_mail_may_be_sent(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put off for an hour, like every mail, and is sent when that is over."""
    from northstar.domain.errors import Invalid

    chats(pipeline, monkeypatch, Invalid("refused"))
    mailed(33)
    came_back(pipeline, bounce("bad@example.org"))
    told = chat_ask("ann@example.org")
    pipeline.work_off_queue()
    assert (stored(told).state, pipeline.mails()) == ("planned", [])
    mailed(100)
    pipeline.work_off_schedule()
    pipeline.work_off_queue()
    assert (stored(told).state, stored(told).medium) == ("sent", "email")


def test_the_mails_that_the_breaker_looks_at_are_all_that_were_sent(pipeline: Pipeline) -> None:
    """Also those whose ask was cancelled afterwards."""
    from zoneinfo import ZoneInfo

    pipeline.solved(channel="email")
    pipeline.work_off_queue()
    tell(pipeline, "ticket.reopened", id="T-1", at="2026-11-21T00:00:00Z")
    pipeline.work_off_stream()
    zone = ZoneInfo(bootstrap.configuration().business.time_zone)
    today = datetime.now(UTC).astimezone(zone).date()
    assert bootstrap.progress_store().mail_health(today).sent == 1


def test_an_ask_that_was_given_up_does_not_hold_its_persons_place(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour after all tries have failed, somebody else's ticket is asked about."""
    from northstar.domain import asking
    from northstar.domain.asking import Contact

    told = pipeline.solved(channel="email")
    store, person = bootstrap.feedback_store(), stored(told).person
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    claimed = asking.take_place(Contact(person), told["ask"], long_ago, to_send=True)
    store.replace_contact(claimed, 0)
    customer = {"id": "c", "email": "ann@example.org"}
    assert pipeline.solved(id="T-2", customer=customer)["state"] == "sent"


def test_a_link_lives_as_long_however_late_it_was_sent(pipeline: Pipeline) -> None:
    """Four weeks from the sending, and a week more for changes."""
    told = pipeline.solved(channel="email")
    ask = replace(stored(told), due_at=datetime.now(UTC) - timedelta(days=60), version=2)
    bootstrap.feedback_store().replace_ask(ask, 1)
    pipeline.work_off_queue()
    (link,) = set(re.findall(r"/s/[\w.-]+", _text(pipeline.mails()[0])))
    pipeline.at += timedelta(days=27).total_seconds()
    assert pipeline.get(link).status == 200
