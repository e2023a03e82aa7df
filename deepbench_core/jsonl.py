"""Files of one JSON object a line, gzipped or not: read line by line, and every fault named with its line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import BaseModel, ValidationError

from deepbench_core.errors import UserError

LINE_BYTES = 256_000_000
Record = TypeVar("Record", bound=BaseModel)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers. Raises UserError."""
    number = 0
    try:
        with _opened(path) as file:
            while line := file.readline(LINE_BYTES + 1):
                number += 1
                if len(line) > LINE_BYTES:
                    raise UserError(f"{path}:{number}: longer than {LINE_BYTES // 1_000_000} MB")
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except EOFError:
        raise UserError(f"{path}:{number + 1}: ends within a compressed part") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{path}:{number + 1}: {error}") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None


def parse(text: str, where: str) -> Any:
    """The value of one line. Raises UserError that begins with `where`."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{where}: not JSON: {' '.join(str(error).split())[:100]}") from None


def record(line: bytes, where: str, kind: type[Record], what: str) -> Record:
    """What one line holds. Raises UserError that begins with `where`, and says what it is not: `what`."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{where}: not UTF-8 at byte {error.start} of the line") from None
    return validated(parse(text, where), where, kind, what)


def validated(values: Any, where: str, kind: type[Record], what: str) -> Record:
    """The same for values that are parsed."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "line"
        raise UserError(f"{where}: not {what}: {field}: {first['msg']}") from None


def _opened(path: Path) -> IO[bytes]:
    file = path.open("rb")
    compressed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.open(file) if compressed else file  # type: ignore[return-value]
