"""Detected languages of the recorded sets, whose languages are known."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from northstar.scoring.language import language
from northstar.scoring.normalise import normalise

CONFIGURED = {"en", "de", "fr", "es", "pt", "it", "nl", "pl"}


def _verdicts(path: Path) -> Counter[str]:
    """Return how many texts of 20 letters or more are found right, wrong and unknown, in shares."""
    counts: Counter[str] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = normalise(row["text"]).text
            if sum(map(str.isalpha, text)) >= 20:
                found, _ = language(text, None, CONFIGURED)
                counts["unknown" if found == "und" else str(found == row["lang"])] += 1
    return counts


@pytest.mark.parametrize(
    ("name", "right"),
    [
        *[("en_app", 0.99), ("fr_play", 0.9), ("nl_trustpilot", 0.94), ("pt_olist", 0.93)],
        *[("vader_gt_amazon", 0.94), ("vader_gt_tweets", 0.79)],
        *[("de_tweets", 0.57), ("es_tweets", 0.74), ("it_tweets", 0.8)],
    ],
)
def test_recorded_texts_are_hardly_ever_in_a_wrong_language(
    shared_data: Path, name: str, right: float
) -> None:
    """Under 1.2 % are wrong (some of them really are in another language); most are right."""
    verdicts = _verdicts(shared_data / "sentiment" / f"{name}.csv")
    assert verdicts["False"] <= 0.012 * verdicts.total()
    assert verdicts["True"] >= right * verdicts.total()
