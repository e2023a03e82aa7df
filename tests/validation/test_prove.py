"""Proofs, run for real: a good problem is valid, and each way of being weak is found with its evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deepbench_core.cli import main as command
from deepbench_core.errors import ProblemError
from deepbench_core.mutation import mutants
from deepbench_core.validation.notes import load_notes
from deepbench_core.validation.prove import sample
from deepbench_core.validation.reach import instrument, reached
from deepbench_core.validation.suite import Report, validate

METADATA = """\
id = "{id}"
title = "A problem of the tests"
stage = "training"
task = "general"
modality = "other"
entry_points = ["share"]
environment = "torch-cpu"
difficulty = "easy"
author = "tests"
licence = "Apache-2.0"
created = 2026-01-01
"""
PROMPT = '''\
def share(part: float, whole: float) -> float:
    """The share of a part in a whole, at most 1; 0 where the whole is 0."""
'''
REFERENCE = """\
def share(part: float, whole: float) -> float:
    if whole == 0:
        return 0.0
    return min(part / whole, 1.0)
"""
SORTED = "sorted([part / whole, 1.0])[0]"
GOOD = """\
from solution import share


def test_values():
    assert share(1.0, 4.0) == 0.25
    assert share(8.0, 2.0) == 1.0


def test_nothing():
    assert share(3.0, 0.0) == 0.0
"""
WEAK = """\
from solution import share


def test_type():
    assert isinstance(share(2.0, 2.0), float)
"""
HASHED = """\
from solution import share

ORDER = list({f"word {i}" for i in range(50)})


def test_first():
    assert share(1.0, 4.0) == 0.25


def test_hashes():
    assert ORDER == sorted(ORDER)
"""
ORDERED = """\
import random

from solution import share

STATE = []


def test_first():
    STATE.append(share(1.0, 4.0))


def test_second():
    assert STATE or random.random() < 0
"""
NOTED = """\
[[equivalent]]
mutant = "constant: return 0.0  →  return 1.0"
reason = "not true, and the report says so"
"""


def write(suite: Path, name: str, tests: str, notes: str = "") -> Path:
    folder = suite / name
    folder.mkdir(parents=True)
    texts = {"problem.toml": METADATA.format(id=name), "prompt.py": PROMPT, "reference.py": REFERENCE}
    for file, text in (texts | {"tests.py": tests} | ({"proof.toml": notes} if notes else {})).items():
        (folder / file).write_text(text)
    return folder


def said(report: Report) -> dict[str, str]:
    """What was found, but for these problems being alike."""
    return {f.check: " ".join([f.message, *f.evidence]) for f in report.findings if f.check != "similarity"}


def fill_in(folder: Path) -> None:
    """Complete what `problems new` has written."""
    changes = {
        "reference.py": {
            'raise NotImplementedError("write the reference")': "if len(x) == 0:\n        raise ValueError\n    "
            "return x + 3 * x * x"
        },
        "tests.py": {
            'raise NotImplementedError("write an independent computation")': "return [v * (1 + 3 * v) for v in values]",
            '["what", "comes", "out"]': "[4.0, 14.0, 52.0]",
        },
    }
    for file, texts in changes.items():
        text = (folder / file).read_text()
        for old, new in texts.items():
            assert old in text
            text = text.replace(old, new)
        (folder / file).write_text(text)


@pytest.mark.bwrap
def test_proofs_say_what_is_good_and_what_is_weak(built_home: Path, tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    write(suite, "good", GOOD)
    write(suite, "noted", GOOD, NOTED)
    (write(suite, "agreed", GOOD) / "independent.py").write_text(REFERENCE.replace("min(part / whole, 1.0)", SORTED))
    (write(suite, "disputed", GOOD) / "independent.py").write_text("share = lambda part, whole: part / whole\n")
    write(suite, "ordered", ORDERED)
    write(suite, "hashed", HASHED)
    write(suite, "weak", WEAK)
    with pytest.raises(SystemExit):
        command(["problems", "new", "filled-in", "--into", str(suite), "--author", "tests"])
    fill_in(suite / "filled-in")
    (write(suite, "broken", GOOD) / "prompt.py").unlink()
    seen: list[tuple[int, int, str]] = []

    def prove(**options: bool) -> dict[str, Report]:
        seen.clear()
        found = validate(suite, executor="local", on_done=lambda *one: seen.append(one), **options)
        return {report.problem: report for report in found}

    reports = prove(write=True)
    good = reports["good"].proof
    assert good is not None
    assert good.valid
    assert "similarity" in {f.check for f in reports["good"].findings}
    assert reports["filled-in"].valid, reports["filled-in"].findings
    assert (good.repeats, good.tests, good.stubs, good.stubs_failed) == (3, 2, 4, 4)
    assert good.statements == good.reached == 4
    assert good.killed >= 0.9 * good.sampled
    assert good.sampled == good.mutants == len(mutants(REFERENCE))
    assert good.total_seconds >= good.seconds > 0

    assert (good.independent, reports["agreed"].proof and reports["agreed"].proof.independent) == (None, True)
    assert said(reports["agreed"]) == {}
    assert set(said(reports["disputed"])) == {"independent"}
    assert "test_nothing failed: ZeroDivisionError" in said(reports["disputed"])["independent"]

    assert set(said(reports["weak"])) == {"stubs", "mutation", "coverage"}
    assert "zeros" in said(reports["weak"])["stubs"]
    assert "line 2: compare: if whole == 0:  →  if whole != 0:" in said(reports["weak"])["mutation"]
    assert "line 4: confused-name: return min(part" in said(reports["weak"])["mutation"]
    assert "line 3: return 0.0" in said(reports["weak"])["coverage"]
    assert "return 0.0  →  return 1.0" in said(reports["noted"])["notes"]
    assert "test_second failed" in said(reports["ordered"])["reference"]
    assert "test_hashes failed" in said(reports["hashed"])["reference"]
    assert "prompt.py: missing" in said(reports["broken"])["files"]
    assert seen[-1][:2] == (8, 8)

    kept = json.loads((suite / "proofs.json").read_text())
    assert list(kept) == ["agreed", "filled-in", "good"]
    assert prove(changed=True)["good"] == reports["good"]
    assert seen[-1][:2] == (5, 5)


def test_reach_counts_statements_and_both_ways_of_branches(capfd: pytest.CaptureFixture[str]) -> None:
    source = (
        "from __future__ import annotations\n\n\n"
        "def f(x):\n"
        '    """Doc."""\n'
        "    for i in x:\n"
        "        if i:\n"
        "            return i\n"
        "    return None\n"
    )
    code, places = instrument(source)

    def missed(*arguments: list[int]) -> list[str]:
        space: dict[str, object] = {}
        exec(code, space)
        for argument in arguments:
            space["f"](argument)  # type: ignore[operator]
        seen = reached(capfd.readouterr().out)
        return [str(place) for number, place in enumerate(places) if number not in seen]

    assert missed([0], [1]) == []
    assert missed([1]) == [
        "line 7: if i:  (never false)",
        "line 6: for i in x:  (never runs to its end)",
        "line 9: return None",
    ]
    assert missed([]) == ["line 7: if i:", "line 8: return i", "line 7: if i:  (never false)"]


def test_a_sample_takes_its_share_of_every_operator() -> None:
    made = mutants("def f(a, b):\n" + "".join(f"    a += {i} + b\n" for i in range(40)) + "    return a < b\n")
    noted = {made[0].id}
    chosen = sample(made, noted, 40)
    assert len(chosen) == 41
    assert made[0] in chosen
    assert chosen == sample(made, noted, 40)
    assert [v for v in made if v in chosen] == chosen
    share = 40 / len(made)
    for operator in {v.operator for v in made}:
        of_all = sum(v.operator == operator for v in made)
        assert abs(sum(v.operator == operator for v in chosen) - share * of_all) <= 1.5


def test_notes_without_a_reason_are_refused(tmp_path: Path) -> None:
    assert load_notes(tmp_path).equivalent == ()
    (tmp_path / "proof.toml").write_text('[[equivalent]]\nmutant = "x: y"\nreason = ""\n')
    with pytest.raises(ProblemError, match=r"proof\.toml: equivalent\.0\.reason"):
        load_notes(tmp_path)
