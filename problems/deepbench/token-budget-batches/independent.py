def make_batches(lengths: list[int], max_tokens: int, max_size: int) -> list[list[int]]:
    if any(length > max_tokens for length in lengths):
        raise ValueError("a text is longer than max_tokens")
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        # Ascending lengths: the new text is the longest of the batch.
        size = len(batches[-1]) + 1 if batches else 0
        if batches and size <= max_size and size * lengths[index] <= max_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
