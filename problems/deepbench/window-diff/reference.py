def window_diff(true: list[int], predicted: list[int], k: int) -> float:
    if len(true) != len(predicted) or not 1 <= k <= len(true):
        raise ValueError("the lists differ in length or k is out of range")
    windows = len(true) - k + 1
    wrong = sum(sum(true[i : i + k]) != sum(predicted[i : i + k]) for i in range(windows))
    return wrong / windows
