"""What can be wrong with generated deep-learning code: the failure categories and the facet beside them.

Categories 1–12 are those of the DL-Bench paper, 13–15 what its raters added; `harness` is nobody's mistake but ours.
As published they overlap. What makes a label reproducible is the order of questions in `procedure.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from deepbench_core.taxonomy import Labelled

TAXONOMY_VERSION = 1  # of categories, facets and procedure together; stored with every label


class Category(Labelled):
    """Why a sample failed. Exactly one is primary."""

    DEVIATES = "deviates-from-prompt"
    SYNTAX = "syntax-error"
    SILLY = "silly-mistake"
    EXAMPLE = "prompt-example"
    CORNER_CASE = "corner-case"
    ARGUMENT_TYPE = "wrong-argument-type"
    HALLUCINATED = "hallucinated-object"
    ATTRIBUTE = "wrong-attribute"
    UNREQUESTED = "unrequested-behaviour"
    LOGIC = "wrong-logic"
    REFERENCE = "wrong-reference"
    CONSTANT = "wrong-constant"
    PERFORMANCE = "performance"
    PROMPT = "prompt-lacks-information"
    IMPORT = "wrong-import"
    HARNESS = "harness"

    @property
    def number(self) -> int | None:
        """1–15 as in the paper and its raters' additions; None for `harness`, which is no category of theirs."""
        return None if self is Category.HARNESS else list(Category).index(self) + 1

    @property
    def label(self) -> str:
        return _ABOUT[self].name

    @property
    def definition(self) -> str:
        """One sentence that says what counts."""
        return _ABOUT[self].definition

    @property
    def example(self) -> str:
        """A case that belongs here."""
        return _ABOUT[self].example

    @property
    def counter_example(self) -> str:
        """A case that looks alike and belongs elsewhere, and where."""
        return _ABOUT[self].counter_example

    @property
    def of_the_model(self) -> bool:
        """Whether the failure says something about the model: not for `harness` and `prompt-lacks-information`."""
        return self not in (Category.HARNESS, Category.PROMPT)


class Facet(Labelled):
    """Which part of deep learning a failure concerns, whatever its category."""

    TENSOR_SHAPE = "tensor-shape"
    DTYPE_DEVICE = "dtype-device"
    NUMERICS = "numerics"
    AUTOGRAD = "autograd"
    RANDOMNESS = "randomness"
    DATA_LAYOUT = "data-layout"
    API_VERSION = "api-version"
    LOSS_METRIC = "loss-metric-semantics"
    RESOURCE = "resource"
    GENERAL = "general"

    @property
    def label(self) -> str:
        return _FACET_NAMES.get(self, super().label)

    @property
    def definition(self) -> str:
        """One sentence that says what counts."""
        return _FACETS[self]


@dataclass(frozen=True)
class _About:
    name: str
    definition: str
    example: str
    counter_example: str


_ABOUT: dict[Category, _About] = {
    Category.DEVIATES: _About(
        "Deviates from the prompt",
        "The code does something else than was asked: what it defines, takes, returns or computes is another thing, "
        "or a part that was asked for was never attempted.",
        "Asked for the *mean* focal loss over the samples with class weights, the code returns plain "
        "`F.cross_entropy(logits, targets)`: nothing of the focusing term is there.",
        "The focusing term is there, with `p ** gamma` for `(1 - p) ** gamma`: the right thing, computed wrongly "
        "(wrong arithmetic or logic).",
    ),
    Category.SYNTAX: _About(
        "Syntax error",
        "Python can't parse the code.",
        "`def giou_loss(a, b)` without a colon; a bracket that is never closed; an answer cut in the middle of a line.",
        "`retrun loss` on a line of its own parses as far as `retrun` in `retrun(loss)`: then it is a name that "
        "exists nowhere (hallucinated object).",
    ),
    Category.SILLY: _About(
        "Silly mistake",
        "A condition that is always or never true, a repeated step, or a conversion that nothing asks for spoils "
        "code that is otherwise right.",
        "`if mask is not None and mask is None:`; `return int(loss.mean())` where the mean itself was asked for.",
        "`torch.arange(float(n))[i]` fails because indexing takes no float: a call was given the wrong type "
        "(wrong type of argument).",
    ),
    Category.EXAMPLE: _About(
        "Leans on the prompt's example",
        "A value that the prompt mentions as an example or default stands where the code must use its input.",
        "The docstring speaks of `stride=8`, and the code divides by 8 whatever `stride` it is given.",
        "The code divides by `stride + 1`: no value of the prompt is copied (wrong arithmetic or logic).",
    ),
    Category.CORNER_CASE: _About(
        "Misses a corner case",
        "Ordinary input gives the right answer; empty, single, zero, extreme, tied or invalid input does not, because "
        "what guards against it is missing.",
        "`total / count` without the promised 0 for `count == 0`; no `ValueError` for a negative `gamma`.",
        "`if count <= 1: return 0` where only 0 is special: the guard is there and compares wrongly "
        "(wrong arithmetic or logic).",
    ),
    Category.ARGUMENT_TYPE: _About(
        "Wrong type of argument",
        "A call, operator or index gets a value of a type, dtype or form that it does not take, or that changes what "
        "it does.",
        "`torch.cat(a)` of one tensor; a float tensor as index; `np.zeros(str(n))`; `lengths.shape` where `lengths` "
        "is a list; a keyword that the function does not have.",
        "`x.shapes`: the value is the right one, the name is not (wrong attribute).",
    ),
    Category.HALLUCINATED: _About(
        "Hallucinated object",
        "A function, class or method that exists nowhere is called: not in the library, not in the code, and no slip "
        "in writing one that does.",
        "`torch.pairwise_iou(a, b)`; `nn.FocalLoss()`; `normalise_boxes(boxes)` that nobody defines.",
        "`x.sizes()`: a slip of `x.size()` (wrong attribute); `F.relu(x)` without an import of `F` (wrong import).",
    ),
    Category.ATTRIBUTE: _About(
        "Wrong attribute",
        "An attribute is read that the value does not have, or another one than the right one of those it has; a slip "
        "in the name of a library's function or of a value's method counts here too.",
        "`x.dimension` for `x.ndim`; `self.weights` where `self.weight` was set; `layer.in_features` for "
        "`layer.out_features`; `x.sizes()`.",
        "`self.encod(x)` for the class's own method `encode`, a name of the code itself "
        "(wrong or undefined reference).",
    ),
    Category.UNREQUESTED: _About(
        "Adds what was not asked",
        "A step that nobody asked for changes the result: a further return value, normalisation, sorting, clamping, "
        "printing, a check that refuses good input.",
        "The loss is right and then clamped to [0, 1]; a second value is returned; inputs are normalised first.",
        "`.float()` on the result, where the dtype of the input was to be kept (silly mistake).",
    ),
    Category.LOGIC: _About(
        "Wrong arithmetic or logic",
        "The right thing is attempted and computed wrongly: operator, sign, dimension, order, comparison, reduction, "
        "an existing function that is not the right one, a step left out.",
        "`softmax(dim=0)` over the batch; `a - b` for `b - a`; `sum` for `mean`; `optimizer.zero_grad()` forgotten.",
        "Every step is right but `eps=1e-3` for `1e-8` (wrong constant).",
    ),
    Category.REFERENCE: _About(
        "Wrong or undefined reference",
        "A variable, parameter or method of the code itself is misspelt, not yet set, out of scope, or mistaken for "
        "another one.",
        "`logit` for `logits`; a variable set only in one branch; `self.encod(x)`; `targets` where `logits` belongs.",
        "`np.zeros(3)` without `import numpy as np`: the name is a library's (wrong import).",
    ),
    Category.CONSTANT: _About(
        "Wrong constant",
        "One literal is wrong: a number, a default, a flag, a mode string; with the right literal the code passes.",
        "`eps=1e-3` for `1e-8`; a default `gamma=1.0` for `2.0`; `range(n + 2)` for `range(n + 1)`.",
        "`dim=0` for `dim=1`, or `reduction='sum'` for `'mean'`: a literal, but it says along what or how to compute "
        "(wrong arithmetic or logic).",
    ),
    Category.PERFORMANCE: _About(
        "Performance",
        "The code would be right but takes more time, memory or recursion than the limits allow.",
        "A Python loop over every pair of boxes that runs into the time limit; an outer product that needs 8 GB.",
        "A loop that never ends because its counter is not raised (wrong arithmetic or logic).",
    ),
    Category.PROMPT: _About(
        "The prompt lacks information",
        "Nothing in the prompt tells what the failing test demands; a careful engineer could not have known.",
        "The test expects ties to be broken by index and the prompt is silent about ties.",
        "The docstring says it in half a sentence and the code ignores it (misses a corner case).",
    ),
    Category.IMPORT: _About(
        "Wrong import",
        "An import statement fails, is missing, or brings another thing than the code uses.",
        "`F.relu` without `import torch.nn.functional as F`; `from torch.nn import functionals`.",
        "`torch.nn.functional.reluu(x)`: the import is right, the name is not (wrong attribute).",
    ),
    Category.HARNESS: _About(
        "Harness",
        "Nothing is wrong with the code: the extraction, the sandbox, the provider or the test is at fault.",
        "The response defines the function, and the extraction lost half of it.",
        "The response was cut by the model's own limit of tokens (syntax error).",
    ),
}

_FACET_NAMES = {
    Facet.DTYPE_DEVICE: "Dtype and device",
    Facet.API_VERSION: "API version",
    Facet.LOSS_METRIC: "Loss and metric semantics",
}
_FACETS: dict[Facet, str] = {
    Facet.TENSOR_SHAPE: "Shapes, dimensions, broadcasting, reductions along an axis, indexing of tensors.",
    Facet.DTYPE_DEVICE: "Number types and devices: float against int, precision of a type, CPU against GPU.",
    Facet.NUMERICS: "Values that overflow, vanish, become NaN or infinite; epsilons, logarithms, stability.",
    Facet.AUTOGRAD: "Gradients, graphs, detaching, in-place changes, parameters and optimizers' steps.",
    Facet.RANDOMNESS: "Seeds, generators, sampling, shuffling, dropout.",
    Facet.DATA_LAYOUT: "Order and form of data: channels first or last, batch first, padding, windows, boxes, splits.",
    Facet.API_VERSION: "What the installed library has or takes: names, arguments, renamed and removed functions.",
    Facet.LOSS_METRIC: "What a loss or metric means: reduction, weighting, averaging, ignored entries, ties.",
    Facet.RESOURCE: "Time, memory, recursion, processes, files.",
    Facet.GENERAL: "Nothing that is particular to deep learning.",
}
