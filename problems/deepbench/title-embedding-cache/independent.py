import torch
from torch import nn


class TitleEncoder:
    computed: int

    def __init__(self, model: nn.EmbeddingBag) -> None:
        self.computed = 0
        self.load(model)

    @torch.no_grad()
    def encode(self, titles: list[tuple[int, ...]]) -> torch.Tensor:
        titles = [tuple(title) for title in titles]
        new = [title for title in dict.fromkeys(titles) if title not in self._cache]
        if new:
            device = self._model.weight.device
            tokens = torch.tensor([token for title in new for token in title], dtype=torch.int64, device=device)
            lengths = torch.tensor([0] + [len(title) for title in new], dtype=torch.int64, device=device)
            offsets = lengths.cumsum(0)  # the last one is the end of all
            if not self._model.include_last_offset:
                offsets = offsets[:-1]
            vectors = self._model(tokens, offsets).double()
            norms = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
            vectors = (vectors / torch.where(norms > 0, norms, torch.ones_like(norms))).float()
            self._cache.update(zip(new, vectors))
            self.computed += len(new)
        if not titles:
            return torch.zeros(0, self._model.embedding_dim, device=self._model.weight.device)
        return torch.stack([self._cache[title] for title in titles])

    def load(self, model: nn.EmbeddingBag) -> None:
        self._model = model
        self._cache: dict[tuple[int, ...], torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self._cache)
