def make_batches(lengths: list[int], max_tokens: int, max_size: int) -> list[list[int]]:
    """Group texts of similar length, so that little of a padded batch is padding.

    Texts are taken from the shortest to the longest, equally long ones in the order of their indices. Each goes into the
    current batch, unless that would then have more than ``max_size`` texts, or more than ``max_tokens`` tokens with
    all its texts padded to its longest one; then it begins the next batch.

    Args:
        lengths: number of tokens of each text, each >= 1; perhaps empty.
        max_tokens, max_size: >= 1.

    Returns:
        The indices of the texts of each batch, in the order in which they were taken. No batch is empty.

    Raises:
        ValueError: if a text is longer than ``max_tokens``.
    """
