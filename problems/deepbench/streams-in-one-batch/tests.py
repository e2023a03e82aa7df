import math
import random

import pytest
import torch
from solution import StreamModel
from torch import nn


def layers(features=3, hidden=4, outputs=2):
    generator = torch.Generator().manual_seed(features)
    cell, head = nn.GRUCell(features, hidden), nn.Linear(hidden, outputs)
    with torch.no_grad():
        for parameter in (*cell.parameters(), *head.parameters()):
            parameter.copy_(torch.rand(parameter.shape, generator=generator) - 0.5)
    return cell, head


def alone(cell, head, rows):
    """Outputs of one stream, gate by gate in float64."""
    size = cell.hidden_size
    w_x, w_h, b_x, b_h, weight, bias = (p.detach().double() for p in (*cell.parameters(), *head.parameters()))
    state = torch.zeros(size, dtype=torch.float64)
    outputs = []
    for x in torch.stack(list(rows)).double() @ w_x.T + b_x:
        h = w_h @ state + b_h
        reset, update = torch.sigmoid(x[: 2 * size] + h[: 2 * size]).split(size)
        new = torch.tanh(x[2 * size :] + reset * h[2 * size :])
        state = (1 - update) * new + update * state
        outputs.append(weight @ state + bias)
    return outputs


def close_to(got, want):
    return (got.double() - want).abs().max().item() <= 1e-5


@pytest.mark.parametrize(("features", "hidden", "outputs", "steps"), [(3, 4, 2, 5), (1, 2, 1, 2)])
def test_mixed_batches_give_what_each_stream_gives_alone(features, hidden, outputs, steps):
    cell, head = layers(features, hidden, outputs)
    model = StreamModel(cell, head, 10)
    rng, generator = random.Random(features), torch.Generator().manual_seed(features)
    fed, got = {}, {}
    for _ in range(steps):
        ids = rng.sample("abcde", rng.randint(1, 5))
        values = torch.randn(len(ids), features, generator=generator) * 2
        answer = model.step(ids, values)
        assert answer.shape == (len(ids), outputs)
        assert not answer.requires_grad
        for i, stream in enumerate(ids):
            fed.setdefault(stream, []).append(values[i])
            got.setdefault(stream, []).append(answer[i])
    for stream, rows in fed.items():
        assert close_to(torch.stack(got[stream]), torch.stack(alone(cell, head, rows)))


def test_by_hand():
    # All weights 0: both gates are 1/2 and the candidate is tanh(1), so a state goes half of the way to it.
    cell, head = nn.GRUCell(1, 1), nn.Linear(1, 1)
    with torch.no_grad():
        for parameter in [*cell.parameters(), *head.parameters()]:
            parameter.zero_()
        cell.bias_ih[2] = 1.0
        head.weight.fill_(1.0)
    model = StreamModel(cell, head, 2)
    values = torch.zeros(2, 1)
    top = math.tanh(1.0)
    assert model.step(["a"], values[:1]).item() == pytest.approx(top / 2, rel=1e-5)
    assert model.step(["a", "b"], values).flatten().tolist() == pytest.approx([top * 3 / 4, top / 2], rel=1e-5)


def test_the_least_recently_fed_stream_is_forgotten():
    cell, head = layers()
    model = StreamModel(cell, head, 3)
    rows = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))
    assert model.streams() == []
    model.step(["c", "a"], rows[:2])
    model.step(["b"], rows[2:3])
    assert model.streams() == ["c", "a", "b"]
    model.step(["c"], rows[3:4])
    assert model.streams() == ["a", "b", "c"]
    model.step(["e", "b"], rows[4:6])
    assert model.streams() == ["c", "e", "b"]
    got = model.step(["a", "c"], rows[6:])
    assert model.streams() == ["b", "a", "c"]
    assert close_to(got[0], alone(cell, head, rows[6:7])[0])
    assert close_to(got[1], alone(cell, head, rows[[0, 3, 7]])[2])
    # As many streams as there is room for replace all that were there.
    model.step(["d", "f", "g"], rows[:3])
    assert model.streams() == ["d", "f", "g"]


def test_close():
    cell, head = layers()
    model = StreamModel(cell, head, 4)
    rows = torch.randn(3, 3, generator=torch.Generator().manual_seed(2))
    model.step(["a", "b"], rows[:2])
    model.close("a")
    assert model.streams() == ["b"]
    with pytest.raises(KeyError):
        model.close("a")
    assert close_to(model.step(["a"], rows[2:])[0], alone(cell, head, rows[2:])[0])


def test_a_refused_step_changes_nothing():
    cell, head = layers()
    model = StreamModel(cell, head, 3)
    values = torch.randn(4, 3, generator=torch.Generator().manual_seed(3))
    model.step(["b", "a"], values[:2])
    refused = [(["a", "a"], 2), (["a", "b", "c", "d"], 4), (["a", "b"], 1), (["a"], 2), (["a", "b"], 3)]
    for ids, rows in refused:
        with pytest.raises(ValueError):
            model.step(ids, torch.ones(rows, 3))
        assert model.streams() == ["b", "a"]
    got = model.step(["b", "a"], values[2:])
    assert close_to(got[0], alone(cell, head, values[[0, 2]])[1])
    assert close_to(got[1], alone(cell, head, values[[1, 3]])[1])
