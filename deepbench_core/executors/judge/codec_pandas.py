"""pandas: frames, series, indexes, categoricals, scalars. Columns travel as arrays, extension types as values."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import numpy as np
import pandas as pd

from .codec import DECODERS, ENCODERS, LATE, SUBCLASS_ENCODERS, Decoder, Encoder, Malformed

_EXTENSION = re.compile(
    r"^(u?int(8|16|32|64)|float(32|64)|boolean|str|string(\[\w+\])?|datetime64\[(s|ms|us|ns), [\w/+:\-]+\]"
    r"|period\[[\w\-]+\]|Sparse\[\w+, [\w.]+\])$",
    re.IGNORECASE,
)


def _encode_values(encoder: Encoder, array: Any) -> list[Any]:
    dtype = array.dtype
    if isinstance(dtype, np.dtype):
        return ["pn", encoder.value(np.asarray(array))]
    if isinstance(dtype, pd.CategoricalDtype):
        return [
            "pc",
            encoder.value(np.asarray(array.codes)),
            _encode_index(encoder, array.categories),
            bool(array.ordered),
        ]
    if isinstance(dtype, pd.IntervalDtype):
        return [
            "pi",
            _encode_index(encoder, pd.Index(array.left)),
            _encode_index(encoder, pd.Index(array.right)),
            dtype.closed,
        ]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return ["pz", str(dtype), encoder.value(np.asarray(array.asi8 if hasattr(array, "asi8") else array.view("i8")))]
    items = [None if item is pd.NA or item is pd.NaT else item for item in array.tolist()]
    if str(dtype).startswith("period"):
        items = [None if item is None else str(item) for item in items]
    items = [None if type(item) is float and item != item else item for item in items] if str(dtype) == "str" else items
    return ["pe", str(dtype), [encoder.value(item) for item in items]]


def _decode_values(decoder: Decoder, item: Any) -> Any:
    tag = item[0]
    if tag == "pn":
        return decoder.value(item[1])
    if tag == "pc":
        return pd.Categorical.from_codes(decoder.value(item[1]), decoder.value(item[2]), ordered=bool(item[3]))
    if tag == "pi":
        return pd.arrays.IntervalArray.from_arrays(decoder.value(item[1]), decoder.value(item[2]), closed=item[3])
    if tag == "pz":
        zone = item[1].rpartition(", ")[2].rstrip("]")
        unit = item[1][len("datetime64[") :].partition(",")[0]
        utc = pd.DatetimeIndex(decoder.value(item[2]).view(f"M8[{unit}]"), tz="UTC")
        return utc.tz_convert(zone).array
    if tag == "pe" and type(item[1]) is str and _EXTENSION.match(item[1]):
        return pd.array([decoder.value(part) for part in item[2]], dtype=item[1])
    raise Malformed("column")


def _encode_index(encoder: Encoder, index: Any) -> list[Any]:
    if isinstance(index, pd.RangeIndex):
        return ["px", "range", [index.start, index.stop, index.step], [encoder.value(index.name)]]
    if isinstance(index, pd.MultiIndex):
        levels = [_encode_index(encoder, level) for level in index.levels]
        codes = [encoder.value(np.asarray(code)) for code in index.codes]
        return ["px", "multi", [levels, codes], [encoder.value(one) for one in index.names]]
    frequency = getattr(index, "freqstr", None) if isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) else None
    array = index.values if isinstance(index.dtype, np.dtype) else index.array
    return ["px", "plain", [_encode_values(encoder, array), frequency], [encoder.value(index.name)]]


def _decode_index(decoder: Decoder, item: list[Any]) -> Any:
    names = [decoder.value(one) for one in item[3]]
    if item[1] == "range":
        return pd.RangeIndex(*item[2], name=names[0])
    if item[1] == "multi":
        levels, codes = item[2]
        return pd.MultiIndex([decoder.value(one) for one in levels], [decoder.value(one) for one in codes], names=names)
    made = pd.Index(_decode_values(decoder, item[2][0]), name=names[0])
    if item[2][1] is not None and hasattr(made, "freq"):
        with contextlib.suppress(ValueError):
            made.freq = item[2][1]
    return made


def _encode_series(encoder: Encoder, value: Any) -> list[Any]:
    encoder.mutable.append(value)
    array = value.values if isinstance(value.dtype, np.dtype) else value.array
    return ["ps", _encode_index(encoder, value.index), _encode_values(encoder, array), encoder.value(value.name)]


def _decode_series(decoder: Decoder, item: list[Any]) -> Any:
    decoder.note(None, None)
    number = len(decoder.mutable) - 1
    index = decoder.value(item[1])
    made = pd.Series(_decode_values(decoder, item[2]), index=index, name=decoder.value(item[3]), copy=True)
    decoder.mutable[number], decoder.snapshots[number] = made, made.copy()
    return made


def _encode_frame(encoder: Encoder, value: Any) -> list[Any]:
    encoder.mutable.append(value)
    columns = []
    for i in range(value.shape[1]):
        series = value.iloc[:, i]
        columns.append(_encode_values(encoder, series.values if isinstance(series.dtype, np.dtype) else series.array))
    return ["pf", _encode_index(encoder, value.index), _encode_index(encoder, value.columns), columns]


def _decode_frame(decoder: Decoder, item: list[Any]) -> Any:
    decoder.note(None, None)
    number = len(decoder.mutable) - 1
    index, columns = decoder.value(item[1]), decoder.value(item[2])
    if len(columns) != len(item[3]):
        raise Malformed("frame")
    made = pd.DataFrame(
        {i: pd.Series(_decode_values(decoder, part), index=index) for i, part in enumerate(item[3])}, index=index
    )
    made.columns = columns
    decoder.mutable[number], decoder.snapshots[number] = made, made.copy()
    return made


def changed(value: Any, snapshot: Any) -> bool:
    """Whether a frame or series was changed in place."""
    try:
        same_names = (
            list(value.columns) == list(snapshot.columns) if hasattr(value, "columns") else value.name == snapshot.name
        )
        return not (same_names and value.index.equals(snapshot.index) and value.equals(snapshot))
    except Exception:
        return True


def _late(encoder: Encoder, value: Any) -> Any:
    if value is pd.NA:
        return ["pN", "NA"]
    if value is pd.NaT:
        return ["pN", "NaT"]
    if isinstance(value, pd.Timestamp):
        return ["pT", int(value.value), str(value.tz) if value.tz is not None else None, value.unit]
    if isinstance(value, pd.Timedelta):
        return ["pD", int(value.value)]
    if isinstance(value, pd.Interval):
        return ["pI", encoder.value(value.left), encoder.value(value.right), value.closed]
    if isinstance(value, pd.Period):
        return ["pP", str(value), value.freqstr]
    if isinstance(value, pd.DataFrame):
        return _encode_frame(encoder, value)
    if isinstance(value, pd.Series):
        return _encode_series(encoder, value)
    if isinstance(value, pd.Index):
        return _encode_index(encoder, value)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return ["pA", _encode_values(encoder, value)]
    if isinstance(value, pd.api.extensions.ExtensionDtype):
        return ["pO", str(value)] if _EXTENSION.match(str(value)) or str(value) == "category" else None
    return None


def _decode_timestamp(_: Decoder, item: list[Any]) -> Any:
    made = pd.Timestamp(item[1], unit="ns")
    if item[3] in ("s", "ms", "us", "ns"):
        made = made.as_unit(item[3])
    return made if item[2] is None else made.tz_localize("UTC").tz_convert(item[2])


ENCODERS[pd.DataFrame] = _encode_frame
ENCODERS[pd.Series] = _encode_series
LATE.append(_late)
SUBCLASS_ENCODERS.extend([(pd.DataFrame, _encode_frame), (pd.Series, _encode_series)])
DECODERS.update(
    {
        "pf": _decode_frame,
        "ps": _decode_series,
        "px": _decode_index,
        "pA": lambda d, s: _decode_values(d, s[1]),
        "pN": lambda d, s: pd.NA if s[1] == "NA" else pd.NaT,
        "pT": _decode_timestamp,
        "pD": lambda d, s: pd.Timedelta(s[1], unit="ns"),
        "pI": lambda d, s: pd.Interval(d.value(s[1]), d.value(s[2]), closed=s[3]),
        "pP": lambda d, s: pd.Period(s[1], freq=s[2]),
        "pO": lambda d, s: pd.api.types.pandas_dtype(s[1]),
    }
)
