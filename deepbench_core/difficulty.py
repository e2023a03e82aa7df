"""How hard a problem is, from what solves it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from statistics import fmean
from typing import NamedTuple

from deepbench_core.taxonomy import Difficulty

MODELS = 3  # as few say little about a problem; until then its author's guess stands


class Rate(NamedTuple):
    """How one model does on one problem; compared in this order."""

    solved: float  # share of its samples that passed
    tests: float = 0.0  # mean share of the tests that its samples passed


def measured(
    rates: Mapping[str, Mapping[str, Rate]], guesses: Mapping[str, Difficulty] | None = None
) -> dict[str, Difficulty]:
    """The difficulty of each problem that at least MODELS models answered; the others are left out.

    `rates` is by problem and model, `guesses` are the authors'. A problem's ease is the mean over its models: of what
    they solve and, among problems that are solved equally often, of the tests that their answers passed; its author's
    guess orders what results do not tell apart. By its place among all of them (ties share the middle of their places)
    it falls into thirds, so that the words keep their meaning as models improve. What everything solves is easy.
    """
    ease = {
        problem: (
            Rate(fmean(rate.solved for rate in by.values()), fmean(rate.tests for rate in by.values())),
            -list(Difficulty).index((guesses or {}).get(problem, Difficulty.MEDIUM)),
        )
        for problem, by in rates.items()
        if len(by) >= MODELS
    }
    ordered = sorted(ease.values())
    return {problem: _third(value, ordered) for problem, value in ease.items()}


def _third(value: tuple[Rate, int], ordered: list[tuple[Rate, int]]) -> Difficulty:
    if value[0].solved == 1.0:
        return Difficulty.EASY
    place = 1 - (bisect_left(ordered, value) + bisect_right(ordered, value)) / (2 * len(ordered))
    return Difficulty.EASY if place <= 1 / 3 else Difficulty.MEDIUM if place <= 2 / 3 else Difficulty.HARD
