"""How much the judge costs: warm, beside a fresh process and a fresh hardened container per sample, in one run.

    python benchmarks/executor.py [--executor auto|local|docker] [--limit N] [--soak N]

Prints a table. *Overhead* is a sample's stay in the executor minus what its own tests took; the reference solutions of
the suite are the samples. `--soak N` judges N samples in a row instead and prints what grew.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from deepbench_core import environments
from deepbench_core.errors import DeepBenchError, ProblemError
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import Calibration, calibrate_all, job_for
from deepbench_core.executors.pool import Pool
from deepbench_core.problems import Problem, find_suite, load_suite
from deepbench_core.taxonomy import Verdict

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--executor", default="auto", choices=["auto", "local", "docker"])
    parser.add_argument("--suite", default="deepbench", help="a suite's name, or a folder of problems")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="only the first N problems")
    parser.add_argument("--repeats", type=int, default=3, help="warm runs of every problem")
    parser.add_argument("--fresh", type=int, default=6, metavar="N", help="samples for each of the slow ways")
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="judge N samples and print what grew")
    chosen = parser.parse_args()
    problems = load_suite(find_suite(chosen.suite))[: chosen.limit]
    names = sorted({p.meta.environment for p in problems})
    with open_executor(chosen.executor, workers=chosen.workers, environments=names, on_progress=note) as executor:
        ready = list(usable(executor, problems))
        if not ready:
            raise SystemExit("no reference passes: nothing to measure")
        if chosen.soak:
            soak(executor, ready, chosen.soak)
            return
        rows = [*warm(executor, ready, chosen.repeats)]
        rows += fresh_ways(ready, chosen.fresh, executor.workers)
    print_table(rows)


def usable(executor: Pool, problems: list[Problem]) -> list[tuple[Problem, Calibration]]:
    """The problems whose reference passes; the others are named and left out."""
    ready = []
    for problem, outcome in calibrate_all(problems, executor):
        if isinstance(outcome, ProblemError):
            note(f"left out: {outcome}")
        else:
            ready.append((problem, outcome))
    return sorted(ready, key=lambda pair: pair[0].id)


def warm(executor: Pool, ready: list[tuple[Problem, Calibration]], repeats: int) -> list[dict[str, Any]]:
    """One after another, which gives the latency; then all at once, which gives the throughput."""
    one = Pool(executor.name, executor._make_box, kind=executor._kind, workers=1, sandbox={}, limits=executor.limits)
    overheads, totals = [], []
    with one:
        for problem, calibration in ready[:1]:
            one.submit(job_for(problem, problem.reference, calibration)).result()
        started = time.perf_counter()
        for _ in range(repeats):
            for problem, calibration in ready:
                judged = one.submit(job_for(problem, problem.reference, calibration)).result()
                if judged.verdict is not Verdict.PASSED:
                    note(f"{problem.id}: {judged.verdict}: {judged.message}")
                    continue
                overheads.append(1000 * (judged.total_seconds - judged.seconds))
                totals.append(1000 * judged.total_seconds)
        back_to_back = time.perf_counter() - started
    row = {
        "way": f"warm {executor.name}, one slot",
        "samples": len(totals),
        "median": statistics.median(totals),
        "overhead": statistics.median(overheads),
        "p95": sorted(overheads)[int(0.95 * (len(overheads) - 1))],
        "rate": repeats * len(ready) / back_to_back,
    }
    jobs = [job_for(p, p.reference, c) for _ in range(repeats) for p, c in ready]
    for job in jobs[: executor.workers * 2]:
        executor.submit(job)
    [f.result() for f in [executor.submit(job) for job in jobs[: executor.workers * 2]]]
    started = time.perf_counter()
    judged_all = [future.result() for future in [executor.submit(job) for job in jobs]]
    many = {
        "way": f"warm {executor.name}, {executor.workers} slots",
        "samples": len(jobs),
        "median": statistics.median(1000 * j.total_seconds for j in judged_all),
        "rate": len(jobs) / (time.perf_counter() - started),
    }
    return [row, many]


def fresh_ways(ready: list[tuple[Problem, Calibration]], samples: int, workers: int) -> list[dict[str, Any]]:
    """The same samples in a fresh process and in a fresh hardened container each, `workers` at a time."""
    chosen = list(itertools.islice(itertools.cycle(ready), samples))
    ways: list[tuple[str, Any]] = []
    if samples and all(environments.find_built(p.meta.environment) for p, _ in chosen):
        ways.append(("fresh process per sample", fresh_process))
    try:
        if samples and all(environments.find_built(p.meta.environment, "image") for p, _ in chosen):
            ways.append(("fresh container per sample", fresh_container))
    except DeepBenchError:
        pass
    rows = []
    for way, run in ways:
        started = time.perf_counter()
        with ThreadPoolExecutor(workers) as threads:
            seconds = list(threads.map(lambda pair, run=run: run(pair[0]), chosen))
        rate = len(seconds) / (time.perf_counter() - started)
        row = {"way": way, "samples": len(seconds), "median": 1000 * statistics.median(seconds), "rate": rate}
        # The tests' own time, as it was warm: what is left is interpreter, imports and pytest.
        rows.append(row | {"overhead": row["median"] - 1000 * statistics.median(c.seconds for _, c in chosen)})
    return rows


def fresh_process(problem: Problem) -> float:
    """Seconds for one sample in a new interpreter, without any sandbox."""
    built = environments.find_built(problem.meta.environment)
    assert built is not None
    started = time.perf_counter()
    command = [f"{built.reference}/bin/python", "-c", FRESH, packed(problem)]
    done = subprocess.run(command, capture_output=True, env={"OMP_NUM_THREADS": "1"}, check=False)
    if done.returncode:
        note(f"{problem.id}: fresh process: {done.stdout.decode(errors='replace').strip().splitlines()[-1:]}")
    return time.perf_counter() - started


def fresh_container(problem: Problem) -> float:
    """Seconds for one sample in a new container with every restriction of ours."""
    from deepbench_core import engine
    from deepbench_core.executors.box import Limits
    from deepbench_core.executors.docker import hardened

    built = environments.find_built(problem.meta.environment, "image")
    assert built is not None
    client = engine.connect()
    started = time.perf_counter()
    try:
        container = client.create_container(
            built.reference,
            entrypoint=[environments.IMAGE_PYTHON, "-c", FRESH, packed(problem)],
            environment={"OMP_NUM_THREADS": "1"},
            user="20000:20000",
            labels={"deepbench": "benchmark"},
            host_config=hardened(client, Limits(cpus=1)),
        )
        client.start(container)
        status = client.wait(container)["StatusCode"]
        client.remove_container(container, force=True, v=True)
        if status:
            note(f"{problem.id}: fresh container: status {status}")
        return time.perf_counter() - started
    finally:
        client.close()


def packed(problem: Problem) -> str:
    """Code and tests as one argument."""
    return base64.b64encode(json.dumps({"solution": problem.reference, "tests": problem.tests}).encode()).decode()


# Soak ----------------------------------------------------------------------------------------------------------------


def soak(executor: Pool, ready: list[tuple[Problem, Calibration]], samples: int) -> None:
    """Judge many samples with every slot busy; print the counts of what must not grow before, between and after."""
    jobs = [job_for(p, p.reference, c) for p, c in ready]
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


def print_table(rows: list[dict[str, Any]]) -> None:
    """The table, and whether the goals are met."""
    print(f"\n{'':34} {'samples':>8} {'median ms':>10} {'overhead ms':>12} {'p95':>7} {'samples/s':>10}")
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
