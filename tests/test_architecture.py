"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "deepbench_core"

# A room may import only from rooms on lines above its own.
LEVELS = [
    {
        "errors",
        "taxonomy",
        "categories",
        "procedure",
        "worked_examples",
        "paths",
        "records",
        "jsonl",
        "values",
        "listings",
        "syntax",
    },
    {"problems", "suites", "openness", "difficulty", "mutation", "statistics", "agreement", "weights", "environments"}
    | {"engine", "executors"},
    {"prompts", "extract", "models", "local_server", "publication", "store", "views", "diagnosis", "annotations"},
    {"filters", "validation", "runs", "entries", "board", "browse", "doctor", "attack", "importers"},
    {"lens", "selection", "published", "failures"},
    {"gaps", "compare", "figures", "pairs", "review", "causes"},
    {"api", "report"},
    {"cli"},
]


def room_of(path: Path) -> str:
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("deepbench_core"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("deepbench_core.")}
    return found


def modules() -> list[Path]:
    return sorted(p for p in CORE.rglob("*.py") if p.name != "__init__.py" or p.parent != CORE)


def test_imports_run_downward_only() -> None:
    level = {room: number for number, rooms in enumerate(LEVELS) for room in rooms}
    wrong = []
    for path in modules():
        room = room_of(path)
        assert room in level, f"{room}: say in tests/test_architecture.py which level it belongs to"
        wrong += [
            f"{path.relative_to(ROOT)} imports {r}" for r in imported_rooms(path) if level.get(r, 0) > level[room]
        ]
    assert not wrong


def test_the_core_never_imports_streamlit() -> None:
    for path in modules():
        assert not re.search(r"^\s*(import|from) streamlit", path.read_text(), re.M), path


def test_what_runs_in_the_box_imports_nothing_of_ours() -> None:
    for path in (CORE / "executors" / "judge").glob("*.py"):
        assert "deepbench_core" not in "".join(re.findall(r"^\s*(?:import|from) .*$", path.read_text(), re.M)), path


@pytest.mark.parametrize("module", ["deepbench_core.board", "deepbench_core.runs", "deepbench_core.store"])
def test_heavy_libraries_are_not_imported_with_the_core(module: str) -> None:
    heavy = {"litellm", "docker", "torch", "plotly", "streamlit"}
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_names_an_index_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    hosts = re.compile(
        r"pypi\.org|pythonhosted|download\.pytorch|registry\.npmjs|deb\.debian|(?<![\w.])/(root|work|home)/\w"
    )
    wrong = []
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".yaml", ""} and path.is_file() and name != "LICENSE":
            text = path.read_text(errors="replace")
            if path != Path(__file__) and (hit := hosts.search(text)):
                wrong.append(f"{name}: {hit.group()}")
    assert not wrong
