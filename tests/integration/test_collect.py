"""Collecting from a store on this machine into the real stores: what happens to every review."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from benchmarks.capacity import write_units
from benchmarks.recording import recorded
from local import template
from local.store import Fault, StoreReply, StoreReview, StoreServer
from northstar import sources
from northstar.app.collect import collect, tell_stale
from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import Alert, Call, Fetched, Memory, Run
from northstar.app.source import Fetch, OutOfTime, app_key, plan, target_of
from northstar.domain.errors import Conflict, Invalid, Unavailable
from northstar.domain.reviews import Page, ReviewRecord, seen_again
from northstar.runtime import bootstrap
from northstar.sources.fetch import Fetcher
from northstar.sources.payload import LONGEST_TEXT
from tests.unit.fixtures import stores

APP = "an-app"
APPLE_APP = "310633997"
SWEEP = timedelta(hours=24)


class World:
    """A store with one app, the real tables behind, and a clock that moves an hour per pass."""

    def __init__(self, feedback: Any, progress: Any, source: str) -> None:
        self.feedback = feedback
        self.progress = progress
        self.source = sources.by_name(source)
        self.app = APPLE_APP if source == "apple_rss" else APP
        self.server = StoreServer({self.app: []})
        self.now = datetime(2026, 6, 1, tzinfo=UTC)
        self.alerts: list[Alert] = []
        self.kept: list[tuple[bytes, dict[str, Any]]] = []
        self.add_alert = progress.add_alert
        self.rewrite: Callable[[bytes], bytes] = lambda payload: payload
        self.around: Callable[[Call, Fetch], Fetched] = lambda call, fetch: fetch(call)

    @property
    def shown(self) -> list[StoreReview]:
        """What the store shows now, newest first; change it at will."""
        return self.server.apps[self.app]

    @property
    def target(self) -> SourceTarget:
        country = "de" if self.source.NAME == "apple_rss" else None
        return SourceTarget(self.source.NAME, self.app, country=country, address=self.server.url)

    def note_alert(self, alert: Alert) -> None:
        self.alerts.append(alert)
        self.add_alert(alert)

    def keep(self, kind: str, payload: bytes, about: dict[str, Any]) -> str:
        self.kept.append((payload, about))
        return f"{kind}/{len(self.kept)}"

    def run(
        self,
        hours: float = 1,
        between: Callable[[int], None] | None = None,
        time_for: int | None = None,
    ) -> Run:
        """Run one pass, `hours` after the one before; `between` is called before each page.

        The job has time for that many pages.
        """
        self.now += timedelta(hours=hours)
        fetch = Fetcher(
            "A", 0, minimum_gap=0, allow_loopback=True, jitter=lambda: 0.0, sleep=lambda _: None
        ).for_job(self.target, self.source.HOSTS)
        fetched = 0

        def fetch_page(call: Call) -> Fetched:
            nonlocal fetched
            fetched += 1
            if between:
                between(fetched)
            if time_for is not None and fetched > time_for:
                raise OutOfTime("no time left")
            answer = self.around(call, fetch)
            return replace(answer, body=self.rewrite(answer.body))

        return collect(
            self.target,
            self.source,
            fetch_page,
            feedback=self.feedback,
            progress=self.progress,
            quarantine=self,
            clock=lambda: self.now,
            full_sweep=SWEEP,
            stale_after=timedelta(days=10),
        )

    def records(self) -> dict[str, ReviewRecord]:
        found = self.feedback.all_reviews(self.source.NAME, app_key(self.target))
        return {record.review.id: record for record in found}

    def public(self) -> set[str]:
        return {number for number, record in self.records().items() if record.public}

    def memory(self) -> Memory:
        state = self.progress.source_state(self.source.NAME, app_key(self.target))
        assert state is not None
        return state.memory  # type: ignore[no-any-return]

    def requests(self) -> int:
        """Return how many pages were asked for since the last call."""
        return len(self.pages())

    def pages(self) -> list[int]:
        """Return the numbers of the pages that were asked for since the last call."""
        numbers = [int(re.findall(r"page=(\d+)", request.path)[0]) for request in self.server.pages]
        self.server.requests.clear()
        return numbers


@contextmanager
def opened(feedback: Any, progress: Any, source: str) -> Iterator[World]:
    """Run a world, and note every alert on its way into the table."""
    world = World(feedback, progress, source)
    with world.server.running(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "add_alert", world.note_alert)
        yield world


@pytest.fixture
def world(feedback_store: Any, progress_store: Any) -> Iterator[World]:
    """A Shopify-like store."""
    with opened(feedback_store, progress_store, "shopify") as made:
        yield made


@pytest.fixture
def apple(feedback_store: Any, progress_store: Any) -> Iterator[World]:
    """An Apple-like feed."""
    with opened(feedback_store, progress_store, "apple_rss") as made:
        yield made


def ids(reviews: list[StoreReview]) -> set[str]:
    return {review.id for review in reviews}


def test_the_first_pass_takes_everything(world: World) -> None:
    """Every review is stored once, with the store's own totals and a complete run."""
    world.shown[:] = stores.reviews(35)
    run = world.run()
    assert (run.outcome, run.complete, run.pages) == ("ok", True, 4)
    assert (run.reviews, run.new, run.changed, run.removed) == (35, 35, 0, 0)
    assert world.public() == ids(world.shown)
    assert world.memory().read_at == run.started_at


def test_an_unchanged_app_costs_one_request_and_no_review_write(world: World) -> None:
    """When page 1 is known and the counts agree, nothing else is read or written."""
    world.shown[:] = stores.reviews(35)
    world.run()
    before = world.records()
    world.requests()
    run = world.run()
    assert world.requests() == 1
    assert (run.outcome, run.new, run.changed, run.complete) == ("ok", 0, 0, False)
    assert world.records() == before


@pytest.mark.parametrize("count", [9, 35, 120])
def test_an_unchanged_app_costs_the_same_however_long_its_list(world: World, count: int) -> None:
    """One request, four calls of our stores, two write units: all that an hourly look costs."""
    world.shown[:] = stores.reviews(count)
    world.run()
    world.requests()
    observer = boto3.client("dynamodb", region_name=template.REGION)
    with recorded(bootstrap.client("dynamodb"), observer, str) as calls:
        world.run()
    assert world.requests() == 1
    operations = [call.operation for call in calls]
    assert operations == ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"]
    writes = [write for call in calls for write in call.writes]
    assert sum(write_units(write.old, write.new) for write in writes) == 2


def publishing(more: int) -> Callable[[bytes], bytes]:
    """Return a change of a page: it publishes that many more reviews than the list has."""

    def published(match: re.Match[bytes]) -> bytes:
        return b'"ratingCount": %d' % (int(match[1]) + more)

    return lambda payload: re.sub(rb'"ratingCount": (\d+)', published, payload)


def test_a_count_that_always_differs_is_no_news(world: World) -> None:
    """A store that publishes more than it lists is swept once a day, and when that changes."""
    world.shown[:] = stores.reviews(40)
    world.rewrite = publishing(more=3)
    world.run()
    world.requests()
    world.run()
    world.run()
    assert world.requests() == 2
    del world.shown[35]
    assert world.run().removed == 1
    world.requests()
    world.run()
    assert world.requests() == 1
    world.run(hours=25)
    assert world.requests() == 4


def test_a_count_that_comes_to_agree_is_swept_too(world: World) -> None:
    """When the remembered difference vanishes, something is gone: the list is read to its end."""
    world.shown[:] = stores.reviews(40)
    world.rewrite = publishing(more=1)
    world.run()
    del world.shown[35]
    assert world.run().removed == 1
    assert world.public() == ids(world.shown)


def test_what_is_gone_from_a_short_list_is_noticed(world: World) -> None:
    """A list of one page ends before anything calls for a sweep; it is complete all the same."""
    world.shown[:] = stores.reviews(8)
    world.run()
    del world.shown[3]
    assert world.run().removed == 1
    assert world.public() == ids(world.shown)


def test_new_reviews_are_found_page_after_page(world: World) -> None:
    """Pages are read while they hold anything new, and then two more."""
    world.shown[:] = stores.reviews(60)
    world.run()
    world.requests()
    world.shown[:0] = stores.reviews(15, first=61)
    run = world.run()
    assert (run.new, run.outcome) == (15, "ok")
    assert world.public() == ids(world.shown)
    assert world.requests() == 4


def test_a_known_review_on_top_does_not_end_the_pass(world: World) -> None:
    """A pinned page of old reviews in front of a new one hides nothing."""
    world.shown[:] = stores.reviews(60)
    world.run()
    pinned = world.shown[40:60]
    world.shown[:] = pinned + stores.reviews(1, first=61) + world.shown[:40]
    run = world.run()
    assert run.new == 1
    assert "61" in world.public()


def test_an_edit_is_a_new_version_on_its_first_day(world: World) -> None:
    """New words and stars are stored; the day of the edit does not replace the first day."""
    world.shown[:] = stores.reviews(12)
    world.run()
    first = world.records()["12"]
    world.shown[0] = replace(world.shown[0], rating=1, text="Changed.", edited=date(2026, 5, 1))
    run = world.run()
    after = world.records()["12"]
    assert (run.new, run.changed) == (0, 1)
    assert (after.review.rating, after.review.text) == (1, "Changed.")
    assert after.review.created == first.review.created
    assert after.review.edited == "2026-05-01"
    assert after.version > first.version


def test_a_reply_is_a_change(world: World) -> None:
    """A developer's answer that appears later is stored with the review."""
    world.shown[:] = stores.reviews(3)
    world.run()
    world.shown[1] = replace(world.shown[1], reply=StoreReply("Thank you.", date(2026, 5, 1)))
    assert world.run().changed == 1
    reply = world.records()["2"].review.reply
    assert reply is not None
    assert reply.text == "Thank you."


def test_an_edit_far_down_is_found_by_the_daily_sweep(world: World) -> None:
    """What no early page shows is seen at the latest after a day."""
    world.shown[:] = stores.reviews(60)
    world.run()
    world.shown[55] = replace(world.shown[55], text="Changed far below.")
    assert world.run().changed == 0
    assert world.run(hours=25).changed == 1


def test_a_removed_review_is_gone_and_may_come_back(world: World) -> None:
    """After a whole pass without it a review is no longer public; seen again, it is."""
    world.shown[:] = stores.reviews(40)
    world.run()
    removed = world.shown.pop(33)
    run = world.run()
    assert (run.removed, run.complete) == (1, True)
    assert removed.id not in world.public()
    assert world.records()[removed.id].removed_at == run.started_at
    world.shown.insert(33, removed)
    again = world.run()
    assert again.changed == 1
    assert world.records()[removed.id].removed_at is None
    assert world.public() == ids(world.shown)


def test_reordering_and_moving_pages_change_nothing(world: World) -> None:
    """The same reviews in another order, or pushed down while we read, are the same reviews."""
    world.shown[:] = stores.reviews(30)
    world.run()
    before = world.records()
    world.shown.reverse()
    world.run(hours=25)
    assert world.records() == before

    def push(page: int) -> None:
        if page == 2:
            world.shown[:0] = stores.reviews(1, first=31)

    run = world.run(hours=25, between=push)
    assert (run.removed, run.new) == (0, 0)
    assert world.run().new == 1
    assert len(world.records()) == 31


def test_a_review_that_vanishes_while_we_read_removes_no_other(world: World) -> None:
    """A list that shrinks under our eyes proves no absence; the next pass decides."""
    world.shown[:] = stores.reviews(40)
    world.run()

    def shrink(page: int) -> None:
        if page == 2:
            del world.shown[0]

    run = world.run(hours=25, between=shrink)
    assert (run.removed, run.complete) == (0, False)
    assert world.run().removed == 1
    assert world.public() == ids(world.shown)


def test_too_many_gone_at_once_are_held(world: World) -> None:
    """More than a handful and more than 5 % gone: nothing is removed and somebody is told."""
    world.shown[:] = stores.reviews(60)
    world.run()
    del world.shown[:6]
    run = world.run()
    assert run.removed == 0
    assert len(world.public()) == 60
    assert [alert.kind for alert in world.alerts] == ["removals_held"]
    assert "6 of 60" in world.alerts[0].detail


def test_held_removals_are_accepted_when_three_passes_agree(world: World) -> None:
    """Reviews that stay away for three complete passes, an hour apart, are gone; one alert."""
    world.shown[:] = stores.reviews(60)
    world.run()
    del world.shown[20:26]
    world.requests()
    assert world.run().removed == 0
    assert world.requests() == 6
    world.run(hours=0.5)
    assert world.requests() == 1
    assert world.run(hours=0.5).removed == 0
    assert world.run().removed == 6
    assert world.public() == ids(world.shown)
    assert [alert.kind for alert in world.alerts] == ["removals_held"]
    world.requests()
    world.run()
    assert world.requests() == 1


def test_each_held_removal_waits_for_itself(world: World) -> None:
    """More that go while others are held keep none of them waiting; all goes in the end."""
    world.shown[:] = stores.reviews(60)
    world.run()
    del world.shown[20:26]
    for hour in range(8):
        world.run()
        del world.shown[30]
        world.shown[:0] = stores.reviews(1, first=61 + hour)
    assert len(world.public() - ids(world.shown)) <= 3
    world.run()
    world.run()
    assert world.public() == ids(world.shown)
    assert [alert.kind for alert in world.alerts] == ["removals_held"]


def test_more_than_a_twentieth_is_held_in_a_short_list_too(world: World) -> None:
    """Two of eight at once are held; one alone goes."""
    world.shown[:] = stores.reviews(8)
    world.run()
    del world.shown[:2]
    assert world.run().removed == 0
    assert [alert.kind for alert in world.alerts] == ["removals_held"]
    world.run()
    assert world.run().removed == 2
    del world.shown[0]
    assert world.run().removed == 1


def test_one_odd_review_does_not_cost_a_sweep_every_hour(world: World) -> None:
    """A list read to its end in part is swept again after a day; what comes later is news."""
    world.shown[:] = stores.reviews(40)
    world.rewrite = lambda payload: payload.replace(b'title="Shop 7"', b"")
    assert world.run().outcome == "partial"
    world.requests()
    world.shown[:0] = stores.reviews(1, first=41)
    world.run()
    world.run()
    assert world.requests() <= 6
    assert not world.records()["41"].history
    world.rewrite = lambda payload: payload
    assert world.run(hours=25).changed == 0
    assert world.records()["7"].review.author == "Shop 7"


def test_a_count_that_moves_every_hour_is_not_swept_every_hour(world: World) -> None:
    """A sweep rests a minute for each page; the change it waits for is not forgotten."""
    world.shown[:] = stores.reviews(300)
    world.run()
    world.requests()
    for more in (1, 2):
        world.rewrite = publishing(more=more)
        world.run(hours=0.2)
    assert world.requests() == 4
    world.run(hours=0.2)
    assert world.requests() == 30


def test_a_parser_that_fails_is_a_page_not_understood(world: World) -> None:
    """Its bytes are kept, the run is broken, and nobody's queue waits."""
    world.shown[:] = stores.reviews(3)

    def failing(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.source, "parse", failing)
        run = world.run()
    assert (run.outcome, len(world.kept)) == ("broken", 1)
    assert "ZeroDivisionError" in (run.reason or "")


def test_an_endless_reason_is_cut_and_cleaned(world: World) -> None:
    """What a page puts into a reason takes no terminal and no row."""
    world.shown[:] = stores.reviews(3)
    with pytest.MonkeyPatch.context() as patch:
        page = Page("broken", reason="\x1b[31m" + "x" * 500_000)
        patch.setattr(world.source, "parse", lambda *_: page)
        run = world.run()
    assert len(run.reason or "") <= 500
    assert (run.reason or "").isprintable()


def test_held_removals_that_come_back_end_the_episode(world: World) -> None:
    """When the reviews are there again nothing was lost; the next time is told of again."""
    world.shown[:] = stores.reviews(60)
    world.run()
    whole = list(world.shown)
    for _ in range(2):
        del world.shown[20:26]
        world.run()
        world.run()
        world.shown[:] = whole
        world.run()
    assert len(world.public()) == 60
    assert [alert.kind for alert in world.alerts] == ["removals_held"] * 2


def test_a_list_far_shorter_than_published_proves_nothing(world: World) -> None:
    """When less than nine tenths of the published count are seen, nothing is removed."""
    world.shown[:] = stores.reviews(20)
    world.run()
    del world.shown[5]
    page = stores.store.shopify_page(APP, list(world.shown), 1, "https://apps.shopify.com")
    more = page.replace('"ratingCount": 19', '"ratingCount": 30').encode()
    second = stores.store.shopify_page(APP, list(world.shown), 2, "https://apps.shopify.com")
    world.server.fail(
        Fault(200, more),
        Fault(200, second.replace('"ratingCount": 19', '"ratingCount": 30').encode()),
    )
    run = world.run()
    assert (run.complete, run.removed) == (True, 0)


def test_a_broken_page_removes_nothing_and_is_kept(world: World) -> None:
    """A page that changed mid-pass ends it: broken, alerted, its bytes in quarantine."""
    world.shown[:] = stores.reviews(40)
    world.run()
    del world.shown[3]
    world.server.fail(None, Fault(200, b"<html><body>New layout</body></html>"))
    run = world.run(hours=25)
    assert (run.outcome, run.complete, run.removed) == ("broken", False, 0)
    assert "page 2" in (run.reason or "")
    assert [alert.kind for alert in world.alerts] == ["source_broken"]
    assert world.kept[0][0] == b"<html><body>New layout</body></html>"
    assert len(world.public()) == 40
    assert world.run().removed == 1


def test_an_episode_is_told_once(world: World) -> None:
    """The same outcome again is no news; another one is, and so is the same after a good run."""
    world.shown[:] = stores.reviews(20)
    garbage = Fault(200, b"<html>")
    expected = []
    for faults, told in (
        ([garbage], ["source_broken"]),
        ([garbage], []),
        ([None, garbage], []),
        ([None] + [Fault(503)] * 4, ["source_partial"]),
        ([None] + [Fault(503)] * 4, []),
        ([], []),
        ([garbage], ["source_broken"]),
    ):
        world.server.fail(*faults)
        world.run(hours=25)
        expected += told
        assert [alert.kind for alert in world.alerts] == expected


def test_a_list_too_long_for_one_job_is_swept_in_parts(world: World) -> None:
    """Each run reads the news, then goes on where the last one stopped, until the end."""
    world.shown[:] = stores.reviews(100)
    first = world.run(time_for=6)
    assert (first.outcome, first.new, first.complete) == ("partial", 60, False)
    assert "page 7: no time left" in (first.reason or "")
    assert world.pages() == [1, 2, 3, 4, 5, 6]
    world.shown[:0] = stores.reviews(1, first=101)
    assert world.run(time_for=7).outcome == "partial"
    assert world.pages() == [1, 2, 3, 6, 7, 8, 9]
    last = world.run(time_for=7)
    assert world.pages() == [1, 2, 9, 10, 11]
    assert (last.outcome, last.complete) == ("ok", False)
    assert world.public() == ids(world.shown)
    assert world.alerts == []
    world.run()
    assert world.pages() == [1]
    assert world.run(hours=25).complete


def test_a_sweep_in_parts_removes_nothing(world: World) -> None:
    """What was not seen in parts may have moved between them; only a pass as a whole proves."""
    world.shown[:] = stores.reviews(60)
    world.run()
    world.run(hours=25, time_for=4)
    gone = world.shown.pop(50)
    run = world.run()
    assert (run.outcome, run.removed, run.complete) == ("ok", 0, False)
    assert gone.id in world.public()
    world.pages()
    world.run()
    assert world.pages() == [1]
    assert world.run(hours=25).removed == 1


def test_a_failure_in_a_later_part_goes_on_there(world: World) -> None:
    """A store that stops answering in the second part does not send us back to the beginning."""
    world.shown[:] = stores.reviews(100)
    world.run(time_for=6)
    world.server.fail(*[None] * 4, *[Fault(503)] * 4)
    assert world.run().outcome == "partial"
    assert world.alerts == []
    world.pages()
    assert world.run().outcome == "ok"
    assert world.pages() == [1, 2, 7, 8, 9, 10]
    assert world.public() == ids(world.shown)


def test_a_review_that_cannot_be_stored_is_put_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that our store refuses rests in quarantine; the others are stored, and it is told."""
    world.shown[:] = stores.reviews(25)
    put = world.feedback.put_review

    def refusing(record: ReviewRecord, before: ReviewRecord | None) -> None:
        if record.review.id == "20":
            raise Invalid("Item size has exceeded the maximum allowed size")
        put(record, before)

    monkeypatch.setattr(world.feedback, "put_review", refusing)
    run = world.run()
    assert (run.outcome, run.new, run.complete) == ("partial", 24, False)
    assert "review 20" in (run.reason or "")
    assert world.public() == ids(world.shown) - {"20"}
    assert [json.loads(payload)["id"] for payload, _ in world.kept] == ["20"]
    assert [alert.kind for alert in world.alerts] == ["source_partial"]


def test_a_text_without_end_is_cut(world: World) -> None:
    """A review larger than a record may be is stored with the beginning of its text."""
    world.shown[:] = stores.reviews(2)
    world.shown[0] = replace(world.shown[0], text="x" * 450_000)
    assert (world.run().outcome, world.run().changed) == ("ok", 0)
    assert world.records()["2"].review.text == "x" * LONGEST_TEXT


def test_a_partial_page_keeps_what_was_understood(world: World) -> None:
    """One block without its date: the others are stored, nothing is removed, somebody is told."""
    world.shown[:] = stores.reviews(8)
    page = stores.store.shopify_page(APP, world.shown, 1, world.server.url)
    world.server.fail(Fault(200, page.replace("March 9, 2026", "soon").encode()))
    run = world.run()
    assert (run.outcome, run.new, run.complete) == ("partial", 7, False)
    assert [alert.kind for alert in world.alerts] == ["source_partial"]
    assert len(world.kept) == 1
    assert world.run().new == 1


def test_an_empty_page_is_not_believed_where_reviews_were(world: World) -> None:
    """A list that says "none" beside a count of some is broken, and removes none of them."""
    world.shown[:] = stores.reviews(3)
    world.run()
    del world.shown[:]
    world.rewrite = lambda payload: payload.replace(b'"ratingCount": 0', b'"ratingCount": 3')
    run = world.run()
    assert (run.outcome, run.removed) == ("broken", 0)
    assert len(world.public()) == 3
    assert world.kept


def test_a_zero_of_the_store_itself_is_held_and_then_believed(world: World) -> None:
    """An app that loses its last reviews, as archived ones do, is told of, and empty in the end."""
    world.shown[:] = stores.reviews(3)
    world.run()
    del world.shown[:]
    assert [world.run().removed for _ in range(3)] == [0, 0, 3]
    assert [alert.kind for alert in world.alerts] == ["removals_held"]
    run = world.run()
    assert (run.outcome, world.public()) == ("empty", set())
    assert world.memory().told == ()


def test_a_new_app_without_reviews_is_empty(world: World) -> None:
    """Zero is a result, when the store says so."""
    run = world.run()
    assert (run.outcome, run.reviews, run.complete) == ("empty", 0, True)
    assert world.alerts == []


def test_a_store_that_does_not_answer_ends_the_pass_aloud(world: World) -> None:
    """Errors after every retry end the run with a reason, and twice in a row they are alerted."""
    world.shown[:] = stores.reviews(30)
    world.server.fail(None, *[Fault(503)] * 4)
    run = world.run()
    assert (run.outcome, run.reviews, run.complete) == ("partial", 10, False)
    assert "503" in (run.reason or "")
    assert world.alerts == []
    world.server.fail(None, *[Fault(503)] * 4)
    world.run()
    assert [alert.kind for alert in world.alerts] == ["source_partial"]
    assert world.run().outcome == "ok"
    assert world.public() == ids(world.shown)


def test_robots_txt_is_obeyed(world: World) -> None:
    """A disallowed store is not read; the run says why."""
    world.server.robots = "User-agent: *\nDisallow: /*/reviews"
    run = world.run()
    assert run.outcome == "broken"
    assert "robots.txt" in (run.reason or "")
    assert world.requests() == 0


def test_somebody_elses_version_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict is no error: the newer version is taken into account and nothing counts twice."""
    world.shown[:] = stores.reviews(3)
    world.run()
    world.shown[0] = replace(world.shown[0], text="Changed.")
    put = world.feedback.put_review
    calls: list[int] = []

    def raced(record: ReviewRecord, before: ReviewRecord) -> None:
        calls.append(before.version)
        if len(calls) == 1:
            theirs = replace(before.review, text="Theirs.")
            put(seen_again(before, theirs, world.now), before)
        put(record, before)

    monkeypatch.setattr(world.feedback, "put_review", raced)
    assert world.run().changed == 1
    assert calls == [1, 2]
    assert world.records()["3"].review.text == "Changed."

    def lost(record: ReviewRecord, before: ReviewRecord | None) -> None:
        raise Conflict("always")

    monkeypatch.setattr(world.feedback, "put_review", lost)
    world.shown[0] = replace(world.shown[0], text="Changed again.")
    with pytest.raises(Conflict):
        world.run()


class Crash:
    """Stops at the n-th call of the stores: before it takes effect, or (even n) after it did."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch, n: int) -> None:
        self.left = n
        self.late = n % 2 == 0
        for name in ("reviews", "all_reviews", "put_review"):
            patch.setattr(world.feedback, name, self.watch(getattr(world.feedback, name)))
        for name in ("save_run", "source_state"):
            patch.setattr(world.progress, name, self.watch(getattr(world.progress, name)))

    def watch(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.late:
                raise Unavailable("crash before")
            result = call(*args)
            if self.left == 0:
                raise Unavailable("crash after")
            return result

        return watched


def crashed(world: World, n: int) -> bool:
    """Run a pass that stops at the n-th call; whether it came that far."""
    with pytest.MonkeyPatch.context() as patch:
        Crash(world, patch, n)
        try:
            world.run(hours=25)
        except Unavailable:
            return True
    return False


def test_a_crash_at_any_store_call_leaves_no_gap(world: World) -> None:
    """Wherever a pass dies, before or after a call took effect, the next one makes up for it."""
    world.shown[:] = stores.reviews(12)
    world.run()
    n = 1
    while True:
        world.shown[:0] = stores.reviews(1, first=12 + n)
        world.shown[-1] = replace(world.shown[-1], text=f"Edited before crash {n}.")
        died = crashed(world, n)
        if died:
            world.run()
        records = world.records()
        assert records.keys() == ids(world.shown)
        assert records["1"].review.text == f"Edited before crash {n}."
        assert records["1"].version == n + 1
        if not died:
            break
        n += 1
    assert n > 6


def test_a_feed_is_collected_per_store_front_and_never_proves_absence(apple: World) -> None:
    """Apple's reviews are stored under app and country; one that vanishes stays public."""
    apple.shown[:] = stores.reviews(120)
    run = apple.run()
    assert (run.outcome, run.app, run.new, run.complete) == ("ok", f"{APPLE_APP}/de", 120, True)
    assert apple.requests() == 3
    del apple.shown[60]
    assert apple.run(hours=25).removed == 0
    assert len(apple.public()) == 120


def test_a_feed_ends_at_ten_pages(apple: World) -> None:
    """The eleventh page is never asked for."""
    apple.shown[:] = stores.reviews(600)
    run = apple.run()
    assert (run.pages, run.reviews, run.outcome) == (10, 500, "ok")


def test_a_quiet_feed_costs_one_request(apple: World) -> None:
    """Without published totals, a first page as it was ends the pass."""
    apple.shown[:] = stores.reviews(150)
    apple.run()
    apple.requests()
    apple.run()
    assert apple.requests() == 1


def test_a_hole_in_the_feed_is_passed_over(apple: World) -> None:
    """An empty page in the middle does not end the list."""
    apple.shown[:] = stores.reviews(200)
    hole = stores.store.apple_feed("de", APPLE_APP, [], 2).encode()
    apple.server.fail(None, Fault(200, hole))
    run = apple.run()
    assert (run.reviews, run.outcome, run.complete) == (150, "ok", False)
    assert "1 empty pages" in (run.reason or "")
    again = apple.run()
    assert (again.new, again.complete) == (50, True)


def test_a_review_that_moves_up_while_we_read_is_not_gone(world: World) -> None:
    """One that is pinned behind our back was passed by: the store still counts it, and so do we."""
    world.shown[:] = stores.reviews(40)
    world.run()

    def pin(page: int) -> None:
        if page == 2:
            world.shown.insert(0, world.shown.pop(25))

    run = world.run(hours=25, between=pin)
    assert (run.reviews, run.removed, run.complete) == (39, 0, True)
    assert world.run().removed == 0
    assert world.public() == ids(world.shown)
    assert world.alerts == []


def test_an_empty_feed_never_replaces_known_reviews(apple: World) -> None:
    """A feed that is suddenly empty is broken and alerted; of an unknown app it is empty."""
    assert apple.run().outcome == "empty"
    apple.shown[:] = stores.reviews(5)
    apple.run(hours=25)
    del apple.shown[:]
    for hours in (1, 25):
        run = apple.run(hours=hours)
        assert (run.outcome, run.removed, run.complete) == ("broken", 0, False)
    assert {alert.kind for alert in apple.alerts} == {"source_broken"}
    assert len(apple.public()) == 5


def test_an_edit_in_a_feed_keeps_the_first_date(apple: World) -> None:
    """The feed has one date only; when it moves with new words, it is the day of the edit."""
    apple.shown[:] = stores.reviews(2)
    apple.run()
    apple.shown[0] = replace(apple.shown[0], text="Changed.", edited=date(2026, 5, 1))
    assert apple.run().changed == 1
    review = apple.records()["2"].review
    assert review.created == "2026-03-03T09:00:00-07:00"
    assert review.edited == "2026-05-01T09:00:00-07:00"


def test_history_is_marked_as_such(world: World) -> None:
    """What the first pass finds is history, even in parts; what comes later is news."""
    world.shown[:] = stores.reviews(60)
    world.run(time_for=3)
    world.run()
    world.shown[:0] = stores.reviews(1, first=61)
    world.run()
    assert {number for number, one in world.records().items() if not one.history} == {"61"}


def test_each_kind_of_change_is_counted(world: World) -> None:
    """New words, other stars, a reply, a removal and a return are told apart in the run."""
    world.shown[:] = stores.reviews(20)
    world.run()
    removed = world.shown.pop(15)
    assert world.run().removed == 1
    world.shown.insert(15, removed)
    world.shown[0] = replace(world.shown[0], text="Other words.")
    world.shown[1] = replace(world.shown[1], rating=2)
    world.shown[2] = replace(world.shown[2], reply=StoreReply("Thank you.", date(2026, 5, 1)))
    run = world.run()
    assert (run.edited, run.rerated, run.replied, run.restored) == (1, 1, 1, 1)
    assert (run.new, run.changed, run.removed) == (0, 4, 0)


def test_the_words_before_an_edit_are_kept(world: World) -> None:
    """What readers saw first can be read after any number of edits."""
    world.shown[:] = stores.reviews(3)
    world.run()
    for text in ("Second.", "Third."):
        world.shown[0] = replace(world.shown[0], text=text)
        world.run()
    record = world.records()["3"]
    texts = [one.review.text for one in world.feedback.versions(record)]
    assert texts == [stores.reviews(3)[0].text, "Second."]
    assert record.review.text == "Third."


def test_a_run_tells_what_it_cost_and_found(world: World) -> None:
    """Bytes, pages, the store's count and ours, and how many reviews had each field are kept."""
    world.shown[:] = stores.reviews(15)
    world.rewrite = publishing(more=2)
    run = world.run()
    assert (run.pages, run.published, run.public, run.kept) == (2, 17, 15, 0)
    assert run.bytes > 10_000
    assert run.filled["rating"] == run.filled["date"] == 15
    assert "title" not in run.filled
    assert world.progress.runs("shopify", APP, 5) == [run]


def test_an_unchanged_first_page_is_not_sent_again(world: World) -> None:
    """A store that knows conditions answers that nothing is newer; a sweep asks without them."""
    world.shown[:] = stores.reviews(25)
    seen: list[dict[str, str]] = []

    def conditional(call: Call, fetch: Fetch) -> Fetched:
        seen.append(dict(call.headers))
        if call.headers.get("If-None-Match") == 'W/"7"':
            return Fetched(b"", unchanged=True)
        return replace(fetch(call), headers={"etag": 'W/"7"'})

    world.around = conditional
    world.run()
    run = world.run()
    assert (run.outcome, run.pages, run.reviews) == ("ok", 0, 0)
    assert seen[-1] == {"If-None-Match": 'W/"7"'}
    assert world.memory().good_at == world.now
    assert world.run(hours=25).pages == 3
    world.around = lambda call, fetch: fetch(call)
    world.shown[:0] = stores.reviews(1, first=26)
    assert world.run().new == 1


def test_a_pass_that_died_amid_the_news_is_made_up_for(apple: World) -> None:
    """Pages that were written before the end are read on over, where no count tells of a gap."""
    apple.shown[:] = stores.reviews(60)
    apple.run()
    apple.shown[:0] = stores.reviews(250, first=61)

    def dying(page: int) -> None:
        if page == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apple.run(between=dying)
    assert len(apple.public()) == 210
    assert apple.run().new == 100
    assert apple.public() == ids(apple.shown)


def test_a_feed_without_overlap_is_told(apple: World) -> None:
    """When nothing of a full feed was known before, reviews in between may be lost: one alert."""
    apple.shown[:] = stores.reviews(500)
    apple.run()
    apple.shown[:0] = stores.reviews(500, first=501)
    assert apple.run().new == 500
    assert [alert.kind for alert in apple.alerts] == ["source_overlap"]
    apple.shown[:0] = stores.reviews(3, first=1001)
    apple.run()
    assert "source_overlap" not in apple.memory().told


def test_a_field_that_goes_missing_is_told(world: World) -> None:
    """Countries that vanish from every page without any fault of a page raise one alert."""
    world.shown[:] = stores.reviews(60)
    world.run()
    world.run(hours=25)
    world.shown[:] = [replace(review, country=None) for review in world.shown]
    run = world.run(hours=25)
    assert run.outcome == "ok"
    world.run(hours=25)
    assert [alert.kind for alert in world.alerts] == ["source_fill"]
    assert "country in 0 of 60" in world.alerts[0].detail


def test_a_growing_gap_is_told(world: World) -> None:
    """The store counts ever more than it lists, sweep after sweep: one alert names the gap."""
    world.shown[:] = stores.reviews(40)
    for more in (0, 1, 2, 3, 4):
        world.rewrite = publishing(more=more)
        world.run(hours=25)
    assert [alert.kind for alert in world.alerts] == ["source_gap"]


def test_a_source_without_a_good_run_is_told(world: World) -> None:
    """Failures for longer than the patience are one alert more, whoever notices first."""
    world.shown[:] = stores.reviews(5)
    good = world.run()
    for _ in range(3):
        world.server.fail(Fault(200, b"<html>"))
        world.run(hours=24 * 4)
    assert [alert.kind for alert in world.alerts] == ["source_broken", "source_stale"]
    since = good.finished_at + timedelta(days=10)
    assert world.alerts[1].at == since
    wanted = Configuration(sources=(SourceTarget("shopify", APP),))
    told = tell_stale(wanted, world.progress, world.now, timedelta(days=10))
    assert told == 1
    assert len(world.progress.alerts()) == 2
    assert tell_stale(Configuration(), world.progress, world.now, timedelta(days=10)) == 0
    world.run()
    assert world.memory().told == ()
    assert tell_stale(wanted, world.progress, world.now, timedelta(days=10)) == 0


def test_a_source_that_was_never_good_is_told(world: World) -> None:
    """Days of failures from the first run on are stale, too."""
    world.shown[:] = stores.reviews(5)
    for _ in range(4):
        world.server.fail(Fault(200, b"<html>"))
        world.run(hours=24 * 4)
    assert [alert.kind for alert in world.alerts] == ["source_broken", "source_stale"]
    assert world.alerts[1].detail == "No good run yet."


def test_a_lost_place_begins_anew(world: World) -> None:
    """Where the page to go on with is no more, the next pass starts from the first one."""
    world.shown[:] = stores.reviews(100)
    world.run(time_for=6)
    world.server.fail(None, None, Fault(404))
    assert world.run().outcome == "partial"
    assert world.memory().resume is None
    assert world.run().complete
    assert world.public() == ids(world.shown)


def test_the_plan_has_one_job_for_each_target_that_is_on() -> None:
    """A job is plain data, becomes the same target again, and nothing else is taken for one."""
    on = SourceTarget("shopify", APP)
    off = SourceTarget("apple_rss", "42", country="de", enabled=False)
    jobs = plan(Configuration(sources=(on, off)))
    assert [target_of(job) for job in jobs] == [on]
    with pytest.raises(Invalid, match="job"):
        target_of({"source": "shopify", "app": APP, "host": "evil.example"})
