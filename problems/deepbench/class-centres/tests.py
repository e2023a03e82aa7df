import pytest
import torch
from solution import centre_loss, updated_centres


def make_case(seed, n, k=4, dim=3):
    generator = torch.Generator().manual_seed(seed)
    features, centres = (torch.randn(m, dim, generator=generator, dtype=torch.float64) for m in (n, k))
    return features, torch.randint(0, k, (n,), generator=generator), centres


@pytest.mark.parametrize("n", [1, 7])
def test_loss_and_its_gradient(n):
    features, labels, centres = make_case(n, n)
    features.requires_grad_()
    loss = centre_loss(features, labels, centres)
    assert loss.shape == ()
    want = 0.0
    for row, label in zip(features.tolist(), labels.tolist(), strict=True):
        want += sum((a - b) ** 2 for a, b in zip(row, centres[label].tolist(), strict=True)) / 2 / n
    assert loss.item() == pytest.approx(want, rel=1e-12)
    loss.backward()
    for row, gradient, label in zip(features.tolist(), features.grad.tolist(), labels.tolist(), strict=True):
        want = [(a - b) / n for a, b in zip(row, centres[label].tolist(), strict=True)]
        assert gradient == pytest.approx(want, rel=1e-12)


def test_no_gradient_to_the_centres():
    features, labels, centres = make_case(2, 5)
    features.requires_grad_()
    centres.requires_grad_()
    centre_loss(features, labels, centres).backward()
    assert centres.grad is None
    assert features.grad is not None


@pytest.mark.parametrize(("n", "k", "rate"), [(1, 2, 1.0), (9, 4, 0.3), (20, 3, 0.7)])
def test_centres_move_towards_their_class(n, k, rate):
    features, labels, centres = make_case(n, n, k)
    copies = [tensor.clone() for tensor in (features, labels, centres)]
    got = updated_centres(centres, features, labels, rate)
    for c in range(k):
        rows = [row for row, label in zip(features.tolist(), labels.tolist(), strict=True) if label == c]
        for d, old in enumerate(centres[c].tolist()):
            want = old + rate * sum(row[d] - old for row in rows) / (1 + len(rows))
            assert got[c, d].item() == pytest.approx(want, rel=1e-12)
    assert all(torch.equal(a, b) for a, b in zip((features, labels, centres), copies, strict=True))


def test_by_hand():
    centres = torch.tensor([[0.0, 0.0], [5.0, 5.0]])
    features = torch.tensor([[2.0, 0.0], [4.0, 6.0]])
    labels = torch.tensor([0, 0])
    assert centre_loss(features, labels, centres).item() == pytest.approx((4 + 16 + 36) / 4)
    got = updated_centres(centres, features, labels)
    assert got.dtype == torch.float32
    assert got.tolist() == [[1.0, 1.0], [5.0, 5.0]]


def test_no_samples():
    _, _, centres = make_case(3, 1)
    got = updated_centres(centres, torch.zeros(0, 3, dtype=torch.float64), torch.zeros(0, dtype=torch.int64))
    assert torch.equal(got, centres)
    got.zero_()
    assert centres.abs().sum().item() > 0


def test_the_update_has_no_history():
    features, labels, centres = make_case(4, 6)
    want = updated_centres(centres, features, labels, 0.5)
    features.requires_grad_()
    centres.requires_grad_()
    got = updated_centres(centres, features, labels)
    assert not got.requires_grad
    assert torch.equal(got, want)
    assert centres.requires_grad
