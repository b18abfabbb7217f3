"""The inbox through the real function: what each filter lists, page by page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.client
import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Reply, Review, ReviewRecord, first_sight, seen_again
from northstar.domain.sentiment import Label, Score
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Verdict
from northstar.store.progress import DynamoProgressStore
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = '[business]\ntime_zone = "Europe/Berlin"\n'


@pytest.fixture
def inbox(pipeline: Pipeline) -> Inbox:
    """The list for somebody who is logged in, on one day in November."""
    pipeline.at = NOW.timestamp()
    return Inbox(pipeline)


class Inbox:
    """Reads the pages of the list as a browser does."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._cookie = pipeline.log_in()

    def get(self, url: str) -> Any:
        """Return a response."""
        return self.pipeline.get(url, self._cookie)

    def page(self, url: str) -> tuple[list[str], LexborHTMLParser]:
        """Return the ids on a page, and the page."""
        response = self.get(url)
        assert response.status == 200, response.body
        tree = LexborHTMLParser(response.body)
        hrefs = (link.attributes["href"] or "" for link in tree.css(".inbox > li .day"))
        return [parse_qs(urlsplit(href).query)["id"][0] for href in hrefs], tree

    def pages(self, **query: str) -> Iterator[list[str]]:
        """Yield the ids of each page, turned by its own links."""
        url: str | None = f"/feedback?{urlencode(query)}"
        while url:
            ids, tree = self.page(url)
            yield ids
            url = following(tree)

    def ids(self, **query: str) -> list[str]:
        """Return the ids of all pages."""
        return [one for page in self.pages(**query) for one in page]

    def file(self, **query: str) -> list[str]:
        """Return the ids in the file of the same filters, part by part."""
        url, ids = f"/feedback?{urlencode(query | {'format': 'csv'})}", []
        while url:
            part = self.get(url)
            assert part.status == 200
            rows = csv.DictReader(io.StringIO(part.body.decode("utf-8-sig"), newline=""))
            ids += [row["id"] for row in rows]
            url = dict(part.headers).get("link", "").partition(">")[0].lstrip("<")
        return ids


def following(tree: LexborHTMLParser) -> str | None:
    """Return where the link to older feedback leads."""
    hrefs = [link.attributes["href"] or "" for link in tree.css(".turn a")]
    return next((href for href in hrefs if "cursor=" in href), None)


def verdict(label: Label, language: str = "en", **changes: Any) -> Verdict:
    """Return what a made-up engine says."""
    score = Score(None if label == "undetermined" else 0.5, label, 0.9, language, "declared", "t")
    return replace(Verdict(score), **changes)


def review(number: int, created: str, rating: int | None = 5, **changes: Any) -> ReviewRecord:
    """Return a review of the Shopify app."""
    shown = Review("shopify", str(number), rating, created=created)
    fields = {name: changes.pop(name) for name in ("title", "text", "reply") if name in changes}
    return replace(first_sight(replace(shown, **fields), "app", NOW), **changes)


def answered(number: int, at: datetime, response: Response, **ticket: Any) -> Ask:
    """Return an ask with its answer."""
    asked = Ticket("zendesk", f"T-{number}", "email", at, Customer("c"), **ticket)
    return Ask(
        id=f"{number:032x}",
        version=2,
        state="answered",
        question="csat",
        ticket=asked,
        person="p",
        planned_at=at,
        due_at=at,
        survey="built-in@1",
        sent_at=at,
        answered_at=at,
        response=response,
    )


GOOD = replace(
    answered(
        1,
        NOW - timedelta(days=1),
        Response(csat=5, comment="Quick"),
        team="Billing",
        subject="My Refund",
        template=Template("refund", "3"),
    ),
    verdict=verdict("positive"),
)
BAD = replace(
    answered(2, NOW - timedelta(days=2), Response(solved=False), template=Template("refund", "4")),
    suspect=True,
)
ANONYMOUS = AnonymousAnswer(
    id="a" * 32,
    version=1,
    day="2026-11-19",
    question="solved",
    response=Response(solved=True),
    channel="chat",
    survey="built-in@1",
    template="login@-",
)
SOCIAL = Remark(
    id="b" * 32,
    version=1,
    said=Said("standard", "1", "social", NOW - timedelta(days=4), text="Café fermé", rating=1),
    verdict=verdict("undetermined", "fr"),
)
STARS = review(1, "2026-10-10", rating=5)
DOUBTFUL = review(
    2,
    "2026-09-30",
    text="Cannot log in",
    reply=Reply("We are ＳＯＲＲＹ"),
    verdict=verdict("negative", topics=("login",), mismatch="stars high, text negative"),
)
THANKS = review(
    3, "2026-03-01T23:30:00Z", rating=1, title="Danke", verdict=verdict("neutral", "de")
)
EVERYTHING = (GOOD, BAD, ANONYMOUS, SOCIAL, STARS, DOUBTFUL, THANKS)

CASES: tuple[tuple[dict[str, str], tuple[Any, ...]], ...] = (
    ({}, EVERYTHING),
    ({"text": "refund"}, (GOOD,)),
    ({"text": "cafe"}, (SOCIAL,)),
    ({"text": "sorry"}, (DOUBTFUL,)),
    ({"text": "danke"}, (THANKS,)),
    ({"rating": "5"}, (GOOD, STARS, DOUBTFUL)),
    ({"solved": "yes"}, (ANONYMOUS,)),
    ({"solved": "no"}, (BAD,)),
    ({"sentiment": "negative"}, (DOUBTFUL,)),
    ({"sentiment": "neutral"}, (THANKS,)),
    ({"sentiment": "undetermined"}, (SOCIAL,)),
    ({"topic": "login"}, (DOUBTFUL,)),
    ({"language": "fr"}, (SOCIAL,)),
    ({"source": "shopify"}, (STARS, DOUBTFUL, THANKS)),
    ({"source": "anonymous"}, (ANONYMOUS,)),
    ({"kind": "answer"}, (GOOD, BAD, ANONYMOUS)),
    ({"kind": "remark"}, (SOCIAL,)),
    ({"channel": "email"}, (GOOD, BAD)),
    ({"channel": "social"}, (SOCIAL,)),
    ({"team": "billing"}, (GOOD,)),
    ({"template": "refund"}, (GOOD, BAD)),
    ({"template": "refund@4"}, (BAD,)),
    ({"template": "login"}, (ANONYMOUS,)),
    ({"since": "2026-11-20"}, (GOOD, BAD)),
    ({"until": "2026-09-30"}, (DOUBTFUL, THANKS)),
    ({"until": "2099-12-31"}, EVERYTHING),
    ({"since": "2026-11-19", "until": "2026-11-20"}, (BAD, ANONYMOUS)),
    ({"since": "2026-03-02", "until": "2026-03-02"}, (THANKS,)),  # half past midnight in Berlin
    ({"since": "2026-03-01", "until": "2026-03-01"}, ()),
    ({"comment": "no"}, (BAD, ANONYMOUS, STARS)),
    ({"suspect": "yes"}, (BAD,)),
    ({"mismatch": "yes"}, (DOUBTFUL,)),
    ({"rating": "5", "source": "shopify"}, (STARS, DOUBTFUL)),
    ({"rating": "1", "language": "de"}, (THANKS,)),
    ({"kind": "answer", "solved": "no"}, (BAD,)),
    ({"text": "refund", "rating": "1"}, ()),
)


def test_each_filter_lists_what_fits_and_the_file_is_the_same(
    inbox: Inbox, feedback_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one and two together, newest first, over months in which nothing was said."""
    monkeypatch.setattr(DynamoProgressStore, "first_day", lambda _: date(2026, 1, 1))
    inbox.pipeline.configure(BERLIN)
    feedback_store.put_records(EVERYTHING)
    for query, expected in CASES:
        wanted = [record.id for record in expected]
        assert inbox.ids(**query) == wanted, query
        assert inbox.file(**query) == wanted, query


def test_what_is_not_offered_is_refused_with_a_sentence(inbox: Inbox) -> None:
    """422, and the remedy stands on the page; a parameter that nobody knows changes nothing."""
    response = inbox.get("/feedback?rating=6")
    assert response.status == 422
    assert b"write one of rating=1" in response.body
    assert inbox.get("/feedback?utm_source=mail").status == 200


def test_the_address_of_a_form_loses_its_empty_fields(inbox: Inbox) -> None:
    """What a browser sends becomes an address to share, and that is answered as it is."""
    response = inbox.get("/feedback?text=a+%26+b&rating=&since=&kind=review&cursor=&utm=x")
    location = dict(response.headers)["location"]
    assert response.status == 303
    assert location == "/feedback?text=a+%26+b&kind=review"
    assert inbox.get(location).status == 200
    assert dict(inbox.get("/feedback?text=&rating=").headers)["location"] == "/feedback"
    file = inbox.get("/feedback?text=&format=csv&rating=1")
    assert dict(file.headers)["location"] == "/feedback?rating=1&format=csv"
    assert inbox.pipeline.get("/feedback?text=").status == 401


def days_ago(numbers: Iterable[int], rating: int) -> list[ReviewRecord]:
    """Return a review for each number, so many days old."""
    return [
        review(n, (NOW.date() - timedelta(n)).isoformat(), rating, text=f"text {n}")
        for n in numbers
    ]


def test_pages_and_parts_go_on_while_others_arrive(
    inbox: Inbox, feedback_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under filters, nothing is lost or twice; the address keeps them, and so does the file."""
    monkeypatch.setattr("northstar.app.inbox.PAGE", 4)
    monkeypatch.setattr("northstar.app.inbox._FILE_PAGE", 3)
    monkeypatch.setattr("northstar.runtime.inbox._FILE_SECONDS", -1.0)
    bad, good = days_ago(range(1, 60, 5), 1), days_ago(range(0, 60, 5), 5)
    feedback_store.put_records(bad + good)
    turned: list[list[str]] = []
    for number, ids in enumerate(inbox.pages(rating="1", since="2026-01-01")):
        turned.append(ids)
        feedback_store.put_records(days_ago([100 * (number + 3)], 1))
        feedback_store.put_records([review(2000 + number, "2026-11-22", 1)])
    assert {len(page) for page in turned[:3]} == {4}
    known = {one.id for one in bad}
    assert [one for page in turned for one in page if one in known] == [one.id for one in bad]
    assert inbox.file(rating="1", since="2026-10-01", until="2026-11-21") == [
        one.id for one in bad if one.written >= "2026-10-01"
    ]


def watched(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets each call to AWS from now on; what is read once is read by now."""
    calls: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def counted(self: Any, operation: str, request: Any) -> Any:
        calls.append(operation)
        return original(self, operation, request)

    inbox.get("/feedback")
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
    return calls


def test_a_search_stops_and_offers_to_look_further_back(
    inbox: Inbox, feedback_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 300: what it found, how far it came, and how to go on; six calls with the login."""
    for first in range(0, 410, 100):
        many = [
            review(n, (NOW - timedelta(minutes=n)).isoformat(), 5 if n not in {3, 405} else 1)
            for n in range(first, min(first + 100, 410))
        ]
        feedback_store.put_records(many)
    calls = watched(inbox, monkeypatch)
    ids, tree = inbox.page("/feedback?rating=1")
    assert [call for call in calls if call != "GetItem"] == ["Query"] * 2 + ["BatchGetItem"] * 3
    assert ids == ["shopify:app:3"]
    looked = tree.css_first(".looked")
    assert looked is not None
    assert looked.text() == "Looked at the newest 300, back to 22 Nov 2026: 1 matches."
    further = following(tree)
    assert further is not None
    ids, tree = inbox.page(further)
    assert ids == ["shopify:app:405"]
    assert following(tree) is None
    assert not tree.css(".looked")


def test_without_filters_a_page_costs_a_query_and_a_batch(
    inbox: Inbox, feedback_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as this month fills it; one query more tells the first day that is counted."""
    feedback_store.put_records([review(n, "2026-11-20") for n in range(60)])
    calls = watched(inbox, monkeypatch)
    assert len(inbox.page("/feedback")[0]) == 50
    assert [call for call in calls if call != "GetItem"] == ["Query", "Query", "BatchGetItem"]


def test_a_review_shows_how_it_came_to_be_so(inbox: Inbox, feedback_store: Any) -> None:
    """Each look that we saw, newest first; the mark in the list leads there."""
    look = Review("shopify", "1", 1, text="Too slow to use", created="2026-11-01")
    first = first_sight(look, "app", NOW - timedelta(days=9))
    edited = replace(look, rating=4, text="Fast enough to use", edited="2026-11-20")
    second = seen_again(first, edited, NOW - timedelta(days=2))
    third = seen_again(second, replace(edited, reply=Reply("Thank you")), NOW)
    for record, before in ((first, None), (second, first), (third, second)):
        feedback_store.put_review(record, before)
    _, tree = inbox.page("/feedback")
    mark = tree.css_first('.inbox .meta a[href$="#changes"]')
    assert mark is not None
    _, page = inbox.page((mark.attributes["href"] or "").removesuffix("#changes"))
    changes = page.css("#changes li")
    assert [one.css_first("h3").text() for one in changes] == [
        "Seen by 22 Nov 2026",
        "Seen by 20 Nov 2026",
    ]
    assert [n.text() for n in changes[1].css("del")] == ["removed: Too slow "]
    assert [n.text() for n in changes[1].css("ins")] == ["added: Fast enough "]
    assert [n.attributes["aria-label"] for n in changes[1].css(".stars")] == [
        "1 of 5 stars",
        "4 of 5 stars",
    ]
    assert [n.text() for n in changes[0].css("ins")] == ["added: Thank you"]


def test_an_answer_says_when_it_was_changed(pipeline: Pipeline) -> None:
    """On its page, after the customer has sent the form again."""
    told = pipeline.solved()
    for comment in ("Good", "Not so good"):
        pipeline.answer(told["survey_url"], answer="yes", comment=comment)
    page = LexborHTMLParser(pipeline.get(f"/feedback?id={told['ask']}", pipeline.log_in()).body)
    changed = page.css_first("#changes p")
    assert changed is not None
    assert changed.text().startswith("The customer changed this answer on ")
    assert "is not kept" in changed.text()
