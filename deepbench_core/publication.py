"""One published run: a folder `<run_id>.r<revision>` that is written once, whole, and never edited.

Readers glob while writers write. Overwriting a Parquet file in place makes most of such reads fail, and even an
atomic replace of the same name fails some; a rename to a name that never existed before fails none.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from deepbench_core.errors import StoreError
from deepbench_core.records import DIAGNOSES, SAMPLES, SCHEMA_VERSION, TEXTS, Manifest

MANIFEST_FILE, SAMPLES_FILE, TEXTS_FILE = "manifest.json", "samples.parquet", "texts.parquet"
TEXT_ROWS = 2048  # per row group: one sample's texts are then read in 5–33 ms instead of 250
TEXT_BYTES = 64 << 20  # … and fewer rows where responses are huge, so that writing stays small in memory
SAMPLE_ROWS = 122_880
KEYS = ("run_id", "problem_id", "sample", "verdict")

# Beside them diagnoses.<n>.parquet: not part of what was measured, so they may be renewed; the highest number counts.
DIAGNOSES_FILE = "diagnoses.parquet"
_DIAGNOSES = re.compile(r"diagnoses\.([0-9]+)\.parquet")
_FOLDER = re.compile(r"(?P<run_id>[A-Za-z0-9][A-Za-z0-9._+-]*)\.r(?P<revision>[0-9]+)")


@dataclass(frozen=True)
class Publication:
    """A folder that was found to be readable."""

    folder: Path
    manifest: Manifest
    columns: Mapping[str, frozenset[str]]  # file name → columns it holds
    diagnoses: Path | None = None

    @property
    def samples(self) -> Path:
        return self.folder / SAMPLES_FILE

    @property
    def texts(self) -> Path:
        return self.folder / TEXTS_FILE

    def path(self, file: str) -> Path | None:
        """Where one of the three files is; None for diagnoses that were never made."""
        return self.diagnoses if file == DIAGNOSES_FILE else self.folder / file


def split_name(folder_name: str) -> tuple[str, int] | None:
    """`<run_id>.r<revision>` → both, None for any other name."""
    match = _FOLDER.fullmatch(folder_name)
    return (match["run_id"], int(match["revision"])) if match else None


def read_publication(folder: Path) -> Publication:
    """Check one folder without reading its rows. Raises StoreError with a reason of one line."""
    name = split_name(folder.name)
    if name is None:
        raise StoreError("not a run: the folder's name is not <run>.r<revision>")
    manifest = _read_manifest(folder / MANIFEST_FILE)
    if (manifest.run_id, manifest.revision) != name:
        raise StoreError(f"{MANIFEST_FILE}: says {manifest.run_id}.r{manifest.revision}, unlike the folder's name")
    columns = {file: _check_parquet(folder / file, schema, manifest) for file, schema in _SCHEMAS.items()}
    for number in _diagnosis_numbers(folder)[::-1]:
        path = folder / f"diagnoses.{number}.parquet"
        try:
            found = _check_parquet(path, DIAGNOSES, manifest)
        except StoreError:
            continue  # an opinion that can't be read is no reason to leave out what was measured
        return Publication(folder, manifest, {**columns, DIAGNOSES_FILE: found}, path)
    return Publication(folder, manifest, {**columns, DIAGNOSES_FILE: frozenset()})


def write_publication(
    results: Path, manifest: Manifest, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> Path:
    """Publish a run and return its folder.

    `rows` are pairs (columns of SAMPLES, columns of TEXTS), sorted by problem_id, sample; missing columns are null.
    The revision in the manifest is raised until its name is free. An older *partial* revision of the run, which by
    then holds nothing that the new one lacks, is removed. Raises StoreError when the folder can't be written.
    """
    temporary: Path | None = None
    try:
        results.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{manifest.run_id}.", dir=results))
        temporary.chmod(0o755)  # mkdtemp's 0700 would hide a shared results folder from others
        _write_tables(temporary, rows)
        older = revisions(results, manifest.run_id)
        revision = max([manifest.revision, *(r + 1 for r in older)])
        while True:
            manifest = manifest.model_copy(update={"revision": revision})
            _write_synced(temporary / MANIFEST_FILE, manifest.model_dump_json(indent=1).encode() + b"\n")
            target = results / f"{manifest.run_id}.r{revision}"
            if not target.exists():
                _sync(temporary)
                try:
                    temporary.rename(target)
                    break
                except OSError:
                    if not target.exists():
                        raise
            revision += 1
        temporary = None
        _sync(results)
    except OSError as error:
        raise StoreError(f"{results}: can't publish {manifest.run_id}: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    _drop_partial(results, manifest.run_id, before=revision)
    return target


def write_diagnoses(folder: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Put diagnoses (columns of DIAGNOSES) beside a published run under a name that never existed; returns it.

    The set before it stays for readers that are at it; older ones go. Raises StoreError when nothing can be written.
    """
    descriptor, name = -1, ""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".diagnoses.", suffix=".partial", dir=folder)
        os.close(descriptor)
        with _Table(Path(name), DIAGNOSES, SAMPLE_ROWS) as table:
            for row in rows:
                table.add(row)
        Path(name).chmod(0o644)
        _sync(Path(name))
        numbers = _diagnosis_numbers(folder)
        number = max(numbers, default=0) + 1
        while True:
            target = folder / f"diagnoses.{number}.parquet"
            try:
                os.link(name, target)  # unlike a rename it never replaces what another writer just put there
                break
            except FileExistsError:
                number += 1
        _sync(folder)
        for old in numbers[:-1]:
            (folder / f"diagnoses.{old}.parquet").unlink(missing_ok=True)
        return target
    except OSError as error:
        raise StoreError(f"{folder}: can't keep diagnoses: {error.strerror or error}") from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _diagnosis_numbers(folder: Path) -> list[int]:
    names = (_DIAGNOSES.fullmatch(p.name) for p in folder.iterdir()) if folder.is_dir() else iter(())
    return sorted(int(match[1]) for match in names if match)


def revisions(results: Path, run_id: str) -> list[int]:
    """The revisions of a run in one results folder, ascending; broken ones count too, since their names are taken."""
    names = (split_name(p.name) for p in results.iterdir()) if results.is_dir() else iter(())
    return sorted(name[1] for name in names if name and name[0] == run_id)


def clean_text(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates, which models and broken decoders emit, become U+FFFD."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


_SURROGATES = re.compile("[\ud800-\udfff]")
_SCHEMAS = {SAMPLES_FILE: SAMPLES, TEXTS_FILE: TEXTS}


def _read_manifest(path: Path) -> Manifest:
    try:
        raw = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(f"{path.name}: missing") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"{path.name}: not readable: {_one_line(error)}") from None
    # Before validation: a newer schema may well not fit this one, and that is not what is wrong with it.
    version = raw.get("schema_version", 1) if isinstance(raw, dict) else 1
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise StoreError(f"has schema version {version}, newer than {SCHEMA_VERSION}; update DeepBench to read it")
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise StoreError(f"{path.name}: {field or 'content'}: {first['msg']}") from None


def _check_parquet(path: Path, schema: pa.Schema, manifest: Manifest) -> frozenset[str]:
    try:
        with pq.ParquetFile(path) as file:
            found, metadata = file.schema_arrow, file.metadata
    except FileNotFoundError:
        raise StoreError(f"{path.name}: missing") from None
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path.name}: not readable as Parquet: {_one_line(error)}") from None
    for field in schema:
        if field.name not in found.names:
            if field.name in KEYS:
                raise StoreError(f"{path.name}: has no column {field.name}")
        elif (kind := found.field(field.name).type) != field.type and not _same_kind(kind, field.type):
            raise StoreError(f"{path.name}: column {field.name} is {kind}, not {field.type}")
    _check_owner(path.name, metadata, found.names.index("run_id"), manifest.run_id)
    return frozenset(found.names) & frozenset(schema.names)


def _check_owner(name: str, metadata: pq.FileMetaData, column: int, run_id: str) -> None:
    """A copied file with another run's rows would count that run twice; the footer's statistics tell."""
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(column).statistics
        if statistics is not None and statistics.has_min_max and {statistics.min, statistics.max} != {run_id}:
            raise StoreError(f"{name}: holds rows of another run ({_one_line(statistics.min)})")


def _same_kind(one: pa.DataType, other: pa.DataType) -> bool:
    """Whether DuckDB converts between the two without loss or guesswork; one odd file must not break every query."""
    tests = (
        lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t),
        pa.types.is_integer,
        lambda t: pa.types.is_integer(t) or pa.types.is_floating(t),
        pa.types.is_timestamp,
    )
    if pa.types.is_dictionary(one):
        one = one.value_type
    return pa.types.is_null(one) or any(test(one) and test(other) for test in tests)


def _write_tables(folder: Path, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
    with (
        _Table(folder / SAMPLES_FILE, SAMPLES, SAMPLE_ROWS) as samples,
        _Table(folder / TEXTS_FILE, TEXTS, TEXT_ROWS) as texts,
    ):
        for sample, text in _sorted(rows):
            samples.add(sample)
            texts.add(text)
    for file in (SAMPLES_FILE, TEXTS_FILE):
        _sync(folder / file)


def _sorted(
    rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    previous: tuple[str, int] | None = None
    for sample, text in rows:
        key = (str(sample["problem_id"]), int(sample["sample"]))
        if key != (text["problem_id"], text["sample"]):
            raise StoreError(f"sample and text rows don't belong together at {key[0]} {key[1]}")
        if previous is not None and key <= previous:
            raise StoreError(f"sample {key[0]} {key[1]} comes twice or out of order")
        previous = key
        yield sample, text


class _Table:
    """A Parquet writer that fills row groups by rows and bytes."""

    def __init__(self, path: Path, schema: pa.Schema, rows: int) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._schema, self._limit = schema, rows
        self._rows: list[Mapping[str, Any]] = []
        self._bytes = 0

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()

    def add(self, row: Mapping[str, Any]) -> None:
        clean = {k: clean_text(v) if isinstance(v, str) else v for k, v in row.items()}
        self._rows.append(clean)
        self._bytes += sum(len(v) for v in clean.values() if isinstance(v, str))
        if len(self._rows) >= self._limit or self._bytes >= TEXT_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema), row_group_size=self._limit)
        self._rows, self._bytes = [], 0


def _drop_partial(results: Path, run_id: str, *, before: int) -> None:
    for revision in revisions(results, run_id):
        folder = results / f"{run_id}.r{revision}"
        try:
            if revision < before and _read_manifest(folder / MANIFEST_FILE).status == "partial":
                # Out of the readers' sight in one step; they retry once when a file vanished under them.
                shutil.rmtree(folder.rename(results / f".{folder.name}.superseded"), ignore_errors=True)
        except (OSError, StoreError):
            continue


def _write_synced(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]
