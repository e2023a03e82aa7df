import pytest
import torch
from solution import MomentumContrast
from torch import nn

SHAPE, DIM = (1, 2, 2), 3


def make_encoder(seed):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(4, DIM)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in encoder.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return encoder


def make_views(seed, sizes):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(2, b, *SHAPE, generator=generator, dtype=torch.float64).unbind() for b in sizes]


class Simulated:
    """The steps with the softmax written out."""

    def __init__(self, encoder, size, momentum, temperature, lr):
        self.weights = [p.detach().clone() for p in encoder.parameters()]
        self.key_weights = self.weights
        self.size, self.momentum, self.temperature, self.lr = size, momentum, temperature, lr
        self.queue = torch.zeros(0, DIM, dtype=torch.float64)

    @staticmethod
    def encode(weights, images):
        out = torch.einsum("dp,bp->bd", weights[0], images.reshape(-1, 4)) + weights[1]
        return out / torch.sqrt((out * out).sum(dim=1, keepdim=True))

    def step(self, first, second):
        m = self.momentum
        self.key_weights = [m * k + (1 - m) * w for k, w in zip(self.key_weights, self.weights, strict=True)]
        weights = [w.clone().requires_grad_() for w in self.weights]
        keys = self.encode(self.key_weights, second)
        queries = self.encode(weights, first)
        own = torch.exp((queries * keys).sum(dim=1) / self.temperature)
        others = torch.exp((queries[:, None] * self.queue).sum(dim=2) / self.temperature).sum(dim=1)
        loss = -torch.log(own / (own + others)).sum() / len(first)
        gradients = torch.autograd.grad(loss, weights)
        self.weights = [w - self.lr * g for w, g in zip(self.weights, gradients, strict=True)]
        self.queue = torch.cat([self.queue, keys])
        self.queue = self.queue[max(0, len(self.queue) - self.size) :]
        return loss.item()


def agree(trainer, simulated):
    for encoder, weights in ((trainer.encoder, simulated.weights), (trainer.key_encoder, simulated.key_weights)):
        for got, want in zip(encoder.parameters(), weights, strict=True):
            assert torch.allclose(got, want, rtol=1e-8, atol=1e-10)
            assert got.requires_grad == (weights is simulated.weights)
    queue = trainer.queue
    assert not queue.requires_grad
    assert queue.shape == simulated.queue.shape
    assert torch.allclose(queue, simulated.queue, rtol=1e-8, atol=1e-10)
    assert queue.norm(dim=1).tolist() == pytest.approx([1.0] * len(queue), rel=1e-12)


@pytest.mark.parametrize(
    ("size", "momentum", "temperature", "sizes"),
    [(5, 0.9, 0.5, [2, 3, 2]), (1, 0.0, 0.2, [3, 1, 2])],
)
def test_matches_a_simulation_and_leaves_the_encoder_given(size, momentum, temperature, sizes):
    encoder, settings = make_encoder(size), (size, momentum, temperature, 0.3)
    before = [p.detach().clone() for p in encoder.parameters()]
    trainer, simulated = MomentumContrast(encoder, *settings), Simulated(encoder, *settings)
    if size == 5:
        assert trainer.queue is None
    losses, wanted = [], []
    for first, second in make_views(size, sizes):
        losses.append(trainer.step(first, second))
        wanted.append(simulated.step(first, second))
    assert all(isinstance(loss, float) for loss in losses)
    # At the first step there is nothing to tell apart.
    assert losses[0] == 0.0
    assert losses == pytest.approx(wanted, rel=1e-8, abs=1e-12)
    agree(trainer, simulated)
    assert not torch.equal(simulated.weights[0], before[0])
    assert all(torch.equal(p, q) for p, q in zip(encoder.parameters(), before, strict=True))
    assert all(p.requires_grad for p in encoder.parameters())


def test_small_temperatures_stay_finite():
    trainer = MomentumContrast(make_encoder(5), 100, 1.0, 1e-4, 0.0)
    (a, _), (b, _) = make_views(5, [3, 3])
    trainer.step(a, a)
    losses = [trainer.step(b, -b), trainer.step(b, b)]
    # Own keys are among the queue the second time, so that no image can be told from itself with certainty.
    assert losses[0] > 100
    assert 0 <= losses[1] < 1e5
    assert all(torch.isfinite(p).all() for p in trainer.encoder.parameters())


def test_impossible_sizes_are_refused():
    encoder = nn.Linear(4, DIM)
    for size in (0, -1):
        with pytest.raises(ValueError):
            MomentumContrast(encoder, size, 0.9, 0.5, 0.1)
