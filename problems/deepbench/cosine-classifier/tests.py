import math

import torch
from solution import CosineClassifier


def cosine(a, b):
    lengths = math.sqrt(sum(v * v for v in a)) * math.sqrt(sum(v * v for v in b))
    return sum(v * w for v, w in zip(a, b, strict=True)) / lengths


def random_head(n_features, n_classes, scale, seed=0):
    head = CosineClassifier(n_features, n_classes, scale)
    generator = torch.Generator().manual_seed(seed)
    weight = 3 * torch.randn(n_classes, n_features, generator=generator)
    head.load_state_dict({"weight": weight, "scale": torch.tensor(scale)})
    return head, weight, generator


def test_matches_a_computation_by_hand():
    for n, n_features, n_classes, scale in [(1, 1, 2, 1.5), (4, 3, 5, 20.0), (6, 8, 1, -2.0)]:
        head, weight, generator = random_head(n_features, n_classes, scale, seed=n)
        x = 5 * torch.randn(n, n_features, generator=generator)
        got = head(x)
        assert got.shape == (n, n_classes)
        want = torch.tensor([[scale * cosine(row, w) for w in weight.tolist()] for row in x.tolist()])
        assert torch.allclose(got, want, rtol=1e-4, atol=1e-5)


def test_only_the_direction_counts():
    head, weight, _ = random_head(3, 2, 4.0)
    got = head(torch.stack([weight[0] * 100, weight[0] * 0.01, -weight[1]]))
    assert torch.allclose(got[:2, 0], torch.tensor([4.0, 4.0]), rtol=1e-5)
    assert abs(got[2, 1].item() + 4.0) <= 1e-4


def test_leading_dimensions():
    head, _, generator = random_head(3, 4, 2.0)
    x = torch.randn(2, 5, 3, generator=generator)
    got = head(x)
    assert got.shape == (2, 5, 4)
    assert torch.allclose(got[1], head(x[1]), rtol=1e-5, atol=1e-6)
    assert head(x[0, 0]).shape == (4,)


def test_a_zero_vector():
    head, _, _ = random_head(3, 2, 5.0)
    assert head(torch.zeros(1, 3)).tolist() == [[0.0, 0.0]]


def test_parameters_at_the_start():
    torch.manual_seed(0)
    head = CosineClassifier(60, 50)
    state = head.state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {"weight": (50, 60), "scale": ()}
    assert state["scale"].item() == 10.0
    assert abs(state["weight"].mean().item()) < 0.1
    # tolerance: several standard errors of a sample this large
    # tolerance: the deviation of random numbers
    assert abs(state["weight"].std().item() - 1) < 0.1
    assert CosineClassifier(2, 2, 3.0).state_dict()["scale"].item() == 3.0
    assert len(list(head.parameters())) == 2


def test_the_scale_is_trained():
    head, _, generator = random_head(4, 3, 2.0)
    x = torch.randn(5, 4, generator=generator)
    logits = head(x)
    logits.sum().backward()
    gradients = {tuple(p.shape): p.grad for p in head.parameters()}
    assert abs(gradients[()].item() - logits.sum().item() / 2) <= 1e-4
    assert gradients[(3, 4)].abs().max().item() > 0
