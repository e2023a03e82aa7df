import functools

import pytest
import torch
from solution import DecoderBlock


def randn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def shapes(in_channels, skip_channels, out_channels):
    norm = {name: (out_channels,) for name in ("weight", "bias", "running_mean", "running_var")}
    entries = {"block.0.weight": (out_channels, in_channels + skip_channels, 3, 3)}
    entries |= {"block.3.weight": (out_channels, out_channels, 3, 3)}
    for number in (1, 4):
        entries |= {f"block.{number}.{name}": shape for name, shape in (norm | {"num_batches_tracked": ()}).items()}
    return entries


def random_module(*channels, seed=0):
    """A module whose parameters and running statistics are all random, and its state."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in shapes(*channels).items():
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(0)
        elif name.endswith("running_var"):
            state[name] = 0.5 + torch.rand(shape, generator=generator)
        else:
            state[name] = torch.randn(shape, generator=generator)
    module = DecoderBlock(*channels)
    module.load_state_dict(state)
    return module, state


def convolved(x, weight):
    """3x3 with zero padding, as a sum over windows."""
    n, channels, height, width = x.shape
    padded = torch.zeros(n, channels, height + 2, width + 2, dtype=x.dtype)
    padded[:, :, 1:-1, 1:-1] = x
    return torch.einsum("nchwij,ocij->nohw", padded.unfold(2, 3, 1).unfold(3, 3, 1), weight)


def by_hand(state, x, skip, training):
    """The block from its state dict, in float64; also the channel means that batch normalisation saw first."""
    state = {name: value.double() for name, value in state.items()}
    x, skip = x.double(), skip.double()
    height, width = skip.shape[-2:]
    rows = [min(i // 2, x.shape[2] - 1) for i in range(height)]
    columns = [min(j // 2, x.shape[3] - 1) for j in range(width)]
    y = torch.cat([x[:, :, rows][:, :, :, columns], skip], dim=1)
    first_mean = None
    for conv, norm in (("0", "1"), ("3", "4")):
        y = convolved(y, state[f"block.{conv}.weight"])
        mean, var = state[f"block.{norm}.running_mean"], state[f"block.{norm}.running_var"]
        if training:
            mean, var = y.mean(dim=(0, 2, 3)), y.var(dim=(0, 2, 3), correction=0)
            first_mean = mean if first_mean is None else first_mean
        scale = state[f"block.{norm}.weight"] / torch.sqrt(var + 1e-5)
        y = (y - mean[:, None, None]) * scale[:, None, None] + state[f"block.{norm}.bias"][:, None, None]
        y = torch.where(y > 0, y, 0.0)
    return y, first_mean


@functools.cache
def fixed_module():
    """For tests that leave it as it is, in evaluation mode."""
    module, state = random_module(2, 1, 3)
    module.eval()
    return module, state


@pytest.mark.parametrize("training, sizes", [(False, [(6, 8), (6, 7), (7, 7), (5, 9)]), (True, [(7, 9)])])
def test_matches_a_computation_by_hand(training, sizes):
    module, state = random_module(2, 1, 3) if training else fixed_module()
    for height, width in sizes:
        x, skip = randn(2, 2, 3, 4, seed=1), randn(2, 1, height, width, seed=2)
        got = module(x, skip)
        want, _ = by_hand(state, x, skip, training)
        assert got.shape == (2, 3, height, width)
        assert (got.double() - want).abs().max().item() <= 1e-4 * max(1.0, want.abs().max().item())


def test_state_dict_and_running_statistics_moved_by_training():
    module, state = random_module(2, 2, 3, seed=5)
    x, skip = randn(2, 2, 2, 2, seed=3), randn(2, 2, 5, 4, seed=4)
    module.train()
    module(x, skip)
    _, mean = by_hand(state, x, skip, True)
    after = module.state_dict()
    assert {name: tuple(value.shape) for name, value in after.items()} == shapes(2, 2, 3)
    want = 0.9 * state["block.1.running_mean"].double() + 0.1 * mean
    assert (after["block.1.running_mean"].double() - want).abs().max().item() <= 1e-4
    assert after["block.4.num_batches_tracked"].item() == 1
    module.eval()
    module(x, skip)
    assert torch.equal(module.state_dict()["block.4.running_mean"], after["block.4.running_mean"])


def test_level_without_skip_connection():
    module, state = random_module(3, 0, 2, seed=6)
    module.eval()
    x, skip = randn(1, 3, 2, 3, seed=7), torch.zeros(1, 0, 5, 5)
    want, _ = by_hand(state, x, skip, False)
    assert (module(x, skip).double() - want).abs().max().item() <= 1e-4


def test_gradients_reach_both_inputs_and_all_parameters():
    module, _ = fixed_module()
    x, skip = randn(2, 2, 3, 3, seed=10).requires_grad_(), randn(2, 1, 7, 5, seed=11).requires_grad_()
    (module(x, skip) ** 2).sum().backward()
    for gradient in [x.grad, skip.grad, *(p.grad for p in module.parameters())]:
        assert torch.isfinite(gradient).all()
        assert gradient.abs().max().item() > 0


def test_sizes_that_do_not_fit_are_refused():
    module, _ = fixed_module()
    for height, width in [(8, 6), (4, 6), (6, 8), (6, 4)]:
        with pytest.raises(ValueError):
            module(torch.zeros(1, 2, 3, 3), torch.zeros(1, 1, height, width))
