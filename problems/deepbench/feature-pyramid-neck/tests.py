import pytest
import torch
import torch.nn.functional as F
from solution import FeaturePyramid


def random_neck(in_channels, out_channels, seed=0):
    neck = FeaturePyramid(in_channels, out_channels)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in neck.state_dict().items()}
    neck.load_state_dict(state)
    return neck, {name: value.double() for name, value in state.items()}, generator


def by_hand(state, features):
    below, results = None, []
    for k in reversed(range(len(features))):
        weight, bias = state[f"lateral.{k}.weight"][:, :, 0, 0], state[f"lateral.{k}.bias"]
        total = torch.einsum("oc,nchw->nohw", weight, features[k].double()) + bias[:, None, None]
        if below is not None:
            (height, width), (rows, columns) = total.shape[2:], below.shape[2:]
            total = total.clone()
            for i in range(height):
                for j in range(width):
                    total[:, :, i, j] += below[:, :, i * rows // height, j * columns // width]
        below = total
        padded = F.pad(total, (1, 1, 1, 1))
        height, width = total.shape[2:]
        result = state[f"output.{k}.bias"][:, None, None].expand(len(total), -1, height, width)
        for i in range(3):
            for j in range(3):
                part = padded[:, :, i : i + height, j : j + width]
                result = result + torch.einsum("oc,nchw->nohw", state[f"output.{k}.weight"][:, :, i, j], part)
        results.insert(0, result)
    return results


@pytest.mark.parametrize(
    "in_channels, out_channels, sizes",
    [
        ([3, 4], 2, [(4, 6), (2, 3)]),
        ([2, 3, 5], 4, [(7, 9), (4, 5), (2, 3)]),
        ([2, 2, 2], 3, [(8, 3), (3, 3), (1, 1)]),
        ([3], 2, [(5, 4)]),
    ],
)
def test_matches_a_computation_by_hand(in_channels, out_channels, sizes):
    neck, state, generator = random_neck(in_channels, out_channels, seed=len(sizes))
    features = [torch.randn(2, n, *size, generator=generator) for n, size in zip(in_channels, sizes, strict=True)]
    copies = [feature.clone() for feature in features]
    got = neck(features)
    want = by_hand(state, features)
    assert len(got) == len(sizes) + 1
    for one, other in zip(got, [*want, want[-1][:, :, ::2, ::2]], strict=True):
        assert one.shape == other.shape
        assert torch.allclose(one.double(), other, rtol=1e-4, atol=1e-4)
    assert len(features) == len(sizes)
    assert all(torch.equal(a, b) for a, b in zip(features, copies, strict=True))


def test_coarse_maps_reach_fine_results_only():
    neck, _, generator = random_neck([2, 2], 3)
    fine, coarse = torch.randn(1, 2, 4, 4, generator=generator), torch.randn(1, 2, 2, 2, generator=generator)
    first, second = neck([fine, coarse]), neck([fine, coarse + 1])
    assert not torch.allclose(first[0], second[0])
    third = neck([fine + 1, coarse])
    assert not torch.allclose(first[0], third[0])
    assert torch.equal(first[1], third[1])


def test_all_parameters_are_trained():
    neck, _, generator = random_neck([2, 3], 2)
    maps = neck([torch.randn(1, 2, 4, 4, generator=generator), torch.randn(1, 3, 2, 2, generator=generator)])
    sum(one.sum() for one in maps).backward()
    gradients = [p.grad for p in neck.parameters()]
    assert len(gradients) == 8
    assert all(g is not None and g.abs().max().item() > 0 for g in gradients)


def test_state_dict():
    shapes = {name: tuple(value.shape) for name, value in FeaturePyramid([3, 5], 4).state_dict().items()}
    assert shapes == {
        "lateral.0.weight": (4, 3, 1, 1),
        "lateral.0.bias": (4,),
        "lateral.1.weight": (4, 5, 1, 1),
        "lateral.1.bias": (4,),
        "output.0.weight": (4, 4, 3, 3),
        "output.0.bias": (4,),
        "output.1.weight": (4, 4, 3, 3),
        "output.1.bias": (4,),
    }


@pytest.mark.parametrize("n", [1, 3])
def test_another_number_of_maps_is_refused(n):
    with pytest.raises(ValueError):
        FeaturePyramid([2, 2], 2)([torch.zeros(1, 2, 4, 4)] * n)
