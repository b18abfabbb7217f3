"""What the local stack tells the developer while it runs: single lines on stderr."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Tell one line at once, beside the data on stdout."""
    print(line, file=sys.stderr, flush=True)
