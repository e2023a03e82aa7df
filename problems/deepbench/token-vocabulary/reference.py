from collections import Counter


class Vocabulary:
    def __init__(self, texts: list[str], min_count: int = 1) -> None:
        counts = Counter(word for text in texts for word in text.lower().split())
        common = [word for word, count in counts.items() if count >= min_count]
        self._words = ["<pad>", "<unk>", *sorted(common, key=lambda word: (-counts[word], word))]
        self._ids = {word: i for i, word in enumerate(self._words)}

    def __len__(self) -> int:
        return len(self._words)

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(word, 1) for word in text.lower().split()]

    def decode(self, ids: list[int]) -> str:
        return " ".join(self._words[i] for i in ids if i != 0)
