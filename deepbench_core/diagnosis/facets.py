"""Which part of deep learning a failure concerns, from what differs and what was seen."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from deepbench_core.categories import Category, Facet
from deepbench_core.diagnosis import asking, conditions, trees
from deepbench_core.diagnosis.steps import Difference
from deepbench_core.diagnosis.symptoms import Symptoms
from deepbench_core.diagnosis.trees import word_set

# Words of names, by facet; those of the difference itself weigh most. First match wins on equal counts.
_WORDS: dict[Facet, frozenset[str]] = {
    Facet.AUTOGRAD: word_set(
        """backward detach requires_grad requires_grad_ no_grad grad zero_grad enable_grad inference_mode step optimizer
    parameters retain_graph create_graph autograd set_to_none grad_fn clip_grad_norm_ train eval"""
    ),
    Facet.RANDOMNESS: word_set(
        """seed manual_seed generator rand randn randint randperm rand_like randn_like bernoulli multinomial dropout
    shuffle random rng default_rng permutation normal_ uniform_ choice fork_rng"""
    ),
    Facet.DTYPE_DEVICE: word_set(
        """dtype device float double long half int bool float32 float64 int64 int32 uint8 bfloat16 to astype type tolist
    item numpy cpu cuda type_as int8 is_floating_point list str asarray as_tensor from_numpy"""
    ),
    Facet.NUMERICS: word_set(
        """eps epsilon tiny finfo clamp clamp_min clamp_max clip log log1p exp expm1 logsumexp log_softmax isnan
        isfinite
    nan_to_num inf nan sqrt rsqrt smooth round isinf logaddexp epsilon_"""
    ),
    Facet.TENSOR_SHAPE: word_set(
        """shape numel dim axis reshape view unsqueeze squeeze keepdim keepdims size ndim flatten expand broadcast_to
        stack
    cat expand_as dims repeat chunk narrow repeat_interleave gather sum mean argmax argmin softmax matmul einsum"""
    ),
    Facet.DATA_LAYOUT: word_set(
        """permute transpose pad padding stride channels_last batch_first window boxes xyxy swapaxes movedim moveaxis
    collate sort argsort flip fold unfold split train_test_split sequence_length lengths mask interpolate"""
    ),
    Facet.LOSS_METRIC: word_set(
        """loss reduction weight weights ignore_index cross_entropy nll_loss mse_loss bce accuracy precision recall iou
    ndcg f1 auc perplexity class_weights label_smoothing average metric gamma alpha binary_cross_entropy
    kl_div smooth_l1_loss"""
    ),
}

_MESSAGES: tuple[tuple[Facet, str], ...] = (
    (Facet.AUTOGRAD, r"does not require grad|backward through the graph|leaf variable|modified by an inplace|grad_fn"),
    (
        Facet.DTYPE_DEVICE,
        (
            r"dtype|scalar type|not implemented for '|same device|must be (?:a )?(?:Tensor|long|int|float|real)"
            r"|tensors used as indices|can't be cast|object is not (?:iterable|subscriptable|callable)"
            r"|unsupported operand"
            r"|cannot be interpreted as an integer|must be real number|could not convert|indices must be integers"
            r"|only integer|not '?(?:list|str|float|int)"
        ),
    ),
    (
        Facet.TENSOR_SHAPE,
        (
            r"size of tensor|shapes? |Dimension out of range|dimension|sizes of tensors|must match|broadcast"
            r"|mat1 and mat2"
            r"|out of bounds|invalid for input of size|too many indices"
        ),
    ),
    (Facet.API_VERSION, r"unexpected keyword|has no attribute|no module named|cannot import name"),
    (Facet.NUMERICS, r"division by zero|overflow|math domain error|math range error|divide by zero"),
    (Facet.RESOURCE, r"out of memory|can't allocate|recursion depth|not done after"),
)


def facet(category: Category | None, primary: Sequence[Difference], symptoms: Symptoms, code: str) -> Facet:
    """One facet, `general` where nothing speaks for another."""
    if symptoms.limit or category is Category.PERFORMANCE:
        return Facet.RESOURCE
    if category in (Category.HALLUCINATED, Category.IMPORT):
        return Facet.API_VERSION
    if category is Category.SYNTAX:
        return Facet.GENERAL
    raised = symptoms.main
    said = f"{raised.type}: {raised.message}" if raised else ""
    if category is Category.ATTRIBUTE and raised and "has no attribute" in said:
        return Facet.API_VERSION
    if category is Category.DEVIATES and not primary:
        return _of_values(symptoms) or Facet.GENERAL
    by_message = next((f for f, pattern in _MESSAGES if re.search(pattern, said)), None)
    if category is Category.ARGUMENT_TYPE:
        if "unexpected keyword" in said:
            return Facet.API_VERSION
        told = by_message in (Facet.API_VERSION, Facet.TENSOR_SHAPE) and not primary
        return by_message if told and by_message else Facet.DTYPE_DEVICE
    if (
        category is Category.REFERENCE
        and raised
        and raised.type in ("NameError", "UnboundLocalError", "AttributeError")
    ):
        return Facet.GENERAL
    if any(_is_lost(value) for value in symptoms.values):
        return Facet.NUMERICS
    for difference in primary:
        if found := _of_difference(difference, category):
            return found
    return by_message or _of_values(symptoms) or Facet.GENERAL


def _of_difference(d: Difference, category: Category | None) -> Facet | None:
    if d.kind in ("constant", "expression", "unwrapped", "wrapped") and asking.is_along(d):
        return Facet.TENSOR_SHAPE
    if d.kind == "constant" and any(asking.is_tiny(n) for n in (d.ours, d.theirs) if n is not None):
        return Facet.NUMERICS
    # Python's own functions stand everywhere; of them only a conversion that is itself the fault says something.
    plain = category is not Category.SILLY
    ours = _names(d.ours, plain) if d.ours is not None else Counter[str]()
    theirs = _names(d.theirs, plain) if d.theirs is not None else Counter[str]()
    changed = (ours - theirs) + (theirs - ours) if d.ours is not None and d.theirs is not None else ours + theirs
    if found := _vote(changed):
        return found
    if category is Category.CORNER_CASE and _keeps_finite(d):
        return Facet.NUMERICS
    around: Counter[str] = Counter()
    inner: ast.AST | None = d.ours
    for node in d.chain[:3]:
        if isinstance(node, ast.arguments):
            around[_parameter(node, d.ours)] += 2
        elif isinstance(node, ast.keyword):
            around[node.arg or ""] += 2
        elif isinstance(node, ast.Call):
            name = trees.called_name(node)
            if inner is not node.func and not _built_in(node.func) and name not in _CALLED:
                around[name] += 2
        elif isinstance(node, ast.stmt):
            break
        inner = node
    return _vote(around) or _vote(ours + theirs) or _of_function(d)


def _keeps_finite(d: Difference) -> bool:
    """Whether what is gone bounds or replaces a number: `max(n, 1)`, `std or 1.0`, `where(x < 1e-10, 1, x)`."""
    theirs = d.theirs
    if isinstance(theirs, ast.BoolOp) and isinstance(theirs.op, ast.Or):
        return any(conditions.plain_number(value) is not None for value in theirs.values)
    if isinstance(theirs, ast.Call) and trees.called_name(theirs) in ("max", "min", "maximum", "minimum"):
        return any(conditions.plain_number(argument) is not None for argument in theirs.args)
    return d.kind in ("unwrapped", "expression") and theirs is not None and any(map(asking.is_tiny, ast.walk(theirs)))


def _of_function(d: Difference) -> Facet | None:
    """What the function is about in which the difference stands, by its name: `soft_dice_loss`, `box_iou`."""
    function = next((node for node in d.chain if isinstance(node, trees.Function)), None)
    words = set(function.name.split("_")) if function is not None else set()
    return Facet.LOSS_METRIC if words & _WORDS[Facet.LOSS_METRIC] - {"weight", "weights"} else None


def _parameter(arguments: ast.arguments, default: ast.AST | None) -> str:
    """The name of the parameter that has this default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    late = plain[len(plain) - len(arguments.defaults) :]
    pairs = [
        *zip(late, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((a.arg for a, d in pairs if d is default), "")


def _vote(words: Counter[str]) -> Facet | None:
    votes: Counter[Facet] = Counter()
    for word, count in words.items():
        for name, known in _WORDS.items():
            if word in known:
                votes[name] += count
                break
    if not votes:
        return None
    best = max(votes.values())
    return next(f for f in _WORDS if votes[f] == best)


# Words that speak of what is done only where they are called: a variable `mean` may hold anything.
_CALLED = word_set(
    """mean sum argmax argmin softmax stack cat repeat gather log exp round sort split step choice size"""
)


def _names(node: ast.AST, plain: bool) -> Counter[str]:
    """Names, attributes and keywords below; with `plain` without Python's own functions."""
    found: Counter[str] = Counter()
    called = {id(below.func) for below in ast.walk(node) if isinstance(below, ast.Call)}
    for below in ast.walk(node):
        if isinstance(below, ast.Name):
            if not (plain and _built_in(below)) and not (below.id in _CALLED and id(below) not in called):
                found[below.id] += 1
        elif isinstance(below, ast.Attribute):
            found[below.attr] += 1
        elif isinstance(below, ast.keyword):
            found[below.arg or ""] += 1
        elif isinstance(below, ast.arg):
            found[below.arg] += 1
        elif isinstance(below, ast.Constant) and below.value in ("nan", "inf", "-inf"):
            found[str(below.value).lstrip("-")] += 1
    return found


def _built_in(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and hasattr(builtins, node.id) and node.id != "round"


def _of_values(symptoms: Symptoms) -> Facet | None:
    """What got and expected look like side by side."""
    for value in symptoms.values:
        got, expected = value.get("got") or {}, value.get("expected") or {}
        if got.get("shape") is not None and expected.get("shape") is not None and got["shape"] != expected["shape"]:
            return Facet.TENSOR_SHAPE
        if got.get("type") == "Size" or "shape" in (value.get("difference") or {}):
            return Facet.TENSOR_SHAPE
        if _is_lost(value):
            return Facet.NUMERICS
        if got.get("dtype") and expected.get("dtype") and got["dtype"] != expected["dtype"]:
            return Facet.DTYPE_DEVICE
        if str(got.get("text", "")).startswith("torch.float") or str(expected.get("text", "")).startswith("torch."):
            return Facet.DTYPE_DEVICE
    return None


def _is_lost(value: Mapping[str, Any]) -> bool:
    """Whether a number came out as nan or infinite where a finite one was expected."""
    got, expected = value.get("got") or {}, value.get("expected") or {}
    lost = ("nan", "inf", "-inf")
    if str(got.get("text", "")) in lost:
        return str(expected.get("text", "")) not in lost
    return bool(got.get("nan") or got.get("inf")) and not (expected.get("nan") or expected.get("inf"))
