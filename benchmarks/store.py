"""How fast the store answers: a million made-up samples, then the questions that pages ask.

python benchmarks/store.py [--samples 1000000] [--runs 100]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from deepbench_core.publication import MANIFEST_FILE, SAMPLES_FILE, TEXTS_FILE
from deepbench_core.records import SAMPLES, TEXTS, Labels, Manifest
from deepbench_core.store import Store

PROBLEMS = 500
VERDICTS = np.array(["passed", "failed", "error", "timeout", "no-code", "provider"])


def publish(results: Path, number: int, count: int) -> None:
    """One run of `count` samples, written as whole columns: row by row, making it would take minutes."""
    random = np.random.default_rng(number)
    run_id, per_problem = f"run-{number:04d}", max(1, count // PROBLEMS)
    problems = np.repeat([f"problem-{i:04d}" for i in range(PROBLEMS)], per_problem)
    size = len(problems)
    values: dict[str, object] = {
        "run_id": [run_id] * size,
        "suite": ["made-up"] * size,
        "problem_id": problems,
        "sample": np.tile(np.arange(per_problem, dtype=np.int32), PROBLEMS),
        "model": [f"model-{number}"] * size,
        "technique": ["zero-shot"] * size,
        "verdict": VERDICTS[random.choice(6, size, p=[0.4, 0.4, 0.1, 0.04, 0.04, 0.02])],
        "integrity": ["split"] * size,
        "seconds": random.exponential(0.3, size),
        "latency": random.exponential(4, size),
        "completion_tokens": random.integers(50, 900, size),
        "cost": random.exponential(0.001, size),
        "problem_hash": ["h"] * size,
    }
    folder = results / f"{run_id}.r1"
    folder.mkdir(parents=True)
    pq.write_table(_table(SAMPLES, values, size), folder / SAMPLES_FILE, compression="zstd")
    keys = {name: values[name] for name in ("run_id", "problem_id", "sample")}
    texts = {**keys, "response": [f"{random.bytes(300).hex()} {i}" for i in range(size)]}
    pq.write_table(_table(TEXTS, texts, size), folder / TEXTS_FILE, compression="zstd", row_group_size=2048)
    labels = {
        f"problem-{i:04d}": Labels(
            title="t", stage=f"s{i % 5}", task="general", modality="text", difficulty="easy", review="draft", hash="h"
        )
        for i in range(PROBLEMS)
    }
    manifest = Manifest(run_id=run_id, model=f"model-{number}", technique="zero-shot", suite="made-up", labels=labels)
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json())


def _table(schema: pa.Schema, values: dict[str, object], size: int) -> pa.Table:
    columns = [pa.array(values[f.name], f.type) if f.name in values else pa.nulls(size, f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def measure(name: str, ask: Callable[[], object], times: int = 7) -> None:
    took = []
    for _ in range(times):
        started = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - started))
    print(f"{name:<52} first {took[0]:8.1f} ms   then {statistics.median(took[1:]):8.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = Path(scratch)
        for number in range(arguments.runs):
            publish(results, number, arguments.samples // arguments.runs)
        store = Store(results)
        measure("open and count", lambda: store.rows("select count(*) n from results"))
        measure("version", lambda: store.version)
        board = "select model, avg(passed::int) from results where scored group by model"
        measure("leaderboard", lambda: store.query(board))
        stages = "select model, stage, avg(passed::int) from results where scored and not stale group by all"
        measure("leaderboard by stage", lambda: store.query(stages))
        cells = """
            select model, problem_id, count(*) n, count(*) filter (where passed) c, avg(cost) cost
            from results where scored group by all
        """
        measure("cells: model × problem", lambda: store.query(cells))
        failures = "select * from results where model = ? and not passed order by problem_id, sample limit 50"
        measure("a page of one model's failures", lambda: store.query(failures, ["model-7"]))
        measure("one sample's texts", lambda: store.texts("run-0007", "problem-0123", 3))


if __name__ == "__main__":
    main()
