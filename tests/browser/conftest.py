"""A real server on a free port and a real browser, each started once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deepbench_core.problems import load_suite
from tests.conftest import CHROMIUM, ROOT
from tests.synthetic import publish, publish_usual, write_suite

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
IDLE = "new Promise(done => requestIdleCallback(done, {timeout: 30_000}))"


@contextmanager
def serving(home: Path, results: Path) -> Iterator[tuple[str, Path]]:
    """The product's own server over these folders; yields its address and its log."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DEEPBENCH_HOME": str(home), "DEEPBENCH_RESULTS": str(results)}
    command = [sys.executable, "-m", "deepbench_core.cli", "serve", "--no-open", "--port", str(port)]
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    with log.open("wb") as file:
        server = subprocess.Popen(command, cwd=home, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        address = f"http://localhost:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, f"no answer in a minute: {log.read_text()}"
                time.sleep(0.1)
        yield address, log
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a new window and waits until the page has settled without an error."""
    contexts = []

    def opened(address: str, *, width: int = 1400, height: int = 900, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def settle(page: Any) -> None:
    """Wait until the script has run to its end, and see that it did so without an exception."""
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_timeout(300)
    page.wait_for_selector(READY, timeout=60_000)
    page.evaluate(IDLE)  # a busy machine paints the last elements, and binds their keys, after the state says ready
    assert page.locator("[data-testid=stException]").count() == 0, page.inner_text("body")[:2000]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy of the results that ship with the product."""
    import shutil

    target = tmp_path / "published"
    shutil.copytree(ROOT / "results", target)
    return target


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Results of several made-up models on our suite, and of two of them on another one."""
    results = tmp_path / "several"
    publish_usual(results, load_suite(ROOT / "problems" / "deepbench"))
    other = write_suite(tmp_path / "other", 40)
    for model, skill in (("anthropic/claude-sonnet-5", 0.9), ("openai/gpt-5.2", 0.7)):
        publish(results, other, model, skill=skill, seed=1)
    return results
