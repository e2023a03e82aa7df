from collections import Counter


class Vocabulary:
    def __init__(self, texts: list[str], min_count: int = 1) -> None:
        counts = Counter(word for text in texts for word in text.lower().split())
        kept = sorted((word for word, n in counts.items() if n >= min_count), key=lambda word: (-counts[word], word))
        self._words = ["<pad>", "<unk>", *kept]
        self._ids = {word: i for i, word in enumerate(kept, start=2)}

    def __len__(self) -> int:
        return len(self._words)

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(word, 1) for word in text.lower().split()]

    def decode(self, ids: list[int]) -> str:
        return " ".join(self._words[i] for i in ids if i != 0)
