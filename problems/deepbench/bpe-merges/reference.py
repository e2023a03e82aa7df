from collections import Counter


def _split(word: str) -> list[str]:
    return [*word[:-1], word[-1] + "</w>"] if word else []


def _join(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    joined, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == pair:
            joined.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            joined.append(symbols[i])
            i += 1
    return joined


def learn_merges(
    word_counts: dict[str, int],
    num_merges: int,
    min_count: int = 2,
) -> list[tuple[str, str]]:
    words = [(_split(word), count) for word, count in word_counts.items()]
    merges: list[tuple[str, str]] = []
    for _ in range(num_merges):
        pairs: Counter[tuple[str, str]] = Counter()
        for symbols, count in words:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[best] < min_count:
            break
        merges.append(best)
        words = [(_join(symbols, best), count) for symbols, count in words]
    return merges


def encode_word(word: str, merges: list[tuple[str, str]]) -> list[str]:
    rank = {pair: i for i, pair in enumerate(merges)}
    symbols = _split(word)
    while present := [pair for pair in zip(symbols, symbols[1:]) if pair in rank]:
        symbols = _join(symbols, min(present, key=rank.__getitem__))
    return symbols
