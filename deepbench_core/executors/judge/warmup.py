"""What a first test would import lazily. Runs in a child of the zygote, which then imports the same names."""

from __future__ import annotations

import contextlib
import sys


def exercise() -> None:
    """Use the parts of the libraries that tests use."""
    if "numpy" in sys.modules:
        import numpy as np

        with contextlib.suppress(Exception):
            np.testing.assert_allclose(np.random.default_rng(0).normal(size=3), np.zeros(3), atol=10)
            np.linalg.svd(np.eye(3))
            np.ma.masked_array([1, 2], mask=[0, 1])
    if "torch" in sys.modules:
        _torch()
    if "jax" in sys.modules:
        _jax()
    if "pandas" in sys.modules:
        import pandas as pd

        with contextlib.suppress(Exception):
            frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
            frame.groupby("b").sum()
            pd.testing.assert_frame_equal(frame, frame)
    if "scipy" in sys.modules:
        with contextlib.suppress(Exception):
            import scipy.sparse as sparse

            sparse.csr_matrix([[1.0, 0.0]]).dot(sparse.csr_matrix([[1.0], [2.0]]))
            import scipy.special
            import scipy.stats  # noqa: F401


def _torch() -> None:
    import torch
    from torch import nn

    with contextlib.suppress(Exception):
        model = nn.Sequential(nn.Conv1d(2, 3, 1), nn.BatchNorm1d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2))
        optimizer = torch.optim.AdamW(model.parameters())
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
        loss = nn.functional.cross_entropy(model(torch.randn(5, 2, 4)), torch.zeros(5, dtype=torch.int64))
        loss.backward()
        optimizer.step()
        torch.testing.assert_close(torch.ones(2), torch.ones(2))
        repr(torch.ones(2))
        torch.jit.script(nn.Linear(1, 1))
    with contextlib.suppress(Exception):
        from torch.utils.data import DataLoader, TensorDataset

        for _ in DataLoader(TensorDataset(torch.ones(4, 1)), batch_size=2):
            pass
        torch.autograd.gradcheck(lambda x: x * x, torch.ones(2, dtype=torch.float64, requires_grad=True))
        nn.MultiheadAttention(4, 2)(torch.ones(1, 1, 4), torch.ones(1, 1, 4), torch.ones(1, 1, 4))
        nn.LSTM(2, 2)(torch.ones(1, 1, 2))


def _jax() -> None:
    """Compiles a little; only in the child, since a backend that was started doesn't survive a fork."""
    import jax
    import jax.numpy as jnp

    with contextlib.suppress(Exception):
        loss = jax.jit(lambda w, x: jax.nn.softplus(jnp.einsum("i,i->", w, x)))
        repr(jax.grad(loss)(jnp.ones(3), jnp.ones(3)))
        jax.vmap(loss)(jnp.ones((2, 3)), jnp.ones((2, 3))).block_until_ready()
        jax.random.normal(jax.random.key(0), (2,))
        jax.lax.scan(lambda carry, x: (carry + x, x), 0.0, jnp.ones(2))
        jnp.ones(3).at[0].set(2.0)
