"""The page of the coverage through the real function."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.integration.conftest import Pipeline

BERLIN = """[business]
time_zone = "Europe/Berlin"

[covering]
answer_within_minutes = 30

[[goals]]
name = "Awake"
metric = "hour_coverage"
target = 90
start = 2026-01-01
deadline = 2036-01-01
"""


def test_a_ticket_lies_in_the_hour_it_was_opened_in(pipeline: Pipeline) -> None:
    """In the business's zone, as a page, under its goal, and as a file; only after logging in."""
    assert pipeline.get("/coverage").status == 401
    pipeline.configure(BERLIN)
    opened = datetime.fromtimestamp(pipeline.at, UTC) - timedelta(days=2)
    for number, minutes in enumerate((10, 20, 30, 30, 45)):
        pipeline.solved(
            id=f"T-{number}",
            opened_at=opened.isoformat(),
            first_reply_at=(opened + timedelta(minutes=minutes)).isoformat(),
            solved_at=(opened + timedelta(hours=1)).isoformat(),
        )
    pipeline.work_off_stream()
    cookie = pipeline.log_in()
    page = pipeline.get("/coverage?days=91", cookie)
    local = opened.astimezone(ZoneInfo("Europe/Berlin"))
    told = f"{local:%a} {local:%H}–{local.hour + 1:02}: 80% of 5 answered in time"
    assert page.status == 200
    assert told in page.body.decode()
    assert "/?goal=Awake" in page.body.decode()
    file = pipeline.get("/coverage?format=csv", cookie)
    assert dict(file.headers)["content-disposition"] == 'attachment; filename="coverage.csv"'
    rows = csv.DictReader(file.body.decode("utf-8-sig").splitlines())
    (row,) = (row for row in rows if row["tickets"] != "0")
    expected = {"weekday": f"{local:%a}", "hour": str(local.hour), "tickets": "5", "share": "0.8"}
    assert row | expected == row
    slots = pipeline.get("/coverage?format=slots", cookie)
    assert dict(slots.headers)["content-disposition"] == 'attachment; filename="slots.csv"'
    assert slots.body.decode("utf-8-sig").startswith("weekday,from,until,arrivals_per_week,")


def test_only_known_choices_are_taken(pipeline: Pipeline) -> None:
    """Each refusal names the field and what may be written."""
    cookie = pipeline.log_in()
    for query, remedy in (
        ("days=30", "days=28, days=91"),
        ("show=all", "show=in-time, show=arrivals, show=csat"),
        ("format=pdf", "write format=csv or format=slots, or leave it out"),
    ):
        response = pipeline.get(f"/coverage?{query}", cookie)
        assert response.status == 422
        assert remedy in response.body.decode()
    for query in ("days=28&show=csat", "days=&show=", "show=arrivals&format=html"):
        assert pipeline.get(f"/coverage?{query}", cookie).status == 200


def test_an_empty_stack_has_a_page(pipeline: Pipeline) -> None:
    """Which says what it waits for."""
    page = pipeline.get("/coverage", pipeline.log_in())
    assert page.status == 200
    assert "No ticket yet in these 91 days." in page.body.decode()
