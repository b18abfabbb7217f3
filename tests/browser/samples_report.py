"""A sample of the weekly report, for leadership and for the team, invented for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from northstar.app.alerts import KeptAlert
from northstar.app.credits import Credits
from northstar.app.goals import KeptGoal, Milestone
from northstar.app.ports import Alert
from northstar.app.report import WEEK, Audience, ReportView
from northstar.app.report_facts import Compared, Facts, Flow, Rising
from northstar.app.weekly_sheet import Item, Mended, WeeklySheet
from northstar.domain.feedback import Feedback
from northstar.domain.rates import wilson
from northstar.web.report_words import tell
from tests.browser.samples import NOW, ON_THE_WAY, OTHERS, STATUSES, YEAR, answer, review

MONDAY = date(2026, 9, 14)
SAID: dict[str, Feedback] = {
    one.id: one
    for one in (
        review(11, "The sync lost two days of orders. Nobody could tell me why.", rating=1),
        answer(12, "I was sent an article that is about another plan.", rating=2),
        review(13, "Kim solved it within minutes, on a Sunday!", title="Thank you"),
        review(14, "Does what it says. The charts could be larger on a phone.", rating=4),
        review(15, "サポートの返事がとても早くて助かりました。", language="ja"),
        answer(16, "Quick and friendly.", rating=5, ticket="T-1042", agent="Kim"),
        review(17, "التطبيق ممتاز لكن المزامنة بطيئة أحياناً", rating=3, language="ar"),
    )
}
_IDS = list(SAID)
_BAD = Alert("bad_answer", NOW - timedelta(days=3), _IDS[1], "2 of 5.", path="/feedback?id=12")

_MENDED = Mended(date(2026, 9, 8), "Says where to find it", "Kim", wilson(30, 60), wilson(27, 30))
SHEET = WeeklySheet(
    week=MONDAY,
    made_at=NOW,
    items=(
        Item("refund", "3", "Refunds", "Ada", 120, wilson(40, 80), None, (SAID[_IDS[1]],)),
        Item("login-code", "-", None, None, 60, wilson(30, 44), _MENDED),
    ),
    before=(
        Item("plans", "2", "Plans", None, 44, wilson(20, 24), _MENDED),
        Item("sync", "1", None, "Kim", 31, wilson(8, 20), None),
    ),
    few=2,
)

FACTS = Facts(
    week=MONDAY,
    now=NOW,
    zone="UTC",
    standing=STATUSES["on_track"],
    values=(8010.0, 8164.0),
    goals=(KeptGoal(YEAR, 1, state=STATUSES["on_track"].state), *OTHERS),
    rates=(
        Compared("Satisfaction (CSAT)", wilson(61, 80), wilson(310, 342)),
        Compared("Solved", wilson(12, 15), wilson(70, 88)),
        Compared("Negative, of the texts", wilson(14, 96), wilson(50, 380)),
    ),
    north_star=wilson(181, 840),
    flow=Flow(154, 6, 3, 1, (("steam 440", 912),)),
    rising=(Rising("sync", wilson(19, 96), wilson(22, 380), tuple(_IDS[:1])),),
    still=(("shopify example", NOW - timedelta(days=2)), ("google_play com.example", None)),
    milestones=(
        (
            Milestone(YEAR.name, YEAR.subject, 5000, date(2026, 9, 9), NOW - timedelta(days=5)),
            KeptGoal(YEAR, 1),
        ),
    ),
    bad=tuple(_IDS[:2]),
    good=tuple(_IDS[2:3]),
    credits=Credits((("Kim", 3), ("Ada Lovelace", 1)), ("T-1042",)),
    answers=tuple(_IDS[5:6]),
    read=(_IDS[3], _IDS[4], _IDS[6]),
    looked=250,
    cut=False,
    alerts=(KeptAlert(_BAD, {}, {}),),
    sheet=SHEET,
)
BARE = replace(
    FACTS,
    standing=None,
    values=(None, None),
    goals=(),
    rates=(),
    north_star=wilson(0, 0),
    flow=Flow(0, 0, 0, 0, ()),
    rising=(),
    still=(),
    milestones=(),
    bad=(),
    good=(),
    credits=Credits(),
    answers=(),
    read=(),
    looked=0,
    alerts=(),
    sheet=None,
)
"""A week of a new stack, in which nothing was."""


def report_view(audience: Audience = "leadership", facts: Facts = FACTS) -> ReportView:
    """Return the report that an audience gets, after one of the week before."""
    earlier = replace(
        facts,
        week=facts.week - WEEK,
        standing=replace(STATUSES["close"], progress=ON_THE_WAY) if facts.standing else None,
    )
    return ReportView(
        business="Example",
        time_zone="UTC",
        told=tell(facts, audience, tell(earlier, audience, None)),
        feedback=SAID,
        weeks=(MONDAY, MONDAY - WEEK, MONDAY - 2 * WEEK),
        proof=True,
        demo=False,
    )
