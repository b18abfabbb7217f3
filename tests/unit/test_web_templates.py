"""The page of the templates in words and as a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.show_templates import TemplatesView
from northstar.web import template_sheet
from tests.browser.samples_coverage import TODAY, Kept, sheet_of, template_pages

HOSTILE = '=1+1<script>alert(1)</script>"&@1'


def view(rows: Mapping[str, Mapping[str, int]], **how: Any) -> TemplatesView:
    """Return the view of templates of which everything happened today."""
    return sheet_of(Kept(templates={name: {TODAY: told} for name, told in rows.items()}), **how)


def solved(yes: int, no: int, **more: int) -> dict[str, int]:
    """Return a day with so many answers."""
    return {"tickets": 90, "solved_yes": yes, "solved_no": no, **more}


def tree(told: TemplatesView) -> LexborHTMLParser:
    """Return the page."""
    return LexborHTMLParser(template_sheet.page(told))


def cards(told: TemplatesView) -> list[str]:
    """Return the words of each card."""
    return [words(card) for card in tree(told).css("article")]


def words(node: LexborNode) -> str:
    """Return a text with single blanks."""
    return " ".join(node.text(separator=" ").split())


def test_a_card_tells_rate_interval_and_comparison() -> None:
    """Each with its n; worse than others is marked by more than a colour."""
    told = view({"login@7": solved(20, 40), "refund@4": solved(90, 10)})
    worst, best = cards(told)
    assert worst.startswith("login version 7 What they say about login 33% solved 23–46%, n = 60")
    assert "Worse than all others (90%, n = 100)" in worst
    assert "Better than all others (33%, n = 60)" in best
    assert words(tree(told).css("article .warn")[0]).startswith("Worse than")


def test_few_answers_are_grey_and_not_judged() -> None:
    """A rate of 29 is shown with a chip, and not compared; one of 30 is."""
    few, enough = (
        cards(view({"a@1": solved(yes, 0), "b@1": solved(40, 40)}, sort="uses"))[0]
        for yes in (29, 30)
    )
    assert "100% solved few answers" in few
    assert "all others" not in few
    assert "few answers" not in enough
    assert "Better than all others (50%, n = 80)" in enough


def test_nobody_has_answered() -> None:
    """There is no rate of nothing."""
    (card,) = cards(view({"a@-": {"tickets": 3}}))
    assert "no version told" in card
    assert "No answer yet Uses 3 Answered none asked" in card
    assert "%" not in card


def test_what_else_is_known_has_its_n() -> None:
    """Asked, rated and read; rates of few are grey."""
    more = {"sent": 200, "answered": 60, "csat_5": 3, "csat_1": 1, "comments": 40}
    labels = {"answer_negative": 10, "answer_positive": 30}
    told = view({"a@1": solved(40, 20, **more, **labels)})
    (card,) = cards(told)
    assert "Uses 90 Answered 30% (24–37%) of 200 asked" in card
    assert "CSAT of those who answered 75% (30–95%) of 4 ratings" in card
    assert "Comments 40 Negative 25% (14–40%) of 40 texts" in card
    assert [words(one) for one in tree(told).css("dd.sub")] == ["75% (30–95%) of 4 ratings"]


def test_without_a_rank_the_most_used_come_first() -> None:
    """And it is said that none is ranked, unless one is, or that order was asked for."""
    words_of_it = "No template has 30 answers yet, so none is ranked; most used first."
    few = {"a@1": solved(0, 9, tickets=10), "b@1": solved(9, 0, tickets=20)}
    told = view(few)
    assert words_of_it in words(tree(told).css("main")[0])
    assert [words(one) for one in tree(told).css("h2")] == ["b", "a"]
    for other in (view(few, sort="uses"), view(few | {"c@1": solved(30, 0)}), view({})):
        assert words_of_it not in words(tree(other).css("main")[0])


def test_a_line_needs_three_weeks() -> None:
    """Two points are no course of things."""
    weeks = [{TODAY - timedelta(7 * n): solved(9 - n, n) for n in range(many)} for many in (2, 3)]
    two, three = (tree(sheet_of(Kept(templates={"a@1": days}))) for days in weeks)
    assert not two.css("article svg")
    assert three.css("article svg")


def test_a_new_version_says_whether_it_helped() -> None:
    """In points only when that is certain; the versions before it are in a table."""
    told = view({"a@3": solved(90, 10), "a@2": solved(50, 50), "a@1": solved(51, 49)})
    (card,) = cards(told)
    assert "+40 pts on version 2 (50%, n = 100)" in card
    rows = [
        [words(cell) for cell in row.css("th, td")] for row in tree(told).css("article tbody tr")
    ]
    assert rows == [
        ["2", "90", "50%", "40–60%, 100", "About the same as version 1 (51%, n = 100)"],
        ["1", "90", "51%", "41–61%, 100", ""],
    ]
    assert (
        "Too few answers to compare with version 2 (50%, n = 100)"
        in cards(view({"a@3": solved(9, 1), "a@2": solved(50, 50)}))[0]
    )


def test_links_lead_to_what_was_said() -> None:
    """Of all versions of a template, and of one of them; the name leads to its own page."""
    page = tree(view({"a b&c@2": solved(9, 1), "a b&c@1": solved(9, 1)}))
    asked = [
        parse_qs(urlsplit(link.attributes["href"] or "").query) for link in page.css("article a")
    ]
    assert asked == [
        {"id": ["a b&c"], "version": ["2"]},
        {"template": ["a b&c"]},
        {"template": ["a b&c@1"]},
    ]


def test_links_keep_what_was_chosen() -> None:
    """The order when the period is changed, the period when the order is, both on the next page."""
    html = template_sheet.page(template_pages()["templates_many"])
    assert 'href="/templates?days=28&amp;sort=uses"' in html
    assert 'href="/templates?days=91&amp;sort=worst"' in html
    assert 'href="/templates?days=91&amp;sort=uses&amp;format=csv"' in html
    (following,) = (a for a in tree(template_pages()["templates_many"]).css(".turn a"))
    query = parse_qs(urlsplit(following.attributes["href"] or "").query)
    last = template_pages()["templates_many"].templates[-1].id
    assert query == {"days": ["91"], "sort": ["uses"], "after": [last]}


def test_a_page_stays_small() -> None:
    """With as many templates as it has room for."""
    assert len(template_sheet.page(template_pages()["templates_many"]).encode()) < 150_000


def test_the_page_says_until_when_it_counts() -> None:
    """In the business's zone; and says so loudly when that is long ago."""
    fresh, stale = (
        words(tree(template_pages()[name]).body)
        for name in ("templates", "templates_stale")  # type: ignore[arg-type]
    )
    assert "Counted until 14 Sep 2026, 14:01 CEST" in fresh
    assert "not up to date" not in fresh
    assert "These numbers are not up to date." in stale


def test_without_a_template_it_says_how_to_tell_us_one() -> None:
    """And has nothing to download."""
    body = tree(template_pages()["templates_empty"]).body
    assert body
    assert "No template yet" in words(body)
    assert "template:refund:3" in words(body)
    assert "Download" not in words(body)


def test_names_stay_text() -> None:
    """In the page they do not run, and in a spreadsheet they do not calculate."""
    told = view({HOSTILE: solved(9, 1), "@": {"tickets": 1}})
    assert not tree(told).css("script")
    assert [words(one) for one in tree(told).css("h2")] == [HOSTILE.removesuffix("@1"), ""]
    rows = list(csv.DictReader("".join(template_sheet.sheet_csv(told)).splitlines()))
    assert rows[0]["\ufefftemplate"] == f"'{HOSTILE.removesuffix('@1')}"


def test_the_file_has_every_version() -> None:
    """Rates as numbers, and empty where there are none."""
    more = {"sent": 200, "answered": 60, "answers": 60, "comments": 4, "answer_negative": 1}
    told = view(
        {"a@2": solved(45, 15, **more), "a@1": {"tickets": 7}, "b@-": solved(50, 50)}, sort="uses"
    )
    rows = list(csv.reader("".join(template_sheet.sheet_csv(told)).splitlines()))
    rate, others = ["0.75", "0.6277", "0.8422"], ["0.5", "100", "better"]
    counts = ["90", "200", "60", "0.3", "60", "45", "60"]
    assert rows[1] == ["a", "2", *counts, *rate, *others, "", "0", "4", "1", "1.0"]
    assert rows[2] == [
        *("a", "1", "7", "0", "0", "", "0", "0", "0", "", "", ""),
        *("0.5938", "160", "", "", "0", "0", "0", ""),
    ]
    assert rows[3][:2] == ["b", ""]
