import pytest
import torch
from solution import CausalConvStack


def shapes(channels, kernel_size, dilations):
    """The state dict's entries."""
    entries = {}
    for layer in range(len(dilations)):
        entries |= {f"convs.{layer}.weight": (channels, channels, kernel_size), f"convs.{layer}.bias": (channels,)}
    return entries


def by_hand(state, dilations, x):
    """The stack from its state dict, one tap at a time, in float64."""
    x = x.double()
    for layer, dilation in enumerate(dilations):
        weight, bias = state[f"convs.{layer}.weight"].double(), state[f"convs.{layer}.bias"].double()
        total = bias[:, None]
        for back, tap in enumerate(weight.flip(2).unbind(2)):
            late = min(back * dilation, x.shape[2])
            shifted = torch.cat([torch.zeros_like(x[..., :late]), x[..., : x.shape[2] - late]], dim=2)
            total = total + tap @ shifted
        x = x + torch.where(total > 0, total, 0.0)
    return x


def random_module(channels, kernel_size, dilations, seed=0):
    generator = torch.Generator().manual_seed(seed)
    entries = shapes(channels, kernel_size, dilations).items()
    state = {name: 0.5 * torch.randn(shape, generator=generator) for name, shape in entries}
    module = CausalConvStack(channels, kernel_size, dilations)
    module.load_state_dict(state)
    return module, state


def series(n_batch, channels, n_steps, seed=1):
    return torch.randn(n_batch, channels, n_steps, generator=torch.Generator().manual_seed(seed))


def close(got, want):
    return got.shape == want.shape and (got.double() - want.double()).abs().max().item() <= 1e-4


@pytest.mark.parametrize(
    "channels, kernel_size, dilations, lengths",
    [
        (2, 3, [1, 2, 4], [5, 1, 0, 2, 4]),
        (3, 2, [2, 1], [1, 1, 3]),
        (1, 1, [1, 3], [2, 1]),
        (2, 2, [], [2, 0, 1]),
        (1, 4, [3], [2, 5]),
    ],
)
def test_forward_and_stream_match_the_definition(channels, kernel_size, dilations, lengths):
    module, state = random_module(channels, kernel_size, dilations)
    x, other = series(2, channels, sum(lengths)), series(5, channels, 1, seed=2)
    want = by_hand(state, dilations, x)
    assert close(module(x), want)
    pieces = []
    for k, chunk in enumerate(x.split(lengths, dim=-1)):
        pieces.append(module.stream(chunk))
        if k == 0 and channels == 2:
            # A series of one step, another batch size, and no effect on the stream.
            assert close(module(other), by_hand(state, dilations, other))
    assert [piece.shape[-1] for piece in pieces] == lengths
    assert close(torch.cat(pieces, dim=-1), want)


@pytest.mark.parametrize("dilations", [[1, 2], []])
def test_the_batch_size_stays_until_reset(dilations):
    module, state = random_module(2, 3, dilations)
    x, other = series(2, 2, 8, seed=7), series(1, 2, 4, seed=6)
    # An empty chunk fixes it, too.
    assert module.stream(x[..., :0]).shape == (2, 2, 0)
    with pytest.raises(ValueError):
        module.stream(other)
    first = module.stream(x[..., :5])
    for refused in (other, series(3, 2, 2)):
        with pytest.raises(ValueError):
            module.stream(refused)
    second = module.stream(x[..., 5:])
    assert close(torch.cat([first, second], dim=-1), by_hand(state, dilations, x))
    module.reset()
    assert close(module.stream(other), by_hand(state, dilations, other))


@pytest.mark.parametrize("dilations", [[1, 2], []])
def test_the_stream_keeps_nothing_of_the_caller_and_has_no_autograd_history(dilations):
    module, state = random_module(2, 3, dilations, seed=11)
    x = series(1, 2, 6, seed=12)
    buffer, pieces = torch.zeros(1, 2, 3, requires_grad=True), []
    for start in (0, 3):
        with torch.no_grad():
            buffer.copy_(x[..., start : start + 3])
        result = module.stream(buffer)
        assert not result.requires_grad
        pieces.append(result.clone())
        with torch.no_grad():
            buffer.fill_(99.0)
        result.fill_(99.0)
    assert close(torch.cat(pieces, dim=-1), by_hand(state, dilations, x))


def test_forward_is_trained_by_autograd():
    module, state = random_module(2, 2, [1, 2], seed=13)
    x = series(2, 2, 6, seed=14).requires_grad_()
    (module(x) ** 2).sum().backward()
    named = {name: value.double().requires_grad_() for name, value in state.items()}
    twin = x.detach().double().requires_grad_()
    (by_hand(named, [1, 2], twin) ** 2).sum().backward()
    assert (x.grad.double() - twin.grad).abs().max().item() <= 1e-4 * max(1.0, twin.grad.abs().max().item())
    for got, want in zip(module.parameters(), named.values(), strict=True):
        assert (got.grad.double() - want.grad).abs().max().item() <= 1e-4 * max(1.0, want.grad.abs().max().item())


def test_double_precision_and_state_dict():
    module, state = random_module(2, 3, [1])
    module.double()
    x = series(1, 2, 5).double()
    before = module.state_dict()
    got = torch.cat([module.stream(x[..., :2]), module.stream(x[..., 2:])], dim=-1)
    assert got.dtype == torch.float64
    assert (got - by_hand(state, [1], x)).abs().max().item() <= 1e-10
    for entries in (before, module.state_dict()):
        assert {name: tuple(value.shape) for name, value in entries.items()} == shapes(2, 3, [1])
