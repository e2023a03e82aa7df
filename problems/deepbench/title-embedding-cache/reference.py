import torch
from torch import nn
from torch.nn import functional as F


class TitleEncoder:
    def __init__(self, model: nn.EmbeddingBag) -> None:
        self.computed = 0
        self.load(model)

    @torch.no_grad()
    def encode(self, titles: list[tuple[int, ...]]) -> torch.Tensor:
        for title in titles:
            if title not in self._known:
                self._known[title] = F.normalize(self._model(torch.tensor([title])))
                self.computed += 1
        return torch.cat([torch.zeros(0, self._model.embedding_dim), *(self._known[title] for title in titles)])

    def load(self, model: nn.EmbeddingBag) -> None:
        self._model = model
        self._known: dict[tuple[int, ...], torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self._known)
