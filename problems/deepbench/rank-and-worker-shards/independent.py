import numpy as np


def rank_share(size: int, n_ranks: int, rank: int, seed: int, epoch: int) -> list[int]:
    # The spawn key keeps (seed, epoch) pairs apart, however large the seed is.
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,)))
    order = rng.permutation(size)
    total = -(-size // n_ranks) * n_ranks
    return np.resize(order, total)[rank::n_ranks].tolist()


def worker_share(
    size: int, n_ranks: int, rank: int, n_workers: int, worker: int, batch_size: int, seed: int, epoch: int
) -> list[list[int]]:
    rows = rank_share(size, n_ranks, rank, seed, epoch)
    batches = [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return batches[worker::n_workers]
