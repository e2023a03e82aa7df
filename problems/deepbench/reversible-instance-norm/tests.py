import math

import pytest
import torch
from solution import ReversibleInstanceNorm

WEIGHT, BIAS = [2.0, -0.5, 1.5], [0.25, 1.0, -2.0]


def statistics(values, eps=1e-5):
    if not values:
        return 0.0, 1.0
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values) + eps)


def by_hand(x, observed=None, weight=WEIGHT, bias=BIAS, eps=1e-5):
    """Normalised values and the statistics [sample][feature], one series at a time."""
    n_batch, n_steps, n_features = x.shape
    values = x.double().tolist()
    seen = torch.ones(x.shape).tolist() if observed is None else observed.tolist()
    want, pairs = torch.zeros(x.shape, dtype=torch.float64), []
    for b in range(n_batch):
        pairs.append([])
        for f in range(n_features):
            m, s = statistics([values[b][t][f] for t in range(n_steps) if seen[b][t][f]], eps)
            pairs[b].append((m, s))
            for t in range(n_steps):
                if seen[b][t][f]:
                    want[b, t, f] = (values[b][t][f] - m) / s * weight[f] + bias[f]
    return want, pairs


def restored(y, pairs, weight=WEIGHT, bias=BIAS):
    want = torch.zeros(y.shape, dtype=torch.float64)
    for b, t, f in torch.cartesian_prod(*(torch.arange(n) for n in y.shape)).tolist():
        m, s = pairs[b][f]
        want[b, t, f] = (y[b, t, f].item() - bias[f]) / weight[f] * s + m
    return want


def module_with_parameters(eps=1e-5):
    module = ReversibleInstanceNorm(3, eps)
    module.load_state_dict({"weight": torch.tensor(WEIGHT), "bias": torch.tensor(BIAS)})
    module.double()
    return module


def random_series(n_batch=2, n_steps=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = 3 * torch.randn(n_batch, n_steps, 3, generator=generator, dtype=torch.float64) + torch.tensor([5.0, -2.0, 0.0])
    return x, torch.rand(n_batch, n_steps, 3, generator=generator) < 0.6


@pytest.mark.parametrize("masked, n_steps, eps", [(False, 1, 1e-5), (True, 1, 1e-5), (False, 4, 0.1), (True, 6, 1e-5)])
def test_there_and_back(masked, n_steps, eps):
    module = module_with_parameters(eps)
    x, observed = random_series(3, n_steps, seed=n_steps)
    want, pairs = by_hand(x, observed if masked else None, eps=eps)
    got = module.normalize(x, observed) if masked else module.normalize(x)
    assert got.shape == x.shape
    assert (got - want).abs().max().item() <= 1e-9
    y = torch.linspace(-2, 2, 18, dtype=torch.float64).view(3, 2, 3)
    assert (module.denormalize(y) - restored(y, pairs)).abs().max().item() <= 1e-9


def test_starts_as_plain_normalisation():
    module = ReversibleInstanceNorm(3)
    state = module.state_dict()
    assert {name: value.tolist() for name, value in state.items()} == {"weight": [1.0] * 3, "bias": [0.0] * 3}
    x = random_series(seed=3)[0].float()
    want, _ = by_hand(x, weight=[1.0] * 3, bias=[0.0] * 3)
    got = module.normalize(x)
    assert got.dtype == torch.float32
    assert (got.double() - want).abs().max().item() <= 1e-5
    assert (module.denormalize(got) - x).abs().max().item() <= 1e-4
    assert list(module.state_dict()) == list(state)


@pytest.mark.parametrize("junk", [math.nan, -math.inf, 1e30])
def test_missing_values_may_be_anything(junk):
    module = module_with_parameters()
    x, observed = random_series(seed=4)
    observed[0, :, 1] = False
    observed[1, 2, 0] = True
    want, pairs = by_hand(x, observed)
    x[~observed] = junk
    x.requires_grad_()
    got = module.normalize(x, observed)
    assert (got - want).abs().max().item() <= 1e-9
    assert torch.equal(got[~observed], torch.zeros(int((~observed).sum()), dtype=torch.float64))
    y = torch.ones(2, 1, 3, dtype=torch.float64)
    assert (module.denormalize(y) - restored(y, pairs)).abs().max().item() <= 1e-9
    got.sum().backward()
    assert torch.equal(x.grad[~observed], torch.zeros(int((~observed).sum()), dtype=torch.float64))
    for parameter in module.parameters():
        assert torch.isfinite(parameter.grad).all()


def test_statistics_are_constants_in_the_backward_pass():
    module = module_with_parameters()
    x, observed = random_series(seed=5)
    x.requires_grad_()
    _, pairs = by_hand(x.detach(), observed)
    probe = torch.linspace(-1, 1, x.numel(), dtype=torch.float64).view(x.shape)
    (module.normalize(x, observed) * probe).sum().backward()
    for b, t, f in torch.cartesian_prod(*(torch.arange(n) for n in x.shape)).tolist():
        want = probe[b, t, f].item() * WEIGHT[f] / pairs[b][f][1] if observed[b, t, f] else 0.0
        assert x.grad[b, t, f].item() == pytest.approx(want, rel=1e-9, abs=1e-12)


def test_denormalize_is_differentiable():
    module = module_with_parameters()
    x, _ = random_series(seed=6)
    _, pairs = by_hand(x)
    x.requires_grad_()
    module.normalize(x)
    y = torch.linspace(-1, 1, 12, dtype=torch.float64).view(2, 2, 3).requires_grad_()
    module.denormalize(y).sum().backward()
    assert x.grad is None
    scales = torch.tensor([[s for _, s in row] for row in pairs], dtype=torch.float64)
    weight, bias = torch.tensor(WEIGHT, dtype=torch.float64), torch.tensor(BIAS, dtype=torch.float64)
    assert torch.allclose(y.grad, (scales / weight)[:, None].expand(2, 2, 3), rtol=1e-9)
    gradients = [p.grad for p in module.parameters()]
    want_weight = (-(y.detach() - bias) / weight**2 * scales[:, None]).sum(dim=(0, 1))
    want_bias = (-2 * scales / weight).sum(dim=0)
    assert any(torch.allclose(g, want_weight, rtol=1e-9) for g in gradients)
    assert any(torch.allclose(g, want_bias, rtol=1e-9) for g in gradients)


def test_far_from_zero():
    module = ReversibleInstanceNorm(3)
    x = (10_000.0 + random_series(2, 50, seed=7)[0] / 3).float()
    want, _ = by_hand(x, weight=[1.0] * 3, bias=[0.0] * 3)
    # tolerance: float32 near 10000 keeps 1e-3 of what is left after the mean is taken away
    assert (module.normalize(x).double() - want).abs().max().item() <= 5e-3


def test_default_eps():
    x = 1e-3 * random_series(seed=12)[0]
    want, _ = by_hand(x, weight=[1.0] * 3, bias=[0.0] * 3, eps=1e-5)
    module = ReversibleInstanceNorm(3)
    module.double()
    assert (module.normalize(x) - want).abs().max().item() <= 1e-9


def test_a_constant_series_becomes_the_bias():
    module = module_with_parameters()
    got = module.normalize(torch.full((1, 4, 3), 7.0, dtype=torch.float64))
    assert torch.allclose(got, torch.tensor(BIAS, dtype=torch.float64).expand(1, 4, 3), atol=1e-9)


def test_the_latest_statistics_count():
    module = module_with_parameters()
    module.normalize(random_series(2, seed=8)[0])
    x, _ = random_series(1, seed=9)
    module.normalize(x)
    y = torch.ones(1, 2, 3, dtype=torch.float64)
    assert (module.denormalize(y) - restored(y, by_hand(x)[1])).abs().max().item() <= 1e-9
    assert module.denormalize(y[:, :0]).shape == (1, 0, 3)


def test_denormalize_needs_normalize():
    with pytest.raises(RuntimeError):
        ReversibleInstanceNorm(2).denormalize(torch.zeros(1, 1, 2))


def test_denormalize_needs_the_same_samples_and_features():
    module = module_with_parameters()
    module.normalize(random_series(2)[0])
    for shape in [(1, 2, 3), (3, 2, 3), (2, 2, 1), (2, 2, 4)]:
        with pytest.raises(ValueError):
            module.denormalize(torch.zeros(shape, dtype=torch.float64))


def test_normalize_refuses_wrong_shapes():
    module = module_with_parameters()
    for x in [(2, 4, 2), (2, 4, 1)]:
        with pytest.raises(ValueError):
            module.normalize(torch.zeros(x, dtype=torch.float64))
    for observed in [(2, 4, 1), (2, 3, 3)]:
        with pytest.raises(ValueError):
            module.normalize(torch.zeros(2, 4, 3, dtype=torch.float64), torch.ones(observed, dtype=torch.bool))
