import pytest
import torch
from solution import finetune_head
from torch import nn


def make(seed=0):
    backbone = nn.Sequential(nn.BatchNorm2d(2), nn.Dropout(0.5), nn.Flatten(), nn.Linear(8, 3)).double()
    head = nn.Sequential(nn.Linear(3, 4)).double()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in (backbone, head):
            for value in module.state_dict().values():
                if value.is_floating_point():
                    value.copy_(torch.rand(value.shape, generator=generator, dtype=torch.float64) + 0.2)
    return backbone, head


def make_batches(sizes, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return [
        (
            torch.randn(n, 2, 2, 2, generator=generator, dtype=torch.float64),
            torch.randint(0, 4, (n,), generator=generator),
        )
        for n in sizes
    ]


def state(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


def simulated(backbone, head, batches, lr):
    """Features from the stored statistics, and the softmax's gradient by hand."""
    b, h = state(backbone), state(head)
    weight, bias, losses = h["0.weight"], h["0.bias"], []
    for images, labels in batches:
        scale = b["0.weight"] / torch.sqrt(b["0.running_var"] + 1e-5)
        x = (images - b["0.running_mean"][:, None, None]) * scale[:, None, None] + b["0.bias"][:, None, None]
        features = x.flatten(1) @ b["3.weight"].T + b["3.bias"]
        logits = features @ weight.T + bias
        log_p = logits - logits.logsumexp(dim=1, keepdim=True)
        rows = torch.arange(len(labels))
        losses.append(-log_p[rows, labels].mean().item())
        delta = log_p.exp()
        delta[rows, labels] -= 1
        delta = delta / len(labels)
        weight, bias = weight - lr * delta.T @ features, bias - lr * delta.sum(dim=0)
    return weight, bias, losses


@pytest.mark.parametrize(("sizes", "lr"), [([3], 0.2), ([4, 1, 6], 0.1)])
def test_matches_gradients_by_hand(sizes, lr):
    backbone, head = make(len(sizes))
    batches = make_batches(sizes)
    weight, bias, losses = simulated(backbone, head, batches, lr)
    _, trained, got = finetune_head(backbone, head, batches, lr)
    assert got == pytest.approx(losses, rel=1e-9)
    assert trained[0].weight.flatten().tolist() == pytest.approx(weight.flatten().tolist(), rel=1e-9)
    assert trained[0].bias.tolist() == pytest.approx(bias.tolist(), rel=1e-9)


def test_nothing_of_the_backbone_changes():
    backbone, head = make(5)
    before = state(backbone.train())
    frozen, _, _ = finetune_head(backbone, head, make_batches([4, 4]), 0.5)
    after = frozen.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_modes_and_gradients():
    backbone, head = make(2)
    frozen, trained, _ = finetune_head(backbone.train(), head.eval(), make_batches([2]), 0.1)
    assert not any(module.training for module in frozen.modules())
    assert all(module.training for module in trained.modules())
    assert not any(p.requires_grad or p.grad is not None for p in frozen.parameters())
    assert all(p.requires_grad for p in trained.parameters())


def test_old_gradients_do_not_matter():
    batches = make_batches([3])
    backbone, head = make(3)
    head(torch.ones(1, 3, dtype=torch.float64)).sum().backward()
    _, used, _ = finetune_head(backbone, head, batches, 0.1)
    _, fresh, _ = finetune_head(*make(3), batches, 0.1)
    assert torch.equal(used[0].weight, fresh[0].weight)
