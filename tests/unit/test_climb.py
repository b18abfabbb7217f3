"""Climbing: each change once, told to whoever has to know, and never for what is long over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from northstar.app.climb import climb
from northstar.app.configuration import Answering, Ladder
from northstar.app.template_sheet import keep_sheet
from northstar.app.templates import (
    Card,
    Readiness,
    add_note,
    judgement,
    lacking,
    save_card,
    set_state,
    verify,
)
from northstar.domain.errors import Conflict, Invalid
from tests.browser.samples_coverage import CONFIGURATION, NOW, TODAY, Days, Kept
from tests.fakes.templates import Templates

ZONE = CONFIGURATION.business.zone
NAME = "refund@3"
ARTICLE = "https://kb.example.com/refund"


def used(yes: int, no: int, back: int = 0, **more: int) -> Days:
    """Return the row of one day of a template."""
    told = {"tickets": 40, "answers": yes + no, "solved_yes": yes, "solved_no": no, **more}
    return {TODAY - timedelta(back): told}


def by_hand(repeated: int = 20) -> Days:
    """Return rows of everything with a hundred tickets that no template answered, long ago."""
    return {TODAY - timedelta(20): {"tickets": 140, "repeated": repeated}}


class World:
    """The stores of one template, and a clock."""

    def __init__(self, days: Days, every: Days | None = None, *cards: Card) -> None:
        self.days = {NAME: days}
        self.every = every or by_hand()
        self.store = Templates(*cards)
        self.configuration = CONFIGURATION
        self.kept = Kept()

    def climb(self, later: timedelta = timedelta(0)) -> list[str]:
        """Count and climb so much later; return the kinds of the new alerts."""
        before = len(self.store.told)
        self.kept = Kept(templates=self.days, every=self.every)
        now = NOW + later
        keep_sheet(self.kept, now=now, zone=ZONE)  # type: ignore[arg-type]
        climb(self.configuration, self.kept, self.store, now)  # type: ignore[arg-type]
        return [alert.kind for alert in self.store.told[before:]]

    @property
    def told(self) -> Readiness:
        """How far the version is."""
        (found,) = self.store.readiness("refund")
        return found

    def set(self, wanted: str, row: int | None = None) -> None:
        """Let an editor set the state."""
        sheet = self.kept.snapshot("templates") or {}
        found = judgement(self.configuration, sheet, NAME)
        row = self.told.row if row is None else row
        set_state(self.told, wanted, found, self.store, row=row, by="lena", now=NOW)  # type: ignore[arg-type]


READY = used(40, 0, 20) | used(10, 0)


def grown() -> World:
    """Return a version that was seen young, and has had its answers since."""
    world = World(used(1, 0))
    assert world.climb() == []
    world.days = {NAME: READY}
    return world


class TestStates:
    """Up and down."""

    def test_a_version_that_becomes_ready_is_told_of_once(self) -> None:
        """With its numbers; again at the same numbers nothing happens."""
        world = grown()
        assert world.climb() == ["template_ready"]
        assert world.climb(timedelta(minutes=15)) == []
        (alert,) = world.store.told
        assert (alert.subject, alert.n) == (NAME, 50)
        assert alert.path == "/templates/one?id=refund&version=3"
        assert alert.data["solved"] == {"hits": 50, "n": 50, "low": 0.9287, "high": 1.0}
        assert alert.data["repeated"] == {"hits": 0, "n": 40, "low": 0.0, "high": 0.0876}
        assert (alert.data["before"], alert.data["state"]) == ("by hand", "ready")
        (step,) = world.store.steps("refund", "3")
        assert (step.before, step.state, step.by) == ("by hand", "ready", None)

    def test_what_is_there_when_it_is_first_seen_is_not_news(self) -> None:
        """An import or a first start tells nobody, nor does what follows within a day."""
        world = World(READY)
        assert world.climb() == []
        assert world.told.state == "ready"
        world.days = {NAME: READY | used(10, 90)}
        assert world.climb(timedelta(hours=23)) == []
        assert world.told.state == "demoted"
        world.days = {NAME: READY | used(400, 0)}
        assert world.climb(timedelta(hours=24)) == ["template_ready"]

    def test_a_version_that_nobody_uses_is_not_told_of(self) -> None:
        """What comes in about a time that is over."""
        world = World(used(1, 0))
        world.climb()
        world.days = {NAME: used(40, 0, 20) | used(10, 0, 7)}
        assert world.climb() == []
        assert world.told.state == "ready"

    def test_demotion_is_told_with_its_reason(self) -> None:
        """By the answers, or by who comes back."""
        world = grown()
        world.climb()
        world.set("automate")
        world.days = {NAME: READY | used(10, 60)}
        assert world.climb() == ["template_demoted"]
        assert "was automated and is demoted. Fewer than 80%" in world.store.told[-1].detail
        world = grown()
        world.climb()
        world.days = {NAME: used(40, 0, 20, repeated=30) | used(10, 0)}
        world.every = by_hand(repeated=50)
        assert world.climb() == ["template_demoted"]
        assert "More customers come back within 7 days" in world.store.told[-1].detail

    def test_tickets_of_the_last_days_may_still_come_back(self) -> None:
        """They count on neither side."""
        world = grown()
        world.days = {NAME: used(40, 0) | used(10, 0, 7)}
        world.every = {TODAY: {"tickets": 1000}}
        world.climb()
        sheet = world.kept.snapshot("templates") or {}
        evidence = judgement(CONFIGURATION, sheet, NAME).evidence
        assert (evidence.repeated.n, evidence.by_hand.n, evidence.solved.n) == (0, 0, 50)

    def test_by_hand_is_all_without_every_template(self) -> None:
        """And not the template itself."""
        world = World(used(40, 0, 20, repeated=5))
        world.days["other@1"] = {TODAY - timedelta(20): {"tickets": 10, "repeated": 5}}
        world.every = {TODAY - timedelta(20): {"tickets": 140, "repeated": 30}}
        world.climb()
        evidence = judgement(CONFIGURATION, world.kept.snapshot("templates") or {}, NAME).evidence
        assert (evidence.by_hand.hits, evidence.by_hand.n) == (20, 90)
        assert (evidence.repeated.hits, evidence.repeated.n) == (5, 40)

    def test_the_gate_and_suspects_are_as_configured(self) -> None:
        """A higher gate wants more answers; machine-made ones need not count."""
        world = World(used(40, 1, 20, suspect_solved_yes=30))
        world.climb()
        sheet = world.kept.snapshot("templates") or {}
        assert judgement(CONFIGURATION, sheet, NAME).answers == 0
        higher = replace(CONFIGURATION, ladder=Ladder(solved_percent=95))
        assert judgement(higher, sheet, NAME).answers
        without = replace(CONFIGURATION, answering=Answering(leave_out_suspects=True))
        assert judgement(without, sheet, NAME).evidence.solved.n == 11

    def test_who_is_faster_wins(self) -> None:
        """What a person changes at the same moment is left to the next time."""
        world = grown()

        class Slow(Templates):
            def save_readiness(self, *_: object) -> None:
                raise Conflict("Somebody else was faster.")

        slow = Slow()
        world.store = slow
        assert world.climb() == []


class TestEditors:
    """What people do."""

    def test_only_what_is_ready_can_be_automated(self) -> None:
        """Else the reason is told, and nothing changes."""
        world = World(used(10, 0, 20))
        world.climb()
        with pytest.raises(Invalid, match=r"Only what is ready .* needs 6 more answers"):
            world.set("automate")
        assert world.told.state == "by hand"
        assert world.store.told == []

    def test_automated_is_told_and_can_be_taken_back(self) -> None:
        """Then it is ready, as before; both stand in its history with who did it."""
        world = grown()
        world.climb()
        world.set("automate")
        assert [alert.kind for alert in world.store.told] == [
            "template_ready",
            "template_automated",
        ]
        with pytest.raises(Invalid, match="Only what is ready"):
            world.set("automate")
        world.set("take back")
        assert world.told.state == "ready"
        assert world.climb() == []
        steps = world.store.steps("refund", "3")
        assert [(one.state, one.by) for one in steps][:2] == [
            ("ready", "lena"),
            ("automated", "lena"),
        ]
        with pytest.raises(Invalid, match="not automated"):
            world.set("take back")

    def test_a_form_of_yesterday_is_refused(self) -> None:
        """The state has moved on since it was shown."""
        world = grown()
        world.climb()
        with pytest.raises(Invalid, match="meanwhile"):
            world.set("automate", row=1)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"article": "http://kb.example.com/x"}, "article"),
            ({"article": "javascript:alert(1)"}, "article"),
            ({"article": "https://kim:secret@kb.example.com/"}, "article"),
            ({"article": "https:///nowhere"}, "article"),
            ({"article": "https://[::1"}, "article"),
            ({"article": "https://kb.example.com/a b"}, "article"),
            ({"article": "https://kb.example.com/" + "x" * 500}, "article"),
            ({"title": "x" * 121}, "title"),
            ({"owner": "x" * 81}, "owner"),
            ({"text": "x" * 4001}, "text"),
            ({"review_days": 0}, "review_days"),
            ({"expires": TODAY - timedelta(1)}, "expires"),
            ({"topics": ("weather",)}, "topics"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, changes: dict[str, object], field: str) -> None:
        """The field is named, and nothing is kept."""
        store = Templates()
        card = replace(Card("refund"), **changes)  # type: ignore[arg-type]
        with pytest.raises(Invalid) as raised:
            save_card(card, 0, ["refund"], store, by="lena", now=NOW)
        assert raised.value.field == field
        assert store.cards() == []

    def test_a_card_is_changed_over_what_was_seen(self) -> None:
        """A new article is verified by who names it, the same one is not again."""
        store = Templates()
        save_card(Card("refund", article=ARTICLE), 0, [], store, by="lena", now=NOW)
        later = NOW + timedelta(1)
        save_card(Card("refund", title="T", article=ARTICLE), 1, [], store, by="kim", now=later)
        card = store.card("refund")
        assert card
        assert (card.version, card.title, card.verified_at, card.verified_by) == (
            *(2, "T"),
            *(NOW, "lena"),
        )
        with pytest.raises(Invalid, match="meanwhile"):
            save_card(Card("refund"), 1, [], store, by="max", now=later)

    def test_a_note_needs_words(self) -> None:
        """And not too many."""
        store = Templates()
        for text in ("", "x" * 501):
            with pytest.raises(Invalid):
                add_note("refund", text, store, by="lena", now=NOW)
        add_note("refund", "shorter", store, by="lena", now=NOW)
        assert [note.text for note in store.notes("refund")] == ["shorter"]


class TestCards:
    """What is noticed of them."""

    def test_an_article_wants_a_look_once(self) -> None:
        """After its interval; verified, it has peace until the next."""
        card = Card("refund", owner="Lena", article=ARTICLE, verified_at=NOW, version=1)
        world = World(used(10, 0), None, card)
        assert world.climb(timedelta(89)) == []
        assert world.climb(timedelta(90)) == ["article_unverified"]
        assert world.store.told[-1].data["owner"] == "Lena"
        assert world.climb(timedelta(91)) == []
        (kept,) = world.store.cards()
        assert kept.doubt == "review"
        verify("refund", world.store, by="lena", now=NOW + timedelta(92))
        (kept,) = world.store.cards()
        assert kept.doubt is None
        assert world.climb(timedelta(92)) == []
        assert world.climb(timedelta(182)) == ["article_unverified"]

    def test_a_card_may_have_an_interval_of_its_own(self) -> None:
        """Else it is the configured one; without an article there is nothing to verify."""
        card = Card("refund", article=ARTICLE, verified_at=NOW, review_days=7, version=1)
        world = World(used(10, 0), None, card)
        assert world.climb(timedelta(7)) == ["article_unverified"]
        world = World(used(10, 0), None, Card("refund", version=1))
        assert world.climb(timedelta(400)) == []
        with pytest.raises(Invalid, match="no article"):
            verify("refund", world.store, by="lena", now=NOW)

    def test_a_falling_rate_asks_for_a_look(self) -> None:
        """28 days against the 91 before, in all versions together."""
        card = Card("refund", article=ARTICLE, verified_at=NOW - timedelta(60), version=1)
        days = used(90, 10, 60) | used(10, 30, 3)
        world = World(days, None, card)
        assert world.climb() == ["article_unverified"]
        assert world.store.told[-1].data["why"] == "falling"
        same = World(used(90, 10, 60) | used(34, 6, 3), None, card)
        assert same.climb() == []
        world = World(used(90, 10, 60), None, card)
        world.days["refund@4"] = used(10, 30, 3)
        assert world.climb() == ["article_unverified"]

    def test_a_temporary_template_ends(self) -> None:
        """On the day after its last, told once; for another day once more."""
        card = Card("refund", expires=TODAY, version=1)
        world = World(used(10, 0), None, card)
        assert world.climb() == []
        assert world.climb(timedelta(1)) == ["template_expired"]
        assert world.climb(timedelta(2)) == []
        again = replace(card, expires=TODAY + timedelta(9))
        save_card(again, 1, [], world.store, by="lena", now=NOW + timedelta(2))
        assert world.climb(timedelta(10)) == ["template_expired"]


def test_before_the_first_sheet_there_is_nothing_to_judge() -> None:
    """Nothing is stored."""
    store = Templates()
    climb(CONFIGURATION, Kept(), store, NOW)  # type: ignore[arg-type]
    assert store.readiness() == []


def test_the_reason_is_told_in_words() -> None:
    """Whatever is missing."""
    world = grown()
    world.days = {NAME: used(30, 10, 1)}
    world.climb()
    sheet = world.kept.snapshot("templates") or {}
    assert lacking(judgement(CONFIGURATION, sheet, NAME)) == (
        "At this rate its answers do not pass 80%."
    )
    world.days = {NAME: used(40, 0, 1)}
    world.climb()
    sheet = world.kept.snapshot("templates") or {}
    assert lacking(judgement(CONFIGURATION, sheet, NAME)) == (
        "It needs 30 more tickets that are older than a week."
    )
