import numpy as np
from scipy import sparse


def sample_negatives(seen: sparse.csr_matrix, users: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    negatives = np.full(uniforms.shape, -1)
    for row, user in enumerate(users):
        unseen = np.flatnonzero(seen[user].toarray()[0] == 0)
        if len(unseen):
            negatives[row] = unseen[(uniforms[row] * len(unseen)).astype(np.int64)]
    return negatives
