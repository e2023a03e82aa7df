"""`python -m deepbench_core.runs RUN`: the worker process of one run."""

import sys

from deepbench_core.runs.worker import work

if __name__ == "__main__":
    sys.exit(work(sys.argv[1]))
