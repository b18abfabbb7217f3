"""The page of the topics: what it is told, what it says, and at which cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.configuration import Business, Configuration
from northstar.app.insights import Comparison, Finding, Insights, Quote, Summary, insights, told
from northstar.app.show_topics import GROUPS, PHRASES, topics_view
from northstar.app.themes import DEFAULT
from northstar.app.views import PhraseGroup, TopicNumbers, TopicsView
from northstar.domain.aggregates import Record
from northstar.domain.editions import Editions
from northstar.domain.reviews import Review, ReviewRecord, first_sight
from northstar.domain.sentiment import Score
from northstar.domain.topics import Theme
from northstar.domain.verdicts import Verdict
from northstar.web import charts, topics
from northstar.web.svg import PAGE
from tests.browser.samples import TOPIC_PAGES, TOPICS, quoted, topic

NOW = datetime(2026, 9, 13, 22, 30, tzinfo=UTC)
TODAY = date(2026, 9, 14)
CONFIGURATION = Configuration(
    business=Business("Acme", "Europe/Berlin"),
    topics=(Theme("seats", {"en": ("seat*",)}), Theme("ads", {})),
)


def day(ago: int) -> date:
    """Return the day so many days ago."""
    return TODAY - timedelta(ago)


class Totals:
    """The part of the ProgressStore protocol that the page reads; `asked` counts the calls."""

    def __init__(self, found: Insights | None = None, **rows: dict[date, dict[str, int]]) -> None:
        self.asked: Counter[str] = Counter()
        self.stand = Editions(a="one", settled=True)
        self._found = found
        self._rows = rows

    def editions(self) -> Editions:
        """Return how the editions stand."""
        self.asked["editions"] += 1
        return self.stand

    def insights(self, days: int) -> Insights | None:
        """Return what was found."""
        self.asked["insights"] += 1
        return self._found if self._found and self._found.days == days else None

    def daily(
        self, dimension: str, value: str, since: date, until: date
    ) -> dict[date, dict[str, int]]:
        """Return the rows of a topic, both ends included."""
        assert dimension == "topic"
        self.asked["daily"] += 1
        rows = self._rows.get(value, {})
        return {one: measures for one, measures in rows.items() if since <= one <= until}


class Kept:
    """The part of the FeedbackStore protocol that the page reads; `asked` has the ids."""

    def __init__(self, *records: Record) -> None:
        self.asked: list[set[str]] = []
        self._records = {record.id: record for record in records}

    def by_ids(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return what is stored."""
        wanted = set(ids)
        self.asked.append(wanted)
        return {name: one for name, one in self._records.items() if name in wanted}


def view(totals: Totals, kept: Kept | None = None, **changes: Any) -> TopicsView:
    """Return what the page is told."""
    given: dict[str, Any] = {"feedback": kept or Kept(), "totals": totals, "now": NOW} | changes
    return topics_view(CONFIGURATION, **given)


def record(number: int, text: str, language: str = "en") -> ReviewRecord:
    """Return a review of today about logins that was read as negative."""
    shown = Review("shopify", str(number), 2, None, text, created="2026-09-14")
    score = Score(-0.7, "negative", 0.9, language, "detected", "test")
    read = Verdict(score, ("login",))
    return replace(first_sight(shown, "acme", NOW), verdict=read)


RECORDS = (record(1, "I cannot log in any more."), record(2, "Der Login klemmt seit Tagen.", "de"))


def found(*records: ReviewRecord) -> Insights:
    """Return what a night finds in these."""
    said = [one for kept in records if (one := told(kept, CONFIGURATION.business.zone))]
    return insights(said, TODAY, 30, lambda text, language: ("login",))


class TestNumbers:
    """What is counted."""

    def test_this_period_and_the_one_before_are_told_apart(self) -> None:
        """By business days, whatever the texts were said through."""
        rows = {
            day(0): {"answer_negative": 2, "feedback": 9},
            day(29): {"review_negative": 1, "remark_positive": 4, "review_sentiment": -900},
            day(30): {"review_neutral": 5},
            day(59): {"review_undetermined": 6},
            day(60): {"review_negative": 100},
        }
        (one,) = view(Totals(login=rows)).topics
        assert (one.now.negative, one.now.positive, one.now.texts) == (3, 4, 7)
        assert (one.before.neutral, one.before.undetermined, one.before.texts) == (5, 6, 11)

    def test_weeks_end_today_and_oldest_come_first(self) -> None:
        """Twelve of them, whatever the period."""
        rows = {
            day(0): {"review_neutral": 1},
            day(6): {"review_neutral": 2},
            day(7): {"review_neutral": 4},
            day(83): {"review_neutral": 8},
            day(84): {"review_neutral": 16},
            day(179): {"review_neutral": 32},
        }
        for days, before in ((7, 4), (90, 32)):
            (one,) = view(Totals(login=rows), days=days).topics
            assert one.weeks == (8, *[0] * 9, 4, 3)
            assert one.before.texts == before

    def test_only_the_edition_that_is_shown_counts(self) -> None:
        """Of another engine's work nothing is seen, but that it is on its way.

        The first engine takes the place of none.
        """
        totals = Totals(login={day(0): {"review_negative": 3, "b_review_positive": 5}})
        settled = view(totals)
        totals.stand = Editions(a="one", b="two", shown="a", wanted="b")
        on_its_way = view(totals)
        totals.stand = replace(totals.stand, shown="b", settled=True)
        done = view(totals)
        totals.stand = Editions(a="one")
        first = view(totals)
        assert settled.topics == on_its_way.topics == first.topics
        assert settled.topics[0].now.negative == 3
        assert (done.topics[0].now.negative, done.topics[0].now.positive) == (0, 5)
        told = [one.rereading for one in (settled, on_its_way, done, first)]
        assert told == [False, True, False, False]

    def test_those_with_most_complaints_come_first(self) -> None:
        """Then those with most texts; topics without a text are not there."""
        shown = view(
            Totals(
                login={day(0): {"review_negative": 1, "review_positive": 9}},
                price={day(0): {"review_negative": 2}},
                crash={day(0): {"review_negative": 1}},
                speed={day(31): {"review_negative": 7}},
                seats={day(0): {"answer_positive": 1}},
                ads={day(0): {"review_negative": 7}},
            )
        )
        assert [one.name for one in shown.topics] == ["price", "login", "crash", "seats"]

    def test_the_cost_follows_the_topics_only(self) -> None:
        """One query for each, one reading of all quotes."""
        totals, kept = Totals(found(*RECORDS)), Kept(*RECORDS)
        view(totals, kept)
        assert totals.asked == {"editions": 1, "insights": 1, "daily": len(DEFAULT)}
        assert kept.asked == [{one.id for one in RECORDS}]


ROWS = {day(0): {"review_negative": 2}}


class TestQuotes:
    """What proves it."""

    def test_a_topic_is_shown_with_the_words_of_its_feedback(self) -> None:
        """As they are stored, with what else is known of it."""
        (one,) = view(Totals(found(*RECORDS), login=ROWS), Kept(*RECORDS)).topics
        assert {(quote.words, quote.item.id) for quote in one.complaints} == {
            ("I cannot log in any more.", "shopify:acme:1"),
            ("Der Login klemmt seit Tagen.", "shopify:acme:2"),
        }
        assert one.praise == ()

    def test_a_language_chooses_among_quotes_and_not_among_numbers(self) -> None:
        """One without quotes is ignored."""
        night = found(*RECORDS)
        phrases = (Finding("log", 4.0, 9, 1, night.summaries[0].complaints),)
        compared = tuple(Comparison("emerging", tag, 90, 80, phrases) for tag in ("en", "de"))
        totals = Totals(replace(night, comparisons=compared), login=ROWS)
        kept = Kept(*RECORDS)
        german = view(totals, kept, language="de")
        assert german.languages == ("de", "en")
        assert german.language == "de"
        assert [quote.item.language for quote in german.topics[0].complaints] == ["de"]
        assert [group.language for group in german.groups] == ["de"]
        assert german.topics[0].now.texts == 2
        for unknown in ("", "xx", "<b>"):
            assert view(totals, kept, language=unknown) == view(totals, kept)

    def test_what_was_changed_or_erased_since_is_not_quoted(self) -> None:
        """Neither under a topic nor under a phrase; a phrase without a quote is no more."""
        edited = replace(
            RECORDS[0], review=replace(RECORDS[0].review, text="I can log in as before.")
        )
        quotes = found(*RECORDS).summaries[0].complaints
        german = tuple(quote for quote in quotes if quote.feedback == RECORDS[1].id)
        phrases = (Finding("log", 4.0, 9, 1, quotes), Finding("klemmt", 4.0, 9, 1, german))
        compared = (Comparison("emerging", "en", 90, 80, phrases),)
        night = replace(found(*RECORDS), comparisons=compared)
        shown = view(Totals(night, login=ROWS), Kept(edited))
        assert shown.topics[0].complaints == ()
        assert shown.groups == ()
        again = view(Totals(night, login=ROWS), Kept(RECORDS[0]))
        assert len(again.topics[0].complaints) == 1
        ((one,),) = [group.phrases for group in again.groups]
        assert [quote.words for quote in one.quotes] == ["I cannot log in any more."]

    def test_before_the_first_night_there_are_only_numbers(self) -> None:
        """And nothing is read for quotes that are not there."""
        kept = Kept()
        shown = view(Totals(login=ROWS), kept)
        assert shown.found_on is None
        assert shown.topics[0].now.texts == 2
        assert kept.asked == [set()]

    def test_what_is_read_is_bounded(self) -> None:
        """However many phrases a night has found."""

        def phrases(group: int) -> tuple[Finding, ...]:
            quotes = ((Quote(f"{group}-{n}", 0, 1, 0),) * 3 for n in range(PHRASES + 4))
            return tuple(Finding("p", 4.0, 9, 1, quote) for quote in quotes)

        compared = tuple(
            Comparison("complaints", f"l{n:02}", 90 - n, 80, phrases(n)) for n in range(GROUPS + 9)
        )
        night = replace(found(), comparisons=compared, summaries=(Summary("x", "", (), ()),))
        kept = Kept()
        view(Totals(night), kept)
        assert kept.asked == [{f"{group}-{n}" for group in range(GROUPS) for n in range(PHRASES)}]


PAGES = {name: LexborHTMLParser(topics.page(one)) for name, one in TOPIC_PAGES.items()}


def words(node: LexborNode | None) -> str:
    """Return a text with single blanks."""
    assert node is not None
    return " ".join(node.text(separator=" ").split())


def card(one: TopicNumbers, **changes: Any) -> LexborNode:
    """Return the card of one topic."""
    html = topics.page(replace(TOPICS, topics=(one,), groups=(), **changes))
    node = LexborHTMLParser(html).css_first(".topic")
    assert node is not None
    return node


class TestPage:
    """What the page says."""

    def test_a_topic_has_its_numbers_with_their_n(self) -> None:
        """Texts, those of the period before, the share of complaints, its interval and its n."""
        said = words(PAGES["topics"].css_first(".topic .counted"))
        assert said.startswith("Login 1,700 texts 1,517 in the 30 days before login, last 12 weeks")
        assert said.endswith("71% negative 69–74%, n = 1,700 33 undetermined")
        few = words(card(topic("crash", 2, 1)).css_first(".counted"))
        assert few.endswith("67% negative few texts 21–94%, n = 3")
        assert "few texts" not in said

    def test_a_quote_says_whose_it_is_and_leads_there(self) -> None:
        """Stars or the answer, its language, its day, and a link that no id can break."""
        complaints = PAGES["topics"].css(".topic")[1].css(".quotes li")
        assert words(complaints[0]).startswith("Black screen after the splash, every single time.")
        assert complaints[0].css_first("[aria-label='1 of 5 stars']")
        said = words(complaints[1].css_first(".meta"))
        assert said.startswith("Not solved English")
        assert said.endswith("13 Sep 2026")
        link = complaints[1].css_first("a")
        assert link
        target = urlsplit(link.attributes["href"])
        assert target.path == "/feedback"
        assert parse_qs(target.query) == {"id": ["a/b c&d=é#1"]}

    def test_a_quote_is_in_its_own_language_and_direction(self) -> None:
        """As are phrases."""
        said = PAGES["topics"].css(".topic .said")[2]
        assert (said.attributes["lang"], said.attributes["dir"]) == ("ar", "auto")
        assert PAGES["topics"].css_first(".phrases summary bdi[lang=ar]")

    def test_no_quote_is_more_than_text(self) -> None:
        """Neither is the name of a topic, an app, a version, or a phrase."""
        evil = "<img src=x onerror=alert(1)>"
        quote = quoted(1, evil, evil)
        group = PhraseGroup("version", evil, 9, 9, (), app=f"{evil}:{evil}", version=evil)
        phrase = replace(TOPICS.groups[0].phrases[0], term=evil, quotes=(quote,))
        html = topics.page(
            replace(
                TOPICS,
                topics=(topic(evil, 1, 1, complaints=(quote,)),),
                groups=(replace(group, phrases=(phrase,)),),
                languages=(evil,),
            )
        )
        assert "<img" not in html
        assert not LexborHTMLParser(html).css("[lang*=img] > *, img")

    def test_phrases_stand_under_what_was_compared(self) -> None:
        """With the numbers of both groups, and quotes to open."""
        sections = PAGES["topics_rereading"].css(".phrases")
        assert [words(one.css_first("h2")) for one in sections] == [
            "Said more than before",
            "What complaints say",
            "Since the newest version",
        ]
        assert [words(one.css_first("summary")) for one in sections] == [
            "black screen in 31 of 410 texts; 2 of 380 in the 7 days before",
            "code in 20 of 96 negative texts; 3 of 1,204 positive ones",
            "black screen in 22 of 64 texts; 4 of 310 on versions before",
        ]
        assert [words(one) for one in sections[0].css("h3")] == ["English", "Arabic"]
        newest = words(sections[2].css_first("h3"))
        assert newest == "app_store_connect 310633997 , version 5.10 , English"
        assert len(sections[0].css_first("details").css(".quotes li")) == 2

    def test_the_filters_keep_what_was_chosen(self) -> None:
        """A form that works without a script, with the periods and languages there are."""
        form = PAGES["topics_german"].css_first("form.filters")
        assert form is not None
        assert (form.attributes["method"], form.attributes["action"]) == ("get", "/topics")
        offered = {
            select.attributes["name"]: [one.attributes["value"] for one in select.css("option")]
            for select in form.css("select")
        }
        assert offered == {"days": ["7", "30", "90"], "language": ["", "ar", "de", "en", "ja"]}
        chosen = [one.attributes["value"] for one in form.css("option[selected]")]
        assert chosen == ["30", "de"]
        said = words(PAGES["topics_german"].css_first(".heading .sub"))
        assert "in German; the numbers are of all languages." in said

    def test_the_page_says_of_when_all_this_is(self) -> None:
        """The days of the numbers, and the night of the quotes."""
        said = words(PAGES["topics_rereading"].css_first(".heading .sub"))
        assert "8 Sep 2026 to 14 Sep 2026" in said
        assert words(PAGES["topics"].css_first(".fresh")) == "Quotes and phrases of 14 Sep 2026"

    def test_before_the_first_night_it_says_what_to_wait_for(self) -> None:
        """With the numbers that are there already."""
        said = words(PAGES["topics_first_day"].css_first("main"))
        assert "made every night; the first night is still to come" in said
        assert "No quotes yet." in said
        assert not PAGES["topics_first_day"].css("select[name=language]")
        assert "still to come" not in words(PAGES["topics"].css_first("main"))

    def test_texts_that_are_being_read_again_are_announced(self) -> None:
        """In one sentence or two, and only then."""
        told = words(PAGES["topics_rereading"].css_first("[role=status]"))
        assert told.endswith(
            "counted here, by topic and by sentiment, is as the engine before understood it."
        )
        assert not PAGES["topics"].css("[role=status]")

    def test_what_was_left_out_is_counted(self) -> None:
        """Where there were too many texts."""
        assert "31,204 texts are" in words(PAGES["topics_rereading"].css_first(".unquoted"))
        assert not PAGES["topics"].css(".unquoted")

    def test_where_nothing_is_found_it_says_why(self) -> None:
        """No topic, no phrase, no quote: a reason each, and what to do."""
        assert "[[topics]]" in words(PAGES["topics_none"].css_first("main"))
        assert "at least 20 texts" in words(PAGES["topics_german"].css_first("main"))
        assert "Nothing to quote in German." in words(PAGES["topics_german"].css(".topic")[1])


class TestDrawing:
    """The texts of the last weeks."""

    def drawn(self, *counts: int) -> list[str]:
        """Return the bars: those of the weeks before, and that of the newest."""
        svg = charts.week_bars(counts, "weeks", "Weeks", PAGE)
        return [str(one.attributes["d"]) for one in LexborHTMLParser(svg).css("path")[1:]]

    def test_bars_begin_at_nought(self) -> None:
        """Twice as many texts are a bar of twice the height, and none is no bar."""
        before, newest = self.drawn(100, 0, 50, 25)
        heights = [float(part.split("h")[0]) for part in before.split("v-")[1:]]
        assert heights == [32, 16]
        assert "v-8h" in newest

    def test_without_texts_there_is_only_the_ground(self) -> None:
        """And no division by nought."""
        assert self.drawn(0, 0) == []
