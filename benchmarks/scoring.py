"""Measures the VADER engine against the package it stands on: speed, worst case, differences."""

from __future__ import annotations

import csv
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

from northstar.domain.sentiment import Document
from northstar.scoring import engine
from northstar.scoring.normalise import normalise

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ROUNDS = 7
HOSTILE_LENGTH = 5_000
HOSTILE = (
    *("😂", "😀😂🥰", "".join(map(chr, range(0x1F600, 0x1F640))), ":) ", "l ", "not good "),
    *("the good ", "very so good ", "no good ", "not A so l VERY l ", "but good bad nice ugly "),
    *("!", " ", ".", "w", "ab.cd,", "!?.,;:)", "\x00", "\ud83d", "a\u0301\u0323", "\u0301\u0323"),
    *("❤\ufe0f\u200d", "\u202eשלום good مرحبا ", "ß", "日本 "),
)


def run() -> dict[str, float]:
    """Return the figures.

    The texts are recorded ones where DATA is on this machine, else drawn from the lexicon.
    `ratio` is our texts per second over the package's, both medians of interleaved rounds, ours
    with normalisation and language.
    """
    data_dir = DATA if DATA.is_dir() else None
    texts = _timed_texts(data_dir)
    stock, ours = _texts_per_second(texts)
    compared, differing = _differences(_all_english(data_dir) or texts)
    return {
        "texts": len(texts),
        "stock_texts_per_second": round(stock),
        "texts_per_second": round(ours),
        "ratio": round(ours / stock, 2),
        "worst_ms": round(_worst_ms(), 2),
        "compared": compared,
        "differing": differing,
    }


def _texts_per_second(texts: list[str]) -> tuple[float, float]:
    package, scorer = SentimentIntensityAnalyzer(), engine("vader")
    documents = [Document(text, "en") for text in texts]
    scorer.score(documents[:1])
    stock, ours = [], []
    for _ in range(ROUNDS):
        stock.append(_seconds(lambda: [package.polarity_scores(text) for text in texts]))
        ours.append(_seconds(lambda: scorer.score(documents)))
    return len(texts) / statistics.median(stock), len(texts) / statistics.median(ours)


def _worst_ms() -> float:
    scorer = engine("vader")
    texts = [(part * HOSTILE_LENGTH)[:HOSTILE_LENGTH] for part in HOSTILE]
    documents = [[Document(text, "en")] for text in texts]
    return 1_000 * max(
        min(_seconds(partial(scorer.score, one)) for _ in range(3)) for one in documents
    )


def _differences(texts: list[str]) -> tuple[int, int]:
    package = SentimentIntensityAnalyzer()
    plain = [text for text in texts if normalise(text).text == text]
    scores = engine("vader").score([Document(text, "en") for text in plain])
    pairs = [
        (score.value, package.polarity_scores(text)["compound"])
        for text, score in zip(plain, scores, strict=True)
        if score.value is not None
    ]
    return len(pairs), sum(ours != stock for ours, stock in pairs)


def _timed_texts(data_dir: Path | None) -> list[str]:
    recorded = data_dir / "sentiment" / "en_app.csv" if data_dir else None
    return _rows(recorded) if recorded and recorded.exists() else _generated()


def _all_english(data_dir: Path | None) -> list[str]:
    if data_dir is None:
        return []
    return [text for path in sorted(data_dir.glob("sentiment/*.csv")) for text in _rows(path)]


def _rows(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["lang"] == "en"]


def _generated() -> list[str]:
    """Return 1,000 texts of 5 to 140 words, a tenth of them from the lexicon."""
    rng = random.Random(20261122)
    hits = sorted(SentimentIntensityAnalyzer().lexicon)
    rules = [*NEGATE, *BOOSTER_DICT, "but", "no", "this", "so"]
    plain = [f"w{number}" for number in range(500)]
    return [
        " ".join(
            rng.choice(rng.choices((hits, rules, plain), (10, 10, 80))[0])
            for _ in range(rng.randint(5, 140))
        )
        for _ in range(1_000)
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
