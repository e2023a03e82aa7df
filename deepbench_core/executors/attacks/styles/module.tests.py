import torch
from solution import solve


def data():
    generator = torch.Generator().manual_seed(9)
    x = torch.randn(64, 3, generator=generator)
    return x, x @ torch.tensor([2.0, -1.0, 0.5]) + 3.0


def test_starts_at_zero():
    x, _ = data()
    assert torch.equal(solve(3)(x), torch.zeros(64))


def test_parameters():
    assert sorted(tuple(p.shape) for p in solve(3).parameters()) == [(1,), (3,)]


def test_learns():
    x, y = data()
    model = solve(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(40):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-3
    assert torch.allclose(model(x), y, atol=0.1)
    found = torch.cat([p.detach().flatten() for p in model.parameters()])
    assert torch.allclose(found.sort().values, torch.tensor([-1.0, 0.5, 2.0, 3.0]), atol=0.1)
