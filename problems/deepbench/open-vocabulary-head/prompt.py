import torch
from torch import nn


class OpenVocabularyHead(nn.Module):
    """Classifies image regions by comparing them with text embeddings of the classes' prompts.

    To normalise a vector is to divide it by its Euclidean length; the zero vector stays zero.

    - A class has several prompts ("a photo of a cat", "a small cat"). Its vector is the normalised mean of its
      *normalised* prompt embeddings. Padding counts for nothing, whatever stands there, NaN included.
    - A region's vector is the normalised output of ``region``, an ``nn.Linear(region_dim, text_dim)``.
    - A logit is ``exp(log_scale)`` times the dot product of the two. Last comes the logit of the background, whose
      vector is ``background``, normalised.
    - A class without any prompt gets the logit -inf.

    Beside ``region`` there are two parameters: ``background`` of shape (text_dim,), drawn from the standard normal
    distribution, and ``log_scale`` of shape (), which starts at log(``scale``).
    """

    def __init__(self, region_dim: int, text_dim: int, scale: float = 20.0) -> None: ...

    def forward(self, regions: torch.Tensor, prompts: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits (R, C + 1). Gradients of all finite logits are finite. The arguments are not changed.

        Args:
            regions: float32 tensor (R, region_dim).
            prompts: float32 tensor (C, P, text_dim), embeddings of P prompts per class.
            mask: bool tensor (C, P), True where there is a prompt.
        """
