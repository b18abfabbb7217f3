"""The page of the replies: which reviews wait, which template is proposed, and what it says."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import Board, FeedbackPage
from northstar.app.replies import Chosen, RepliesView, chosen_of, filled, replies_view
from northstar.app.templates import Card, Noticed
from northstar.domain.errors import Invalid
from northstar.domain.feedback import Feedback
from northstar.domain.sentiment import Score
from northstar.domain.verdicts import Verdict
from northstar.web import replies as page

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
TODAY = NOW.date()
CONFIGURATION = Configuration(
    sources=(SourceTarget("shopify", "acme"), SourceTarget("apple_rss", "7", country="us"))
)
CARD = Card("refund", title="Refunds", topics=("billing",), text="Hello {name},\nSorry.")


def review(number: int = 1, *topics: str, **told: Any) -> Feedback:
    """Return a public review without a reply."""
    score = Score(-0.5, "negative", 0.8, "en", "declared", "test")
    plain = Feedback(
        id=f"shopify:acme:{number}",
        kind="review",
        occurred_at="2026-09-10",
        rating=2,
        solved=None,
        title=None,
        text="Where is my refund?",
        source="shopify",
        channel=None,
        template=None,
        language="en",
        verdict=Verdict(score, topics=topics or ("billing",)),
        author="Corner Shop",
        url="https://apps.example/1",
    )
    return replace(plain, **told)


class Stores:
    """What the page reads, from a list of feedback and a sheet of templates."""

    def __init__(self, said: Sequence[Feedback], **sums: Mapping[str, int]) -> None:
        self._said = said
        self._sheet = {
            "templates": {name.replace("_", "@"): {"91": dict(told)} for name, told in sums.items()}
        }
        self.days: dict[date, dict[str, int]] = {}
        self.scope: tuple[str, str] | None = None

    def search(
        self, _today: date, fits: Callable[[Feedback], bool], *_: object, **__: object
    ) -> FeedbackPage:
        """Return what fits."""
        return FeedbackPage(tuple(filter(fits, self._said)), None, len(self._said), "2026-09-01")

    def first_day(self) -> date:
        """Return the first day."""
        return TODAY - timedelta(90)

    def snapshot(self, _name: str) -> dict[str, Any]:
        """Return the sheet."""
        return self._sheet

    def board(self, scopes: Sequence[tuple[str, str]], _today: date) -> Board:
        """Return the days of what is asked for."""
        (self.scope,) = scopes
        return Board({self.scope: self.days}, {})


def view(stores: Stores, *cards: Card, chosen: Chosen | None = None) -> RepliesView:
    """Return what the page shows; apple_rss does not show replies."""
    return replies_view(
        CONFIGURATION,
        feedback=stores,  # type: ignore[arg-type]
        progress=stores,  # type: ignore[arg-type]
        cards=cards or (CARD,),
        chosen=chosen or Chosen(),
        unseen={"apple_rss", "wordpress"},
        cursor=None,
        now=NOW,
    )


def test_public_reviews_without_a_reply_wait() -> None:
    """Nothing else: no answer, no removed one, none of a store that shows no replies."""
    said = [
        review(1),
        review(2, reply="Thanks"),
        review(3, public=False),
        review(4, kind="answer"),
        review(5, source="apple_rss", id="apple_rss:7/us:5"),
    ]
    told = view(Stores(said))
    assert [one.review.id for one in told.waiting] == ["shopify:acme:1"]
    assert told.unseen == ("apple_rss",)


def test_app_source_language_and_stars_choose() -> None:
    """Together; what came after replies is then of the app, or of the source."""
    said = [review(1), review(2, language="fr", rating=5), review(3, id="shopify:acme2:3")]
    stores = Stores(said)
    cases = {
        Chosen(app="shopify:acme"): ("app", "shopify:acme"),
        Chosen(source="shopify", rating=5): ("source", "shopify"),
        Chosen(language="fr"): ("all", "all"),
    }
    found = []
    for chosen, scope in cases.items():
        told = view(stores, chosen=chosen)
        found.append([one.review.id.rpartition(":")[2] for one in told.waiting])
        assert stores.scope == scope
    assert found == [["1", "2"], ["2"], ["2"]]


@pytest.mark.parametrize("field", ["app", "language", "rating"])
def test_what_cannot_be_chosen_is_refused_by_name(field: str) -> None:
    """An empty field is none."""
    with pytest.raises(Invalid) as refused:
        chosen_of({field: "no such"}, CONFIGURATION)
    assert refused.value.field == field
    assert chosen_of({field: ""}, CONFIGURATION) == Chosen()
    told = chosen_of({"app": "apple_rss:7/us", "rating": "3"}, CONFIGURATION)
    assert told == Chosen(app="apple_rss:7/us", rating=3)


def test_the_template_that_shares_most_topics_is_proposed() -> None:
    """Of equals the one that surely solves more, all of its versions together."""
    both = replace(CARD, id="both", topics=("billing", "login"))
    other = replace(CARD, id="other")
    stores = Stores(
        [review(1, "billing"), review(2, "login", "billing"), review(3, "speed")],
        refund_1={"solved_yes": 9, "solved_no": 1},
        refund_2={"solved_yes": 90},
        other_1={"solved_yes": 3},
        both_1={"solved_yes": 1, "solved_no": 9},
    )
    first, second, third = view(stores, other, CARD, both).waiting
    assert first.proposal
    assert (first.proposal.card.id, first.proposal.solved.n) == ("refund", 100)
    assert second.proposal
    assert second.proposal.card.id == "both"
    assert second.proposal.topics == ("login", "billing")
    assert third.proposal is None


def test_a_card_without_a_text_or_with_its_time_over_is_not_proposed() -> None:
    """Without any draft the page says how to make one."""
    bare = replace(CARD, text=None)
    over = replace(CARD, expires=TODAY - timedelta(1))
    told = view(Stores([review(1)]), bare, over)
    assert (told.drafts, told.waiting[0].proposal) == (0, None)
    assert "No template has a draft yet." in page.page(told)
    assert view(Stores([review(1)]), replace(CARD, expires=TODAY)).waiting[0].proposal


def test_the_name_is_filled_in_and_goes_without_a_trace() -> None:
    """Once for each place; a name that looks like a place is only a name."""
    assert filled("Hello {name},\nbye {name}", "Ann") == "Hello Ann,\nbye Ann"
    assert filled("Hello {name},\nbye", None) == "Hello,\nbye"
    assert filled("Hi {name}", "{name}\\1") == "Hi {name}\\1"
    assert filled("{other}", "Ann") == "{other}"


def test_the_draft_stands_beside_its_solved_rate_with_n() -> None:
    """Read-only, with the way to the review and to the store's console; nothing is sent."""
    stores = Stores([review(1)], refund_1={"solved_yes": 41, "solved_no": 9})
    tree = LexborHTMLParser(page.page(view(stores)))
    draft = tree.css_first("textarea")
    assert draft
    assert (draft.text(), "readonly" in draft.attributes) == ("Hello Corner Shop,\nSorry.", True)
    facts = tree.css_first(".facts")
    assert facts
    assert "82% (69–90%, n = 50)" in facts.text()
    links = [link.attributes["href"] for link in facts.css("a")]
    assert links[1:] == ["https://apps.example/1", "https://partners.shopify.com/"]
    assert [form.attributes["action"] for form in tree.css("main form")] == ["/replies"]
    assert not tree.css("main form[method=post]")


def test_a_draft_longer_than_the_store_takes_is_marked() -> None:
    """Google Play takes 350 characters."""
    long = replace(CARD, text="x" * 351)
    play = review(1, source="google_play", id="google_play:acme:1")
    assert "351 characters; this store takes 350." in page.page(view(Stores([play]), long))
    assert "this store takes" not in page.page(view(Stores([review(1)]), long))


def test_a_card_whose_article_wants_a_look_says_so() -> None:
    """Before somebody copies from it."""
    doubted = replace(
        CARD, article="https://kb.example/1", noticed=Noticed(1, "review", NOW - timedelta(9))
    )
    assert "not verified" in page.page(view(Stores([review(1)]), doubted))
    assert "not verified" not in page.page(view(Stores([review(1)])))


def test_what_came_after_replies_has_n_and_intervals_and_claims_no_cause() -> None:
    """Of the replies whose ninety days are over; the others are counted apart."""
    stores = Stores([])
    stores.days = {
        TODAY - timedelta(100): {
            "replies": 40,
            "replies_rated": 38,
            "reply_edited": 9,
            "reply_raised": 6,
            "reply_lowered": 1,
            "reply_stars_up": 13,
            "reply_stars_down": 2,
        },
        TODAY - timedelta(3): {"replies": 5, "reply_edited": 1},
    }
    body = LexborHTMLParser(page.page(view(stores))).body
    assert body
    said = " ".join(body.text(separator=" ").split())
    assert "Edited by the reviewer 22% 9 of 40, 12–38%" in said
    assert "More stars than before 16% 6 of 38, 7–30%" in said
    assert "gained 13 and lost 2 stars. This is no proof of cause" in said
    assert "5 replies are younger than 90 days and not in these rates; 1 edit so far." in said
    empty = page.page(view(Stores([])))
    assert "No reply is 90 days old yet." in empty
    assert "No public review waits for a reply." in empty


def test_a_look_that_ended_early_says_how_far_it_went() -> None:
    """With a way to go on, under what was chosen."""
    told = replace(view(Stores([review(1)]), chosen=Chosen(rating=2)), cursor="abc", looked=300)
    html = page.page(told)
    assert "Looked at 300 back to 1 Sep 2026: 1 review to reply to." in html
    assert 'href="/replies?rating=2&amp;cursor=abc"' in html


def test_nothing_from_outside_is_markup(shared_data: Path) -> None:
    """Neither names nor texts of reviews, nor the texts of templates; also in the file."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    said = [
        review(n, text=text, title=text, author=text, url=text) for n, text in enumerate(naughty)
    ]
    card = replace(CARD, title="</textarea><script>x</script>", text="</textarea><b>{name}")
    told = view(Stores(said), card)
    tree = LexborHTMLParser(page.page(told))
    assert len(tree.css("textarea")) == len(said)
    assert not tree.css("script, main b, img, iframe")
    hrefs = [link.attributes.get("href") or "" for link in tree.css("a")]
    assert {href.partition(":")[0] for href in hrefs if ":" in href} <= {"http", "https"}
    lines = "".join(page.replies_csv(told)).removeprefix("\ufeff")
    rows = list(csv.DictReader(lines.splitlines(keepends=True)))
    assert not any((row["text"] or "").startswith(("=", "+", "@")) for row in rows)
