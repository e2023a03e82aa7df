import pytest
import torch
from solution import top_k_accuracy


def by_hand(logits, labels, k):
    hits = 0
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        hits += sum(value >= row[label] for value in row) <= k
    return hits / len(labels)


@pytest.mark.parametrize(("n", "n_classes", "levels"), [(1, 3, 5), (30, 10, 4), (64, 5, 1000), (7, 100, 20)])
def test_matches_plain_loops(n, n_classes, levels):
    generator = torch.Generator().manual_seed(n)
    logits = torch.randint(0, levels, (n, n_classes), generator=generator).float() / 4
    labels = torch.randint(0, n_classes, (n,), generator=generator)
    before = logits.clone()
    got = top_k_accuracy(logits, labels, [1, 2, 5])
    assert torch.equal(logits, before)
    assert list(got) == [1, 2, 5]
    assert all(isinstance(value, float) for value in got.values())
    assert got == pytest.approx({k: by_hand(logits, labels, k) for k in (1, 2, 5)})


def test_by_hand():
    logits = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    got = top_k_accuracy(logits, torch.tensor([0, 1, 2]), [1, 2, 3])
    assert got == pytest.approx({1: 1 / 3, 2: 2 / 3, 3: 1.0})


def test_square_input_is_not_compared_across_samples():
    logits = torch.tensor([[0.0, 9.0], [5.0, 6.0]])
    assert top_k_accuracy(logits, torch.tensor([0, 0]), [1]) == {1: 0.0}
    assert top_k_accuracy(logits, torch.tensor([1, 1]), [1]) == {1: 1.0}


def test_constant_logits_are_never_right():
    assert top_k_accuracy(torch.zeros(4, 5), torch.tensor([0, 1, 2, 4]), [1, 4, 5]) == {1: 0.0, 4: 0.0, 5: 1.0}


def test_a_tie_below_the_label_does_not_matter():
    assert top_k_accuracy(torch.tensor([[2.0, 1.0, 1.0]]), torch.tensor([0]), [1]) == {1: 1.0}
    assert top_k_accuracy(torch.tensor([[2.0, 1.0, 1.0]]), torch.tensor([1]), [2, 3]) == {2: 0.0, 3: 1.0}


def test_k_greater_than_the_number_of_classes():
    assert top_k_accuracy(torch.tensor([[1.0, 0.0]]), torch.tensor([1]), [10]) == {10: 1.0}


def test_half_precision_and_gradients():
    logits = torch.tensor([[1.0, 2.0], [2.0, 1.0]], dtype=torch.float16, requires_grad=True)
    assert top_k_accuracy(logits, torch.tensor([0, 0]), [1]) == {1: 0.5}
