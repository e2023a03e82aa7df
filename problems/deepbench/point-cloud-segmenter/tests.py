import math

import pytest
import torch
from solution import PointSegmenter


def random_model(in_features, hidden, n_classes, seed=0):
    model = PointSegmenter(in_features, hidden, n_classes)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model, {name: value.double() for name, value in state.items()}, generator


def by_hand(state, points):
    """Logits of one cloud, given its own points only."""
    features = []
    for x in points.double():
        h = state["point.weight"] @ x + state["point.bias"]
        features.append([max(v, 0.0) for v in h.tolist()])
    cloud = [max(column) for column in zip(*features, strict=True)]
    joined = torch.tensor([one + cloud for one in features], dtype=torch.float64)
    return joined @ state["out.weight"].T + state["out.bias"]


def random_case(n_clouds, n_points, in_features, hidden, n_classes, seed=0):
    model, state, generator = random_model(in_features, hidden, n_classes, seed)
    points = torch.randn(n_clouds, n_points, in_features, generator=generator)
    mask = torch.rand(n_clouds, n_points, generator=generator) < 0.6
    mask[:, -1] = True
    return model, state, points, mask


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


@pytest.mark.parametrize("junk", [math.nan, math.inf, 1e20])
def test_padding_may_be_anything(junk):
    model, _, points, mask = random_case(3, 5, 3, 4, 2, seed=1)
    mask[1] = False
    want = model(points, mask)
    points[~mask] = junk
    points.requires_grad_()
    got = model(points, mask)
    assert torch.allclose(got, want, rtol=1e-5, atol=1e-6)
    assert (got[1] == 0).all()
    (got**2).sum().backward()
    assert torch.isfinite(points.grad).all()
    assert (points.grad[~mask] == 0).all()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())


def test_gradients():
    model, state, points, mask = random_case(2, 4, 2, 3, 2, seed=2)
    (model(points, mask) ** 2).sum().backward()
    twin = {name: value.clone().requires_grad_() for name, value in state.items()}
    total = 0.0
    for cloud, present in zip(points.double(), mask, strict=True):
        features = (cloud[present] @ twin["point.weight"].T + twin["point.bias"]).clamp_min(0)
        best = torch.stack([features[features[:, k].argmax(), k] for k in range(3)])
        joined = torch.cat([features, best.expand(len(features), 3)], dim=1)
        total = total + ((joined @ twin["out.weight"].T + twin["out.bias"]) ** 2).sum()
    total.backward()
    gradients = {tuple(p.shape): p.grad for p in model.parameters()}
    for want in (twin[name].grad for name in ("point.weight", "point.bias", "out.weight", "out.bias")):
        assert torch.allclose(gradients[tuple(want.shape)].double(), want, rtol=1e-4, atol=1e-4)


def test_the_order_of_points_does_not_matter():
    model, _, points, _ = random_case(1, 6, 3, 5, 2, seed=3)
    every = torch.ones(1, 6, dtype=torch.bool)
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    assert torch.allclose(model(points[:, order], every), model(points, every)[:, order], rtol=1e-5, atol=1e-6)


def test_state_dict():
    shapes = {name: tuple(value.shape) for name, value in PointSegmenter(3, 4, 5).state_dict().items()}
    assert shapes == {"point.weight": (4, 3), "point.bias": (4,), "out.weight": (5, 8), "out.bias": (5,)}
