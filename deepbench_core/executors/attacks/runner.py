"""Running the programs against an executor, and asking four questions after each."""

from __future__ import annotations

import queue
import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

from deepbench_core.errors import ExecutorError
from deepbench_core.executors.attacks.host import Host, ipc_leftovers, leftovers, remove_leftovers
from deepbench_core.executors.attacks.programs import NEEDS, Program, Style, fill, read_styles, select
from deepbench_core.executors.attacks.report import AttackReport, AttackResult
from deepbench_core.executors.pool import PATIENCE
from deepbench_core.executors.types import Executor, Job, Judgement
from deepbench_core.taxonomy import Verdict

ENVIRONMENT = "torch-cpu"
GRACE = 12.0  # beyond what the pool may take: ending, cleaning up
GIVE_UP = 120.0  # beyond the limit, until a judgement is given up; covers one new box and one retry
SETTLE = 5.0
AFTERWARDS = "afterwards"  # the honest sample that follows each program

OnResult = Callable[[AttackResult], None]


def attack(
    name: str = "docker",
    *,
    lanes: int = 2,
    only: Sequence[str] = (),
    unsafe: bool = False,
    on_result: OnResult | None = None,
) -> AttackReport:
    """Open an executor, run the suite against it, close it, and see what is left: `deepbench doctor --attack`.

    `only` names slugs or kinds. Each lane is a pool of one slot, so that "the next sample" means something.
    Raises ExecutorError when not even honest code can be judged, UserError for an unknown name.
    """
    from deepbench_core.executors import open_executor

    select(only)
    start = time.monotonic()
    with Host() as host:
        executors: list[Executor] = []
        try:
            for _ in range(lanes):
                executors.append(open_executor(name, workers=1, unsafe=unsafe))
            results = run_attacks(executors, only=only, unsafe=unsafe, on_result=on_result, host=host)
        finally:
            for executor in executors:
                executor.close()
        problems = [f"after closing: {what}" for what in host.breaches() + ipc_leftovers(host.facts["ipc_key"])]
    return AttackReport(name, tuple(results), tuple(problems), time.monotonic() - start)


def run_attacks(
    executors: Executor | Sequence[Executor],
    *,
    only: Sequence[str] = (),
    unsafe: bool = False,
    on_result: OnResult | None = None,
    host: Host | None = None,
) -> list[AttackResult]:
    """Run the programs, one at a time on each executor, and return their results in the programs' order.

    An executor with several slots gets as many honest samples after each program, so that its slot gets one. Without
    a `host` that was entered before the executors were opened, a leak of the environment can't be noticed.
    """
    if host is None:
        with Host() as host:
            return run_attacks(executors, only=only, unsafe=unsafe, on_result=on_result, host=host)
    lanes = list(executors) if isinstance(executors, Sequence) else [executors]
    programs = select(only)
    waiting: queue.SimpleQueue[Program] = queue.SimpleQueue()
    for program in programs:
        waiting.put(program)
    found: dict[str, AttackResult] = {}
    suite = _Suite(host, unsafe)
    suite.expected(read_styles()[AFTERWARDS], lanes[0])

    def work(executor: Executor) -> None:
        while True:
            try:
                program = waiting.get_nowait()
            except queue.Empty:
                return
            result = suite.run(program, executor)
            with suite.lock:
                found[program.slug] = result
                if on_result:
                    on_result(result)

    with ThreadPoolExecutor(len(lanes), thread_name_prefix="deepbench-attack") as pool:
        for future in [pool.submit(work, executor) for executor in lanes]:
            future.result()
    return [found[program.slug] for program in programs]


class _Suite:
    """What the lanes share: canaries, and the ids of each style's tests."""

    def __init__(self, host: Host, unsafe: bool) -> None:
        self.host, self.unsafe, self.lock = host, unsafe, threading.Lock()
        self._expected: dict[str, tuple[str, ...]] = {}
        self._why: dict[str, str] = {}
        self._calibration = threading.Lock()

    def run(self, program: Program, executor: Executor) -> AttackResult:
        """Judge a program by each of its styles, then ask the four questions."""
        if reason := self._unfit(program, executor):
            return AttackResult(program.slug, program.kind, program.tries, skipped=reason)
        start = time.monotonic()
        marker = f"dbx{secrets.token_hex(5)}"
        verdicts: dict[str, str] = {}
        wrong: list[str] = []
        escaped: list[str] = []
        for name in program.styles:
            style = read_styles()[name]
            try:
                expected = self.expected(style, executor)
            except ExecutorError as error:  # one style may be beyond a set-up; the others still say something
                wrong.append(str(error))
                continue
            for code in program.codes(style, self.host.facts_for(marker)):
                judgement = _judge(executor, program.slug, style, code, expected, program.seconds)
                verdicts[name] = judgement.verdict.value if judgement else "none"
                wrong += [f"{name}: {what}" for what in _misjudged(program, judgement)]
                escaped += _confessions(judgement)
        harmed, unclean = self._afterwards(executor, marker)
        escaped += self.host.breaches()
        unclean += _left_on_host(marker)
        return AttackResult(
            program.slug,
            program.kind,
            program.tries,
            verdicts,
            judged=not wrong,
            contained=not escaped,
            unharmed=not harmed,
            clean=not unclean,
            problems=tuple(dict.fromkeys(wrong + escaped + harmed + unclean)),
            seconds=time.monotonic() - start,
        )

    def expected(self, style: Style, executor: Executor) -> tuple[str, ...]:
        """The ids of a style's tests, as its right solution produces them here."""
        with self._calibration:
            if style.name not in self._expected:
                code = fill(style.solution, {"marker": "nothing carries this"})
                judgement = _judge(executor, "calibration", style, code, None, 60)
                right = judgement is not None and judgement.verdict is Verdict.PASSED
                self._expected[style.name] = tuple(test.id for test in judgement.tests) if judgement and right else ()
                if not self._expected[style.name]:
                    self._why[style.name] = _words(judgement) if judgement else "no verdict"
            if style.name in self._why:
                raise ExecutorError(f"{executor.name} can't judge honest code ({style.name}): {self._why[style.name]}")
            return self._expected[style.name]

    def _unfit(self, program: Program, executor: Executor) -> str:
        for need in program.needs:
            if not _HAVE[need](executor, self.unsafe):
                return NEEDS[need]
        return ""

    def _afterwards(self, executor: Executor, marker: str) -> tuple[list[str], list[str]]:
        """Honest samples right after a program: what was harmed, and what was left in the box."""
        style = read_styles()[AFTERWARDS]
        expected = self.expected(style, executor)
        code = fill(style.solution, {"marker": marker})
        with ThreadPoolExecutor(executor.workers) as pool:
            futures = [
                pool.submit(_judge, executor, AFTERWARDS, style, code, expected, 60) for _ in range(executor.workers)
            ]
        harmed: list[str] = []
        unclean: list[str] = []
        for judgement in (future.result() for future in futures):
            if judgement is None:
                harmed.append("the next sample got no verdict")
                continue
            bad = [test for test in judgement.tests if test.outcome != "passed"]
            if judgement.verdict is Verdict.PASSED:
                continue
            if [test.id.rsplit("::")[-1] for test in bad] == ["test_nothing_is_left_behind"]:
                unclean.append(f"left in the box: {bad[0].message.splitlines()[0] if bad[0].message else ''}")
            else:
                harmed.append(f"the next sample: {_words(judgement)}")
        return harmed, unclean


def _judge(
    executor: Executor, slug: str, style: Style, code: str, expected: tuple[str, ...] | None, seconds: float
) -> Judgement | None:
    entry_points = ("solve", "gradient", "left_behind") if style.name == AFTERWARDS else ("solve",)
    job = Job(
        key=f"attack/{slug}/{style.name}/{secrets.token_hex(3)}",
        environment=ENVIRONMENT,
        code=code,
        tests=style.tests,
        entry_points=entry_points,
        expected=expected,
        seconds=seconds,
    )
    try:
        return executor.submit(job).result(timeout=seconds + GIVE_UP)
    except FutureTimeout:
        return None


def _misjudged(program: Program, judgement: Judgement | None) -> list[str]:
    if judgement is None:
        return [f"no verdict within {program.seconds + GIVE_UP:.0f} s"]
    wrong = []
    if judgement.verdict not in program.accepts:
        wrong.append(f"{_words(judgement)}, accepted: {', '.join(program.accepts)}")
    if judgement.total_seconds > program.seconds * (1 + PATIENCE) + GRACE:
        wrong.append(f"{judgement.total_seconds:.0f} s for a limit of {program.seconds:.0f} s")
    return wrong


def _confessions(judgement: Judgement | None) -> list[str]:
    """What a program says it got hold of."""
    if judgement is None:
        return []
    texts = [judgement.message, *(test.message for test in judgement.tests)]
    said = [text[text.index("breach: ") :].splitlines()[0] for text in texts if "breach: " in text]
    return list(dict.fromkeys(said))


def _left_on_host(marker: str) -> list[str]:
    """What is still there when the dust has settled; it is removed, so that it is reported once."""
    deadline = time.monotonic() + SETTLE
    while (found := leftovers(marker)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if found:
        remove_leftovers(marker)
    return [f"left on the host: {what}" for what in found]


def _words(judgement: Judgement) -> str:
    """A verdict with the most telling line of its reasons."""
    bad = next((f"{t.id} {t.outcome}: {t.message}" for t in judgement.tests if t.outcome != "passed"), "")
    reason = (judgement.message or bad).strip().splitlines()
    return f"{judgement.verdict}{f' ({reason[0][:200]})' if reason else ''}"


def _has_box(executor: Executor, unsafe: bool) -> bool:
    return not unsafe and executor.describe().get("sandbox") != "none"


def _has_cgroup(executor: Executor, unsafe: bool) -> bool:
    """Containers have one by nature; a local box where this user may make one."""
    if executor.describe().get("sandbox") == "container":
        return True
    from deepbench_core.executors import cgroups

    group = cgroups.create(64, 16)
    if group is not None:
        group.remove()
    return group is not None


_HAVE: dict[str, Callable[[Executor, bool], bool]] = {
    "box": _has_box,
    "cgroup": _has_cgroup,
    "linux": lambda executor, unsafe: sys.platform == "linux",
}
