import pytest
import torch
from solution import decode_keypoints, merge_mirrored


def maps(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("shape", "pairs"), [((1, 1, 2, 3), []), ((2, 4, 3, 5), [(0, 2)]), ((2, 5, 4, 2), [(4, 1), (2, 3)])]
)
def test_merge_matches_plain_loops(shape, pairs):
    a, b = maps(1, *shape), maps(2, *shape)
    before = (a.clone(), b.clone(), list(pairs))
    got = merge_mirrored(a, b, pairs)
    assert torch.equal(a, before[0])
    assert torch.equal(b, before[1])
    assert pairs == before[2]
    partner = {k: k for k in range(shape[1])}
    partner.update(pairs)
    partner.update((right, left) for left, right in pairs)
    for n in range(shape[0]):
        for k in range(shape[1]):
            for y in range(shape[2]):
                want = [
                    (a[n, k, y, x].item() + b[n, partner[k], y, shape[3] - 1 - x].item()) / 2 for x in range(shape[3])
                ]
                assert got[n, k, y].tolist() == pytest.approx(want, rel=1e-5, abs=1e-6)


def test_merge_by_hand():
    a = torch.tensor([[[[8.0, 0.0, 0.0]], [[0.0, 0.0, 6.0]]]])
    b = torch.tensor([[[[4.0, 0.0, 0.0]], [[0.0, 0.0, 2.0]]]])
    assert merge_mirrored(a, b, [(0, 1)]).tolist() == [[[[5.0, 0.0, 0.0]], [[0.0, 0.0, 5.0]]]]
    assert merge_mirrored(a, b, []).tolist() == [[[[4.0, 0.0, 2.0]], [[1.0, 0.0, 3.0]]]]


def moved(line, at):
    if 0 < at < len(line) - 1 and line[at - 1] != line[at + 1]:
        return at + (0.25 if line[at + 1] > line[at - 1] else -0.25)
    return float(at)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (2, 3, 5, 7), (5, 6, 3, 4), (4, 5, 2, 3)])
def test_decode_matches_plain_loops(shape):
    heatmaps = maps(sum(shape), *shape)
    points, best = decode_keypoints(heatmaps)
    assert points.dtype == torch.float32
    for n in range(shape[0]):
        for k in range(shape[1]):
            rows = heatmaps[n, k].tolist()
            value, y, x = max((v, y, x) for y, row in enumerate(rows) for x, v in enumerate(row))
            want = [moved(rows[y], x), moved([row[x] for row in rows], y)]
            assert points[n, k].tolist() == want
            assert best[n, k].item() == pytest.approx(value)


def test_decode_by_hand():
    heatmaps = torch.tensor([[[[0.0, 0.2, 0.0, 0.0], [0.1, 0.9, 0.3, 0.0], [0.0, 0.1, 0.0, 0.0]]]])
    points, best = decode_keypoints(heatmaps)
    assert points.tolist() == [[[1.25, 0.75]]]
    assert best.tolist() == [[pytest.approx(0.9)]]


def test_equal_neighbours_and_borders():
    heatmaps = torch.zeros(1, 3, 4, 5)
    heatmaps[0, 0, 2, 2] = 1.0
    heatmaps[0, 1, 0, 4] = 1.0
    heatmaps[0, 1, 1, 4] = 0.5
    heatmaps[0, 1, 0, 3] = 0.5
    heatmaps[0, 2, 3, 0] = 1.0
    heatmaps[0, 2, 2, 0] = 0.5
    heatmaps[0, 2, 3, 1] = 0.5
    assert decode_keypoints(heatmaps)[0].tolist() == [[[2.0, 2.0], [4.0, 0.0], [0.0, 3.0]]]


def test_maps_below_zero():
    heatmaps = torch.tensor([[[[-9.0, -2.0, -1.0, -3.0, -7.0]]]])
    points, best = decode_keypoints(heatmaps)
    assert points.tolist() == [[[1.75, 0.0]]]
    assert best.tolist() == [[-1.0]]
