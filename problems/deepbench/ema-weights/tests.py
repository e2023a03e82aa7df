import pytest
import torch
from solution import WeightAverage
from torch import nn


def make_model(dtype=torch.float64):
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).to(dtype)


def randomise(model, seed):
    """New random values for all parameters and buffers, as training would leave them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in model.state_dict().values():
            if value.is_floating_point():
                value.copy_(torch.rand(value.shape, generator=generator, dtype=torch.float64) + 0.5)
            else:
                value.fill_(seed)
    return model


def values(state):
    return {name: value.detach().double().clone() for name, value in state.items()}


def is_buffer(name):
    return "running" in name or "tracked" in name


def factor(n, decay, warmup):
    return min(decay, n / (n + 9)) if warmup else decay


@pytest.mark.parametrize(("decay", "warmup"), [(0.0, True), (0.15, True), (0.9, False)])
def test_average_is_a_weighted_sum_of_all_models(decay, warmup):
    model = randomise(make_model(), 1)
    seen = [values(model.state_dict())]
    average = WeightAverage(model, decay, warmup)
    for n in range(1, 4):
        randomise(model, 1 + n)
        seen.append(values(model.state_dict()))
        average.update(model)
    weights = [1.0] + [1 - factor(k, decay, warmup) for k in range(1, 4)]
    for k in range(4):
        for later in range(k + 1, 4):
            weights[k] *= factor(later, decay, warmup)
    got = average.state_dict()
    assert set(got) == set(seen[0])
    for name, value in got.items():
        want = seen[-1][name] if is_buffer(name) else sum(w * s[name] for w, s in zip(weights, seen, strict=True))
        assert (value.double() - want).abs().max().item() <= 1e-12
    assert got["1.num_batches_tracked"].dtype == torch.int64


def test_defaults_and_single_precision():
    models = [randomise(make_model(), seed) for seed in (1, 2)]
    averages = [WeightAverage(models[0]), WeightAverage(models[0], 0.999, True)]
    for average in averages:
        average.update(models[1])
    got, want = (average.state_dict() for average in averages)
    assert all(torch.equal(got[name], want[name]) for name in want)
    late = WeightAverage(randomise(make_model(torch.float32), 1), warmup=False)
    late.update(randomise(make_model(torch.float32), 2))
    start, current = (values(randomise(make_model(torch.float32), seed).state_dict()) for seed in (1, 2))
    want = 0.999 * start["0.weight"] + 0.001 * current["0.weight"]
    got = late.state_dict()["0.weight"]
    assert got.dtype == torch.float32
    assert torch.allclose(got.double(), want, rtol=1e-5)


def test_before_the_first_update():
    model = randomise(make_model(), 4)
    want = values(model.state_dict())
    average = WeightAverage(model, 0.9)
    randomise(model, 5)
    for state in (average.state_dict(), average.model().state_dict()):
        assert all(torch.equal(value.double(), want[name]) for name, value in state.items())
        assert not any(value.requires_grad for value in state.values())


@pytest.mark.parametrize("dtype, change", [(torch.float16, 2**-7), (torch.bfloat16, 2**-4)])
def test_small_changes_add_up_in_half_precision(dtype, change):
    model = nn.Linear(2, 2).to(dtype)
    with torch.no_grad():
        model.weight.fill_(1.0)
        model.bias.fill_(-1.0)
    # Of such a change, 1/20 is less than half of the step between floats near 1.
    average = WeightAverage(model, 0.95, warmup=False)
    with torch.no_grad():
        model.weight.fill_(1 + change)
    for _ in range(4):
        average.update(model)
    want = 1 + change * (1 - 0.95**4)
    state = average.state_dict()
    assert state["weight"].dtype == torch.float32
    assert state["weight"].tolist() == [[pytest.approx(want, rel=1e-5)] * 2] * 2
    restored = average.model().state_dict()
    assert restored["weight"].dtype == restored["bias"].dtype == dtype
    assert torch.equal(restored["weight"], torch.full((2, 2), want).to(dtype))
    assert (restored["weight"] > 1).all()
    assert restored["bias"].tolist() == [-1.0, -1.0]


def test_model_predicts_with_the_average():
    model = randomise(make_model(), 6)
    average = WeightAverage(model, 0.5, warmup=False)
    start = values(model.state_dict())
    current = values(randomise(model, 7).state_dict())
    average.update(model)
    averaged = average.model()
    assert not averaged.training
    x = torch.randn(1, 2, generator=torch.Generator().manual_seed(8), dtype=torch.float64)
    mix = {name: current[name] if is_buffer(name) else (start[name] + current[name]) / 2 for name in start}
    h = x @ mix["0.weight"].T + mix["0.bias"]
    h = (h - mix["1.running_mean"]) / torch.sqrt(mix["1.running_var"] + 1e-5) * mix["1.weight"] + mix["1.bias"]
    assert torch.allclose(averaged(x), h @ mix["2.weight"].T + mix["2.bias"], rtol=1e-10)


def test_everything_is_a_copy():
    model = randomise(make_model(), 9)
    average = WeightAverage(model, 0.8)
    average.update(randomise(model, 10))
    first = average.state_dict()
    want = values(first)
    model_copy = average.model()
    randomise(model, 11)
    randomise(model_copy, 12)
    again = average.state_dict()
    for name, value in again.items():
        assert torch.equal(value.double(), want[name])
        value.fill_(3)
    average.update(model)
    assert all(torch.equal(first[name].double(), want[name]) for name in want)
    updated = average.state_dict()
    assert not any((updated[name] == 3).all() for name in want if not is_buffer(name))


def test_models_passed_in_are_not_changed():
    model = randomise(make_model(), 13)
    model.train()
    want = values(model.state_dict())
    average = WeightAverage(model, 0.3)
    average.update(model)
    average.model()
    assert model.training
    assert all(torch.equal(value.double(), want[name]) for name, value in model.state_dict().items())
    assert all(p.requires_grad for p in model.parameters())


def test_model_can_be_trained_on():
    averaged = WeightAverage(make_model()).model()
    averaged(torch.ones(2, 2, dtype=torch.float64)).sum().backward()
    assert all(p.grad is not None for p in averaged.parameters())


def test_other_parameters_are_refused():
    model = randomise(make_model(), 14)
    average = WeightAverage(model, 0.9)
    want = values(average.state_dict())
    for other in (nn.Sequential(nn.Linear(2, 3)), nn.Sequential(*make_model(), nn.Linear(1, 1)), nn.Linear(2, 3)):
        with pytest.raises(ValueError):
            average.update(other.double())
    assert all(torch.equal(value.double(), want[name]) for name, value in average.state_dict().items())
    average.update(randomise(model, 15))
    moved = 0.1 * want["0.weight"] + 0.9 * model.state_dict()["0.weight"]
    assert torch.allclose(average.state_dict()["0.weight"], moved, rtol=1e-10)


@pytest.mark.parametrize("decay", [1.0, -0.1, 2.0])
def test_impossible_decay_is_refused(decay):
    with pytest.raises(ValueError):
        WeightAverage(nn.Linear(1, 1), decay)
