"""The pages: what they say in each state, and what they never do."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.domain.goals import Goal, progress
from northstar.domain.surveys import Response
from northstar.web import pages
from tests.browser.samples import (
    EMPTY,
    FULL,
    GOALS,
    INBOX,
    INBOXES,
    NEWEST,
    PROGRESSES,
    SURVEYS,
    THANKS,
    answer,
    ask,
    every_page,
    review,
    score,
    survey,
)

PAGES = every_page()


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
        assert f"'sha256-{digest}'" in pages.csp()

    @pytest.mark.parametrize("name", PAGES)
    def test_stays_within_its_budget(self, name: str) -> None:
        """A customer's page is at most 30 KB in all, one of leadership's 60 KB."""
        limit = 60 if name.startswith(("goal", "inbox")) else 30
        assert len(PAGES[name].encode()) <= limit * 1024

    def test_the_headers_forbid_what_a_page_does_not_need(self) -> None:
        """Nothing by default, no framing, no storing, no referrer, no guessing of types."""
        headers = pages.headers()
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
        hero = said(pages.goal(replace(FULL, progress=PROGRESSES["far_behind"])), ".count")
        assert "Behind even pace −5,8" in hero

    def test_no_forecast_is_faked(self) -> None:
        """Without a forecast there is neither a chip nor a word of what will be."""
        text = said(PAGES["goal_full"], "main")
        assert "Goal reached" not in text
        assert not re.search(r"on track|off track|likely|forecast", text, re.IGNORECASE)

    def test_a_reached_goal_is_said(self) -> None:
        """The chip, the day, and how early; nothing is needed any more."""
        hero = said(PAGES["goal_reached"], ".count")
        assert "Goal reached Reached on 3 Sep 2026, 119 days early." in hero
        assert "Needed" not in hero

    @pytest.mark.parametrize(
        ("day", "margin"),
        [(10, "on the last day"), (9, "1 day early"), (11, "1 day late")],
    )
    def test_early_and_late_are_counted_in_days(self, day: int, margin: str) -> None:
        """The deadline's own day is neither."""
        aim = Goal("R", "net_public_reviews", 5, date(2026, 3, 1), date(2026, 3, 10))
        shown = progress(aim, {date(2026, 3, day): 5}, date(2026, 3, 20))
        page = pages.goal(replace(FULL, progress=shown, milestones=()))
        assert said(page, ".standing") == f"Reached on {day} Mar 2026, {margin}."

    def test_a_missed_deadline_is_said(self) -> None:
        """What it ended at; no pace, nothing needed."""
        aim = Goal("R", "net_public_reviews", 10_000, date(2026, 1, 1), date(2026, 1, 31))
        shown = progress(aim, {date(2026, 1, 5): 9412}, date(2026, 2, 3))
        page = pages.goal(replace(FULL, progress=shown, milestones=()))
        assert said(page, ".standing") == "Ended at 9,412 of 10,000 (94%)."
        assert "even pace" not in said(page, ".count dl").lower()

    def test_a_goal_in_the_future_says_when_it_begins(self) -> None:
        """Nobody is ahead or behind before the start."""
        hero = said(PAGES["goal_future"], ".count")
        assert "Begins on 1 Jan 2026." in hero
        assert "even pace" not in hero.lower()

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

    def test_the_chart_comes_in_two_sizes_and_as_a_table(self) -> None:
        """A wide and a narrow drawing, and the numbers of each month."""
        page = PAGES["goal_full"]
        assert [one(page, f"svg.goal-{size}").attributes["role"] for size in ("wide", "narrow")]
        rows = [row.text(separator=" ").split() for row in parsed(page).css(".chart tbody tr")]
        assert rows[0] == ["14", "Sep", "2026", "8,164", "7,740"]
        assert rows[-1][:3] == ["31", "Dec", "2025"]
        assert len(rows) == 10
        assert "Milestones: 4,000 on 16 Mar 2026, 6,000 on 17 Jun 2026." in said(page, ".chart")

    def test_a_young_goal_has_a_table_of_weeks(self) -> None:
        """Up to half a year each week's Sunday is a row."""
        shown = PROGRESSES["far_ahead"]
        rows = parsed(pages.goal(replace(FULL, progress=shown))).css(".chart tbody th")
        assert [row.text() for row in rows][:3] == ["1 Apr 2026", "29 Mar 2026", "22 Mar 2026"]

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
        """Goal and Feedback, and the present one is marked."""
        links = {a.text(): a.attributes for a in parsed(PAGES["goal_full"]).css("nav a")}
        assert {name: link["href"] for name, link in links.items()} == {
            "Goal": "/",
            "Feedback": "/feedback",
        }
        assert links["Goal"].get("aria-current") == "page"
        assert "aria-current" not in links["Feedback"]

    def test_days_are_those_of_the_business(self) -> None:
        """A moment late in the evening in UTC is the next day further east."""
        late = answer(1, "x", occurred_at="2026-09-13T23:30:00.000Z")
        page = pages.goal(replace(EMPTY, time_zone="Europe/Berlin", newest=(late,)))
        assert said(page, ".newest .day") == "14 Sep 2026"
        assert "Europe/Berlin" in said(page, "footer")


class TestInbox:
    """The list of everything that was said."""

    def test_shows_each_item_with_where_it_came_from(self) -> None:
        """Stars or the yes/no, the text, source, channel, template, language, sentiment, day."""
        cards = [said(card.html or "", "li") for card in parsed(PAGES["inbox"]).css(".inbox > li")]
        assert len(cards) == len(NEWEST)
        assert "13 Sep 2026 Quick and friendly" in cards[0]
        assert "Source zendesk Channel email Language en" in cards[0]
        assert "Sentiment Positive vader-3.3.2+n1" in cards[0]
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
            pages.inbox(replace(INBOX, items=(review(1, "?", score=score(None, "undetermined")),)))
        )
        assert "Undetermined" in text
        assert "Neutral" not in text

    def test_a_language_that_nobody_knows_is_undetermined(self) -> None:
        """The code "und" is written as a word."""
        unknown = review(1, "?", language="und")
        page = pages.inbox(replace(INBOX, items=(unknown,)))
        assert "Language undetermined" in said(page, ".facts")

    def test_a_text_without_a_score_is_not_scored_yet(self) -> None:
        """Between arriving and scoring the list says so; where there is no text it says nothing."""
        pair = (review(1, "new", score=None), review(2, None, score=None))
        cards = parsed(pages.inbox(replace(INBOX, items=pair))).css(".inbox > li")
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
        page = pages.inbox(replace(INBOX, items=(review(1, "x", url=url),)))
        assert not parsed(page).css(".facts a")

    def test_a_public_review_is_linked_without_trust(self) -> None:
        """The link tells the store nothing about us."""
        page = pages.inbox(
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
        page = pages.inbox(replace(INBOX, items=(review(1, "x", language=language),)))
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
        assert one(PAGES["inbox"], ".heading a").attributes["href"] == "/feedback?format=csv"

    def test_an_empty_list_says_what_comes_next(self) -> None:
        """Before the first answer; and after the last page."""
        assert said(PAGES["inbox_empty"], ".empty").startswith("No answers yet. The first survey")
        end = pages.inbox(replace(INBOXES["inbox_empty"], first_page=False))
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

    def test_greets_by_name_and_says_what_it_is_about(self) -> None:
        """Name, subject and agent, as far as they are known."""
        text = said(PAGES["survey"], "main")
        assert "Hello Ada ," in text
        assert "This is about your request Refund for order 1042 , answered by Lena ." in text

    def test_says_nothing_about_what_is_not_known(self) -> None:
        """Without name, subject and agent there is no empty greeting."""
        plain = ask()
        ticket = replace(
            plain.ticket,
            subject=None,
            agent=None,
            customer=replace(plain.ticket.customer, name=None),
        )
        text = said(pages.survey(replace(survey(), ask=replace(plain, ticket=ticket))), "main")
        assert "Hello" not in text
        assert "about your request" not in text
        assert "None" not in text

    @pytest.mark.parametrize(
        ("preselected", "checked"),
        [("4", ["4"]), ("0", []), ("6", []), ("yes", []), (None, []), ("4 ", []), ("４", [])],
    )
    def test_a_link_may_preselect_a_rating(
        self, preselected: str | None, checked: list[str]
    ) -> None:
        """Only a value of this question's scale selects anything."""
        page = pages.survey(survey(preselected=preselected))
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
        page = pages.survey(survey(response=Response(csat=2), preselected="5"))
        assert [n.attributes["value"] for n in parsed(page).css("input[checked]")] == ["5"]

    def test_a_refused_form_keeps_the_text_and_says_why(self) -> None:
        """An alert that names the field, leads to it, and is read with it."""
        page = PAGES["survey_missing"]
        assert one(page, "[role=alert]").attributes["id"] == "error"
        assert one(page, "[role=alert] a").attributes["href"] == "#answer-1"
        assert one(page, "fieldset").attributes["aria-describedby"] == "error"
        assert one(page, "textarea").text().strip() == "I liked it."
        assert said(page, "title").startswith("Error: ")

    def test_a_long_comment_is_kept_and_marked(self) -> None:
        """The alert leads to the text box, which is marked as wrong."""
        page = PAGES["survey_long"]
        assert one(page, "[role=alert] a").attributes["href"] == "#comment"
        box = one(page, "textarea")
        assert box.attributes["aria-invalid"] == "true"
        assert (box.attributes["aria-describedby"] or "").split() == ["error", "hint"]
        assert box.text().strip() == ("word " * 500).strip()

    def test_a_comment_keeps_its_first_line_break(self) -> None:
        """HTML swallows one line break after <textarea>; that one is ours."""
        page = pages.survey(survey(comment="\nsecond line"))
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
        """One line of privacy, with the name of who asks."""
        assert said(PAGES["survey"], ".privacy").startswith("Acme Support uses your answer")

    def test_a_language_without_texts_is_answered_in_english(self) -> None:
        """The page never claims a language that it does not speak."""
        plain = ask()
        french = replace(plain, ticket=replace(plain.ticket, language="fr-CA"))
        assert one(pages.survey(replace(survey(), ask=french)), "html").attributes["lang"] == "en"


class TestThanks:
    """What comes after sending."""

    def test_shows_what_was_answered_and_how_to_change_it(self) -> None:
        """The rating in words, never the comment, and until when it can be changed."""
        text = said(PAGES["thanks"], "main")
        assert "Thank you, Ada" in text
        assert "Your answer Satisfied" in text
        assert "You can change it until 21 Sep 2026 ." in text
        assert "Good." not in text
        assert one(PAGES["thanks"], "a.button").attributes["href"] == "/s/token"

    def test_offers_no_change_that_would_be_refused(self) -> None:
        """After the edit window there is no link."""
        assert "Your answer No" in said(PAGES["thanks_final"], "main")
        assert not parsed(PAGES["thanks_final"]).css("a")

    @pytest.mark.parametrize("csat", [1, 5])
    def test_is_the_same_for_every_answer(self, csat: int) -> None:
        """Only the answer itself differs; nobody is led elsewhere because of a rating."""
        view = replace(THANKS["thanks"], ask=ask(response=Response(csat=csat)))
        words = {1: "Very dissatisfied", 5: "Very satisfied"}[csat]
        neutral = pages.thanks(replace(view, ask=ask(response=Response(csat=3))))
        assert pages.thanks(view).replace(words, "Neutral") == neutral


class TestNotices:
    """Everything that is not as it should be has a page of its own."""

    def test_a_closed_survey_gives_the_reason(self) -> None:
        """The reason comes from the domain."""
        text = said(
            pages.closed("Acme", "Your answer of 2026-01-01 can no longer be changed."), "main"
        )
        assert "This survey has closed" in text
        assert "Your answer of 2026-01-01 can no longer be changed." in text

    def test_a_wrong_link_learns_nothing(self) -> None:
        """One page for every wrong link, whatever is wrong."""
        assert "This link leads nowhere" in said(PAGES["unknown"], "main")

    def test_an_unreachable_store_keeps_what_was_typed(self) -> None:
        """The same answer can be sent again with one click."""
        page = pages.unavailable("Acme", "/s/token", "4", "my text")
        form = one(page, "form")
        assert (form.attributes["method"], form.attributes["action"]) == ("post", "/s/token")
        assert one(page, "input[name=answer]").attributes["value"] == "4"
        assert one(page, "textarea[name=comment]").text().strip() == "my text"

    def test_an_unreachable_store_can_be_asked_again(self) -> None:
        """Where nothing was typed, a link is enough."""
        page = pages.unavailable("Acme", "/s/token")
        assert not parsed(page).css("form")
        assert one(page, "a").attributes["href"] == "/s/token"

    def test_a_refusal_gives_the_reason_and_the_way_back(self) -> None:
        """What was wrong, and where to go."""
        page = pages.refused("Acme", "The cursor is not one of ours.", "/")
        assert "The cursor is not one of ours." in said(page, "main")
        assert one(page, "a").attributes["href"] == "/"

    @pytest.mark.parametrize(("local", "command"), [(True, "make run"), (False, "northstar login")])
    def test_someone_without_a_login_learns_how_to_get_one(self, local: bool, command: str) -> None:
        """Locally and deployed the way is another one."""
        assert said(pages.login_needed("Acme", local=local), "code") == command

    def test_an_error_of_ours_can_be_found_by_its_id(self) -> None:
        """The id under which it was logged stands on the page."""
        assert said(pages.failed("Acme", "1-abc"), "code") == "1-abc"


def test_every_state_is_among_the_samples() -> None:
    """The tests above run over all of them."""
    samples = len(GOALS) + len(INBOXES) + len(SURVEYS) + len(THANKS)
    assert len(PAGES) > samples
