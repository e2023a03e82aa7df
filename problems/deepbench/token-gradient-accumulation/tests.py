import pytest
import torch
from solution import accumulated_gradients
from torch import nn


def make_model(seed=0, vocabulary=7, dim=3):
    model = nn.Sequential(nn.Embedding(vocabulary, dim), nn.Tanh(), nn.Linear(dim, vocabulary)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return model


MODEL = make_model()


def make_batches(shapes, seed=0, ignored=0.3, ignore_index=-100, vocabulary=7):
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for shape in shapes:
        tokens, targets = torch.randint(0, vocabulary, (2, *shape), generator=generator)
        targets[torch.rand(shape, generator=generator) < ignored] = ignore_index
        batches.append((tokens, targets))
    return batches


def one_pass(model, batches, ignore_index=-100):
    """Loss and gradients of all tokens together, with the cross-entropy written out."""
    state = {name: p.detach().clone().requires_grad_() for name, p in model.named_parameters()}
    tokens, targets = (torch.cat([pair[k].flatten() for pair in batches]) for k in (0, 1))
    learned = [k for k, target in enumerate(targets.tolist()) if target != ignore_index]
    logits = torch.tanh(state["0.weight"][tokens[learned]]) @ state["2.weight"].T + state["2.bias"]
    loss = (torch.logsumexp(logits, dim=1) - logits[range(len(learned)), targets[learned]]).mean()
    return loss.item(), dict(zip(state, torch.autograd.grad(loss, list(state.values())), strict=True))


def agree(got, want):
    loss, gradients = got
    assert isinstance(loss, float)
    assert loss == pytest.approx(want[0], rel=1e-9)
    assert set(gradients) == set(want[1])
    for name, gradient in want[1].items():
        assert not gradients[name].requires_grad
        assert gradients[name].shape == gradient.shape
        assert (gradients[name] - gradient).abs().max().item() <= 1e-11


@pytest.mark.parametrize(
    ("shapes", "ignored"), [([(2, 3)], 0.4), ([(1, 1), (3, 5), (2, 4)], 0.4), ([(4, 2), (1, 7)], 0.0)]
)
def test_equals_one_pass_over_everything(shapes, ignored):
    batches = make_batches(shapes, seed=len(shapes), ignored=ignored)
    batches[0][1][0, 0] = 1
    agree(accumulated_gradients(MODEL, batches), one_pass(MODEL, batches))


def test_micro_batch_without_a_token_to_learn_from():
    batches = make_batches([(2, 3), (1, 4), (2, 2)], seed=2, ignored=0.2)
    batches[1][1].fill_(-100)
    agree(accumulated_gradients(MODEL, batches), one_pass(MODEL, batches))


def test_the_model_gets_one_whole_micro_batch_at_a_time():
    # A model that takes texts in threes, of four tokens each, and no others.
    fixed = [nn.Unflatten(0, (1, 3)), nn.Flatten(0, 1), nn.Unflatten(1, (1, 4)), nn.Flatten(1, 2)]
    batches = make_batches([(3, 4)] * 3, seed=5)
    batches[1][1].fill_(-100)
    loss, gradients = accumulated_gradients(nn.Sequential(*MODEL, *fixed), batches)
    agree((loss, gradients), one_pass(MODEL, batches))


@pytest.mark.parametrize("ignore_index", [-1, 0])
def test_another_ignore_index(ignore_index):
    batches = make_batches([(2, 3), (3, 2)], seed=3, ignore_index=ignore_index)
    agree(accumulated_gradients(MODEL, batches, ignore_index), one_pass(MODEL, batches, ignore_index))


def test_old_gradients_have_no_influence_and_parameters_are_not_updated():
    model, batches = make_model(3), make_batches([(2, 3), (1, 2)], seed=4)
    want = one_pass(model, batches)
    before = [p.detach().clone() for p in model.parameters()]
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 5.0)
    agree(accumulated_gradients(model, batches), want)
    agree(accumulated_gradients(model, batches), want)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_the_mode_of_the_model_counts():
    model = nn.Sequential(nn.Embedding(4, 3), nn.Dropout(1.0), nn.Linear(3, 4)).double()
    for training in (True, False):
        model.train(training)
        _, gradients = accumulated_gradients(model, make_batches([(2, 5), (1, 3)], vocabulary=4))
        assert (gradients["0.weight"].abs().max().item() == 0.0) == training


def test_nothing_to_learn_from_is_refused():
    for shapes in ([], [(2, 3)], [(1, 2), (2, 2)]):
        with pytest.raises(ValueError):
            accumulated_gradients(MODEL, make_batches(shapes, ignored=1.1))
