def banned_tokens(tokens: list[int], n: int) -> set[int]:
    length = len(tokens)
    if length < n:
        return set()
    last = tokens[length - n + 1 :]
    return {tokens[i + n - 1] for i in range(length - n + 1) if tokens[i : i + n - 1] == last}
