"""Sample views of every page and state, invented for the tests of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import sin

from northstar.app.survey_views import StopView, SurveyView, Switch, ThanksView
from northstar.app.texts import LANGUAGES, texts
from northstar.app.views import (
    AskingNumbers,
    FeedbackView,
    GoalView,
    Rating,
    StoreNumbers,
    Tile,
)
from northstar.domain.feedback import Feedback
from northstar.domain.goals import Goal, Progress, progress
from northstar.domain.rates import wilson
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Question, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.web import customers, pages

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


def score(value: float | None, label: str, language: str = "en") -> Score:
    """Return a score of a made-up engine."""
    return Score(value, label, 0.8, language, "detected", "vader-3.3.2+n1")  # type: ignore[arg-type]


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
        score=score(0.72, "positive"),
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
        score=score(0.4, "positive") if text else None,
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
    answer(2, None, rating=None, solved=True, template="refund-status@3", score=None),
    review(
        2,
        "التطبيق ممتاز لكن المزامنة بطيئة أحياناً",
        rating=3,
        language="ar",
        score=score(None, "undetermined", "ar"),
        reply="شكراً لك، نعمل على تسريعها.",
    ),
    answer(
        3,
        "The link in the answer was broken.",
        rating=None,
        solved=False,
        template="login-code@7",
        score=score(-0.48, "negative"),
    ),
    review(
        3,
        "ログインが簡単で助かります。",
        language="ja",
        score=score(None, "undetermined", "ja"),
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
    progress=ON_THE_WAY,
    milestones=milestones_of(ON_THE_WAY, 4000, 6000),
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
        StoreNumbers("shopify", "acme-reviews", NOW, 7480, 4.6, 7452),
        StoreNumbers("app_store_connect", "310633997", NOW, 580, 4.1, 580),
        StoreNumbers("google_play", "com.example.acme", NOW, None, None, 0),
    ),
    newest=NEWEST,
    data_to=NOW,
    stale_sources=(),
    demo=False,
)

EMPTY = replace(
    FULL,
    progress=None,
    milestones=(),
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
    "no_data_yet": replace(EMPTY, progress=PROGRESSES["flat"]),
    "stale_demo": replace(
        FULL,
        asking=replace(ASKING, suspects=1, left_out=True),
        stale_sources=("shopify", "google_play"),
        demo=True,
    ),
    "few_answers": replace(
        FULL,
        progress=PROGRESSES["first_day"],
        milestones=(),
        csat=Tile(wilson(11, 12), wilson(0, 0), (*(None,) * 11, 0.92)),
        solved=Tile(wilson(3, 3), wilson(2, 4), (*(None,) * 9, 0.5, None, 1.0)),
        rating=Rating({5: 9, 4: 2}, 4.8, 11),
        stores=(StoreNumbers("shopify", "acme-reviews", NOW, 9, 4.9, 11),),
    ),
    "reached": replace(
        FULL,
        progress=PROGRESSES["reached"],
        milestones=milestones_of(PROGRESSES["reached"], 250, 500, 750),
    ),
    "passed": replace(FULL, progress=PROGRESSES["passed"], milestones=()),
    "future": replace(FULL, progress=PROGRESSES["in_the_future"], milestones=()),
    "three_years": replace(
        FULL,
        progress=PROGRESSES["three_years"],
        milestones=milestones_of(PROGRESSES["three_years"], 50_000, 100_000, 150_000, 200_000),
    ),
}

INBOX = FeedbackView("Acme Support", "UTC", NEWEST, "2026-09|abc=", first_page=True, demo=False)

INBOXES: dict[str, FeedbackView] = {
    "inbox": INBOX,
    "inbox_empty": replace(INBOX, items=(), next_cursor=None),
    "inbox_last_page": replace(
        INBOX, items=NEWEST[:1], next_cursor=None, first_page=False, demo=True
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
        | {name: pages.inbox(view) for name, view in INBOXES.items()}
        | customer_pages("en")
        | {
            "refused_with_reason": customers.refused(business, "en", "/", reason),
            "login_local": pages.login_needed(business, local=True),
            "login": pages.login_needed(business, local=False),
        }
    )
