"""The rules on failures as pytest and the judge print them; every text here was printed by a real run."""

from __future__ import annotations

import ast

import pytest

from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import Diagnosis, rules
from deepbench_core.diagnosis.differences import compare
from deepbench_core.diagnosis.failure import Failure
from deepbench_core.diagnosis.names import EMPTY, Index
from deepbench_core.diagnosis.symptoms import from_judge, from_text

PROMPT = '''def scaled(x: torch.Tensor, gamma: float = 2.0, dim: int = 1) -> torch.Tensor:
    """Softmax of x / gamma along dim, weighted by the row's mean. Raises ValueError for gamma <= 0.

    Example: scaled(torch.zeros(3, 7), 4.0)
    """'''
REFERENCE = '''import torch
import torch.nn.functional as F


def _mean(x):
    return x.mean(dim=1, keepdim=True)


def scaled(x, gamma=2.0, dim=1):
    """Documented."""
    if gamma <= 0:
        raise ValueError("gamma must be positive")
    rows = x.shape[0]
    p = F.softmax(x / gamma, dim=dim)
    total = p * _mean(x)
    return total / max(rows, 1) + 1e-6
'''
INDEX = Index(
    {
        "modules": {
            "torch": {"softmax": ["function", None], "zeros": ["function", None], "float32": ["value", None]},
            "torch.nn.functional": {"softmax": ["function", ["input", "dim", "dtype"]], "relu": ["function", None]},
        },
        "classes": {"torch.Tensor": ["mean", "shape", "sum", "tolist"]},
        "methods": {"Tensor": {"mean": ["dim"], "shape": None, "sum": ["dim"], "view": None}},
    }
)


def diagnosed(
    code: str,
    output: str = "E   assert 1.0 == 2.0\n1 failed, 1 passed in 0.1s",
    index: Index = INDEX,
    reference: str = REFERENCE,
) -> Diagnosis:
    return rules.diagnose(Failure("1", code, from_text(output), PROMPT, reference), index)


def changed(*changes: tuple[str, str]) -> str:
    code = REFERENCE
    for old, new in changes:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def at(line: int, error: str) -> str:
    frames = f"tests.py:9: in test_it\n    scaled(x)\nsolution.py:{line}: in scaled\n    ...\n"
    return f"{frames}E   {error}\n1 failed, 3 passed in 0.1s"


@pytest.mark.parametrize(
    ("old", "new", "category", "line"),
    [
        ("x / gamma", "x * gamma", Category.LOGIC, 14),
        ("x / gamma", "gamma / x", Category.LOGIC, 14),
        ("dim=1, keepdim", "dim=0, keepdim", Category.LOGIC, 6),
        ("x.shape[0]", "x.shape[1]", Category.LOGIC, 13),
        ("F.softmax(", "F.relu(", Category.LOGIC, 14),
        ("gamma <= 0", "gamma < 0", Category.LOGIC, 11),
        ("x.mean(", "x.sum(", Category.LOGIC, 6),
        ("1e-6", "1e-2", Category.CONSTANT, 16),
        ("max(rows, 1)", "max(rows, 2)", Category.CONSTANT, 16),
        ("gamma=2.0", "gamma=1.0", Category.CONSTANT, 9),
        ("keepdim=True", "keepdim=False", Category.CONSTANT, 6),
        ("max(rows, 1)", "rows", Category.CORNER_CASE, 16),
        (" + 1e-6", "", Category.CORNER_CASE, 16),
        ('    if gamma <= 0:\n        raise ValueError("gamma must be positive")\n', "", Category.CORNER_CASE, 11),
        ("x / gamma", "x / 4.0", Category.EXAMPLE, 14),
        ("    rows = x.shape[0]\n", "    rows = 7\n", Category.EXAMPLE, 13),
        ("total / max(rows, 1) + 1e-6", "total / max(rows, 1) + 1e-6, rows", Category.UNREQUESTED, 16),
        ("    rows = x", "    x = x / x.norm()\n    rows = x", Category.UNREQUESTED, 13),
        ("return total /", "return total.clamp(0, 1) /", Category.UNREQUESTED, 16),
        ("    total = p", "    p = torch.sort(p).values\n    total = p", Category.UNREQUESTED, 15),
        ("if gamma <= 0:", "if gamma <= 0 and gamma > 0:", Category.SILLY, 11),
        ("if gamma <= 0:", "if False:", Category.SILLY, 11),
        ("    total = p", "    p = p.int()\n    total = p", Category.SILLY, 15),
        ("if gamma <= 0:", "if gamma <= 0 and 0 < gamma:", Category.SILLY, 11),
        ("if gamma <= 0:", "if gamma <= 0 and gamma.real > 0 and gamma is None:", Category.SILLY, 11),
        ("    rows = x", "    gamma = gamma if gamma > gamma else 1\n    rows = x", Category.SILLY, 13),
        ("    rows = x", "    x = x[x > x]\n    rows = x", Category.SILLY, 13),
        ("    total = p", "    p = F.softmax(p, dim=dim)\n    total = p", Category.SILLY, 15),
        ("return total / max(rows, 1) + 1e-6", "return int(total / max(rows, 1) + 1e-6)", Category.SILLY, 16),
        ("p * _mean(x)", "x * _mean(x)", Category.REFERENCE, 15),
        ("p * _mean(x)", "p * _mean(p)", Category.REFERENCE, 15),
        ("x / gamma, dim=dim", "x / gamma, dim=gamma", Category.REFERENCE, 14),
        ("_mean(x)\n", "_mean(x.tolist())\n", Category.ARGUMENT_TYPE, 15),
        ("import torch.nn.functional as F", "import torch.nn as F", Category.IMPORT, 2),
        # Nobody prints an exception here, and still these exist nowhere.
        ("return total", "return finished_off(total)", Category.HALLUCINATED, 16),
        ("F.softmax(", "F.soft_maximum(", Category.HALLUCINATED, 14),
    ],
)  # fmt: skip
def test_one_difference_names_category_and_line(old: str, new: str, category: Category, line: int) -> None:
    found = diagnosed(changed((old, new)))
    assert found.category is category
    assert line in found.lines
    assert found.source == "rules"


_F = "AttributeError: module 'torch.nn.functional' has no attribute"


@pytest.mark.parametrize(
    ("old", "new", "error", "category", "line"),
    [
        ("import torch.nn.functional as F\n", "", "NameError: name 'F' is not defined", Category.IMPORT, 13),
        ("F.softmax(x", "F.soft_maximum(x", _F + " 'soft_maximum'",
         Category.HALLUCINATED, 14),
        ("F.softmax(x", "F.sofmax(x", _F + " 'sofmax'",
         Category.ATTRIBUTE, 14),
        ("x.shape[0]", "x.dimensions[0]", "AttributeError: 'Tensor' object has no attribute 'dimensions'",
         Category.ATTRIBUTE, 13),
        ("x.mean(", "x.mean_of_rows(", "AttributeError: 'Tensor' object has no attribute 'mean_of_rows'",
         Category.HALLUCINATED, 6),
        ("return total", "return totl", "NameError: name 'totl' is not defined", Category.REFERENCE, 16),
        ("p * _mean(x)", "weighing(p, x)", "NameError: name 'weighing' is not defined", Category.HALLUCINATED, 15),
        ("p * _mean(x)", "p * _men(x)", "NameError: name '_men' is not defined", Category.REFERENCE, 15),
        ("x / gamma, dim=dim", "x / gamma, axs=dim", "TypeError: softmax() got an unexpected keyword argument 'axs'",
         Category.ARGUMENT_TYPE, 14),
        ("max(rows, 1)", "max(str(rows), 1)", "TypeError: '>' not supported between instances of 'int' and 'str'",
         Category.ARGUMENT_TYPE, 16),
    ],
)  # fmt: skip
def test_failed_look_ups_and_refused_arguments(old: str, new: str, error: str, category: Category, line: int) -> None:
    found = diagnosed(changed((old, new)), at(line, error))
    assert found.category is category
    assert line in found.lines


_SMALL = """import numpy as np


def summary(values, key):
    room = max(0, 3 - len(values))
    padded = [*values, *[0] * room]
    code = int(hash((key + "x").encode()))
    known = np.asarray(padded)
    known = known[~np.isnan(known)]
    count = len(known)
    return {"mean": known.sum() / count if count else float("nan"), "code": int(code)}
"""


@pytest.mark.parametrize(
    ("old", "new", "error", "category", "line", "facet"),
    [
        (' if count else float("nan")', "", "ZeroDivisionError: division by zero",
         Category.CORNER_CASE, 11, Facet.NUMERICS),
        ("    known = known[~np.isnan(known)]\n", "", "", Category.CORNER_CASE, 9, None),
        ("    room = max(0, 3 - len(values))\n    padded = [*values, *[0] * room]\n", "    padded = values\n", "",
         Category.CORNER_CASE, 5, None),
        ('(key + "x").encode()', 'key + "x"', "TypeError: Strings must be encoded before hashing",
         Category.ARGUMENT_TYPE, 7, Facet.DTYPE_DEVICE),
        ("int(code)}", "str(code)}", "", Category.ARGUMENT_TYPE, 11, Facet.DTYPE_DEVICE),
        ('"code": int(code)}', '"code": int(code),\n        "n": count}', "", Category.UNREQUESTED, 12, None),
        ("known.sum() / count", "known.sum(initial=1.0) / count", "", Category.CONSTANT, 11, None),
        ("known.sum() / count", "known.sum() * count", "", Category.LOGIC, 11, None),
    ],
)  # fmt: skip
def test_guards_conversions_and_entries_of_a_result(
    old: str, new: str, error: str, category: Category, line: int, facet: Facet | None
) -> None:
    assert _SMALL.count(old) == 1
    output = at(line, error) if error else "E   assert 1.0 == 2.0\n1 failed, 1 passed in 0.1s"
    found = rules.diagnose(Failure("1", _SMALL.replace(old, new), from_text(output), "", _SMALL))
    assert found.category is category
    assert line in found.lines
    assert facet in (None, found.facet)


def test_a_fault_among_variables_that_are_all_called_otherwise() -> None:
    reference = """def keep(scores, boxes, least):
    left = order(scores)
    chosen = []
    while len(chosen) < 5:
        left = left[scores[left] >= least]
        if len(left) == 0:
            break
        chosen.append(left[0])
        left = left[1:]
    return chosen
"""
    code = reference.replace("least]", "0.3]").replace("left", "remaining").replace("chosen", "picks")
    failure = Failure("1", code, from_text("E   assert 1 == 2"), "Example: keep(s, b, 0.3)", reference)
    found = rules.diagnose(failure)
    assert (found.category, found.lines[0]) == (Category.EXAMPLE, 5)


def test_an_error_before_the_first_test_is_read_from_the_end_of_the_text() -> None:
    missing = (
        "____ test_one ____\nE   did not run\n=== short test summary info ===\nFAILED t.py::test_one - did not run\n"
    )
    output = missing + "ModuleNotFoundError: No module named 'torch.sampling'\n=== 1 failed, 0 passed in 0.00s ==="
    found = diagnosed(changed(("import torch\n", "import torch\nfrom torch.sampling import nucleus\n")), output)
    assert (found.category, found.lines[0]) == (Category.IMPORT, 2)


_ALONE = Index(
    {
        "modules": {
            "numpy": {"zeros": ["function", None]},
            "torch.functional": {"norm": ["function", None]},
            "torch.nn.functional": {"logsigmoid": ["function", None]},
        },
        "classes": {"numpy.ndarray": ["ndim", "any"], "other.Box": ["ndims", "corners"]},
        "methods": {},
    }
)


@pytest.mark.parametrize(
    ("source", "error", "category"),
    [
        ("    return x.ndims\n", "AttributeError: 'numpy.ndarray' object has no attribute 'ndims'", Category.ATTRIBUTE),
        ("    return x.any_true()\n", "AttributeError: 'numpy.ndarray' object has no attribute 'any_true'",
         Category.HALLUCINATED),
        ("    return x.apend(1)\n", "AttributeError: 'list' object has no attribute 'apend'", Category.ATTRIBUTE),
        ("    return hashlib.md5(x)\n", "NameError: name 'hashlib' is not defined", Category.IMPORT),
        ("    return jnp.split(x, 3)\n", "NameError: name 'jnp' is not defined", Category.IMPORT),
        ("    return x @ x.T\n", "TypeError: add got incompatible shapes for broadcasting: (3,), (4,).",
         Category.LOGIC),
        ("    return x @ x.T\n", "TypeError: unsupported operand type(s) for @: 'list' and 'list'",
         Category.ARGUMENT_TYPE),
        ("    return F.logsigmoid(x)\n", "AttributeError: module 'torch.functional' has no attribute 'logsigmoid'",
         Category.IMPORT),
    ],
)  # fmt: skip
def test_without_a_reference_the_message_and_the_library_decide(source: str, error: str, category: Category) -> None:
    code = f"import torch.functional as F\n\ndef scaled(x):\n{source}"
    output = at(4, error).replace("1 failed, 3 passed", "4 failed, 0 passed")
    assert rules.diagnose(Failure("1", code, from_text(output)), _ALONE).category is category


def test_a_library_name_in_code_that_has_no_reference_is_a_missing_import() -> None:
    failure = Failure(
        "1", "def f(x):\n    return np.zeros(3)\n", from_text(at(2, "NameError: name 'np' is not defined"))
    )
    found = rules.diagnose(failure)
    assert (found.category, found.lines[0]) == (Category.IMPORT, 2)


def test_the_loud_fault_of_two_is_primary_and_the_other_one_further() -> None:
    code = changed(("return total", "return totl"), ("1e-6", "1e-2"))
    found = diagnosed(code, at(16, "NameError: name 'totl' is not defined"))
    assert found.categories[:2] == (Category.REFERENCE, Category.CONSTANT)


def test_renamed_variables_and_other_layout_are_no_difference() -> None:
    code = REFERENCE.replace("rows", "n").replace("total", "weighted").replace('    """Documented."""\n', "")
    code = ast.unparse(ast.parse(code)).replace(
        "def scaled(x, gamma=2.0", "def scaled(x: torch.Tensor, gamma: float=2.0"
    )
    assert compare(ast.parse(code), ast.parse(REFERENCE)).differences == ()


def test_another_solution_is_not_taken_apart() -> None:
    code = "import torch\n\ndef scaled(x, gamma=2.0, dim=1):\n    out = []\n    for row in x:\n"
    code += "        e = [2.7 ** v for v in row]\n"
    code += "        out.append([v / sum(e) for v in e])\n    return torch.tensor(out)\n"
    found = diagnosed(code, "no output that says anything", EMPTY)
    assert (found.category, found.categories, found.confidence) == (None, (), 0.0)
    assert any(e.kind == "structure" for e in found.evidence)


def test_code_that_leaves_most_of_the_task_out_deviates() -> None:
    reference = (
        "import torch\n\n\ndef centred(x, mask):\n    count = mask.sum().clamp(min=1)\n"
        "    mean = (x * mask).sum() / count\n    spread = ((x - mean) ** 2 * mask).sum() / count\n"
        "    return (x - mean) / (spread + 1e-6).sqrt() * mask\n"
    )
    seen = "E   assert False\n5 failed, 1 passed in 0.1s"
    for body, category in (("x - x.mean()", Category.DEVIATES), ("(x - x.mean()) / x.std()", Category.DEVIATES)):
        found = diagnosed(f"import torch\n\n\ndef centred(x, mask):\n    return {body}\n", seen, EMPTY, reference)
        assert found.category is category
        assert "not attempted" in found.evidence[0].text
    whole = reference.replace("+ 1e-6", "- 1e-6").replace("(x - mean) /", "(mean - x) /")
    assert diagnosed(whole, seen, EMPTY, reference).category is not Category.DEVIATES


def test_a_condition_that_is_never_true_is_seen_without_a_reference() -> None:
    code = "def rate(hits, n):\n    if n == 0 and n > 0:\n        return 0.0\n    return hits / n\n"
    output = "E   assert nan == 0.0\n1 failed, 4 passed in 0.1s"
    found = rules.diagnose(Failure("1", code, from_text(output)))
    assert (found.category, found.lines, found.source) == (Category.SILLY, (2,), "rules")
    assert found.confidence < 0.7
    assert (
        rules.diagnose(Failure("1", code.replace(" and n > 0", ""), from_text(output))).category is not found.category
    )


def test_every_single_difference_can_be_undone() -> None:
    code = changed(
        ("x / gamma", "x * gamma"),
        ("max(rows, 1)", "rows"),
        ("    rows = x", "    print(x)\n    rows = x"),
        ("import torch.nn.functional as F\n", ""),
        ('    if gamma <= 0:\n        raise ValueError("gamma must be positive")\n', ""),
    )
    comparison = compare(ast.parse(code), ast.parse(REFERENCE))
    assert len(comparison.differences) == 5
    whole = comparison.undone(comparison.differences)
    assert whole is not None
    assert compare(ast.parse(whole), ast.parse(REFERENCE)).differences == ()
    for one in comparison.differences:
        undone = comparison.undone([one])
        assert undone is not None
        assert len(compare(ast.parse(undone), ast.parse(REFERENCE)).differences) == 4


def test_the_judges_own_outcomes_are_read() -> None:
    values = {
        "got": {"type": "Tensor", "shape": [3, 2], "dtype": "torch.float32", "head": [1.0]},
        "expected": {"type": "Tensor", "shape": [2, 3], "dtype": "torch.float32", "head": [2.0]},
    }
    frame = '  File "/tmp/a-1/solution.py", line 14, in scaled\n    x\n'
    remote = f"In the code's process:\nTraceback (most recent call last):\n{frame}RuntimeError: boom\n"
    trace = f"tests.py:3: RuntimeError\n\n{remote}"
    tests = [
        {"id": "test_a", "outcome": "failed", "message": "RuntimeError: boom", "traceback": trace},
        {"id": "test_b", "outcome": "failed", "message": "assert x == y", "traceback": "", "values": values},
        {"id": "test_c", "outcome": "passed"},
    ]
    symptoms = from_judge(tests, verdict="failed")
    assert (symptoms.passed, symptoms.failed) == (1, ("test_a", "test_b"))
    assert symptoms.main is not None
    assert (symptoms.main.type, symptoms.main.line, symptoms.main.origin) == ("RuntimeError", 14, "code")
    found = rules.diagnose(Failure("1", REFERENCE, symptoms), INDEX)
    assert any(e.text.startswith("transposed") for e in found.evidence)


@pytest.mark.parametrize(
    ("verdict", "code", "response", "category"),
    [
        ("harness", "x = 1", "", Category.HARNESS),
        ("provider", None, "", Category.HARNESS),
        ("no-code", None, "I can't help with that.", Category.DEVIATES),
        ("no-code", None, "```python\ndef scaled(x:\n    return\n```", Category.SYNTAX),
        ("timeout", "def scaled(x):\n    return x\n", "", Category.PERFORMANCE),
    ],
)
def test_what_the_verdict_alone_tells(verdict: str, code: str | None, response: str, category: Category) -> None:
    failure = Failure("1", code, from_judge([], verdict=verdict), response=response)
    assert rules.diagnose(failure).category is category


def test_a_limit_is_about_resources() -> None:
    failure = Failure("1", "def f():\n    return 1\n", from_judge([], verdict="out-of-memory"))
    assert rules.diagnose(failure).facet is Facet.RESOURCE


def test_pytest_leaves_one_underscore_on_each_side_of_a_long_name() -> None:
    name = f"TestLoss.test_value[{'x' * 70}]"
    frames = f"f.py:1: in f\n{'_ ' * 39}\nE   ValueError: no"
    found = from_text(f"_ {name} _\n{frames}\n____ test_b ____\n{frames.replace('no', 'yes')}\n")
    assert [(r.test, r.message) for r in found.raised] == [(name, "no"), ("test_b", "yes")]
