"""How much the judge costs: warm, beside a fresh process and a fresh hardened container per sample, in one run.

    python benchmarks/executor.py [--executor auto|local|docker] [--environment E] [--limit N] [--fresh N] [--soak N]

Prints two tables: the reference solutions of the suite's torch problems, and a light sample of 7 tests, in which the
ways themselves weigh most. *Overhead* is a sample's stay in the executor minus what its own tests took. A third table
says where the time of a warm sample goes. `--soak N` judges N samples in a row instead and prints what grew.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from deepbench_core import environments
from deepbench_core.errors import DeepBenchError, ProblemError
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import Calibration, calibrate_all, job_for
from deepbench_core.executors.pool import Pool
from deepbench_core.executors.types import Job, Judgement
from deepbench_core.problems import Problem, find_suite, load_suite
from deepbench_core.taxonomy import Integrity, Verdict

GOAL_MS, GOAL_TIMES = 75, 25

# What most harnesses do: a new interpreter that imports the libraries and runs pytest on code and tests together.
FRESH = """
import base64, json, os, sys, tempfile
job = json.loads(base64.b64decode(sys.argv[1]))
os.chdir(tempfile.mkdtemp())
for name in ("solution", "tests"):
    open(name + ".py", "w").write(job[name])
sys.path.insert(0, os.getcwd())
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests.py"]))
"""


LIGHT_CODE = """
import torch


def standardise(x, dim=-1, eps=1e-6):
    if x.ndim == 0:
        raise ValueError("a number can't be standardised")
    centred = x - x.mean(dim, keepdim=True)
    return centred / (centred.pow(2).mean(dim, keepdim=True) + eps).sqrt()
"""
LIGHT_TESTS = """
import pytest
import torch
from solution import standardise


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 5), (1, 7)])
def test_mean_and_spread(shape):
    out = standardise(torch.randn(shape, generator=torch.Generator().manual_seed(1)) * 3 + 2)
    assert out.shape == shape
    assert torch.allclose(out.mean(-1), torch.zeros(()), atol=1e-5)
    assert torch.allclose(out.std(-1, unbiased=False), torch.ones(()), atol=1e-3)


def test_dim():
    x = torch.arange(6.0).reshape(2, 3)
    assert torch.allclose(standardise(x, 0), standardise(x.T).T)


def test_gradient():
    x = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(2)).requires_grad_()
    standardise(x).pow(3).sum().backward()
    assert x.grad.abs().sum() > 0


def test_a_number():
    with pytest.raises(ValueError):
        standardise(torch.tensor(1.0))
"""
CALLS = 500
CALLING = f"""
import torch
from solution import standardise


def test_calls():
    x = torch.ones(16, 16)
    for _ in range({CALLS}):
        standardise(x)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--executor", default="auto", choices=["auto", "local", "docker"])
    parser.add_argument("--suite", default="deepbench", help="a suite's name, or a folder of problems")
    parser.add_argument("--environment", default="torch-cpu", help="whose problems; `all` for every one's")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="only the first N problems")
    parser.add_argument("--repeats", type=int, default=3, help="warm runs of every problem")
    parser.add_argument("--fresh", type=int, default=None, metavar="N", help="samples for each slow way; default: all")
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="judge N samples and print what grew")
    chosen = parser.parse_args()
    problems = load_suite(find_suite(chosen.suite))
    problems = [p for p in problems if chosen.environment in ("all", p.meta.environment)][: chosen.limit]
    names = sorted({p.meta.environment for p in problems})
    with open_executor(chosen.executor, workers=chosen.workers, environments=names, on_progress=note) as executor:
        suite = [job_for(p, p.reference, calibration) for p, calibration in usable(executor, problems)]
        if not suite:
            raise SystemExit("no reference passes: nothing to measure")
        if chosen.soak:
            soak(executor, suite, chosen.soak)
            return
        one = Pool(
            executor.name, executor._make_box, kind=executor._kind, workers=1, sandbox={}, limits=executor.limits
        )
        with one:
            report("the suite's references", executor, one, suite, chosen.repeats, chosen.fresh)
            light = replace(suite[0], key="light", code=LIGHT_CODE, tests=LIGHT_TESTS, entry_points=("standardise",))
            light = replace(light, environment="torch-cpu", expected=None, integrity=Integrity.SPLIT, copy_back=())
            fresh = 8 if chosen.fresh is None else min(8, chosen.fresh)
            report("a light sample of 7 tests", executor, one, [light] * 20, chosen.repeats, fresh)
            calling = replace(light, key="calls", tests=CALLING)
            each = [1e6 * judged(one, calling).evidence["calls_seconds"] / CALLS for _ in range(3)]
            print(f"\na call of the code with a tensor of 1 KB: {statistics.median(each):.0f} µs with its own work")


def usable(executor: Pool, problems: list[Problem]) -> Iterator[tuple[Problem, Calibration]]:
    """The problems whose reference passes; the others are named and left out."""
    ready = []
    for problem, outcome in calibrate_all(problems, executor):
        if isinstance(outcome, ProblemError):
            note(f"left out: {outcome}")
        else:
            ready.append((problem, outcome))
    yield from sorted(ready, key=lambda pair: pair[0].id)


def report(label: str, executor: Pool, one: Pool, jobs: list[Job], repeats: int, fresh: int | None) -> None:
    """All ways over the same samples, and where the time of a warm one goes."""
    rows, parts = warm(executor, one, jobs, repeats)
    step = 1 if fresh is None else max(1, len(jobs) // max(1, fresh))
    slow = jobs[::step][:fresh]
    rows += fresh_ways(slow, statistics.median(parts["tests, the code's answers included"]), executor.workers)
    print_table(label, rows)
    print(f"\n{'where it goes, one slot':42} {'median ms':>10} {'mean ms':>9}")
    for name, values in parts.items():
        print(f"{name:42} {statistics.median(values):>10.1f} {statistics.mean(values):>9.1f}")


def judged(pool: Pool, job: Job) -> Judgement:
    """One sample, which must pass."""
    judgement = pool.submit(job).result()
    if judgement.verdict is not Verdict.PASSED:
        note(f"{job.key}: {judgement.verdict}: {judgement.message}")
    return judgement


def warm(executor: Pool, one: Pool, jobs: list[Job], repeats: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One after another, which gives the latency; then all at once, which gives the throughput."""
    for job in jobs[:2]:
        judged(one, job)
    started = time.perf_counter()
    results = [result for _ in range(repeats) for result in map(partial(judged, one), jobs)]
    back_to_back = time.perf_counter() - started
    parts: dict[str, list[float]] = {}
    for result in results:
        for name, seconds in parts_of(result).items():
            parts.setdefault(name, []).append(1000 * seconds)
    parts["cleaning up, the next pair (not waited for)"] = [
        1000 * (back_to_back - sum(result.total_seconds for result in results)) / len(results)
    ]
    overheads = sorted(1000 * (result.total_seconds - result.seconds) for result in results)
    row = {
        "way": f"warm {executor.name}, one slot",
        "samples": len(results),
        "median": 1000 * statistics.median(result.total_seconds for result in results),
        "overhead": statistics.median(overheads),
        "p95": overheads[int(0.95 * (len(overheads) - 1))],
        "rate": len(results) / back_to_back,
    }
    many = jobs * repeats
    [f.result() for f in [executor.submit(job) for job in many[: executor.workers * 2]]]
    started = time.perf_counter()
    totals = [future.result().total_seconds for future in [executor.submit(job) for job in many]]
    rate = len(many) / (time.perf_counter() - started)
    way = f"warm {executor.name}, {executor.workers} slots"
    return [row, {"way": way, "samples": len(many), "median": 1000 * statistics.median(totals), "rate": rate}], parts


def parts_of(result: Judgement) -> dict[str, float]:
    """Seconds of one sample, by what they were for."""
    seconds = {name: float(result.evidence.get(f"{name}_seconds", 0)) for name in ("examiner", "compile", "load")}
    calls = float(result.evidence.get("calls_seconds", 0))
    inside = seconds["examiner"] or result.total_seconds
    return {
        "handing over, waking up, verdict": result.total_seconds - inside,
        "tests compiled (nothing when known)": seconds["compile"],
        "code loaded": seconds["load"],
        "pytest: collection, fixtures, reports": inside - seconds["compile"] - seconds["load"] - result.seconds,
        "tests, the code's answers included": result.seconds,
        "of that: waiting for the code's answers": calls,
    }


def fresh_ways(jobs: list[Job], tests_ms: float, workers: int) -> list[dict[str, Any]]:
    """The same samples in a fresh process and in a fresh hardened container each, `workers` at a time."""
    ways: list[tuple[str, Any]] = []
    if jobs and all(environments.find_built(job.environment) for job in jobs):
        ways.append(("fresh process per sample", fresh_process))
    try:
        if jobs and all(environments.find_built(job.environment, "image") for job in jobs):
            ways.append(("fresh container per sample", fresh_container))
    except DeepBenchError:
        pass
    rows = []
    for way, run in ways:
        run(jobs[0])  # files in the page cache, compiled modules on the disk: what every later one finds
        started = time.perf_counter()
        with ThreadPoolExecutor(workers) as threads:
            seconds = list(threads.map(run, jobs))
        rate = len(seconds) / (time.perf_counter() - started)
        row = {"way": way, "samples": len(seconds), "median": 1000 * statistics.median(seconds), "rate": rate}
        # The tests' own time, as it was warm: what is left is interpreter, imports and pytest.
        rows.append(row | {"overhead": row["median"] - tests_ms})
    return rows


def fresh_process(job: Job) -> float:
    """Seconds for one sample in a new interpreter, without any sandbox."""
    built = environments.find_built(job.environment)
    assert built is not None
    started = time.perf_counter()
    command = [f"{built.reference}/bin/python", "-c", FRESH, packed(job)]
    done = subprocess.run(command, capture_output=True, env={"OMP_NUM_THREADS": "1"}, check=False)
    if done.returncode:
        note(f"{job.key}: fresh process: {done.stdout.decode(errors='replace').strip().splitlines()[-1:]}")
    return time.perf_counter() - started


def fresh_container(job: Job) -> float:
    """Seconds for one sample in a new container with every restriction of ours."""
    from deepbench_core import engine
    from deepbench_core.executors.box import Limits
    from deepbench_core.executors.docker import hardened

    built = environments.find_built(job.environment, "image")
    assert built is not None
    client = engine.connect()
    started = time.perf_counter()
    try:
        container = client.create_container(
            built.reference,
            entrypoint=[environments.IMAGE_PYTHON, "-c", FRESH, packed(job)],
            environment={"OMP_NUM_THREADS": "1"},
            user="20000:20000",
            labels={"deepbench": "benchmark"},
            host_config=hardened(client, Limits(cpus=1)),
        )
        client.start(container)
        status = client.wait(container)["StatusCode"]
        client.remove_container(container, force=True, v=True)
        if status:
            note(f"{job.key}: fresh container: status {status}")
        return time.perf_counter() - started
    finally:
        client.close()


def packed(job: Job) -> str:
    """Code and tests as one argument."""
    return base64.b64encode(json.dumps({"solution": job.code, "tests": job.tests}).encode()).decode()


# Soak ----------------------------------------------------------------------------------------------------------------


def soak(executor: Pool, jobs: list[Job], samples: int) -> None:
    """Judge many samples with every slot busy; print the counts of what must not grow before, between and after."""
    endless = itertools.cycle(jobs)
    [f.result() for f in [executor.submit(job) for job in jobs]]
    print(
        f"{'samples':>8} {'RSS MB':>8} {'fds':>5} {'threads':>8} {'children':>9} "
        f"{'containers':>11} {'temp':>5} {'1/s':>6}"
    )
    started, judged, last = time.perf_counter(), 0, 0.0
    running: deque[Any] = deque()
    wrong: dict[str, int] = {}
    for number in range(samples):
        while len(running) >= 4 * executor.workers:
            verdict = running.popleft().result().verdict
            wrong[verdict] = wrong.get(verdict, 0) + 1
            judged += 1
        running.append(executor.submit(next(endless)))
        if time.perf_counter() - last > max(10.0, samples / 400) or number == 0:
            last = time.perf_counter()
            print_counts(judged, started)
    for future in running:
        verdict = future.result().verdict
        wrong[verdict] = wrong.get(verdict, 0) + 1
    print_counts(samples, started)
    print(f"verdicts: {json.dumps(wrong)}; boxes started: {executor.boxes_started}")
    executor.close()
    print("after closing:")
    print_counts(samples, started)


def print_counts(judged: int, started: float) -> None:
    """One row of what must not grow."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    mine = descendants(os.getpid())
    temporary = len(list(Path(tempfile.gettempdir()).glob("deepbench-box-*")))
    rate = judged / max(1e-9, time.perf_counter() - started)
    print(
        f"{judged:>8} {int(status['VmRSS'].split()[0]) / 1024:>8.0f} {len(list(Path('/proc/self/fd').iterdir())):>5} "
        f"{int(status['Threads']):>8} {mine:>9} {containers():>11} {temporary:>5} {rate:>6.1f}",
        flush=True,
    )


def descendants(root: int) -> int:
    """Processes below one."""
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False).stdout
    parents = {int(pid): int(parent) for pid, parent in (row.split() for row in rows.splitlines())}
    found, size = {root}, 0
    while len(found) != size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return len(found) - 2  # itself, and ps


def containers() -> str:
    """Boxes that the engine knows, whoever owns them; empty where there is no engine."""
    from deepbench_core import engine

    try:
        client = engine.connect(timeout=10)
    except DeepBenchError:
        return ""
    try:
        return str(len(client.containers(all=True, filters={"label": ["deepbench=box"]})))
    finally:
        client.close()


def print_table(label: str, rows: list[dict[str, Any]]) -> None:
    """The table, and whether the goals are met."""
    print(f"\n{label:34} {'samples':>8} {'median ms':>10} {'overhead ms':>12} {'p95':>7} {'samples/s':>10}")
    for row in rows:
        p95 = f"{row['p95']:.0f}" if "p95" in row else ""
        overhead = f"{row['overhead']:.0f}" if "overhead" in row else ""
        print(
            f"{row['way']:34} {row['samples']:>8} {row['median']:>10.0f} {overhead:>12} {p95:>7} {row['rate']:>10.2f}"
        )
    one, many = rows[0], rows[1]
    print(f"\noverhead, median: {one['overhead']:.0f} ms (goal: at most {GOAL_MS} ms)")
    for row in rows[2:]:
        goal = f" (goal: at least {GOAL_TIMES} times)" if "process" in row["way"] else ""
        print(f"throughput beside a {row['way']}: {many['rate'] / row['rate']:.1f} times{goal}")


def note(text: str) -> None:
    """A line beside the table."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except DeepBenchError as error:
        raise SystemExit(str(error)) from None
