import hashlib

import pandas as pd
import pytest
from solution import split_frame, split_of


def bucket(text):
    """The digest modulo 100, byte by byte."""
    rest = 0
    for byte in hashlib.md5(text.encode("utf-8")).digest():
        rest = (rest * 256 + byte) % 100
    return rest


def test_known_digest():
    number = int("0cc175b9c0f1b6a831c399e269772661", 16)  # as RFC 1321 has it
    assert split_of("a", number % 100) == "train"
    assert split_of("a", number % 100 + 1) == "test"


@pytest.mark.parametrize("salt", ["", "v2/"])
def test_keys_by_their_bucket(salt):
    for key in ["user-1", "user-2", "Zoë", "", "映画"]:
        at = bucket(salt + key)
        assert split_of(key, at + 1, salt) == "test"
        assert split_of(key, at, salt) == "train"


def test_nobody_and_everybody():
    assert {split_of(f"k{i}", 0) for i in range(4)} == {"train"}
    assert {split_of(f"k{i}", 100) for i in range(4)} == {"test"}


@pytest.mark.parametrize(("percent", "salt"), [(30, ""), (55, "x")])
def test_frames(percent, salt):
    keys = [f"c{i * 7 % 13}" for i in range(40)]
    frame = pd.DataFrame({"value": range(40), "who": keys}, index=range(100, 60, -1))
    before = frame.copy()
    train, test = split_frame(frame, "who", percent, salt)
    pd.testing.assert_frame_equal(frame, before)
    chosen = [i for i, key in enumerate(keys) if bucket(salt + key) < percent]
    assert 0 < len(chosen) < 40
    pd.testing.assert_frame_equal(test, frame.iloc[chosen])
    pd.testing.assert_frame_equal(train, frame.iloc[[i for i in range(40) if i not in chosen]])


def test_the_default_salt_is_empty():
    frame = pd.DataFrame({"who": [f"c{i}" for i in range(20)]})
    for got, want in zip(split_frame(frame, "who", 50), split_frame(frame, "who", 50, ""), strict=True):
        assert got.index.tolist() == want.index.tolist()
