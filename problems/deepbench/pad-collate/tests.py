import copy
import random

import pytest
import torch
from solution import collate


def by_hand(samples, pad_id, max_len, multiple_of, left):
    texts = []
    for sample in samples:
        ids = list(sample["ids"])
        while len(ids) > max_len:
            del ids[-2 if len(ids) > 1 else -1]
        texts.append(ids)
    width = max(1, max(len(ids) for ids in texts))
    while width % multiple_of:
        width += 1
    width = min(width, max_len)
    rows = {"input_ids": [], "attention_mask": [], "position_ids": []}
    for ids in texts:
        padding = width - len(ids)
        for key, own, fill in (
            ("input_ids", ids, pad_id),
            ("attention_mask", [True] * len(ids), False),
            ("position_ids", list(range(len(ids))), 0),
        ):
            rows[key].append([fill] * padding + own if left else own + [fill] * padding)
    return rows | {"labels": [sample["label"] for sample in samples]}


DTYPES = {
    "input_ids": torch.int64,
    "attention_mask": torch.bool,
    "position_ids": torch.int64,
    "labels": torch.int64,
}


def check(samples, *arguments):
    before = copy.deepcopy(samples)
    got = collate(samples, *arguments)
    assert samples == before
    assert set(got) == set(DTYPES)
    want = by_hand(samples, *arguments)
    for key, dtype in DTYPES.items():
        assert got[key].dtype == dtype
        assert got[key].tolist() == want[key]


@pytest.mark.parametrize(
    ("left", "cases"),
    [
        (False, [(3, 1, 1), (3, 2, 4), (6, 7, 1), (1, 7, 8), (6, 12, 4), (1, 64, 1), (6, 64, 8)]),
        (True, [(1, 1, 8), (6, 2, 1), (6, 7, 4), (3, 12, 1), (6, 12, 8), (6, 64, 1), (3, 64, 4)]),
    ],
)
def test_matches_plain_lists(left, cases):
    for batch, max_len, multiple_of in cases:
        rng = random.Random(max_len * 10 + multiple_of)
        # Token 0 is the padding, and an ordinary token as well.
        samples = [
            {"ids": [rng.randrange(0, 9) for _ in range(rng.randint(0, 15))], "label": rng.randrange(-1, 4)}
            for _ in range(batch)
        ]
        check(samples, 0, max_len, multiple_of, left)


def test_by_hand():
    samples = [{"ids": [5, 6, 7, 8, 2], "label": 1}, {"ids": [9, 2], "label": 0}]
    got = collate(samples, 0, 4, multiple_of=2)
    assert got["input_ids"].tolist() == [[5, 6, 7, 2], [9, 2, 0, 0]]
    assert got["attention_mask"].tolist() == [[True] * 4, [True, True, False, False]]
    assert got["position_ids"].tolist() == [[0, 1, 2, 3], [0, 1, 0, 0]]
    assert got["labels"].tolist() == [1, 0]
    got = collate(samples, -1, 4, multiple_of=2, left=True)
    assert got["input_ids"].tolist() == [[5, 6, 7, 2], [-1, -1, 9, 2]]
    assert got["position_ids"].tolist() == [[0, 1, 2, 3], [0, 0, 0, 1]]


def test_defaults_round_up_to_eight_and_pad_on_the_right():
    got = collate([{"ids": [3, 4], "label": 0}], 1, 32)
    assert got["input_ids"].tolist() == [[3, 4, 1, 1, 1, 1, 1, 1]]
    assert collate([{"ids": [3] * 9, "label": 0}], 1, 32)["input_ids"].shape == (1, 16)
    assert collate([{"ids": [3] * 8, "label": 0}], 1, 32)["input_ids"].shape == (1, 8)


def test_width_never_exceeds_max_len():
    got = collate([{"ids": [1, 2, 3, 4, 5], "label": 0}], 0, 6, 4)
    assert got["input_ids"].tolist() == [[1, 2, 3, 4, 5, 0]]


def test_padding_token_inside_a_text_is_a_token():
    got = collate([{"ids": [0, 0, 4, 0], "label": 0}, {"ids": [4, 0], "label": 0}], 0, 8, 1)
    assert got["attention_mask"].tolist() == [[True] * 4, [True, True, False, False]]
    assert got["position_ids"].tolist() == [[0, 1, 2, 3], [0, 1, 0, 0]]


def test_only_empty_texts():
    check([{"ids": [], "label": 3}, {"ids": [], "label": 2}], 9, 16, 4, False)
    check([{"ids": [], "label": 3}, {"ids": [], "label": 2}], 9, 16, 4, True)
    check([{"ids": [], "label": 3}], 9, 2, 4, True)
    check([{"ids": [], "label": 3}], 9, 16, 1, False)


def test_errors():
    for count, max_len, multiple_of in ((0, 4, 1), (2, 0, 1), (2, 4, 0)):
        with pytest.raises(ValueError):
            collate([{"ids": [1], "label": 0}] * count, 0, max_len, multiple_of)
