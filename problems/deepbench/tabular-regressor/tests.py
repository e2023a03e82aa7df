import math

import pytest
import torch
from solution import TabularRegressor


def by_hand(state, cardinalities, numeric, categorical):
    """Predictions from the state dict, one row at a time; differentiable with respect to the state's tensors."""
    results, stds = [], [std or 1.0 for std in state["std"].tolist()]
    for row, values, categories in zip(numeric, numeric.tolist(), categorical.tolist(), strict=True):
        inputs = []
        for f, value in enumerate(values):
            known = not math.isnan(value)
            inputs.append((row[f : f + 1] - state["mean"][f]) / stds[f] if known else state["missing"][f : f + 1])
        for k, n in enumerate(cardinalities):
            value = categories[k]
            inputs.append(state[f"embeddings.{k}.weight"][value + 1 if 0 <= value < n else 0])
        h = state["mlp.0.weight"] @ torch.cat(inputs) + state["mlp.0.bias"]
        results.append(state["mlp.2.weight"] @ (h * (h > 0)) + state["mlp.2.bias"])
    return torch.cat(results)


MEAN, STD, CARDINALITIES = [1.0, -2.0, 0.5], [2.0, 0.0, 0.1], [3, 1]


def random_module(seed=0, mean=MEAN, std=STD, cardinalities=CARDINALITIES, dim=2, hidden=7):
    module = TabularRegressor(torch.tensor(mean), torch.tensor(std), cardinalities, dim, hidden)
    generator = torch.Generator().manual_seed(seed)
    state = {
        name: value if name in ("mean", "std") else torch.randn(value.shape, generator=generator)
        for name, value in module.state_dict().items()
    }
    module.load_state_dict(state)
    return module, state


def random_rows(n, n_numeric=3, n_categorical=2, seed=1):
    generator = torch.Generator().manual_seed(seed)
    numeric = torch.randn(n, n_numeric, generator=generator)
    numeric[torch.rand(n, n_numeric, generator=generator) < 0.3] = math.nan
    return numeric, torch.randint(-3, 6, (n, n_categorical), generator=generator)


def test_matches_a_row_by_row_computation():
    module, state = random_module(seed=1)
    for n in (1, 2, 9):
        numeric, categorical = random_rows(n, seed=n)
        copies = numeric.clone(), categorical.clone()
        got = module(numeric, categorical)
        assert got.shape == (n,)
        want = by_hand(state, CARDINALITIES, numeric, categorical)
        assert torch.allclose(got, want, rtol=1e-4, atol=1e-4)
        assert torch.allclose(numeric, copies[0], equal_nan=True)
        assert torch.equal(categorical, copies[1])
    assert module(torch.zeros(0, 3), torch.zeros(0, 2, dtype=torch.int64)).shape == (0,)


def test_every_category_has_its_own_row():
    module, state = random_module(seed=3)
    categorical = torch.tensor(
        [[v, 0] for v in (-(2**40), -2, -1, 0, 1, 2, 3, 4, 2**40)] + [[0, v] for v in (-1, 0, 1)]
    )
    numeric = torch.zeros(len(categorical), 3)
    got = module(numeric, categorical)
    assert torch.allclose(got, by_hand(state, CARDINALITIES, numeric, categorical), rtol=1e-4, atol=1e-4)
    assert len({round(v, 3) for v in got.tolist()}) == 5


@pytest.mark.parametrize("mean, std, cardinalities", [([], [], [4, 2]), ([1.0, 3.0], [2.0, 0.5], [])])
def test_without_columns_of_one_kind(mean, std, cardinalities):
    module, state = random_module(seed=4, mean=mean, std=std, cardinalities=cardinalities)
    numeric, categorical = random_rows(6, len(mean), len(cardinalities), seed=5)
    want = by_hand(state, cardinalities, numeric, categorical)
    assert torch.allclose(module(numeric, categorical), want, rtol=1e-4, atol=1e-4)


def test_gradients():
    module, state = random_module(seed=6)
    numeric, categorical = random_rows(6, seed=7)
    numeric[0, 0], numeric[1, 1] = math.nan, 0.25
    numeric.requires_grad_()
    (module(numeric, categorical) ** 2).sum().backward()
    twin = {name: value.double().requires_grad_(name not in ("mean", "std")) for name, value in state.items()}
    rows = numeric.detach().double().requires_grad_()
    (by_hand(twin, CARDINALITIES, rows, categorical) ** 2).sum().backward()
    missing = torch.isnan(numeric.detach())
    assert torch.equal(numeric.grad[missing], torch.zeros(int(missing.sum())))
    pairs = [(numeric.grad, rows.grad)]
    trained = [value for name, value in twin.items() if name not in ("mean", "std")]
    parameters = list(module.parameters())
    assert len(parameters) == len(trained) == 7
    for want in trained:
        twins = [p for p in parameters if p.shape == want.shape]
        # tolerance: float32 against float64; gradients are sums of squares in the hundreds
        assert any(torch.allclose(p.grad.double(), want.grad, rtol=1e-4, atol=1e-3) for p in twins)
    for got, want in pairs:
        assert torch.isfinite(got).all()
        # tolerance: as above
        assert torch.allclose(got.double(), want, rtol=1e-4, atol=1e-3)


def test_state_dict_and_initial_values():
    mean, std = torch.tensor(MEAN), torch.tensor(STD)
    module = TabularRegressor(mean, std, [3, 1], 2, 7)
    mean.fill_(9.0)
    std.fill_(9.0)
    state = module.state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "mean": (3,),
        "std": (3,),
        "missing": (3,),
        "embeddings.0.weight": (4, 2),
        "embeddings.1.weight": (2, 2),
        "mlp.0.weight": (7, 7),
        "mlp.0.bias": (7,),
        "mlp.2.weight": (1, 7),
        "mlp.2.bias": (1,),
    }
    assert torch.equal(state["mean"], torch.tensor(MEAN))
    assert torch.equal(state["std"], torch.tensor(STD))
    assert torch.equal(state["missing"], torch.zeros(3))
    assert state["embeddings.0.weight"][0].abs().max().item() > 0
    assert sorted(tuple(p.shape) for p in module.parameters()) == [(1,), (1, 7), (2, 2), (3,), (4, 2), (7,), (7, 7)]
