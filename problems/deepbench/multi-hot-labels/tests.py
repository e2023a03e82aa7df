import random

import numpy as np
import pytest
from solution import multi_hot


@pytest.mark.parametrize(("seed", "n", "n_classes"), [(1, 1, 1), (2, 8, 5), (3, 20, 9)])
def test_matches_plain_loops(seed, n, n_classes):
    rng = random.Random(seed)
    classes = rng.sample("abcdefghijkl", n_classes)
    tags = [[rng.choice("abcdefghijklmn") for _ in range(rng.randint(0, 6))] for _ in range(n)]
    got = multi_hot(tags, classes)
    assert got.dtype == np.float32
    want = [[1.0 if own.count(name) else 0.0 for name in classes] for own in tags]
    assert got.tolist() == want


def test_by_hand():
    got = multi_hot([["news", "sport", "news"], [], ["unknown", "art"]], ["art", "news", "sport"])
    assert got.tolist() == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
