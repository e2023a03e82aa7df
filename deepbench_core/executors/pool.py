"""A pool of warm boxes: one sample at a time in each, deadlines enforced from outside, nothing left behind.

The host trusts a box as little as the box trusts the code: a box that is late, gone, talks out of turn or does not say
that it is clean is thrown away, and the next sample gets a fresh one.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import platform
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from deepbench_core import environments
from deepbench_core.environments import Built, Kind, Progress
from deepbench_core.errors import DeepBenchError, ExecutorError
from deepbench_core.executors.box import Box, BoxBroken, BoxLate, BoxLost, Limits, judge_hash
from deepbench_core.executors.outcome import ATTEMPTS, GRACE_SECONDS, Attempt, conclude, harness, lost, parse, why
from deepbench_core.executors.types import Job, Judgement
from deepbench_core.taxonomy import Verdict

CLEAN_SECONDS = 15.0
READY_SECONDS = 180.0  # a cold import of a large library from a slow disk
RECYCLE_AFTER = 5000  # samples; a box that something went wrong in unnoticed ends some time
WARM_AHEAD = 20
PATIENCE = 3.0  # times the limit that a sample gets besides, while the machine is too busy to run it
COMPILED_LIMIT = 2 << 20  # characters
BOXES_PER_SLOT = 3  # environments that one slot keeps warm at a time

MakeBox = Callable[[Built, Limits], Box]
BoxKey = tuple[str, tuple[str, ...]]  # an environment, and what of its libraries aside is imported there


@dataclass
class _Task:
    job: Job
    future: Future[Judgement] = field(default_factory=Future)


class Pool:
    """The executor of both kinds of boxes; see `types.Executor` for what its methods promise."""

    def __init__(
        self,
        name: str,
        make_box: MakeBox,
        *,
        kind: Kind,
        workers: int,
        sandbox: dict[str, Any],
        limits: Limits | None = None,
        recycle_after: int = RECYCLE_AFTER,
        on_progress: Progress | None = None,
    ) -> None:
        self.name = name
        self.workers = workers
        self.limits = limits or Limits()
        self.recycle_after = recycle_after
        self._make_box = make_box
        self._kind = kind
        self._sandbox = sandbox
        self._say = on_progress or (lambda _: None)
        self._built: dict[str, Built] = {}
        self._aside: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self._build_lock = threading.Lock()
        self._lock = threading.Lock()
        self._pending: deque[_Task] = deque()
        self._closed = False
        self.boxes_started = 0
        self._slots = [_Slot(self, number) for number in range(workers)]
        self._idle = list(self._slots)
        for slot in self._slots:
            slot.thread.start()
        atexit.register(self.close)

    def submit(self, job: Job) -> Future[Judgement]:
        """Queue a job, for a slot that is warm for it if one is idle."""
        task = _Task(job)
        with self._lock:
            if self._closed:
                raise ExecutorError("the executor is closed")
            if not self._idle:
                self._pending.append(task)
                return task.future
            slot = next((s for s in self._idle if s.warm_for(job)), self._idle[0])
            self._idle.remove(slot)
            slot.give(task)  # within the lock: before `close` tells the slot to stop
        return task.future

    def prepare(self, names: Iterable[str]) -> None:
        """Build what these environments lack. Raises EnvironmentBuildError, UserError."""
        for name in names:
            self.built(name)

    def built(self, name: str) -> Built:
        """One environment, built when it is missing; one build at a time."""
        with self._build_lock:
            if name not in self._built:
                self._built[name] = environments.build(name, self._kind, progress=self._say)
            return self._built[name]

    def box_key(self, job: Job) -> BoxKey:
        """Which boxes are warm for a job."""
        name = job.environment
        if name not in self._aside:
            try:
                self._aside[name] = environments.load_environment(name).aside
            except DeepBenchError:
                return name, ()  # nothing is built for it, which its judgement will say
        return name, tuple(aside for aside in self._aside[name] if aside in job.code or aside in job.tests)

    def imported(self, key: BoxKey) -> Built:
        """The environment of a box, with what that box is to import."""
        name, names = key
        built = self.built(name)
        environment = built.environment
        preload = (*environment.preload, *(module for aside in names for module in environment.aside[aside]))
        return replace(built, environment=replace(environment, preload=preload, aside={}))

    def describe(self) -> dict[str, Any]:
        """What goes into a manifest."""
        limits = self.limits
        return {
            "executor": self.name,
            **self._sandbox,
            "workers": self.workers,
            "judge": judge_hash(),
            "environments": {
                name: {"digest": built.environment.digest, "versions": built.versions}
                for name, built in sorted(self._built.items())
            },
            "limits": {
                "memory_mb": limits.memory_mb,
                "box_memory_mb": limits.total_mb,
                "cpus": limits.cpus,
                "pids": limits.pids,
                "scratch_mb": limits.scratch_mb,
                "shm_mb": limits.shm_mb,
            },
            "machine": {"system": platform.system(), "machine": platform.machine(), "cpus": os.cpu_count()},
        }

    def close(self) -> None:
        """End every box, cancel what waits; idempotent. A job that is being judged ends as `harness`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            waiting = list(self._pending)
            self._pending.clear()
        atexit.unregister(self.close)
        for task in waiting:
            task.future.cancel()
        for slot in self._slots:
            slot.stop()
        for slot in self._slots:
            if slot.thread is not threading.current_thread():
                slot.thread.join(timeout=30)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _next(self, slot: _Slot) -> _Task | None:
        """The next task for a slot that is done with its last, preferring what it is warm for; None: it is idle now."""
        with self._lock:
            if not self._pending:
                if not self._closed:
                    self._idle.append(slot)
                return None
            for position, task in enumerate(itertools.islice(self._pending, 64)):
                if slot.warm_for(task.job):
                    del self._pending[position]
                    return task
            return self._pending.popleft()


class _Slot:
    """One worker: a thread that owns at most one busy box, and keeps those of other environments warm."""

    def __init__(self, pool: Pool, number: int) -> None:
        self.pool = pool
        self.thread = threading.Thread(target=self._run, name=f"deepbench-slot-{number}", daemon=True)
        self._given: SimpleQueue[_Task | None] = SimpleQueue()  # None: stop
        self._stopping = False
        self._boxes: OrderedDict[BoxKey, Box] = OrderedDict()
        self._successors: dict[BoxKey, Box] = {}
        self._every: set[Box] = set()  # also those that are being started: `stop` must find them
        self._every_lock = threading.Lock()

    def warm_for(self, job: Job) -> bool:
        """Whether a box for this job's environment waits here."""
        return self.pool.box_key(job) in self._boxes

    def give(self, task: _Task) -> None:
        """Hand a task to an idle slot."""
        self._given.put(task)

    def stop(self) -> None:
        """End the boxes, also under a running sample, and the thread."""
        self._stopping = True
        with self._every_lock:
            boxes = list(self._every)
        for box in boxes:
            box.interrupt()
        self._given.put(None)

    def _run(self) -> None:
        while (task := self._given.get()) is not None:
            # Idle from the moment that `_next` has nothing: what is given after that waits in the queue.
            while task is not None and not self._stopping:
                self._work(task)
                task = None if self._stopping else self.pool._next(self)
            if task is not None:
                task.future.cancel()
        for box in list(self._every):
            self._discard(box)

    def _work(self, task: _Task) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        job = task.job
        box: Box | None = None
        attempts: list[Attempt] = []
        try:
            while len(attempts) < ATTEMPTS and not self._stopping:
                try:
                    box = self._box_for(job)
                except ExecutorError as error:
                    attempts.append(Attempt(harness(job, str(error)), conclusive=False))
                    continue
                attempts.append(self._judge(box, job))
                if attempts[-1].conclusive:
                    break
            result = conclude(job, attempts)
        except DeepBenchError as error:  # no environment: nothing about this job, so not a judgement
            task.future.set_exception(error)
            return
        except Exception as error:  # a bug of ours must not leave a caller waiting
            result = harness(job, f"{type(error).__name__}: {error}")
            box = None
            self._drop(self.pool.box_key(job))
        task.future.set_result(result)
        if box is not None:
            self._tidy(box, self.pool.box_key(job))

    # Boxes ------------------------------------------------------------------------------------------------------------

    def _box_for(self, job: Job) -> Box:
        key = self.pool.box_key(job)
        box = self._boxes.get(key)
        if box is not None and (not box.alive or box.limits.memory_mb < job.memory_mb):
            self._drop(key)
            box = None
        if box is None:
            box = self._successors.pop(key, None)
            if box is not None and box.limits.memory_mb < job.memory_mb:
                self._discard(box)
                box = None
            try:
                if box is None:
                    box = self._launch(key, job.memory_mb)
                box.await_ready(READY_SECONDS)
            except (BoxLate, BoxLost, BoxBroken) as error:
                assert box is not None
                after = box.post_mortem(1.0 if isinstance(error, BoxLost) else 0.0)
                self._discard(box)
                raise ExecutorError(f"a {self.pool.name} box did not come up: {why(error, after)}") from None
            self._boxes[key] = box
            while len(self._boxes) > BOXES_PER_SLOT:
                self._drop(next(iter(self._boxes)))
        self._boxes.move_to_end(key)
        return box

    def _launch(self, key: BoxKey, memory_mb: int) -> Box:
        """Start a box and tell it what to import, without waiting for that."""
        pool = self.pool
        limits = replace(pool.limits, memory_mb=max(pool.limits.memory_mb, memory_mb))
        box = pool._make_box(pool.imported(key), limits)
        with self._every_lock:
            self._every.add(box)
        try:
            box.start()
            if self._stopping:  # `stop` may have looked before there was anything to end
                raise BoxLost("the executor is closing")
            pool.boxes_started += 1
            box.greet()
        except (BoxLate, BoxLost) as error:
            after = box.post_mortem(1.0 if isinstance(error, BoxLost) else 0.0)
            self._discard(box)
            raise ExecutorError(f"a {pool.name} box did not start: {why(error, after)}") from None
        except BaseException:
            self._discard(box)
            raise
        return box

    def _drop(self, key: BoxKey) -> None:
        box = self._boxes.pop(key, None)
        if box is not None:
            self._discard(box)

    def _discard(self, box: Box) -> None:
        box.kill()
        with self._every_lock:
            self._every.discard(box)

    def _tidy(self, box: Box, key: BoxKey) -> None:
        """After a verdict: wait until the box is clean; replace it when it is not, or has judged enough."""
        if self._boxes.get(key) is not box:
            return
        box.judged += 1
        try:
            frame = box.receive(time.monotonic() + CLEAN_SECONDS)
            clean = (
                frame.get("type") == "clean"
                and frame.get("id") == box.job_id
                and frame.get("leftovers") == 0
                and box.quiet
            )
        except (BoxLate, BoxLost, BoxBroken):
            clean = False
        if not clean or box.judged >= self.pool.recycle_after:
            self._drop(key)
        elif box.judged == self.pool.recycle_after - WARM_AHEAD and not self._stopping:
            with contextlib.suppress(DeepBenchError):  # then it is started when it is needed, and says why not
                self._successors[key] = self._launch(key, box.limits.memory_mb)

    # Judging ----------------------------------------------------------------------------------------------------------

    def _judge(self, box: Box, job: Job) -> Attempt:
        """One try. A box that was lost on the way is thrown away, and the evidence read before."""
        number = box.job_id = secrets.token_hex(16)  # a frame that the code forged could not name it
        started = time.monotonic()
        most = job.seconds * (1 + PATIENCE)
        deadline = started + most + GRACE_SECONDS
        box.trusted &= job.trusted
        frame = {
            "type": "judge",
            "id": number,
            "code": job.code,
            "tests": job.tests,
            "entry_points": list(job.entry_points),
            "expected": None if job.expected is None else list(job.expected),
            "seconds": job.seconds,
            "most_seconds": most,
            "memory_mb": job.memory_mb,
            "integrity": job.integrity.value,
            "copy_back": list(job.copy_back),
            "package": job.package,
            "fresh": job.fresh,
            "seed": job.seed,
            "threads": job.threads,
            "order": list(job.order),
            "first_failure": job.first_failure,
            "compiled": job.compiled or box.compiled(job.tests),
        }
        try:
            box.send(frame, deadline)
            answer = box.receive(deadline)
            judgement = parse(job, answer, number)
        except (BoxLate, BoxLost, BoxBroken) as error:
            total = time.monotonic() - started
            after = box.post_mortem(1.0 if isinstance(error, BoxLost) else 0.0)
            # A sample before this one ran out of memory, and that is all that the counter says.
            after.out_of_memory &= not box.oom_seen
            self._drop(self.pool.box_key(job))
            return lost(job, error, after, total)
        if isinstance(made := answer.get("compiled"), str) and len(made) < COMPILED_LIMIT:
            box.keep_compiled(job.tests, made)
        total, made = time.monotonic() - started, box.compiled(job.tests) if box.trusted else ""
        judgement = replace(judgement, total_seconds=round(total, 6), compiled=made)
        box.oom_seen |= judgement.verdict is Verdict.OUT_OF_MEMORY
        if judgement.verdict is Verdict.HARNESS:
            self._drop(self.pool.box_key(job))
            return Attempt(judgement, conclusive=False)
        return Attempt(judgement)
