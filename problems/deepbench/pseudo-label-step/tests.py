import math

import pytest
import torch
from solution import pseudo_label_step
from torch import nn

CLASSES, FEATURES = 3, 4


def make_case(seed, n=5, u=8, scale=2.0):
    generator = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(FEATURES, CLASSES)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    labelled, weak, strong = (
        scale * torch.randn(k, FEATURES, generator=generator, dtype=torch.float64) for k in (n, u, u)
    )
    return model, labelled, torch.randint(0, CLASSES, (n,), generator=generator), weak, strong


def probabilities(weight, bias, row):
    odds = [math.exp(sum(w * x for w, x in zip(ws, row, strict=True)) + b) for ws, b in zip(weight, bias, strict=True)]
    return [o / sum(odds) for o in odds]


def by_hand(model, labelled, labels, weak, strong, lr, threshold):
    """The step sample by sample: (probability - one hot) times the features is the gradient of a linear classifier."""
    weight, bias = model[0].weight.tolist(), model[0].bias.tolist()
    samples, used = (
        [(row, y, 1 / len(labelled), 0) for row, y in zip(labelled.tolist(), labels.tolist(), strict=True)],
        0,
    )
    for w, s in zip(weak.tolist(), strong.tolist(), strict=True):
        p = probabilities(weight, bias, w)
        if max(p) >= threshold:
            samples.append((s, p.index(max(p)), 1 / len(weak), 1))
            used += 1
    losses = [0.0, 0.0]
    new_weight, new_bias = model[0].weight.tolist(), model[0].bias.tolist()
    for row, y, share, part in samples:
        p = probabilities(weight, bias, row)
        losses[part] -= share * math.log(p[y])
        for k in range(CLASSES):
            error = share * (p[k] - (k == y))
            new_bias[k] -= lr * error
            for f in range(FEATURES):
                new_weight[k][f] -= lr * error * row[f]
    return new_weight, new_bias, *losses, used


def agree(got, want):
    trained, supervised, unsupervised, used = got
    assert isinstance(supervised, float)
    assert isinstance(unsupervised, float)
    assert supervised == pytest.approx(want[2], rel=1e-9)
    assert unsupervised == pytest.approx(want[3], rel=1e-9, abs=1e-12)
    assert used == want[4]
    assert torch.allclose(trained[-1].weight, torch.tensor(want[0], dtype=torch.float64), rtol=1e-9, atol=1e-12)
    assert torch.allclose(trained[-1].bias, torch.tensor(want[1], dtype=torch.float64), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("n", "u", "threshold"), [(5, 8, 0.8), (1, 1, 0.0), (3, 12, 0.6)])
def test_matches_a_step_sample_by_sample(n, u, threshold):
    case = make_case(n, n, u)
    got = pseudo_label_step(*case, 0.3, threshold)
    agree(got, by_hand(*case, 0.3, threshold))
    assert got[0].training


def test_the_default_threshold():
    case = make_case(4, u=30)
    want = by_hand(*case, 0.2, 0.95)
    assert by_hand(*case, 0.2, 0.9)[4] > want[4] > by_hand(*case, 0.2, 0.99)[4]
    agree(pseudo_label_step(*case, 0.2), want)


def test_the_threshold_itself_counts():
    model, labelled, labels, weak, strong = make_case(5, u=2)
    with torch.no_grad():
        model[0].weight.zero_()
        model[0].bias.copy_(torch.tensor([0.0, 0.0, -1e6]))
    assert pseudo_label_step(model, labelled, labels, weak, strong, 0.1, 0.5)[3] == 2
    assert pseudo_label_step(model, labelled, labels, weak, strong, 0.1, 0.51)[3] == 0


def test_nobody_sure_is_a_supervised_step():
    case = make_case(6)
    trained, _, unsupervised, used = pseudo_label_step(*case, 0.5, 1.1)
    assert (unsupervised, used) == (0.0, 0)
    agree((trained, by_hand(*case, 0.5, 1.1)[2], 0.0, 0), by_hand(*case, 0.5, 1.1))


def test_weak_views_are_seen_in_evaluation_mode_and_the_others_in_training_mode():
    model, labelled, labels, weak, strong = make_case(7)
    want = by_hand(model, labelled, labels, weak, strong, 0.1, 0.7)
    deaf = nn.Sequential(nn.Dropout(1.0), model[0])
    for training in (True, False):
        deaf.train(training)
        trained, supervised, unsupervised, used = pseudo_label_step(deaf, labelled, labels, weak, strong, 0.1, 0.7)
        # In training mode nothing but the bias is left; the pseudo-labels are those of the whole model.
        assert used == want[4]
        assert torch.equal(trained[1].weight, model[0].weight)
        p = torch.log_softmax(model[0].bias.detach(), dim=0)
        assert supervised == pytest.approx(-sum(p[y].item() for y in labels.tolist()) / len(labels), rel=1e-9)
        sure = [probabilities(model[0].weight.tolist(), model[0].bias.tolist(), row) for row in weak.tolist()]
        best = [q.index(max(q)) for q in sure if max(q) >= 0.7]
        assert unsupervised == pytest.approx(-sum(p[k].item() for k in best) / len(weak), rel=1e-9)
        assert trained.training
        assert deaf.training == training


def test_nothing_given_is_changed():
    case = make_case(8)
    case[0][0].bias.grad = torch.full_like(case[0][0].bias, 3.0)
    want = by_hand(*case, 0.3, 0.7)
    before = [p.detach().clone() for p in case[0].parameters()]
    agree(pseudo_label_step(*case, 0.3, 0.7), want)
    assert all(torch.equal(p, q) for p, q in zip(case[0].parameters(), before, strict=True))
    assert torch.equal(case[0][0].bias.grad, torch.full_like(case[0][0].bias, 3.0))
