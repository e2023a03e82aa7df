from itertools import accumulate


def window_diff(true: list[int], predicted: list[int], k: int) -> float:
    n = len(true)
    if len(predicted) != n:
        raise ValueError("the lists differ in length")
    if not 1 <= k <= n:
        raise ValueError(f"k must be from 1 to {n}, but is {k}")
    # The counts in a window differ if the differences of the entries do not sum to 0 there.
    sums = [0, *accumulate(t - p for t, p in zip(true, predicted))]
    n_windows = n - k + 1
    return sum(sums[i + k] != sums[i] for i in range(n_windows)) / n_windows
