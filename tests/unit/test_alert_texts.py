"""What alerts say, to people and to machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app.alert_texts import LONGEST, notice_of, summary_of, title_of, view_of
from northstar.app.alerts import BAD, KINDS
from northstar.app.configuration import Alerting, Business, Configuration
from northstar.app.in_words import amount
from northstar.app.notices import Notice
from northstar.app.ports import Alert
from northstar.domain.feedback import Feedback
from northstar.domain.feedback import feedback as feedback_of
from tests.browser.samples_alerts import CONFIGURATION, NOW, answered, bad, reviewed

BASE = "https://acme.example"
ANSWER = answered(1, "Nobody read it.", ago=timedelta(hours=1), ticket="4/8 2")
REVIEW = reviewed(7, 1, "It lost our points.", ago=timedelta(hours=1))
MILESTONE = {
    "goal": "Public reviews",
    "metric": "net_public_reviews",
    "value": 5000,
    "target": 10_000,
    "days": 143,
    "people": [["Kim", 3], ["Ann", 1]],
    "tickets": ["48213", "48500"],
    "reviews": ["shopify:example:1"],
}


def alert(kind: str, **changes: Any) -> Alert:
    """Return an alert of a kind with some of its fields changed."""
    return replace(Alert(kind, NOW, "the subject", "What is so."), **changes)


def notice(one: Alert, said: Feedback | None = None) -> Notice:
    """Return what an alert says."""
    return notice_of(one, said, CONFIGURATION, f"{BASE}/")


def links(told: Notice) -> dict[str, str]:
    """Return the addresses by their words, in their order."""
    return {link.text: link.url for link in told.links}


@pytest.mark.parametrize("kind", [*KINDS, "something_new_here"])
def test_every_kind_is_a_whole_notice(kind: str) -> None:
    """With a title, what is so, what to do, a way to the view, and an event that JSON can carry."""
    one = alert(kind, data={"status": "close", "state": "ready", "suspect": True}, n=1234)
    told = notice(one)
    assert (told.id, told.kind, told.at) == (one.id, kind, NOW)
    assert told.title
    assert "None" not in told.title
    assert told.facts
    assert all(link.url.startswith(f"{BASE}/") for link in told.links)
    assert told.links
    event = json.loads(json.dumps(told.data))
    assert {"type", "since", "subject", "detail", "n", "url", "about", "feedback"} == {*event}
    assert "." in event["type"]
    if kind not in BAD:
        assert ("What", "What is so.") in told.facts
        assert ("n", "1,234") in told.facts
    if kind in KINDS:
        assert told.todo
        assert kind.partition("_")[0] not in told.title


def test_events_keep_their_names() -> None:
    """Machines know them; another name is another event."""
    names = {kind: notice(alert(kind)).data["type"] for kind in KINDS}
    assert names == {
        "bad_answer": "answer.bad",
        "bad_review": "review.bad",
        "bad_remark": "remark.bad",
        "goal_status": "goal.status_changed",
        "milestone": "milestone.reached",
        "csat_down": "csat.down",
        "topic_doubled": "topic.doubled",
        "source_stale": "source.stale",
        "source_broken": "source.broken",
        "source_partial": "source.partial",
        "source_fill": "source.fill",
        "source_overlap": "source.overlap",
        "source_gap": "source.gap",
        "removals_held": "source.removals_held",
        "template_ready": "template.state_changed",
        "template_demoted": "template.state_changed",
        "template_automated": "template.state_changed",
        "template_expired": "template.expired",
        "article_unverified": "article.unverified",
        "sending_stopped": "sending.stopped",
        "quarantined": "record.quarantined",
    }


def test_a_bad_answer_has_the_customers_words_and_ways_to_act() -> None:
    """The view first, then the ticket with its id quoted, and where to record an outcome."""
    one = bad(ANSWER)
    told = notice(one, feedback_of(ANSWER))
    assert told.title == "Bad answer: not solved – refund-status@3"
    assert told.quote == "Nobody read it."
    assert links(told) == {
        "Open it": f"{BASE}/feedback?id={ANSWER.id}",
        "Open the ticket": "https://acme.example/tickets/4%2F8%202",
        "Record what came of it": f"{BASE}/alerts#alert-{one.id}",
    }
    assert ("Template", "refund-status@3") in told.facts
    assert ("Ticket", "4/8 2") in told.facts
    assert "Ada" not in repr(told)
    assert told.data["feedback"]["text"] == "Nobody read it."
    assert told.data["feedback"]["ticket"] == "4/8 2"


def test_a_bad_review_leads_to_its_public_page() -> None:
    """With title, text, and the name that the store shows; another scheme is no link."""
    said = feedback_of(REVIEW)
    assert said is not None
    told = notice(bad(REVIEW), said)
    assert told.title.startswith("Bad review: 1 of 5 – ")
    assert told.quote == "Not what I hoped for\nIt lost our points."
    assert told.quoted == "Corner Shop, in a review"
    assert links(told)["See it where it was said"] == "https://reviews.example.com/1"
    for url in ("javascript:alert(1)", "http://[", None):
        assert "See it where it was said" not in links(notice(bad(REVIEW), replace(said, url=url)))


def test_what_is_gone_is_told_as_gone() -> None:
    """Erased, or no longer public: not a word of it, and still what the alert itself knows."""
    told = notice(bad(ANSWER))
    assert told.quote is None
    assert told.data["feedback"] is None
    assert "erased" in dict(told.facts)["What was said"]
    assert dict(told.facts)["Agent"] == "Lena"
    assert [*links(told)] == ["Open the ticket", "Record what came of it"]
    assert told.data["url"].endswith(f"/alerts#alert-{told.id}")
    hidden = feedback_of(replace(REVIEW, public=False))
    told = notice(bad(REVIEW), hidden)
    assert "points" not in repr(told)
    assert "See it where it was said" not in links(told)


def test_long_words_are_cut() -> None:
    """A review may have any length; the link leads to the rest."""
    said = feedback_of(replace(REVIEW, review=replace(REVIEW.review, text="x" * 9000)))
    told = notice(bad(REVIEW), said)
    assert told.quote
    assert len(told.quote) == LONGEST
    assert told.quote.endswith("…")
    assert len(json.dumps(told.data)) < 10_000


def test_without_an_address_of_tickets_there_is_no_link_to_one() -> None:
    """It has to be configured."""
    plain = Configuration(alerting=Alerting())
    told = notice_of(bad(ANSWER), feedback_of(ANSWER), plain, BASE)
    assert "Open the ticket" not in links(told)


def test_a_milestone_is_celebrated() -> None:
    """It names the goal, the days it took, and who had a part in it."""
    told = notice(alert("milestone", subject="Public reviews", data=MILESTONE))
    assert told.title == "Half of 10,000: Public reviews"
    facts = dict(told.facts)
    assert (facts["It took"], facts["Thanks to"]) == ("143 days", "Kim (3), Ann (1)")
    assert facts["Tickets"] == "48213, 48500"
    assert told.todo
    assert "Celebrate" in told.todo
    assert told.data["about"] == MILESTONE
    whole = alert("milestone", data=MILESTONE | {"value": 10_000, "people": ["Kim"]})
    assert title_of(whole) == "Goal reached: Public reviews, 10,000"
    stars = {"metric": "average_rating", "goal": "Stars", "value": 2.3, "target": 4.6}
    assert title_of(alert("milestone", data=stars)) == "Half of 4.6: Stars"
    many = [f"P{n}" for n in range(14)]
    told = notice(alert("milestone", data=MILESTONE | {"people": many, "days": 1}))
    assert dict(told.facts)["Thanks to"].endswith("P9 and 4 more")
    assert dict(told.facts)["It took"] == "1 day"


def test_a_goal_is_told_by_its_status_and_what_is_foretold() -> None:
    """Only beside a status that a forecast has told."""
    data = {"status": "off track", "p80": [9300.4, 9600.0], "metric": "net_public_reviews"}
    told = notice(alert("goal_status", subject="Reviews", data=data))
    assert told.title == "Off track: Reviews"
    assert dict(told.facts)["Foretold"] == "9,300 to 9,600 (80% range)"
    assert dict(told.facts)["Since"] == "14 September 2026"
    told = notice(alert("goal_status", data=data | {"status": "stale"}))
    assert "Foretold" not in dict(told.facts)


def test_a_template_has_its_rates() -> None:
    """With the interval and n; a rate of nothing is left out."""
    rates = {"solved": {"hits": 90, "n": 100}, "repeated": {"hits": 0, "n": 0}}
    facts = dict(notice(alert("template_ready", data=rates)).facts)
    assert facts["Solved"] == "90% (83–94%, n = 100)"
    assert "Written again" not in facts


def test_only_our_own_paths_become_views() -> None:
    """Whatever stands in the row."""
    for path in ("https://evil.example", "//evil.example", "/\\evil.example", "goals", None, ""):
        assert view_of(alert("goal_status", path=path)) == "/goals"
    assert view_of(alert("goal_status", path="/?goal=A")) == "/?goal=A"


def test_amounts_are_written_in_their_unit() -> None:
    """As the pages write them."""
    told = [amount(8032, "count"), amount(-1.5, "number"), amount(1_234_567, "number")]
    assert told == ["8,032", "−1.5", "1,234,567"]
    assert [amount(90.6, "percent"), amount(4.62, "stars")] == ["91%", "4.6"]


def test_a_summary_lists_every_alert_once() -> None:
    """The newest first, with how many are bad news; the same alerts are the same message."""
    others = [alert("source_stale", subject=f"shopify {n}", detail=f"Why {n}.") for n in range(3)]
    every = [*others, replace(bad(ANSWER), at=NOW + timedelta(hours=1))]
    told = summary_of(every, CONFIGURATION, BASE)
    assert told.title == "4 alerts, 1 of them bad news from customers"
    assert told.facts[0] == (
        "Bad answer: not solved",
        "ticket 4/8 2, template refund-status@3, agent Lena, channel email",
    )
    assert {value for _, value in told.facts[1:]} == {"Why 0.", "Why 1.", "Why 2."}
    assert links(told) == {"Open the alerts": f"{BASE}/alerts"}
    assert told.at == NOW + timedelta(hours=1)
    assert told.todo
    assert len(json.loads(json.dumps(told.data))["alerts"]) == 4
    assert summary_of(every[::-1], CONFIGURATION, BASE) == told
    assert summary_of(others, CONFIGURATION, BASE).id != told.id
    assert summary_of(others, CONFIGURATION, BASE).title == "3 alerts"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(-10, 10) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["hits", "n", ""]), inner)
    ),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        "status",
        "days",
        "people",
        "tickets",
        "value",
        "target",
        "metric",
        "p80",
        "solved",
        "repeated",
        "goal",
    ]
)


@given(st.sampled_from([*KINDS, "", "_"]), st.dictionaries(_NAMES, _JSON))
def test_no_alert_is_untellable(kind: str, data: dict[str, Any]) -> None:
    """Whatever its data hold, it can be told: it must not hold up the others."""
    one = Alert(kind, datetime(2026, 1, 1, tzinfo=UTC), "", "", data=data)
    assert notice(one).title
    assert summary_of([one], replace(CONFIGURATION, business=Business()), BASE).facts
