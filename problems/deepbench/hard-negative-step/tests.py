import math

import pytest
import torch
from solution import hard_negative_step


def make_case(seed, b, a, k=3, f=2):
    generator = torch.Generator().manual_seed(seed)
    weight, bias, features = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((k, f), (k,), (b, a, f))
    )
    labels = torch.randint(-1, k, (b, a), generator=generator)
    labels[torch.rand(b, a, generator=generator) < 0.5] = 0
    return weight, bias, features, labels


def by_hand(weight, bias, features, labels, lr, ratio, least):
    w, c = weight.tolist(), bias.tolist()
    used, samples, n_positive = torch.zeros(labels.shape, dtype=torch.bool), [], 0
    for b, (rows, ys) in enumerate(zip(features.tolist(), labels.tolist(), strict=True)):
        found = {}
        for a, (row, y) in enumerate(zip(rows, ys, strict=True)):
            odds = [math.exp(sum(p * x for p, x in zip(ws, row, strict=True)) + s) for ws, s in zip(w, c, strict=True)]
            p = [o / sum(odds) for o in odds]
            found[a] = (-math.log(p[y]), p, row, y)
        positives = [a for a in found if ys[a] > 0]
        negatives = sorted((a for a in found if ys[a] == 0), key=lambda a: (-found[a][0], a))
        n_positive += len(positives)
        for a in positives + negatives[: max(ratio * len(positives), least)]:
            used[b, a] = True
            samples.append(found[a])
    n = max(n_positive, 1)
    for _, p, row, y in samples:
        for k in range(len(c)):
            error = (p[k] - (k == y)) / n
            c[k] -= lr * error
            w[k] = [v - lr * error * x for v, x in zip(w[k], row, strict=True)]
    return w, c, sum(sample[0] for sample in samples) / n, used


def agree(got, want):
    assert not got[0].requires_grad
    assert not got[1].requires_grad
    assert isinstance(got[2], float)
    assert torch.equal(got[3], want[3])
    assert got[2] == pytest.approx(want[2], rel=1e-9)
    assert torch.allclose(got[0], torch.tensor(want[0], dtype=torch.float64), rtol=1e-9, atol=1e-11)
    assert torch.allclose(got[1], torch.tensor(want[1], dtype=torch.float64), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("b", "a", "ratio", "least"), [(1, 6, 1, 0), (3, 20, 2, 1), (2, 12, 0, 3), (2, 5, 9, 1)])
def test_matches_plain_loops(b, a, ratio, least):
    case = make_case(a, b, a)
    copies = [tensor.clone() for tensor in case]
    agree(hard_negative_step(*case, 0.2, ratio, least), by_hand(*case, 0.2, ratio, least))
    assert all(torch.equal(tensor, copy) for tensor, copy in zip(case, copies, strict=True))


def test_each_image_mines_its_own_negatives_with_the_defaults():
    weight, bias = torch.tensor([[0.0], [1.0]], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    # The loss of a negative rises with its feature.
    features = torch.tensor([[1.0, 9.0, 8.0, 7.0, 6.0, 5.0], [0.1, 0.2, 0.5, 0.4, 0.3, 0.0]]).double()[:, :, None]
    labels = torch.tensor([[1, 0, 0, -1, 0, 0], [0, 0, 0, 0, -1, 0]])
    got = hard_negative_step(weight, bias, features, labels, 0.1)
    assert got[3].tolist() == [[True, True, True, False, True, False], [False, False, True, False, False, False]]
    agree(got, by_hand(weight, bias, features, labels, 0.1, 3, 1))


def test_equal_losses_go_by_index():
    weight, bias = torch.zeros(2, 1), torch.zeros(2)
    labels = torch.tensor([[0, -1, 0, 0, 1, 0, 0] + [0] * 40])
    used = hard_negative_step(weight, bias, torch.ones(1, 47, 1), labels, 0.1, 2)[3]
    assert used[0].nonzero().flatten().tolist() == [0, 2, 4]


def test_no_positive_anywhere():
    case = make_case(5, 2, 7)
    case[3].clamp_(max=0)
    want = by_hand(*case, 0.3, 3, 2)
    got = hard_negative_step(*case, 0.3, 3, 2)
    agree(got, want)
    assert got[3].sum(dim=1).tolist() == [2, 2]


def test_everything_ignored_changes_nothing():
    weight, bias, features, labels = make_case(6, 2, 4)
    got = hard_negative_step(weight, bias, features, torch.full_like(labels, -1), 0.5)
    assert got[2] == 0.0
    assert torch.equal(got[0], weight)
    assert torch.equal(got[1], bias)
    assert not got[3].any()


def test_trainable_single_precision():
    case = make_case(7, 2, 9)
    want = by_hand(*case, 0.2, 3, 1)
    got = hard_negative_step(*(t.float().requires_grad_() for t in case[:2]), case[2].float(), case[3], 0.2)
    assert got[0].dtype == torch.float32
    assert not got[0].requires_grad
    assert got[2] == pytest.approx(want[2], rel=1e-5)
    assert torch.allclose(got[0].double(), torch.tensor(want[0], dtype=torch.float64), rtol=1e-4, atol=1e-5)
