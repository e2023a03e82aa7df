import numpy as np


def rank_share(size: int, n_ranks: int, rank: int, seed: int, epoch: int) -> list[int]:
    """The rows that one rank (process) of a distributed training sees in an epoch.

    Rows 0 … size - 1 are shuffled, in the same way on every rank, and anew for every epoch. So that all ranks get
    equally many rows, the order is extended by its own beginning, repeated as often as needed, to the next multiple of
    ``n_ranks``. Rank r gets the rows at positions r, r + n_ranks, r + 2 * n_ranks, …

    The shuffle depends on ``size``, ``seed`` and ``epoch`` alone, not on any global random state; other seeds and other
    epochs give other orders.

    Args:
        size: >= 1. n_ranks: >= 1, perhaps more than ``size``. rank: 0 … n_ranks - 1. seed, epoch: >= 0.

    Returns:
        Plain ``int``, in order.
    """


def worker_share(
    size: int, n_ranks: int, rank: int, n_workers: int, worker: int, batch_size: int, seed: int, epoch: int
) -> list[list[int]]:
    """The batches that one of a rank's data-loading workers prepares.

    The rank's rows, in order, are cut into batches of ``batch_size``, the last one perhaps smaller; worker w gets
    batches w, w + n_workers, w + 2 * n_workers, …, so that a batch does not depend on the number of workers.
    """
