import pytest
import torch
from solution import smooth_targets


@pytest.mark.parametrize(("n", "n_classes", "smoothing"), [(1, 1, 0.1), (6, 3, 0.0), (20, 10, 0.3), (9, 4, 1.0)])
def test_matches_plain_loops(n, n_classes, smoothing):
    generator = torch.Generator().manual_seed(n)
    labels = torch.randint(0, n_classes, (n,), generator=generator)
    labels[torch.rand(n, generator=generator) < 0.3] = -100
    before = labels.clone()
    got = smooth_targets(labels, n_classes, smoothing)
    assert torch.equal(labels, before)
    assert got.dtype == torch.float32
    assert got.shape == (n, n_classes)
    for row, label in zip(got.tolist(), labels.tolist(), strict=True):
        want = [smoothing / n_classes + (1 - smoothing) * (c == label) for c in range(n_classes)]
        assert row == pytest.approx(want if label >= 0 else [0.0] * n_classes, rel=1e-5, abs=1e-7)


def test_by_hand():
    got = smooth_targets(torch.tensor([2, -100, 0]), 4, 0.2)
    want = torch.tensor([[0.05, 0.05, 0.85, 0.05], [0, 0, 0, 0], [0.85, 0.05, 0.05, 0.05]])
    torch.testing.assert_close(got, want)


def test_default_smoothing():
    assert smooth_targets(torch.tensor([1]), 2)[0].tolist() == pytest.approx([0.05, 0.95])


def test_no_known_labels():
    assert not smooth_targets(torch.tensor([-100, -100]), 3).any()
