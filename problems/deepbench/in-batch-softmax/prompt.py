import torch


class ItemFrequency:
    """Running estimate of how often each item turns up in the training batches of a retrieval model.

    For each item a decayed average of its share of the batch is kept: it starts at 0, and a batch that holds the
    item ``count`` times among its B ids takes it to ``decay * average + (1 - decay) * count / B`` (items that are
    not in the batch: count 0). After t batches, the estimate is the average divided by ``1 - decay ** t``, so that
    it is unbiased from the first batch on.

    Args:
        num_items: number of items; ids are in [0, num_items).
        decay: in [0, 1).

    Raises:
        ValueError: if ``decay`` is not in [0, 1).
    """

    def __init__(self, num_items: int, decay: float = 0.99) -> None: ...

    def update(self, item_ids: torch.Tensor) -> None:
        """Take in one batch: int64 ids of shape (B,), repetitions included. An empty batch changes nothing at all."""

    def log_probability(self, item_ids: torch.Tensor, floor: float = 1e-8) -> torch.Tensor:
        """Logarithm of the estimates for ids of any shape, as float32; estimates below ``floor`` count as ``floor``.

        Before the first update, every estimate is 0.
        """


def in_batch_softmax_loss(
    users: torch.Tensor,
    items: torch.Tensor,
    item_ids: torch.Tensor,
    log_probability: torch.Tensor | None = None,
    weights: torch.Tensor | None = None,
    temperature: float = 1.0,
) -> torch.Tensor:
    """Softmax loss of a two-tower model that takes the other rows' items as negatives.

    Row i of ``users`` interacted with row i of ``items``. The score of user i and item j is their dot product divided
    by ``temperature``, minus ``log_probability[j]`` (nothing is subtracted when that is None), for the positive,
    j = i, as for the negatives. A row's loss is the negative log-softmax of its positive among its candidates.
    Candidates of row i are i itself and every j with ``item_ids[j] != item_ids[i]``: another row with the same item
    is not a negative. Two rows with the same negative item keep both.

    The result is the mean over the rows, weighted by ``weights``: ``sum(w * loss) / sum(w)``. It is 0, still
    differentiable, when the weights sum to 0. Result and gradients are finite for scores up to 1e6 in magnitude.

    Args:
        users: float tensor of shape (B, D), B >= 1.
        items: tensor of shape (B, D), of the dtype of ``users``.
        item_ids: int64 tensor of shape (B,).
        log_probability: float tensor of shape (B,), for each row's item; or None.
        weights: float tensor of shape (B,) with values >= 0, or None for equal weights.
        temperature: positive number.

    Returns:
        A scalar tensor (shape ()), differentiable with respect to ``users`` and ``items``.

    Raises:
        ValueError: if ``temperature`` is not positive.
    """
