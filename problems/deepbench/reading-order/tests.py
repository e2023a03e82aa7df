import numpy as np
import pytest
from solution import group_lines, read_text


def lines_by_hand(boxes, min_overlap):
    left = sorted(range(len(boxes)), key=lambda i: boxes[i][1] + boxes[i][3])
    lines = []
    while left:
        first, *rest = left
        line = [first]
        _, top, _, bottom = boxes[first]
        for i in rest:
            _, y1, _, y2 = boxes[i]
            if min(bottom, y2) - max(top, y1) < min_overlap * min(bottom - top, y2 - y1):
                break
            line.append(i)
        left = left[len(line) :]
        lines.append(sorted(line, key=lambda i: boxes[i][0]))
    return lines


def page(seed, n, height):
    rng = np.random.default_rng(seed)
    corners = rng.random((n, 2)) * [300, height]
    return np.concatenate([corners, corners + [5, 6] + rng.random((n, 2)) * [60, 14]], axis=1)


@pytest.mark.parametrize(("n", "height", "min_overlap"), [(1, 10, 0.5), (25, 80, 0.5), (40, 200, 0.2), (30, 60, 0.9)])
def test_lines_match_plain_lists(n, height, min_overlap):
    boxes = page(n, n, height)
    got = group_lines(boxes, min_overlap)
    assert [list(line) for line in got] == lines_by_hand(boxes.tolist(), min_overlap)


@pytest.mark.parametrize(("n", "wide"), [(12, 1.5), (30, 3.0)])
def test_text_matches_plain_lists(n, wide):
    boxes = page(n + 1, n, 90)
    words = [f"w{i}" for i in range(n)]
    want = ""
    for line in lines_by_hand(boxes.tolist(), 0.5):
        for position, i in enumerate(line):
            if position:
                a, b = boxes[line[position - 1]], boxes[i]
                want += "\t" if b[0] - a[2] > wide * np.mean([a[3] - a[1], b[3] - b[1]]) else " "
            want += words[i]
        want += "\n"
    assert read_text(words, boxes, wide) == want[:-1]


WORDS = ["Total", "of", "page", "9.50", "Tax"]
BOXES = np.array([[0.0, 0, 40, 10], [45, 1, 60, 11], [64, 2, 90, 12], [110, 3, 140, 13], [1, 20, 30, 30]])


def test_by_hand():
    assert [list(line) for line in group_lines(BOXES)] == [[0, 1, 2, 3], [4]]
    assert read_text(WORDS, BOXES) == "Total of page\t9.50\nTax"
    assert read_text(WORDS, BOXES, 0.45) == "Total\tof page\t9.50\nTax"
    assert read_text(WORDS[::-1], BOXES[::-1].copy()) == "Total of page\t9.50\nTax"


def test_a_gap_of_just_the_width_is_a_space():
    boxes = np.array([[0.0, 0, 10, 10], [25, 1, 30, 11], [46, 2, 50, 12]])
    assert read_text(["a", "b", "c"], boxes) == "a b\tc"


def test_lines_do_not_drift_down_a_staircase():
    boxes = np.array([[20.0 * i, 4 * i, 20 * i + 15, 4 * i + 10] for i in range(5)])
    assert [list(line) for line in group_lines(boxes)] == [[0, 1], [2, 3], [4]]
    assert [list(line) for line in group_lines(boxes, 0.2)] == [[0, 1, 2], [3, 4]]


def test_overlap_is_measured_on_the_smaller_word():
    boxes = np.array([[0.0, 0, 10, 40], [12, 36, 20, 44], [30, 60, 40, 68], [50, 48, 55, 90]])
    assert [list(line) for line in group_lines(boxes)] == [[0, 1], [2, 3]]
    assert [list(line) for line in group_lines(boxes, 0.6)] == [[0], [1], [2, 3]]


def test_no_words():
    assert group_lines(np.zeros((0, 4))) == []
    assert read_text([], np.zeros((0, 4))) == ""
