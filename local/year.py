"""A year of an invented shop's support and reviews, day by day, through the real functions.

It shows who would have been told what, and when: `python -m local.year --to FOLDER` writes each
mail and the story in the order of time.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import boto3
import time_machine
from bs4 import BeautifulSoup, Tag
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from standardwebhooks import Webhook

from local import filters, memory, resources, template
from local.http import Front, Request
from local.runtime_api import Result
from local.storefront import Storefront
from northstar.app import collect
from northstar.app.configuration import SourceTarget
from northstar.app.login import issue_code
from northstar.app.notices import Channel, Notice
from northstar.app.ports import Fetched
from northstar.domain.reviews import Review
from northstar.domain.times import iso
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load_for_storing
from northstar.runtime.observability import metrics

START = date(2025, 12, 29)  # a Monday
ZONE = ZoneInfo("Europe/Berlin")
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # noqa: S105  of nothing but this invented shop
AGENTS = ("Anna Weber", "Ben Okafor", "Carla Ruiz")
_CONFIGURATION = """
public_url = "https://feedback.example.com"

[business]
name = "Printworks"
time_zone = "Europe/Berlin"

[mail]
sender = "Printworks Support <support@example.com>"

[answering]
review_url = "https://apps.shopify.com/printworks/reviews"

[alerting]
ticket_url = "https://desk.example.com/tickets/{ticket}"

[[channels]]
name = "office"
kind = "mail"
to = ["office@example.com"]

[[channels]]
name = "anna"
kind = "mail"
to = ["anna@example.com"]

[[channels]]
name = "ben"
kind = "mail"
to = ["ben@example.com"]

[[channels]]
name = "helpdesk"
kind = "webhook"

[on_call]
office = "office"
rota = ["anna", "ben"]

[[alerts]]
kinds = ["bad_answer", "bad_review", "bad_remark"]
to = ["on-call"]

[[alerts]]
kinds = ["template_ready", "template_demoted", "template_automated"]
to = ["office", "helpdesk"]

[[alerts]]
kinds = ["goal_status", "milestone", "csat_down", "topic_doubled", "template_expired",
  "article_unverified", "source_stale", "source_broken", "removals_held"]
to = ["office"]

[collecting]
stale_after_hours = 48

[report]
leadership = ["board@example.com"]
team = ["team@example.com"]

[[sources]]
source = "shopify"
app = "printworks"
language = "en"
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """How a template does: from which day (of the year) on, which version, and its solved rate."""

    day: int
    version: str
    solved: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens on which day. Of a template, `mended` is the day of its second version.

    *reset-printer* holds the gate early and is automated by an editor; then it `breaks`. On the day
    `removed` reviews go, and on `restored` the same ones come back. Goals and templates are looked
    at on the weekdays of `tracked_on` (Monday is 0).
    """

    days: int = 364
    target: int = 300
    tickets: tuple[int, ...] = (1, 1, 2, 3)
    mended: int = 120
    removed: int = 150
    restored: int = 165
    breaks: int = 240
    broken: float = 0.35
    tracked_on: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def configuration(self) -> str:
        """Return the northstar.toml of the shop."""
        return f"""{_CONFIGURATION}
[[goals]]
name = "Public reviews"
metric = "net_public_reviews"
target = {self.target}
start = {START}
deadline = {START + timedelta(self.days)}

[[annotations]]
day = {START + timedelta(self.mended)}
text = "Refund answer rewritten"
"""

    def answers(self) -> Mapping[str, tuple[Answers, ...]]:
        """Return how each template does."""
        return {
            "reset-printer": (Answers(0, "1", 0.98), Answers(self.breaks, "1", self.broken)),
            "refund": (Answers(0, "1", 0.5), Answers(self.mended, "2", 0.86)),
            "shipping-time": (Answers(0, "1", 0.7),),
        }


_OFTEN = ("reset-printer", "reset-printer", None, None)  # what else is asked about so often
_YES = ("Thanks, that did it.", "Quick and clear.", "", "", "")
_NO = (
    "The printer still prints blank pages.",
    "I followed every step and nothing changed.",
    "You did not answer my question.",
    "",
)
_SUBJECTS = {
    "reset-printer": "Printer prints blank labels",
    "refund": "Where is my refund?",
    "shipping-time": "When does my order ship?",
    None: "A question about my plan",
}
_REVIEWS = {
    5: ("Love this app, it saves us hours.", "{agent} solved it in minutes. Great support!", ""),
    4: ("Works well, small quirks.", "Good app."),
    2: ("The labels are often wrong.",),
    1: ("It charged me twice and nobody answers.", "Broken since the update."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message that left: when (aware), by which channel or to whom, what it is about."""

    at: datetime
    to: str
    subject: str
    content: EmailMessage | Notice


@dataclass
class Year:
    """The shop, its customers and its reviewers; `told` is every message, oldest first."""

    made: resources.Values
    clock: time_machine.Traveller
    plan: Plan = field(default_factory=Plan)
    seed: int = 1
    told: list[Told] = field(default_factory=list)
    reviews: dict[str, Review] = field(default_factory=dict)
    tickets: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.templates = self.plan.answers()
        self.away: list[Review] = []
        self.front = Front(memory.stack().routes, self.invoke, 8000)
        self._read: dict[str, int] = {}
        self._mails = 0

    # ------------------------------------------------------------ one day
    def day(self, number: int) -> None:
        """Live through one day."""
        today = START + timedelta(number)
        self.at(today, 6)
        if today.weekday() in self.plan.tracked_on:
            self.track()
        if today.weekday() == 0:
            self.at(today, 8)
            self.invoke("Report", {"report": "due"})
            self.hear()
        for hour in self._hours(today):
            self.at(today, hour)
            self.ticket(number)
            self.work_off()
        self.at(today, 20)
        self.automate()
        self.write_reviews(number)
        self.collect()
        self.work_off()

    def at(self, day: date, hour: int) -> None:
        """Let it be so late, by the clock on the wall."""
        self.clock.move_to(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))

    def _hours(self, today: date) -> list[int]:
        """When tickets are solved: on weekdays in working hours, and one now and then at night."""
        many = (
            self.dice.choice(self.plan.tickets) if today.weekday() < 5 else self.dice.choice((0, 1))
        )
        hours = sorted(self.dice.choices((9, 10, 11, 13, 14, 15, 16), k=many))
        return [*hours, 22] if self.dice.random() < 0.1 else hours

    # ------------------------------------------------------------ what people do
    def ticket(self, number: int) -> None:
        """Solve a ticket; most customers say whether it helped."""
        self.tickets += 1
        template = self.dice.choice((*self.templates, *_OFTEN))
        rate, version = self._quality(template, number)
        now = datetime.now(ZONE)
        agent = self.dice.choice(AGENTS)
        told = {
            "id": f"{self.tickets}",
            "channel": "link",
            "subject": _SUBJECTS[template],
            "opened_at": iso(now - timedelta(minutes=self.dice.choice((20, 40, 90)))),
            "first_reply_at": iso(now - timedelta(minutes=10)),
            "solved_at": iso(now),
            "agent": agent,
            "team": "support",
            "language": "en",
            "customer": {"id": f"c{self.tickets}", "email": f"c{self.tickets}@example.org"},
        }
        if template:
            told["template"] = {"id": template, "version": version}
        link = self.webhook({"type": "ticket.solved", "ticket": told})
        if link and self.dice.random() < 0.75:
            self.clock.shift(timedelta(minutes=10))
            self.answer(link, solved=self.dice.random() < rate, template=template)

    def _quality(self, template: str | None, number: int) -> tuple[float, str]:
        if template is None:
            return 0.85, ""
        newest = [one for one in self.templates[template] if one.day <= number][-1]
        return newest.solved, newest.version

    def answer(self, link: str, *, solved: bool, template: str | None) -> None:
        """Send the form of a survey; some who are content go on to the store's page."""
        comment = self.dice.choice(_YES if solved else _NO)
        choice = ("yes" if solved else "no") if template else ("5" if solved else "2")
        token = link.rpartition("/")[2]
        self.post(f"/s/{token}", {"answer": choice, "comment": comment})
        self.clock.shift(timedelta(seconds=20))
        if self.dice.random() < (0.3 if solved else 0.05):
            self.post(f"/s/{token}/went", {})

    def write_reviews(self, number: int) -> None:
        """Write, remove and restore reviews in the store."""
        if number == self.plan.removed:
            self.away = [*self.reviews.values()][::3]
        if number == self.plan.restored:
            self.away = []
        likely = 0.85
        while self.dice.random() < likely / (1 + likely):
            stars = self.dice.choices((5, 4, 2, 1), (70, 15, 8, 7))[0]
            name = f"{len(self.reviews) + 1}"
            text = self.dice.choice(_REVIEWS[stars]).format(agent=self.dice.choice(AGENTS))
            self.reviews[name] = Review(
                source="shopify",
                id=name,
                rating=stars,
                text=text or None,
                author=f"Shop {name}",
                created=(START + timedelta(number)).isoformat(),
            )

    def automate(self) -> None:
        """An editor lets the helpdesk send what is ready, by the form on the template's page."""
        ready = [one for one in bootstrap.template_store().readiness() if one.state == "ready"]
        for name in {one.template for one in ready}:
            page = self._page(f"/templates/one?id={name}")
            form = page.find("form", action="/templates/state#state")
            assert isinstance(form, Tag)  # noqa: S101
            fields = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input")}
            button = form.find("button")
            assert isinstance(button, Tag)  # noqa: S101
            fields[str(button["name"])] = str(button["value"])
            self.post("/templates/state", fields, self._cookie())

    # ------------------------------------------------------------ what the functions do
    def track(self) -> None:
        """Let track look at the goals and templates, and tell what is new."""
        self.invoke("Track", {"track": "due"})
        self.work_off()

    def collect(self) -> None:
        """Read the store's page."""
        shown = [one for one in reversed(self.reviews.values()) if one not in self.away]
        collect.collect(
            SourceTarget("shopify", "printworks", language="en"),
            Storefront(shown, per_page=100),
            lambda call: Fetched(call.url.encode()),
            feedback=bootstrap.feedback_store(),
            progress=bootstrap.progress_store(),
            quarantine=bootstrap.quarantine(),
            clock=lambda: datetime.now(ZONE),
            full_sweep=timedelta(0),
            stale_after=timedelta(days=2),
        )

    def work_off(self) -> None:
        """Score and count what was said, and tell whom it concerns."""
        while self._stream():
            pass
        self.invoke("Notify", {"notify": "due"})
        self.hear()

    def _stream(self) -> bool:
        entries = self._new("FeedbackTable")
        for mapping in memory.stack().streams:
            if mapping.table == "FeedbackTable":
                batch = [e for e in entries if any(filters.matches(f, e) for f in mapping.filters)]
                for start in range(0, len(batch), mapping.batch_size):
                    part = batch[start : start + mapping.batch_size]
                    report = self.invoke(mapping.function, {"Records": part}).payload
                    assert not report["batchItemFailures"], report  # noqa: S101
        return bool(entries)

    def _new(self, table: str) -> list[dict[str, Any]]:
        entries = memory.stream(table, self._read.get(table, 0))
        self._read[table] = self._read.get(table, 0) + len(entries)
        return entries

    def invoke(self, function: str, event: Any) -> Result:
        """Call a function."""
        result = memory.handler(function)(event, memory.context(function))
        metrics.clear_metrics()
        return Result(ok=True, payload=result)

    # ------------------------------------------------------------ messages in and out
    def webhook(self, body: dict[str, Any]) -> str | None:
        """Post a signed delivery; return the survey's link, where there is one."""
        raw, now = json.dumps(body).encode(), datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": f"msg_{self.tickets}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(f"msg_{self.tickets}", now, raw.decode()),
        }
        answer = self._call("POST", "/webhooks/standard", headers, raw)
        link: str | None = json.loads(answer).get("survey_url")
        return link

    def post(self, path: str, form: Mapping[str, str], cookie: str = "") -> None:
        """Post a form, of a customer or with the cookie of an editor."""
        headers = {"content-type": "application/x-www-form-urlencoded", "cookie": cookie}
        self._call("POST", path, headers, urlencode(form).encode())

    def _page(self, path: str) -> BeautifulSoup:
        return BeautifulSoup(
            self._call("GET", path, {"cookie": self._cookie()}, b""), "html.parser"
        )

    def _cookie(self) -> str:
        now = datetime.now(UTC)
        code = issue_code(bootstrap.progress_store(), now, "editor")
        request = Request("GET", f"/auth/login?code={code}", [], b"", now.timestamp())
        return dict(self.front.call(request).headers)["set-cookie"].partition(";")[0]

    def _call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        now = datetime.now(ZONE).timestamp()
        answer = self.front.call(Request(method, path, [*headers.items()], body, now))
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer.body

    def hear(self) -> None:
        """Note the mails that were sent since the last time."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID][template.REGION].sent_messages
        for one in sent[self._mails :]:
            mail = email.message_from_string(one.raw_data, policy=email.policy.default)
            to = ", ".join(one.destinations) if hasattr(one, "destinations") else mail["To"]
            self.told.append(Told(datetime.now(ZONE), str(mail["To"] or to), mail["Subject"], mail))
        self._mails = len(sent)


@dataclass
class Machine:
    """A channel that notes the events it gets."""

    year: Year
    name: str

    def deliver(self, notice: Notice) -> None:
        """Take an event."""
        self.year.told.append(Told(datetime.now(ZONE), self.name, notice.title, notice))


@contextmanager
def begun(plan: Plan, seed: int = 1) -> Iterator[Year]:
    """Make the services in memory and set the clock to the first day."""
    first = datetime(START.year, START.month, START.day, tzinfo=ZONE)
    known = bootstrap.channel
    with time_machine.travel(first, tick=False) as clock, memory.services(_client) as made:
        os.environ |= {"POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_LOG_LEVEL": "ERROR"}
        services: Any = SimpleNamespace(client=_client)
        resources.put_secret(services, "DeskSecret", {"standard": SECRET})
        text = plan.configuration()
        resources.put_parameter(services, made["Configuration", "Ref"], text)
        resources.verify_sender(services, load_for_storing(text).mail.sender)
        year = Year(made, clock, plan, seed)
        bootstrap.channel = _channels(year, known)
        try:
            yield year
        finally:
            bootstrap.channel = known


def _channels(year: Year, known: Callable[..., Channel]) -> Callable[..., Channel]:
    def channel(name: str, left: Sequence[str] = ()) -> Channel:
        return Machine(year, name) if name == "helpdesk" else known(name, left)

    return channel


def _client(service: str) -> Any:
    return boto3.client(service, region_name=template.REGION)


def main(arguments: Sequence[str] | None = None) -> int:
    """Live through the year and write down what was told."""
    parser = argparse.ArgumentParser(prog="python -m local.year", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--days", type=int, default=Plan().days)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with begun(Plan(), options.seed) as year:
        for number in range(options.days):
            year.day(number)
        _write(year, options.to)
    print(f"{year.tickets} tickets, {len(year.reviews)} reviews, {len(year.told)} messages.")
    return 0


def _write(year: Year, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, told in enumerate(year.told):
        lines.append(f"{told.at:%Y-%m-%d %H:%M}  {told.to:24}  {told.subject}")
        if isinstance(told.content, EmailMessage):
            (folder / f"{number:04}.eml").write_bytes(told.content.as_bytes())
    (folder / "story.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
