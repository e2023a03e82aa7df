import pytest
import torch
from solution import TwoScaleHead


def random_head(fine_channels, coarse_channels, n_classes, seed=0):
    head = TwoScaleHead(fine_channels, coarse_channels, n_classes)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in head.state_dict().items()}
    head.load_state_dict(state)
    return head, {name: value.double() for name, value in state.items()}, generator


def weights(n_in, n_out):
    """Bilinear interpolation along one axis as a matrix (n_out, n_in)."""
    matrix = torch.zeros(n_out, n_in, dtype=torch.float64)
    for i in range(n_out):
        source = max(0.0, (i + 0.5) * n_in / n_out - 0.5)
        low = int(source)
        high = min(low + 1, n_in - 1)
        matrix[i, low] += 1 - (source - low)
        matrix[i, high] += source - low
    return matrix


def resize(x, size):
    return torch.einsum("ih,nchw,jw->ncij", weights(x.shape[2], size[0]), x, weights(x.shape[3], size[1]))


def by_hand(state, fine, coarse, size):
    def project(name, x):
        weight = state[f"{name}.weight"][:, :, 0, 0]
        return torch.einsum("oc,nchw->nohw", weight, x.double()) + state[f"{name}.bias"][:, None, None]

    return resize(project("fine", fine) + resize(project("coarse", coarse), fine.shape[2:]), size)


@pytest.mark.parametrize(
    "channels, fine_size, coarse_size, size",
    [
        ((3, 5, 2), (4, 6), (2, 3), (8, 12)),
        ((2, 2, 4), (5, 3), (2, 2), (9, 7)),
        ((1, 3, 1), (4, 4), (1, 1), (4, 4)),
        ((2, 1, 3), (3, 5), (4, 7), (6, 5)),
    ],
)
def test_matches_a_computation_by_hand(channels, fine_size, coarse_size, size):
    head, state, generator = random_head(*channels, seed=size[0])
    fine = torch.randn(2, channels[0], *fine_size, generator=generator)
    coarse = torch.randn(2, channels[1], *coarse_size, generator=generator)
    got = head(fine, coarse, size)
    assert got.shape == (2, channels[2], *size)
    assert torch.allclose(got.double(), by_hand(state, fine, coarse, size), rtol=1e-4, atol=1e-4)


def test_flat_maps_stay_flat():
    head, state, _ = random_head(2, 2, 3)
    got = head(torch.ones(1, 2, 3, 3), torch.ones(1, 2, 2, 2), (7, 5))
    want = sum(state[f"{name}.weight"].sum(dim=(1, 2, 3)) + state[f"{name}.bias"] for name in ("fine", "coarse"))
    assert torch.allclose(got.double(), want[None, :, None, None].expand(1, 3, 7, 5), rtol=1e-4, atol=1e-5)


def test_all_parameters_are_trained():
    head, _, generator = random_head(2, 3, 2)
    fine, coarse = torch.randn(1, 2, 4, 4, generator=generator), torch.randn(1, 3, 2, 2, generator=generator)
    head(fine, coarse, (8, 8)).sum().backward()
    assert [p.grad.abs().max().item() > 0 for p in head.parameters()] == [True] * 4


def test_state_dict():
    shapes = {name: tuple(value.shape) for name, value in TwoScaleHead(3, 5, 2).state_dict().items()}
    assert shapes == {
        "fine.weight": (2, 3, 1, 1),
        "fine.bias": (2,),
        "coarse.weight": (2, 5, 1, 1),
        "coarse.bias": (2,),
    }
