import copy

import pytest
import torch
from solution import mc_dropout_predict
from torch import nn

KEYS = {"mean", "epistemic", "aleatoric", "std"}


def filled(model, seed):
    """The model with all parameters drawn anew."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator) - 0.5)
    return model


def linear_head(features):
    """Dropout on the inputs, then a linear layer: its moments under dropout are known in closed form."""
    head = filled(nn.Linear(features, 2), 0)
    with torch.no_grad():
        head.weight[1] = 0.0
        head.bias[1] = -0.7
    return head


def rows(n, features, seed=1):
    return torch.randn(n, features, generator=torch.Generator().manual_seed(seed))


def test_moments_of_dropout_on_a_linear_layer():
    # Every row is there 200 times, so that few passes give many independent draws.
    p, head, x, n_samples, copies = 0.3, linear_head(5), rows(7, 5), 16, 200
    got = mc_dropout_predict(nn.Sequential(nn.Dropout(p), head), x.repeat(copies, 1), n_samples, 3, 1000)
    assert set(got) == KEYS
    weight, bias = head.weight[0].detach().double(), head.bias[0].item()
    terms = x.double() * weight
    variance = (terms**2).sum(dim=1) * p / (1 - p)
    mean, epistemic = (got[key].reshape(copies, 7).mean(dim=0) for key in ("mean", "epistemic"))
    assert ((mean - terms.sum(dim=1) - bias).abs() <= 5 * (variance / n_samples / copies).sqrt() + 1e-5).all()
    # A population variance of n draws is (n - 1) / n of the true one on average.
    # tolerance: a variance estimated from 3200 draws
    assert ((epistemic / variance * n_samples / (n_samples - 1) - 1).abs() <= 0.2).all()
    assert torch.allclose(got["aleatoric"], torch.tensor(-0.7).exp(), rtol=1e-5, atol=0.0)
    want = (got["epistemic"] + got["aleatoric"]).sqrt()
    assert torch.allclose(got["std"], want, rtol=1e-5, atol=0.0)
    for value in got.values():
        assert value.dtype == torch.float32
        assert tuple(value.shape) == (1400,)
        assert not value.requires_grad


def test_population_variance_and_fresh_masks_per_row():
    # With p = 1/2 and one feature, a pass predicts 0 or 2: over two passes the variance is 0 or 1, whatever the row.
    head = linear_head(1)
    with torch.no_grad():
        head.weight[0] = 1.0
        head.bias[0] = 0.0
    got = mc_dropout_predict(nn.Sequential(nn.Dropout(0.5), head), torch.ones(200, 1), 2, 11, 64)
    pairs = list(zip(got["mean"].tolist(), got["epistemic"].tolist(), strict=True))
    assert set(pairs) == {(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)}
    assert 60 <= pairs.count((1.0, 1.0)) <= 140
    assert 20 <= pairs.count((0.0, 0.0)) <= 80


def test_aleatoric_is_the_average_variance():
    # The log-variance itself varies: the average of exp is not exp of the average.
    head = nn.Linear(1, 2)
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[0.0], [1.5]]))
        head.bias.copy_(torch.tensor([4.0, 0.0]))
    got = mc_dropout_predict(nn.Sequential(nn.Dropout(0.5), head), torch.ones(1000, 1), 12, 5, 1000)
    # tolerance: an estimate from 12 draws for each of 1000 rows
    assert got["aleatoric"].mean().item() == pytest.approx((1 + torch.tensor(3.0).exp().item()) / 2, rel=0.05)
    assert got["mean"].tolist() == [4.0] * 1000
    assert got["epistemic"].tolist() == [0.0] * 1000


def test_without_dropout_all_passes_are_those_of_evaluation():
    layers = [nn.BatchNorm1d(3), nn.Linear(3, 4), nn.Tanh(), nn.Dropout(0.0), nn.Linear(4, 2)]
    model = filled(nn.Sequential(*layers), 2)
    model[0].running_mean.copy_(torch.tensor([1.0, -2.0, 0.5]))
    model[0].running_var.copy_(torch.tensor([4.0, 0.25, 1.0]))
    x = rows(5, 3)
    before, want = x.clone(), model.eval()(x).detach()
    for n_samples, batch_size, training in [(1, 1, True), (3, 2, False), (2, 5, True)]:
        model.train(training)
        got = mc_dropout_predict(model, x, n_samples, 0, batch_size)
        assert got["mean"].tolist() == pytest.approx(want[:, 0].tolist(), rel=1e-5, abs=1e-6)
        assert got["aleatoric"].tolist() == pytest.approx(want[:, 1].exp().tolist(), rel=1e-5)
        assert got["epistemic"].tolist() == pytest.approx([0.0] * 5, abs=1e-9)
    assert torch.equal(x, before)


def test_modes_and_buffers_are_restored():
    model = nn.Sequential(
        nn.Linear(3, 6),
        nn.BatchNorm1d(6),
        nn.Sequential(nn.ReLU(), nn.AlphaDropout(0.3), nn.Sequential(nn.Linear(6, 6), nn.Dropout(0.2))),
        nn.Linear(6, 2),
    )
    filled(model, 4)
    model[1].running_mean.fill_(0.5)
    model[1].running_var.fill_(2.0)
    state = copy.deepcopy(model.state_dict())
    for training in (True, False):
        # Some modules are in one mode, the others in the other.
        model.train(training)
        model[1].train(not training)
        model[2][2].train(not training)
        modes = [module.training for module in model.modules()]
        got = mc_dropout_predict(model, rows(10, 3), 5, 1)
        assert (got["epistemic"] > 0).all()
        assert [module.training for module in model.modules()] == modes
        for name, value in model.state_dict().items():
            assert torch.equal(value, state[name])


@pytest.mark.parametrize("layer", [nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_every_kind_of_dropout_is_on(layer):
    # Twelve features as (6, 2, 1, 1) or the like, whatever the layer needs.
    shape = {nn.Dropout1d: (6, 2), nn.Dropout2d: (6, 2, 1)}.get(layer, (6, 2, 1, 1))
    model = nn.Sequential(nn.Unflatten(1, shape), layer(0.5), nn.Flatten(), filled(nn.Linear(12, 2), 7))
    model.eval()
    assert (mc_dropout_predict(model, rows(5, 12), 6, 0)["epistemic"] > 0).all()


def test_results_depend_on_the_seed_alone():
    model, x = nn.Sequential(nn.Dropout(0.4), linear_head(4)), rows(6, 4)
    state = torch.get_rng_state()
    first = mc_dropout_predict(model, x, 6, 8)
    assert torch.equal(torch.get_rng_state(), state)
    torch.rand(5)
    second = mc_dropout_predict(model, x, 6, 8)
    third = mc_dropout_predict(model, x, 6, 9)
    for key in KEYS - {"aleatoric"}:
        assert torch.equal(first[key], second[key])
        assert not torch.equal(first[key], third[key])


def test_large_means_keep_their_small_variance():
    head = linear_head(1)
    with torch.no_grad():
        head.weight[0] = 1.0
        head.bias[0] = 10000.0
    got = mc_dropout_predict(nn.Sequential(nn.Dropout(0.5), head), torch.ones(60, 1), 10, 2)
    # A pass predicts 10000 or 10002; the mean tells how many of the ten passes gave the latter.
    share = ((got["mean"].double() - 10000) * 5).round() / 10
    want = 4 * share * (1 - share)
    assert want.mean().item() > 0.5
    # tolerance: the steps of float32 near 10000 are 0.001
    assert (got["epistemic"] - want).abs().max().item() <= 0.01


def test_no_rows():
    got = mc_dropout_predict(nn.Sequential(nn.Dropout(0.5), linear_head(4)), torch.zeros(0, 4), 3, 0)
    assert {key: tuple(value.shape) for key, value in got.items()} == dict.fromkeys(KEYS, (0,))


def test_errors():
    head = linear_head(2)
    for n_samples, batch_size in ((0, 4), (3, 0)):
        with pytest.raises(ValueError):
            mc_dropout_predict(head, torch.zeros(1, 2), n_samples, 0, batch_size)
