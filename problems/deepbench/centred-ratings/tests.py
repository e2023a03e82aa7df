import random

import pandas as pd
import pytest
from solution import center_ratings


@pytest.mark.parametrize(("seed", "n", "m"), [(1, 1, 2), (2, 25, 12)])
def test_matches_plain_loops(seed, n, m):
    rng = random.Random(seed)
    frames = []
    for size, users in ((n, "abcd"), (m, "bcdexy")):
        rows = [(rng.choice(users), rng.randint(1, 10) / 2) for _ in range(size)]
        frames.append(pd.DataFrame(rows, columns=["user", "rating"], index=rng.sample(range(100), size)))
    train, test = frames
    before = train.copy(), test.copy()
    got = center_ratings(train, test)
    pd.testing.assert_frame_equal(train, before[0])
    pd.testing.assert_frame_equal(test, before[1])
    known = list(zip(train["user"], train["rating"], strict=True))
    for frame, centred in zip(frames, got, strict=True):
        assert centred.index.tolist() == frame.index.tolist()
        assert str(centred.dtype) == "float64"
        for user, rating, value in zip(frame["user"], frame["rating"], centred, strict=True):
            own = [r for u, r in known if u == user] or [r for _, r in known]
            assert value == pytest.approx(rating - sum(own) / len(own), rel=1e-9, abs=1e-9)


def test_by_hand():
    train = pd.DataFrame({"user": [1, 2, 1, 2, 2], "rating": [5.0, 1.0, 3.0, 2.0, 3.0]})
    test = pd.DataFrame({"user": [2, 9, 1], "rating": [5.0, 5.0, 1.0]})
    first, second = center_ratings(train, test)
    assert first.tolist() == pytest.approx([1, -1, -1, 0, 1])
    assert second.tolist() == pytest.approx([3, 5 - 14 / 5, -3])
