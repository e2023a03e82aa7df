"""Failures that a person can read: the test's line, what was compared, and the code's own traceback."""

from __future__ import annotations

import contextlib
import math
import re
import sys
import traceback
from typing import Any

from . import asserted
from .session import TESTS

TRACEBACK_LIMIT = 12_000
MESSAGE_LIMIT = 1_000
_HINT = re.compile(r"\n[E ]*Use -v to get more diff(?=\n|$)")  # pytest's, of an option that nobody has here


def failure(report: Any, error: BaseException | None, notes: list[str], *, brief: bool = False) -> tuple[str, str]:
    """(message, traceback) of a failed test; `brief` where pytest gave the error alone."""
    message = ""
    if error is not None:
        name = getattr(error, "original_class", type(error).__name__)
        body = str(error)
        message = body if isinstance(error, AssertionError) and body else f"{name}: {body}"
    crash = getattr(report.longrepr, "reprcrash", None)
    if not message and crash is not None:
        message = crash.message
    if brief and error is not None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == TESTS]
        parts = ["".join(traceback.format_list(frames)) + message]
    else:
        parts = [str(report.longrepr)]
    remote = getattr(error, "remote_traceback", "")
    if remote:
        parts.append(f"In the code's process:\n{remote}")
    if notes:
        parts.append("Note: " + "; ".join(dict.fromkeys(notes)))
    for title, content in getattr(report, "sections", []):
        parts.append(f"{title}:\n{content[-2000:]}")
    full = "\n\n".join(parts)
    if len(full) > TRACEBACK_LIMIT:
        full = full[: TRACEBACK_LIMIT // 2] + "\n[…]\n" + full[-TRACEBACK_LIMIT // 2 :]
    return _clean(message)[:MESSAGE_LIMIT], _clean(full)


def _clean(text: str) -> str:
    return _HINT.sub("", text.encode("utf-8", "backslashreplace").decode())


def compared(excinfo: Any, noted: dict[str, Any] | None, *, grid: bool) -> dict[str, Any] | None:
    """What a failed test compared: two arrays that its assert was given, else what pytest noted, else a helper's."""
    sides = asserted.pair(excinfo) if excinfo is not None else None
    # What can't be shown must not cost the verdict.
    with contextlib.suppress(Exception):
        arrays = sides is not None and _array(sides[0]) is not None and _array(sides[1]) is not None
        if sides is not None and (arrays or noted is None):
            noted = compare(*sides)
    found = noted or from_frames(excinfo)
    if found and not grid:
        found.get("difference", {}).pop("grid", None)
    return found


def from_frames(excinfo: Any) -> dict[str, Any] | None:
    """What a helper such as `assert_close` compared, found by the usual names in its frames."""
    if excinfo is None:
        return None
    trace = excinfo.tb
    found = None
    depth = 0
    while trace is not None and depth < 50:
        variables = trace.tb_frame.f_locals
        path = trace.tb_frame.f_code.co_filename
        if "torch/testing" in path or "numpy/testing" in path or "pandas/_testing" in path or "unittest" in path:
            for got, expected in (
                ("actual", "expected"),
                ("actual", "desired"),
                ("left", "right"),
                ("x", "y"),
                ("first", "second"),
            ):
                if got in variables and expected in variables and found is None:
                    with contextlib.suppress(Exception):
                        found = compare(variables[got], variables[expected])
        trace = trace.tb_next
        depth += 1
    return found


def compare(got: Any, expected: Any) -> dict[str, Any]:
    """Summaries of two values and where they differ."""
    wanted = getattr(expected, "expected", expected) if type(expected).__name__.startswith("Approx") else expected
    if type(got).__name__.startswith("Approx"):
        got, wanted = getattr(got, "expected", got), wanted
    result: dict[str, Any] = {"got": summary(got), "expected": summary(wanted)}
    with contextlib.suppress(Exception):
        difference = differ(got, wanted)
        if difference:
            result["difference"] = difference
    return result


def _array(value: Any) -> Any:
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter) and value.layout is torch.strided:
        value = value.detach().resolve_conj()
        return (value.float() if value.dtype is torch.bfloat16 else value).numpy()
    jax = sys.modules.get("jax")
    if jax is not None and isinstance(value, jax.Array) and value.dtype.kind in "biufcV":
        array = numpy.asarray(value)
        return array.astype(numpy.float32) if array.dtype.kind == "V" else array
    if numpy is not None and type(value) is numpy.ndarray and value.dtype.kind in "biufc":
        return value
    return None


def summary(value: Any) -> dict[str, Any]:
    """Type, shape, dtype, how many NaN and infinities, and the first few numbers."""
    about: dict[str, Any] = {"type": type(value).__name__}
    array = _array(value)
    if array is not None:
        import numpy as np

        about |= {"shape": list(value.shape), "dtype": str(value.dtype)}
        if array.dtype.kind in "fc":
            about["nan"], about["inf"] = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        about["head"] = [_plain(one) for one in array.reshape(-1)[:8].tolist()]
    else:
        text = repr(value)
        about["text"] = _clean(text if len(text) <= 600 else text[:400] + " … " + text[-150:])
        if isinstance(value, (list, tuple, dict, set, str)):
            about["len"] = len(value)
    return about


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (int, float, bool)) else str(value)


def differ(got: Any, expected: Any) -> dict[str, Any] | None:
    """First differing index and the largest errors of two arrays; first differing item of two sequences."""
    a, b = _array(got), _array(expected)
    if a is not None and b is not None:
        if a.shape != b.shape or not a.size:
            return {"shape": [list(a.shape), list(b.shape)]} if a.shape != b.shape else None
        import numpy as np

        with np.errstate(all="ignore"):
            x, y = (
                a.astype(complex if "c" in (a.dtype.kind, b.dtype.kind) else float),
                b.astype(complex if b.dtype.kind == "c" else float),
            )
            apart = np.abs(x - y)
            relative = apart / np.abs(y)
            where = np.argwhere(~((x == y) | (np.isnan(x) & np.isnan(y))))
        first = [int(i) for i in where[0]] if len(where) else None
        finite = apart[np.isfinite(apart)]
        return {
            "first_index": first,
            "differing": len(where),
            "max_abs": float(finite.max()) if finite.size else None,
            "max_rel": float(relative[np.isfinite(relative)].max()) if np.isfinite(relative).any() else None,
            "grid": coarse(np.where((x == y) | (np.isnan(x) & np.isnan(y)), 0.0, apart)),
        }
    if isinstance(got, (list, tuple)) and isinstance(expected, (list, tuple)):
        for i, (one, other) in enumerate(zip(got, expected, strict=False)):
            if one is not other and not bool(one == other):
                return {"first_index": [i], "got": repr(one)[:200], "expected": repr(other)[:200]}
        return {"len": [len(got), len(expected)]} if len(got) != len(expected) else None
    if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
        apart_ = abs(got - expected)
        return {"max_abs": _plain(float(apart_)), "max_rel": _plain(apart_ / abs(expected)) if expected else None}
    return None


GRID = 20  # cells along each side, some 3 KB


def coarse(apart: Any) -> list[list[Any]]:
    """The largest difference in each cell of a coarse grid over an array's last two axes (the others folded in).

    Three digits; "inf" where one side is infinite or the difference is no number.
    """
    import numpy as np

    flat = apart.reshape((-1, *apart.shape[-2:])) if apart.ndim > 2 else apart.reshape((1, *(1, 1, *apart.shape)[-2:]))
    plane = np.where(np.isnan(flat), np.inf, flat).max(axis=0)
    for axis in (0, 1):
        edges = np.unique(np.linspace(0, plane.shape[axis], GRID + 1, dtype=int))[:-1]
        plane = np.maximum.reduceat(plane, edges, axis=axis)
    return [[float(f"{v:.3g}") if math.isfinite(v) else "inf" for v in row] for row in plane.tolist()]
