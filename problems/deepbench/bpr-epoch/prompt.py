import torch


def bpr_epoch(
    user_factors: torch.Tensor,
    item_factors: torch.Tensor,
    item_bias: torch.Tensor,
    triples: torch.Tensor,
    lr: float,
    reg: float,
    batch_size: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, float]:
    """One epoch of SGD on the loss of Bayesian personalised ranking.

    A triple (u, i, j) says that user u prefers item i to item j. The score of user u and item i is
    ``user_factors[u] . item_factors[i] + item_bias[i]``. With x the score of i minus that of j, a triple's loss is

        ``-log(sigmoid(x)) + reg / 2 * (|user_factors[u]|**2 + |item_factors[i]|**2 + |item_factors[j]|**2)``

    (biases are not regularised). The triples are taken in the order given, ``batch_size`` at a time; the last batch may
    be smaller. Each batch is one step against the gradient of the **mean** loss of its triples: all gradients of a
    batch are taken at the same parameters, and a user or an item that occurs several times in it gets the sum of its
    contributions. Rows that do not occur in a batch don't change. Scores may be as large as 1e4 in magnitude.

    Args:
        user_factors: float tensor of shape (U, D).
        item_factors: float tensor of shape (I, D).
        item_bias: float tensor of shape (I,).
        triples: int64 tensor of shape (M, 3); M may be 0.
        lr: learning rate.
        reg: >= 0.
        batch_size: >= 1.

    Returns:
        The three new tensors, without autograd history, and the mean loss over all triples, each measured before its
        batch's step, as a float (0.0 if there are no triples). The tensors given are not changed.
    """
