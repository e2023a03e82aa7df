import pytest
import torch
from solution import MatrixFactorization


def random_model(n_users, n_items, dim, seed=0):
    model = MatrixFactorization(n_users, n_items, dim, 3.5)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, state


def by_hand(state, user, item):
    vectors = zip(state["users.weight"][user].tolist(), state["items.weight"][item].tolist(), strict=True)
    biases = state["user_bias"][user].item() + state["item_bias"][item].item()
    return state["mean"].item() + biases + sum(a * b for a, b in vectors)


@pytest.mark.parametrize("n_users, n_items, dim", [(1, 1, 1), (4, 7, 3), (6, 2, 5)])
def test_predictions(n_users, n_items, dim):
    model, state = random_model(n_users, n_items, dim, seed=dim)
    generator = torch.Generator().manual_seed(n_users)
    users, items = (torch.randint(0, n, (9,), generator=generator) for n in (n_users, n_items))
    got = model(users, items)
    assert got.shape == (9,)
    want = [by_hand(state, user, item) for user, item in zip(users.tolist(), items.tolist(), strict=True)]
    assert got.tolist() == pytest.approx(want, rel=1e-4, abs=1e-5)
    every = model.score_all(users)
    assert every.shape == (9, n_items)
    for row, user in zip(every.tolist(), users.tolist(), strict=True):
        assert row == pytest.approx([by_hand(state, user, item) for item in range(n_items)], rel=1e-4, abs=1e-5)


def test_state_at_the_start():
    torch.manual_seed(0)
    model = MatrixFactorization(30, 40, 30, 3.0)
    state = model.state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "users.weight": (30, 30),
        "items.weight": (40, 30),
        "user_bias": (30,),
        "item_bias": (40,),
        "mean": (),
    }
    for name in ("users.weight", "items.weight"):
        assert abs(state[name].mean().item()) < 0.02
        # tolerance: several standard errors of a sample this large
        assert state[name].std().item() == pytest.approx(0.1, rel=0.1)
    assert (state["user_bias"] == 0).all()
    assert (state["item_bias"] == 0).all()
    assert state["mean"].item() == 3.0
    assert state["mean"].dtype == torch.float32


def test_what_is_trained():
    model, _ = random_model(3, 4, 2)
    model(torch.tensor([0, 0, 2]), torch.tensor([1, 3, 1])).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    assert set(gradients) == {(3, 2), (4, 2), (3,), (4,)}
    assert gradients[(3,)].tolist() == [2.0, 0.0, 1.0]
    assert gradients[(4,)].tolist() == [0.0, 2.0, 0.0, 1.0]
    assert gradients[(3, 2)][1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("n", [0, 1])
def test_few_users(n):
    model, _ = random_model(3, 4, 2)
    users = torch.zeros(n, dtype=torch.int64)
    assert model(users, users).shape == (n,)
    assert model.score_all(users).shape == (n, 4)
