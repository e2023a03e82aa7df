import math

import pytest
import torch
from solution import HistoryScorer


def random_model(n_items, dim, max_length, seed=0):
    model = HistoryScorer(n_items, dim, max_length)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, {name: value.double() for name, value in state.items()}


def by_hand(state, history):
    """Scores of one history, place by place."""
    n, dim = len(history), state["items.weight"].shape[1]
    x = [state["items.weight"][item] + state["recency.weight"][n - 1 - t] for t, item in enumerate(history)]
    rows = []
    for t, item in enumerate(history):
        if item == 0:
            rows.append([0.0] * (len(state["items.weight"]) - 1))
            continue
        seen = [s for s in range(t + 1) if history[s] != 0]
        query = state["query.weight"] @ x[t]
        logits = [(query @ (state["key.weight"] @ x[s])).item() / math.sqrt(dim) for s in seen]
        weights = [math.exp(v - max(logits)) for v in logits]
        mix = sum(w / sum(weights) * (state["value.weight"] @ x[s]) for w, s in zip(weights, seen, strict=True))
        rows.append((state["items.weight"][1:] @ (x[t] + mix)).tolist())
    return torch.tensor(rows)


HISTORIES = [[[3]], [[0, 2, 5, 1], [4, 4, 0, 2], [0, 0, 0, 6], [1, 0, 0, 0]], [[2, 6, 1, 5, 3, 4]]]


@pytest.mark.parametrize("histories", HISTORIES)
def test_matches_place_by_place(histories):
    model, state = random_model(6, 4, 6, seed=len(histories))
    tokens = torch.tensor(histories)
    before = tokens.clone()
    got = model(tokens)
    assert got.shape == (*tokens.shape, 6)
    for one, history in zip(got, histories, strict=True):
        assert torch.allclose(one, by_hand(state, history), rtol=1e-4, atol=1e-4)
    assert torch.equal(tokens, before)


def test_later_items_have_no_influence():
    model, _ = random_model(6, 3, 5)
    one, other = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[1, 2, 6, 5]])
    assert torch.allclose(model(one)[:, :2], model(other)[:, :2], rtol=1e-5, atol=1e-5)
    assert not torch.allclose(model(one)[:, 2:], model(other)[:, 2:])


def test_padding_in_front_changes_nothing():
    model, _ = random_model(6, 3, 7)
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
    model, state = random_model(5, 3, 4)
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    assert shapes == {
        "items.weight": (6, 3),
        "recency.weight": (4, 3),
        "query.weight": (3, 3),
        "key.weight": (3, 3),
        "value.weight": (3, 3),
    }
    model(torch.tensor([[1, 2]])).square().sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    # Every item is scored, so every row but that of padding is trained.
    assert gradients[(6, 3)].abs().sum(dim=1).bool().tolist() == [False] + [True] * 5
    assert gradients[(4, 3)].abs().sum(dim=1).bool().tolist() == [True, True, False, False]


def test_the_longest_history():
    model, _ = random_model(4, 2, 3)
    assert model(torch.ones(1, 3, dtype=torch.int64)).shape == (1, 3, 4)
    with pytest.raises(ValueError):
        model(torch.ones(1, 4, dtype=torch.int64))
