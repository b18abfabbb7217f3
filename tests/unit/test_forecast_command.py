"""`northstar forecast`: what it reads, what it assumes and says so, and what it refuses."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from northstar.cli import main

FIRST = date(2026, 1, 1)
ROWS = [(FIRST + timedelta(at), (at * 7 + at // 11) % 5) for at in range(300)]
LAST = ROWS[-1][0]
KEYS = ["status", "value", "expected", "p50", "p80", "eta80", "probability", "coverage"]


def written(folder: Path, rows: list[tuple[Any, Any]], head: str = "day,count") -> str:
    """Write rows and return the path."""
    path = folder / "counts.csv"
    path.write_text("\n".join([head, *(f"{day},{count}" for day, count in rows)]) + "\n")
    return str(path)


def run(
    capsys: Any, path: str, target: str = "700", deadline: str = "2026-12-26", *more: str
) -> tuple[int, Any, str]:
    """Run the command; return exit code, the JSON or None, and what is said on standard error."""
    try:
        code = main(["forecast", path, "--target", target, "--deadline", deadline, *more])
    except SystemExit as exited:
        code = int(str(exited.code))
    told = capsys.readouterr()
    return code, json.loads(told.out) if told.out else None, told.err


def test_it_prints_the_agreed_keys(capsys: Any, tmp_path: Path) -> None:
    """One object; the value is the sum of all counts; nothing is said beside it."""
    code, found, said = run(capsys, written(tmp_path, ROWS))
    assert (code, said, list(found)) == (0, "", KEYS)
    assert found["value"] == sum(count for _, count in ROWS)
    low, high = found["p80"]
    assert low <= found["p50"][0] <= found["expected"] <= found["p50"][1] <= high
    assert [date.fromisoformat(day) for day in found["eta80"]] == sorted(
        date.fromisoformat(day) for day in found["eta80"]
    )
    assert set(found["coverage"]) == {"held", "tried", "n_eff", "s", "days"}
    assert 0 < found["probability"] < 1


def test_the_same_file_gives_the_same_forecast(capsys: Any, tmp_path: Path) -> None:
    """To the last digit, in any order of its rows, which is said."""
    once = run(capsys, written(tmp_path, ROWS))
    again = run(capsys, written(tmp_path, ROWS[::-1]))
    assert once[1] == again[1]
    assert "were put in order" in again[2]


def test_as_of_leaves_out_what_came_later(capsys: Any, tmp_path: Path) -> None:
    """As of a day is as if the file ended on it."""
    cut = run(capsys, written(tmp_path, ROWS[:200]))
    as_of = run(capsys, written(tmp_path, ROWS), "700", "2026-12-26", "--as-of", str(ROWS[199][0]))
    assert cut == as_of


@pytest.mark.parametrize("missing", ["", None])
def test_missing_days_are_not_known(capsys: Any, tmp_path: Path, missing: str | None) -> None:
    """A day without a row, or with an empty count, is not 0; that is said with its number."""
    rows: list[tuple[Any, Any]] = [
        (day, missing if 100 <= at < 120 else count) for at, (day, count) in enumerate(ROWS)
    ]
    path = written(tmp_path, [row for row in rows if row[1] is not None])
    code, found, said = run(capsys, path)
    zeros = [(day, 0 if 100 <= at < 120 else count) for at, (day, count) in enumerate(ROWS)]
    assert code == 0
    assert "20 days between 2026-01-01 and 2026-10-27 without a count" in said
    assert found["expected"] > run(capsys, written(tmp_path, zeros))[1]["expected"]


def test_too_early_says_why(capsys: Any, tmp_path: Path) -> None:
    """No figure, exit 0, and the reason in words."""
    code, found, said = run(capsys, written(tmp_path, ROWS[:40]))
    assert (code, found["status"]) == (0, "too early")
    assert all(found[key] is None for key in KEYS[2:])
    assert "under 8 whole weeks" in said


def test_old_data_are_stale(capsys: Any, tmp_path: Path) -> None:
    """More than a week before --as-of."""
    later = str(LAST + timedelta(8))
    code, found, said = run(capsys, written(tmp_path, ROWS), "700", "2026-12-26", "--as-of", later)
    assert (code, found["status"], found["p80"]) == (0, "stale", None)
    assert "too old" in said


def test_a_hundred_thousand_rows_are_read(capsys: Any, tmp_path: Path) -> None:
    """The last two years of them count."""
    first = LAST - timedelta(99_999)
    rows = [(first + timedelta(at), (at * 7) % 5) for at in range(100_000)]
    code, found, _ = run(capsys, written(tmp_path, rows), "250000")
    assert (code, found["value"]) == (0, 200_000)
    assert found["p80"] is not None


@pytest.mark.parametrize(
    ("rows", "head", "sentence"),
    [
        (ROWS, "date,count", "The file has no column day"),
        (ROWS, "day,number", "The file has no column count"),
        (ROWS, "2026-01-01,3", "The file has no column day"),
        ([], "", "The file is empty"),
        ([], "day,count", "The file has no row with a count"),
        ([("2026-02-30", 1)], "day,count", "Line 2: '2026-02-30' is no day"),
        ([("1 May 2026", 1)], "day,count", "Line 2: '1 May 2026' is no day"),
        ([("20260501", 1)], "day,count", "Line 2: '20260501' is no day"),
        ([*ROWS[:3], (LAST, -1)], "day,count", "Line 5: '-1' is no count"),
        ([*ROWS[:3], (LAST, 2.5)], "day,count", "Line 5: '2.5' is no count"),
        ([*ROWS[:3], (LAST, "many")], "day,count", "Line 5: 'many' is no count"),
        ([*ROWS[:3], (LAST, "9" * 5_000)], "day,count", "Line 5: the count is over"),
        ([*ROWS, ROWS[4]], "day,count", "Line 302: 2026-01-05 is in line 6 already"),
        ([row for row in ROWS if row[1]], "day,count", "The file leaves out 59 days and has no"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_sentence(
    capsys: Any, tmp_path: Path, rows: list[tuple[Any, Any]], head: str, sentence: str
) -> None:
    """With the line and what to do; exit 2, and nothing on standard output."""
    path = written(tmp_path, rows, head) if head else str(tmp_path / "empty.csv")
    Path(path).touch()
    code, found, said = run(capsys, path)
    assert (code, found) == (2, None)
    assert said.startswith(f"northstar: {sentence}")
    assert said.count("\n") == 1
    assert len(said) < 250


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        (("0", "2026-12-26"), "'0' is no whole number"),
        (("-5", "2026-12-26"), "'-5' is no whole number"),
        (("x", "2026-12-26"), "'x' is no whole number"),
        (("700", "tomorrow"), "'tomorrow' is no day"),
        (("700", "2026-02-30"), "'2026-02-30' is no day"),
        (("700", "2026-10-26"), "is before the last day counted, 2026-10-27"),
        (("700", "2026-12-26", "--as-of", "2025-12-31"), "No day is counted up to 2025-12-31"),
        (("700", "2026-12-26", "--as-of", "soon"), "'soon' is no day"),
    ],
)
def test_a_goal_that_is_wrong_is_refused(
    capsys: Any, tmp_path: Path, goal: tuple[str, ...], sentence: str
) -> None:
    """Exit 2 and what is wrong."""
    code, found, said = run(capsys, written(tmp_path, ROWS), *goal)
    assert (code, found) == (2, None)
    assert sentence in said
