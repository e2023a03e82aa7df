from collections import defaultdict


def _characters(word: str) -> list[str]:
    if not word:
        return []
    symbols = list(word)
    symbols[-1] += "</w>"
    return symbols


def _join(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    left, right = pair
    result = []
    i = 0
    while i < len(symbols):
        if i + 1 < len(symbols) and symbols[i] == left and symbols[i + 1] == right:
            result.append(left + right)
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_merges(
    word_counts: dict[str, int],
    num_merges: int,
    min_count: int = 2,
) -> list[tuple[str, str]]:
    words = [(_characters(word), count) for word, count in word_counts.items() if word]
    symbols = [w for w, _ in words]
    weights = [c for _, c in words]

    counts: dict[tuple[str, str], int] = defaultdict(int)
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, word in enumerate(symbols):
        for pair in zip(word, word[1:]):
            counts[pair] += weights[i]
            places[pair].add(i)

    merges: list[tuple[str, str]] = []
    while len(merges) < num_merges and counts:
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        if counts[best] < min_count:
            break
        merges.append(best)
        for i in list(places[best]):
            old = symbols[i]
            for pair in zip(old, old[1:]):
                counts[pair] -= weights[i]
                places[pair].discard(i)
            new = _join(old, best)
            symbols[i] = new
            for pair in zip(new, new[1:]):
                counts[pair] += weights[i]
                places[pair].add(i)
        counts = defaultdict(int, {pair: count for pair, count in counts.items() if count > 0})
    return merges


def encode_word(word: str, merges: list[tuple[str, str]]) -> list[str]:
    ranks: dict[tuple[str, str], int] = {}
    for rank, pair in enumerate(merges):
        ranks.setdefault(tuple(pair), rank)
    symbols = _characters(word)
    while len(symbols) > 1:
        present = [pair for pair in zip(symbols, symbols[1:]) if pair in ranks]
        if not present:
            break
        symbols = _join(symbols, min(present, key=ranks.__getitem__))
    return symbols
