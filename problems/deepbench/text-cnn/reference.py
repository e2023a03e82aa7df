import torch
import torch.nn.functional as F
from torch import nn


class TextCNN(nn.Module):
    def __init__(self, vocab_size: int, dim: int, widths: list[int], channels: int, n_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, dim)
        self.convs = nn.ModuleList(nn.Conv1d(dim, channels, width) for width in widths)
        self.out = nn.Linear(len(widths) * channels, n_classes)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        vectors = self.embedding(tokens).transpose(1, 2)
        starts = torch.arange(tokens.shape[1])
        maxima = []
        for conv in self.convs:
            width = conv.kernel_size[0]
            # Zeros at the end give every position a window; those that reach past the text are then set to 0.
            hidden = conv(F.pad(vectors, (0, width - 1))).relu()
            within = starts + width <= lengths[:, None]
            maxima.append(hidden.masked_fill(~within[:, None], 0.0).amax(dim=2))
        return self.out(torch.cat(maxima, dim=1))
