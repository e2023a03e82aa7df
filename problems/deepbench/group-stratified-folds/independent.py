from collections.abc import Hashable, Sequence

import numpy as np


def assign_folds(labels: Sequence[Hashable], groups: Sequence[Hashable], n_folds: int) -> np.ndarray:
    if len(labels) != len(groups):
        raise ValueError(f"{len(labels)} labels but {len(groups)} groups")
    if n_folds < 2:
        raise ValueError(f"n_folds must be at least 2, but is {n_folds}")
    class_codes: dict[Hashable, int] = {}
    sample_classes = [class_codes.setdefault(label, len(class_codes)) for label in labels]
    members: dict[Hashable, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    if len(members) < n_folds:
        raise ValueError(f"{len(members)} groups are too few for {n_folds} folds")

    n_classes = len(class_codes)
    totals = np.bincount(sample_classes, minlength=n_classes).astype(np.float64)
    placed = np.zeros((n_folds, n_classes))
    sizes = [0] * n_folds
    folds = np.empty(len(labels), dtype=np.int64)
    # dicts keep the order of first samples, and sorting is stable
    for rows in sorted(members.values(), key=len, reverse=True):
        counts = np.bincount([sample_classes[i] for i in rows], minlength=n_classes)
        before = ((placed / totals - 1 / n_folds) ** 2).sum(axis=1)
        after = (((placed + counts) / totals - 1 / n_folds) ** 2).sum(axis=1)
        imbalances = before.sum() - before + after
        tied = np.flatnonzero(imbalances - imbalances.min() < 1e-9).tolist()
        fold = min(tied, key=lambda f: (sizes[f], f))
        placed[fold] += counts
        sizes[fold] += len(rows)
        folds[rows] = fold
    return folds
