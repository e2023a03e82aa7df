def banned_tokens(tokens: list[int], n: int) -> set[int]:
    """Tokens that must not come next, so that no n-gram occurs twice in a generated text.

    A token is banned if it and the last ``n - 1`` tokens would make up n tokens in a row that ``tokens`` already
    contains.

    Args:
        tokens: the text so far, of any length.
        n: at least 1. With n = 1 every token of the text is banned.

    Returns:
        The banned tokens; an empty set if the text is too short.
    """
