import math

import pytest
import torch
from solution import OpenVocabularyHead


def normalise(vector):
    length = math.sqrt(sum(v * v for v in vector))
    return [v / length for v in vector]


def by_hand(state, regions, prompts, mask):
    vectors = []
    for own, present in zip(prompts.tolist(), mask.tolist(), strict=True):
        kept = [normalise(p) for p, flag in zip(own, present, strict=True) if flag]
        vectors.append(normalise([sum(column) / len(kept) for column in zip(*kept, strict=True)]) if kept else None)
    vectors.append(normalise(state["background"].tolist()))
    scale = math.exp(state["log_scale"].item())
    rows = []
    for region in regions.double():
        projected = normalise((state["region.weight"].double() @ region + state["region.bias"].double()).tolist())
        rows.append(
            [-math.inf if v is None else scale * sum(a * b for a, b in zip(projected, v, strict=True)) for v in vectors]
        )
    return torch.tensor(rows)


def random_case(n_regions, n_classes, n_prompts, region_dim, text_dim, seed=0):
    head = OpenVocabularyHead(region_dim, text_dim)
    generator = torch.Generator().manual_seed(seed)
    state = {name: torch.randn(value.shape, generator=generator) for name, value in head.state_dict().items()}
    head.load_state_dict(state)
    lengths = torch.rand(n_classes, n_prompts, 1, generator=generator) * 5 + 0.1
    prompts = torch.randn(n_classes, n_prompts, text_dim, generator=generator) * lengths
    mask = torch.rand(n_classes, n_prompts, generator=generator) < 0.6
    mask[:, 0] = True
    return head, state, torch.randn(n_regions, region_dim, generator=generator), prompts, mask


@pytest.mark.parametrize("sizes", [(1, 1, 1, 2, 3), (5, 4, 3, 6, 2), (3, 6, 5, 2, 4)])
def test_matches_plain_python(sizes):
    head, state, regions, prompts, mask = random_case(*sizes, seed=sizes[0])
    copies = regions.clone(), prompts.clone(), mask.clone()
    got = head(regions, prompts, mask)
    assert got.shape == (sizes[0], sizes[1] + 1)
    assert torch.allclose(got, by_hand(state, regions, prompts, mask), rtol=1e-4, atol=1e-4)
    assert all(torch.equal(a, b) for a, b in zip((regions, prompts, mask), copies, strict=True))


@pytest.mark.parametrize("junk", [math.nan, math.inf, 1e30])
def test_padding_may_be_anything(junk):
    head, state, regions, prompts, mask = random_case(3, 4, 4, 3, 5, seed=1)
    mask[2] = False
    prompts[~mask] = junk
    got = head(regions, prompts, mask)
    want = by_hand(state, regions, prompts, mask)
    assert torch.allclose(got, want, rtol=1e-4, atol=1e-4)
    assert (got[:, 2] == -math.inf).all()
    got[:, [0, 1, 3, 4]].sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in head.parameters())


def test_a_class_weighs_its_prompts_equally():
    head, _, regions, _, _ = random_case(4, 1, 1, 3, 2, seed=2)
    prompts = torch.tensor([[[100.0, 0.0], [0.0, 0.01]], [[1.0, 1.0], [7.0, 7.0]]])
    got = head(regions, prompts, torch.ones(2, 2, dtype=torch.bool))
    assert torch.allclose(got[:, 0], got[:, 1], rtol=1e-4, atol=1e-4)


def test_regions_of_any_length():
    head, state, _, prompts, mask = random_case(1, 3, 2, 2, 4, seed=3)
    head.load_state_dict({**state, "region.bias": torch.zeros(4)})
    regions = torch.tensor([[1.0, 2.0], [10.0, 20.0], [0.0, 0.0]], requires_grad=True)
    got = head(regions, prompts, mask)
    assert torch.allclose(got[0], got[1], rtol=1e-4)
    assert got[2].tolist() == [0.0] * 4
    got.sum().backward()
    assert all(torch.isfinite(gradient).all() for gradient in (regions.grad, *(p.grad for p in head.parameters())))


def test_parameters_at_the_start():
    torch.manual_seed(0)
    state = OpenVocabularyHead(3, 400).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "background": (400,),
        "log_scale": (),
        "region.weight": (400, 3),
        "region.bias": (400,),
    }
    assert state["log_scale"].item() == pytest.approx(math.log(20), rel=1e-6)
    assert abs(state["background"].mean().item()) < 0.2
    # tolerance: several standard errors of a sample this large
    # tolerance: the deviation of random numbers
    assert abs(state["background"].std().item() - 1) < 0.15
    assert OpenVocabularyHead(3, 4, 5.0).state_dict()["log_scale"].item() == pytest.approx(math.log(5), rel=1e-6)


def test_all_parameters_are_trained():
    head, _, regions, prompts, mask = random_case(4, 3, 2, 3, 5, seed=4)
    (head(regions, prompts, mask) ** 2).sum().backward()
    gradients = [p.grad for p in head.parameters()]
    assert len(gradients) == 4
    assert all(g.abs().max().item() > 0 for g in gradients)
