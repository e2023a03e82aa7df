"""The closed vocabularies: three axes that label a problem, and the verdicts that a sample can get."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """A stable slug that also has a readable name."""

    @property
    def label(self) -> str:
        """Sentence-case name for people: `model-construction` → `Model construction`."""
        return self.value.replace("-", " ").capitalize()


class Stage(Labelled):
    """Where in the deep-learning pipeline the code stands."""

    PREPROCESSING = "preprocessing"
    MODEL_CONSTRUCTION = "model-construction"
    TRAINING = "training"
    INFERENCE = "inference"
    EVALUATION = "evaluation"

    @property
    def label(self) -> str:
        return "Pre- and post-processing" if self is Stage.PREPROCESSING else super().label


class Task(Labelled):
    """What the code is for."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"
    OBJECT_DETECTION = "object-detection"
    SEGMENTATION = "segmentation"
    TIME_SERIES = "time-series"
    RECOMMENDATION = "recommendation"
    GENERAL = "general"


class Modality(Labelled):
    """What kind of data goes in; `other` is weights, hyper-parameters, graphs, audio and the like."""

    IMAGE = "image"
    TEXT = "text"
    TABULAR = "tabular"
    OTHER = "other"


class Difficulty(Labelled):
    """How hard the author expects a problem to be, until results say it."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class ReviewState(Labelled):
    """How far people have checked a problem."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    VALIDATED = "validated"


class Openness(Labelled):
    """Whether anyone can have a model's weights."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


AXES: dict[str, type[Labelled]] = {"stage": Stage, "task": Task, "modality": Modality}


class Integrity(StrEnum):
    """Which judge gave a verdict: `split` keeps code and tests in processes of their own, `in-process` in one."""

    SPLIT = "split"
    IN_PROCESS = "in-process"


class Fault(StrEnum):
    """Whose failure a verdict is; only the model's count against it."""

    NOBODY = "nobody"
    MODEL = "model"
    HARNESS = "harness"
    PROVIDER = "provider"


class Verdict(Labelled):
    """How one sample ended.

    The first eight say something about the model and are scored; `harness` and `provider` are not the model's
    fault and are shown as missing coverage.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out-of-memory"
    NO_CODE = "no-code"
    CRASHED = "crashed"
    TAMPERED = "tampered"
    HARNESS = "harness"
    PROVIDER = "provider"

    @property
    def scored(self) -> bool:
        """Whether the sample counts in pass@k."""
        return self.fault in (Fault.NOBODY, Fault.MODEL)

    @property
    def fault(self) -> Fault:
        """Whose failure it is."""
        if self is Verdict.PASSED:
            return Fault.NOBODY
        if self is Verdict.HARNESS:
            return Fault.HARNESS
        return Fault.PROVIDER if self is Verdict.PROVIDER else Fault.MODEL

    @property
    def meaning(self) -> str:
        """One sentence for a tooltip."""
        return _MEANINGS[self]


_MEANINGS: dict[Verdict, str] = {
    Verdict.PASSED: "Every test that the reference passes ran and passed.",
    Verdict.FAILED: "The code ran, and at least one test did not pass.",
    Verdict.ERROR: "The code could not be loaded, or does not define what was asked for.",
    Verdict.TIMEOUT: "The time limit was reached.",
    Verdict.OUT_OF_MEMORY: "The memory limit was reached.",
    Verdict.NO_CODE: "No code that parses was found in the response.",
    Verdict.CRASHED: "The code's process ended by a signal or by leaving (segfault, exit).",
    Verdict.TAMPERED: "The code was caught acting against the judge; counts as not solved.",
    Verdict.HARNESS: "DeepBench itself failed; not counted against the model.",
    Verdict.PROVIDER: "The model's provider failed; not counted against the model.",
}
