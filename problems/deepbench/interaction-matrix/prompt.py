import numpy as np
from scipy import sparse


def interaction_matrix(users: np.ndarray, items: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Count how often each user met each item.

    Args:
        users, items: int arrays (n,) of arbitrary ids, n >= 1; row i says that ``users[i]`` met ``items[i]``.

    Returns:
        - the counts as float32 CSR matrix (number of different users, number of different items);
        - the user ids of its rows, ascending;
        - the item ids of its columns, ascending.
    """
