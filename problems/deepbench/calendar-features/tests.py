import datetime
import math
import random

import numpy as np
import pandas as pd
import pytest
from solution import calendar_features


def by_hand(time):
    day = 2 * math.pi * (time.hour * 60 + time.minute) / 1440
    week = 2 * math.pi * time.weekday() / 7
    return [math.sin(day), math.cos(day), math.sin(week), math.cos(week)]


@pytest.mark.parametrize(("seed", "n"), [(1, 1), (2, 40)])
def test_matches_the_standard_library(seed, n):
    rng = random.Random(seed)
    times = [datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=rng.randrange(10**8)) for _ in range(n)]
    got = calendar_features(pd.DatetimeIndex(times))
    assert got.shape == (n, 4)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, [by_hand(time) for time in times], rtol=1e-4, atol=1e-6)


def test_by_hand():
    # A Monday at noon, the Thursday after it at 18:00, and at 1:30.
    times = pd.DatetimeIndex(["2026-11-23 12:00:00", "2026-11-26 18:00:59", "2026-11-26 01:30:00"])
    thursday = [math.sin(6 * math.pi / 7), math.cos(6 * math.pi / 7)]
    angle = math.pi / 8
    want = [[0, -1, 0, 1], [-1, 0, *thursday], [math.sin(angle), math.cos(angle), *thursday]]
    np.testing.assert_allclose(calendar_features(times), want, rtol=1e-4, atol=1e-6)
