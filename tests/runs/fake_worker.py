"""The real worker process, with a judge that needs no sandbox: `python tests/runs/fake_worker.py RUN`."""

import os
import sys

from run_fakes import FakeJudge, opener

from deepbench_core.runs import judging
from deepbench_core.runs.worker import work

if __name__ == "__main__":
    judging.open_judge = opener(FakeJudge(delay=float(os.environ.get("FAKE_JUDGE_DELAY", "0"))))
    sys.exit(work(sys.argv[1]))
