"""Nobody is asked too often, and no resolution twice: whatever arrives, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from northstar.app import ask as asking
from northstar.app import intake
from northstar.app.configuration import Configuration
from northstar.domain import surveys
from northstar.domain.asking import Delays, Rules
from northstar.domain.errors import Unavailable
from northstar.domain.returns import MailHealth
from northstar.domain.surveys import Ask
from northstar.domain.tickets import Channel, Customer, Ticket, Withdrawn
from northstar.domain.tokens import Keys
from tests.fakes.stores import MemoryAsking

START = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
KEYS = Keys("1", {"1": b"key"})
HOUR = timedelta(hours=1)
HEALTHY: Any = SimpleNamespace(mail_health=lambda _today: MailHealth(0, 0, 0))


@dataclass
class World:
    """A store, a queue and a clock; what is due is delivered when something asks for it."""

    configuration: Configuration
    now: datetime = START
    store: MemoryAsking = field(default_factory=MemoryAsking)
    messages: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    sent: list[Ask] = field(default_factory=list)

    def tell(self, told: Ticket | Withdrawn) -> None:
        """Take a delivery in."""
        queue = SimpleNamespace(send=lambda body: self.messages.append((self.now, body)))
        schedule = SimpleNamespace(at=lambda at, _name, body: self.messages.append((at, body)))
        around = intake.Surroundings(
            self.store,  # type: ignore[arg-type]
            queue,
            schedule,
            KEYS,
            b"p",
            self.configuration,
            "https://example.com",
            self.now,
        )
        intake.take(told, around)

    def deliver(self, *, fails: bool) -> None:
        """Work off everything that is due, once more or for the first time."""
        around = asking.Surroundings(
            self.store,  # type: ignore[arg-type]
            HEALTHY,
            SimpleNamespace(at=lambda at, _name, body: self.messages.append((at, body))),
            self.configuration,
            "https://example.com",
            self.now,
        )

        def mail(ask: Ask) -> Channel:
            if fails:
                raise Unavailable("down")
            self.sent.append(ask)
            return ask.ticket.channel

        for at, body in [*self.messages]:
            if at <= self.now:
                try:
                    asking.send(body["ask"], mail, around)
                except Unavailable:
                    continue


@st.composite
def stories(draw: st.DrawFn) -> list[Ticket | Withdrawn]:
    """Tickets of two people, solved, reopened and solved again, told twice and out of order."""
    told: list[Ticket | Withdrawn] = []
    for number in range(draw(st.integers(1, 6))):
        solved = START + HOUR * draw(st.integers(0, 24 * 5))
        who = draw(st.sampled_from(["a", "b"]))
        ticket = Ticket(
            "standard",
            f"T{number}",
            draw(st.sampled_from(["link", "email", "chat"])),
            solved,
            Customer("c", f"{who}@example.com"),
        )
        told.append(ticket)
        for _ in range(draw(st.integers(0, 2))):
            solved += HOUR * draw(st.integers(1, 40))
            told.append(Withdrawn("standard", ticket.id, solved, "reopened"))
            solved += HOUR * draw(st.integers(1, 40))
            told.append(replace(ticket, solved_at=solved))
    return draw(st.permutations(told + draw(st.lists(st.sampled_from(told), max_size=6))))


def standing(asks: Sequence[Ask], person: str) -> list[datetime]:
    """When a person was asked what was not cancelled afterwards, in order."""
    return sorted(
        ask.sent_at
        for ask in asks
        if ask.person == person and ask.sent_at and ask.state != "cancelled"
    )


def assert_cap(asks: Sequence[Ask], person: str, window: timedelta) -> None:
    """In any window a person gets one ask, and at most once another one that replaces it.

    A replacement is about the same ticket, whose first survey was cancelled by its reopening.
    """
    sent = sorted(
        ((a.sent_at, a.id[:24], a.state) for a in asks if a.person == person and a.sent_at),
    )
    for number, (at, home, state) in enumerate(sent):
        following = [one for one in sent[number + 1 :] if one[0] - at < window]
        if following:
            assert state == "cancelled"
            assert [one[1] for one in following] == [home]


@given(
    stories(),
    st.data(),
    st.integers(0, 5),
    st.sampled_from([Delays(), Delays(email=90, chat=600)]),
    st.sampled_from(["", "21:00"]),
)
def test_nobody_is_asked_too_often_and_no_resolution_twice(
    story: list[Ticket | Withdrawn], data: st.DataObject, days: int, delays: Delays, quiet: str
) -> None:
    """Between two asks of a person lie the configured days; one ask for each resolution.

    A resolution that has ended has no open ask, and no ask is sent more than once without a crash.
    """
    rules = Rules(delays, days, quiet_from=quiet, quiet_until="08:00" if quiet else "")
    world = World(Configuration(asking=rules))
    for told in story:
        world.now += HOUR * data.draw(st.integers(0, 30))
        world.tell(told)
        world.deliver(fails=data.draw(st.booleans()))
    for _ in range(30):
        world.now += HOUR * 12
        world.deliver(fails=False)

    asks = list(world.store.asks.values())
    resolutions = {(t.id, t.solved_at) for t in story if isinstance(t, Ticket)}
    assert {(a.ticket.id, a.ticket.solved_at) for a in asks} == resolutions
    assert len(asks) == len(resolutions)
    assert len({ask.id for ask in world.sent}) == len(world.sent)
    for person in {ask.person for ask in asks}:
        for before, after in pairwise(standing(asks, person)):
            assert after - before >= timedelta(days=days)
        assert_cap(asks, person, timedelta(days=days))
    for home in {ask.id[:24] for ask in asks}:
        assert surveys.outdated(*world.store.resolutions(home)) == []
    assert not [ask for ask in asks if ask.state == "planned"]
