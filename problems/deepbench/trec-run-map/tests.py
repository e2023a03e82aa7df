import math
import random

import pytest
from solution import mean_average_precision, parse_qrels, parse_run


def test_qrels_by_hand():
    text = "t1 0 d1 1\nt1 0 d2 0\n\nt2\t0  d1 2\n  t2 0 d3 -1\nt3 0 d1 0\n"
    assert parse_qrels(text) == {"t1": {"d1"}, "t2": {"d1"}, "t3": set()}
    assert parse_qrels("") == {}


def test_run_by_hand():
    text = "t2 Q0 a 1 0.5 x\nt1 Q0 b 1 -1.5 x\n   \nt1 Q0 c 2 1e1 x\nt1 Q0 a 3 2 x\n"
    assert parse_run(text) == {"t2": ["a"], "t1": ["c", "a", "b"]}
    assert parse_run("") == {}


def test_run_ties_go_by_descending_name():
    lines = [f"t Q0 {name} {rank} 1.0 x" for rank, name in enumerate(["d2", "d10", "e", "d1"], start=1)]
    assert parse_run("\n".join(lines)) == {"t": ["e", "d2", "d10", "d1"]}


def test_the_same_document_for_two_topics():
    assert parse_run("t Q0 d 1 1.0 x\nu Q0 d 1 1.0 x") == {"t": ["d"], "u": ["d"]}


def test_malformed_lines():
    for text in ["t 0 d", "t 0 d 1 extra", "t 0 d 1\nt 0 e"]:
        with pytest.raises(ValueError):
            parse_qrels(text)
    for text in ["t Q0 d 1 0.5", "t Q0 d 1 0.5 x extra", "t Q0 d 1 0.5 x\nt Q0 d 2 0.4 x"]:
        with pytest.raises(ValueError):
            parse_run(text)


def average_precision(relevant, ranked):
    total = 0.0
    for document in relevant:
        if document in ranked:
            place = ranked.index(document) + 1
            total += len([d for d in ranked[:place] if d in relevant]) / place
    return total / len(relevant)


def test_map_by_hand():
    qrels = {"t": {"a", "b", "c"}, "u": {"a"}}
    run = {"t": ["x", "a", "y", "b"], "u": ["a"]}
    assert mean_average_precision(qrels, run) == pytest.approx(((1 / 2 + 2 / 4) / 3 + 1) / 2)


def test_map_of_random_rankings():
    rng = random.Random(0)
    documents = [f"d{i}" for i in range(40)]
    qrels = {f"t{i}": set(rng.sample(documents, rng.randrange(1, 9))) for i in range(12)}
    run = {f"t{i}": rng.sample(documents, rng.randrange(41)) for i in range(12)}
    for depth in (1, 5, 1000):
        want = [average_precision(relevant, run[topic][:depth]) for topic, relevant in qrels.items()]
        assert mean_average_precision(qrels, run, depth) == pytest.approx(sum(want) / len(want))


def test_missing_topics():
    assert mean_average_precision({"t": {"a"}, "u": {"a"}}, {"t": ["a"], "v": ["a"]}) == pytest.approx(0.5)
    assert mean_average_precision({"t": {"a"}, "u": set()}, {"t": ["a"], "u": ["a"]}) == pytest.approx(1.0)


def test_no_topics():
    assert math.isnan(mean_average_precision({"u": set()}, {"t": ["a"]}))
    assert math.isnan(mean_average_precision({}, {}))


def test_the_default_depth_is_a_thousand():
    ranked = [f"d{i}" for i in range(1001)]
    assert mean_average_precision({"t": {"d999"}}, {"t": ranked}) == pytest.approx(1 / 1000)
    assert mean_average_precision({"t": {"d1000"}}, {"t": ranked}) == 0.0


def test_from_text_to_figure():
    qrels, run = parse_qrels("t 0 a 1\nt 0 b 1\n"), parse_run("t Q0 b 9 0.3 x\nt Q0 z 1 0.2 x\nt Q0 a 5 0.1 x\n")
    assert mean_average_precision(qrels, run) == pytest.approx((1 + 2 / 3) / 2)
