import pytest
import torch
from solution import BagOfWordsRegressor


def random_model(vocab_size, dim, seed=0):
    model = BagOfWordsRegressor(vocab_size, dim)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, state


def by_hand(state, tokens):
    words = [token for token in tokens if token != 0]
    result = state["linear.bias"].item()
    for d, factor in enumerate(state["linear.weight"][0].tolist()):
        values = [state["embedding.weight"][word, d].item() for word in words]
        result += factor * (sum(values) / len(values) if values else 0.0)
    return result


@pytest.mark.parametrize("n, n_tokens, dim", [(1, 1, 1), (5, 4, 3), (3, 9, 6)])
def test_matches_plain_python(n, n_tokens, dim):
    model, state = random_model(7, dim, seed=n)
    tokens = torch.randint(0, 7, (n, n_tokens), generator=torch.Generator().manual_seed(n))
    tokens[0, : n_tokens // 2] = 0
    got = model(tokens)
    assert got.shape == (n,)
    assert got.tolist() == pytest.approx([by_hand(state, row) for row in tokens.tolist()], rel=1e-4, abs=1e-5)


def test_padding_changes_nothing():
    model, _ = random_model(7, 3)
    got = model(torch.tensor([[3, 5, 0, 0, 0], [0, 3, 0, 5, 0]]))
    alone = model(torch.tensor([[3, 5]]))
    assert got.tolist() == pytest.approx(alone.tolist() * 2, rel=1e-5)


def test_repeated_words_count_each_time():
    model, state = random_model(7, 3)
    assert model(torch.tensor([[2, 2, 4]])).item() == pytest.approx(by_hand(state, [2, 2, 4]), rel=1e-4)
    assert model(torch.tensor([[0, 4]])).item() == pytest.approx(by_hand(state, [4]), rel=1e-4)


@pytest.mark.parametrize("tokens", [torch.zeros(2, 3, dtype=torch.int64), torch.zeros(2, 0, dtype=torch.int64)])
def test_texts_without_words(tokens):
    model, state = random_model(7, 3)
    bias = state["linear.bias"].item()
    assert model(tokens).tolist() == pytest.approx([bias, bias], rel=1e-6)


def test_gradients():
    model, _ = random_model(5, 2)
    model(torch.tensor([[1, 2, 0], [0, 0, 0]])).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    assert torch.equal(gradients[(5, 2)][[0, 3, 4]], torch.zeros(3, 2))
    assert gradients[(5, 2)][1].abs().max().item() > 0
    assert gradients[(1,)].item() == pytest.approx(2.0)


def test_state_dict():
    shapes = {name: tuple(value.shape) for name, value in BagOfWordsRegressor(7, 4).state_dict().items()}
    assert shapes == {"embedding.weight": (7, 4), "linear.weight": (1, 4), "linear.bias": (1,)}
