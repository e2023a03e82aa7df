import random

import pytest
from solution import make_batches


@pytest.mark.parametrize(
    ("seed", "n", "max_tokens", "max_size"),
    [(1, 1, 20, 3), (2, 30, 40, 100), (3, 60, 64, 5), (4, 40, 20, 1), (5, 25, 20, 7)],
)
def test_batches_are_as_full_as_they_may_be(seed, n, max_tokens, max_size):
    rng = random.Random(seed)
    lengths = [rng.randint(1, 20) for _ in range(n)]
    batches = make_batches(list(lengths), max_tokens, max_size)
    taken = [index for batch in batches for index in batch]
    assert taken == [index for _, index in sorted((length, index) for index, length in enumerate(lengths))]
    for batch, following in zip(batches, [*batches[1:], None], strict=True):
        assert 0 < len(batch) <= max_size
        assert len(batch) * max(lengths[i] for i in batch) <= max_tokens
        if following:
            larger = [*batch, following[0]]
            assert len(larger) > max_size or len(larger) * max(lengths[i] for i in larger) > max_tokens


def test_by_hand():
    assert make_batches([5, 1, 3, 1, 9, 2], 10, 3) == [[1, 3, 5], [2, 0], [4]]
    assert make_batches([5, 1, 3, 1, 9, 2], 9, 10) == [[1, 3, 5], [2], [0], [4]]
    assert make_batches([2] * 5, 4, 10) == [[0, 1], [2, 3], [4]]


def test_limits_themselves_are_allowed():
    assert make_batches([4, 4, 4], 12, 3) == [[0, 1, 2]]
    assert make_batches([4, 4, 4], 11, 3) == [[0, 1], [2]]
    assert make_batches([7], 7, 1) == [[0]]


def test_no_texts():
    assert make_batches([], 8, 2) == []


@pytest.mark.parametrize("lengths", [[9], [3, 9, 2]])
def test_too_long_texts_are_refused(lengths):
    with pytest.raises(ValueError):
        make_batches(lengths, 8, 4)
