import torch
from torch import nn


def accumulated_gradients(
    model: nn.Module,
    micro_batches: list[tuple[torch.Tensor, torch.Tensor]],
    ignore_index: int = -100,
) -> tuple[float, dict[str, torch.Tensor]]:
    """Loss and gradients of a large batch of texts that only fits into memory piece by piece.

    The large batch is made of micro-batches of different shapes and with different numbers of tokens to learn from.
    The result is that of one backward pass over all of them together: the cross-entropy **averaged over all tokens
    of all micro-batches** whose target is not ``ignore_index``, every token with the same weight. A micro-batch
    without any such token contributes nothing.

    The parameters are not updated. What the model's parameters hold in ``.grad`` beforehand has no influence.

    Args:
        model: maps int64 tokens of shape (b, t) to logits of shape (b, t, V). It is called once per micro-batch,
            in the mode (training or evaluation) that it comes in; micro-batches without a token to learn from may be
            skipped. All its parameters require gradients and take part in the loss.
        micro_batches: pairs of tokens and targets, both int64 of shape (b, t); b and t may differ between pairs.
            A target is in [0, V) or is ``ignore_index``.
        ignore_index: the target of tokens that are not to be learned from.

    Returns:
        The loss as a float, and the gradients by parameter name, as in ``model.named_parameters()``; they carry no
        autograd history.

    Raises:
        ValueError: if there is no token to learn from in any micro-batch (or no micro-batch).
    """
