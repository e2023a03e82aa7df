"""Parsing Python, one text at a time.

CPython before 3.11.8 and 3.12.2 counts the depth of a tree that it builds in one place for all threads (gh-106905), and
raises SystemError where two of them parse at once, as the sessions of an app do.
"""

from __future__ import annotations

import ast
import threading
import warnings

_LOCK = threading.RLock()


def parse(text: str, *, quiet: bool = False) -> ast.Module:
    """`ast.parse` for any thread; raises what it raises (SyntaxError, ValueError, RecursionError, MemoryError).

    `quiet` drops its warnings, of invalid escapes and the like.
    """
    with _LOCK:
        if not quiet:
            return ast.parse(text)
        with warnings.catch_warnings():  # what it sets holds for all threads
            warnings.simplefilter("ignore")
            return ast.parse(text)
