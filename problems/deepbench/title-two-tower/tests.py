import functools
import math

import pytest
import torch
from solution import TwoTower


def normalise(vector):
    length = math.sqrt(sum(v * v for v in vector))
    return [v / length if length else 0.0 for v in vector]


def mean(vectors, dim):
    return [sum(v[d] for v in vectors) / max(len(vectors), 1) for d in range(dim)]


def items_by_hand(state, titles):
    words = state["words.weight"].tolist()
    return [normalise(mean([words[w] for w in title if w != 0], len(words[0]))) for title in titles.tolist()]


def users_by_hand(state, items, history):
    users = []
    for row in history.tolist():
        seen = [items[i] for i in row if i >= 0]
        users.append(normalise(mean(seen, len(items[0])) if seen else state["cold"].tolist()))
    return users


def random_case(vocab_size, dim, temperature, n_items, n_users, seed=0):
    """Without a temperature: that of the default."""
    model = TwoTower(vocab_size, dim) if temperature is None else TwoTower(vocab_size, dim, temperature)
    generator = torch.Generator().manual_seed(seed)
    shapes = {"words.weight": (vocab_size, dim), "cold": (dim,)}
    state = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
    model.load_state_dict(state, strict=False)
    titles = torch.randint(0, vocab_size, (n_items, 4), generator=generator)
    history = torch.randint(-1, n_items, (n_users, 3), generator=generator)
    history[0] = -1
    return model, state, titles, history


@functools.cache
def fixed_case():
    return random_case(6, 3, 2.0, 5, 4, seed=6)


def test_scores():
    model, state, titles, history = fixed_case()
    # A title without words, and a user who has seen nothing else.
    titles[1], history[1] = 0, torch.tensor([1, -1, 1])
    items = items_by_hand(state, titles)
    users = users_by_hand(state, items, history)
    vectors = model.encode_items(titles)
    assert torch.allclose(vectors, torch.tensor(items), rtol=1e-4, atol=1e-5)
    assert vectors[1].tolist() == [0.0] * 3
    assert torch.allclose(model.encode_users(torch.tensor(items), history), torch.tensor(users), rtol=1e-4, atol=1e-5)
    scores = model(titles, history)
    assert torch.allclose(scores, torch.tensor(users) @ torch.tensor(items).T / 2, rtol=1e-4, atol=1e-4)
    assert scores[1].tolist() == [0.0] * 5


def test_default_temperature():
    model, state, titles, history = random_case(9, 5, None, 1, 3, seed=9)
    items = items_by_hand(state, titles)
    want = torch.tensor(users_by_hand(state, items, history)) @ torch.tensor(items).T / 0.1
    assert want.abs().max().item() > 1
    assert torch.allclose(model(titles, history), want, rtol=1e-4, atol=1e-4)


def test_histories():
    model, state, _, _ = fixed_case()
    vectors = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.6, 0.8, 0.0]])
    history = torch.tensor([[0, 0, 1], [-1, 2, -1], [-1, -1, -1]])
    got = model.encode_users(vectors, history)
    assert got[0].tolist() == pytest.approx([2 / math.sqrt(5), 1 / math.sqrt(5), 0.0], rel=1e-5)
    assert got[1].tolist() == pytest.approx([-0.6, 0.8, 0.0], rel=1e-5)
    assert got[2].tolist() == pytest.approx(normalise(state["cold"].tolist()), rel=1e-5)


def test_gradients():
    model, _, titles, _ = random_case(6, 3, 0.5, 2, 1, seed=4)
    titles[0], titles[1] = torch.tensor([0, 1, 2, 0]), 0
    model(titles, torch.tensor([[0, -1, -1], [1, -1, -1], [-1, -1, -1]])).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    assert all(torch.isfinite(g).all() for g in gradients.values())
    assert gradients[(6, 3)][[0, 3, 4, 5]].abs().max().item() == 0
    assert gradients[(6, 3)][1].abs().max().item() > 0
    assert gradients[(3,)].abs().max().item() > 0


def test_parameters_at_the_start():
    state = TwoTower(2, 2000).state_dict()
    assert (tuple(state["words.weight"].shape), tuple(state["cold"].shape)) == ((2, 2000), (2000,))
    assert abs(state["cold"].mean().item()) < 0.2
    # tolerance: nine standard errors of a sample this large
    assert abs(state["cold"].std().item() - 1) < 0.15
