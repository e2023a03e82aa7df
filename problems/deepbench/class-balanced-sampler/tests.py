import random

import numpy as np
import pytest
from solution import BalancedSampler


def order(labels, seed, epoch):
    return BalancedSampler(labels, seed).epoch(epoch)


@pytest.mark.parametrize(("sizes", "epoch"), [([1], 0), ([5, 5], 1), ([3, 10, 7], 2), ([1, 12, 4, 5], 0)])
def test_every_class_equally_often_and_every_row_nearly(sizes, epoch):
    labels = np.repeat(np.arange(len(sizes)) * 5 - 3, sizes)
    np.random.default_rng(0).shuffle(labels)
    got = order(labels, 7, epoch)
    most = max(sizes)
    assert len(BalancedSampler(labels, 7)) == len(got) == most * len(sizes)
    assert all(type(index) is int for index in got)
    for label, size in zip(np.arange(len(sizes)) * 5 - 3, sizes, strict=True):
        counts = [got.count(row) for row in np.flatnonzero(labels == label).tolist()]
        assert sum(counts) == most
        assert set(counts) <= {most // size, most // size + 1}


def test_classes_are_mixed():
    labels = np.repeat([0, 1], [40, 10])
    classes = labels[order(labels, 1, 0)]
    changes = int((classes[1:] != classes[:-1]).sum())
    assert (
        15 <= changes <= 65
    )  # 40 expected in a shuffle of 80; 1 if the classes follow one another, 79 if they alternate


def test_same_seed_and_epoch_give_the_same_order():
    labels = np.random.default_rng(1).integers(0, 3, 40)
    sampler = BalancedSampler(labels, 3)
    np.random.seed(0)
    random.seed(0)
    first = sampler.epoch(0)
    np.random.seed(1)
    random.seed(1)
    other = sampler.epoch(4)
    assert other != first
    assert sampler.epoch(0) == first
    assert order(labels, 3, 4) == other


def test_seeds_and_epochs_do_not_collide():
    labels = np.repeat([0, 1], [30, 9])
    orders = [tuple(order(labels, seed, epoch)) for seed in range(3) for epoch in range(3)]
    assert len(set(orders)) == 9


def test_default_seed_is_zero():
    labels = np.repeat([0, 1], [30, 9])
    assert BalancedSampler(labels).epoch(0) == order(labels, 0, 0)


def test_which_rows_come_once_more_changes_with_the_epoch():
    labels = np.repeat([0, 1], [15, 10])
    extra = set()
    for epoch in range(6):
        got = order(labels, 0, epoch)
        extra.add(tuple(row for row in range(15, 25) if got.count(row) == 2))
    assert all(len(rows) == 5 for rows in extra)
    assert len(extra) >= 4
