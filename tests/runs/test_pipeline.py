"""A run from prompt to publication, against a model behind a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from deepbench_core.errors import RunError, UserError
from deepbench_core.runs import Finished, Phase, RunSpec, State, create, execute, make_spec, plan, progress, run
from deepbench_core.runs.journal import Journal, run_folder
from deepbench_core.store import Store
from deepbench_core.taxonomy import Verdict
from tests.fake_endpoint import FakeEndpoint, Reply
from tests.runs.run_fakes import FakeJudge

Make = Callable[..., RunSpec]


def results_of(spec: RunSpec) -> Store:
    return Store(spec.results_folder)


def test_a_run_is_generated_judged_and_published(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    events: list[Finished | Phase] = []
    result = run(spec(samples=2), events.append)
    assert (result.status, result.done, result.total, result.cancelled) == ("complete", 12, 12, False)
    store = results_of(spec())
    rows = store.rows("select * from results order by problem_id, sample")
    assert [(r["problem_id"], r["sample"]) for r in rows] == [
        (f"problem-{i:03d}", s) for i in range(6) for s in range(2)
    ]
    assert all(r["passed"] and r["ranked"] and r["status"] == "complete" for r in rows)
    assert rows[0]["prompt_tokens"] == 11
    assert rows[0]["finish_reason"] == "stop"
    assert rows[0]["environment_digest"] == "e" * 12
    assert endpoint.calls == 12
    texts = store.texts(result.run_id, "problem-003", 1)
    assert texts is not None
    assert "return x + 3" in texts["code"]
    assert json.loads(texts["tests"])[0]["id"] == "tests.py::test_value"
    assert "torch 2.13.0" in json.loads(texts["prompt"])[0]["content"]
    finished = [e for e in events if isinstance(e, Finished)]
    assert [e.done for e in finished] == list(range(1, 13))


def test_the_manifest_repeats_the_run_and_names_no_folder(spec: Make, judge: FakeJudge) -> None:
    result = run(spec(parameters={"temperature": 0.5}, note="a note"))
    manifest = results_of(spec()).manifest(result.run_id)
    assert manifest.parameters["temperature"] == 0.5
    assert manifest.model_details["provider"] == "openai"
    assert len(manifest.problem_ids) == len(manifest.labels) == 6
    assert manifest.prompt_hash
    assert manifest.dataset_hash
    assert {"deepbench", "python", "litellm", "platform"} <= set(manifest.versions)
    assert result.folder is not None
    text = (result.folder / "manifest.json").read_text()
    assert str(Path.home()) not in text
    assert str(spec().results) not in text


def test_equal_code_is_judged_once(spec: Make, judge: FakeJudge) -> None:
    run(spec(samples=5))
    assert len(judge.calls) == 6


def test_pseudo_models_are_not_ranked(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    for model, passed in (("reference", 6), ("stub", 0)):
        run(spec(model=model, run_id=model))
        rows = results_of(spec()).rows("select ranked, passed from results where run_id = ?", [model])
        assert sum(r["passed"] for r in rows) == passed
        assert not any(r["ranked"] for r in rows)
    assert endpoint.calls == 0


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("", "no-code"), ("I can't do that.", "no-code"), ("x" * 5_000_000, "no-code"), ("a\ud83db \x00", "no-code")],
    ids=["empty", "prose", "huge", "surrogate and NUL"],
)
def test_odd_responses_are_kept_and_judged(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, text: str, verdict: str
) -> None:
    endpoint.enqueue(Reply(text))
    result = run(spec(problem_ids=("problem-001",)))
    store = results_of(spec())
    row = store.rows("select verdict, flags, scored from results")[0]
    texts = store.texts(result.run_id, "problem-001", 0)
    assert texts is not None
    assert (row["verdict"], row["scored"]) == (verdict, True)
    assert ("response-cut" in row["flags"]) == (len(text) > 4_000_000)
    assert texts["response"].startswith(text[:1].replace("\ud83d", "�"))


def test_a_sample_that_the_provider_fails_is_not_the_models(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint
) -> None:
    endpoint.enqueue(Reply(status=500), Reply(status=500))
    result = run(spec(concurrency=1))
    verdicts = [r["verdict"] for r in results_of(spec()).rows("select verdict from results order by problem_id")]
    assert verdicts == ["provider", *["passed"] * 5]
    assert result.status == "complete"
    found = progress(result.run_id)
    assert found.resumable
    assert sum(found.errors.values()) == 1
    # Trying again asks for the missing one alone and publishes the next revision.
    calls = endpoint.calls
    assert execute(result.run_id).status == "complete"
    assert endpoint.calls == calls + 1
    assert results_of(spec()).rows("select count(*) filter (where passed) n from results") == [{"n": 6}]
    assert results_of(spec()).manifest(result.run_id).revision == 2


def test_a_wrong_key_stops_the_run_with_one_line(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    endpoint.key = "the right one"
    run_id = create(spec(concurrency=1))
    with pytest.raises(RunError, match="refused the key") as caught:
        execute(run_id)
    assert "\n" not in str(caught.value)
    calls = endpoint.calls
    assert calls <= 6
    assert progress(run_id).state is State.FAILED
    assert results_of(spec()).manifests() == []
    endpoint.key = None
    assert execute(run_id).status == "complete"
    assert endpoint.calls == calls + 6


def test_a_wrong_key_stops_a_run_of_one_sample_too(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    endpoint.key = "the right one"
    with pytest.raises(RunError, match="refused the key"):
        run(spec(problem_ids=("problem-001",)))


def test_an_endpoint_that_stays_away_stops_the_run(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    endpoint.answer = lambda request: Reply(status=503)
    with pytest.raises(RunError, match="resume"):
        run(spec(samples=10))
    assert endpoint.calls < 60


def test_what_is_missing_is_said_before_anything_is_opened(spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError, match="OPENAI_API_KEY"):
        run(spec(parameters={"api_base": None}))


def test_a_sandbox_that_always_fails_ends_the_spending(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    judge.verdict = Verdict.HARNESS
    judge.delay = 0.05
    endpoint.answer = lambda request: Reply(f"```python\ndef answer(x):\n    return {endpoint.calls}\n```", delay=0.02)
    with pytest.raises(RunError, match="the sandbox fails again and again"):
        run(spec(samples=50))
    assert endpoint.calls < 200


def test_stop_publishes_what_is_finished_and_resume_goes_on(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint
) -> None:
    stop = threading.Event()

    def on_event(event: Finished | Phase) -> None:
        if isinstance(event, Finished) and event.done == 3:
            stop.set()

    result = run(spec(samples=4), on_event, stop=stop)
    assert result.cancelled
    assert result.folder is not None
    assert result.folder.name.endswith(".r1")
    assert results_of(spec()).rows("select count(*) n, any_value(status) s from results") == [
        {"n": result.done, "s": "partial"}
    ]
    assert progress(result.run_id).state is State.CANCELLED
    with closing(Journal.open(result.run_id)) as journal:
        paid = len(journal.answered())
    asked = endpoint.calls
    again = execute(result.run_id)
    assert again.status == "complete"
    assert endpoint.calls - asked == 24 - paid
    assert results_of(spec()).rows("select count(*) n, count(distinct (problem_id, sample)) d from results") == [
        {"n": 24, "d": 24}
    ]
    assert [p.name for p in spec().results_folder.iterdir()] == [f"{result.run_id}.r2"]


def test_ctrl_c_stops_as_cleanly(spec: Make, judge: FakeJudge) -> None:
    def on_event(event: Finished | Phase) -> None:
        if isinstance(event, Finished):
            raise KeyboardInterrupt

    result = run(spec(samples=4), on_event)
    assert result.cancelled
    assert result.status == "partial"


def test_nothing_left_to_do_publishes_nothing(spec: Make, judge: FakeJudge, endpoint: FakeEndpoint) -> None:
    result = run(spec())
    again = execute(result.run_id)
    assert again.folder == result.folder
    assert endpoint.calls == 6


def test_a_problem_that_changes_meanwhile_does_not_change_the_run(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, suite: Path
) -> None:
    run_id = create(spec())
    (suite / "problem-000" / "prompt.py").write_text('def answer(x):\n    """Something else."""\n')
    execute(run_id)
    assert sum("Return x plus 0" in p for p in endpoint.prompts) == 1
    rows = Store(spec().results_folder, [suite]).rows("select problem_id from results where stale")
    assert rows == [{"problem_id": "problem-000"}]


def test_two_cannot_work_on_one_run(spec: Make, judge: FakeJudge) -> None:
    run_id = create(spec())
    with closing(Journal.open(run_id)) as journal, journal.held(), pytest.raises(RunError, match="being worked on"):
        execute(run_id)


def test_a_results_folder_that_cannot_be_written_loses_nothing(
    spec: Make, judge: FakeJudge, endpoint: FakeEndpoint, tmp_path: Path
) -> None:
    (tmp_path / "results").write_text("in the way")
    run_id = create(spec())
    with pytest.raises(Exception, match="can't publish"):
        execute(run_id)
    assert progress(run_id).state is State.FAILED
    (tmp_path / "results").unlink()
    assert execute(run_id).status == "complete"
    assert endpoint.calls == 6


def test_a_plan_knows_what_was_done_before(spec: Make, judge: FakeJudge, suite: Path) -> None:
    first = plan(spec(samples=2))
    assert (first.samples, first.done, first.missing, first.cost) == (12, 0, (), None)
    assert first.prompt_tokens > 100
    run(spec())
    found = plan(spec(samples=2), Store(spec().results_folder, [suite]))
    assert (found.samples, found.done) == (12, 6)
    assert found.seconds is not None
    assert found.completion_tokens == 12 * 7


def test_a_plan_knows_known_prices(spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    found = plan(spec(model="openai/gpt-4o-mini", parameters={"api_base": None}))
    assert found.cost is not None
    assert found.cost_at_most is not None
    assert 0 < found.cost < found.cost_at_most
    assert "OPENAI_API_KEY" in found.missing[0]
    assert plan(spec(model="stub")).cost == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"samples": 0}, "samples: "),
        ({"technique": "magic"}, "no technique 'magic'"),
        ({"run_id": "../x"}, "run_id: "),
        ({"parameters": {"temprature": 1}}, "no parameter 'temprature'"),
        ({"parameters": {"temperature": 9}}, "temperature is 9"),
        ({"nonsense": 1}, "nonsense: "),
    ],
)
def test_wrong_specs_are_one_line(values: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        make_spec(model="stub", **values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"problem_ids": ("nowhere",)}, "no problem 'nowhere'"),
        ({"suite": "nowhere"}, "no suite 'nowhere'"),
        ({"stages": ("inference",), "tasks": ("nothing",)}, "no problem has these labels"),
    ],
)
def test_wrong_choices_create_nothing(spec: Make, values: dict[str, object], message: str, own_home: Path) -> None:
    with pytest.raises(UserError, match=message):
        create(spec(**values))
    assert not (own_home / "runs").exists()


def test_a_run_id_is_taken_once(spec: Make) -> None:
    create(spec(run_id="mine"))
    with pytest.raises(RunError, match="already a run mine"):
        create(spec(run_id="mine"))
    assert run_folder("mine").is_dir()
