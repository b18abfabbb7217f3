"""The weekly report: what it tells, in mail and page alike, and to whom it goes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Business, Configuration, Reporting
from northstar.app.credits import Credits
from northstar.app.report import (
    Audience,
    ReportView,
    keep,
    kept,
    mentioned,
    newest_week,
    weeks,
)
from northstar.app.report_facts import Compared, to_read
from northstar.app.report_mailing import Mailed, is_due, mail_out
from northstar.delivery.outside import inert
from northstar.delivery.report_mail import Report, picture_id, report_mail
from northstar.domain.errors import Invalid, Unavailable
from northstar.domain.rates import wilson
from northstar.web import picture as drawing
from northstar.web import report as page
from northstar.web import report_mail as parts
from northstar.web.report_lines import said
from northstar.web.report_words import tell
from tests.browser.samples import STATUSES, answer, review
from tests.browser.samples_report import BARE, FACTS, MONDAY, SAID, report_view

BASE = "https://feedback.example.com"
STOP = f"{BASE}/r/1.1.abc.def"
OURS = re.compile(rf'{re.escape(BASE)}[^\s"<]*')
BERLIN = Configuration(
    business=Business(time_zone="Europe/Berlin"), report=Reporting(hour=7, team=("a@example.com",))
)


def mail(view: ReportView, png: bytes | None = None) -> EmailMessage:
    """Return the parsed mail of a report."""
    sender = "Reports <reports@example.com>"
    source = f"cid:{picture_id(sender)}" if png else None
    raw = report_mail(
        Report(
            name="report.1",
            at=datetime(2026, 9, 14, 7, tzinfo=UTC),
            subject=view.told.subject,
            text=parts.text(view, BASE, STOP, inert),
            html=parts.html(view, BASE, STOP, source, inert),
            picture=png,
            stop_link=STOP,
            to="Ann <ann@example.org>",
            sender=sender,
        )
    )
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    """Return the plain or the html part."""
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def lines(view: ReportView, title: str) -> list[str]:
    """Return the lines under a heading, as the text part has them."""
    text = parts.text(view, BASE, STOP, inert)
    _, _, after = text.partition(f"{title.upper()}\n\n")
    return after.partition("\n\n")[0].split("\n")


# ---------------------------------------------------------------- what it says


def test_the_subject_is_the_status_as_the_page_has_it() -> None:
    """Status, value, target and what is counted; the preheader says why."""
    told = report_view().told
    assert told.subject == "On track: 8,164 of 10,000 reviews"
    assert told.preheader.startswith("All of the 80% range reaches the goal. 154 new reviews")
    csat = replace(FACTS, standing=STATUSES["csat"])
    assert tell(csat, "team", None).subject == "Close: 90.9% of 92% satisfaction (CSAT)" or (
        tell(csat, "team", None).subject.startswith("Close: 91% of 92%")
    )


def test_a_week_in_which_nothing_was_is_told_too() -> None:
    """Without a goal, an answer or a review there is still a mail that says so."""
    view = report_view("team", BARE)
    assert view.told.subject == "The week to 13 Sep 2026: 0 new reviews"
    assert [section.title for section in view.told.sections] == ["What changed"]
    assert parts.picture(view.told) is None
    assert "<img" not in part(mail(view), "html")


@pytest.mark.parametrize("audience", ["leadership", "team"])
def test_text_html_and_page_say_the_same(audience: Audience) -> None:
    """Every figure and every sentence stands in each of the three."""
    view = report_view(audience)
    assert view.told.head
    message = mail(view)
    text = part(message, "plain")
    shown = LexborHTMLParser(part(message, "html")).text()
    on_page = LexborHTMLParser(page.page(view)).text()
    head = view.told.head
    expected = [head.number, head.sub, *head.outlook, *(value for _, value, _ in head.figures)]
    expected += [line.text for section in view.told.sections for line in section.lines]
    expected += [section.title for section in view.told.sections]
    for sentence in expected:
        assert sentence in shown
        assert sentence in on_page
        assert sentence in text or sentence.upper() in text
    for feedback in mentioned(view.told):
        words = (SAID[feedback].text or "") if SAID[feedback].ticket is None else "Ticket T-1042"
        assert words in text
        assert words in shown
        assert words in on_page


def test_each_audience_gets_what_is_for_it() -> None:
    """Leadership all goals and the north star, the team what is still open; both the rest."""
    found = {
        audience: {section.title for section in report_view(audience).told.sections}
        for audience in ("leadership", "team")
    }
    assert found["leadership"] - found["team"] == {"All goals", "North star"}
    assert found["team"] - found["leadership"] == {
        "Templates to improve first",
        "What became of last week's templates",
        "Still open",
    }
    assert lines(report_view("team"), "Still open")[0] == ("- Bad answer: 2 of 5. Open for 3 days.")
    assert "22 of 100 tickets" in lines(report_view(), "North star")[0]


def test_up_and_down_only_where_that_is_sure() -> None:
    """A rate whose difference could be none is about the same, and is no change."""
    view = report_view()
    changed = "\n".join(lines(view, "What changed"))
    assert "Satisfaction (CSAT): down. 76% (66–84%, n = 80); 91% (87–93%, n = 342) before." in (
        changed
    )
    assert "Solved" not in changed
    rates = "\n".join(lines(view, "The week in rates"))
    assert "Solved: 80% (55–93%, n = 15, few answers); about the same as before" in rates
    better = replace(FACTS, rates=(Compared("Solved", wilson(99, 100), wilson(50, 100)),))
    assert "- Solved: up." in "\n".join(lines(report_view("team", better), "What changed"))


def test_what_changed_since_the_week_before() -> None:
    """The value's change, the status of the last report, the flow of reviews, still sources."""
    changed = lines(report_view(), "What changed")
    assert "- Public reviews: +154 in the week, from 8,010 to 8,164 on 13 Sep." in changed
    assert "- On track; a week ago close." in changed
    assert "- 154 new reviews, 6 edited, 3 removed, 1 public again." in changed
    assert "- shopify example: stands still since 12 Sep 2026, 06:00 UTC." in changed
    assert any(line.startswith("- sync: talked about more: 20%") for line in changed)
    alone = tell(FACTS, "team", None)
    assert not any("a week ago" in line.text for one in alone.sections for line in one.lines)


def test_what_a_rising_topic_quotes_is_not_told_twice() -> None:
    """The complaint that stands with its topic is not among the other complaints."""
    view = report_view()
    sync = SAID[FACTS.bad[0]].text or ""
    assert sync in "\n".join(lines(view, "What changed"))
    assert sync not in "\n".join(lines(view, "Complaints to know"))


def test_words_that_are_gone_are_not_shown() -> None:
    """What a customer said is read when it is shown: who was erased is in no report any more."""
    view = report_view()
    kept_text = json.dumps(_kept(view))
    for one in SAID.values():
        assert (one.text or "") not in kept_text
    erased = replace(view, feedback={})
    text = parts.text(erased, BASE, STOP, inert)
    assert text.count("This was here, and is gone since.") == sum(
        bool(line.feedback) for section in view.told.sections for line in section.lines
    )
    assert "Kim solved it" not in text + part(mail(erased), "html") + page.page(erased)


# ---------------------------------------------------------------- three to read


def test_nobody_selects_what_is_read() -> None:
    """The sample follows from the week and the ids alone; bad ones come up as often as good."""
    every = [review(n, "Good", rating=5) for n in range(50)]
    every += [review(n, "Bad", rating=1) for n in range(50, 100)]
    drawn = to_read(every, MONDAY)
    assert drawn == to_read(list(reversed(every)), MONDAY)
    assert len(drawn) == 3
    mondays = [MONDAY + timedelta(weeks=n) for n in range(100)]
    bad = sum(one.rating == 1 for week in mondays for one in to_read(every, week))
    assert 110 <= bad <= 190


def test_what_cannot_be_read_is_not_drawn() -> None:
    """Nothing without words, nothing that is gone, and no answer that looks machine-made."""
    real = answer(1, "Only me")
    others = (
        answer(2, None),
        answer(3, "Buy now", suspect=True),
        review(4, "Gone", public=False),
        replace(answer(5, "An agent's note"), kind="remark"),
    )
    assert to_read([*others, real], MONDAY) == [real]


# ---------------------------------------------------------------- text from outside

HOSTILE = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    '" onload="x',
    "=?utf-8?q?evil?=\r\nBcc: all@example.com",
    "go to http://evil.example/x or www.evil.example or evil.example.com",
    "mail me@evil.example",
    "{{ 7 * 7 }}",
    "\u202ereversed\x00\x1b[31m",
    "\ud800",
    "x" * 5000,
)
_Effects = list[tuple[str, tuple[str, ...], str]]


def _hostile(text: str) -> ReportView:
    """The report where everybody has written this text, wherever they can."""
    shown = FACTS.standing
    assert shown
    goal = replace(shown.progress.goal, name=text)
    named = replace(shown, progress=replace(shown.progress, goal=goal))
    assert named.confidence
    named = replace(named, confidence=replace(named.confidence, by=text))
    facts = replace(
        FACTS,
        standing=named,
        goals=tuple(replace(one, goal=replace(one.goal, name=text)) for one in FACTS.goals),
        rising=tuple(replace(one, topic=text) for one in FACTS.rising),
        still=((text, None), (text, None)),
        credits=Credits(((text, 3), (text, 1)), (text,)),
    )
    feedback = {
        name: replace(one, text=text, title=text if one.title else None, source=text)
        for name, one in SAID.items()
    }
    feedback = {
        name: replace(one, ticket=text if one.ticket else None) for name, one in feedback.items()
    }
    return replace(report_view("leadership", facts), feedback=feedback, business=text)


def _elements(html: str) -> _Effects:
    """Return each element with its attributes, and where it leads."""
    return [
        (
            str(node.tag),
            tuple(sorted(node.attributes)),
            str(node.attributes.get("src") or "")
            + str(node.attributes.get("href") or "").partition("?")[0],
        )
        for node in LexborHTMLParser(html).css("*")
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_from_outside_does_nothing(text: str) -> None:
    """Page and mail have the elements of a harmless report; the headers are what they were."""
    harmless, hostile = _hostile("harmless"), _hostile(text)
    assert _elements(page.page(hostile)) == _elements(page.page(harmless))
    message, other = mail(hostile), mail(harmless)
    assert _elements(part(message, "html")) == _elements(part(other, "html"))
    assert message.keys() == other.keys()
    assert message["Subject"] == other["Subject"]
    assert not any(one.defects for one in message.walk())
    both = OURS.sub("", part(message, "html") + part(message, "plain"))
    assert "http://evil" not in both
    assert "www.evil" not in both
    assert "evil.example" not in both
    assert "\x1b" not in both
    assert "\u202e" not in both


def test_naughty_strings_do_nothing(shared_data: Path) -> None:
    """A whole list of them, all at once."""
    naughty = json.loads((shared_data / "security/blns.json").read_text("utf-8"))
    feedback = list(SAID)
    for start in range(0, len(naughty), len(feedback) * 4):
        words = iter(naughty[start : start + len(feedback) * 4])
        view = report_view()
        told = {
            name: replace(SAID[name], text="x" + next(words, ""), ticket=SAID[name].ticket)
            for name in feedback
        }
        html = part(mail(replace(view, feedback=told)), "html")
        assert [tag for tag, _, _ in _elements(html)] == [
            tag for tag, _, _ in _elements(part(mail(view), "html"))
        ]


def test_said_is_one_short_line() -> None:
    """Whatever somebody wrote."""
    assert said("a\n\tb\u2028c ") == "a b c"
    assert len(said("x" * 5000)) == 280
    assert said("\ud800") == "?"
    assert said(None) == ""


# ---------------------------------------------------------------- the mail


def test_the_mail_is_whole_and_small() -> None:
    """Text, and HTML with its picture; at most 100 KB, however long what was said is."""
    view = _hostile("A long word " * 6)
    long = {name: replace(one, text="A long text. " * 400) for name, one in SAID.items()}
    view = replace(view, feedback=long)
    png = parts.picture(view.told)
    assert png
    message = mail(view, png)
    kinds = [one.get_content_type() for one in message.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert len(message.as_bytes()) <= 100_000
    assert len(part(message, "html").encode()) <= 90_000
    (image,) = (one for one in message.walk() if one.get_content_type() == "image/png")
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in part(message, "html")
    assert image.get_content() == png
    assert message["Content-Disposition"] is None
    assert image.get_content_disposition() == "inline"


def test_the_picture_says_what_it_shows() -> None:
    """Value, forecast and interval, for whoever sees no pictures; its ground is white."""
    html = LexborHTMLParser(part(mail(report_view(), b"\x89PNG"), "html"))
    image = html.css_first("img")
    assert image is not None
    assert image.attributes["alt"] == (
        "8,164 of 10,000 by 28 Dec 2026: On track. By 28 Dec the 80% range is 10,000 to 11,400, "
        "most likely ≈ 10,700."
    )
    assert "background:#ffffff" in str(image.attributes["style"])


def test_without_the_library_there_is_a_mail_without_a_picture() -> None:
    """What draws may be missing; what is told is not."""
    with patch.object(drawing, "_render", side_effect=ImportError):
        assert parts.picture(report_view().told) is None
    message = mail(report_view(), None)
    assert "image/png" not in [one.get_content_type() for one in message.walk()]
    assert "10,000 to 11,400" in part(message, "html")


def test_one_click_ends_it_and_no_machine_answers() -> None:
    """The headers of RFC 8058 and RFC 3834, and a link for people."""
    message = mail(report_view())
    assert message["List-Unsubscribe"] == f"<{STOP}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f'href="{STOP}"' in part(message, "html")
    assert f"Stop these mails: {STOP}" in part(message, "plain")


def test_an_address_that_is_none_is_refused() -> None:
    """Before anything is sent."""
    whole = Report(
        name="1",
        at=datetime(2026, 9, 14, tzinfo=UTC),
        subject="S",
        text="T",
        html="<p>",
        picture=None,
        stop_link=STOP,
        to="nobody\r\nBcc: all@example.com",
        sender="a@example.com",
    )
    with pytest.raises(Invalid, match="report is not an address"):
        report_mail(whole)


# ---------------------------------------------------------------- when, and to whom


def local(text: str) -> datetime:
    """Return a moment of Berlin in summer."""
    return datetime.fromisoformat(f"{text}+02:00")


@pytest.mark.parametrize(
    ("now", "week", "due"),
    [
        ("2026-09-14T06:59", date(2026, 9, 7), False),
        ("2026-09-14T07:00", MONDAY, True),
        ("2026-09-16T23:59", MONDAY, True),
        ("2026-09-17T00:00", MONDAY, False),
        ("2026-09-20T23:59", MONDAY, False),
    ],
)
def test_it_is_due_from_its_hour_on_monday_to_the_end_of_wednesday(
    now: str, week: date, due: bool
) -> None:
    """In the business time zone; until then the newest report is that of the week before."""
    assert newest_week(local(now), BERLIN) == week
    assert is_due(newest_week(local(now), BERLIN), local(now), BERLIN) is due


class Claims:
    """A ReportStore in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[date, str, str], str] = {}
        self.unwanted: set[str] = set()

    def claim(
        self, week: date, audience: Audience, mailbox: str, *, now: datetime, until: datetime
    ) -> bool:
        """Claim what nobody has claimed."""
        return self.rows.setdefault((week, audience, mailbox), "claimed") == "claimed"

    def sent(self, week: date, audience: Audience, mailbox: str, at: datetime) -> None:
        """Note it."""
        self.rows[week, audience, mailbox] = "sent"

    def release(self, week: date, audience: Audience, mailbox: str) -> None:
        """Forget the claim."""
        del self.rows[week, audience, mailbox]

    def stopped(self, mailboxes: Iterable[str]) -> set[str]:
        """Return who wants nothing."""
        return self.unwanted & set(mailboxes)

    def stop(self, mailbox: str, at: datetime) -> None:
        """Note it."""
        self.unwanted.add(mailbox)

    def resume(self, mailbox: str) -> None:
        """Forget it."""
        self.unwanted.discard(mailbox)


def test_everybody_gets_it_once_whoever_else_cannot_be_reached() -> None:
    """One failure keeps no other mail back, and is made up by the next run alone."""
    store, got = Claims(), defaultdict[str, int](int)
    store.stop("d", local("2026-09-01T00:00"))
    down = {"b"}

    def send(mailbox: str, _address: str) -> None:
        if mailbox in down:
            raise Unavailable("The mail service is down.")
        got[mailbox] += 1

    def run() -> Mailed:
        mailed = Mailed()
        everybody = {one: f"{one}@example.com" for one in "abcd"}
        now = local("2026-09-14T07:00")
        mail_out(MONDAY, "team", everybody, store=store, send=send, now=now, mailed=mailed)
        return mailed

    first = run()
    assert (first.sent, first.stopped) == (2, 1)
    assert [(audience, mailbox) for audience, mailbox, _ in first.failed] == [("team", "b")]
    down.clear()
    run()
    run()
    assert got == {"a": 1, "b": 1, "c": 1}


# ---------------------------------------------------------------- what is kept


class Snapshots:
    """What of a ProgressStore keeps snapshots."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def save_snapshot(self, name: str, told: Any) -> None:
        """Keep it as JSON."""
        self.kept[name] = json.dumps(told)

    def snapshot(self, name: str) -> Any:
        """Return it, or None."""
        return json.loads(self.kept[name]) if name in self.kept else None


def _kept(view: ReportView) -> Any:
    store: Any = Snapshots()
    keep(view.told, store)
    return store.kept


def test_a_report_is_kept_as_it_was_told() -> None:
    """What comes back is what went in, of every audience; the weeks are listed newest first."""
    store: Any = Snapshots()
    for view in (report_view("team"), report_view("leadership"), report_view("team", BARE)):
        keep(view.told, store)
        assert kept(MONDAY, view.told.audience, store) == view.told
    keep(replace(view.told, week=MONDAY - timedelta(7)), store)
    assert weeks(store) == (MONDAY, MONDAY - timedelta(7))
    assert kept(MONDAY + timedelta(7), "team", store) is None
