import numpy as np
from scipy import sparse


def sample_negatives(seen: sparse.csr_matrix, users: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """Draw items that a user has not seen, each with equal probability, from given random numbers.

    With the items that the user has not seen in ascending order and n their number, the uniform number u gives the one
    at position floor(u * n). A user who has seen everything gets -1 throughout.

    Args:
        seen: CSR matrix (number of users, number of items); an item is seen if its value is not 0. Zeros may be stored
            explicitly, columns within a row may be stored in any order, and the matrix is not changed.
        users: int array (B,) of rows of ``seen``, perhaps repeated.
        uniforms: float64 array (B, K), values in [0, 1).

    Returns:
        int64 array (B, K).
    """
