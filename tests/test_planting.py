"""The benchmark's faults are what they claim to be: single edits of a reference, on the line that they name."""

from __future__ import annotations

import ast
from collections import Counter

from benchmarks.diagnosis import Case, Result, part_of, report
from benchmarks.planting import FORMS, pairs, plant
from deepbench_core import paths
from deepbench_core.categories import Category
from deepbench_core.diagnosis import rules
from deepbench_core.diagnosis.failure import FailureRow
from deepbench_core.problems import load_suite

SUITE = load_suite(paths.problems_dir() / "deepbench")[:12]


def test_every_required_category_is_planted_in_several_forms() -> None:
    forms = Counter(category.number for category, _, _ in FORMS.values())
    assert all(forms[number] >= 3 for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15))


def test_faults_are_small_edits_on_the_line_that_they_name() -> None:
    seen: set[str] = set()
    for problem in SUITE:
        lines = problem.reference.splitlines()
        for one in plant(problem):
            seen.add(one.form)
            code = one.code.splitlines()
            assert one.code != problem.reference
            assert 1 <= one.line <= len(code)
            assert abs(len(code) - len(lines)) < max(8, len(lines)), one.form
            parses = True
            try:
                ast.parse(one.code)
            except SyntaxError:
                parses = False
            assert parses is (one.category is not Category.SYNTAX), one.form
    assert len(seen) > 0.8 * len(FORMS)


def test_a_seed_plants_the_same_again_and_pairs_hold_two_faults() -> None:
    problem = SUITE[0]
    assert list(plant(problem, seed=3)) == list(plant(problem, seed=3))
    for pair in pairs(problem):
        assert pair.further
        assert " + " in pair.form


def test_both_parts_hold_problems_and_a_problem_stays_where_it_is() -> None:
    assert {part_of(p.id) for p in SUITE} == {"building", "measuring"}
    assert part_of("focal-loss") == part_of("focal-loss")


def test_the_page_counts_what_was_found() -> None:
    problem = SUITE[0]
    results = []
    for one in list(plant(problem))[:12]:
        row = FailureRow(id=1, prompt=problem.prompt, reference=problem.reference, code=one.code)
        results.append(Result(Case(problem.id, one, ""), rules.diagnose(row.failure()), 1.0))
    page = report("measuring", results, results[:2], results[:2], [([10, 1], 10), ([8], None)])
    right = sum(r.right for r in results) / len(results)
    assert f"| primary category right | {right:.1%} | 80% |" in page
    assert "first label in 50%" in page
