"""What is heard of each topic in a night, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from northstar.app.configuration import Configuration
from northstar.app.gaps import DAYS, NO_TOPIC, Gathering
from northstar.app.show_gaps import GapNumbers, GapsView, gaps_view
from northstar.domain.aggregates import Record
from northstar.domain.questions_asked import asks_how
from northstar.domain.remarks import Said, remark
from northstar.domain.sentiment import Score
from northstar.domain.surveys import AnonymousAnswer, Ask, Response, answer, hand_over, plan
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.topics import Theme, Topics
from northstar.domain.verdicts import Verdict
from northstar.web import gaps as page

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TOPICS = Topics([Theme("refund", {"en": ("refund",)}), Theme("printer", {"en": ("printer",)})])


def read(record: Any, *topics: str) -> Any:
    """Return a record whose text an engine has read."""
    score = Score(-0.5, "negative", 0.9, "en", "declared", "test")
    return replace(record, verdict=Verdict(score, topics))


def ask(
    number: int,
    said: str | int | None = None,
    comment: str = "",
    subject: str = "",
    solved_at: datetime = NOON,
) -> Ask:
    """Return the ask of a ticket; of a template ("yes", "no", None), or with a rating 1 to 5."""
    template = None if isinstance(said, int) else Template("t", "1")
    told = Ticket(
        *("standard", str(number), "link", solved_at, Customer(f"c{number}")),
        subject=subject,
        template=template,
        language="en",
    )
    sent = hand_over(plan(told, b"pepper", solved_at), solved_at)
    if said is None:
        return sent
    response = (
        Response(csat=said, comment=comment)
        if isinstance(said, int)
        else Response(solved=said == "yes", comment=comment)
    )
    answered = answer(sent, response, solved_at + timedelta(hours=1))
    return read(answered, *TOPICS.of(comment, "en")) if comment else answered


def found(records: Iterable[Record]) -> dict[str, Any]:
    """Return what a night hears of these records."""
    gathering = Gathering(TODAY, ZONE, TOPICS.of)
    for one in records:
        gathering.add(one)
    return gathering.found()


def shown(told: Iterable[Record], now: Iterable[Record] | None = None) -> GapsView:
    """Return what the page shows of a night, with the records as they are now."""
    records = [*told]
    stored = {one.id: one for one in (records if now is None else now)}
    totals: Any = SimpleNamespace(snapshot=lambda _: found(records))
    feedback: Any = SimpleNamespace(by_ids=lambda ids: {i: stored[i] for i in ids if i in stored})
    return gaps_view(Configuration(), feedback=feedback, totals=totals)


def gap(view: GapsView, name: str) -> GapNumbers:
    """Return one topic of a view."""
    return next(one for one in view.gaps if one.name == name)


def test_a_ticket_is_about_its_subject_and_its_comment() -> None:
    """Without an answer it still tells whether a template was there."""
    view = shown(
        [
            ask(1, "no", "My printer was not mentioned.", subject="My refund"),
            ask(2, 2, subject="A refund, please"),
            ask(3, subject="Refund?"),
            ask(4, "yes", subject="Hello"),
        ]
    )
    refund, printer = gap(view, "refund"), gap(view, "printer")
    assert (refund.unhappy.hits, refund.unhappy.n) == (2, 2)
    assert (refund.solved.hits, refund.solved.n) == (0, 1)
    assert (refund.without.hits, refund.without.n) == (1, 3)
    assert (printer.unhappy.hits, printer.without.n) == (1, 1)
    assert [one.name for one in view.gaps] == ["refund", "printer"]


def test_a_gap_is_held_against_all_other_answers() -> None:
    """So many unhappy answers more than at the share of the others; most avoidable first."""
    told = [ask(n, "no" if n < 8 else "yes", subject="printer") for n in range(10)]
    told += [ask(n, "no" if n < 14 else "yes", subject="refund") for n in range(10, 50)]
    view = shown(told)
    assert [one.name for one in view.gaps] == ["printer", "refund"]
    printer, refund = view.gaps
    assert printer.avoidable == pytest.approx(8 - 10 * 4 / 40)
    assert refund.avoidable == 0
    assert printer.against
    assert printer.against.verdict == "better"  # a higher share of those who were not helped
    assert "More than of other topics" in page.page(view)


def test_only_what_belongs_to_the_period_is_heard() -> None:
    """And no answer that looks machine-made, no cancelled ticket, and no anonymous one twice."""
    first = NOON - timedelta(days=DAYS - 3)
    anonymous = AnonymousAnswer(
        "a", 1, "2026-11-21", "solved", Response(solved=False, comment="The printer"), "link", "s"
    )
    told = [
        ask(1, "no", subject="printer", solved_at=first),
        ask(2, "no", subject="printer", solved_at=first - timedelta(days=1)),
        replace(ask(3, "no", subject="printer"), suspect=True),
        replace(ask(4, "no", subject="printer"), state="cancelled"),
        read(anonymous, "printer"),
        read(replace(anonymous, id="b", day="2026-08-01"), "printer"),
        read(replace(anonymous, id="c", suspect=True), "printer"),
    ]
    (printer,) = shown(told).gaps
    assert (printer.unhappy.hits, printer.without.n) == (2, 2)


def test_the_night_hears_the_same_in_any_order() -> None:
    """Records stand in the table in the order of their keys."""
    told: list[Record] = [
        ask(1, "no", "The printer is lost.", subject="printer"),
        ask(2, "no", "No printer in sight.", subject="printer"),
        ask(3, subject="How do I set the printer up?"),
        read(
            remark(Said("d", "1", "note", NOON, "agent", "The printer confuses."), b"p"), "printer"
        ),
    ]
    assert len({repr(found(order)) for order in permutations(told)}) == 1


def test_quotes_are_the_words_as_they_stand_now() -> None:
    """Of those who were not helped; what was edited since, or erased, is not quoted."""
    told = [
        ask(1, "no", "The printer was never mentioned in it.", subject="My printer"),
        ask(2, "no", "That was about something else entirely.", subject="printer"),
        ask(3, "yes", "The printer works, thank you.", subject="printer"),
        ask(4, "no", "This printer is not the one that I have.", subject="printer"),
    ]
    (printer,) = shown(told).gaps
    words = {one.words for one in printer.complaints}
    assert words == {told[n].document.text for n in (0, 1, 3)}
    response = Response(solved=False, comment="Edited since then, and longer.")
    edited = [replace(told[0], response=response), told[1]]
    (printer,) = shown(told, now=edited).gaps
    assert [one.words for one in printer.complaints] == ["That was about something else entirely."]


def test_agents_notes_stand_beside_the_customers_words() -> None:
    """They are quoted as notes, and never as what a customer says or asks."""
    note = Said("d", "1", "note", NOON, "agent", "Nobody knows how do I reach the printer team.")
    told = [read(remark(note, b"p"), "printer"), ask(1, "no", subject="printer")]
    (printer,) = shown(told).gaps
    assert [one.words for one in printer.notes] == [note.text]
    assert (printer.complaints, printer.asked, printer.noted) == ((), 0, 1)


def test_questions_are_counted_by_topic() -> None:
    """Subjects of tickets too, answered or not; what is of no known topic comes under its own."""
    lost = remark(Said("d", "2", "social", NOON, "customer", "Where can I find it?"), b"p")
    told: list[Record] = [
        ask(1, subject="How do I set the printer up?"),
        ask(2, "yes", "Fine. But how can I move the printer?", subject="printer"),
        ask(3, "no", "The printer is broken", subject="printer"),
        read(lost),
    ]
    view = shown(told)
    assert [(one.name, one.asked) for one in view.asked] == [("printer", 2), (NO_TOPIC, 1)]
    printer, other = view.asked
    assert [one.words for one in printer.questions] == [
        "Fine. But how can I move the printer?",
        "How do I set the printer up?",
    ]
    assert printer.questions[1].item is None
    assert [one.words for one in other.questions] == ["Where can I find it?"]
    html = page.page(view)
    assert "fix the product first" in html
    assert "Of no known topic" in html


@pytest.mark.parametrize(
    ("text", "language", "asks"),
    [
        ("How do I change the paper?", "en", True),
        ("Wie kann ich das Konto löschen?", "und", True),
        ("Comment faire pour annuler ?", "fr", True),
        ("¿Cómo puedo cambiar la contraseña?", "es", True),
        ("Como faço para cancelar?", "pt", True),
        ("Come posso cambiare?", "it", True),
        ("Hoe kan ik dit wijzigen?", "nl", True),
        ("プリンターはどうやって設定しますか", "ja", True),
        ("如何取消订阅", "zh", True),
        ("They do not know how to help.", "en", False),
        ("No es posible entrar", "es", False),
        ("Somehow it works", "en", False),
        ("", "en", False),
    ],
)
def test_a_question_is_known_by_its_phrase(text: str, language: str, asks: bool) -> None:
    """And not by a question mark, or by a word that also states something."""
    assert asks_how(text, language) is asks


def test_no_name_or_word_from_outside_is_markup_or_a_formula() -> None:
    """Topics are the operator's, subjects and comments anybody's."""
    evil = "<script>alert(1)</script> how do I refund"
    view = shown([ask(1, "no", evil, subject=evil)])
    html = page.page(view)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    formula = replace(view, gaps=(replace(view.gaps[0], name="=1+1"),))
    assert "'=1+1" in "".join(page.gaps_csv(formula))


def test_before_the_first_night_the_page_says_so() -> None:
    """Instead of zeros."""
    totals: Any = SimpleNamespace(snapshot=lambda _: None)
    feedback: Any = SimpleNamespace(by_ids=lambda _: {})
    view = gaps_view(Configuration(), feedback=feedback, totals=totals)
    assert "the first night is still to come" in page.page(view)
    assert len("".join(page.gaps_csv(view)).splitlines()) == 1
