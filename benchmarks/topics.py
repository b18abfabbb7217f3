"""Measures how fast topics, phrases and summaries are found, and how long a hostile text takes."""

from __future__ import annotations

import csv
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from northstar.app.themes import DEFAULT
from northstar.domain.keyness import Said, keyness
from northstar.domain.summary import passages, summary
from northstar.domain.topics import Topics

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sentiment"
SETS = ("en_app", "fr_play", "nl_trustpilot", "pt_olist", "zh_waimai")
SHORT = 200
ROUNDS = 5
REVIEWS = 10_000
HOSTILE_LENGTH = 100_000
HOSTILE = (
    *("a", " ", "log ", "passwort", "😂", "登", "ه", "ה", "가", "\u0301\u0323", "\ufdfa", "\x00"),
    *("\u202eשלום login مرحبا ", "not good. ", "送餐太慢，", "ß", "İ"),
)


def run() -> dict[str, float]:
    """Return the figures.

    The texts are recorded ones where DATA is on this machine, else drawn from the themes' words.
    `texts_per_second` is for those of at most 200 characters, the language known;
    `slowest_language` is the same for the slowest of them.
    """
    texts = _recorded() if DATA.is_dir() else _drawn()
    speeds = [_texts_per_second(language, own) for language, own in texts.items()]
    said = _said([text for own in texts.values() for text in own])
    found = Topics(DEFAULT)
    quotable = [one for text in said for one in passages(text.id, text.text)]
    return {
        "texts": sum(map(len, texts.values())),
        "texts_per_second": round(sum(count for count, _ in speeds) / sum(s for _, s in speeds)),
        "slowest_language": round(min(count / seconds for count, seconds in speeds)),
        "first_text_ms": round(1_000 * max(map(_first_text_seconds, texts)), 2),
        "hostile_ms": round(1_000 * _hostile_seconds(lambda text: _in_all(found, text)), 2),
        "keyness_s": round(_seconds(lambda: keyness(said[::2], said[1::2])), 2),
        "keyness_mb": round(_peak_mb(lambda: keyness(said[::2], said[1::2])), 1),
        "keyness_hostile_ms": round(
            1_000 * _hostile_seconds(lambda text: keyness([Said("a", text)], [])), 2
        ),
        "summary_s": round(_seconds(lambda: summary(quotable, 5)), 2),
    }


def _texts_per_second(language: str, texts: list[str]) -> tuple[int, float]:
    """How many short texts there are, and the fewest seconds for all of them."""
    topics = Topics(DEFAULT)
    short = [text for text in texts if len(text) <= SHORT]
    topics.of("", language)
    return len(short), min(
        _seconds(lambda: [topics.of(text, language) for text in short]) for _ in range(ROUNDS)
    )


def _first_text_seconds(language: str) -> float:
    """What compiling the words of one language costs."""
    topics = Topics(DEFAULT)
    return _seconds(partial(topics.of, "", language))


def _in_all(topics: Topics, text: str) -> None:
    for language in ("de", "he", "zh"):
        topics.of(text, language)


def _hostile_seconds(work: Callable[[str], object]) -> float:
    """The seconds of the slowest of the hostile texts."""
    texts = [(part * HOSTILE_LENGTH)[:HOSTILE_LENGTH] for part in HOSTILE]
    work("warm")
    return max(min(_seconds(partial(work, text)) for _ in range(2)) for text in texts)


def _said(texts: list[str]) -> list[Said]:
    return [Said(f"r{number}", text) for number, text in enumerate(islice(cycle(texts), REVIEWS))]


def _recorded() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name in SETS:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                texts.setdefault(row["lang"], []).append(row["text"])
    return texts


def _drawn() -> dict[str, list[str]]:
    """Return 1,000 texts a language of 3 to 30 words, a tenth of them from the themes."""
    rng = random.Random(20261122)
    plain = [f"w{number}" for number in range(2_000)]
    texts = {}
    for language in ("en", "fr", "nl", "pt", "zh"):
        known = [word for theme in DEFAULT for word in theme.words.get(language, ())]
        texts[language] = [
            " ".join(
                rng.choice(known if rng.random() < 0.1 else plain)
                for _ in range(rng.randint(3, 30))
            )
            for _ in range(1_000)
        ]
    return texts


def _peak_mb(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
