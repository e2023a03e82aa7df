from torch import nn


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Split a model's parameters for AdamW: only those of two or more dimensions are decayed.

    Vectors and scalars (biases, weights of normalisation layers) are not decayed, nor are the weights of
    ``nn.Embedding`` layers. Parameters with ``requires_grad=False`` belong to no group. A parameter that the model
    holds under several names is listed once; it is not decayed if it is an embedding's weight under any of them.

    Args:
        model: any module; not changed.
        weight_decay: for the decayed group.

    Returns:
        Two dicts as ``torch.optim`` takes them, the decayed group first: ``{"params": [...], "weight_decay": ...}``,
        with the parameters in the order of ``model.parameters()``; the second group's ``weight_decay`` is 0.0. A group
        may be empty.
    """
