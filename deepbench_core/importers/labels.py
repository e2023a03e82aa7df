"""Labels for other people's problems, as far as they follow from the library and the calls of the reference.

What does not follow stays unlabelled: a question about an array says nothing about a pipeline's stage.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

from deepbench_core import syntax
from deepbench_core.taxonomy import Modality, Stage, Task

# DS-1000's names of libraries by their own names, as their users write them.
LIBRARIES = {
    "Pandas": "pandas",
    "Numpy": "numpy",
    "Matplotlib": "matplotlib",
    "Sklearn": "scikit-learn",
    "Scipy": "scipy",
    "Pytorch": "pytorch",
    "Tensorflow": "tensorflow",
}

# The first stage that a call belongs to, the later ones of a pipeline first: who evaluates has trained before.
_STAGES: tuple[tuple[Stage, str], ...] = (
    (Stage.EVALUATION, r"\w*_score|\w*_report|confusion_matrix|\w*_curve|evaluate"),
    (Stage.TRAINING, r"fit|fit_predict|partial_fit|backward|step|GridSearchCV|RandomizedSearchCV|cross_val\w*"),
    (Stage.INFERENCE, r"predict|predict_proba|decision_function"),
    (Stage.MODEL_CONSTRUCTION, r"Linear|Conv\dd|LSTM|GRU|Dense|Sequential|Module|Pipeline|make_pipeline|\w+Classifier"),
    (
        Stage.PREPROCESSING,
        r"fit_transform|transform|\w*(Scaler|Vectorizer|Encoder|Binarizer)|get_dummies|train_test_split|scale|one_hot",
    ),
)
_TASKS: tuple[tuple[Task, str], ...] = (
    (Task.CLASSIFICATION, r"\w+Classifier|LogisticRegression|\w*SVC|\w+NB|accuracy_score|confusion_matrix"),
    (Task.REGRESSION, r"\w+Regressor|LinearRegression|Ridge|Lasso|\w*SVR|polyfit|curve_fit|lstsq"),
)
_TEXT = r"\w*Vectorizer|\w*Tokenizer"


@dataclass(frozen=True)
class Derived:
    """The labels that follow; None for one that does not."""

    stage: Stage | None = None
    task: Task | None = None
    modality: Modality | None = None


def derive(library: str, reference: str) -> Derived:
    """Labels of a problem of one of LIBRARIES."""
    calls = called(reference)
    task = next((task for task, pattern in _TASKS if _any(pattern, calls)), None)
    if library == "Pandas":
        return Derived(Stage.PREPROCESSING, task, Modality.TABULAR)
    if library not in ("Sklearn", "Pytorch", "Tensorflow"):
        return Derived(task=task)
    stage = next((stage for stage, pattern in _STAGES if _any(pattern, calls)), None)
    modality = Modality.TABULAR if library == "Sklearn" else None
    return Derived(stage, task, Modality.TEXT if _any(_TEXT, calls) else modality)


def called(code: str) -> set[str]:
    """Last names of everything that is called in a piece of code, which may be the body of something."""
    try:
        tree = syntax.parse(textwrap.dedent(code))
    except (SyntaxError, ValueError):
        return set(re.findall(r"(\w+)\(", code))
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        f.attr if isinstance(f, ast.Attribute) else f.id for f in functions if isinstance(f, ast.Attribute | ast.Name)
    }


def _any(pattern: str, names: set[str]) -> bool:
    return any(re.fullmatch(pattern, name) for name in names)
