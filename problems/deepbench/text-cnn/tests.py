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
    """Logits of one text, given its own tokens only."""
    vectors = [state["embedding.weight"][token] for token in tokens]
    features = []
    for k, width in enumerate(widths):
        weight, bias = state[f"convs.{k}.weight"], state[f"convs.{k}.bias"]
        for c in range(channels):
            best = 0.0
            for start in range(len(tokens) - width + 1):
                total = bias[c].item()
                for offset in range(width):
                    total += (weight[c, :, offset] * vectors[start + offset]).sum().item()
                best = max(best, total)
            features.append(best)
    return state["out.weight"] @ torch.tensor(features, dtype=torch.float64) + state["out.bias"]


@pytest.mark.parametrize(
    "widths, channels, n_tokens, lengths",
    [([2, 3], 3, 6, [6, 4, 1, 0]), ([1], 2, 3, [3, 2]), ([4, 1, 2], 2, 5, [5, 3, 4]), ([3, 5], 2, 2, [2, 1])],
)
def test_matches_one_text_at_a_time(widths, channels, n_tokens, lengths):
    model, state = random_model(11, 4, widths, channels, 3, seed=n_tokens)
    tokens = torch.randint(0, 11, (len(lengths), n_tokens), generator=torch.Generator().manual_seed(n_tokens))
    got = model(tokens, torch.tensor(lengths))
    assert got.shape == (len(lengths), 3)
    for row, ids, length in zip(got, tokens.tolist(), lengths, strict=True):
        assert torch.allclose(row.double(), by_hand(state, widths, channels, ids[:length]), rtol=1e-4, atol=1e-4)


def test_padding_has_no_influence():
    model, _ = random_model(9, 3, [2, 3], 4, 2)
    lengths = torch.tensor([4, 2, 1])
    one = torch.randint(0, 9, (3, 7), generator=torch.Generator().manual_seed(1))
    other = one.clone()
    for row, length in enumerate(lengths.tolist()):
        other[row, length:] = (one[row, length:] + 3) % 9
    assert torch.allclose(model(one, lengths), model(other, lengths), rtol=1e-6)
    assert torch.allclose(model(one, lengths), model(one[:, :4], lengths), rtol=1e-5, atol=1e-6)


def test_padding_gets_no_gradient():
    model, _ = random_model(9, 3, [2], 4, 2, seed=3)
    model(torch.tensor([[1, 2, 3, 8, 8], [4, 5, 8, 8, 8]]), torch.tensor([3, 2])).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    assert torch.equal(gradients[(9, 3)][8], torch.zeros(3))
    assert gradients[(9, 3)][:6].abs().max().item() > 0
    assert all(torch.isfinite(g).all() for g in gradients.values())


def test_an_empty_text_gets_the_bias():
    model, state = random_model(5, 2, [1, 2], 3, 4)
    got = model(torch.tensor([[1, 2]]), torch.tensor([0]))
    assert torch.allclose(got[0].double(), state["out.bias"])


def test_state_dict():
    shapes = {name: tuple(value.shape) for name, value in TextCNN(7, 5, [2, 4], 3, 6).state_dict().items()}
    assert shapes == {
        "embedding.weight": (7, 5),
        "convs.0.weight": (3, 5, 2),
        "convs.0.bias": (3,),
        "convs.1.weight": (3, 5, 4),
        "convs.1.bias": (3,),
        "out.weight": (6, 6),
        "out.bias": (6,),
    }
