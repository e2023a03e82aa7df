def banned_tokens(tokens: list[int], n: int) -> set[int]:
    last = tokens[len(tokens) - n + 1 :]
    return {tokens[i + n - 1] for i in range(len(tokens) - n + 1) if tokens[i : i + n - 1] == last}
