"""Made-up problems and results for tests of the board and the pages. Never for `results/`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from deepbench_core.problems import Problem, load_suite
from deepbench_core.publication import write_publication
from deepbench_core.records import Labels, Manifest
from deepbench_core.taxonomy import Difficulty, Modality, Stage, Task

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def write_suite(folder: Path, count: int) -> list[Problem]:
    """A suite of `count` tiny problems whose labels run through all combinations."""
    labels = list(product(Stage, Task, Modality))
    for i in range(count):
        stage, task, modality = labels[i * 37 % len(labels)]
        problem = folder / f"problem-{i:03d}"
        problem.mkdir(parents=True)
        (problem / "problem.toml").write_text(
            f'id = "problem-{i:03d}"\ntitle = "Made-up problem number {i}"\n'
            f'stage = "{stage}"\ntask = "{task}"\nmodality = "{modality}"\n'
            f'entry_points = ["answer"]\nenvironment = "torch-cpu"\ndifficulty = "{list(Difficulty)[i % 3]}"\n'
            'author = "A. Tester"\nlicence = "Apache-2.0"\ncreated = 2026-11-01\n'
        )
        (problem / "prompt.py").write_text(f'def answer(x):\n    """Return x plus {i}."""\n')
        (problem / "reference.py").write_text(f"def answer(x):\n    return x + {i}\n")
        (problem / "tests.py").write_text(
            f"from solution import answer\n\n\ndef test_value():\n    assert answer(1) == {i + 1}\n"
        )
    return load_suite(folder)


def publish(
    results: Path,
    problems: Sequence[Problem],
    model: str,
    *,
    skill: float = 0.5,
    samples: int = 1,
    faults: float = 0.0,
    stale: int = 0,
    day: int = 0,
    seed: int = 0,
    cost: float | None = 0.002,
    integrity: str = "split",
    response: str | None = None,
    verdicts: dict[str, str] | None = None,
    **manifest: Any,
) -> str:
    """Publish a made-up run and return its id. `verdicts` fixes that of some problems."""
    rng = np.random.default_rng([seed, len(model), sum(model.encode())])
    run_id = re.sub(r"[^A-Za-z0-9.-]+", "-", f"run-{model}-{day}-{seed}")
    finished = START + timedelta(days=day)

    def rows() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for i, problem in enumerate(sorted(problems, key=lambda p: p.id)):
            hardness = (sum(problem.id.encode()) % 97) / 97
            for sample in range(samples):
                if verdicts and problem.id in verdicts:
                    verdict = verdicts[problem.id]
                elif rng.random() < faults:
                    verdict = str(rng.choice(["harness", "provider"]))
                elif rng.random() < np.clip(skill + 0.5 - hardness, 0.02, 0.98):
                    verdict = "passed"
                else:
                    verdict = str(rng.choice(["failed", "failed", "failed", "error", "timeout", "no-code", "crashed"]))
                yield _row(problem, sample, verdict, i < stale), _text(problem, sample, verdict)

    def _row(problem: Problem, sample: int, verdict: str, is_stale: bool) -> dict[str, Any]:
        failed = verdict == "failed"
        return {
            "run_id": run_id,
            "suite": problem.suite,
            "problem_id": problem.id,
            "sample": sample,
            "model": model,
            "technique": manifest.get("technique", "zero-shot"),
            "verdict": verdict,
            "integrity": integrity,
            "seconds": float(rng.uniform(0.05, 0.4)),
            "total_seconds": float(rng.uniform(0.1, 0.5)),
            "time_limit": 6.0,
            "limit_hit": "seconds=6.0" if verdict == "timeout" else None,
            "tests_total": 0 if verdict in ("harness", "provider", "no-code") else 4,
            "tests_passed": 4 if verdict == "passed" else 3 if failed else 0,
            "failing_test": "test_extreme_logits" if failed else None,
            "error_type": {"failed": "AssertionError", "error": "NameError"}.get(verdict),
            "message": {
                "failed": "values differ: got tensor(nan), expected tensor(2.31)",
                "error": "name 'torch' is not defined",
                "provider": "RateLimitError: 429 from the provider",
                "timeout": "the time limit of 6 s was reached",
            }.get(verdict),
            "flags": ["imports-pytest"] if failed and sample == 0 and hash(problem.id) % 5 == 0 else [],
            "latency": float(rng.gamma(3, 1.2)),
            "prompt_tokens": 310,
            "completion_tokens": int(rng.integers(80, 600)),
            "cost": cost,
            "finish_reason": "stop",
            "problem_hash": "changed" if is_stale else problem.hash,
            "environment": problem.meta.environment,
            "finished_at": finished + timedelta(seconds=sample),
        }

    def _text(problem: Problem, sample: int, verdict: str) -> dict[str, Any]:
        code = problem.reference.replace("eps", "epsilon")
        if verdict != "passed":
            code = code.replace("return", "# a guess\n    return", 1).replace("clamp", "clip")
        reply = response or f"Here is the function:\n\n```python\n{code}```\nIt handles the edge cases you listed."
        outcomes = [
            {"id": f"test_case_{i}", "outcome": "passed", "seconds": 0.01, "message": "", "traceback": ""}
            for i in range(3)
        ]
        if verdict == "failed":
            outcomes.append(
                {
                    "id": "test_extreme_logits",
                    "outcome": "failed",
                    "seconds": 0.02,
                    "message": "values differ: got tensor(nan), expected tensor(2.31)",
                    "traceback": "tests.py:21: in test_extreme_logits\n    assert torch.allclose(got, expected)\n"
                    "E   AssertionError: values differ: got tensor(nan), expected tensor(2.31)",
                    "values": {"got": "tensor(nan)", "expected": "tensor(2.3100)"},
                }
            )
        judged = verdict in ("passed", "failed")
        return {
            "run_id": run_id,
            "problem_id": problem.id,
            "sample": sample,
            "prompt": json.dumps(
                [
                    {"role": "system", "content": "Complete the function. Answer with Python code."},
                    {"role": "user", "content": problem.prompt},
                ]
            ),
            "response": None if verdict in ("harness", "provider") else reply,
            "code": None if verdict in ("no-code", "harness", "provider") else code,
            "tests": json.dumps(outcomes if judged else []),
            "output": "epoch 1 loss nan\n" if verdict == "failed" else "",
            "evidence": json.dumps({"signal": "SIGSEGV"} if verdict == "crashed" else {}),
        }

    fields = {
        "technique": "zero-shot",
        "parameters": {"temperature": 0.0, "max_tokens": 1024},
        "started_at": finished - timedelta(minutes=9),
        "finished_at": finished,
        "executor": {"name": "docker", "workers": 2},
        "versions": {"deepbench": "0.1.0", "torch": "2.13.0"},
        "labels": {p.id: _labels(p) for p in problems},
        "problem_ids": [p.id for p in problems],
    }
    filled = Manifest(
        run_id=run_id, model=model, suite=problems[0].suite, samples_per_problem=samples, **(fields | manifest)
    )
    write_publication(results, filled, rows())
    return run_id


def publish_usual(results: Path, problems: Sequence[Problem]) -> None:
    """Several models as a board meets them: good, close to each other, thin, stale, faulty, many samples, pseudo."""
    publish(results, problems, "anthropic/claude-sonnet-5", skill=0.75, day=3)
    publish(results, problems, "openai/gpt-5.2", skill=0.55, day=2, samples=5)
    publish(results, problems, "local/qwen2.5-coder-1.5b-instruct", skill=0.4, day=4, cost=None)
    publish(results, problems, "local/smollm2-135m-instruct", skill=-0.3, day=5, cost=None, stale=2)
    publish(results, problems, "mistral/codestral-2601", skill=0.5, faults=0.2, day=1)
    publish(results, problems[:6], "deepseek/deepseek-v4", skill=0.6, day=6, integrity="in-process")
    publish(results, problems, "reference", skill=9, ranked=False)
    publish(results, problems, "stub", skill=-9, ranked=False)


def _labels(problem: Problem) -> Labels:
    meta = problem.meta
    return Labels(
        title=meta.title,
        stage=meta.stage,
        task=meta.task,
        modality=meta.modality,
        difficulty=meta.difficulty,
        review=meta.review,
        hash=problem.hash,
    )
