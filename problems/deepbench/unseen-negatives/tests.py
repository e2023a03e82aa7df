import numpy as np
import pytest
from scipy import sparse
from solution import sample_negatives


@pytest.mark.parametrize(("n_users", "n_items", "share", "k"), [(3, 5, 0.5, 4), (6, 30, 0.1, 1), (5, 12, 0.9, 7)])
def test_matches_plain_lists(n_users, n_items, share, k):
    rng = np.random.default_rng(n_items)
    dense = rng.integers(1, 5, (n_users, n_items)) * (rng.random((n_users, n_items)) < share)
    seen = sparse.csr_matrix(dense.astype(np.float32))
    users = rng.integers(0, n_users, 9)
    uniforms = rng.random((9, k))
    before = seen.copy()
    got = sample_negatives(seen, users.copy(), uniforms.copy())
    np.testing.assert_array_equal(seen.toarray(), before.toarray())
    assert seen.nnz == before.nnz
    assert got.dtype == np.int64
    want = []
    for user, numbers in zip(users.tolist(), uniforms.tolist(), strict=True):
        unseen = [item for item in range(n_items) if not dense[user, item]]
        want.append([unseen[int(u * len(unseen))] if unseen else -1 for u in numbers])
    assert got.tolist() == want


def test_by_hand():
    seen = sparse.csr_matrix([[1, 0, 0, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]])
    uniforms = np.array([[0.0, 0.34, 0.999], [0.0, 0.5, 0.9], [0.2, 0.39, 0.99]])
    assert sample_negatives(seen, np.array([0, 1, 2]), uniforms).tolist() == [[1, 2, 4], [-1, -1, -1], [1, 1, 4]]


def test_every_unseen_item_is_drawn_equally_often():
    seen = sparse.csr_matrix([[0, 1, 0, 0, 1, 1, 0]])
    uniforms = (np.arange(400)[None] + 0.5) / 400
    got = sample_negatives(seen, np.array([0]), uniforms)[0]
    assert np.bincount(got, minlength=7).tolist() == [100, 0, 100, 100, 0, 0, 100]


def test_stored_zeros_and_unsorted_columns():
    data, columns = np.array([1.0, 0.0, -2.0]), np.array([3, 0, 1])
    seen = sparse.csr_matrix((data, columns, np.array([0, 3])), shape=(1, 4))
    assert sample_negatives(seen, np.array([0]), np.array([[0.1, 0.6]])).tolist() == [[0, 2]]
    assert seen.nnz == 3
