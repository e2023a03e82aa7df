"""What two values look like side by side: transposed, off by a factor, NaN, empty, of another type or shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def describe(value: Mapping[str, Any]) -> str:
    """One line on got and expected of a failed assertion; empty where nothing stands out."""
    got, expected = value.get("got") or {}, value.get("expected") or {}
    a, b = got.get("shape"), expected.get("shape")
    if isinstance(a, list) and isinstance(b, list) and a != b:
        if sorted(a) == sorted(b):
            return f"transposed: shape {a} for {b}"
        if 0 in a and 0 not in b:
            return f"empty: shape {a} for {b}"
        if math.prod(a) == math.prod(b):
            return f"the same number of elements in shape {a} for {b}"
        return f"shape {a} for {b}"
    if got.get("type") != expected.get("type") and got.get("type") and expected.get("type"):
        kinds = {str(got["type"]), str(expected["type"])}
        if not kinds <= {"int", "float", "bool"}:
            return f"a {got['type']} for a {expected['type']}"
    if got.get("nan") and not expected.get("nan"):
        return f"{got['nan']} NaN"
    if got.get("inf") and not expected.get("inf"):
        return f"{got['inf']} infinite"
    if got.get("dtype") != expected.get("dtype") and got.get("dtype") and expected.get("dtype"):
        return f"dtype {got['dtype']} for {expected['dtype']}"
    return _numbers(got, expected)


def other_form(value: Mapping[str, Any]) -> bool:
    """Whether what came back is another kind of thing: another type, number of dimensions or of items."""
    got, expected = value.get("got") or {}, value.get("expected") or {}
    a, b = got.get("shape"), expected.get("shape")
    if isinstance(a, list) and isinstance(b, list):
        return len(a) != len(b)
    kinds = {str(got.get("type") or ""), str(expected.get("type") or "")}
    if "NoneType" in kinds and len(kinds) > 1:
        return True
    return len(kinds - {"int", "float", "bool", ""}) == 2


def _numbers(got: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    ours, theirs = _head(got), _head(expected)
    if not ours or len(ours) != len(theirs) or ours == theirs:
        return ""
    if all(a == -b for a, b in zip(ours, theirs, strict=True)):
        return "the other sign"
    ratios = [a / b for a, b in zip(ours, theirs, strict=True) if b and math.isfinite(a) and math.isfinite(b)]
    if len(ratios) == len(ours) and len(ours) > 1 and max(ratios) - min(ratios) <= 1e-3 * abs(ratios[0]):
        return f"off by the factor {ratios[0]:.4g}"
    if len(ratios) == 1 and ratios[0]:
        factor = ratios[0] if abs(ratios[0]) >= 1 else 1 / ratios[0]
        if abs(factor - round(factor)) < 1e-4 * abs(factor) and 2 <= abs(round(factor)) <= 1000:
            return f"off by the factor {ratios[0]:.4g}"
    shifts = [a - b for a, b in zip(ours, theirs, strict=True)]
    if len(shifts) > 1 and max(shifts) - min(shifts) <= 1e-4 * max(map(abs, shifts)):
        return f"off by {shifts[0]:.4g} everywhere"
    if sorted(ours) == sorted(theirs):
        return "the same numbers in another order"
    if all(a == 0 for a in ours):
        return "zeros"
    return ""


def _head(side: Mapping[str, Any]) -> list[float]:
    if isinstance(side.get("head"), list):
        try:
            return [float(x) for x in side["head"]]
        except (TypeError, ValueError):
            return []
    try:
        return [float(side.get("number", side.get("text", "")))]
    except (TypeError, ValueError):
        return []
