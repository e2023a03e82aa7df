"""What the code did to the test's arguments: brought over where it has leave, else made visible and useless."""

from __future__ import annotations

import contextlib
import os
from typing import Any


class Changed:
    """Where the code changed something that it had no leave to change. Equal to nothing."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "<changed in place by the code>"


def scramble(value: Any) -> None:
    """Make a change visible but useless: the test sees that it happened, and the code doesn't choose what it sees."""
    import random

    generator = random.Random(os.urandom(8))
    if isinstance(value, list):
        value[:] = [Changed() for _ in range(max(1, len(value)))]
    elif isinstance(value, dict):
        for key in list(value):
            value[key] = Changed()
        value[Changed()] = Changed()
    elif isinstance(value, set):
        value.add(Changed())
    elif type(value).__module__ == "numpy":
        import numpy as np

        rng = np.random.default_rng(generator.getrandbits(64))
        with contextlib.suppress(ValueError, TypeError):
            if value.dtype.kind in "biu":
                value[...] = rng.integers(0, 2 if value.dtype.kind == "b" else 100, value.shape).astype(value.dtype)
            elif value.dtype.kind in "fc":
                value[...] = rng.standard_normal(value.shape)
            elif value.dtype.kind == "O":
                value[...] = Changed()
    elif type(value).__module__.startswith("torch"):
        import torch

        source = torch.Generator().manual_seed(generator.getrandbits(63))
        with torch.no_grad(), contextlib.suppress(RuntimeError):
            if value.dtype.is_floating_point or value.dtype.is_complex:
                value.data.copy_(torch.randn(value.shape, generator=source))
            else:
                value.data.copy_(
                    torch.randint(0, 2 if value.dtype is torch.bool else 100, value.shape, generator=source)
                )
    elif type(value).__module__.startswith("pandas"):
        with contextlib.suppress(Exception):
            value[value.columns[0] if hasattr(value, "columns") else value.index[0]] = Changed()


def overwrite(value: Any, new: Any) -> None:
    """Bring an argument to the content that it has in the code's process."""
    if isinstance(value, list) and isinstance(new, list):
        value[:] = new
    elif isinstance(value, (dict, set)):
        value.clear()
        value.update(new)
    elif type(value).__module__ == "numpy":
        value[...] = new
    elif type(value).__module__.startswith("numpy"):
        from .codec_numpy import continue_from

        continue_from(value, new)
    elif type(value).__name__ == "Generator" and hasattr(value, "set_state"):
        value.set_state(new.get_state())
    elif type(value).__module__.startswith("torch"):
        import torch

        with torch.no_grad():
            if value.shape == new.shape and value.dtype == new.dtype:
                value.data.copy_(new)
            else:
                value.data = new
    elif type(value).__module__.startswith("pandas"):
        if hasattr(value, "columns"):
            value.drop(columns=list(value.columns), inplace=True)
            value.drop(index=list(value.index), inplace=True)
        value._mgr = new._mgr
