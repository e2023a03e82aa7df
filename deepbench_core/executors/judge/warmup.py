"""What a first test would import, look up and set up for itself.

Runs in a child of the zygote, which tells what that took; then in the zygote, unless it started threads.
"""

from __future__ import annotations

import contextlib
import copy
import sys
from typing import Any


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
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        torch.testing.assert_close(torch.ones(2), torch.ones(2))
        repr(torch.ones(2))
        torch.jit.script(nn.Linear(1, 1))
        copy.deepcopy(model).load_state_dict(model.state_dict())
    with contextlib.suppress(Exception):
        from torch.utils.data import DataLoader, TensorDataset

        for _ in DataLoader(TensorDataset(torch.ones(4, 1)), batch_size=2):
            pass
        torch.autograd.gradcheck(lambda x: x * x, torch.ones(2, dtype=torch.float64, requires_grad=True))
        nn.MultiheadAttention(4, 2)(torch.ones(1, 1, 4), torch.ones(1, 1, 4), torch.ones(1, 1, 4))
        nn.LSTM(2, 2)(torch.ones(1, 1, 2))
    with contextlib.suppress(Exception):
        for dtype in (torch.float32, torch.float64):
            _torch_operations(torch.randn(3, 4, dtype=dtype).requires_grad_())


def _torch_operations(x: Any) -> None:
    """Some of everything, forwards and backwards."""
    import torch
    import torch.nn.functional as F

    order = x.detach().argsort(-1)
    parts = [x @ x.T, x.softmax(-1), x.log_softmax(0), x.logsumexp(-1), x.sigmoid().log(), x.exp().sqrt(), x.tanh()]
    parts += [x.pow(2).mean(-1, keepdim=True), x.var(0), x.std(unbiased=False), x.norm(dim=-1), x.abs().clamp(min=0.1)]
    parts += [torch.einsum("ij,kj->ik", x, x), torch.cat([x, x]), torch.stack([x, x], 1), torch.where(x > 0, x, -x)]
    parts += [x.masked_fill(x < 0, 0.0), x.gather(1, order), x[:, :2], x[order[:, 0] > 0], x[None].expand(2, 3, 4)]
    parts += [torch.zeros_like(x).scatter_add(1, order, x), torch.zeros_like(x).index_add(0, order[0, :3] % 3, x)]
    parts += [x.cumsum(-1), x.max(-1).values, x.amin(0), x.topk(2).values, x.sort().values, x.flatten(), x.prod()]
    parts += [F.layer_norm(x, (4,)), F.dropout(x), F.gelu(x), F.normalize(x, dim=-1), F.pad(x, (1, 1)), F.relu(x)]
    parts += [F.mse_loss(x, x * 2), F.smooth_l1_loss(x, x * 2), F.binary_cross_entropy_with_logits(x, x.detach() * 0)]
    parts += [
        F.nll_loss(x.log_softmax(-1), order[:, 0]),
        F.kl_div(x.log_softmax(-1), x.softmax(-1), reduction="sum"),
        F.softplus(x),
    ]
    parts += [F.conv2d(x[None, None], x[None, None, :2, :2]), F.max_pool2d(x[None, None], 2), torch.cdist(x, x)]
    parts += [F.interpolate(x[None, None], scale_factor=2.0, mode="bilinear"), F.embedding(order, x), x.tril()]
    sum(part.sum() for part in parts).backward()
    y = x.detach().clone()
    y.mul_(0.5).add_(x.grad, alpha=0.1)
    y[0, 0], y[:, 1] = 1.0, 0.0
    torch.allclose(x, y), torch.equal(x, y), (x == y).all().item(), y.tolist(), y.float().numpy(), y.isfinite().any()
    F.one_hot(order).float().sum(), torch.bincount(order.flatten()), order.unique(), torch.randperm(4), torch.eye(2)
    torch.tensor([[1.0, 2.0]]), torch.arange(4).view(2, 2).long(), torch.linspace(0, 1, 3), torch.rand(2).round()
    torch.full((2,), 1.0).bool(), y.int(), y.half(), torch.linalg.norm(y), torch.searchsorted(y[0].sort().values, y[0])


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
