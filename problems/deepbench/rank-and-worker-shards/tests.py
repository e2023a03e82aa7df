import random

import numpy as np
import pytest
from solution import rank_share, worker_share


@pytest.mark.parametrize(("size", "n_ranks"), [(1, 1), (12, 3), (13, 4), (30, 1), (2, 5), (50, 7)])
def test_ranks_share_one_order(size, n_ranks):
    shares = [rank_share(size, n_ranks, rank, 3, 1) for rank in range(n_ranks)]
    length = (size + n_ranks - 1) // n_ranks
    assert [len(share) for share in shares] == [length] * n_ranks
    assert all(type(row) is int for share in shares for row in share)
    order = [shares[i % n_ranks][i // n_ranks] for i in range(length * n_ranks)]
    assert sorted(order[:size]) == list(range(size))
    assert all(order[i] == order[i % size] for i in range(size, len(order)))


def test_ranks_agree_with_a_single_one():
    whole = rank_share(20, 1, 0, 5, 2)
    assert [rank_share(20, 4, rank, 5, 2) for rank in range(4)] == [whole[rank::4] for rank in range(4)]


def test_it_is_a_shuffle():
    order = rank_share(200, 1, 0, 0, 0)
    stays = sum(row == position for position, row in enumerate(order))
    assert stays <= 10  # 1 is expected


def test_seeds_and_epochs_do_not_collide():
    orders = {tuple(rank_share(30, 1, 0, seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert len(orders) == 9


def test_global_random_state_does_not_matter():
    np.random.seed(0)
    random.seed(0)
    first = rank_share(40, 2, 1, 7, 0)
    np.random.seed(1)
    random.seed(1)
    assert rank_share(40, 2, 1, 7, 0) == first


@pytest.mark.parametrize(
    ("size", "n_ranks", "n_workers", "batch_size"), [(40, 2, 3, 4), (11, 2, 2, 4), (3, 1, 5, 2), (9, 3, 1, 1)]
)
def test_workers_share_the_batches(size, n_ranks, n_workers, batch_size):
    rank = n_ranks - 1
    rows = rank_share(size, n_ranks, rank, 1, 4)
    shares = [worker_share(size, n_ranks, rank, n_workers, worker, batch_size, 1, 4) for worker in range(n_workers)]
    joined, turn = [], 0
    while any(shares):
        joined.append(shares[turn % n_workers].pop(0))
        turn += 1
    assert all(len(batch) == batch_size for batch in joined[:-1])
    assert 0 < len(joined[-1]) <= batch_size
    assert [row for batch in joined for row in batch] == rows
