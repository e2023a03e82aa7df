import math

import pytest
import torch
from solution import PatchEmbedding


def resized(grid, rows, columns):
    """Bilinear with half-pixel centres, one target cell at a time; grid is nested lists [row][column] of tensors."""

    def taps(target, size, new_size):
        place = max((target + 0.5) * size / new_size - 0.5, 0.0)
        low = min(math.floor(place), size - 1)
        return low, min(low + 1, size - 1), place - low

    cells = []
    for i in range(rows):
        top, bottom, down = taps(i, len(grid), rows)
        for j in range(columns):
            left, right, across = taps(j, len(grid[0]), columns)
            upper = grid[top][left] * (1 - across) + grid[top][right] * across
            lower = grid[bottom][left] * (1 - across) + grid[bottom][right] * across
            cells.append(upper * (1 - down) + lower * down)
    return cells


def by_hand(state, images, n, patch):
    """The token sequence from the state dict, one patch at a time, in float64."""
    state = {name: tensor.double() for name, tensor in state.items()}
    grid = [[state["positions"][0, 1 + i * n + j] for j in range(n)] for i in range(n)]
    rows, columns = images.shape[2] // patch, images.shape[3] // patch
    places = resized(grid, rows, columns)
    batch = []
    for image in images.double():
        tokens = [state["class_token"][0, 0] + state["positions"][0, 0]]
        for i in range(rows):
            for j in range(columns):
                square = image[:, i * patch : (i + 1) * patch, j * patch : (j + 1) * patch]
                projected = (state["proj.weight"] * square).sum(dim=(1, 2, 3)) + state["proj.bias"]
                tokens.append(projected + places[i * columns + j])
        batch.append(torch.stack(tokens))
    return torch.stack(batch)


def random_module(image_size, patch, channels, dim, seed=0):
    """A module with random parameters of size one, and its state."""
    module = PatchEmbedding(image_size, patch, channels, dim)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in module.state_dict().items()}
    module.load_state_dict(state)
    return module, state


def random_images(n_batch, channels, height, width, seed=1):
    return torch.randn(n_batch, channels, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    "image_size, patch, channels, dim, height, width",
    [
        (6, 2, 3, 5, 6, 6),
        (6, 2, 3, 5, 4, 10),
        (6, 2, 3, 5, 12, 2),
        (8, 4, 1, 3, 20, 12),
        (12, 3, 2, 4, 6, 9),
        (4, 4, 2, 3, 8, 12),
    ],
)
def test_matches_a_patch_by_patch_computation(image_size, patch, channels, dim, height, width):
    module, state = random_module(image_size, patch, channels, dim)
    images = random_images(2, channels, height, width)
    got = module(images)
    want = by_hand(state, images, image_size // patch, patch)
    assert got.shape == (2, 1 + (height // patch) * (width // patch), dim)
    assert (got.double() - want).abs().max().item() <= 2e-5


def test_state_dict_and_initial_values():
    module = PatchEmbedding(12, 2, 3, 64)
    state = module.state_dict()
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    assert shapes == {
        "proj.weight": (64, 3, 2, 2),
        "proj.bias": (64,),
        "class_token": (1, 1, 64),
        "positions": (1, 37, 64),
    }
    assert torch.equal(state["class_token"], torch.zeros(1, 1, 64))
    positions = state["positions"].double()
    # tolerance: the deviation of 2368 random numbers
    assert positions.std().item() == pytest.approx(0.02, rel=0.1)
    assert abs(positions.mean().item()) <= 0.002
    # The default initialisation of nn.Conv2d is uniform within 1 / sqrt(fan-in).
    bound = 1 / math.sqrt(3 * 2 * 2)
    for name in ("proj.weight", "proj.bias"):
        assert 0.85 * bound <= state[name].abs().max().item() <= bound + 1e-6


@pytest.mark.parametrize("size", [(6, 6), (4, 8)])
def test_every_parameter_learns(size):
    module, _ = random_module(6, 2, 2, 3)
    images = random_images(4, 2, *size)
    module(images).sum().backward()
    gradients = {tuple(p.shape): p.grad for p in module.parameters()}
    assert len(gradients) == 4
    n_patches = size[0] * size[1] // 4
    assert torch.allclose(gradients[(1, 1, 3)], torch.full((1, 1, 3), 4.0))
    positions = gradients[(1, 10, 3)]
    assert torch.allclose(positions[0, 0], torch.full((3,), 4.0))
    assert torch.allclose(positions[0, 1:].sum(dim=0), torch.full((3,), 4.0 * n_patches), rtol=1e-4)
    assert torch.allclose(gradients[(3,)], torch.full((3,), 4.0 * n_patches), rtol=1e-4)
    assert gradients[(3, 2, 2, 2)].abs().min().item() > 0


def test_resizing_leaves_the_parameters_alone():
    module, state = random_module(6, 2, 1, 3)
    module(random_images(1, 1, 10, 4))
    after = module.state_dict()
    assert all(torch.equal(after[name], value) for name, value in state.items())


def test_image_size_must_hold_whole_patches():
    with pytest.raises(ValueError):
        PatchEmbedding(10, 4, 3, 8)


def test_wrong_images_are_refused():
    module = PatchEmbedding(6, 2, 3, 4)
    for shape in [(1, 3, 7, 6), (1, 3, 6, 7), (1, 2, 6, 6), (1, 1, 6, 6)]:
        with pytest.raises(ValueError):
            module(torch.zeros(shape))
