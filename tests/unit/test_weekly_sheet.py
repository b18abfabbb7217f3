"""The weekly sheet: which templates are on it, in which order, and what came of last week's."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Answering, Configuration
from northstar.app.template_sheet import keep_sheet
from northstar.app.templates import Card, Note
from northstar.app.weekly_sheet import WeeklySheet, keep_week, snapshot_of, weekly_sheet
from northstar.domain.errors import NotFound
from northstar.domain.rates import wilson
from northstar.domain.times import monday
from northstar.web import weekly_sheet as page
from tests.browser.samples_coverage import CONFIGURATION, NOW, TODAY, Days, Kept
from tests.browser.samples_templates import Said, no, pages_of_templates, week_view
from tests.fakes.templates import Templates

MONDAY = monday(TODAY)
HOSTILE = '=1+1<script>alert(1)</script>"&'


def used(yes: int, no_: int, uses: int = 100, back: int = 1, **more: int) -> Days:
    """Return the row of one day of a template."""
    told = {"tickets": uses, "answers": yes + no_, "solved_yes": yes, "solved_no": no_, **more}
    return {TODAY - timedelta(back): told}


class Week:
    """The stores, and a sheet of them."""

    def __init__(self, rows: dict[str, Days], said: Said | None = None, *cards: Card) -> None:
        self.kept = Kept(templates=rows)
        self.store = Templates(*cards)
        self.said = said or Said()

    def sheet(
        self, back: int = 0, configuration: Configuration = CONFIGURATION, **asked: int
    ) -> WeeklySheet:
        """Return the sheet of so many weeks ago as it was made then."""
        now = NOW - timedelta(weeks=back)
        keep_sheet(self.kept, now=now, zone=configuration.business.zone)  # type: ignore[arg-type]
        week = MONDAY - timedelta(weeks=asked.get("of", back))
        return weekly_sheet(
            configuration,
            self.kept,  # type: ignore[arg-type]
            self.store,
            self.said,  # type: ignore[arg-type]
            week=week,
            now=now,
        )


def names(told: WeeklySheet) -> list[str]:
    """Return the versions on a sheet."""
    return [f"{one.template}@{one.version}" for one in told.items]


class TestOrder:
    """Which templates are on the sheet."""

    def test_what_surely_leaves_most_problems_unsolved_comes_first(self) -> None:
        """Uses times the lower end of the unsolved share: many uses of a good one weigh more than
        few of a bad one, and few answers prove little."""
        rows = {
            "bad-but-rare@1": used(2, 18, uses=30),
            "good-but-everywhere@1": used(900, 100, uses=4000),
            "unsure@1": used(10, 2, uses=400),
            "perfect@1": used(90, 0, uses=9000),
            "few@1": used(0, 9, uses=900),
        }
        told = Week(rows).sheet()
        assert names(told) == ["good-but-everywhere@1", "bad-but-rare@1", "unsure@1"]
        assert told.few == 1
        first = told.items[0]
        assert (first.uses, first.solved) == (4000, wilson(900, 1000))
        low, likely, high = first.unsolved
        assert (low, likely, high) == (332, 400, 481)

    def test_five_of_them(self) -> None:
        """However many there are."""
        rows = {f"t{n}@1": used(10, 10 + n) for n in range(9)}
        assert names(Week(rows).sheet()) == [f"t{n}@1" for n in (8, 7, 6, 5, 4)]

    def test_only_the_newest_version_in_use_counts(self) -> None:
        """What is replaced needs no mending; what was not used for four weeks neither."""
        rows = {
            "refund@9": used(10, 90, back=5),
            "refund@10": used(60, 40),
            "refund@11": {},
            "old@1": used(10, 90, back=28),
        }
        assert names(Week(rows).sheet()) == ["refund@10"]

    def test_answers_that_look_machine_made_can_be_left_out(self) -> None:
        """As configured."""
        rows = {"a@1": used(50, 50, suspect_solved_no=45)}
        without = Configuration(
            business=CONFIGURATION.business, answering=Answering(leave_out_suspects=True)
        )
        assert Week(rows).sheet(configuration=without).items[0].solved == wilson(50, 55)


class TestWords:
    """What customers say on it."""

    def test_the_newest_words_of_who_was_not_helped(self) -> None:
        """Three of each template, whatever its version; not those who were helped or said
        nothing."""
        asks = [no(n, "refund@2", f"no {n}", n + 1) for n in range(5)]
        asks += [
            no(10, "refund@2", "fine", 1, solved=True),
            no(11, "refund@2", None, 1),
            no(12, "other@1", "not here", 1),
        ]
        told = Week({"refund@2": used(10, 10)}, Said(asks)).sheet()
        assert [one.text for one in told.items[0].quotes] == ["no 0", "no 1", "no 2"]

    def test_what_is_erased_is_gone_from_a_kept_sheet(self) -> None:
        """Only ids are kept with it."""
        said = Said([no(1, "refund@2", "my secret", 1)])
        week = Week({"refund@2": used(10, 10)}, said)
        week.sheet()
        kept = week.kept.snapshot(snapshot_of(MONDAY))
        assert "my secret" not in str(kept)
        said.erase(f"{1:032x}")
        assert week.sheet().items[0].quotes == ()


class TestKept:
    """What a week later is known."""

    def test_a_sheet_is_made_once_and_stays(self) -> None:
        """Later answers and another run change nothing; that of no other week is made."""
        rows = {"refund@2": used(10, 10)}
        week = Week(rows)
        first = week.sheet()
        rows["worse@1"] = used(1, 99)
        keep_week(
            CONFIGURATION,
            week.kept,  # type: ignore[arg-type]
            week.store,
            week.said,  # type: ignore[arg-type]
            NOW + timedelta(hours=9),
        )
        assert week.sheet() == first
        assert week.said.searches == 1
        assert not first.earlier
        for weeks in (-1, 1):
            with pytest.raises(NotFound):
                week.sheet(of=weeks)

    def test_an_empty_sheet_is_made_again(self) -> None:
        """Whoever starts in the middle of a week need not wait for the next."""
        rows: dict[str, Days] = {"unused@1": {}}
        week = Week(rows)
        assert week.sheet().items == ()
        rows["refund@2"] = used(10, 10)
        assert names(week.sheet()) == ["refund@2"]

    def test_last_weeks_templates_are_carried_over_with_what_came_of_them(self) -> None:
        """A change that was noted: 28 days before it against the time since."""
        rows = {"refund@2": used(40, 40, back=9) | used(39, 1, back=2) | used(0, 0, back=8)}
        week = Week(rows, None, Card("refund", title="Refunds", owner="Lena", version=1))
        week.sheet(1)
        week.store.add_note(Note("refund", NOW - timedelta(3), "lena", "Said when"))
        told = week.sheet()
        (before,) = told.before
        assert (before.title, before.owner) == ("Refunds", "Lena")
        made = before.mended
        assert made
        assert (made.words, made.by, made.day) == ("Said when", "lena", TODAY - timedelta(3))
        assert (made.before, made.after) == (wilson(40, 80), wilson(39, 40))
        assert made.difference
        assert made.difference.verdict == "better"
        assert told.earlier

    def test_a_new_version_is_a_change_too(self) -> None:
        """From its first day, for all versions together; the newest change is told."""
        rows = {"refund@2": used(20, 20, back=9), "refund@3": used(3, 1, back=4)}
        week = Week(rows)
        week.sheet(1)
        week.store.add_note(Note("refund", NOW - timedelta(20), "kim", "long ago"))
        (before,) = week.sheet().before
        made = before.mended
        assert made
        assert (made.words, made.by, made.day) == ("Version 3", None, TODAY - timedelta(4))
        assert (made.before, made.after) == (wilson(20, 40), wilson(3, 4))
        assert made.difference is None

    def test_the_first_version_is_no_change(self) -> None:
        """Nor is what was noted more than four weeks ago."""
        week = Week({"refund@2": used(20, 20, back=3)})
        week.store.add_note(Note("refund", NOW - timedelta(29), "kim", "long ago"))
        assert week.sheet().items[0].mended is None


class TestPage:
    """How it is shown."""

    def test_the_page_has_it_all(self) -> None:
        """The order is explained, each number has its range, each quote leads to its feedback."""
        tree = LexborHTMLParser(pages_of_templates()["week"])
        body = tree.body
        assert body
        words = " ".join(body.text(separator=" ").split())
        assert "≈ 88 of 217 uses in 28 days left a problem unsolved (71 to 107)" in words
        assert "times the lower end of the 95% interval" in words
        assert "Effect: too few answers yet" in words
        links = [link.attributes["href"] or "" for link in tree.css(".quotes .day")]
        assert f"/feedback?id={1:032x}" in links
        assert "/templates/one?id=login-code&version=7" in [
            link.attributes["href"] for link in tree.css("h2 a")
        ]
        assert "/templates/week?week=2026-09-07" in pages_of_templates()["week"]

    def test_the_file_has_both_parts_and_no_formula(self) -> None:
        """Empty is unknown."""
        said = Said([no(1, f"{HOSTILE}@2", HOSTILE, 1)])
        week = Week({f"{HOSTILE}@2": used(10, 10, back=8) | used(10, 10)}, said)
        week.sheet(1)
        told = week.sheet()
        rows = list(csv.DictReader("".join(page.week_csv(told)).splitlines()))
        assert [(row["part"], row["place"]) for row in rows] == [("first", "1"), ("last week", "1")]
        assert rows[0]["template"] == rows[0]["quote_1"] == f"'{HOSTILE}"
        assert (rows[0]["solved_rate"], rows[0]["effect"], rows[0]["quote_2"]) == ("0.5", "", "")
        tree = LexborHTMLParser(page.page(week_view(told)))
        assert not tree.css("script")
        assert HOSTILE in (tree.body.text() if tree.body else "")

    def test_nothing_to_improve_is_said(self) -> None:
        """And there is nothing to download."""
        html = pages_of_templates()["week_empty"]
        assert "Nothing to improve first" in html
        assert "which leaves out 3" in html
        assert "Download" not in html
