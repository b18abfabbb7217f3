"""The pages: what they say in each state, and what they never do."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import Environment, nodes
from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.goals import Confidence, KeptGoal
from northstar.app.in_words import STATUSES
from northstar.app.texts import LANGUAGES, day, direction, texts
from northstar.app.views import GoalStanding
from northstar.domain.goals import Goal, progress
from northstar.domain.surveys import Question, Response
from northstar.web import customers, frame, inbox, pages
from tests.browser.samples import (
    EMPTY,
    FULL,
    GOALS,
    INBOX,
    INBOXES,
    NEWEST,
    PROGRESSES,
    SOURCE_PAGES,
    SURVEYS,
    THANKS,
    answer,
    ask,
    customer_pages,
    every_page,
    rate,
    review,
    standing_of,
    survey,
    thanks,
    verdict,
)
from tests.browser.samples import STATUSES as STATES

PAGES = every_page()
STANDING = STATES["on_track"]
REVIEW_URL = "https://store.example/acme/review"


def parsed(html: str) -> LexborHTMLParser:
    """Return the page as a browser understands it."""
    return LexborHTMLParser(html)


def said(html: str, selector: str = "body") -> str:
    """Return the text of a part of a page, with single blanks."""
    node = parsed(html).css_first(selector)
    assert node is not None, f"the page has no {selector}"
    return " ".join(node.text(separator=" ").split())


def one(html: str, selector: str) -> LexborNode:
    """Return the only element that the selector finds."""
    found = parsed(html).css(selector)
    assert len(found) == 1, f"{len(found)} elements are {selector}"
    return found[0]


def table(html: str, name: str) -> list[list[str]]:
    """Return the cells of the rows of the table whose name begins like this."""
    node = one(html, f'.chart [role=region][aria-label^="{name}"] tbody')
    return [[cell.text() for cell in row.css("th, td")] for row in node.css("tr")]


def shown(standing: GoalStanding) -> str:
    """Return the goal page of a goal that stands like this."""
    return pages.goal(replace(FULL, standing=standing))


class TestEveryPage:
    """What holds for all of them."""

    @pytest.mark.parametrize("name", PAGES)
    def test_runs_and_loads_nothing(self, name: str) -> None:
        """No script, no handler, no style attribute, no address of another host."""
        tree = parsed(PAGES[name])
        assert not tree.css("script, iframe, object, embed, base, img, meta[http-equiv]")
        for node in tree.css("*"):
            assert not [a for a in node.attributes if a.startswith("on") or a == "style"]
            loaded = node.attributes.get("src") or (
                node.attributes.get("href") if node.tag == "link" else None
            )
            assert loaded is None or loaded.startswith("data:")

    @pytest.mark.parametrize("name", PAGES)
    def test_has_the_frame_that_assistive_technology_needs(self, name: str) -> None:
        """A language, a title, one main part, one first heading, and unique ids."""
        tree = parsed(PAGES[name])
        assert tree.css_first("html").attributes["lang"] == "en"
        assert tree.css_first("title").text().strip(" ·")
        assert len(tree.css("main")) == 1
        assert len(tree.css("h1")) == 1
        ids = [node.attributes["id"] for node in tree.css("[id]")]
        assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("name", PAGES)
    def test_its_style_sheet_is_the_one_that_the_policy_admits(self, name: str) -> None:
        """The hash of what stands in the page is in the Content-Security-Policy."""
        style = re.search(r"<style>(.*?)</style>", PAGES[name], re.DOTALL)
        assert style
        digest = b64encode(sha256(style[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in frame.csp()

    @pytest.mark.parametrize("name", PAGES)
    def test_stays_within_its_budget(self, name: str) -> None:
        """A customer's page is at most 30 KB, leadership's 60 KB, and 16 KB for each source.

        A week of 168 hours, drawn twice and in a table, and 50 templates take 80 KB.
        """
        limit = 60 if name.startswith(("goal", "inbox", "topics", "sentiment")) else 30
        if name.startswith(("coverage", "templates")):
            limit = 80
        if name.startswith("sources"):
            limit += 16 * len(SOURCE_PAGES[name].sources)
        assert len(PAGES[name].encode()) <= limit * 1024

    def test_the_headers_forbid_what_a_page_does_not_need(self) -> None:
        """Nothing by default, no framing, no storing, no referrer, no guessing of types."""
        headers = frame.headers()
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert policy["img-src"] == "'self' data:"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Robots-Tag"] == "noindex"


class TestGoal:
    """The page of leadership."""

    def test_says_where_we_are(self) -> None:
        """The number, the target, the deadline, the pace, the rates and the age of the data."""
        hero = said(PAGES["goal_full"], ".count")
        assert "8,164 of 10,000 by 28 Dec 2026" in hero
        assert "82% of the goal even pace 77%" in hero
        assert "Ahead of even pace +424" in hero
        assert "Last 8 weeks 159 / week" in hero
        assert "Needed from here 122 / week" in hero
        assert said(PAGES["goal_full"], ".fresh") == "Data to 14 Sep 2026, 06:00 UTC"

    def test_behind_is_called_behind(self) -> None:
        """A negative difference has its own label and a true minus."""
        hero = said(shown(standing_of(PROGRESSES["far_behind"], "off track")), ".count")
        assert "Behind even pace −5,8" in hero

    def test_says_whether_we_will_make_it(self) -> None:
        """Chip, reason, when, how likely, for how long it is safe, and what the team believes."""
        hero = said(PAGES["goal_full"], ".count")
        assert "On track All of the 80% range reaches the goal." in hero
        assert "Goal likely reached 17 Nov – 27 Dec Chance to make it 90%" in hero
        assert "Stays on pace for 20 days if nothing more comes" in hero
        assert "The team says 7 of 10 Ada Lovelace, 12 Sep 2026" in hero
        assert hero.endswith("The spring launch brings more.")
        assert "The team says nobody has said yet" in said(PAGES["goal_close"], ".count")

    def test_a_forecast_comes_with_its_interval_and_its_record(self) -> None:
        """The interval before its middle, how often past ones held, and what is assumed."""
        chart = said(PAGES["goal_full"], ".chart")
        interval = "By 28 Dec the 80% range is 10,000 to 11,400, most likely ≈ 10,700."
        assert f"{interval} The chance to make it is 90%." in chart
        record = (
            "In past forecasts the 80% range held 19 of 24 times (worth about 5 independent ones)."
        )
        assert record in chart
        assert "Of the forecasts that stood here, the 80% range 28 days ahead held 9 of 11" in chart
        assert "Assumes things go on as they have" in chart

    @pytest.mark.parametrize("name", ["stale", "too_early", "no_forecast", "passed", "reached"])
    def test_no_forecast_is_faked(self, name: str) -> None:
        """Where none counts there is no interval, no chance, no fan and no record."""
        page = PAGES[f"goal_{name}"]
        chart = said(page, ".chart")
        assert not re.search(r"80%|range|likely|chance|past forecasts", chart, re.IGNORECASE)
        assert 'fill="var(--c-fan-80)"' not in page
        assert "Chance" not in said(page, ".count")

    @pytest.mark.parametrize("name", GOALS)
    def test_the_chip_is_a_word_with_a_sign(self, name: str) -> None:
        """No status is told by a colour only."""
        if GOALS[name].standing:
            chip = one(PAGES[f"goal_{name}"], ".hero .status")
            assert chip.text().strip() in STATUSES.values()
            assert chip.css_first("svg[aria-hidden=true] *") is not None

    def test_a_reached_goal_is_said(self) -> None:
        """The chip, the day, and how early; nothing is needed any more."""
        hero = said(PAGES["goal_reached"], ".count")
        assert "Goal reached Reached on 3 Sep 2026, 119 days early." in hero
        assert "Needed" not in hero

    def test_after_the_deadline_nothing_is_ahead_or_behind(self) -> None:
        """What it ended at; no pace, nothing needed."""
        aim = Goal("R", "net_public_reviews", 10_000, date(2026, 1, 1), date(2026, 1, 31))
        over = progress(aim, {date(2026, 1, 5): 9412}, date(2026, 2, 3))
        page = shown(standing_of(over, "ended"))
        assert said(page, ".standing") == "Ended at 9,412 of 10,000 (94%)."
        assert "even pace" not in said(page, ".count dl").lower()

    def test_a_goal_in_the_future_says_when_it_begins(self) -> None:
        """Nobody is ahead or behind before the start."""
        hero = said(PAGES["goal_future"], ".count")
        assert "Begins on 1 Jan 2026." in hero
        assert "even pace" not in hero.lower()

    def test_a_rate_is_told_with_its_n_and_its_interval(self) -> None:
        """And its forecast is an interval at the deadline, without rates per week."""
        hero = said(PAGES["goal_csat"], ".count")
        assert "91% of 92% by 28 Dec 2026 91% of 92% n = 1,284 Close" in hero
        assert "95% interval 89–92% n = 1,284, the last 28 days" in hero
        assert "week" not in hero
        assert "By 28 Dec the 80% range is 89% to 93%" in said(PAGES["goal_csat"], ".chart")

    @pytest.mark.parametrize("name", ["goal_csat", "goal_stars"])
    def test_what_is_to_be_held_has_no_even_pace(self, name: str) -> None:
        """Neither in words, nor in a table, nor as a mark on the bar; hours to cover have one."""
        page = PAGES[name]
        assert "pace" not in said(page, ".hero").lower()
        assert not parsed(page).css(".hero .progress line")
        assert len(table(page, "The numbers of the chart")[0]) == 2
        hours = shown(standing_of(rate("hour_coverage", 90, 40, 52, 60), "close"))
        assert "even pace" in said(hours, ".legend")
        assert "To stay on even pace" in said(hours, ".chart")
        assert len(table(hours, "The numbers of the chart")[0]) == 3

    def test_an_average_says_what_is_needed(self) -> None:
        """So many five-star reviews, and what the next ten can do."""
        hero = said(PAGES["goal_stars"], ".count")
        assert "Needed 163 five-star reviews in a row" in hero
        assert "The next 10 can make it 4.48 to 4.53" in hero

    def test_what_is_not_known_yet_is_no_zero(self) -> None:
        """Without any value there is a dash, and no chart label pretends."""
        page = PAGES["goal_unknown"]
        assert said(page, ".number") == "–"
        assert "Nothing is known yet." in said(page, ".chart")

    def test_other_goals_lead_to_their_own_page(self) -> None:
        """In short: name, value, chip, the reason, and the link that puts it at large."""
        card = said(PAGES["goal_on_track"], ".goals li")
        assert card.startswith("Another goal, close 8,164 of 10,000 by 28 Dec 2026 Close The goal")
        link = parsed(PAGES["goal_on_track"]).css_first(".goals a")
        assert link is not None
        assert link.attributes["href"] == "/?goal=Another+goal%2C+close"
        assert not parsed(PAGES["goal_full"]).css(".goals")

    def test_other_goals_of_a_rate_have_their_n(self) -> None:
        """A count has none."""
        count, _, share = [one.text() for one in parsed(PAGES["goal_on_track"]).css(".goals li")]
        assert "91% of 92% by 28 Dec 2026, n\u00a0=\u00a01,284" in share
        assert "1,284" not in count

    def test_the_period_of_the_tiles_is_seen(self) -> None:
        """A goal counts the newest 28 days, so theirs is said over them."""
        heading = one(PAGES["goal_full"], "h2:has(+ .tiles)")
        assert heading.text() == "The last 30 days"
        assert heading.attributes["class"] == "sub"

    def test_of_many_goals_the_first_page_has_six_more(self) -> None:
        """The others are a number, and the way to all of them."""
        page = PAGES["goal_three_years"]
        assert len(parsed(page).css(".goals li")) == 6
        assert one(page, ".link a").attributes["href"] == "/goals"
        assert one(page, ".link a").text() == "9 more goals"
        assert not parsed(PAGES["goal_on_track"]).css(".link")

    def test_a_name_from_outside_stays_text(self) -> None:
        """Names, owners and notes of goals cannot become markup, nor leave their link."""
        naughty = "<script>alert(1)</script>&amp;\u202e'\"?goal=x#"
        told = STANDING.progress
        named = replace(told, goal=replace(told.goal, name=naughty))
        believed = Confidence(3, naughty, naughty, FULL.now)
        kept = KeptGoal(named.goal, 1, state=STANDING.state)
        standing = replace(STANDING, progress=named, confidence=believed)
        page = pages.goal(replace(FULL, standing=standing, others=(kept,)))
        assert not parsed(page).css("script")
        assert naughty in one(page, "#goal-name").text()
        assert "<script" not in page.split("</style>")[1]
        link = parsed(page).css_first(".goals a")
        assert link is not None
        assert parse_qs(urlsplit(link.attributes["href"] or "").query)["goal"] == [naughty]

    def test_without_a_goal_the_rest_is_still_there(self) -> None:
        """The page says how to set one, and that nothing was answered yet."""
        text = said(PAGES["goal_empty"], "main")
        assert "No goal yet" in text
        assert "northstar.toml" in text
        assert text.count("No answers yet") == 4
        assert "No answers yet. The first survey goes out when a ticket closes." in text
        assert "0%" not in text
        assert said(PAGES["goal_empty"], ".fresh") == "No source has been read yet"

    def test_every_rate_has_its_n_and_its_interval(self) -> None:
        """Share, interval, n, of whom, and a change only when it is certain."""
        tiles = [
            said(f"<body>{tile.html}", "body") for tile in parsed(PAGES["goal_full"]).css(".tile")
        ]
        assert "91%" in tiles[0]
        assert "89–92%, n = 1,284 rated 4 or 5, of those who answered +4 pts" in tiles[0]
        assert "74–81%, n = 530 said yes, of those who answered About the same" in tiles[1]
        assert "22–24%, n = 7,890 answered, of the surveys sent −2 pts" in tiles[2]
        assert "4.4" in tiles[3]
        assert "of 5, n = 8,032" in tiles[3]

    def test_few_answers_are_marked_and_not_compared(self) -> None:
        """Under thirty answers the figure is grey, and no change is claimed."""
        tiles = parsed(PAGES["goal_few_answers"]).css(".tile")
        assert "few" in (tiles[0].css_first(".figure").attributes["class"] or "")
        assert "few answers" in tiles[0].text()
        assert tiles[0].css_first(".change") is None
        assert "few" not in (tiles[2].css_first(".figure").attributes["class"] or "")

    def test_says_who_was_asked_and_who_was_not(self) -> None:
        """Tickets, surveys and answers as counts, and the reasons in words, most first."""
        text = said(PAGES["goal_full"], ".asking")
        assert "answers about 20% of 2,310 solved tickets (18–21%)" in text
        assert "Solved tickets 2,310 Surveys sent 1,980 Answered 451 Reminded 1,204" in text
        reasons = "Asked a short while ago 214 No mail address 61 Wants no surveys 18"
        assert f"Not asked, and why {reasons}" in text
        assert "Everybody whose ticket was solved." in said(PAGES["goal_empty"], ".asking")

    def test_answers_that_look_machine_made_are_shown_with_the_switch(self) -> None:
        """How many, whether the rates are with them, and the link to the other way."""
        counted, left_out = PAGES["goal_full"], PAGES["goal_stale_demo"]
        assert said(counted, ".suspects").startswith("23 answers look machine-made")
        assert one(counted, ".suspects a").attributes["href"] == "/?suspects=out"
        assert one(left_out, ".suspects a").attributes["href"] == "/?suspects=in"
        assert not parsed(PAGES["goal_empty"]).css(".suspects")

    def test_the_chart_comes_in_two_sizes_and_as_tables(self) -> None:
        """A wide and a narrow drawing; each month's numbers, the fan, its past, what is due."""
        page = PAGES["goal_full"]
        assert [one(page, f"svg.goal-{size}").attributes["role"] for size in ("wide", "narrow")]
        rows = table(page, "The numbers of the chart")
        assert rows[0] == ["14 Sep 2026", "8,164", "7,740"]
        assert rows[-1][0] == "31 Dec 2025"
        assert len(rows) == 10
        fan = table(page, "The forecast in numbers")
        assert fan[-1] == ["28 Dec 2026", "10,029–11,389", "10,369–11,049", "10,709"]
        assert [row[4] for row in table(page, "A look further back")] == ["missed", "held"]
        assert table(page, "To stay on even pace")[0] == ["15 Sep 2026", "7,762", "nothing"]
        text = said(page, ".chart details")
        assert "Milestones: 4,000 on 16 Mar 2026, 6,000 on 17 Jun 2026." in text
        assert "The goal before: 8,000 by 30 Nov 2026, until 20 Apr 2026." in text
        assert "its own memory" in text
        link = parsed(page).css(".chart details a")[0]
        assert link.attributes["href"] == "/?goal=Public+reviews&format=csv"

    def test_a_young_goal_has_a_table_of_weeks(self) -> None:
        """Up to half a year each week's Sunday is a row."""
        page = shown(standing_of(PROGRESSES["far_ahead"], "too early"))
        days = [row[0] for row in table(page, "The numbers of the chart")]
        assert days[:3] == ["1 Apr 2026", "29 Mar 2026", "22 Mar 2026"]

    def test_an_old_goal_has_a_table_of_quarters(self) -> None:
        """Over more than two years every third month is enough."""
        days = [row[0] for row in table(PAGES["goal_three_years"], "The numbers of the chart")]
        assert days[1:3] == ["30 Jun 2028", "31 Mar 2028"]

    def test_stars_are_told_in_text_too(self) -> None:
        """Share and count of each star, from five to one."""
        text = said(PAGES["goal_full"], ".shares")
        assert text.startswith("5 ★ 64% 5,141 4 ★ 21% 1,687")
        assert text.endswith("1 ★ 4% 321")

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            (0, "Its own average is 4.6. The store counts 28 more than it lets us read"),
            (1, "Its own average is 4.1. All that the store counts are here."),
            (2, "The store shows no count of its own. Read on 14 Sep 2026."),
        ],
    )
    def test_the_gap_to_the_store_is_explained(self, row: int, sentence: str) -> None:
        """What the store says of itself stands beside what was collected, with the reason."""
        cells = parsed(PAGES["goal_full"]).css("tr.gap td")
        assert cells[row].text().startswith(sentence)

    def test_more_than_the_store_counts_is_explained(self) -> None:
        """Holding more than the store counts has another reason."""
        assert "We hold 2 more than the store counts" in said(PAGES["goal_few_answers"], "tr.gap")

    def test_stale_sources_and_demo_data_are_announced(self) -> None:
        """A band names each stale source; a badge says that the data is invented; else neither."""
        page = PAGES["goal_stale_demo"]
        assert said(page, ".band").startswith("No fresh data from shopify , google_play .")
        assert said(page, ".badge") == "Demo data"
        assert not parsed(PAGES["goal_full"]).css(".band, .badge")

    def test_the_newest_feedback_leads_to_the_list(self) -> None:
        """Each item with its text, and a link to all of them."""
        page = PAGES["goal_full"]
        assert len(parsed(page).css(".newest li")) == len(NEWEST)
        assert "The link in the answer was broken." in said(page, ".newest")
        assert one(page, ".heading a").attributes["href"] == "/feedback"

    def test_navigation_names_only_pages_that_exist(self) -> None:
        """Ten of them, and the present one is marked."""
        links = {a.text(): a.attributes for a in parsed(PAGES["goal_full"]).css("nav a")}
        assert {name: link["href"] for name, link in links.items()} == {
            "Goal": "/",
            "Feedback": "/feedback",
            "Topics": "/topics",
            "Sentiment": "/sentiment",
            "Coverage": "/coverage",
            "Templates": "/templates",
            "Goals": "/goals",
            "Sources": "/sources",
            "Alerts": "/alerts",
            "Report": "/report",
        }
        assert links["Goal"].get("aria-current") == "page"
        assert "aria-current" not in links["Feedback"]

    def test_days_are_those_of_the_business(self) -> None:
        """A moment late in the evening in UTC is the next day further east."""
        late = answer(1, "x", occurred_at="2026-09-13T23:30:00.000Z")
        page = pages.goal(replace(EMPTY, time_zone="Europe/Berlin", newest=(late,)))
        assert said(page, ".newest .day") == "Open the answer of 14 Sep 2026"
        assert "Europe/Berlin" in said(page, "footer")


class TestInbox:
    """The list of everything that was said."""

    def test_shows_each_item_with_where_it_came_from(self) -> None:
        """Stars or the yes/no, the text, source, channel, template, language, sentiment, day."""
        cards = [said(card.html or "", "li") for card in parsed(PAGES["inbox"]).css(".inbox > li")]
        assert len(cards) == len(NEWEST)
        assert "13 Sep 2026 Quick and friendly" in cards[0]
        assert "Source zendesk Channel email Language English" in cards[0]
        assert "Sentiment Positive" in cards[0]
        assert "Solved" in cards[2]
        assert "Template refund-status@3" in cards[2]
        assert "Not solved" in cards[4]
        assert "No longer public" in cards[5]
        assert "edited" in cards[5]

    def test_stars_are_read_out(self) -> None:
        """Stars have a name in words."""
        labels = [n.attributes["aria-label"] for n in parsed(PAGES["inbox"]).css(".inbox .stars")]
        assert labels == ["4 of 5 stars", "5 of 5 stars", "3 of 5 stars", "5 of 5 stars"]

    def test_undetermined_is_said_as_such(self) -> None:
        """A sentiment that nobody knows is not shown as neutral or zero."""
        text = said(
            inbox.page(
                replace(INBOX, items=(review(1, "?", verdict=verdict(None, "undetermined")),))
            ),
            ".inbox",
        )
        assert "Undetermined" in text
        assert "Neutral" not in text

    def test_a_language_that_nobody_knows_is_undetermined(self) -> None:
        """The code "und" is written as a word."""
        unknown = review(1, "?", language="und")
        page = inbox.page(replace(INBOX, items=(unknown,)))
        assert "Language undetermined" in said(page, ".facts")

    def test_a_text_without_a_score_is_not_scored_yet(self) -> None:
        """Between arriving and scoring the list says so; where there is no text it says nothing."""
        pair = (review(1, "new", verdict=None), review(2, None, verdict=None))
        cards = parsed(inbox.page(replace(INBOX, items=pair))).css(".inbox > li")
        assert "Not scored yet" in cards[0].text()
        assert "Sentiment" not in cards[1].text()

    def test_a_customer_is_not_named(self) -> None:
        """Reviewers are named as the store names them; customers are not."""
        text = said(PAGES["inbox"], "main")
        assert "Corner Shop" in text
        assert "Lovelace" not in text

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "JaVaScRiPt:x",
            "//evil.example",
            "http://[",
            None,
        ],
    )
    def test_only_web_addresses_become_links(self, url: str | None) -> None:
        """Anything else is not linked, and does not break the page."""
        page = inbox.page(replace(INBOX, items=(review(1, "x", url=url),)))
        assert not parsed(page).css(".facts a")

    def test_a_public_review_is_linked_without_trust(self) -> None:
        """The link tells the store nothing about us."""
        page = inbox.page(
            replace(INBOX, items=(review(1, "x", url="https://store.example/1?a=b&c"),))
        )
        link = one(page, ".facts a")
        assert link.attributes["href"] == "https://store.example/1?a=b&c"
        assert link.attributes["rel"] == "noopener noreferrer nofollow"

    @pytest.mark.parametrize(
        ("language", "lang"), [("ar", "ar"), ("zh-Hant", "zh-Hant"), ("und", None), ('x" y', None)]
    )
    def test_a_text_is_marked_with_its_language(self, language: str, lang: str | None) -> None:
        """A known language helps voices and fonts; its direction follows the text."""
        page = inbox.page(replace(INBOX, items=(review(1, "x", language=language),)))
        text = one(page, ".inbox .said")
        assert text.attributes.get("lang") == lang
        assert text.attributes["dir"] == "auto"

    def test_pages_are_turned_by_cursor(self) -> None:
        """The link to the next page carries the cursor, encoded; the last page has none."""
        links = [a.attributes["href"] for a in parsed(PAGES["inbox"]).css(".turn a")]
        assert links == ["/feedback?cursor=2026-09%7Cabc%3D"]
        links = [a.attributes["href"] for a in parsed(PAGES["inbox_last_page"]).css(".turn a")]
        assert links == ["/feedback"]

    def test_the_list_can_be_downloaded(self) -> None:
        """One link gives the same list as CSV."""
        assert one(PAGES["inbox"], ".heading a.button").attributes["href"] == "/feedback?format=csv"

    def test_an_empty_list_says_what_comes_next(self) -> None:
        """Before the first answer; and after the last page."""
        assert said(PAGES["inbox_empty"], ".empty").startswith("No answers yet. The first survey")
        end = inbox.page(replace(INBOXES["inbox_empty"], first_page=False))
        assert said(end, ".empty") == "There is no older feedback."


class TestSurvey:
    """The form that a customer sees."""

    def test_asks_at_most_two_questions(self) -> None:
        """Five named radios, one text box, one button, and the way back to the same address."""
        page = PAGES["survey"]
        assert said(page, "legend") == "How satisfied are you with the help you received?"
        labels = [
            " ".join(n.text(separator=" ").split()) for n in parsed(page).css(".choices label")
        ]
        assert labels == [
            "1 Very dissatisfied",
            "2 Dissatisfied",
            "3 Neutral",
            "4 Satisfied",
            "5 Very satisfied",
        ]
        assert said(page, "label.question") == "What could we have done better? (optional)"
        assert said(page, "button") == "Send feedback"
        form = one(page, "form")
        assert (form.attributes["method"], form.attributes["action"]) == ("post", "/s/token")

    def test_a_template_answer_is_asked_whether_it_solved_the_problem(self) -> None:
        """Question *solved* has yes and no."""
        page = PAGES["survey_solved"]
        assert said(page, "legend") == "Did this answer solve your problem?"
        values = [n.attributes["value"] for n in parsed(page).css("input[name=answer]")]
        assert values == ["yes", "no"]

    def test_asks_in_the_words_of_the_business(self) -> None:
        """Both questions can be worded otherwise; the answers stay those of the scale."""
        page = customers.survey(survey(questions=("Happy with <Lena>?", "What was missing?")))
        assert said(page, "legend") == "Happy with <Lena>?"
        assert said(page, "label.question") == "What was missing? (optional)"
        assert "Very satisfied" in said(page, ".choices")

    def test_greets_by_name_and_says_what_it_is_about(self) -> None:
        """Name, subject and agent, as far as they are known."""
        text = said(PAGES["survey"], "main")
        assert "Hello Ada ," in text
        assert "This is about your request Refund for order 1042 , answered by Lena ." in text

    @pytest.mark.parametrize(
        ("subject", "agent", "about"),
        [
            ("Refund", None, "This is about your request Refund ."),
            (None, "Lena", "This is about your request, answered by Lena ."),
            (None, None, None),
        ],
    )
    def test_says_nothing_about_what_is_not_known(
        self, subject: str | None, agent: str | None, about: str | None
    ) -> None:
        """Without name, subject or agent there is no empty greeting and no empty place."""
        plain = ask()
        nobody = replace(plain.ticket.customer, name=None)
        ticket = replace(plain.ticket, subject=subject, agent=agent, customer=nobody)
        page = customers.survey(survey(ask=replace(plain, ticket=ticket)))
        assert [said(n.html or "", "p") for n in parsed(page).css("main > .about")] == (
            [about] if about else []
        )
        assert "Hello" not in said(page, "main")
        assert "None" not in said(page, "main")

    @pytest.mark.parametrize(
        ("preselected", "checked"),
        [("4", ["4"]), ("0", []), ("6", []), ("yes", []), (None, []), ("4 ", []), ("４", [])],
    )
    def test_a_link_may_preselect_a_rating(
        self, preselected: str | None, checked: list[str]
    ) -> None:
        """Only a value of this question's scale selects anything."""
        page = customers.survey(survey(preselected=preselected))
        assert [n.attributes["value"] for n in parsed(page).css("input[checked]")] == checked

    def test_a_second_visit_shows_the_rating_and_hides_the_comment(self) -> None:
        """Whoever holds a forwarded link does not read what was written."""
        page = PAGES["survey_again"]
        assert [n.attributes["value"] for n in parsed(page).css("input[checked]")] == ["2"]
        assert "Too slow." not in page
        assert said(page, "#again") == "You already sent a comment. A new one replaces it."
        assert one(page, "textarea").text().strip() == ""

    def test_a_link_with_another_rating_wins_over_the_stored_one(self) -> None:
        """The customer just clicked it; nothing is stored before Send."""
        page = customers.survey(survey(response=Response(csat=2), preselected="5"))
        assert [n.attributes["value"] for n in parsed(page).css("input[checked]")] == ["5"]

    def test_a_link_with_no_rating_of_the_scale_leaves_the_stored_one(self) -> None:
        """What cannot be understood selects nothing, and takes nothing away."""
        page = customers.survey(survey(response=Response(csat=2), preselected="6"))
        assert [n.attributes["value"] for n in parsed(page).css("input[checked]")] == ["2"]

    def test_a_refused_form_keeps_the_text_and_says_why(self) -> None:
        """A summary that leads to the question, which says the same and is described by it."""
        page = PAGES["survey_missing"]
        sentence = "Please choose one answer to the first question."
        assert sentence in said(page, "[role=alert]")
        assert one(page, "[role=alert] a").attributes["href"] == "#answer-1"
        assert one(page, "fieldset").attributes["aria-describedby"] == "wrong"
        assert said(page, "fieldset #wrong") == sentence
        assert one(page, "textarea").text().strip() == "I liked it."
        assert said(page, "title") == "Error: How did we do? · Acme Support"

    def test_the_summary_is_read_first(self) -> None:
        """It stands first in the main part and has the focus; without an error nothing has."""
        first = one(PAGES["survey_missing"], "main > :first-child")
        assert first.attributes["role"] == "alert"
        assert first.attributes["tabindex"] == "-1"
        assert "autofocus" in first.attributes
        assert not parsed(PAGES["survey"]).css("[autofocus], [role=alert], [aria-invalid], #wrong")

    def test_a_long_comment_is_kept_and_marked(self) -> None:
        """The summary leads to the text box, which is marked as wrong; both numbers are told."""
        page = PAGES["survey_long"]
        assert one(page, "[role=alert] a").attributes["href"] == "#comment"
        assert said(page, "form > #wrong") == (
            "Your comment is too long: 2500 characters, at most 2000 are possible."
        )
        box = one(page, "textarea")
        assert box.attributes["aria-invalid"] == "true"
        assert (box.attributes["aria-describedby"] or "").split() == ["wrong", "hint"]
        assert box.text().strip() == ("word " * 500).strip()

    def test_what_no_field_is_to_blame_for_leads_nowhere(self) -> None:
        """A form that could not be read has a summary without a link."""
        page = PAGES["survey_refused"]
        assert "Your browser sent something" in said(page, "[role=alert]")
        assert not parsed(page).css("[role=alert] a, #wrong, [aria-invalid]")

    def test_a_comment_keeps_its_first_line_break(self) -> None:
        """HTML swallows one line break after <textarea>; that one is ours."""
        page = customers.survey(survey(comment="\nsecond line"))
        assert (
            page.split('id="comment"')[1].split(">", 1)[1].startswith("\n\nsecond line</textarea>")
        )

    def test_has_a_trap_that_no_person_meets(self) -> None:
        """Hidden from sight, from the keyboard, from voices and from autofill."""
        trap = one(PAGES["survey"], "input[name=reference_2]")
        assert trap.attributes["tabindex"] == "-1"
        assert trap.attributes["autocomplete"] == "off"
        assert trap.parent is not None
        assert trap.parent.attributes["aria-hidden"] == "true"

    def test_every_radio_is_required(self) -> None:
        """The browser itself asks for an answer, in its own language."""
        assert all("required" in n.attributes for n in parsed(PAGES["survey"]).css("[type=radio]"))

    def test_says_who_asks_and_why(self) -> None:
        """One line of privacy, with the name of who asks, and a link to the policy."""
        assert said(PAGES["survey"], ".privacy").startswith("Acme Support uses your answer")
        link = one(PAGES["survey"], 'footer a[href="https://acme.example/privacy"]')
        assert link.text() == "Privacy policy"

    def test_offers_a_way_out_of_all_surveys(self) -> None:
        """A plain link to the page with the button."""
        assert one(PAGES["survey"], 'footer a[href="/u/token"]').text() == "No more surveys"

    def test_links_only_to_what_there_is(self) -> None:
        """Without a policy, a way out and other languages there is no foot."""
        page = customers.survey(survey(stop=None, privacy_url=None, switch=()))
        assert not parsed(page).css("a, footer")

    def test_an_anonymous_answer_is_promised_before_it_is_sent(self) -> None:
        """The button is described by it, since it is final; other forms do not say it."""
        page = PAGES["survey_anonymous"]
        promise = said(page, "#anonymous")
        assert promise.startswith("Your answer is kept apart from your name")
        assert one(page, "button").attributes["aria-describedby"] == "anonymous"
        assert promise not in said(PAGES["survey"])


class TestLanguages:
    """What holds for the customers' pages in each language."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_page_speaks_it(self, language: str) -> None:
        """The page is marked with language and direction, complete, quiet and small."""
        for name, html in customer_pages(language).items():
            tree = parsed(html)
            root = one(html, "html").attributes
            assert (root["lang"], root["dir"]) == (language, direction(language)), name
            assert len(html.encode()) <= 30 * 1024, name
            assert len(tree.css("h1")) == 1, name
            assert not tree.css("script, style + style, img, iframe"), name
            assert "{" not in said(html), name

    @pytest.mark.parametrize("language", ["de", "ja", "ar"])
    def test_all_its_words_are_of_that_language(self, language: str) -> None:
        """No sentence of ours is left in English on the form, after it and in its place."""
        t = texts(language)
        assert t["heading"] != texts("en")["heading"]
        drawn = customer_pages(language)
        survey_page, after = said(drawn["survey"], "main"), said(drawn["thanks_no_comment"], "main")
        for key in ("heading", "csat", "1", "5", "comment", "optional", "comment_hint", "send"):
            assert t[key] in survey_page, key
        for key in ("next", "review_ask", "review_link", "your_answer", "change", "add_comment"):
            assert t[key] in after, key
        assert t["stop_button"] in said(drawn["stop"], "button")
        assert t["choose"] in said(drawn["survey_missing"], "[role=alert]")
        assert t["closed_expired"] in said(drawn["closed"], "main")

    def test_the_visitor_can_switch(self) -> None:
        """A link to each language, in its own name, that keeps the rating of the mail's link."""
        links = parsed(PAGES["survey"]).css("footer nav a")
        assert {a.attributes["lang"]: a.text() for a in links} == dict(LANGUAGES)
        assert [a.attributes["href"] for a in links][:2] == [
            "/s/token?r=4&lang=en",
            "/s/token?r=4&lang=fr",
        ]
        assert [a.text() for a in links if "aria-current" in a.attributes] == ["English"]
        assert said(PAGES["survey"], "summary") == "Language English"

    def test_the_day_is_written_in_it(self) -> None:
        """Until when an answer can be changed."""
        view = thanks(Response(csat=4), "de")
        assert day(date(2026, 9, 21), "de") in said(customers.thanks(view), ".answer")


class TestThanks:
    """What comes after sending."""

    def test_shows_what_was_answered_and_how_to_change_it(self) -> None:
        """The rating in words, never the comment, and until when it can be changed."""
        text = said(PAGES["thanks"], "main")
        assert "Thank you, Ada" in text
        assert "Your feedback has reached Acme Support . We read every comment" in text
        assert (
            "Your answer How satisfied are you with the help you received? Satisfied You also wrote"
            in text
        )
        assert "You can change it until 21 September 2026 ." in text
        assert "Good." not in text
        assert [a.attributes["href"] for a in parsed(PAGES["thanks"]).css(".answer a")] == [
            "/s/token"
        ]

    def test_offers_to_add_a_comment_where_none_was_given(self) -> None:
        """The link leads to the text box of the form."""
        links = parsed(PAGES["thanks_no_comment"]).css(".answer a")
        assert {a.text(): a.attributes["href"] for a in links} == {
            "Change my answer": "/s/token",
            "Add a comment": "/s/token#comment",
        }
        assert "You also wrote a comment." not in said(PAGES["thanks_no_comment"])

    def test_offers_no_change_that_would_be_refused(self) -> None:
        """After the edit window there is no link."""
        assert "Your answer Did this answer solve your problem? No" in said(
            PAGES["thanks_final"], "main"
        )
        assert not parsed(PAGES["thanks_final"]).css("a")

    def test_shows_nothing_of_an_anonymous_answer(self) -> None:
        """There is no rating to show and nothing to change; the thanks are the same."""
        text = said(PAGES["thanks_anonymous"], "main")
        assert "Thank you, Ada" in text
        assert "Your answer" not in text
        assert "Change" not in text

    def test_leads_to_help(self) -> None:
        """Where the business named an address, it stands at the foot."""
        assert one(PAGES["thanks"], "footer a").attributes["href"] == "https://acme.example/help"

    @pytest.mark.parametrize("csat", [1, 5])
    def test_is_the_same_for_every_answer(self, csat: int) -> None:
        """Only the answer itself differs; nobody is led elsewhere because of a rating."""
        words = {1: "Very dissatisfied", 5: "Very satisfied"}[csat]
        neutral = customers.thanks(thanks(Response(csat=3)))
        assert customers.thanks(thanks(Response(csat=csat))).replace(words, "Neutral") == neutral


RESPONSES = [
    None,
    *(Response(csat=csat, comment=said) for csat in range(1, 6) for said in (None, "Bad!", "Top")),
    *(Response(solved=it, comment=said) for it in (True, False) for said in (None, "Bad!", "Top")),
]


class TestReviewLink:
    """The way to a public review is the same for everybody."""

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_the_invitation_is_the_same_to_the_last_byte(self, language: str) -> None:
        """Whatever was answered, by whom it looks to be sent, or whether it can be changed.

        All that precedes it is the same too, so that it stands in the same place.
        """
        beginnings = set()
        for response in RESPONSES:
            question: Question = "solved" if response and response.csat is None else "csat"
            answered = ask(question, response)
            said_of_it = verdict(-0.9, "negative") if response and response.comment else None
            for asked in (answered, replace(answered, suspect=True, verdict=said_of_it)):
                for change, add in (("/s/token", True), ("/s/token", False), (None, False)):
                    view = thanks(response, language, ask=asked, change=change, add_comment=add)
                    page = customers.thanks(view)
                    assert page.count(REVIEW_URL) == 1
                    end = page.index("</a>", page.index(REVIEW_URL))
                    beginnings.add(page[:end])
        assert len(beginnings) == 1

    def test_its_template_reads_nothing_but_the_address(self) -> None:
        """The block names the view's addresses and texts, and stands under no condition.

        `view.went` is the survey's own address, where the browser tells that the link was followed.
        """
        folder = files("northstar.web").joinpath("templates")
        tree = Environment(autoescape=True).parse(folder.joinpath("thanks.html").read_text("utf-8"))
        block = next(node for node in tree.find_all(nodes.Block) if node.name == "review")
        read = {
            f"{node.node.name}.{node.attr}"
            for node in block.find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name)
        }
        assert read == {"view.review_url", "view.went", "t.review_ask", "t.review_link"}
        assert {node.name for node in block.find_all(nodes.Name)} == {"view", "t"}
        assert not list(block.find_all((nodes.Call, nodes.Filter, nodes.Getitem, nodes.Include)))
        main = next(node for node in tree.find_all(nodes.Block) if node.name == "main")
        assert block in main.body

    def test_there_is_none_where_none_was_configured(self) -> None:
        """Without an address nobody is asked."""
        page = customers.thanks(thanks(Response(csat=5), review_url=None))
        assert "public review" not in page
        assert "other customers" not in page


class TestStop:
    """The page that ends all surveys."""

    def test_asks_with_one_button(self) -> None:
        """The form posts to the address and holds nothing else; nothing on it is a link."""
        page = PAGES["stop"]
        form = one(page, "form")
        assert (form.attributes["method"], form.attributes["action"]) == ("post", "/u/token")
        assert said(page, "button") == "Stop the surveys"
        assert not parsed(page).css("main a, input, textarea, select")
        assert "Acme Support will not ask you for feedback again. Answers to" in said(page, "main")

    def test_says_when_it_is_done(self) -> None:
        """After the button there is none."""
        assert said(PAGES["stopped"], "h1") == "You will get no more surveys"
        assert not parsed(PAGES["stopped"]).css("form, button")


class TestNotices:
    """Everything that is not as it should be has a page of its own."""

    @pytest.mark.parametrize(
        ("key", "reason"),
        [
            ("closed_expired", "The time to answer this survey is over."),
            ("closed_final", "Your answer was recorded and can no longer be changed."),
            ("closed_reopened", "This survey was cancelled, because your request was opened"),
            ("closed_cancelled", "This survey was cancelled."),
        ],
    )
    def test_a_closed_survey_gives_the_reason(self, key: str, reason: str) -> None:
        """The reason is a text, and help is offered where there is an address."""
        page = customers.closed("Acme", "en", key, "https://acme.example/help")
        assert "This survey has closed" in said(page, "main")
        assert reason in said(page, "main")
        assert one(page, "a").attributes["href"] == "https://acme.example/help"
        assert not parsed(customers.closed("Acme", "en", key)).css("a")

    def test_a_wrong_link_learns_nothing(self) -> None:
        """One page for every wrong link, whatever is wrong."""
        assert "This link leads nowhere" in said(PAGES["unknown"], "main")

    def test_an_unreachable_store_keeps_what_was_typed(self) -> None:
        """The same answer can be sent again with one click."""
        page = customers.unavailable("Acme", "en", "/s/token", "4", "my text")
        form = one(page, "form")
        assert (form.attributes["method"], form.attributes["action"]) == ("post", "/s/token")
        assert one(page, "input[name=answer]").attributes["value"] == "4"
        assert one(page, "textarea[name=comment]").text().strip() == "my text"
        assert "It is still here: please send it again." in said(page, "main")

    def test_an_unreachable_store_can_be_asked_again(self) -> None:
        """Where nothing was typed, a link is enough."""
        page = customers.unavailable("Acme", "en", "/s/token")
        assert not parsed(page).css("form")
        assert one(page, "a").attributes["href"] == "/s/token"

    def test_a_refusal_gives_the_way_back(self) -> None:
        """A customer is told that it did not work; leadership is told what is wrong."""
        page = customers.refused("Acme", "en", "/s/token")
        assert "Your browser sent something that we could not read." in said(page, "main")
        assert one(page, "a").attributes["href"] == "/s/token"
        assert "The cursor is not one of ours." in said(PAGES["refused_with_reason"], "main")

    @pytest.mark.parametrize(
        ("local", "commands"),
        [(True, ["make run", "northstar login"]), (False, ["northstar login"])],
    )
    def test_someone_without_a_login_learns_how_to_get_one(
        self, local: bool, commands: list[str]
    ) -> None:
        """Locally the stack has printed a link; there and deployed a command makes a new one."""
        page = parsed(pages.login_needed("Acme", local=local))
        assert [code.text() for code in page.css("code")] == commands

    def test_an_error_of_ours_can_be_found_by_its_id(self) -> None:
        """The id under which it was logged stands on the page."""
        assert said(customers.failed("Acme", "en", "1-abc"), "code") == "1-abc"


def test_every_state_is_among_the_samples() -> None:
    """The tests above run over all of them."""
    samples = len(GOALS) + len(INBOXES) + len(SURVEYS) + len(THANKS)
    assert len(PAGES) > samples
