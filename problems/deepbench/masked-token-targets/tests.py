import pytest
import torch
from solution import mask_tokens


@pytest.mark.parametrize(
    ("batch", "length", "special", "share"),
    [(1, 1, [], 1.0), (3, 8, [0, 1], 0.5), (5, 40, [0, 1, 2], 0.15), (2, 9, [7], 0.0)],
)
def test_matches_plain_loops(batch, length, special, share):
    generator = torch.Generator().manual_seed(length)
    ids = torch.randint(0, 12, (batch, length), generator=generator)
    random_ids = torch.randint(20, 30, (batch, length), generator=generator)
    choose = torch.rand(batch, length, generator=generator)
    replace = torch.rand(batch, length, generator=generator)
    arguments = (ids, torch.tensor(special, dtype=torch.int64), choose, replace, random_ids)
    copies = [argument.clone() for argument in arguments]
    inputs, targets = mask_tokens(*arguments, 99, share)
    assert all(torch.equal(a, b) for a, b in zip(arguments, copies, strict=True))
    assert inputs.dtype == targets.dtype == torch.int64
    for b in range(batch):
        for i in range(length):
            token, new, target = ids[b, i].item(), inputs[b, i].item(), targets[b, i].item()
            if choose[b, i].item() >= share or token in special:
                assert (new, target) == (token, -100)
                continue
            assert target == token
            r = replace[b, i].item()
            assert new == (99 if r < 0.8 else random_ids[b, i].item() if r < 0.9 else token)


def test_by_hand():
    ids = torch.tensor([[1, 5, 6, 7, 8, 2]])
    choose = torch.tensor([[0.0, 0.1, 0.1, 0.1, 0.9, 0.0]], dtype=torch.float64)
    replace = torch.tensor([[0.0, 0.3, 0.85, 0.95, 0.0, 0.85]], dtype=torch.float64)
    random_ids = torch.full((1, 6), 40)
    inputs, targets = mask_tokens(ids, torch.tensor([1, 2]), choose, replace, random_ids, 3)
    assert inputs.tolist() == [[1, 3, 40, 7, 8, 2]]
    assert targets.tolist() == [[-100, 5, 6, 7, -100, -100]]


def test_limits_and_the_default_share():
    ids = torch.tensor([[5, 6, 7, 8]])
    choose = torch.tensor([[0.15, 0.1499, 0.0, 0.0]], dtype=torch.float64)
    replace = torch.tensor([[0.0, 0.8, 0.9, 0.7999]], dtype=torch.float64)
    inputs, targets = mask_tokens(ids, torch.zeros(0, dtype=torch.int64), choose, replace, torch.full((1, 4), 50), 4)
    assert inputs.tolist() == [[5, 50, 7, 4]]
    assert targets.tolist() == [[-100, 6, 7, 8]]
    assert mask_tokens(ids, ids[0], choose, replace, ids, 4)[1].eq(-100).all()
