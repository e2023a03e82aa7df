"""How fast the pages answer over made-up results: a change of filters on the server, and the first paint in a browser.

python benchmarks/pages.py [--samples 1000000] [--browser]      (10 million: --samples 10000000, 1 GB of disk)
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deepbench_core import api, board, browse, failures
from deepbench_core.filters import Filters
from deepbench_core.publication import MANIFEST_FILE, SAMPLES_FILE, TEXTS_FILE
from deepbench_core.records import SAMPLES, TEXTS, Labels, Manifest
from deepbench_core.store import Store
from deepbench_core.taxonomy import Modality, Stage, Task

SUITE, PROBLEMS, MODELS = "made-up", 500, 20
VERDICTS = np.array(["passed", "failed", "error", "timeout", "no-code", "provider"])
LABELS = {
    f"problem-{i:04d}": Labels(
        title=f"Made-up problem {i}",
        stage=list(Stage)[i % 5],
        task=list(Task)[i % 7],
        modality=list(Modality)[i % 4],
        difficulty="easy",
        review="draft",
        hash="h",
    )
    for i in range(PROBLEMS)
}
PAGES = {
    "leaderboard": "",
    "gaps": "gaps",
    "compare": "compare",
    "benchmarks": "benchmarks",
    "problems": "problems",
    "failures": "failures",
}


def publish(results: Path, number: int, count: int) -> None:
    """One run of `count` samples, written as whole columns: row by row, making it would take minutes."""
    random = np.random.default_rng(number)
    run_id, per_problem = f"run-{number:04d}", max(1, count // PROBLEMS)
    problems = np.repeat(list(LABELS), per_problem)
    size = len(problems)
    skill = 0.15 + 0.6 * number / MODELS
    chances = np.array([skill, 0.9 - skill, 0.04, 0.03, 0.02, 0.01])
    values: dict[str, object] = {
        "run_id": pa.array([run_id] * size).dictionary_encode().cast(pa.string()),
        "suite": [SUITE] * size,
        "problem_id": problems,
        "sample": np.tile(np.arange(per_problem, dtype=np.int32), PROBLEMS),
        "model": [f"maker/model-{number:02d}"] * size,
        "technique": ["zero-shot"] * size,
        "verdict": VERDICTS[random.choice(6, size, p=chances)],
        "integrity": ["split"] * size,
        "message": np.array(["values differ", "name 'x' is not defined", ""])[random.integers(0, 3, size)],
        "seconds": random.exponential(0.3, size),
        "latency": random.exponential(4, size),
        "completion_tokens": random.integers(50, 900, size),
        "cost": random.exponential(0.001, size),
        "problem_hash": ["h"] * size,
        "flags": [[]] * size,
    }
    folder = results / f"{run_id}.r1"
    folder.mkdir(parents=True)
    pq.write_table(_table(SAMPLES, values, size), folder / SAMPLES_FILE, compression="zstd")
    keys = {name: values[name] for name in ("run_id", "problem_id", "sample")}
    texts = {**keys, "response": ["def f():\n    return 1\n"] * size, "code": ["def f():\n    return 1\n"] * size}
    pq.write_table(_table(TEXTS, texts, size), folder / TEXTS_FILE, compression="zstd", row_group_size=2048)
    manifest = Manifest(
        run_id=run_id,
        model=f"maker/model-{number:02d}",
        technique="zero-shot",
        suite=SUITE,
        samples_per_problem=per_problem,
        problem_ids=list(LABELS),
        labels=LABELS,
        finished_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number),
    )
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json())


def _table(schema: pa.Schema, values: dict[str, object], size: int) -> pa.Table:
    columns = [
        values[f.name]
        if isinstance(values.get(f.name), pa.Array)
        else pa.array(values[f.name], f.type)
        if f.name in values
        else pa.nulls(size, f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def questions(store: Store) -> dict[str, list[Callable[[], object]]]:
    """For each page its data under five choices of filters, none asked twice."""
    stages = [{"stage": [stage.value], "suite": [SUITE]} for stage in Stage]
    pair = {"a": ["maker/model-19"], "b": ["maker/model-18"]}
    keys = [browse.SampleKey(f"run-{i:04d}", f"problem-{7 * i:04d}", 0) for i in range(5)]

    def asked(name: str, **more: list[str]) -> list[Callable[[], object]]:
        return [lambda query=stage | more: api.answer(store, name, query) for stage in stages]

    filters = [Filters(suite=SUITE, stage=(stage.value,)) for stage in Stage]
    return {
        "leaderboard": asked("leaderboard"),
        "leaderboard, own weights": asked("leaderboard", weights=["image:3"]),
        "gaps": asked("gaps"),
        "compare": asked("compare", **pair),
        "compare, all pairs": asked("matrix"),
        "problems": asked("problems"),
        "failures, where one stands": [
            lambda f=f, k=k: failures.position(store, f, k) for f, k in zip(filters, keys, strict=True)
        ],
        "failures, the list": [lambda f=f: failures.listed(store, f, limit=200) for f in filters],
        "failures, one model, searched": [
            lambda f=f: failures.listed(
                store, Filters(suite=SUITE, stage=f.stage, model=("maker/model-07",), search="differ"), limit=200
            )
            for f in filters
        ],
        "failures, one sample": [lambda k=k: browse.sample(store, k) for k in keys],
    }


def server_times(results: Path) -> None:
    store = Store(results)
    started = time.perf_counter()
    board.suite_cells(store, SUITE)
    print(f"{'cells, once for each new publication':<40} {1000 * (time.perf_counter() - started):8.0f} ms")
    for name, asks in questions(store).items():
        took = []
        for ask in asks:
            started = time.perf_counter()
            ask()
            took.append(1000 * (time.perf_counter() - started))
        print(f"{name:<40} {statistics.median(took):8.0f} ms   worst {max(took):8.0f} ms")


def browser_times(results: Path, home: Path) -> None:
    """Until the page's title stands there, and until everything does: each page in a fresh browser, server warm."""
    from playwright.sync_api import sync_playwright

    root = Path(__file__).resolve().parent.parent
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DEEPBENCH_RESULTS": str(results), "DEEPBENCH_HOME": str(home)}
    command = [sys.executable, "-m", "deepbench_core.cli", "serve", "--no-open", "--port", str(port)]
    server = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    ready = "[data-testid=stApp][data-test-script-state=notRunning]"
    try:
        address = f"http://localhost:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            for turn in ("cold", "warm"):
                for name, path in PAGES.items():
                    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
                    started = time.perf_counter()
                    page.goto(f"{address}/{path}?suite={SUITE}")
                    page.wait_for_selector("h1", timeout=120_000)
                    first = time.perf_counter() - started
                    page.wait_for_selector(ready, timeout=120_000)
                    if turn == "warm":
                        print(f"{name:<40} title {first:5.2f} s   all {time.perf_counter() - started:5.2f} s")
                    page.context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--browser", action="store_true", help="first paint too; needs Chromium")
    parser.add_argument("--keep", type=Path, help="make the results here, or use those that are here, and leave them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = arguments.keep or Path(scratch) / "results"
        if not results.is_dir():
            for number in range(MODELS):
                publish(results, number, arguments.samples // MODELS)
        server_times(results)
        if arguments.browser:
            browser_times(results, Path(scratch) / "home")


if __name__ == "__main__":
    main()
