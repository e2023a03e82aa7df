import pytest
import torch
from solution import rollout_step
from torch import nn


def make_model(weight, bias):
    """A network that maps each value v to weight * v + bias."""
    model = nn.Sequential(nn.Conv2d(1, 1, 1)).double()
    with torch.no_grad():
        model[0].weight.fill_(weight)
        model[0].bias.fill_(bias)
    return model


def make_frames(seed, b, t, shape=(2, 3)):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(b, t, 1, *shape, generator=generator, dtype=torch.float64)


def by_hand(weight, bias, frames, lr, free, unrolled):
    """Value by value, with the derivatives of each prediction carried along."""
    d_weight, d_bias, losses = 0.0, 0.0, [0.0] * unrolled
    videos = frames[:, :, 0].flatten(2).transpose(1, 2).flatten(0, 1).tolist()  # one list over time per pixel
    n = len(videos)
    for values in videos:
        v, by_weight, by_bias = values[0], 0.0, 0.0
        for t in range(1, free + unrolled + 1):
            if t <= free:
                v = weight * v + bias
                continue
            v, by_weight, by_bias = weight * v + bias, v + weight * by_weight, 1 + weight * by_bias
            error = v - values[t]
            losses[t - free - 1] += error * error / n
            d_weight += 2 * error * by_weight / n / unrolled
            d_bias += 2 * error * by_bias / n / unrolled
    return weight - lr * d_weight, bias - lr * d_bias, losses


@pytest.mark.parametrize(("b", "t", "free", "unrolled"), [(1, 2, 0, 1), (2, 5, 2, 2), (3, 7, 1, 3), (2, 4, 0, 3)])
def test_matches_derivatives_written_out(b, t, free, unrolled):
    frames = make_frames(t, b, t)
    weight, bias, want = by_hand(0.8, -0.3, frames, 0.1, free, unrolled)
    model, losses = rollout_step(make_model(0.8, -0.3), frames, 0.1, free, unrolled)
    assert model.training
    assert losses == pytest.approx(want, rel=1e-10)
    assert all(isinstance(loss, float) for loss in losses)
    assert model[0].weight.item() == pytest.approx(weight, rel=1e-10)
    assert model[0].bias.item() == pytest.approx(bias, rel=1e-10)


def test_by_hand():
    frames = torch.tensor([1.0, 7.0, 5.0]).double().reshape(1, 3, 1, 1, 1)
    model, losses = rollout_step(make_model(2.0, 0.0), frames, 0.5, 1, 1)
    # The free prediction is 2, the next 4: error -1, and its derivative with respect to the weight is 2.
    assert losses == pytest.approx([1.0])
    assert model[0].weight.item() == pytest.approx(4.0)
    assert model[0].bias.item() == pytest.approx(1.0)


def test_the_model_given_is_not_changed():
    given, frames = make_model(0.5, 0.25).eval(), make_frames(3, 2, 4)
    given[0].weight.grad = torch.full_like(given[0].weight, 8.0)
    model, _ = rollout_step(given, frames, 0.3, 1, 2)
    assert model[0].weight.item() == pytest.approx(by_hand(0.5, 0.25, frames, 0.3, 1, 2)[0], rel=1e-10)
    assert model.training
    assert not given.training
    assert (given[0].weight.item(), given[0].bias.item()) == (0.5, 0.25)
    assert given[0].weight.grad.item() == 8.0
    assert given[0].bias.grad is None


@pytest.mark.parametrize("free", [0, 2])
def test_all_predictions_are_made_in_training_mode(free):
    frames = make_frames(4, 2, 4)
    inner = make_model(0.5, 0.25)
    deaf = nn.Sequential(nn.Dropout(1.0), inner[0]).eval()
    model, losses = rollout_step(deaf, frames, 0.3, free, 1)
    want = (0.25 - frames[:, free + 1]).square().mean().item()
    assert losses == pytest.approx([want], rel=1e-10)
    # Batch normalisation sees each prediction.
    counting = nn.Sequential(inner[0], nn.BatchNorm2d(1).double())
    model, _ = rollout_step(counting, frames, 0.1, free, 1)
    assert model[1].num_batches_tracked.item() == free + 1
    assert counting[1].num_batches_tracked.item() == 0


@pytest.mark.parametrize(("free", "unrolled"), [(0, 3), (2, 1), (3, 3)])
def test_short_videos_are_refused(free, unrolled):
    with pytest.raises(ValueError):
        rollout_step(make_model(1.0, 0.0), make_frames(5, 1, 3), 0.1, free, unrolled)
