import torch
from solution import gradient, left_behind, solve


def test_answers():
    assert solve([3, 1, 2]) == [1, 2, 3]


def test_computes():
    assert torch.equal(gradient(8), torch.full((8, 8), 16.0))


def test_nothing_is_left_behind():
    assert left_behind() == []
