"""The run itself: prompt → generate → extract → execute → store, generation and execution overlapping.

Threads ask the model and put each answer into the journal before anybody else sees it; the main thread extracts,
hands code to the judge, and journals each verdict before it reports it. So a kill at any point loses what was in
flight and nothing else, and a resumed run asks only for what was never answered.

Stopped runs (Ctrl-C, cancel, a wrong key, a full disk) are published as `partial` with what is finished, and go on
with `resume`, which publishes the next revision and drops the partial one.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from deepbench_core import prompts
from deepbench_core.errors import DeepBenchError, ProviderError, RunError, UserError
from deepbench_core.executors.types import Judgement
from deepbench_core.models import check_model, open_model
from deepbench_core.problems import Problem
from deepbench_core.prompts import Message
from deepbench_core.runs import diagnosing, judging
from deepbench_core.runs.journal import Answer, Journal, Judged, Key
from deepbench_core.runs.publish import publish_run
from deepbench_core.runs.spec import RunSpec, completed, select_problems
from deepbench_core.taxonomy import Verdict

if TYPE_CHECKING:
    from deepbench_core.models import Generation, Model

GRACE_SECONDS = 3.0  # after a stop, for answers that are nearly there and have been paid for
REFUSALS = 3  # in a row, that no retry helps: a wrong key, not a prompt that one filter dislikes
FAILURES = 8  # in a row after all retries: no network, not a bad moment
HARNESS_FAILURES = 8  # in a row: a broken sandbox, and every further answer would be paid for nothing


@dataclass(frozen=True)
class Phase:
    """Something that is going on beside samples: building, fetching, publishing."""

    message: str


@dataclass(frozen=True)
class Finished:
    """A sample whose verdict is on the disk."""

    problem_id: str
    sample: int
    verdict: Verdict
    seconds: float
    message: str
    latency: float | None
    cost: float | None
    done: int
    total: int


Event = Phase | Finished
OnEvent = Callable[[Event], None]


@dataclass(frozen=True)
class Result:
    """How a call of `execute` ended. `folder` is the publication, None when there was nothing to publish."""

    run_id: str
    status: Literal["complete", "partial"]
    done: int
    total: int
    folder: Path | None
    cancelled: bool = False


@dataclass(frozen=True)
class _Failed:
    """The provider gave no answer."""

    key: Key
    error: ProviderError


def create(spec: RunSpec) -> str:
    """Set up a run without starting it, and return its id. Raises UserError, RunError."""
    spec = completed(spec)
    with closing(Journal.create(spec, select_problems(spec))):
        return spec.run_id


def run(spec: RunSpec, on_event: OnEvent | None = None, *, stop: threading.Event | None = None) -> Result:
    """Create a run and execute it here."""
    return execute(create(spec), on_event, stop=stop)


def execute(
    run_id: str, on_event: OnEvent | None = None, *, stop: threading.Event | None = None, detached: bool = False
) -> Result:
    """Do what is left of a run, in this process, until it is done or `stop` is set; a KeyboardInterrupt stops, too.

    Samples that ended as `harness` or `provider` are tried again. `detached` is for the worker process: it heeds a
    cancel that came before it was up, and may be sent signals. Raises RunError when somebody else works on the run
    or it can't go on (wrong key, full disk, broken sandbox); what is finished has been published then.
    """
    with closing(Journal.open(run_id)) as journal, journal.held():
        stopping = stop or threading.Event()
        # From here on a cancel finds the lock held; one that came earlier is seen now.
        journal.keep(pid=os.getpid() if detached else None)
        if detached and journal.get("cancel"):
            stopping.set()
        else:
            journal.keep(cancel=False)
        return _Run(journal, on_event or (lambda _: None), stopping).execute()


@dataclass
class _Run:
    journal: Journal
    on_event: OnEvent
    stop: threading.Event
    inbox: queue.SimpleQueue[Callable[[], None]] = field(default_factory=queue.SimpleQueue)
    changed: bool = False
    looked: float = 0.0

    def execute(self) -> Result:
        journal = self.journal
        self.spec = journal.spec
        self.problems = {p.id: p for p in journal.problems()}
        self.total = len(self.problems) * self.spec.samples
        journal.keep(state="preparing", message="", error=None, session=time.time(), ended=None)
        if not journal.get("started"):
            journal.keep(started=time.time())
        self.changed = journal.forget_faults() > 0
        self.finished = journal.judged()
        try:
            if len(self.finished) < self.total:
                self._work()
        except KeyboardInterrupt:
            self.stop.set()
        except BaseException as error:
            self._end("failed", error if isinstance(error, DeepBenchError) else _internal(error))
            raise
        if self.stop.is_set() and len(self.finished) < self.total:
            return self._end("cancelled")
        return self._end("done")

    def _work(self) -> None:
        """Open what is needed, in the order in which it fails cheapest, and make and judge what is missing."""
        problems = list(self.problems.values())
        answered = self.journal.answered()
        wanted = [(p, s) for s in range(self.spec.samples) for p in self.problems if (p, s) not in self.finished]
        missing = [key for key in wanted if key not in answered]
        if missing and (reasons := check_model(self.spec.model, self.spec.model_parameters())):
            raise UserError("; ".join(reasons))
        with judging.open_judge(
            problems, self.spec.executor, workers=self.spec.workers, unsafe=self.spec.unsafe, say=self._say
        ) as judge:
            self.judge = judge
            self._stop_here()
            self._prepare_prompts(problems)
            self.waiting = set(wanted)
            self.refused: deque[ProviderError] = deque(maxlen=max(FAILURES, 2 * self.spec.concurrency))
            self.harness_in_a_row, self.answers = 0, len(answered)
            self.journal.keep(known=self.journal.get("known", {}) | {"executor": judge.describe()})
            for key in wanted:
                if key in answered:
                    self.inbox.put(partial(self._judge_kept, key))
            with self._asking(missing):
                self.journal.keep(state="running", message="")
                while self.waiting:
                    self._stop_here()
                    with suppress(queue.Empty):
                        self.inbox.get(timeout=0.2)()
            if self.refused and not self.answers:
                raise RunError(str(self.refused[-1]))
            # Environments that were built on the way are described now.
            self.journal.keep(known=self.journal.get("known", {}) | {"executor": judge.describe()})

    def _prepare_prompts(self, problems: list[Problem]) -> None:
        kept = self.journal.prompts()
        made = {}
        for problem in problems:
            if problem.id not in kept:
                messages = prompts.build(problem, self.spec.technique, self.judge.libraries(problem))
                made[problem.id] = (prompts.to_json(messages), prompts.prompt_hash(messages))
        self.journal.keep_prompts(made)
        self.messages = {
            problem_id: tuple(Message(**message) for message in json.loads(text))
            for problem_id, text in self.journal.prompts().items()
        }

    # Asking

    @contextmanager
    def _asking(self, keys: list[Key]) -> Iterator[None]:
        """Threads that ask for every key, in order; the model is not even opened when there is nothing to ask."""
        if not keys:
            yield
            return
        todo: queue.SimpleQueue[Key] = queue.SimpleQueue()
        for key in keys:
            todo.put(key)
        enough = threading.Event()
        concurrency = min(self.spec.concurrency, len(keys))
        parameters = self.spec.model_parameters()
        with open_model(self.spec.model, parameters, concurrency=concurrency, progress=self._say_share) as model:
            known = {"model": model.name, "model_details": dict(model.details)}
            self.journal.keep(known=self.journal.get("known", {}) | known)
            # Daemons: a call that hangs must not keep the process from ending.
            threads = [
                threading.Thread(target=self._ask, args=(model, todo, enough), name=f"ask-{i}", daemon=True)
                for i in range(concurrency)
            ]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                enough.set()
                deadline = time.monotonic() + GRACE_SECONDS
                for thread in threads:
                    thread.join(max(0.0, deadline - time.monotonic()))

    def _ask(self, model: Model, todo: queue.SimpleQueue[Key], enough: threading.Event) -> None:
        """One thread's life. Answers go into the journal here, before anything else can go wrong with them."""
        while not enough.is_set():
            try:
                key = todo.get_nowait()
            except queue.Empty:
                return
            try:
                generation = model.generate(self.messages[key[0]], sample=key[1], problem=self.problems[key[0]])
                answer = _answer(key, generation)
                self.journal.add_answer(answer)
            except ProviderError as error:
                if not enough.is_set():
                    self.inbox.put(partial(self._provider_failed, _Failed(key, error)))
            except BaseException as error:
                self.inbox.put(partial(_raise, error))
                return
            else:
                self.inbox.put(partial(self._answered, answer))

    def _answered(self, answer: Answer) -> None:
        self.answers += 1
        self.refused.clear()
        self.changed = True
        self._extract(answer)

    def _provider_failed(self, failed: _Failed) -> None:
        """A sample without an answer; the end of the run where asking on is pointless."""
        error = failed.error
        self.refused.append(error)
        self._finish(
            judging.without_judgement(
                self.problems[failed.key[0]], failed.key[1], Verdict.PROVIDER, str(error),
                self.judge.labels(self.problems[failed.key[0]]), provider=str(error), retryable=error.retryable,
            )
        )  # fmt: skip
        in_a_row = len(self.refused)
        for_good = sum(not e.retryable for e in self.refused)
        if error.fatal or for_good >= REFUSALS or in_a_row == self.refused.maxlen:
            raise RunError(f"{error}; go on with: deepbench resume {self.spec.run_id}")

    # Judging

    def _judge_kept(self, key: Key) -> None:
        self._extract(self.journal.answer(key))

    def _extract(self, answer: Answer) -> None:
        from deepbench_core.extract import extract_answer

        problem = self.problems[answer.problem_id]
        extraction = extract_answer(answer.response, problem)
        if extraction.code is None:
            labels, why = self.judge.labels(problem), answer.finish_reason
            self._finish(
                judging.without_code(problem, answer.sample, answer.response, labels, finish_reason=why), answer
            )
            return
        code = extraction.code
        known = self.journal.with_code(problem.id, judging.code_hash(code))
        if known is not None and self._same_judge(known, problem):
            self._finish(replace(known, sample=answer.sample, finished_at=0.0), answer)
            return
        future = self.judge.submit(problem, code)
        future.add_done_callback(lambda done: self.inbox.put(partial(self._judged, answer, code, done)))

    def _same_judge(self, known: Judged, problem: Problem) -> bool:
        """Whether a verdict of an earlier session would come out the same way now."""
        labels = self.judge.labels(problem)
        return all(known.columns.get(name) == labels.get(name) for name in ("environment_digest", "judge"))

    def _judged(self, answer: Answer, code: str, future: Future[Judgement]) -> None:
        problem = self.problems[answer.problem_id]
        if future.cancelled():
            raise RunError("the executor was closed while the run went on")
        judgement = future.result()
        judged = judging.judged_sample(problem, answer.sample, code, judgement, self.judge.labels(problem))
        self._finish(judged, answer)
        self.harness_in_a_row = self.harness_in_a_row + 1 if judgement.verdict is Verdict.HARNESS else 0
        if self.harness_in_a_row >= HARNESS_FAILURES:
            raise RunError(f"the sandbox fails again and again: {judged.message or 'no reason given'}")

    def _finish(self, judged: Judged, answer: Answer | None = None) -> None:
        """Journal, then report."""
        key = (judged.problem_id, judged.sample)
        self.journal.add_judged(judged)
        self.changed = True
        self.finished.add(key)
        self.waiting.discard(key)
        self.on_event(
            Finished(
                *key,
                Verdict(judged.verdict),
                judged.seconds,
                judged.message,
                answer.latency if answer else None,
                answer.cost if answer else None,
                len(self.finished),
                self.total,
            )
        )

    # Ending

    def _end(self, state: str, error: BaseException | None = None) -> Result:
        """Publish what is new and say how it ended; never hides the error that led here."""
        complete = len(self.finished) == self.total
        status: Literal["complete", "partial"] = "complete" if complete else "partial"
        published = self.journal.get("published") or {}
        folder = Path(published["folder"]) if published else None
        try:
            if self._worth_publishing(published, status):
                self.journal.keep(state="publishing", message="publishing")
                self.on_event(Phase("publishing"))
                folder = publish_run(self.journal, status=status)
                self.on_event(Phase("diagnosing"))
                diagnosing.quietly(folder, self.problems.values())
            self.journal.keep(state=state, message="", error=str(error) if error else None, ended=time.time())
        except DeepBenchError as problem:
            if error is None:
                with suppress(RunError):
                    self.journal.keep(state="failed", error=str(problem), ended=time.time())
                raise
            with suppress(RunError):
                self.journal.keep(state=state, error=f"{error}; {problem}", ended=time.time())
        return Result(self.spec.run_id, status, len(self.finished), self.total, folder, state == "cancelled")

    def _worth_publishing(self, published: dict[str, Any], status: str) -> bool:
        if not self.finished or not (self.journal.answered() or status == "complete"):
            return False
        gone = bool(published) and not Path(published["folder"]).is_dir()
        return self.changed or gone or published.get("status") != status

    def _stop_here(self) -> None:
        now = time.monotonic()
        if now - self.looked > 1.0:
            self.looked = now
            if self.journal.get("cancel"):
                self.stop.set()
        if self.stop.is_set():
            raise KeyboardInterrupt

    def _say(self, message: str) -> None:
        self._stop_here()
        self.journal.keep(message=message[:500])
        self.on_event(Phase(message))

    def _say_share(self, message: str, share: float) -> None:
        self._say(f"{message} ({share:.0%})")


def _answer(key: Key, generation: Generation) -> Answer:
    return Answer(
        *key,
        response=generation.text,
        latency=generation.latency,
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
        cost=generation.cost,
        finish_reason=generation.finish_reason,
        cut=generation.cut,
        model=generation.model,
        finished_at=time.time(),
    )


def _internal(error: BaseException) -> RunError:
    return RunError(f"DeepBench failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _raise(error: BaseException) -> None:
    raise error
