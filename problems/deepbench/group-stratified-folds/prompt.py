from collections.abc import Hashable, Sequence

import numpy as np


def assign_folds(labels: Sequence[Hashable], groups: Sequence[Hashable], n_folds: int) -> np.ndarray:
    """Assign samples to cross-validation folds so that groups stay whole and classes stay balanced.

    All samples of a group (a patient, a user, a document) go to the same fold; otherwise near-copies of the test
    samples would be trained on. Groups are placed greedily, one at a time and for good:

    1. Groups are taken in descending order of their number of samples; of equally large groups, the one whose first
       sample comes first in the input goes first.
    2. With n[f, c] the number of samples of class c placed in fold f so far and t[c] the number of samples of class c
       in the whole input, the imbalance is the sum over all folds f and classes c of (n[f, c] / t[c] - 1 / n_folds)².
       The group goes to the fold for which the imbalance is smallest once the group is in it.
    3. Imbalances that differ by less than 1e-9 are a tie. Of the tied folds, the group goes to the one that holds the
       fewest samples so far; among those, to the one with the lowest index.

    Args:
        labels: the class of each sample; any hashable values, such as int or str.
        groups: the group of each sample, as long as ``labels``; any hashable values.
        n_folds: number of folds, at least 2.

    Returns:
        int64 array (number of samples,) with values in [0, n_folds): the fold in which each sample is tested.

    Raises:
        ValueError: if ``labels`` and ``groups`` differ in length, ``n_folds`` is less than 2, or there are fewer
            groups than folds.
    """
