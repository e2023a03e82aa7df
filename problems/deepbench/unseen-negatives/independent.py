import numpy as np
from scipy import sparse


def sample_negatives(seen: sparse.csr_matrix, users: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    n_items = seen.shape[1]
    users = np.asarray(users)
    result = np.full(uniforms.shape, -1, dtype=np.int64)
    for user in np.unique(users).tolist():
        begin, end = seen.indptr[user], seen.indptr[user + 1]
        value = np.zeros(n_items, dtype=seen.data.dtype)
        np.add.at(value, seen.indices[begin:end], seen.data[begin:end])  # entries stored twice add up
        unseen = np.flatnonzero(value == 0)
        n = len(unseen)
        if n == 0:
            continue
        rows = users == user
        position = np.minimum(np.floor(uniforms[rows] * n).astype(np.int64), n - 1)
        result[rows] = unseen[position]
    return result
