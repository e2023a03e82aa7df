"""Recorded answers to DS-1000: judged here and in a fresh Python process each, side by side in one run.

    python benchmarks/ds1000.py RESPONSES.jsonl[.gz] [--every N] [--workers N] [--write]

Rows hold `problem_id`, `code` and, where it is known, `official_passed`. Both ways judge the same samples with equal
workers, in turns of a few hundred, so that whatever else the machine does slows both. Endless samples are left out of
the timing of both. `--write` puts the figures into docs/ds1000.md.
"""

from __future__ import annotations

import argparse
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepbench_core import environments
from deepbench_core.errors import ProblemError
from deepbench_core.executors import open_executor
from deepbench_core.executors.calibration import Calibration, calibrate_all, job_for
from deepbench_core.executors.pool import Pool
from deepbench_core.executors.types import Judgement
from deepbench_core.importers.ds1000 import program
from deepbench_core.jsonl import parse, read_lines
from deepbench_core.problems import NEEDS_NETWORK, Problem, find_suite, load_suite
from deepbench_core.taxonomy import Verdict

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ds1000.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
TURN = 200  # samples that one way judges before the other takes over
FRESH_SECONDS = 120  # the benchmark's own limit
GOAL = 6.0

# Official verdicts on these were given with another version of the data set.
OTHER_VERSION = frozenset(map(str, (199, 200, 201, 220, 221, 222, 282, 283)))

_FRESH_ENVIRONMENT = {
    **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")},
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "Agg",
    "CUDA_VISIBLE_DEVICES": "",
    "PATH": os.defpath,
}


@dataclass(frozen=True)
class Sample:
    """A recorded answer with what it is judged by."""

    problem: Problem
    code: str
    official: bool | None
    calibration: Calibration | None  # None where the reference does not pass


@dataclass(frozen=True)
class Fresh:
    """What a process of its own said."""

    passed: bool
    message: str


def main() -> None:
    """Judge both ways, print, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("responses", type=Path)
    parser.add_argument("--suite", default="ds1000")
    parser.add_argument("--executor", default="local", choices=["auto", "local", "docker"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth problem")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    chosen = parser.parse_args()
    problems = load_suite(find_suite(chosen.suite))[:: chosen.every]
    names = sorted({p.meta.environment for p in problems})
    with open_executor(chosen.executor, workers=chosen.workers, environments=names, on_progress=note) as pool:
        calibrations, broken = references(pool, problems)
        samples = list(recorded(chosen.responses, {p.id: p for p in problems}, calibrations))
        judgements = judged(pool, samples)
        timed = [s for s in samples if s.calibration and judgements[s.problem.id].verdict is not Verdict.TIMEOUT]
        ours, theirs, fresh = side_by_side(pool, timed)
        # The rest for their verdicts alone: endless ones, and those that have no calibration here.
        rest = [s for s in samples if s not in timed and s.calibration is None]
        with ThreadPoolExecutor(pool.workers) as threads:
            fresh |= dict(zip((s.problem.id for s in rest), threads.map(fresh_process, rest), strict=True))
        description = pool.describe()
    text = report(samples, judgements, fresh, (len(timed), ours, theirs), broken, len(problems), description)
    print(text)
    if chosen.write:
        write(text)


def references(pool: Pool, problems: Sequence[Problem]) -> tuple[dict[str, Calibration], dict[str, str]]:
    """Calibrations by problem, and why there is none for the others."""
    found: dict[str, Calibration] = {}
    broken: dict[str, str] = {}
    for number, (problem, outcome) in enumerate(calibrate_all(problems, pool), start=1):
        if isinstance(outcome, ProblemError):
            broken[problem.id] = str(outcome).partition("reference: ")[2]
        else:
            found[problem.id] = outcome
        if not number % 50:
            note(f"references: {number} of {len(problems)}")
    return found, broken


def recorded(path: Path, problems: Mapping[str, Problem], calibrations: Mapping[str, Calibration]) -> Iterator[Sample]:
    """The first answer to each problem."""
    seen: set[str] = set()
    for number, line in read_lines(path):
        row = parse(line.decode(), f"{path}:{number}")
        key = str(row["problem_id"])
        if key in problems and key not in seen:
            seen.add(key)
            yield Sample(problems[key], row["code"], row.get("official_passed"), calibrations.get(key))


def judged(pool: Pool, samples: Iterable[Sample]) -> dict[str, Judgement]:
    """Every sample once, in the warm executor."""
    futures = {s.problem.id: pool.submit(job_for(s.problem, s.code, s.calibration)) for s in samples if s.calibration}
    return {key: future.result() for key, future in futures.items()}


def side_by_side(pool: Pool, samples: Sequence[Sample]) -> tuple[float, float, dict[str, Fresh]]:
    """Seconds that each way took for the same samples, and the verdicts of the fresh processes."""
    ours = theirs = 0.0
    fresh: dict[str, Fresh] = {}
    with ThreadPoolExecutor(pool.workers) as threads:
        for start in range(0, len(samples), TURN):
            turn = samples[start : start + TURN]
            began = time.perf_counter()
            judged(pool, turn)
            ours += time.perf_counter() - began
            began = time.perf_counter()
            fresh |= dict(zip((s.problem.id for s in turn), threads.map(fresh_process, turn), strict=True))
            theirs += time.perf_counter() - began
            note(f"side by side: {len(fresh)} of {len(samples)}, {theirs / ours:.1f} times")
    return ours, theirs, fresh


def fresh_process(sample: Sample) -> Fresh:
    """The benchmark's own program in a new interpreter of the same environment; without a network, as in the box."""
    built = environments.find_built(sample.problem.meta.environment)
    assert built is not None, "deepbench env build it first"
    token = os.urandom(8).hex()  # an answer that leaves with status 0 has not passed
    with tempfile.TemporaryDirectory(prefix="deepbench-ds1000-") as folder:
        script = Path(folder, "program.py")
        text = f"{program(sample.problem, sample.code)}print('\\n{token}')\n"
        script.write_text(text, encoding="utf-8", errors="surrogatepass")
        command = [*without_network(), f"{built.reference}/bin/python", str(script)]
        environment = _FRESH_ENVIRONMENT | {"HOME": str(home())}
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, check=False, timeout=FRESH_SECONDS
            )
        except subprocess.TimeoutExpired:
            return Fresh(False, f"not done after {FRESH_SECONDS} s")
    said = done.stderr.decode(errors="replace").strip().splitlines()
    passed = done.returncode == 0 and token in done.stdout.decode(errors="replace").split()
    return Fresh(passed, "" if passed else (said[-1] if said else f"status {done.returncode}")[:200])


@functools.cache
def home() -> Path:
    """One folder for matplotlib's list of fonts, so that not every process makes its own."""
    return Path(tempfile.mkdtemp(prefix="deepbench-ds1000-home-"))


@functools.cache
def without_network() -> tuple[str, ...]:
    """A prefix that takes the network away, where this user may do that."""
    for command in (("unshare", "--net"), ("unshare", "--map-root-user", "--net")):
        try:
            if not subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
                return command
        except OSError:
            break
    return ()


# The page ------------------------------------------------------------------------------------------------------------


def report(
    samples: Sequence[Sample],
    judgements: Mapping[str, Judgement],
    fresh: Mapping[str, Fresh],
    timing: tuple[int, float, float],
    broken: Mapping[str, str],
    problems: int,
    description: Mapping[str, Any],
) -> str:
    """The figures in Markdown: what was compared, how often it agrees, every difference, and the speed."""
    comparable = [s for s in samples if s.problem.id not in OTHER_VERSION]
    network = [s for s in comparable if NEEDS_NETWORK in s.problem.meta.tags]
    passed = {
        s.problem.id: s.calibration is not None and judgements[s.problem.id].verdict is Verdict.PASSED for s in samples
    }
    with_fresh = [s for s in comparable if s.problem.id in fresh]
    endless = [s.problem.id for s in comparable if s.problem.id not in fresh]
    differ_fresh = [s for s in with_fresh if fresh[s.problem.id].passed != passed[s.problem.id]]
    official = [s for s in comparable if s.official is not None]
    differ_official = [s for s in official if s.official != passed[s.problem.id]]
    here = [s for s in official if s not in network]
    differ_here = [s for s in differ_official if s not in network]
    judges = Counter(str(j.integrity) for j in judgements.values())
    count, ours, theirs = timing
    head = (
        f"{len(samples)} recorded answers to {problems} problems; {len(comparable)} are comparable with the official "
        f"verdicts. {description['workers']} workers, executor {description['executor']}."
    )
    apart = (
        f"Judged by the split: {judges['split']}; in one process: {judges['in-process']}. "
        f"Problems that need the network, which are shown apart: {_ids(s.problem.id for s in network)}. "
        f"Endless, so without a fresh process to compare with: {_ids(endless)}."
    )
    speed = (
        f"**Speed.** {count} samples: {ours:.0f} s here, {theirs:.0f} s with a fresh process each, "
        f"**{theirs / ours if ours else float('nan'):.1f} times** (wanted: {GOAL:g})."
    )
    lines = [
        head,
        "",
        "| | agree | of | |",
        "| --- | ---: | ---: | ---: |",
        _agreement("Verdict here and of a fresh process", len(differ_fresh), len(with_fresh)),
        _agreement("Verdict here and the official one", len(differ_official), len(official)),
        _agreement("The same without those that need the network", len(differ_here), len(here)),
        _agreement("References that pass here", len(broken), problems),
        "",
        apart,
        "",
        speed,
        "",
        "### Every difference",
        "",
        "| problem | here | fresh process | official | what they say |",
        "| --- | --- | --- | --- | --- |",
    ]
    for sample in sorted({s.problem.id: s for s in (*differ_fresh, *differ_official)}.values(), key=_number):
        lines.append(_difference(sample, judgements, fresh, broken))
    lines += ["", "### References that do not pass here", "", "| problem | library | why |", "| --- | --- | --- |"]
    library = {s.problem.id: s.problem.meta.library for s in samples}
    lines += [f"| {key} | {library.get(key, '')} | {_cell(why)} |" for key, why in sorted(broken.items(), key=_key)]
    return "\n".join(lines)


def _passed(judgement: Judgement) -> bool:
    return judgement.verdict is Verdict.PASSED


def _agreement(name: str, differing: int, count: int) -> str:
    share = f"{100 * (count - differing) / count:.1f}%" if count else "–"
    return f"| {name} | {count - differing} | {count} | {share} |"


def _difference(
    sample: Sample, judgements: Mapping[str, Judgement], fresh: Mapping[str, Fresh], broken: Mapping[str, str]
) -> str:
    key = sample.problem.id
    judgement, other = judgements.get(key), fresh.get(key)
    here = f"{judgement.verdict} ({judgement.integrity})" if judgement else "harness"
    said = [judgement.message if judgement else f"the reference does not pass: {broken.get(key, '')}"]
    said += [other.message] if other and other.message else []
    words = {True: "passed", False: "not passed", None: "–"}
    apart = " (needs the network)" if NEEDS_NETWORK in sample.problem.meta.tags else ""
    theirs = words[other.passed if other else None]
    return f"| {key}{apart} | {here} | {theirs} | {words[sample.official]} | {_cell('; '.join(filter(None, said)))} |"


def _number(sample: Sample) -> tuple[int, str]:
    return _key((sample.problem.id, ""))


def _key(item: tuple[str, str]) -> tuple[int, str]:
    return (int(item[0]), "") if item[0].isdigit() else (sys.maxsize, item[0])


def _ids(ids: Iterable[str]) -> str:
    return ", ".join(ids) or "none"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")[:160]


def write(text: str) -> None:
    """Put the figures between the marks of the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def note(message: str) -> None:
    """To the person who waits."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
