import pytest
import torch
from solution import layerwise_step
from torch import nn

VOCABULARY, DIM = 7, 3


def make_model(seed, dtype=torch.float64):
    model = nn.Sequential(
        nn.EmbeddingBag(VOCABULARY, DIM), nn.Linear(DIM, 4), nn.Tanh(), nn.Linear(4, 2), nn.Linear(2, 1)
    ).to(dtype)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


MODEL = make_model(1)


def make_batch(seed, b, t):
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randint(0, VOCABULARY, (b, t), generator=generator)
    return tokens, torch.randn(b, generator=generator, dtype=torch.float64)


def loss_and_gradients(model, tokens, scores):
    """The network written out, text by text."""
    state = [p.detach().clone().requires_grad_() for p in model.parameters()]
    loss = 0.0
    for text, score in zip(tokens.tolist(), scores.tolist(), strict=True):
        h = sum(state[0][token] for token in text) / len(text)
        h = state[3] @ torch.tanh(state[1] @ h + state[2]) + state[4]
        loss = loss + ((state[5] @ h + state[6])[0] - score) ** 2 / len(tokens)
    return loss.item(), torch.autograd.grad(loss, state)


def check(model, batch, got, rates, want_rates):
    """``rates``: that of each parameter."""
    trained, got_rates, loss = got
    want, gradients = loss_and_gradients(model, *batch)
    assert trained.training
    assert isinstance(loss, float)
    assert loss == pytest.approx(want, rel=1e-9)
    assert got_rates == pytest.approx(want_rates, rel=1e-12)
    for p, q, g, rate in zip(model.parameters(), trained.parameters(), gradients, rates, strict=True):
        assert torch.allclose(q, p - rate * g, rtol=1e-9, atol=1e-11)
        assert q.requires_grad == p.requires_grad


def test_each_layer_has_its_rate():
    batch, decay = make_batch(3, 3, 4), 2.0
    r = [0.1 * decay**k for k in range(4)]
    got = layerwise_step(MODEL, *batch, 0.1, decay)
    check(MODEL, batch, got, [r[3], r[2], r[2], r[1], r[1], r[0], r[0]], [r[3], r[2], 0.0, r[1], r[0]])


def test_frozen_layers_do_not_count():
    model, batch = make_model(5), make_batch(5, 2, 3)
    for p in model[1].parameters():
        p.requires_grad_(False)
    model[3].bias.requires_grad_(False)
    got = layerwise_step(model, *batch, 0.2, 0.5)
    check(model, batch, got, [0.05, 0, 0, 0.1, 0, 0.2, 0.2], [0.05, 0.0, 0.0, 0.1, 0.2])
    # A frozen head as well.
    for p in model[4].parameters():
        p.requires_grad_(False)
    got = layerwise_step(model, *batch, 0.2, 0.1)
    check(model, batch, got, [0.02, 0, 0, 0.2, 0, 0, 0], [0.02, 0.0, 0.0, 0.2, 0.0])


def test_layers_of_several_modules_and_a_single_token():
    batch = make_batch(7, 1, 1)
    nested = nn.Sequential(nn.Sequential(*MODEL[:3]), nn.Sequential(*MODEL[3:]))
    got = layerwise_step(nested, *batch, 0.1, 0.3)
    check(nested, batch, got, [0.03] * 3 + [0.1] * 4, [0.03, 0.1])


def test_by_hand():
    model = nn.Sequential(nn.EmbeddingBag(2, 1, mode="sum"), nn.Linear(1, 1, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[1.0], [3.0]]))
        model[1].weight.fill_(2.0)
    trained, rates, loss = layerwise_step(model, torch.tensor([[0, 0]]), torch.tensor([3.0]), 0.25, 0.5)
    # The score is 4, the error 1: gradients 2 * 2 for the head, and 2 * 2 * 2 for token 0.
    assert loss == 1.0
    assert rates == [0.125, 0.25]
    assert trained[1].weight.item() == 1.0
    assert trained[0].weight.tolist() == [[0.0], [3.0]]


def test_the_model_given_is_not_changed():
    model, batch = make_model(8).eval(), make_batch(8, 2, 3)
    for p in model.parameters():
        p.grad = torch.full_like(p, 2.0)
    before = [p.detach().clone() for p in model.parameters()]
    got = layerwise_step(model, *batch, 0.3, 1.0)
    check(model, batch, got, [0.3] * 7, [0.3, 0.3, 0.0, 0.3, 0.3])
    assert not model.training
    for p, q in zip(model.parameters(), before, strict=True):
        assert torch.equal(p, q)
        assert torch.equal(p.grad, torch.full_like(p, 2.0))


def test_the_step_is_made_in_training_mode():
    layers = nn.EmbeddingBag(VOCABULARY, DIM), nn.Dropout(1.0), nn.Linear(DIM, 1)
    deaf, batch = nn.Sequential(*layers).double().eval(), make_batch(9, 2, 2)
    trained, _, _ = layerwise_step(deaf, *batch, 0.3, 0.5)
    assert torch.equal(trained[0].weight, layers[0].weight)
    assert not torch.equal(trained[2].bias, layers[2].bias)
