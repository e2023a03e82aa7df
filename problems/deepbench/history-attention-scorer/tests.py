import functools
import math

import pytest
import torch
from solution import HistoryScorer


def shapes(n_items, dim, max_length):
    square = {f"{name}.weight": (dim, dim) for name in ("query", "key", "value")}
    return {"items.weight": (n_items + 1, dim), "recency.weight": (max_length, dim)} | square


def random_model(*sizes, seed=0):
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(shape, generator=generator) for name, shape in shapes(*sizes).items()}
    model = HistoryScorer(*sizes)
    model.load_state_dict(model.state_dict() | state)
    return model, {name: value.double() for name, value in state.items()}


def by_hand(state, history):
    """Scores of one history, place by place."""
    n, dim = len(history), state["items.weight"].shape[1]
    x = state["items.weight"][history] + state["recency.weight"][list(range(n - 1, -1, -1))]
    queries, keys, values = (x @ state[f"{name}.weight"].T for name in ("query", "key", "value"))
    rows = torch.zeros(n, len(state["items.weight"]) - 1, dtype=torch.float64)
    for t, item in enumerate(history):
        seen = [s for s in range(t + 1) if history[s] != 0]
        if item != 0:
            weights = torch.exp(keys[seen] @ queries[t] / math.sqrt(dim))
            rows[t] = state["items.weight"][1:] @ (x[t] + weights @ values[seen] / weights.sum())
    return rows


@functools.cache
def fixed_model():
    return random_model(6, 4, 7)


HISTORIES = [[[3]], [[0, 2, 5, 1], [4, 4, 0, 2], [0, 0, 0, 6], [1, 0, 0, 0]], [[2, 6, 1, 5, 3, 4, 4]]]


def test_matches_place_by_place():
    model, state = fixed_model()
    for histories in HISTORIES:
        tokens = torch.tensor(histories)
        got = model(tokens)
        assert got.shape == (*tokens.shape, 6)
        for one, history in zip(got, histories, strict=True):
            assert torch.allclose(one.double(), by_hand(state, history), rtol=1e-4, atol=1e-4)


def test_later_items_have_no_influence():
    one, other = fixed_model()[0](torch.tensor([[1, 2, 3, 4], [1, 2, 6, 5]]))
    assert torch.allclose(one[:2], other[:2], rtol=1e-5, atol=1e-5)
    assert not torch.allclose(one[2:], other[2:])


def test_padding_in_front_changes_nothing():
    model, _ = fixed_model()
    alone = model(torch.tensor([[5, 2, 4]]))
    padded = model(torch.tensor([[0, 0, 0, 0, 5, 2, 4]]))
    assert torch.allclose(padded[:, 4:], alone, rtol=1e-4, atol=1e-5)
    assert (padded[:, :4] == 0).all()


def test_nothing_but_padding():
    model, _ = random_model(4, 3, 3)
    got = model(torch.tensor([[0, 0, 0], [0, 1, 0]]))
    assert (got[0] == 0).all()
    got.sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())


def test_the_input_and_the_output_share_weights():
    model, _ = random_model(5, 3, 4)
    assert {name: tuple(value.shape) for name, value in model.named_parameters()} == shapes(5, 3, 4)
    model(torch.tensor([[1, 2]])).square().sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    # Every item is scored, so every row but that of padding is trained.
    assert gradients[(6, 3)].abs().sum(dim=1).bool().tolist() == [False] + [True] * 5
    assert gradients[(4, 3)].abs().sum(dim=1).bool().tolist() == [True, True, False, False]


def test_longer_histories_are_refused():
    with pytest.raises(ValueError):
        fixed_model()[0](torch.ones(1, 8, dtype=torch.int64))
