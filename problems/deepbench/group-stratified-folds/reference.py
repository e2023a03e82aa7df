from collections.abc import Hashable, Sequence

import numpy as np


def assign_folds(labels: Sequence[Hashable], groups: Sequence[Hashable], n_folds: int) -> np.ndarray:
    if len(labels) != len(groups):
        raise ValueError("labels and groups differ in length")
    if n_folds < 2:
        raise ValueError("n_folds must be at least 2")
    class_index = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    members: dict[Hashable, list[int]] = {}
    for sample, group in enumerate(groups):
        members.setdefault(group, []).append(sample)
    if len(members) < n_folds:
        raise ValueError("fewer groups than folds")

    codes = np.array([class_index[label] for label in labels])
    totals = np.bincount(codes)
    placed = np.zeros((n_folds, len(totals)))
    folds = np.empty(len(labels), dtype=np.int64)
    # dicts keep the order of first appearance and sorted is stable, also in reverse.
    for samples in sorted(members.values(), key=len, reverse=True):
        counts = np.bincount(codes[samples], minlength=len(totals))
        # Only the chosen fold's own term changes, so its growth orders the folds like the whole sum does.
        growth = (((placed + counts) / totals - 1 / n_folds) ** 2 - (placed / totals - 1 / n_folds) ** 2).sum(axis=1)
        tied = np.flatnonzero(growth < growth.min() + 1e-9)
        best = min(tied, key=lambda fold: (placed[fold].sum(), fold))
        placed[best] += counts
        folds[samples] = best
    return folds
