"""Suspicions without proof, from a look at the text. Shown, never a verdict."""

from __future__ import annotations

import ast

_IMPORTS = {
    "pytest": "imports-pytest",
    "_pytest": "imports-pytest",
    "unittest": "imports-unittest",
    "inspect": "inspects",
    "ctypes": "uses-ctypes",
    "tests": "imports-tests",
    "judge": "imports-the-judge",
    "socket": "opens-sockets",
    "subprocess": "starts-processes",
}
_NAMES = {
    "_getframe": "walks-frames",
    "f_back": "walks-frames",
    "tb_frame": "walks-frames",
    "currentframe": "walks-frames",
    "_current_frames": "walks-frames",
    "settrace": "sets-trace",
    "setprofile": "sets-trace",
    "get_objects": "gc-get-objects",
    "get_referrers": "gc-get-objects",
    "ptrace": "ptrace-like",
    "process_vm_readv": "ptrace-like",
    "_exit": "leaves-the-process",
    "addaudithook": "audit-hook",
    "atexit": "at-exit",
    "__eq__": "",
}


def look(code: str) -> list[str]:
    """Flags of a piece of code, sorted."""
    found: set[str] = set()
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {_IMPORTS.get(alias.name.partition(".")[0], "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(_IMPORTS.get((node.module or "").partition(".")[0], ""))
        elif isinstance(node, ast.Attribute):
            found.add(_NAMES.get(node.attr, ""))
        elif isinstance(node, ast.Name):
            found.add(_NAMES.get(node.id, ""))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "/proc/" in node.value:
                found.add("reads-proc")
            found.add(_NAMES.get(node.value, "") if len(node.value) < 30 else "")
        elif isinstance(node, ast.FunctionDef) and node.name == "__eq__":
            returns = [inner for inner in node.body if isinstance(inner, ast.Return)]
            if any(isinstance(one.value, ast.Constant) and one.value.value is True for one in returns):
                found.add("always-equal")
    return sorted(found - {""})
