"""Which problems a run means."""

from __future__ import annotations

from collections import Counter

from deepbench_core.runs.spec import make_spec, select_problems
from deepbench_core.taxonomy import Modality, Stage, Task


def test_a_subset_has_its_share_of_every_label_and_is_the_same_each_time() -> None:
    every = select_problems(make_spec(model="stub"))
    chosen = select_problems(make_spec(model="stub", subset=60))
    assert chosen == select_problems(make_spec(model="stub", subset=60))
    assert len({p.id for p in chosen}) == 60
    whole, part = (Counter(p.meta.stage for p in problems) for problems in (every, chosen))
    for stage in Stage:
        assert abs(part[stage] - 60 * whole[stage] / len(every)) <= 1
    assert {p.meta.task for p in chosen} == set(Task)
    assert {p.meta.modality for p in chosen} == set(Modality)


def test_a_subset_of_all_or_more_is_all() -> None:
    every = select_problems(make_spec(model="stub", stages=("training",)))
    assert select_problems(make_spec(model="stub", stages=("training",), subset=len(every))) == every
    assert select_problems(make_spec(model="stub", stages=("training",), subset=10_000)) == every
