"""An invented app with a year of reviews and tickets in six languages, pushed through the real
functions.

Reviews stand in a little store on this machine and are collected from there; tickets and answers
arrive as signed webhooks and posted forms, each at its own moment. Everything follows from one seed
and the day of the first start, so an interrupted load goes on where it was and doubles nothing.
"""

from __future__ import annotations

import base64
import hmac
import json
import random
import sys
import time
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode, urlsplit

from standardwebhooks import Webhook
from tqdm import tqdm

from local import demo_texts as texts
from local.console import say
from local.demo_texts import writing
from local.demo_texts.texts import Texts
from local.http import Front, Request, Response
from local.stack import Stack
from local.store import StoreReply, StoreReview, StoreServer
from northstar.app.configuration import Configuration
from northstar.app.show import DEMO_APP
from northstar.domain.goals import Goal, even_pace

SEED = 20_260
TICKETS = 960
MAILS = 6  # the newest tickets, asked by mail, to have something in the mailbox
MOST_REVIEWS = 950
SHARE_OF_PACE = 0.98  # of an even pace towards the goal: a little behind
MAIL_LANGUAGES = ("en", "de", "ja", "ar", "pt-BR", "pl")
CHATS = 2  # the newest ones, asked in the chat, to have something there
ANSWERED = 0.35
REOPENED = 0.04  # of the tickets that nobody answers about
BOTS = 30  # every so manieth ticket is solved by a bot alone
EMERGED = timedelta(days=21)  # since when slips are blank, where there are texts about it
EMERGING = 24  # tickets and posts about it in each such language
BLANK = 0.4  # of the reviews since then
WEEKENDS = timedelta(days=60)  # since when somebody works at weekends
NEW_VERSIONS = timedelta(days=120)  # since when the templates have a second version
WITHOUT_TEMPLATE = (None,) * 4  # of twelve tickets: these ask for a rating
PAUSE = 2.0  # seconds before a request that failed is made again

# Of a thousand reviews: how many of a language have 1, 2, 3, 4 and 5 stars. The less an app is made
# for a language, the less content are those who speak it.
_STARS = {
    "en": (21, 9, 20, 34, 290),
    "de": (20, 8, 8, 20, 186),
    "fr": (17, 7, 10, 12, 92),
    "es": (17, 7, 7, 8, 58),
    "pt": (17, 8, 6, 7, 40),
    "ja": (16, 7, 4, 5, 29),
    "und": (1, 0, 0, 0, 9),
}
_OF_CUSTOMERS = (
    *("en",) * 40, *("de",) * 22, *("fr",) * 14, *("es",) * 10, *("pt",) * 8, *("ja",) * 6,
)  # fmt: skip
_WEEK = (1.2, 1.25, 1.15, 1.1, 1.0, 0.6, 0.5)  # Monday to Sunday


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook to send and, maybe, the form the customer posts afterwards. Times are aware."""

    body: dict[str, Any]
    at: datetime
    form: dict[str, str] | None = None
    answered_at: datetime | None = None
    desk: str = "standard"


class Demo:
    """Fills one stack. `sources` first, then, in the background, `load`, and `track` and `learn`
    when all has been collected; `close` at the end."""

    def __init__(self, stack: Stack, configuration: Configuration) -> None:
        self._stack = stack
        self._goal = configuration.goals[0] if configuration.goals else None
        self._server: StoreServer | None = None

    def sources(self) -> str:
        """Open the store and return the configuration that lets it be collected."""
        begun: dict[str, Any] = self._stack.extra.setdefault("demo", {})
        today = datetime.now(UTC).date()
        begun.setdefault("day", today.isoformat())
        begun.setdefault("reviews", how_many(self._goal, today))
        begun.setdefault("done", 0)
        day = date.fromisoformat(begun["day"])
        self._server = StoreServer(apps={DEMO_APP: reviews(day, begun["reviews"])})
        self._server.start()
        return _source(f'address = "{self._server.url}"')

    def survey_link(self, front: Front, secrets: Mapping[str, str]) -> str | None:
        """Return a survey to try: of a ticket that was solved just now."""
        now = datetime.now(UTC)
        ticket = {
            "id": f"demo-try-{now:%Y-%m-%d}",
            "channel": "link",
            "solved_at": f"{now:%Y-%m-%d}T00:00:00+00:00",
            "subject": "A survey to try",
            "language": "en",
            "template": {"id": "reset-printer", "version": "2"},
            "customer": {"id": f"demo-you-{now:%Y-%m-%d}"},
        }
        delivery = Delivery({"type": "ticket.solved", "ticket": ticket}, now)
        answer = post_webhook(front, delivery, secrets)
        link: str | None = json.loads(answer.body).get("survey_url")
        return link

    def load(self, front: Front, secrets: Mapping[str, str]) -> None:
        """Send what was not sent yet, oldest first; stops in the middle when the stack does."""
        begun = self._stack.extra["demo"]
        planned = deliveries(date.fromisoformat(begun["day"]))
        if begun["done"] >= len(planned):
            return
        with _bar(len(planned), begun["done"]) as bar:
            for delivery in planned[begun["done"] :]:
                while not self._stack.stopping and not send(front, delivery, secrets):
                    time.sleep(PAUSE)
                if self._stack.stopping:
                    return
                begun["done"] += 1
                bar.update()
        say("Demo: every ticket is there; the reviews are still being collected, page by page.")

    def track(self) -> None:
        """Have the goals brought up to date with all that is there by now."""
        if not self._stack.stopping:
            self._stack.invoke("Track", {"track": "due"})

    def learn(self) -> None:
        """Have models learnt, once, from all that is there by now, and every text read by them."""
        begun = self._stack.extra["demo"]
        if begun.get("learnt") or self._stack.stopping:
            return
        say("Demo: learning from the starred texts …")
        result = self._stack.invoke("Learn", {"learn": "now"})
        if result.ok:
            begun["learnt"] = True
            say(
                f"Demo: learnt. {result.payload['rescored']:,} texts were read again by the models."
            )

    def close(self) -> None:
        """Close the store."""
        if self._server:
            self._server.stop()


def leftover(stack: Stack) -> str:
    """Return the configuration that still marks earlier demo data as such, or nothing."""
    return _source("enabled = false") if "demo" in stack.extra else ""


def how_many(goal: Goal | None, today: date) -> int:
    """Return how many reviews make a good story: a little behind an even pace from a third."""
    if goal is None:
        return MOST_REVIEWS // 2
    start = goal.baseline if goal.baseline is not None else goal.target // 3
    return min(MOST_REVIEWS, max(50, round(even_pace(goal, start, today) * SHARE_OF_PACE)))


def reviews(today: date, count: int) -> list[StoreReview]:
    """Return `count` reviews up to a day: a third of them older than a year, then ever more."""
    chance = random.Random(f"{SEED}-reviews")
    first = today - timedelta(days=700)
    days = [first + timedelta(n) for n in range(700)]
    weights = [_WEEK[d.weekday()] * (1 + 2 * n / 700) for n, d in enumerate(days)]
    written = sorted(chance.choices(days, weights, k=count))
    dealt = enumerate(zip(written, _dealt(chance, count), strict=True), start=4_000)
    made = [_review(chance, number, day, today, kind) for number, (day, kind) in dealt]
    return made[::-1]


def deliveries(today: date) -> list[Delivery]:
    """Return the tickets of the year up to the end of a day before `today`, oldest first."""
    chance = random.Random(f"{SEED}-tickets")
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    days = [midnight - timedelta(days=365 - n) for n in range(363)]  # the last ones wait a weekend
    weights = [_WEEK[d.weekday()] * (0.5 + 4 * (n / 364) ** 2) for n, d in enumerate(days)]
    chosen = sorted(chance.choices(days, weights, k=TICKETS))
    opened = [day + timedelta(minutes=_minute(chance)) for day in chosen]
    told = [_delivery(chance, n, at, midnight) for n, at in enumerate(opened)]
    reopened = [_reopened(one) for one in told if one.form is None and chance.random() < REOPENED]
    remarks = [_remark(n, chance.choice(days)) for n in range(len(texts.REMARKS))]
    emerging = [
        _blank(spoken, n, midnight)
        for spoken in texts.LANGUAGES.values()
        for n in range(EMERGING if spoken.blank_slips else 0)
    ]
    newest = [_mail(n, midnight) for n in range(MAILS)] + [_chat(n, midnight) for n in range(CHATS)]
    return sorted(told + reopened + remarks + emerging, key=lambda one: one.at) + newest


def send(front: Front, delivery: Delivery, secrets: Mapping[str, str]) -> bool:
    """Send one webhook and its answer through the HTTP front; whether both were taken.

    Who was asked a short while ago is not asked, and does not answer.
    """
    taken = post_webhook(front, delivery, secrets)
    if taken.status != 202:
        return False
    link = json.loads(taken.body).get("survey_url")
    if link is None or delivery.form is None or delivery.answered_at is None:
        return True
    survey = urlsplit(link)
    form = Request(
        "POST",
        survey.path,
        [("content-type", "application/x-www-form-urlencoded"), ("host", survey.netloc)],
        urlencode(delivery.form).encode(),
        delivery.answered_at.timestamp(),
    )
    return front.call(form).status == 303


def post_webhook(front: Front, delivery: Delivery, secrets: Mapping[str, str]) -> Response:
    """Send a webhook as if it had been signed and arrived at its (aware) moment."""
    text, at = json.dumps(delivery.body), delivery.at
    secret = secrets[delivery.desk].split(maxsplit=1)[0]
    headers = [
        ("host", f"127.0.0.1:{front.port}"),
        ("content-type", "application/json"),
        *_SIGNED[delivery.desk](text, secret, at).items(),
    ]
    target = f"/webhooks/{delivery.desk}"
    return front.call(Request("POST", target, headers, text.encode(), at.timestamp()))


def _standard(text: str, secret: str, at: datetime) -> dict[str, str]:
    return {
        "webhook-id": "demo",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("demo", at, text),
    }


def _zendesk(text: str, secret: str, at: datetime) -> dict[str, str]:
    sent = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    digest = hmac.digest(secret.encode(), f"{sent}{text}".encode(), "sha256")
    return {
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": sent,
    }


_SIGNED = {"standard": _standard, "zendesk": _zendesk}


def _source(line: str) -> str:
    return f'\n\n[[sources]]\nsource = "shopify"\napp = "{DEMO_APP}"\n{line}\n'


def _dealt(chance: random.Random, count: int) -> list[tuple[str, int]]:
    """Return language and stars of each review, in the same shares for any count."""
    kinds = [(language, stars) for language in _STARS for stars in range(1, 6)]
    up_to = list(accumulate(number for numbers in _STARS.values() for number in numbers))
    dealt = [kinds[bisect(up_to, (n + 0.5) / count * up_to[-1])] for n in range(count)]
    chance.shuffle(dealt)
    return dealt


def _review(
    chance: random.Random, number: int, day: date, today: date, kind: tuple[str, int]
) -> StoreReview:
    language, stars = kind
    spoken = writing.spoken(language)
    text = writing.review(chance, language, stars)
    edited = None
    if today - day <= EMERGED and spoken.blank_slips and chance.random() < BLANK:
        stars, text = chance.choice((1, 1, 2)), chance.choice(spoken.blank_slips[EMERGING:])
    if stars == 3 and chance.random() < 0.3:
        edited, text, stars = day, f"{text}\n{spoken.after_edit}", 4
    reply = None
    if chance.random() < (0.9 if stars <= 3 else 0.3):
        tone = 1 if stars <= 2 else 2 if stars == 3 else 0
        replied = min(day + timedelta(days=chance.randint(0, 3)), today)
        reply = StoreReply(spoken.replies[tone], replied)
    return StoreReview(
        id=str(number),
        rating=stars,
        text=text,
        author=f"{chance.choice(texts.SHOP_FIRST)} {chance.choice(texts.SHOP_LAST)}",
        country=chance.choice(spoken.countries if language != "und" else texts.ELSEWHERE),
        day=day,
        edited=edited,
        reply=reply,
    )


def _minute(chance: random.Random) -> int:
    """The minute of a day in which somebody writes: by day more than by night."""
    (hour,) = chance.choices(
        range(24), [12 if 7 <= hour < 19 else 4 if 19 <= hour < 22 else 1 for hour in range(24)]
    )
    return 60 * hour + chance.randrange(60)


def _replied(chance: random.Random, opened: datetime, today: datetime) -> datetime:
    """When somebody answers: soon while the team works, else in the morning after.

    The team works from seven to nineteen; at weekends only since a while ago, and shorter.
    """
    at = opened
    while not _at_work(at, today):
        at = at.replace(minute=0, second=0) + timedelta(hours=1)
    waiting = chance.choices((3, 40, 90, 240), (30, 45, 17, 8))[0]
    return at + timedelta(minutes=waiting * chance.uniform(0.7, 1.3))


def _at_work(at: datetime, today: datetime) -> bool:
    if at.weekday() < 5:
        return 7 <= at.hour < 19
    return at > today - WEEKENDS and 9 <= at.hour < 15


def _delivery(chance: random.Random, n: int, opened: datetime, today: datetime) -> Delivery:
    name = chance.choice([*texts.TEMPLATES, *WITHOUT_TEMPLATE])
    team = chance.choice(list(texts.TEAMS))
    replied = _replied(chance, opened, today)
    solved = replied + timedelta(minutes=chance.randint(5, 60 * 4))
    newer = solved > today - NEW_VERSIONS
    customer = chance.randint(1, 400)
    spoken = texts.LANGUAGES[_OF_CUSTOMERS[customer % len(_OF_CUSTOMERS)]]
    ticket: dict[str, Any] = {
        "id": f"demo-{n}",
        "channel": "link",
        "solved_at": solved.isoformat(),
        "opened_at": opened.isoformat(),
        "first_reply_at": replied.isoformat(),
        "subject": spoken.subjects[name] if name else chance.choice(spoken.questions),
        "team": team,
        "agent": chance.choice(texts.TEAMS[team]),
        "customer": {"id": f"demo-customer-{customer}"},
        "language": spoken.tag,
    }
    if name:
        ticket["template"] = {"id": name, "version": "2" if newer else "1"}
    if n % BOTS == 0:
        ticket["by_bot"] = True
    body = {"type": "ticket.solved", "ticket": ticket}
    arrived = solved + timedelta(seconds=chance.randint(2, 40))
    answered = arrived + timedelta(minutes=chance.randint(1, 60 * 20))
    happy = chance.random() < _share(name, newer=newer)
    form = _form(chance, spoken, happy=happy, solved=name is not None)
    if chance.random() >= ANSWERED or answered > today:
        return Delivery(body, arrived)
    return Delivery(body, arrived, form, answered)


def _blank(spoken: Texts, n: int, today: datetime) -> Delivery:
    """What was said of blank slips in the last weeks: one time in four in a survey."""
    at = today - timedelta(hours=19 * n + 9)
    name, comment = f"demo-blank-{spoken.tag}-{n}", spoken.blank_slips[n]
    if n % 4:
        return _posted(name, at, ("social", "use", "customer", None, comment), spoken.tag)
    ticket: dict[str, Any] = {
        "id": name,
        "channel": "link",
        "solved_at": at.isoformat(),
        "subject": spoken.subjects["blank-slips"],
        "team": "Technical",
        "agent": "Aiko",
        "customer": {"id": name},
        "language": spoken.tag,
    }
    answer = "1"
    if n % 8:
        ticket["template"], answer = {"id": "blank-slips", "version": "2"}, "no"
    form = {"answer": answer, "comment": comment}
    body = {"type": "ticket.solved", "ticket": ticket}
    return Delivery(body, at + timedelta(seconds=5), form, at + timedelta(hours=3))


def _reopened(solved: Delivery) -> Delivery:
    """The same ticket, opened again some hours later."""
    at = solved.at + timedelta(hours=5)
    ticket = {"id": solved.body["ticket"]["id"], "at": at.isoformat()}
    return Delivery({"type": "ticket.reopened", "ticket": ticket}, at + timedelta(seconds=5))


def _remark(n: int, day: datetime) -> Delivery:
    return _posted(f"demo-remark-{n}", day + timedelta(hours=9, minutes=n), texts.REMARKS[n], "en")


def _posted(name: str, at: datetime, remark: texts.Remark, language: str) -> Delivery:
    """Something that was said elsewhere than in a survey or a store."""
    channel, journey, author, rating, text = remark
    said: dict[str, Any] = {
        "id": name,
        "channel": channel,
        "journey": journey,
        "author": author,
        "text": text,
        "language": language,
        "said_at": at.isoformat(),
    }
    if rating:
        said["rating"] = rating
    return Delivery({"type": "feedback.created", "feedback": said}, at + timedelta(minutes=1))


def _share(template: str | None, *, newer: bool) -> float:
    """Return which share of the answers is good: by template and version."""
    if template is None:
        return 0.86
    first, second = texts.TEMPLATES[template]
    return second if newer else first


def _form(chance: random.Random, spoken: Texts, *, happy: bool, solved: bool) -> dict[str, str]:
    rating = chance.choice("4555" if happy else "1233")
    choice = ("yes" if happy else "no") if solved else rating
    said: list[str] = []
    if chance.random() < (0.3 if happy else 0.7):
        comments = spoken.happy if happy else spoken.unhappy
        said = chance.sample(comments, chance.choice((1, 1, 2)))
    return {"answer": choice, "comment": spoken.between.join(said)}


def _mail(n: int, today: datetime) -> Delivery:
    name, language = list(texts.TEMPLATES)[n], MAIL_LANGUAGES[n]
    ticket = {
        "id": f"demo-mail-{n}",
        "channel": "email",
        "solved_at": (today - timedelta(minutes=10 * n)).isoformat(),
        "subject": writing.spoken(language).subjects[name],
        "team": "Setup",
        "agent": "Marta",
        "language": language,
        "customer": {
            "id": f"demo-mail-{n}",
            "email": f"customer{n}@example.com",
            "name": f"Customer {n}",
        },
    }
    if n % 2:
        ticket["template"] = {"id": name, "version": "2"}
    return Delivery({"type": "ticket.solved", "ticket": ticket}, today)


def _chat(n: int, today: datetime) -> Delivery:
    """A chat of Zendesk, as its trigger tells of it."""
    at = today - timedelta(minutes=5 * n)
    ticket = {
        "id": str(70_001 + n),
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "status": "Solved",
        "via": "Messaging",
        "subject": texts.LANGUAGES["en"].questions[n],
        "tags": "messaging template:reset-printer:2",
        "team": "Setup",
        "agent": "Marta",
    }
    requester = {"id": str(500 + n), "name": f"Chatting customer {n}", "role": "End-user"}
    body = {"type": "ticket.solved", "ticket": ticket, "requester": requester}
    return Delivery(body, today, desk="zendesk")


def _bar(total: int, done: int) -> Any:
    """A progress bar on a terminal; elsewhere one line for every tenth."""
    if sys.stderr.isatty():
        return tqdm(total=total, initial=done, desc="Demo tickets", unit="", leave=False)
    return _Tenths(total, done)


class _Tenths:
    """Tells each tenth of the way once."""

    def __init__(self, total: int, done: int) -> None:
        self._total, self._done = total, done

    def __enter__(self) -> _Tenths:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self) -> None:
        """Count one more."""
        before, self._done = self._done, self._done + 1
        if self._done * 10 // self._total > before * 10 // self._total:
            say(f"Demo tickets: {self._done * 100 // self._total} %")
