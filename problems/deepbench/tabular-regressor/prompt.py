import torch
from torch import nn


class TabularRegressor(nn.Module):
    """Predicts one number from a table row with missing numbers and unknown categories.

    1. Numeric columns are standardised with ``mean`` and ``std``; a column whose ``std`` is 0 is only centred. A NaN
       is then replaced by the column's entry in ``missing``, a trainable parameter.
    2. Categorical columns are embedded. Column k has the categories 0 to ``cardinalities[k] - 1``; every other
       value, negative ones too, is unknown. Category v has row v + 1 of the column's embedding, all unknown values
       share row 0. The row of unknown values is trained like the others.
    3. The numeric columns and then the embeddings, in the columns' order, are joined and go through ``mlp``: a
       linear layer to ``hidden``, ReLU, and a linear layer to one number.

    The state dict has exactly these entries:

    * buffers, which move and are saved with the module but are not trained: ``mean`` and ``std``, shape (F,), copies
      of the arguments as given;
    * parameters: ``missing`` of shape (F,), zeros at first; ``embeddings.{k}.weight`` of shape
      (cardinalities[k] + 1, embedding_dim), of an ``nn.ModuleList`` of ``nn.Embedding``; ``mlp.0.weight``,
      ``mlp.0.bias``, ``mlp.2.weight`` and ``mlp.2.bias``. Default initialisation.

    Args:
        mean: float32 tensor of shape (F,).
        std: float32 tensor of shape (F,) with values >= 0.
        cardinalities: number of categories of each of the K categorical columns.
        embedding_dim: size of an embedding, the same for all columns.
        hidden: size of the hidden layer.

    Either F or K may be 0, but not both.
    """

    def __init__(
        self, mean: torch.Tensor, std: torch.Tensor, cardinalities: list[int], embedding_dim: int, hidden: int
    ) -> None: ...

    def forward(self, numeric: torch.Tensor, categorical: torch.Tensor) -> torch.Tensor:
        """Predictions of shape (N,), also for N = 0 and N = 1.

        Neither argument is changed. Gradients are finite for all parameters and for ``numeric``, where they are 0
        for missing values.

        Args:
            numeric: float32 tensor of shape (N, F), NaN where missing; never infinite.
            categorical: int64 tensor of shape (N, K).
        """
