"""The simulation passes on its seeds, and finds the bugs it is there to find."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from local import simulate
from northstar.domain import repeats
from northstar.store import progress as progress_module
from northstar.store.progress import DynamoProgressStore
from tests.conftest import ROOT

SEEDS = 80
CHUNK = 10


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_promise_holds_on_every_seed(first: int) -> None:
    """Duplicates, reordering, crashes, lost acknowledgements and conflicts change no number."""
    broken = {seed: simulate.run(seed) for seed in range(first, first + CHUNK)}
    assert not any(broken.values()), broken


def plain_add(self: DynamoProgressStore, new: Any, counted: Any, changes: Any) -> None:
    """The bug of counting with ADD alone: what is counted is not remembered together with it."""
    for row, measures in changes.items():
        self._table.transact(
            [{"Update": self._table.add(progress_module.keys.aggregate(row), measures)}]
        )
    for one in new:
        self._table.put(progress_module._contribution_item(one))


def marker_without_transaction(
    self: DynamoProgressStore, new: Any, counted: Any, changes: Any
) -> None:
    """The bug of marking first and adding afterwards: a crash in between loses the numbers."""
    for one in new:
        expected = progress_module._counted_item(counted, one)
        self._table.transact(
            [{"Put": self._table.put_over(progress_module._contribution_item(one), expected)}]
        )
    for row, measures in changes.items():
        self._table.transact(
            [{"Update": self._table.add(progress_module.keys.aggregate(row), measures)}]
        )


def found_by(seeds: int) -> bool:
    """Whether any of the first seeds breaks a promise."""
    return any(simulate.run(seed) for seed in range(seeds))


@pytest.mark.parametrize("bug", [plain_add, marker_without_transaction])
def test_a_counter_that_is_not_exactly_once_is_found(
    bug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted counting bug breaks a promise within the first seeds."""
    monkeypatch.setattr(DynamoProgressStore, "count", bug)
    assert found_by(20)


def test_repeats_that_are_looked_for_one_way_only_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An older ticket that becomes known later than the one that repeats it is part of the runs."""
    marked = repeats.marked
    monkeypatch.setattr(
        repeats,
        "marked",
        lambda ask, others, about: (one for one in marked(ask, others, about) if one.id != ask.id),
    )
    assert found_by(20)


def test_a_stream_without_edits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that lets only new items pass, and no changed ones, breaks a promise."""
    passes = simulate.passes
    monkeypatch.setattr(
        simulate,
        "passes",
        lambda mapping, entry: entry["eventName"] == "INSERT" and passes(mapping, entry),
    )
    assert found_by(20)


def test_a_failing_seed_fails_the_command(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The command prints the failing seed with what it broke, and exits with 1."""
    monkeypatch.setattr(simulate, "run_all", lambda seeds, jobs, quiet: {7: ["a promise"]})
    monkeypatch.setattr(sys, "argv", ["simulate", "--seeds", "10"])
    assert simulate.main() == 1
    assert "seed 7:\n  a promise" in capsys.readouterr().out


def test_one_seed_runs_by_command() -> None:
    """`northstar simulate --seed N` runs that seed alone and exits with 0."""
    done = subprocess.run(
        [sys.executable, "-m", "northstar.cli", "simulate", "--seed", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1 seeds, 0 failing")


def test_a_run_that_stops_is_a_failing_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle fails its own seed with its name, and not the whole command."""

    def stop(_world: simulate.World) -> None:
        raise ZeroDivisionError("in the middle")

    monkeypatch.setattr(simulate.World, "settle", stop)
    assert simulate.run(0) == ["the run stopped: ZeroDivisionError('in the middle')"]
