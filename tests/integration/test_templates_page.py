"""The page of the templates through the real function."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from northstar.app.template_sheet import keep_sheet
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

PAGE = "/templates"


def answer(pipeline: Pipeline, number: int, version: str, *, solved: bool) -> None:
    """Let a ticket be solved with a template, and its customer answer."""
    at = datetime.fromtimestamp(pipeline.at, UTC).isoformat()
    url = pipeline.solved(
        id=f"T-{number}", solved_at=at, template={"id": "refund", "version": version}
    )["survey_url"]
    assert pipeline.answer(url, answer="yes" if solved else "no").status == 303


def test_what_customers_answer_is_on_the_sheet(pipeline: Pipeline) -> None:
    """Only after logging in: before the sheet was kept, and as it was kept; and as a file."""
    assert pipeline.get(PAGE).status == 401
    answer(pipeline, 1, "3", solved=True)
    answer(pipeline, 2, "3", solved=False)
    answer(pipeline, 3, "2", solved=True)
    pipeline.work_off_stream()
    cookie = pipeline.log_in()
    page = pipeline.get(PAGE, cookie)
    assert page.status == 200
    assert "n = 2" in page.body.decode()
    assert 'href="/feedback?template=refund%402"' in page.body.decode()

    zone, now = bootstrap.configuration().business.zone, datetime.fromtimestamp(pipeline.at, UTC)
    keep_sheet(bootstrap.progress_store(), now=now, zone=zone)
    answer(pipeline, 4, "3", solved=True)
    pipeline.work_off_stream()
    assert "n = 2" in pipeline.get(PAGE, cookie).body.decode()
    keep_sheet(bootstrap.progress_store(), now=now + timedelta(minutes=15), zone=zone)
    assert "n = 3" in pipeline.get(PAGE, cookie).body.decode()

    file = pipeline.get(f"{PAGE}?days=28&sort=best&format=csv", cookie)
    rows = list(csv.DictReader(file.body.decode("utf-8-sig").splitlines()))
    assert [(row["version"], row["uses"], row["solved_yes"], row["solved_n"]) for row in rows] == [
        ("3", "3", "2", "3"),
        ("2", "1", "1", "1"),
    ]


def test_many_templates_are_turned_like_pages(pipeline: Pipeline) -> None:
    """The page shows forty-five and leads to the others; the file has all of them."""
    measures = {"tickets": 9, "solved_yes": 5, "solved_no": 4}
    told = {"28": measures, "91": measures, "365": measures, "weeks": []}
    every = {days: {"solved_yes": 300, "solved_no": 240} for days in ("28", "91", "365")}
    names = [f"t{number}@1" for number in range(60)]
    sheet = {"at": "2026-09-14T12:00:00Z", "all": every, "left_out": 0}
    bootstrap.progress_store().save_snapshot(
        "templates", sheet | {"templates": dict.fromkeys(names, told)}
    )
    cookie = pipeline.log_in()
    page = LexborHTMLParser(pipeline.get(PAGE, cookie).body.decode())
    (following,) = (link.attributes["href"] or "" for link in page.css(".turn a"))
    rest = LexborHTMLParser(pipeline.get(following, cookie).body.decode())
    shown = [one.text() for one in (*page.css("h2"), *rest.css("h2"))]
    assert (len(page.css("article")), len(rest.css("article"))) == (45, 15)
    assert sorted(shown) == sorted(name.removesuffix("@1") for name in names)
    file = pipeline.get(f"{PAGE}?format=csv", cookie).body.decode()
    assert len(file.splitlines()) == 61


def test_only_known_choices_are_taken(pipeline: Pipeline) -> None:
    """Each refusal names the field and what may be written; the empty page has all of them."""
    cookie = pipeline.log_in()
    for query, remedy in (
        ("days=30", "days=28, days=91, days=365"),
        ("sort=name", "sort=worst, sort=best, sort=uses"),
        ("format=json", "write format=csv, or leave it out"),
    ):
        response = pipeline.get(f"{PAGE}?{query}", cookie)
        assert response.status == 422
        assert remedy in response.body.decode()
    page = pipeline.get(f"{PAGE}?days=365&sort=uses&after=gone", cookie)
    assert page.status == 200
    assert "No template yet" in page.body.decode()
