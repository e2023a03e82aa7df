import pytest
import torch
from solution import train_step
from torch import nn


def make_case(seed, b, shape=(1, 2, 3), dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    n = shape[0] * shape[1] * shape[2]
    model = nn.Sequential(nn.Flatten(), nn.Linear(n, 1)).to(dtype)
    with torch.no_grad():
        model[1].weight.copy_(torch.randn(1, n, generator=generator, dtype=torch.float64))
        model[1].bias.fill_(0.5)
    images = torch.rand(b, *shape, generator=generator, dtype=torch.float64).to(dtype)
    return model, images, torch.rand(b, generator=generator, dtype=torch.float64).to(dtype) * 4


def by_hand(model, images, ages, lr):
    weight, bias = model[1].weight[0].tolist(), model[1].bias.item()
    rows = [image.flatten().tolist() for image in images]
    errors = [
        sum(w * x for w, x in zip(weight, row, strict=True)) + bias - a
        for row, a in zip(rows, ages.tolist(), strict=True)
    ]
    b = len(rows)
    new = [w - lr * sum(2 * e * row[k] for e, row in zip(errors, rows, strict=True)) / b for k, w in enumerate(weight)]
    return new, bias - lr * sum(2 * e for e in errors) / b, sum(e * e for e in errors) / b


@pytest.mark.parametrize(("b", "lr"), [(1, 0.1), (2, 0.05), (7, 0.3)])
def test_matches_gradients_written_out(b, lr):
    model, images, ages = make_case(b, b)
    weight, bias, want = by_hand(model, images, ages, lr)
    trained, loss = train_step(model, images, ages, lr)
    assert isinstance(loss, float)
    assert loss == pytest.approx(want, rel=1e-9)
    assert trained[1].weight[0].tolist() == pytest.approx(weight, rel=1e-9, abs=1e-12)
    assert trained[1].bias.item() == pytest.approx(bias, rel=1e-9)


@pytest.mark.parametrize("dtype", [torch.int64, torch.float32, torch.float64])
def test_ages_of_other_dtypes(dtype):
    model, images, _ = make_case(3, 4, dtype=torch.float32)
    ages = torch.tensor([30, 8, 71, 54], dtype=dtype)
    weight, bias, want = by_hand(model, images, ages, 0.01)
    trained, loss = train_step(model, images, ages, 0.01)
    assert loss == pytest.approx(want, rel=1e-5)
    assert trained[1].weight.dtype == torch.float32
    assert trained[1].weight[0].tolist() == pytest.approx(weight, rel=1e-4, abs=1e-5)
    assert trained[1].bias.item() == pytest.approx(bias, rel=1e-5)


def test_perfect_estimates_have_no_loss():
    model, images, _ = make_case(4, 5)
    ages = model(images)[:, 0].detach()
    trained, loss = train_step(model, images, ages, 1.0)
    assert loss == 0.0
    assert torch.equal(trained[1].weight, model[1].weight)


def test_steps_lower_the_loss():
    model, images, ages = make_case(5, 4)
    losses = []
    for _ in range(8):
        model, loss = train_step(model, images, ages, 0.1)
        losses.append(loss)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] <= 0.8 * losses[0]


def test_the_model_given_is_not_changed():
    model, images, ages = make_case(6, 3)
    model.eval()
    model[1].bias.grad = torch.full_like(model[1].bias, 9.0)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trained, _ = train_step(model, images, ages, 0.1)
    assert trained.training
    assert not model.training
    assert model[1].bias.grad.item() == 9.0
    assert trained[1].bias.item() == pytest.approx(by_hand(model, images, ages, 0.1)[1], rel=1e-9)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_step_is_made_in_training_mode():
    model, images, ages = make_case(7, 3)
    deaf = nn.Sequential(nn.Flatten(), nn.Dropout(1.0), model[1]).eval()
    trained, loss = train_step(deaf, images, ages, 0.1)
    assert torch.equal(trained[2].weight, model[1].weight)
    assert loss == pytest.approx(sum((0.5 - a) ** 2 for a in ages.tolist()) / 3, rel=1e-9)
