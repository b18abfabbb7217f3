"""What several commands take as arguments."""

from __future__ import annotations

import argparse
from datetime import date

from northstar.app import daily


def day_of(text: str) -> date:
    """Return the day of an argument such as 2026-12-31. Raises ArgumentTypeError."""
    try:
        return daily.day_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-12-31") from error
