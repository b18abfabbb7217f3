"""`northstar goal` and `northstar token` against a stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from northstar.app import tokens
from northstar.app.goals import Change, KeptGoal
from northstar.app.ports import Memory, Run
from northstar.cli import main
from northstar.domain.aggregates import Row
from northstar.domain.errors import Unauthenticated
from northstar.domain.goals import Goal
from northstar.runtime import bootstrap
from northstar.store import keys
from tests.integration.conftest import Pipeline

SET = ["goal", "set", "Reviews", "--metric", "net_public_reviews", "--target", "1000"]
TODAY = datetime.now(UTC).date()
IN_A_YEAR = (TODAY + timedelta(365)).isoformat()


@pytest.fixture
def stack(pipeline: Pipeline) -> Iterator[Pipeline]:
    """A stack with a source that was just read, and 540 reviews."""
    pipeline.configure('[[sources]]\nsource = "shopify"\napp = "acme"\n')
    now = datetime.now(UTC)
    done = Run("shopify", "acme", now, now, "ok", 1, 10, 0, 0, 0, complete=True)
    bootstrap.progress_store().save_run(done, None, Memory(good_at=now, read_at=now))
    reviews(540, TODAY)
    yield pipeline
    pipeline.configure("# nothing")


def reviews(number: int, day: date) -> None:
    """Let so many reviews be counted on a day, and no other."""
    row = keys.aggregate(Row("all", "all", day.isoformat()))
    bootstrap.progress_store()._table.put(row | {"reviews": number})


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    """Return exit code and what is printed; argparse ends by itself."""
    capsys.readouterr()
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, *capsys.readouterr()


def goals(capsys: Any, *arguments: str) -> list[dict[str, Any]]:
    """Return what `goal list --json` prints."""
    code, out, _ = run(capsys, "goal", "list", "--json", *arguments)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)["goals"]
    return found


def test_a_goal_is_set_listed_and_ended(stack: Pipeline, capsys: Any) -> None:
    """With its forecast at once, and with whoever set it in its history."""
    assert "No goal yet" in run(capsys, "goal", "list")[1]
    for n in range(180):
        reviews(3, TODAY - timedelta(n))
    told = ("--deadline", IN_A_YEAR, "--by", "Kim", "--owner", "Ann", "--note", "We grow.")
    code, out, err = run(capsys, *SET, *told)
    assert (code, err) == (0, "")
    assert f"1,000 by {IN_A_YEAR}" in out
    (goal,) = goals(capsys)
    assert (goal["target"], goal["start"], goal["value"]) == (1000, TODAY.isoformat(), 540)
    assert (goal["owner"], goal["note"]) == ("Ann", "We grow.")
    low, high = goal["forecast"]["p80"]
    code, out, _ = run(capsys, "goal", "list")
    head, row = out.splitlines()
    assert code == 0
    assert " ".join(head.split()) == "GOAL STATUS VALUE DEADLINE EXPECTED (80 %) CHANCE HELD"
    assert f"540 of 1,000  {IN_A_YEAR}" in row
    assert f"({low:,.0f} to {high:,.0f})" in row
    assert f"{goal['forecast']['coverage']['held']} of" in row
    assert run(capsys, "goal", "end", "Reviews", "--by", "Kim")[0] == 0
    assert goals(capsys) == []
    (ended,) = goals(capsys, "--all")
    assert ended["ended"] == TODAY.isoformat()
    assert f"closed {TODAY}" in run(capsys, "goal", "list", "--all")[1]
    changes = bootstrap.goal_store().changes("Reviews")
    assert [(one.what, one.by) for one in changes] == [("ended", "Kim"), ("set", "Kim")]


def test_a_goal_of_the_file_is_ended_or_set_before_track_has_seen_it(
    stack: Pipeline, capsys: Any
) -> None:
    """The newer word counts, and the history has both."""
    told = 'metric = "net_public_reviews"\ntarget = 9000\nstart = 2026-01-01\n'
    for name in ("Reviews", "Other"):
        stack.configure(f'[[goals]]\nname = "{name}"\n{told}deadline = {IN_A_YEAR}\n')
        command = (*SET, *DEADLINE) if name == "Reviews" else ("goal", "end", name)
        assert run(capsys, *command)[0] == 0
        changes = bootstrap.goal_store().changes(name)
        assert [one.by for one in changes] == ["northstar goal", "northstar.toml"]
    assert goals(capsys) == []
    assert [one["target"] for one in goals(capsys, "--all")] == [9000, 1000]


def test_a_goal_of_a_rate_is_shown_in_its_unit_and_without_a_forecast(
    stack: Pipeline, capsys: Any
) -> None:
    """No answer yet: no value, no interval, no chance."""
    run(capsys, *("goal", "set", "Happy", "--metric", "csat", "--target", "90"), *DEADLINE)
    run(capsys, *("goal", "set", "Stars", "--metric", "average_rating"), "--target=4.6", *DEADLINE)
    _, happy, stars = run(capsys, "goal", "list")[1].splitlines()
    assert "– of 90 %" in happy
    assert "– of 4.6" in stars
    assert happy.split()[-3:] == ["–", "–", "–"]


def test_what_is_not_given_stays(stack: Pipeline, capsys: Any) -> None:
    """Of a goal that is there; an empty text takes away, and a percentage may have its sign."""
    more = ("--start", "2026-01-01", "--baseline", "5", "--owner", "Ann", "--note", "We grow.")
    run(capsys, *SET, *DEADLINE, *more)
    before = bootstrap.goal_store().goal("Reviews")
    assert before
    assert run(capsys, "goal", "set", "Reviews", "--target", "2,000", "--note", "")[0] == 0
    after = bootstrap.goal_store().goal("Reviews")
    assert after
    assert after.goal == replace(before.goal, target=2000, note=None)
    assert run(capsys, *SET[:3], "--metric", "csat", "--target", "90%")[0] == 0
    (goal,) = goals(capsys)
    assert (goal["metric"], goal["target"], goal["owner"]) == ("csat", 90, "Ann")


def test_a_goal_of_what_nobody_collects_is_taken_and_told(stack: Pipeline, capsys: Any) -> None:
    """In one line beside the answer; of a configured app nothing is said."""
    for told, said in (
        *((("--app", "shopify:acme"), ""), (("--app", "shopify:acmee"), "collects this app")),
        *((("--source", "shopify"), ""), (("--source", "steam"), "is not collected")),
        (("--metric", "custom", "--number", "sold"), "Nobody has posted this number yet"),
    ):
        code, out, err = run(capsys, *SET, *DEADLINE, *told)
        assert (code, out.startswith("Reviews: 1,000 by")) == (0, True)
        assert (told, said in err, err.count("\n")) == (told, True, 1 if said else 0)


DEADLINE = ("--deadline", IN_A_YEAR)
FAULTS = [
    ((*SET, "--deadline", "2020-01-01"), "deadline must lie after the start"),
    ((*SET, "--deadline", "soon"), "deadline is not a day; write one such as 2027-06-30"),
    ((*SET[:-1], "540", *DEADLINE), "target is reached already: it is 540 now"),
    ((*SET[:-1], "many", *DEADLINE), "target is not a number; write one such as 1000 or 4.6"),
    ((*SET[:-1], "10.000", *DEADLINE), "target is not a number"),
    ((*SET[:-1], "90%", *DEADLINE), "target is no percentage here"),
    ((*SET,), "A new goal needs a deadline"),
    ((*SET[:-1], "nan", *DEADLINE), "target is not a number"),
    ((*SET[:-1], "9.5", *DEADLINE), "must be a whole number"),
    ((*SET[:-1], "1000", "--deadline", "2200-01-01"), "between 2000 and 2100"),
    ((*SET[:4], "stars", *SET[5:], *DEADLINE), "invalid choice: 'stars'"),
    ((*SET[:4], "custom", *SET[5:], *DEADLINE), "number is missing"),
    ((*SET, *DEADLINE, "--app", "acme"), "not an app of a store"),
    ((*SET, *DEADLINE, "--app", "shopify:acme", "--source", "shopify"), "not allowed with"),
    (("goal", "end", "None"), "There is no goal named 'None'"),
]


def test_a_goal_that_cannot_be_meant_is_refused(stack: Pipeline, capsys: Any) -> None:
    """With a sentence that says why, and nothing is stored."""
    for arguments, sentence in FAULTS:
        code, out, err = run(capsys, *arguments)
        assert (arguments, out) == (arguments, "")
        assert sentence in err.splitlines()[-1]
        assert code == (1 if arguments[1] == "end" else 2)
    assert bootstrap.goal_store().goals() == []


def test_a_name_does_nothing_to_a_terminal(stack: Pipeline, capsys: Any) -> None:
    """It is refused, and one that got into the table all the same is shown without its effect."""
    assert run(capsys, "goal", "set", "\x1b[31m", *SET[3:], *DEADLINE)[0] == 2
    goal = Goal("\x1b[31mRed\u202e", "csat", 90, TODAY, date.fromisoformat(IN_A_YEAR))
    change = Change(datetime.now(UTC), "Kim", "set", goal)
    bootstrap.goal_store().save_goal(KeptGoal(goal, version=1), change)
    for arguments in (("goal", "list"), ("goal", "list", "--json")):
        out = run(capsys, *arguments)[1]
        assert "Red" in out
        assert not {"\x1b", "\u202e"} & set(out)


def test_a_token_is_issued_listed_and_revoked(pipeline: Pipeline, capsys: Any) -> None:
    """It is shown once; the list has its name, its scopes and its days."""
    code, out, _ = run(capsys, "token", "issue", "bi", "--scope", "read", "--days", "30")
    token, now = out.strip(), datetime.now(UTC)
    assert code == 0
    found = tokens.check(f"Bearer {token}", bootstrap.progress_store(), now)
    assert (found.name, found.scopes) == ("bi", ("read",))
    assert timedelta(29) < found.expires - now <= timedelta(30)
    code, out, err = run(capsys, "token", "issue", "bi", "--scope", "read")
    assert (code, out) == (2, "")
    assert "revoke it first" in err
    listed = run(capsys, "token", "list", "--json")[1]
    (one,) = json.loads(listed)["tokens"]
    assert (one["name"], one["scopes"], one["expired"]) == ("bi", ["read"], False)
    assert token[4:] not in listed + run(capsys, "token", "list")[1]
    assert run(capsys, "token", "revoke", "bi")[0] == 0
    with pytest.raises(Unauthenticated):
        tokens.check(f"Bearer {token}", bootstrap.progress_store(), now)
    assert run(capsys, "token", "revoke", "bi")[0] == 1
    assert "No token yet" in run(capsys, "token", "list")[1]
    assert run(capsys, "token", "issue", "bi", "--scope", "write")[0] == 2


def test_the_name_of_an_expired_token_is_free_again(pipeline: Pipeline, capsys: Any) -> None:
    """The new token holds, and the old one stays expired."""
    store, now = bootstrap.progress_store(), datetime.now(UTC)
    old = tokens.issue("bi", ["read"], store, now - timedelta(2), days=1)
    assert "expired" in run(capsys, "token", "list")[1]
    new = tokens.issue("bi", ["read"], store, now)
    assert [one.expires > now for one in store.tokens()] == [True]
    assert tokens.check(f"Bearer {new}", store, now).name == "bi"
    with pytest.raises(Unauthenticated):
        tokens.check(f"Bearer {old}", store, now)
