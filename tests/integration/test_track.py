"""Track: goals, their forecasts, milestones and histories, made from what was counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from northstar.app.goals import Confidence, Issued, believe, end_goal, open_goals, set_goal
from northstar.app.ports import RECENT, Memory, Run
from northstar.app.recount import recount, repair
from northstar.app.show import goal_view
from northstar.app.views import GoalView
from northstar.domain.aggregates import Row
from northstar.domain.errors import Conflict, Invalid, NotFound
from northstar.domain.goals import Goal, Metric, Progress
from northstar.runtime import bootstrap, freshness
from northstar.store import keys
from northstar.store.client import Table
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
TODAY = NOW.date()
GOAL = Goal("Reviews", "net_public_reviews", 1000, date(2026, 1, 1), date(2026, 12, 31))
SOURCE = '[[sources]]\nsource = "shopify"\napp = "acme"\n'
FILE = """[[goals]]
name = "Reviews"
metric = "net_public_reviews"
target = 1000
start = 2026-01-01
deadline = 2026-12-31
"""


@pytest.fixture
def stack(pipeline: Pipeline) -> Pipeline:
    """The pipeline in the morning of one day, with a source that was just read."""
    pipeline.at = NOW.timestamp()
    pipeline.configure(SOURCE)
    read(NOW - timedelta(minutes=10))
    return pipeline


def read(at: datetime) -> None:
    """Let the source have had a good run that reached the end of its list."""
    run = Run("shopify", "acme", at, at, "ok", 1, 10, 0, 0, 0, complete=True)
    memory = Memory(good_at=at, settled_at=at, read_at=at)
    bootstrap.progress_store().save_run(run, None, memory)


def counted(day: date, dimension: str = "all", value: str = "all", **measures: int) -> None:
    """Add measures to a row, as count does."""
    table: Table = bootstrap.progress_store()._table
    row = Row(dimension, value, day.isoformat())
    table.transact([{"Update": table.add(keys.aggregate(row), measures)}])


def a_day(number: int, since: date = date(2026, 1, 1), until: date = TODAY) -> None:
    """Let so many reviews be counted on each day, in waves of a week."""
    for n in range((until - since).days + 1):
        day = since + timedelta(n)
        counted(day, reviews=number + (n % 7 == 2), stars_5=number)


def viewed(name: str | None = None, at: datetime = NOW) -> GoalView:
    """Return what the goal page shows."""
    configuration = bootstrap.configuration()
    return goal_view(
        configuration,
        feedback=bootstrap.feedback_store(),
        totals=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=at,
        stale_after=freshness.stale_after(configuration),
        name=name,
    )


def keep(goal: Goal = GOAL, by: str = "kim") -> None:
    """Set a goal."""
    set_goal(goal, bootstrap.goal_store(), value=None, by=by, now=NOW)


def test_a_goal_gets_its_forecast_status_milestones_and_record(stack: Pipeline) -> None:
    """From the days that are complete; the value is that of this moment."""
    a_day(3)
    keep()
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.progress.value == sum(3 + (n % 7 == 2) for n in range(257))
    found = standing.state.forecast
    assert found
    assert found.coverage
    assert standing.state.last == TODAY - timedelta(1)
    assert found.value == dict(standing.progress.series)[TODAY - timedelta(1)]
    assert standing.status == "on track"
    assert [value for _, value in standing.state.milestones] == [250, 500, 750]
    (issued,) = bootstrap.goal_store().issued("Reviews", date(2026, 1, 1))
    assert issued.day == TODAY - timedelta(1)


def test_the_page_is_the_same_with_and_without_histories(stack: Pipeline) -> None:
    """A history is only a faster way to the same days, and newer days lie over it."""
    a_day(3)
    keep()
    before = viewed()
    stack.track()
    counted(TODAY, reviews=2, csat_5=1)
    counted(TODAY - timedelta(3), reviews=-1)
    after = viewed()
    assert before.standing
    assert after.standing
    assert after.standing.progress.value == (before.standing.progress.value or 0) + 1
    assert after.csat.now.n == 1
    days = bootstrap.progress_store().board([("all", "all")], TODAY).days["all", "all"]
    assert {d: dict(m) for d, m in days.items()} == {
        d: dict(m)
        for d, m in bootstrap.progress_store().daily("all", "all", date.min, date.max).items()
    }


def test_a_late_review_of_long_ago_is_there_after_the_next_run(stack: Pipeline) -> None:
    """Days older than a week are as they were when the history was made."""
    a_day(1)
    keep()
    stack.track()
    before = viewed().standing
    counted(date(2026, 2, 1), reviews=5)
    assert viewed().standing == before
    stack.track()
    after = viewed().standing
    assert before
    assert after
    assert (after.progress.value or 0) == (before.progress.value or 0) + 5


def test_what_count_changes_of_long_ago_is_seen_at_once(stack: Pipeline) -> None:
    """It drops the histories that it makes untrue, and only for what they hold."""
    a_day(1)
    keep()
    stack.track()
    old = Row("all", "all", "2026-02-01")
    store = bootstrap.progress_store()
    store.count([], {}, {old: {"reviews": 5}})
    before = viewed().standing
    store.forget_histories({old: {"review_positive": 1}})
    assert viewed().standing == before
    store.forget_histories({old: {"reviews": 5}})
    after = viewed().standing
    assert before
    assert after
    assert (after.progress.value or 0) == (before.progress.value or 0) + 5


@pytest.mark.parametrize("later", [timedelta(days=1), timedelta(days=2), timedelta(days=12)])
def test_a_page_is_right_long_after_the_last_run(stack: Pipeline, later: timedelta) -> None:
    """What changed within the week that was the last one then is on it, though `track` stands."""
    a_day(1)
    keep()
    stack.track()
    counted(TODAY, reviews=3)
    counted(TODAY - RECENT, reviews=4)
    counted(TODAY + timedelta(1), reviews=2)
    standing = viewed(at=NOW + later).standing
    assert standing
    rows = bootstrap.progress_store().daily("all", "all", date.min, date.max)
    assert standing.progress.value == sum(row["reviews"] for row in rows.values())


def test_a_forecast_of_before_yesterday_is_not_shown_as_one_of_today(stack: Pipeline) -> None:
    """When `track` stands, nobody takes an old forecast for a new one."""
    a_day(3)
    keep()
    stack.track()
    read(NOW + timedelta(days=2))
    words = [viewed(at=NOW + timedelta(days=n)).standing for n in (1, 2)]
    assert [standing and standing.status for standing in words] == ["on track", "stale"]


def test_what_a_repair_sets_right_is_seen_at_once(stack: Pipeline) -> None:
    """A row that no record explains is gone from the page, however old it is."""
    counted(date(2026, 2, 1), reviews=5)
    keep()
    stack.track()
    feedback, progress = bootstrap.feedback_store(), bootstrap.progress_store()
    zone = bootstrap.configuration().business.zone
    found = recount(feedback=feedback, progress=progress, zone=zone)
    assert repair(found, feedback=feedback, progress=progress, zone=zone).agrees
    standing = viewed().standing
    assert standing
    assert standing.progress.value == 0


def test_without_goals_there_is_a_page_and_nothing_to_track(stack: Pipeline) -> None:
    """The histories are made all the same."""
    counted(TODAY, reviews=1)
    assert stack.invoke("Track", {"track": "due"}).payload == {"goals": 0}
    assert viewed().standing is None


def test_goals_of_the_file_are_adopted_and_the_newest_change_wins(stack: Pipeline) -> None:
    """Wherever it was made; what leaves the file is ended; each change has its line."""
    stack.configure(FILE)
    shown = viewed().standing
    assert shown
    assert shown.progress.goal == GOAL  # before it is stored, too
    stack.track()
    store = bootstrap.goal_store()
    keep(Goal("Reviews", "net_public_reviews", 1200, GOAL.start, GOAL.deadline), by="kim")
    stack.track()
    kept = store.goal("Reviews")
    assert kept
    assert kept.goal.target == 1200
    stack.configure(FILE.replace("1000", "1500"))
    stack.track()
    assert [one.goal.target for one in open_goals(store.goals())] == [1500]
    stack.configure("# nothing\n")
    stack.track()
    assert open_goals(store.goals()) == []
    lines = [(one.by, one.what, one.goal.target) for one in store.changes("Reviews")]
    assert lines == [
        ("northstar.toml", "ended", 1500),
        ("northstar.toml", "set", 1500),
        ("kim", "set", 1200),
        ("northstar.toml", "set", 1000),
    ]


def test_lines_of_before_stay_visible(stack: Pipeline) -> None:
    """Each with the last day on which it was the goal's; what is not a line is not one."""
    store = bootstrap.goal_store()
    keep()
    set_goal(
        Goal("Reviews", "net_public_reviews", 1000, GOAL.start, GOAL.deadline, owner="Ann"),
        store,
        value=None,
        by="kim",
        now=NOW - timedelta(days=20),
    )
    later = Goal("Reviews", "net_public_reviews", 1300, GOAL.start, GOAL.deadline, owner="Ann")
    set_goal(later, store, value=None, by="kim", now=NOW - timedelta(days=10))
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert [(day, goal.target) for day, goal in standing.state.former] == [
        (TODAY - timedelta(days=10), 1000)
    ]


def test_a_milestone_is_kept_once_and_survives_removals(stack: Pipeline) -> None:
    """Its day stays, also when the value falls below it and comes back."""
    counted(date(2026, 3, 1), reviews=260)
    keep()
    stack.track()
    counted(TODAY, reviews=-100)
    stack.track()
    counted(TODAY, reviews=150)
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.state.milestones == ((date(2026, 3, 1), 250),)
    assert len(bootstrap.goal_store().milestones()) == 1


def test_a_goal_that_is_set_anew_has_milestones_of_its_own(stack: Pipeline) -> None:
    """What was reached under its name before, of another number or from another day, is not its."""
    counted(date(2026, 3, 1), reviews=260, stars_5=10)
    counted(date(2026, 8, 1), reviews=260)
    keep()
    stack.track()
    anew = Goal("Reviews", "net_public_reviews", 1000, date(2026, 7, 1), GOAL.deadline, baseline=0)
    keep(anew)
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.state.milestones == ((date(2026, 8, 1), 250),)
    keep(Goal("Reviews", "five_star_reviews", 1000, date(2026, 7, 1), GOAL.deadline, baseline=0))
    stack.track()
    stars = viewed().standing
    assert stars
    assert stars.state
    assert stars.state.milestones == ()
    kept = [(one.value, one.day) for one in bootstrap.goal_store().milestones()]
    assert sorted(kept) == [
        (250, date(2026, 3, 1)),
        (250, date(2026, 8, 1)),
        (500, date(2026, 8, 1)),
    ]


def test_the_last_milestone_of_a_posted_number_is_its_target(stack: Pipeline) -> None:
    """Not a whole number below it; a number posted on the first day counts."""
    store = bootstrap.goal_store()
    start = date(2026, 9, 1)
    keep(Goal("Stars", "custom", 4.5, start, GOAL.deadline, baseline=0, number="stars"))
    store.post("stars", start, 1.2)
    store.post("stars", TODAY, 4.2)
    stack.track()
    standing = viewed("Stars").standing
    assert standing
    assert standing.state
    assert standing.state.milestones == ((start, 1.125), (TODAY, 2.25), (TODAY, 3.375))


def test_the_record_waits_for_complete_days(stack: Pipeline) -> None:
    """A forecast for today is told by the number of this evening, not by that of this moment."""
    a_day(3)
    keep()
    made = TODAY - timedelta(28)
    bands = ((TODAY, 0.0, 1e6),)
    store = bootstrap.goal_store()
    store.issue("Reviews", Issued(made, 0, 0.5, bands, GOAL.subject))
    stack.track()
    told = viewed().standing
    assert told
    assert told.state
    assert (told.state.held, told.state.tried) == (0, 0)
    read(NOW + timedelta(days=1))
    stack.at = (NOW + timedelta(days=1)).timestamp()
    stack.track()
    again = viewed(at=NOW + timedelta(days=1)).standing
    assert again
    assert again.state
    assert (again.state.held, again.state.tried) == (1, 1)


def test_a_slow_run_does_not_write_over_a_goal_that_was_changed_since(stack: Pipeline) -> None:
    """The state of the newer goal stays; one of the same goal is replaced."""
    store = bootstrap.goal_store()
    keep()
    stack.track()
    (before,) = (one.state for one in store.goals())
    keep(Goal("Reviews", "net_public_reviews", 5000, GOAL.start, GOAL.deadline))
    stack.track()
    (after,) = (one.state for one in store.goals())
    assert before
    assert after
    store.save_state("Reviews", before)
    assert [one.state for one in store.goals()] == [after]
    store.save_state("Reviews", replace(after, n=7))
    assert [one.state for one in store.goals()] == [replace(after, n=7)]


def test_a_source_that_is_not_read_leaves_its_days_out(stack: Pipeline) -> None:
    """Days that nobody has read completely are not taken for quiet ones; then data are stale."""
    a_day(3, until=TODAY - timedelta(9))
    read(NOW - timedelta(days=9))
    keep()
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.state.last == TODAY - timedelta(10)
    assert standing.status == "stale"


def test_a_changed_goal_has_no_forecast_of_the_one_before(stack: Pipeline) -> None:
    """Until it is tracked again."""
    a_day(3)
    keep()
    stack.track()
    keep(Goal("Reviews", "net_public_reviews", 5000, GOAL.start, GOAL.deadline))
    standing = viewed().standing
    assert standing
    assert (standing.state, standing.status) == (None, "too early")
    stack.track()
    again = viewed().standing
    assert again
    assert again.status == "off track"


def test_each_app_and_store_can_have_its_goal(stack: Pipeline) -> None:
    """Told of its own rows."""
    counted(TODAY, "app", "shopify:acme", reviews=4)
    counted(TODAY, "source", "steam", reviews=6, stars_5=5)
    keep(Goal("App", "net_public_reviews", 10, GOAL.start, GOAL.deadline, app="shopify:acme"))
    keep(Goal("Store", "five_star_reviews", 10, GOAL.start, GOAL.deadline, source="steam"))
    stack.track()
    values = {one.goal.name: one.state.value for one in bootstrap.goal_store().goals() if one.state}
    assert values == {"App": 4, "Store": 5}


def test_rates_and_averages_have_forecasts_too(stack: Pipeline) -> None:
    """In their own unit, with an interval and a record, and no fan."""
    for n in range(200):
        day = TODAY - timedelta(n)
        counted(day, csat_5=4, csat_2=1, sent=9, answered=5, stars_5=3, stars_3=1, reviews=4)
    for metric, target in (("csat", 75), ("response_rate", 90), ("average_rating", 4.4)):
        keep(Goal(metric, metric, target, GOAL.start, GOAL.deadline))  # type: ignore[arg-type]
    stack.track()
    states = {one.goal.name: one.state for one in bootstrap.goal_store().goals()}
    assert [state and round(state.value or 0, 2) for state in states.values()] == [4.5, 80, 55.56]
    found = {name: state.forecast for name, state in states.items() if state and state.forecast}
    assert found.keys() == states.keys()
    for name, one in found.items():
        assert one.coverage, name
        assert one.p80
        assert one.p80[0] < (one.expected or 0) < one.p80[1]
        poor = one.coverage.n_eff >= 4 and one.coverage.held < 0.6 * one.coverage.tried
        assert ("poor record" in one.doubts) == poor
    words = {name: state.settled.shown for name, state in states.items() if state}
    assert words == {"csat": "close", "response_rate": "off track", "average_rating": "on track"}


def test_a_rate_of_which_only_today_is_known_is_too_early(stack: Pipeline) -> None:
    """On the first day of a new installation there is no complete day yet."""
    counted(TODAY, csat_5=4, sent=9, answered=5, stars_3=1, reviews=1)
    for metric, target in (("csat", 75), ("response_rate", 90), ("average_rating", 4.4)):
        keep(Goal(metric, metric, target, GOAL.start, GOAL.deadline))  # type: ignore[arg-type]
    stack.track()
    states = [one.state for one in bootstrap.goal_store().goals()]
    assert [state and state.settled.shown for state in states] == ["too early"] * 3


def test_a_posted_number_has_a_pace_and_no_forecast(stack: Pipeline) -> None:
    """The newest value counts, and a day's value can be posted again."""
    store = bootstrap.goal_store()
    store.post("stars", TODAY - timedelta(30), 100)
    store.post("stars", TODAY, 130)
    store.post("stars", TODAY, 140.5)
    keep(Goal("Stars", "custom", 200, date(2026, 8, 1), GOAL.deadline, number="stars"))
    stack.track()
    standing = viewed("Stars").standing
    assert standing
    assert (standing.progress.value, standing.status) == (140.5, "no forecast")
    assert standing.progress.recent_rate == pytest.approx(40.5 / 30 * 7)


def test_hours_are_a_goal_as_well(stack: Pipeline) -> None:
    """The share of the hours in which people write that are answered in time."""
    for weeks in range(4):
        day = TODAY - timedelta(7 * weeks)
        counted(day, "hour", "all", **{"09_tickets": 5, "09_reply_60": 5})
        counted(day, "hour", "all", **{"22_tickets": 5, "22_reply_240": 5})
    keep(Goal("Hours", "hour_coverage", 90, GOAL.start, GOAL.deadline))
    stack.track()
    standing = viewed("Hours").standing
    assert standing
    assert (standing.progress.value, standing.progress.n) == (50, 2)


def test_what_people_believe_is_kept_with_its_line(stack: Pipeline) -> None:
    """Beside the model's word, by whom and when; a wrong one is refused."""
    store = bootstrap.goal_store()
    keep()
    believe("Reviews", 7, " launch week ", store, by="ann", now=NOW)
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.confidence == Confidence(7, "launch week", "ann", NOW)
    assert [one.what for one in store.changes("Reviews")] == ["confidence", "set"]
    with pytest.raises(Invalid, match="from 0 to 10"):
        believe("Reviews", 11, "", store, by="ann", now=NOW)
    with pytest.raises(NotFound):
        believe("Nothing", 1, "", store, by="ann", now=NOW)


def test_an_ended_goal_leaves_the_page_and_stays_in_the_list(stack: Pipeline) -> None:
    """Until it is set again."""
    store = bootstrap.goal_store()
    keep()
    end_goal("Reviews", store, by="ann", now=NOW, today=TODAY)
    assert viewed().standing is None
    with pytest.raises(NotFound):
        viewed("Reviews")
    (kept,) = store.goals()
    assert kept.ended == TODAY
    keep()
    assert viewed().standing is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"target": float("nan")}, "target is not a usable number"),
        ({"target": float("inf")}, "target is not a usable number"),
        ({"target": 1000.5}, "target must be a whole number"),
        ({"deadline": date(2025, 12, 31)}, "deadline must lie after the start"),
        ({"name": "\x07"}, "name must have 1 to 80 printable characters"),
        ({"metric": "csat", "target": 0.9}, "target is a percentage; write one such as 90"),
        ({"metric": "csat", "target": 90, "app": "shopify:a"}, "app is for net_public_reviews"),
        ({"metric": "average_rating", "target": 6}, "target is an average of stars"),
        ({"metric": "custom"}, "number is missing"),
        ({"app": "acme"}, "app is not an app of a store"),
        ({"app": "shopify:a", "source": "shopify"}, "source is a part of the app already"),
        ({"baseline": 2000}, "target must be above the baseline"),
        ({"target": 0, "baseline": -5}, "target must be above the baseline, and above 0"),
        ({"app": "shopify:" + "a" * 5000}, "app must have at most 200 characters"),
        ({"metric": "custom", "number": "n" * 5000}, "number must have at most 200 characters"),
    ],
)
def test_a_goal_that_cannot_be_meant_is_refused(
    stack: Pipeline, changes: dict[str, object], words: str
) -> None:
    """One sentence that names the field and what to do."""
    told = {name: getattr(GOAL, name) for name in GOAL.__dataclass_fields__} | changes
    with pytest.raises(Invalid, match=words):
        keep(Goal(**told))  # type: ignore[arg-type]
    assert bootstrap.goal_store().goals() == []


def test_a_target_that_is_reached_already_is_refused(stack: Pipeline) -> None:
    """With the value that it has."""
    with pytest.raises(Invalid, match="reached already: it is 1200 now"):
        set_goal(GOAL, bootstrap.goal_store(), value=1200, by="kim", now=NOW)


def test_two_people_cannot_overwrite_each_other(stack: Pipeline) -> None:
    """The second one is told, and nothing is half written."""
    store = bootstrap.goal_store()
    keep()
    kept = store.goal("Reviews")
    assert kept
    (line,) = store.changes("Reviews")
    with pytest.raises(Conflict):
        store.save_goal(kept, line)
    assert len(store.changes("Reviews")) == 1


def test_names_that_look_alike_as_keys_are_different_goals(stack: Pipeline) -> None:
    """Whatever stands in a name."""
    for name in ("a", "a#STATE", "a!", "a%23STATE"):
        keep(Goal(name, "net_public_reviews", 10, GOAL.start, GOAL.deadline))
    stack.track()
    kept = bootstrap.goal_store().goals()
    assert sorted(one.goal.name for one in kept) == ["a", "a!", "a#STATE", "a%23STATE"]
    assert all(one.state for one in kept)


@pytest.mark.parametrize("error", [ZeroDivisionError(), Invalid("The store refuses it.")])
def test_a_goal_that_fails_blocks_no_other(
    stack: Pipeline, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It stays as it was, it is logged, and the run ends as failed."""
    keep()
    keep(Goal("Other", "five_star_reviews", 10, GOAL.start, GOAL.deadline))

    def broken(standing: Progress, *args: object, **more: object) -> None:
        if standing.goal.name == "Other":
            raise error

    monkeypatch.setattr("northstar.app.track.prospect", broken)
    with pytest.raises(RuntimeError, match="Other"):
        stack.invoke("Track", {"track": "due"})
    states = {one.goal.name: one.state for one in bootstrap.goal_store().goals()}
    assert states["Other"] is None
    assert states["Reviews"] is not None


@pytest.mark.parametrize("metric", ["csat", "average_rating", "net_public_reviews"])
def test_a_deadline_that_is_too_far_has_no_forecast(stack: Pipeline, metric: Metric) -> None:
    """And says so."""
    for n in range(200):
        counted(TODAY - timedelta(n), csat_5=4, csat_2=1, stars_5=3, stars_3=1, reviews=4)
    target = {"csat": 99, "average_rating": 4.9, "net_public_reviews": 100_000}[metric]
    keep(Goal("Far", metric, target, GOAL.start, date(2099, 12, 31)))
    stack.track()
    standing = viewed("Far").standing
    assert standing
    assert standing.state
    assert standing.state.forecast
    assert (standing.state.forecast.p80, standing.state.forecast.doubts) == (None, ("too far",))


def unread(**moments: datetime) -> None:
    """Let the source have had a run that did not reach the end of its list."""
    run = Run("shopify", "acme", NOW, NOW, "partial", 1, 10, 0, 0, 0, complete=False)
    bootstrap.progress_store().save_run(run, None, Memory(**moments))


def test_no_milestone_is_kept_while_the_first_reading_goes_on(stack: Pipeline) -> None:
    """Older reviews may still raise what the goal begins with, or the day of a milestone."""
    unread(begun_at=NOW - timedelta(minutes=5))
    counted(date(2026, 4, 20), reviews=260)
    keep()
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.status == "too early"  # not stale: the first run may be under way
    assert bootstrap.goal_store().milestones() == []
    counted(date(2025, 12, 1), reviews=300)
    read(NOW)
    stack.track()
    later = viewed().standing
    assert later
    assert later.state
    assert later.state.milestones == ((date(2026, 4, 20), 500),)


def test_the_day_of_a_milestone_follows_the_count(stack: Pipeline) -> None:
    """When an older review is found; one that the baseline has passed is not told any more."""
    counted(date(2026, 4, 20), reviews=260)
    keep()
    stack.track()
    counted(date(2026, 2, 1), reviews=250)
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.state.milestones == ((date(2026, 2, 1), 250), (date(2026, 4, 20), 500))
    counted(date(2025, 2, 1), reviews=250)
    stack.track()
    again = viewed().standing
    assert again
    assert again.state
    assert [value for _, value in again.state.milestones] == [500, 750]


def test_a_list_that_is_cut_off_is_no_launch(stack: Pipeline) -> None:
    """Where a store shows its newest reviews only, the first one seen is not the first one."""
    stack.configure('[[sources]]\nsource = "apple_rss"\napp = "1"\ncountry = "us"\n')
    run = Run("apple_rss", "1/us", NOW, NOW, "ok", 1, 10, 0, 0, 0, complete=True)
    memory = Memory(good_at=NOW, settled_at=NOW, read_at=NOW)
    bootstrap.progress_store().save_run(run, None, memory)
    a_day(3, since=TODAY - timedelta(90))
    keep()
    stack.track()
    standing = viewed().standing
    assert standing
    assert standing.state
    assert standing.state.forecast
    assert standing.state.forecast.doubts[0] == "short history"
    assert standing.state.forecast.p80


def test_a_reached_goal_can_still_be_given_a_note(stack: Pipeline) -> None:
    """Only a target that is new must not be reached already."""
    store = bootstrap.goal_store()
    keep()
    noted = replace(GOAL, note="Done!\nThanks to all.", owner="Ann")
    assert set_goal(noted, store, value=1200, by="kim", now=NOW).goal == noted
    with pytest.raises(Invalid, match="reached already"):
        set_goal(replace(GOAL, target=1100), store, value=1200, by="kim", now=NOW)
    with pytest.raises(Invalid, match="printable"):
        set_goal(replace(GOAL, owner="A\u202enn"), store, value=None, by="kim", now=NOW)
