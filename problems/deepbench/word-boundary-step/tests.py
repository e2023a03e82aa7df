import math

import pytest
import torch
from solution import boundary_step
from torch import nn

VOCABULARY, DIM = 6, 2


def make_model(seed):
    model = nn.Sequential(nn.Embedding(VOCABULARY, DIM), nn.Linear(DIM, 1)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


def make_batch(seed, lengths, width, share=0.3):
    generator = torch.Generator().manual_seed(seed)
    characters = torch.randint(0, VOCABULARY, (len(lengths), width), generator=generator)
    ends = torch.rand(len(lengths), width, generator=generator) < share
    ends[0, 0], ends[0, 1] = True, False
    return characters, torch.tensor(lengths), ends


def by_hand(model, characters, lengths, ends, lr, max_norm):
    """The step character by character, with the gradients written out."""
    table, w, bias = model[0].weight.tolist(), model[1].weight[0].tolist(), model[1].bias.item()
    samples = []
    for row, length, marks in zip(characters.tolist(), lengths.tolist(), ends.tolist(), strict=True):
        samples += list(zip(row[:length], marks[:length], strict=True))
    n_ends = sum(mark for _, mark in samples)
    n_others = len(samples) - n_ends
    factor = n_others / n_ends if n_ends and n_others else 1.0
    loss, d_table, d_w, d_bias = 0.0, [[0.0] * DIM for _ in table], [0.0] * DIM, 0.0
    for c, mark in samples:
        logit = sum(a * b for a, b in zip(table[c], w, strict=True)) + bias
        p, share = 1 / (1 + math.exp(-logit)), (factor if mark else 1.0) / len(samples)
        loss -= share * math.log(p if mark else 1 - p)
        error = share * (p - mark)
        d_bias += error
        for d in range(DIM):
            d_w[d] += error * table[c][d]
            d_table[c][d] += error * w[d]
    norm = math.sqrt(sum(v * v for row in [*d_table, d_w, [d_bias]] for v in row))
    step = lr * (max_norm / norm if norm > max_norm else 1.0)
    table = [[v - step * g for v, g in zip(*pair, strict=True)] for pair in zip(table, d_table, strict=True)]
    return table, [v - step * g for v, g in zip(w, d_w, strict=True)], bias - step * d_bias, loss, norm


def agree(got, want):
    model, loss, norm = got
    assert model.training
    assert isinstance(loss, float)
    assert isinstance(norm, float)
    assert loss == pytest.approx(want[3], rel=1e-9)
    assert norm == pytest.approx(want[4], rel=1e-9)
    # torch.nn.utils.clip_grad_norm_, which adds 1e-6 to the norm, is good enough.
    assert torch.allclose(model[0].weight, torch.tensor(want[0], dtype=torch.float64), rtol=1e-6, atol=1e-7)
    assert model[1].weight[0].tolist() == pytest.approx(want[1], rel=1e-6, abs=1e-7)
    assert model[1].bias.item() == pytest.approx(want[2], rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("lengths, max_norm", [([2], 0.05), ([5, 3, 0], 100.0), ([7, 4, 6, 1], 0.05)])
def test_matches_character_by_character_and_leaves_the_model_given(lengths, max_norm):
    model, batch = make_model(len(lengths)).eval(), make_batch(len(lengths), lengths, 7)
    model[1].bias.grad = torch.full_like(model[1].bias, 4.0)
    want = by_hand(model, *batch, 0.4, max_norm)
    before = [t.detach().clone() for t in model.parameters()]
    agree(boundary_step(model, *batch, 0.4, max_norm), want)
    assert all(torch.equal(t, copy) for t, copy in zip(model.parameters(), before, strict=True))
    assert model[1].bias.grad.item() == 4.0
    assert not model.training


@pytest.mark.parametrize("mark", [True, False])
def test_only_one_kind(mark):
    model, (characters, lengths, ends) = make_model(5), make_batch(5, [4, 2], 5)
    for row, length in zip(ends, lengths.tolist(), strict=True):
        row[:length] = mark
        row[length:] = not mark
    agree(
        boundary_step(model, characters, lengths, ends, 0.2, 9.0), by_hand(model, characters, lengths, ends, 0.2, 9.0)
    )


def test_padding_has_no_influence():
    model, (characters, lengths, ends) = make_model(6), make_batch(6, [3, 5], 5)
    want = by_hand(model, characters, lengths, ends, 0.3, 1.0)
    wide = torch.cat([characters, torch.full((2, 9), 3)], dim=1)
    marks = torch.cat([ends, torch.ones(2, 9, dtype=torch.bool)], dim=1)
    wide[0, 3:], marks[0, 3:] = 2, True
    agree(boundary_step(model, wide, lengths, marks, 0.3, 1.0), want)


def test_the_step_is_made_in_training_mode():
    model, batch = make_model(8), make_batch(8, [4, 3], 4)
    deaf = nn.Sequential(model[0], nn.Dropout(1.0), model[1]).eval()
    trained, _, _ = boundary_step(deaf, *batch, 0.4, 9.0)
    assert torch.equal(trained[0].weight, model[0].weight)
