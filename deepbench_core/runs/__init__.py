"""Runs: a model with its settings over a set of problems, from the first prompt to the publication.

`make_spec` → `plan` says what it would take → `run` does it here, `start` in a process of its own; `progress`,
`cancel` and `resume` go by the run's id. `score_file` judges responses that somebody else made.
"""

from deepbench_core.runs.pipeline import Event, Finished, Phase, Result, create, execute, run
from deepbench_core.runs.spec import Plan, RunSpec, make_spec, plan
from deepbench_core.runs.watch import Progress, RecentSample, State, list_runs, progress
from deepbench_core.runs.worker import cancel, resume, start

__all__ = [
    "Event",
    "Finished",
    "Phase",
    "Plan",
    "Progress",
    "RecentSample",
    "Result",
    "RunSpec",
    "State",
    "cancel",
    "create",
    "execute",
    "list_runs",
    "make_spec",
    "plan",
    "progress",
    "resume",
    "run",
    "start",
]
