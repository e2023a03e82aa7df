import random

import numpy as np
import pytest
from solution import parse_amounts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_written_numbers_come_back(seed):
    rng = random.Random(seed)
    texts, want = [], []
    for _ in range(60):
        whole, fraction = rng.randrange(10 ** rng.randint(1, 9)), rng.choice(["", "0", "5", "25", "075"])
        minus, currency = rng.choice(["", "-"]), rng.choice(["", "$", "€", "£"])
        suffix = rng.choice(["", "k", "K", "m", "M", "b", "B", "%"])
        digits = rng.choice([f"{whole}", f"{whole:,}"]) + (f".{fraction}" if fraction else "")
        texts.append(rng.choice(["", " ", "\t"]) + minus + currency + digits + suffix + rng.choice(["", "  ", "\n"]))
        value = whole + (int(fraction) / 10 ** len(fraction) if fraction else 0)
        scale = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "%": 0.01}[suffix.lower()]
        want.append((-1 if minus else 1) * value * scale)
    got = parse_amounts(texts)
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx(want, rel=1e-9)


def test_by_hand():
    texts = ["12", "-$1,234.50", "3.2k", "£7M", "€0.5b", "45%", " 1000 ", "012", "1,000,000"]
    want = [12, -1234.5, 3200, 7e6, 5e8, 0.45, 1000, 12, 1e6]
    assert parse_amounts(texts).tolist() == pytest.approx(want, rel=1e-12)


def test_other_texts_are_missing():
    texts = ["", " ", "n/a", "12,34", ".5", "5.", "5 k", "$-3", "1e3", "nan", "inf", "1,2345", "1234,567", "1,,000"]
    texts += ["--3", "+3", "$$3", "- 3", "3kk", "3k%", "k", "$", "-", ",123", "1,000,00", "1.2.3", "1_000", "3€", "٣"]
    texts += ["1000,000,000", "1.5,000", "3\n4", "12 apples", "¥3", "3t"]
    assert np.isnan(parse_amounts(texts)).all()


def test_missing_ones_stay_in_their_place():
    got = parse_amounts(["1", "?", "3"])
    assert np.isnan(got).tolist() == [False, True, False]
    assert got[[0, 2]].tolist() == [1.0, 3.0]


def test_no_texts():
    got = parse_amounts([])
    assert got.shape == (0,)
    assert got.dtype == np.float64
