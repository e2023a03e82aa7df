import pytest
import torch
from solution import fgsm_images
from torch import nn


def make_case(seed, b=4, k=3, shape=(2, 3, 3)):
    generator = torch.Generator().manual_seed(seed)
    n = shape[0] * shape[1] * shape[2]
    model = nn.Sequential(nn.Flatten(), nn.Linear(n, k)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.randn(k, n, generator=generator, dtype=torch.float64))
    images = torch.rand(b, *shape, generator=generator, dtype=torch.float64)
    return model, images, torch.randint(0, k, (b,), generator=generator)


def by_hand(model, images, labels, epsilon):
    """The gradient of a linear classifier is sum over classes of (probability - one hot) times its weights."""
    weight, bias = model[1].weight.detach(), model[1].bias.detach()
    moved = []
    for image, label in zip(images, labels.tolist(), strict=True):
        odds = torch.exp(weight @ image.flatten() + bias)
        error = odds / odds.sum()
        error[label] -= 1
        row = []
        for value, slope in zip(image.flatten().tolist(), (error @ weight).tolist(), strict=True):
            row.append(min(1.0, max(0.0, value + epsilon * ((slope > 0) - (slope < 0)))))
        moved.append(row)
    return torch.tensor(moved, dtype=torch.float64).reshape(images.shape)


@pytest.mark.parametrize("epsilon", [0.0, 0.03, 0.4])
def test_matches_the_gradient_written_out(epsilon):
    model, images, labels = make_case(1)
    got = fgsm_images(model, images, labels, epsilon)
    assert not got.requires_grad
    assert torch.allclose(got, by_hand(model, images, labels, epsilon), rtol=0, atol=1e-12)


def test_one_image_in_single_precision():
    model, images, labels = make_case(2, b=1, k=5, shape=(1, 2, 4))
    got = fgsm_images(model.float(), images.float(), labels, 0.1)
    assert got.dtype == torch.float32
    assert torch.allclose(got.double(), by_hand(model.double(), images, labels, 0.1), rtol=0, atol=1e-6)


def test_by_hand():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[1.0, -2.0, 0.0, 5.0], [0.0, 0.0, 0.0, 6.0]]))
    image = torch.tensor([0.5, 0.5, 0.5, 0.95]).reshape(1, 1, 2, 2)
    # For class 0: less of pixel 0, more of pixel 1, no change of pixel 2, and pixel 3 is clipped.
    got = fgsm_images(model, image, torch.tensor([0]), 0.25)
    assert got.flatten().tolist() == pytest.approx([0.25, 0.75, 0.5, 1.0])
    got = fgsm_images(model, image, torch.tensor([1]), 0.75)
    assert got.flatten().tolist() == pytest.approx([1.0, 0.0, 0.5, 0.2])


def test_the_loss_rises():
    model, images, labels = make_case(3, b=8)
    loss = nn.CrossEntropyLoss()
    moved = fgsm_images(model, images, labels, 0.05)
    assert loss(model(moved), labels).item() >= loss(model(images), labels).item() + 0.1


def test_nothing_else_changes():
    model, images, labels = make_case(4)
    model[1].weight.grad = torch.full_like(model[1].weight, 7.0)
    weight, before = model[1].weight.detach().clone(), images.clone()
    fgsm_images(model, images, labels, 0.2)
    assert torch.equal(model[1].weight, weight)
    assert torch.equal(model[1].weight.grad, torch.full_like(weight, 7.0))
    assert model[1].bias.grad is None
    assert model[1].weight.requires_grad
    assert torch.equal(images, before)
    assert not images.requires_grad
    assert images.grad is None


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_of_the_model_counts(training):
    model, images, labels = make_case(5)
    dropping = nn.Sequential(nn.Flatten(), nn.Dropout(1.0), model[1]).train(training)
    got = fgsm_images(dropping, images, labels, 0.1)
    assert dropping.training == training
    assert torch.equal(got, images) == training
