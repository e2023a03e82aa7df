import pytest
import torch
from solution import mask_spectrograms


def draw(seed, batch, bands, frames, m, n):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(batch, bands, frames, generator=generator, dtype=torch.float64) + 3
    lengths = torch.randint(1, frames + 1, (batch,), generator=generator)
    time = torch.randint(0, max(2, frames // 2), (batch, m, 2), generator=generator)
    frequency = torch.randint(0, max(2, bands // 2), (batch, n, 2), generator=generator)
    return x, lengths, time, frequency


@pytest.mark.parametrize(
    ("batch", "bands", "frames", "m", "n"), [(1, 1, 1, 1, 1), (3, 6, 9, 2, 1), (4, 8, 5, 0, 3), (2, 4, 12, 3, 0)]
)
def test_matches_plain_loops(batch, bands, frames, m, n):
    arguments = draw(bands, batch, bands, frames, m, n)
    before = arguments[0].clone()
    got = mask_spectrograms(*arguments)
    assert torch.equal(arguments[0], before)
    assert got.dtype == torch.float64
    x, lengths, time, frequency = (argument.tolist() for argument in arguments)
    for b in range(batch):
        own = [x[b][f][t] for f in range(bands) for t in range(lengths[b])]
        mean = sum(own) / len(own)
        want = [list(row) for row in x[b]]
        for f in range(bands):
            for t in range(lengths[b]):
                in_time = any(begin <= t < begin + count for begin, count in time[b])
                if in_time or any(begin <= f < begin + count for begin, count in frequency[b]):
                    want[f][t] = mean
        torch.testing.assert_close(got[b], torch.tensor(want, dtype=torch.float64), rtol=1e-9, atol=1e-9)


def test_by_hand():
    x = torch.tensor([[[1.0, 2, 3, 100], [5, 6, 7, 100]]])
    got = mask_spectrograms(x, torch.tensor([3]), torch.tensor([[[2, 9]]]), torch.tensor([[[1, 1]]]))
    assert got.tolist() == [[[1, 2, 4, 100], [4, 4, 4, 100]]]
    assert got.dtype == torch.float32


def test_masks_without_frames_hide_nothing():
    x = torch.rand(2, 3, 4, generator=torch.Generator().manual_seed(1))
    empty = torch.tensor([[[0, 0], [3, 0]]] * 2)
    assert torch.equal(mask_spectrograms(x, torch.tensor([4, 2]), empty, empty[:, :0]), x)


def test_padding_may_hold_anything():
    x = torch.tensor([[[2.0, 4.0, float("nan"), float("inf")]]])
    got = mask_spectrograms(x, torch.tensor([2]), torch.tensor([[[0, 4]]]), torch.zeros(1, 0, 2, dtype=torch.int64))
    assert got[0, 0, :2].tolist() == [3, 3]
    assert torch.isnan(got[0, 0, 2])
    assert got[0, 0, 3].item() == float("inf")
