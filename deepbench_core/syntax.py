"""Parsing Python, one text at a time.

CPython before 3.11.8 and 3.12.2 counts the depth of a tree that it builds in one place for all threads (gh-106905), and
raises SystemError where two of them parse at once, as the sessions of an app do.
"""

from __future__ import annotations

import ast
import threading

_LOCK = threading.RLock()


def parse(text: str) -> ast.Module:
    """`ast.parse` for any thread; raises what it raises (SyntaxError, ValueError, RecursionError, MemoryError)."""
    with _LOCK:
        return ast.parse(text)
