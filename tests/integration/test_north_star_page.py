"""The pages of the north star and of the gaps through the real functions, against the records."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from northstar.app.north_star import keep_parts
from northstar.domain.surveys import Ask
from northstar.runtime import bootstrap, learning
from tests.integration.conftest import Pipeline

PAGES = ("/north-star", "/gaps")


@pytest.fixture
def told(pipeline: Pipeline) -> Pipeline:
    """Tickets of the last days, one of which had to be asked about again, and a night."""
    now = datetime.fromtimestamp(pipeline.at, UTC)
    for n, said in enumerate(("yes", "no", "yes", "4", None)):
        at = now - timedelta(days=n + 1)
        link = pipeline.solved(
            id=f"T-{n}",
            subject="How do I get my refund?",
            opened_at=(at - timedelta(hours=2)).isoformat(),
            solved_at=at.isoformat(),
            template=None if said == "4" else {"id": "refund"},
            customer={"id": f"c{n}"},
        )["survey_url"]
        if said:
            pipeline.at += 10  # within three seconds it would look machine-made
            comment = "The refund never came." if said == "no" else ""
            assert pipeline.answer(link, answer=said, comment=comment).status == 303
    at = (now - timedelta(hours=1)).isoformat()
    pipeline.solved(id="again", subject="Refund", opened_at=at, solved_at=at, customer={"id": "c2"})
    pipeline.work_off_stream()
    pipeline.track()
    learning._look(now.date())
    return pipeline


def rows(pipeline: Pipeline, url: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    body = pipeline.get(url, pipeline.log_in()).body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


@pytest.mark.parametrize("address", PAGES)
def test_pages_need_a_login_and_a_known_form(pipeline: Pipeline, address: str) -> None:
    """As all of leadership's pages; the first has known periods only."""
    assert pipeline.get(address).status == 401
    cookie = pipeline.log_in()
    assert pipeline.get(address, cookie).status == 200
    assert pipeline.get(f"{address}?format=xml", cookie).status == 422
    assert pipeline.get("/north-star?days=8", cookie).status == 422


def test_both_pages_are_a_recount_of_the_records(told: Pipeline) -> None:
    """And so are their files, with the customers' words of a night, and the repeats by team."""
    asks = [one for one in bootstrap.feedback_store().records() if isinstance(one, Ask)]
    assert [one.ticket.id for one in asks if one.repeated_at] == ["T-2"]
    period, *weeks = rows(told, "/north-star?days=28&format=csv")
    assert float(period["north_star"]) == pytest.approx(2 / 6)  # T-0 and T-3
    assert (period["wrote_again"], period["unhappy"], period["no_answer"]) == ("1", "1", "2")
    assert sum(int(one["tickets"]) for one in weeks if one["of"] == "week") == len(asks) == 6
    cookie = told.log_in()
    html = told.get("/north-star", cookie).body.decode()
    assert "<strong>2</strong> confirmed solved ÷ <strong>6</strong> solved" in html

    (refund,) = [row for row in rows(told, "/gaps?format=csv") if row["topic"] == "refund"]
    numbers = {name: refund[name] for name in ("tickets", "answers", "unhappy", "ask_how")}
    assert numbers == {"tickets": "6", "answers": "4", "unhappy": "1", "ask_how": "5"}
    assert (refund["without_template"], refund["solved_yes"]) == ("1", "2")
    html = told.get("/gaps", cookie).body.decode()
    assert "The refund never came." in html
    assert "How do I get my refund?" in html

    later = datetime.fromtimestamp(told.at, UTC) + timedelta(days=20)
    keep_parts(bootstrap.progress_store(), now=later, zone=bootstrap.configuration().business.zone)
    lines = rows(told, "/north-star?format=csv")
    parts = [tuple(row.values())[:5] for row in lines if row["of"] in {"channel", "team"}]
    assert parts == [("channel", "link", "6", "", "1"), ("team", "billing", "6", "", "1")]
    assert told.recount().agrees
