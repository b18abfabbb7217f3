"""Models learnt from the recorded reviews: they rank what they have not seen, and stay small."""

from __future__ import annotations

from pathlib import Path

import pytest

from northstar.app.learn import read
from northstar.scoring.training import train


@pytest.mark.parametrize(
    ("name", "least"), [("fr_play", 0.87), ("nl_trustpilot", 0.93), ("zh_waimai", 0.92)]
)
def test_a_model_ranks_reviews_it_has_not_seen(shared_data: Path, name: str, least: float) -> None:
    """Out of fold, far above VADER, within 64 KB, and calibrated to a few hundredths."""
    path = shared_data / "sentiment" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        examples = read(file).examples
    card = train(examples, name[:2]).card
    assert card.own.auc >= least > card.vader.auc + 0.2
    assert card.own.calibration_error is not None
    assert card.own.calibration_error < 0.07
    assert card.size <= 64 * 1024
