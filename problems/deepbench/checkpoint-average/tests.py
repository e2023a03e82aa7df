import pytest
import torch
from solution import average_checkpoints


def make_states(seed, n, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return [
        {
            "weight": torch.randn(3, 2, generator=generator, dtype=torch.float64).to(dtype),
            "steps": torch.tensor(10 * k + 1),
            "bias": torch.randn((), generator=generator, dtype=torch.float64).to(dtype),
            "mask": torch.tensor([k % 2 == 0, True]),
        }
        for k in range(n)
    ]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_mean_of_each_entry(n):
    states = make_states(n, n)
    copies = [{name: value.clone() for name, value in state.items()} for state in states]
    got = average_checkpoints(states)
    assert list(got) == ["weight", "steps", "bias", "mask"]
    for i in range(3):
        for j in range(2):
            want = sum(state["weight"][i, j].item() for state in states) / n
            assert got["weight"][i, j].item() == pytest.approx(want, rel=1e-12)
    assert got["bias"].shape == ()
    assert got["bias"].item() == pytest.approx(sum(state["bias"].item() for state in states) / n, rel=1e-12)
    for state, copy in zip(states, copies, strict=True):
        assert all(torch.equal(state[name], copy[name]) for name in copy)


def test_other_entries_are_those_of_the_last():
    got = average_checkpoints(make_states(1, 4))
    assert got["steps"].dtype == torch.int64
    assert got["steps"].item() == 31
    assert got["mask"].dtype == torch.bool
    assert got["mask"].tolist() == [False, True]


def test_order_of_the_keys_is_that_of_the_first():
    first, second = make_states(2, 2)
    turned = dict(reversed(list(second.items())))
    got = average_checkpoints([first, turned])
    assert list(got) == list(first)
    assert torch.allclose(got["weight"], (first["weight"] + second["weight"]) / 2, rtol=1e-12)


def test_half_precision_neither_overflows_nor_loses_digits():
    large = [{"w": torch.tensor([60000.0, 1.0], dtype=torch.float16)} for _ in range(3)]
    got = average_checkpoints(large)["w"]
    assert got.dtype == torch.float16
    assert got.tolist() == [60000.0, 1.0]
    # Seven equal values: a sum in bfloat16 or float16 is rounded on the way.
    for dtype in (torch.bfloat16, torch.float16):
        value = torch.tensor([1.0078125], dtype=dtype)
        assert average_checkpoints([{"w": value.clone()} for _ in range(7)])["w"].tolist() == [1.0078125]


def test_single_precision_is_averaged_in_double():
    states = [{"w": torch.tensor(v)} for v in (2.0**25, 1.0, 1.0, -(2.0**25))]
    got = average_checkpoints(states)["w"]
    assert got.dtype == torch.float32
    assert got.item() == 0.5


@pytest.mark.parametrize("n", [1, 3])
def test_the_result_is_a_copy(n):
    states = make_states(3, n)
    copies = [{name: value.clone() for name, value in state.items()} for state in states]
    got = average_checkpoints(states)
    for value in got.values():
        value.zero_()
    for state, copy in zip(states, copies, strict=True):
        assert all(torch.equal(state[name], copy[name]) for name in copy)


def test_no_checkpoint_is_refused():
    with pytest.raises(ValueError):
        average_checkpoints([])


@pytest.mark.parametrize("last", [True, False])
def test_different_keys_are_refused(last):
    states = make_states(4, 3)
    del states[-1 if last else 0]["bias"]
    with pytest.raises(ValueError):
        average_checkpoints(states)
    with pytest.raises(ValueError):
        average_checkpoints([{"a": torch.ones(1)}, {"b": torch.ones(1)}])
