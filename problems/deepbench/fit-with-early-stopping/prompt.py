import torch
from torch import nn


def fit_regressor(
    model: nn.Module,
    train_x: torch.Tensor,
    train_y: torch.Tensor,
    valid_x: torch.Tensor,
    valid_y: torch.Tensor,
    lr: float,
    batch_size: int,
    max_epochs: int,
    patience: int,
    min_delta: float = 0.0,
) -> tuple[nn.Module, list[float], list[float]]:
    """Train a regressor with plain SGD until the validation loss stops improving, and return its best version.

    An epoch goes once through the training rows in the order given, in batches of ``batch_size``, the last of which
    may be smaller. Each batch is one SGD step (no momentum, no decay) on the mean squared error of the batch, with the
    model in training mode. After each epoch, the mean squared error over all validation rows is measured in one pass
    in evaluation mode; this must leave no trace in the model.

    An epoch is an improvement if its validation loss is smaller than that of the last improvement minus ``min_delta``
    (before there is one, any finite loss is an improvement; an infinite loss or a NaN never is). Training ends after
    ``patience`` epochs in a row without improvement, and after ``max_epochs`` in any case.

    Args:
        model: maps (N, F) to (N, 1). It may contain dropout and batch normalisation. Not changed: a copy is trained.
        train_x, valid_x: float tensors of shape (N, F) and (M, F), N and M at least 1.
        train_y, valid_y: float tensors of shape (N,) and (M,).
        lr: learning rate.
        batch_size: rows per step, >= 1.
        max_epochs: >= 1.
        patience: >= 1.
        min_delta: >= 0.

    Returns:
        model: a model in evaluation mode with all weights and buffers of the best epoch (the last improvement); if no
            epoch was an improvement, with those it had before training.
        train_losses: for each epoch run, the mean over all training rows of the squared error that the row had in its
            batch, before the batch's step. A small last batch weighs less than the others.
        valid_losses: for each epoch run, the validation loss.
    """
