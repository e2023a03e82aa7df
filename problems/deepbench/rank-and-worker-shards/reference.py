import numpy as np


def rank_share(size: int, n_ranks: int, rank: int, seed: int, epoch: int) -> list[int]:
    order = np.random.default_rng([seed, epoch]).permutation(size)
    share = -(-size // n_ranks)
    return np.resize(order, share * n_ranks)[rank::n_ranks].tolist()


def worker_share(
    size: int, n_ranks: int, rank: int, n_workers: int, worker: int, batch_size: int, seed: int, epoch: int
) -> list[list[int]]:
    rows = rank_share(size, n_ranks, rank, seed, epoch)
    batches = [rows[begin : begin + batch_size] for begin in range(0, len(rows), batch_size)]
    return batches[worker::n_workers]
