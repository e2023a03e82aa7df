import numpy as np
import pytest
from scipy import sparse
from solution import interaction_matrix


@pytest.mark.parametrize(("n", "n_users", "n_items"), [(1, 1, 1), (30, 4, 6), (200, 40, 15)])
def test_matches_plain_counting(n, n_users, n_items):
    rng = np.random.default_rng(n)
    users = rng.choice(rng.integers(-(10**12), 10**12, n_users), n)
    items = rng.choice(rng.integers(0, 10**6, n_items), n)
    matrix, user_ids, item_ids = interaction_matrix(users, items)
    assert sparse.issparse(matrix)
    assert matrix.format == "csr"
    assert matrix.dtype == np.float32
    assert user_ids.tolist() == sorted(set(users.tolist()))
    assert item_ids.tolist() == sorted(set(items.tolist()))
    pairs = list(zip(users.tolist(), items.tolist(), strict=True))
    want = [[pairs.count((u, i)) for i in item_ids.tolist()] for u in user_ids.tolist()]
    assert matrix.toarray().tolist() == want


def test_by_hand():
    matrix, user_ids, item_ids = interaction_matrix(np.array([70, 5, 70, 70]), np.array([3, 3, 900, 3]))
    assert user_ids.tolist() == [5, 70]
    assert item_ids.tolist() == [3, 900]
    assert matrix.toarray().tolist() == [[1, 0], [2, 1]]
