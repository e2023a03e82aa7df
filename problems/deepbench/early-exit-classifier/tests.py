import math

import pytest
import torch
from solution import early_exit
from torch import nn


def network(stages, features=4, classes=3):
    generator = torch.Generator().manual_seed(stages)
    blocks = [
        nn.Sequential(nn.Linear(features, features), nn.BatchNorm1d(features), nn.Tanh(), nn.Dropout(0.5))
        for _ in range(stages)
    ]
    heads = [nn.Linear(features, classes) for _ in range(stages)]
    with torch.no_grad():
        for linear in (*(block[0] for block in blocks), *heads):
            linear.weight.copy_(torch.randn(linear.weight.shape, generator=generator))
        for block in blocks:
            block[1].running_mean += 0.3
    return blocks, heads


def by_hand(blocks, heads, x, threshold):
    """All stages of all rows, and of each row the first that is sure enough."""
    x, result = x.double(), [None] * len(x)
    for stage, (block, head) in enumerate(zip(blocks, heads, strict=True)):
        weight, bias, out, out_bias = (p.detach().double() for p in (*block[0].parameters(), *head.parameters()))
        x = torch.tanh((x @ weight.T + bias - 0.3) / math.sqrt(1 + 1e-5))
        for row, weights in enumerate(torch.exp(x @ out.T + out_bias).tolist()):
            confidence = max(weights) / sum(weights)
            if result[row] is None and (confidence >= threshold or stage == len(blocks) - 1):
                result[row] = weights.index(max(weights)), confidence, stage
    return result


@pytest.mark.parametrize(("stages", "thresholds"), [(1, [0.5]), (3, [0.0, 0.5, 0.7, 1.1])])
def test_matches_all_stages_of_all_rows(stages, thresholds):
    blocks, heads = network(stages)
    x = torch.randn(12, 4, generator=torch.Generator().manual_seed(stages)) * 3
    before = x.clone()
    for threshold in thresholds:
        want = by_hand(blocks, heads, x, threshold)
        classes, confidences, exits = early_exit(blocks, heads, x, threshold)
        assert torch.equal(x, before)
        assert (classes.dtype, confidences.dtype, exits.dtype) == (torch.int64, torch.float32, torch.int64)
        assert not confidences.requires_grad
        assert classes.tolist() == [c for c, _, _ in want]
        assert confidences.tolist() == pytest.approx([p for _, p, _ in want], rel=1e-4)
        assert exits.tolist() == [s for _, _, s in want]


def test_by_hand():
    # Logits are the features; the later blocks double them.
    blocks = [nn.Identity(), nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)]
    for block in blocks[1:]:
        nn.init.zeros_(block.weight)
        with torch.no_grad():
            block.weight += torch.eye(2) * 2
    x = torch.tensor([[math.log(9.0), 0.0], [0.0, math.log(3.0)], [0.0, 0.0], [0.0, math.log(2.0)]])
    classes, confidences, exits = early_exit(blocks, [nn.Identity()] * 3, x, 0.85)
    assert classes.tolist() == [0, 1, 0, 1]
    assert confidences.tolist() == pytest.approx([0.9, 0.9, 0.5, 16 / 17], rel=1e-5)
    assert exits.tolist() == [0, 1, 2, 2]


def test_the_threshold_itself_is_enough():
    x = torch.zeros(2, 4)
    assert early_exit([nn.Identity()] * 2, [nn.Identity()] * 2, x, 0.25)[2].tolist() == [0, 0]


def test_stages_that_no_row_reaches_are_not_called():
    # The second block can't take rows of this width.
    classes, _, exits = early_exit([nn.Identity(), nn.Linear(7, 7)], [nn.Identity()] * 2, torch.eye(3) * 9, 0.9)
    assert classes.tolist() == [0, 1, 2]
    assert exits.tolist() == [0, 0, 0]
