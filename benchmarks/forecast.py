"""Measures whether forecasts hold, beside plain Poisson, a block bootstrap and forgetting days.

Daily series of eight kinds are simulated (`simulated.py`) with the time after them, SERIES of each;
those of recorded reviews are read by the real parsers, with a forecast for every 30th day. A share
of 200 has a standard error of up to 3.5 points. Equal seeds give equal figures, but for the times.
"""

from __future__ import annotations

import math
import random
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

from benchmarks.simulated import FAMILIES, RATES, Series, answers, series
from northstar.domain.counts import Total, quantile
from northstar.domain.forecast import read
from northstar.domain.outlook import Outlook, look_ahead
from northstar.domain.reviews import Page
from northstar.domain.shares import share_forecast
from northstar.sources import file, steam

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "reviews"
RECORDED: dict[str, Callable[[bytes], Page]] = {
    "shopify/2024-06_postcode-shipping_reviews_even.csv": file.parse,
    "shopify/2024-07_shopify-pos_reviews_even.csv": file.parse,
    "shopify/2023-06_search-and-discovery_reviews.json": file.parse,
    "shopify/2023-06_zendrop_reviews.json": file.parse,
    "steam/store_360.json": steam.parse,
    "steam/store_40.json": steam.parse,
    "steam/store_439700.json": steam.parse,
}
TODAY = date(2026, 11, 21)
SERIES = 200
GOALS = 150
HORIZONS = (30, 60, 120)
LEVELS = tuple(part / 20 for part in range(1, 20))
CLASSES = (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1)
OURS, FORGETTING = "northstar", "forgetting days"
TIMED = 10
ROUNDS = 3

Quantiles = Callable[[float, int], float]
"""From a probability and days ahead, the count that is at most exceeded with the rest of it."""


class Seen(NamedTuple):
    """How one forecast did: which intervals held, the width of the wider, and the CRPS."""

    held_80: bool
    held_50: bool
    width: float
    error: float


class Said(NamedTuple):
    """What was said of a goal, and what became of it."""

    probability: float
    happened: bool
    arrival_held: bool


def run(folder: Path = DATA) -> dict[str, Any]:
    """Return the figures; those of recorded reviews only where they are on this machine.

    `c80_60_lowest` is the share of 80 % intervals for 60 days that held, in the kind of series in
    which it is lowest; `recent` are the recorded series with ten reviews in the last 120 days.
    `classes_off` is how far what was said of goals is from what happened, in the worst of seven
    classes of probability; `arrivals` the share of arrival intervals that held; `crps_ratio` our
    error over that of forgetting days, which have no spread factor, as the mean of all kinds.
    """
    seen, said = _simulated()
    figures: dict[str, Any] = {"series": SERIES * len(FAMILIES)}
    for days in HORIZONS:
        held = [fmean(one.held_80 for one in seen[name, OURS, days]) for name in FAMILIES]
        figures[f"c80_{days}_lowest"] = round(min(held), 3)
        figures[f"c80_{days}_highest"] = round(max(held), 3)
    half = [fmean(one.held_50 for one in seen[name, OURS, 60]) for name in FAMILIES]
    figures |= {"c50_60_lowest": round(min(half), 3), "c50_60_highest": round(max(half), 3)}
    recorded, of_recorded = _recorded(folder) if folder.is_dir() else ({}, [])
    rates, of_rates = _rates()
    every = [one for each in said.values() for one in each]
    return {
        **figures,
        **recorded,
        **_kept(every),
        "crps_ratio": round(_error(seen, OURS) / _error(seen, FORGETTING), 3),
        **rates,
        **_cost(),
        "simulated": [_row(*key, found) for key, found in seen.items()],
        **({"recorded": of_recorded} if of_recorded else {}),
        "goals of 60 days": [_goals(name, each) for name, each in said.items()],
        "probability of goals": _classes(every),
        "rates": of_rates,
    }


def _simulated() -> tuple[dict[tuple[str, str, int], list[Seen]], dict[str, list[Said]]]:
    """How each method did, by kind of series and days ahead, and what was said of goals."""
    seen: dict[tuple[str, str, int], list[Seen]] = {}
    said: dict[str, list[Said]] = {}
    for name in FAMILIES:
        for seed in range(SERIES):
            one = series(name, seed)
            outlook = _outlook(one.history)
            for method, quantiles in _methods(one.history, outlook, seed).items():
                for days in HORIZONS:
                    came = sum(one.future[:days])
                    found = _seen(quantiles, days, came, one.level * days)
                    seen.setdefault((name, method, days), []).append(found)
            if seed < GOALS:
                said.setdefault(name, []).append(_goal(one, outlook, seed))
    return seen, said


def _outlook(history: Sequence[int]) -> Outlook:
    """The outlook after at least eight weeks."""
    found = look_ahead(_by_day(history), TODAY)
    assert found
    return found


def _by_day(history: Sequence[int]) -> dict[date, int]:
    return {TODAY - timedelta(back): count for back, count in enumerate(reversed(history))}


def _methods(history: Sequence[int], outlook: Outlook, seed: int) -> dict[str, Quantiles]:
    return {
        OURS: outlook.quantile,
        "plain Poisson": _poisson(history),
        "block bootstrap": _bootstrap(history, seed),
        FORGETTING: _forgetting(history),
    }


def _poisson(history: Sequence[int]) -> Quantiles:
    """The mean of the whole history, known for certain."""
    mean = fmean(history)
    return lambda level, days: quantile(level, Total(mean * days, mean * days))


def _bootstrap(history: Sequence[int], seed: int, block: int = 14, draws: int = 300) -> Quantiles:
    """Pieces of two weeks of the history, drawn and put one after the other."""
    until = [0, *accumulate(history)]
    found: dict[int, list[int]] = {}

    def drawn(days: int) -> list[int]:
        rng, totals = random.Random(seed), []
        for _ in range(draws):
            total = 0
            for start in range(0, days, block):
                length = min(block, days - start)
                at = rng.randrange(len(history) - length + 1)
                total += until[at + length] - until[at]
            totals.append(total)
        return sorted(totals)

    def level_of(level: float, days: int) -> float:
        if days not in found:
            found[days] = drawn(days)
        return found[days][math.ceil(level * draws) - 1]

    return level_of


def _forgetting(history: Sequence[int], half_life: float = 56.0) -> Quantiles:
    """Weekdays and a negative binomial, learnt from days that weigh half as much after 56."""
    ages = range(len(history) - 1, -1, -1)
    weights = [0.5 ** (age / half_life) for age in ages]
    known = sum(weights)
    mean = max(sum(map(math.prod, zip(weights, history, strict=True))) / known, 0.5 / known)
    by_weekday = [0.0] * 7
    whole = [0.0] * 7
    for age, weight, count in zip(ages, weights, history, strict=True):
        by_weekday[-age % 7] += weight * count
        whole[-age % 7] += weight
    shares = [(found + mean) / (of + 1) / mean for found, of in zip(by_weekday, whole, strict=True)]
    off = [
        weight * (count - mean * shares[-age % 7]) ** 2
        for age, weight, count in zip(ages, weights, history, strict=True)
    ]
    burst = max(sum(off) / known - mean, 0.0) / mean**2

    def level_of(level: float, days: int) -> float:
        daily = [mean * shares[(day + 1) % 7] for day in range(days)]
        total = sum(daily)
        own = total + burst * sum(one * one for one in daily)
        learnt = total**2 * (1 / mean + burst) / known
        return quantile(level, Total(total, own + learnt))

    return level_of


def _seen(quantiles: Quantiles, days: int, came: int, usual: float) -> Seen:
    """Compare one forecast with what came; errors and widths are in parts of what is usual."""
    low, quarter, three_quarters, high = (quantiles(p, days) for p in (0.1, 0.25, 0.75, 0.9))
    losses = []
    for level in LEVELS:
        off = came - quantiles(level, days)
        losses.append(2 * (level * off if off >= 0 else (level - 1) * off))
    return Seen(
        low <= came <= high, quarter <= came <= three_quarters, high - low, fmean(losses) / usual
    )


def _goal(one: Series, outlook: Outlook, seed: int) -> Said:
    """What is said of 0.5 to 1.6 times the last 60 days within the next 60."""
    need = max(1, round(random.Random(seed).uniform(0.5, 1.6) * sum(one.history[-60:])))
    found = read(outlook, target=need, value=0, deadline=TODAY + timedelta(60))
    assert found.eta80 is not None
    assert found.probability is not None
    reached = next((d for d, n in enumerate(accumulate(one.future), 1) if n >= need), None)
    arrived = TODAY + timedelta(reached) if reached else date.max
    early, _, late = (day or date.max for day in found.eta80)
    return Said(found.probability, arrived <= TODAY + timedelta(60), early <= arrived <= late)


def _error(seen: Mapping[tuple[str, str, int], Sequence[Seen]], method: str) -> float:
    return fmean(fmean(one.error for one in seen[name, method, 60]) for name in FAMILIES)


def _kept(said: Sequence[Said]) -> dict[str, float]:
    off = [abs(row["said"] - row["happened"]) for row in _classes(said)]
    return {
        "classes_off": round(max(off), 3),
        "brier": round(fmean((one.probability - one.happened) ** 2 for one in said), 3),
        "arrivals": round(fmean(one.arrival_held for one in said), 3),
    }


def _classes(said: Sequence[Said]) -> list[dict[str, Any]]:
    """What was said beside what happened, in classes of what was said."""
    rows = []
    for low, high in pairwise(CLASSES):
        among = [one for one in said if low <= one.probability < high + (high == 1)]
        rows.append(
            {
                "class": f"{low:g} to {high:g}",
                "goals": len(among),
                "said": round(fmean(one.probability for one in among), 3),
                "happened": round(fmean(one.happened for one in among), 3),
            }
        )
    return rows


def _goals(name: str, said: Sequence[Said]) -> dict[str, Any]:
    return {
        "kind": name,
        "arrival held": f"{fmean(one.arrival_held for one in said):.2f}",
        "Brier": f"{fmean((one.probability - one.happened) ** 2 for one in said):.3f}",
    }


def _row(name: str, method: str, days: int, seen: Sequence[Seen]) -> dict[str, Any]:
    return {
        "kind": name,
        "days": days,
        "method": method,
        "80 % held": f"{fmean(one.held_80 for one in seen):.2f}",
        "50 % held": f"{fmean(one.held_50 for one in seen):.2f}",
        "mean width": f"{fmean(one.width for one in seen):.1f}",
        "CRPS": f"{fmean(one.error for one in seen):.3f}",
    }


def _recorded(folder: Path) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """How each method did on recorded reviews; "recent" has ten in the last 120 days."""
    seen: dict[tuple[str, str, int], list[Seen]] = {}
    for name, parse in RECORDED.items():
        counts = _counts(parse((folder / name).read_bytes()))
        for now in range(120, len(counts) - min(HORIZONS) + 1, 30):
            history = counts[max(0, now - 730) : now]
            outlook = look_ahead(_by_day(history), TODAY)
            assert outlook
            kinds = ("recorded", "recent") if sum(history[-120:]) >= 10 else ("recorded",)
            for method, quantiles in _methods(history, outlook, now).items():
                for days in HORIZONS:
                    if now + days <= len(counts):
                        found = _seen(quantiles, days, sum(counts[now : now + days]), days)
                        for kind in kinds:
                            seen.setdefault((kind, method, days), []).append(found)
    figures = {
        f"{kind}_c80_60": round(fmean(one.held_80 for one in seen[kind, OURS, 60]), 3)
        for kind in ("recorded", "recent")
    }
    rows = [{"forecasts": len(found), **_row(*key, found)} for key, found in sorted(seen.items())]
    return figures, rows


def _counts(page: Page) -> list[int]:
    """The reviews of each day from the first to the last; some that were edited have no day."""
    days = [date.fromisoformat(one.created[:10]) for one in page.reviews if one.created]
    first, counts = min(days), [0] * ((max(days) - min(days)).days + 1)
    for day in days:
        counts[(day - first).days] += 1
    return counts


def _rates() -> tuple[dict[str, float], list[dict[str, Any]]]:
    """How 80 % intervals of rates held: the share in the last four of 4, 8 and 16 weeks ahead."""
    rows = []
    for name in RATES:
        for ahead in (4, 8, 16):
            held = [_rate_held(name, seed, ahead) for seed in range(SERIES)]
            ours, naive = (fmean(each) for each in zip(*held, strict=True))
            rows.append({"rate": name, "weeks": ahead, OURS: ours, "binomial": naive})
    ours = [row[OURS] for row in rows]
    return {"rates_lowest": min(ours), "rates_highest": max(ours)}, rows


def _rate_held(name: str, seed: int, ahead: int) -> tuple[bool, bool]:
    """Whether our interval held, and that of a binomial with the share of all weeks."""
    history, future = answers(name, seed)
    hits, n = map(sum, zip(*future[ahead - 4 : ahead], strict=True))
    found = share_forecast(history, window=4, ahead=ahead, answers=n, target=0.5)
    assert found
    low, high = found.p80
    p = sum(week.hits for week in history) / sum(week.n for week in history)
    off = 1.2816 * math.sqrt(p * (1 - p) / n)
    return low <= hits / n <= high, p - off <= hits / n <= p + off


def _cost() -> dict[str, float]:
    """Milliseconds of processor time for two years and everything that a page shows, and the peak.

    Of `TIMED` series of each kind, each the fastest of `ROUNDS`: the median and the slowest.
    """
    histories = [series(name, seed, days=720).history for name in FAMILIES for seed in range(TIMED)]
    times = [min(_seconds(history) for _ in range(ROUNDS)) for history in histories]
    tracemalloc.start()
    _everything(histories[0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "ms_720": round(1_000 * median(times), 1),
        "ms_720_slowest": round(1_000 * max(times), 1),
        "peak_mb": round(peak / 2**20, 2),
    }


def _seconds(history: Sequence[int]) -> float:
    start = time.process_time()
    _everything(history)
    return time.process_time() - start


def _everything(history: Sequence[int]) -> None:
    need = sum(history[-60:])
    read(_outlook(history), target=need, value=0, deadline=TODAY + timedelta(60))
