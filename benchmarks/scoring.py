"""Measures VADER against the package it stands on, and how well languages are found."""

from __future__ import annotations

import csv
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

from northstar.domain.sentiment import Document
from northstar.scoring import engine
from northstar.scoring.language import language
from northstar.scoring.normalise import normalise
from northstar.scoring.vader import polarity

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ROUNDS = 7
HOSTILE_LENGTH = 5_000
HOSTILE = (
    *("😂", "😀😂🥰", "".join(map(chr, range(0x1F600, 0x1F640))), ":) ", "l ", "not good "),
    *("the good ", "very so good ", "no good ", "not A so l VERY l ", "but good bad nice ugly "),
    *("!", " ", ".", "w", "ab.cd,", "!?.,;:)", "\x00", "\ud83d", "a\u0301\u0323", "\u0301\u0323"),
    *("❤\ufe0f\u200d", "\u202eשלום good مرحبا ", "ß", "日本 "),
)


CONFIGURED = frozenset({"en", "de", "fr", "es", "it", "nl", "pl", "pt"})
LATIN_SETS = ("*_app", "*_play", "*_trustpilot", "*_olist", "vader_gt_*", "[dei][est]_tweets")


def run() -> dict[str, Any]:
    """Return the figures.

    The texts are recorded ones where DATA is on this machine, else drawn from the lexicon.
    `ratio` is our texts per second over the package's, both medians of interleaved rounds, ours
    with normalisation and language; `rules_ratio` is that of the rules alone, all four figures.
    `worst_ms` is the slowest of hostile texts of 5,000 characters, `worst_rules_ms` the same
    without the normaliser's limits. `languages` tells how often texts of 20 letters or more, cut
    off from what their source declares, are found in the right, in a wrong and in no language.
    """
    data_dir = DATA if DATA.is_dir() else None
    texts = _timed_texts(data_dir)
    stock, ours, rules = _texts_per_second(texts)
    compared, differing = _differences(_all_english(data_dir) or texts)
    figures = {
        "texts": len(texts),
        "stock_texts_per_second": round(stock),
        "texts_per_second": round(ours),
        "ratio": round(ours / stock, 2),
        "rules_ratio": round(rules / stock, 2),
        "worst_ms": round(_worst_ms(_scored), 2),
        "worst_rules_ms": round(_worst_ms(polarity), 2),
        "compared": compared,
        "differing": differing,
    }
    return figures | ({"languages": _languages(data_dir)} if data_dir else {})


def _texts_per_second(texts: list[str]) -> tuple[float, float, float]:
    package, scorer = SentimentIntensityAnalyzer(), engine("vader")
    documents = [Document(text, "en") for text in texts]
    scorer.score(documents[:1])
    work: tuple[Callable[[], object], ...] = (
        lambda: [package.polarity_scores(text) for text in texts],
        lambda: scorer.score(documents),
        lambda: [polarity(text) for text in texts],
    )
    rounds = [[_seconds(one) for one in work] for _ in range(ROUNDS)]
    stock, ours, rules = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return len(texts) / stock, len(texts) / ours, len(texts) / rules


def _worst_ms(score: Callable[[str], object]) -> float:
    texts = [(part * HOSTILE_LENGTH)[:HOSTILE_LENGTH] for part in HOSTILE]
    return 1_000 * max(min(_seconds(partial(score, text)) for _ in range(3)) for text in texts)


def _scored(text: str) -> object:
    return engine("vader").score([Document(text, "en")])


def _differences(texts: list[str]) -> tuple[int, int]:
    """Return how many texts were compared, and for how many a figure differs.

    All four figures of every text as it comes; and the engine's value of those texts that need no
    normalisation.
    """
    package = SentimentIntensityAnalyzer()
    differing = sum(polarity(text) != package.polarity_scores(text) for text in texts)
    plain = [text for text in texts if normalise(text).text == text]
    scores = engine("vader").score([Document(text, "en") for text in plain])
    differing += sum(
        score.value not in {None, package.polarity_scores(text)["compound"]}
        for text, score in zip(plain, scores, strict=True)
    )
    return len(texts), differing


def _languages(data_dir: Path) -> list[dict[str, object]]:
    paths = {path for name in LATIN_SETS for path in data_dir.glob(f"sentiment/{name}.csv")}
    return [_found(path) for path in sorted(paths)]


def _found(path: Path) -> dict[str, object]:
    counts = Counter[str]()
    for declared, text in _texts(path):
        plain = normalise(text).text
        if sum(map(str.isalpha, plain)) >= 20:
            found, _ = language(plain, None, CONFIGURED)
            counts["und" if found == "und" else "right" if found == declared else "wrong"] += 1
    shares = {
        verdict: f"{counts[verdict] / counts.total():.1%}" for verdict in ("right", "und", "wrong")
    }
    return {"set": path.stem, "texts": counts.total(), **shares}


def _timed_texts(data_dir: Path | None) -> list[str]:
    recorded = data_dir / "sentiment" / "en_app.csv" if data_dir else None
    return _rows(recorded) if recorded and recorded.exists() else _generated()


def _all_english(data_dir: Path | None) -> list[str]:
    if data_dir is None:
        return []
    return [text for path in sorted(data_dir.glob("sentiment/*.csv")) for text in _rows(path)]


def _rows(path: Path) -> list[str]:
    return [text for declared, text in _texts(path) if declared == "en"]


def _texts(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["lang"], row["text"]) for row in csv.DictReader(file)]


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
