"""How recorded answers to DL-Bench's tasks are judged here, beside what is known of them.

    python benchmarks/dl_bench.py TASKS.jsonl.gz [--executor local] [--out docs/dl-bench-tasks.md]

TASKS has a line of JSON for each task with `reference_counts` (the package's tests over the original) and
`overlay_counts` (over the recorded code in a copy of the module's namespace). Needs dlbench-scikit-learn.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from deepbench_core.errors import ProblemError
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import calibrate_all, job_for
from deepbench_core.importers.dl_bench_tasks import TaskRow, import_tasks


def main() -> None:
    """Judge every recorded answer, print a table, and keep it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--executor", default="local", choices=["auto", "local", "docker"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    problems = import_tasks(chosen.tasks).suite.problems
    with gzip.open(chosen.tasks) as file:
        known = {TaskRow.model_validate(row).problem_id: row for row in map(json.loads, file)}
    rows, same, valid = [], 0, 0
    with open_executor(chosen.executor, workers=chosen.workers, environments=["dlbench-scikit-learn"]) as executor:
        for problem, outcome in calibrate_all(problems, executor):
            row = known[problem.id]
            want = {name: n for name, n in row["overlay_counts"].items() if name != "skipped"}
            if isinstance(outcome, ProblemError):
                verdict, got, agrees = "invalid: every test is skipped", {}, not want
            else:
                valid += 1
                judgement = executor.submit(job_for(problem, row["code"], outcome)).result()
                counts = Counter(test.outcome for test in judgement.tests)
                got = {name: counts[name] for name in ("passed", "failed") if counts[name]}
                verdict, agrees = judgement.verdict.value, agree(got, want)
            same += agrees
            rows.append((problem.meta.title.partition(" of ")[0], show(row["reference_counts"]), show(want), show(got)))
            rows[-1] += (verdict, "yes" if agrees else "no")
            print(" | ".join(rows[-1]), flush=True)
    head = ("function", "the original", "the recorded code, as known", "here", "verdict", "the same")
    lines = [" | ".join(cells).join(("| ", " |")) for cells in (head, ["---"] * len(head), *sorted(rows))]
    summary = (
        f"{same} of {len(rows)} recorded answers are judged as known; {valid} of {len(rows)} tasks are valid here."
    )
    print(summary)
    if chosen.out:
        title = "# Recorded answers to DL-Bench's scikit-learn tasks\n\nWritten by `benchmarks/dl_bench.py`."
        chosen.out.write_text("\n\n".join((title, summary, "\n".join(lines))) + "\n", encoding="utf-8")


def agree(got: dict[str, int], want: dict[str, int]) -> bool:
    """The same numbers of passed and failed tests; tests that could not be collected count as none of both."""
    return all(got.get(name, 0) == want.get(name, 0) for name in ("passed", "failed"))


def show(counts: dict[str, Any]) -> str:
    return ", ".join(f"{n} {name}" for name, n in counts.items()) or "–"


if __name__ == "__main__":
    main()
