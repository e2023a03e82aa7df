import torch


def two_hot(values: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    """Turn numbers into target distributions over bins, for a network that regresses by classifying.

    A value v is first squashed to s = sign(v) * log(1 + |v|), and s is clamped to the range of the bins. If s lies
    between the neighbouring bins b_i and b_{i+1}, bin i gets the probability (b_{i+1} - s) / (b_{i+1} - b_i) and bin
    i + 1 the rest; so the mean over the bins is s. All other bins get 0. If s equals a bin, that bin gets 1.

    Args:
        values: float tensor of any shape (...), may be empty; no NaN.
        bins: float tensor (K,) of the same dtype, K >= 2, strictly ascending, perhaps unevenly; in squashed units.

    Returns:
        Tensor (..., K) of the same dtype. The arguments are not changed.
    """


def expected_value(logits: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    """The number that a network's output stands for: the mean of the bins under softmax(logits), unsquashed.

    Unsquashing is the inverse of the squashing above: sign(s) * (exp(|s|) - 1). Squashing and unsquashing are
    accurate near 0 too (relative error at most 1e-4 in float32). Gradients flow to the logits.

    Args:
        logits: float tensor (..., K).
        bins: float tensor (K,).

    Returns:
        Tensor (...).
    """
