import copy

import pytest
import torch
from solution import fold_model, fold_pair
from torch import nn


def norm_of(channels, seed, eps=1e-5):
    generator = torch.Generator().manual_seed(seed)
    norm = nn.BatchNorm2d(channels, eps=eps)
    with torch.no_grad():
        for tensor in (norm.weight, norm.bias, norm.running_mean):
            tensor.copy_(torch.randn(channels, generator=generator))
        norm.running_var.copy_(torch.rand(channels, generator=generator) * 2 + 0.1)
    return norm


def evaluated(layers, x):
    x = x.double()
    for layer in layers:
        x = copy.deepcopy(layer).double().eval()(x)
    return x.detach()


def close(got, want):
    return (
        got.shape == want.shape and (got.detach().double() - want).abs().max().item() <= 1e-5 * want.abs().max().item()
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"stride": 2, "padding": 1},
        {"groups": 2, "bias": False},
        {"dilation": 2, "padding": "same"},
    ],
)
def test_a_pair_in_one(options):
    torch.manual_seed(len(options))
    conv, norm = nn.Conv2d(4, 6, 3, **options), norm_of(6, 1)
    before = copy.deepcopy((conv.state_dict(), norm.state_dict()))
    x = torch.randn(2, 4, 7, 8, generator=torch.Generator().manual_seed(2))
    folded = fold_pair(conv, norm)
    assert isinstance(folded, nn.Conv2d)
    assert (folded.stride, folded.groups, folded.dilation) == (conv.stride, conv.groups, conv.dilation)
    # In float64 both: torch takes 50 ms to get ready for its first grouped convolution in float32.
    assert close(evaluated([folded], x), evaluated([conv, norm], x))
    for layer, state in zip((conv, norm), before, strict=True):
        assert all(torch.equal(v, state[k]) for k, v in layer.state_dict().items())


def test_by_hand():
    conv, norm = nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1, eps=0.0)
    with torch.no_grad():
        conv.weight.fill_(6.0)
        conv.bias.fill_(5.0)
        norm.weight.fill_(3.0)
        norm.bias.fill_(0.5)
        norm.running_mean.fill_(1.0)
        norm.running_var.fill_(4.0)
    folded = fold_pair(conv, norm)
    assert folded.weight.item() == pytest.approx(9.0)
    assert folded.bias.item() == pytest.approx(6.5)


def test_a_large_epsilon():
    torch.manual_seed(4)
    conv, norm = nn.Conv2d(2, 3, 1), norm_of(3, 5, eps=0.5)
    x = torch.randn(1, 2, 3, 3)
    assert close(fold_pair(conv, norm)(x), evaluated([conv, norm], x))


def test_a_whole_model():
    torch.manual_seed(6)
    model = nn.Sequential(
        norm_of(2, 1),
        nn.Conv2d(2, 4, 3, bias=False),
        norm_of(4, 2),
        nn.ReLU(),
        norm_of(4, 4),
        nn.Conv2d(4, 3, 1),
        nn.Dropout(0.5),
        nn.Conv2d(3, 3, 2),
        nn.ReLU(),
    ).train()
    state = copy.deepcopy(model.state_dict())
    x = torch.randn(3, 2, 6, 6, generator=torch.Generator().manual_seed(7))
    want = evaluated(model, x)
    folded = fold_model(model)
    assert close(folded(x), want)
    names = [type(layer).__name__ for layer in folded]
    assert names == ["BatchNorm2d", "Conv2d", "ReLU", "BatchNorm2d", "Conv2d", "Dropout", "Conv2d", "ReLU"]
    assert not any(module.training for module in folded.modules())
    assert all(module.training for module in model.modules())
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())


def test_nothing_is_shared():
    torch.manual_seed(8)
    model = nn.Sequential(nn.Conv2d(1, 2, 1), norm_of(2, 1), nn.Conv2d(2, 1, 1)).eval()
    x = torch.randn(1, 1, 2, 2)
    folded = fold_model(model)
    want = folded(x).detach().clone()
    with torch.no_grad():
        for tensor in model.state_dict().values():
            tensor.fill_(7)
    assert torch.equal(folded(x), want)


def test_pairs_at_the_beginning_and_the_end():
    torch.manual_seed(9)
    model = nn.Sequential(nn.Conv2d(1, 2, 1), norm_of(2, 1), nn.Conv2d(2, 3, 1), norm_of(3, 2))
    x = torch.randn(2, 1, 3, 3)
    folded = fold_model(model)
    assert len(folded) == 2
    assert close(folded(x), evaluated(model, x))
