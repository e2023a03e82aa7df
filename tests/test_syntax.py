"""Parsing in many threads at once."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path

from deepbench_core import syntax


class Litter:
    """Garbage whose collection, in the middle of a parse, lets another thread run."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        time.sleep(0)


def test_threads_that_parse_at_once_all_get_their_tree() -> None:
    text = Path(syntax.__file__).read_text(encoding="utf-8") * 20
    found: list[ast.Module | BaseException] = []

    def work() -> None:
        for _ in range(25):
            litter = [Litter() for _ in range(20)]
            del litter
            try:
                found.append(syntax.parse(text))
            except BaseException as error:
                found.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 100
    assert [error for error in found if not isinstance(error, ast.Module)] == []
