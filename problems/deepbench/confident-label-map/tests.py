import math

import pytest
import torch
from solution import label_map


def by_hand(logits, minimum):
    result = []
    for image in logits.permute(0, 2, 3, 1).double().tolist():
        rows = []
        for row in image:
            labels = []
            for pixel in row:
                top = max(pixel)
                probability = 1 / math.fsum(math.exp(v - top) for v in pixel)
                labels.append(pixel.index(top) if probability >= minimum else 255)
            rows.append(labels)
        result.append(rows)
    return result


@pytest.mark.parametrize("minimum", [0.0, 0.5, 0.7])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (2, 3, 4, 5), (3, 5, 3, 2), (4, 2, 2, 2)])
def test_matches_plain_loops(shape, minimum):
    logits = torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape))) * 3
    before = logits.clone()
    got = label_map(logits, minimum)
    assert torch.equal(logits, before)
    assert got.dtype == torch.uint8
    assert got.tolist() == by_hand(logits, minimum)


def test_by_hand():
    # Probabilities (1/2, 1/4, 1/4) and (1/8, 1/8, 3/4).
    logits = torch.tensor([[2.0, 1.0, 1.0], [1.0, 1.0, 6.0]]).log().T.reshape(1, 3, 1, 2)
    assert label_map(logits, 0.4).tolist() == [[[0, 2]]]
    assert label_map(logits, 0.6).tolist() == [[[255, 2]]]
    assert label_map(logits, 0.8).tolist() == [[[255, 255]]]


def test_the_least_probability_is_enough():
    logits = torch.zeros(1, 2, 1, 1)
    logits[0, 1] = -1000.0
    assert label_map(logits, 1.0).tolist() == [[[0]]]


def test_many_classes():
    logits = torch.zeros(1, 254, 1, 2)
    logits[0, 253, 0, 1] = 100.0
    assert label_map(logits, 0.5).tolist() == [[[255, 253]]]
