import numpy as np
from scipy import sparse


def interaction_matrix(users: np.ndarray, items: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    user_ids, rows = np.unique(users, return_inverse=True)
    item_ids, columns = np.unique(items, return_inverse=True)
    counts = np.ones(len(users), dtype=np.float32)
    return sparse.csr_matrix((counts, (rows, columns))), user_ids, item_ids
