"""The page of the alerts in words and as a file, and the outcomes that it takes."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.alerts import KeptAlert, Outcome
from northstar.app.configuration import Configuration, OnCall
from northstar.app.outcomes import NOTE_LIMIT, record_outcome
from northstar.app.show_alerts import MOST_OPEN, NEWEST, AlertsView
from northstar.domain.errors import Invalid, NotFound
from northstar.web import alerts
from tests.browser.samples_alerts import (
    CONFIGURATION,
    NOW,
    RECORDS,
    Said,
    answered,
    bad,
    kept,
    reviewed,
    told,
    view,
)
from tests.fakes.alerts import MemoryAlerts


def tree(shown: AlertsView, **how: Any) -> LexborHTMLParser:
    """Return the page."""
    return LexborHTMLParser(alerts.page(shown, **how))


def words(node: Any) -> str:
    """Return a text with single blanks."""
    return " ".join(node.text(separator=" ").split())


def cards(shown: AlertsView) -> list[str]:
    """Return the words of each open alert."""
    return [words(card) for card in tree(shown).css(".inbox > li")]


def test_the_open_ones_come_first_and_oldest_first() -> None:
    """With how many, how long, the customer's words, and ways to the feedback and the ticket."""
    page = tree(view())
    assert words(page.css_first("h1 + .sub")) == "Open: 4, the oldest for 2 days"
    first, gone, review, last = cards(view())
    assert "for 2 days, since 12 Sep 2026, 14:15 CEST" in first
    assert "Nobody read what I wrote. I asked about order 1042, not 1024." in first
    assert "Ticket 48213 Template refund-status@3 Agent Lena" in first
    assert "Call back or write to the customer." in first
    assert "erased" in gone
    assert "for 7 hours" in review
    assert "Given up office : hooks.slack.com answered 404 for three days." in review
    assert "No text" in last
    targets = [
        [link.attributes["href"] for link in card.css("a")] for card in page.css(".inbox > li")
    ]
    assert targets[0] == [
        f"/feedback?id={RECORDS[0].id}",
        "https://acme.example/tickets/48213",
    ]
    assert targets[1] == ["https://acme.example/tickets/48500"]
    assert targets[2][1] == "https://reviews.example.com/1"


def test_a_viewer_may_look_only() -> None:
    """The form is for editors."""
    assert len(tree(view()).css("main form")) == 4
    assert tree(view(editor=False)).css("main form") == []


def test_the_newest_tell_who_took_them_and_what_came_of_them() -> None:
    """Newest first; what was given up is said plainly, with why."""
    rows = [words(row) for row in tree(view()).css("[aria-labelledby=newest] tbody tr")]
    assert len(rows) == 8
    assert rows[0].startswith("Bad answer: not solved ticket 48977")
    assert rows[0].endswith("– Open")
    assert "Given up: office . hooks.slack.com answered 404" in rows[1]
    called = "The customer has an answer kim, 14 Sep 2026, 14:15 CEST : Called her"
    assert called in " ".join(rows)
    assert "Off track: Public reviews" in " ".join(rows)


def test_the_rota_has_its_load() -> None:
    """By month, and how much of it outside of working hours, with n."""
    page = tree(view())
    heads = [one.text() for one in page.css("[aria-labelledby=on-call] thead th")][:3]
    assert heads == ["Told", "Sep 2026", "Aug 2026"]
    rows = [words(row) for row in page.css("[aria-labelledby=on-call] tbody tr")]
    assert rows == ["Kim 4 2 0 50% (9–91%) of 2", "Ann 1 0 0 none told"]
    assert "Now: office" in words(page.css_first("[aria-labelledby=on-call]"))
    night = tree(view(now=NOW + timedelta(hours=12)))
    assert "Now: office" not in words(night.css_first("[aria-labelledby=on-call]"))


def test_months_go_back_across_the_end_of_a_year() -> None:
    """Three of them, the newest first; without a rota nobody asks for its load."""
    store = MemoryAlerts()
    january = replace(CONFIGURATION, on_call=OnCall(rota=("Kim",)))
    shown = view(store, Said(), january, now=NOW.replace(year=2027, month=1, day=31))
    assert shown.months == ("2027-01", "2026-12", "2026-11")
    assert [load.name for load in shown.loads] == ["Kim"]
    before = store.asked
    view(store, Said(), Configuration())
    assert store.asked - before == 2


def test_nothing_was_ever_told() -> None:
    """It says so, and that nobody is on call."""
    page = words(tree(view(MemoryAlerts(), Said(), Configuration())).css_first("main"))
    assert "Nothing is open." in page
    assert "There was no alert yet." in page
    assert "Nobody is on call" in page


def test_without_a_channel_nobody_is_told() -> None:
    """The page says how to change that."""
    page = words(tree(view(MemoryAlerts(kept()), Said(), Configuration())).css_first("main"))
    assert "Nobody is told of them: add a channel" in page
    assert "Nobody is told" not in words(tree(view()).css_first("main"))


@pytest.mark.parametrize("many", [3, 400])
def test_the_page_costs_the_same_however_many_there_are(many: int) -> None:
    """The oldest open ones and the newest of all are shown, with a constant number of calls."""
    every = [told(bad(answered(n, "No.", ago=timedelta(minutes=n + 1)))) for n in range(many)]
    store, said = MemoryAlerts(every), Said()
    shown = view(store, said)
    assert (store.asked, said.asked) == (3, 1)
    assert len(shown.open) == min(many, MOST_OPEN)
    assert len(shown.newest) == min(many, NEWEST)
    tally = words(tree(shown).css_first("h1 + .sub"))
    assert tally.startswith("Open: 50 and more" if many > MOST_OPEN else "Open: 3,")


@pytest.mark.parametrize(
    ("age", "words_of_it"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=6), "6 days"),
        (timedelta(hours=-1), "less than a minute"),
    ],
)
def test_ages_are_told_in_whole_units(age: timedelta, words_of_it: str) -> None:
    """In the largest one; a clock that runs ahead makes no negative age."""
    shown = view(MemoryAlerts([told(bad(answered(1, "No.", ago=age)))]), Said())
    assert words(tree(shown).css_first("h1 + .sub")).endswith(f"for {words_of_it}")


def test_what_is_no_longer_public_is_not_shown() -> None:
    """Whoever took a review back has taken its words from this page, too."""
    review = reviewed(7, 1, "It lost our points.", ago=timedelta(hours=1))
    hidden = replace(review, public=False)
    (card,) = cards(view(MemoryAlerts([told(bad(review))]), Said([hidden])))
    assert "points" not in card
    assert "What was said is not public any more." in card


def test_the_file_has_a_line_for_each() -> None:
    """With who took it, who never did, and the outcome."""
    lines = list(
        csv.DictReader("".join(alerts.alerts_csv(view())).removeprefix("\ufeff").splitlines())
    )
    assert len(lines) == 8
    assert tuple(lines[0]) == alerts.COLUMNS
    by_outcome = {line["outcome"]: line for line in lines}
    assert by_outcome["answered"]["by"] == "kim"
    assert by_outcome["answered"]["open"] == "no"
    assert lines[1]["given_up"] == "office: hooks.slack.com answered 404 for three days."
    assert lines[1]["told"] == "Kim 2026-09-14T05:15:30.000Z"
    assert sum(line["open"] == "yes" for line in lines) == 4


def test_a_refused_outcome_stands_there_as_it_was_typed() -> None:
    """Beside the field that is wrong, in the form it was typed into."""
    first = view().open[0].kept.alert
    typed = {"alert": first.id, "what": "known", "note": "so long"}
    page = tree(view(), refused=alerts.Refused(typed, "note", "The note is too long."))
    (form, *others) = page.css("main form")
    assert form.css_first("[name=note]").attributes["value"] == "so long"
    assert form.css_first("option[selected]").attributes["value"] == "known"
    assert form.css_first(".wrong").text() == "The note is too long."
    assert all(not one.css(".wrong, [selected]") for one in others)
    assert "Nothing was kept. The note is too long." in words(page.css_first("[role=alert]"))


def test_an_outcome_closes_an_alert() -> None:
    """With who said so, and when; said again, the newer word holds."""
    store = MemoryAlerts(kept())
    name = store.open_alerts(1)[0].alert.id
    record_outcome(name, "fixed", "  Mended.\u202e ", store, by="kim", now=NOW)
    found = store.kept(name)
    assert found
    assert found.outcome == Outcome("fixed", "Mended.", "kim", NOW)
    assert not found.open
    record_outcome(name, "known", "", store, by="ann", now=NOW)
    again = store.kept(name)
    assert again
    assert again.outcome == Outcome("known", "", "ann", NOW)


@pytest.mark.parametrize(
    ("what", "note", "field"),
    [("", "", "what"), ("solved", "", "what"), ("fixed", "x" * (NOTE_LIMIT + 1), "note")],
)
def test_only_what_can_be_meant_is_kept(what: str, note: str, field: str) -> None:
    """The error names the field, and nothing is kept."""
    store = MemoryAlerts(kept())
    name = store.open_alerts(1)[0].alert.id
    with pytest.raises(Invalid) as caught:
        record_outcome(name, what, note, store, by="kim", now=NOW)
    assert caught.value.field == field
    assert store.open_alerts(1)[0].alert.id == name
    record_outcome(name, "fixed", "x" * NOTE_LIMIT, store, by="kim", now=NOW)


def test_an_unknown_alert_has_no_outcome() -> None:
    """It says so."""
    with pytest.raises(NotFound):
        record_outcome("gone", "fixed", "", MemoryAlerts(), by="kim", now=NOW)


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements of the page whose every text from outside is this; check its file."""
    ask = answered(1, text, ago=timedelta(hours=1), ticket=text)
    ask = replace(
        ask, ticket=replace(ask.ticket, agent=text, team=text, subject=text, template=None)
    )
    review = reviewed(2, 1, text, ago=timedelta(hours=2))
    outcome = Outcome("fixed", text, text, NOW)
    other = replace(kept()[-1].alert, subject=text, detail=text, path=None)
    every = [
        told(bad(ask), text, given_up={text: text}),
        told(bad(review), outcome=outcome),
        KeptAlert(other, {}, {}),
    ]
    shown = view(MemoryAlerts(every), Said([ask, review]))
    typed = {"alert": shown.open[0].kept.alert.id, "what": text, "note": text}
    page = tree(shown, refused=alerts.Refused(typed, "note", "No."))
    file = list(
        csv.reader("".join(alerts.alerts_csv(shown)).removeprefix("\ufeff").splitlines(True))
    )
    assert all(len(line) == len(alerts.COLUMNS) for line in file)
    assert not any(cell.startswith(("=", "+", "@")) for line in file for cell in line)
    return [(str(node.tag), tuple(sorted(node.attributes))) for node in page.css("*")]


def test_text_from_outside_stays_text(shared_data: Path) -> None:
    """Whatever it is, the page has the elements of a harmless one, and the file its cells."""
    harmless = shape("harmless")
    strings = json.loads((shared_data / "security/blns.json").read_text("utf-8"))
    hostile = [one for one in strings if one.strip()][::12]
    for text in [*hostile, "</li><script>x</script>", "=1+1", '" autofocus="', "\ud800"]:
        assert shape(text) == harmless, text
