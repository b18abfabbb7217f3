"""Measures how much slower the `answer` function starts than a function that only has boto3.

Every round starts two fresh interpreters, one after the other: one imports boto3 and makes a
DynamoDB client, the other imports the real handler and makes its client. A cold start on Lambda
also fetches the code; the ratio is about what our imports add.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7

_TIMED = """
import time
start = time.perf_counter()
{work}
print(time.perf_counter() - start)
"""
_BASELINE = "import boto3; boto3.client('dynamodb', region_name='eu-central-1')"
_HANDLER = "import handler; from northstar.runtime import bootstrap; bootstrap.client('dynamodb')"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def run() -> dict[str, float]:
    """Return the medians in milliseconds, and their ratio."""
    pairs = [(_milliseconds(_BASELINE), _milliseconds(_HANDLER)) for _ in range(ROUNDS + 1)]
    baseline, handler = map(statistics.median, zip(*pairs[1:], strict=True))
    return {
        "boto3_ms": round(baseline),
        "answer_ms": round(handler),
        "ratio": round(handler / baseline, 2),
    }


def _milliseconds(work: str) -> float:
    answered = subprocess.run(  # noqa: S603  our own interpreter and text
        [sys.executable, "-c", _TIMED.format(work=work)],
        cwd=ROOT / "functions" / "answer",
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return 1_000 * float(answered.stdout)
