import pytest
import torch
from solution import CausalConvStack


def by_hand(state, dilations, x):
    """The stack from its state dict, one time step and one tap at a time, in float64."""
    x = x.double()
    n_steps = x.shape[-1]
    for layer, dilation in enumerate(dilations):
        weight, bias = state[f"convs.{layer}.weight"].double(), state[f"convs.{layer}.bias"].double()
        kernel_size = weight.shape[-1]
        columns = []
        for t in range(n_steps):
            total = bias.expand(x.shape[0], -1)
            for tap in range(kernel_size):
                when = t - (kernel_size - 1 - tap) * dilation
                if when >= 0:
                    total = total + x[:, :, when] @ weight[:, :, tap].T
            columns.append(x[:, :, t] + torch.where(total > 0, total, 0.0))
        x = torch.stack(columns, dim=-1)
    return x


def random_module(channels, kernel_size, dilations, seed=0):
    module = CausalConvStack(channels, kernel_size, dilations)
    generator = torch.Generator().manual_seed(seed)
    state = {name: 0.5 * torch.randn(v.shape, generator=generator) for name, v in module.state_dict().items()}
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
        (3, 2, [2, 1], [1, 1, 1, 1, 0, 4]),
        (1, 1, [1, 3], [2, 0, 1, 1]),
        (2, 2, [], [2, 0, 1, 1]),
        (1, 4, [3], [5, 1, 0, 2, 4]),
    ],
)
def test_forward_and_stream_match_the_definition(channels, kernel_size, dilations, lengths):
    module, state = random_module(channels, kernel_size, dilations)
    for n_steps in (1, 11):
        x = series(2, channels, n_steps)
        assert close(module(x), by_hand(state, dilations, x))
    x = series(2, channels, sum(lengths), seed=4)
    pieces = [module.stream(chunk) for chunk in x.split(lengths, dim=-1)]
    assert [piece.shape[-1] for piece in pieces] == lengths
    assert close(torch.cat(pieces, dim=-1), by_hand(state, dilations, x))


def test_reset_forgets_the_past_and_the_batch_size():
    module, state = random_module(2, 3, [1, 2])
    module.stream(series(3, 2, 7, seed=5))
    module.reset()
    x = series(1, 2, 4, seed=6)
    assert close(module.stream(x), by_hand(state, [1, 2], x))


@pytest.mark.parametrize("dilations", [[1, 2], []])
def test_another_batch_size_is_refused_and_does_no_harm(dilations):
    module, state = random_module(2, 3, dilations)
    x = series(2, 2, 8, seed=7)
    first = module.stream(x[..., :5])
    for n_batch in (1, 3):
        with pytest.raises(ValueError):
            module.stream(series(n_batch, 2, 2))
    second = module.stream(x[..., 5:])
    assert close(torch.cat([first, second], dim=-1), by_hand(state, dilations, x))


def test_an_empty_chunk_fixes_the_batch_size():
    module, _ = random_module(2, 2, [1])
    assert module.stream(torch.zeros(2, 2, 0)).shape == (2, 2, 0)
    with pytest.raises(ValueError):
        module.stream(torch.zeros(1, 2, 1))


def test_forward_and_stream_do_not_meet():
    module, state = random_module(2, 3, [1, 2], seed=8)
    x = series(2, 2, 6, seed=9)
    first = module.stream(x[..., :4])
    other = series(5, 2, 3, seed=10)
    assert close(module(other), by_hand(state, [1, 2], other))
    second = module.stream(x[..., 4:])
    assert close(torch.cat([first, second], dim=-1), by_hand(state, [1, 2], x))


@pytest.mark.parametrize("dilations", [[1, 2], []])
def test_the_caller_may_reuse_the_buffers(dilations):
    module, state = random_module(2, 3, dilations, seed=11)
    x = series(1, 2, 6, seed=12)
    buffer, pieces = torch.zeros(1, 2, 3), []
    for start in (0, 3):
        buffer.copy_(x[..., start : start + 3])
        result = module.stream(buffer)
        pieces.append(result.clone())
        buffer.fill_(99.0)
        result.fill_(99.0)
    assert close(torch.cat(pieces, dim=-1), by_hand(state, dilations, x))


@pytest.mark.parametrize("dilations", [[1, 2], []])
def test_stream_has_no_autograd_history(dilations):
    module, _ = random_module(2, 3, dilations)
    x = series(1, 2, 4).requires_grad_()
    for _ in range(2):
        assert not module.stream(x).requires_grad


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


def test_state_dict_has_exactly_the_parameters():
    module = CausalConvStack(3, 2, [1, 4])
    want = {"convs.0.weight": (3, 3, 2), "convs.0.bias": (3,), "convs.1.weight": (3, 3, 2), "convs.1.bias": (3,)}
    for _ in range(2):
        assert {name: tuple(value.shape) for name, value in module.state_dict().items()} == want
        module.stream(series(1, 3, 2))


def test_double_precision():
    module, state = random_module(2, 3, [1])
    module.double()
    x = series(1, 2, 5).double()
    got = torch.cat([module.stream(x[..., :2]), module.stream(x[..., 2:])], dim=-1)
    assert got.dtype == torch.float64
    assert (got - by_hand(state, [1], x)).abs().max().item() <= 1e-10
