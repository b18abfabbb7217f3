"""What pages say, what their files say, and a recount of every record are the same numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest

from northstar.domain.rates import wilson
from northstar.domain.reviews import Review, ReviewRecord
from northstar.domain.surveys import Ask
from northstar.domain.times import business_day
from northstar.runtime import bootstrap
from northstar.web import numbers
from tests.integration.conftest import Pipeline

GOALS = "".join(
    f'[[goals]]\nname = "{name}"\nmetric = "{metric}"\ntarget = {target}\n'
    "start = 2026-01-01\ndeadline = 2099-12-31\n"
    for name, metric, target in (
        ("Reviews", "net_public_reviews", 100),
        ("Five stars", "five_star_reviews", 100),
        ("Rating", "average_rating", 4.9),
        ("CSAT", "csat", 95),
        ("Solved", "solved_rate", 95),
        ("Answers", "response_rate", 95),
        ("Hours", "hour_coverage", 95),
        ("North star", "north_star", 95),
    )
)
VIEWS = (
    *("/", "/goals", "/feedback", "/coverage"),
    *("/templates", "/topics", "/sentiment", "/sources", "/north-star"),
)
SOURCE = '[[sources]]\nsource = "shopify"\napp = "acme"\n'
ANSWERS = ("yes", "no", "yes", "5", "4", "2", None, None, "yes", "1")
AGAIN = {"id": "c4"}


@pytest.fixture
def told(pipeline: Pipeline) -> Pipeline:
    """A pipeline with eleven tickets, seven reviews of which one went, and goals on all of it.

    One customer was satisfied, and wrote again about the same.
    """
    pipeline.configure(GOALS + SOURCE)
    now = datetime.fromtimestamp(pipeline.at, UTC)
    for n, answer in enumerate(ANSWERS):
        at = now - timedelta(days=2 * n, hours=n)
        template = {"id": "refund", "version": str(n % 2)} if answer in {"yes", "no"} else None
        link = pipeline.solved(
            id=f"T-{n}",
            opened_at=(at - timedelta(hours=3)).isoformat(),
            first_reply_at=(at - timedelta(hours=3) + timedelta(minutes=25 * n)).isoformat(),
            solved_at=at.isoformat(),
            template=template,
            customer={"id": f"c{n}"},
        )["survey_url"]
        if answer:
            assert pipeline.answer(link, answer=answer).status == 303
    again = (now - timedelta(days=5)).isoformat()
    pipeline.solved(id="again", opened_at=again, solved_at=again, template=None, customer=AGAIN)
    store = bootstrap.feedback_store()
    for n, stars in enumerate((5, 5, 4, 1, 5, 3, 5)):
        day = (now - timedelta(days=20 * n)).date().isoformat()
        review = Review(source="shopify", id=str(n), rating=stars, text="Fine", created=day)
        store.put_review(ReviewRecord(review, "acme", 1, now, now, public=n != 3), None)
    pipeline.work_off_stream()
    pipeline.track()
    return pipeline


def rows(pipeline: Pipeline, url: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    response = pipeline.get(url, pipeline.log_in())
    assert response.status == 200, response.body
    return list(csv.DictReader(io.StringIO(response.body.decode("utf-8-sig"))))


def words(pipeline: Pipeline, url: str) -> str:
    """Return the text of a page."""
    html = pipeline.get(url, pipeline.log_in()).body.decode()
    return " ".join(
        unescape(re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", html)).split()
    )


def confirms(ask: Ask) -> bool:
    """Whether a ticket is confirmed solved, and nobody wrote again."""
    said = ask.response
    if ask.repeated_at or said is None:
        return False
    return said.solved is True or (said.csat or 0) >= 4


def on_monday(pipeline: Pipeline) -> date:
    """Go on to the Monday after, when the report has come; return its day."""
    zone = bootstrap.configuration().business.zone
    today = datetime.fromtimestamp(pipeline.at, zone).date()
    monday = today + timedelta(7 - today.weekday())
    pipeline.at = datetime.combine(monday, time(8), zone).timestamp()
    pipeline.track()
    return monday


def test_goals_are_a_recount_of_the_records(told: Pipeline) -> None:
    """On their page, in its file, on the first page, and in the records themselves."""
    assert told.recount().agrees
    records = list(bootstrap.feedback_store().records())
    reviews = [one for one in records if isinstance(one, ReviewRecord) and one.public]
    stars = [one.review.rating or 0 for one in reviews]
    asks = [one for one in records if isinstance(one, Ask)]
    said = [one.response for one in asks if one.response]
    csat = [one.csat for one in said if one.csat is not None]
    solved = [one.solved for one in said if one.solved is not None]
    confirmed = sum(map(confirms, asks))
    expected = {
        "Reviews": len(reviews),
        "Five stars": stars.count(5),
        "Rating": sum(stars) / len(stars),
        "CSAT": 100 * sum(one >= 4 for one in csat) / len(csat),
        "Solved": 100 * sum(solved) / len(solved),
        "Answers": 100 * len(said) / sum(one.sent_at is not None for one in asks),
        "North star": 100 * confirmed / len(asks),
    }
    in_file = {row["name"]: float(row["value"]) for row in rows(told, "/goals?format=csv")}
    hours = in_file.pop("Hours")
    assert in_file == pytest.approx(expected)
    assert f"{expected['Reviews']} of 100 by 31 Dec 2099" in words(told, "/?goal=Reviews")
    assert f"{expected['CSAT']:.0f}% of 95% by 31 Dec 2099" in words(told, "/?goal=CSAT")
    first = words(told, "/")
    assert f"Average public rating {expected['Rating']:.1f}" in first
    assert f"of 5, n = {len(stars)}" in first
    every_hour = rows(told, "/coverage?days=28&format=csv")
    known = [row for row in every_hour if row["known_replies"] != "0"]
    covered = sum(float(row["share"]) >= 0.8 for row in known)
    assert hours == pytest.approx(100 * covered / len(known))


def test_files_are_a_recount_of_the_records(told: Pipeline) -> None:
    """Feedback, hours and templates."""
    records = list(bootstrap.feedback_store().records())
    asks = [one for one in records if isinstance(one, Ask)]
    feedback = rows(told, "/feedback?format=csv")
    assert Counter(row["kind"] for row in feedback) == {
        "answer": sum(one.response is not None for one in asks),
        "review": sum(isinstance(one, ReviewRecord) for one in records),
    }
    assert sum(row["rating"] == "5" for row in rows(told, "/feedback?format=csv&rating=5")) == sum(
        row["rating"] == "5" for row in feedback
    )
    hours = rows(told, "/coverage?days=91&format=csv")
    assert sum(int(row["tickets"]) for row in hours) == len(asks)
    templates = rows(told, "/templates?days=91&format=csv")
    by_version = Counter(str(one.ticket.template) for one in asks if one.ticket.template)
    uses = {f"{row['template']}@{row['version']}": int(row["uses"]) for row in templates}
    assert uses == by_version


def test_every_view_has_a_file(told: Pipeline) -> None:
    """With a byte order mark, a name to keep it under, and a link to it on the page."""
    cookie = told.log_in()
    for view in VIEWS:
        file = told.get(f"{view}?format=csv", cookie)
        headers = dict(file.headers)
        assert (file.status, headers["content-type"]) == (200, "text/csv; charset=utf-8"), view
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["cache-control"] == "no-store"
        assert file.body.startswith(b"\xef\xbb\xbf"), view
        assert b"format=csv" in told.get(view, cookie).body, view
        assert told.get(f"{view}?format=xml", cookie).status == 422, view


def test_the_file_of_the_sentiment_counts_every_text(told: Pipeline) -> None:
    """By week and by language they are the same texts."""
    lines = rows(told, "/sentiment?format=csv")
    by = {
        of: sum(int(one["texts"]) for one in lines if one["of"] == of)
        for of in ("week", "language")
    }
    assert by["week"] == by["language"] == 6
    assert all(
        int(one["texts"])
        == sum(int(one[name]) for name in ("positive", "neutral", "negative", "undetermined"))
        for one in lines
    )


def test_the_north_star_is_the_same_number_everywhere(told: Pipeline) -> None:
    """On its page, in its file, as a goal, and in the report, of the days that each names."""
    asks = [one for one in bootstrap.feedback_store().records() if isinstance(one, Ask)]
    assert [one.ticket.id for one in asks if one.repeated_at] == ["T-4"]
    period = rows(told, "/north-star?days=28&format=csv")[0]
    (goal,) = [row for row in rows(told, "/goals?format=csv") if row["name"] == "North star"]
    assert (period["tickets"], period["wrote_again"]) == (str(len(asks)), "1")
    assert int(period["confirmed"]) == sum(map(confirms, asks))
    assert float(goal["value"]) == pytest.approx(100 * float(period["north_star"]))
    zone = bootstrap.configuration().business.zone
    since = (on_monday(told) - timedelta(28)).isoformat()
    of_report = [one for one in asks if business_day(one.ticket.solved_at, zone) >= since]
    n, hits = len(of_report), sum(map(confirms, of_report))
    report = words(told, "/report?audience=leadership")
    assert f"{100 * hits / n:.0f} of 100 tickets were confirmed solved" in report
    assert f"n = {n})" in report


def test_the_report_tells_what_pages_tell(told: Pipeline) -> None:
    """Of the same moment: the first goal, all goals, and the rates of the week."""
    records = list(bootstrap.feedback_store().records())
    said = [one.response for one in records if isinstance(one, Ask) and one.response]
    csat = [one.csat for one in said if one.csat]
    solved = [one.solved for one in said if one.solved is not None]
    on_monday(told)
    report, first = (words(told, url) for url in ("/report?audience=leadership", "/?goal=Reviews"))
    standing = "6 of 100 by 31 Dec 2099"
    assert standing in first
    assert report.count(standing) >= 2
    assert all(row["name"] in report for row in rows(told, "/goals?format=csv"))
    for name, hits, n in (
        ("Satisfaction (CSAT)", sum(one >= 4 for one in csat), len(csat)),
        ("Solved", sum(solved), len(solved)),
    ):
        between = numbers.interval(wilson(hits, n))
        rate = f"{numbers.percent(hits / n)} ({between}, n = {n}, few answers)"
        assert f"{name}: {rate}" in report


def test_a_template_is_told_alike_everywhere(told: Pipeline) -> None:
    """On the list and in its file, on its own page, on the sheet of the week, and in the report."""
    now = datetime.fromtimestamp(told.at, UTC).isoformat()
    for n in range(12):
        link = told.solved(
            id=f"S-{n}",
            solved_at=now,
            template={"id": "refund", "version": "1"},
            customer={"id": f"s{n}"},
        )["survey_url"]
        assert told.answer(link, answer="yes" if n % 3 else "no").status == 303
    told.work_off_stream()
    asks = [one for one in bootstrap.feedback_store().records() if isinstance(one, Ask)]
    used = [one for one in asks if str(one.ticket.template) == "refund@1"]
    answers = [one.response.solved is True for one in used if one.response]
    rate = wilson(sum(answers), len(answers))
    on_monday(told)
    (listed,) = [one for one in rows(told, "/templates?format=csv") if one["version"] == "1"]
    (of_week,) = rows(told, "/templates/week?format=csv")
    expected = [str(one) for one in (len(used), rate.hits, rate.n)]
    for row in (listed, of_week):
        assert [row["uses"], row["solved_yes"], row["solved_n"]] == expected
    share, between, n = numbers.percent(sum(answers) / rate.n), numbers.interval(rate), rate.n
    for url in (
        *("/templates", "/templates/one?id=refund&version=1"),
        *("/templates/week", "/report?audience=team"),
    ):
        page = words(told, url).replace("\u00a0", " ")
        assert all(one in page for one in (share, between, f"n = {n}")), url
