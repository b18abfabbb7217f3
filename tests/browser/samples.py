"""Sample views of every page and state, invented for the tests of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import sin

from northstar.app.configuration import SourceTarget
from northstar.app.goals import Change as GoalChange
from northstar.app.goals import Confidence, GoalState, KeptGoal
from northstar.app.inbox import Change, Choices, EntryView, FeedbackView, Filters
from northstar.app.ports import Run
from northstar.app.show_goals import GoalsView
from northstar.app.source import Capabilities
from northstar.app.survey_views import StopView, SurveyView, Switch, ThanksView
from northstar.app.texts import LANGUAGES, texts
from northstar.app.views import (
    AskingNumbers,
    Engine,
    GoalStanding,
    GoalView,
    LabelCounts,
    LanguageNumbers,
    PhraseGroup,
    PhraseNumbers,
    Quoted,
    Rating,
    SentimentView,
    SourceNumbers,
    SourcesView,
    StoreNumbers,
    Tile,
    TopicNumbers,
    TopicsView,
)
from northstar.domain.calibration import Coverage
from northstar.domain.feedback import Feedback
from northstar.domain.forecast import Band, Forecast
from northstar.domain.goals import Goal, Metric, Progress, progress, standing
from northstar.domain.learning import Figures
from northstar.domain.outlook import Past
from northstar.domain.rates import wilson
from northstar.domain.reviews import FIELDS, Outcome, Reply, Review
from northstar.domain.sentiment import Score
from northstar.domain.status import Settled, Status
from northstar.domain.surveys import Ask, Question, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Correction, Verdict
from northstar.web import customers, goals, inbox, pages, sentiment, sources, topics
from northstar.web.goal_forms import Tried
from tests.browser.samples_coverage import pages_of_numbers

NOW = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
TODAY = NOW.date()
YEAR = Goal(
    "Public reviews", "net_public_reviews", 10_000, date(2026, 1, 1), date(2026, 12, 28), 2210
)


def growing(goal: Goal, today: date, a_day: float, wave: float = 0.35) -> Progress:
    """Return a goal that grew by about `a_day` a day until `today`."""
    days = (today - goal.start).days + 1
    daily = {
        goal.start + timedelta(n): round(a_day * (1 + wave * sin(n / 9) + wave * sin(n * 1.7)))
        for n in range(days)
    }
    return progress(goal, daily, today)


def milestones_of(shown: Progress, *amounts: int) -> tuple[tuple[date, int], ...]:
    """Return when each amount was reached first; amounts not reached are left out."""
    first = (
        (next((d for d, v in shown.series if v >= amount), None), amount) for amount in amounts
    )
    return tuple((day, amount) for day, amount in first if day)


def _progress(target: int, days: int, a_day: float, *, so_far: int, baseline: int = 0) -> Progress:
    start = date(2026, 1, 1)
    aim = Goal(
        "Public reviews", "net_public_reviews", target, start, start + timedelta(days - 1), baseline
    )
    return growing(aim, start + timedelta(so_far), a_day)


ON_THE_WAY = growing(YEAR, TODAY, 22.6)

PROGRESSES: dict[str, Progress] = {
    "on_the_way": ON_THE_WAY,
    "far_behind": _progress(10_000, 365, 4, so_far=250),
    "far_ahead": _progress(10_000, 365, 60, so_far=90),
    "just_before_the_goal": _progress(1_000, 365, 2.74, so_far=362),
    "reached": _progress(1_000, 365, 4, so_far=260),
    "far_over": _progress(1_000, 365, 20, so_far=300),
    "flat": _progress(1_000, 365, 0, so_far=200),
    "flat_with_baseline": _progress(1_000, 365, 0, so_far=200, baseline=700),
    "falling": _progress(100, 200, -0.6, so_far=120),
    "first_day": _progress(1_000, 365, 3, so_far=0),
    "second_day": _progress(1_000, 365, 3, so_far=1),
    "last_day": _progress(1_000, 365, 2.5, so_far=364),
    "short_goal": _progress(30, 14, 2, so_far=6),
    "one_day_goal": _progress(5, 1, 2, so_far=0),
    "tiny_target": _progress(1, 30, 0.1, so_far=12),
    "three_years": _progress(250_000, 1096, 215, so_far=1000),
    "ten_years": _progress(1_000_000, 3652, 200, so_far=2400),
    "passed": _progress(10_000, 200, 47, so_far=245),
    "passed_long_ago": _progress(1_000, 100, 6, so_far=700),
    "in_the_future": replace(
        _progress(1_000, 365, 0, so_far=0), today=date(2025, 12, 1), needed_rate=17.8
    ),
}


def fan_of(shown: Progress, a_week: float, width: float) -> Forecast:
    """Return an invented forecast: so much a week from the day before on, and so wide a fan."""
    last, aim = shown.today - timedelta(1), shown.goal
    value, left = dict(shown.series).get(last, shown.baseline), (aim.deadline - last).days
    bands = []
    for days in [*range(7, left, 7), left]:
        middle, half = value + a_week * days / 7, width * days / max(left, 1) / 2
        edges = (middle + part * half for part in (-1, -0.5, 0, 0.5, 1))
        bands.append(Band(last + timedelta(days), *map(round, edges)))
    end = bands[-1]
    return Forecast(
        "likely",
        value,
        expected=end.p50,
        p50=(end.p25, end.p75),
        p80=(end.p10, end.p90),
        eta80=(aim.deadline - timedelta(9), aim.deadline, None),
        probability=0.5,
        coverage=Coverage(19, 24, 5.2, 0.97, 63),
        bands=tuple(bands),
    )


def share_of(aim: Goal, low: float, high: float, **changes: object) -> Forecast:
    """Return an invented forecast of a rate, whose 80 % interval is from low to high."""
    middle, part = (low + high) / 2, (high - low) / 4
    plain = Forecast(
        "likely",
        middle,
        expected=middle,
        p50=(middle - part, middle + part),
        p80=(low, high),
        probability=0.62,
        coverage=Coverage(14, 16, 3.9, 1.2, 63),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def state_of(
    shown: Progress, found: Status, told: Forecast | None = None, **changes: object
) -> GoalState:
    """Return what `track` made of a goal, known until the day before."""
    plain = GoalState(
        version=1,
        made_at=NOW,
        day=shown.today,
        settled=Settled(found),
        value=shown.value,
        n=shown.n,
        baseline=shown.baseline,
        even_pace=shown.even_pace,
        last=shown.today - timedelta(1),
        forecast=told,
        trend=shown.series[::7][-12:],
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def standing_of(
    shown: Progress, found: Status, told: Forecast | None = None, **changes: object
) -> GoalStanding:
    """Return how a goal stands, with its state; keyword arguments are fields of the state."""
    return GoalStanding(shown, state_of(shown, found, told, **changes), found, None)


def rate(metric: Metric, target: float, *values: float, n: int = 1284) -> Progress:
    """Return a goal of a rate with a value every ten days, the last one today."""
    start = TODAY - timedelta(10 * (len(values) - 1))
    aim = Goal(f"Goal of {metric}", metric, target, start, date(2026, 12, 28))
    days = (start + timedelta(10 * at) for at in range(len(values)))
    return standing(aim, tuple(zip(days, values, strict=True)), TODAY, value=values[-1], n=n)


SURE = Confidence(7, "The spring launch brings more.", "Ada Lovelace", NOW - timedelta(days=2))
CSAT = rate("csat", 92, 86.2, 87.5, 88.1, 87.9, 89.4, 90.6, 90.9)
STARS = rate("average_rating", 4.6, 4.41, 4.44, 4.43, 4.48, 4.5, 4.52, n=812)
POSTED = rate("custom", 60, 12.5, 20, 31.25, 30, 41.5, n=0)
EARLIER = replace(YEAR, target=8_000, deadline=date(2026, 11, 30))
REAL = replace(
    fan_of(ON_THE_WAY, 170, 1360),
    eta80=(date(2026, 11, 17), date(2026, 12, 1), date(2026, 12, 27)),
    probability=0.9,
    past=(
        Past(date(2026, 3, 29), date(2026, 8, 2), 2134, 4369, 2767),
        Past(date(2026, 5, 10), date(2026, 9, 13), 3127, 5014, 2901),
    ),
)
REAL_MILESTONES = ((date(2026, 3, 16), 4_000.0), (date(2026, 6, 17), 6_000.0))

STATUSES: dict[str, GoalStanding] = {
    "on_track": replace(
        standing_of(
            ON_THE_WAY,
            "on track",
            REAL,
            milestones=REAL_MILESTONES,
            former=((date(2026, 4, 20), EARLIER),),
            held=9,
            tried=11,
        ),
        confidence=SURE,
    ),
    "close": standing_of(ON_THE_WAY, "close", fan_of(ON_THE_WAY, 122, 900)),
    "off_track": standing_of(
        ON_THE_WAY,
        "off track",
        replace(
            fan_of(ON_THE_WAY, 60, 900),
            doubts=("short history", "far ahead", "no growth", "poor record", "pace changed"),
            eta80=(None, None, None),
            probability=0.004,
        ),
    ),
    "too_early": standing_of(
        PROGRESSES["first_day"],
        "too early",
        Forecast("too early", 3, ("short history",)),
        forecast_from=date(2026, 2, 27),
    ),
    "stale": standing_of(ON_THE_WAY, "stale", REAL, last=TODAY - timedelta(9)),
    "no_forecast": standing_of(POSTED, "no forecast"),
    "csat": standing_of(CSAT, "close", share_of(CSAT.goal, 89.1, 93.4)),
    "stars": standing_of(STARS, "off track", share_of(STARS.goal, 4.49, 4.56, probability=0.02)),
    "unknown": GoalStanding(
        standing(CSAT.goal, (), TODAY, value=None, n=0), None, "too early", None
    ),
    "new": GoalStanding(PROGRESSES["second_day"], None, "too early", None),
}
OTHERS = tuple(
    KeptGoal(replace(one.progress.goal, name=f"Another goal, {name}"), 1, state=one.state)
    for name, one in STATUSES.items()
    if name in {"close", "csat", "stale"}
)


def verdict(value: float | None, label: str, language: str = "en") -> Verdict:
    """Return the verdict of a made-up engine."""
    score = Score(value, label, 0.8, language, "detected", "vader-3.3.2+n1")  # type: ignore[arg-type]
    return Verdict(score)


def review(number: int, text: str | None, **changes: object) -> Feedback:
    """Return a five-star review with some of its fields changed."""
    plain = Feedback(
        id=f"shopify:example:{number}",
        kind="review",
        occurred_at="2026-09-12",
        rating=5,
        solved=None,
        title=None,
        text=text,
        source="shopify",
        channel=None,
        template=None,
        language="en",
        verdict=verdict(0.72, "positive"),
        author="Corner Shop",
        url="https://reviews.example.com/1",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def answer(number: int, text: str | None, **changes: object) -> Feedback:
    """Return an answer to question *csat* with some of its fields changed."""
    plain = Feedback(
        id=f"{number:032x}",
        kind="answer",
        occurred_at="2026-09-13T17:20:00.000Z",
        rating=4,
        solved=None,
        title=None,
        text=text,
        source="zendesk",
        channel="email",
        template=None,
        language="en",
        verdict=verdict(0.4, "positive") if text else None,
        subject="Refund for order 1042",
        author="Ada Lovelace",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


NEWEST = (
    answer(
        1, "Quick and friendly, but I had to explain the problem twice to two different people."
    ),
    review(
        1,
        "Set up in ten minutes. The analytics finally tell me something I can act on, and support "
        "answered on a Sunday when our launch was about to go wrong.",
        title="Finally!",
    ),
    answer(2, None, rating=None, solved=True, template="refund-status@3", verdict=None),
    review(
        2,
        "التطبيق ممتاز لكن المزامنة بطيئة أحياناً",
        rating=3,
        language="ar",
        verdict=verdict(None, "undetermined", "ar"),
        reply="شكراً لك، نعمل على تسريعها.",
    ),
    answer(
        3,
        "The link in the answer was broken.",
        rating=None,
        solved=False,
        template="login-code@7",
        verdict=verdict(-0.48, "negative"),
    ),
    review(
        3,
        "ログインが簡単で助かります。",
        language="ja",
        verdict=verdict(None, "undetermined", "ja"),
        public=False,
        edited=True,
        url="javascript:alert(1)",
    ),
)

ASKING = AskingNumbers(
    tickets=2310,
    sent=1980,
    answered=451,
    reminded=1204,
    cancelled=37,
    coverage=wilson(451, 2310),
    suppressed=(("recently_asked", 214), ("no_address", 61), ("unsubscribed", 18)),
    suspects=23,
    left_out=False,
)
NOBODY_ASKED = AskingNumbers(0, 0, 0, 0, 0, wilson(0, 0), (), 0, left_out=False)

EMPTY_TILE = Tile(wilson(0, 0), wilson(0, 0), (None,) * 12)
EMPTY_RATING = Rating({}, None, 0)

FULL = GoalView(
    business="Acme Support",
    time_zone="UTC",
    now=NOW,
    standing=STATUSES["on_track"],
    others=(),
    rating=Rating({5: 5141, 4: 1687, 3: 562, 2: 321, 1: 321}, 4.36, 8032),
    csat=Tile(
        wilson(1168, 1284),
        wilson(1012, 1160),
        (0.86, 0.87, 0.85, 0.88, 0.87, 0.89, None, 0.9, 0.89, 0.91, 0.9, 0.92),
    ),
    solved=Tile(
        wilson(412, 530),
        wilson(398, 520),
        (0.74, 0.79, 0.73, 0.75, 0.77, 0.71, 0.76, 0.78, 0.8, 0.76, 0.77, 0.78),
    ),
    response=Tile(
        wilson(1814, 7890),
        wilson(1900, 7610),
        (0.27, 0.26, 0.25, 0.26, 0.24, 0.25, 0.24, 0.23, 0.24, 0.22, 0.23, 0.23),
    ),
    asking=ASKING,
    stores=(
        StoreNumbers("shopify", "acme-reviews", NOW, 7480, 4.6, 7452, 7452),
        StoreNumbers("app_store_connect", "310633997", NOW, 580, 4.1, 580, 580),
        StoreNumbers("google_play", "com.example.acme", NOW, None, None, 0, 0),
    ),
    newest=NEWEST,
    data_to=NOW,
    stale_sources=(),
    demo=False,
)

EMPTY = replace(
    FULL,
    standing=None,
    rating=EMPTY_RATING,
    csat=EMPTY_TILE,
    solved=EMPTY_TILE,
    response=EMPTY_TILE,
    asking=NOBODY_ASKED,
    stores=(),
    newest=(),
    data_to=None,
)

GOALS: dict[str, GoalView] = {
    "full": FULL,
    "empty": EMPTY,
    "no_data_yet": replace(EMPTY, standing=standing_of(PROGRESSES["flat"], "too early")),
    "stale_demo": replace(
        FULL,
        asking=replace(ASKING, suspects=1, left_out=True),
        stale_sources=("shopify", "google_play"),
        demo=True,
    ),
    "few_answers": replace(
        FULL,
        standing=STATUSES["too_early"],
        csat=Tile(wilson(11, 12), wilson(0, 0), (*(None,) * 11, 0.92)),
        solved=Tile(wilson(3, 3), wilson(2, 4), (*(None,) * 9, 0.5, None, 1.0)),
        rating=Rating({5: 9, 4: 2}, 4.8, 11),
        stores=(StoreNumbers("shopify", "acme-reviews", NOW, 9, 4.9, 11, 11),),
    ),
    "reached": replace(
        FULL,
        standing=standing_of(
            PROGRESSES["reached"],
            "reached",
            REAL,
            milestones=milestones_of(PROGRESSES["reached"], 250, 500, 750, 1000),
        ),
    ),
    "passed": replace(FULL, standing=standing_of(PROGRESSES["passed"], "ended")),
    "future": replace(FULL, standing=standing_of(PROGRESSES["in_the_future"], "not begun")),
    "three_years": replace(
        FULL,
        others=OTHERS * 5,
        standing=standing_of(
            PROGRESSES["three_years"],
            "close",
            replace(fan_of(PROGRESSES["three_years"], 1505, 60_000), past=REAL.past * 10),
            milestones=milestones_of(PROGRESSES["three_years"], 50_000, 100_000, 150_000, 200_000),
        ),
    ),
    **{name: replace(FULL, standing=one, others=OTHERS) for name, one in STATUSES.items()},
}


def kept(name: str, **changes: object) -> KeptGoal:
    """Return a goal of the samples as it is kept, with some of its fields changed."""
    told = STATUSES[name]
    plain = KeptGoal(
        replace(told.progress.goal, name=f"Goal {name}"),
        version=1,
        confidence=told.confidence,
        state=told.state,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


LED = kept("on_track")
LED = replace(LED, goal=replace(LED.goal, owner="Grace", note="Agreed on with the board."))
ALL_GOALS = GoalsView(
    business="Acme Support",
    time_zone="UTC",
    now=NOW,
    goals=(LED, *(kept(name) for name in ("close", "csat", "stars", "stale", "unknown", "new"))),
    ended=(kept("off_track", ended=date(2026, 8, 3)),),
    chosen=LED,
    changes=(
        GoalChange(NOW - timedelta(days=2), "Ada Lovelace", "confidence", LED.goal, SURE),
        GoalChange(NOW - timedelta(days=147), "northstar.toml", "set", LED.goal),
        GoalChange(NOW - timedelta(days=256), "Grace", "set", replace(EARLIER, name=LED.goal.name)),
    ),
    editor=True,
    demo=False,
)
REFUSED = Tried(
    "goal",
    {"name": "More", "metric": "csat", "target": "120", "deadline": "2026-12-31"},
    "target",
    "The goal's target is a percentage; write one such as 90.",
)

GOALS_PAGES: dict[str, tuple[GoalsView, Tried]] = {
    "goals": (ALL_GOALS, Tried("goal")),
    "goals_viewer": (replace(ALL_GOALS, editor=False, chosen=None, changes=()), Tried("goal")),
    "goals_none": (
        replace(ALL_GOALS, goals=(), ended=(), chosen=None, changes=(), demo=True),
        Tried("goal"),
    ),
    "goals_refused": (replace(ALL_GOALS, goals=(LED,), chosen=None), REFUSED),
}

INBOX = FeedbackView(
    business="Acme Support",
    time_zone="UTC",
    today=TODAY,
    filters=Filters(),
    choices=Choices(
        topics=("login", "crash", "two-factor codes"),
        languages=("de", "en", "pt", "und"),
        sources=("shopify", "zendesk"),
    ),
    items=NEWEST,
    next_cursor="2026-09|abc=",
    first_page=True,
    looked=0,
    back_to=None,
    cut_short=False,
    demo=False,
)
MANY_FILTERS = Filters(
    text="refund & more",
    since=date(2026, 3, 1),
    until=date(2026, 9, 14),
    rating=1,
    sentiment="negative",
    topic="login",
    language="pt",
    template="refund@3",
    suspect=False,
    mismatch=True,
)

INBOXES: dict[str, FeedbackView] = {
    "inbox": INBOX,
    "inbox_empty": replace(INBOX, items=(), next_cursor=None),
    "inbox_last_page": replace(
        INBOX, items=NEWEST[:1], next_cursor=None, first_page=False, demo=True
    ),
    "inbox_filtered": replace(
        INBOX,
        filters=MANY_FILTERS,
        items=NEWEST[:2],
        looked=400,
        back_to="2026-03-03T08:00:00.000Z",
        cut_short=True,
    ),
    "inbox_no_match": replace(
        INBOX, filters=Filters(text="x"), items=(), next_cursor=None, looked=7, back_to="2026-09-01"
    ),
}


SHOWS = Capabilities(
    stars=True,
    time_of_day=False,
    complete_list=True,
    edits=True,
    replies=True,
    needs_key=False,
)


def run(hours_ago: int, outcome: Outcome = "ok", **changes: object) -> Run:
    """Return a quiet run over Shopify with some of its fields changed."""
    started_at = NOW - timedelta(hours=hours_ago)
    plain = Run(
        source="shopify",
        app="acme-reviews",
        started_at=started_at,
        finished_at=started_at + timedelta(seconds=3),
        outcome=outcome,
        pages=1,
        reviews=10,
        new=0,
        changed=0,
        removed=0,
        complete=False,
        bytes=61_400,
        filled=dict.fromkeys(FIELDS, 10) | {"version": 0, "title": 0},
        published=7480,
        public=7452,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def _two_days(**newest: object) -> tuple[Run, ...]:
    """Return 48 runs, newest first: some news now and then, and a sweep once a day."""
    found = {5: 1, 9: 2, 12: 1, 20: 7, 21: 3, 30: 1, 33: 12, 40: 2}
    runs = [run(n, new=found.get(n, 0), changed=n % 9 == 0, edited=n % 9 == 0) for n in range(48)]
    for n in (1, 25):
        sweep = {"pages": 746, "reviews": 7452, "complete": True, "removed": 1}
        runs[n] = run(n, bytes=45_800_000, waited=372.5, replied=4, changed=4, **sweep)
    runs[0] = replace(runs[0], **newest)  # type: ignore[arg-type]
    return tuple(runs)


def source(**changes: object) -> SourceNumbers:
    """Return a source that is up to date, with some of its fields changed."""
    plain = SourceNumbers(
        source="shopify",
        app="acme-reviews",
        target=SourceTarget("shopify", "acme-reviews"),
        standing="up_to_date",
        good_at=NOW,
        late=False,
        next_by=NOW + timedelta(hours=1),
        store=StoreNumbers("shopify", "acme-reviews", NOW, 7480, 4.6, 7452, 7452),
        counted=7452,
        shows=SHOWS,
        runs=_two_days(),
        usual=dict.fromkeys(FIELDS, (280.0, 280.0)) | {"version": (0.0, 280.0)},
        told=(),
        waiting=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


_REASON = "page 1: no review block on a page that counts 580 reviews (kept as 3f2a90.gz)"
_SILENT = "https://addons.mozilla.org/api did not answer in 3 tries: status 503."
_APPLE = {"source": "apple_rss", "app": "310633997/us"}
_PLAY = {"source": "google_play", "app": "com.example.acme"}
_NOTHING = {"good_at": None, "next_by": None, "store": None, "counted": 0, "runs": (), "usual": {}}

STANDINGS: dict[str, SourceNumbers] = {
    "broken": source(
        **_APPLE,
        target=SourceTarget("apple_rss", "310633997", "us"),
        standing="broken",
        good_at=NOW - timedelta(hours=3),
        store=StoreNumbers("apple_rss", "310633997/us", NOW, None, None, 500, 500),
        shows=replace(SHOWS, time_of_day=True, complete_list=False, replies=False),
        runs=(
            *(run(n, "broken", reviews=0, filled={}, reason=_REASON, kept=1) for n in range(3)),
            *(run(n, **_APPLE, new=n % 4) for n in range(3, 26)),
        ),
        told=("source_broken",),
        waiting=3,
    ),
    "unread": source(
        source="firefox",
        app="acme-tabs",
        target=SourceTarget("firefox", "acme-tabs"),
        standing="unread",
        good_at=None,
        late=True,
        store=StoreNumbers("firefox", "acme-tabs", NOW, None, None, 0, 0),
        counted=0,
        runs=tuple(
            run(n, "broken", pages=0, reviews=0, filled={}, bytes=0, published=None, reason=_SILENT)
            for n in range(4)
        ),
        usual={},
        told=("source_broken",),
    ),
    "partial": source(
        app="acme-returns",
        target=SourceTarget("shopify", "acme-returns"),
        standing="partial",
        good_at=NOW - timedelta(days=2),
        late=True,
        runs=_two_days(outcome="partial", new=3, reason="page 2: 1 of 10 reviews has no date"),
        told=("source_partial", "source_fill", "removals_held"),
        waiting=1000,
    ),
    "out_of_date": source(
        **_PLAY,
        standing="out_of_date",
        good_at=NOW - timedelta(hours=9),
        late=True,
        next_by=NOW - timedelta(hours=8),
        store=StoreNumbers("google_play", "com.example.acme", NOW, None, None, 81, 81),
        shows=replace(SHOWS, window=timedelta(days=7), complete_list=False, needs_key=True),
        runs=tuple(run(n, "empty", reviews=0, filled={}) for n in range(9, 21)),
        told=("source_stale",),
    ),
    "never": source(
        source="steam",
        app="1091500",
        target=SourceTarget("steam", "1091500"),
        standing="never",
        late=True,
        shows=replace(SHOWS, stars=False, time_of_day=True),
        **_NOTHING,
    ),
    "begun": source(
        source="wordpress",
        app="acme-forms",
        target=SourceTarget("wordpress", "acme-forms"),
        standing="begun",
        late=True,
        **(_NOTHING | {"counted": 1240}),
    ),
    "up_to_date": source(),
    "off": source(
        source="firefox",
        app="acme",
        target=SourceTarget("firefox", "acme", enabled=False),
        standing="off",
        late=True,
        **_NOTHING,
    ),
    "dropped": source(
        source="gone_store",
        app="acme-old",
        target=None,
        standing="dropped",
        good_at=NOW - timedelta(days=90),
        late=True,
        next_by=None,
        shows=None,
    ),
}

SOURCES = SourcesView(
    business="Acme Support",
    time_zone="UTC",
    now=NOW,
    sources=tuple(STANDINGS.values()),
    unlisted=1312,
    every=timedelta(hours=1),
    editor=True,
    queued=None,
    demo=False,
)

SOURCE_PAGES: dict[str, SourcesView] = {
    "sources": SOURCES,
    "sources_one": replace(SOURCES, sources=(source(),), queued="shopify acme-reviews"),
    "sources_viewer": replace(SOURCES, sources=(source(),), editor=False, every=None),
    "sources_short": replace(
        SOURCES, sources=tuple(replace(one, runs=one.runs[:5]) for one in STANDINGS.values())
    ),
    "sources_none": replace(SOURCES, sources=(), unlisted=0),
    "sources_many": replace(
        SOURCES,
        sources=(
            STANDINGS["broken"],
            *(
                source(app=f"acme-{n}", target=SourceTarget("shopify", f"acme-{n}"))
                for n in range(39)
            ),
        ),
    ),
}


def quoted(
    number: int, words: str, language: str = "en", rating: int = 1, **changes: object
) -> Quoted:
    """Return a passage of a review in a language."""
    label = "negative" if rating < 3 else "positive"
    said = verdict(0.6 if rating > 3 else -0.6, label, language)
    given = {"rating": rating, "language": language, "verdict": said} | changes
    return Quoted(words, review(number, f"{words} And more.", **given))


def topic(name: str, *negative_positive: int, **changes: object) -> TopicNumbers:
    """Return a topic with so many negative and positive texts, and some of its fields changed."""
    negative, positive = negative_positive
    now = LabelCounts(negative, negative // 8, positive, positive // 9)
    weeks = tuple(round(now.texts / 4.3 * (1 + 0.4 * sin(n * 1.3 + negative))) for n in range(12))
    plain = TopicNumbers(name, now, LabelCounts(negative - 1, 0, positive + 2, 0), weeks)
    return replace(plain, **changes)  # type: ignore[arg-type]


_LOCKED_OUT = (
    quoted(61, "I got logged out of my account, and now I can't log back in."),
    quoted(
        62,
        "Seit dem letzten Update muss ich mich jeden Morgen neu anmelden, und der Code kommt erst "
        "nach zehn Minuten oder gar nicht.",
        "de",
        2,
    ),
    quoted(63, "تسجيل الدخول لا يعمل منذ التحديث الأخير.", "ar"),
)
_EASY = (quoted(64, "ログインが簡単で助かります。", "ja", 5),)
_SCREEN = (
    quoted(65, "Black screen after the splash, every single time."),
    Quoted(
        "It shows a black screen, I had to answer the customer from my phone.",
        answer(66, "It shows a black screen", rating=None, solved=False, id="a/b c&d=é#1"),
    ),
)

TOPICS = TopicsView(
    business="Acme Support",
    time_zone="UTC",
    today=TODAY,
    days=30,
    language=None,
    languages=("ar", "de", "en", "ja"),
    topics=(
        topic("login", 1214, 302, complaints=_LOCKED_OUT, praise=_EASY),
        topic("crash", 41, 9, complaints=_SCREEN),
        topic("price", 17, 55, praise=_EASY),
        topic("two-factor codes", 3, 2),
        topic("support", 0, 1, weeks=(0,) * 11 + (1,)),
    ),
    groups=(
        PhraseGroup(
            "emerging",
            "en",
            410,
            380,
            (
                PhraseNumbers("black screen", 31, 2, _SCREEN),
                PhraseNumbers("the last update", 12, 1, _LOCKED_OUT[:1]),
            ),
        ),
        PhraseGroup("emerging", "ar", 44, 51, (PhraseNumbers("التحديث", 9, 0, _LOCKED_OUT[2:]),)),
        PhraseGroup(
            "complaints", "de", 96, 1204, (PhraseNumbers("code", 20, 3, _LOCKED_OUT[1:2]),)
        ),
        PhraseGroup(
            "version",
            "en",
            64,
            310,
            (PhraseNumbers("black screen", 22, 4, _SCREEN),),
            app="app_store_connect:310633997",
            version="5.10",
        ),
    ),
    found_on=TODAY,
    left_out=0,
    rereading=False,
    demo=False,
)

TOPIC_PAGES: dict[str, TopicsView] = {
    "topics": TOPICS,
    "topics_rereading": replace(TOPICS, rereading=True, days=7, left_out=31_204),
    "topics_german": replace(
        TOPICS,
        language="de",
        topics=(topic("login", 41, 9, complaints=_LOCKED_OUT[1:2]), topic("price", 5, 30)),
        groups=(),
    ),
    "topics_first_day": replace(
        TOPICS,
        found_on=None,
        languages=(),
        groups=(),
        topics=(topic("login", 2, 1), topic("price", 0, 3)),
    ),
    "topics_none": replace(
        TOPICS, found_on=None, languages=(), groups=(), topics=(), demo=True, days=90
    ),
}


def entry_view(item: Feedback, **changes: object) -> EntryView:
    """Return the page of one feedback, for an editor."""
    plain = EntryView(
        business="Acme Support",
        time_zone="UTC",
        item=item,
        edited_at=None,
        changes=(),
        older_changes=0,
        languages=("ar", "de", "en", "fr", "ja", "pt"),
        topics=("login", "crash", "price", "delivery", "two-factor codes"),
        editor=True,
        demo=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def doubtful(number: int, text: str, language: str = "en", rating: int = 5) -> Feedback:
    """Return a review whose stars and text contradict each other."""
    high = rating > 3
    said = verdict(-0.82 if high else 0.86, "negative" if high else "positive", language)
    said = replace(
        said,
        score=replace(said.score, confidence=0.91, engine="hash16-en-1a2b3c4d+n1"),
        topics=("login", "crash"),
        mismatch="stars high, text negative" if high else "stars low, text positive",
    )
    return review(number, text, rating=rating, language=language, verdict=said)


_LOCKED = doubtful(
    71,
    "Since the update I cannot log in any more, it closes by itself.\nPlease fix this soon!",
)
_CORRECTION = Correction(NOW, "neutral", "fr", ("login",), ("label", "language"))

ENTRIES: dict[str, EntryView] = {
    "one": entry_view(_LOCKED),
    "one_viewer": entry_view(_LOCKED, editor=False),
    "one_corrected": entry_view(
        replace(_LOCKED, language="fr", verdict=replace(_LOCKED.verdict, correction=_CORRECTION)),
        demo=True,
    ),
    "one_undetermined": entry_view(NEWEST[3]),
    "one_unread": entry_view(review(72, "Just in.", verdict=None)),
    "one_stars_only": entry_view(review(73, None, verdict=None)),
    "one_answer": entry_view(NEWEST[0], topics=()),
    "one_edited": entry_view(
        review(74, "Set up in an hour. Support is great.", edited=True),
        edited_at="2026-09-12",
        changes=(
            Change(
                NOW,
                Review("shopify", "74", 2, text="Set up in ten days. Support is slow."),
                Review("shopify", "74", 5, "Finally!", "Set up in an hour. Support is great."),
            ),
            Change(
                NOW - timedelta(days=40),
                Review("shopify", "74", 2, text="Set up in ten days."),
                Review(
                    "shopify",
                    "74",
                    2,
                    text="Set up in ten days. Support is slow.",
                    reply=Reply("We are sorry."),
                ),
            ),
        ),
        older_changes=1,
    ),
    "one_answer_edited": entry_view(
        replace(NEWEST[0], edited=True), edited_at="2026-09-14T05:00:00.000Z", topics=()
    ),
}


def labels_of_a_week(n: int, texts: int = 180) -> LabelCounts:
    """Return the labels of a week of about so many texts."""
    size = texts * (1 + 0.3 * sin(n * 1.3))
    negative, neutral = 0.22 + 0.08 * sin(n / 4), 0.14 + 0.03 * sin(n)
    shares = (negative, neutral, 0.9 - negative - neutral, 0.1)
    return LabelCounts(*(round(size * share) for share in shares))


def language_numbers(
    language: str, texts: int, engine: Engine, **changes: object
) -> LanguageNumbers:
    """Return how a language is understood, with some of its fields changed."""
    plain = LanguageNumbers(
        language=language,
        counts=LabelCounts(texts // 5, texts // 7, texts - texts // 5 - texts // 7),
        share=wilson(texts, 9200),
        engine=engine,
        own=None,
        vader=None,
        wrong=wilson(0, 0),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


SENTIMENT = SentimentView(
    business="Acme Support",
    time_zone="UTC",
    weeks=tuple((TODAY - timedelta(weeks=25 - n), labels_of_a_week(n)) for n in range(26)),
    now=labels_of_a_week(25, 780),
    before=labels_of_a_week(21, 760),
    languages=(
        language_numbers(
            "en",
            6120,
            "vader and own",
            own=Figures(1204, 3980, 0.874, 0.801, 0.031),
            vader=Figures(1204, 3980, 0.811, 0.719, 0.064),
            wrong=wilson(12, 40),
        ),
        language_numbers(
            "fr",
            1410,
            "own",
            own=Figures(218, 524, 0.904, 0.829, 0.042),
            vader=Figures(218, 524, 0.592, 0.507, 0.211),
            wrong=wilson(1, 6),
        ),
        language_numbers("pl", 640, "multilingual", own=Figures(61, 120, 0.81, 0.74, None)),
        language_numbers("ja", 402, "nobody", counts=LabelCounts(undetermined=402)),
        language_numbers("und", 320, "nobody", counts=LabelCounts(2, 1, 20, 297)),
    ),
    others=308,
    wrong={"label": wilson(14, 51), "language": wilson(3, 9), "topics": wilson(0, 0)},
    abstained=9,
    unknown=1,
    waiting=64,
    doubtful=(
        _LOCKED,
        doubtful(74, "التطبيق لا يعمل منذ التحديث الأخير ولا أحد يرد", "ar"),
        doubtful(75, "I love it, my children use it every day and learn a lot", rating=1),
        doubtful(76, "Não foi entregue e ninguém responde aos e-mails. " * 6, "pt", 4),
    ),
    rereading=False,
    demo=False,
)

SENTIMENT_PAGES: dict[str, SentimentView] = {
    "sentiment": SENTIMENT,
    "sentiment_rereading": replace(SENTIMENT, rereading=True, doubtful=SENTIMENT.doubtful * 5),
    "sentiment_first_weeks": replace(
        SENTIMENT,
        weeks=tuple(
            (day, LabelCounts() if n < 20 or n == 23 else labels_of_a_week(n, 20 * (n - 18)))
            for n, (day, _) in enumerate(SENTIMENT.weeks)
        ),
        now=LabelCounts(3, 0, 8, 1),
        before=LabelCounts(),
        languages=(language_numbers("en", 31, "vader"),),
        others=0,
        wrong={name: wilson(0, 0) for name in SENTIMENT.wrong},
        abstained=0,
        unknown=0,
        waiting=0,
        doubtful=(),
    ),
    "sentiment_none": replace(
        SENTIMENT,
        weeks=tuple((day, LabelCounts()) for day, _ in SENTIMENT.weeks),
        now=LabelCounts(),
        before=LabelCounts(),
        languages=(),
        others=0,
        waiting=0,
        doubtful=(),
        demo=True,
    ),
}


def ask(question: Question = "csat", response: Response | None = None) -> Ask:
    """Return an ask that was sent, answered when there is a response."""
    return Ask(
        id="0" * 32,
        version=2,
        state="answered" if response else "sent",
        question=question,
        ticket=Ticket(
            desk="zendesk",
            id="1042",
            channel="email",
            solved_at=NOW,
            customer=Customer("77", name="Ada"),
            subject="Refund for order 1042",
            agent="Lena",
            template=Template("refund-status", "3") if question == "solved" else None,
        ),
        person="p",
        planned_at=NOW,
        due_at=NOW,
        survey="standard@1",
        sent_at=NOW,
        answered_at=NOW if response else None,
        response=response,
    )


def questions(question: Question = "csat", language: str = "en") -> tuple[str, str]:
    """Return the words of both questions where nobody has configured others."""
    t = texts(language)
    return t[question], t["comment"]


def switch(language: str = "en") -> Switch:
    """Return the addresses of a page in each language, which keep the rating of a mail's link."""
    return tuple(
        (tag, name, f"/s/token?r=4&lang={tag}", tag == language) for tag, name in LANGUAGES.items()
    )


def survey(
    question: Question = "csat",
    response: Response | None = None,
    language: str = "en",
    **more: object,
) -> SurveyView:
    """Return a survey form; `more` are the fields of the view that differ."""
    plain = SurveyView(
        business="Acme Support",
        ask=ask(question, response),
        action="/s/token",
        language=language,
        questions=questions(question, language),
        stop="/u/token",
        switch=switch(language),
        privacy_url="https://acme.example/privacy",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def thanks(response: Response | None = None, language: str = "en", **more: object) -> ThanksView:
    """Return the page after an answer to *csat*; `more` are the fields of the view that differ."""
    plain = ThanksView(
        business="Acme Support",
        language=language,
        ask=ask("csat", response),
        questions=questions("csat", language),
        until=date(2026, 9, 21),
        change="/s/token",
        review_url="https://store.example/acme/review",
        help_url="https://acme.example/help",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def _surveys(language: str) -> dict[str, SurveyView]:
    """Return the form in its states."""
    missing = survey(language=language, comment="I liked it.", error="choose")
    too_long = survey(language=language, preselected="5", comment="word " * 500, error="too_long")
    values = {"count": "2500", "limit": "2000"}
    return {
        "survey": survey(language=language),
        "survey_preselected": survey(language=language, preselected="4"),
        "survey_solved": survey("solved", language=language),
        "survey_again": survey("csat", Response(csat=2, comment="Too slow."), language),
        "survey_anonymous": survey(language=language, anonymous=True),
        "survey_missing": replace(missing, error_field="answer"),
        "survey_long": replace(too_long, error_field="comment", error_values=values),
        "survey_refused": survey(language=language, error="refused_reason"),
    }


def _thanks(language: str) -> dict[str, ThanksView]:
    """Return the page after sending in its states."""
    over = {"until": None, "change": None, "review_url": None, "help_url": None}
    solved = {"ask": ask("solved", Response(solved=False))}
    return {
        "thanks": thanks(Response(csat=4, comment="Good."), language),
        "thanks_no_comment": thanks(Response(csat=1), language, add_comment=True),
        "thanks_anonymous": thanks(None, language, until=None, change=None),
        "thanks_final": thanks(
            None, language, questions=questions("solved", language), **over, **solved
        ),
    }


def _notices(language: str) -> dict[str, str]:
    """Return the pages without a form or an answer."""
    business, code = "Acme Support", "1-5759e988-bd862e3fe1be46a994272793"
    ending = StopView(business, language, "/u/token", stopped=False, switch=switch(language))
    return {
        "stop": customers.stop(ending),
        "stopped": customers.stop(replace(ending, stopped=True)),
        "closed": customers.closed(
            business, language, "closed_expired", "https://acme.example/help"
        ),
        "unknown": customers.unknown(business, language),
        "unavailable": customers.unavailable(business, language, "/s/token"),
        "unavailable_kept": customers.unavailable(business, language, "/s/token", "4", "my text"),
        "refused": customers.refused(business, language, "/s/token"),
        "failed": customers.failed(business, language, code),
    }


def customer_pages(language: str) -> dict[str, str]:
    """Return every page of the customers in every state and one language, by name."""
    return (
        {name: customers.survey(view) for name, view in _surveys(language).items()}
        | {name: customers.thanks(view) for name, view in _thanks(language).items()}
        | _notices(language)
    )


SURVEYS = _surveys("en")
THANKS = _thanks("en")


def every_page() -> dict[str, str]:
    """Return every page in every state as HTML in English, by a name that begins with its kind."""
    business, reason = "Acme Support", "The cursor is not one of ours."
    return (
        {f"goal_{name}": pages.goal(view) for name, view in GOALS.items()}
        | {name: goals.page(*shown) for name, shown in GOALS_PAGES.items()}
        | {name: inbox.page(view) for name, view in INBOXES.items()}
        | {name: inbox.one(view) for name, view in ENTRIES.items()}
        | {name: sources.page(view) for name, view in SOURCE_PAGES.items()}
        | {name: sentiment.page(view) for name, view in SENTIMENT_PAGES.items()}
        | {name: topics.page(view) for name, view in TOPIC_PAGES.items()}
        | pages_of_numbers()
        | customer_pages("en")
        | {
            "refused_with_reason": customers.refused(business, "en", "/", reason),
            "login_local": pages.login_needed(business, local=True),
            "login": pages.login_needed(business, local=False),
        }
    )
