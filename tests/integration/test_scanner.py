"""A mail scanner that follows every link in every way it can changes nothing at all."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string, policy
from itertools import product
from typing import Any

import boto3

from tests.integration.conftest import Pipeline

AGENTS = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0", "Barracuda Sentinel (EE)")
ADDRESSES = ("198.51.100.7", "203.0.113.9")
WAYS = (
    {},
    {"purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"x-moz": "prefetch"},
    {"x-purpose": "preview"},
)


def everything() -> list[str]:
    """Return every item of both tables, in a fixed order."""
    client = boto3.client("dynamodb")
    return sorted(
        json.dumps(item, sort_keys=True)
        for table in ("FeedbackTable", "ProgressTable")
        for item in client.scan(TableName=table)["Items"]
    )


def scan(pipeline: Pipeline, links: set[str]) -> set[str]:
    """Follow links with GET and HEAD, in bursts and in every way; return all that were followed."""

    def fetch(how: Any) -> str:
        method, link, agent, address, way = how
        headers = {"user-agent": agent, "x-forwarded-for": address, **way}
        answer = pipeline.call(method, link, headers=headers)
        assert answer.status in {200, 410}, (method, link, answer.status)
        return answer.body.decode()

    followed: set[str] = set()
    while fresh := links - followed:
        followed |= fresh
        ways = [way for link in sorted(fresh) for way in _ways_to(link)]
        with ThreadPoolExecutor(8) as pool:
            pages = list(pool.map(fetch, ways))
        for (_, link, *_), page in zip(ways, pages, strict=True):
            links |= {_beside(link, found) for found in _links(page)}
    return followed


def _ways_to(link: str) -> list[Any]:
    """Every way to follow a link; the other languages of a page are followed in two."""
    if "lang=" in link:
        return [
            ("GET", link, AGENTS[0], ADDRESSES[0], {}),
            ("HEAD", link, AGENTS[1], ADDRESSES[1], {}),
        ]
    return list(product(("GET", "HEAD"), [link], AGENTS, ADDRESSES, WAYS))


def _links(page: str) -> set[str]:
    """Where a page leads to, its forms' addresses too: a scanner tries these with GET."""
    found = set(re.findall(r'(?:href|action)="([^"#]+)', page))
    return {link.replace("&amp;", "&") for link in found if link.startswith(("/s/", "/u/", "?"))}


def _beside(link: str, found: str) -> str:
    return link.partition("?")[0] + found if found.startswith("?") else found


def in_mails(pipeline: Pipeline) -> set[str]:
    """Return every link of every mail, from its parts and its headers."""
    links: set[str] = set()
    for raw in pipeline.mails():
        mail = message_from_string(raw, policy=policy.default)
        texts = [str(mail["List-Unsubscribe"])]
        texts += [part.get_content() for part in mail.walk() if not part.is_multipart()]
        links |= {f for text in texts for f in re.findall(r"/[su]/[\w.-]+(?:\?r=\w+)?", text)}
    return links


def test_a_scanner_changes_nothing(pipeline: Pipeline) -> None:
    """Every link of mails, reminders and pages: no answer, no unsubscribe, no item changed.

    Asked and answered ones, both first questions, from two addresses, also as a prefetch.
    """
    pipeline.configure("[asking]\nremind_after_days = 1\n")
    pipeline.solved(id="T-1", channel="email")
    pipeline.solved(id="T-2", channel="email", template=None)
    pipeline.work_off_queue()
    pipeline.work_off_schedule()
    pipeline.work_off_queue()
    answered = pipeline.solved(id="T-3", template=None)["survey_url"]
    assert pipeline.answer(answered, answer="2", comment="as it was").status == 303
    assert len(pipeline.mails()) == 4
    links = in_mails(pipeline) | {answered.removeprefix("http://127.0.0.1:8000")}
    assert len([link for link in links if "?r=" in link]) == 2 + 5
    assert any(link.startswith("/u/") for link in links)
    before = everything()

    followed = scan(pipeline, links)

    assert any("lang=" in link for link in followed)
    assert everything() == before
    assert pipeline.answer(answered, answer="4").status == 303  # a person still can


def test_a_probed_link_marks_only_what_follows_at_once(pipeline: Pipeline) -> None:
    """HEAD and then an answer within seconds is suspect, counted as such, and not refused."""
    link = pipeline.solved()["survey_url"]
    pipeline.at += 3600
    pipeline.call("HEAD", link)
    pipeline.at += 2
    assert pipeline.answer(link, answer="yes").status == 303
    other = pipeline.solved(id="T-2")["survey_url"]
    pipeline.at += 3600
    pipeline.call("HEAD", other)
    pipeline.at += 30
    assert pipeline.answer(other, answer="yes").status == 303
    pipeline.work_off_stream()
    assert (pipeline.total("solved_yes"), pipeline.total("suspect_solved_yes")) == (2, 1)
    assert (pipeline.total("answered"), pipeline.total("suspect_answered")) == (2, 1)
    cookie = pipeline.log_in()
    assert b"1 answer looks machine-made" in pipeline.get("/", cookie).body
    assert b"n = 2" in pipeline.get("/", cookie).body
    left_out = pipeline.get("/?suspects=out", cookie).body
    assert b"n = 1" in left_out
    assert b"left out of the rates" in left_out


def test_twenty_posts_at_once_leave_one_answer(pipeline: Pipeline) -> None:
    """Each is answered as stored; one of them stays, and is counted once."""
    link = pipeline.solved(template=None)["survey_url"]

    def post(number: int) -> int:
        return pipeline.answer(link, answer=str(number % 5 + 1), comment=f"{number}").status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(20))) == {303}
    pipeline.work_off_stream()
    assert pipeline.total("answers") == pipeline.total("comments") == 1
    assert sum(pipeline.total(f"csat_{n}") for n in range(1, 6)) == 1
    assert pipeline.recount().agrees


def test_edits_at_the_edges_of_the_window(pipeline: Pipeline) -> None:
    """One second before its end an edit is taken, one second after it is refused."""
    link = pipeline.solved()["survey_url"]
    pipeline.answer(link, answer="yes")
    pipeline.at += 7 * 24 * 3600 - 1
    assert pipeline.answer(link, answer="no").status == 303
    pipeline.at += 2
    refused = pipeline.answer(link, answer="yes")
    assert refused.status == 410
    assert b"can no longer be changed" in refused.body
    assert pipeline.get(f"{link}/done").status == 200


def test_a_link_works_in_two_generations_of_keys_and_not_in_the_third(pipeline: Pipeline) -> None:
    """Rotating twice with the old key kept once: then the link leads nowhere."""
    from local import memory

    link = pipeline.solved()["survey_url"]
    secrets = boto3.client("secretsmanager")
    first = json.loads(secrets.get_secret_value(SecretId="TokenSecret")["SecretString"])
    for generation, status in (
        ({"active": "2", "2": "b" * 48, "1": first["1"]}, 200),
        ({"active": "3", "3": "c" * 48, "2": "b" * 48}, 404),
    ):
        secrets.put_secret_value(SecretId="TokenSecret", SecretString=json.dumps(generation))
        memory.forget()
        assert pipeline.get(link).status == status
