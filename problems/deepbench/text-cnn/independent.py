import torch
import torch.nn.functional as F
from torch import nn


class TextCNN(nn.Module):
    def __init__(self, vocab_size: int, dim: int, widths: list[int], channels: int, n_classes: int) -> None:
        super().__init__()
        self.widths = list(widths)
        self.embedding = nn.Embedding(vocab_size, dim)
        self.convs = nn.ModuleList(nn.Conv1d(dim, channels, width) for width in self.widths)
        self.out = nn.Linear(channels * len(self.widths), n_classes)

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        n_tokens = tokens.shape[1]
        positions = torch.arange(n_tokens, device=tokens.device)
        padding = positions[None, :] >= lengths[:, None]
        x = self.embedding(tokens).masked_fill(padding[:, :, None], 0.0).transpose(1, 2)  # (B, dim, T)
        x = F.pad(x, (0, max(max(self.widths) - n_tokens, 0)))  # room for the widest kernel

        maxima = []
        for width, conv in zip(self.widths, self.convs):
            y = torch.relu(conv(x))  # (B, channels, windows)
            ends = torch.arange(y.shape[2], device=tokens.device) + width
            outside = ends[None, :] > lengths[:, None]
            # After ReLU nothing is below 0, so windows set to 0 never win, and leave 0 if there are no others.
            maxima.append(y.masked_fill(outside[:, None, :], 0.0).amax(dim=2))
        return self.out(torch.cat(maxima, dim=1))
