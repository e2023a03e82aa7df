import math

import pytest
import torch
from solution import GaussianHead, gaussian_nll


def random_case(n, seed=0):
    generator = torch.Generator().manual_seed(seed)
    mean, target = torch.randn(2, n, generator=generator, dtype=torch.float64)
    return mean, torch.rand(n, generator=generator, dtype=torch.float64) + 0.1, target


@pytest.mark.parametrize("n", [1, 4, 30])
def test_loss_is_minus_the_log_of_the_density(n):
    mean, std, target = random_case(n, seed=n)
    got = gaussian_nll(mean, std, target)
    assert got.shape == ()
    want = 0.0
    for m, s, y in zip(mean.tolist(), std.tolist(), target.tolist(), strict=True):
        want -= math.log(math.exp(-((y - m) ** 2) / (2 * s * s)) / (s * math.sqrt(2 * math.pi))) / n
    assert got.item() == pytest.approx(want, rel=1e-9)


def test_loss_far_away_stays_finite():
    loss = gaussian_nll(torch.tensor([1e4]), torch.tensor([0.01]), torch.tensor([0.0]))
    assert loss.item() == pytest.approx(5e11, rel=1e-4)


def test_loss_gradients():
    mean, std, target = random_case(5, seed=2)
    mean.requires_grad_()
    std.requires_grad_()
    gaussian_nll(mean, std, target).backward()
    error = target - mean.detach()
    s = std.detach()
    assert torch.allclose(mean.grad, -error / s**2 / 5, rtol=1e-8)
    assert torch.allclose(std.grad, (1 / s - error**2 / s**3) / 5, rtol=1e-8)


@pytest.mark.parametrize(
    "mean, std, target", [((4,), (4,), (4, 1)), ((4, 1), (4, 1), (4,)), ((4,), (1,), (4,)), ((4,), (4,), (1,))]
)
def test_other_shapes_are_refused(mean, std, target):
    with pytest.raises(ValueError):
        gaussian_nll(torch.zeros(mean), torch.ones(std), torch.zeros(target))


@pytest.mark.parametrize("n, n_features, min_std", [(1, 1, 0.5), (6, 3, 0.01)])
def test_head(n, n_features, min_std):
    head = GaussianHead(n_features, min_std)
    generator = torch.Generator().manual_seed(n)
    weight, bias = 2 * torch.randn(2, n_features, generator=generator), torch.randn(2, generator=generator)
    head.load_state_dict(head.state_dict() | {"linear.weight": weight, "linear.bias": bias})
    x = torch.randn(n, n_features, generator=generator)
    mean, std = head(x)
    assert (mean.shape, std.shape) == ((n,), (n,))
    for i, row in enumerate(x.tolist()):
        raw = [sum(a * b for a, b in zip(row, w, strict=True)) for w in weight.tolist()]
        assert mean[i].item() == pytest.approx(raw[0] + bias[0].item(), rel=1e-4, abs=1e-5)
        want = min_std + math.log1p(math.exp(raw[1] + bias[1].item()))
        assert std[i].item() == pytest.approx(want, rel=1e-4)


def test_head_at_extremes():
    head = GaussianHead(1)
    state = {"linear.weight": torch.tensor([[0.0], [1.0]]), "linear.bias": torch.zeros(2)}
    head.load_state_dict(head.state_dict() | state)
    assert head(torch.tensor([[-1000.0], [1000.0]]))[1].tolist() == pytest.approx([0.001, 1000.001], rel=1e-5)


def test_head_and_loss_train_together():
    head = GaussianHead(2)
    x = torch.randn(8, 2, generator=torch.Generator().manual_seed(1))
    gaussian_nll(*head(x), torch.linspace(-2, 2, 8)).backward()
    gradients = [p.grad for p in head.parameters()]
    assert sorted(tuple(g.shape) for g in gradients) == [(2,), (2, 2)]
    assert all(torch.isfinite(g).all() and g.abs().max().item() > 0 for g in gradients)
