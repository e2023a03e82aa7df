"""Twenty failures walked through the decision procedure; written for this project, printed in docs/taxonomy.md.

Each holds what a rater has in hand. `yes` names the questions on the way that are answered with yes, apart from the
three that every piece of code passes; a test walks them, and another asks the rules for the same category.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deepbench_core.categories import Category, Facet

PASSED_BY = {"other-fault": False, "any-code": True, "parses": True}


@dataclass(frozen=True)
class Example:
    """One failure. `verdict` is the judge's where no test ran."""

    title: str
    prompt: str
    code: str
    reference: str
    seen: str
    yes: tuple[str, ...]
    category: Category
    facet: Facet
    why: str
    verdict: str = ""
    no: tuple[str, ...] = field(default=())

    def answers(self) -> dict[str, bool]:
        """Every question's answer; what the walk does not reach is no."""
        from deepbench_core.procedure import QUESTIONS

        given = {q.key: False for q in QUESTIONS} | PASSED_BY
        return given | dict.fromkeys(self.yes, True) | dict.fromkeys(self.no, False)


_RMSE = '''def rmse(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Root of the mean squared error over all elements; 0 for empty input."""'''
_RMSE_REFERENCE = """import torch


def rmse(prediction, target):
    if prediction.numel() == 0:
        return prediction.new_zeros(())
    return (prediction - target).pow(2).mean().sqrt()
"""

_NORM = '''def row_normalise(x: torch.Tensor, eps: float = 1e-8) -> torch.Tensor:
    """Every row of the matrix x divided by its Euclidean norm, which is taken to be at least eps."""'''
_NORM_REFERENCE = """import torch


def row_normalise(x, eps=1e-8):
    norm = x.norm(dim=1, keepdim=True)
    return x / norm.clamp_min(eps)
"""

_WINDOWS = '''def windows(series: torch.Tensor, length: int, step: int = 2) -> torch.Tensor:
    """All windows of `length` values, one every `step` values: shape (n, length). Example: windows(s, 4)."""'''
_WINDOWS_REFERENCE = """import torch


def windows(series, length, step=2):
    starts = range(0, len(series) - length + 1, step)
    return torch.stack([series[i : i + length] for i in starts])
"""

_METER = '''class Meter:
    """Mean of all values so far: update(values) adds a tensor, compute() returns a float."""'''
_METER_REFERENCE = """class Meter:
    def __init__(self):
        self.total = 0.0
        self.count = 0

    def _add(self, total, count):
        self.total += total
        self.count += count

    def update(self, values):
        self._add(float(values.sum()), values.numel())

    def compute(self):
        return self.total / self.count
"""


def _changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


EXAMPLES: tuple[Example, ...] = (
    Example(
        "A bracket never closed",
        _RMSE,
        _changed(_RMSE_REFERENCE, (".mean().sqrt()", ".mean(.sqrt()")),
        _RMSE_REFERENCE,
        "SyntaxError: '(' was never closed",
        (),
        Category.SYNTAX,
        Facet.GENERAL,
        "Nothing else is asked of code that Python can't read.",
        no=("parses",),
    ),
    Example(
        "An answer in prose",
        _RMSE,
        "",
        _RMSE_REFERENCE,
        "",
        (),
        Category.DEVIATES,
        Facet.GENERAL,
        "The response explains the formula and holds no code.",
        verdict="no-code",
        no=("any-code",),
    ),
    Example(
        "A module that nobody imports",
        _NORM,
        _changed(_NORM_REFERENCE, ("x.norm(dim=1, keepdim=True)", "F.normalize(x).norm(dim=1, keepdim=True)")),
        _NORM_REFERENCE,
        "solution.py:5: in row_normalise\n    norm = F.normalize(x).norm(dim=1, keepdim=True)\n"
        "E   NameError: name 'F' is not defined",
        ("import",),
        Category.IMPORT,
        Facet.API_VERSION,
        "`F` is the usual name of torch.nn.functional; the code uses it without the import.",
    ),
    Example(
        "A function that does not exist",
        _RMSE,
        _changed(_RMSE_REFERENCE, ("(prediction - target).pow(2).mean()", "torch.mean_squared(prediction, target)")),
        _RMSE_REFERENCE,
        "solution.py:7: in rmse\n    return torch.mean_squared(prediction, target).sqrt()\n"
        "E   AttributeError: module 'torch' has no attribute 'mean_squared'",
        ("lookup",),
        Category.HALLUCINATED,
        Facet.API_VERSION,
        "It is called, and no slip of a function that torch has.",
    ),
    Example(
        "A plural too many",
        _RMSE,
        _changed(_RMSE_REFERENCE, ("(prediction - target)", "(prediction - target).view(prediction.shapes)")),
        _RMSE_REFERENCE,
        "solution.py:7: in rmse\n    return (prediction - target).view(prediction.shapes).pow(2).mean().sqrt()\n"
        "E   AttributeError: 'Tensor' object has no attribute 'shapes'",
        ("lookup", "slip"),
        Category.ATTRIBUTE,
        Facet.API_VERSION,
        "Read, not called, and one letter from `shape`.",
    ),
    Example(
        "A method of one's own by another name",
        _METER,
        _changed(_METER_REFERENCE, ("self._add(float", "self._append(float")),
        _METER_REFERENCE,
        "solution.py:11: in update\n    self._append(float(values.sum()), values.numel())\n"
        "E   AttributeError: 'Meter' object has no attribute '_append'",
        ("lookup", "own-name"),
        Category.REFERENCE,
        Facet.GENERAL,
        "The code means its own method `_add`.",
    ),
    Example(
        "A list where a tensor was meant",
        _NORM,
        _changed(
            _NORM_REFERENCE,
            ("x.norm(dim=1, keepdim=True)", "torch.linalg.vector_norm(x.tolist(), dim=1, keepdim=True)"),
        ),
        _NORM_REFERENCE,
        "solution.py:5: in row_normalise\n    norm = torch.linalg.vector_norm(x.tolist(), dim=1, keepdim=True)\n"
        "E   TypeError: linalg_vector_norm(): argument 'x' (position 1) must be Tensor, not list",
        ("refused",),
        Category.ARGUMENT_TYPE,
        Facet.DTYPE_DEVICE,
        "The call refuses what it is given for its type; the conversion stands inside the call's arguments.",
    ),
    Example(
        "A condition that is never true",
        _RMSE,
        _changed(
            _RMSE_REFERENCE, ("if prediction.numel() == 0:", "if prediction.numel() == 0 and prediction.numel() > 0:")
        ),
        _RMSE_REFERENCE,
        "E   assert nan == 0.0\n1 failed, 4 passed in 0.1s",
        ("needless",),
        Category.SILLY,
        Facet.NUMERICS,
        "The guard is there, and contradicts itself.",
    ),
    Example(
        "A conversion on the way out",
        _RMSE,
        _changed(
            _RMSE_REFERENCE,
            (
                "return (prediction - target).pow(2).mean().sqrt()",
                "return int((prediction - target).pow(2).mean().sqrt())",
            ),
        ),
        _RMSE_REFERENCE,
        "E   assert 1 == 1.58\n4 failed, 1 passed in 0.1s",
        ("needless",),
        Category.SILLY,
        Facet.DTYPE_DEVICE,
        "A step of its own that nothing asks for.",
    ),
    Example(
        "The example's length by heart",
        _WINDOWS,
        _changed(_WINDOWS_REFERENCE, ("series[i : i + length]", "series[i : i + 4]")),
        _WINDOWS_REFERENCE,
        "E   AssertionError: assert (6, 4) == (6, 3)\n2 failed, 1 passed in 0.1s",
        ("one-change", "example"),
        Category.EXAMPLE,
        Facet.GENERAL,
        "4 comes from the prompt's example and stands where `length` belongs.",
    ),
    Example(
        "No answer for empty input",
        _RMSE,
        _changed(_RMSE_REFERENCE, ("    if prediction.numel() == 0:\n        return prediction.new_zeros(())\n", "")),
        _RMSE_REFERENCE,
        "E   assert nan == 0.0\n1 failed, 4 passed in 0.1s",
        ("one-change", "guard"),
        Category.CORNER_CASE,
        Facet.NUMERICS,
        "The prompt promises 0 for empty input, and what would give it is missing.",
    ),
    Example(
        "Division by a row of zeros",
        _NORM,
        _changed(_NORM_REFERENCE, ("norm.clamp_min(eps)", "norm")),
        _NORM_REFERENCE,
        "E   assert nan == 0.0\n1 failed, 3 passed in 0.1s",
        ("one-change", "guard"),
        Category.CORNER_CASE,
        Facet.NUMERICS,
        "The lower bound is a guard, whatever form it has.",
    ),
    Example(
        "A result that is clamped as well",
        _RMSE,
        _changed(_RMSE_REFERENCE, (".mean().sqrt()", ".mean().sqrt().clamp(0, 1)")),
        _RMSE_REFERENCE,
        "E   assert 1.0 == 1.58\n3 failed, 2 passed in 0.1s",
        ("one-change", "extra"),
        Category.UNREQUESTED,
        Facet.NUMERICS,
        "Without the last call, which nobody asked for, it would pass.",
    ),
    Example(
        "The wrong one of two variables",
        _RMSE,
        _changed(_RMSE_REFERENCE, ("(prediction - target)", "(prediction - prediction)")),
        _RMSE_REFERENCE,
        "E   assert 0.0 == 1.58\n4 failed, 1 passed in 0.1s",
        ("one-change", "variable"),
        Category.REFERENCE,
        Facet.GENERAL,
        "A variable that exists, and not the one that belongs there.",
    ),
    Example(
        "The wrong one of two attributes",
        _METER,
        _changed(_METER_REFERENCE, ("return self.total / self.count", "return self.total / self.total")),
        _METER_REFERENCE,
        "E   assert 1.0 == 2.5\n3 failed in 0.1s",
        ("one-change", "attribute"),
        Category.ATTRIBUTE,
        Facet.GENERAL,
        "`self.total` is read where `self.count` belongs.",
    ),
    Example(
        "An epsilon that is felt",
        _NORM,
        _changed(_NORM_REFERENCE, ("eps=1e-8", "eps=1e-2")),
        _NORM_REFERENCE,
        "E   assert 0.5 == 1.0\n1 failed, 3 passed in 0.1s",
        ("one-change", "literal"),
        Category.CONSTANT,
        Facet.NUMERICS,
        "One literal, a default; with the right one it passes.",
    ),
    Example(
        "Along the wrong dimension",
        _NORM,
        _changed(_NORM_REFERENCE, ("dim=1", "dim=0")),
        _NORM_REFERENCE,
        "E   assert 0.7 == 1.0\n3 failed, 1 passed in 0.1s",
        ("one-change",),
        Category.LOGIC,
        Facet.TENSOR_SHAPE,
        "A literal too, but one that says along what: not a constant.",
    ),
    Example(
        "The sum for the mean",
        _RMSE,
        _changed(_RMSE_REFERENCE, (".pow(2).mean()", ".pow(2).sum()")),
        _RMSE_REFERENCE,
        "E   assert 3.16 == 1.58\n4 failed, 1 passed in 0.1s",
        ("one-change",),
        Category.LOGIC,
        Facet.TENSOR_SHAPE,
        "Another function that exists, and is called: not an attribute.",
    ),
    Example(
        "Another class than was described",
        _METER,
        "class AverageTracker:\n    def __init__(self, size):\n        self.size = size\n        self.queue = []\n\n"
        "    def push(self, item):\n        self.queue = [*self.queue[-self.size + 1 :], item]\n",
        _METER_REFERENCE,
        "AttributeError: not defined: Meter",
        ("other-thing",),
        Category.DEVIATES,
        Facet.GENERAL,
        "No small change helps, the prompt is clear, everything fails: `Meter` was asked for and is not there.",
        verdict="error",
    ),
    Example(
        "A loop over all pairs",
        _RMSE,
        "def rmse(prediction, target):\n    total = 0.0\n    for i in range(len(prediction)):\n"
        "        for j in range(len(target)):\n            if i == j:\n"
        "                total += (prediction[i] - target[j]) ** 2\n"
        "    return (total / max(1, len(prediction))) ** 0.5\n",
        _RMSE_REFERENCE,
        "not done after 5 s",
        ("limit",),
        Category.PERFORMANCE,
        Facet.RESOURCE,
        "Right for ten values and far too slow for a hundred thousand.",
        verdict="timeout",
    ),
)
