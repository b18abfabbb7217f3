"""The weekly report through the real functions: made once, mailed to everybody, shown as told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from northstar import cli
from northstar.app.goals import set_goal
from northstar.app.ports import Memory, Run
from northstar.app.report_mailing import STOP
from northstar.delivery.mail import SesMailer
from northstar.domain.aggregates import Row
from northstar.domain.errors import Unavailable
from northstar.domain.goals import Goal
from northstar.domain.reviews import Review, first_sight
from northstar.domain.tokens import mint
from northstar.runtime import bootstrap, report_mails
from northstar.store import keys
from northstar.store.client import Table
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
MONDAY = date(2026, 9, 14)
GOAL = Goal("Reviews", "net_public_reviews", 1000, date(2026, 1, 1), date(2026, 12, 31))
TO = """[report]
leadership = ["Ann Lee <ann@example.org>", "ANN@example.org", "bob@example.org"]
team = ["kim@example.org"]
hour = 5

[[sources]]
source = "shopify"
app = "acme"
"""


@pytest.fixture
def stack(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """The pipeline on a Monday morning, after a week with a new, an edited and a removed review.

    Pictures are not really drawn, but have a size.
    """
    monkeypatch.setattr(
        "northstar.web.report_mail.render_png", lambda svg, scale: b"x" * int(scale * 20_000)
    )
    pipeline.at = NOW.timestamp()
    pipeline.configure(TO)
    for n in range(3):
        day = date(2026, 9, 9) + timedelta(n)
        counted(day, reviews=4, stars_5=4)
        said(f"r{n}", day, f"What number {n} says")
    at = NOW - timedelta(days=2)
    begun = NOW - timedelta(days=90)
    run = Run("shopify", "acme", at, at, "ok", 1, 10, 5, 0, 2, complete=True, edited=1)
    memory = Memory(begun_at=begun, good_at=at, settled_at=at, read_at=at)
    bootstrap.progress_store().save_run(run, None, memory)
    set_goal(GOAL, bootstrap.goal_store(), value=None, by="kim", now=NOW)
    pipeline.track()
    return pipeline


def counted(day: date, **measures: int) -> None:
    """Add measures to a day, as count does."""
    table: Table = bootstrap.progress_store()._table
    row = Row("all", "all", day.isoformat())
    table.transact([{"Update": table.add(keys.aggregate(row), measures)}])


def said(review_id: str, day: date, text: str) -> None:
    """Store a five-star review."""
    review = Review(
        source="shopify", id=review_id, rating=5, text=text, created=day.isoformat(), author="A"
    )
    seen = datetime.combine(day, datetime.min.time(), UTC)
    bootstrap.feedback_store().put_review(first_sight(review, "acme", seen), None)


def mails(pipeline: Pipeline) -> list[EmailMessage]:
    """Return the mails that were sent."""
    found = [message_from_string(raw, policy=default) for raw in pipeline.mails()]
    return [one for one in found if isinstance(one, EmailMessage)]


def text(message: EmailMessage) -> str:
    """Return the text part."""
    found = message.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


def run(at: datetime = NOW) -> int:
    """Let the function mail what is due; return how many mails it sent."""
    return report_mails.send_due(at).sent


def page(pipeline: Pipeline, url: str = "/report") -> str:
    """Return a page that is there."""
    response = pipeline.get(url, pipeline.log_in())
    assert response.status == 200
    return str(response.body.decode())


def test_everybody_gets_it_once(stack: Pipeline) -> None:
    """Before its hour nobody; then each mailbox one for its audience, however often it runs."""
    assert run(NOW.replace(hour=4)) == 0
    assert run() == 3
    assert run() == 0
    assert run(NOW + timedelta(days=2)) == 0
    to = [(one["To"], one["Subject"]) for one in mails(stack)]
    assert [address.rpartition(" ")[2].strip("<>").lower() for address, _ in to] == [
        "ann@example.org",
        "bob@example.org",
        "kim@example.org",
    ]
    assert {subject for _, subject in to} == {"No fresh data: 12 of 1,000 reviews"}
    (team,) = (text(one) for one in mails(stack) if one["To"] == "kim@example.org")
    assert "5 new reviews, 1 edited, 2 removed" in team
    assert "What number 2 says" in team


def test_a_missed_monday_is_caught_up_until_wednesday(stack: Pipeline) -> None:
    """And whoever is added meanwhile gets it, too; on Thursday it is over."""
    assert run(NOW + timedelta(days=2)) == 3
    stack.configure(TO.replace('"kim@', '"lee@example.org", "kim@'))
    assert run(NOW + timedelta(days=2, hours=1)) == 1
    stack.configure(TO.replace('"kim@', '"max@example.org", "kim@'))
    assert run(NOW + timedelta(days=3)) == 0
    assert run(NOW + timedelta(days=7)) == 4


def test_one_who_cannot_be_reached_keeps_nobody_waiting(stack: Pipeline) -> None:
    """The run fails when the others are served; the next one serves who is missing."""
    send = SesMailer.send

    def down_for_bob(self: Any, message: bytes, sender: str, recipient: str) -> str:
        if recipient == "bob@example.org":
            raise Unavailable("down")
        return send(self, message, sender, recipient)

    with patch.object(SesMailer, "send", down_for_bob):
        mailed = report_mails.send_due(NOW)
    assert (mailed.sent, len(mailed.failed)) == (2, 1)
    assert run() == 1
    assert mails(stack)[-1]["To"] == "bob@example.org"


def test_a_crash_repeats_one_mail_at_most_and_leaves_nobody_out(stack: Pipeline) -> None:
    """Whichever write it comes at: a claim that is left behind ends, and its mail goes out."""

    class Crash(BaseException):
        """The function is gone."""

    store = bootstrap.report_store()
    with patch.object(type(store), "sent", side_effect=Crash), pytest.raises(Crash):
        report_mails.send_due(NOW)
    assert len(stack.mails()) == 1
    assert run(NOW + timedelta(minutes=1)) == 2
    assert run(NOW + timedelta(hours=1)) == 1
    assert run(NOW + timedelta(hours=2)) == 0
    assert len(stack.mails()) == 4


def test_the_page_shows_what_was_mailed(stack: Pipeline) -> None:
    """Whatever was counted since; a week later it is among the earlier ones."""
    run()
    counted(MONDAY, reviews=500)
    stack.at = (NOW + timedelta(hours=1)).timestamp()
    shown = page(stack)
    assert "12" in re.findall(r'class="number">([^<]*)<', shown)
    assert "What number 2 says" in shown
    stack.at = (NOW + timedelta(days=7)).timestamp()
    newest = page(stack, "/report?audience=team")
    assert "512" in re.findall(r'class="number">([^<]*)<', newest)
    assert "/report?week=2026-09-14&amp;audience=team" in newest
    before = page(stack, "/report?week=2026-09-14&audience=team")
    assert "12" in re.findall(r'class="number">([^<]*)<', before)


def test_what_a_report_can_be_asked_for(stack: Pipeline) -> None:
    """Of the newest week and of those that were kept; a day stands for its week."""
    assert stack.get("/report").status == 401
    cookie, asked = stack.log_in(), {}
    for query in ("week=2026-09-07", "week=2026-09-21", "week=soon", "audience=all"):
        asked[query] = stack.get(f"/report?{query}", cookie).status
    assert list(asked.values()) == [404, 404, 422, 422]
    assert stack.get("/report?week=2026-09-16", cookie).status == 200


def test_both_audiences_read_the_same_three(stack: Pipeline) -> None:
    """What is said after the report is kept does not come between them; before, each is of now."""
    page(stack)
    assert bootstrap.progress_store().snapshot("report:2026-09-14:team") is None
    run()
    first = page(stack, "/report?audience=leadership")
    for n in range(40):
        said(f"late{n}", date(2026, 9, 10), f"Late number {n}")
    second = page(stack, "/report?audience=team")
    read = [
        re.findall(r"(?:What|Late) number \d+", one.partition("Three to read")[2])
        for one in (first, second)
    ]
    assert read[0] == read[1]
    assert len(read[0]) == 3


def test_an_erased_text_is_gone_from_every_report(stack: Pipeline) -> None:
    """Nothing of what was said is kept in the report itself."""
    run()
    table: Table = bootstrap.feedback_store()._table
    table.take(keys.review("shopify", "acme", "r2"))
    assert "What number 2" not in page(stack)
    kept = [item for item in bootstrap.progress_store()._table.scan() if item["PK"] == "SNAPSHOT"]
    assert kept
    for name in ("report:2026-09-14:team", "report:2026-09-14:leadership"):
        assert "What number" not in json.dumps(bootstrap.progress_store().snapshot(name))


def stop_links(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    """Yield to whom each mail went, and its link to stop."""
    for one in mails(pipeline):
        yield str(one["To"]), str(one["List-Unsubscribe"]).strip("<>")


def test_one_click_stops_the_mails_and_a_look_does_not(stack: Pipeline) -> None:
    """For good, in both audiences, however often; and it can be taken back."""
    run()
    links = dict(stop_links(stack))
    link = links["bob@example.org"]
    assert "Stop it" in stack.get(link).body.decode()
    assert "Stop it" in stack.get(link).body.decode()
    for _ in range(2):
        response = stack.call("POST", link, body=b"List-Unsubscribe=One-Click")
        assert response.status == 200
        assert "is stopped" in response.body.decode()
    assert "is stopped" in stack.get(link).body.decode()
    assert run(NOW + timedelta(days=7)) == 2
    assert stack.call("POST", link, body=b"again=yes").status == 200
    assert run(NOW + timedelta(days=14)) == 3


def test_a_link_that_is_not_ours_stops_nothing(stack: Pipeline) -> None:
    """Neither a forged one, nor one that ends surveys."""
    mailbox, until = "0" * 32, NOW + timedelta(days=900)
    survey = mint(mailbox, until, bootstrap.token_keys())
    assert stack.get(f"/r/{mint(mailbox, until, bootstrap.token_keys(), STOP)}").status == 200
    for token in (survey, "1.1.abc.def", "x" * 5000):
        assert stack.call("POST", f"/r/{token}", body=b"List-Unsubscribe=One-Click").status == 404
    assert run() == 3


def test_a_mail_without_room_for_the_picture_has_none(stack: Pipeline) -> None:
    """First it gets coarser; what is told is the same."""
    sizes = []
    for most in (100_000, 45_000, 1000):
        with patch.object(report_mails, "MOST", most):
            raw = report_mails.message(
                report_mails.reporting.view(None, "team", NOW),
                "ann@example.org",
                "0" * 32,
                report_mails.report_mail.picture,
            )
        sizes.append(len(raw))
        assert b"12 of 1,000" in raw
    assert sizes == sorted(sizes, reverse=True)
    assert b"image/png" not in raw


def test_the_command_writes_it(
    stack: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that loads nothing, or the whole mail; of the week that is named."""
    file, other = tmp_path / "report.html", tmp_path / "report.eml"
    for one in (file, other):
        assert cli.main(["report", "--to", str(one), "--audience", "team"]) == 0
        assert " reviews" in capsys.readouterr().out
    html = file.read_text("utf-8")
    assert 'src="data:image/png;base64,' in html
    assert not re.search(r'(src|srcset|background)="(?!data:)', html)
    assert "/r/" not in html
    whole = message_from_string(other.read_text("ascii"), policy=default)
    assert whole["To"] == "kim@example.org"
    assert [one.get_content_type() for one in whole.walk()][-1] == "image/png"
    assert cli.main(["report", "--to", str(file), "--week", "2026-01-05"]) == 1
    assert cli.main(["report", "--to", str(file), "--week", "2026-01-06"]) == 2
    assert cli.main(["report", "--to", str(tmp_path / "report.pdf")]) == 2
    assert cli.main(["report", "--to", str(tmp_path / "none" / "a.html")]) == 2
