"""The API of machines through the real function: who may call what, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from northstar.app import tokens
from northstar.app.ports import Memory, Run, Scope
from northstar.domain.aggregates import Row
from northstar.domain.errors import Unavailable
from northstar.domain.reviews import Review, first_sight
from northstar.runtime import bootstrap, openapi
from northstar.store import keys
from tests.conftest import ROOT
from tests.integration.conftest import Pipeline

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)
TODAY = NOW.date()
SOURCE = '[[sources]]\nsource = "shopify"\napp = "acme"\n'
DESCRIPTION = json.loads((ROOT / "docs/openapi.json").read_text("utf-8"))
GOAL = {"metric": "net_public_reviews", "target": 1000, "deadline": "2026-12-31"}
EVERY: tuple[Scope, ...] = ("read", "goals:write", "numbers:write")


class Machine:
    """A caller with a token; every answer of its calls is held against the description."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.token = tokens.issue("bi", EVERY, bootstrap.progress_store(), NOW)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        raw: bytes = b"",
    ) -> tuple[int, Any]:
        """Return status and content; the path stands behind /api/v1/."""
        told = f"Bearer {self.token if token is None else token}"
        headers = {"authorization": told, "content-type": "application/json"}
        sent = raw or (json.dumps(body).encode() if body is not None else b"")
        response = self.pipeline.call(method, f"/api/v1/{path}", body=sent, headers=headers)
        content = json.loads(response.body)
        described(method, path, response.status, content)
        assert dict(response.headers)["cache-control"] == "no-store"
        return response.status, content

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """Return the content of a call that is carried out."""
        status, content = self.call(method, path, body)
        assert status == 200, content
        return content

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Return status and field of a call that is refused, in one sentence."""
        status, content = self.call(method, path, body, **more)
        assert status >= 400, content
        assert content["error"].endswith(".")
        assert "pydantic" not in content["error"]
        return status, content.get("field", "")


def described(method: str, path: str, status: int, content: Any) -> None:
    """Hold an answer against its schema in docs/openapi.json."""
    parts = f"/api/v1/{path.partition('?')[0]}".split("/")
    (operation,) = [
        operations[method.lower()]
        for template, operations in DESCRIPTION["paths"].items()
        if method.lower() in operations and fits(template.split("/"), parts)
    ]
    answer = operation["responses"][str(status)]
    if "$ref" in answer:
        answer = DESCRIPTION["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"]["application/json"]["schema"]
    whole = {**schema, "components": DESCRIPTION["components"]}
    Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        content
    )


def fits(template: list[str], parts: list[str]) -> bool:
    """Whether a path is one of a template."""
    return len(template) == len(parts) and all(
        wanted == part or wanted.startswith("{")
        for wanted, part in zip(template, parts, strict=True)
    )


def counted(day: date, dimension: str = "all", value: str = "all", **measures: int) -> None:
    """Add measures to a row, as count does."""
    table = bootstrap.progress_store()._table
    row = Row(dimension, value, day.isoformat())
    table.transact([{"Update": table.add(keys.aggregate(row), measures)}])


def read(at: datetime) -> None:
    """Let the source have had a good run that reached the end of its list."""
    run = Run("shopify", "acme", at, at, "ok", 1, 10, 0, 0, 0, complete=True)
    bootstrap.progress_store().save_run(run, None, Memory(good_at=at, settled_at=at, read_at=at))


@pytest.fixture
def machine(pipeline: Pipeline) -> Iterator[Machine]:
    """A stack with one source that was just read, and a caller who may do everything."""
    pipeline.at = NOW.timestamp()
    pipeline.configure(SOURCE)
    read(NOW - timedelta(minutes=10))
    yield Machine(pipeline)
    pipeline.configure("# nothing")


def test_only_a_valid_token_is_let_in(machine: Machine) -> None:
    """None, an unknown, an expired and a revoked one, and a login look alike to whoever asks."""
    pipeline, store = machine.pipeline, bootstrap.progress_store()
    expired = tokens.issue("old", ["read"], store, NOW - timedelta(days=2), days=1)
    revoked = tokens.issue("gone", ["read"], store, NOW)
    tokens.revoke("gone", store)
    login = {"cookie": pipeline.log_in()}
    shown = [{"authorization": f"Bearer {one}"} for one in (expired, revoked, "nst_x" * 9)]
    told = [
        pipeline.call("GET", "/api/v1/goals", headers=headers) for headers in ({}, login, *shown)
    ]
    assert {one.status for one in told} == {401}
    assert len({one.body for one in told}) == 1
    for one in told:
        headers = dict(one.headers)
        assert headers["www-authenticate"] == "Bearer"
        assert headers["content-type"] == "application/json"
    assert machine.call("GET", "goals")[0] == 200


def test_pages_do_not_open_for_a_token_and_tell_errors_as_pages(machine: Machine) -> None:
    """A token is for the API only."""
    headers = {"authorization": f"Bearer {machine.token}"}
    response = machine.pipeline.call("GET", "/feedback", headers=headers)
    assert response.status == 401
    assert dict(response.headers)["content-type"].startswith("text/html")
    assert "www-authenticate" not in dict(response.headers)


def test_a_token_does_what_its_scopes_say(machine: Machine) -> None:
    """And nothing else: the answer names the scope that it lacks, and nothing is changed."""
    machine.done("PUT", "goals/Reviews", GOAL)
    calls: list[tuple[Scope, str, str, Any]] = [
        ("read", "GET", "goals", None),
        ("read", "GET", "goals/Reviews", None),
        ("goals:write", "PUT", "goals/Reviews", GOAL | {"target": 2000}),
        ("goals:write", "PUT", "goals/Reviews/confidence", {"value": 3}),
        ("goals:write", "DELETE", "goals/Reviews", None),
        ("read", "GET", "metrics", None),
        ("numbers:write", "PUT", "metrics/nps/2026-09-01", {"value": 40}),
        ("read", "GET", "aggregates", None),
        ("read", "GET", "feedback", None),
        ("read", "GET", "sources", None),
        ("read", "GET", "templates", None),
    ]
    changed = {"read": (1, 0), "numbers:write": (1, 1), "goals:write": (4, 1)}
    for scope, left in changed.items():
        token = tokens.issue(scope, [scope], bootstrap.progress_store(), NOW)  # type: ignore[list-item]
        for needed, method, path, body in calls:
            status, content = machine.call(method, path, body, token=token)
            assert status == (200 if needed == scope else 403)
            assert status == 200 or f"the scope {needed};" in content["error"]
        store = bootstrap.goal_store()
        assert (len(store.changes("Reviews")), len(store.posted("nps"))) == left


def test_the_description_is_for_anybody_and_is_the_published_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token, and without the work of making it anew for each who asks."""
    made = Mock(side_effect=openapi.text)
    monkeypatch.setattr(openapi, "text", made)
    for _ in range(3):
        response = machine.pipeline.get("/api/v1/openapi.json")
        assert response.status == 200
        assert json.loads(response.body) == DESCRIPTION
    assert made.call_count <= 1


def test_a_goal_lives_from_its_setting_to_its_end(machine: Machine) -> None:
    """Set, changed, believed in, ended and opened again; the history has who did what."""
    set_to = machine.done("PUT", "goals/Reviews", GOAL | {"owner": "Kim", "note": "We grow."})
    assert (set_to["target"], set_to["start"], set_to["unit"]) == (1000, "2026-09-14", "count")
    assert (set_to["owner"], set_to["note"]) == ("Kim", "We grow.")
    machine.done("PUT", "goals/Reviews", GOAL | {"target": 2000})
    again = machine.done("PUT", "goals/Reviews", GOAL | {"target": 2000})
    assert len(again["history"]) == 2
    believed = machine.done("PUT", "goals/Reviews/confidence", {"value": 7, "note": "It helps."})
    assert believed["confidence"] == {
        "value": 7,
        "note": "It helps.",
        "by": "API: bi",
        "at": "2026-09-14T06:00:00Z",
    }
    ended = machine.done("DELETE", "goals/Reviews")
    assert (ended["ended"], ended["status"]) == ("2026-09-14", "ended")
    assert machine.done("DELETE", "goals/Reviews")["history"] == ended["history"]
    assert machine.done("GET", "goals")["goals"] == []
    assert [one["name"] for one in machine.done("GET", "goals?ended=yes")["goals"]] == ["Reviews"]
    opened = machine.done("PUT", "goals/Reviews", GOAL)
    assert opened["ended"] is None
    told = [(one["what"], one["target"], one["by"]) for one in opened["history"]]
    assert told == [
        ("set", 1000, "API: bi"),
        ("ended", 2000, "API: bi"),
        ("confidence", 2000, "API: bi"),
        ("set", 2000, "API: bi"),
        ("set", 1000, "API: bi"),
    ]


def test_a_goal_comes_with_its_forecast_at_once(machine: Machine) -> None:
    """Whoever sets it need not wait for the next run of track."""
    for n in range(257):
        counted(date(2026, 1, 1) + timedelta(n), reviews=3 + (n % 7 == 2))
    goal = machine.done("PUT", "goals/Reviews", GOAL | {"start": "2026-01-01"})
    assert goal["value"] == sum(3 + (n % 7 == 2) for n in range(257))
    assert goal["status"] == "on track"
    forecast = goal["forecast"]
    assert forecast["made_at"] == "2026-09-14T06:00:00Z"
    assert forecast["p80"][0] <= forecast["p50"][0] <= forecast["expected"]
    assert forecast["expected"] <= forecast["p50"][1] <= forecast["p80"][1]
    assert 0.8 <= forecast["probability"] <= 1
    assert forecast["eta80"][0] <= forecast["eta80"][1] <= forecast["eta80"][2]
    assert forecast["coverage"]["tried"] >= forecast["coverage"]["held"]
    assert forecast["fan"][-1]["day"] == "2026-12-31"
    assert goal["pace"]["even_pace"] == pytest.approx(1000 * 257 / 365)
    assert goal["pace"]["ahead"] == round(goal["value"] - goal["pace"]["even_pace"])
    assert goal["safe_days"] > 0
    assert [one["day"] for one in goal["due_by"]][:2] == ["2026-09-15", "2026-09-16"]
    assert machine.done("GET", "goals/Reviews") == goal
    (listed,) = machine.done("GET", "goals")["goals"]
    assert listed == {name: goal[name] for name in listed}


def test_a_goal_says_how_it_stands_in_the_words_of_the_page(machine: Machine) -> None:
    """`n` is told where something is divided: not of a count, nor of a posted number."""
    counted(TODAY, stars_5=3, csat_5=4)
    machine.done("PUT", "metrics/nps/2026-09-14", {"value": 42.5})
    later = {"deadline": "2026-12-31"}
    goals: dict[str, dict[str, Any]] = {
        "Reviews": GOAL | {"start": "2026-10-01"},
        "Stars": {"metric": "average_rating", "target": 4.5, **later},
        "Happy": {"metric": "csat", "target": 90, **later},
        "Solved": {"metric": "solved_rate", "target": 90, **later},
        "NPS": {"metric": "custom", "number": "nps", "target": 50, **later},
    }
    for name, goal in goals.items():
        machine.done("PUT", f"goals/{name}", goal)
    machine.done("PUT", "metrics/nps/2026-09-14", {"value": 51})
    told = {one["name"]: one for one in machine.done("GET", "goals")["goals"]}
    assert {name: one["n"] for name, one in told.items()} == {
        "Reviews": None,
        "Stars": 3,
        "Happy": 4,
        "Solved": 0,
        "NPS": None,
    }
    statuses = (told["Reviews"]["status"], told["NPS"]["status"], told["Happy"]["status"])
    assert statuses == ("not begun", "goal reached", "too early")


def test_any_printable_name_fits_into_a_path(machine: Machine) -> None:
    """Encoded twice it always comes through; the gateway decodes it once."""
    names = ["%41", "100% sûr", "50/50 & ½ #1?", "Two words", "a+b", "目標"]
    for name in names:
        encoded = quote(quote(name, safe=""), safe="")
        assert machine.done("PUT", f"goals/{encoded}", GOAL)["name"] == name
        machine.done("PUT", f"metrics/{encoded}/2026-09-01", {"value": 1})
        if not set("/?%") & set(name):
            assert machine.done("GET", f"goals/{quote(name, safe='')}")["name"] == name
    assert machine.done("GET", "metrics")["numbers"] == names
    assert sorted(one["name"] for one in machine.done("GET", "goals")["goals"]) == names


FILE = """
[[goals]]
name = "Reviews"
metric = "net_public_reviews"
target = 500
start = 2026-09-01
deadline = 2026-12-31
"""


def test_what_a_machine_says_of_a_goal_of_the_file_stays(machine: Machine) -> None:
    """Also before track has looked at the file: the newer word counts, and both are kept."""
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "", GOAL),
        ("PUT", "/confidence", {"value": 3}),
        ("DELETE", "", None),
    ]
    for n, (method, path, body) in enumerate(calls):
        machine.pipeline.configure(f"{SOURCE}{FILE.replace('Reviews', f'Reviews {n}')}")
        machine.done(method, f"goals/Reviews%20{n}{path}", body)
        told = machine.done("GET", f"goals/Reviews%20{n}")
        assert told["target"] == (1000 if body == GOAL else 500)
        assert told["confidence"] is None or told["confidence"]["value"] == 3
        assert told["ended"] == ("2026-09-14" if method == "DELETE" else None)
        assert [one["by"] for one in told["history"]] == ["API: bi", "northstar.toml"]


def test_a_store_that_does_not_answer_is_503(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In JSON that nobody keeps, with the seconds to wait."""

    def down() -> None:
        raise Unavailable("It does not answer.")

    monkeypatch.setattr(bootstrap, "goal_store", down)
    assert machine.call("GET", "goals") == (503, {"error": "It does not answer."})
    headers = {"authorization": f"Bearer {machine.token}"}
    told = machine.pipeline.call("GET", "/api/v1/goals", headers=headers)
    assert dict(told.headers)["retry-after"] == "5"


WRONG_GOALS: list[tuple[dict[str, Any], str]] = [
    ({"metric": "stars"}, "metric"),
    ({"metric": None}, "metric"),
    ({"target": "many"}, "target"),
    ({"target": True}, "target"),
    ({"target": 10.5}, "target"),
    ({"target": 1e13}, "target"),
    ({"target": float("nan")}, "target"),
    ({"target": 5}, "target"),
    ({"deadline": "2026-13-01"}, "deadline"),
    ({"deadline": "31.12.2026"}, "deadline"),
    ({"deadline": 1798675200}, "deadline"),
    ({"deadline": "1798675200"}, "deadline"),
    ({"deadline": "2026-09-01"}, "deadline"),
    ({"deadline": "9999-12-31"}, "deadline"),
    ({"start": "0001-01-01"}, "start"),
    ({"name": "Other"}, "name"),
    ({"app": "acme"}, "app"),
    ({"owner": "k" * 81}, "owner"),
    ({"note": "n" * 1001}, "note"),
    ({"number": "nps"}, "number"),
]


def test_a_goal_that_cannot_be_meant_is_refused(machine: Machine) -> None:
    """With the field, and nothing is stored."""
    counted(TODAY, reviews=7)
    for changed, field in WRONG_GOALS:
        told = machine.refused("PUT", "goals/Reviews", GOAL | changed)
        assert (changed, *told) == (changed, 422, field)
    assert bootstrap.goal_store().goals() == []


def test_a_body_that_is_no_object_is_refused(machine: Machine) -> None:
    """In one sentence about the body."""
    for body in (b"", b"[]", b"null", b"{", b"\xff", b'{"value": "\\ud800"}', b'"words"'):
        status, _ = machine.refused("PUT", "goals/Reviews", raw=body)
        assert (body, status) == (body, 422)


def test_a_body_that_is_too_large_is_refused_unread(machine: Machine) -> None:
    """Over 32 KB."""
    large = b'{"value": 1, "note": "%s"}' % (b"n" * 32 * 1024)
    assert machine.refused("PUT", "goals/R/confidence", raw=large) == (413, "")


def test_what_is_not_there_is_not_found(machine: Machine) -> None:
    """Whatever is asked of it."""
    assert machine.refused("GET", "goals/None") == (404, "")
    assert machine.refused("DELETE", "goals/None") == (404, "")
    assert machine.refused("PUT", "goals/None/confidence", {"value": 3}) == (404, "")
    assert machine.refused("GET", "metrics/None") == (404, "")
    assert machine.refused("GET", f"goals/{'n' * 2000}") == (422, "name")
    assert machine.refused("GET", "goals/%25FF") == (422, "name")


def test_a_number_is_posted_by_the_day_and_drives_a_goal(machine: Machine) -> None:
    """The same again changes nothing, another value replaces the one before."""
    machine.done("PUT", "metrics/nps/2026-09-01", {"value": 40})
    for value in (41.5, 42.5, 42.5):
        told = machine.done("PUT", "metrics/nps/2026-09-14", {"value": value})
        assert told == {"day": "2026-09-14", "value": value}
    assert machine.done("GET", "metrics/nps") == {
        "name": "nps",
        "values": [{"day": "2026-09-01", "value": 40}, {"day": "2026-09-14", "value": 42.5}],
    }
    told = machine.done("GET", "metrics")
    assert told["numbers"] == ["nps"]
    goal = {"metric": "custom", "number": "nps", "target": 60, "deadline": "2026-12-31"}
    assert machine.done("PUT", "goals/Loved", goal | {"start": "2026-09-01"})["value"] == 42.5


WRONG_NUMBERS = [
    ("2026-09-15", b'{"value": 1}', "day"),
    ("1999-12-31", b'{"value": 1}', "day"),
    ("2026-02-30", b'{"value": 1}', "day"),
    ("20260901", b'{"value": 1}', "day"),
    ("2026-09-01", b'{"value": NaN}', "value"),
    ("2026-09-01", b'{"value": -Infinity}', "value"),
    ("2026-09-01", b'{"value": 1e999}', "value"),
    ("2026-09-01", b'{"value": null}', "value"),
    ("2026-09-01", b'{"value": "1"}', "value"),
    ("2026-09-01", b"{}", "value"),
]


def test_a_number_that_is_none_is_refused(machine: Machine) -> None:
    """And the days are those that were, up to today."""
    for day, body, field in WRONG_NUMBERS:
        told = machine.refused("PUT", f"metrics/nps/{day}", raw=body)
        assert (day, body, *told) == (day, body, 422, field)
    assert bootstrap.goal_store().posted("nps") == {}
    assert machine.done("GET", "metrics")["numbers"] == []


def test_aggregates_are_told_as_they_are(machine: Machine) -> None:
    """By day, both ends included, of one value of one dimension."""
    for n in range(4):
        counted(TODAY - timedelta(n), "language", "de", answers=n, csat_5=n)
    told = machine.done("GET", "aggregates?dimension=language&value=de&since=2026-09-12")
    assert (told["since"], told["until"]) == ("2026-09-12", "2026-09-14")
    assert told["days"] == [
        {"day": "2026-09-12", "measures": {"answers": 2, "csat_5": 2}},
        {"day": "2026-09-13", "measures": {"answers": 1, "csat_5": 1}},
        {"day": "2026-09-14", "measures": {"answers": 0, "csat_5": 0}},
    ]
    assert machine.done("GET", "aggregates")["since"] == "2026-08-18"


def reviews(number: int) -> None:
    """Store so many reviews, a day apart, the newest of today."""
    records = [
        first_sight(
            Review(
                source="shopify",
                id=str(n),
                rating=1 + n % 5,
                title=None,
                text=f"words {n}",
                author="Ann Example",
                language="en",
                country="US",
                created=(TODAY - timedelta(n)).isoformat(),
            ),
            "acme",
            NOW,
        )
        for n in range(number)
    ]
    bootstrap.feedback_store().put_records(records)


def test_feedback_is_paged_and_filtered_and_names_nobody(machine: Machine) -> None:
    """The newest first, as many as wanted, within the period."""
    reviews(7)
    first = machine.done("GET", "feedback?limit=3")
    assert [one["text"] for one in first["feedback"]] == ["words 0", "words 1", "words 2"]
    assert "Ann" not in json.dumps(first)
    rest = machine.done("GET", f"feedback?limit=50&cursor={quote(first['next'])}")
    assert [one["text"] for one in rest["feedback"]] == [f"words {n}" for n in range(3, 7)]
    assert rest["next"] is None
    some = machine.done("GET", "feedback?since=2026-09-09&until=2026-09-12&rating=4")
    assert [one["text"] for one in some["feedback"]] == ["words 3"]
    assert machine.done("GET", "feedback?text=words%205")["feedback"][0]["rating"] == 1


def test_an_answer_comes_without_the_customer(machine: Machine) -> None:
    """Neither name, nor mail address, nor who answered the ticket."""
    pipeline = machine.pipeline
    moments = ("opened_at", "first_reply_at", "solved_at")
    asked = pipeline.solved(**dict.fromkeys(moments, "2026-09-14T05:00:00Z"))
    pipeline.answer(asked["survey_url"], answer="yes")
    (said,) = machine.done("GET", "feedback?kind=answer&solved=yes&team=billing")["feedback"]
    assert (said["template"], said["solved"]) == ("refund@3", True)
    assert not {"Ann", "ann@example.org", "Kim", "c-ann"} & set(map(str, said.values()))
    assert not {"author", "agent", "customer"} & said.keys()


WRONG_QUERIES = [
    ("aggregates?dimension=weather", "dimension"),
    ("aggregates?dimension=language", "value"),
    ("aggregates?since=2026-09-14&until=2026-09-13", "until"),
    ("aggregates?since=2025-01-01&until=2026-09-13", "until"),
    ("aggregates?since=1700006400", "since"),
    ("aggregates?until=yesterday", "until"),
    ("aggregates?until=0001-01-01&since=2026-01-01", "until"),
    ("aggregates?unknown=1", "unknown"),
    ("feedback?limit=51", "limit"),
    ("feedback?limit=0", "limit"),
    ("feedback?limit=many", "limit"),
    ("feedback?rating=6", "rating"),
    ("feedback?solved=maybe", "solved"),
    ("feedback?language=english", "language"),
    ("feedback?cursor=abc", "cursor"),
    ("feedback?since=2026-09-02&until=2026-09-01", "since"),
    ("feedback?since=2026-9-2", "since"),
    ("feedback?id=1", "id"),
]


def test_a_query_that_is_wrong_is_refused(machine: Machine) -> None:
    """With its field, whether the row, the period, a filter or the page is none."""
    for path, field in WRONG_QUERIES:
        assert (path, *machine.refused("GET", path)) == (path, 422, field)


def test_sources_and_templates_are_told(machine: Machine) -> None:
    """As their pages have them."""
    (source,) = machine.done("GET", "sources")["sources"]
    assert (source["source"], source["app"], source["standing"]) == (
        *("shopify", "acme"),
        "up_to_date",
    )
    assert source["run"]["outcome"] == "ok"
    bootstrap.progress_store().list_value("template", "refund@3")
    counted(TODAY, "template", "refund@3", tickets=50, solved_yes=30, solved_no=10, answers=40)
    told = machine.done("GET", "templates?days=28")
    (template,) = told["templates"]
    (version,) = template["versions"]
    assert (template["id"], version["version"], version["uses"]) == ("refund", "3", 50)
    assert (version["solved"]["hits"], version["solved"]["n"]) == (30, 40)
    assert version["solved"]["low"] < 0.75 < version["solved"]["high"]
    assert machine.refused("GET", "templates?days=7") == (422, "days")
