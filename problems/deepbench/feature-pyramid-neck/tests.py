import functools

import pytest
import torch
import torch.nn.functional as F
from solution import FeaturePyramid


def shapes(in_channels, out_channels):
    """The state dict's entries."""
    entries = {}
    for k, n in enumerate(in_channels):
        entries |= {f"lateral.{k}.weight": (out_channels, n, 1, 1), f"lateral.{k}.bias": (out_channels,)}
        entries |= {f"output.{k}.weight": (out_channels, out_channels, 3, 3), f"output.{k}.bias": (out_channels,)}
    return entries


def random_neck(in_channels, out_channels, seed=0):
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(shape, generator=generator) for name, shape in shapes(in_channels, out_channels).items()}
    neck = FeaturePyramid(in_channels, out_channels)
    neck.load_state_dict(state)
    return neck, {name: value.double() for name, value in state.items()}, generator


def by_hand(state, features):
    below, results = None, []
    for k in reversed(range(len(features))):
        weight, bias = state[f"lateral.{k}.weight"][:, :, 0, 0], state[f"lateral.{k}.bias"]
        total = torch.einsum("oc,nchw->nohw", weight, features[k].double()) + bias[:, None, None]
        if below is not None:
            (height, width), (n_rows, n_columns) = total.shape[2:], below.shape[2:]
            rows = [i * n_rows // height for i in range(height)]
            columns = [j * n_columns // width for j in range(width)]
            total = total + below[:, :, rows][:, :, :, columns]
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


@functools.cache
def small_neck():
    neck, _, generator = random_neck([2, 3], 2)
    return neck, torch.randn(1, 2, 4, 4, generator=generator), torch.randn(1, 3, 2, 2, generator=generator)


def test_coarse_maps_reach_fine_results_only():
    neck, fine, coarse = small_neck()
    results = neck([torch.cat([fine, fine, fine + 1]), torch.cat([coarse, coarse + 1, coarse])])
    assert not torch.allclose(results[0][0], results[0][1])
    assert not torch.allclose(results[0][0], results[0][2])
    assert torch.allclose(results[1][0], results[1][2], rtol=1e-6, atol=1e-6)


def test_all_parameters_are_trained_and_in_the_state_dict():
    neck, fine, coarse = small_neck()
    sum(one.sum() for one in neck([fine, coarse])).backward()
    gradients = [p.grad for p in neck.parameters()]
    assert len(gradients) == 8
    assert all(g is not None and g.abs().max().item() > 0 for g in gradients)
    assert {name: tuple(value.shape) for name, value in neck.state_dict().items()} == shapes([2, 3], 2)


def test_another_number_of_maps_is_refused():
    neck, fine, coarse = small_neck()
    for features in ([fine], [fine, coarse, coarse]):
        with pytest.raises(ValueError):
            neck(features)
