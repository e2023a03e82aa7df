"""What the judge recorded of two compared values, in words: a test's `values`, as the judge's `report.py` makes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def side(about: Any) -> str:
    """One of the two values on a few lines: what it is, its first numbers, and how many of them are none."""
    if not isinstance(about, Mapping):
        return about if isinstance(about, str) else json.dumps(about, ensure_ascii=False, default=str)
    shape = about.get("shape")
    head = [str(about.get("type", "")), str(about.get("dtype", "")).removeprefix("torch.")]
    head += [f"shape {_shape(shape)}"] if shape is not None else []
    head += [f"{about['len']} long"] if "len" in about else []
    lines = [" · ".join(part for part in head if part)]
    if numbers := about.get("head"):
        more = " …" if shape is not None and _size(shape) > len(numbers) else ""
        lines.append(", ".join(_number(n) for n in numbers) + more)
    if "nan" in about or "inf" in about:
        lines.append(f"NaN: {about.get('nan', 0)} · infinite: {about.get('inf', 0)}")
    if text := about.get("text"):
        lines.append(str(text))
    return "\n".join(lines)


def differences(values: Mapping[str, Any]) -> list[str]:
    """How the two differ, most telling first; empty where nothing was recorded."""
    got, expected = _about(values, "got"), _about(values, "expected")
    found = values.get("difference") or {}
    words = []
    if got.get("shape") != expected.get("shape") and None not in (got.get("shape"), expected.get("shape")):
        words.append(f"Shapes differ: {_shape(got['shape'])} where {_shape(expected['shape'])} was expected")
    if got.get("dtype") != expected.get("dtype") and None not in (got.get("dtype"), expected.get("dtype")):
        words.append(f"dtypes differ: {got['dtype']} where {expected['dtype']} was expected")
    if isinstance(lengths := found.get("len"), list) and len(lengths) == 2:
        words.append(f"{lengths[0]} long where {lengths[1]} was expected")
    if (first := found.get("first_index")) is not None:
        many = f" in {found['differing']:,} of {_size(expected['shape']):,} places" if _counted(found, expected) else ""
        words.append(f"Differs{many}, first at {_index(first)}")
    elif found.get("differing") == 0:
        words.append("The numbers are equal")
    for key, name in (("max_abs", "largest absolute error"), ("max_rel", "largest relative error")):
        if found.get(key) is not None:
            words.append(f"{name} {_number(found[key])}")
    for key in ("nan", "inf"):
        if got.get(key, 0) != expected.get(key, 0):
            what = "NaN" if key == "nan" else "infinite numbers"
            words.append(f"{got.get(key, 0)} {what} where {expected.get(key, 0)} were expected")
    return words


def grid(values: Mapping[str, Any] | None) -> list[list[float | None]]:
    """The coarse picture of the difference; None where it is infinite or no number. Empty where none was recorded."""
    found = ((values or {}).get("difference") or {}).get("grid") or []
    return [[v if isinstance(v, int | float) else None for v in row] for row in found if isinstance(row, list)]


def _about(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    about = values.get(name)
    return about if isinstance(about, Mapping) else {}


def _counted(found: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    return isinstance(found.get("differing"), int) and expected.get("shape") is not None


def _size(shape: list[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _shape(shape: list[int]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _index(index: list[int]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else "its only number"


def _number(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)
