"""Measures how fast a file is imported, and how much memory that takes, without a store's time.

A fresh interpreter writes a CSV of reviews, imports it into a store that only counts, and tells
rows a second and the most memory it ever had. `growth` is the memory of ten times the rows over
that of the rows: 1 when a file's size does not matter. `python -m benchmarks.importing --rows
1000000` runs one file of any size.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from northstar.app.configuration import SourceTarget
from northstar.app.importing import import_lines
from northstar.domain.aggregates import Record
from northstar.sources import file

ROOT = Path(__file__).resolve().parent.parent
ROWS = 5_000
_MEGABYTE = 1024 if sys.platform == "linux" else 1024 * 1024
_HEADER = ("Review ID", "Star Rating", "Review Title", "Review Text", "Nickname", "Date", "Country")


class CountingStore:
    """Takes every record as new, and keeps none."""

    def __init__(self) -> None:
        self.stored = 0

    def existing(self, records: Sequence[Record]) -> set[str]:
        """Return that none of these is stored."""
        assert len(records) <= 100
        return set()

    def put_records(self, records: Sequence[Record]) -> None:
        """Count these."""
        self.stored += len(records)


def run() -> dict[str, float]:
    """Return rows a second and megabytes of the larger of two files, and how memory grew."""
    small, large = _apart(ROWS), _apart(10 * ROWS)
    return {
        "rows": large["rows"],
        "rows_per_second": large["rows_per_second"],
        "peak_mb": large["peak_mb"],
        "growth": round(large["peak_mb"] / small["peak_mb"], 2),
    }


def measure(rows: int) -> dict[str, float]:
    """Write and import a file of that many rows in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.csv"
        _write(path, rows)
        store: Any = CountingStore()
        start = time.perf_counter()
        with path.open("rb") as stream:
            told = file.layout(stream)
            lines = file.lines(stream, told, SourceTarget("shopify", "app"))
            for tally in import_lines(lines, store, datetime.now(UTC)):
                done = tally
        seconds = time.perf_counter() - start
    assert (done.rows, done.new, store.stored) == (rows, rows, rows)
    return {
        "rows": rows,
        "rows_per_second": round(rows / seconds),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE, 1),
    }


def _apart(rows: int) -> dict[str, float]:
    told = subprocess.run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", "benchmarks.importing", "--rows", str(rows)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(told.stdout)
    return figures


def _write(path: Path, rows: int) -> None:
    words = "Works well for our shop; the team answered within a day.\nWould install it again. "
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(_HEADER)
        for number in range(rows):
            day = f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}"
            text = words * (1 + number % 4)
            table.writerow(
                (number, 1 + number % 5, f"Title {number}", text, f"Shop {number}", day, "Chile")
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    print(json.dumps(measure(parser.parse_args().rows)))
