import torch
from torch import nn


class TextCNN(nn.Module):
    """Classifies texts by convolutions of several widths over their word vectors, each followed by a maximum over time.

    1. ``embedding``, an ``nn.Embedding``, gives a vector of size ``dim`` per token.
    2. For each width k there is an ``nn.Conv1d(dim, channels, k)`` without padding, in the ``nn.ModuleList``
       ``convs``, followed by ReLU. Of its windows, only those count that lie entirely within the text's own
       tokens, so what stands in the padding has no influence at all.
    3. Per channel, the maximum over these windows is taken; it is 0 for a text that is shorter than the width.
    4. The maxima of all widths, in the order of ``widths``, are joined and go through ``out``, an ``nn.Linear`` to
       ``n_classes`` logits.

    All layers have their default initialisation.
    """

    def __init__(self, vocab_size: int, dim: int, widths: list[int], channels: int, n_classes: int) -> None: ...

    def forward(self, tokens: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Logits (B, n_classes).

        Args:
            tokens: int64 tensor (B, T), T >= 1; after the text's own tokens come arbitrary valid token ids. T may be
                smaller than a width.
            lengths: int64 tensor (B,), the number of tokens of each text, 0 <= length <= T.
        """
