from collections import Counter


class Vocabulary:
    """Words and their ids. Words are what white space separates, in lower case.

    Id 0 is "<pad>", id 1 is "<unk>". The words that occur at least ``min_count`` times in all texts together get the
    ids 2, 3, …, the most frequent first, equally frequent ones in alphabetical order.
    """

    def __init__(self, texts: list[str], min_count: int = 1) -> None: ...

    def __len__(self) -> int:
        """Number of ids, including the two special ones."""

    def encode(self, text: str) -> list[int]:
        """The ids of a text's words; words without an id of their own become 1."""

    def decode(self, ids: list[int]) -> str:
        """The words of the ids, joined by single spaces; padding is left out, 1 becomes "<unk>"."""
