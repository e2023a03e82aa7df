"""Runs in a process of their own: started detached, watched through their journal, stopped by a signal.

The worker outlives the server that started it. Keys reach it through the environment that it inherits; nothing
writes them anywhere.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from types import FrameType

from deepbench_core.errors import DeepBenchError, RunError
from deepbench_core.runs.journal import LOG, Journal, is_held, run_folder
from deepbench_core.runs.pipeline import Event, Finished, Phase, create, execute
from deepbench_core.runs.spec import RunSpec

COMMAND = (sys.executable, "-m", "deepbench_core.runs")
PATIENCE_SECONDS = 25.0  # from a signal to the end of a worker that hangs in something that can't be interrupted


def start(spec: RunSpec) -> str:
    """Create a run and start its worker; returns the run's id at once. Raises UserError, RunError."""
    run_id = create(spec)
    _spawn(run_id)
    return run_id


def resume(run_id: str) -> None:
    """Start a worker for what is left of a run. Raises RunError when one is at work, or there is no such run."""
    folder = run_folder(run_id)
    if is_held(folder):
        raise RunError(f"{run_id} is already being worked on")
    with closing(Journal.open(run_id)) as journal:  # a torn file is better told here than in a log
        journal.keep(state="queued", error=None, message="", cancel=False, spawned=time.time())
    _spawn(run_id)


def cancel(run_id: str) -> None:
    """Ask a run's worker to stop; what is finished stays, and `resume` goes on from there.

    A run that nobody works on is marked as cancelled. Raises RunError for an unknown run.
    """
    folder = run_folder(run_id)
    with closing(Journal.open(run_id)) as journal:
        journal.keep(cancel=True)
        pid = journal.get("pid")
        # The lock says that the pid is still that worker's.
        if isinstance(pid, int) and is_held(folder):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGTERM)
        elif not is_held(folder) and journal.get("state") not in ("done", "failed"):
            journal.keep(state="cancelled", ended=time.time())


def work(run_id: str) -> int:
    """The worker's own life; the exit status."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        print(f"signal {number}: stopping", flush=True)
        if not stop.is_set():
            stop.set()
            # Whatever hangs: nothing finished is lost by leaving, and the lock must not be held for ever.
            watchdog = threading.Timer(PATIENCE_SECONDS, os._exit, [3])
            watchdog.daemon = True
            watchdog.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    try:
        result = execute(run_id, _log, stop=stop, detached=True)
    except DeepBenchError as error:
        print(f"failed: {error}", flush=True)
        return 1
    how = "cancelled" if result.cancelled else result.status
    print(f"{how}: {result.done} of {result.total} samples, published in {result.folder}", flush=True)
    return 0


def _log(event: Event) -> None:
    clock = time.strftime("%H:%M:%S")
    if isinstance(event, Phase):
        print(f"{clock} {event.message}", flush=True)
    elif isinstance(event, Finished):
        message = f": {event.message}" if event.message else ""
        number = f"{event.done}/{event.total}"
        print(f"{clock} {number} {event.problem_id} {event.sample} {event.verdict.value}{message}", flush=True)


def _spawn(run_id: str) -> None:
    folder = run_folder(run_id)
    try:
        with (folder / LOG).open("ab") as log:
            subprocess.Popen(
                [*COMMAND, run_id],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
    except OSError as error:
        raise RunError(f"{run_id}: the worker could not be started: {error.strerror}") from None
