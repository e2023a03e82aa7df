import pytest
import torch
from solution import WeightAverage
from torch import nn


def make_model(dtype=torch.float64):
    return nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).to(dtype)


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


@pytest.mark.parametrize(("decay", "warmup", "last"), [(0.15, True, 3), (0.9, False, 2)])
def test_average_is_a_weighted_sum_of_all_models(decay, warmup, last):
    model = randomise(make_model(), 1)
    seen = [values(model.state_dict())]
    average = WeightAverage(model, decay, warmup)
    for n in range(1, last + 1):
        randomise(model, 1 + n)
        seen.append(values(model.state_dict()))
        average.update(model)
    weights = [1.0] + [1 - factor(k, decay, warmup) for k in range(1, last + 1)]
    for k in range(last + 1):
        for later in range(k + 1, last + 1):
            weights[k] *= factor(later, decay, warmup)
    got = average.state_dict()
    assert set(got) == set(seen[0])
    for name, value in got.items():
        want = seen[-1][name] if is_buffer(name) else sum(w * s[name] for w, s in zip(weights, seen, strict=True))
        assert (value.double() - want).abs().max().item() <= 1e-12
    assert got["1.num_batches_tracked"].dtype == torch.int64


@pytest.mark.parametrize(("settings", "share"), [({}, 0.1), ({"warmup": False}, 0.999)])
def test_defaults_and_single_precision(settings, share):
    model = randomise(make_model(torch.float32), 1)
    start = values(model.state_dict())["0.weight"]
    average = WeightAverage(model, **settings)
    current = values(randomise(model, 2).state_dict())["0.weight"]
    average.update(model)
    got = average.state_dict()["0.weight"]
    assert got.dtype == torch.float32
    assert torch.allclose(got.double(), share * start + (1 - share) * current, rtol=1e-5, atol=0.0)


def test_before_the_first_update_and_without_memory():
    model = randomise(make_model(), 4)
    want = values(model.state_dict())
    average = WeightAverage(model, 0.0)
    current = values(randomise(model, 5).state_dict())
    for state in (average.state_dict(), average.model().state_dict()):
        assert all(torch.equal(value.double(), want[name]) for name, value in state.items())
        assert not any(value.requires_grad for value in state.values())
    average.update(model)
    for name, value in average.state_dict().items():
        assert (value.double() - current[name]).abs().max().item() <= 1e-12


def test_small_changes_add_up_in_half_precision():
    dtypes = [torch.float16, torch.bfloat16]
    model = nn.Sequential(*(nn.Linear(2, 2).to(dtype) for dtype in dtypes))
    with torch.no_grad():
        for layer in model:
            layer.weight.fill_(1.0)
            layer.bias.fill_(-1.0)
    # Of such changes, 1/20 is less than half of the step between floats near 1.
    changes = [2**-7, 2**-4]
    average = WeightAverage(model, 0.95, warmup=False)
    with torch.no_grad():
        for layer, change in zip(model, changes, strict=True):
            layer.weight.fill_(1 + change)
    for _ in range(3):
        average.update(model)
    state = average.state_dict()
    restored = average.model().state_dict()
    for k, (dtype, change) in enumerate(zip(dtypes, changes, strict=True)):
        want = 1 + change * (1 - 0.95**3)
        assert state[f"{k}.weight"].dtype == torch.float32
        assert state[f"{k}.weight"].tolist() == [[pytest.approx(want, rel=1e-5)] * 2] * 2
        weight, bias = restored[f"{k}.weight"], restored[f"{k}.bias"]
        assert weight.dtype == bias.dtype == dtype
        assert torch.equal(weight, torch.full((2, 2), want).to(dtype))
        assert (weight > 1).all()
        assert bias.tolist() == [-1.0, -1.0]


def test_model_predicts_with_the_average_and_can_be_trained_on():
    model = randomise(make_model(), 6).train()
    average = WeightAverage(model, 0.5, warmup=False)
    start = values(model.state_dict())
    current = values(randomise(model, 7).state_dict())
    average.update(model)
    averaged = average.model()
    assert not averaged.training
    x = torch.randn(2, 2, generator=torch.Generator().manual_seed(8), dtype=torch.float64)
    mix = {name: current[name] if is_buffer(name) else (start[name] + current[name]) / 2 for name in start}
    h = x @ mix["0.weight"].T + mix["0.bias"]
    h = (h - mix["1.running_mean"]) / torch.sqrt(mix["1.running_var"] + 1e-5) * mix["1.weight"] + mix["1.bias"]
    got = averaged(x)
    assert torch.allclose(got, h, rtol=1e-10)
    got.sum().backward()
    assert all(p.grad is not None for p in averaged.parameters())
    # The model passed in is as it was.
    assert model.training
    assert all(torch.equal(value.double(), current[name]) for name, value in model.state_dict().items())
    assert all(p.requires_grad and p.grad is None for p in model.parameters())


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


def test_other_parameters_are_refused():
    model = randomise(make_model(), 14)
    average = WeightAverage(model, 0.9)
    want = values(model.state_dict())
    randomise(model, 16)
    for other in (model[:1], nn.Sequential(*model, nn.Linear(1, 1)), model[0]):
        with pytest.raises(ValueError):
            average.update(other)
    assert all(torch.equal(value.double(), want[name]) for name, value in average.state_dict().items())
    average.update(randomise(model, 15))
    moved = 0.1 * want["0.weight"] + 0.9 * model.state_dict()["0.weight"]
    assert torch.allclose(average.state_dict()["0.weight"], moved, rtol=1e-10)


def test_impossible_decay_is_refused():
    model = nn.Linear(1, 1)
    for decay in (1.0, -0.1, 2.0):
        with pytest.raises(ValueError):
            WeightAverage(model, decay)
