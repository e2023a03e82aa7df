"""Reads what a GGUF file says about itself, without loading it.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from deepbench_core.errors import UserError

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9

# `general.file_type`: https://github.com/ggml-org/llama.cpp/blob/master/include/llama.h (enum llama_ftype)
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What matters of a file's header. `context_length` is what the model was trained with, in tokens."""

    architecture: str
    quantisation: str
    context_length: int | None


def read_header(path: Path) -> Header:
    """Read the metadata in front of the tokenizer's. Raises UserError when it is no GGUF file or is cut."""
    found: dict[str, Any] = {}
    try:
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise UserError(f"{path.name}: not a GGUF file")
            version, _tensors, count = struct.unpack("<IQQ", file.read(20))
            if not 2 <= version <= 3:
                raise UserError(f"{path.name}: GGUF version {version} is not known")
            for _ in range(count):
                key = _value(file, _STRING)
                if key.startswith("tokenizer."):
                    break  # its arrays are long, and what is looked for stands before them
                found[key] = _value(file, *struct.unpack("<I", file.read(4)))
    except OSError as error:
        raise UserError(f"{path.name}: {error.strerror}") from None
    except (struct.error, UnicodeDecodeError, KeyError, OverflowError, MemoryError):
        raise UserError(f"{path.name}: a broken or incomplete GGUF file") from None
    architecture = str(found.get("general.architecture", "unknown"))
    file_type = found.get("general.file_type")
    length = found.get(f"{architecture}.context_length")
    return Header(
        architecture,
        "unknown" if file_type is None else _FILE_TYPES.get(file_type, f"file type {file_type}"),
        length if isinstance(length, int) else None,
    )


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > 1 << 26:
            raise OverflowError
        text = file.read(length)
        if len(text) < length:
            raise OverflowError
        return text.decode()
    if kind == _ARRAY:
        inner, length = struct.unpack("<IQ", file.read(12))
        if length > 1 << 26:
            raise OverflowError
        return [_value(file, inner) for _ in range(length)]
    form = _SCALARS[kind]
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]
