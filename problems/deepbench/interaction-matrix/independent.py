import numpy as np
from scipy import sparse


def interaction_matrix(users: np.ndarray, items: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    user_ids, rows = np.unique(users, return_inverse=True)
    item_ids, columns = np.unique(items, return_inverse=True)
    data = np.ones(len(users), dtype=np.float32)
    shape = (len(user_ids), len(item_ids))
    matrix = sparse.csr_matrix((data, (rows.reshape(-1), columns.reshape(-1))), shape=shape)
    matrix.sum_duplicates()
    return matrix, user_ids, item_ids
