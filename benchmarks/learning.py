"""Measures the linear engine against VADER: how well it ranks, how sure it may be, what it costs.

Each file of starred texts is split in two by rows, ten times with ten seeds: models are learnt from
one half, with the figures of the other. 4 and 5 stars are positive, 1 and 2 negative; 3 is left
out. What VADER does not know counts as 0. `python -m benchmarks.learning [FOLDER]` prints one table
over all files of a folder that have the columns lang, stars and text.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import budget
from northstar.app.learn import MULTILINGUAL, Trained, read
from northstar.domain.learning import Example
from northstar.domain.measures import auc, balanced_recall, calibration_error
from northstar.scoring.linear import Linear, load
from northstar.scoring.normalise import normalise
from northstar.scoring.routing import Calibration
from northstar.scoring.training import SURE, train
from northstar.scoring.vader import compound

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sentiment"
# Reviews; the others are tweets, which no bar is about.
NAMES = ("en_app", "fr_play", "nl_trustpilot", "pt_olist", "zh_waimai")
SEEDS = range(10)
MANY = 5_000
SHORT = 120
ROUNDS = 9


class Engine(NamedTuple):
    """One engine's figures on the half it was not learnt from."""

    auc: float
    balanced_recall: float
    calibration_error: float
    sure_right: float
    sure_share: float


def run(folder: Path = DATA) -> dict[str, Any]:
    """Return the figures, and as details a row for each file and engine.

    `<file>` is the mean AUC of the language's own model, `<file>_below` how much lower the
    multilingual model's is; `english_over_vader` and `english_over_model` are the AUC of the
    English route, the mean of both, less that of one alone. `sure_right` is the lowest share, of
    all files and engines that serve, of right signs where the confidence is 0.8 or more.
    """
    files = _files(folder)
    measured = [_measure(files, seed) for seed in SEEDS]
    names = list(measured[0])
    figures: dict[str, Any] = {}
    for name, engine in names:
        mean = statistics.mean(one[name, engine].auc for one in measured)
        if engine == "own":
            figures[name] = round(mean, 4)
        if engine == "multilingual" and name in figures:
            figures[f"{name}_below"] = round(figures[name] - mean, 4)
        if engine == "route":
            vader = statistics.mean(one[name, "VADER"].auc for one in measured)
            figures["english_over_vader"] = round(mean - vader, 4)
            figures["english_over_model"] = round(mean - figures[name], 4)
    figures["sure_right"] = round(
        min(
            statistics.mean(one[name, engine].sure_right for one in measured)
            for name, engine in names
            if engine != "VADER"
        ),
        4,
    )
    table = [_row(name, engine, [one[name, engine] for one in measured]) for name, engine in names]
    return figures | _cost(files) | {"on the other half, mean of ten seeds": table}


def _files(folder: Path) -> dict[str, list[Example]]:
    """Return the examples with a sign, by file."""
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: name a folder of CSV files with lang, stars and text.")
    names = NAMES if folder == DATA else sorted(path.stem for path in folder.glob("*.csv"))
    files = {}
    for name in names:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            files[name] = list(read(file).examples)
    return files


def _measure(files: Mapping[str, list[Example]], seed: int) -> dict[tuple[str, str], Engine]:
    learnt, tested = {}, {}
    for name, examples in files.items():
        rows = random.Random(seed).sample(sorted(examples), len(examples))
        learnt[name], tested[name] = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    everything = [one for examples in learnt.values() for one in examples]
    shared = load(train(everything, MULTILINGUAL).content)
    found = {}
    for name, examples in tested.items():
        trained = train(learnt[name], examples[0].language)
        rest = [(normalise(one.text).text, one.label > 0) for one in examples if one.label]
        for engine, probability in _engines(trained, shared).items():
            found[name, engine] = _engine([probability(text) for text, _ in rest], rest)
    return found


def _engines(trained: Trained, shared: Linear) -> dict[str, Callable[[str], float]]:
    """Return P(positive) by engine; VADER's own, where it is not calibrated for the language."""
    own, card = load(trained.content), trained.card
    calibrated = Calibration(card.vader_slope, card.vader_offset).probability
    engines: dict[str, Callable[[str], float]] = {
        "own": own.probability,
        "multilingual": shared.probability,
        "VADER": lambda text: (1 + compound(text)) / 2,
    }
    if own.language == "en":
        engines["route"] = lambda text: (own.probability(text) + calibrated(text)) / 2
    return engines


def _engine(probabilities: Sequence[float], rest: Sequence[tuple[str, bool]]) -> Engine:
    truths = [truth for _, truth in rest]
    pairs = list(zip(probabilities, truths, strict=True))
    sure = [(p > 0.5) == truth for p, truth in pairs if max(p, 1 - p) >= SURE]
    return Engine(
        auc(probabilities, truths),
        balanced_recall([2 * p - 1 for p in probabilities], truths),
        calibration_error(probabilities, truths),
        statistics.mean(sure) if sure else 1.0,
        len(sure) / len(truths),
    )


def _row(name: str, engine: str, measured: Sequence[Engine]) -> dict[str, str]:
    mean = Engine(*map(statistics.mean, zip(*measured, strict=True)))
    aucs = [one.auc for one in measured]
    return {
        "file": name,
        "engine": engine,
        "AUC": f"{mean.auc:.4f}",
        "± sd": f"{statistics.stdev(aucs):.4f}",
        "lowest": f"{min(aucs):.4f}",
        "balanced recall": f"{mean.balanced_recall:.3f}",
        "calibration error": f"{mean.calibration_error:.3f}",
        "right where sure": f"{mean.sure_right:.3f}",
        "sure": f"{mean.sure_share:.0%}",
    }


def _cost(files: Mapping[str, list[Example]]) -> dict[str, float]:
    """Return sizes, speeds, and what learning takes in a process of its own."""
    everything = [one for examples in files.values() for one in examples]
    trained = {name: train(examples, examples[0].language) for name, examples in files.items()}
    return {
        "model_kb": round(max(one.card.size for one in trained.values()) / 1024, 1),
        "multilingual_kb": round(train(everything, MULTILINGUAL).card.size / 1024, 1),
        "texts_per_second": round(min(_speed(one) for one in _short(files, trained))),
        **_learning(everything),
        "import_over_vader_ms": round(_import_ms(_OURS) - _import_ms(_PACKAGE), 1),
    }


def _short(
    files: Mapping[str, list[Example]], trained: Mapping[str, Trained]
) -> list[tuple[Linear, list[str]]]:
    short = {
        name: [text for one in files[name] if len(text := normalise(one.text).text) <= SHORT]
        for name in files
    }
    return [(load(trained[name].content), texts) for name, texts in short.items() if texts]


def _speed(one: tuple[Linear, list[str]]) -> float:
    """Return texts a second, after a first pass over the same texts."""
    model, texts = one
    seconds = []
    for _ in range(1 + ROUNDS):
        start = time.process_time()
        for text in texts:
            model.probability(text)
        seconds.append(time.process_time() - start)
    return len(texts) / statistics.median(seconds[1:])


_LEARN = """
import json, resource, sys, time
from northstar.app.learn import candidates
from northstar.domain.learning import Example
from northstar.scoring.training import SURE, train
examples = [Example(*one) for one in json.load(sys.stdin)]
start = time.process_time()
for language in candidates(examples):
    train([one for one in examples if language in {one.language, "mul"}], language)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([time.process_time() - start, peak / 1024]))
"""
_OURS = "from northstar.scoring import engine; engine('auto')"
_PACKAGE = "from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as S; S()"


def _learning(everything: Sequence[Example]) -> dict[str, float]:
    """Return seconds and megabytes of learning MANY texts, each language and all together."""
    drawn = random.Random(0).sample(everything, min(MANY, len(everything)))
    told = json.dumps([[one.language, one.text, one.label] for one in drawn])
    seconds, megabytes = json.loads(_fresh(_LEARN, told))
    return {"learn_5000_s": round(seconds, 1), "learn_5000_mb": round(megabytes)}


def _import_ms(importing: str) -> float:
    """Return the processor time that an import takes; the least, as other work only adds to it."""
    timed = f"import time; start = time.process_time(); {importing}; "
    timed += "print(1_000 * (time.process_time() - start))"
    return min(float(_fresh(timed)) for _ in range(ROUNDS))


def _fresh(program: str, told: str = "") -> str:
    """Return what a program prints in an interpreter of its own."""
    command = [sys.executable, "-c", program]
    return subprocess.run(  # noqa: S603  our own interpreter and text
        command, input=told, capture_output=True, text=True, check=True
    ).stdout


def main(arguments: Sequence[str]) -> int:
    """Print the table over the files of a folder; 1 when a budget is missed."""
    from benchmarks.__main__ import table  # noqa: PLC0415  it imports this module by name

    figures = run(*map(Path, arguments))
    budgets = budget.load()
    print(table("learning", figures, budgets))
    missed = [] if arguments else budget.missed(budgets, "learning", figures)
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
