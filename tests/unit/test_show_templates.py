"""The sheet of the templates: what is counted, compared and ranked, and at which cost."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from northstar.app.configuration import Answering
from northstar.app.show_templates import (
    MOST_VERSIONS,
    TemplatesView,
    VersionNumbers,
    compared,
    newer_first,
    templates_view,
)
from northstar.app.template_sheet import MOST, template_sheet
from northstar.app.templates import Card
from northstar.domain.editions import Editions
from northstar.domain.rates import wilson
from tests.browser.samples_coverage import CONFIGURATION, NOW, TODAY, Days, Kept, sheet_of
from tests.fakes.templates import Templates


def days(back: int = 0, **measures: int) -> Days:
    """Return the row of one day, so many days ago."""
    return {TODAY - timedelta(back): measures}


def answered(yes: int, no: int, back: int = 0, **more: int) -> Days:
    """Return the row of one day with so many answers."""
    return days(back, solved_yes=yes, solved_no=no, tickets=2 * (yes + no), **more)


def only(told: TemplatesView) -> VersionNumbers:
    """Return the one version that there is."""
    ((one,),) = (template.versions for template in told.templates)
    return one


def ids(told: TemplatesView) -> list[str]:
    """Return the templates in their order."""
    return [one.id for one in told.templates]


class TestSheet:
    """What is kept."""

    def test_each_period_has_its_own_sums(self) -> None:
        """28, 91 and 365 days with today; what is older or 0 is in none."""
        rows: Days = {}
        for back in (0, 27, 28, 90, 91, 364, 365):
            rows |= days(back, tickets=1, solved_no=0)
        told = template_sheet(Kept(templates={"refund@1": rows}), TODAY)  # type: ignore[arg-type]
        sums = told["templates"]["refund@1"]
        assert {name: sums[name] for name in ("28", "91", "365")} == {
            "28": {"tickets": 2},
            "91": {"tickets": 4},
            "365": {"tickets": 6},
        }
        assert told["all"]["91"] == {"tickets": 4}
        assert told["day"] == "2026-09-14"

    def test_weeks_end_today(self) -> None:
        """Twelve of them, oldest first."""
        rows = answered(1, 0) | answered(2, 0, 6) | answered(4, 0, 7) | answered(8, 0, 83)
        told = template_sheet(Kept(templates={"a@1": rows}), TODAY)  # type: ignore[arg-type]
        yes = [week.get("solved_yes", 0) for week in told["templates"]["a@1"]["weeks"]]
        assert yes == [8, *[0] * 9, 4, 3]

    def test_a_template_without_anything_is_left_out(self) -> None:
        """One that was used more than a year ago, too."""
        kept = Kept(templates={"a@1": days(365, tickets=4), "b@1": {}})
        assert template_sheet(kept, TODAY)["templates"] == {}  # type: ignore[arg-type]

    def test_so_many_versions_fit_into_one_item(self) -> None:
        """The most used ones stay, the others are told as a number and count among all."""
        rng = random.Random(7)
        measures = ("sent", "answered", "answers", "solved_yes", "solved_no", "comments", "csat_5")
        rows = {
            f"template-of-some-length-{n}@{n % 7}": {
                TODAY - timedelta(back): {name: rng.randint(1, 99) for name in measures}
                | {"tickets": n}
                for back in (0, 7, 14, 40, 200)
            }
            for n in range(1, MOST + 3)
        }
        told = template_sheet(Kept(templates=rows), TODAY)  # type: ignore[arg-type]
        assert (len(told["templates"]), told["left_out"]) == (MOST, 2)
        assert "template-of-some-length-2@2" not in told["templates"]
        assert told["all"]["28"]["tickets"] == sum(3 * n for n in range(1, MOST + 3))
        assert len(zlib.compress(json.dumps(told).encode())) < 380_000


class TestCompared:
    """What is said of two rates."""

    @pytest.mark.parametrize(
        ("one", "other", "verdict"),
        [
            ((60, 100), (400, 500), "worse"),
            ((95, 100), (400, 500), "better"),
            ((78, 100), (400, 500), "same"),
            ((30, 30), (12, 30), "better"),
        ],
    )
    def test_better_and_worse_are_certain(
        self, one: tuple[int, int], other: tuple[int, int], verdict: str
    ) -> None:
        """The interval of the difference leaves out 0."""
        found = compared(wilson(*one), wilson(*other))
        assert found
        assert found.verdict == verdict

    def test_the_interval_is_that_of_the_paper(self) -> None:
        """Newcombe 1998, table II, case (a), method 10: 56/70 − 48/80 is .0524 to .3339."""
        found = compared(wilson(56, 70), wilson(48, 80))
        assert found
        assert [round(bound, 4) for bound in found] == [0.2, 0.0524, 0.3339]

    @pytest.mark.parametrize(("one", "other"), [((0, 29), (99, 99)), ((0, 99), (29, 29))])
    def test_of_few_nothing_is_said(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        """Whichever side has too few."""
        assert compared(wilson(*one), wilson(*other)) is None


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["9", "10", "2"], ["10", "9", "2"]),
        (["1.9", "1.10", "1"], ["1.10", "1.9", "1"]),
        (["2026-02", "2025-11", "-"], ["2026-02", "2025-11", "-"]),
        (["v2", "v10", "b"], ["v10", "v2", "b"]),
        (["9" * 5000, "1"], ["9" * 5000, "1"]),
        (["a1", "1a", ""], ["1a", "a1", ""]),
    ],
)
def test_newer_versions_have_greater_numbers(versions: list[str], expected: list[str]) -> None:
    """Whatever the numbers stand among; none at all is the oldest."""
    assert newer_first(versions) == expected


class TestNumbers:
    """What is told of one version."""

    def test_every_rate_has_its_own_n(self) -> None:
        """Asked and answered are of what was sent, solved and satisfied of what came in."""
        row = days(tickets=90, sent=70, answered=20, answers=19, solved_yes=12, solved_no=6)
        more = {"csat_5": 1, "comments": 5, "answer_negative": 2, "answer_positive": 2}
        told = only(sheet_of(Kept(templates={"a@3": {TODAY: row[TODAY] | more}})))
        assert (told.version, told.uses, told.answers, told.comments) == ("3", 90, 19, 5)
        assert (told.response, told.solved) == (wilson(20, 70), wilson(12, 18))
        assert (told.csat, told.texts.rate("negative")) == (wilson(1, 1), wilson(2, 4))
        assert told.weeks == (*[None] * 11, 12 / 18)
        assert told.few

    def test_it_is_compared_with_all_others_but_not_with_itself(self) -> None:
        """Other versions of the same template are others."""
        rows = {"a@1": answered(30, 30), "a@2": answered(55, 5), "b@1": answered(20, 20)}
        versions = {one.id: one.versions for one in sheet_of(Kept(templates=rows)).templates}
        newest, before = versions["a"]
        assert newest.others == wilson(50, 100)
        assert newest.against
        assert newest.against.verdict == "better"
        assert before.against
        assert before.against.verdict == "worse"

    def test_a_version_is_compared_with_the_one_before(self) -> None:
        """The newest first; the oldest with nothing, nor one of few answers."""
        rows = {"a@9": answered(30, 30), "a@10": answered(55, 5), "a@8": answered(3, 3)}
        ((newest, second, oldest),) = (
            one.versions for one in sheet_of(Kept(templates=rows)).templates
        )
        assert [one.version for one in (newest, second, oldest)] == ["10", "9", "8"]
        assert newest.change
        assert round(newest.change.points, 2) == 0.42
        assert newest.change.verdict == "better"
        assert (second.change, oldest.change) == (None, None)

    def test_a_name_may_have_the_sign_in_it(self) -> None:
        """The version is what follows the last one; "-" is that none was told."""
        (one,) = sheet_of(Kept(templates={"mail@home@-": answered(1, 0)})).templates
        assert (one.id, one.versions[0].version) == ("mail@home", None)

    def test_answers_that_look_machine_made_can_be_left_out(self) -> None:
        """As configured: of the period, of the weeks and of all others."""
        rows = {
            "a@1": answered(50, 10, suspect_solved_yes=20, suspect_answers=20),
            "b@1": answered(40, 0, suspect_solved_yes=5),
        }
        without = replace(CONFIGURATION, answering=Answering(leave_out_suspects=True))
        told = {one.id: one.versions[0] for one in sheet_of(Kept(templates=rows)).templates}
        assert (told["a"].solved, told["a"].others) == (wilson(50, 60), wilson(40, 40))
        view = sheet_of(Kept(templates=rows), without)
        told = {one.id: one.versions[0] for one in view.templates}
        assert (told["a"].solved, told["a"].others) == (wilson(30, 40), wilson(35, 35))
        assert told["a"].weeks[-1] == 0.75
        assert view.without_suspects

    def test_sentiment_is_that_of_the_edition_that_is_shown(self) -> None:
        """Two engines are never mixed."""
        rows = {"a@1": days(tickets=1, answer_negative=3, b_answer_negative=1, b_answer_positive=7)}
        first = only(sheet_of(Kept(templates=rows)))
        second = only(sheet_of(Kept(templates=rows, editions=Editions(shown="b"))))
        assert first.texts.rate("negative") == wilson(3, 3)
        assert second.texts.rate("negative") == wilson(1, 8)

    def test_what_was_not_used_in_the_period_is_not_shown(self) -> None:
        """A version, and a template of which no version is left."""
        rows = {"a@1": answered(1, 0, 60), "a@2": answered(1, 0), "b@1": answered(1, 0, 60)}
        kept = Kept(templates=rows)
        assert [len(one.versions) for one in sheet_of(kept, days=91).templates] == [2, 1]
        (one,) = sheet_of(kept, days=28).templates
        assert (one.id, one.uses, len(one.versions)) == ("a", 2, 1)


RANKED = {
    "good-few-more@1": answered(40, 0),
    "good-many@1": answered(290, 10),
    "bad@1": answered(20, 40),
    "middle@1": answered(60, 40),
    "few-popular@1": answered(28, 1),
    "few@1": answered(0, 9),
}


class TestOrder:
    """Which template stands where."""

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("worst", ["bad", "middle", "good-few-more", "good-many", "few-popular", "few"]),
            ("best", ["good-many", "good-few-more", "middle", "bad", "few-popular", "few"]),
            ("uses", ["good-many", "middle", "bad", "good-few-more", "few-popular", "few"]),
        ],
    )
    def test_the_lower_end_of_the_interval_counts(self, sort: Any, expected: list[str]) -> None:
        """All of 40 is not better than 290 of 300; of few answers there is no rank."""
        assert ids(sheet_of(Kept(templates=RANKED), sort=sort)) == expected

    def test_the_newest_version_with_enough_answers_ranks(self) -> None:
        """A version of few answers does not hide what its template was known for."""
        rows = RANKED | {"bad@2": answered(29, 0)}
        assert ids(sheet_of(Kept(templates=rows)))[0] == "bad"
        rows = RANKED | {"bad@2": answered(300, 0)}
        assert ids(sheet_of(Kept(templates=rows), sort="best"))[0] == "bad"

    def test_pages_hold_every_template_once(self) -> None:
        """In the same order, and the versions of one template on the same page."""
        rows = {f"t{n}@{v}": answered(n, 40) for n in range(40) for v in (1, 2)}
        kept = Kept(templates=rows)
        whole, seen, after = ids(sheet_of(kept, most=None)), [], None
        for number in range(3):
            told = sheet_of(kept, after=after)
            assert told.first_page == (number == 0)
            assert sum(len(one.versions) for one in told.templates) <= 50
            assert told.number == 40
            seen += ids(told)
            after = told.after
            if after is None:
                break
        assert seen == whole
        assert number == 1

    def test_a_cursor_that_is_gone_begins_again(self) -> None:
        """The template may have been renamed since."""
        assert ids(sheet_of(Kept(templates=RANKED), after="gone")) == ids(
            sheet_of(Kept(templates=RANKED))
        )

    def test_a_template_of_very_many_versions_does_not_fill_the_page(self) -> None:
        """Its newest are shown, and all are in the file."""
        kept = Kept(templates={f"a@{n}": answered(n + 1, 0) for n in range(60)})
        (one,) = sheet_of(kept).templates
        assert [version.version for version in one.versions] == [
            str(n) for n in range(59, 59 - MOST_VERSIONS, -1)
        ]
        assert one.older == 50
        (one,) = sheet_of(kept, most=None).templates
        assert (len(one.versions), one.older) == (60, 0)


class TestReading:
    """Where the numbers come from."""

    def test_the_page_reads_what_was_kept(self) -> None:
        """Two reads, however many templates there are; counted until then."""
        kept = Kept(templates=RANKED)
        sheet_of(kept)
        kept.asked.clear()
        told = templates_view(CONFIGURATION, progress=kept, now=NOW)  # type: ignore[arg-type]
        assert kept.asked == {"snapshot": 1, "editions": 1}
        assert told.at == NOW - timedelta(minutes=14)
        assert not told.stale

    def test_the_ladder_costs_two_reads_more(self) -> None:
        """All states and all cards, whichever stand on the page."""
        kept, store = Kept(templates=RANKED), Templates(Card("bad", title="Bad", version=1))
        told = sheet_of(kept, templates=store)
        assert store.asked == {"readiness": 1, "cards": 1}
        assert told.standings["good-many@1"].state == "by hand"
        assert told.standings["good-many@1"].found.answers == 0
        assert told.standings["bad@1"].found.answers is None
        assert told.cards["bad"].title == "Bad"

    def test_what_is_old_says_so(self) -> None:
        """After an hour: the job comes every quarter of it."""
        kept = Kept(templates=RANKED)
        assert not sheet_of(kept, now=NOW + timedelta(minutes=46)).stale
        assert sheet_of(kept, now=NOW + timedelta(minutes=47)).stale

    def test_before_the_first_time_it_is_counted_at_once(self) -> None:
        """The same numbers, until now."""
        told = templates_view(CONFIGURATION, progress=Kept(templates=RANKED), now=NOW)  # type: ignore[arg-type]
        assert told.templates == sheet_of(Kept(templates=RANKED)).templates
        assert told.at == NOW
