"""Launch: nothing starts that was not checked in Python, and a run is shown as its journal says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from deepbench_core import runs
from deepbench_core.problems import Problem
from deepbench_core.runs import RunSpec
from tests.apptest import checked, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[RunSpec]:
    """What would have been started."""
    found: list[RunSpec] = []

    def start(spec: RunSpec) -> str:
        found.append(spec)
        return "run-1"

    monkeypatch.setattr(runs, "start", start)
    return found


def launch(model: str = "stub") -> AppTest:
    """The page with a model that was typed in: AppTest can't select what is no option."""
    app = checked(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run())
    app.session_state["run-model"] = model
    return checked(app.switch_page("pages/launch.py").run())


def test_a_choice_in_words_and_one_button(problems: list[Problem], started: list[RunSpec]) -> None:
    app = launch()
    assert app.subheader[0].value == "All 24 problems"
    checked(app.button_group(key="run-stage").set_value(["training"]).run())
    training = [p for p in problems if p.meta.stage == "training"]
    assert app.subheader[0].value == f"{len(training)} training problems"
    checked(app.button(key="start").click().run())
    (spec,) = started
    assert (spec.model, spec.stages, spec.samples) == ("stub", ("training",), 1)
    assert spec.parameters == {"temperature": 0.0, "max_tokens": 1024}


def test_several_samples_need_a_temperature(problems: list[Problem], started: list[RunSpec]) -> None:
    app = launch()
    checked(app.number_input(key="run-samples").set_value(3).run())
    assert "temperature above 0" in app.error[0].value
    assert app.button(key="start").disabled
    checked(app.number_input(key="run-temperature").set_value(0.8).run())
    assert not app.button(key="start").disabled


def test_limits_hold_in_python_too(problems: list[Problem], started: list[RunSpec]) -> None:
    app = launch()
    app.number_input(key="run-tokens").set_value(10**9).run()
    if not app.button(key="start").disabled:
        app.button(key="start").click().run()
    assert all(spec.parameters["max_tokens"] <= 128_000 for spec in started)


@pytest.mark.parametrize("model", ["nonsense", "no-such-provider/x"])
def test_an_unknown_model_is_one_line(model: str, problems: list[Problem], started: list[RunSpec]) -> None:
    app = launch(model)
    assert len(app.error) == 1
    assert app.button(key="start").disabled


def test_a_missing_key_is_named_and_never_asked_for(
    problems: list[Problem],
    started: list[RunSpec],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    app = launch("openai/gpt-5-mini")
    assert "OPENAI\\_API\\_KEY" in app.warning[0].value
    assert app.button(key="start").disabled
    assert not [box for box in app.text_input if "key" in box.label.lower()]


def test_a_run_is_shown_and_can_be_cancelled_and_resumed(problems: list[Problem]) -> None:
    run_id = runs.create(runs.make_spec(model="stub", suite="deepbench"))
    app = opened("launch")
    assert "0 of 24" in [m.value for m in app.metric]
    checked(app.button(key="cancel").click().run())
    assert runs.progress(run_id).state is runs.State.CANCELLED
    assert app.button(key="resume").label == "Resume"


def test_the_web_process_stays_light() -> None:
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=60).run()
for page in ("gaps", "compare", "benchmarks", "problems", "failures", "launch"):
    app.switch_page(f"pages/{{page}}.py").run()
    assert not app.exception, app.exception
print(sorted({{"litellm", "docker", "torch"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
