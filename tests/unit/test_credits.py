"""Who is behind reviews: agents whom customers name, and tickets that led to the store's page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from northstar.app.credits import Credits, credits  # noqa: A004
from northstar.domain.feedback import Feedback


def review(text: str, *, public: bool = True, title: str | None = None) -> Feedback:
    """Return a review."""
    told = {"rating": 5, "solved": None, "channel": None, "template": None, "language": "en"}
    return Feedback(
        "shopify:app:1",
        "review",
        "2026-11-20",
        title=title,
        text=text,
        source="shopify",
        verdict=None,
        public=public,
        **told,  # type: ignore[arg-type]
    )


def answer(agent: str | None, ticket: str = "T-1", **told: object) -> Feedback:
    """Return an answer about a ticket of an agent."""
    return Feedback(
        id=f"ask-{ticket}",
        kind="answer",
        occurred_at="2026-11-20",
        rating=5,
        solved=None,
        title=None,
        text=None,
        source="standard",
        channel="email",
        template=None,
        language="en",
        verdict=None,
        agent=agent,
        ticket=ticket,
        **told,  # type: ignore[arg-type]
    )


def people(text: str, *agents: str) -> list[str]:
    """Return who is named in a review, of these agents."""
    found = credits([review(text)], [answer(one) for one in agents])
    return [name for name, _ in found.people]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kim solved it in minutes", True),
        ("thanks to KIM MEYER!", True),
        ("Kim's answer was perfect", True),
        ("Danke, Kim.", True),
        ("Kimberly was rude", False),
        ("a kim of some kind", False),
        ("Anne-Kim helped", False),
        ("", False),
    ],
)
def test_an_agent_is_named_by_whole_words_that_begin_with_a_capital(text: str, named: bool) -> None:
    """By the full name or the first one; a part of another word, or a common word, is no name."""
    assert people(text, "Kim Meyer") == (["Kim Meyer"] if named else [])


def test_names_of_every_script_are_found() -> None:
    """Accents in either form; where there are no capitals none is asked for, nor spaces in Han."""
    assert people("Merci Zoe\u0308 !", "Zoë Martin") == ["Zoë Martin"]
    assert people("Спасибо, Ольга!", "Ольга") == ["Ольга"]
    assert people("спасибо, ольга!", "Ольга") == []
    assert people("شكرا محمد على المساعدة", "محمد") == ["محمد"]
    assert people("田中太郎さんありがとう", "田中太郎") == ["田中太郎"]
    assert people("Thanks Anne-Marie", "Anne-Marie Roux") == ["Anne-Marie Roux"]
    assert people("Thanks O’Neil", "O'Neil Hart") == ["O'Neil Hart"]


def test_a_name_that_could_be_anything_is_nobody() -> None:
    """One of two letters, one of signs, and a first name that two agents share."""
    assert people("Al is great. Great!", "Al", "?!", "7", " ") == []
    assert people("Kim helped", "Kim Meyer", "Kim Park") == []
    assert people("Kim Park helped", "Kim Meyer", "Kim Park") == ["Kim Park"]


def test_people_count_once_for_each_review_and_each_ticket_that_led_on() -> None:
    """Most often first; tickets in the order of the answers, each once."""
    reviews = [review("Kim, Kim, Kim!", title="Kim"), review("Ola and Kim"), review("Ola")]
    answers = [
        answer("Ola", "T-7", went_at="2026-11-21T10:00:00.000Z"),
        answer("Kim", "T-8"),
        answer(None, "T-9", went_at="2026-11-21T10:00:00.000Z"),
        answer("Ola", "T-7", went_at="2026-11-21T10:00:00.000Z"),
    ]
    assert credits(reviews, answers) == Credits((("Ola", 3), ("Kim", 2)), ("T-7", "T-9"))
    assert credits([], []) == Credits()


def test_what_is_not_public_or_looks_machine_made_tells_nothing() -> None:
    """A removed review is no win, and of a suspect answer only the agent is known."""
    suspect = answer("Kim", went_at="2026-11-21T10:00:00.000Z", suspect=True)
    assert credits([review("Kim!", public=False)], [answer("Kim")]) == Credits()
    assert credits([], [suspect]) == Credits()
    assert credits([review("Kim!")], [suspect]) == Credits((("Kim", 1),), ())


def test_naughty_names_and_texts_do_no_harm(shared_data: Path) -> None:
    """Any string may be a name, a text, or both; only what is known is ever returned."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    agents = [answer(one) for one in naughty]
    found = credits([review(one) for one in naughty], agents)
    assert {name for name, _ in found.people} <= set(naughty)
