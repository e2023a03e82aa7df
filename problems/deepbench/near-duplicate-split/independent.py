import re
from collections import Counter, defaultdict


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    if not words:
        return set()
    if len(words) < 3:
        return {tuple(words)}
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def duplicate_groups(texts: list[str], threshold: float = 0.7) -> list[int]:
    parent = list(range(len(texts)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        i, j = find(i), find(j)
        parent[max(i, j)] = min(i, j)

    sets = [shingles(text) for text in texts]
    holders = defaultdict(list)  # shingle -> earlier texts that have it
    first_empty = None
    for i, mine in enumerate(sets):
        if not mine:
            if first_empty is None:
                first_empty = i
            else:
                join(first_empty, i)
            continue
        shared = Counter()
        for shingle in mine:
            shared.update(holders[shingle])
            holders[shingle].append(i)
        for j, common in shared.items():
            if common / (len(mine) + len(sets[j]) - common) >= threshold:
                join(i, j)

    numbers: dict[int, int] = {}
    return [numbers.setdefault(find(i), len(numbers)) for i in range(len(texts))]


def split_texts(
    texts: list[str], labels: list[int], test_share: float, threshold: float = 0.7
) -> tuple[list[int], list[int]]:
    members = defaultdict(list)
    for row, group in enumerate(duplicate_groups(texts, threshold)):
        members[group].append(row)
    kept = [rows for _, rows in sorted(members.items()) if len({labels[row] for row in rows}) == 1]
    n = sum(len(rows) for rows in kept)

    train, test = [], []
    for rows in sorted(kept, key=len, reverse=True):  # stable: equally large ones keep their order
        if len(test) + len(rows) <= test_share * n:
            test.extend(rows)
        else:
            train.extend(rows)
    return sorted(train), sorted(test)
