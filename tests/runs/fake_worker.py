"""The real worker process, with a judge that needs no sandbox: `python tests/runs/fake_worker.py RUN`.

With $FAKE_MODEL it also asks the endpoint without litellm, whose import takes longer than the rest of such a test.
"""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from run_fakes import FakeJudge, opener

from deepbench_core.models import Generation, Parameters
from deepbench_core.problems import Problem
from deepbench_core.prompts import Message
from deepbench_core.runs import judging, pipeline
from deepbench_core.runs.worker import work


class PlainModel:
    """Asks an OpenAI-compatible endpoint, once."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address, self.details = name, address, {"provider": "plain"}

    def generate(self, messages: Sequence[Message], *, sample: int, problem: Problem) -> Generation:
        started = time.monotonic()
        body = {"model": self.name, "messages": [vars(m) for m in messages]}
        request = urllib.request.Request(f"{self.address}/chat/completions", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as response:
            text = json.load(response)["choices"][0]["message"]["content"]
        return Generation(text, 11, 7, latency=time.monotonic() - started, finish_reason="stop")


@contextmanager
def open_plain(name: str, parameters: Parameters, **_: Any) -> Iterator[PlainModel]:
    assert parameters.api_base
    yield PlainModel(name, parameters.api_base)


if __name__ == "__main__":
    judging.open_judge = opener(FakeJudge(delay=float(os.environ.get("FAKE_JUDGE_DELAY", "0"))))
    if os.environ.get("FAKE_MODEL"):
        pipeline.open_model = open_plain  # type: ignore[assignment]
    sys.exit(work(sys.argv[1]))
