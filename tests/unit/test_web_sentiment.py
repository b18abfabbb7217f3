"""The page of the sentiment, the page of one feedback, and the signs of doubt in the list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from northstar.app.views import Engine, LabelCounts
from northstar.domain.learning import Figures
from northstar.domain.rates import wilson
from northstar.domain.sentiment import Score
from northstar.domain.verdicts import Correction, Verdict
from northstar.web import charts, inbox, languages, sentiment
from northstar.web.svg import PAGE
from tests.browser.samples import (
    ENTRIES,
    INBOX,
    NOW,
    SENTIMENT,
    TODAY,
    doubtful,
    entry_view,
    language_numbers,
    review,
)

LOCKED = doubtful(7, "I cannot log in.")
SCORE = Score(-0.8, "negative", 0.91, "en", "detected", "hash16-en-1+n1")


def words(node: LexborNode | None) -> str:
    """Return a text with single blanks."""
    assert node is not None
    return " ".join(node.text(separator=" ").split())


def parsed(**changes: Any) -> LexborHTMLParser:
    """Return the page of the sentiment with some of its fields changed."""
    return LexborHTMLParser(sentiment.page(replace(SENTIMENT, **changes)))


def one(verdict: Verdict | None = LOCKED.verdict, **changes: Any) -> LexborHTMLParser:
    """Return the page of a five-star review with this verdict."""
    item = replace(LOCKED, verdict=verdict, language=verdict.language if verdict else None)
    return LexborHTMLParser(inbox.one(entry_view(item, **changes)))


def known(page: LexborHTMLParser) -> dict[str, str]:
    """Return what is understood of a text by its labels."""
    rows = page.css(".understood dl div")
    return {words(row.css_first("dt")): words(row.css_first("dd")) for row in rows}


class TestTrend:
    """Shares by week."""

    def test_each_share_has_its_n_and_its_interval(self) -> None:
        """Of the last 30 days, for all four labels."""
        page = parsed(now=LabelCounts(20, 10, 60, 10))
        assert words(page.css_first(".heading .sub")) == "The last 30 days, n = 100 texts"
        assert [words(li) for li in page.css(".labels li")] == [
            "Negative 20% 13–29%",
            "Neutral 10% 6–17%",
            "Positive 60% 50–69%",
            "Undetermined 10% 6–17%",
        ]

    def test_few_texts_are_called_few(self) -> None:
        """And say nothing of a change."""
        page = parsed(now=LabelCounts(29), before=LabelCounts(0, 0, 900))
        assert "few texts" in words(page.css_first(".heading"))
        assert "30 days before" not in words(page.css_first(".trend"))
        assert "few texts" not in words(parsed(now=LabelCounts(30)).css_first(".heading"))

    def test_a_change_is_told_only_when_it_is_certain(self) -> None:
        """Points where the interval of the difference leaves out 0, else "about the same"."""
        more = parsed(now=LabelCounts(500, 0, 500), before=LabelCounts(400, 0, 600))
        assert "Negative: +10 pts on the 30 days before." in words(more.css_first(".trend"))
        same = parsed(now=LabelCounts(50, 0, 50), before=LabelCounts(48, 0, 52))
        assert "Negative: about the same as before." in words(same.css_first(".trend"))

    def test_every_week_is_in_the_table(self) -> None:
        """The newest first, with n; a week without texts has no share, and not 0."""
        weeks = ((TODAY - timedelta(7), LabelCounts(1, 0, 2, 1)), (TODAY, LabelCounts()))
        rows = [words(row) for row in parsed(weeks=weeks).css(".trend tbody tr")]
        assert rows == ["14 Sep 2026 0 – – – –", "7 Sep 2026 4 25% 0% 50% 25%"]

    def test_the_chart_is_told_in_words(self) -> None:
        """Its title and description are read out in place of the drawing."""
        weeks = (
            (TODAY - timedelta(14), LabelCounts()),
            (TODAY - timedelta(7), LabelCounts(1, 0, 3)),
            (TODAY, LabelCounts(0, 0, 1)),
        )
        drawing = parsed(weeks=weeks).css_first("svg.shares-wide")
        assert drawing is not None
        assert words(drawing.css_first("title")) == "Sentiment of the texts by week, last 3 weeks"
        assert words(drawing.css_first("desc")).startswith(
            "Negative were 25% of 4 texts in the week to 7 Sep 2026 and 0% of 1 text in the week "
            "to 14 Sep 2026."
        )

    def test_without_texts_there_is_no_chart(self) -> None:
        """But a sentence that says what comes."""
        weeks = ((TODAY, LabelCounts()),)
        page = parsed(weeks=weeks, languages=(), now=LabelCounts())
        assert not page.css("main svg")
        assert words(page.css_first(".empty h2")) == "No text yet"

    def test_a_newer_engine_at_work_is_announced(self) -> None:
        """The page says that it shows what the engine before has read."""
        assert not parsed().css(".band")
        band = words(parsed(rereading=True).css_first(".band"))
        assert "read again by a newer engine" in band
        assert "counted here, by week and by language, is as the one before understood it" in band


BLOCK = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")


def columns(*weeks: tuple[int, ...]) -> dict[str, list[tuple[float, float]]]:
    """Return top and height of each block of a drawing with two layers, by its look."""
    days = [(date(2026, 9, 14) - timedelta(7 * n), counts) for n, counts in enumerate(weeks)]
    drawing = charts.shares(
        days,
        ("red", None),
        charts.SHARES_WIDE,
        PAGE,
        few=10,
        title="T",
        description="D",
    )
    return {
        look: [(float(y), float(height)) for _, y, _, height in BLOCK.findall(path)]
        for path, look in re.findall(r'<path d="([^"]*z)" ([^/]*)/>', drawing)
    }


class TestColumns:
    """The drawing of the shares."""

    def test_a_column_is_split_by_the_shares(self) -> None:
        """A quarter and three quarters of the height, one on the other, whatever the number."""
        top, floor = charts.SHARES_WIDE.top, 300 - 28 - 56
        whole = floor - top
        drawn = columns((5, 15), (250, 750))
        (y, height), again = drawn['fill="red"']
        assert again == (y, height)
        assert height == pytest.approx(whole / 4, abs=0.1)
        assert y + height == pytest.approx(floor, abs=0.1)
        (upper, rest), _ = drawn['fill="none" stroke="var(--c-muted)"']
        assert (upper, rest) == pytest.approx((top, whole * 3 / 4), abs=0.1)

    def test_few_texts_are_pale(self) -> None:
        """Those of a week below the limit, and only those."""
        assert set(columns((9, 0), (10, 0))) == {
            'fill="red" opacity=".4"',
            'fill="red"',
            'fill="var(--c-muted)"',
        }

    def test_a_week_without_texts_has_no_column(self) -> None:
        """Neither a share nor a number of texts."""
        drawn = columns((0, 0), (10, 0))
        assert [len(blocks) for blocks in drawn.values()] == [1, 1]

    def test_below_it_stands_how_many_texts_there_were(self) -> None:
        """In proportion to the week with most."""
        (_, few), (_, most) = columns((10, 10), (20, 20))['fill="var(--c-muted)"']
        assert most == pytest.approx(2 * few)


class TestTrust:
    """What is known of each language."""

    def test_a_language_is_told_with_who_scores_it(self) -> None:
        """Texts, share, share undetermined with its interval, the engine, and the mistakes."""
        shown = language_numbers(
            "fr",
            200,
            "own",
            counts=LabelCounts(90, 0, 90, 20),
            share=wilson(200, 800),
            wrong=wilson(12, 40),
        )
        (row,) = parsed(languages=(shown,), others=0).css(".trust .scroll:first-of-type tbody tr")
        assert words(row) == "French 200 25% 10% (7–15%) its own model 12 of 40: 30% (18–45%)"

    @pytest.mark.parametrize(
        ("engine", "said"),
        [
            ("own", "its own model"),
            ("multilingual", "the multilingual model"),
            ("vader", "VADER"),
            ("vader and own", "VADER and its own model"),
            ("vader and multilingual", "VADER and the multilingual model"),
            ("comprehend", "Amazon Comprehend"),
            ("nobody", "nobody yet"),
        ],
    )
    def test_every_engine_has_its_words(self, engine: Engine, said: str) -> None:
        """Also where there is none."""
        page = parsed(languages=(language_numbers("fr", 9, engine),), others=0)
        assert words(page.css_first(".trust tbody td.words")) == said

    def test_what_nobody_has_checked_has_no_rate(self) -> None:
        """It is not 0% wrong."""
        page = parsed(languages=(language_numbers("fr", 9, "own"),), wrong={"label": wilson(0, 0)})
        assert words(page.css_first(".trust tbody tr")).endswith("not checked")
        assert words(page.css_first(".mistakes")) == "Sentiment wrong of checked not checked"

    @pytest.mark.parametrize(
        ("abstained", "unknown", "told"),
        [
            (3, 1, "people did: the sentiment of 3 texts and the language of 1 text."),
            (1, 0, "people did: the sentiment of 1 text."),
            (0, 2, "people did: the language of 2 texts."),
        ],
    )
    def test_what_no_engine_could_tell_stands_by_itself(
        self, abstained: int, unknown: int, told: str
    ) -> None:
        """In words, beside what was wrong, and only where there is any."""
        page = parsed(abstained=abstained, unknown=unknown)
        assert told in words(page.css_first(".trust .silence"))
        assert not parsed(abstained=0, unknown=0).css(".silence")

    def test_the_rate_of_mistakes_is_an_upper_bound(self) -> None:
        """The page says why."""
        assert "People look at what seems wrong" in words(parsed().css_first(".trust"))

    def test_a_model_is_told_with_vader_beside_it(self) -> None:
        """In per cent, with the number of texts, and a dash for what was not measured."""
        shown = (
            language_numbers(
                "fr",
                9,
                "own",
                own=Figures(218, 1524, 0.904, 0.829, 0.042),
                vader=Figures(218, 1524, 0.592, 0.507, 0.211),
            ),
            language_numbers("pl", 9, "multilingual", own=Figures(61, 120, 0.81, 0.74)),
            language_numbers("ja", 9, "nobody"),
        )
        rows = [
            words(row) for row in parsed(languages=shown).css(".trust table")[1].css("tbody tr")
        ]
        assert rows == [
            "French own model 90% 83% 4 pts 1,742",
            "French VADER 59% 51% 21 pts 1,742",
            "Polish multilingual model 81% 74% – 181",
        ]

    def test_texts_of_further_languages_are_not_lost(self) -> None:
        """They stand in a row of their own."""
        rows = parsed(others=1308).css(".trust .scroll:first-of-type tbody tr")
        assert words(rows[-1]) == "Other languages 1,308"


class TestDoubts:
    """What somebody should look at."""

    def test_stars_stand_beside_the_text_and_lead_to_its_page(self) -> None:
        """With what is odd about it, in words, and the language of the text."""
        shown = doubtful(8, "لا يعمل", "ar")
        page = parsed(doubtful=(replace(shown, id="a/b&c d"),), waiting=1)
        (row,) = page.css(".doubts li")
        assert "5 stars over a text that reads negative (quite sure: 91%)" in words(row)
        said = row.css_first(".said")
        assert said is not None
        assert (said.attributes["dir"], said.attributes["lang"]) == ("auto", "ar")
        link = row.css_first("a")
        assert link is not None
        assert link.attributes["href"] == "/feedback?id=a%2Fb%26c+d"
        assert words(link) == "Open the review of 12 Sep 2026"

    def test_says_how_many_there_are(self) -> None:
        """All of them, the newest of more, or none."""
        two = (LOCKED, doubtful(9, "I love it so much", rating=1))
        said = "whose stars and words say the opposite of each other"
        assert words(parsed(doubtful=two, waiting=2).css_first(".doubts .sub")) == f"2 texts {said}"
        more = words(parsed(doubtful=two, waiting=64).css_first(".doubts .sub"))
        assert more == f"The newest 2 of 64 texts {said}"
        assert "No text" in words(parsed(doubtful=(), waiting=0).css_first(".doubts .sub"))


class TestOneFeedback:
    """The page of one feedback."""

    def test_shows_what_was_said_and_what_is_understood(self) -> None:
        """The whole text, its stars, and label, language, topics and engine in words."""
        page = one()
        assert words(page.css_first("h1")) == "Review of 12 Sep 2026"
        assert words(page.css_first("article .said")) == "I cannot log in."
        stars = page.css_first("article .stars")
        assert stars is not None
        assert stars.attributes["aria-label"] == "5 of 5 stars"
        assert known(page) == {
            "Sentiment": "Negative quite sure: 91%",
            "Language": "English by its words",
            "Topics": "login, crash",
            "Engine": "hash16-en-1a2b3c4d+n1",
        }

    @pytest.mark.parametrize(
        ("rating", "said"),
        [
            (5, "5 stars over a text that reads negative: please check."),
            (4, "4 stars over a text that reads negative: please check."),
            (1, "1 star over a text that reads positive: please check."),
        ],
    )
    def test_a_contradiction_is_told_in_words(self, rating: int, said: str) -> None:
        """It is a doubt, not an error."""
        page = inbox.one(entry_view(doubtful(1, "text", rating=rating)))
        assert words(LexborHTMLParser(page).css_first(".why")) == said

    @pytest.mark.parametrize(
        ("score", "said"),
        [
            (replace(SCORE, confidence=0.96), "Negative almost certain: 96%"),
            (replace(SCORE, confidence=0.7), "Negative likely: 70%"),
            (replace(SCORE, confidence=0.55), "Negative hardly more than a guess: 55%"),
            (
                replace(SCORE, value=0.0, label="neutral", confidence=0.5),
                "Neutral neither clearly good nor clearly bad",
            ),
            (
                replace(SCORE, value=None, label="undetermined", confidence=0.0),
                "Undetermined no engine here can tell",
            ),
        ],
    )
    def test_sureness_is_told_in_words(self, score: Score, said: str) -> None:
        """What is undetermined is neither neutral nor sure of anything."""
        assert known(one(Verdict(score)))["Sentiment"] == said

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("declared", "as its source says"),
            ("script", "by its script"),
            ("unknown", "too short to tell, or of no known language"),
        ],
    )
    def test_how_the_language_is_known_is_told(self, source: Any, said: str) -> None:
        """By whoever or whatever has told it."""
        assert known(one(Verdict(replace(SCORE, language_source=source))))["Language"].endswith(
            said
        )

    def test_a_text_that_was_cut_says_so(self) -> None:
        """The engine has read its beginning only."""
        cut = known(one(Verdict(replace(SCORE, truncated=True))))["Engine"]
        assert cut == "hash16-en-1+n1 has read the beginning only: the text is too long"

    def test_what_a_person_said_is_told_as_such(self) -> None:
        """What, when, and what the engines had wrong; of the rest the engines are quoted."""
        said = Correction(NOW, "neutral", None, (), ("label", "topics"))
        assert LOCKED.verdict
        page = one(replace(LOCKED.verdict, correction=said))
        assert known(page)["Sentiment"] == "Neutral a person says so"
        assert known(page)["Language"] == "English by its words"
        assert known(page)["Topics"] == "none of those we know a person says so"
        assert (
            "On 14 Sep 2026, 06:00 UTC: sentiment neutral; topics none. "
            "The engines had the sentiment and topics wrong."
            in words(page.css_first(".understood"))
        )
        assert words(page.css_first(".why")).endswith("a person has looked at it.")
        silent = replace(said, mistakes=("abstained", "unknown", "topics"))
        assert (
            "The engines had the topics wrong. "
            "The engines could not tell the sentiment and language."
            in words(one(replace(LOCKED.verdict, correction=silent)).css_first(".understood"))
        )
        right = one(replace(LOCKED.verdict, correction=Correction(NOW, "negative")))
        assert "sentiment negative. The engines were right." in words(
            right.css_first(".understood")
        )

    def test_a_text_that_nobody_has_read_says_so(self) -> None:
        """And cannot be corrected; stars alone have nothing to understand."""
        page = one(None)
        assert "No engine has read it yet" in words(page.css_first(".understood"))
        assert not page.css("main form")
        assert not LexborHTMLParser(inbox.one(ENTRIES["one_stars_only"])).css(".understood")

    def test_a_viewer_gets_no_form(self) -> None:
        """Only an editor may correct."""
        assert one().css("main form")
        assert not one(editor=False).css("main form")

    def test_the_form_says_nothing_unless_somebody_does(self) -> None:
        """Both lists stand on what the engines say; the topics are theirs, and told as such."""
        form = one().css_first("main form")
        assert form is not None
        assert form.attributes["action"] == "/feedback/correct"
        assert not form.css("option[selected]")
        assert [words(s.css_first("option")) for s in form.css("select")] == [
            "Engines say: negative",
            "Engines say: English",
        ]
        assert [o.attributes["value"] for o in form.css("#label option")] == [
            "",
            "negative",
            "neutral",
            "positive",
        ]
        checked = [box.attributes["value"] for box in form.css("[type=checkbox][checked]")]
        shown = [box.attributes["value"] for box in form.css("[name=shown_topic]")]
        assert checked == shown == ["login", "crash"]
        assert len(form.css("[type=checkbox]")) == len(entry_view(LOCKED).topics)

    def test_the_form_keeps_what_was_said_before(self) -> None:
        """The correction is chosen, beside what the engines say."""
        assert LOCKED.verdict
        said = Correction(NOW, "neutral", "fr", ("price",), ("label",))
        form = one(replace(LOCKED.verdict, correction=said)).css_first("main form")
        assert form is not None
        chosen = [option.attributes["value"] for option in form.css("option[selected]")]
        assert chosen == ["neutral", "fr"]
        checked = [box.attributes["value"] for box in form.css("[type=checkbox][checked]")]
        assert checked == ["price"]
        hidden = {
            box.attributes["name"]: box.attributes["value"] for box in form.css("[type=hidden]")
        }
        assert hidden == {
            "id": LOCKED.id,
            "shown_label": "negative",
            "shown_language": "en",
            "shown_topic": "crash",
        }

    def test_a_topic_that_is_no_longer_known_is_not_asked_about(self) -> None:
        """It is neither a box to tick, nor one that somebody seems to have unticked."""
        form = one(topics=("price",)).css_first("main form")
        assert form is not None
        assert [box.attributes["value"] for box in form.css("[name=topic]")] == ["price"]
        assert not form.css("[name=shown_topic]")

    def test_only_what_engines_could_tell_is_there_to_confirm(self) -> None:
        """Neither an undetermined label nor an unknown language; the topics are in any case."""
        unknown = Verdict(replace(SCORE, value=None, label="undetermined", language="und"))
        page = one(unknown)
        for name in ("shown_label", "shown_language"):
            field = page.css_first(f"[name={name}]")
            assert field is not None
            assert field.attributes["value"] == ""
        assert len(page.css(".buttons button")) == 2

    def test_topics_that_are_no_longer_known_cannot_be_right(self) -> None:
        """They are not shown, so nobody can say so."""
        page = one(topics=("login",))
        assert [words(button) for button in page.css(".buttons button")] == ["Save"]


class TestList:
    """What the list shows of doubts, topics and corrections."""

    def card(self, **verdict: Any) -> LexborNode:
        """Return the card of a doubtful review whose verdict has some of its fields changed."""
        assert LOCKED.verdict
        item = replace(LOCKED, verdict=replace(LOCKED.verdict, **verdict))
        page = LexborHTMLParser(inbox.page(replace(INBOX, items=(item,))))
        card = page.css_first(".inbox > li")
        assert card is not None
        return card

    def test_each_entry_leads_to_its_own_page(self) -> None:
        """By its date, with words for those who do not see where it stands."""
        link = self.card().css_first(".meta a")
        assert link is not None
        assert link.attributes["href"] == "/feedback?id=shopify%3Aexample%3A7"
        assert words(link) == "Open the review of 12 Sep 2026"

    def test_topics_are_small_words(self) -> None:
        """Beside the other facts; without any there is no place for them."""
        assert "Topics login, crash" in words(self.card().css_first(".facts"))
        assert "Topics" not in words(self.card(topics=()).css_first(".facts"))

    def test_doubt_and_its_end_are_shown(self) -> None:
        """Please check; then corrected, or checked where the engines were right."""
        assert words(self.card().css_first(".chip")) == "Please check"
        wrong, right = Correction(NOW, "neutral", mistakes=("label",)), Correction(NOW, "negative")
        assert words(self.card(correction=wrong).css_first(".chip")) == "Corrected"
        assert words(self.card(correction=right).css_first(".chip")) == "Checked"
        assert not self.card(mismatch=None).css(".chip")

    def test_a_corrected_label_is_the_one_that_is_shown(self) -> None:
        """And so is a corrected language."""
        said = Correction(NOW, "neutral")
        assert "Sentiment Neutral" in words(self.card(correction=said).css_first(".facts"))

    def test_languages_have_names(self) -> None:
        """A tag that has none is shown as it is."""
        named = [languages.name(tag) for tag in ("pt", "pt-BR", "zh_Hant", "und", "tlh", 'x" y')]
        assert named == [
            "Portuguese",
            "Portuguese (pt-BR)",
            "Chinese (zh_Hant)",
            "undetermined",
            "tlh",
            'x" y',
        ]

    def test_a_broken_id_still_makes_a_link(self) -> None:
        """Half a surrogate pair cannot be encoded, and does not break the page."""
        item = review(1, "x", id="a\ud800")
        page = LexborHTMLParser(inbox.page(replace(INBOX, items=(item,))))
        link = page.css_first(".meta a")
        assert link is not None
        assert link.attributes["href"] == "/feedback?id=a%3F"
