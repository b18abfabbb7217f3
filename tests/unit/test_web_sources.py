"""The page of the sources: what it says in each state, and its drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.views import SourceNumbers, StoreNumbers
from northstar.web import charts, numbers, sources
from northstar.web.svg import PAGE
from tests.browser.samples import NOW, SHOWS, SOURCES, STANDINGS, run, source


def card(one: SourceNumbers, **view: object) -> LexborNode:
    """Return the card of one source."""
    html = sources.page(replace(SOURCES, sources=(one,), **view))  # type: ignore[arg-type]
    node = LexborHTMLParser(html).css_first("details.source")
    assert node is not None
    return node


def words(node: LexborNode | None) -> str:
    """Return a text with single blanks."""
    assert node is not None
    return " ".join(node.text(separator=" ").split())


def rows(node: LexborNode) -> dict[str, str]:
    """Return the figures of a card by their labels."""
    return {words(row.css_first("dt")): words(row.css_first("dd")) for row in node.css("dl div")}


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("broken", "Not understood"),
        ("unread", "Not read"),
        ("partial", "Partly understood"),
        ("out_of_date", "Out of date"),
        ("never", "Never collected"),
        ("begun", "No run ended yet"),
        ("up_to_date", "Up to date"),
        ("off", "Switched off"),
        ("dropped", "Not collected any more"),
    ],
)
def test_each_standing_has_a_word_and_a_sign_of_its_own(standing: str, said: str) -> None:
    """The word is read, the sign is drawn, and no two signs are alike."""
    state = card(STANDINGS[standing]).css_first(".state")
    assert words(state) == said
    assert state is not None
    sign = state.css_first("svg")
    assert sign is not None
    assert sign.attributes["aria-hidden"] == "true"
    others = [
        card(one).css_first(".state svg") for name, one in STANDINGS.items() if name != standing
    ]
    assert sign.html not in [other.html for other in others if other]


def test_a_good_source_shows_its_runs_and_counts() -> None:
    """When it was read, with what result, when it is read next, and both counts."""
    assert rows(card(source())) == {
        "Last good run": "14 Sep 2026, 06:00 UTC",
        "Newest run": "14 Sep 2026, 06:00 UTC",
        "Its result": "10 reviews, 1 edited",
        "Next run": "by 14 Sep 2026, 07:00 UTC",
        "The store counts": "7,480",
        "Collected": "7,452",
    }
    assert "The store counts 28 more than it lets us read" in words(card(source()))


def test_both_moments_of_a_run_are_its_end() -> None:
    """A good run of two hours is the newest one, not an older one."""
    long = run(2, finished_at=NOW)
    shown = rows(card(source(runs=(long,), good_at=NOW)))
    assert shown["Newest run"] == shown["Last good run"] == "14 Sep 2026, 06:00 UTC"


def test_what_never_came_is_not_called_not_understood() -> None:
    """Where no page came the badge, the result, the chart's words and the table say "not read"."""
    shown = card(STANDINGS["unread"])
    assert rows(shown)["Its result"] == "not read"
    assert "4 runs since 14 Sep 2026, 03:00 UTC: 4 not read." in words(shown)
    assert words(shown.css_first("tbody td")) == "not read"
    came = card(source(runs=(run(0, "broken", reviews=0, kept=1),)))
    assert rows(came)["Its result"] == "not understood"


@pytest.mark.parametrize(
    ("one", "sections"),
    [
        (STANDINGS["broken"], "“A source that is broken”"),
        (STANDINGS["unread"], "“A source that is broken”"),
        (STANDINGS["out_of_date"], "“A source that is out of date”"),
        (
            STANDINGS["partial"],
            "“A source that is broken”, “Fields are missing”, “Removals are held”",
        ),
        (source(told=("source_gap",)), "“The store counts more”"),
        (source(told=("source_overlap",)), "“Reviews may be lost”"),
    ],
)
def test_what_to_do_is_a_section_of_the_runbook(one: SourceNumbers, sections: str) -> None:
    """Named once each, in one line."""
    lines = [words(line) for line in card(one).css(".why li")]
    assert f"What to do: docs/runbook.md, {sections}" in lines


def test_the_runbook_has_the_sections_that_are_named() -> None:
    """Word for word, as headings."""
    runbook = Path(__file__).parents[2] / "docs" / "runbook.md"
    headings = {line.removeprefix("## ") for line in runbook.read_text("utf-8").splitlines()}
    assert set(sources.RUNBOOK.values()) <= headings


def test_what_is_wrong_is_said_in_words() -> None:
    """The reason of the newest run, the open alerts, and the quarantine with its command."""
    said = words(card(STANDINGS["broken"]).css_first(".why"))
    assert said.startswith("page 1: no review block on a page that counts 580 reviews")
    assert "Open alert: it is not read or not understood." in said
    assert "3 payloads rest in the quarantine." in said
    assert "northstar replay quarantine" in said
    many = words(card(STANDINGS["partial"]).css_first(".why"))
    assert "Open alerts: it is understood in part only; fields are missing" in many
    assert "1,000 payloads or more rest in the quarantine" in many
    assert card(source()).css_first(".why") is None


def test_one_payload_is_one() -> None:
    """The quarantine alone is reason enough to look."""
    assert words(card(source(waiting=1)).css_first(".why")).startswith("1 payload rests in")


def test_an_alert_that_the_page_does_not_know_is_still_told() -> None:
    """By its kind, with blanks."""
    said = words(card(source(told=("some_news",))).css_first(".why"))
    assert said == "Open alert: some news."


def test_an_old_source_says_so() -> None:
    """The last good run is marked, and a run that did not come is said to have been due."""
    said = rows(card(STANDINGS["out_of_date"]))
    assert said["Last good run"] == "13 Sep 2026, 21:00 UTC (out of date)"
    assert said["Next run"] == "was due by 13 Sep 2026, 22:00 UTC"
    assert said["Its result"] == "without reviews"


def test_a_source_without_a_run_or_a_plan_claims_neither() -> None:
    """Never collected: no figures, no table; a schedule without a fixed time: no next run."""
    never = card(STANDINGS["never"])
    assert rows(never) == {}
    assert "No run yet" in words(never)
    assert not never.css("table")
    assert "Next run" not in rows(card(source(next_by=None)))


def test_what_a_store_does_not_count_is_not_invented() -> None:
    """Without a count of the store there is no row for it, but a sentence."""
    shown = card(source(store=StoreNumbers("s", "a", NOW, None, None, 81, 81)))
    assert "The store counts" not in rows(shown)
    assert rows(shown)["Collected"] == "81"
    assert "The store shows no count of its own." in words(shown)


def test_what_was_never_understood_may_have_a_count() -> None:
    """Without a good run it is not known whether the store counts; on the way is still said."""
    store = StoreNumbers("s", "a", NOW, None, None, 81, 80)
    said = words(card(source(good_at=None, store=store)))
    assert "not known yet. 1 of them is still being scored" in said
    assert "no count of its own" not in said


def test_reviews_before_the_end_of_the_first_run_are_told() -> None:
    """It is not "never collected", and not said what nobody can know."""
    said = words(card(STANDINGS["begun"]))
    assert "First run under way, or reviews were imported before it: 1,240 reviews so far." in said
    assert "Never collected" not in said


@pytest.mark.parametrize(
    ("unlisted", "said"),
    [
        (1312, "1,312 reviews counted come from imports, or from sources that are not listed."),
        (1, "1 review counted comes from imports, or from sources that are not listed."),
    ],
)
@pytest.mark.parametrize("shown", [(), (source(),)])
def test_what_no_card_shows_is_counted_below(
    unlisted: int, said: str, shown: tuple[SourceNumbers, ...]
) -> None:
    """Also where no source is configured at all; nothing is not mentioned."""
    view = replace(SOURCES, sources=shown)
    assert said in sources.page(replace(view, unlisted=unlisted))
    assert "from imports" not in sources.page(replace(view, unlisted=0))


@pytest.mark.parametrize(
    ("shows", "said"),
    [
        (
            SHOWS,
            "every public review; stars; the day without a time; edits; the developer's replies",
        ),
        (replace(SHOWS, stars=False, time_of_day=True), "; no stars; the time of day; edits"),
        (replace(SHOWS, complete_list=False), "only the newest reviews; stars"),
        (replace(SHOWS, window=timedelta(days=7)), "only the last 7 days; stars"),
        (replace(SHOWS, edits=False, replies=False), "; no edits; no replies; no key needed."),
        (replace(SHOWS, needs_key=True), "; read with a key."),
    ],
)
def test_what_a_store_shows_at_all_is_said(shows: object, said: str) -> None:
    """In a few words for each capability."""
    assert said in words(card(source(shows=shows)).css_first(".runs"))


def test_the_table_has_every_run_with_every_number() -> None:
    """Newest first, with its outcome in words and the reason beside it, bytes and waiting."""
    two = (
        run(0, "partial", new=3, reviews=20, bytes=999, reason="page 2: no date"),
        run(1, pages=1746, edited=2, rerated=4, replied=5, removed=6, restored=7, waited=12.25),
    )
    table = card(source(runs=two)).css_first("table")
    assert table is not None
    head = [words(cell) for cell in table.css("thead th")]
    assert head[:5] == ["Started", "Outcome", "Reason", "Pages", "Seen"]
    body = [[words(cell) for cell in row.css("th, td")] for row in table.css("tbody tr")]
    assert body == [
        [
            "14 Sep 2026, 06:00 UTC",
            "in part",
            "page 2: no date",
            "1",
            "20",
            "3",
            *"00000",
            "999 B",
            "0.0 s",
        ],
        [
            "14 Sep 2026, 05:00 UTC",
            "understood",
            "",
            "1,746",
            "10",
            "0",
            *"24567",
            "61.4 kB",
            "12.2 s",
        ],
    ]
    assert len(head) == len(body[0])


def test_fields_are_compared_with_what_is_usual() -> None:
    """Of the newest run that saw reviews, beside the runs before; unknown is a dash."""
    filled = {"rating": 10, "text": 4}
    one = source(
        runs=(run(0, "empty", reviews=0, filled={}), run(1, filled=filled)),
        usual={"rating": (100.0, 100.0), "text": (99.0, 100.0)},
    )
    table = card(one).css(".fields tbody tr")
    shown = {words(row.css_first("th")): [words(c) for c in row.css("td")] for row in table}
    assert shown["Stars"] == ["10 of 10", "100%"]
    assert shown["Text"] == ["4 of 10", "99%"]
    assert shown["Author"] == ["0 of 10", "–"]


def test_the_chart_is_told_in_words() -> None:
    """How many runs since when, with which outcomes, and what they found."""
    said = words(card(STANDINGS["broken"]).css_first(".runs"))
    assert "26 runs since 13 Sep 2026, 05:00 UTC: 23 understood, 3 not understood." in said
    assert "34 reviews new or changed; the higher a bar, the more." in said


def test_only_an_editor_may_collect_and_only_what_is_switched_on() -> None:
    """The form names source, app and store front."""
    form = card(STANDINGS["broken"]).css_first("form")
    assert form is not None
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "/sources/collect")
    hidden = {n.attributes["name"]: n.attributes["value"] for n in form.css("input[type=hidden]")}
    assert hidden == {"source": "apple_rss", "app": "310633997", "country": "us"}
    assert card(source(), editor=False).css_first("form") is None
    assert card(STANDINGS["off"]).css_first("form") is None
    assert card(STANDINGS["dropped"]).css_first("form") is None


def test_what_was_asked_for_is_announced() -> None:
    """In a status message, and only after asking."""
    html = sources.page(replace(SOURCES, queued="shopify acme-reviews"))
    told = LexborHTMLParser(html).css_first("[role=status]")
    assert words(told).startswith("shopify acme-reviews is on the queue.")
    assert not LexborHTMLParser(sources.page(SOURCES)).css("[role=status]")


def test_many_sources_are_folded_except_those_in_trouble() -> None:
    """Six are open; of more, what is in order waits folded."""
    few = replace(SOURCES, sources=(source(),) * 6)
    many = replace(SOURCES, sources=(STANDINGS["broken"], *(source(),) * 6))
    for view, opened in ((few, 6), (many, 1)):
        tree = LexborHTMLParser(sources.page(view))
        assert len(tree.css("details.source[open]")) == opened
        assert len(tree.css("details.source")) == len(view.sources)


def test_without_a_source_the_page_says_how_to_add_one() -> None:
    """With a sample that can be copied."""
    page = LexborHTMLParser(sources.page(replace(SOURCES, sources=())))
    assert "No source yet" in words(page.css_first("main"))
    assert "[[sources]]" in words(page.css_first("pre"))


def test_the_page_sums_up() -> None:
    """How many sources stand how."""
    said = words(LexborHTMLParser(sources.page(SOURCES)).css_first(".heading .sub"))
    assert said.startswith("9 sources: 1 not understood, 1 not read, 1 partly understood")


class TestDrawing:
    """The bars of the runs."""

    def drawn(self, *runs: tuple[object, int]) -> list[LexborNode]:
        """Return the shapes over the ground line."""
        svg = charts.run_bars(list(runs), 48, "runs", "Runs", PAGE)  # type: ignore[arg-type]
        return LexborHTMLParser(svg).css("path")[1:]

    def test_outcomes_differ_in_shape_not_only_in_colour(self) -> None:
        """A bar, a ring, a bar with a triangle and a cross are four different paths."""
        paths = [
            "".join(str(shape.attributes["d"]) for shape in self.drawn((outcome, 3)))
            for outcome in ("ok", "empty", "partial", "broken")
        ]
        assert len(set(paths)) == 4

    def test_more_is_higher(self) -> None:
        """And the most is as high as there is room, whatever it is."""
        (bars,) = self.drawn(("ok", 0), ("ok", 1), ("ok", 30), ("ok", 7452))
        heights = [float(part.split("h6")[0]) for part in str(bars.attributes["d"]).split("v-")[1:]]
        assert heights == sorted(set(heights))
        assert 30 < heights[-1] < charts.RUNS_HEIGHT

    def test_the_newest_stands_at_the_right(self) -> None:
        """Also where there are fewer runs than places."""
        (bars,) = self.drawn(("ok", 1))
        assert str(bars.attributes["d"]).startswith("M472 ")


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB")],
)
def test_bytes_are_written_in_powers_of_ten(size: int, said: str) -> None:
    """Never a thousand of a smaller unit."""
    assert numbers.size(size) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=1), "hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=7), "7 days"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=61), "61 seconds"),
    ],
)
def test_a_span_is_written_in_its_largest_whole_unit(length: timedelta, said: str) -> None:
    """As it follows "every"."""
    assert numbers.span(length) == said


def test_what_is_not_counted_yet_is_said() -> None:
    """Reviews that are collected and still on their way into the numbers are no gap."""
    store = StoreNumbers("s", "a", NOW, 900, 4.6, 900, 397)
    shown = words(card(source(store=store)))
    assert "503 of them are still being scored and counted" in shown
    assert "more than it lets us read" not in shown
