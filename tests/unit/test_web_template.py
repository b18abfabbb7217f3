"""The page of one template in words, and what its forms make of what is typed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.templates import Card
from northstar.domain.errors import Invalid
from northstar.domain.rates import wilson
from northstar.domain.readiness import Evidence, judge
from northstar.web import ladder, template_card, template_forms
from northstar.web.template_forms import CARD_FIELDS, Tried, card_of, typed_of
from tests.browser.samples_coverage import TODAY
from tests.browser.samples_templates import ASKS, CARD, one, pages_of_templates, said

SAME = wilson(20, 100)


def words(name: str) -> str:
    """Return the text of a sample page with single blanks."""
    body = LexborHTMLParser(pages_of_templates()[name]).body
    assert body
    return " ".join(body.text(separator=" ").split())


def test_the_page_tells_what_it_solves_and_what_is_missing() -> None:
    """Each rate with its interval and its n; the rule is printed."""
    text = words("template")
    assert "83% solved, 75–89%, n = 112" in text
    assert "By hand since 6 Sep 2026 It needs 555 more answers at this rate." in text
    assert "Came back within 7 days 0% (0–0.8%) of 485 tickets" in text
    assert (
        "In 365 days, version 3 : 59% (53–64%), n = 264. This one: 83% (75–89%), n = 112." in text
    )
    assert "Effect: better: +24 pts (+14 to +33)" in text
    assert "the lower end of the 95% interval of the solved rate is at least 80%" in text
    assert "The article is unverified: its review is due." in text


def test_the_newest_words_lead_to_their_feedback() -> None:
    """And all of them to the inbox."""
    tree = LexborHTMLParser(pages_of_templates()["template"])
    assert len(tree.css(".quotes .said")) == 4
    links = [link.attributes["href"] for link in tree.css("main a")]
    assert "/feedback?template=refund-status%404&comment=yes" in links
    assert f"/feedback?id={0:032x}" in links


def test_only_what_can_be_done_is_offered() -> None:
    """Automating what is ready, taking back what is automated; nothing to a viewer."""
    assert 'value="automate"' in template_card.page(one("opening-hours"))
    assert 'value="take back"' in pages_of_templates()["template_automated"]
    waiting = pages_of_templates()["template"]
    assert 'value="automate"' not in waiting
    assert 'value="take back"' not in waiting
    tree = LexborHTMLParser(pages_of_templates()["template_bare"])
    assert [form.attributes["action"] for form in tree.css("form")] == ["/auth/logout"]


def test_a_refused_form_stands_as_it_was_typed() -> None:
    """The field is marked and told why."""
    tree = LexborHTMLParser(pages_of_templates()["template_refused"])
    (marked,) = tree.css("[aria-invalid]")
    assert (marked.attributes["name"], marked.attributes["value"]) == ("article", "x")
    (why,) = tree.css(".wrong")
    assert why.text() == "The article is no address."


@pytest.mark.parametrize(
    ("yes", "n", "repeated", "expected"),
    [
        (16, 16, SAME, "Ready to automate"),
        (15, 15, SAME, "Needs 1 more answer"),
        (90, 100, SAME, "Ready to automate"),
        (86, 100, SAME, "Needs 71 more answers"),
        (801, 1000, SAME, "Needs over 1,000 more answers"),
        (80, 100, SAME, "Keep by hand"),
        (100, 100, wilson(60, 100), "Keep by hand"),
        (100, 100, wilson(0, 10), "Needs 20 more tickets"),
    ],
)
def test_a_chip_says_how_far_it_is(yes: int, n: int, repeated: object, expected: str) -> None:
    """By hand it says what is missing, with a cap."""
    found = judge(Evidence(wilson(yes, n), repeated, SAME), 0.8)  # type: ignore[arg-type]
    assert ladder.word("by hand", found) == expected
    assert ladder.word("automated", found) == "Automated"


def test_an_expired_card_and_a_doubtful_article_have_chips_of_their_own() -> None:
    """Both are warnings."""
    found = judge(Evidence(wilson(16, 16), SAME, SAME), 0.8)
    card = replace(CARD, expires=TODAY.replace(year=2025))
    told = list(ladder.chips("ready", found, card, TODAY))
    assert told == [("Ready to automate", False), ("Expired", True)]


class TestTyped:
    """What somebody types."""

    def test_a_card_comes_back_as_it_was_typed(self) -> None:
        """Empty fields are none."""
        assert card_of(typed_of(CARD), CARD.topics, "refund-status") == replace(
            CARD, verified_at=None, verified_by=None, version=0
        )
        assert card_of(dict.fromkeys(CARD_FIELDS, " "), (), "a") == Card("a")

    def test_controls_do_not_come_in(self) -> None:
        """A title is one line, a draft may have several."""
        typed = dict.fromkeys(CARD_FIELDS, "") | {
            "title": "a\x00\r\n\u202eb",
            "text": "one\r\ntwo\x1b[31m",
        }
        card = card_of(typed, (), "a")
        assert (card.title, card.text) == ("a b", "one\ntwo[31m")

    @pytest.mark.parametrize(
        ("field", "text"),
        [("review_days", "0"), ("review_days", "٣"), ("review_days", "9e9"), ("expires", "soon")],
    )
    def test_no_number_and_no_day_are_refused(self, field: str, text: str) -> None:
        """The field is named."""
        with pytest.raises(Invalid) as raised:
            card_of(dict.fromkeys(CARD_FIELDS, "") | {field: text}, (), "a")
        assert raised.value.field == field

    @pytest.mark.parametrize("text", ["", "-1", "1.0", "²", "9" * 10])
    def test_our_own_numbers_are_plain(self, text: str) -> None:
        """Whatever else is not of our form."""
        with pytest.raises(Invalid):
            template_forms.whole(text, "row")


def test_naughty_strings_stay_text(shared_data: Path) -> None:
    """In every place that holds what people or customers write."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    plain = one("refund-status")
    elements = len(LexborHTMLParser(template_card.page(plain)).css("*"))
    for first in range(0, len(naughty), 40):
        text = " ".join(naughty[first : first + 40])
        card = replace(plain.card, id=text, title=text, owner=text, text=text, verified_by=text)
        view = replace(
            plain,
            card=card,
            id=text,
            version=text,
            words=tuple(replace(said(ask), text=text) for ask in ASKS[:4]),
            notes=tuple(replace(note, text=text, by=text) for note in plain.notes),
        )
        tried = Tried("change", {"note": text}, (), "other", text)
        tree = LexborHTMLParser(template_card.page(view, tried))
        assert not tree.css("script")
        assert not tree.css("[onerror], [onload], [onclick], [onfocus], [onmouseover]")
        found = len(LexborHTMLParser(template_card.page(view)).css("*"))
        assert found == elements
