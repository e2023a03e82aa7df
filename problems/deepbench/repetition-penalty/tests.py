import pytest
import torch
from solution import penalise_repetition


def by_hand(logits, generated, penalty):
    rows = []
    for row, tokens in zip(logits.tolist(), generated.tolist(), strict=True):
        for token in set(tokens):
            row[token] = row[token] / penalty if row[token] > 0 else row[token] * penalty
        rows.append(row)
    return rows


@pytest.mark.parametrize("penalty", [1.0, 1.3, 5.0])
@pytest.mark.parametrize(("b", "v", "t"), [(1, 1, 1), (3, 6, 4), (2, 5, 20), (4, 9, 0)])
def test_matches_plain_loops(b, v, t, penalty):
    generator = torch.Generator().manual_seed(v + t)
    logits = torch.randn(b, v, generator=generator) * 3
    generated = torch.randint(0, v, (b, t), generator=generator)
    before = logits.clone()
    got = penalise_repetition(logits, generated, penalty)
    assert torch.equal(logits, before)
    assert got.shape == (b, v)
    for row, want in zip(got.tolist(), by_hand(logits, generated, penalty), strict=True):
        assert row == pytest.approx(want, rel=1e-5)


def test_by_hand():
    logits = torch.tensor([[4.0, -4.0, 0.0, 6.0], [4.0, -4.0, 0.0, 6.0]])
    got = penalise_repetition(logits, torch.tensor([[0, 1, 0], [3, 3, 2]]), 2.0)
    assert got.tolist() == [[2.0, -8.0, 0.0, 6.0], [4.0, -4.0, 0.0, 3.0]]


def test_impossible_tokens_stay_impossible():
    got = penalise_repetition(torch.tensor([[-float("inf"), 1.0]]), torch.tensor([[0, 0]]), 1.5)
    assert got.tolist() == [[-float("inf"), 1.0]]


def test_double_precision():
    logits = torch.tensor([[3.0, -1.0]], dtype=torch.float64)
    got = penalise_repetition(logits, torch.tensor([[0, 1]]), 1.1)
    assert got.dtype == torch.float64
    assert got[0].tolist() == pytest.approx([3 / 1.1, -1.1], rel=1e-12)
