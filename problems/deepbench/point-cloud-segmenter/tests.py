import math

import pytest
import torch
from solution import PointSegmenter


def shapes(in_features, hidden, n_classes):
    point = {"point.weight": (hidden, in_features), "point.bias": (hidden,)}
    return point | {"out.weight": (n_classes, 2 * hidden), "out.bias": (n_classes,)}


def by_hand(state, points):
    """Logits of one cloud, given its own points only."""
    h = points.double() @ state["point.weight"].T + state["point.bias"]
    features = torch.where(h > 0, h, 0.0)
    best = [column.index(max(column)) for column in features.T.tolist()]
    cloud = features[best, list(range(len(best)))]
    joined = torch.cat([features, cloud.expand_as(features)], dim=1)
    return joined @ state["out.weight"].T + state["out.bias"]


def random_case(n_clouds, n_points, *sizes, seed=0):
    model = PointSegmenter(*sizes)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(shape, generator=generator) for name, shape in shapes(*sizes).items()}
    model.load_state_dict(state)
    points = torch.randn(n_clouds, n_points, sizes[0], generator=generator)
    mask = torch.rand(n_clouds, n_points, generator=generator) < 0.6
    mask[:, -1] = True
    return model, {name: value.double() for name, value in state.items()}, points, mask


@pytest.mark.parametrize("sizes", [(1, 1, 3, 2, 2), (4, 6, 3, 8, 5), (3, 9, 2, 4, 1)])
def test_matches_one_cloud_at_a_time(sizes):
    model, state, points, mask = random_case(*sizes, seed=sizes[1])
    copies = points.clone(), mask.clone()
    got = model(points, mask)
    assert got.shape == (sizes[0], sizes[1], sizes[4])
    for one, cloud, present in zip(got, points, mask, strict=True):
        assert torch.allclose(one[present].double(), by_hand(state, cloud[present]), rtol=1e-4, atol=1e-4)
        assert (one[~present] == 0).all()
    assert torch.equal(points, copies[0])
    assert torch.equal(mask, copies[1])


def test_padding_may_be_anything():
    # Each kind of junk has a cloud with points and one without.
    model, state, points, mask = random_case(6, 5, 3, 4, 2, seed=1)
    mask[3:] = False
    junk = torch.tensor([math.nan, math.inf, 1e20]).repeat(2)
    points = torch.where(mask[..., None], points, junk[:, None, None]).requires_grad_()
    got = model(points, mask)
    for one, cloud, present in zip(got[:3], points.detach(), mask, strict=False):
        assert torch.allclose(one[present].double(), by_hand(state, cloud[present]), rtol=1e-4, atol=1e-4)
    assert (got[~mask] == 0).all()
    (got**2).sum().backward()
    assert torch.isfinite(points.grad).all()
    assert (points.grad[~mask] == 0).all()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())


def test_gradients_and_state_dict():
    sizes = (2, 3, 2)
    model, state, points, mask = random_case(2, 4, *sizes, seed=2)
    (model(points, mask) ** 2).sum().backward()
    twin = {name: value.clone().requires_grad_() for name, value in state.items()}
    sum((by_hand(twin, cloud[present]) ** 2).sum() for cloud, present in zip(points, mask, strict=True)).backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    for want in (value.grad for value in twin.values()):
        assert torch.allclose(gradients[tuple(want.shape)].double(), want, rtol=1e-4, atol=1e-4)
    assert {name: tuple(value.shape) for name, value in model.state_dict().items()} == shapes(*sizes)


def test_the_order_of_points_does_not_matter():
    model, _, points, _ = random_case(1, 6, 3, 5, 2, seed=3)
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    one, other = model(torch.cat([points, points[:, order]]), torch.ones(2, 6, dtype=torch.bool))
    assert torch.allclose(other, one[order], rtol=1e-5, atol=1e-6)
