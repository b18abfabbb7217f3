"""`make bench`, or `python -m benchmarks`: every benchmark, its figures beside their budgets.

    scoring      our VADER engine against the vaderSentiment package: speed, worst text, differences
    write_units  DynamoDB write units of one answered survey, from webhook to aggregates
    page_calls   DynamoDB calls and bytes of each page over 100 and over 100,010 counted records
    rendering    time and size of the goal page and of its picture, beside a table in Jinja
    stack        the local stack: until it answers, and from an answer to the goal page
    imports      the start of the answer function against boto3 alone
    parsing      reviews a second and memory per source, against BeautifulSoup and feedparser
    learning     models learnt from stars against VADER: ranking, calibration, size and time
    topics       topics, phrases and summaries: texts a second, worst text, memory
    forecast     how often forecasts hold, beside plain Poisson, a bootstrap and forgetting days
    collecting   requests and write units of a look at an app in which nothing changed

Figures are ratios to a named baseline or counts wherever that is possible, because seconds say more
about the machine than about the code. `budgets.toml` has the bounds and their reasons; the command
exits with 1 when one is missed that is not only informative. `--only NAME` (repeatable) runs some,
`--json` prints one object. Nothing leaves this machine, and the whole takes about ten minutes
on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from benchmarks import budget
from benchmarks.budget import Budgets

NAMES = (
    *("scoring", "write_units", "page_calls", "rendering", "stack", "imports"),
    *("parsing", "collecting", "learning", "topics", "forecast"),
)

Figures = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks and print their figures. Return 1 when a budget is missed, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="this one; repeatable")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    budgets, found = budget.load(), {}
    for name in options.only or NAMES:
        found[name] = measure(name)
        if not options.json:
            print(table(name, found[name], budgets), flush=True)
    missed = [line for name in found for line in budget.missed(budgets, name, found[name])]
    if options.json:
        print(json.dumps({"figures": found, "missed": missed}, indent=1))
    else:
        print("\n".join(missed) or "Every budget is met that is not only informative.")
    return 1 if missed else 0


def measure(name: str) -> Figures:
    """Run one benchmark and return its figures; lists among them are tables of details."""
    figures: Figures = import_module(f"benchmarks.{name}").run()
    return figures


def table(name: str, figures: Figures, budgets: Budgets) -> str:
    """Return the figures beside their budgets, and under them the details."""
    lines = [name]
    for figure, value in figures.items():
        if isinstance(value, list):
            continue
        bounds = budgets.get(name, {}).get(figure)
        lines.append(f"  {figure:24} {value:>12,}   {_verdict(bounds, value)}".rstrip())
    for figure, value in figures.items():
        if isinstance(value, list):
            lines += ["", f"  {figure}", *_details(value)]
    return "\n".join([*lines, ""])


def _verdict(bounds: budget.Budget | None, value: float) -> str:
    if bounds is None:
        return ""
    verdict = "ok" if bounds.holds(value) else "MISSED"
    return f"{bounds}  {verdict}{' (informative)' if bounds.informative else ''}"


def _details(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return rows of the same columns as aligned lines under their names."""
    cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "    "
        + "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


if __name__ == "__main__":
    sys.exit(main())
