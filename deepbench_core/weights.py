"""One's own weights on stages, tasks and modalities: "which model for *my* work"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from deepbench_core.statistics import Array
from deepbench_core.taxonomy import AXES

if TYPE_CHECKING:
    import pandas as pd

MOST = 5.0  # the heaviest weight; 1 is the usual one and 0 leaves a label out

Weights = Mapping[str, float]  # by `axis:value`


def parse(texts: Iterable[str]) -> dict[str, float]:
    """Weights of an address, `training:3`; what is unknown, unusable or 1 anyway is left out."""
    axis_of = {member.value: axis for axis, kind in AXES.items() for member in kind}
    found: dict[str, float] = {}
    for text in texts:
        name, _, number = text.rpartition(":")
        try:
            weight = float(number)
        except ValueError:
            continue
        if name in axis_of and 0 <= weight <= MOST and weight != 1:
            found[f"{axis_of[name]}:{name}"] = weight
    return found


def written(weights: Weights) -> list[str]:
    """The same weights for an address."""
    return [f"{name.partition(':')[2]}:{weight:g}" for name, weight in weights.items() if weight != 1]


def of_problems(problems: pd.DataFrame, weights: Weights) -> Array:
    """The weight of each problem: the product of its labels'."""
    result = np.ones(len(problems))
    for name, weight in weights.items():
        axis, _, value = name.partition(":")
        result[(problems[axis] == value).to_numpy(dtype=bool)] *= weight
    return result


def apply(scores: Array, weights: Array) -> Array:
    """Scores rows × problems whose plain mean is the weighted one, and whose spread is that of the weighted mean.

    A weighted mean is a ratio of two sums. Its linearisation, m + w (x - m) / mean(w), has the same mean m and the
    ratio's variance, so intervals and paired differences hold without change (Cochran 1977, section 6.3).
    """
    known = np.isfinite(scores)
    w = np.where(known, weights, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (np.where(known, scores, 0.0) * w).sum(axis=1, keepdims=True) / w.sum(axis=1, keepdims=True)
        typical = w.sum(axis=1, keepdims=True) / known.sum(axis=1, keepdims=True)
        return np.asarray(np.where(known, mean + w * (scores - mean) / typical, np.nan))
