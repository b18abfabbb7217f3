"""From a signed webhook over the survey page to the aggregates, through the real functions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from northstar.app import answer, ask
from northstar.domain import asking, surveys
from northstar.domain.errors import Unavailable
from northstar.domain.tickets import Channel
from northstar.runtime import bootstrap
from tests.integration.conftest import SECRET, Pipeline, delivery


def test_an_answered_survey_is_counted_once_and_shown(pipeline: Pipeline) -> None:
    """A solved ticket, its answer and its comment reach the aggregates, the page and the CSV."""
    told = pipeline.solved()
    page = pipeline.get(told["survey_url"])
    posted = pipeline.answer(told["survey_url"], answer="yes", comment="Great, thank you!")
    pipeline.work_off_stream()

    assert told["state"] == "sent"
    assert b"Did this answer solve your problem?" in page.body
    assert posted.status == 303
    assert dict(posted.headers)["location"].endswith("/done")
    assert pipeline.total("answers") == pipeline.total("solved_yes") == 1
    assert pipeline.total("answer_positive") == 1
    assert pipeline.recount().agrees
    cookie = pipeline.log_in()
    assert b"Great, thank you!" in pipeline.get("/", cookie).body
    file = pipeline.get("/feedback?format=csv", cookie).body.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(file))
    assert (row["id"], row["kind"], row["solved"]) == (told["ask"], "answer", "yes")
    assert (row["text"], row["template"]) == ("Great, thank you!", "refund@3")
    assert float(row["sentiment"]) > 0.5


def test_the_same_webhook_makes_one_ask(pipeline: Pipeline) -> None:
    """Any number of deliveries of one resolution answer the same and store one ask."""
    first, *others = [pipeline.solved() for _ in range(5)]
    assert all(other == first for other in others)
    pipeline.work_off_stream()
    assert pipeline.total("tickets") == 1


def test_solving_again_asks_again(pipeline: Pipeline) -> None:
    """Another time of solution is another resolution: its ask takes the place of the first."""
    first = pipeline.solved()
    second = pipeline.solved(solved_at="2026-11-21T10:00:00Z")
    assert first["ask"] != second["ask"]
    assert first["ask"][:24] == second["ask"][:24]  # they stand together, under their ticket
    assert pipeline.get(first["survey_url"]).status == 410
    assert pipeline.answer(second["survey_url"], answer="yes").status == 303
    assert pipeline.solved()["state"] == "cancelled"  # the first delivery again
    pipeline.work_off_stream()
    assert (pipeline.total("tickets"), pipeline.total("cancelled")) == (1, 1)
    assert (pipeline.total("sent"), pipeline.total("answered")) == (2, 1)


def test_a_ticket_by_mail_is_mailed_once(pipeline: Pipeline) -> None:
    """Channel email sends one mail whose links only preselect, and then forgets the address."""
    told = pipeline.solved(channel="email")
    assert told["state"] == "planned"
    assert "survey_url" not in told
    pipeline.solved(channel="email")
    pipeline.work_off_queue()
    pipeline.solved(channel="email")
    pipeline.work_off_queue()

    (mail,) = pipeline.mails()
    assert "To: ann@example.org" in mail
    assert "?r=3Dyes" in mail or "?r=yes" in mail
    ask = bootstrap.feedback_store().ask(told["ask"])
    assert ask is not None
    assert (ask.state, ask.ticket.customer.email) == ("sent", None)
    pipeline.work_off_stream()
    assert pipeline.total("sent") == 1


def test_a_crash_after_the_mail_repeats_at_most_that_mail(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the success could not be stored, the message comes again and the ask ends as sent."""
    told = pipeline.solved(channel="email")
    store = bootstrap.feedback_store()
    replace, calls = store.replace_ask, []

    def fails_once(ask: surveys.Ask, expected: int) -> None:
        calls.append(ask.state)
        if calls.count("sent") == 1 and ask.state == "sent":
            raise KeyboardInterrupt
        replace(ask, expected)

    monkeypatch.setattr(store, "replace_ask", fails_once)
    with pytest.raises(KeyboardInterrupt):
        pipeline.work_off_queue()
    monkeypatch.setattr(asking, "SENDING_LEASE", timedelta(0))  # the claim has run out
    boto3.client("sqs").send_message(
        QueueUrl=pipeline.made["AskQueue", "Ref"],
        MessageBody=json.dumps({"ask": told["ask"], "base_url": "https://example.com"}),
    )
    pipeline.work_off_queue()
    stored = store.ask(told["ask"])
    assert stored is not None
    assert stored.state == "sent"
    assert len(pipeline.mails()) == 2


def test_two_messages_for_one_ask_send_one_mail(pipeline: Pipeline) -> None:
    """While one worker hands the mail over, another one leaves it alone and comes back."""
    told = pipeline.solved(channel="email")
    store, mails, refused = bootstrap.feedback_store(), [], []

    def deliver(claimed: surveys.Ask) -> Channel:
        mails.append(claimed.id)
        with pytest.raises(Unavailable) as other:
            ask.send(told["ask"], deliver, around)
        refused.append(other)
        return "email"

    around = ask.Surroundings(
        store=store,
        progress=bootstrap.progress_store(),
        schedule=bootstrap.schedule(),
        configuration=bootstrap.configuration(),
        base_url="https://example.com",
        now=datetime.now(UTC),
    )
    assert ask.send(told["ask"], deliver, around).state == "sent"
    assert ask.send(told["ask"], deliver, around).state == "sent"
    assert (len(mails), len(refused)) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"channel": "email", "customer": {"id": "c"}}, "no_address"),
        ({"by_bot": True}, "bot_only"),
        ({"internal": True}, "internal"),
    ],
)
def test_who_cannot_be_asked_is_kept_with_the_reason(
    pipeline: Pipeline, changes: dict[str, Any], reason: str
) -> None:
    """A suppressed ask is stored, says why, and counts as a ticket without an ask."""
    told = pipeline.solved(**changes)
    ask = bootstrap.feedback_store().ask(told["ask"])
    assert (told["state"], told["reason"]) == ("suppressed", reason)
    assert ask is not None
    assert (ask.reason, ask.ticket.customer.email) == (reason, None)
    pipeline.work_off_stream()
    assert (pipeline.total("suppressed"), pipeline.total("sent")) == (1, 0)
    assert pipeline.total(f"suppressed_{reason}") == 1


def test_get_and_head_never_write(pipeline: Pipeline) -> None:
    """A scanner that follows every link, also with a rating, changes nothing."""
    told = pipeline.solved()
    pipeline.new_entries()
    for path in ("", "?r=yes", "?r=no", "?r=5", "/done", "?r=yes&lang=de"):
        assert pipeline.get(told["survey_url"] + path).status == 200
    assert pipeline.call("HEAD", told["survey_url"]).status == 200
    assert pipeline.new_entries() == []


def test_an_answer_can_be_changed_and_counts_once(pipeline: Pipeline) -> None:
    """A second answer replaces the first in every number; the same one again changes nothing."""
    link = pipeline.solved(template=None)["survey_url"]
    pipeline.answer(link, answer="1", comment="Terrible, awful support")
    pipeline.work_off_stream()
    pipeline.answer(link, answer="5", comment="Great after all, thank you!")
    pipeline.answer(link, answer="5", comment="Great after all, thank you!")
    pipeline.work_off_stream()

    assert (pipeline.total("csat_1"), pipeline.total("csat_5")) == (0, 1)
    assert (pipeline.total("answer_negative"), pipeline.total("answer_positive")) == (0, 1)
    assert pipeline.total("answers") == 1
    assert pipeline.recount().agrees


def test_the_comment_of_a_second_visit_is_never_shown_again(pipeline: Pipeline) -> None:
    """A forwarded link shows the rating that was given, but not what was written."""
    link = pipeline.solved(template=None)["survey_url"]
    pipeline.answer(link, answer="4", comment="my secret remark")
    page = pipeline.get(link).body.decode()
    assert "my secret remark" not in page
    (chosen,) = re.findall(r"<input[^>]*checked[^>]*>", page)
    assert 'value="4"' in chosen


def test_too_late_is_gone_with_the_reason(pipeline: Pipeline) -> None:
    """After the edit window an answer is refused, after 28 days an unanswered survey is closed."""
    answered, unanswered = pipeline.solved(), pipeline.solved(id="T-2")
    pipeline.answer(answered["survey_url"], answer="yes")
    pipeline.at += timedelta(days=7, seconds=2).total_seconds()
    for late in (
        pipeline.get(answered["survey_url"]),
        pipeline.answer(answered["survey_url"], answer="no"),
    ):
        assert late.status == 410
        assert b"can no longer be changed" in late.body
    pipeline.at += timedelta(days=21).total_seconds()
    closed = pipeline.answer(unanswered["survey_url"], answer="yes")
    assert closed.status == 410
    pipeline.work_off_stream()
    assert pipeline.total("answers") == 1


@pytest.mark.parametrize(
    "token",
    ["x", "1.1.AAAA.BBBB", "1.1." + "A" * 27 + "." + "A" * 22, "%00", "é" * 40],
)
def test_links_that_lead_nowhere_are_all_alike(pipeline: Pipeline, token: str) -> None:
    """Malformed, forged and unknown links get the same page and the same 404."""
    from urllib.parse import quote

    page = pipeline.get(f"/s/{quote(token, safe='%')}")
    posted = pipeline.answer(f"/s/{quote(token, safe='%')}", answer="yes")
    assert page.status == posted.status == 404
    assert page.body == pipeline.get("/s/nothing").body


def test_a_wrong_form_comes_back_with_its_text(pipeline: Pipeline) -> None:
    """Without a rating the answer is 422, nothing is stored, and the comment is still there."""
    link = pipeline.solved()["survey_url"]
    pipeline.new_entries()
    for fields in ({"comment": "kept text"}, {"answer": "5", "comment": "kept text"}):
        response = pipeline.answer(link, **fields)
        assert response.status == 422
        assert b"kept text" in response.body
    assert pipeline.new_entries() == []


def test_twenty_answers_at_once_leave_one(pipeline: Pipeline) -> None:
    """Concurrent answers with one token all succeed, and end as one answer, counted once."""
    token = pipeline.solved(template=None)["survey_url"].rpartition("/")[2]
    store, keys, now = bootstrap.feedback_store(), bootstrap.token_keys(), datetime.now(UTC)

    def submit(number: int) -> str:
        chosen = surveys.Response(csat=number % 5 + 1)
        zone = bootstrap.configuration().business.zone
        return answer.submit(token, chosen, store=store, keys=keys, zone=zone, now=now).state

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(submit, range(20))) == {"answered"}
    pipeline.work_off_stream()
    assert pipeline.total("answers") == 1
    assert sum(pipeline.total(f"csat_{n}") for n in range(1, 6)) == 1


def test_naughty_strings_are_stored_shown_as_text_and_counted(
    pipeline: Pipeline, shared_data: Any
) -> None:
    """Every naughty string as comment, name and subject gets through as text, and is counted."""
    strings = json.loads((shared_data / "security/blns.json").read_text("utf-8"))
    words, others = strings[:20], strings[20:]  # "null" and the like are naughty only alone
    asked = [*words, *as_many_as_fit(others, 400)]
    for number, naughty in enumerate(asked):
        customer = {"id": f"c-{number}", "name": naughty}
        told = pipeline.solved(id=f"T-{number}", subject=naughty, customer=customer)
        page = pipeline.get(told["survey_url"])
        assert page.status == 200
        assert b"<script>alert" not in page.body
        assert pipeline.answer(told["survey_url"], answer="yes", comment=naughty).status == 303
        assert stored_texts(told["ask"]) == {surveys.clean_text(naughty) or None}
    pipeline.work_off_stream()
    assert pipeline.total("answers") == len(asked)
    assert pipeline.recount().agrees
    cookie = pipeline.log_in()
    assert pipeline.get("/", cookie).status == pipeline.get("/feedback", cookie).status == 200


def as_many_as_fit(strings: list[str], limit: int) -> Iterator[str]:
    """Yield the strings in their order: long ones alone, others as lines of one text."""
    text = strings[0]
    for one in strings[1:]:
        if len(text) + 1 + len(one) > limit:
            yield text
            text = one
        else:
            text = f"{text}\n{one}"
    yield text


def stored_texts(ask_id: str) -> set[str | None]:
    """Return the different ones of the stored comment, subject and customer's name."""
    ask = bootstrap.feedback_store().ask(ask_id)
    assert ask is not None
    assert ask.response is not None
    return {ask.response.comment, ask.ticket.subject, ask.ticket.customer.name}


class TestRefusedWebhooks:
    """Every bad delivery is a 4xx with one sentence, and nothing is written."""

    @pytest.fixture(autouse=True)
    def _nothing_is_written(self, pipeline: Pipeline) -> Any:
        pipeline.new_entries()
        yield
        assert pipeline.new_entries() == []

    def refused(self, pipeline: Pipeline, status: int, body: Any, **how: str) -> str:
        """Post a body that must be refused with this status; return the sentence."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = pipeline.webhook(raw, **how)
        told: str = json.loads(response.body)["error"]
        assert response.status == status, told
        assert told.endswith(".")
        return told

    @pytest.mark.parametrize(
        "headers",
        [
            {"webhook_signature": "v1,AAAA"},
            {"webhook_signature": "nonsense"},
            {"webhook_signature": ""},
            {"webhook_signature": "v1,é"},
            {"webhook_id": ""},
            {"webhook_id": "another"},
            {"webhook_timestamp": "soon"},
            {"webhook_timestamp": "nan"},
        ],
    )
    def test_unsigned_or_wrongly_signed(self, pipeline: Pipeline, headers: dict[str, str]) -> None:
        """A signature that is missing, malformed or of something else is 401."""
        self.refused(pipeline, 401, delivery(), **headers)

    def test_another_secret(self, pipeline: Pipeline) -> None:
        """A delivery signed with somebody else's secret is 401."""
        self.refused(pipeline, 401, delivery(), secret="whsec_" + "B" * 32)

    def test_too_old(self, pipeline: Pipeline) -> None:
        """A delivery of ten minutes ago is 401, and says that its time is off."""
        from datetime import UTC, datetime

        from standardwebhooks import Webhook

        then = datetime.now(UTC) - timedelta(minutes=10)
        body = json.dumps(delivery())
        signature = Webhook(SECRET).sign("msg_1", then, body)
        told = self.refused(
            pipeline,
            401,
            delivery(),
            webhook_timestamp=str(int(then.timestamp())),
            webhook_signature=signature,
        )
        assert "five minutes" in told

    def test_too_large(self, pipeline: Pipeline) -> None:
        """More than 32 KB is 413 before anything is parsed."""
        self.refused(pipeline, 413, b"[" * (32 * 1024 + 1))

    @pytest.mark.parametrize(
        "body",
        [
            b"not json",
            b"",
            b'{"type": "ticket.solved"',
            b"[" * 30_000,
            b'{"a":' * 5_000,
            b'{"type": NaN}',
            b'{"type": "ticket.solved", "ticket": {"id": "\\ud800"}}',
            b"\xff\xfe",
            b"[]",
            b"null",
        ],
    )
    def test_not_json(self, pipeline: Pipeline, body: bytes) -> None:
        """What is no JSON object of ours is refused, however deep or broken."""
        response = pipeline.webhook(body)
        assert response.status in {401, 422}
        assert json.loads(response.body)["error"].endswith(".")

    def test_unknown_fields_are_named(self, pipeline: Pipeline) -> None:
        """Fields that we do not know are refused with their names."""
        told = self.refused(pipeline, 422, delivery(mood="good", stars=5) | {"extra": 1})
        assert "ticket.mood" in told
        assert "ticket.stars" in told
        assert "extra" in told

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"id": 5}, "ticket.id"),
            ({"id": ""}, "ticket.id"),
            ({"channel": "pigeon"}, "ticket.channel"),
            ({"solved_at": "yesterday"}, "ticket.solved_at"),
            ({"solved_at": "2026-11-20T10:00:00"}, "ticket.solved_at"),
            ({"solved_at": "2099-01-01T00:00:00Z"}, "ticket.solved_at"),
            ({"solved_at": "0001-01-01T00:00:00+05:00"}, "ticket.solved_at"),
            ({"solved_at": "12345"}, "ticket.solved_at"),
            ({"solved_at": 12345}, "ticket.solved_at"),
            ({"first_reply_at": "9999-12-31T23:59:59-05:00"}, "ticket.first_reply_at"),
            ({"first_reply_at": "2099-12-31T23:59:59Z"}, "ticket.first_reply_at"),
            ({"template": {"id": "refund", "version": 10**400}}, "ticket.template.version"),
            ({"language": "en" + "-aaaaaaaa" * 9}, "ticket.language"),
            ({"customer": {"id": "c", "email": "a@b\r\nBcc: x@y"}}, "ticket.customer.email"),
            ({"customer": None}, "ticket.customer"),
            ({"template": "refund"}, "ticket.template"),
            ({"template": {"id": "refund", "version": True}}, "ticket.template.version"),
            ({"language": "../../etc"}, "ticket.language"),
            ({"team": "x" * 201}, "ticket.team"),
            ({"subject": ["a"]}, "ticket.subject"),
        ],
    )
    def test_wrong_values_are_named(
        self, pipeline: Pipeline, changes: dict[str, Any], field: str
    ) -> None:
        """A wrong type or value is 422, and the sentence names the field."""
        assert field in self.refused(pipeline, 422, delivery(**changes))

    def test_unknown_desk(self, pipeline: Pipeline) -> None:
        """A desk that does not exist is 404, and the known ones are named."""
        assert "standard" in self.refused(pipeline, 404, delivery(), desk="nowhere")
