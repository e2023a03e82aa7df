import math

import pytest
import torch
from solution import SqueezeExcitation


def gates_by_hand(state, image):
    """One number per channel, for one image."""
    means = [sum(sum(row) for row in channel) / (len(channel) * len(channel[0])) for channel in image]

    def linear(name, inputs):
        rows = zip(state[f"{name}.weight"].tolist(), state[f"{name}.bias"].tolist(), strict=True)
        return [sum(w * v for w, v in zip(row, inputs, strict=True)) + bias for row, bias in rows]

    hidden = [max(v, 0.0) for v in linear("squeeze", means)]
    return [1 / (1 + math.exp(-v)) for v in linear("excite", hidden)]


@pytest.mark.parametrize("shape, reduction", [((1, 1, 1, 1), 1), ((2, 6, 3, 4), 2), ((3, 4, 2, 5), 4)])
def test_matches_plain_python(shape, reduction):
    block = SqueezeExcitation(shape[1], reduction)
    generator = torch.Generator().manual_seed(shape[1])
    state = {name: torch.randn(value.shape, generator=generator) for name, value in block.state_dict().items()}
    block.load_state_dict(state)
    x = torch.randn(shape, generator=generator) + 0.5
    before = x.clone()
    got = block(x)
    assert got.shape == shape
    gates = torch.tensor([gates_by_hand(state, image) for image in x.tolist()])
    assert torch.allclose(got, before * gates[:, :, None, None], rtol=1e-4, atol=1e-5)
    assert torch.equal(x, before)


@pytest.mark.parametrize(
    "channels, reduction, hidden", [(8, None, 1), (30, None, 1), (32, None, 2), (7, 3, 2), (5, 1, 5)]
)
def test_state_dict(channels, reduction, hidden):
    block = SqueezeExcitation(channels) if reduction is None else SqueezeExcitation(channels, reduction)
    assert {name: tuple(value.shape) for name, value in block.state_dict().items()} == {
        "squeeze.weight": (hidden, channels),
        "squeeze.bias": (hidden,),
        "excite.weight": (channels, hidden),
        "excite.bias": (channels,),
    }


def test_all_parameters_are_trained():
    block = SqueezeExcitation(4, 1)
    block.load_state_dict({name: torch.ones(value.shape) for name, value in block.state_dict().items()})
    block(torch.rand(2, 4, 3, 3, generator=torch.Generator().manual_seed(0))).sum().backward()
    assert [p.grad.abs().max().item() > 0 for p in block.parameters()] == [True] * 4
