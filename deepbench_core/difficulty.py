"""How hard a problem is, from what solves it."""

from __future__ import annotations

from collections.abc import Mapping

from deepbench_core.taxonomy import Difficulty

MODELS = 3  # as few say little about a problem; until then its author's guess stands


def measured(rates: Mapping[str, Mapping[str, float]]) -> dict[str, Difficulty]:
    """The difficulty of each problem that at least MODELS models answered; the others are left out.

    `rates` holds, by problem and model, the share of samples that passed. A problem's ease is the mean over its
    models. What nothing solves is hard and what everything solves is easy; the rest falls into thirds by its place
    among all of them (ties share the middle of their places), so that the words keep their meaning as models improve.
    """
    ease = {p: sum(by.values()) / len(by) for p, by in rates.items() if len(by) >= MODELS}
    return {problem: _third(value, list(ease.values())) for problem, value in ease.items()}


def _third(value: float, all_values: list[float]) -> Difficulty:
    if value in (0.0, 1.0):
        return Difficulty.EASY if value else Difficulty.HARD
    easier = sum(other > value for other in all_values) + sum(other == value for other in all_values) / 2
    place = easier / len(all_values)
    return Difficulty.EASY if place <= 1 / 3 else Difficulty.MEDIUM if place <= 2 / 3 else Difficulty.HARD
