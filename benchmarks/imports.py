"""Measures how much slower the `answer` function starts than a function that only has boto3.

Every round starts two fresh interpreters, one after the other: one imports boto3 and makes a
DynamoDB client, the other imports the real handler and then makes its client. `ratio` is the
import of the handler over the whole baseline; `ready_ratio` has the client on both sides. It is
processor time, which other work on the machine disturbs least. A cold start on Lambda also fetches
the code; this is only about what our imports add.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 11

_TIMED = """
import time
start = time.process_time()
{importing}
imported = time.process_time()
{client}
print([imported - start, time.process_time() - start])
"""
_BASELINE = ("import boto3", "boto3.client('dynamodb')")
_HANDLER = (
    "import handler",
    "from northstar.runtime import bootstrap; bootstrap.client('dynamodb')",
)
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def run() -> dict[str, float]:
    """Return milliseconds (imported, ready with a client) and ratios, each a median of rounds."""
    rounds = [(*_milliseconds(*_BASELINE), *_milliseconds(*_HANDLER)) for _ in range(ROUNDS + 1)]
    rounds = rounds[1:]  # the first one warms the disk
    names = ("boto3_imported_ms", "boto3_ready_ms", "answer_imported_ms", "answer_ready_ms")
    return {
        **{
            name: round(statistics.median(figures))
            for name, figures in zip(names, zip(*rounds, strict=True), strict=True)
        },
        "ratio": round(statistics.median(one[2] / one[1] for one in rounds), 2),
        "ready_ratio": round(statistics.median(one[3] / one[1] for one in rounds), 2),
    }


def _milliseconds(importing: str, client: str) -> tuple[float, float]:
    """Return what a fresh interpreter needs until it has imported, and until it is ready."""
    answered = subprocess.run(  # noqa: S603  our own interpreter and text
        [sys.executable, "-c", _TIMED.format(importing=importing, client=client)],
        cwd=ROOT / "functions" / "answer",
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported, ready = json.loads(answered.stdout)
    return 1_000 * imported, 1_000 * ready
