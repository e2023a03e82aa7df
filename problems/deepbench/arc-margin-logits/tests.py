import math

import pytest
import torch
from solution import arc_margin_logits


def by_hand(embeddings, weight, labels, scale, margin):
    rows = []
    for x, label in zip(embeddings.tolist(), labels.tolist(), strict=True):
        row = []
        for c, w in enumerate(weight.tolist()):
            dot = sum(a * b for a, b in zip(x, w, strict=True))
            cosine = max(-1.0, min(1.0, dot / math.hypot(*x) / math.hypot(*w)))
            if c == label:
                angle = math.acos(cosine)
                within = angle + margin < math.pi
                cosine = math.cos(angle + margin) if within else cosine - margin * math.sin(margin)
            row.append(scale * cosine)
        rows.append(row)
    return torch.tensor(rows, dtype=torch.float64)


def random_case(n, dim, n_classes, seed=0):
    generator = torch.Generator().manual_seed(seed)
    embeddings = 3 * torch.randn(n, dim, generator=generator, dtype=torch.float64)
    weight = torch.randn(n_classes, dim, generator=generator, dtype=torch.float64)
    return embeddings, weight, torch.randint(0, n_classes, (n,), generator=generator)


@pytest.mark.parametrize("n, dim, n_classes", [(1, 2, 1), (40, 2, 3), (7, 5, 4)])
@pytest.mark.parametrize("scale, margin", [(64.0, 0.5), (8.0, 1.2), (1.0, 0.0)])
def test_matches_the_angles(n, dim, n_classes, scale, margin):
    embeddings, weight, labels = random_case(n, dim, n_classes, seed=n)
    got = arc_margin_logits(embeddings, weight, labels, scale, margin)
    assert got.dtype == torch.float64
    assert got.shape == (n, n_classes)
    assert torch.allclose(got, by_hand(embeddings, weight, labels, scale, margin), rtol=1e-8, atol=1e-8)


def test_defaults():
    embeddings, weight, labels = random_case(3, 4, 5, seed=1)
    got = arc_margin_logits(embeddings, weight, labels)
    assert torch.allclose(got, by_hand(embeddings, weight, labels, 64.0, 0.5), rtol=1e-8)


def test_worked_out_by_hand():
    embeddings = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    weight = torch.tensor([[0.0, 5.0], [-1.0, 0.0]])
    got = arc_margin_logits(embeddings, weight, torch.tensor([0, 0]), 2.0, math.pi / 6)
    # Sample 0 stands at right angles to its class; sample 1 along it.
    assert torch.allclose(got, torch.tensor([[-1.0, -2.0], [math.sqrt(3), 0.0]]), atol=1e-4)


def test_beyond_the_turning_point():
    angles = [math.pi, math.pi - 0.3, math.pi - 0.49, math.pi - 0.51]
    embeddings = torch.tensor([[math.cos(a), math.sin(a)] for a in angles], dtype=torch.float64)
    weight = torch.tensor([[2.0, 0.0]], dtype=torch.float64)
    got = arc_margin_logits(embeddings, weight, torch.zeros(4, dtype=torch.int64), 1.0, 0.5)
    want = [math.cos(a) - 0.5 * math.sin(0.5) for a in angles[:3]] + [math.cos(angles[3] + 0.5)]
    assert got[:, 0].tolist() == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_along_and_against_a_class(dtype):
    embeddings = torch.tensor([[1.0, 0.0], [-2.0, 0.0], [0.3, 0.4]], dtype=dtype, requires_grad=True)
    weight = torch.tensor([[1.0, 0.0], [0.3, 0.4]], dtype=dtype, requires_grad=True)
    arc_margin_logits(embeddings, weight, torch.tensor([0, 0, 1])).sum().backward()
    assert torch.isfinite(embeddings.grad).all()
    assert torch.isfinite(weight.grad).all()


def test_the_least_sine():
    embeddings = torch.tensor([[3.0, 0.0]], dtype=torch.float64)
    got = arc_margin_logits(embeddings, embeddings, torch.tensor([0]), 1.0, 0.5).item()
    assert got == pytest.approx(math.cos(0.5) - math.sqrt(1e-9) * math.sin(0.5), rel=1e-7)


def test_gradients_elsewhere():
    embeddings, weight, labels = random_case(4, 3, 2, seed=5)
    embeddings.requires_grad_()
    weight.requires_grad_()
    coefficients = torch.randn(4, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    (arc_margin_logits(embeddings, weight, labels, 2.0, 0.4) * coefficients).sum().backward()
    step = 1e-6
    for tensor in (embeddings, weight):
        position = (1, 2)
        sides = []
        for sign in (1, -1):
            moved = [embeddings.detach().clone(), weight.detach().clone()]
            moved[0 if tensor is embeddings else 1][position] += sign * step
            sides.append((by_hand(*moved, labels, 2.0, 0.4) * coefficients).sum().item())
        assert tensor.grad[position].item() == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-5, abs=1e-7)


def test_inputs_are_not_changed():
    embeddings, weight, labels = random_case(3, 2, 3)
    copies = embeddings.clone(), weight.clone(), labels.clone()
    arc_margin_logits(embeddings, weight, labels)
    assert all(torch.equal(a, b) for a, b in zip((embeddings, weight, labels), copies, strict=True))
