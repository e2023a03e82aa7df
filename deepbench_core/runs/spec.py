"""What a run is asked to do, and what that will take."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import math
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deepbench_core import paths, prompts
from deepbench_core.errors import UserError
from deepbench_core.models import PSEUDO_MODELS, Parameters, check_model
from deepbench_core.problems import Problem, find_suite, load_suite, suite_folders

if TYPE_CHECKING:
    from deepbench_core.store import Store

CHARACTERS_PER_TOKEN = 3.6  # of English with code in it, over the usual tokenizers; for estimates only
TYPICAL_ANSWER = 450  # tokens, where no earlier run tells
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,120}")


class RunSpec(BaseModel):
    """What to ask whom. `suite` is the name of a shipped suite or a folder; empty filters mean everything.

    Holds no secret: keys are read from the environment by the process that asks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)
    suite: str = "deepbench"
    problem_ids: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    subset: int | None = Field(default=None, ge=1)  # only so many of them, spread over the axes
    samples: int = Field(default=1, ge=1, le=10_000)
    parameters: dict[str, Any] = Field(default_factory=dict)  # of models.Parameters
    technique: str = "zero-shot"
    executor: str = "auto"
    workers: int | None = Field(default=None, ge=1, le=1024)
    concurrency: int = Field(default=4, ge=1, le=512)
    unsafe: bool = False
    results: Path | None = None  # default: paths.results_dir()
    run_id: str = ""  # default: made from date, model and suite
    note: str = ""

    @property
    def results_folder(self) -> Path:
        """Where the run is published."""
        return self.results or paths.results_dir()

    @property
    def ranked(self) -> bool:
        """False for the pseudo-models."""
        return self.model not in PSEUDO_MODELS

    def model_parameters(self) -> Parameters:
        """The parameters as models take them. Raises UserError for unknown names and impossible values."""
        known = set(Parameters.__dataclass_fields__)
        if unknown := sorted(set(self.parameters) - known):
            raise UserError(f"no parameter {unknown[0]!r}; there is {', '.join(sorted(known))}")
        return Parameters(**self.parameters)


@dataclass(frozen=True)
class Plan:
    """What a run would do. Estimates are None where nothing is known; `missing` must be empty for a start.

    `done` counts samples of the same model, technique and parameters that are already published and not stale.
    `cost` is in US dollars, `cost_at_most` the same if every answer used all its tokens; `seconds` is for the
    generation alone, from earlier runs. `to_build` names environments that will be built first.
    """

    spec: RunSpec
    problems: tuple[Problem, ...]
    samples: int
    done: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    cost_at_most: float | None
    seconds: float | None
    missing: tuple[str, ...]
    to_build: tuple[str, ...]


def make_spec(**values: Any) -> RunSpec:
    """A checked spec. Raises UserError with one line that names the field."""
    try:
        spec = RunSpec.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if spec.technique not in prompts.TECHNIQUES:
        raise UserError(f"no technique {spec.technique!r}; there is {', '.join(prompts.TECHNIQUES)}")
    if spec.run_id and not RUN_ID.fullmatch(spec.run_id):
        raise UserError(f"run_id: {spec.run_id!r} may hold letters, digits and . _ + - only")
    spec.model_parameters()
    return spec


def completed(spec: RunSpec) -> RunSpec:
    """The spec with what depends on where and when it is called spelled out, so that it can be resumed anywhere."""
    suite = find_suite(spec.suite)
    changes: dict[str, Any] = {
        "suite": suite.name if suite in suite_folders() else str(suite.resolve()),
        "results": spec.results_folder.absolute(),
        "run_id": spec.run_id or new_run_id(spec.model, suite.name),
    }
    file = Path(spec.model.removeprefix("local/")).expanduser()
    if spec.model.startswith("local/") and file.suffix == ".gguf" and file.is_file():
        changes["model"] = f"local/{file.resolve()}"
    return spec.model_copy(update=changes)


def new_run_id(model: str, suite: str) -> str:
    """`20261105-smollm2-135m-instruct-deepbench-k3x9`: readable, sortable, and unique enough for one folder."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    tail = "".join(secrets.choice(alphabet) for _ in range(4))
    name = _slug(Path(model).name.removesuffix(".gguf"), 40)
    return f"{date.today():%Y%m%d}-{name}-{_slug(suite, 30)}-{tail}"


def select_problems(spec: RunSpec) -> tuple[Problem, ...]:
    """The problems that a spec means, by id. Raises UserError for unknown ids and for an empty choice."""
    problems = load_suite(find_suite(spec.suite))
    known = {p.id for p in problems}
    if unknown := [i for i in spec.problem_ids if i not in known]:
        raise UserError(f"no problem {unknown[0]!r} in {problems[0].suite}; see: deepbench problems list")
    chosen = tuple(
        p
        for p in problems
        if (not spec.problem_ids or p.id in spec.problem_ids)
        and (not spec.stages or p.meta.stage in spec.stages)
        and (not spec.tasks or p.meta.task in spec.tasks)
        and (not spec.modalities or p.meta.modality in spec.modalities)
    )
    if not chosen:
        raise UserError("no problem has these labels")
    return _spread(chosen, spec.subset) if spec.subset else chosen


def _spread(problems: Sequence[Problem], count: int) -> tuple[Problem, ...]:
    """A systematic sample: at even steps through the problems in the order of their labels, the same each time.

    So every stage has its share, and within it every task and modality as far as the number allows.
    """

    def place(problem: Problem) -> tuple[str, ...]:
        labels = (str(label or "") for label in (problem.meta.stage, problem.meta.task, problem.meta.modality))
        return *labels, hashlib.sha256(problem.id.encode()).hexdigest()

    ordered = sorted(problems, key=place)
    count = min(count, len(ordered))
    return tuple(sorted((ordered[(2 * i + 1) * len(ordered) // (2 * count)] for i in range(count)), key=lambda p: p.id))


def plan(spec: RunSpec, store: Store | None = None) -> Plan:
    """What the run would do; asks nobody and starts nothing. Raises UserError for what no run could mean."""
    problems = select_problems(spec)
    parameters = spec.model_parameters()
    samples = len(problems) * spec.samples
    history = _history(spec, problems, store) if store else {}
    prompt_tokens = spec.samples * sum(_tokens(p, spec.technique) for p in problems)
    typical = min(history.get("tokens") or TYPICAL_ANSWER, parameters.max_tokens)
    completion_tokens = round(samples * typical)
    price = _price(spec.model, parameters)
    cost = cost_at_most = None
    if price is not None:
        cost = prompt_tokens * price[0] + completion_tokens * price[1]
        cost_at_most = prompt_tokens * price[0] + samples * parameters.max_tokens * price[1]
    latency = history.get("latency")
    return Plan(
        spec=spec,
        problems=problems,
        samples=samples,
        done=int(history.get("done") or 0),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost=cost,
        cost_at_most=cost_at_most,
        seconds=None if latency is None else latency * math.ceil(samples / spec.concurrency),
        missing=tuple(check_model(spec.model, parameters)),
        to_build=_to_build(problems, spec.executor),
    )


def board_name(model: str) -> str:
    """What results of a model are filed under, without any path of this machine."""
    from deepbench_core.models import local_files

    return local_files.board_name(model) if model.startswith(local_files.PREFIX) else model


def _history(spec: RunSpec, problems: Sequence[Problem], store: Store) -> dict[str, float | None]:
    kept = json.dumps(spec.model_parameters().for_manifest(), sort_keys=True)
    rows = store.rows(
        """
        select r.run_id, r.technique, r.parameters, avg(s.latency) as latency, avg(s.completion_tokens) as tokens
        from runs r join samples s using (run_id) where r.model = ? group by all
        """,
        [board_name(spec.model)],
    )
    same = [
        r["run_id"]
        for r in rows
        if r["technique"] == spec.technique and json.dumps(json.loads(r["parameters"]), sort_keys=True) == kept
    ]
    done = store.rows(
        """
        select count(distinct (problem_id, sample)) as n from results
        where suite = ? and scored and not stale and sample < ?
          and list_contains($3, run_id) and list_contains($4, problem_id)
        """.replace("suite = ?", "suite = $1").replace("sample < ?", "sample < $2"),
        [problems[0].suite, spec.samples, same, [p.id for p in problems]],
    )
    return {"latency": _mean(rows, "latency"), "tokens": _mean(rows, "tokens"), "done": done[0]["n"]}


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [r[name] for r in rows if r[name] is not None]
    return sum(values) / len(values) if values else None


def _tokens(problem: Problem, technique: str) -> int:
    characters = sum(len(m.content) for m in prompts.build(problem, technique))
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def _to_build(problems: Sequence[Problem], executor: str) -> tuple[str, ...]:
    from deepbench_core.environments import find_built

    names = sorted({p.meta.environment for p in problems})
    # Whether `auto` will mean docker is known only once the engine was asked, which is not worth seconds here.
    kind = "image" if executor == "docker" else "venv"
    return tuple(name for name in names if find_built(name, kind) is None)  # type: ignore[arg-type]


def _price(model: str, parameters: Parameters) -> tuple[float, float] | None:
    """US dollars per token in and out, None when unknown."""
    if model in PSEUDO_MODELS or model.startswith("local/"):
        return (0.0, 0.0)
    if parameters.api_base:
        return None  # a name says nothing about the price at somebody's own endpoint
    prices = _price_list()
    found = prices.get(model) or prices.get(model.partition("/")[2]) or {}
    cost_in, cost_out = found.get("input_cost_per_token"), found.get("output_cost_per_token")
    return None if cost_in is None or cost_out is None else (float(cost_in), float(cost_out))


@functools.cache
def _price_list() -> dict[str, Any]:
    """litellm's list, read beside its code: importing it takes seconds, and the page that asks has a person waiting."""
    spec = importlib.util.find_spec("litellm")
    folders = spec.submodule_search_locations if spec else None
    try:
        file = Path(next(iter(folders or []))) / "model_prices_and_context_window_backup.json"
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, StopIteration):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _slug(text: str, length: int) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:length].strip("-.") or "model"


def describe(found: Plan) -> dict[str, Any]:
    """A plan as plain values, for `--format json`."""
    values = {k: v for k, v in asdict(found).items() if k not in ("spec", "problems")}
    return {"model": found.spec.model, "problems": [p.id for p in found.problems], **values}
