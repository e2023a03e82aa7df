def make_batches(lengths: list[int], max_tokens: int, max_size: int) -> list[list[int]]:
    batches: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if lengths[index] > max_tokens:
            raise ValueError("a text is longer than max_tokens")
        if room == 0 or (len(batches[-1]) + 1) * lengths[index] > max_tokens:
            batches.append([])
            room = max_size
        batches[-1].append(index)
        room -= 1
    return batches
