import re


def shingles(text: str) -> set[tuple[str, ...]]:
    """All runs of three neighbouring words of a text.

    Words are the maximal runs of the characters a-z and 0-9 in the lower-cased text. A text of one or two words has
    the single shingle of all its words; a text without words has none.
    """


def duplicate_groups(texts: list[str], threshold: float = 0.7) -> list[int]:
    """The group of each text, so that near-duplicates share a group.

    Two texts are near-duplicates if the Jaccard similarity of their shingles (size of the intersection over size of the
    union) is at least ``threshold``; two texts without words are near-duplicates as well. Groups are closed under this:
    if a is near b and b is near c, all three are in one group. Groups are numbered 0, 1, 2, … by their first text.

    Args:
        texts: any number of texts, perhaps none.
        threshold: greater than 0, at most 1.
    """


def split_texts(
    texts: list[str], labels: list[int], test_share: float, threshold: float = 0.7
) -> tuple[list[int], list[int]]:
    """Split into training and test rows so that no group of near-duplicates is on both sides.

    Groups whose texts do not all have the same label are dropped; n is the number of rows left. The other groups are
    visited from the largest to the smallest, equally large ones in the order of their numbers. A group goes to the test
    rows if these, with it, are at most test_share * n rows; otherwise it goes to the training rows.

    Returns:
        (training rows, test rows), each ascending. The arguments are not changed.
    """
