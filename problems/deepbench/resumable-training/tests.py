import pytest
import torch
from solution import ResumableTrainer
from torch import nn


def make_model(seed, norm=False):
    layers = [nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)] if norm else [nn.Linear(2, 1)]
    model = nn.Sequential(*layers).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


def make_rows(seed, n):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, 2, generator=generator, dtype=torch.float64), torch.arange(n, dtype=torch.float64)


def steps(trainer, n):
    return [trainer.step() for _ in range(n)]


def test_each_epoch_is_a_new_order_of_all_rows():
    # The squared error of row k is 2**k, so that a step's loss tells which rows it took.
    model, (x, _) = make_model(1), make_rows(1, 9)
    y = model(x)[:, 0].detach() + 2 ** (torch.arange(9, dtype=torch.float64) / 2)
    losses = steps(ResumableTrainer(model, x, y, 0.0, 0.0, 2, 3), 10)
    taken = []
    for loss, size in zip(losses, [2, 2, 2, 2, 1] * 2, strict=True):
        total = round(loss * size)
        assert loss * size == pytest.approx(total, rel=1e-10)
        rows = [k for k in range(9) if total >> k & 1]
        assert len(rows) == size
        taken.append(rows)
    for epoch in (taken[:5], taken[5:]):
        assert sorted(sum(epoch, [])) == list(range(9))
        assert epoch != [[0, 1], [2, 3], [4, 5], [6, 7], [8]]
    assert taken[:5] != taken[5:]


def test_steps_of_sgd_with_momentum():
    model, (x, y) = make_model(3), make_rows(3, 4)
    trainer = ResumableTrainer(model, x, y, 0.05, 0.8, 10, 5)
    w, v = [*model[0].weight[0].tolist(), model[0].bias.item()], [0.0] * 3
    inputs = [[*row, 1.0] for row in x.tolist()]
    for _ in range(3):
        errors = [
            sum(a * b for a, b in zip(w, row, strict=True)) - t for row, t in zip(inputs, y.tolist(), strict=True)
        ]
        assert trainer.step() == pytest.approx(sum(e * e for e in errors) / 4, rel=1e-9)
        gradient = [sum(2 * e * row[k] for e, row in zip(errors, inputs, strict=True)) / 4 for k in range(3)]
        v = [0.8 * a + g for a, g in zip(v, gradient, strict=True)]
        w = [a - 0.05 * b for a, b in zip(w, v, strict=True)]
    assert [*trainer.model[0].weight[0].tolist(), trainer.model[0].bias.item()] == pytest.approx(w, rel=1e-9)


def test_a_resumed_training_is_the_same_to_the_last_bit():
    # Two steps an epoch: saved in the middle of the first and at its end, and followed into the third.
    x, y = make_rows(6, 7)
    settings = (x, y, 0.02, 0.9, 4)
    first = ResumableTrainer(make_model(6, True), *settings, 7)
    steps(first, 1)
    middle = first.save()
    assert isinstance(middle, bytes)
    want = steps(first, 1)
    end = first.save()
    want += steps(first, 3)
    other = ResumableTrainer(make_model(8, True), *settings, 99)
    steps(other, 1)
    other.load(middle)
    assert steps(other, 1) == want[:1]
    other.load(middle)
    assert steps(other, 4) == want
    state, wanted = other.model.state_dict(), first.model.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in state.items())
    other.load(end)
    assert steps(other, 3) == want[1:]


def test_saving_changes_nothing():
    model, (x, y) = make_model(9), make_rows(9, 7)
    plain, saving = (ResumableTrainer(model, x, y, 0.05, 0.5, 2, 1) for _ in range(2))
    got = []
    for _ in range(2):
        saving.save()
        got.append(saving.step())
    assert got == steps(plain, 2)


def test_equal_seeds_give_equal_training_beside_others():
    model, (x, y) = make_model(10), make_rows(10, 60)
    one, two, other = (ResumableTrainer(model, x, y, 0.01, 0.5, 1, seed) for seed in (1, 1, 2))
    want = steps(one, 2)
    mixed = [(other.step(), two.step()) for _ in range(2)]
    assert [loss for _, loss in mixed] == want
    assert [loss for loss, _ in mixed] != want


def test_nothing_given_is_changed():
    model, (x, y) = make_model(11).eval(), make_rows(11, 4)
    before = [t.detach().clone() for t in model.parameters()]
    trainer = ResumableTrainer(model, x, y, 0.1, 0.5, 2, 1)
    steps(trainer, 2)
    assert trainer.model.training
    assert not model.training
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), before, strict=True))
    assert model[0].weight.grad is None
