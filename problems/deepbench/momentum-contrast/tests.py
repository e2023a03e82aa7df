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
    """The steps image by image."""

    def __init__(self, encoder, size, momentum, temperature, lr):
        self.weights = [p.detach().clone() for p in encoder.parameters()]
        self.key_weights = [p.clone() for p in self.weights]
        self.size, self.momentum, self.temperature, self.lr = size, momentum, temperature, lr
        self.queue = []

    @staticmethod
    def encode(weights, image):
        out = weights[0] @ image.flatten() + weights[1]
        return out / torch.sqrt((out * out).sum())

    def step(self, first, second):
        m = self.momentum
        self.key_weights = [m * k + (1 - m) * w for k, w in zip(self.key_weights, self.weights, strict=True)]
        weights = [w.clone().requires_grad_() for w in self.weights]
        keys = [self.encode(self.key_weights, image) for image in second]
        loss = 0.0
        for image, key in zip(first, keys, strict=True):
            query = self.encode(weights, image)
            scores = [query @ other / self.temperature for other in [key, *self.queue]]
            loss = loss + (torch.log(sum(torch.exp(s) for s in scores)) - scores[0]) / len(keys)
        gradients = torch.autograd.grad(loss, weights)
        self.weights = [w - self.lr * g for w, g in zip(self.weights, gradients, strict=True)]
        self.queue = [*self.queue, *keys][-self.size :]
        return loss.item()


def agree(trainer, simulated):
    for encoder, weights in ((trainer.encoder, simulated.weights), (trainer.key_encoder, simulated.key_weights)):
        for got, want in zip(encoder.parameters(), weights, strict=True):
            assert torch.allclose(got, want, rtol=1e-8, atol=1e-10)
    queue = trainer.queue
    assert not queue.requires_grad
    assert torch.allclose(queue, torch.stack(simulated.queue), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    ("size", "momentum", "temperature", "sizes"),
    [(5, 0.9, 0.5, [2, 3, 2]), (1, 0.5, 1.0, [3, 1, 2]), (100, 0.0, 0.2, [1, 2, 2])],
)
def test_matches_image_by_image(size, momentum, temperature, sizes):
    settings = (size, momentum, temperature, 0.3)
    trainer, simulated = MomentumContrast(make_encoder(size), *settings), Simulated(make_encoder(size), *settings)
    for first, second in make_views(size, sizes):
        assert trainer.step(first, second) == pytest.approx(simulated.step(first, second), rel=1e-8, abs=1e-12)
    agree(trainer, simulated)


def test_the_first_step_has_nothing_to_tell_apart():
    encoder = make_encoder(3)
    trainer = MomentumContrast(encoder, 4, 0.9, 0.1, 1.0)
    assert trainer.queue is None
    first, second = make_views(3, [3])[0]
    loss = trainer.step(first, second)
    assert isinstance(loss, float)
    assert loss == 0.0
    assert torch.allclose(trainer.encoder[1].weight, encoder[1].weight, rtol=0, atol=1e-12)
    assert trainer.queue.shape == (3, DIM)


def test_keys_have_length_one_and_the_oldest_leave():
    trainer = MomentumContrast(make_encoder(4), 3, 1.0, 0.5, 0.1)
    (_, a), (_, b) = make_views(4, [2, 2])
    trainer.step(a, a)
    trainer.step(b, b)
    simulated = Simulated(make_encoder(4), 3, 1.0, 0.5, 0.1)
    want = torch.stack([simulated.encode(simulated.weights, image) for image in [a[1], b[0], b[1]]])
    assert torch.allclose(trainer.queue, want, rtol=1e-9)
    assert trainer.queue.norm(dim=1).tolist() == pytest.approx([1.0, 1.0, 1.0], rel=1e-12)


def test_small_temperatures_stay_finite():
    trainer = MomentumContrast(make_encoder(5), 8, 0.5, 1e-4, 0.0)
    (a, _), (b, _) = make_views(5, [3, 3])
    trainer.step(a, a)
    losses = [trainer.step(b, -b), trainer.step(b, b)]
    # Own keys are among the queue the second time, so that no image can be told from itself with certainty.
    assert losses[0] > 100
    assert 0 <= losses[1] < 1e5
    assert all(torch.isfinite(p).all() for p in trainer.encoder.parameters())


def test_the_encoder_given_is_not_changed():
    encoder = make_encoder(6)
    before = [p.detach().clone() for p in encoder.parameters()]
    trainer = MomentumContrast(encoder, 4, 0.5, 0.5, 0.5)
    for first, second in make_views(6, [2, 2]):
        copies = first.clone(), second.clone()
        trainer.step(first, second)
        assert torch.equal(first, copies[0])
        assert torch.equal(second, copies[1])
    assert all(torch.equal(p, q) for p, q in zip(encoder.parameters(), before, strict=True))
    assert all(p.requires_grad for p in encoder.parameters())
    assert all(p.requires_grad for p in trainer.encoder.parameters())
    assert not any(p.requires_grad for p in trainer.key_encoder.parameters())
    assert not torch.equal(trainer.encoder[1].weight, encoder[1].weight)


@pytest.mark.parametrize("size", [0, -1])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(ValueError):
        MomentumContrast(make_encoder(7), size, 0.9, 0.5, 0.1)
