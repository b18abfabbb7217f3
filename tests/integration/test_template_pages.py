"""One template through the real functions: its page, its forms, its states, the weekly sheet."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from local.http import Response
from northstar.app.login import issue_code
from northstar.app.templates import Card, Readiness
from northstar.domain.aggregates import Row
from northstar.domain.errors import Conflict
from northstar.runtime import bootstrap
from northstar.store import keys
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
TODAY = NOW.date()
PAGE = "/templates/one?id=refund&version=3"


@pytest.fixture
def stack(pipeline: Pipeline) -> Pipeline:
    """The pipeline on a Wednesday."""
    pipeline.at = NOW.timestamp()
    return pipeline


def counted(back: int, value: str = "refund@3", dimension: str = "template", **told: int) -> None:
    """Add measures to a row, as count does."""
    table = bootstrap.progress_store()._table
    row = Row(dimension, value, (TODAY - timedelta(back)).isoformat())
    if dimension == "template":
        bootstrap.progress_store().list_value("template", value)
    table.transact([{"Update": table.add(keys.aggregate(row), told)}])


def a_ready_one(pipeline: Pipeline) -> None:
    """Let a version be seen young, and become ready then."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    pipeline.track()
    counted(3, tickets=40, answers=40, solved_yes=40)
    counted(20, tickets=40)
    counted(20, "all", "all", tickets=140, repeated=20)
    pipeline.track()


def editor(pipeline: Pipeline) -> str:
    """Return the cookie of an editor, as the login page would set it."""
    return pipeline.log_in()


def post(pipeline: Pipeline, path: str, cookie: str, **fields: Any) -> Response:
    """Send a form of the page."""
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"id": "refund", "shown": "3"} | fields, doseq=True).encode()
    return pipeline.call("POST", path, body=body, headers=headers)


def state() -> Readiness:
    """Return how far the version is."""
    (found,) = bootstrap.template_store().readiness("refund")
    return found


def kinds() -> list[str]:
    """Return the kinds of all alerts."""
    return [alert.kind for alert in bootstrap.progress_store().alerts()]


def test_a_template_becomes_ready_is_automated_and_taken_back(stack: Pipeline) -> None:
    """By its numbers and by an editor; each step is kept, and told in the same transaction."""
    a_ready_one(stack)
    assert kinds() == ["template_ready"]
    cookie = editor(stack)
    page = stack.get(PAGE, cookie).body.decode()
    assert "Ready to automate" in page
    row = state().row
    told = post(stack, "/templates/state", cookie, what="automate", row=row)
    assert told.status == 303
    assert state().state == "automated"
    assert sorted(kinds()) == ["template_automated", "template_ready"]
    again = post(stack, "/templates/state", cookie, what="automate", row=row)
    assert again.status == 422
    assert "changed this meanwhile" in again.body.decode()
    page = stack.get(dict(told.headers)["location"], cookie).body.decode()
    assert "It is automated." in page
    assert post(stack, "/templates/state", cookie, what="take back", row=row + 1).status == 303
    assert state().state == "ready"
    steps = bootstrap.template_store().steps("refund", "3")
    assert [step.state for step in steps] == ["ready", "automated", "ready"]


def test_what_is_not_ready_is_refused_with_the_reason(stack: Pipeline) -> None:
    """And an unknown version is not found."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    stack.track()
    cookie = editor(stack)
    told = post(stack, "/templates/state", cookie, what="automate", row=1)
    assert told.status == 422
    assert "It needs 15 more answers at this rate." in told.body.decode()
    assert post(stack, "/templates/state", cookie, what="automate", row=1, shown="9").status == 404
    assert post(stack, "/templates/state", cookie, what="fly", row=1).status == 422


def test_names_that_are_too_long_are_no_template(stack: Pipeline) -> None:
    """They are refused before they come into a key or an address, which have bounds."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    stack.track()
    cookie = editor(stack)
    for name in ("id", "shown"):
        for path in ("card", "state", "change"):
            fields = {"version": 0, "note": "n", "what": "automate", "row": 1, name: "x" * 2000}
            assert post(stack, f"/templates/{path}", cookie, **fields).status == 404
    assert stack.get(f"{PAGE}{'3' * 2000}", cookie).status == 404


def test_state_and_alert_are_stored_together(stack: Pipeline) -> None:
    """Where the alert is there already, nothing is stored; nor over another row."""
    a_ready_one(stack)
    store, told = bootstrap.template_store(), state()
    (alert,) = bootstrap.progress_store().alerts()
    newer = Readiness("refund", "3", "demoted", NOW, NOW, told.row + 1)
    with pytest.raises(Conflict):
        store.save_readiness(newer, None, alert)
    assert state() == told
    with pytest.raises(Conflict):
        store.save_readiness(told, None, None)


def test_a_card_is_kept_and_seen(stack: Pipeline) -> None:
    """On its page and on the sheet; what was typed wrongly stands there again."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    stack.track()
    cookie = editor(stack)
    fields = {
        "title": "Where is my <b>refund</b>?",
        "owner": "Lena",
        "article": "https://kb.example.com/refund",
        "topic": ["refund", "price"],
        "text": "Hello {name}",
        "version": 0,
        "what": "save",
    }
    wrong = post(stack, "/templates/card", cookie, **fields | {"article": "ftp://x"})
    assert wrong.status == 422
    assert 'value="ftp://x"' in wrong.body.decode()
    assert bootstrap.template_store().cards() == []
    assert post(stack, "/templates/card", cookie, **fields).status == 303
    (card,) = bootstrap.template_store().cards()
    assert card == Card(
        "refund",
        "Where is my <b>refund</b>?",
        "Lena",
        "https://kb.example.com/refund",
        topics=("refund", "price"),
        text="Hello {name}",
        verified_at=card.verified_at,
        verified_by=card.verified_by,
        version=1,
    )
    assert bootstrap.template_store().card("refund") == card
    stale = post(stack, "/templates/card", cookie, **fields)
    assert stale.status == 422
    assert "changed this meanwhile" in stale.body.decode()
    for page in (PAGE, "/templates"):
        shown = stack.get(page, cookie).body.decode()
        assert "Where is my &lt;b&gt;refund" in shown
        assert "Lena" in shown


def test_an_article_that_is_due_is_verified_by_a_button(stack: Pipeline) -> None:
    """It was told once; then it is verified."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    cookie = editor(stack)
    stack.track()
    fields = {"article": "https://kb.example.com/refund", "review_days": 1, "version": 0}
    assert post(stack, "/templates/card", cookie, **fields).status == 303
    stack.at += 86_400
    stack.track()
    stack.track()
    assert kinds() == ["article_unverified"]
    cookie = editor(stack)
    assert "The article is unverified" in stack.get(PAGE, cookie).body.decode()
    assert post(stack, "/templates/card", cookie, what="verify").status == 303
    assert "The article is unverified" not in stack.get(PAGE, cookie).body.decode()


def test_what_was_changed_is_noted(stack: Pipeline) -> None:
    """With who and when; nothing is no note."""
    counted(0, tickets=1, answers=1, solved_yes=1)
    stack.track()
    cookie = editor(stack)
    assert post(stack, "/templates/change", cookie, note="  ").status == 422
    assert post(stack, "/templates/change", cookie, note="Shorter\x00 now").status == 303
    (note,) = bootstrap.template_store().notes("refund")
    assert note.text == "Shorter now"
    assert "Shorter now" in stack.get(PAGE, cookie).body.decode()


def test_only_editors_change_anything(stack: Pipeline) -> None:
    """Nobody without a login, no viewer, no other site; a viewer sees no form."""
    a_ready_one(stack)
    code = issue_code(bootstrap.progress_store(), NOW, "viewer")
    response = stack.get(f"/auth/login?code={code}")
    viewer = dict(response.headers)["set-cookie"].partition(";")[0]
    for path in ("card", "state", "change"):
        fields = {"what": "automate", "row": 1, "version": 0, "note": "x"}
        assert post(stack, f"/templates/{path}", "", **fields).status == 401
        assert post(stack, f"/templates/{path}", viewer, **fields).status == 403
    page = LexborHTMLParser(stack.get(PAGE, viewer).body.decode())
    assert [form.attributes["action"] for form in page.css("form")] == ["/auth/logout"]


def test_unknown_templates_are_not_found(stack: Pipeline) -> None:
    """On the page and in the forms."""
    cookie = editor(stack)
    for address in ("/templates/one", "/templates/one?id=nope", "/templates/one?id=" + "x" * 201):
        assert stack.get(address, cookie).status == 404
    assert post(stack, "/templates/change", cookie, note="x").status == 404
    assert stack.get("/templates/one?id=nope").status == 401


def test_words_of_customers_are_on_the_page_and_on_the_weekly_sheet(stack: Pipeline) -> None:
    """As they were answered; the sheet of a week is kept, and is a file too."""
    for number in range(12):
        url = stack.solved(
            id=f"T-{number}",
            solved_at=NOW.isoformat(),
            opened_at=NOW.isoformat(),
            first_reply_at=NOW.isoformat(),
            template={"id": "refund", "version": "3"},
        )["survey_url"]
        said = {"answer": "no", "comment": f"Missing {number}"} if number < 5 else {"answer": "yes"}
        assert stack.answer(url, **said).status == 303
    stack.work_off_stream()
    stack.track()
    cookie = editor(stack)
    page = stack.get(PAGE, cookie).body.decode()
    assert all(f"Missing {number}" in page for number in range(5))
    week = stack.get("/templates/week", cookie).body.decode()
    assert week.count("Missing ") == 3
    file = stack.get("/templates/week?week=2026-11-18&format=csv", cookie)
    (row,) = csv.DictReader(file.body.decode("utf-8-sig").splitlines())
    assert (row["week"], row["template"], row["solved_yes"], row["solved_n"]) == (
        *("2026-11-16", "refund"),
        *("7", "12"),
    )
    assert stack.get("/templates/week?week=2026-11-09", cookie).status == 404
    assert stack.get("/templates/week?week=soon", cookie).status == 422
