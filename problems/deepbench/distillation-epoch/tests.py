import pytest
import torch
from solution import distill_epoch
from torch import nn

VOCABULARY, DIM, CLASSES = 9, 4, 3


def make_model(seed, norm=True):
    middle = nn.BatchNorm1d(DIM) if norm else nn.Tanh()
    model = nn.Sequential(nn.EmbeddingBag(VOCABULARY, DIM), middle, nn.Linear(DIM, CLASSES)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
                value.copy_(noise.abs() + 0.3 if "running_var" in name else noise)
    return model


STUDENT, PLAIN, TEACHER = make_model(1), make_model(3, norm=False), make_model(2)


def make_batches(sizes, seed=0, unlabelled=0.4):
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for b, t in sizes:
        labels = torch.randint(0, CLASSES, (b,), generator=generator)
        labels[torch.rand(b, generator=generator) < unlabelled] = -100
        batches.append((torch.randint(0, VOCABULARY, (b, t), generator=generator), labels))
    return batches


def predict(state, tokens, training):
    """Logits from a state dict; also updates the running statistics in it when training."""
    h = state["0.weight"][tokens].sum(dim=1) / tokens.shape[1]
    if "1.weight" in state:
        mean, var = state["1.running_mean"], state["1.running_var"]
        if training:
            mean, var, n = h.mean(dim=0), h.var(dim=0, correction=0), len(h)
            state["1.running_mean"] = 0.9 * state["1.running_mean"] + 0.1 * mean.detach()
            state["1.running_var"] = 0.9 * state["1.running_var"] + 0.1 * var.detach() * n / (n - 1)
        h = (h - mean) / torch.sqrt(var + 1e-5) * state["1.weight"] + state["1.bias"]
    else:
        h = torch.tanh(h)
    return h @ state["2.weight"].T + state["2.bias"]


def simulated(student, teacher, batches, lr, temperature, alpha):
    """The epoch with the formulas written out: final state and the two means."""
    state = {name: value.clone() for name, value in student.state_dict().items()}
    fixed = {name: value.clone() for name, value in teacher.state_dict().items()}
    trained = [name for name, _ in student.named_parameters()]
    soft_all, hard_all = [], []
    for tokens, labels in batches:
        for name in trained:
            state[name] = state[name].detach().requires_grad_()
        logits, target = predict(state, tokens, True), predict(fixed, tokens, False)
        p, q = (torch.exp(z / temperature) for z in (target, logits))
        p, q = p / p.sum(dim=1, keepdim=True), q / q.sum(dim=1, keepdim=True)
        soft = (p * (torch.log(p) - torch.log(q))).sum(dim=1)
        known = [k for k, label in enumerate(labels.tolist()) if label >= 0]
        hard = torch.log(torch.exp(logits).sum(dim=1))[known] - logits[known, labels[known]]
        loss = alpha * temperature * temperature * soft.sum() / len(soft)
        if known:
            loss = loss + (1 - alpha) * hard.sum() / len(hard)
        grads = torch.autograd.grad(loss, [state[name] for name in trained])
        for name, grad in zip(trained, grads, strict=True):
            state[name] = state[name].detach() - lr * grad
        soft_all += soft.tolist()
        hard_all += hard.tolist()
    return state, sum(soft_all) / max(len(soft_all), 1), sum(hard_all) / max(len(hard_all), 1)


def check(got, want):
    model, soft, hard = got
    state, want_soft, want_hard = want
    assert model.training
    assert isinstance(soft, float)
    assert isinstance(hard, float)
    assert soft == pytest.approx(want_soft, rel=1e-8, abs=1e-12)
    assert hard == pytest.approx(want_hard, rel=1e-8, abs=1e-12)
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            assert (value - state[name]).abs().max().item() <= 1e-9


@pytest.mark.parametrize(
    "temperature, alpha, norm",
    [(3.0, 0.7, True), (0.5, 0.2, False), (2.0, 1.0, False)],
)
def test_matches_a_simulation(temperature, alpha, norm):
    student = STUDENT if norm else PLAIN
    batches = make_batches([(5, 3), (2, 4)], seed=3)
    want = simulated(student, TEACHER, batches, 0.1, temperature, alpha)
    check(distill_epoch(student, TEACHER, batches, 0.1, temperature, alpha), want)


def test_either_may_arrive_in_any_mode():
    student, teacher = make_model(4), make_model(5)
    batches = make_batches([(4, 3), (3, 2)], seed=6)
    want = simulated(student, teacher, batches, 0.2, 2.0, 0.5)
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    start = {name: value.clone() for name, value in student.state_dict().items()}
    for training in (True, False):
        student.train(not training)
        teacher.train(training)
        check(distill_epoch(student, teacher, batches, 0.2, 2.0, 0.5), want)
        assert teacher.training == training
        assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
        assert all(torch.equal(value, start[name]) for name, value in student.state_dict().items())


def test_dropout_of_the_teacher_is_off_and_of_the_student_on():
    teacher, batches = make_model(8, norm=False), make_batches([(4, 3)], seed=9)
    want_soft = simulated(PLAIN, teacher, batches, 0.0, 1.0, 0.5)[1]
    dropping = nn.Sequential(teacher[0], teacher[1], nn.Dropout(0.9), teacher[2])
    assert distill_epoch(PLAIN, dropping, batches, 0.0, 1.0, 0.5)[1] == pytest.approx(want_soft, rel=1e-8)
    deaf = nn.Sequential(teacher[0], teacher[1], nn.Dropout(1.0), teacher[2]).eval()
    trained, _, _ = distill_epoch(deaf, TEACHER, batches, 1.0, 1.0, 0.5)
    assert torch.equal(trained.state_dict()["0.weight"], teacher[0].weight.detach())
    assert (trained.state_dict()["3.bias"] - teacher[2].bias).abs().max().item() > 0


def test_batches_without_labels():
    batches = make_batches([(2, 3), (3, 3), (2, 2)], seed=12, unlabelled=0.0)
    for place in (0, 2):
        batches[place][1].fill_(-100)
    batches[1][1][0] = -100
    want = simulated(STUDENT, TEACHER, batches, 0.1, 2.0, 0.6)
    check(distill_epoch(STUDENT, TEACHER, batches, 0.1, 2.0, 0.6), want)


@pytest.mark.parametrize("labels, alpha", [([2], 0.3), ([-100, 1, -100], 0.0)])
def test_one_label_at_most(labels, alpha):
    tokens = torch.arange(2 * len(labels)).view(-1, 2)
    batches = [(tokens, torch.tensor(labels))]
    want = simulated(PLAIN, TEACHER, batches, 0.1, 2.0, alpha)
    check(distill_epoch(PLAIN, TEACHER, batches, 0.1, 2.0, alpha), want)


def test_no_labels_and_no_batches():
    batches = make_batches([(3, 2), (2, 3)], seed=15, unlabelled=1.1)
    want = simulated(STUDENT, TEACHER, batches, 0.1, 1.5, 0.4)
    got = distill_epoch(STUDENT, TEACHER, batches, 0.1, 1.5, 0.4)
    check(got, want)
    assert got[2] == 0.0
    model, soft, hard = distill_epoch(nn.Linear(1, 1).eval(), TEACHER, [], 0.1, 1.5, 0.4)
    assert (soft, hard) == (0.0, 0.0)
    assert model.training


def test_extreme_logits_stay_finite():
    student, teacher = make_model(16, norm=False), make_model(17, norm=False)
    with torch.no_grad():
        student[2].weight.mul_(1e4)
        teacher[2].weight.mul_(-1e4)
    model, soft, hard = distill_epoch(student, teacher, make_batches([(6, 2)], seed=18), 1e-3, 1.0, 0.5)
    assert 0 < soft < 1e6
    assert 0 < hard < 1e6
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())
