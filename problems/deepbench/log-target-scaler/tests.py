import math
import statistics

import numpy as np
import pytest
from solution import LogTargetScaler


@pytest.mark.parametrize(("seed", "n"), [(1, 2), (2, 9), (3, 200)])
def test_matches_plain_formulas(seed, n):
    rng = np.random.default_rng(seed)
    train, new = rng.lognormal(3, 2, n), rng.lognormal(3, 2, 5)
    scaler = LogTargetScaler()
    scaler.fit(train)
    logs = [math.log(1 + y) for y in train.tolist()]
    mean, std = statistics.fmean(logs), statistics.pstdev(logs)
    got = scaler.transform(new)
    assert got.dtype == np.float64
    assert got.tolist() == pytest.approx([(math.log(1 + y) - mean) / std for y in new.tolist()], rel=1e-6, abs=1e-9)
    assert scaler.inverse_transform(got).tolist() == pytest.approx(new.tolist(), rel=1e-6)


def test_by_hand():
    scaler = LogTargetScaler()
    scaler.fit(np.array([0.0, math.e**2 - 1]))
    assert scaler.transform(np.array([0.0, math.e - 1, math.e**4 - 1])).tolist() == pytest.approx([-1.0, 0.0, 3.0])
    assert scaler.inverse_transform(np.array([-1.0, 0.0, 1.0])).tolist() == pytest.approx(
        [0.0, math.e - 1, math.e**2 - 1]
    )


def test_predictions_never_fall_below_zero():
    scaler = LogTargetScaler()
    scaler.fit(np.array([1.0, 5.0, 20.0]))
    got = scaler.inverse_transform(np.array([-50.0, -3.0, 0.0]))
    assert got.tolist()[:2] == [0.0, 0.0]
    assert got[2] > 1.0


def test_constant_target():
    scaler = LogTargetScaler()
    scaler.fit(np.array([3.0, 3.0]))
    assert scaler.transform(np.array([3.0, 7.0])).tolist() == pytest.approx([0.0, math.log(2)])
    assert scaler.inverse_transform(np.array([0.0])).tolist() == pytest.approx([3.0])


def test_negative_targets_are_refused():
    with pytest.raises(ValueError):
        LogTargetScaler().fit(np.array([1.0, -0.5]))
    LogTargetScaler().fit(np.array([0.0]))
