import re
from itertools import combinations


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall("[a-z0-9]+", text.lower())
    if len(words) < 3:
        return {tuple(words)} if words else set()
    return set(zip(words, words[1:], words[2:]))


def duplicate_groups(texts: list[str], threshold: float = 0.7) -> list[int]:
    sets = [shingles(text) for text in texts]
    groups = list(range(len(texts)))
    for i, j in combinations(range(len(texts)), 2):
        if len(sets[i] & sets[j]) >= threshold * len(sets[i] | sets[j]):
            groups = [groups[i] if group == groups[j] else group for group in groups]
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in groups]


def split_texts(
    texts: list[str], labels: list[int], test_share: float, threshold: float = 0.7
) -> tuple[list[int], list[int]]:
    members: dict[int, list[int]] = {}
    for row, group in enumerate(duplicate_groups(texts, threshold)):
        members.setdefault(group, []).append(row)
    clean = [rows for rows in members.values() if len({labels[row] for row in rows}) == 1]
    most = test_share * sum(map(len, clean))
    train: list[int] = []
    test: list[int] = []
    for rows in sorted(clean, key=len, reverse=True):
        side = test if len(test) + len(rows) <= most else train
        side += rows
    return sorted(train), sorted(test)
