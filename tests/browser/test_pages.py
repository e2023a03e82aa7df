"""What a person meets: every page in a real browser, from a cold deep link to a finished run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepbench_core import review
from deepbench_core.annotations import Annotation, write
from deepbench_core.categories import Category
from deepbench_core.filters import Filters
from deepbench_core.review import Rater
from deepbench_core.store import Store
from tests.browser.conftest import serving, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = {"leaderboard": "", "failures": "failures?verdict=Failed"}
PAGES |= {p: p for p in ("gaps", "compare", "benchmarks", "problems", "review", "agreement", "launch")}
PAGES |= {"causes": "failures?view=Overview"}
OpenPage = Callable[..., Any]


def test_every_page_opens_wide_and_narrow_without_a_word_in_the_log(
    open_page: OpenPage, own_home: Path, published: Path, request: pytest.FixtureRequest
) -> None:
    pictures = request.config.getoption("--screenshots")
    with serving(own_home, published) as (address, log):
        for name, path in PAGES.items():
            for scheme in ("light", "dark"):
                for width in (1400, 390):
                    page = open_page(f"{address}/{path}", width=width, scheme=scheme)
                    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                    assert beyond <= 0, f"{name} scrolls sideways by {beyond} px at {width} px"
                    if pictures:
                        page.wait_for_timeout(1500)  # charts paint after the numbers
                        narrow = "" if width > 400 else "-narrow"
                        page.screenshot(path=str(Path(pictures) / f"{name}-{scheme}{narrow}.png"))
                    page.context.close()
        usual = re.compile(r"DeepBench at http|You can now view|URL:|server started on|^\s*$")
        assert not [line for line in log.read_text().splitlines() if not usual.search(line)]


@pytest.mark.parametrize("link", ["problems?problem=focal-loss", "failures", "review", "launch"])
def test_a_deep_link_works_on_a_cold_server(open_page: OpenPage, own_home: Path, published: Path, link: str) -> None:
    with serving(own_home, published) as (address, _):
        page = open_page(f"{address}/{link}")
        assert page.get_by_text("Page not found").count() == 0
        assert page.get_by_role("link", name="Leaderboard").count() > 0
        if "problem=" in link:
            assert page.get_by_text("Focal loss from logits").count() > 0


def test_a_filter_is_in_the_address_and_comes_back_with_it(
    open_page: OpenPage, own_home: Path, published: Path
) -> None:
    with serving(own_home, published) as (address, _):
        page = open_page(f"{address}/?stage=Training")
        chosen = page.locator(
            "[data-testid=stButtonGroup] button[kind*=Active], [aria-pressed=true], [aria-checked=true]"
        )
        assert "Training" in " ".join(chosen.all_inner_texts())


def test_a_mark_of_the_overview_leads_to_its_samples(open_page: OpenPage, own_home: Path, published: Path) -> None:
    failed = review.entries(Store(published), Rater("Ada"), "sample", Filters())
    said = [
        Annotation(
            rater=rater,
            rater_kind="person",
            kind="sample",
            suite=item.suite,
            problem_id=item.problem,
            run_id=item.run,
            sample=item.sample,
            content=item.content,
            category=Category.SYNTAX if number % 3 else Category.LOGIC,
        )
        for rater in ("Ada", "Bob")
        for number, item in enumerate(entry.item for entry in failed)
    ]
    write(published, said)
    with serving(own_home, published) as (address, log):
        page = open_page(f"{address}/failures?view=Overview")
        area = page.locator(".st-key-mix-model .nsewdrag").first
        area.wait_for()
        page.wait_for_timeout(2000)  # the charts below push it about while they are drawn
        box = area.bounding_box()
        columns = page.locator(".st-key-mix-model .xtick text").count()
        x = box["x"] + box["width"] * (columns - 0.5) / columns  # the last column of the first row
        y = box["y"] + box["height"] / page.locator(".st-key-mix-model .ytick text").count() / 2
        page.mouse.move(x, y)
        page.locator(".st-key-mix-model .hovertext").first.wait_for()
        page.mouse.click(x, y)
        page.get_by_text(re.compile("^1 of [0-9]+$")).wait_for()
        assert "category=Wrong+arithmetic+or+logic" in page.url
        assert "was created with a default value" not in log.read_text()


# In Plotly's own words: where on the screen the first or the last mark is that carries something to open.
MARK = """
([key, which]) => {
  const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
  if (!plot || !plot._fullLayout) return null;
  const trace = plot._fullData.find(t => t.customdata && t.visible === true);
  const axis = (name, letter) => plot._fullLayout[name.replace(letter, letter + "axis")];
  const [across, up] = [axis(trace.xaxis, "x"), axis(trace.yaxis, "y")];
  const of = values => Array.isArray(values) || ArrayBuffer.isView(values) ? values.at(which) : 0;
  const box = plot.getBoundingClientRect();
  return [box.x + across._offset + across.d2p(of(trace.x)), box.y + up._offset + up.d2p(of(trace.y))];
}
"""


@pytest.mark.parametrize(
    ("results", "path", "key", "which", "leads_to"),
    [
        ("published", "", "ranking", 0, r"/failures\?.*model="),
        ("published", "", "cost", 0, r"/failures\?.*model="),
        ("published", "gaps", "dots-stage", 0, r"/failures\?.*model=.*stage=|/failures\?.*stage=.*model="),
        ("published", "gaps", "heat", 0, r"/failures\?.*model="),
        ("published", "problems?view=Coverage", "coverage", 0, r"/problems\?.*stage="),
        # The first pair is the one that Compare shows without being asked.
        ("several", "compare", "pairs", -1, r"/compare\?.*a=.*b="),
        ("several", "benchmarks", "drops", -1, r"/failures\?.*suite=other"),
    ],
)
def test_a_click_on_a_mark_opens_what_is_behind_it(
    open_page: OpenPage,
    own_home: Path,
    request: pytest.FixtureRequest,
    results: str,
    path: str,
    key: str,
    which: int,
    leads_to: str,
) -> None:
    with serving(own_home, request.getfixturevalue(results)) as (address, _):
        page = open_page(f"{address}/{path}")
        click_mark(page, key, which)
        page.wait_for_url(re.compile(leads_to), wait_until="commit")
        settle(page)


def click_mark(page: Any, key: str, which: int) -> None:
    """As a hand does it; `which` as an index into the chart's marks."""
    page.locator(f".st-key-{key} .nsewdrag").first.wait_for()
    page.locator(f".st-key-{key}").scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # other charts push it about while they are drawn
    x, y = page.evaluate(MARK, [key, which])
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y, delay=80)


def test_a_failure_is_rated_by_keyboard(open_page: OpenPage, own_home: Path, published: Path) -> None:
    with serving(own_home, published) as (address, _):
        page = open_page(f"{address}/review")
        page.locator(".st-key-rater-name input").fill("Ada")
        page.get_by_role("button", name="Start rating").click()
        heading = page.locator("h1")
        heading.get_by_text(re.compile("failures to rate")).wait_for()
        page.get_by_role("button", name="Save and go on").wait_for()
        settle(page)
        before = int(heading.inner_text().split()[0].replace(",", ""))
        page.keyboard.press("0")
        page.locator(".st-key-questions").get_by_text("Chosen: Wrong arithmetic or logic").wait_for()
        settle(page)  # the button that Enter presses comes further down
        page.keyboard.press("Enter")
        heading.get_by_text(f"{before - 1:,} failures to rate").wait_for()
        settle(page)
        first = page.url
        page.keyboard.press("j")
        page.wait_for_url(lambda url: url != first)
        settle(page)
        page.keyboard.press("k")
        page.wait_for_url(first)
        settle(page)
        page.keyboard.press("u")
        heading.get_by_text(f"{before:,} failures to rate").wait_for()
        assert len(list((published / "annotations").glob("*-ada-*.parquet"))) == 2  # the answer, and what retracts it


@pytest.mark.bwrap
def test_a_run_with_the_embedded_model_moves_the_board(
    open_page: OpenPage, built_home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    results = tmp_path / "fresh"
    results.mkdir()
    with serving(built_home, results) as (address, _):
        page = open_page(address)
        assert "No results" in page.inner_text("body") or "no results" in page.inner_text("body").lower()
        page.goto(f"{address}/launch")
        settle(page)
        page.get_by_text("More settings").click()
        settle(page)
        problems = page.locator(".st-key-run-problems input")
        for name in ("focal-loss", "soft-nms"):
            problems.click()
            problems.press_sequentially(name, delay=20)
            page.get_by_role("option", name=name).click()
            settle(page)
        tokens = page.locator(".st-key-run-tokens input")
        tokens.fill("64")
        tokens.press("Enter")
        page.locator(".st-key-run-executor").get_by_text("local", exact=True).click()
        settle(page)
        page.get_by_role("button", name="Start run").click()
        page.locator(".st-key-run").get_by_text(re.compile("Done$")).first.wait_for(timeout=200_000)
        if pictures := request.config.getoption("--screenshots"):
            page.screenshot(path=str(Path(pictures) / "launch-run.png"), full_page=True)

        board = open_page(address)
        assert "smollm2-135m-instruct" in board.inner_text("body") or board.locator("canvas").count() > 0
        failure = open_page(f"{address}/failures")
        text = failure.inner_text("body")
        assert "smollm2-135m-instruct" in text
        assert re.search("1 of [12]", text)
