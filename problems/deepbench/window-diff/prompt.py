def window_diff(true: list[int], predicted: list[int], k: int) -> float:
    """WindowDiff: how wrong a segmentation of a text into topics is.

    Entry i of both lists is 1 if a new topic begins after sentence i, otherwise 0. A window is k consecutive entries;
    there is one for every place where k entries fit. The result is the share of windows in which the two lists have
    different numbers of boundaries.

    Args:
        true: boundaries of the true segmentation. Not changed.
        predicted: boundaries of the predicted segmentation, a list of the same length. Not changed.
        k: length of a window, at least 1 and at most the length of the lists.

    Raises:
        ValueError: if the lists differ in length, or ``k`` is out of range.
    """
