import math

import pytest
import torch
from solution import consistency_weight, mean_teacher_step
from torch import nn

CLASSES = 2


def make_model(seed):
    model = nn.Sequential(nn.Conv3d(1, 2, 1), nn.BatchNorm3d(2), nn.Conv3d(2, CLASSES, 1)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
                value.copy_(noise.abs() + 0.3 if "running_var" in name else noise)
    return model


def make_batch(seed, n=2, u=1, shape=(1, 2, 2)):
    generator = torch.Generator().manual_seed(seed)
    labelled, unlabelled = (torch.randn(k, 1, *shape, generator=generator, dtype=torch.float64) for k in (n, u))
    noisy = unlabelled + torch.randn(unlabelled.shape, generator=generator, dtype=torch.float64)
    targets = torch.randint(-1, CLASSES, (n, *shape), generator=generator)
    targets[0, 0, 0, 0] = 1
    return labelled, targets, unlabelled, noisy


def voxels(volumes):
    return volumes[:, 0].flatten()


def predict(state, x, training):
    """Probabilities (voxels, K) of all voxels, and the statistics that training would leave."""
    h = x[:, None] * state["0.weight"].flatten() + state["0.bias"]
    mean, var = state["1.running_mean"], state["1.running_var"]
    if training:
        mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
        state["1.running_mean"] = 0.9 * state["1.running_mean"] + 0.1 * mean.detach()
        state["1.running_var"] = 0.9 * state["1.running_var"] + 0.1 * var.detach() * len(h) / (len(h) - 1)
    h = (h - mean) / torch.sqrt(var + 1e-5) * state["1.weight"] + state["1.bias"]
    odds = torch.exp(h @ state["2.weight"][:, :, 0, 0, 0].T + state["2.bias"])
    return odds / odds.sum(dim=1, keepdim=True)


def by_hand(student, teacher, labelled, targets, unlabelled, noisy, lr, weight, decay):
    new, average = ({k: v.clone() for k, v in m.state_dict().items()} for m in (student, teacher))
    names = [name for name, _ in student.named_parameters()]
    for name in names:
        new[name].requires_grad_()
    p = predict(new, torch.cat([voxels(labelled), voxels(noisy)]), True)
    q = predict(average, voxels(unlabelled), False)
    y = targets.flatten().tolist()
    parts = [-torch.log(row[k]) for row, k in zip(p, y, strict=False) if k >= 0]
    supervised = sum(parts) / len(parts)
    consistency = ((p[len(y) :] - q) ** 2).sum() / q.numel()
    gradients = torch.autograd.grad(supervised + weight * consistency, [new[name] for name in names])
    for name, gradient in zip(names, gradients, strict=True):
        new[name] = new[name].detach() - lr * gradient
        average[name] = decay * average[name] + (1 - decay) * new[name]
    for name in ("1.running_mean", "1.running_var"):
        average[name] = new[name]
    return new, average, supervised.item(), consistency.item()


def agree(got, want):
    student, teacher, supervised, consistency = got
    assert student.training
    assert not teacher.training
    assert isinstance(supervised, float)
    assert isinstance(consistency, float)
    assert supervised == pytest.approx(want[2], rel=1e-9)
    assert consistency == pytest.approx(want[3], rel=1e-9)
    for model, state in ((student, want[0]), (teacher, want[1])):
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                assert torch.allclose(value, state[name], rtol=1e-8, atol=1e-10)
        assert model.state_dict()["1.num_batches_tracked"].item() == 1


@pytest.mark.parametrize(("n", "u", "weight", "decay"), [(2, 1, 0.5, 0.9), (1, 3, 2.0, 0.0)])
def test_matches_voxel_by_voxel(n, u, weight, decay):
    student, teacher, batch = make_model(1), make_model(2), make_batch(n + u, n, u)
    agree(
        mean_teacher_step(student, teacher, *batch, 0.1, weight, decay),
        by_hand(student, teacher, *batch, 0.1, weight, decay),
    )


@pytest.mark.parametrize(("training", "weight", "decay"), [(True, 1.5, 0.7), (False, 0.0, 1.0)])
def test_nothing_given_is_changed(training, weight, decay):
    student, teacher, batch = make_model(3).train(training), make_model(4).train(not training), make_batch(5)
    for model in (student, teacher):
        model[2].bias.grad = torch.full_like(model[2].bias, 6.0)
    want = by_hand(student, teacher, *batch, 0.3, weight, decay)
    copies = [{k: v.clone() for k, v in model.state_dict().items()} for model in (student, teacher)]
    agree(mean_teacher_step(student, teacher, *batch, 0.3, weight, decay), want)
    for model, copy in zip((student, teacher), copies, strict=True):
        assert all(torch.equal(value, copy[name]) for name, value in model.state_dict().items())
        assert torch.equal(model[2].bias.grad, torch.full_like(model[2].bias, 6.0))
        assert model[0].weight.grad is None
    assert student.training == training
    assert teacher.training != training


def test_steps_go_on_from_what_came_out():
    student, teacher, batch = make_model(5), make_model(5), make_batch(6)
    losses = []
    for _ in range(2):
        student, teacher, supervised, _ = mean_teacher_step(student, teacher, *batch, 0.2, 0.1, 0.5)
        losses.append(supervised)
    assert losses[-1] < losses[0]
    assert all(p.requires_grad for p in student.parameters())


def test_weights_rise_along_the_ramp():
    assert consistency_weight(0, 10, 2.0) == pytest.approx(2 * math.exp(-5), rel=1e-12)
    assert consistency_weight(4, 10, 3.0) == pytest.approx(3 * math.exp(-1.8), rel=1e-12)
    assert consistency_weight(9, 10, 1.0) == pytest.approx(math.exp(-0.05), rel=1e-12)
    assert [consistency_weight(step, 10, 2.5) for step in (10, 11)] == [2.5, 2.5]
    assert [consistency_weight(step, 0, 2.5) for step in (0, 1)] == [2.5, 2.5]
