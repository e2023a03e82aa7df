import random

import numpy as np
import torch
from solution import solve


def test_arrays():
    generator = random.Random(4)
    values = [generator.random() for _ in range(24)]
    result = solve(np.array(values).reshape(6, 4))
    assert isinstance(result, np.ndarray)
    assert result.shape == (6, 4)
    np.testing.assert_allclose(result.ravel(), [value**0.5 for value in values], rtol=1e-6)


def test_array_of_squares():
    np.testing.assert_array_equal(solve(np.array([4.0, 9.0])), np.array([2.0, 3.0]))


def test_tensors():
    generator = random.Random(3)
    values = [generator.random() for _ in range(40)]
    torch.testing.assert_close(solve(torch.tensor(values)), torch.tensor([value**0.5 for value in values]))
