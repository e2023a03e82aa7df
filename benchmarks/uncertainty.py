"""How honest the uncertainty is: true coverage of the 95% intervals, and how often tests cry wolf.

    python benchmarks/uncertainty.py [--repeats 4000]

Models are made up: each problem has a hardness of its own, so that samples of one problem depend on each other, and
what is to be covered is the rate over all problems that might have been drawn. Prints one line for each measurement;
ends with status 1 when one is out of its bounds. (Not called statistics.py: that would hide Python's own module.)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from deepbench_core import compare, gaps, statistics
from deepbench_core.statistics import Array

COVERAGE, LEVEL = (0.93, 0.97), (0.035, 0.065)
STAGES, TASKS = (30, 25, 20, 15, 10), (40, 20, 12, 10, 9, 9)  # problems in each group


@dataclass(frozen=True)
class Measured:
    """One line: a share of `repeats` simulated boards, and the bounds that it should be in."""

    name: str
    share: float
    low: float
    high: float

    @property
    def good(self) -> bool:
        return self.low <= self.share <= self.high


def hardness(rng: np.random.Generator, shape: tuple[int, ...], mean: float) -> Array:
    """Chances that a problem is solved: most are easy or hard, as on real boards."""
    return rng.beta(1.6 * mean, 1.6 * (1 - mean), shape)


def interval(
    rng: np.random.Generator, repeats: int, *, problems: int, samples: int, rates: tuple[float, float]
) -> float:
    """Coverage of the interval of a pass rate, on average over true rates between two.

    On average, because a whole number of passes makes the coverage at any one rate jump with the number of problems.
    """
    truth = rng.uniform(*rates, repeats)
    chances = rng.beta(1.6 * truth, 1.6 * (1 - truth), (problems, repeats)).T
    scores = rng.binomial(samples, chances) / samples
    covered = [e.low <= t <= e.high for e, t in zip(statistics.estimates(scores), truth, strict=True)]
    return float(np.mean(covered))


def difference(rng: np.random.Generator, repeats: int, *, problems: int, samples: int) -> float:
    """Coverage of the interval of the difference of two models on the same problems."""
    base = hardness(rng, (repeats, problems), 0.45)
    a, b = (rng.binomial(samples, np.clip(base * f, 0, 1)) / samples for f in (1.0, 0.8))
    truth = 0.45 * 0.2
    if samples == 1:
        ends = statistics.paired_proportions((a > b).sum(axis=1), (b > a).sum(axis=1), problems)
    else:
        ends = compare.bootstrap_test(a - b, draws=1000)[:2]
    return float(((ends[0] <= truth) & (truth <= ends[1])).mean())


def across(rng: np.random.Generator, repeats: int, *, problems: tuple[int, int], samples: int) -> float:
    """Coverage of the interval of a model's drop from one suite to another."""
    sides = [
        statistics.estimates(rng.binomial(samples, hardness(rng, (repeats, n), mean)) / samples)
        for n, mean in zip(problems, (0.6, 0.31), strict=True)
    ]
    intervals = [statistics.independent_difference(a, b) for a, b in zip(*sides, strict=True)]
    return float(np.mean([low <= 0.29 <= high for low, high in intervals]))


def gap_interval(
    rng: np.random.Generator, repeats: int, *, sizes: tuple[int, ...], samples: int, apart: float
) -> float:
    """Coverage of the gap's interval: the true difference of the two groups that happened to look best and worst."""
    rates = np.linspace(0.45 - apart / 2, 0.45 + apart / 2, len(sizes))
    labels, values = _labels(sizes)
    truth = np.repeat(rates, sizes)
    hits = 0
    for _ in range(repeats):
        chance = rng.beta(1.6 * truth, 1.6 * (1 - truth))
        found = gaps.gaps_of((rng.binomial(samples, chance) / samples)[None], labels, values)[0]
        true = rates[values.index(found.best)] - rates[values.index(found.worst)]
        hits += found.low <= true <= found.high
    return hits / repeats


def gap_level(rng: np.random.Generator, repeats: int, *, sizes: tuple[int, ...], samples: int, mean: float) -> float:
    """How often the gap test rejects at 5% where no group differs from another."""
    labels, _ = _labels(sizes)
    rejected = 0
    for repeat in range(repeats):
        scores = rng.binomial(samples, hardness(rng, (labels.size,), mean)) / samples
        rejected += gaps.range_test(scores, labels, seed=repeat % 7) < 0.05
    return rejected / repeats


def gap_bias(rng: np.random.Generator, repeats: int, *, sizes: tuple[int, ...], apart: float) -> tuple[float, float]:
    """Mean of the naive and of the corrected gap minus the true difference of the groups that looked best and worst."""
    rates = np.linspace(0.45 - apart / 2, 0.45 + apart / 2, len(sizes))
    labels, values = _labels(sizes)
    truth = np.repeat(rates, sizes)
    errors = np.zeros((repeats, 2))
    for i in range(repeats):
        scores = rng.binomial(1, truth).astype(float)
        found = gaps.gaps_of(scores[None], labels, values)[0]
        true = rates[values.index(found.best)] - rates[values.index(found.worst)]
        errors[i] = found.value - true, found.corrected - true
    naive, corrected = errors.mean(axis=0)
    return float(naive), float(corrected)


def measurements(repeats: int) -> Iterator[Measured]:
    """Everything that has bounds."""
    cases: list[tuple[str, Callable[..., float], tuple[float, float]]] = []
    low, middle, wide = (0.05, 0.25), (0.25, 0.75), (0.1, 0.9)
    for problems, samples, rates in (
        (208, 1, wide),
        (100, 1, low),
        (50, 1, middle),
        (208, 5, wide),
        (100, 5, low),
        (30, 10, middle),
    ):
        name = f"interval of a pass rate of {rates[0]}–{rates[1]}, {problems} problems × {samples}"
        cases.append((name, partial(interval, problems=problems, samples=samples, rates=rates), COVERAGE))
    for problems, samples in ((208, 1), (60, 1), (208, 5), (60, 5)):
        name = f"interval of a difference, {problems} problems × {samples}"
        cases.append((name, partial(difference, problems=problems, samples=samples), COVERAGE))
    name = "interval of a drop, 200 and 100 problems × 1"
    cases.append((name, partial(across, problems=(200, 100), samples=1), COVERAGE))
    name = "interval of a drop, 200 and 100 problems × 5"
    cases.append((name, partial(across, problems=(200, 100), samples=5), COVERAGE))
    for sizes, samples in ((STAGES, 1), (TASKS, 1), (STAGES, 5), ((60, 40), 1)):
        # An interval that holds for whichever pair was picked covers more often than one pair's: no upper bound.
        name = f"interval of a gap of 20 points, groups {sizes} × {samples}"
        cases.append((name, partial(gap_interval, sizes=sizes, samples=samples, apart=0.2), (COVERAGE[0], 1.0)))
    for sizes, samples, mean in (
        (STAGES, 1, 0.3),
        (TASKS, 1, 0.5),
        (STAGES, 5, 0.3),
        (TASKS, 5, 0.5),
        ((60, 40), 1, 0.5),
    ):
        name = f"gap test where there is none, groups {sizes} × {samples}"
        cases.append((name, partial(gap_level, sizes=sizes, samples=samples, mean=mean), LEVEL))
    for number, (name, measure, bounds) in enumerate(cases):
        yield Measured(name, measure(np.random.default_rng([number, 2026]), repeats), *bounds)


def _labels(sizes: tuple[int, ...]) -> tuple[np.ndarray[tuple[int], np.dtype[np.str_]], tuple[str, ...]]:
    values = tuple("abcdefg"[: len(sizes)])
    return np.repeat(np.array(values), sizes), values


def main() -> int:
    """Print every measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=4000, help="simulated boards a measurement")
    repeats = parser.parse_args().repeats
    bad = 0
    for found in measurements(repeats):
        bounds = f"{100 * found.low:.1f}–{100 * found.high:.1f}%"
        print(f"{100 * found.share:6.2f}%  {bounds:>11}  {'ok ' if found.good else 'OUT'}  {found.name}", flush=True)
        bad += not found.good
    for apart in (0.0, 0.1, 0.3):
        naive, corrected = gap_bias(np.random.default_rng(5), repeats, sizes=STAGES, apart=apart)
        print(
            f"bias of a gap where the truth spreads over {100 * apart:.0f} points: "
            f"naive {100 * naive:+.1f}, corrected {100 * corrected:+.1f} points"
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
