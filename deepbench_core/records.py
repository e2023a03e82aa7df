"""What a run leaves behind: the columns of its Parquet files and the manifest beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1

# The narrow file: one row per sample, everything that a table, chart or filter needs. Sorted by problem_id, sample.
SAMPLES = pa.schema(
    [
        ("run_id", pa.string()),
        ("suite", pa.string()),
        ("problem_id", pa.string()),
        ("sample", pa.int32()),
        ("model", pa.string()),
        ("technique", pa.string()),
        ("verdict", pa.string()),
        ("integrity", pa.string()),
        ("seconds", pa.float64()),  # what the tests took
        ("total_seconds", pa.float64()),  # with the executor's overhead
        ("time_limit", pa.float64()),
        ("limit_hit", pa.string()),
        ("tests_total", pa.int32()),
        ("tests_passed", pa.int32()),
        ("failing_test", pa.string()),  # the first one
        ("error_type", pa.string()),  # class name of the first exception
        ("message", pa.string()),  # its first line, at most 300 characters
        ("flags", pa.list_(pa.string())),
        ("latency", pa.float64()),  # seconds of the model call
        ("prompt_tokens", pa.int64()),
        ("completion_tokens", pa.int64()),
        ("cost", pa.float64()),  # US dollars; null when unknown
        ("finish_reason", pa.string()),
        ("problem_hash", pa.string()),
        ("code_hash", pa.string()),
        ("environment", pa.string()),
        ("environment_digest", pa.string()),
        ("judge", pa.string()),  # hash of the judge's code
        ("finished_at", pa.timestamp("us", tz="UTC")),
    ]
)

# The text file: long strings, read one sample at a time. Same order as SAMPLES.
TEXTS = pa.schema(
    [
        ("run_id", pa.string()),
        ("problem_id", pa.string()),
        ("sample", pa.int32()),
        ("prompt", pa.string()),  # the messages as JSON
        ("response", pa.string()),
        ("code", pa.string()),  # what was extracted, null for no-code
        ("tests", pa.string()),  # JSON list of TestOutcome
        ("output", pa.string()),  # what the code printed, cut
        ("evidence", pa.string()),  # JSON: signals, counters, provider error …
        ("reference", pa.string()),  # what passes, where the sample came without its problem
    ]
)

# Why each failed sample failed, as the machine sees it; written after the run and again when diagnosis got better.
# Named by problem_hash, code_hash and version: a row whose hashes are not its sample's speaks of something else.
DIAGNOSES = pa.schema(
    [
        ("run_id", pa.string()),
        ("problem_id", pa.string()),
        ("sample", pa.int32()),
        ("problem_hash", pa.string()),
        ("code_hash", pa.string()),
        ("version", pa.int32()),  # diagnosis.VERSION
        ("taxonomy", pa.int32()),  # categories.TAXONOMY_VERSION
        ("category", pa.string()),  # slug; null when not determined
        ("number", pa.int32()),
        ("categories", pa.list_(pa.string())),
        ("facet", pa.string()),
        ("confidence", pa.float64()),
        ("source", pa.string()),  # rules, counterfactual, judge
        ("evidence", pa.string()),  # JSON list of {kind, text, line?}
        ("judge_model", pa.string()),
        ("cost", pa.float64()),  # US dollars of the judge
        ("seconds", pa.float64()),
        ("diagnosed_at", pa.timestamp("us", tz="UTC")),
    ]
)

# What raters answered, one row an answer or a retraction; append-only, see annotations.py.
ANNOTATIONS = pa.schema(
    [
        ("id", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("rater", pa.string()),
        ("rater_kind", pa.string()),  # person, model, elsewhere
        ("role", pa.string()),  # rater, expert
        ("blind", pa.bool_()),
        ("taxonomy", pa.int32()),  # categories.TAXONOMY_VERSION
        ("kind", pa.string()),  # sample, problem
        ("suite", pa.string()),
        ("problem_id", pa.string()),
        ("run_id", pa.string()),  # empty for a problem
        ("sample", pa.int32()),  # -1 for a problem
        ("content", pa.string()),  # hash of the code, or of the whole problem
        ("retracts", pa.string()),  # id of an answer that no longer counts; empty for an answer
        ("category", pa.string()),
        ("categories", pa.list_(pa.string())),  # the primary one first
        ("facet", pa.string()),
        ("text", pa.string()),
        ("harness_error", pa.bool_()),
        ("wrong_test", pa.bool_()),
        ("lacks_information", pa.bool_()),
        ("in_deep_learning", pa.bool_()),
        ("labels_right", pa.bool_()),
        ("prompt_complete", pa.bool_()),
        ("tests_fair", pa.bool_()),
        ("signed", pa.bool_()),
        ("source", pa.string()),
    ]
)


class Labels(BaseModel):
    """What a problem was labelled with when its run was published; used where the suite itself is not at hand.

    None where its benchmark gives no such label.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    title: str
    stage: str | None = None
    task: str | None = None
    modality: str | None = None
    library: str | None = None
    perturbation: str | None = None
    difficulty: str | None = None
    review: str | None = None
    hash: str


class Manifest(BaseModel):
    """Everything needed to repeat a run, and what it covered. Unknown keys of a newer minor version are kept."""

    model_config = ConfigDict(extra="allow")

    schema_version: int = SCHEMA_VERSION
    run_id: str
    revision: int = 1
    model: str
    model_details: dict[str, Any] = Field(default_factory=dict)  # provider; a file's hash and quantisation
    technique: str
    suite: str
    parameters: dict[str, Any] = Field(default_factory=dict)  # temperature, max_tokens, seed …
    samples_per_problem: int = 1
    problem_ids: list[str] = Field(default_factory=list)
    labels: dict[str, Labels] = Field(default_factory=dict)  # by problem id
    status: Literal["complete", "partial"] = "complete"
    source: Literal["run", "scored", "imported"] = "run"
    ranked: bool = True  # false for the pseudo-models and for imported verdicts
    picked: bool = False  # samples were chosen by how they ended: no rate follows, so no board shows them
    prompt_hash: str = ""
    dataset_hash: str = ""
    executor: dict[str, Any] = Field(default_factory=dict)  # Executor.describe()
    limits: dict[str, Any] = Field(default_factory=dict)  # what every sample shared: time factor, retries, cuts
    versions: dict[str, str] = Field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    note: str = ""
