import math

import numpy as np
import pytest
import torch
from solution import AdamW


class Scalar:
    """One number's AdamW, in Python floats."""

    def __init__(self, value, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01, decayed=True):
        self.p, self.t, self.m, self.v = value, 0, 0.0, 0.0
        self.lr, self.betas, self.eps, self.decay = lr, betas, eps, weight_decay * decayed

    def step(self, g, lr=None):
        lr, (b1, b2) = self.lr if lr is None else lr, self.betas
        self.t += 1
        self.m, self.v = b1 * self.m + (1 - b1) * g, b2 * self.v + (1 - b2) * g**2
        update = self.m / (1 - b1**self.t) / (math.sqrt(self.v / (1 - b2**self.t)) + self.eps)
        self.p = (1 - lr * self.decay) * self.p - lr * update


def tensors(shapes, seed, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) for shape in shapes]


SHAPES = [(3, 2), (4,), (), (2, 1, 2)]


@pytest.mark.parametrize(
    "options, steps",
    [
        ({}, 3),
        ({"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-2, "weight_decay": 0.5}, 3),
        ({"lr": 0.05, "betas": (0.0, 0.0), "eps": 0.1, "weight_decay": 0.0}, 2),
    ],
)
def test_follows_the_formulas(options, steps):
    params, optimiser = tensors(SHAPES, 0), AdamW(**options)
    scalars = [[Scalar(v, **options, decayed=p.ndim >= 2) for v in p.flatten().tolist()] for p in params]
    for step in range(steps):
        grads = tensors(SHAPES, 10 + step)
        params = optimiser.step(params, grads)
        for param, grad, row, shape in zip(params, grads, scalars, SHAPES, strict=True):
            for scalar, g in zip(row, grad.flatten().tolist(), strict=True):
                scalar.step(g)
            assert param.shape == shape
            assert np.allclose(param.flatten().numpy(), [s.p for s in row], rtol=1e-10, atol=1e-14)


def test_matches_the_stock_optimiser_on_matrices():
    start = tensors([(3, 4), (2, 2)], 1)
    stock = [torch.nn.Parameter(p.clone()) for p in start]
    options = {"lr": 0.03, "betas": (0.7, 0.9), "eps": 1e-6, "weight_decay": 0.2}
    reference, optimiser = torch.optim.AdamW(stock, **options), AdamW(**options)
    params = start
    for step in range(2):
        grads = tensors([(3, 4), (2, 2)], 20 + step)
        for p, g in zip(stock, grads, strict=True):
            p.grad = g.clone()
        reference.step()
        params = optimiser.step(params, grads)
    for got, want in zip(params, stock, strict=True):
        assert torch.allclose(got, want.detach(), rtol=1e-9, atol=1e-12)


def test_missing_gradients_pass_a_parameter_over():
    options = {"lr": 0.1, "weight_decay": 0.3}
    optimiser, params = AdamW(**options), [torch.tensor([[2.0]], dtype=torch.float64) for _ in range(2)]
    scalars = [Scalar(2.0, **options), Scalar(2.0, **options)]
    for pattern in ([True, False], [False, False], [True, True], [True, True]):
        grads = [torch.tensor([[0.5 + k]], dtype=torch.float64) if given else None for k, given in enumerate(pattern)]
        params = optimiser.step(params, grads)
        for k, given in enumerate(pattern):
            if given:
                scalars[k].step(0.5 + k)
            assert params[k].item() == pytest.approx(scalars[k].p, rel=1e-10)
    assert optimiser.state_dict()["t"] == [3, 2]


def test_learning_rate_of_a_single_step():
    optimiser, scalar = AdamW(lr=0.1, weight_decay=0.5), Scalar(1.0, lr=0.1, weight_decay=0.5)
    params = [torch.tensor([[1.0]], dtype=torch.float64)]
    for lr in (0.4, 0.0, None):
        params = optimiser.step(params, [torch.tensor([[0.3]], dtype=torch.float64)], lr)
        scalar.step(0.3, lr)
        assert params[0].item() == pytest.approx(scalar.p, rel=1e-10)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_has_single_precision_state(dtype):
    options = {"lr": 0.05, "weight_decay": 0.1}
    optimiser, params = AdamW(**options), tensors([(2, 3), (3,)], 2, dtype)
    singles = [[Scalar(v, **options, decayed=p.ndim >= 2) for v in p.flatten().tolist()] for p in params]
    for step in range(2):
        grads = [(1e-4 * g).to(dtype) for g in tensors([(2, 3), (3,)], 30 + step)]
        params = optimiser.step(params, grads)
        for param, grad, row in zip(params, grads, singles, strict=True):
            assert param.dtype == dtype
            for scalar, g in zip(row, grad.flatten().tolist(), strict=True):
                scalar.step(g)
                scalar.p = torch.tensor(scalar.p, dtype=torch.float64).to(torch.float32).to(dtype).item()
            want = torch.tensor([s.p for s in row])
            # tolerance: a parameter is kept in its own dtype, and bfloat16 has 8 bits
            assert torch.allclose(param.flatten().float(), want, rtol=1e-2, atol=1e-3)
    state = optimiser.state_dict()
    for name in ("m", "v"):
        for tensor, row in zip(state[name], singles, strict=True):
            assert tensor.dtype == torch.float32
            assert np.allclose(tensor.flatten().numpy(), [getattr(s, name) for s in row], rtol=1e-4, atol=0)


def test_half_precision_rounds_once():
    param = torch.tensor([[1.0]], dtype=torch.bfloat16)
    grad = torch.tensor([[1.0]], dtype=torch.bfloat16)
    # The decay and the update, 0.0019 each, are lost in bfloat16 near 1 if either is rounded alone; their sum is not.
    got = AdamW(lr=0.0019, weight_decay=1.0, eps=0.0).step([param], [grad])[0]
    assert got.item() == 0.99609375


def test_extreme_half_precision_gradients():
    param, grad = torch.zeros(2, dtype=torch.float16), torch.tensor([6e4, 1e-5], dtype=torch.float16)
    got = AdamW(lr=0.5, eps=0.0).step([param], [grad])[0]
    # tolerance: the parameter is kept in float16, which has 11 bits
    assert got.tolist() == pytest.approx([-0.5, -0.5], rel=1e-3)


def test_state_resumes_a_run():
    options = {"lr": 0.1, "betas": (0.6, 0.8)}
    first, params = AdamW(**options), tensors(SHAPES, 3)
    assert first.state_dict() == {"t": [], "m": [], "v": []}
    for step in range(2):
        params = first.step(params, tensors(SHAPES, 40 + step))
    state = first.state_dict()
    values = [tensor.clone() for tensor in state["m"] + state["v"]]
    second = AdamW(**options)
    second.load_state_dict(state)
    ends = []
    for optimiser in (first, second):
        ends.append(optimiser.step(params, tensors(SHAPES, 50)))
    assert all(torch.equal(a, b) for a, b in zip(*ends, strict=True))
    assert state["t"] == [2] * 4
    assert all(torch.equal(a, b) for a, b in zip(state["m"] + state["v"], values, strict=True))
    assert second.state_dict()["t"] == [3] * 4


def test_arguments_are_not_changed():
    params, grads, optimiser = tensors(SHAPES, 4), [*tensors(SHAPES[:3], 5), None], AdamW(lr=0.1)
    for p in params:
        p.requires_grad_()
    copies = [p.detach().clone() for p in params], [None if g is None else g.clone() for g in grads]
    result = optimiser.step(params, grads)
    assert not any(p.requires_grad for p in result)
    assert all(torch.equal(p.detach(), c) for p, c in zip(params, copies[0], strict=True))
    assert all(torch.equal(g, c) for g, c in zip(grads[:3], copies[1][:3], strict=True))
    assert torch.equal(result[3], params[3].detach())


def test_the_caller_may_reuse_the_tensors():
    param, grad = torch.ones(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    optimiser, scalar = AdamW(lr=0.1, betas=(0.0, 0.5)), Scalar(1.0, lr=0.1, betas=(0.0, 0.5))
    for g in (1.0, -2.0, 0.5):
        grad.fill_(g)
        scalar.step(g)
        param.copy_(optimiser.step([param], [grad])[0])
        assert param.item() == pytest.approx(scalar.p, rel=1e-10)
        grad.fill_(99.0)


def test_other_lengths_are_refused():
    optimiser, one = AdamW(), torch.ones(1)
    with pytest.raises(ValueError):
        optimiser.step([one] * 2, [one])
    assert optimiser.state_dict()["t"] == []
    optimiser.step([one] * 2, [one] * 2)
    for n_params, n_grads in [(2, 1), (1, 2), (3, 3), (1, 1), (0, 0)]:
        with pytest.raises(ValueError):
            optimiser.step([one] * n_params, [one] * n_grads)
    assert optimiser.state_dict()["t"] == [1, 1]


def test_wrong_settings_are_refused():
    for options in [
        {"lr": -0.1},
        {"eps": -1e-8},
        {"weight_decay": -0.1},
        {"betas": (1.0, 0.9)},
        {"betas": (0.9, 1.0)},
        {"betas": (-0.1, 0.9)},
    ]:
        with pytest.raises(ValueError):
            AdamW(**options)


def test_zero_is_allowed_everywhere():
    optimiser = AdamW(lr=0.0, betas=(0.0, 0.0), eps=0.0, weight_decay=0.0)
    assert optimiser.step([torch.ones(1, 1)], [torch.ones(1, 1)])[0].tolist() == [[1.0]]
