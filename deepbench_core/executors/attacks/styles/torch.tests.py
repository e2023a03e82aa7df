import math

import torch
from solution import solve


def by_hand(logits, targets):
    total = 0.0
    for row, target in zip(logits.tolist(), targets.tolist(), strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(value - top) for value in row)) - row[target]
    return total / len(targets)


def inputs(rows):
    generator = torch.Generator().manual_seed(rows)
    logits = torch.randn(rows, 5, generator=generator, dtype=torch.float64)
    return logits, torch.randint(0, 5, (rows,), generator=generator)


def test_values():
    for rows in (1, 4, 16):
        logits, targets = inputs(rows)
        expected = torch.tensor(by_hand(logits, targets), dtype=torch.float64)
        torch.testing.assert_close(solve(logits, targets), expected)


def test_item():
    logits, targets = inputs(7)
    assert abs(solve(logits, targets).item() - by_hand(logits, targets)) <= 1e-9


def test_shape():
    result = solve(*inputs(3))
    assert isinstance(result, torch.Tensor)
    assert result.shape == ()


def test_gradient():
    logits, targets = inputs(6)
    logits.requires_grad_()
    (gradient,) = torch.autograd.grad(solve(logits, targets), logits)
    wanted = logits.detach().softmax(1)
    wanted[torch.arange(6), targets] -= 1
    assert torch.allclose(gradient, wanted / 6)
