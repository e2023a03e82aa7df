import pytest
import torch
from solution import TextCNN


def random_model(vocab_size, dim, widths, channels, n_classes, seed=0):
    model = TextCNN(vocab_size, dim, widths, channels, n_classes)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, {name: value.double() for name, value in state.items()}


def by_hand(state, widths, channels, tokens):
    """Logits of one text, given its own tokens only, window by window."""
    vectors = [state["embedding.weight"][token] for token in tokens]
    features = []
    for k, width in enumerate(widths):
        best = torch.zeros(channels, dtype=torch.float64)
        for start in range(len(tokens) - width + 1):
            window = torch.stack(vectors[start : start + width], dim=1)
            sums = (state[f"convs.{k}.weight"] * window).sum(dim=(1, 2)) + state[f"convs.{k}.bias"]
            best = torch.maximum(best, sums)
        features.append(best)
    return state["out.weight"] @ torch.cat(features) + state["out.bias"]


@pytest.mark.parametrize(
    "widths, channels, n_tokens, lengths", [([4, 1, 2], 3, 6, [6, 4, 1, 0, 3]), ([3, 5], 2, 2, [2, 1])]
)
def test_matches_one_text_at_a_time(widths, channels, n_tokens, lengths):
    model, state = random_model(11, 4, widths, channels, 3, seed=n_tokens)
    tokens = torch.randint(0, 11, (len(lengths), n_tokens), generator=torch.Generator().manual_seed(n_tokens))
    got = model(tokens, torch.tensor(lengths))
    assert got.shape == (len(lengths), 3)
    for row, ids, length in zip(got, tokens.tolist(), lengths, strict=True):
        assert torch.allclose(row.double(), by_hand(state, widths, channels, ids[:length]), rtol=1e-4, atol=1e-4)


def test_padding_has_no_influence_and_gets_no_gradient():
    model, _ = random_model(9, 3, [2, 3], 4, 2)
    lengths = torch.tensor([4, 2, 1])
    one = torch.randint(0, 9, (3, 7), generator=torch.Generator().manual_seed(1))
    other = one.clone()
    for row, length in enumerate(lengths.tolist()):
        other[row, length:] = (one[row, length:] + 3) % 9
    got = model(one, lengths)
    assert torch.allclose(got, model(other, lengths), rtol=1e-6)
    assert torch.allclose(got, model(one[:, :4], lengths), rtol=1e-5, atol=1e-6)

    model(torch.tensor([[1, 2, 3, 8, 8], [4, 5, 8, 8, 8]]), torch.tensor([3, 2])).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    assert torch.equal(gradients[(9, 3)][8], torch.zeros(3))
    assert gradients[(9, 3)][:6].abs().max().item() > 0
    assert all(torch.isfinite(g).all() for g in gradients.values())


def test_state_dict_and_an_empty_text_that_gets_the_bias():
    model = TextCNN(7, 5, [2, 4], 3, 6)
    state = model.state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "embedding.weight": (7, 5),
        "convs.0.weight": (3, 5, 2),
        "convs.0.bias": (3,),
        "convs.1.weight": (3, 5, 4),
        "convs.1.bias": (3,),
        "out.weight": (6, 6),
        "out.bias": (6,),
    }
    assert torch.allclose(model(torch.tensor([[1, 2]]), torch.tensor([0]))[0], state["out.bias"])
