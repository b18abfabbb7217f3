"""The page of all goals: what it says of each, its forms, its history and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.goals import Change
from northstar.app.show_goals import GoalsView
from northstar.domain.calibration import Coverage
from northstar.domain.errors import Invalid
from northstar.domain.goals import Goal
from northstar.web import goals, numbers
from northstar.web.goal_forms import (
    GOAL_FIELDS,
    Tried,
    confidence_of,
    filled,
    goal_of,
    typed_of,
)
from tests.browser.samples import (
    ALL_GOALS,
    EARLIER,
    GOALS_PAGES,
    LED,
    NOW,
    REAL,
    REFUSED,
    STATUSES,
    SURE,
    kept,
)

NAUGHTY = "<script>alert(1)</script>&amp;\u202e'\"?name=x#"
TYPED = dict.fromkeys(GOAL_FIELDS, "") | {
    "name": " Reviews ",
    "metric": "net_public_reviews",
    "target": "10,000",
    "deadline": "2026-12-28",
}
TODAY = date(2026, 9, 14)


def parsed(view: GoalsView, tried: Tried | None = None) -> LexborHTMLParser:
    """Return the page as a browser understands it."""
    return LexborHTMLParser(goals.page(view, tried) if tried else goals.page(view))


def cards(tree: LexborHTMLParser) -> list[str]:
    """Return the text of each goal's card, with single blanks."""
    found = tree.css("section.goal:has(.status)")
    return [" ".join(card.text(separator=" ").split()) for card in found]


def rows(lines: Iterable[str]) -> list[dict[str, str]]:
    """Return a file's rows, as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO("".join(lines).removeprefix("\ufeff"))))


def test_each_goal_says_how_it_stands() -> None:
    """Status and reason, value, pace, interval, chance, record, owner, note, confidence."""
    card = cards(parsed(ALL_GOALS))[0]
    for said in (
        *("Goal on_track On track Public reviews · Grace", "8,164 of 10,000 by 28 Dec 2026"),
        *("All of the 80% range reaches the goal.", "Agreed on with the board."),
        *("Even pace 7,740", "80% range 10,000 to 11,400", "Most likely ≈ 10,700"),
        *("Chance to make it 90%", "Checked on its past: held 19 of 24 times"),
        *("Those that stood here held 9 of 11 times", "The team says 7 of 10 Ada Lovelace"),
        *("The spring launch brings more.", "Asked and answered this week."),
    ):
        assert said in card


def test_a_short_record_is_told_as_the_first_page_tells_it() -> None:
    """Of forecasts that stood here nothing before the eighth; a single one made again is a time."""
    told = replace(REAL, coverage=Coverage(1, 1, 1, 1.0, 63))
    assert LED.state
    state = replace(LED.state, forecast=told, held=0, tried=7)
    (card,) = cards(parsed(replace(ALL_GOALS, goals=(replace(LED, state=state),))))
    assert "Checked on its past: held 1 of 1 time " in card
    assert "stood here" not in card


def test_no_forecast_is_told_where_none_counts() -> None:
    """Stale data and a goal that nobody has looked at yet have neither interval nor chance."""
    for name in ("stale", "new", "unknown"):
        (card,) = cards(parsed(replace(ALL_GOALS, goals=(kept(name),))))
        assert "80%" not in card
        assert "Chance" not in card


def test_that_nobody_has_spoken_is_said_once() -> None:
    """Never at all beside the team's word, and of this week only where somebody has before."""
    never, this_week = "nobody has said yet", "Nobody has said this week how sure they are."
    (card,) = cards(parsed(replace(ALL_GOALS, goals=(replace(LED, confidence=None),))))
    assert (never in card, this_week in card) == (True, False)
    old = replace(SURE, at=NOW - timedelta(8))
    (card,) = cards(parsed(replace(ALL_GOALS, goals=(replace(LED, confidence=old),))))
    assert (never in card, this_week in card) == (False, True)


def test_a_state_of_an_older_goal_is_not_told() -> None:
    """After a change the old forecast is gone until the goal is looked at again."""
    (card,) = cards(parsed(replace(ALL_GOALS, goals=(replace(LED, version=2),))))
    assert "Too early" in card
    assert "80%" not in card


def test_the_history_says_what_was_changed() -> None:
    """When, who, and each field from what to what."""
    tree = parsed(ALL_GOALS)
    told = [[cell.text() for cell in row.css("th, td")] for row in tree.css("#history tbody tr")]
    assert told == [
        [
            "12 Sep 2026, 06:00 UTC",
            "Ada Lovelace",
            "Confidence 7 of 10: The spring launch brings more.",
        ],
        [
            "20 Apr 2026, 06:00 UTC",
            "northstar.toml",
            (
                "target: 8,000 → 10,000; deadline: 30 Nov 2026 → 28 Dec 2026; "
                "owner: nothing → Grace; note: nothing → Agreed on with the board."
            ),
        ],
        ["1 Jan 2026, 06:00 UTC", "Grace", "Set: 8,000 by 30 Nov 2026"],
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((Change(NOW, "Ada", "ended", EARLIER),), ["Ended"]),
        (
            (Change(NOW, "Ada", "set", EARLIER), Change(NOW, "Ada", "ended", EARLIER)),
            ["Opened again", "Ended"],
        ),
        ((), []),
    ],
)
def test_ends_and_new_beginnings_are_told(changes: tuple[Change, ...], told: list[str]) -> None:
    """A goal that was ended and set again as it was is open again."""
    tree = parsed(replace(ALL_GOALS, changes=changes))
    assert [cell.text() for cell in tree.css("#history td:nth-child(3)")] == told


def test_ended_goals_are_kept_in_sight() -> None:
    """With what they came to, and the way to their history."""
    text = goals.page(ALL_GOALS)
    assert "8,164 of 10,000 by 28 Dec 2026, ended on 3 Aug 2026" in text
    assert 'href="/goals?name=Goal+off_track#history"' in text


def test_a_viewer_may_look_only() -> None:
    """No form but the one that ends the session."""
    tree = parsed(GOALS_PAGES["goals_viewer"][0])
    assert [form.attributes["action"] for form in tree.css("form")] == ["/auth/logout"]


def test_the_first_goal_can_be_set() -> None:
    """An empty page says the three ways; its form is open for an editor, and absent for others."""
    empty = GOALS_PAGES["goals_none"][0]
    tree = parsed(empty)
    text = tree.css_first(".empty").text()
    assert "northstar goal set" in text
    assert "northstar.toml" in text
    assert "open" in tree.css_first("#set details").attributes
    assert not parsed(replace(empty, editor=False)).css("#set")


def test_a_refused_goal_is_as_it_was_typed() -> None:
    """The reason stands beside its field, which is marked; the form is open.

    The field has the focus, which a browser gives it only where the address leads to nothing else.
    """
    tree = parsed(*GOALS_PAGES["goals_refused"])
    field = tree.css_first("#new-target")
    assert field.attributes["value"] == "120"
    assert field.attributes["aria-invalid"] == "true"
    wrong = tree.css_first(f"#{field.attributes['aria-describedby']}")
    assert wrong.text() == REFUSED.reason
    assert tree.css_first("#new-name").attributes["value"] == "More"
    assert tree.css_first("#new-metric [selected]").attributes["value"] == "csat"
    assert [one.attributes["id"] for one in tree.css("[autofocus]")] == ["new-target"]
    (alert,) = tree.css("[role=alert]")
    assert REFUSED.reason in alert.text()
    assert alert.css_first("a").attributes["href"] == "#new-target"
    form = tree.css_first("details[open] form[action='/goals/set#set']")
    assert form.css_first("[autofocus]")
    assert not tree.css("#set")


def test_a_reason_without_a_field_is_told_too() -> None:
    """Whatever was refused, the page says why."""
    assert "Try that again." in goals.page(ALL_GOALS, Tried("goal", {}, "", "Try that again."))


def test_a_refused_confidence_is_as_it_was_typed() -> None:
    """In the card that it is about, and in no other."""
    typed = {"name": "Goal close", "confidence": "4", "note": "So long"}
    tree = parsed(ALL_GOALS, Tried("confidence", typed, "note", "Shorten it."))
    (wrong,) = tree.css(".wrong")
    assert wrong.text() == "Shorten it."
    (focused,) = tree.css("[autofocus]")
    assert (focused.attributes["id"], focused.attributes["name"]) == ("goal-1-note", "note")
    (alert,) = tree.css("[role=alert]")
    assert alert.css_first("a[href='#goal-1-note']").text() == "Shorten it."
    form = alert.parent and alert.parent.css_first("form")
    assert form
    assert form.attributes["action"] == "/goals/confidence#goal-1-said"
    assert not tree.css("#goal-1-said")
    assert tree.css("details#goal-0-said")
    assert [
        one.attributes["value"] for one in tree.css("[name=note][value]") if one.attributes["value"]
    ] == ["So long"]
    assert [one.text() for one in tree.css("option[selected]")][:1] == ["4"]


def test_a_goal_is_changed_in_the_form() -> None:
    """Its card leads an editor to the form with what it is; a viewer has no such way."""
    tree = parsed(ALL_GOALS)
    link = tree.css_first("section.goal a[href$='#set']").attributes["href"]
    assert link == "/goals?name=Goal+on_track&change=1#set"
    assert "open" not in tree.css_first("#set details").attributes
    tree = LexborHTMLParser(goals.page(ALL_GOALS, change=True))
    assert "open" in tree.css_first("#set details").attributes
    typed = {one.attributes["name"]: one.attributes["value"] for one in tree.css("#set input")}
    metric = tree.css_first("#new-metric [selected]").attributes["value"]
    assert goal_of(filled({**typed, "metric": metric}), None, TODAY) == LED.goal
    assert "is left empty stays as it is" in tree.css_first("#set").text()
    assert not parsed(GOALS_PAGES["goals_viewer"][0]).css("a[href$='#set']")


@pytest.mark.parametrize(
    ("value", "text"), [(4.6, "4.6"), (90.0, "90"), (1e-7, "0.0000001"), (10**12, "1000000000000")]
)
def test_a_number_stands_in_the_form_as_it_can_be_typed(value: float, text: str) -> None:
    """Without an exponent; a note of several lines, which no field can hold, stays by itself."""
    goal = replace(LED.goal, metric="custom", target=value, note="a\nb")
    typed = typed_of(goal)
    assert (typed["target"], typed["note"]) == (text, "")
    assert goal_of(filled(typed), goal, TODAY) == goal


def test_what_was_done_is_said_in_our_words() -> None:
    """Where the page opens then; what an address may say besides is not repeated."""
    for done, said in (
        *(("set", "The goal is set."), ("ended", "The goal is ended.")),
        *(("said", "How sure you are is kept."), ("set_number", "Nobody has posted this number")),
        *(("set_app", "No source collects this app"), ("set_source", "not collected")),
    ):
        tree = LexborHTMLParser(goals.page(ALL_GOALS, done=done))
        assert said in tree.css_first("#history [role=status]").text()
    for done in ("", "You have won!"):
        html = goals.page(ALL_GOALS, done=done)
        assert not LexborHTMLParser(html).css("#history [role=status]")
        assert "You have won!" not in html


def test_the_page_says_how_old_the_goals_are() -> None:
    """With the moment of the newest; over an hour later a band says it too."""
    assert LED.state
    minutes = {5: False, 60: False, 61: True}
    for age, band in minutes.items():
        state = replace(LED.state, made_at=NOW - timedelta(minutes=age))
        older = replace(LED, state=replace(state, made_at=NOW - timedelta(2)))
        view = replace(ALL_GOALS, goals=(older, replace(LED, state=state)), time_zone="Asia/Tokyo")
        tree = parsed(view)
        fresh = tree.css_first(".fresh").text()
        assert fresh == f"Goals as of {numbers.moment(state.made_at, 'Asia/Tokyo')}"
        assert bool(tree.css("main > .band[role=status]")) == band
    assert parsed(replace(ALL_GOALS, goals=())).css_first(".fresh").text() == ""


def test_ending_takes_a_second_step() -> None:
    """Its button rests in a part that has to be opened first."""
    tree = parsed(ALL_GOALS)
    forms = tree.css("form[action='/goals/end']")
    assert len(forms) == len(ALL_GOALS.goals)
    parents = [form.parent for form in forms]
    assert all(one is not None and one.tag == "details" for one in parents)
    assert all(one is not None and "open" not in one.attributes for one in parents)


def test_what_comes_from_outside_stays_text() -> None:
    """Names, owners, notes and scopes cannot become markup, nor leave their link."""
    goal = replace(LED.goal, name=NAUGHTY, owner=NAUGHTY, note=NAUGHTY, source=NAUGHTY)
    named = replace(LED, goal=goal)
    change = Change(NOW, NAUGHTY, "set", goal)
    view = replace(ALL_GOALS, goals=(named,), chosen=named, changes=(change,))
    tree = parsed(view, Tried("goal", {"name": NAUGHTY}, "name", NAUGHTY))
    assert not tree.css("script")
    assert tree.css_first("#goal-0").text() == NAUGHTY
    link = tree.css_first("#goal-0 a").attributes["href"] or ""
    assert parse_qs(urlsplit(link).query) == {"goal": [NAUGHTY]}
    assert {one.attributes["value"] for one in tree.css("[type=hidden]")} == {NAUGHTY}


def test_a_typed_goal_is_read() -> None:
    """Blanks around and separators in numbers are no matter; without a start it begins today."""
    goal = Goal("Reviews", "net_public_reviews", 10_000, TODAY, date(2026, 12, 28))
    assert goal_of(filled(TYPED), None, TODAY) == goal
    more = {"metric": "csat", "target": "90 %", "start": "2026-01-02", "baseline": "80.5"}
    told = goal_of(filled(TYPED | more | {"owner": "Ada", "note": " Why "}), None, TODAY)
    assert (told.target, told.baseline, told.start) == (90, 80.5, date(2026, 1, 2))
    assert (told.owner, told.note, told.app) == ("Ada", "Why", None)


WHOLE = Goal(
    *("Reviews", "net_public_reviews", 10_000, date(2026, 1, 2), date(2026, 12, 28), 540),
    *("shopify:acme", None, None, "Ada", "Why"),
)


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        ({}, {}),
        ({"target": "12,000"}, {"target": 12_000}),
        ({"owner": "Kim", "note": ""}, {"owner": "Kim", "note": None}),
        ({"baseline": ""}, {"baseline": None}),
        ({"source": "shopify"}, {"app": None, "source": "shopify"}),
        ({"metric": "csat", "target": "90%"}, {"baseline": None, "app": None}),
        ({"metric": "average_rating", "target": "4.6"}, {"baseline": None}),
    ],
)
def test_what_is_not_typed_stays(typed: dict[str, str], changes: dict[str, object]) -> None:
    """But for a baseline and a scope that belong to something else; an empty text takes away."""
    told = goal_of({"name": "Reviews"} | typed, WHOLE, TODAY)
    for field in GOAL_FIELDS:
        if field in changes or field not in typed:
            assert getattr(told, field) == changes.get(field, getattr(WHOLE, field))


def test_a_posted_number_goes_with_its_metric() -> None:
    """Where another thing counts."""
    posted = Goal("Sold", "custom", 10, TODAY, date(2026, 12, 28), number="sold")
    assert goal_of({"name": "Sold", "target": "11"}, posted, TODAY).number == "sold"
    assert goal_of({"name": "Sold", "metric": "csat"}, posted, TODAY).number is None


@pytest.mark.parametrize("field", ["metric", "target", "deadline"])
def test_a_new_goal_needs_three_things(field: str) -> None:
    """Each is asked for by its name; of one that is there it may be left out."""
    typed = filled(TYPED | {field: " "})
    with pytest.raises(Invalid, match=f"A new goal needs a {field}") as caught:
        goal_of(typed, None, TODAY)
    assert caught.value.field == field
    assert getattr(goal_of(typed, WHOLE, TODAY), field) == getattr(WHOLE, field)


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        *(("net_public_reviews", "1,000", 1000), ("net_public_reviews", "1,000,000", 1_000_000)),
        *(("csat", "90%", 90), ("csat", "90.5 %", 90.5), ("average_rating", "4.6", 4.6)),
        *(("custom", "1,000.250", 1000.25), ("custom", "10.000", 10), ("custom", "-5", -5)),
    ],
)
def test_a_number_is_read_as_people_write_it(metric: str, text: str, value: float) -> None:
    """A comma before each group of three digits, a dot, and of a percentage its sign."""
    told = goal_of(filled(TYPED | {"metric": metric, "target": text}), None, TODAY)
    assert told.target == value


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        *(("csat", "50,5"), ("average_rating", "4,6"), ("net_public_reviews", "10.000")),
        *(("net_public_reviews", "1,0000"), ("net_public_reviews", "10,00"), ("csat", "0,905")),
        *(("net_public_reviews", "90%"), ("average_rating", "4.6 %"), ("custom", "5%")),
        *(("csat", "%"), ("csat", "90%%"), ("custom", "1e3"), ("custom", "٣"), ("custom", "many")),
        *(("custom", "nan"), ("custom", "inf"), ("custom", "9" * 400)),
    ],
)
def test_a_number_that_could_mean_another_is_refused(metric: str, text: str) -> None:
    """With two that are plain."""
    with pytest.raises(Invalid, match=r"write one such as 1000 or 4\.6") as caught:
        goal_of(filled(TYPED | {"metric": metric, "target": text}), None, TODAY)
    assert caught.value.field == "target"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metric", "unknown"),
        ("baseline", "many"),
        ("start", "tomorrow"),
        ("deadline", "2026-02-30"),
    ],
)
def test_what_is_not_a_number_day_or_metric_is_refused(field: str, value: str) -> None:
    """With the field's name, so that the reason can stand beside it."""
    for before in (None, WHOLE):
        with pytest.raises(Invalid) as caught:
            goal_of(filled(TYPED | {field: value}), before, TODAY)
        assert caught.value.field == field


@pytest.mark.parametrize("value", ["", "11", "-1", "3.5", "٣", "ten"])
def test_a_confidence_is_0_to_10(value: str) -> None:
    """Nothing else is taken."""
    with pytest.raises(Invalid):
        confidence_of({"confidence": value})
    assert confidence_of({"confidence": "0"}) == 0


def test_a_goal_is_a_file_of_days_and_of_its_fan() -> None:
    """Known days have a value, days ahead quantiles; all have the even pace."""
    told = rows(goals.goal_csv(STATUSES["on_track"]))
    known, ahead = told[: len(STATUSES["on_track"].progress.series)], told[-1]
    assert known[-1]["day"] == "2026-09-14"
    assert known[-1]["value"] == "8164"
    assert float(known[-1]["even_pace"]) == pytest.approx(7740, abs=1)
    assert known[-1]["p50"] == ""
    assert (ahead["day"], ahead["value"], ahead["even_pace"]) == ("2026-12-28", "", "10000.0")
    assert [ahead[name] for name in ("p10", "p50", "p90")] == ["10029", "10709", "11389"]
    assert all(row["p10"] for row in told[len(known) :])


def test_a_rate_is_a_file_with_the_interval_at_its_deadline() -> None:
    """One line ahead; where a forecast does not count there is none."""
    ahead = rows(goals.goal_csv(STATUSES["csat"]))[-1]
    assert (ahead["day"], ahead["p10"], ahead["p90"]) == ("2026-12-28", "89.1", "93.4")
    stale = rows(goals.goal_csv(STATUSES["stale"]))
    assert {row["p50"] for row in stale} == {""}


def test_all_goals_are_a_file() -> None:
    """One a row, ended ones last, and nothing in it that a spreadsheet would calculate."""
    named = replace(LED, goal=replace(LED.goal, name="=1+1", note="@SUM(A1)"))
    told = rows(goals.goals_csv(replace(ALL_GOALS, goals=(named, kept("stale")))))
    assert [row["status"] for row in told] == ["on track", "no fresh data", "ended"]
    assert (told[0]["name"], told[0]["note"]) == ("'=1+1", "'@SUM(A1)")
    assert (told[0]["value"], told[0]["target"], told[0]["p10"]) == ("8164", "10000", "10029")
    assert (told[0]["confidence"], told[0]["confidence_by"]) == ("7", "Ada Lovelace")
    assert [told[0][f"past_{what}"] for what in ("held", "tried")] == ["19", "24"]
    assert [told[0][f"stood_{what}"] for what in ("held", "tried")] == ["9", "11"]
    assert (told[1]["p10"], told[1]["past_tried"]) == ("", "")
    assert told[2]["ended"] == "2026-08-03"
